"""What a site's judge learns from: decisions of people, and the models that were made of them."""
