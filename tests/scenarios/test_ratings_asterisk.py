"""A key pressed after the call on a real Asterisk, with the dialplan of docs/howto/rating.md; and what queue members do meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ami_bridge.events import MemberChanged, MembersKnown, RangUnanswered, Rated
from recordings_fixtures.asterisk.stage import Way
from tests.asterisk_server import AsteriskServer, Stage, asterisk_root, listener, write_silence
from tests.scenarios.asterisk_watch import Watch

pytestmark = pytest.mark.asterisk


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with AsteriskServer(asterisk_root()) as server:
        yield server


@pytest.fixture(scope="module")
def wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spoken") / "one-second.wav"
    write_silence(path, 1.0)
    return path


@pytest.mark.parametrize(
    ("way", "user", "source"),
    [("rated-variable", "listener", "variable"), ("rated-event", "rated", "event"), ("rated-field", "listener", "cdr")],
)
def test_a_key_after_the_call(asterisk: AsteriskServer, wav: Path, way: Way, user: str, source: str) -> None:
    """The clerk hangs up, the caller presses 2: the rating is told once, belongs to the call, and disturbs nothing else."""
    with Watch(listener(asterisk, user)) as watch, Stage(asterisk) as stage:
        watch.until_following()
        placed = stage.place_call(wav, wav, "1202", way=way, ends="agent")
        stage.wait_answered(placed.number)
        stage.wait_for(stage.asks_for_rating)
        stage.press(placed.number, "2")
        watch.until(lambda: watch.calls)
        watch.until(lambda: any(isinstance(event, Rated) for event in watch.events))
        (call,) = watch.calls
        (rated,) = (event for event in watch.events if isinstance(event, Rated))
        assert (rated.uniqueid, rated.keys, rated.source) == (call.uniqueid, "2", source)
        assert (call.hung_up_by, [clerk.job_number for clerk in call.clerks]) == ("agent", ["1202"])
        # The rating is no talk of the clerk.
        assert call.clerks[0].end < call.end


def states(watch: Watch, member: str) -> list[tuple[str, str]]:
    """What a member did, in order."""
    return [
        (event.state, event.reason)
        for event in watch.events
        if isinstance(event, MemberChanged) and event.interface == member
    ]


def test_what_members_do(asterisk: AsteriskServer, wav: Path) -> None:
    """With the least privilege: all members are known at once, a pause has its reason, ringing and talking show, who does not answer is told."""
    with Watch(listener(asterisk, member_pattern=r"(\d+)$")) as watch, Stage(asterisk) as stage:
        watch.until_following()
        watch.until(lambda: any(isinstance(event, MembersKnown) for event in watch.events))
        known = {event.interface: event for event in watch.events if isinstance(event, MemberChanged)}
        assert {event.job_number for event in known.values()} == {"1201", "1202", "1203", "1204"}
        for queue in ("hotline-local", "hotline-optimised"):
            stage.act(
                "QueuePause",
                Queue=queue,
                Interface=f"Local/1203@clerks{'/n' if queue.endswith('local') else ''}",
                Paused="true",
            )
        stage.pause("1203", "吃饭")
        watch.until(lambda: ("paused", "吃饭") in states(watch, "PJSIP/a1203"))
        stage.pause("1203", paused=False)
        watch.until(lambda: states(watch, "PJSIP/a1203")[-1] == ("free", ""))
        stage.place_call(wav, wav, "1204")
        watch.until(lambda: watch.calls)
        watch.until(lambda: states(watch, "PJSIP/a1204")[-1] == ("free", ""))
        assert states(watch, "PJSIP/a1204")[-3:] == [("ringing", ""), ("talking", ""), ("free", "")]
        assert states(watch, "PJSIP/a1201") == [("free", "")]
        stage.place_abandoned_call(1.0)
        watch.until(lambda: len(watch.calls) == 2)
        watch.until(lambda: states(watch, "PJSIP/a1201")[-2:] == [("ringing", ""), ("free", "")])


def test_a_gap_forgets_the_members(asterisk: AsteriskServer) -> None:
    """After a break all members are told anew: what was in between nobody knows."""
    with Watch(listener(asterisk)) as watch:
        watch.until_following()
        watch.until(lambda: any(isinstance(event, MembersKnown) for event in watch.events))
        asterisk.restart(at_once=True)
        watch.until(lambda: sum(isinstance(event, MembersKnown) for event in watch.events) == 2)
        kinds = [type(event).__name__ for event in watch.events if not isinstance(event, RangUnanswered)]
        assert kinds.index("Gap") > kinds.index("MembersKnown")
        assert states(watch, "PJSIP/a1201") == [("free", ""), ("free", "")]
