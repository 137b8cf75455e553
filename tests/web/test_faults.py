"""What goes wrong around the pages: a store that somebody else is writing to, browsers that go away, two reviewers at once."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import schemathesis
from hypothesis import given, settings

from phrasebook.book import load_book
from tests.web.serving import running, site_for
from tests.web.world import World
from voice_agent.store import Store
from voice_agent.store.people.sessions import open_session
from voice_agent.store.reviews.comments import list_comments


def test_a_store_that_is_being_written_to_makes_the_page_wait(world: World) -> None:
    """A change waits for another writer and then goes through, as long as the wait is bearable."""
    locked = threading.Event()
    with ThreadPoolExecutor(1) as other, world.visitor("reviewer", patience=20) as visitor:
        other.submit(_hold, world, locked, 0.6)
        locked.wait(20)
        started = time.monotonic()
        assert visitor.post(f"/calls/{world.call}/comments", text="等到了").status_code == 303
        assert time.monotonic() - started >= 0.4


def _hold(world: World, locked: threading.Event, seconds: float) -> None:
    """Keep other writers out for a while."""
    with Store.open(world.store) as writer, writer.transaction():
        locked.set()
        time.sleep(seconds)


def test_a_store_that_stays_locked_is_said_to_be(world: World) -> None:
    """Reading goes on; a change says after the wait that nothing was saved, and nothing was."""
    with Store.open(world.store) as writer, world.visitor("reviewer", patience=0.3) as visitor:
        writer.write("BEGIN IMMEDIATE")
        assert visitor.get("/queue").status_code == 200
        assert visitor.get(f"/calls/{world.call}").status_code == 200
        answer = visitor.post(f"/calls/{world.call}/comments", text="没有保存")
        writer.write("ROLLBACK")
        assert answer.status_code == 503
        assert "正被另一个程序占用" in answer.text
        assert [one.text for one in list_comments(writer, world.call)].count("没有保存") == 0


def test_a_browser_that_goes_away_in_a_download_disturbs_nobody(world: World) -> None:
    """Whoever closes the connection in the middle of the sound or an export leaves a server that answers the next."""
    site = site_for(world.store, load_book())
    with Store.open(world.store) as store:
        token, _ = open_session(store, world.people["supervisor"], 600)
    with running(site) as address:
        for path in (f"/calls/{world.call}/audio", "/calls.csv"):
            with socket.create_connection(("127.0.0.1", site.config.web.port)) as connection:
                head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: voice-agent={token}\r\n\r\n"
                connection.sendall(head.encode())
                assert connection.recv(64).startswith(b"HTTP/1.1 200")
        answer = httpx2.get(f"{address}/calls", cookies={"voice-agent": token})
        assert answer.status_code == 200


def test_two_reviewers_never_work_on_the_same_call(world: World) -> None:
    """The second is told who is at it, can decide nothing, and gets another call from the queue."""
    with world.visitor("reviewer") as first, world.visitor("second") as second:
        assert first.post(f"/calls/{world.call}/claim").status_code == 303
        refused = second.post(f"/calls/{world.call}/findings/{world.finding}/review", decision="confirm")
        assert refused.status_code == 403
        assert "复核" in refused.text
        assert second.post("/queue/next").headers["location"] == f"/calls/{world.other}"


def test_the_first_reviewer_does_not_decide_the_objection(world: World) -> None:
    """Whoever reviewed a finding is refused; another reviewer decides, the clerk reads the answer, the finding changes."""
    with world.visitor("reviewer") as first:
        first.post(f"/calls/{world.call}/findings/{_objected(world)}/review", decision="confirm")
        first.post(f"/calls/{world.call}/release")
        verdict = {"outcome": "upheld", "answer": "开头问候了", "status": "met"}
        assert first.post(f"/objections/{world.objection}/decision", **verdict).status_code == 403
    with world.visitor("second") as second:
        assert second.post(f"/objections/{world.objection}/decision", **verdict).status_code == 303
    with world.visitor("staff") as clerk:
        assert "开头问候了" in clerk.get("/objections?state=upheld").text


def _objected(world: World) -> int:
    with Store.open(world.store) as store:
        return int(store.value("SELECT finding FROM objections WHERE id = ?", (world.objection,)))


SCHEMA = {
    "openapi": "3.1.0",
    "info": {"title": "pages", "version": "1"},
    "paths": {
        "/calls/{number}/peaks": {
            "get": {
                "parameters": [
                    {"name": "number", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
                ],
                "responses": {
                    "200": {
                        "description": "the waveform",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["lanes", "duration", "data"],
                                    "additionalProperties": False,
                                    "properties": {
                                        "lanes": {"enum": [1, 2]},
                                        "duration": {"type": "number", "minimum": 0},
                                        "data": {"type": "string"},
                                    },
                                }
                            }
                        },
                    },
                    "404": {"description": "not there or not yours", "content": {"text/plain": {}}},
                },
            }
        }
    },
}


def test_the_json_endpoint_keeps_its_promise_for_any_number(world: World) -> None:
    """Schemathesis asks the waveform endpoint for whatever number it can think of: 200 as described, or 404, never an error."""
    site = site_for(world.store, load_book())
    with Store.open(world.store) as store:
        token, _ = open_session(store, world.people["reviewer"], 600)
    with running(site) as address:
        operation = schemathesis.openapi.from_dict(SCHEMA)["/calls/{number}/peaks"]["GET"]

        @settings(max_examples=25, deadline=None)
        @given(case=operation.as_strategy())
        def check(case) -> None:  # type: ignore[no-untyped-def]  # schemathesis' own type
            case.call_and_validate(
                base_url=address, headers={"Cookie": f"voice-agent={token}", "Accept": "application/json"}
            )

        check()
