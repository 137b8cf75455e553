"""窗口考核 on the pages: the ranking, signing, versions with their difference, one's own part and one's own card."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from tests.store import makers
from tests.web.world import World
from voice_agent.store import Store
from voice_agent.store.reviews import reviews

#: A month that is over whenever these tests run.
MONTH, START = "2024-12", makers.MORNING - 700 * makers.DAY


@pytest.fixture
def month(world: World) -> World:
    """Thirty calls of 1001 (甲局), six at fault, and thirty faultless ones of 1002 (乙局), in a month that is over."""
    with Store.open(world.store) as store:
        for n in range(30):
            faults = {"greeting": "missing"} if n < 6 else {}
            makers.judged_call(store, f"m{n}", faults, start=START + n * 60, clerk="1001")  # type: ignore[arg-type]  # a status
            makers.judged_call(store, f"n{n}", start=START + n * 60 + 20, clerk="1002")
    return world


def _plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_ranking_names_its_rule(month: World) -> None:
    """Clerks stand by their score with the interval; who is 标兵 and by which rule is said; the workbook says the same."""
    with month.visitor("supervisor") as visitor:
        page = visitor.get(f"/cards?period={MONTH}").text
        said = _plain(page)
        assert said.index("=1+1") < said.index("张&lt;script&gt;")
        assert "标兵产生的规则（评分办法第 1 版）：判定不少于 20 通，没有属实的投诉" in said
        book = openpyxl.load_workbook(io.BytesIO(visitor.get(f"/cards.xlsx?period={MONTH}").content))
        rows = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=2)]
        assert [(row[0], row[2], row[9], row[12], row[14]) for row in rows] == [(1, "1002", 30, "是", "未签发"), (2, "1001", 30, "是", "未签发")]  # fmt: skip
        for kind, name in (("window", "甲局 1号窗口"), ("unit", "乙局")):
            assert name in visitor.get(f"/cards?period={MONTH}&kind={kind}").text


def test_signing_freezes_and_a_later_version_shows_what_differs(month: World) -> None:
    """After signing an overruled finding shows as a pending difference; the second version needs a reason and lists both."""
    address = f"/cards/clerk?subject=1001&period={MONTH}"
    with month.visitor("supervisor") as visitor:
        assert visitor.post("/cards", kind="clerk", period=MONTH).status_code == 303
        page = visitor.get(address).text
        assert "第 1 版" in page
        assert "签发以后的变动" not in page
        with Store.open(month.store) as store:
            found = store.value(
                "SELECT f.id FROM findings f JOIN calls c ON c.id = f.call WHERE c.call_id = 'm0' AND rule = 'greeting'"
            )
            reviews.overrule(store, found, month.people["reviewer"], "说了您好")
        said = _plain(visitor.get(address).text)
        assert "开场问候 24/30，8 25/30，8.33" in said
        assert "现在重算会不同" in visitor.get(f"/cards?period={MONTH}").text
        assert visitor.post("/cards/clerk", subject="1001", period=MONTH, remark=" ").status_code == 400
        assert visitor.post("/cards/clerk", subject="1001", period=MONTH, remark="申诉成立").status_code == 303
        said = _plain(visitor.get(address).text)
        assert "与第 1 版的差别" in said
        assert "重新核算的理由：申诉成立" in said
        assert "99 分" in _plain(visitor.get(f"{address}&version=1").text)
    with Store.open(month.store) as store:
        assert store.value("SELECT count(*) FROM audit WHERE action = 'sign_cards'") == 2


def test_what_is_running_is_not_signed(month: World) -> None:
    """The button rests while the period runs, and the server refuses it too."""
    with month.visitor("supervisor") as visitor:
        assert visitor.post("/cards", kind="clerk", period="2999").status_code == 400


def test_a_supervisor_signs_and_sees_the_own_unit_alone(month: World) -> None:
    """Whatever the address asks for: the cards of 乙局 and no other are listed, signed and opened."""
    with month.visitor("supervisor_b") as visitor:
        page = visitor.get(f"/cards?period={MONTH}&unit=甲局").text
        assert "1001" not in page
        assert "1002" in page
        visitor.post("/cards", kind="clerk", period=MONTH, unit="甲局")
        assert visitor.get(f"/cards/clerk?subject=1001&period={MONTH}").status_code == 404
        assert visitor.get(f"/cards/window?subject=1号窗口@甲局&period={MONTH}").status_code == 404
        assert visitor.get(f"/cards/window?subject=2号窗口@乙局&period={MONTH}").status_code == 200
        assert "1001" not in visitor.get("/cards/matrix?since=2024-12-01&until=2024-12-31").text
    with Store.open(month.store) as store:
        assert [row["subject"] for row in store.rows("SELECT subject FROM cards")] == ["1002"]


def test_a_clerk_sees_the_own_card_and_trend_alone(month: World) -> None:
    """The own figures, the state of signing, six months; no address leads to another's card or to the ranking."""
    with month.visitor("staff") as visitor:
        page = _plain(visitor.get(f"/card?period={MONTH}&subject=1002&kind=unit").text)
        assert "工号 1001" in page
        assert "1002" not in page
        assert "未签发：按评分办法第 1 版" in page
        assert "2024年7月" in page
        assert "签发第" not in page
        assert visitor.get(f"/cards/clerk?subject=1001&period={MONTH}").status_code == 403
        assert "没有您的通话" in visitor.get("/card?period=2020-01").text


