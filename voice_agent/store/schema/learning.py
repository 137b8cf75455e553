"""The thirty-sixth migration: models that a site taught, what they were measured by, and who adopted them.

Never edit a statement that has been released: add a migration.
"""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``base``: digest of the shipped model below it. ``layer``: its last layer (npz). ``calls``: numbers of the calls it learnt from.
    """CREATE TABLE site_models (
        id INTEGER PRIMARY KEY, base TEXT NOT NULL, digest TEXT NOT NULL, layer BLOB NOT NULL, worth TEXT NOT NULL, report BLOB NOT NULL,
        calls TEXT NOT NULL, made_by INTEGER REFERENCES users(id), made_at REAL NOT NULL,
        adopted_by INTEGER REFERENCES users(id), adopted_at REAL, revoked_by INTEGER REFERENCES users(id), revoked_at REAL
    )""",
    "CREATE INDEX site_models_adopted ON site_models(base, adopted_at) WHERE adopted_at IS NOT NULL AND revoked_at IS NULL",
)
