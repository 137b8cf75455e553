"""坐席 × 要求: how well each clerk keeps each rule, at one sight, each figure with the calls behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.responses import Response

from voice_agent.labels import RULE_NAMES
from voice_agent.store.people.directory import list_clerks
from voice_agent.store.statistics.figures import RuleCounts
from voice_agent.store.statistics.statistics import rule_sums
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures.periods import calls_link
from voice_agent.web.figures.statistics_page import chosen_period
from voice_agent.web.figures.statistics_view import FAULT_STATUSES
from voice_agent.web.queue.call_lists import place_choices
from voice_agent.web.queue.listing import PER_PAGE, Listing, page_number

#: Rates from which on a cell is good, and below which it is bad; decided calls without which it is neither.
_GOOD, _BAD, _ENOUGH = 0.95, 0.8, 5


@dataclass(frozen=True)
class Cell:
    """One clerk and rule: ``kind`` good, warn, bad or none; ``link``: the calls at fault, '' without any."""

    counts: RuleCounts
    kind: str
    link: str


def show_matrix(visit: Visit) -> Response:
    """The table, a page at a time; clerks with the lowest rate over all rules come first. Raises StoreError."""
    chosen, names = chosen_period(visit), {one.job_number: one for one in list_clerks(visit.store)}
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for (clerk, rule), sums in rule_sums(visit.store, chosen, "clerk").items():
        if clerk:
            found.setdefault(clerk, {})[rule] = sums
    judged = {rule for sums in found.values() for rule in sums}
    rules, page = [rule for rule in RULE_NAMES if rule in judged], page_number(visit.query.get("page"))
    order = sorted(found, key=lambda clerk: (_rate(found[clerk].values()), clerk))
    rows = []
    for clerk in order[(page - 1) * PER_PAGE : page * PER_PAGE]:
        counts = {rule: RuleCounts(*sums) for rule, sums in found[clerk].items()}
        cells = [
            _cell(counts.get(rule, RuleCounts()), calls_link(chosen, clerk=clerk, rule=rule, status=FAULT_STATUSES))
            for rule in rules
        ]
        name, unit = (f"{names[clerk].name} {clerk}".strip(), names[clerk].unit) if clerk in names else (clerk, "")
        rows.append((name, unit, cells))
    listing = Listing("/cards/matrix", chosen.as_params(), "", False, page, len(order), "", False, what="名坐席")
    return visit.show(
        "matrix.html", chosen=chosen, choices=place_choices(visit.store, visit.user), rules=rules, rows=rows, good=_GOOD, bad=_BAD, enough=_ENOUGH,
        listing=listing,
    )  # fmt: skip


def _rate(sums: Iterable[tuple[int, ...]]) -> float:
    """Over all rules; the first two figures are met and faults."""
    met, faults = map(sum, zip(*(one[:2] for one in sums), strict=True))
    return met / (met + faults) if met + faults else 1.0


def _cell(counts: RuleCounts, link: str) -> Cell:
    rate = counts.rate
    if rate is None or counts.applicable < _ENOUGH:
        kind = "none"
    else:
        kind = "good" if rate >= _GOOD else "bad" if rate < _BAD else "warn"
    return Cell(counts, kind, link if counts.faults else "")


PAGES = (Page("matrix", "GET", "/cards/matrix", show_matrix),)
