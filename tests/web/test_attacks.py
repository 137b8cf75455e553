"""What strangers try: forged requests, stored scripts, paths, formulas, oversized forms."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from starlette.testclient import TestClient

from phrasebook.book import load_book
from tests.store.makers import MORNING, judged_call
from tests.web.test_permissions import METHODS, TABLE, _address
from tests.web.world import EVIL, NUMBER, SPOKEN, World
from voice_agent.config import Config
from voice_agent.reporting.tables import findings_sheet
from voice_agent.store import Store
from voice_agent.store.calls.judgements import current_findings
from voice_agent.store.reviews.comments import list_comments
from voice_agent.store.reviews.objections import file_objection
from voice_agent.store.reviews.reviews import add_finding
from voice_agent.values import Evidence, Finding
from voice_agent.web.app import create_app
from voice_agent.web.site import Site

PAGES = [path for name, (_, path, _) in TABLE.items() if METHODS[name] == "GET" and name not in ("audio", "statistics_file", "calls_file", "report_file", "tree_file")]  # fmt: skip


@pytest.mark.parametrize("csrf", ["", "wrong", None])
def test_a_change_without_its_token_is_refused(csrf: str | None, world: World) -> None:
    """Every POST of the site needs the session's token; nothing changes without it."""
    form = {} if csrf is None else {"csrf": csrf}
    with world.visitor("reviewer") as visitor:
        for name, (expected, path, fields) in TABLE.items():
            if METHODS[name] == "POST" and expected[2] == "y":
                answer = visitor.client.post(_address(path, world), data={**fields, **form})
                assert answer.status_code == 403, name
    with Store.open(world.store) as store:
        assert len(list_comments(store, world.call)) == 1
        assert not any(one.reviewed for one in current_findings(store, world.call))


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_another_sites_page_cannot_change_anything(headers: dict[str, str], world: World) -> None:
    """Even with the right token a request that another site's page sent is refused."""
    with world.visitor("reviewer") as visitor:
        form = {"csrf": visitor.csrf, "text": "x"}
        answer = visitor.client.post(f"/calls/{world.call}/comments", data=form, headers=headers)
        assert answer.status_code == 403


@pytest.mark.parametrize("role", ["staff", "reviewer", "supervisor", "admin"])
def test_stored_scripts_come_out_as_text(role: str, world: World) -> None:
    """A script in a comment, a name, a transcript, a unit or an objection is shown as text on every page."""
    shown = 0
    with world.visitor(role) as visitor:
        for path in PAGES:
            page = visitor.get(_address(path, world)).text
            assert EVIL not in page, path
            shown += "&lt;script&gt;alert(1)" in page
    assert shown > 2


@pytest.mark.parametrize("role", ["staff", "reviewer", "supervisor", "admin"])
def test_every_answer_carries_the_strict_policy(role: str, world: World) -> None:
    """No inline script or style is allowed anywhere, errors and files included, and no page keeps one in a cache."""
    with world.visitor(role) as visitor:
        for path in [*PAGES, "/nowhere", "/calls/{call}/audio", "/calls.csv"]:
            headers = visitor.get(_address(path, world)).headers
            assert "unsafe-inline" not in headers["content-security-policy"]
            assert "default-src 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("role", ["staff", "reviewer", "supervisor"])
def test_pages_have_no_inline_script_or_style(role: str, world: World) -> None:
    """What the policy would block is not there to begin with."""
    with world.visitor(role) as visitor:
        for path in PAGES:
            page = visitor.get(_address(path, world)).text
            assert " style=" not in page
            assert " onclick=" not in page
            assert "<script>" not in page


