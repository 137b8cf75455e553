"""未能检查: administrators see which calls were given up and why, and let them be heard again; nobody else does."""

from __future__ import annotations

from tests.store.makers import MORNING, ended
from tests.web.world import EVIL, World
from voice_agent.store import Store
from voice_agent.store.calls import calls, jobs


def give_up(world: World, *names: str) -> None:
    """Calls whose recordings were not found."""
    with Store.open(world.store) as store:
        for name in names:
            number = calls.record_call(store, ended(name), now=MORNING).id
            while (job := jobs.lease(store, "w", 60)) is not None:
                if job.call == number:
                    jobs.fail(store, job, f"找不到录音 {EVIL}", final=True, cause="no_recording")


def test_an_administrator_lets_one_call_be_heard_again(world: World) -> None:
    """The page names call, cause and reason; the button puts it back into the line and into the log."""
    give_up(world, "9.1", "9.2")
    with world.visitor("admin") as visitor:
        page = visitor.get("/failed").text
        assert "9.1" in page
        assert "没有录音" in page
        assert EVIL not in page
        assert visitor.post("/failed", call="9.1").status_code == 303
        assert "9.1" not in visitor.get("/failed").text
        assert "重新检查" in visitor.get("/audit").text
        assert visitor.post("/failed", call="9.1").status_code == 400
    with Store.open(world.store) as store:
        assert [job.state for job in jobs.list_jobs(store) if job.call == calls.find_call(store, "9.1").id] == [
            "waiting"
        ]


def test_all_at_once(world: World) -> None:
    """One button for all of them."""
    give_up(world, "9.1", "9.2")
    with world.visitor("admin") as visitor:
        visitor.post("/failed")
        assert "没有未能检查的通话" in visitor.get("/failed").text


def test_a_damaged_call_is_told_and_others_are_shown(world: World) -> None:
    """Reading on with what is whole: the damaged call's page says so in Chinese, the next call's page is as ever."""
    with Store.open(world.store) as store:
        store.write("UPDATE transcripts SET segments = x'00' WHERE call = ?", (world.call,))
    with world.visitor("supervisor") as visitor:
        answer = visitor.get(f"/calls/{world.call}")
        assert answer.status_code == 503
        assert "已损坏" in answer.text
        assert visitor.get(f"/calls/{world.other}").status_code == 200
        assert visitor.get("/calls").status_code == 200
