"""Recordings, AMI streams and an Asterisk configuration for tests and the demonstration."""
