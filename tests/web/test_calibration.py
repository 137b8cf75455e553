"""Blind means blind: what somebody decided in a calibration shows on no page of anybody else before the meeting."""

from __future__ import annotations

import pytest

from tests.web.test_permissions import METHODS, TABLE, _address
from tests.web.world import World
from voice_agent.store import CallFilter, Store
from voice_agent.store.reviews import calibration, draws

SECRET = "只有我听出来的"
_FILES = ("audio", "statistics_file", "calls_file", "report_file", "tree_file", "audit_file")
PAGES = [path for name, (_, path, _) in TABLE.items() if METHODS[name] == "GET" and not name.endswith("_file") and name not in _FILES]  # fmt: skip


@pytest.fixture
def blind(world: World) -> World:
    """Both calls are calibrated by two reviewers, of whom the first is through with the call of 甲局."""
    people = [world.people["reviewer"], world.people["second"]]
    with Store.open(world.store) as store:
        draw = draws.draw_calls(
            store, CallFilter(), number=2, per="all", seed="s", user=world.people["supervisor"], assignees=people, calibration=True,
        )  # fmt: skip
        for each in calibration.blind_findings(store, draw.id, world.call, people[0]):
            calibration.decide_blind(store, draw.id, world.call, people[0], each.rule, "met", SECRET)
        calibration.finish_blind(store, draw.id, world.call, people[0])
    return world


@pytest.mark.parametrize("role", ["second", "supervisor", "staff"])
def test_first_decisions_show_nowhere(role: str, blind: World) -> None:
    """Neither to the second reviewer nor to a supervisor or the clerk, on whatever page."""
    with blind.visitor(role) as visitor:
        for path in [*PAGES, "/draws/2/calibration", f"/draws/2/calibration/calls/{blind.call}"]:
            assert SECRET not in visitor.get(_address(path, blind)).text, path


def test_its_reviewers_see_the_call_only_blind(blind: World) -> None:
    """The page of the call leads to the blind one, its part is not there, and nothing can be decided past it; others see it as ever."""
    with blind.visitor("second") as visitor:
        page = visitor.get(f"/calls/{blind.call}")
        assert page.headers["location"] == f"/draws/2/calibration/calls/{blind.call}"
        assert visitor.get(f"/calls/{blind.call}/work", **{"x-part": "1"}).status_code == 404
        refused = visitor.post(f"/calls/{blind.call}/findings/{blind.finding}/review", decision="confirm")
        assert refused.status_code == 403
        assert "复核校准 2" in refused.text
    with blind.visitor("reviewer") as visitor:
        assert SECRET in visitor.get(f"/draws/2/calibration/calls/{blind.call}").text
    with blind.visitor("supervisor") as visitor:
        assert visitor.get(f"/calls/{blind.call}").status_code == 200


def test_a_decision_against_the_machine_needs_a_reason(blind: World) -> None:
    """What differs is talked about: without a reason it is not kept, and a finished call is not changed."""
    address = f"/draws/2/calibration/calls/{blind.call}/findings/{blind.finding}/review"
    with blind.visitor("second") as visitor:
        assert visitor.post(address, decision="overrule", status="met").status_code == 400
        assert visitor.post(address, decision="overrule", status="met", reason="听到了").status_code == 303
        assert visitor.post(f"/draws/2/calibration/calls/{blind.call}/finish").status_code == 400
    with blind.visitor("reviewer") as visitor:
        assert visitor.post(address, decision="confirm").status_code == 400
    with blind.visitor("reviewer_b") as visitor:
        assert visitor.post(address, decision="confirm").status_code == 404


def test_a_calibration_is_not_handed_over_or_ended_for_nothing(blind: World) -> None:
    """Its reviewers were chosen, and a meeting needs something that two have reviewed."""
    with blind.visitor("supervisor") as visitor:
        assert visitor.post("/draws/2/assignees", give="", take=str(blind.people["second"])).status_code == 400
        assert visitor.post("/draws/2/calibration/end").status_code == 400
