"""Reads everything that a report tells: one place (a node of the hierarchy, a unit, or everything) in one period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ami_bridge.events import Gap
from phrasebook.model import PhraseBook
from voice_agent.reporting.completeness import incomplete
from voice_agent.reporting.hidden import Known, hidden_finding
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls.gaps import list_gaps
from voice_agent.store.people.directory import list_clerks
from voice_agent.store.people.tree import get_node, list_nodes, units_under
from voice_agent.store.reviews.complaints import Complaint, ComplaintFilter, list_complaints
from voice_agent.store.reviews.rectifications import Item, ItemFilter, list_items
from voice_agent.store.statistics import statistics
from voice_agent.store.statistics.figures import CallCounts, CallLine, Precision, RuleLine
from voice_agent.store.statistics.health import shortfall
from voice_agent.store.statistics.measure_counts import MeasureCounts, measure_counts
from voice_agent.store.statistics.precision import precision
from voice_agent.store.statistics.spans import Span
from voice_agent.store.statistics.tree_figures import branch_lines
from voice_agent.store.statistics.typical import Typical, typical_faults

#: Rules whose faults are told with quotations, quotations of each, and measures or complaints that are listed one by one.
TYPICAL, QUOTED, LISTED = 5, 3, 100
#: Hears what is being read: step, of how many, in words.
Told = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Place:
    """Whom a report is about: a ``node``, a ``unit``, or (both '') everything; ``name`` is what people call it."""

    name: str
    node: str = ""
    unit: str = ""

    @property
    def key(self) -> str:
        """How a record names it."""
        return f"unit:{self.unit}" if self.unit else f"node:{self.node}"


@dataclass(frozen=True)
class Child:
    """A part of a place (a node, a unit, a window, at the bottom a clerk) with its figures; it names itself."""

    name: str
    counts: CallCounts


@dataclass(frozen=True)
class Material:
    """What a report tells. ``before``: figures of the period before; ``children``: the parts below, ``parts`` what they are called.

    ``sources``: rule → the article that asks for it. ``names``: names of people, which no quotation may hold. ``lacks`` says what the
    figures of the period lack, '' when they are whole.
    """

    place: Place
    span: Span
    today: date
    now: CallCounts
    before: CallCounts
    parts: str
    children: tuple[Child, ...]
    clerks: tuple[CallLine, ...]
    rules: tuple[RuleLine, ...]
    sources: Mapping[str, str]
    hours: tuple[CallLine, ...]
    precision: tuple[Precision, ...]
    examples: tuple[tuple[RuleLine, tuple[Typical, ...]], ...]
    measures: MeasureCounts
    items: tuple[Item, ...]
    complaints: tuple[Complaint, ...]
    gaps: tuple[Gap, ...]
    names: tuple[str, ...]
    zone: ZoneInfo
    lacks: str


def place_of(store: Store, *, node: str = "", unit: str = "") -> Place:
    """The place with its name. Raises NotInStore for a node that is not there."""
    if unit:
        return Place(unit, unit=unit)
    if node:
        return Place(get_node(store, node).name, node=node)
    tops = [one for one in list_nodes(store) if not one.parent]
    return Place(tops[0].name if len(tops) == 1 else "全部单位")


def places_under(store: Store, node: str = "") -> list[Place]:
    """A place and everything below it: nodes, then units. Raises NotInStore."""
    units = units_under(store, node) if node else {line.key for line in statistics.call_lines(store, by="unit")}
    nodes = list_nodes(store, under=node)
    tops = [one.code for one in nodes if not one.parent]
    # Everything goes by the name of the one top where there is one, which then needs no report of its own.
    itself = node or (tops[0] if len(tops) == 1 else "")
    below = [one for one in nodes if one.code != itself]
    return [
        place_of(store, node=node),
        *(Place(one.name, node=one.code) for one in below),
        *(Place(unit, unit=unit) for unit in sorted(units) if unit),
    ]


def gather(
    store: Store, book: PhraseBook, place: Place, span: Span, *, today: date, told: Told = lambda *_: None
) -> Material:
    """Read it all. Raises StoreError."""
    chosen = CallFilter(since=span.first, until=span.last, unit=place.unit or None, node=place.node or None)
    told(1, 5, "总体情况")
    now, before = statistics.against_previous(store, chosen)
    rules = statistics.rule_lines(store, chosen)
    told(2, 5, "单位比较")
    parts, children = _children(store, chosen, place)
    told(3, 5, "典型问题")
    worst = sorted((line for line in rules if line.counts.faults), key=lambda line: -line.counts.faults)[:TYPICAL]
    examples = tuple(
        (line, tuple(_hidden(store, typical_faults(store, chosen, line.rule, most=QUOTED)))) for line in worst
    )
    told(4, 5, "督办和整改")
    begin, end = _moments(store, span)
    items = ItemFilter(unit=chosen.unit, node=chosen.node, since=begin, until=end)
    complaints = ComplaintFilter(unit=chosen.unit, node=chosen.node, since=span.first, until=span.last)
    told(5, 5, "监测情况")
    return Material(
        place, span, today, now, before or CallCounts(), parts, children,
        tuple(statistics.call_lines(store, chosen, "clerk")) if place.unit else (), tuple(rules),
        {rule.id: _article(rule.source.annex, rule.source.article) for rule in book.rules.values()},
        tuple(statistics.call_lines(store, chosen, "hour")), tuple(precision(store, chosen)), examples,
        measure_counts(store, chosen, today=today), tuple(list_items(store, items, limit=LISTED)),
        tuple(list_complaints(store, complaints, limit=LISTED)), tuple(list_gaps(store, since=begin, until=end)),
        tuple(one.name for one in list_clerks(store) if len(one.name) > 1), store.timezone,
        incomplete(shortfall(store, now, span.first, span.last), store.timezone),
    )  # fmt: skip


def _hidden(store: Store, found: Iterable[Typical]) -> Iterator[Typical]:
    """The examples with what is personal in them masked."""
    known = Known(store)
    for one in found:
        shown = hidden_finding(one.found.finding, known.of(one.found.call))
        yield replace(one, found=replace(one.found, finding=shown))


def _children(store: Store, chosen: CallFilter, place: Place) -> tuple[str, tuple[Child, ...]]:
    """What stands side by side below a place. A unit's parts are its windows."""
    if place.unit:
        lines = statistics.call_lines(store, replace(chosen, node=None), "window")
        return "窗口", tuple(Child(line.key or "（窗口不详）", line.counts) for line in lines)
    if place.node or list_nodes(store):
        found = [Child(line.label, line.counts) for line in branch_lines(store, chosen, place.node)]
        if place.node or len(found) > 1 or not (tops := [one for one in list_nodes(store) if not one.parent]):
            return "下级单位", tuple(found)
        return "下级单位", tuple(Child(line.label, line.counts) for line in branch_lines(store, chosen, tops[0].code))
    lines = statistics.call_lines(store, chosen, "unit")
    return "单位", tuple(Child(line.key or "（单位不详）", line.counts) for line in lines)


def _moments(store: Store, span: Span) -> tuple[float, float]:
    """The beginning of the first day and the end of the last, unix seconds."""
    first, after = (
        datetime.combine(day, time(), store.timezone) for day in (span.first, span.last + timedelta(days=1))
    )
    return first.timestamp(), after.timestamp()


def _article(annex: int, article: str) -> str:
    return f"附件{annex} {article}" if annex else article or "本单位规定"
