"""The page of windows: unmanned stretches, stand-ins, half hours, gaps, and only what one sees."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ami_bridge.events import Gap, MemberChanged, MembersKnown
from tests.store.makers import ended
from tests.web.world import World
from voice_agent.store import Store
from voice_agent.store.calls import calls, gaps, presence

#: Monday, 9 o'clock in Shanghai.
NINE = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
HOUR = 3600.0


def changed(store: Store, hours: float, state: str, who: str = "1001", reason: str = "") -> None:
    presence.save_change(store, MemberChanged(NINE + hours * HOUR, f"PJSIP/a{who}", "", who, state, reason))  # type: ignore[arg-type]


@pytest.fixture
def monday(world: World) -> World:
    """Clerk 1001 of 甲局 is there from 9 to 10 and from 10:30 to 12; nobody listens from 14 to 15; afterwards the clerk is there until 17."""
    with Store.open(world.store) as store:
        presence.save_known(store, MembersKnown(NINE - HOUR))
        changed(store, 0, "free")
        changed(store, 1, "paused", reason="开会")
        changed(store, 1.5, "free")
        changed(store, 3, "paused", reason="吃饭")
        changed(store, 4, "free")
        changed(store, 1, "free", "1002")
        gaps.save_gap(store, Gap(NINE + 5 * HOUR, None, "cut"))
        presence.end_presence(store, NINE + 5 * HOUR)
        gaps.save_gap(store, Gap(NINE + 5 * HOUR, NINE + 6 * HOUR, "cut"))
        changed(store, 6, "free")
        presence.save_known(store, MembersKnown(NINE + 6 * HOUR))
        changed(store, 8, "")
        gaps.save_alive(store, NINE + 10 * HOUR)
        for place, (hours, ring, answered) in enumerate(
            ((0.1, 4, True), (1.1, 20, True), (1.1, 30, False), (10, 9, False))
        ):
            calls.record_call(
                store, ended(f"m-{place}", start=NINE + hours * HOUR, ring=ring, answered=answered, clerks=("1001",))
            )
    return world


def test_a_day_of_a_window(monday: World) -> None:
    """Half an hour nobody, an hour of which nobody knows, a call that was answered late, one in vain, one outside office hours."""
    with monday.visitor("supervisor") as visitor:
        page = visitor.get("/windows?day=2026-11-23&unit=甲局").text
    assert "空窗 10:00–10:30（30 分）" in page
    assert page.count("10:00–10:30（30 分）") >= 1
    assert '<div class="value">30 分</div>' in page
    assert '<div class="value">60 分</div><div class="small">没有监听的时间' in page
    assert "开会" in page
    assert "14:00–15:00 没有监听，不知道" in page
    row = re.search(r"10:00–10:30</th>(.*?)</tr>", page, re.DOTALL)
    assert row
    cells = re.findall(r"<td[^>]*>(?:<span[^>]*>)?([^<]*)", row[1])
    assert [cell.strip() for cell in cells] == ["", "2", "1", "1", "1", "2", "0.0", "30 分", ""]
    assert "上班和值班以外的来电" in page
    assert "19:00–19:30" in page


def test_only_what_one_sees(monday: World) -> None:
    """Somebody of another unit sees that unit's windows, whatever the address asks for; staff see none."""
    with monday.visitor("supervisor_b") as visitor:
        page = visitor.get("/windows?day=2026-11-23&unit=甲局").text
        assert "乙局 2号窗口" in page
        assert "1号窗口" not in page
        assert "1001" not in page
    with monday.visitor("staff") as visitor:
        assert visitor.get("/windows").status_code == 403


def test_days(monday: World) -> None:
    """Without a day the latest known one is shown; a holiday owes nothing; a day nobody listened to is unknown; nonsense is refused."""
    with monday.visitor("supervisor") as visitor:
        assert "2026-11-23" in visitor.get("/windows").text
        sunday = visitor.get("/windows?day=2026-11-22&unit=甲局").text
        assert "休息日" in sunday
        dark = visitor.get("/windows?day=2026-11-24&unit=甲局").text
        assert "没有监听，不知道" in dark
        assert "空窗 " not in re.sub(r"空窗 0 次", "", dark.split("各窗口")[1].split("每半小时")[0])
        assert visitor.get("/windows?day=yesterday").status_code == 400


def test_a_store_without_queue_events_says_so(world: World) -> None:
    """Where no member was ever told, no window is called empty."""
    with world.visitor("supervisor") as visitor:
        assert "还没有队列成员的记录" in visitor.get("/windows").text
