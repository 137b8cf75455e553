"""The report as a document: the form of GB/T 9704, its sections, figures that are the store's, and quotations that name nobody."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn

from phrasebook.book import load_book
from tests.store.makers import DAY, MORNING, judged_call, staff
from voice_agent.errors import StoreError
from voice_agent.labels import RULE_NAMES
from voice_agent.masking import anonymous
from voice_agent.reporting.blocks import Bar, Bars, Heading, Official, Paragraph, Quote, Table
from voice_agent.reporting.material import Material, gather, place_of, places_under
from voice_agent.reporting.sections import compose
from voice_agent.reporting.word import write_word
from voice_agent.store import CallFilter, Store
from voice_agent.store.people import tree
from voice_agent.store.reviews import complaints, objections, rectifications, reviews
from voice_agent.store.statistics import statistics
from voice_agent.store.statistics.spans import around, before, days, span_of

TODAY = date(2026, 11, 30)
NOVEMBER = span_of("2026-11")


@pytest.fixture
def filled(store: Store) -> Store:
    """Two units under one city, faults, a confirmed one with a measure, a complaint, an objection."""
    people = staff(store)
    tree.import_tree(
        store, "代码,名称,上级代码,级别\n64,宁夏,,自治区\n6401,银川市,64,市\n,社保局,6401,单位\n,医保中心,64,单位"
    )
    for n in range(6):
        judged_call(store, f"a{n}", {"greeting": "missing"} if n < 2 else {}, start=MORNING + n * 60)
    for n in range(6):
        judged_call(store, f"b{n}", {"closing": "missing"}, start=MORNING + n * 60, clerk="2001")
    judged_call(store, "old", start=MORNING - 30 * DAY)
    found = store.rows("SELECT id, call FROM findings WHERE rule = 'closing' AND status = 'missing' AND counted = 1")
    reviews.confirm(store, found[0]["id"], people["r1"])
    rectifications.open_item(store, [found[0]["id"]], people["boss"], "班前演练", due=date(2026, 12, 8), today=TODAY)
    store.write("UPDATE rectifications SET made_at = ?", (MORNING,))
    filed = complaints.Filed(date(2026, 11, 20), "网络", "张三态度不好，工号1086", date(2026, 11, 25), unit="社保局")
    complaints.file_complaint(store, filed, people["boss"], today=TODAY)
    greeting = store.value("SELECT id FROM findings WHERE rule = 'greeting' AND status = 'missing'")
    objections.file_objection(store, greeting, people["zhang"], "我说了", now=MORNING + 3600)
    return store


def _of(store: Store, *, node: str = "", unit: str = "") -> tuple[Material, Official]:
    material = gather(store, load_book(), place_of(store, node=node, unit=unit), NOVEMBER, today=TODAY)
    return material, compose(material)


def test_sections_follow_the_annex(filled: Store) -> None:
    """Overall, comparison, rules, faults, supervision with measures, posts, what was not monitored, what comes next, terms."""
    _, official = _of(filled)
    assert official.title == "宁夏关于2026年11月热线服务质量情况的报告"
    assert [one.text for one in official.blocks if isinstance(one, Heading) and one.level == 1] == [
        "一、总体情况", "二、各下级单位比较", "三、行为规范和工作规范执行情况", "四、典型问题", "五、服务监督和整改落实情况", "六、值守和接听情况",
        "七、未监测情况", "八、下一步措施", "九、统计口径",
    ]  # fmt: skip
    assert (official.issuer, official.written_day) == ("宁夏", "2026年11月30日")


def test_figures_are_the_stores(filled: Store) -> None:
    """Calls, rates and the comparison of the parts below a node are what the statistics say; charts name what they show."""
    material, official = _of(filled)
    assert material.now == statistics.total(filled, CallFilter(since=NOVEMBER.first, until=NOVEMBER.last))
    tables = {one.caption.split("　")[1]: one for one in official.blocks if isinstance(one, Table)}
    assert [row[:2] for row in tables["各下级单位情况"].rows] == [("银川市", "6"), ("医保中心", "6")]
    lines = statistics.rule_lines(filled, CallFilter(since=NOVEMBER.first, until=NOVEMBER.last))
    assert [row[0] for row in tables["各项要求达标情况"].rows] == [RULE_NAMES[line.rule] for line in lines]
    charts = [one for one in official.blocks if isinstance(one, Bars)]
    assert [bar.name for bar in charts[0].bars] == ["银川市", "医保中心"]
    assert [bar.name for bar in charts[1].bars] == [RULE_NAMES[line.rule] for line in lines]
    assert charts[1].bars[0].rate == pytest.approx(10 / 12)


def test_real_measures_and_their_state_are_told(filled: Store) -> None:
    """Complaints, objections and rectifications are counted with what became of them; what is late is said."""
    material, official = _of(filled)
    counts = material.measures
    assert (counts.complaints, counts.complaints_open, counts.complaints_late) == (1, 1, 1)
    assert (counts.objections, counts.objections_open, counts.items, counts.items_open) == (1, 1, 1, 1)
    said = " ".join(one.text for one in official.blocks if isinstance(one, Paragraph))
    assert "收到投诉1件，已办结0件（属实或部分属实0件、不属实0件），在办1件，超过期限1件。" in said
    assert "列入整改1项，已验收0项、待验收0项、待整改1项" in said
    items = next(one for one in official.blocks if isinstance(one, Table) and "整改措施" in one.caption)
    assert items.rows == (("结束用语", "王五 2001", "班前演练", "2026-12-08", "待整改"),)


def test_a_unit_compares_its_windows_and_names_its_clerks(filled: Store) -> None:
    """The report of one unit goes down to windows and clerks; nothing of another unit is in it."""
    material, official = _of(filled, unit="社保局")
    assert material.now.calls == 6
    assert "二、各窗口比较" in [one.text for one in official.blocks if isinstance(one, Heading)]
    clerks = next(one for one in official.blocks if isinstance(one, Table) and "坐席" in one.caption)
    assert [row[1] for row in clerks.rows] == ["1086"]
    assert "医保中心" not in repr(official)
    assert [place.name for place in places_under(filled, "6401")] == ["银川市", "社保局"]
    assert [place.name for place in places_under(filled)] == ["宁夏", "银川市", "医保中心", "社保局"]


def test_quotations_name_nobody(filled: Store) -> None:
    """What a person confirmed comes first and says so; names, job numbers and what is objected to stay out."""
    _, official = _of(filled)
    quotes = [one.text for one in official.blocks if isinstance(one, Quote)]
    assert quotes[0].startswith("医保中心，11月22日，缺失（经人工复核）")
    assert len([one for one in quotes if "没有问候" in one or "缺失" in one]) == len(quotes) == 4
    told = repr([one for one in official.blocks if isinstance(one, Table) and "投诉" in one.caption])
    assert "某某态度不好，工号••••" in told
    assert (
        anonymous("我是张三，工号一零八六，电话一三八幺二三四五六七八", ["张三"])
        == "我是某某，工号••••，电话•••••••••••"
    )


def test_the_page_is_that_of_the_standard(filled: Store) -> None:
    """A4, the margins of GB/T 9704, 小标宋 and 仿宋 with substitutes, lines of 28.95 points, — 1 — right on odd and left on even pages."""
    made = write_word(_of(filled)[1])
    document = docx.Document(io.BytesIO(made))
    section = document.sections[0]
    lengths = (section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)  # fmt: skip
    assert [round(length.mm) for length in lengths] == [210, 297, 37, 35, 28, 26]
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        assert footer.paragraphs[0].text == "— 1 —"
        assert footer.paragraphs[0]._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
        assert "PAGE" in footer._element.xml
    for name, font in (("Title", "方正小标宋简体"), ("Normal", "仿宋_GB2312"), ("Heading 1", "黑体")):
        assert document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) == font
    assert document.styles["Normal"].paragraph_format.line_spacing.pt == pytest.approx(28.95, abs=0.05)
    fonts = zipfile.ZipFile(io.BytesIO(made)).read("word/fontTable.xml").decode()
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in fonts


def test_a_chart_is_drawn_to_scale_without_any_font() -> None:
    """A bar of one quarter covers a quarter of its ground; a rate that is unknown has none."""
    bars = Bars("图1　比例", (Bar("四分之一", 0.25, "25%"), Bar("不知道", None, "–"), Bar("全部", 1.0, "100%")))
    made = write_word(Official("题", (bars,), "甲", TODAY))
    rows = docx.Document(io.BytesIO(made)).tables[0]._tbl.tr_lst
    dark = [sum(int(cell.tcPr.gridSpan.val) for cell in row.tc_lst if "1F4E79" in cell.xml) for row in rows]
    assert dark == [12, 0, 50]
    assert [row.tc_lst[0].xml.count("四分之一") for row in rows] == [1, 0, 0]


def test_an_empty_period_makes_a_document(store: Store) -> None:
    """Without a call there is a report that says so, not an error."""
    material = gather(store, load_book(), place_of(store), span_of("2020"), today=TODAY)
    said = " ".join(one.text for one in compose(material).blocks if isinstance(one, Paragraph))
    assert "本期没有已判定的通话。" in said
    assert "来电0通" in said


def test_text_that_xml_cannot_hold_does_not_break_the_file() -> None:
    """Control characters, broken ones and markup come out as text."""
    made = write_word(Official("题<b>", (Paragraph("a\x00b\ud800c & <w:p>"),), "甲&乙", TODAY))
    texts = [one.text for one in docx.Document(io.BytesIO(made)).paragraphs]
    assert "a�b?c & <w:p>" in texts
    assert texts[0] == "题<b>"


@pytest.mark.parametrize(
    ("key", "first", "last", "name", "earlier"),
    [
        ("2026-02", "2026-02-01", "2026-02-28", "2026年2月", "2026-01"),
        ("2026-Q4", "2026-10-01", "2026-12-31", "2026年第四季度", "2026-Q3"),
        ("2026", "2026-01-01", "2026-12-31", "2026年", "2025"),
    ],
)
def test_periods_have_names(key: str, first: str, last: str, name: str, earlier: str) -> None:
    """Months, quarters and years are read, named and counted back."""
    span = span_of(key)
    assert (span.first.isoformat(), span.last.isoformat(), span.name, span.key) == (first, last, name, key)
    assert before(span).key == earlier
    assert days(span.first, span.last) == span == around(span.kind, span.last)


def test_any_days_are_a_period() -> None:
    """Other days are named by their dates; nonsense is refused in Chinese."""
    assert days(date(2026, 11, 1), date(2026, 11, 15)).name == "2026年11月1日至2026年11月15日"
    for wrong in ("2026-13", "2026-Q5", "0026", "11月"):
        with pytest.raises(StoreError, match="期间"):
            span_of(wrong)
    with pytest.raises(StoreError, match="截止日期"):
        days(date(2026, 11, 2), date(2026, 11, 1))
