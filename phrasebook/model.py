"""The phrase book as frozen data. Pattern syntax: see ``phrasebook/pattern.py`` and docs/architecture.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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

    ``cues`` names the elements a sentence must keep to count as this phrase; ``rules`` the duties it fulfils;
    ``telephone`` says whether it also serves on the telephone.
    """

    id: str
    text: str
    source: Source
    telephone: bool
    rules: tuple[str, ...]
    cues: tuple[str, ...]
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Cue:
    """An element that rules look for: any of ``patterns``, spoken by ``side``; ``unless`` are patterns that void a hit near it."""

    id: str
    name: str
    side: Side
    patterns: tuple[str, ...]
    unless: tuple[str, ...]


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
class Prohibited:
    """Speech that must not be heard from a clerk. ``unless`` voids a hit in the same sentence; ``allowed`` are whole sentences that it must not catch."""

    id: str
    category: str
    severity: Severity
    source: Source
    patterns: tuple[str, ...]
    unless: tuple[str, ...]
    caught: tuple[str, ...]
    allowed: tuple[str, ...]


@dataclass(frozen=True)
class Norm:
    """A norm of annex 2 or a prohibition of annex 3; ``audible`` says whether sound alone can show a breach, ``rules`` which rules cover it."""

    id: str
    source: Source
    audible: bool
    rules: tuple[str, ...]


@dataclass(frozen=True)
class PhraseBook:
    """Everything a judgement depends on besides the transcript. ``digest`` is the sha256 of its canonical content.

    Word lists: ``units`` are well-known names in full (社保中心, 人社局), ``unit_suffixes`` end any other unit's name (中心, 局);
    ``windows`` and ``window_suffixes`` likewise; ``businesses`` and ``materials`` are what callers handle and bring.
    """

    version: str
    effective: date
    digest: str
    phrases: Mapping[str, Phrase]
    cues: Mapping[str, Cue]
    rules: Mapping[str, Rule]
    prohibited: Mapping[str, Prohibited]
    norms: Mapping[str, Norm]
    units: tuple[str, ...] = ()
    unit_suffixes: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    window_suffixes: tuple[str, ...] = ()
    businesses: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
