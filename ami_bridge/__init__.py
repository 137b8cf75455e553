"""Follows the calls of one Asterisk over AMI. Knows nothing of speech."""
