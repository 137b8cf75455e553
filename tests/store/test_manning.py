"""Unmanned windows, stand-ins and half hours from who was where when; what nobody knows is neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from voice_agent.office import Office
from voice_agent.spans import joined
from voice_agent.store.calls.presence import Presence
from voice_agent.store.statistics.manning import half_hours, known_spans, windows
from voice_agent.values import Span

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Office.read(["09:00-12:00", "13:00-17:00"], ["12:00-13:00"], ["10:00-11:00"])
PLACE = [("社保局", "1号窗口")]


def was(member: str, state: str, start: float, end: float, system: str = "") -> Presence:
    place = ("社保局", "1号窗口") if member else ("", "")
    return Presence(system, member, member, member, *place, state, "", start, end)  # type: ignore[arg-type]


def lengths(spans: tuple[Span, ...]) -> list[tuple[float, float]]:
    return [(one.start, one.end) for one in spans]


def test_nobody_there_is_unmanned_and_only_in_owed_time() -> None:
    """Paused and away do not man a window, free, ringing and talking do; before and after office hours nobody is owed."""
    rows = [
        was("", "watched", 0, 1000), was("A", "free", 0, 200), was("A", "paused", 200, 300), was("A", "talking", 300, 400),
        was("A", "away", 400, 500), was("A", "ringing", 500, 600), was("A", "paused", 600, 1000),
    ]  # fmt: skip
    (found,) = windows(rows, PLACE, [Span(100, 700)], known_spans(rows))
    assert lengths(found.unmanned) == [(200, 300), (400, 500), (600, 700)]
    assert found.share == pytest.approx(0.5)
    assert found.unknown == ()


def test_who_stands_in_is_no_empty_window() -> None:
    """A pauses and B is there: no empty window, but the time is told; when both pause there is one."""
    rows = [
        was("", "watched", 0, 1000), was("A", "free", 0, 300), was("A", "paused", 300, 600), was("A", "free", 600, 1000),
        was("B", "free", 0, 500), was("B", "paused", 500, 700), was("B", "talking", 700, 1000),
    ]  # fmt: skip
    (found,) = windows(rows, PLACE, [Span(0, 1000)], known_spans(rows))
    assert lengths(found.unmanned) == [(500, 600)]
    assert lengths(found.covered) == [(300, 500), (600, 700)]


def test_a_gap_is_unknown_and_never_manned_or_unmanned() -> None:
    """In a gap nothing is known, whoever was there before and after; a day without listening is unknown altogether."""
    rows = [
        was("", "watched", 0, 300),
        was("", "watched", 600, 1000),
        was("A", "free", 0, 300),
        was("A", "free", 600, 1000),
    ]
    (found,) = windows(rows, PLACE, [Span(0, 1000)], known_spans(rows))
    assert lengths(found.unknown) == [(300, 600)]
    assert found.unmanned == ()
    assert found.share == 1.0
    (dark,) = windows([], PLACE, [Span(0, 1000)], {})
    assert (lengths(dark.unknown), dark.unmanned, dark.share) == ([(0, 1000)], (), None)


def test_a_known_day_without_anybody_is_an_empty_window() -> None:
    """Whose window nobody came to is unmanned for as long as Asterisk was followed."""
    (found,) = windows([was("", "watched", 0, 1000)], PLACE, [Span(0, 1000)], {"": (Span(0, 1000),)})
    assert lengths(found.unmanned) == [(0, 1000)]


def test_another_asterisk_says_nothing_of_this_window() -> None:
    """A window's time is known only while the Asterisk of its own clerks was followed."""
    rows = [was("", "watched", 0, 1000, "east"), was("", "watched", 0, 400, "west"), was("A", "free", 0, 200, "west")]
    (found,) = windows(rows, PLACE, [Span(0, 1000)], known_spans(rows))
    assert lengths(found.unmanned) == [(200, 400)]
    assert lengths(found.unknown) == [(400, 1000)]


def test_ringing_in_vain_is_counted() -> None:
    """How often a clerk did not answer stands with the seat; it takes no time away."""
    rows = [
        was("", "watched", 0, 100),
        was("A", "free", 0, 100),
        was("A", "unanswered", 10, 30),
        was("A", "unanswered", 50, 70),
    ]
    (found,) = windows(rows, PLACE, [Span(0, 100)], known_spans(rows))
    assert [(seat.clerk, seat.unanswered) for seat in found.seats] == [("A", 2)]
    assert found.unmanned == ()


@dataclass(frozen=True)
class Rang:
    """A call as the half hours see it."""

    started: float
    answered: float | None
    ended: float

    @property
    def ring_seconds(self) -> float:
        """From its beginning to the answer or its end."""
        return (self.ended if self.answered is None else self.answered) - self.started


def test_half_hours_hold_calls_against_clerks() -> None:
    """Each half hour: how many came, were answered late, gave up, waited at once, and how many clerks were there on average."""
    calls = [Rang(10, 30, 100), Rang(15, 20, 90), Rang(20, None, 80), Rang(1900, 1905, 2000)]
    days = {"office": (Span(0, 3600),), "duty": (), "outside": (Span(3600, 7200),)}
    present = [joined([Span(0, 900)]), joined([Span(0, 3600)])]
    first, second, third, _ = half_hours(0, 7200, days, calls, present, [Span(0, 3600)])  # type: ignore[arg-type]
    assert (first.arrived, first.answered, first.late, first.abandoned, first.waited, first.clerks) == (
        3,
        2,
        1,
        1,
        2,
        1.5,
    )
    assert (second.arrived, second.clerks, second.unmanned, second.kind) == (1, 1.0, 0.0, "office")
    assert (third.kind, third.clerks, third.unmanned, third.unknown) == ("outside", None, 0.0, 0.0)


def test_half_hours_tell_empty_from_unknown() -> None:
    """Owed time without anybody is unmanned where it is known, unknown where it is not."""
    days = {"office": (Span(0, 3600),), "duty": (), "outside": ()}
    first, second = half_hours(0, 3600, days, [], [()], [Span(0, 1800)])  # type: ignore[arg-type]
    assert (first.unmanned, first.unknown, first.clerks) == (1800.0, 0.0, 0.0)
    assert (second.unmanned, second.unknown, second.clerks) == (0.0, 1800.0, None)


@pytest.mark.parametrize(
    ("day", "office", "duty"),
    [
        (date(2026, 11, 23), 7, 1),  # a Monday
        (date(2026, 11, 22), 0, 1),  # a Sunday: duty of free days
        (date(2026, 10, 1), 0, 1),  # National Day, a Thursday
        (date(2026, 10, 10), 7, 1),  # a Saturday made up for it
    ],
)
def test_office_hours_know_holidays(day: date, office: float, duty: float) -> None:
    """Hours owed follow the State Council's calendar, with what is made up for."""
    spans = OFFICE.spans(day, ZONE)
    hours = {kind: sum(one.end - one.start for one in found) / 3600 for kind, found in spans.items()}
    assert hours == {"office": office, "duty": duty, "outside": 24 - office - duty}


@pytest.mark.parametrize("text", ["9:00-12:00", "12:00-09:00", "09:00–12:00", "09:00-24:30", "x", "09:00-09:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    """Whoever writes hours wrongly is told which."""
    with pytest.raises(ValueError, match=text[:2]):
        Office.read([text])
