"""Situations that people who run Asterisk reported publicly, rebuilt with invented calls: the tracker tells them as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ami_bridge.errors import CaptureError
from ami_bridge.events import CallEnded
from ami_bridge.replay import Arrival, read_capture, replay_calls
from ami_bridge.settings import Settings
from tests.ami_bridge.streams import SETTINGS, calls, channel, event

CASES = Path(__file__).parent / "cases"
#: Job numbers from the member's name as well as from the variable, as a site would have it.
SITE = Settings(member_pattern=r"(\d{4})$")


def case(name: str, settings: Settings = SITE) -> list[CallEnded]:
    """The calls of a case."""
    return [one for one in replay_calls(CASES / f"{name}.ami.gz", settings) if isinstance(one, CallEnded)]


def stream(name: str) -> list[Arrival]:
    """The messages of a case."""
    return list(read_capture(CASES / f"{name}.ami.gz"))


def jobs(call: CallEnded) -> list[str | None]:
    return [clerk.job_number for clerk in call.clerks]


def test_01_parked_callers_stay_two_calls() -> None:
    """Two callers wait in one parking lot: two calls, each with its own clerks, and no caller is anybody's clerk."""
    found = {call.caller_number: jobs(call) for call in case("01-parked-two-two-parked")}
    assert found == {"13900000001": ["1201", "1203"], "13900000002": ["1202", "1204"]}


def test_01_time_in_the_parking_lot_is_nobodys() -> None:
    """A parked caller is with no clerk: the first one's time ends there, the second one's begins when the call is taken back."""
    (call,) = case("01-parked-two-one-parked")
    first, second = call.clerks
    assert (first.end - call.start, second.start - call.start) == pytest.approx((15.0, 30.2), abs=0.05)
    assert call.holds == ()


@pytest.mark.parametrize(
    ("name", "job"), [("queue-v2", "1202"), ("queue-v2-novar", "1202"), ("queue-v2-membername", None)]
)
def test_02_who_picked_the_call_up_took_it(name: str, job: str | None) -> None:
    """The queue still names the clerk it rang, and the channel's variable is that one's: the phone that talked is another."""
    (call,) = case(f"02-pickup-{name}")
    (clerk,) = call.clerks
    assert (clerk.job_number, clerk.interface, clerk.member_name) == (job, "PJSIP/a1202", None)


def test_02_a_listed_telephone_that_picked_up_is_known() -> None:
    """Without variables the site's list of telephones says whose it is."""
    (call,) = case(
        "02-pickup-queue-v2-membername", replace(SITE, job_numbers={"PJSIP/a1202": "1202", "PJSIP/a1201": "1201"})
    )
    assert jobs(call) == ["1202"]


def test_03_the_queue_that_answered_counts() -> None:
    """A caller who overflows into a second queue belongs to that one; the way is kept."""
    (call,) = case("03-queue-overflow-overflow")
    assert (call.queue, call.queues) == ("zonghe", ("yanglao", "zonghe"))


def test_03_who_gives_up_was_in_the_last_queue() -> None:
    """An unanswered call belongs to the queue in which the caller gave up."""
    caller = channel("PJSIP/trunk-1", "100.1", "100.1")
    waits = [
        event(100, "Newchannel", **caller), event(101, "QueueCallerJoin", **caller, Queue="yanglao"),
        event(131, "QueueCallerJoin", **caller, Queue="zonghe"), event(140, "Hangup", **caller),
    ]  # fmt: skip
    (call,) = calls(waits)
    assert (call.queue, call.queues, call.answered) == ("zonghe", ("yanglao", "zonghe"), None)


def test_04_one_header_in_another_encoding_spoils_no_other() -> None:
    """A caller's name in GBK beside UTF-8 names: queue and clerk are read, and the queue's filter keeps the call."""
    (call,) = case("04-gbk-caller-name-gbk", replace(SITE, queues=frozenset({"社保热线"})))
    assert (call.queue, call.clerks[0].member_name) == ("社保热线", "李红")
    assert call == replace(case("04-gbk-caller-name-utf8")[0], story=call.story)


def test_06_asterisk_11_is_refused_by_name() -> None:
    """Its dialect would make answered calls look abandoned: refused with its version, by its greeting and by its events."""
    with pytest.raises(CaptureError, match=r"Asterisk 11 .*AMI 1\.3"):
        case("06-asterisk11-a11")
    with pytest.raises(CaptureError, match="Asterisk 11"):
        headless = CASES.parent / "cases" / "06-asterisk11-a11.ami.gz"
        list(replay_without_greeting(headless))


