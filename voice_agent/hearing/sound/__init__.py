"""Sound files and what is done to samples before a recogniser hears them."""
