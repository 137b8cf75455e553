"""Looks a phrase book over for what is well-formed but unwise: above all for patterns that would accuse the innocent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from phrasebook import literal
from phrasebook.model import ActEntry, PhraseBook
from phrasebook.pattern import parse, shortest, ways

Level = Literal["error", "warning"]
#: ``matches(entry, sentence)``: whether a pattern of the entry is heard in the sentence and nothing voids it.
Matches = Callable[[ActEntry, str], bool]
#: What a sentence sounds like, to find patterns that only the eye can tell apart.
Sounds = Callable[[str], str]
#: Two syllables are matched by chance too often to accuse anybody.
SAFE_IF_PROHIBITED, SAFE = 3, 2
_WAYS = 200
#: Particles that recognisers drop: a pattern must be told from innocent speech without them.
_PARTICLES = str.maketrans("", "", "啊吗呢吧呀嘛了的呗哦")


@dataclass(frozen=True)
class Problem:
    """Something to mend: the ``entry`` and its ``field``, whether it misjudges calls (error) or merely might (warning)."""

    level: Level
    entry: str
    field: str
    message: str


def lint(book: PhraseBook, matches: Matches = literal.hears, sounds: Sounds = literal.spoken) -> tuple[Problem, ...]:
    """All problems of ``book``, errors first. ``matches`` and ``sounds`` may come from the judging, which hears instead of reads."""
    checks = (
        *_short(book),
        *_examples(book, matches),
        *_mandated(book, matches),
        *_elements(book, matches),
        *_alike(book, sounds),
        *_unused(book),
    )
    return tuple(sorted(checks, key=lambda problem: problem.level))


def _short(book: PhraseBook) -> Iterator[Problem]:
    """Patterns of too few syllables; back-channels are compared with whole turns and may be short."""
    for entry in book.acts.values():
        safe = SAFE_IF_PROHIBITED if entry.category else SAFE
        for pattern in () if entry.act == "backchannel" else entry.patterns:
            if (length := _firm(pattern)) < safe:
                yield Problem("warning", entry.id, "patterns", f"“{pattern}”最短只有 {length} 个实在的音节，容易误中")


def _firm(pattern: str) -> int:
    """The fewest syllables of a pattern that a recogniser does not drop."""
    bare = shortest(parse(pattern))
    said = (way for way in islice(ways(parse(pattern)), _WAYS) if "{" not in way)
    return min((len(way.translate(_PARTICLES)) for way in said), default=bare)


def _examples(book: PhraseBook, matches: Matches) -> Iterator[Problem]:
    """Every entry must match what it says it matches, and not what it says it does not."""
    for entry in book.acts.values():
        for sentence in entry.examples:
            if not matches(entry, sentence):
                yield Problem("error", entry.id, "examples", f"应当抓住却没有抓住：“{sentence}”")
        if not entry.examples:
            yield Problem("warning", entry.id, "examples", "没有写应当抓住的例句，无从检验")
        for sentence in entry.counterexamples:
            yield from _wrongly(book, matches, entry, sentence)


def _wrongly(book: PhraseBook, matches: Matches, owner: ActEntry, sentence: str) -> Iterator[Problem]:
    """The entries that match a counterexample of ``owner``: of a prohibited one no prohibited entry may, of another itself."""
    for entry in _accusers(book, matches, sentence) if owner.category else [owner]:
        if owner.category or matches(entry, sentence):
            yield Problem("error", entry.id, "patterns", f"误抓了 {owner.id} 不应抓的：“{sentence}”")


def _mandated(book: PhraseBook, matches: Matches) -> Iterator[Problem]:
    """No prohibited pattern may catch a mandated phrase or a variant of one."""
    for phrase in book.phrases.values():
        for sentence in (phrase.text, *(literal.sample(pattern) for pattern in phrase.patterns)):
            for entry in _accusers(book, matches, sentence):
                yield Problem("error", entry.id, "patterns", f"误抓了文明用语 {phrase.id}：“{sentence}”")


def _accusers(book: PhraseBook, matches: Matches, sentence: str) -> Iterator[ActEntry]:
    return (entry for entry in book.prohibited.values() if matches(entry, sentence))


def _elements(book: PhraseBook, matches: Matches) -> Iterator[Problem]:
    """A mandated phrase as printed must do what it is said to do."""
    for phrase in book.phrases.values():
        sentence = literal.sample(phrase.patterns[0])
        for act in phrase.acts:
            if not any(matches(entry, sentence) for entry in book.entries_of(act)):
                yield Problem("error", phrase.id, "acts", f"原文“{sentence}”里听不出行为 {act}")


def _alike(book: PhraseBook, sounds: Sounds) -> Iterator[Problem]:
    """Prohibited patterns that sound the same: one hit would be reported under two ids."""
    heard: dict[str, str] = {}
    for entry in book.prohibited.values():
        for sentence in _said(entry.patterns, sounds):
            if (other := heard.setdefault(sentence, entry.id)) != entry.id:
                yield Problem("warning", entry.id, "patterns", f"与 {other} 有相同的说法：“{sentence}”")


def _said(patterns: Iterable[str], sounds: Sounds) -> set[str]:
    return {sounds(way) for pattern in patterns for way in islice(ways(parse(pattern)), _WAYS) if "{" not in way}


def _unused(book: PhraseBook) -> Iterator[Problem]:
    """Telephone phrases that fulfil no duty, rules that no norm asks for, and fragments that no entry refers to."""
    for fragment in book.fragments.values():
        if not fragment.used_by:
            yield Problem("warning", fragment.id, "patterns", f"没有条目用到这个片段（写作 @{fragment.id}）")
    for phrase in book.phrases.values():
        if phrase.id.startswith("T") and not phrase.rules:
            yield Problem("warning", phrase.id, "rules", "没有写做到哪条规则，说了也不起作用")
    yield from _not_covered(book)
    covered = {rule for norm in book.norms.values() for rule in norm.rules}
    for rule in book.rules.values():
        if rule.id not in covered and rule.source.annex not in (0, 4):
            yield Problem("warning", rule.id, "source", "没有任何规范条文写明由这条规则覆盖")


def _not_covered(book: PhraseBook) -> Iterator[Problem]:
    """Prohibited entries of an article that does not name their act."""
    acts = {norm.source: norm.acts for norm in book.norms.values()}
    for entry in book.prohibited.values():
        if entry.source and entry.act not in acts.get(entry.source, (entry.act,)):
            yield Problem("warning", entry.id, "source", f"出处 {entry.source.article} 没有写明由行为 {entry.act} 体现")
