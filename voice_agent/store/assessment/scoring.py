"""A score card: how it is reckoned, how sure it is, how two versions differ, and who becomes 标兵. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from math import sqrt
from typing import Literal, NamedTuple

from voice_agent.store.assessment.scheme import Scheme
from voice_agent.store.statistics.figures import CallCounts
from voice_agent.store.statistics.wilson import bounds
from voice_agent.values import EVERY_RULE

Kind = Literal["clerk", "window", "unit"]
#: Decimals of points: what is signed and compared later must not differ by rounding.
_DECIMALS = 2


class Kept(NamedTuple):
    """How often a rule was kept, broken, and could not be decided."""

    met: int
    faults: int
    uncertain: int = 0


#: What a rule has where nothing is known of it.
_NOTHING = Kept(0, 0)


@dataclass(frozen=True)
class Line:
    """One rule: what happened, its rate 0–1 (None: never decided), and the points of ``worth`` that it earns."""

    rule: str
    met: int
    faults: int
    uncertain: int
    rate: float | None
    worth: float
    points: float


@dataclass(frozen=True)
class Extra:
    """A deduction (``points`` below 0) or reward: what it is for, and how often."""

    key: str
    times: int
    points: float


@dataclass(frozen=True)
class Card:
    """A card. ``base`` out of 100, ``low``/``high`` hold the true base with 95 %; ``score`` = base and extras; all None below ``least``.

    ``decided`` calls are counted, ``undecided`` and ``unmonitored`` ones are not. ``name`` is what people call the subject.
    """

    kind: Kind
    subject: str
    unit: str
    name: str
    calls: int
    decided: int
    undecided: int
    unmonitored: int
    compliance: float | None
    lines: tuple[Line, ...]
    extras: tuple[Extra, ...]
    base: float | None
    low: float | None
    high: float | None
    score: float | None
    grade: str

    def times(self, key: str) -> int:
        """How often an extra counted."""
        return sum(one.times for one in self.extras if one.key == key)


def reckon(
    scheme: Scheme, kind: Kind, subject: str, unit: str, name: str, calls: CallCounts, rules: Mapping[str, Kept], events: Mapping[str, int]
) -> Card:  # fmt: skip
    """The card of a subject from its counts; ``events``: how often each deduction happened."""
    lines, extras = tuple(_lines(scheme, rules)), tuple(_extras(scheme, calls, events))
    decided = calls.compliant + calls.non_compliant
    base, low, high = _base(lines) if decided >= scheme.least else (None, None, None)
    score = None if base is None else _round(max(0.0, base + sum(one.points for one in extras)))
    return Card(
        kind, subject, unit, name, calls.calls, decided, calls.needs_review, calls.not_monitored, _rate(calls.compliance), lines, extras,
        base, low, high, score, "" if score is None else scheme.grade(score),
    )  # fmt: skip


def _lines(scheme: Scheme, rules: Mapping[str, Kept]) -> Iterator[Line]:
    """Rules that could be decided share the hundred points as their weights say; the others have no part in it."""
    whole = sum(weight for rule, weight in scheme.weights.items() if sum(rules.get(rule, _NOTHING)[:2]))
    for rule in _in_order(tuple(rule for rule, weight in scheme.weights.items() if weight)):
        kept = rules.get(rule, _NOTHING)
        yield _line(rule, kept, 100 * scheme.weights[rule] / whole if kept.met + kept.faults else 0.0)


@lru_cache(maxsize=65_536)
def _line(rule: str, kept: Kept, worth: float) -> Line:
    """Thousands of clerks have few calls each: most of their lines are alike."""
    met, faults, uncertain = kept
    rate = met / (met + faults) if met + faults else None
    points = _round(worth * (rate or 0.0))
    return Line(rule, met, faults, uncertain, _rate(rate), _round(worth), points)


@lru_cache(maxsize=64)
def _in_order(rules: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(rule for rule in EVERY_RULE if rule in rules)


def _extras(scheme: Scheme, calls: CallCounts, events: Mapping[str, int]) -> Iterator[Extra]:
    for key, (each, most) in scheme.deductions.items():
        times = events.get(key, 0)
        yield _extra(key, times, _round(-min(most, each * times)))
    clean = not events.get("all_complaints", 0) and not events.get("violations", 0)
    good = calls.compliance is not None and calls.compliance >= scheme.good_compliance
    enough = calls.compliant + calls.non_compliant >= scheme.least
    for key, earned in (("clean", clean), ("compliance", good)):
        yield _extra(key, int(enough and earned), _round(scheme.rewards[key] if enough and earned else 0.0))


_extra = lru_cache(maxsize=4096)(Extra)


_bounds = lru_cache(maxsize=16_384)(bounds)


def _base(lines: Sequence[Line]) -> tuple[float | None, float | None, float | None]:
    """Points out of 100 and the bounds that hold the true ones with 95 %.

    Wilson's bounds of each rate, put together for the weighted sum by Zou and Donner's recovery of variances (MOVER): rules are
    judged apart, so that they do not all err to one side at once.
    """
    counted = [line for line in lines if line.rate is not None and line.worth]
    if not counted:
        return None, None, None
    below = above = 0.0
    for line in counted:
        number = line.met + line.faults
        low, high = _bounds(line.met, number)
        below += (line.worth * (line.met / number - low)) ** 2
        above += (line.worth * (high - line.met / number)) ** 2
    base = _round(sum(line.points for line in counted))
    return base, _round(max(0.0, base - sqrt(below))), _round(min(100.0, base + sqrt(above)))


def difference(before: Card, after: Card) -> list[tuple[str, str, str]]:
    """What differs: (what, before, after), as names of rules, extras and fields with their figures."""
    old, new = _figures(before), _figures(after)
    both = {name: (old.get(name, "–"), new.get(name, "–")) for name in (*old, *new)}
    return [(name, *texts) for name, texts in both.items() if texts[0] != texts[1]]


def _figures(card: Card) -> dict[str, str]:
    fields = ("calls", "decided", "undecided", "unmonitored", "base", "score", "grade")
    lines = {line.rule: f"{line.met}/{line.met + line.faults}，{line.points:g}" for line in card.lines}
    extras = {one.key: f"{one.points:g}" for one in card.extras}
    return {**lines, **extras, **{name: _text(getattr(card, name)) for name in fields}}


def _text(value: float | str | None) -> str:
    return "–" if value is None else value if isinstance(value, str) else f"{value:g}"


def models(cards: Sequence[Card], scheme: Scheme) -> list[Card]:
    """服务窗口标兵: of those with a score, without a founded complaint and a confirmed rude word, the best by the lower bound."""
    eligible = [card for card in cards if card.score is not None and not card.times("complaints") and not card.times("violations")]  # fmt: skip
    return sorted(eligible, key=standing)[: scheme.models]


def standing(card: Card) -> tuple[bool, float, float, str]:
    """The order of a ranking: the score as it is at the lower bound, so that few calls do not win by luck; those without one last."""
    if card.score is None or card.base is None or card.low is None:
        return True, 0.0, 0.0, card.name
    return False, -(card.score - card.base + card.low), -card.score, card.name


def pack(card: Card) -> str:
    """A card as JSON, the same text for the same card."""
    return json.dumps(asdict(card), ensure_ascii=False, sort_keys=True)


def unpack(text: str) -> Card:
    """The inverse of ``pack``."""
    plain = json.loads(text)
    lines, extras = (tuple(kind(**one) for one in plain[name]) for name, kind in (("lines", Line), ("extras", Extra)))
    return Card(**plain | {"lines": lines, "extras": extras})


def _rate(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 4)


def _round(points: float) -> float:
    return round(points, _DECIMALS) + 0.0
