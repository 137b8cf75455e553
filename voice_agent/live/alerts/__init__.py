"""Alerts of calls that go on: rules as data, a queue that nothing gets lost from."""
