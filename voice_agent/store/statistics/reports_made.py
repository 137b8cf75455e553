"""Which reports were written to the folder: one that is missing there is made later, one that somebody took away is not made again."""

from __future__ import annotations

import time
from datetime import date

from voice_agent.store.database import Store


def note_made(
    store: Store, kind: str, place: str, span: str, first: date, file: str, *, now: float | None = None
) -> None:
    """Write down that a report lies in the folder as ``file``. Raises StoreError."""
    moment = time.time() if now is None else now
    store.write(
        "INSERT OR REPLACE INTO reports_made VALUES (?, ?, ?, ?, ?, ?)",
        (kind, place, span, first.isoformat(), file, moment),
    )


def made(store: Store, kind: str) -> dict[str, dict[str, date]]:
    """Place → span → its first day, of one kind of period. Raises StoreError."""
    found: dict[str, dict[str, date]] = {}
    for row in store.rows("SELECT place, span, first FROM reports_made WHERE kind = ?", (kind,)):
        found.setdefault(row["place"], {})[row["span"]] = date.fromisoformat(row["first"])
    return found
