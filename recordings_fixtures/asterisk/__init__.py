"""A real Asterisk for tests and the demonstration."""
