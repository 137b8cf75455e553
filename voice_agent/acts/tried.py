"""What one sentence does, as rules hear it – phrases and the learned model together: for ``voice-agent phrasebook test``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from phrasebook.model import PhraseBook
from phrasebook.vocabulary import ACT_SIDES
from voice_agent.acts.act import FAULT_NAMES, Act, Source
from voice_agent.acts.conversation import Side, follow
from voice_agent.acts.explain import spoken
from voice_agent.acts.learned.model import ActModel
from voice_agent.values import CallContext, Channel


@dataclass(frozen=True)
class Done:
    """An act that a sentence does: its Chinese ``name``, how probable, found by what, the words, the known examples nearest to them."""

    id: str
    name: str
    probability: float
    source: Source
    text: str
    likened: str


def acts_of(
    sentence: str, book: PhraseBook, side: Channel = "agent", model: ActModel | None = None
) -> tuple[Done, ...]:
    """Every act that ``side`` may do with the sentence, the most probable first; without ``model`` by phrases alone."""
    call = follow(spoken(sentence, side), CallContext(), book, model)
    one = call.caller if side == "caller" else call.agent
    done = [*_duties(one, side), *(_faults(one) if side == "agent" else ())]
    return tuple(sorted(done, key=lambda act: (-act.probability, act.id)))


def _duties(side: Side, speaks: Channel) -> Iterator[Done]:
    for name in (act for act, its in ACT_SIDES.items() if its == speaks):
        entries = side.book.entries_of(name)
        yield from (_done(side, act, name, entries[0].name if entries else name) for act in side.possible(name))


def _faults(side: Side) -> Iterator[Done]:
    ids = {category: act for act, category in FAULT_NAMES.items()}
    ids |= {entry.category: entry.act for entry in side.book.prohibited.values()}
    for fault in side.ear.faults():
        kind = side.ear.kind(fault)
        yield _done(side, fault, ids[kind], kind)


def _done(side: Side, act: Act, name: str, title: str) -> Done:
    text = side.stream.text(act.first, act.last)
    return Done(name, title, act.score, act.source, text, side.ear.likened(act, text))
