"""Figures level by level: the children of a node side by side, each with all units below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Store
from voice_agent.store.people.tree import Node, list_nodes, unit_nodes
from voice_agent.store.statistics.figures import CallCounts
from voice_agent.store.statistics.statistics import call_lines


@dataclass(frozen=True)
class BranchLine:
    """A child of a node: ``node`` to drill into, or a ``unit`` that hangs directly on the node; with its figures."""

    label: str
    node: str
    unit: str
    counts: CallCounts


def branch_lines(store: Store, chosen: CallFilter, top: str) -> list[BranchLine]:
    """The children of ``top`` ('' the whole forest), nodes first; what had no call is left out. Raises StoreError."""
    nodes, places = list_nodes(store), unit_nodes(store)
    units = {line.key: line.counts for line in call_lines(store, replace(chosen, node=top or None), "unit")}
    found = [
        BranchLine(node.name, node.code, "", _below(node, nodes, places, units)) for node in nodes if node.parent == top
    ]
    direct = [
        BranchLine(unit or "（单位不详）", "", unit, counts)
        for unit, counts in units.items()
        if places.get(unit, "") == top
    ]
    return [line for line in [*found, *direct] if line.counts.calls]


def _below(top: Node, nodes: list[Node], places: Mapping[str, str], units: Mapping[str, CallCounts]) -> CallCounts:
    inside = {node.code for node in nodes if node.path.startswith(top.path)}
    total = CallCounts()
    for unit, counts in units.items():
        if places.get(unit) in inside:
            total = total.plus(counts)
    return total


def way_to(store: Store, code: str) -> list[Node]:
    """The nodes from the top down to one. Raises StoreError."""
    known = {node.code: node for node in list_nodes(store)}
    return [known[part] for part in known[code].path.strip("/").split("/")] if code in known else []