@pytest.mark.parametrize(
    "path",
    ["/static/../auth.py", "/static/%2e%2e/auth.py", "/static/..%2fauth.py", "/calls/..%2f..%2fetc%2fpasswd/audio", "/calls/1%00/audio",
     "/calls/%2e%2e/audio", "/calls/-1/audio", "/calls/1.5/audio", "/static/%2fetc%2fpasswd"],
)  # fmt: skip
def test_no_path_leads_out(path: str, world: World) -> None:
    """Neither files of the product nor recordings can be reached by a crafted path."""
    with world.visitor("reviewer") as visitor:
        answer = visitor.get(path)
        assert answer.status_code in (303, 404)
        assert "root:" not in answer.text
        assert "argon2" not in answer.text


def test_a_spreadsheet_runs_no_formula(world: World) -> None:
    """A name that begins like a formula is text in the CSV (apostrophe) and in the workbook (string cell)."""
    with world.visitor("supervisor") as visitor:
        rows = list(csv.reader(io.StringIO(visitor.get("/calls.csv").content.decode("utf-8-sig"))))
        assert "'=1+1" in [cell for row in rows for cell in row]
        book = openpyxl.load_workbook(io.BytesIO(visitor.get("/calls.xlsx").content))
        cells = [cell for row in book.worksheets[0] for cell in row if cell.value == "=1+1"]
        assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.parametrize("role", ["staff", "reviewer", "supervisor"])
def test_numbers_are_masked_until_somebody_asks(role: str, world: World) -> None:
    """Telephone numbers, written or spoken, are hidden; asking for them is logged, and staff cannot ask."""
    with world.visitor(role) as visitor:
        page = visitor.get(f"/calls/{world.call}").text
        assert NUMBER not in page
        assert SPOKEN not in _words(page)
        visitor.post(f"/calls/{world.call}/unmask", reason="judge")
        after = visitor.get(f"/calls/{world.call}").text
        assert (NUMBER in after, SPOKEN in _words(after)) == ((False, False) if role == "staff" else (True, True))
    with world.visitor("admin") as visitor:
        assert ("显示个人信息</td>" in visitor.get(f"/audit?target=call+{world.call}").text) == (role != "staff")


def _words(page: str) -> str:
    return "".join(piece.split("<")[0] for piece in page.split('">') if "</span>" in piece)


def test_numbers_that_people_write_down_are_masked(world: World) -> None:
    """A number in a remark, a reason, an objection or its answer is hidden like one in the transcript, on the list of objections too."""
    with world.visitor("staff") as visitor:
        visitor.post(f"/calls/{world.call}/findings/{world.finding}/objection", text=f"来电人是{NUMBER}")
    with world.visitor("reviewer") as visitor:
        visitor.post(f"/calls/{world.call}/comments", text=f"回拨{NUMBER}")
        visitor.post(
            f"/calls/{world.call}/findings/{world.met}/review",
            decision="overrule",
            status="late",
            reason=f"核对{SPOKEN}",
        )
        visitor.post(f"/calls/{world.call}/release")
    with world.visitor("second") as visitor:
        visitor.post(f"/objections/{world.objection}/decision", outcome="rejected", answer=f"已致电{NUMBER}")
    for role in ("staff", "second", "supervisor"):
        with world.visitor(role) as visitor:
            pages = [visitor.get(path).text for path in (f"/calls/{world.call}", "/objections?state=all")]
            assert not any(number in page for page in pages for number in (NUMBER, SPOKEN)), role
            assert "已致电•••" in pages[0] and "已致电•••" in pages[1] and "核对•••" in pages[0]
            assert ("回拨•••" in pages[0]) == (role != "staff")
    with world.visitor("supervisor") as visitor:
        visitor.post(f"/calls/{world.call}/unmask", reason="judge")
        pages = [visitor.get(path).text for path in (f"/calls/{world.call}", "/objections?state=all")]
        assert f"回拨{NUMBER}" in pages[0] and f"核对{SPOKEN}" in pages[0] and f"已致电{NUMBER}" in pages[1]


