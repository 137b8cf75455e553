"""Calls while they go on, and what was told of them."""
