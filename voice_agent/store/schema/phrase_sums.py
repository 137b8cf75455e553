"""The nineteenth migration: kept sums of the mandated phrases. Never edit a statement that has been released: add a migration."""

from __future__ import annotations

_CUBES = "(SELECT 'clerk' AS cube UNION ALL SELECT 'unit')"
_SPANS = "(SELECT 10 AS width, '_day' AS name UNION ALL SELECT 7, '_month')"

STATEMENTS: tuple[str, ...] = (
    # ``phrase`` '' counts the calls that were read. ``cube`` and ``span`` as in the other tallies; ``clerk`` '' in the sums of units.
    """CREATE TABLE phrase_tally (
        cube TEXT NOT NULL, span TEXT NOT NULL, phrase TEXT NOT NULL, clerk TEXT NOT NULL, unit TEXT NOT NULL,
        calls INTEGER NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (cube, span, phrase, clerk, unit)
    ) WITHOUT ROWID""",
    # Whether a clerk said a phrase within some days, without reading the sums of all clerks.
    "CREATE INDEX phrase_tally_clerk ON phrase_tally(phrase, clerk, span, unit, calls) WHERE cube = 'clerk_day'",
    f"""INSERT INTO phrase_tally
    SELECT k.cube || s.name, substr(c.day, 1, s.width), u.phrase, iif(k.cube = 'clerk', c.clerk, ''), c.unit, count(*), sum(u.times)
    FROM (SELECT call, '' AS phrase, 0 AS times FROM phrase_reads UNION ALL SELECT call, phrase, times FROM phrase_uses) u
    JOIN calls c ON c.id = u.call CROSS JOIN {_CUBES} k CROSS JOIN {_SPANS} s GROUP BY 1, 2, 3, 4, 5""",  # noqa: S608 - constants
)
