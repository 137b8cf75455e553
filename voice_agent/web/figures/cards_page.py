"""考核: score cards of clerks, windows and units, ranked; signing them; one card with its versions; a clerk's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import cast, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.reporting.exports import xlsx_pieces
from voice_agent.reporting.tables import Cell, Sheet
from voice_agent.store import CallFilter
from voice_agent.store.assessment.cards import sign_again, sign_cards
from voice_agent.store.assessment.scheme import current_scheme, get_scheme
from voice_agent.store.assessment.scoring import Kind, difference
from voice_agent.store.assessment.subjects import Wanted
from voice_agent.store.people.tree import scope, units_under
from voice_agent.store.statistics.spans import Span, over, span_of
from voice_agent.web.call.reviewing import text_of
from voice_agent.web.doors.ownership import within
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures import cards_view as view
from voice_agent.web.figures.downloads import XLSX, attachment
from voice_agent.web.figures.periods import address, offered_spans, told
from voice_agent.web.queue.call_lists import place_choices
from voice_agent.web.queue.listing import PER_PAGE, Listing, page_number

Given = dict[str, str]


def _today(visit: Visit) -> date:
    return datetime.now(visit.store.timezone).date()


def _span(visit: Visit, key: str) -> Span:
    """The period asked for, else last month. Raises StoreError."""
    return span_of(key) if key else next(over("month", _today(visit)))


def _kind(text: str) -> Kind:
    return cast(Kind, text) if text in get_args(Kind) else "clerk"


def units_of(visit: Visit, given: Given) -> frozenset[str] | None:
    """The units asked for, as far as this person may see them; None: all."""
    asked = within(visit, CallFilter(unit=given.get("unit") or None, node=given.get("node") or None))
    seen = scope(visit.store, visit.user)
    under = units_under(visit.store, asked.node) if asked.node else None
    chosen = frozenset({asked.unit}) if asked.unit else under
    return seen if chosen is None else chosen if seen is None else chosen & seen


def _wanted(visit: Visit, given: Given) -> Wanted:
    return Wanted(_kind(given.get("kind", "")), _span(visit, given.get("period", "")), units=units_of(visit, given))


def show_cards(visit: Visit) -> Response:
    """The ranking of a period with what it rests on, and the way to sign it. Raises StoreError."""
    given, scheme = dict(visit.query), current_scheme(visit.store)
    wanted = _wanted(visit, given)
    params = {name: given.get(name, "") for name in ("node", "unit")} | {"period": wanted.span.key}
    page = page_number(given.get("page"))
    found = view.ranking(
        visit.store, wanted, scheme.scheme, today=_today(visit), limit=PER_PAGE, offset=(page - 1) * PER_PAGE
    )
    kept = {name: value for name, value in {**params, "kind": wanted.kind}.items() if value}
    listing = Listing("/cards", kept, "", False, page, found.total, "", False, what="张")
    return visit.show(
        "cards.html", ranking=found, rows=found.rows, listing=listing, wanted=wanted, version=scheme,
        over=wanted.span.last < _today(visit), offered=offered_spans(_today(visit), wanted.span), choices=place_choices(visit.store, visit.user),
        given=params, kind_names=view.KIND_NAMES, file=address("/cards.xlsx", params, kind=wanted.kind),
        kinds=[(kind, name, address("/cards", params, kind=kind)) for kind, name in view.KIND_NAMES.items()],
    )  # fmt: skip


def sign(visit: Visit) -> Response:
    """Sign all cards of a kind and period that are not signed yet. Raises StoreError."""
    given = dict(visit.form)
    wanted = _wanted(visit, given)
    number = sign_cards(visit.store, wanted, visit.user.id, today=_today(visit))
    visit.note("sign_cards", f"{wanted.kind} {wanted.span.key}", f"{number} 张")
    params = {name: given.get(name, "") for name in ("node", "unit")}
    return visit.go(address("/cards", params, kind=wanted.kind, period=wanted.span.key))


def _the_card(visit: Visit, given: Given) -> tuple[view.CardView, Kind, str, Span]:
    """The card that the address names, if a unit that it belongs (or belonged) to is this person's. Raises HTTPException 404."""
    kind = _kind(str(visit.request.path_params["kind"]))
    subject, span = view.read_subject(kind, given.get("subject", "")), _span(visit, given.get("period", ""))
    number = given.get("version", "")
    found = view.card_view(
        visit.store, kind, subject, span, current_scheme(visit.store).scheme, today=_today(visit),
        version=int(number) if number.isascii() and number.isdigit() and len(number) < 9 else None,
    )  # fmt: skip
    seen = scope(visit.store, visit.user)
    units = {found.card.unit, *(one.card.unit for one in found.history)} if found else set()
    if found is None or (seen is not None and not units & seen):
        raise HTTPException(404)
    return found, kind, subject, span


