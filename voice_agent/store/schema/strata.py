"""The fourteenth migration: what a draw was made of, and with which weights. Never edit a statement that has been released: add a migration."""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``name`` as in ``draw_calls.stratum``; ``weight`` 1 unless the draw was weighted; ``expected``
    # divided by ``population`` was the chance of each call.
    """CREATE TABLE draw_strata (
        draw INTEGER NOT NULL REFERENCES draws(id) ON DELETE CASCADE, name TEXT NOT NULL, weight REAL NOT NULL,
        population INTEGER NOT NULL, drawn INTEGER NOT NULL, expected REAL NOT NULL, PRIMARY KEY (draw, name)
    ) WITHOUT ROWID""",
    "ALTER TABLE draw_calls ADD COLUMN stratum TEXT NOT NULL DEFAULT ''",
)
