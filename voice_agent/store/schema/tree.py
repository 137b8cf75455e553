"""The fifth migration: the hierarchy above the units, who sees which part of it, and where each clerk sat when.

Never edit a statement that has been released: add a migration.
"""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``path`` holds the codes from the top down to the node's own, each between slashes: a subtree is a beginning of it.
    """CREATE TABLE nodes (
        code TEXT PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL, parent TEXT NOT NULL, path TEXT NOT NULL UNIQUE
    ) WITHOUT ROWID""",
    "ALTER TABLE units ADD COLUMN node TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE users ADD COLUMN node TEXT NOT NULL DEFAULT ''",
    # ``edited``: the page knows better than the configuration from now on.
    "ALTER TABLE clerks ADD COLUMN edited INTEGER NOT NULL DEFAULT 0",
    # Local days, both inclusive; '' is open.
    """CREATE TABLE postings (
        id INTEGER PRIMARY KEY, job_number TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL, window TEXT NOT NULL,
        member TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX postings_clerk ON postings(job_number, since)",
    "CREATE INDEX postings_member ON postings(member, since) WHERE member <> ''",
    "CREATE INDEX call_clerks_units ON call_clerks(unit, call) WHERE position > 0",
)
