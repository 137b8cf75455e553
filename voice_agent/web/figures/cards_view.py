"""Score cards as the pages show them: which are listed, in what order, under what address; a card with its versions and its trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from voice_agent.labels import RULE_NAMES
from voice_agent.store import Store
from voice_agent.store.assessment.cards import SignedCard, latest_cards, versions
from voice_agent.store.assessment.scheme import DEDUCTIONS, REWARDS, Scheme
from voice_agent.store.assessment.scoring import Card, Kind, difference, models, standing
from voice_agent.store.assessment.subjects import Wanted, draft_card, draft_cards
from voice_agent.store.statistics.breakdown import BETWEEN
from voice_agent.store.statistics.spans import Span, around, before

KIND_NAMES: dict[Kind, str] = {"clerk": "坐席", "window": "窗口", "unit": "单位"}
#: What a difference is about, besides rules.
FIELD_NAMES = {
    "calls": "来电", "decided": "已判定", "undecided": "无法判定", "unmonitored": "未监测", "base": "基本分", "score": "得分", "grade": "等次",
    **DEDUCTIONS, **REWARDS, **RULE_NAMES,
}  # fmt: skip
#: Months that a trend goes back.
_TREND = 6


@dataclass(frozen=True)
class Row:
    """A line of the list: ``place`` in the ranking (None: not ranked, ``why`` says so), ``changed``: reckoned now it would differ."""

    card: Card
    place: int | None
    model: bool
    why: str
    signed: SignedCard | None
    changed: bool
    link: str


@dataclass(frozen=True)
class Ranking:
    """Some lines of the list; ``total`` and ``unsigned`` count all of it."""

    rows: tuple[Row, ...]
    total: int
    unsigned: int


def ranking(
    store: Store, wanted: Wanted, scheme: Scheme, *, today: date, limit: int | None = None, offset: int = 0
) -> Ranking:
    """The cards of a kind and period by rank, the signed ones as they were signed. Raises StoreError."""
    drafts = {card.subject: card for card in draft_cards(store, wanted, scheme, today=today)}
    signed = {
        subject: one
        for subject, one in latest_cards(store, wanted.kind, wanted.span.key).items()
        if subject in drafts or wanted.units is None or one.card.unit in wanted.units
    }
    shown = sorted({**drafts, **{subject: one.card for subject, one in signed.items()}}.values(), key=standing)
    best = {card.subject for card in models(shown, scheme)}
    part = list(enumerate(shown, 1))[offset : None if limit is None else offset + limit]
    found = []
    for place, card in part:
        one, draft = signed.get(card.subject), drafts.get(card.subject)
        changed = one is not None and draft is not None and bool(difference(one.card, draft))
        ranked, link = card.score is not None, card_link(card.kind, card.subject, wanted.span)
        found.append(Row(card, place if ranked else None, card.subject in best, _why(card, scheme), one, changed, link))
    return Ranking(tuple(found), len(shown), len(shown) - len(signed))


def _why(card: Card, scheme: Scheme) -> str:
    """Why a card cannot become 标兵."""
    if card.score is None:
        return f"判定不足 {scheme.least} 通，不评分"
    reasons = [f"{DEDUCTIONS[key]} {card.times(key)} 件" for key in ("complaints", "violations") if card.times(key)]
    return "，".join(reasons)


def card_link(kind: Kind, subject: str, span: Span, **more: str) -> str:
    """The address of a card; a window is named ``window@unit`` there."""
    return f"/cards/{kind}?{urlencode({'subject': written_subject(subject), 'period': span.key, **more})}"


def written_subject(subject: str) -> str:
    """A subject as addresses name it."""
    unit, between, window = subject.partition(BETWEEN)
    return f"{window}@{unit}" if between else subject


def read_subject(kind: Kind, text: str) -> str:
    """The subject that an address names."""
    if kind != "window":
        return text
    window, _, unit = text.rpartition("@")
    return f"{unit}{BETWEEN}{window}"


@dataclass(frozen=True)
class CardView:
    """One card: ``card`` is what is shown, ``signed`` what it is when it was signed; ``changes`` against the version before (or what a
    new reckoning would change)."""

    card: Card
    signed: SignedCard | None
    history: tuple[SignedCard, ...]
    changes: tuple[tuple[str, str, str], ...]
    draft: Card | None


def card_view(
    store: Store, kind: Kind, subject: str, span: Span, scheme: Scheme, *, today: date, version: int | None = None
) -> CardView | None:
    """The card with its versions (``version``: another one than the latest); None where there is none. Raises StoreError."""
    draft = draft_card(store, kind, subject, span, scheme, today=today)
    history = versions(store, kind, subject, span.key)
    if not history:
        return CardView(draft, None, (), (), draft) if draft else None
    signed = next((one for one in history if one.version == version), history[0])
    earlier = next((one for one in history if one.version == signed.version - 1), None)
    changes = difference(earlier.card, signed.card) if earlier else []
    return CardView(signed.card, signed, tuple(history), tuple(changes), draft)


def trend(
    store: Store, kind: Kind, subject: str, scheme: Scheme, *, last: Span, today: date
) -> list[tuple[Span, Card | None, bool]]:
    """The months up to the one in which ``last`` ends: period, card, and whether it was signed, the oldest first. Raises StoreError."""
    span, found = around("month", min(last.last, today)), []
    for _ in range(_TREND):
        signed: Sequence[SignedCard] = versions(store, kind, subject, span.key)
        card = signed[0].card if signed else draft_card(store, kind, subject, span, scheme, today=today)
        found.append((span, card, bool(signed)))
        span = before(span)
    return found[::-1]
