"""The phrase book as frozen data. Pattern syntax: see ``phrasebook/pattern.py`` and docs/architecture.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Literal

Side = Literal["agent", "caller", "any"]
Severity = Literal["minor", "normal", "serious"]


@dataclass(frozen=True)
class Source:
    """Where a norm stands: ``annex`` 2–4, ``article`` as printed (``二(六)``), ``text`` word for word; site entries: annex 0."""

    annex: int
    article: str
    text: str


@dataclass(frozen=True)
class Phrase:
    """A mandated phrase (annex 4). ``patterns`` are the ways to say it (the first is the phrase itself, with slots).

    ``acts`` names what a sentence must do to count as this phrase; ``rules`` the duties it fulfils;
    ``telephone`` says whether it also serves on the telephone.
    """

    id: str
    text: str
    source: Source
    telephone: bool
    rules: tuple[str, ...]
    acts: tuple[str, ...]
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Fragment:
    """Patterns named once, that entries refer to as ``"@id"``; ``used_by``: the ids of those entries."""

    id: str
    name: str
    patterns: tuple[str, ...]
    used_by: tuple[str, ...]


@dataclass(frozen=True)
class ActEntry:
    """Words that are evidence of ``act``: any of ``patterns``, spoken by ``side``. ``name`` (Chinese) is what people read.

    With a ``category`` (Chinese: 推诿, 不耐烦) it must not be heard from a clerk, and has a ``severity`` and the ``source`` that says so.
    ``unless`` are patterns that void a hit near them (of a prohibited entry: a hit in the same sentence). ``examples`` are whole sentences
    that must match, ``counterexamples`` such that must not (of a prohibited entry: that no prohibited entry may match).
    """

    id: str
    act: str
    side: Side
    name: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...]
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    category: str = ""
    severity: Severity | None = None
    source: Source | None = None


@dataclass(frozen=True)
class Rule:
    """One duty of rules.md: Chinese ``name``, ``points`` deducted for a fault, ``limits`` (seconds, counts, thresholds), its source."""

    id: str
    name: str
    duty: str
    severity: Severity
    points: float
    late_points: float
    limits: Mapping[str, float]
    source: Source


@dataclass(frozen=True)
class Norm:
    """A norm of annex 2 or a prohibition of annex 3.

    ``audible`` says whether sound alone can show a breach, ``acts`` what is heard where it is kept or broken, ``rules`` which rules look.
    """

    id: str
    source: Source
    audible: bool
    acts: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Matter:
    """Business that callers ask about; ``terms`` are the words by which it is known. Nothing is judged by it."""

    id: str
    name: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class PhraseBook:
    """Everything a judgement depends on besides the transcript. ``digest`` is the sha256 of its canonical content.

    ``fragments`` are for people: the entries hold their patterns already, and the digest is of the entries alone. ``matters`` judge nothing
    and are not in it either.
    Word lists: ``units`` are well-known names in full (社保中心, 人社局), ``unit_suffixes`` end any other unit's name (中心, 局);
    ``windows`` and ``window_suffixes`` likewise.
    """

    version: str
    effective: date
    digest: str
    phrases: Mapping[str, Phrase]
    acts: Mapping[str, ActEntry]
    rules: Mapping[str, Rule]
    norms: Mapping[str, Norm]
    fragments: Mapping[str, Fragment]
    units: tuple[str, ...] = ()
    unit_suffixes: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    window_suffixes: tuple[str, ...] = ()
    matters: Mapping[str, Matter] = field(default_factory=dict)

    @cached_property
    def prohibited(self) -> Mapping[str, ActEntry]:
        """The entries that must not be heard from a clerk, by id: those with a category."""
        return MappingProxyType({name: entry for name, entry in self.acts.items() if entry.category})

    def entries_of(self, act: str) -> tuple[ActEntry, ...]:
        """Every entry that is evidence of ``act``, in the order of the book."""
        return self._by_act.get(act, ())

    @cached_property
    def _by_act(self) -> Mapping[str, tuple[ActEntry, ...]]:
        acts: dict[str, tuple[ActEntry, ...]] = {}
        for entry in self.acts.values():
            acts[entry.act] = (*acts.get(entry.act, ()), entry)
        return acts
