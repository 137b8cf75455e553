"""Calls that go on, on the pages: who sees which, what a clerk is told, and that a pause of any length loses nothing."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from phrasebook.book import load_book
from tests.web.serving import running, site_for
from tests.web.world import EVIL, World
from voice_agent.store import Store
from voice_agent.store.live.calls_now import LiveCall, clear_ended, end_all, save_live, save_status
from voice_agent.store.people.sessions import open_session
from voice_agent.web.doors.auth import cookie_name


def duty(rule: str, state: str, status: str = "missing", **times: float | None) -> dict[str, Any]:
    return {
        "rule": rule,
        "name": rule,
        "state": state,
        "status": status,
        "why": "x",
        "since": None,
        "until": None,
        **times,
    }


def going(name: str, clerk: str, unit: str, *, since: float = 100.0, **state: Any) -> LiveCall:
    told = {
        "answered": since,
        "since": since,
        "listening": "on",
        "why": "",
        "channel": f"PJSIP/a{clerk}-1",
        "duties": [],
        "warnings": [],
        "clerk_name": "",
    }
    return LiveCall(name, unit, clerk, since - 5, None, told | state)


def once(world: World, who: str, path: str) -> Any:
    with world.visitor(who) as visitor:
        answer = visitor.get(f"{path}?once=1")
        assert answer.status_code == 200, answer.text
        return answer.json()


def ids(told: Any) -> list[str]:
    return [one["id"] for one in told["calls"]]


def test_board_shows_the_own_units_only(world: World) -> None:
    """A supervisor of one unit sees its calls and no others; one of all sees all; an evil name stays text."""
    with Store.open(world.store) as store:
        save_live(store, [going("a", "1001", "甲局", clerk_name=EVIL), going("b", "1002", "乙局"), going("c", "", "")])
    assert ids(once(world, "supervisor", "/live/stream")) == ["a", "b", "c"]
    assert ids(once(world, "reviewer_b", "/live/stream")) == ["b"]
    with world.visitor("supervisor") as visitor:
        page = visitor.get("/live")
        assert page.status_code == 200
        assert EVIL not in page.text.replace(f"supervisor{EVIL}", "")


def test_watching_is_logged_once(world: World) -> None:
    """That somebody looked at calls in progress stands in the audit log, once and not for every reload."""
    with world.visitor("supervisor") as visitor:
        visitor.get("/live")
        visitor.get("/live")
    with Store.open(world.store) as store:
        assert store.value("SELECT count(*) FROM audit WHERE action = 'watch live'") == 1


def test_clerk_gets_the_own_call_and_nothing_of_faults(world: World) -> None:
    """What is due with its time, what was heard; no warnings, no points, and nothing of a colleague's call."""
    state = {
        "duties": [duty("job_number", "due", since=101.0, until=121.0), duty("greeting", "kept", "met"), duty("prohibited", "found", "violated")],
        "warnings": [{"at": 1, "act": "fault", "name": "辱骂", "text": "x", "sure": True}], "last": "您好",
    }  # fmt: skip
    with Store.open(world.store) as store:
        save_live(store, [going("a", "1001", "甲局", **state), going("b", "1002", "乙局")])
    told = once(world, "staff", "/mine/now/stream")
    prompt = told["prompt"]
    assert prompt["id"] == "a"
    assert prompt["items"] == [{"rule": "job_number", "text": "工号未报", "from": 107.0, "until": 121.0, "late": False}]
    assert prompt["last"] == "您好"
    assert not {"warnings", "duties", "delivery"} & prompt.keys()
    assert "忌语" not in json.dumps(told, ensure_ascii=False)
    assert once(world, "stranger", "/mine/now/stream")["prompt"]["id"] == "b"


def test_transfer_moves_the_prompt(world: World) -> None:
    """After a transfer the new clerk has the prompt, without the opening that was the first clerk's, and the first one has none."""
    duties = [duty("job_number", "overdue"), duty("closing", "due")]
    with Store.open(world.store) as store:
        save_live(store, [going("a", "1001", "甲局", duties=duties)])
    assert [one["rule"] for one in once(world, "staff", "/mine/now/stream")["prompt"]["items"]] == [
        "job_number",
        "closing",
    ]
    with Store.open(world.store) as store:
        save_live(store, [going("a", "1002", "乙局", duties=duties, handed=True)])
    assert once(world, "staff", "/mine/now/stream")["prompt"] is None
    assert [one["rule"] for one in once(world, "stranger", "/mine/now/stream")["prompt"]["items"]] == ["closing"]


def test_what_was_said_late_is_asked_no_more(world: World) -> None:
    """A job number that came after the opening is done with."""
    with Store.open(world.store) as store:
        save_live(store, [going("a", "1001", "甲局", duties=[duty("job_number", "overdue", "late")])])
    assert once(world, "staff", "/mine/now/stream")["prompt"]["items"] == []


def test_dead_hearing_is_said(world: World) -> None:
    """Whether calls are heard at all is told: never, now, or no more."""
    assert once(world, "supervisor", "/live/stream")["hearing"] == {"alive": False, "ever": False}
    with Store.open(world.store) as store:
        save_status(store, {"following": False, "waiting": 3, "limit": 2})
    told = once(world, "supervisor", "/live/stream")["hearing"]
    assert (told["alive"], told["following"], told["waiting"]) == (True, False, 3)
    with Store.open(world.store) as store:
        save_status(store, {}, now=time.time() - 60)
    assert once(world, "supervisor", "/live/stream")["hearing"]["alive"] is False


