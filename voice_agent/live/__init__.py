"""Listening for weeks: calls from the bridge become jobs, jobs become judgements in the store."""