def replay_without_greeting(path: Path) -> list[object]:
    """The stream as somebody captured it later: without Asterisk's greeting."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - only here

    with TemporaryDirectory() as folder:
        copy = Path(folder) / "headless.ami"
        copy.write_bytes(b"".join(b"### %.3f\n%s\n\n" % one for one in list(read_capture(path))[1:]))
        return list(replay_calls(copy, SITE))


@pytest.mark.parametrize("settings", [SITE, replace(SITE, job_numbers={"PJSIP/a1201": "1201"})])
def test_09_a_clerks_own_call_is_no_hotline_call(settings: Settings) -> None:
    """A clerk's click-to-dial is left out, with or without a list of telephones."""
    assert case("09-click-to-call-call", settings) == []


def test_09_a_site_that_asks_for_outgoing_calls_gets_them_as_such() -> None:
    """Told as outbound: the clerk is who dialled, the caller's number that of the citizen, who hung up."""
    (call,) = case("09-click-to-call-call", replace(SITE, outgoing=True))
    assert (call.direction, jobs(call), call.hung_up_by) == ("outbound", ["1201"], "caller")
    assert call.talk_seconds == pytest.approx(50.0, abs=0.3)


def test_50_a_moved_telephone_stays_the_same_clerk() -> None:
    """Redirect swaps the clerk's channel for another (AsyncGoto): one clerk throughout, nothing was transferred."""
    (call,) = case("50-asyncgoto-clerk-call")
    assert (jobs(call), call.transferred) == (["1201"], False)
    assert call.clerks[0].end - call.clerks[0].start > 56


def test_51_a_standing_conference_serves_every_caller() -> None:
    """A clerk sits in a conference into which callers come one after the other: each is an answered call of that clerk."""
    found = case("51-agent-in-permanent-conference-three-calls")
    assert [(call.caller_number, jobs(call), round(call.ring_seconds)) for call in found] == [
        (f"1390000000{number}", ["1201"], 5) for number in (1, 2, 3)
    ]


def test_51_two_callers_at_once_in_a_conference_are_two_calls() -> None:
    """Callers who meet in the conference are not each other's clerks."""
    arrivals = stream("51-agent-in-permanent-conference-three-calls")
    together = [Arrival(one.at - 60, shifted(one, 60)) if b"1795400200.3" in one.raw else one for one in arrivals]
    found = calls(sorted(together), SITE)
    assert [jobs(call) for call in found] == [["1201"]] * 3


def shifted(arrival: Arrival, seconds: float) -> bytes:
    """The same message so many seconds earlier."""
    stamp = next(line for line in arrival.raw.split(b"\n") if line.startswith(b"Timestamp: "))
    return arrival.raw.replace(stamp, b"Timestamp: %.6f" % (float(stamp[11:]) - seconds))


def test_52_who_leaves_first_hung_up() -> None:
    """Without a HangupRequest the one who left the conversation first ended it, as in the same call with the request."""
    assert [case(f"52-caller-leaves-first-{name}")[0].hung_up_by for name in ("call", "control-with-request")] == [
        "caller"
    ] * 2


def test_52_a_broken_line_is_nobodys_hanging_up() -> None:
    """A request with a cause of broken lines (no circuit, out of order, timer) was no decision of anybody."""
    (call,) = calls([replace_cause(one) for one in stream("52-caller-leaves-first-control-with-request")], SITE)
    assert call.hung_up_by == "system"


def replace_cause(arrival: Arrival) -> Arrival:
    request = arrival.raw.startswith(b"Event: HangupRequest")
    return Arrival(arrival.at, arrival.raw.replace(b"Cause: 16", b"Cause: 44")) if request else arrival


def test_22_every_recording_of_a_call_is_told() -> None:
    """The second clerk's own recording after a transfer, with the times of both."""
    (call,) = case("22-second-recording-after-transfer")
    told = [
        (one.path, one.side, round((one.start or 0) - call.start, 1), round(one.end - call.start, 1))
        for one in call.recordings
    ]
    assert told == [("1795400100.1.wav", "caller", 3.1, 26.4), ("1795400100.1-1240.wav", "caller", 29.5, 53.8)]


def test_the_story_of_a_call_names_who_and_when() -> None:
    """Queue, ringing, answer, transfer, recordings and clerks, in order of time."""
    (call,) = case("22-second-recording-after-transfer")
    kinds = [step.what for step in call.story]
    assert sorted(call.story) == list(call.story)
    assert [step.detail for step in call.story if step.what == "clerk"] == ["1233", "1240"]
    assert {"queued", "called", "answered", "connected", "transfer", "recording", "recording_end", "hangup"} <= set(
        kinds
    )
    assert SETTINGS.outgoing is False
