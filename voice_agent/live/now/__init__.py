"""Calls while they go on: heard and judged as they are spoken. What counts is judged after the hang-up."""
