"""The desk of live calls with its real process and a real store: rows appear, change and go; whatever breaks breaks only the live part."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from ami_bridge.events import CallEnded, ClerkLeg, Going
from tests.live.now.feeding import Feed, bundled
from voice_agent.config import Config
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.live.now.desk import LiveDesk
from voice_agent.store import Store
from voice_agent.store.live.calls_now import LiveCall, changed_since, live_status, save_live
from voice_agent.store.people.directory import Clerk, save_clerks

pytestmark = [pytest.mark.vosk, pytest.mark.timeout(300)]
NAME = "hotline-1796000000.1"


class Bridge:
    """Stands where ``listen`` takes its events; ``tell`` is what the real bridge would say."""

    def __init__(self, desk: LiveDesk) -> None:
        self._events: SimpleQueue[Any] = SimpleQueue()
        self.passed: list[Any] = []
        self._thread = threading.Thread(target=self._run, args=(desk,), daemon=True)
        self._thread.start()

    def _run(self, desk: LiveDesk) -> None:
        self.passed += desk.overhear(iter(self._events.get, None))

    def tell(self, *events: Any) -> None:
        """Hand on events."""
        for event in events:
            self._events.put(event)


def config(folder: Path, **live: Any) -> Config:
    recordings = folder / "monitor"
    recordings.mkdir(exist_ok=True)
    return Config.model_validate(
        {"store": {"path": folder / "live.db"}, "recordings": {"folder": recordings}, "live": {"enabled": True, **live}}
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "live.db") as opened:
        save_clerks(opened, [Clerk("2045", "马强", "甲局"), Clerk("1086", "王芳", "乙局")])
        yield opened


def wait(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return found


def standing(store: Store, name: str = NAME) -> LiveCall | None:
    return next((one for one in changed_since(store, 0) if one.uniqueid == name), None)


def feed(folder: Path, name: str = NAME, call: str = "c02-number-at-the-end") -> Feed:
    made = Feed(bundled(call), folder / "monitor", name=name)
    made.began = time.time()
    return made


def test_a_call_from_ring_to_hang_up(store: Store, tmp_path: Path) -> None:
    """Waiting, answered, heard, judged so far, ended; every event reaches ``listen`` but those of calls that go on."""
    with LiveDesk(config(tmp_path), BUNDLED) as desk:
        bridge = Bridge(desk)
        sound = feed(tmp_path)
        ringing = replace(sound.told(), answered=None, clerks=(), recordings=())
        bridge.tell(Going(time.time(), (ringing,)))
        assert wait(lambda: standing(store)).state["answered"] is None
        sound.write()
        bridge.tell(Going(time.time(), (sound.told(),)))
        while sound.second < 30:
            sound.write()
            bridge.tell(Going(time.time(), (sound.told(),)))
        found = wait(
            lambda: (
                (one := standing(store))
                and any(
                    duty["rule"] == "job_number" and duty["state"] == "overdue" for duty in one.state.get("duties", ())
                )
                and one
            )
        )
        assert (found.clerk, found.unit, found.state["clerk_name"], found.state["channel"]) == (
            "2045",
            "甲局",
            "马强",
            "PJSIP/a1-1",
        )
        ended = sound.told()
        bridge.tell(ended)
        assert wait(lambda: (one := standing(store)) and one.ended)
        assert bridge.passed == [ended]
    assert live_status(store).told["ready"]


def test_units_that_do_not_want_it_are_not_heard(store: Store, tmp_path: Path) -> None:
    """The switch of each unit: a call of another unit stands on the board, and nobody listens."""
    with LiveDesk(config(tmp_path, units=["乙局"]), BUNDLED) as desk:
        bridge, sound = Bridge(desk), feed(tmp_path)
        sound.write()
        bridge.tell(Going(time.time(), (sound.told(),)))
        assert wait(lambda: standing(store)).state["listening"] == "off"
        time.sleep(1.0)
        one = standing(store)
        assert one is not None
        assert "duties" not in one.state


def test_more_calls_than_are_heard_wait_and_say_so(store: Store, tmp_path: Path) -> None:
    """With room for one the second waits; it is heard when the first is over. The board says how many wait."""
    with LiveDesk(config(tmp_path, calls=1), BUNDLED) as desk:
        bridge, first = Bridge(desk), feed(tmp_path)
        second = feed(tmp_path, "hotline-1796000000.2", "c16-quarrel")
        for sound in (first, second):
            sound.write()
            sound.write()
            bridge.tell(Going(time.time(), (sound.told(),)))
        wait(lambda: (one := standing(store, second.name)) and one.state["listening"] == "waiting")
        wait(lambda: live_status(store).told.get("waiting") == 1)
        assert "照常检查" in wait(lambda: standing(store, second.name)).state["why"]
        bridge.tell(first.told())
        wait(lambda: (one := standing(store, second.name)) and one.state["listening"] == "on")


def test_a_killed_hearing_process_is_replaced_and_hears_from_the_beginning(store: Store, tmp_path: Path) -> None:
    """kill -9 in mid-call costs nothing but a moment: another process reads the file from its start."""
    with LiveDesk(config(tmp_path), BUNDLED) as desk:
        bridge, sound = Bridge(desk), feed(tmp_path)
        for _ in range(4):
            sound.write()
        bridge.tell(Going(time.time(), (sound.told(),)))
        wait(lambda: (one := standing(store)) and one.state["listening"] == "on")
        (helper,) = desk._helpers
        assert helper.pid is not None
        os.kill(helper.pid, signal.SIGKILL)
        for _ in range(3):
            sound.write()
        wait(
            lambda: (
                (one := standing(store))
                and one.state["listening"] == "on"
                and one.state.get("heard", 0) - one.state["began"] > 13
            ),
            90,
        )


def test_a_replaced_file_ends_the_live_part_only(store: Store, tmp_path: Path) -> None:
    """The board says why nothing more is heard; nothing is told about the call from a stranger's sound."""
    with LiveDesk(config(tmp_path), BUNDLED) as desk:
        bridge, sound = Bridge(desk), feed(tmp_path)
        sound.write()
        bridge.tell(Going(time.time(), (sound.told(),)))
        wait(lambda: (one := standing(store)) and one.state["listening"] == "on")
        for path in sound.files.paths:
            path.with_suffix(".new").write_bytes(path.read_bytes() * 2)
            path.with_suffix(".new").replace(path)
        assert (
            "替换" in wait(lambda: (one := standing(store)) and one.state["listening"] == "lost" and one).state["why"]
        )


