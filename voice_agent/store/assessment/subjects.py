"""Whose cards there are in a period, and what they are reckoned from: the kept sums, decisions of people, complaints, rectifications."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from voice_agent.store.assessment.scheme import Scheme
from voice_agent.store.assessment.scoring import Card, Kept, Kind, reckon
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Store
from voice_agent.store.people.directory import list_clerks
from voice_agent.store.statistics.breakdown import BETWEEN
from voice_agent.store.statistics.figures import CallCounts, CallLine
from voice_agent.store.statistics.spans import Span
from voice_agent.store.statistics.statistics import call_lines, rule_sums


@dataclass(frozen=True)
class Wanted:
    """Which cards: of a kind, in a period; of one ``subject``, or of all whose unit is in ``units`` (None: all)."""

    kind: Kind
    span: Span
    subject: str = ""
    units: frozenset[str] | None = None


def draft_cards(store: Store, wanted: Wanted, scheme: Scheme, *, today: date) -> list[Card]:
    """The cards as they stand now, by name; what had no call has none. Raises StoreError.

    A clerk's card is about all calls of that clerk, in whatever unit; it belongs to the unit where the clerk sits now.
    """
    chosen = _filter(wanted)
    people = {one.job_number: one for one in list_clerks(store)} if wanted.kind == "clerk" else {}
    calls = {_subject(wanted.kind, line): line for line in call_lines(store, chosen, wanted.kind) if line.key}
    rules: dict[str, dict[str, Kept]] = {}
    for (subject, rule), (met, faults, uncertain, *_) in rule_sums(store, chosen, wanted.kind).items():
        rules.setdefault(subject, {})[rule] = Kept(met, faults, uncertain)
    events = _events(store, wanted, today)
    cards = []
    for subject in sorted(calls.keys() | rules.keys()):
        found = calls.get(subject)
        if wanted.kind == "clerk":
            clerk = people.get(subject)
            unit, name = (clerk.unit, clerk.name or subject) if clerk else (found.unit if found else "", subject)
        else:
            unit, name = subject.partition(BETWEEN)[0], subject.replace(BETWEEN, " ")
        if subject and (wanted.units is None or unit in wanted.units):
            counts = found.counts if found else CallCounts()
            cards.append(
                reckon(
                    scheme, wanted.kind, subject, unit, name, counts, rules.get(subject, {}), events.get(subject, {})
                )
            )
    return sorted(cards, key=lambda card: (card.name, card.subject))


def draft_card(store: Store, kind: Kind, subject: str, span: Span, scheme: Scheme, *, today: date) -> Card | None:
    """One card as it stands now, None without calls. Raises StoreError."""
    found = draft_cards(store, Wanted(kind, span, subject), scheme, today=today)
    return next((card for card in found if card.subject == subject), None)


def _filter(wanted: Wanted) -> CallFilter:
    chosen = CallFilter(since=wanted.span.first, until=wanted.span.last)
    if not wanted.subject:
        return chosen
    if wanted.kind == "clerk":
        return replace(chosen, clerk=wanted.subject, first=True)
    unit, _, window = wanted.subject.partition(BETWEEN)
    return replace(chosen, unit=unit, window=window or None)


def _subject(kind: Kind, line: CallLine) -> str:
    return f"{line.unit}{BETWEEN}{line.key}" if kind == "window" else line.key


_CLERK = {"f": "coalesce(p.clerk, c.clerk)", "m": "m.clerk", "i": "i.clerk"}
_UNIT = {"f": "coalesce(p.unit, c.unit)", "m": "m.unit", "i": "i.unit"}
_WINDOW = {"f": "coalesce(p.window, c.window)", "m": "m.window", "i": "coalesce(k.window, '')"}


def _key(kind: Kind, table: str) -> str:
    if kind == "clerk":
        return _CLERK[table]
    return _UNIT[table] if kind == "unit" else f"{_UNIT[table]} || char(31) || {_WINDOW[table]}"


def _events(store: Store, wanted: Wanted, today: date) -> Mapping[str, Mapping[str, int]]:
    """Subject → what it loses points for → how often."""
    span, found = wanted.span, dict[str, dict[str, int]]()
    begin, end = (
        datetime.combine(day, time(), store.timezone).timestamp() for day in (span.first, span.last + timedelta(days=1))
    )
    offset = datetime.combine(today, time(), store.timezone).utcoffset() or timedelta()
    values = {
        "first": span.first.isoformat(), "last": span.last.isoformat(), "today": today.isoformat(), "begin": begin, "end": end,
        "offset": offset.total_seconds(), "subject": wanted.subject,
    }  # fmt: skip
    for sql in _queries(wanted.kind):
        for row in store.rows(f"SELECT * FROM ({sql}) WHERE :subject = '' OR subject = :subject", values):
            counts = found.setdefault(row["subject"], {})
            counts |= {name: int(row[name] or 0) for name in row.keys() if name != "subject"}  # noqa: SIM118 - a Row is no mapping
    return found


def _queries(kind: Kind) -> tuple[str, ...]:
    """Decisions outwards: people's are few where findings are millions. Complaints count when they were received, items when made."""
    return (
        f"""SELECT {_key(kind, "f")} AS subject, count(*) AS violations FROM (SELECT DISTINCT finding FROM reviews) r
        CROSS JOIN findings f ON f.id = r.finding CROSS JOIN calls c ON c.id = f.call
        LEFT JOIN call_clerks p ON p.call = f.call AND p.position = f.position
        WHERE f.counted = 1 AND f.rule = 'prohibited' AND f.status = 'violated' AND f.day BETWEEN :first AND :last GROUP BY 1""",
        f"""SELECT {_key(kind, "m")} AS subject, sum(m.outcome IN ('founded', 'partly')) AS complaints,
        sum(m.outcome <> 'unfounded') AS all_complaints FROM complaints m WHERE m.received BETWEEN :first AND :last GROUP BY 1""",
        f"""SELECT {_key(kind, "i")} AS subject,
        sum(iif(i.state = 'accepted', date(i.submitted_at + :offset, 'unixepoch'), :today) > i.due) AS late_items
        FROM rectifications i LEFT JOIN clerks k ON k.job_number = i.clerk AND i.clerk <> ''
        WHERE i.made_at >= :begin AND i.made_at < :end GROUP BY 1""",
    )
