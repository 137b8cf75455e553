"""Full text over what was said: which calls, and the very places with their times."""

# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from voice_agent.privacy.talk import hidden_texts
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.calls import get_call
from voice_agent.store.calls.conditions import where
from voice_agent.store.calls.filters import EVERY_CALL, CallFilter
from voice_agent.store.calls.transcripts import load_transcript
from voice_agent.store.calls.words import match_expression, query_parts
from voice_agent.store.database import Store
from voice_agent.values import Channel, Segment

#: Up to so many matches are ranked; ranking reads each of them.
RANKED = 2000


_WORDS = "FROM speech s WHERE speech MATCH ?"


@dataclass(frozen=True)
class Snippet:
    """A place where a searched word was said: ``text`` is the segment, ``marks`` (start, end) the characters that matched.

    ``hidden`` is the text with what is personal in it masked, character for character.

    ``start``/``end`` are seconds within the recording.
    """

    channel: Channel
    start: float
    end: float
    text: str
    marks: tuple[tuple[int, int], ...]
    hidden: str = ""


@dataclass(frozen=True)
class Hit:
    """A call that matches, with the first places."""

    call: CallRow
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True)
class Hits:
    """One page of matches, best first; ``total`` counts all, unless there are ``more``: counting stops with those that are ranked."""

    hits: tuple[Hit, ...]
    total: int
    more: bool = False


def search(
    store: Store,
    query: str,
    chosen: CallFilter = EVERY_CALL,
    *,
    channel: Channel | None = None,
    limit: int = 20,
    offset: int = 0,
    places: int = 3,
    ranked: int = RANKED,
) -> Hits:
    """Calls in which everything in ``query`` was said (words and phrases of any length, separated by spaces), best first.

    Words that more than ``ranked`` calls share say little about any of them: then the latest recorded come first, and nobody counts
    how many there are, which would take the longer the larger the store is.
    ``chosen`` narrows the calls, ``channel`` whose words are shown and must contain a match. Raises StoreError.
    """
    condition, values = where(replace(chosen, text=None))
    expression = match_expression(query, channel)
    # From the words outwards, in the order of their index, the latest first: reading ends where enough is known.
    source = (
        f"FROM speech s CROSS JOIN calls c ON c.id = s.rowid WHERE speech MATCH ? AND {condition}" if values else _WORDS
    )
    latest = f"SELECT s.rowid {source} ORDER BY s.rowid DESC LIMIT ? OFFSET ?"
    total = int(store.value(f"SELECT count(*) FROM ({latest})", [expression, *values, ranked + 1, 0]))
    best = latest if total > ranked else latest.replace("s.rowid DESC", "s.rank, s.rowid DESC")
    found = store.rows(best, [expression, *values, limit, offset])
    hits = tuple(_hit(store, row["rowid"], query, channel, places) for row in found)
    return Hits(hits, min(total, ranked), total > ranked)


def _hit(store: Store, call: int, query: str, channel: Channel | None, places: int) -> Hit:
    transcript = load_transcript(store, call)
    segments = [each for each in transcript.segments if channel in (None, each.channel)] if transcript else []
    masks = dict(zip(transcript.segments, hidden_texts(transcript), strict=True)) if transcript else {}
    return Hit(get_call(store, call), tuple(snippets(segments, query, masks)[:places]))


def snippets(segments: Sequence[Segment], query: str, masks: Mapping[Segment, str]) -> list[Snippet]:
    """The segments in which a part of the query stands, those with most matches first, then in order of time."""
    pattern = re.compile("|".join(re.escape(part) for part in query_parts(query)) or r"(?!)", re.IGNORECASE)
    found = [
        Snippet(each.channel, each.start, each.end, each.text, marks, masks[each])
        for each in segments
        if (marks := tuple(match.span() for match in pattern.finditer(each.text)))
    ]
    return sorted(found, key=lambda each: -len({each.text[slice(*mark)].lower() for mark in each.marks}))
