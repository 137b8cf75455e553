"""The forty mandated phrases sought word for word: whoever says one does all that it does, whatever the call around it is like."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from phrasebook.model import Phrase, PhraseBook
from voice_agent.acts.phrases.index import Compiled, compile_patterns
from voice_agent.acts.phrases.matching import Hit, Search
from voice_agent.speech.stream import Stream

#: How alike the words must be, and of how many syllables, to be the phrase itself, or one of its variants in the book.
_VERBATIM, _SHORTEST, _SHORTEST_VARIANT = 0.95, 6, 10
_COMPILED: dict[str, Compiled] = {}


def verbatim(
    book: PhraseBook, stream: Stream, stretches: list[tuple[int, int]]
) -> Iterator[tuple[Hit, tuple[str, ...]]]:
    """Each mandated phrase that the agent says as it is printed, and the acts that it does."""
    if stream.channel == "caller":
        return
    search = Search(_compiled(book), stream, stretches)
    for phrase in book.phrases.values():
        for hit in search.hits(f"phrase:{phrase.id}") if phrase.acts else ():
            if hit.score >= _VERBATIM and hit.last - hit.first >= _shortest(hit, phrase):
                yield hit, phrase.acts


def _shortest(hit: Hit, phrase: Phrase) -> float:
    """A variant with parts that may be absent does not do all that the phrase does."""
    if hit.pattern == phrase.patterns[0]:
        return _SHORTEST
    return inf if "[" in hit.pattern else _SHORTEST_VARIANT


def _compiled(book: PhraseBook) -> Compiled:
    if book.digest not in _COMPILED or not book.digest:
        entries = [(f"phrase:{one.id}", "agent", one.patterns) for one in book.phrases.values()]
        _COMPILED[book.digest] = compile_patterns(book, entries)  # type: ignore[arg-type]  # "agent" is a side
    return _COMPILED[book.digest]
