"""The twenty-seventh migration: attempts to sign in, sessions that people can see, the second factor.

Never edit a statement that has been released: add a migration.
"""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # A wrong guess (or one that is being looked at). Only digests: people type passwords into the field of the name.
    """CREATE TABLE attempts (
        id INTEGER PRIMARY KEY, bucket TEXT NOT NULL, address TEXT NOT NULL, at REAL NOT NULL
    )""",
    "CREATE INDEX attempts_bucket ON attempts(bucket, at)",
    "CREATE INDEX attempts_address ON attempts(address, at)",
    # Browsers from which somebody signed in before: they are throttled apart, so that nobody else can shut them out.
    """CREATE TABLE devices (
        digest TEXT NOT NULL, user INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE, at REAL NOT NULL,
        PRIMARY KEY (digest, user)
    ) WITHOUT ROWID""",
    "ALTER TABLE sessions ADD COLUMN seen REAL NOT NULL DEFAULT 0",
    "ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT ''",
    "UPDATE sessions SET seen = created",
    # The secret of the second factor ('' none), one that is being set up, and the last step that was used (no code works twice).
    "ALTER TABLE users ADD COLUMN totp TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE users ADD COLUMN totp_pending TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE users ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE recovery_codes (
        user INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE, digest TEXT NOT NULL, PRIMARY KEY (user, digest)
    ) WITHOUT ROWID""",
)
