"""坐席 × 要求: how well each clerk keeps each rule, at one sight, each figure with the calls behind it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from voice_agent.labels import RULE_NAMES
from voice_agent.store.people.directory import list_clerks
from voice_agent.store.statistics.figures import RuleCounts
from voice_agent.store.statistics.statistics import rule_lines
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures.periods import calls_link
from voice_agent.web.figures.statistics_page import chosen_period
from voice_agent.web.figures.statistics_view import FAULT_STATUSES
from voice_agent.web.queue.call_lists import choices

#: Rates from which on a cell is good, and below which it is bad; decided calls without which it is neither.
_GOOD, _BAD, _ENOUGH = 0.95, 0.8, 5


@dataclass(frozen=True)
class Cell:
    """One clerk and rule: ``kind`` good, warn, bad or none; ``link``: the calls at fault, '' without any."""

    counts: RuleCounts
    kind: str
    link: str


def show_matrix(visit: Visit) -> Response:
    """The table; clerks with the lowest rate over all rules come first. Raises StoreError."""
    chosen, names = chosen_period(visit), {one.job_number: one for one in list_clerks(visit.store)}
    found: dict[str, dict[str, RuleCounts]] = {}
    for line in rule_lines(visit.store, chosen, "clerk"):
        if line.key:
            found.setdefault(line.key, {})[line.rule] = line.counts
    rules = [rule for rule in RULE_NAMES if any(rule in counts for counts in found.values())]
    rows = []
    for clerk, counts in found.items():
        met, applicable = (sum(getattr(one, name) for one in counts.values()) for name in ("met", "applicable"))
        cells = [
            _cell(counts.get(rule, RuleCounts()), calls_link(chosen, clerk=clerk, rule=rule, status=FAULT_STATUSES))
            for rule in rules
        ]
        label = f"{names[clerk].name} {clerk}".strip() if clerk in names else clerk
        rows.append(
            (met / applicable if applicable else 1.0, label, names[clerk].unit if clerk in names else "", cells)
        )
    rows.sort(key=lambda row: row[:2])
    return visit.show(
        "matrix.html", chosen=chosen, choices=choices(visit.store, visit.user), rules=rules, rows=rows, good=_GOOD, bad=_BAD, enough=_ENOUGH
    )  # fmt: skip


def _cell(counts: RuleCounts, link: str) -> Cell:
    rate = counts.rate
    if rate is None or counts.applicable < _ENOUGH:
        kind = "none"
    else:
        kind = "good" if rate >= _GOOD else "bad" if rate < _BAD else "warn"
    return Cell(counts, kind, link if counts.faults else "")


PAGES = (Page("matrix", "GET", "/cards/matrix", show_matrix),)
