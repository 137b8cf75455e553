"""Calls and what the machine made of them: rows, recordings' coverage, jobs, transcripts, judgements, findings, lists and search."""
