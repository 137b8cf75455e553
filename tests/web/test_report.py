"""The monthly report: the form of the summary, with figures that are the store's own."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import docx
import pytest

from tests.web.world import World
from voice_agent.labels import RULE_NAMES
from voice_agent.reporting.charts import rate_bars
from voice_agent.reporting.monthly import gather, write_report
from voice_agent.store import CallFilter, Store
from voice_agent.store.statistics import statistics

PNG = b"\x89PNG\r\n"


@pytest.fixture
def document(world: World) -> docx.document.Document:
    """The report of 甲局 for November 2026, read back."""
    with Store.open(world.store) as store:
        report = gather(store, "甲局", date(2026, 11, 1), date(2026, 11, 30))
    return docx.Document(io.BytesIO(write_report(report, made_at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC))))


def test_the_report_has_the_parts_of_a_summary(document: docx.document.Document) -> None:
    """Figures, rules, typical faults, people, answering, review and measures, in this order."""
    headings = [part.text for part in document.paragraphs if part.style.name == "Heading 1"]
    assert headings == ["一、基本情况", "二、各项要求的达标情况", "三、典型问题", "四、坐席情况", "五、接听情况（空窗）", "六、监测与复核", "七、整改措施"]  # fmt: skip
    assert document.paragraphs[0].text == "甲局热线服务质量总结材料"


def test_its_figures_are_the_stores(document: docx.document.Document, world: World) -> None:
    """The table of rules repeats what the statistics say, and names faults where they can be heard."""
    with Store.open(world.store) as store:
        lines = statistics.rule_lines(store, CallFilter(unit="甲局", since=date(2026, 11, 1), until=date(2026, 11, 30)))
    rows = [[cell.text for cell in row.cells] for row in document.tables[1].rows][1:]
    assert [(row[0].split(". ")[1], row[1], row[2]) for row in rows] == [
        (RULE_NAMES[line.rule], str(line.counts.met), str(line.counts.faults)) for line in lines
    ]
    assert any("通话 call-1" in part.text for part in document.paragraphs)
    assert len(document.inline_shapes) == 1


def test_a_month_without_calls_is_told_so(world: World) -> None:
    """An empty month makes a document, not an error."""
    with Store.open(world.store) as store:
        report = gather(store, "", date(2020, 1, 1), date(2020, 1, 31))
    made = docx.Document(io.BytesIO(write_report(report, made_at=datetime(2020, 2, 1, tzinfo=UTC))))
    assert any(part.text == "本期没有已判定的通话。" for part in made.paragraphs)


def test_the_download_is_a_word_file(world: World) -> None:
    """The page's button gives a docx with a Chinese name."""
    with world.visitor("supervisor") as visitor:
        answer = visitor.get("/report.docx?month=2026-11&unit=甲局")
    assert zipfile.is_zipfile(io.BytesIO(answer.content))
    assert "filename*=UTF-8''%E7%94%B2" in answer.headers["content-disposition"]


def test_a_chart_is_drawn_with_or_without_a_chinese_font() -> None:
    """Rates of None, 0 and 1 draw; without a font the bars carry numbers, so nothing warns of missing glyphs."""
    assert rate_bars(["开场问候", "结束用语", "服务忌语"], [None, 0.0, 1.0]).startswith(PNG)
