"""Alerts and the manner of talking, on the pages: who sees them, who takes note, where they stay."""

from __future__ import annotations

from tests.web.world import EVIL, World
from voice_agent.speech.delivery import Delivery
from voice_agent.store import Store
from voice_agent.store.calls.delivery import save_delivery
from voice_agent.store.live.alerts import Alert, raise_alert


def raised(world: World, unit: str = "甲局", uniqueid: str = "call-1") -> int:
    """An alert on record."""
    with Store.open(world.store) as store:
        alert = Alert(0, 100.0, "忌语", uniqueid, unit, "1001", f"忌语：服务忌语{EVIL}", f"你有病{EVIL}")
        number = raise_alert(store, alert, ["page", "webhook"])
        assert number is not None
        return number


def test_an_alert_is_seen_acknowledged_and_part_of_the_call(world: World) -> None:
    """Supervisors of its unit see it with what was sent, one takes note with a few words, the log keeps it, the call's page shows it."""
    number = raised(world)
    with world.visitor("supervisor") as visitor:
        page = visitor.get("/alerts").text
        assert "忌语：服务忌语" in page
        assert "等待发送" in page
        assert EVIL not in page.replace(f"supervisor{EVIL}", "")
        assert visitor.post(f"/alerts/{number}/acknowledge", note="已提醒坐席").status_code == 303
        assert "已提醒坐席" in visitor.get("/alerts").text
        assert visitor.post(f"/alerts/{number}/acknowledge").status_code == 400
        assert "通话中的提醒" in visitor.get(f"/calls/{world.call}").text
    with world.visitor("staff") as visitor:
        assert "通话中的提醒" not in visitor.get(f"/calls/{world.call}").text
    with world.visitor("supervisor_b") as visitor:
        assert "忌语：服务忌语" not in visitor.get("/alerts").text
        assert visitor.post(f"/alerts/{number}/acknowledge").status_code == 404
    with Store.open(world.store) as store:
        assert store.value("SELECT object FROM audit WHERE action = 'acknowledge'") == f"alert {number}"


def test_open_alerts_are_counted_in_the_bar(world: World) -> None:
    """The number beside 提醒 is that of the own units' alerts that nobody acknowledged."""
    raised(world)
    with world.visitor("reviewer") as visitor:
        assert '提醒 <span class="badge" title="1 项' in visitor.get("/alerts").text
    with world.visitor("reviewer_b") as visitor:
        assert '提醒 <span class="badge"' not in visitor.get("/alerts?state=open").text


def test_how_a_call_is_talked_stands_with_it_and_by_clerk(world: World) -> None:
    """The call's page shows the measures of its words, the statistics by clerk their means."""
    with Store.open(world.store) as store:
        save_delivery(store, world.call, Delivery(0.6, 220.0, 2, 1, 0, 12.0, 3.0, 0.8))
    with world.visitor("supervisor") as visitor:
        page = visitor.get("/statistics?since=2020-01-01&by=clerk").text
        assert "说话方式" in page
        assert "220" in page
        assert "说话方式" in visitor.get(f"/calls/{world.call}").text
