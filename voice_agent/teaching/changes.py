"""What another judge would change: verdicts gained and lost by rule and unit, and how both judges stand to what people decided. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from voice_agent.values import EVERY_RULE, FAULTS, Status

#: Calls that a report names; all are counted.
MOST_NAMED = 200


@dataclass(frozen=True)
class Compared:
    """One call by two judges: status by rule ``before`` and ``after``; ``decided``: by rule what people decided (a fault or none)."""

    call: int
    call_id: str
    unit: str
    before: Mapping[str, Status]
    after: Mapping[str, Status]
    decided: Mapping[str, bool]


def summed(compared: Iterable[Compared], *, whole: bool = True) -> dict[str, Any]:
    """The report as plain data: ``rules`` and ``units`` with counts, ``decided`` by rule, and the ``changed`` calls."""
    seen = list(compared)
    rules: dict[str, Counter[str]] = {rule: Counter() for rule in EVERY_RULE}
    units: dict[str, Counter[str]] = {}
    decided: dict[str, Counter[str]] = {}
    changed: list[dict[str, Any]] = []
    for one in seen:
        unit = units.setdefault(one.unit, Counter())
        unit["calls"] += 1
        for rule in EVERY_RULE:
            old, new = one.before.get(rule, "not_applicable"), one.after.get(rule, "not_applicable")
            if rule in one.decided:
                _hold_against(decided.setdefault(rule, Counter()), old in FAULTS, new in FAULTS, one.decided[rule])
            for what in _changes(old, new):
                rules[rule][what] += 1
                unit[what] += 1
            if old != new:
                changed.append(_named(one, rule, old, new))
    changed.sort(key=lambda row: (_ORDER[row["kind"]], row["call"]))
    return {
        "calls": len(seen), "whole": whole,
        "rules": {rule: dict(counts) for rule, counts in rules.items() if counts},
        "units": {unit: dict(counts) for unit, counts in sorted(units.items())},
        "decided": {rule: dict(counts) for rule, counts in decided.items()},
        "changes": len(changed), "changed": changed[:MOST_NAMED],
    }  # fmt: skip


#: What becomes an accusation is listened to first, then what no longer is one.
_ORDER = {"gained": 0, "lost": 1, "other": 2}


def _changes(old: Status, new: Status) -> Iterable[str]:
    """``gained``/``lost``: accusations; ``doubted``/``settled``: what a person must (no longer) listen to."""
    if (old in FAULTS) != (new in FAULTS):
        yield "gained" if new in FAULTS else "lost"
    if (old == "uncertain") != (new == "uncertain"):
        yield "doubted" if new == "uncertain" else "settled"


def _named(one: Compared, rule: str, old: Status, new: Status) -> dict[str, Any]:
    kind = "other" if (old in FAULTS) == (new in FAULTS) else "gained" if new in FAULTS else "lost"
    return {
        "call": one.call, "call_id": one.call_id, "unit": one.unit, "rule": rule, "before": old, "after": new, "kind": kind,
        "decided": one.decided.get(rule),
    }  # fmt: skip


def _hold_against(counts: Counter[str], before: bool, after: bool, fault: bool) -> None:
    """Right, wrong and missed accusations of both judges."""
    counts["faults" if fault else "innocent"] += 1
    for name, said in (("before", before), ("after", after)):
        if said:
            counts[f"right_{name}" if fault else f"wrong_{name}"] += 1
        elif fault:
            counts[f"missed_{name}"] += 1


def rates(counts: Mapping[str, int], when: str) -> tuple[float | None, float | None]:
    """Precision and recall of the judge ``when`` (before or after); None where there is nothing to divide by."""
    right, wrong = counts.get(f"right_{when}", 0), counts.get(f"wrong_{when}", 0)
    faults = counts.get("faults", 0)
    return (right / (right + wrong) if right + wrong else None), (right / faults if faults else None)


def all_rules(decided: Mapping[str, Mapping[str, int]]) -> Counter[str]:
    """The counts of all rules together."""
    total: Counter[str] = Counter()
    for counts in decided.values():
        total.update(counts)
    return total


def truth_cells(counts: Mapping[str, int]) -> list[str]:
    """A line of the table against people's decisions."""
    (precise, found), (precise_after, found_after) = rates(counts, "before"), rates(counts, "after")
    return [
        f"{counts.get('faults', 0)}/{counts.get('innocent', 0)}",
        f"{_rate(precise)} → {_rate(precise_after)}",
        f"{_rate(found)} → {_rate(found_after)}",
        f"{counts.get('wrong_before', 0)} → {counts.get('wrong_after', 0)}",
    ]


def _rate(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.0%}"