class Reader:
    """Reads a stream in a thread of its own, as a browser does."""

    def __init__(self, address: str, store: Path, user: int, path: str, last: str = "") -> None:
        with Store.open(store) as opened:
            self._token, _ = open_session(opened, user, 3600)
        self._address, self._path, self._last = address, path, last
        self.events: list[tuple[str, str, Any]] = []
        self._client = httpx.Client(timeout=30)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        headers = {"cookie": f"{cookie_name(secure=False)}={self._token}", "accept": "text/event-stream"}
        if self._last:
            headers["last-event-id"] = self._last
        try:
            with self._client.stream("GET", self._address + self._path, headers=headers) as answer:
                name = number = ""
                for line in answer.iter_lines():
                    key, _, value = line.partition(": ")
                    if key == "id":
                        number = value
                    elif key == "event":
                        name = value
                    elif key == "data":
                        self.events.append((name, number, json.loads(value)))
        except httpx.HTTPError:
            return

    def wait(self, wanted: str, count: int = 1, seconds: float = 15.0) -> list[Any]:
        """The data of at least so many events of this name."""
        deadline = time.monotonic() + seconds
        while True:
            found = [data for name, _, data in self.events if name == wanted]
            if len(found) >= count:
                return found
            assert time.monotonic() < deadline, self.events
            time.sleep(0.05)

    @property
    def last(self) -> str:
        """The number of the newest change that was told."""
        return [number for _, number, _ in self.events if number][-1]

    def close(self) -> None:
        """Hang up, as a browser that is closed."""
        self._client.close()


@pytest.fixture
def served(world: World):  # type: ignore[no-untyped-def]  # a generator of an address and the world
    with running(site_for(world.store, load_book())) as address:
        yield address, world


def test_stream_tells_changes_and_what_was_missed(served) -> None:  # type: ignore[no-untyped-def]  # as above
    """A call appears, changes and goes within a second; a browser that slept meanwhile gets what stands now and what it missed."""
    address, world = served
    with Store.open(world.store) as store:
        save_live(store, [going("a", "1001", "甲局")])
        reader = Reader(address, world.store, world.people["supervisor"], "/live/stream")
        assert ids(reader.wait("state")[0]) == ["a"]
        save_live(store, [going("a", "1001", "甲局", last="工号"), going("b", "1002", "乙局")])
        assert ids(reader.wait("change")[0]) == ["a", "b"]
        asleep = reader.last
        reader.close()
        warned = {"warnings": [{"name": "辱骂", "at": 1, "text": "", "sure": True, "act": "fault"}], "clerk_name": "张"}
        ended = going("a", "1001", "甲局")
        save_live(
            store,
            [LiveCall("a", "甲局", "1001", ended.started, 130.0 + time.time(), warned), going("c", "1001", "甲局")],
        )
        again = Reader(address, world.store, world.people["supervisor"], "/live/stream", last=asleep)
        told = again.wait("state")[0]
        assert sorted(ids(told)) == ["b", "c"]
        assert [(one["id"], one["clerk_name"], len(one["warnings"])) for one in told["missed"]] == [("a", "张", 1)]
        end_all(store)
        assert sorted(again.wait("change")[0]["gone"]) == ["b", "c"]
        again.close()


def test_two_desktops_get_the_same_prompt_and_it_goes_with_the_call(served) -> None:  # type: ignore[no-untyped-def]  # as above
    """A clerk who is signed in twice sees the prompt on both, and on both it vanishes when the call is over."""
    address, world = served
    with Store.open(world.store) as store:
        readers = [Reader(address, world.store, world.people["staff"], "/mine/now/stream") for _ in range(2)]
        for reader in readers:
            assert reader.wait("state")[0]["prompt"] is None
        save_live(store, [going("a", "1001", "甲局", duties=[duty("job_number", "due", since=1.0, until=21.0)])])
        for reader in readers:
            assert reader.wait("change")[0]["prompt"]["items"][0]["text"] == "工号未报"
        end_all(store)
        for reader in readers:
            assert reader.wait("change", 2)[1]["prompt"] is None
            reader.close()


def test_five_hundred_calls_at_once(served) -> None:  # type: ignore[no-untyped-def]  # as above
    """The board gets them all in one piece, and a change of one is told alone."""
    address, world = served
    with Store.open(world.store) as store:
        save_live(store, [going(f"c{number}", "1001", "甲局") for number in range(500)])
        reader = Reader(address, world.store, world.people["supervisor"], "/live/stream")
        assert len(reader.wait("state")[0]["calls"]) == 500
        save_live(store, [going("c7", "1001", "甲局", last="x")])
        assert ids(reader.wait("change")[0]) == ["c7"]
        reader.close()


def test_stream_ends_with_the_session(served, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]  # as above
    """Whoever is signed out hears no more."""
    monkeypatch.setattr("voice_agent.web.live.stream.SESSION_SECONDS", 0.2)
    monkeypatch.setattr("voice_agent.web.live.stream.BEAT_SECONDS", 0.2)
    address, world = served
    with Store.open(world.store) as store:
        reader = Reader(address, world.store, world.people["supervisor"], "/live/stream")
        reader.wait("state")
        store.write("DELETE FROM sessions")
        reader.wait("signed-out")
        save_live(store, [going("late", "1001", "甲局")])
        time.sleep(0.6)
        assert not [data for name, _, data in reader.events if name == "change"]
        reader.close()


def test_old_ended_calls_are_cleared(world: World) -> None:
    """What is over for longer than is kept leaves the table; who asks from before gets how things stand."""
    with Store.open(world.store) as store:
        save_live(store, [going("a", "1001", "甲局"), going("b", "1002", "乙局")])
        end_all(store, now=50.0)
        save_live(store, [going("c", "1001", "甲局")])
        clear_ended(store, before=60.0)
        assert store.value("SELECT count(*) FROM live_calls") == 1
        assert store.value("SELECT cleared FROM live_status") == 4
