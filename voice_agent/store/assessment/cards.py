"""Signed cards: frozen with the rule that made them; a later reckoning is another version, with the reason and the difference."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

from voice_agent.errors import StoreError
from voice_agent.store.assessment.scheme import current_scheme
from voice_agent.store.assessment.scoring import Card, Kind, difference, pack, unpack
from voice_agent.store.assessment.subjects import Wanted, draft_card, draft_cards
from voice_agent.store.database import Row, Store
from voice_agent.store.statistics.spans import Span


@dataclass(frozen=True)
class SignedCard:
    """A card as it was signed. ``scheme`` is the version of the rule; ``remark`` says why there is a later version."""

    id: int
    span: str
    version: int
    scheme: int
    card: Card
    remark: str
    signed_by_name: str
    signed_at: float


_SELECT = "SELECT s.*, u.name FROM cards s JOIN users u ON u.id = s.signed_by"


def sign_cards(store: Store, wanted: Wanted, user: int, *, today: date, now: float | None = None) -> int:
    """Freeze every card that is not signed yet, by the rule in force. Returns how many. Raises StoreError: the period is not over."""
    _check_over(wanted.span, today)
    with store.transaction():
        version = current_scheme(store)
        known = set(latest_cards(store, wanted.kind, wanted.span.key))
        drafts = draft_cards(store, wanted, version.scheme, today=today)
        fresh = [card for card in drafts if card.subject not in known]
        for card in fresh:
            _insert(store, card, wanted.span, 1, version.version, "", user, now)
    return len(fresh)


def sign_again(
    store: Store, kind: Kind, subject: str, span: Span, user: int, remark: str, *, today: date, now: float | None = None
) -> int:
    """Reckon a signed card anew, as the next version. Returns its number.

    Raises StoreError: no reason, never signed before, or nothing has changed.
    """
    _check_over(span, today)
    if not remark.strip():
        raise StoreError("请写明重新核算的理由")
    with store.transaction():
        before = versions(store, kind, subject, span.key)
        if not before:
            raise StoreError("这张考核表还没有签发过")
        version = current_scheme(store)
        card = draft_card(store, kind, subject, span, version.scheme, today=today)
        if card is None or (version.version == before[0].scheme and not difference(before[0].card, card)):
            raise StoreError(f"与第 {before[0].version} 版相同，不必重新签发")
        _insert(store, card, span, before[0].version + 1, version.version, remark.strip(), user, now)
    return before[0].version + 1


def latest_cards(store: Store, kind: Kind, span: str) -> dict[str, SignedCard]:
    """Subject → its latest signed card of a period. Raises StoreError."""
    rows = store.rows(f"{_SELECT} WHERE s.kind = ? AND s.span = ? ORDER BY s.subject, s.version", (kind, span))
    return {row["subject"]: _signed(row) for row in rows}


def versions(store: Store, kind: Kind, subject: str, span: str) -> list[SignedCard]:
    """All signed versions of a card, the latest first. Raises StoreError."""
    rows = store.rows(
        f"{_SELECT} WHERE s.kind = ? AND s.subject = ? AND s.span = ? ORDER BY s.version DESC", (kind, subject, span)
    )
    return [_signed(row) for row in rows]


def _check_over(span: Span, today: date) -> None:
    if span.last >= today:
        raise StoreError(f"{span.name}还没有结束，不能签发")


def _insert(
    store: Store, card: Card, span: Span, version: int, scheme: int, remark: str, user: int, now: float | None
) -> None:
    store.write(
        "INSERT INTO cards (kind, subject, unit, span, version, scheme, content, remark, signed_by, signed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            card.kind, card.subject, card.unit, span.key, version, scheme, pack(card), remark, user, time.time() if now is None else now,
        ),
    )  # fmt: skip


def _signed(row: Row) -> SignedCard:
    return SignedCard(
        row["id"], row["span"], row["version"], row["scheme"], unpack(row["content"]), row["remark"], row["name"], row["signed_at"]
    )  # fmt: skip
