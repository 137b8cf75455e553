"""The report on the page and as a file: the same text in the same order, within one's own part of the hierarchy."""

from __future__ import annotations

import io
import zipfile
from html.parser import HTMLParser

import docx
import pytest
from docx.oxml.ns import qn

from tests.web.world import EVIL, World
from voice_agent.store import Store
from voice_agent.store.people import tree

NOVEMBER = "period=2026-11"


class _Texts(HTMLParser):
    """The texts of the report's article, each paragraph, caption and cell for itself; what only the page shows is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside, self._hidden = False, False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self._inside = self._inside or given.get("id") == "report"
        self._hidden = self._hidden or "data-only-page" in given
        if self._inside and tag in ("h2", "h3", "h4", "p", "caption", "th", "td"):
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = self._hidden and tag != "a"
        self._inside = self._inside and tag != "article"

    def handle_data(self, text: str) -> None:
        if self._inside and not self._hidden and self.texts:
            self.texts[-1] += text.strip("\n")


def texts_of_page(html: str) -> list[str]:
    """What the page's report says, in order, without empty ones."""
    parser = _Texts()
    parser.feed(html)
    return [text.strip() for text in parser.texts if text.strip()]


def texts_of_file(content: bytes) -> list[str]:
    """What the file says: its paragraphs and cells in the order of the body, without empty ones."""
    body = docx.Document(io.BytesIO(content)).element.body
    said = ["".join(text.text or "" for text in one.iter(qn("w:t"))) for one in body.iter(qn("w:p"))]
    return [text.strip() for text in said if text.strip()]


@pytest.mark.parametrize(
    "query",
    [NOVEMBER, "period=2026-Q4&unit=甲局", "period=2026", "since=2026-11-20&until=2026-11-25", "period=2020-01"],
)
def test_the_preview_equals_the_file(query: str, world: World) -> None:
    """Same sentences, same tables, same charts, in the same order, whatever the period and place."""
    with world.visitor("supervisor") as visitor:
        page, file = visitor.get(f"/report?{query}"), visitor.get(f"/report.docx?{query}")
    said = texts_of_page(page.text)
    assert said == texts_of_file(file.content)
    assert len(said) > 15
    assert any("热线服务质量情况的报告" in text for text in said)


def test_the_download_is_a_word_file(world: World) -> None:
    """The page's button gives a docx with a Chinese name, and the log keeps who took it."""
    with world.visitor("supervisor") as visitor:
        answer = visitor.get(f"/report.docx?{NOVEMBER}&unit=甲局")
    assert zipfile.is_zipfile(io.BytesIO(answer.content))
    assert "%E7%94%B2%E5%B1%80%E5%85%B3%E4%BA%8E2026" in answer.headers["content-disposition"]
    with Store.open(world.store) as store:
        assert store.value("SELECT object || detail FROM audit WHERE action = 'report'") == "unit:甲局2026-11"


def test_everybody_reports_on_their_own_part(world: World) -> None:
    """Somebody of one unit gets that unit's report whatever the address asks for; a node outside one's subtree is not there."""
    with Store.open(world.store) as store:
        tree.import_tree(store, "代码,名称,上级代码,级别\n64,宁夏,,自治区\n6401,银川市,64,市\n6402,石嘴山市,64,市\n甲,甲局,6401,单位\n,乙局,6402,单位")  # fmt: skip
        store.write("UPDATE users SET node = '6401' WHERE username = 'supervisor'")
    with world.visitor("supervisor_b") as visitor:
        assert "乙局关于2026年11月" in visitor.get(f"/report?{NOVEMBER}&unit=甲局").text
    with world.visitor("supervisor") as visitor:
        assert visitor.get(f"/report?{NOVEMBER}&unit=乙局").status_code == 404
        assert "银川市关于2026年11月" in visitor.get(f"/report?{NOVEMBER}&node=6402").text


def test_a_quotation_can_be_heard_and_holds_no_name(world: World) -> None:
    """Beside each quotation the page has the way to its call; names, whatever they hold, stay out of it, and markup is text."""
    with world.visitor("supervisor") as visitor:
        page = visitor.get(f"/report?{NOVEMBER}").text
    assert f'href="/calls/{world.call}" data-only-page' in page or f'href="/calls/{world.other}" data-only-page' in page
    assert EVIL not in page


@pytest.mark.parametrize("query", ["period=2026-13", "since=2026-11-01", "since=2026-11-02&until=2026-11-01"])
def test_a_period_that_is_none_is_refused(query: str, world: World) -> None:
    """What makes no sense is said, not guessed."""
    with world.visitor("supervisor") as visitor:
        assert visitor.get(f"/report?{query}").status_code == 400
