"""Tables of the first migration. Never edit a statement that has been released: add a migration.

Times are unix seconds (UTC); ``day`` and ``hour`` are local (the store's time zone at the time of insertion), because people
count days where they live. ``''`` stands for an unknown clerk, unit or window: keys and groupings need a value.
"""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    "CREATE TABLE units (name TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE unit_queues (queue TEXT PRIMARY KEY, unit TEXT NOT NULL REFERENCES units(name)) WITHOUT ROWID",
    """CREATE TABLE clerks (
        job_number TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '', unit TEXT NOT NULL DEFAULT '',
        window TEXT NOT NULL DEFAULT '', member TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID""",
    "CREATE INDEX clerks_member ON clerks(member) WHERE member <> ''",
    # The columns from ``coverage`` on are the call's present state, kept by the same transaction that changes it.
    """CREATE TABLE calls (
        id INTEGER PRIMARY KEY,
        call_id TEXT NOT NULL UNIQUE,
        system TEXT NOT NULL, uniqueid TEXT NOT NULL, linkedid TEXT NOT NULL,
        queue TEXT, caller_number TEXT,
        started REAL NOT NULL, answered REAL, ended REAL NOT NULL,
        ring_seconds REAL NOT NULL, talk_seconds REAL NOT NULL,
        hung_up_by TEXT NOT NULL, transferred INTEGER NOT NULL, complete INTEGER NOT NULL,
        holds TEXT NOT NULL, gaps TEXT NOT NULL, recording TEXT, recording_started REAL,
        clerk TEXT NOT NULL, unit TEXT NOT NULL, window TEXT NOT NULL,
        day TEXT NOT NULL, hour INTEGER NOT NULL,
        coverage TEXT NOT NULL CHECK (coverage IN ('pending', 'monitored', 'not_monitored', 'unanswered')),
        cause TEXT NOT NULL DEFAULT '',
        verdict TEXT, score REAL, faults INTEGER NOT NULL DEFAULT 0, uncertain INTEGER NOT NULL DEFAULT 0,
        judgement_id INTEGER,
        flagged INTEGER NOT NULL DEFAULT 0,
        reviewed_by INTEGER, reviewed_at REAL,
        claimed_by INTEGER, claimed_until REAL,
        objected INTEGER NOT NULL DEFAULT 0,
        UNIQUE (system, uniqueid)
    )""",
    "CREATE INDEX calls_linkedid ON calls(linkedid)",
    "CREATE INDEX calls_started ON calls(started)",
    # Covering: the list filters and sorts without touching the wide rows.
    """CREATE INDEX calls_day ON calls(day, started, clerk, unit, window, verdict, score, coverage, flagged)""",
    "CREATE INDEX calls_clerk ON calls(clerk, day, started)",
    "CREATE INDEX calls_unit ON calls(unit, day, started)",
    "CREATE INDEX calls_score ON calls(score, started)",
    # The queue of calls that wait for a reviewer, worst first.
    """CREATE INDEX calls_queue ON calls(score, started, day, clerk, unit, window, verdict, claimed_until) WHERE flagged = 1""",
    """CREATE TABLE call_clerks (
        call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE, position INTEGER NOT NULL,
        clerk TEXT NOT NULL, unit TEXT NOT NULL, window TEXT NOT NULL,
        job_number TEXT, member_name TEXT, interface TEXT, channel TEXT NOT NULL, uniqueid TEXT NOT NULL,
        started REAL NOT NULL, ended REAL NOT NULL,
        PRIMARY KEY (call, position)
    ) WITHOUT ROWID""",
    "CREATE INDEX call_clerks_later ON call_clerks(clerk, call) WHERE position > 0",
    """CREATE TABLE gaps (
        id INTEGER PRIMARY KEY, system TEXT NOT NULL, started REAL NOT NULL, ended REAL, reason TEXT NOT NULL,
        UNIQUE (system, started)
    )""",
    # Until when each Asterisk has been followed: what came later, while no process ran, is a gap.
    "CREATE TABLE followed (system TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID",
    """CREATE TABLE books (
        id INTEGER PRIMARY KEY, version TEXT NOT NULL, effective TEXT NOT NULL, digest TEXT NOT NULL UNIQUE,
        stored_at REAL NOT NULL, points TEXT NOT NULL, content BLOB NOT NULL
    )""",
    """CREATE TABLE legs (
        call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE, channel TEXT NOT NULL, path TEXT NOT NULL,
        path_channel INTEGER NOT NULL, rate INTEGER NOT NULL, duration REAL NOT NULL, usable INTEGER NOT NULL,
        quality TEXT NOT NULL, PRIMARY KEY (call, channel)
    ) WITHOUT ROWID""",
    """CREATE TABLE transcripts (
        id INTEGER PRIMARY KEY, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
        made_at REAL NOT NULL, recogniser TEXT NOT NULL, duration REAL, agent TEXT NOT NULL, segments BLOB NOT NULL
    )""",
    "CREATE INDEX transcripts_call ON transcripts(call, id)",
    "CREATE VIRTUAL TABLE speech USING fts5(agent, caller, mixed, agent_pairs, caller_pairs, mixed_pairs, tokenize = 'unicode61')",
    """CREATE TABLE judgements (
        id INTEGER PRIMARY KEY, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
        made_at REAL NOT NULL, occasion TEXT NOT NULL, verdict TEXT NOT NULL, score REAL, reason TEXT NOT NULL,
        cause TEXT NOT NULL, book INTEGER REFERENCES books(id), book_version TEXT NOT NULL,
        transcript INTEGER REFERENCES transcripts(id) ON DELETE SET NULL
    )""",
    "CREATE INDEX judgements_call ON judgements(call, id)",
    # ``status`` is the present one (the latest review's, else the machine's). ``counted`` marks the one finding of a rule
    # that decides for it in the current judgement: statistics count a rule once per call.
    """CREATE TABLE findings (
        id INTEGER PRIMARY KEY, judgement INTEGER NOT NULL REFERENCES judgements(id) ON DELETE CASCADE,
        call INTEGER NOT NULL, rule TEXT NOT NULL, status TEXT NOT NULL, machine_status TEXT,
        score REAL NOT NULL, reason TEXT NOT NULL, prompted INTEGER NOT NULL, evidence TEXT NOT NULL,
        position INTEGER NOT NULL, counted INTEGER NOT NULL, day TEXT NOT NULL
    )""",
    "CREATE INDEX findings_judgement ON findings(judgement)",
    "CREATE INDEX findings_counted ON findings(rule, status, day, call) WHERE counted = 1",
    """CREATE TABLE jobs (
        id INTEGER PRIMARY KEY, call INTEGER NOT NULL UNIQUE REFERENCES calls(id) ON DELETE CASCADE,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'leased', 'done', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0, not_before REAL NOT NULL,
        worker TEXT, token TEXT, lease_until REAL, error TEXT NOT NULL DEFAULT '',
        created REAL NOT NULL, finished REAL
    )""",
    "CREATE INDEX jobs_open ON jobs(state, not_before) WHERE state IN ('waiting', 'leased')",
    # Sums kept for the statistics pages: counting three million findings for each page would take seconds.
    # ``cube`` says by what a row may be broken down, and whether its ``span`` is a local day (2026-11-22) or a month (2026-11).
    """CREATE TABLE rule_tally (
        cube TEXT NOT NULL, span TEXT NOT NULL, unit TEXT NOT NULL, window TEXT NOT NULL, clerk TEXT NOT NULL,
        hour INTEGER NOT NULL, rule TEXT NOT NULL,
        met INTEGER NOT NULL, faults INTEGER NOT NULL, uncertain INTEGER NOT NULL, not_applicable INTEGER NOT NULL,
        missing INTEGER NOT NULL, late INTEGER NOT NULL, mismatch INTEGER NOT NULL, violated INTEGER NOT NULL,
        PRIMARY KEY (cube, span, unit, window, clerk, hour, rule)
    ) WITHOUT ROWID""",
    """CREATE TABLE call_tally (
        cube TEXT NOT NULL, span TEXT NOT NULL, unit TEXT NOT NULL, window TEXT NOT NULL, clerk TEXT NOT NULL,
        hour INTEGER NOT NULL,
        calls INTEGER NOT NULL, unanswered INTEGER NOT NULL, pending INTEGER NOT NULL,
        compliant INTEGER NOT NULL, non_compliant INTEGER NOT NULL, needs_review INTEGER NOT NULL,
        gap INTEGER NOT NULL, no_recording INTEGER NOT NULL, bad_recording INTEGER NOT NULL, failure INTEGER NOT NULL,
        scored INTEGER NOT NULL, score_sum REAL NOT NULL, ring_sum REAL NOT NULL, late_answers INTEGER NOT NULL,
        flagged INTEGER NOT NULL,
        PRIMARY KEY (cube, span, unit, window, clerk, hour)
    ) WITHOUT ROWID""",
)
