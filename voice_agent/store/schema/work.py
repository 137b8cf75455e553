"""The fourth migration: calls that are closed and opened again, an order for the queue, draws that are worked through.

Never edit a statement that has been released: add a migration.
"""

from __future__ import annotations

_FILTERED = "states, day, clerk, unit, window, verdict, hour, coverage, cause, queue, talk_seconds, ring_seconds"
# What a call without a verdict adds to the kept sums: it must not, because nobody has decided yet what it is worth.
_UNDECIDED = """FROM calls c
    CROSS JOIN (SELECT 'clerk' AS cube UNION ALL SELECT 'hour' UNION ALL SELECT 'unit') k
    CROSS JOIN (SELECT 10 AS width, '_day' AS name UNION ALL SELECT 7, '_month') s
    WHERE c.verdict = 'needs_review' AND c.score IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6"""

STATEMENTS: tuple[str, ...] = (
    f"""INSERT INTO call_tally SELECT k.cube || s.name, substr(c.day, 1, s.width), c.unit, iif(k.cube = 'clerk', c.window, ''),
        iif(k.cube = 'clerk', c.clerk, ''), iif(k.cube = 'hour', c.hour, -1), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -count(*), -sum(c.score),
        0, 0, 0 {_UNDECIDED}
        ON CONFLICT DO UPDATE SET scored = scored + excluded.scored, score_sum = score_sum + excluded.score_sum""",
    "UPDATE calls SET score = NULL WHERE verdict = 'needs_review'",
    # 0: a serious fault is probable, 1: undecided, 2: any other. ``reopened``: somebody put the call back into the queue.
    "ALTER TABLE calls ADD COLUMN urgency INTEGER NOT NULL DEFAULT 2",
    "ALTER TABLE calls ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0",
    """UPDATE calls SET urgency = CASE WHEN verdict = 'needs_review' THEN 1 WHEN verdict = 'non_compliant' AND EXISTS (
        SELECT 1 FROM findings f WHERE f.judgement = calls.judgement_id AND f.counted = 1
        AND f.status IN ('violated', 'mismatch') AND f.score >= 0.5) THEN 0 ELSE 2 END WHERE flagged = 1""",
    "DROP INDEX calls_queue",
    f"""CREATE INDEX calls_queue ON calls(urgency, score, started, {_FILTERED}, flagged, claimed_until, claimed_by)
        WHERE flagged = 1""",
    # ``open``: how many findings were left without a decision, which ``reason`` accounts for.
    """CREATE TABLE closings (
        id INTEGER PRIMARY KEY, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
        user INTEGER NOT NULL REFERENCES users(id), at REAL NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('finish', 'reopen')), open INTEGER NOT NULL, reason TEXT NOT NULL
    )""",
    "CREATE INDEX closings_call ON closings(call, id)",
    # ``stratum`` says by what a draw was made where the older ``per`` cannot. ``deadline`` is a local day.
    "ALTER TABLE draws ADD COLUMN stratum TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE draws ADD COLUMN purpose TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE draws ADD COLUMN deadline TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE draw_calls ADD COLUMN assignee INTEGER REFERENCES users(id)",
    "ALTER TABLE draw_calls ADD COLUMN done_by INTEGER REFERENCES users(id)",
    "ALTER TABLE draw_calls ADD COLUMN done_at REAL",
)
