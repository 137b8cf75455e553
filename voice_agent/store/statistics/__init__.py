"""Sums, rates and figures over many calls, each with the counts behind it."""