def show_card(visit: Visit) -> Response:
    """One card with its versions, differences and trend. Raises StoreError."""
    found, kind, subject, span = _the_card(visit, dict(visit.query))
    return _show(visit, found, kind, subject, span)


def _show(visit: Visit, found: view.CardView, kind: Kind, subject: str, span: Span) -> Response:
    version = get_scheme(visit.store, found.signed.scheme) if found.signed else current_scheme(visit.store)
    latest = found.history[0] if found.history else None
    pending = difference(latest.card, found.draft) if latest and found.draft else []
    trend = view.trend(visit.store, kind, subject, version.scheme, last=span, today=_today(visit))
    scores = [card.score for _, card, _ in trend if card is not None and card.score is not None]
    return visit.show(
        "card.html", trend=trend, lowest=max(0, int(min(scores, default=0.0) // 10 * 10) - 10), view=found, card=found.card, span=span, version=version, kind_name=view.KIND_NAMES[kind], names=view.FIELD_NAMES,
        pending=pending, offered=offered_spans(_today(visit), span), subject=view.written_subject(subject), kind=kind,
        links=[(one, view.card_link(kind, subject, span, version=str(one.version))) for one in found.history],
    )  # fmt: skip


def again(visit: Visit) -> Response:
    """Reckon a signed card anew as its next version. Raises StoreError."""
    _, kind, subject, span = _the_card(visit, dict(visit.form))
    number = sign_again(visit.store, kind, subject, span, visit.user.id, text_of(visit, "remark"), today=_today(visit))
    visit.note("sign_cards", f"{kind} {span.key} {view.written_subject(subject)}", f"第 {number} 版")
    return visit.go(view.card_link(kind, subject, span))


def show_mine(visit: Visit) -> Response:
    """A clerk's own card and trend, and nobody else's. Raises StoreError."""
    span, number = _span(visit, visit.query.get("period", "")), visit.user.job_number
    scheme = current_scheme(visit.store)
    found = view.card_view(visit.store, "clerk", number, span, scheme.scheme, today=_today(visit))
    if found is None:
        return visit.show("card_none.html", span=span, offered=offered_spans(_today(visit), span))
    return _show(visit, found, "clerk", number, span)


def cards_file(visit: Visit) -> Response:
    """The list as XLSX. Raises StoreError."""
    given = dict(visit.query)
    wanted = _wanted(visit, given)
    rows = view.ranking(visit.store, wanted, current_scheme(visit.store).scheme, today=_today(visit)).rows
    visit.note("export", "/cards.xlsx", told(visit.query))
    name = f"考核_{view.KIND_NAMES[wanted.kind]}_{wanted.span.key}.xlsx"
    return attachment(xlsx_pieces([_sheet(rows, view.KIND_NAMES[wanted.kind])]), name, XLSX)


def _sheet(rows: Iterable[view.Row], kind: str) -> Sheet:
    headings = ("名次", kind, "编号", "单位", "得分", "基本分", "区间下限", "区间上限", "等次", "已判定", "无法判定", "未监测", "标兵", "说明", "签发")  # fmt: skip
    return Sheet("考核", headings, (_row(one) for one in rows))


def _row(one: view.Row) -> tuple[Cell, ...]:
    card = one.card
    signed = f"第 {one.signed.version} 版 {one.signed.signed_by_name}" if one.signed else "未签发"
    return (
        one.place, card.name, view.written_subject(card.subject), card.unit, card.score, card.base, card.low, card.high, card.grade,
        card.decided, card.undecided, card.unmonitored, "是" if one.model else "", one.why, signed,
    )  # fmt: skip


PAGES = (
    Page("cards", "GET", "/cards", show_cards),
    Page("sign_cards", "POST", "/cards", sign),
    Page("cards_file", "GET", "/cards.xlsx", cards_file),
    Page("card", "GET", "/cards/{kind}", show_card),
    Page("sign_again", "POST", "/cards/{kind}", again),
    Page("my_card", "GET", "/card", show_mine),
)
