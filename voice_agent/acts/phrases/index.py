"""The patterns of a book ready to be sought, and which of them could be heard at all on one side of a call."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from phrasebook.model import PhraseBook
from phrasebook.model import Side as Spoken
from voice_agent.acts.phrases.anchors import Key, Keys, anchors_of
from voice_agent.acts.phrases.automaton import Automaton, build
from voice_agent.acts.phrases.spans import Lexicon, lexicon_of


class Sought(NamedTuple):
    """A pattern ready to be sought; ``owner``: what it belongs to, ``number`` counts the patterns of a book.

    ``words``: the numbers of its telling words, the most telling first; ``anchors`` likewise.
    """

    number: int
    owner: str
    automaton: Automaton
    anchors: tuple[Keys, ...]
    words: tuple[int, ...]


@dataclass(frozen=True)
class Voice:
    """What is sought where one side speaks, by telling words (sets of keys, shared by many patterns, known by their number).

    ``words``: key → the words that it is one of; ``telling``: the most telling word of patterns → their owner → they, in the order of the book.
    """

    words: dict[Key, tuple[int, ...]]
    telling: dict[int, dict[str, list[Sought]]]


@dataclass(frozen=True)
class Compiled:
    """The patterns of a book. Owners are ``act:greeting`` (the id of an entry), and the same with ``!`` for what voids it.

    ``anywhere``: patterns without a telling word, by owner. ``owners``: by act, the owners that are evidence of it.
    ``accusing``: the owners that are prohibited.
    """

    voices: dict[Spoken, Voice]
    anywhere: dict[str, list[Sought]]
    lexicon: Lexicon
    owners: Mapping[str, Sequence[str]]
    accusing: Set[str]

    def heard(self, keys: Set[Key], sides: Sequence[Spoken]) -> tuple[set[int], dict[str, list[list[Sought]]]]:
        """The telling words heard where ``keys`` are; by owner, the groups of patterns whose most telling word is among them."""
        words: set[int] = set()
        groups = {owner: [patterns] for owner, patterns in self.anywhere.items()}
        for voice in (self.voices[side] for side in sides):
            words.update(*[voice.words[key] for key in voice.words.keys() & keys])
            for word in voice.telling.keys() & words:
                for owner, patterns in voice.telling[word].items():
                    groups.setdefault(owner, []).append(patterns)
        return words, groups


_COMPILED: dict[str, Compiled] = {}
_OBJECTS_BETWEEN_COLLECTIONS = 10_000


def compiled(book: PhraseBook) -> Compiled:
    """The book's patterns ready to be sought, built at the first use of each book (a book is known by its digest)."""
    if book.digest not in _COMPILED or not book.digest:
        _COMPILED[book.digest] = compile_patterns(book, _patterns(book))
        # A book is a hundred thousand small objects that stay: the collector need not walk them again and again.
        # What a judgement makes besides is mostly gone at its end, so the collector need not look after every 700 objects.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    return _COMPILED[book.digest]


def compile_patterns(book: PhraseBook, entries: Iterable[tuple[str, Spoken, Iterable[str]]]) -> Compiled:
    """The patterns of ``entries`` (owner, side that speaks, patterns), with the names of ``book`` for their slots."""
    numbers: dict[Keys, int] = {}
    patterns = [(owner, side, pattern) for owner, side, texts in entries for pattern in texts]
    built = [(side, _sought(number, owner, pattern, numbers)) for number, (owner, side, pattern) in enumerate(patterns)]
    anywhere: dict[str, list[Sought]] = {}
    for _, sought in built:
        if sought.automaton.full and not sought.words:
            anywhere.setdefault(sought.owner, []).append(sought)
    voices = {
        listener: _voice([s for side, s in built if side in sides and s.words]) for listener, sides in _HEARD_BY.items()
    }
    owners: dict[str, list[str]] = {}
    for entry in book.acts.values():
        owners.setdefault(entry.act, []).append(f"act:{entry.id}")
    accusing = frozenset(f"act:{name}" for name in book.prohibited)
    return Compiled(voices, anywhere, _lexicon(book), owners, accusing)


def _voice(patterns: Sequence[Sought]) -> Voice:
    words: dict[Key, dict[int, None]] = {}
    telling: dict[int, dict[str, list[Sought]]] = {}
    for sought in patterns:
        telling.setdefault(sought.words[0], {}).setdefault(sought.owner, []).append(sought)
        for word, anchor in zip(sought.words, sought.anchors, strict=True):
            for key in anchor:
                words.setdefault(key, {})[word] = None
    return Voice({key: tuple(its) for key, its in words.items()}, telling)


def _sought(number: int, owner: str, pattern: str, numbers: dict[Keys, int]) -> Sought:
    anchors = anchors_of(pattern)
    words = tuple(numbers.setdefault(anchor, len(numbers)) for anchor in anchors)
    return Sought(number, owner, build(pattern), anchors, words)


#: A side that is listened to → who speaks the entries that are sought there.
_HEARD_BY: dict[Spoken, tuple[Spoken, ...]] = {"agent": ("agent", "any"), "caller": ("caller", "any")}
_LEXICONS: dict[str, Lexicon] = {}


def _lexicon(book: PhraseBook) -> Lexicon:
    if book.digest not in _LEXICONS or not book.digest:
        _LEXICONS[book.digest] = lexicon_of(book)
    return _LEXICONS[book.digest]


def _patterns(book: PhraseBook) -> Iterator[tuple[str, Spoken, tuple[str, ...]]]:
    for entry in book.acts.values():
        yield f"act:{entry.id}", entry.side, entry.patterns
        yield f"act:{entry.id}!", entry.side, entry.unless
