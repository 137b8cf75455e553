"""The thirty-fifth migration: drafts of the phrase book, what a back-test of one showed, and who released it for when and whom.

Never edit a statement that has been released: add a migration.
"""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``files``: the whole folder of a site, name → text, as compressed JSON. ``digest`` of the book they make.
    """CREATE TABLE drafts (
        id INTEGER PRIMARY KEY, version TEXT NOT NULL, effective TEXT NOT NULL, digest TEXT NOT NULL, note TEXT NOT NULL,
        files BLOB NOT NULL, made_by INTEGER NOT NULL REFERENCES users(id), made_at REAL NOT NULL
    )""",
    # ``report``: as ``voice_agent.teaching.changes`` writes it. A back-test of a folder counts for every draft with its digest.
    """CREATE TABLE backtests (
        id INTEGER PRIMARY KEY, digest TEXT NOT NULL, against TEXT NOT NULL, made_by INTEGER REFERENCES users(id), made_at REAL NOT NULL,
        calls INTEGER NOT NULL, whole INTEGER NOT NULL, report BLOB NOT NULL
    )""",
    "CREATE INDEX backtests_digest ON backtests(digest, id)",
    # ``unit`` '': all units. ``effective`` is a local day. ``reason``: why it was released without a back-test.
    """CREATE TABLE releases (
        id INTEGER PRIMARY KEY, draft INTEGER NOT NULL REFERENCES drafts(id), unit TEXT NOT NULL, effective TEXT NOT NULL,
        released_by INTEGER NOT NULL REFERENCES users(id), released_at REAL NOT NULL,
        backtest INTEGER REFERENCES backtests(id), reason TEXT NOT NULL,
        revoked_by INTEGER REFERENCES users(id), revoked_at REAL
    )""",
    "CREATE INDEX releases_in_force ON releases(effective, id) WHERE revoked_at IS NULL",
)
