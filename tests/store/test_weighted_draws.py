"""Weighted draws: windows to look at give more, the weights are kept, and what is found is carried over to all calls fairly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.makers import MORNING, judged_call, staff, unhurried
from voice_agent.store import Store
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.people.charges import Charge, charge_units, set_charges
from voice_agent.store.people.tree import Node, place_unit, save_nodes
from voice_agent.store.reviews import draw_work, draws, inference, lots
from voice_agent.store.reviews.inference import Counted, estimate
from voice_agent.store.statistics.wilson import bounds


def _windows(store: Store, per_window: int = 6) -> None:
    """So many calls at each of the windows of the clerks 1086, 1087 and 2001."""
    for n in range(per_window * 3):
        clerk = ("1086", "1087", "2001")[n % 3]
        judged_call(store, f"1.{n}", {"greeting": "missing"} if clerk == "1086" else {}, clerk=clerk, start=MORNING + n)


def test_a_weighted_draw_records_its_weights(store: Store) -> None:
    """The heavier window gives more calls, the same seed the same ones, and all windows stand in the record with their weights."""
    people = staff(store)
    _windows(store)
    weights = {("社保局", "3号窗口"): 4.0}
    made = [
        draws.draw_calls(store, CallFilter(), number=9, per="weighted", seed="s", user=people["boss"], weights=weights)
        for _ in range(2)
    ]
    assert made[0].calls == made[1].calls
    assert made[0].per == "weighted"
    strata = draws.strata_of(store, made[0].id)
    assert [(one.label, one.weight, one.population, one.expected) for one in strata[:1]] == [
        ("社保局 3号窗口", 4.0, 6, 6.0)
    ]
    assert [one.drawn for one in strata] == [6, 2, 1]
    assert {one.weight for one in strata[1:]} == {1.0}


@unhurried
@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=2), st.tuples(st.integers(1, 30), st.floats(1, 4)), min_size=1),
    st.integers(0, 80),
)
def test_lots_are_shared_out_whole(parts: dict[str, tuple[int, float]], number: int) -> None:
    """Exactly as many as asked for, or all there are; each part one of the numbers next to its share, never more than it has."""
    sizes, weights = {name: one for name, (one, _) in parts.items()}, {name: one for name, (_, one) in parts.items()}
    shares = lots.fair_shares(sizes, weights, number)
    given_out = lots.whole_shares(shares, "s")
    assert sum(given_out.values()) == min(number, sum(sizes.values()))
    assert all(0 <= given_out[name] <= sizes[name] for name in sizes)
    assert all(abs(given_out[name] - shares[name]) < 1.000001 for name in sizes)


def test_small_parts_have_their_chance() -> None:
    """Over many seeds each part is drawn from as often as its share says, however small: no window is passed over for good."""
    shares = lots.fair_shares({f"{n}": n for n in range(1, 9)}, {f"{n}": 1.0 + (n == 2) for n in range(1, 9)}, 4)
    seen = dict.fromkeys(shares, 0)
    for seed in range(2000):
        for name, number in lots.whole_shares(shares, f"{seed}").items():
            seen[name] += number
    assert all(abs(seen[name] / 2000 - shares[name]) < 0.05 for name in shares)
    assert shares["2"] == pytest.approx(shares["4"])


def test_what_a_weighted_draw_finds_is_weighed_back(store: Store) -> None:
    """All calls of one window in three are at fault: a draw that looks there most still infers a third; an even draw needs no weighing."""
    people = staff(store)
    _windows(store, 12)
    draw = draws.draw_calls(
        store,
        CallFilter(),
        number=18,
        per="weighted",
        seed="s",
        user=people["boss"],
        weights={("社保局", "3号窗口"): 4.0},
    )
    for call in draw.calls:
        draw_work.done_in_draw(store, draw.id, call, people["r1"])
    found = inference.inferred(store, draw.id)
    assert draw_work.result(store, draw.id).calls.rate == pytest.approx(12 / 18)
    assert found[""].rate == found["greeting"].rate == pytest.approx(1 / 3)
    assert found[""].bounds[0] < 1 / 3 < found[""].bounds[1]
    even = draws.draw_calls(store, CallFilter(), number=4, per="window", seed="s", user=people["boss"])
    for call in even.calls:
        draw_work.done_in_draw(store, even.id, call, people["r1"])
    assert inference.inferred(store, even.id) == {}


def test_parts_drawn_alike_give_the_plain_interval() -> None:
    """Wilson's interval as printed in tables (3 of 10: 10.8–60.3 %), and the same from two equal parts; nothing decided says nothing."""
    assert bounds(3, 10) == pytest.approx((0.1078, 0.6032), abs=1e-4)
    halves = estimate([Counted(1, 5, 7.0), Counted(2, 5, 7.0)])
    assert halves.bounds == pytest.approx(bounds(3, 10))
    assert estimate([Counted(0, 0, 3.0)]).rate is None
    denser = estimate([Counted(1, 5, 1.0), Counted(2, 5, 13.0)])
    assert denser.bounds[1] - denser.bounds[0] > halves.bounds[1] - halves.bounds[0]


def test_calls_go_to_whoever_is_responsible_and_in_proportion_to_the_quotas(store: Store) -> None:
    """A unit's calls go to its reviewer; where several are, to each as many as the daily quotas say."""
    people = staff(store)
    _windows(store)
    save_nodes(store, [Node("64", "自治区", "自治区")])
    place_unit(store, "社保局", "64")
    set_charges(store, people["r1"], [Charge("unit", "医保中心")], 10)
    set_charges(store, people["r2"], [Charge("node", "64")], 10)
    assert charge_units(store, people["r2"]) == {"社保局"}
    draw = draws.draw_calls(
        store, CallFilter(), number=18, per="all", seed="s", user=people["boss"], assignees=(people["r1"], people["r2"])
    )
    assert {one.user: one.drawn for one in draw_work.shares(store, draw.id)} == {people["r1"]: 6, people["r2"]: 12}
    set_charges(store, people["r1"], [], 20)
    set_charges(store, people["r2"], [], 10)
    draw = draws.draw_calls(
        store, CallFilter(), number=18, per="all", seed="s", user=people["boss"], assignees=(people["r1"], people["r2"])
    )
    assert {one.user: one.drawn for one in draw_work.shares(store, draw.id)} == {people["r1"]: 12, people["r2"]: 6}
