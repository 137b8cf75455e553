"""The administrator's page of how things stand, and the line about figures that are not whole."""

from __future__ import annotations

import io
import time

from docx import Document

from ami_bridge.events import Alive, Gap
from tests.web.world import World
from voice_agent.live.spool import Spool
from voice_agent.store import Store
from voice_agent.store.calls import gaps


def test_the_page_says_whether_calls_are_listened_to(world: World) -> None:
    """Never, just now, stopped, and cut off are four different things, each with what to do."""
    with world.visitor("admin") as visitor:
        assert "还没有监听过" in visitor.get("/health").text
        with Store.open(world.store) as store:
            gaps.save_alive(store, time.time())
        assert "正在监听" in visitor.get("/health").text
        with Store.open(world.store) as store:
            store.write("UPDATE followed SET until = until - 600")
        assert "listen 已 10 分 没有消息" in visitor.get("/health").text
        with Store.open(world.store) as store:
            gaps.save_gap(store, Gap(time.time() - 500, None, "连不上 Asterisk"))
        page = visitor.get("/health").text
        assert "监测中断已 8 分：连不上 Asterisk" in page
        assert "还在中断" in page
        part = visitor.get("/health", **{"x-part": "1"}).text
        assert part.startswith('<div data-live="/health"')


def test_disk_book_and_model_stand_there(world: World) -> None:
    """What is left of the disk, the versions in use, and that the last judgement was made with another book."""
    with world.visitor("admin") as visitor:
        page = visitor.get("/health").text
        assert "数据库所在磁盘" in page
        assert "行为模型" in page
        assert "语音模型" in page
        with Store.open(world.store) as store:
            store.write("UPDATE judgements SET book_version = 'old'")
        assert "最近的判定用的是 old" in visitor.get("/health").text


def test_the_statistics_say_when_they_are_not_whole(world: World) -> None:
    """A gap in the period is told to everybody who looks at its figures, and to nobody who looks at another."""
    with Store.open(world.store) as store:
        gaps.save_gap(store, Gap(1795311000.0, 1795311000.0 + 300, "断线"))
    with world.visitor("supervisor") as visitor:
        assert (
            "这段时间的数字不完整：监测中断 1 次，共 5 分"
            in visitor.get("/statistics?since=2026-11-22&until=2026-11-22").text
        )
        assert "不完整" not in visitor.get("/statistics?since=2026-11-01&until=2026-11-10").text


def test_events_that_wait_for_the_store_are_told(world: World) -> None:
    """While the listener cannot write, the page says how much waits; afterwards nothing of it."""
    spool = Spool(world.store)
    for number in range(3):
        spool.add(Alive(float(number), 0))
    with world.visitor("admin") as visitor:
        assert "3 条事件暂存在磁盘上" in visitor.get("/health").text
        spool.empty_into(lambda _: None)
        assert "暂存在磁盘上" not in visitor.get("/health").text


def test_the_report_says_so_too(world: World) -> None:
    """The same sentence stands in the report, on the page and in the Word file, because both are made of the same blocks."""
    with Store.open(world.store) as store:
        gaps.save_gap(store, Gap(1795311000.0, 1795311000.0 + 300, "断线"))
    with world.visitor("supervisor") as visitor:
        assert "这段时间的数字不完整：监测中断 1 次，共 5 分" in visitor.get("/report?month=2026-11").text
        document = Document(io.BytesIO(visitor.get("/report.docx?month=2026-11").content))
        assert any("这段时间的数字不完整：监测中断" in one.text for one in document.paragraphs)
        assert "不完整" not in visitor.get("/report?month=2026-10").text
