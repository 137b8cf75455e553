"""Reads what clerks said for the mandated phrases of the circular's annex 4: five milliseconds a call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from phrasebook.model import PhraseBook
from voice_agent.acts.explain import explain
from voice_agent.store import Store
from voice_agent.store.calls.transcripts import load_transcript
from voice_agent.store.statistics.phrase_uses import save_uses, unread
from voice_agent.values import Transcript


def uses_of(transcript: Transcript, book: PhraseBook) -> Counter[str]:
    """Phrase → how many times the clerk said it; in one sentence a phrase counts once. Pure."""
    said = [part.text for part in transcript.segments if part.channel == "agent"]
    return Counter(
        name for text in said for name in {one.id for one in explain(text, book).matches if one.id in book.phrases}
    )


def read_new(store: Store, book: PhraseBook, told: Callable[[int], None] = lambda _: None) -> int:
    """Read every call that was not read with this book yet; returns how many. It can be interrupted and run again."""
    number = 0
    while found := unread(store, book.digest):
        for call, transcript in found:
            said = load_transcript(store, call, transcript)
            save_uses(store, call, transcript, book.digest, uses_of(said, book) if said else {})
            number += 1
        told(number)
    return number
