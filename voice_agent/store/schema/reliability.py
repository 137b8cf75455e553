"""The twenty-fourth migration: why a job failed and how often, and how long a machine had been up when Asterisk was last followed.

Never edit a statement that has been released: add a migration.
"""

from __future__ import annotations

STATEMENTS: tuple[str, ...] = (
    # ``attempts`` counts tries that found fault with the recording, ``crashes`` those that we did not survive; ``begun`` is when hearing
    # began under the present lease (unix seconds).
    "ALTER TABLE jobs ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE jobs ADD COLUMN begun REAL",
    "ALTER TABLE jobs ADD COLUMN cause TEXT NOT NULL DEFAULT ''",
    # ``uptime``: seconds since the machine's start ``boot`` at the moment ``until``; unlike ``until`` nobody sets that clock.
    "ALTER TABLE followed ADD COLUMN boot TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE followed ADD COLUMN uptime REAL",
)
