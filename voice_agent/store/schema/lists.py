"""The third migration: lists of calls answer any filter from one narrow index. Never edit a statement that has been released."""
# ruff: noqa: S608 - only constants of this file are put in

from __future__ import annotations

_RULES = (
    "greeting", "identity", "job_number", "need_inquiry", "hold_notice", "hold_return", "referral",
    "callback", "absent_message", "wrong_number", "closing", "one_time_notice", "prohibited",
)  # fmt: skip
_LETTER = """CASE f.status WHEN 'met' THEN 'm' WHEN 'missing' THEN 'x' WHEN 'late' THEN 'l' WHEN 'mismatch' THEN 'w'
    WHEN 'violated' THEN 'v' WHEN 'not_applicable' THEN 'n' ELSE 'u' END"""
# A rule without a finding is '-', which sorts before every letter.
_STATES = " || ".join(f"max(CASE f.rule WHEN '{rule}' THEN {_LETTER} ELSE '-' END)" for rule in _RULES)

#: Writes ``calls.states`` of all calls anew from the findings that decide.
FILL = f"""UPDATE calls SET states = coalesce((SELECT {_STATES} FROM findings f
    WHERE f.judgement = calls.judgement_id AND f.counted = 1), '')"""

_FILTERED = "states, day, clerk, unit, window, verdict, hour, coverage, cause, queue, talk_seconds, ring_seconds"

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE calls ADD COLUMN states TEXT NOT NULL DEFAULT ''",
    FILL,
    # Covering: whatever the reviewers filter by, the queue is one pass over the waiting calls alone, worst first.
    "DROP INDEX calls_queue",
    f"CREATE INDEX calls_queue ON calls(score, started, {_FILTERED}, flagged, claimed_until, claimed_by) WHERE flagged = 1",
    "DROP INDEX calls_started",
    f"CREATE INDEX calls_list ON calls(started, {_FILTERED}, score, flagged, objected, reviewed_at, claimed_until)",
    "CREATE INDEX calls_talk_seconds ON calls(talk_seconds, started)",
    "CREATE INDEX calls_ring_seconds ON calls(ring_seconds, started)",
    # The few calls for which a pass over all would be a waste.
    "CREATE INDEX calls_objected ON calls(started) WHERE objected = 1",
    "CREATE INDEX calls_claimed ON calls(claimed_until) WHERE claimed_until IS NOT NULL",
)
