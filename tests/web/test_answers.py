"""Right answers to wrong entries, words that agree with decisions, and little that is sent twice."""

from __future__ import annotations

import csv
import io
import re
import time
from dataclasses import replace

import openpyxl
import pytest

from tests.store.makers import transcript
from tests.web.world import World
from voice_agent.store import Store
from voice_agent.store.calls import transcripts
from voice_agent.store.reviews import reviews
from voice_agent.values import Segment
from voice_agent.web.figures.downloads import named
from voice_agent.web.words import certainty, plainly


def test_a_name_that_is_taken_is_said_to_be_taken(world: World) -> None:
    """An existing user name is the administrator's mistake, not a busy store."""
    with world.visitor("admin") as visitor:
        answer = visitor.post(
            "/users", username="reviewer", name="新", role="reviewer", password="一只白鹭飞过黄河大桥"
        )
    assert answer.status_code == 400
    assert "用户名 reviewer 已存在" in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/statistics?since=0026-01-01",
        "/calls?until=0001-01-01",
        "/calls?draw=12345678901234567890",
        "/calls?score_min=nan",
        "/calls?draw=-1",
    ],
)
def test_what_no_store_can_hold_is_refused_in_words(address: str, world: World) -> None:
    """A year before the telephone and numbers of twenty digits get a sentence, not a crash."""
    with world.visitor("supervisor") as visitor:
        answer = visitor.get(address)
    assert answer.status_code == 400
    assert "筛选条件" in answer.text


def test_a_finding_beyond_the_recording_is_refused(world: World) -> None:
    """A span at 1000–2000 s of a call of a minute is no span of it."""
    form = {"rule": "prohibited", "status": "violated", "start": "1000", "end": "2000", "reason": "骂人"}
    with world.visitor("reviewer") as visitor:
        answer = visitor.post(f"/calls/{world.call}/findings", **form)
    assert answer.status_code == 400
    assert "超出了通话" in answer.text


def test_a_decision_sends_nothing_of_the_conversation(world: World) -> None:
    """In a call of two hours the answer to a decision stays small and quick."""
    with Store.open(world.store) as store:
        said = transcript(("agent", "您好"), call_id="call-1")
        long = tuple(
            Segment("agent" if n % 2 else "caller", n * 3.0, n * 3.0 + 2.5, "请您稍候我查询一下再答复您")
            for n in range(2400)
        )
        transcripts.save_transcript(store, world.call, replace(said, segments=long, duration=7200.0))
    with world.visitor("reviewer") as visitor:
        assert len(visitor.get(f"/calls/{world.call}").text) > 1_000_000
        address = f"/calls/{world.call}/findings/{world.finding}/review"
        begin = time.process_time()
        answer = visitor.client.post(
            address, data={"csrf": visitor.csrf, "decision": "confirm"}, headers={"x-part": "1"}
        )
        spent = time.process_time() - begin
    assert answer.status_code == 200
    assert "我查询一下再答复您" not in answer.text
    assert len(answer.text) < 60_000
    assert spent < 0.5


def test_files_say_what_people_decided(world: World) -> None:
    """In XLSX the person's reason is the explanation, the machine's stands apart; confirmed findings keep their words."""
    with Store.open(world.store) as store:
        machine = store.value("SELECT reason FROM findings WHERE id = ?", (world.finding,))
        reviews.overrule(store, world.finding, world.people["reviewer"], "开头说了工号")
    with world.visitor("supervisor") as visitor:
        book = openpyxl.load_workbook(io.BytesIO(visitor.get("/calls.xlsx").content))
    rows = [[cell.value for cell in row] for row in book["检查结果"].iter_rows()]
    heading = rows[0]
    line = next(row for row in rows if row[0] == "call-1" and row[heading.index("规则")] == "主动告知工号")
    assert line[heading.index("状态")] == "达标"
    assert line[heading.index("说明")] == "人工改判：开头说了工号"
    assert (line[heading.index("系统原来的说明")] or "") == machine
    other = next(row for row in rows if row[0] == "call-2" and row[heading.index("规则")] == "结束用语")
    assert not other[heading.index("系统原来的说明")]


def test_words_agree_everywhere(world: World) -> None:
    """One word for one thing in pages and files; no double 申诉, no 确认 that changes nothing into itself, no certainty of 100.0 %."""
    with Store.open(world.store) as store:
        reviews.confirm(store, world.finding, world.people["reviewer"])
    with world.visitor("reviewer") as visitor:
        page = visitor.get(f"/calls/{world.call}").text
        assert "申诉申诉" not in page
        assert "申诉待裁定" in page
        assert "缺失 → 缺失" not in page
        assert re.search(r"确认：缺失", page)
        assert "100.0%" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    with world.visitor("supervisor") as visitor:
        for address in ("/calls.csv", "/statistics.csv"):
            text = visitor.get(address).text
            assert not re.search("不合规|未接通|处理出错|待处理", text), address
    assert certainty(1.0) == "99%"


def test_clerks_read_words_and_not_patterns(world: World) -> None:
    """A clerk's phrase book shows no identifiers, regular expressions or limits with English names; own calls show no own name."""
    with world.visitor("staff") as visitor:
        for part in ("phrases", "rules", "prohibited", "norms"):
            page = visitor.get(f"/phrasebook?part={part}&q=您好工号一零零一").text
            body = page[page.index("<main") :]
            shown = re.sub(r"<[^>]+>", " ", body)
            assert not re.search(r"[a-z]+_[a-z]+|\{\w+\}|\[[^\]]*\]|\|", shown), part
        mine = visitor.get("/mine").text
        assert '<th scope="col">坐席' not in mine
        assert "1001</span></td>" not in mine
    assert plainly("(您|你)好[我是|这里是]{unit}[的]{window}[请讲]") == "您好××中心××窗口"


def test_files_are_named_after_what_is_in_them(world: World) -> None:
    """Unit and period stand in the name of a file."""
    with world.visitor("supervisor") as visitor:
        answer = visitor.get("/calls.csv?since=2026-11-01&until=2026-11-30&unit=甲局")
    assert "%E7%94%B2%E5%B1%80_2026-11-01%E8%87%B32026-11-30.csv" in answer.headers["content-disposition"]
    from voice_agent.store import CallFilter  # noqa: PLC0415 - only here

    assert named("通话", CallFilter(), "xlsx") == "通话_全部时间.xlsx"


def test_an_export_shows_its_progress_and_is_its_makers_alone(world: World) -> None:
    """Started, looked at until it is ready, fetched once; for anybody else it does not exist."""
    with world.visitor("supervisor") as visitor:
        address = visitor.post("/exports", kind="csv", query="?unit=甲局").json()["address"]
        deadline = time.monotonic() + 20
        while (state := visitor.get(address).json())["state"] == "running":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert (state["state"], state["percent"]) == ("ready", 100)
        rows = list(csv.reader(io.StringIO(visitor.get(f"{address}/file").content.decode("utf-8-sig"))))
        assert {row[0] for row in rows[1:]} == {"call-1"}
        assert visitor.get(f"{address}/file").status_code == 404
        again = visitor.post("/exports", kind="xlsx", query="").json()["address"]
        visitor.client.cookies.clear()
        assert visitor.get(again).status_code in (303, 401)
