"""Complaints heard in a call, as proposals; what people decided about one is kept when the call is judged again."""

from __future__ import annotations

from collections.abc import Sequence

from voice_agent.store.database import Store
from voice_agent.values import HeardComplaint


def note_complaints(store: Store, call: int, complaints: Sequence[HeardComplaint], *, now: float) -> None:
    """Keep what was heard in place of earlier proposals; a kind that somebody has decided about is not proposed again. Raises StoreError."""
    store.write("DELETE FROM heard_complaints WHERE call = ? AND state = 'proposed'", (call,))
    decided = {row["act"] for row in store.rows("SELECT act FROM heard_complaints WHERE call = ?", (call,))}
    for one in complaints:
        if one.act not in decided:
            heard = one.evidence
            store.write(
                "INSERT INTO heard_complaints (call, act, probability, began, ended, text, heard_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (call, one.act, heard.score, heard.start, heard.end, heard.text, now),
            )
