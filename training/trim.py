"""Removes the ε arcs that composition leaves behind, without determinising again."""

import math
from collections import Counter

import kaldifst

Arc = tuple[int, int, float, int]  # input, output, cost, next state


def merged_epsilons(fst: kaldifst.StdVectorFst) -> kaldifst.StdVectorFst:
    """Skip every arc without labels whose target has no other way in: the target's arcs move to its source."""
    arcs, final, ways_in = _unpack(fst)
    for state in arcs:
        while (found := _lone_epsilon(arcs[state], state, ways_in)) is not None:
            _, _, cost, target = arcs[state].pop(found)
            arcs[state] += [(label, out, weight + cost, then) for label, out, weight, then in arcs[target]]
            final[state] = min(final[state], final[target] + cost)
            arcs[target], final[target], ways_in[target] = [], math.inf, 0
    return _packed(fst.start, arcs, final)


def _lone_epsilon(arcs: list[Arc], state: int, ways_in: Counter[int]) -> int | None:
    for position, (label, out, _, target) in enumerate(arcs):
        if label == out == 0 and ways_in[target] == 1 and target != state:
            return position
    return None


def _unpack(fst: kaldifst.StdVectorFst) -> tuple[dict[int, list[Arc]], list[float], Counter[int]]:
    arcs = {
        state: [(arc.ilabel, arc.olabel, arc.weight.value, arc.nextstate) for arc in kaldifst.ArcIterator(fst, state)]
        for state in range(fst.num_states)
    }
    ways_in = Counter(arc[3] for leaving in arcs.values() for arc in leaving)
    ways_in[fst.start] += 1
    return arcs, [fst.final(state).value for state in range(fst.num_states)], ways_in


def _packed(start: int, arcs: dict[int, list[Arc]], final: list[float]) -> kaldifst.StdVectorFst:
    fst = kaldifst.StdVectorFst()
    for _ in arcs:
        fst.add_state()
    fst.start = start
    for state, leaving in arcs.items():
        for label, out, cost, target in leaving:
            fst.add_arc(state, kaldifst.StdArc(label, out, cost, target))
        if final[state] < 1e30:
            fst.set_final(state, final[state])
    kaldifst.connect(fst)
    return fst
