"""Pages of calls that go on."""
