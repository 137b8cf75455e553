"""The index over telling words loses nothing: whatever is heard without it is heard with it, and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phrasebook.literal import SAMPLES
from phrasebook.pattern import parse, ways
from tests.judging.dialogue import BOOK, with_words
from voice_agent.acts.phrases.index import Sought, compiled
from voice_agent.acts.phrases.matching import Search
from voice_agent.acts.phrases.scope import Range, Scope
from voice_agent.bundled import bundled_calls
from voice_agent.evaluate import CallFolder, read_calls
from voice_agent.speech.sounds import ALIKE, distance, family, reading, split
from voice_agent.speech.stream import Stream, listen
from voice_agent.transcripts import read_transcript
from voice_agent.values import Channel, Segment, Transcript, Word

#: What two syllables with nothing in common in one half cost at least.
UNRELATED = 0.6
PATTERNS = compiled(BOOK)
EXHAUSTIVE: dict[str, list[Sought]] = {}
for _patterns in [PATTERNS.anywhere, *(owners for v in PATTERNS.voices.values() for owners in v.telling.values())]:
    for _owner, _its in _patterns.items():
        EXHAUSTIVE.setdefault(_owner, []).extend(_its)
SYLLABLES = sorted(
    {reading(char) for entry in BOOK.acts.values() for text in entry.patterns for char in text if "一" <= char <= "龥"}
)
CHARACTERS = {
    reading(char): char
    for entry in BOOK.acts.values()
    for text in entry.patterns
    for char in text
    if "一" <= char <= "龥"
}
NEAR = {one: [CHARACTERS[other] for other in SYLLABLES if distance(one, other) <= 0.5] for one in SYLLABLES}


class Everywhere(Scope):
    """Seeks every pattern of an owner in every stretch, as if there were no index."""

    def possible(self, owner: str) -> list[Sought]:
        """All patterns of the owner."""
        return sorted({one.number: one for one in EXHAUSTIVE.get(owner, [])}.values(), key=lambda one: one.number)

    def stretches(self, sought: Sought, known: Collection[int], first: int, last: int) -> list[Range]:
        """All stretches, but for those where the owner is surely heard already: that is no matter of the index."""
        begun = self._heard_at(sought.words[0], sought.anchors[0]) if sought.words else []
        return [
            (a, b)
            for a, b in self._stretches
            if first <= a < last and (not (here := [p for p in begun if a <= p < b]) or not set(here) <= set(known))
        ]


class Exhaustive(Search):
    """A search whose scope is everywhere."""

    def __init__(self, stream: Stream, stretches: list[tuple[int, int]]) -> None:
        super().__init__(PATTERNS, stream, stretches)
        sides = {"agent": ("agent",), "caller": ("caller",), "mixed": ("agent", "caller")}[stream.channel]
        self._scope = Everywhere(PATTERNS, self._heard, stretches, sides)  # type: ignore[arg-type]


def searches(stream: Stream, cut: int = 0) -> tuple[Search, Search]:
    """With the index and without, over one stretch or two."""
    whole = len(stream.heard)
    bounds = [(0, cut), (cut, whole)] if 0 < cut < whole else [(0, whole)]
    return Search(PATTERNS, stream, bounds if whole else []), Exhaustive(stream, bounds if whole else [])


@st.composite
def spoken(draw: st.DrawFn) -> tuple[str, Channel, str, float, int]:
    """An entry, and a sentence made of one of its patterns: misheard, with syllables lost and added, between other words."""
    entry = BOOK.acts[draw(st.sampled_from(sorted(BOOK.acts)))]
    patterns = draw(st.sampled_from([entry.patterns, entry.unless or entry.patterns]))
    way = draw(st.sampled_from(list(islice(ways(parse(draw(st.sampled_from(patterns)))), 64))))
    for slot, words in SAMPLES.items():
        way = way.replace(f"{{{slot}}}", words)
    said = "".join(draw(misheard(char)) for char in way)
    around = st.sampled_from(["", "嗯那个", "我再看一下", "好的您说", *(e for one in (entry,) for e in one.examples)])
    text = draw(around) + said + draw(around)
    side: Channel = "caller" if entry.side == "caller" else "agent"
    return entry.id, side, text, draw(st.sampled_from([1.0, 0.6])), draw(st.integers(0, len(text)))


def misheard(char: str) -> st.SearchStrategy[str]:
    """The character, mostly; or a sound that is confused with it, nothing, or one more syllable."""
    near = NEAR.get(reading(char), [char])
    return st.one_of(
        st.just(char), st.just(char), st.just(char), st.sampled_from(near), st.sampled_from(["", char + "个"])
    )


@settings(max_examples=400, deadline=None)
@given(spoken())
def test_what_is_found_without_the_index_is_found_with_it(case: tuple[str, Channel, str, float, int]) -> None:
    """For any sentence near any pattern, the hits are the same to the syllable and the score, near misses included."""
    name, side, text, conf, cut = case
    words = tuple(Word(char, at * 0.2, at * 0.2 + 0.2, conf) for at, char in enumerate(text))
    stream = listen(Transcript("", (Segment(side, 0.0, len(text) * 0.2, text, words),)), side)
    quick, thorough = searches(stream, cut)
    for near in (False, True):
        assert quick.hits(f"act:{name}", near=near) == thorough.hits(f"act:{name}", near=near)


@pytest.mark.parametrize("conf", [1.0, 0.6])
@pytest.mark.parametrize("call", read_calls(bundled_calls()), ids=lambda call: call.call_id)
def test_no_innocent_sentence_is_accused_without_the_index(call: CallFolder, conf: float) -> None:
    """Seeking all prohibited speech everywhere in the bundled calls, trusted or not, accuses nobody whom the index lets go."""
    stream = listen(with_words(read_transcript(call.transcript), conf), "agent")
    quick, thorough = searches(stream)
    for name in BOOK.prohibited:
        assert quick.hits(f"act:{name}") == thorough.hits(f"act:{name}")


def test_families_are_what_the_costs_say() -> None:
    """Syllables that differ in one half, at ``ALIKE`` or less, are one family; no two of a family are unrelated."""
    pairs = [(one, other) for one in SYLLABLES for other in SYLLABLES]
    assert [pair for pair in pairs if _alike(*pair) and family(pair[0]) != family(pair[1])] == []
    assert max(distance(*pair) for pair in pairs if family(pair[0]) == family(pair[1])) < UNRELATED


def _alike(one: str, other: str) -> bool:
    (initial, final), (others_initial, others_final) = split(one), split(other)
    return (initial == others_initial or final == others_final) and distance(one, other) <= ALIKE
