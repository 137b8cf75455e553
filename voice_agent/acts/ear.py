"""The ear for one side of a call: which acts it hears, from phrases of the book and from the learned model, each when a rule first asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from phrasebook.model import PhraseBook
from voice_agent.acts.act import FAULT, FAULT_NAMES, Act
from voice_agent.acts.hear import merged, sources
from voice_agent.acts.learned.model import ActModel
from voice_agent.acts.learned.runs import Run
from voice_agent.acts.phrases.mandated import verbatim
from voice_agent.acts.phrases.matching import Hit, Search
from voice_agent.acts.phrases.reported import is_reported, is_sure
from voice_agent.speech.stream import Stream

#: What is usual before and after a silence the network expects there: such acts count only if their words alone say so, at least a little.
_GUESSED = frozenset({"wait_request", "wait_again", "return_apology"})
_SAID_ALONE, _GUESS = 0.05, 0.4
#: An accusing phrase heard less exactly than this is a near miss: 七什么 is no 急什么.
_WORD_FOR_WORD = 0.97


class Ear:
    """Hears the acts of one side, each when a rule first asks for it."""

    def __init__(
        self,
        stream: Stream,
        search: Search,
        runs: Mapping[str, Sequence[Run]] | None,
        model: ActModel | None,
        book: PhraseBook,
    ) -> None:
        self._stream, self._search, self._runs, self._model, self._book = stream, search, runs, model, book
        self._heard: dict[str, tuple[Act, ...]] = {}
        self._mandated: list[tuple[Hit, tuple[str, ...]]] | None = None

    @property
    def learned(self) -> bool:
        """Whether a learned model listens too."""
        return self._model is not None

    def acts(self, act: str) -> tuple[Act, ...]:
        """Everything heard that may be ``act``, in order of time."""
        known = self._heard.get(act)
        if known is None:
            worth = self._model.worth_of(self._stream.channel, act) if self._model else None
            entries = self._model.entries if self._model and act == FAULT else {}
            found = merged(act, self._stream, self._hits(act), self._runs_of(act), worth, entries)
            if self._stream.channel == "mixed":
                found = tuple(_doubtful(one) for one in found)
            elif act in _GUESSED:
                found = tuple(self._not_guessed(one) for one in found)
            known = self._heard[act] = self._with_verbatim(act, found)
        return known

    def _not_guessed(self, act: Act) -> Act:
        """An act that the network hears only because of where it stands is doubtful: words must say it too."""
        if act.source == "phrase" or self._model is None or act.near:
            return act
        places, (first, last) = self._stream.places, self._search.stretch_of(act.first)
        alone = self._model.alone(self._stream, places[first], places[last - 1] + 1, act.id)
        return act if alone >= _SAID_ALONE else replace(act, probability=_GUESS)

    def _with_verbatim(self, act: str, found: tuple[Act, ...]) -> tuple[Act, ...]:
        """With what mandated phrases do that were said as they are printed: no model is asked about those."""
        if self._mandated is None:
            self._mandated = list(verbatim(self._book, self._stream, list(self._search.stretches)))
        said = [_said_verbatim(act, self._stream, hit) for hit, acts in self._mandated if act in acts]
        others = [one for one in found if not any(one.first < v.last and v.first < one.last for v in said)]
        return tuple(sorted((*others, *said), key=lambda one: (one.start, one.first)))

    def sources(self, act: str) -> list[tuple[int, int, list[float]]]:
        """What the sources say, before they are weighed: places of the stream, and what ``hear.Worth`` weighs."""
        return sources(self._stream, self._hits(act), self._runs_of(act) or ())

    def _hits(self, act: str) -> Sequence[Hit]:
        return self._fault_hits() if act == FAULT else self._search.hits_of(act, near=True)

    def _runs_of(self, act: str) -> Sequence[Run] | None:
        if self._runs is None:
            return None
        return [*self._runs.get(act, ()), *(self._runs_alone() if act == FAULT else ())]

    def _runs_alone(self) -> Iterator[Run]:
        """What the network makes of each accusing phrase without the call around it: thanks afterwards excuse no insult."""
        stream, places = self._stream, self._stream.places
        for hit in self._fault_hits() if self._model else ():
            first, last = self._search.stretch_of(hit.first)
            raw = self._model.alone(stream, places[first], places[last - 1] + 1, FAULT) if self._model else 0.0
            yield Run(places[hit.first], places[hit.last - 1] + 1, raw)

    def faults(self) -> tuple[Act, ...]:
        """Everything heard that must not be heard from a clerk; quoted and denied phrases are left out."""
        return self.acts(FAULT)

    def _fault_hits(self) -> Sequence[Hit]:
        search, stream = self._search, self._stream
        found = (hit for owner in search.accusations() for hit in search.hits(owner, near=True))
        said = [hit for hit in found if is_sure(stream, hit) and not is_reported(search, hit)]
        return _apart([replace(hit, near=hit.score < _WORD_FOR_WORD) for hit in said])

    def likened(self, act: Act, text: str) -> str:
        """What a learned act is like: the known examples nearest to the words heard; empty for a phrase of the book."""
        if act.source == "phrase" or self._model is None:
            return ""
        known = self._model.nearest(act.channel, self._fault_of(act) if act.id == FAULT else act.id, text)
        return "近似：" + "、".join(f"“{one}”" for one in known) if known else ""

    def kind(self, fault: Act) -> str:
        """What kind of fault it is, in Chinese: the entry's category, or the most probable of the learned ones there."""
        return self._book.prohibited[fault.entry].category if fault.entry else FAULT_NAMES[self._fault_of(fault)]

    def _fault_of(self, fault: Act) -> str:
        stream, runs = self._stream, self._runs or {}
        first, last = stream.places[fault.first], stream.places[fault.last - 1] + 1
        chances = {
            name: max((run.raw for run in runs.get(name, ()) if run.first < last and first < run.last), default=0.0)
            for name in FAULT_NAMES
        }
        return max(chances, key=lambda name: chances[name])


def _doubtful(act: Act) -> Act:
    """The network learnt from two sides; what it makes of both in one is a guess."""
    return act if act.source == "phrase" else replace(act, probability=min(act.probability, _GUESS))


def _said_verbatim(act: str, stream: Stream, hit: Hit) -> Act:
    return Act(
        act, stream.channel, hit.first, hit.last, hit.start, hit.end, hit.score, "phrase", hit.pattern, hit.entry
    )


def _apart(hits: Sequence[Hit]) -> list[Hit]:
    """One hit a place, the best one, in order of time."""
    chosen: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (-one.score, one.first - one.last, one.first, one.owner)):
        if all(hit.last <= other.first or other.last <= hit.first for other in chosen):
            chosen.append(hit)
    return sorted(chosen, key=lambda one: (one.first, one.owner))
