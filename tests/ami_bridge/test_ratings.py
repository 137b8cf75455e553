"""Ratings in events: every way a dialplan may tell one, each told once, and nothing else taken for one."""

from __future__ import annotations

import pytest

from ami_bridge.events import Rated
from ami_bridge.settings import Settings
from tests.ami_bridge.streams import Arrival, channel, event, follow

CALLER = channel("PJSIP/trunk-00000001", "100.1", "100.1")
WAYS = {
    "variable": event(130, "VarSet", **CALLER, Variable="RATING", Value="4"),
    "channelvars": event(130, "Hangup", **CALLER, ChanVariable="RATING=4"),
    "event": event(130, "UserEvent", **CALLER, UserEvent="Rating", Rating="4"),
    "cdr": event(130, "Cdr", UniqueID="100.1", Channel="PJSIP/trunk-00000001", Rating="4"),
}


def ratings(*arrivals: Arrival, settings: Settings | None = None) -> list[Rated]:
    return [one for one in follow(arrivals, settings or Settings()) if isinstance(one, Rated)]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_tell_it(way: str) -> None:
    """Variable, channelvars, UserEvent and Cdr say the same."""
    (rated,) = ratings(WAYS[way])
    assert (rated.uniqueid, rated.linkedid, rated.at, rated.keys) == ("100.1", "100.1", 130.0, "4")


def test_told_once_and_again_when_it_changes() -> None:
    """What several events repeat is told once; another key is told, and the last one counts."""
    again = event(131, "VarSet", **CALLER, Variable="RATING", Value="1")
    assert [one.keys for one in ratings(*WAYS.values(), again, again)] == ["4", "1"]


def test_a_user_event_may_name_another_call() -> None:
    """A system that asks later names the call."""
    other = channel("Local/ask@rating-00000009;1", "900.9", "900.9")
    (rated,) = ratings(event(900, "UserEvent", **other, UserEvent="Rating", Rating="5", Call="100.1"))
    assert rated.uniqueid == "100.1"


def test_ratings_after_the_call_is_over_are_told() -> None:
    """A Cdr or UserEvent that comes minutes after the hangup is told all the same."""
    begin = event(100, "Newchannel", **CALLER)
    (rated,) = ratings(begin, event(130, "Hangup", **CALLER), event(400, "Cdr", UniqueID="100.1", Rating="2"))
    assert (rated.uniqueid, rated.keys) == ("100.1", "2")


@pytest.mark.parametrize("value", ["", "*", "123", "四", "-1", "1;2"])
def test_what_is_no_rating(value: str) -> None:
    """Silence, other keys and whatever else stands in the variable is none."""
    assert ratings(event(130, "VarSet", **CALLER, Variable="RATING", Value=value)) == []


def test_names_are_the_sites_own() -> None:
    """Variable and field are called as the settings say, and nothing else is read."""
    settings = Settings(rating_variable="PINGJIA", rating_field="Score")
    assert ratings(*WAYS.values(), settings=settings) == []
    assert len(ratings(event(1, "VarSet", **CALLER, Variable="PINGJIA", Value="1"), settings=settings)) == 1
    assert len(ratings(event(1, "UserEvent", **CALLER, UserEvent="Score", Score="1"), settings=settings)) == 1
