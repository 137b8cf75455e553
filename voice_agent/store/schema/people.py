"""Tables of the second migration: who works with the findings, and what people decided about them."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    """CREATE TABLE users (
        id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('staff', 'reviewer', 'supervisor', 'admin')),
        job_number TEXT NOT NULL DEFAULT '', unit TEXT NOT NULL DEFAULT '',
        password_hash TEXT NOT NULL, must_change INTEGER NOT NULL, disabled INTEGER NOT NULL DEFAULT 0,
        failed_logins INTEGER NOT NULL DEFAULT 0, locked_until REAL, created REAL NOT NULL
    )""",
    # Only a digest of the cookie is kept: whoever reads the file cannot take over a session.
    """CREATE TABLE sessions (
        digest TEXT PRIMARY KEY, user INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
        csrf TEXT NOT NULL, created REAL NOT NULL, expires REAL NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX sessions_user ON sessions(user)",
    """CREATE TABLE reviews (
        id INTEGER PRIMARY KEY, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
        finding INTEGER NOT NULL REFERENCES findings(id) ON DELETE CASCADE,
        reviewer INTEGER NOT NULL REFERENCES users(id), at REAL NOT NULL,
        decision TEXT NOT NULL CHECK (decision IN ('confirm', 'overrule', 'cannot_judge', 'add', 'objection')),
        status_before TEXT, status TEXT NOT NULL, reason TEXT NOT NULL, carried_from INTEGER REFERENCES reviews(id)
    )""",
    "CREATE INDEX reviews_finding ON reviews(finding, id)",
    "CREATE INDEX reviews_call ON reviews(call, id)",
    """CREATE TABLE comments (
        id INTEGER PRIMARY KEY, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
        user INTEGER NOT NULL REFERENCES users(id), at REAL NOT NULL, text TEXT NOT NULL
    )""",
    "CREATE INDEX comments_call ON comments(call, id)",
    """CREATE TABLE objections (
        id INTEGER PRIMARY KEY, call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
        finding INTEGER NOT NULL UNIQUE REFERENCES findings(id) ON DELETE CASCADE,
        user INTEGER NOT NULL REFERENCES users(id), text TEXT NOT NULL, filed_at REAL NOT NULL, deadline REAL NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'rejected', 'withdrawn')),
        decided_by INTEGER REFERENCES users(id), decided_at REAL, answer TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX objections_open ON objections(deadline) WHERE state = 'open'",
    "CREATE INDEX objections_call ON objections(call)",
    """CREATE TABLE draws (
        id INTEGER PRIMARY KEY, seed TEXT NOT NULL, per TEXT NOT NULL CHECK (per IN ('clerk', 'unit', 'all')),
        number INTEGER NOT NULL, filter TEXT NOT NULL, population INTEGER NOT NULL,
        made_by INTEGER NOT NULL REFERENCES users(id), made_at REAL NOT NULL
    )""",
    """CREATE TABLE draw_calls (
        draw INTEGER NOT NULL REFERENCES draws(id) ON DELETE CASCADE, position INTEGER NOT NULL,
        call INTEGER NOT NULL REFERENCES calls(id) ON DELETE CASCADE, PRIMARY KEY (draw, position)
    ) WITHOUT ROWID""",
    "CREATE INDEX draw_calls_call ON draw_calls(call)",
    """CREATE TABLE audit (
        id INTEGER PRIMARY KEY, at REAL NOT NULL, user INTEGER, username TEXT NOT NULL, action TEXT NOT NULL,
        object TEXT NOT NULL, detail TEXT NOT NULL, address TEXT NOT NULL
    )""",
    "CREATE INDEX audit_at ON audit(at)",
    "CREATE INDEX audit_object ON audit(object, at)",
    # An audit log that can be edited is none.
    "CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    """CREATE TABLE peaks (
        call INTEGER PRIMARY KEY REFERENCES calls(id) ON DELETE CASCADE, rate REAL NOT NULL, duration REAL NOT NULL,
        channels INTEGER NOT NULL, data BLOB NOT NULL
    )""",
)