def test_pages_of_objections(world: World) -> None:
    """A unit's people see their own objections however many others there are, fifty to a page, and nobody else's."""
    with Store.open(world.store) as store:
        for n in range(60):
            call = judged_call(store, f"9.{n}", {"closing": "missing"}, clerk="1001", start=MORNING + n)
            (closing,) = (one.id for one in current_findings(store, call) if one.finding.rule == "closing")
            file_objection(store, closing, world.people["staff"], "我说了再见", now=MORNING + 100 + n)
        (theirs,) = (one.id for one in current_findings(store, world.other) if one.finding.rule == "closing")
        mine = file_objection(store, theirs, world.people["stranger"], "乙局的申诉")
    for role, numbers in (("reviewer", (50, 12)), ("reviewer_b", (1, 0)), ("staff", (50, 11)), ("stranger", (1, 0))):
        with world.visitor(role) as visitor:
            pages = [visitor.get(f"/objections?page={page}").text for page in (1, 2)]
            assert tuple(page.count('id="objection-') for page in pages) == numbers, role
            assert (f'id="objection-{mine}"' in "".join(pages)) == (role != "staff")
            assert f'共 <span class="number">{sum(numbers)}</span> 项' in pages[0]


def test_files_hold_no_telephone_numbers(world: World) -> None:
    """What supervisors take away is masked, also what reviewers wrote."""
    with Store.open(world.store) as store:
        heard = (Evidence("agent", 1.0, 2.0, f"号码{SPOKEN}", "再见"),)
        add_finding(
            store, world.call, world.people["reviewer"], Finding("closing", "missing", 1.0, heard, f"核对{NUMBER}")
        )
        assert "核对•••" in str(list(findings_sheet(store).rows))
    with world.visitor("supervisor") as visitor:
        files = [visitor.get(path).content for path in ("/calls.csv", "/calls.xlsx", "/report?month=2026-11")]
    texts = [
        files[0].decode(),
        str([list(sheet.values) for sheet in openpyxl.load_workbook(io.BytesIO(files[1]))]),
        files[2].decode(),
    ]
    assert not any(number in text for text in texts for number in (NUMBER, SPOKEN))


def test_oversized_forms_are_refused(world: World) -> None:
    """A form beyond the limit is not read; a text beyond the limit is not kept."""
    with world.visitor("reviewer") as visitor:
        assert visitor.post(f"/calls/{world.call}/comments", text="x" * 100_000).status_code == 413
        assert visitor.post(f"/calls/{world.call}/comments", text="x" * 3000).status_code == 400


@pytest.mark.parametrize("query", ["since=morgen", "hour=99", "verdict=%27", "score_min=abc", "draw=x", "page=-1", "sort=;drop", "text=%22*%00"])  # fmt: skip
def test_a_nonsensical_filter_is_answered_in_chinese(query: str, world: World) -> None:
    """Filters that make no sense lead to a page that says so, or are ignored; never to an error of the program."""
    with world.visitor("supervisor") as visitor:
        for path in ("/calls", "/statistics", "/calls.csv"):
            answer = visitor.get(f"{path}?{query}")
            assert answer.status_code in (200, 400), (path, answer.status_code)


def test_browsers_are_told_to_use_tls_alone_where_there_is_tls(world: World) -> None:
    """With a certificate or behind a proxy with TLS every answer carries HSTS, errors, refusals and files included; without it none."""
    for secure in (True, False):
        settings = {"hosts": ["testserver"], "behind_tls": secure}
        config = Config.model_validate({"store": {"path": world.store}, "web": settings})
        with TestClient(create_app(Site(config, load_book())), base_url="https://testserver") as client:
            for path in ("/login", "/nowhere", "/static/base.css", "/queue", "/calls/" + "9" * 5000):
                answer = client.get(path, follow_redirects=False)
                assert ("strict-transport-security" in answer.headers) == secure, path
            assert "strict-transport-security" in client.get("/", headers={"host": "evil"}).headers or not secure
            assert ("__Host-" in client.get("/login").headers["set-cookie"]) == secure