def test_the_recording_is_heard_while_asterisk_is_not(store: Store, tmp_path: Path) -> None:
    """AMI down in mid-call: the status says so, and the growing file is heard on."""
    with LiveDesk(config(tmp_path), BUNDLED) as desk:
        bridge, sound = Bridge(desk), feed(tmp_path)
        sound.write()
        bridge.tell(Going(time.time(), (sound.told(),)))
        wait(lambda: (one := standing(store)) and one.state["listening"] == "on")
        bridge.tell(Going(time.time(), following=False))
        wait(lambda: live_status(store).told.get("following") is False)
        for _ in range(3):
            sound.write()
        wait(lambda: (one := standing(store)) and one.state["heard"] - one.state["began"] > 7)


def test_a_transfer_gives_the_call_to_the_new_clerk(store: Store, tmp_path: Path) -> None:
    """The row carries who is on the line now, and that the opening was another one's."""
    with LiveDesk(config(tmp_path), BUNDLED) as desk:
        bridge, sound = Bridge(desk), feed(tmp_path)
        sound.write()
        before = sound.told()
        bridge.tell(Going(time.time(), (before,)))
        wait(lambda: (one := standing(store)) and one.clerk == "2045")
        first = replace(before.clerks[0], end=before.end - 1)
        second = ClerkLeg(None, None, "1086", "PJSIP/a1086-2", "2", before.end - 1, before.end)
        bridge.tell(Going(time.time(), (replace(before, clerks=(first, second), transferred=True),)))
        found = wait(lambda: (one := standing(store)) and one.clerk == "1086" and one)
        assert (found.unit, found.state["handed"], found.state["channel"]) == ("乙局", True, "PJSIP/a1086-2")


def test_a_hundred_calls_that_end_in_the_same_second(store: Store, tmp_path: Path) -> None:
    """All are gone from the board within seconds, and every end reaches ``listen``."""
    with LiveDesk(config(tmp_path), BUNDLED) as desk:
        bridge, sound = Bridge(desk), feed(tmp_path)
        many = [replace(sound.told(), uniqueid=f"hotline-1796000000.{number}") for number in range(10, 110)]
        bridge.tell(Going(time.time(), tuple(many)))
        wait(lambda: len([one for one in changed_since(store, 0) if one.ended is None]) == 100)
        bridge.tell(*many)
        wait(lambda: not [one for one in changed_since(store, 0) if one.ended is None])
        assert len([one for one in bridge.passed if isinstance(one, CallEnded)]) == 100


def test_what_a_killed_listener_left_is_no_call(store: Store, tmp_path: Path) -> None:
    """Rows of a process that was killed are over as soon as another one begins."""
    save_live(store, [LiveCall("old", "甲局", "2045", 1.0, None, {"answered": 1.0})])
    with LiveDesk(config(tmp_path), BUNDLED):
        wait(lambda: (one := standing(store, "old")) and one.ended)


def test_a_fault_of_ours_ends_neither_the_board_nor_listen(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A call that cannot be worked on is dropped, the next one is followed, and every event passes."""
    with LiveDesk(config(tmp_path), BUNDLED) as desk:
        bridge = Bridge(desk)
        whole = replace(feed(tmp_path).told(), answered=None, clerks=(), recordings=())
        broken = replace(whole, clerks=("nobody",))  # type: ignore[arg-type]  # what no bridge tells
        bridge.tell(Going(time.time(), (broken,)))
        wait(desk._news.empty)
        bridge.tell(Going(time.time(), (whole,)), ended := replace(whole, uniqueid="other"))
        assert wait(lambda: standing(store))
        assert wait(lambda: bridge.passed == [ended])
    assert "a fault of ours" in caplog.text