def test_the_rule_is_changed_by_whoever_sees_everything(month: World) -> None:
    """A new version needs a reason; who sees a part cannot change it; nonsense is refused by name."""
    with month.visitor("supervisor_b") as visitor:
        assert "disabled" in visitor.get("/cards/scheme").text
        assert visitor.post("/cards/scheme", least="5", note="x").status_code == 403
    with month.visitor("supervisor") as visitor:
        assert visitor.post("/cards/scheme", least="x", note="y").status_code == 400
        assert visitor.post("/cards/scheme", least="nan", note="y").status_code == 400
        assert visitor.post("/cards/scheme", least="50", weight_greeting="20", note="试行").status_code == 303
        page = _plain(visitor.get("/cards/scheme").text)
        assert "第 2 版" in page
        assert "试行" in page
        assert "判定不足 50 通，不评分" in visitor.get(f"/cards?period={MONTH}").text


def test_the_matrix_counts_each_rule_and_opens_its_calls(month: World) -> None:
    """A cell has the rate; the number of faults opens exactly these calls."""
    with month.visitor("supervisor") as visitor:
        page = visitor.get("/cards/matrix?since=2024-12-01&until=2024-12-31").text
        assert "80.0%" in page
        link = re.search(r'href="(/calls\?[^"]*clerk=1001[^"]*rule=greeting[^"]*)"', page)
        assert link is not None
        assert '共 <span class="number">6</span> 通' in visitor.get(link[1].replace("&amp;", "&")).text


def test_long_rankings_are_paged(world: World) -> None:
    """Two thousand clerks are no page: fifty stand on one, the ranks go on with the next, so does the matrix."""
    with Store.open(world.store) as store:
        for n in range(55):
            makers.judged_call(store, f"p{n}", start=START + n * 60, clerk=f"{3000 + n}")
    with world.visitor("supervisor") as visitor:
        for path, table in (
            (f"/cards?period={MONTH}", "cards"),
            ("/cards/matrix?since=2024-12-01&until=2024-12-31", "matrix"),
        ):
            pages = [visitor.get(f"{path}&page={number}").text for number in (1, 2)]
            shown = [
                set(re.findall(r"\b30[0-5]\d\b", page.partition(f'id="{table}"')[2].partition("</table>")[0]))
                for page in pages
            ]
            assert (len(shown[0]), len(shown[1]), shown[0] & shown[1]) == (50, 5, set())
            assert "第 2 / 2 页" in _plain(pages[1])
