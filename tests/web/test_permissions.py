"""Every page × every role × other people's objects: one table says who may."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.web.permission_setup import prepare
from tests.web.world import World
from voice_agent.web import pages
from voice_agent.web.doors.permissions import MAY

ROLES = ("staff", "stranger", "reviewer", "reviewer_b", "supervisor", "supervisor_b", "admin")
EVERYBODY = "yyyyyyy"
HEARERS, JUDGES, REVIEWERS = "y4y4y43", "33y4y43", "33y4333"
LISTS, SUPERVISORS, ADMINS, OWN = "33yyyy3", "3333yy3", "333333y", "y433333"

#: page → (what each role of ROLES gets: may, 403 or 404), address, form. {call} belongs to "staff" in 甲局; *_b belong to 乙局.
TABLE: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "home": (EVERYBODY, "/", {}),
    "password": (EVERYBODY, "/password", {}),
    "change_password": (EVERYBODY, "/password", {"old": "wrong"}),
    "account": (EVERYBODY, "/account", {}),
    "end_others": (EVERYBODY, "/account/others", {}),
    "totp": (EVERYBODY, "/account/totp", {"action": "begin"}),
    "phrasebook": (EVERYBODY, "/phrasebook?q=您好", {}),
    "phrasebook_version": (EVERYBODY, "/phrasebook/versions/1", {}),
    "drafts": ("3333yyy", "/phrasebook/drafts", {}),
    "draft_book": ("3333444", "/phrasebook/drafts/9", {}),
    "backtest_state": ("3333444", "/phrasebook/drafts/9/backtest", {}),
    "add_draft": (ADMINS, "/phrasebook/drafts", {"version": "1", "effective": "2026-11-01", "rules.toml": ""}),
    "backtest": ("3333334", "/phrasebook/drafts/9/backtest", {}),
    "stop_backtest": ("3333334", "/phrasebook/drafts/9/backtest/stop", {}),
    "release_book": ("3333334", "/phrasebook/drafts/9/release", {"effective": "2099-01-01"}),
    "revoke_book": ("3333334", "/phrasebook/releases/9/revoke", {}),
    "learning": (ADMINS, "/learning", {}),
    "learn": (ADMINS, "/learning", {}),
    "learning_state": (ADMINS, "/learning/state", {}),
    "stop_learning": (ADMINS, "/learning/stop", {}),
    "adopt_model": ("3333334", "/learning/models/9/adopt", {}),
    "revoke_model": ("3333334", "/learning/models/9/revoke", {}),
    "mine": ("yy33333", "/mine", {}),
    "call": (HEARERS, "/calls/{call}", {}),
    "audio": (HEARERS, "/calls/{call}/audio", {}),
    "peaks": (HEARERS, "/calls/{call}/peaks", {}),
    "objections": ("yyyyyy3", "/objections", {}),
    "rectifications": ("yyyyyy3", "/rectifications", {}),
    "prove": ("y4y4y43", "/rectifications/1/proof", {"text": "已学习"}),
    "rectify": ("33y4y43", "/calls/{call}/findings/{finding}/rectification", {"text": "学习规范", "due": "2099-01-01"}),
    "bundle": ("33bbbb3", "/rectifications", {"clerk": "1001", "unit": "甲局", "rule": "none", "text": "学习规范", "due": "2099-01-01"}),
    "settle": ("3333y43", "/rectifications/1/decision", {"outcome": "accepted"}),
    "escalation": (SUPERVISORS, "/rectifications/rule", {"times": "3", "days": "30", "measure": "约谈"}),
    "complaints": (LISTS, "/complaints", {}),
    "complaint": (JUDGES, "/complaints", {"received": "2026-11-01", "due": "2099-01-01", "source": "网络", "text": "态度不好", "call": "call-1"}),
    "import_complaints": ("3333bb3", "/complaints/import", {"text": "x"}),
    "accept_complaint": (JUDGES, "/calls/{call}/heard/1/complaint", {"text": "态度不好", "due": "2099-01-01"}),
    "dismiss_complaint": (JUDGES, "/calls/{call}/heard/1/dismissal", {"text": "是说别的单位"}),
    "close_complaint": ("3333y43", "/complaints/1/outcome", {"outcome": "unfounded", "answer": "听过了"}),
    "ratings": ("yyyyyy3", "/ratings", {}),
    "give_follow_up": (JUDGES, "/ratings/1/assignee", {"assignee": "{reviewer}", "due": "2099-01-01"}),
    "close_follow_up": (JUDGES, "/ratings/1/outcome", {"outcome": "founded", "text": "已道歉"}),
    "windows": (LISTS, "/windows", {}),
    "ledger": ("yyyyyy3", "/ledger", {}),
    "correct_ledger": (HEARERS, "/calls/{call}/ledger", {"field": "matter", "text": "社会保障卡"}),
    "ledger_file": ("yyyyyy3", "/ledger.xlsx", {}),
    "watch": (LISTS, "/watch", {}),
    "coach": (JUDGES, "/calls/{call}/coaching", {"clerk": "1001", "text": "注意语气"}),
    "read_note": ("y333333", "/coaching/1/read", {}),
    "search": ("yyyyyy3", "/search?q=您好", {}),
    "phrase_use": (LISTS, "/phrases", {}),
    "phrase_left": (LISTS, "/phrases/left", {}),
    "unmask": (JUDGES, "/calls/{call}/unmask", {"reason": "judge"}),
    "calls": (LISTS, "/calls", {}),
    "draws": (LISTS, "/draws", {}),
    "draw": (JUDGES, "/draws/{draw}", {}),
    "make_draw": (LISTS, "/draws", {"number": "1", "per": "all"}),
    "draw_next": (REVIEWERS, "/draws/{draw}/next", {}),
    "reassign": (JUDGES, "/draws/{draw}/assignees", {"give": "", "take": "{reviewer}"}),
    "calibration": (JUDGES, "/draws/77/calibration", {}),
    "calibration_next": (REVIEWERS, "/draws/77/calibration/next", {}),
    "blind": (REVIEWERS, "/draws/77/calibration/calls/{call}", {}),
    "blind_work": (REVIEWERS, "/draws/77/calibration/calls/{call}/work", {}),
    "blind_decide": (REVIEWERS, "/draws/77/calibration/calls/{call}/findings/{met}/review", {"decision": "confirm"}),
    "blind_finish": (REVIEWERS, "/draws/77/calibration/calls/{call}/finish", {}),
    "end_blind": ("3333y43", "/draws/77/calibration/end", {}),
    "settle_point": (JUDGES, "/draws/77/calibration/truth", {"call": "1", "rule": "greeting", "status": "met", "reason": "听过"}),
    "settle_same": (JUDGES, "/draws/77/calibration/agreed", {}),
    "bulk": ("33yy333", "/bulk?rule=closing&status=missing", {}),
    "bulk_decide": ("33bb333", "/bulk", {"rule": "closing", "was": "missing", "token": "old", "decision": "confirm", "reason": "听过"}),
    "save_view": ("4444443", "/views", {"page": "nowhere", "name": "我的", "query": "rule=greeting"}),
    "remove_view": ("4444443", "/views/999/remove", {}),
    "workload": (LISTS, "/workload", {}),
    "assign": ("3333y43", "/workload/{reviewer}", {"action": "quota", "quota": "20"}),
    "queue": ("33yy333", "/queue", {}),
    "decide": ("33y4343", "/objections/{objection}/decision", {"outcome": "rejected", "answer": "听过了"}),
    "appeal": (OWN, "/objections/{objection}/appeal", {"text": "请再听"}),
    "decide_appeal": ("3333y43", "/objections/{objection}/appeal/decision", {"outcome": "rejected", "answer": "听过了"}),
    "prompt": ("yy33333", "/mine/now", {}),
    "prompt_stream": ("yy33333", "/mine/now/stream?once=1", {}),
    "alerts": (LISTS, "/alerts", {}),
    "acknowledge": ("33y4y43", "/alerts/1/acknowledge", {"note": "已联系"}),
    "live": (LISTS, "/live", {}),
    "live_stream": (LISTS, "/live/stream?once=1", {}),
    "object": (OWN, "/calls/{call}/findings/{finding}/objection", {"text": "我说了工号"}),
    "withdraw": (OWN, "/objections/{objection}/withdraw", {}),
    "claim": (REVIEWERS, "/calls/{call}/claim", {}),
    "review": (REVIEWERS, "/calls/{call}/findings/{finding}/review", {"decision": "confirm"}),
    "add_finding": (REVIEWERS, "/calls/{call}/findings", {"rule": "prohibited", "status": "violated", "start": "1", "end": "2", "reason": "骂人"}),
    "work": (HEARERS, "/calls/{call}/work", {}),
    "comment": (REVIEWERS, "/calls/{call}/comments", {"text": "备注"}),
    "release": (REVIEWERS, "/calls/{call}/release", {}),
    "finish": (REVIEWERS, "/calls/{call}/finish", {"reason": "以后再听"}),
    "reopen": (JUDGES, "/calls/{call}/reopen", {"reason": "再听一遍"}),
    "next": ("33yy333", "/queue/next", {}),
    "statistics": (SUPERVISORS, "/statistics?since=2026-01-01", {}),
    "statistics_file": (SUPERVISORS, "/statistics.xlsx", {}),
    "calls_file": (SUPERVISORS, "/calls.csv", {}),
    "export_start": (SUPERVISORS, "/exports", {"kind": "csv", "query": ""}),
    "export_state": ("3333443", "/exports/unknown", {}),
    "export_file": ("3333443", "/exports/unknown/file", {}),
    "report": (SUPERVISORS, "/report?period=2026-11", {}),
    "report_file": (SUPERVISORS, "/report.docx?period=2026-11", {}),
    "cards": (SUPERVISORS, "/cards?period=2026-11", {}),
    "cards_file": (SUPERVISORS, "/cards.xlsx?period=2026-11", {}),
    "card": ("3333y43", "/cards/clerk?subject=1001&period=2026-11", {}),
    "sign_cards": (SUPERVISORS, "/cards", {"kind": "clerk", "period": "2020-01"}),
    "sign_again": ("3333b43", "/cards/clerk", {"subject": "1001", "period": "2026-11", "remark": "重新核算"}),
    "matrix": (SUPERVISORS, "/cards/matrix?since=2026-11-01&until=2026-11-30", {}),
    "scheme": (SUPERVISORS, "/cards/scheme", {}),
    "save_scheme": ("3333b33", "/cards/scheme", {"note": "没有改动"}),
    "my_card": ("yy33333", "/card?period=2026-11", {}),
    "users": (ADMINS, "/users", {}),
    "add_user": (ADMINS, "/users", {"username": "neu", "name": "新", "role": "reviewer", "password": "一只白鹭飞过黄河大桥"}),
    "change_user": (ADMINS, "/users/1", {"action": "disable"}),
    "units": (ADMINS, "/units", {}),
    "add_unit": (ADMINS, "/units", {"name": "丁局"}),
    "save_node": (ADMINS, "/units/nodes", {"code": "64", "name": "自治区"}),
    "remove_node": (ADMINS, "/units/nodes/remove", {"code": "64"}),
    "import_tree": (ADMINS, "/units/import", {"text": "代码,名称,上级代码,级别\n65,乙区,,市"}),
    "tree_file": (ADMINS, "/units.csv", {}),
    "roster": (ADMINS, "/roster", {}),
    "post_clerk": (ADMINS, "/roster", {"job_number": "7001", "name": "新", "unit": "丁局"}),
    "end_posting": (ADMINS, "/roster/end", {"job_number": "7001"}),
    "import_roster": (ADMINS, "/roster/import", {"text": "工号,姓名,单位,窗口,分机或成员名,生效日期,截止日期\n7002,新,丁局,,,,"}),
    "dead": (ADMINS, "/failed", {}),
    "retry": (ADMINS, "/failed", {"all": "yes"}),
    "retention": (ADMINS, "/retention", {}),
    "purge": (ADMINS, "/retention", {"sure": "yes"}),
    "erase_form": (ADMINS, "/erase", {}),
    "erase_preview": (ADMINS, "/erase/preview", {"words": "13900001111"}),
    "erase": ("333333b", "/erase", {"words": "13900001111", "reason": "申请", "sure": "yes"}),
    "certificate": ("3333334", "/erase/1.txt", {}),
    "audit": (ADMINS, "/audit?since=2026-01-01", {}),
    "audit_file": (ADMINS, "/audit.csv", {}),
    "health": (ADMINS, "/health", {}),
    "logout": (EVERYBODY, "/logout", {}),
}  # fmt: skip
METHODS = {page.name: page.method for page in pages.ALL}
#: ``b``: the page is this role's, and the form is refused for what stands in it.
MAY_NOT = {"3": 403, "4": 404, "b": 400}


def _address(path: str, world: World) -> str:
    return path.format(
        call=world.call,
        finding=world.finding,
        objection=world.objection,
        draw=world.draw,
        met=world.met,
        reviewer=world.people["reviewer"],
    )


def test_the_table_names_every_page() -> None:
    """No page is without a line in this table, in the permissions and in the routes."""
    assert set(TABLE) == set(MAY) == set(METHODS)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_ask_for_what(role: str, world: World) -> None:
    """Each role gets exactly the pages and objects that the table gives it; refusals are 403, other people's objects 404."""
    wrong = {}
    with world.visitor(role) as visitor:
        for name, (expected, path, form) in TABLE.items():
            address, mark = _address(path, world), expected[ROLES.index(role)]
            values = {name: value.format(reviewer=world.people["reviewer"]) for name, value in form.items()}
            prepare(world, name)
            answer = visitor.get(address) if METHODS[name] == "GET" else visitor.post(address, **values)
            right = answer.status_code == MAY_NOT[mark] if mark in MAY_NOT else answer.status_code in (200, 303)
            if not right and not (name == "change_password" and answer.status_code == 400 and mark == "y"):
                wrong[name] = (mark, answer.status_code, answer.text[:300])
    assert wrong == {}


def test_nobody_sees_anything_without_signing_in(world: World) -> None:
    """Without a session every page leads to the sign-in page or answers 401, whatever object it names."""
    with world.visitor() as visitor:
        for name, (_, path, form) in TABLE.items():
            address = _address(path, world)
            answer = visitor.get(address) if METHODS[name] == "GET" else visitor.post(address, **form)
            signing_in = answer.status_code == 303 and answer.headers["location"].startswith("/login?next=")
            assert signing_in or answer.status_code == 401, name


def test_a_forged_filter_shows_nothing_of_other_units(world: World) -> None:
    """Lists, figures and files of somebody with a unit hold that unit's calls, even when the address asks for another."""
    with world.visitor("supervisor_b") as visitor:
        for path in ("/calls", "/calls.csv", "/statistics", "/statistics.csv"):
            page = visitor.get(f"{path}?unit=甲局&since=2026-01-01").text
            assert "call-1" not in page, path
            assert "1001" not in page, path
        assert "call-2" in visitor.get("/calls?unit=甲局").text


def test_staff_find_only_their_own_calls_by_any_filter(world: World) -> None:
    """A clerk who asks for another clerk's or all calls still gets only the own ones."""
    with world.visitor("stranger") as visitor:
        page = visitor.get("/mine?clerk=1001&unit=甲局").text
        assert "call-1" not in page
        assert "call-2" in page


def test_a_finding_of_another_call_is_not_reached_through_ones_own(world: World) -> None:
    """A finding is only found under its own call: the number of somebody else's finding under one's own call is 404."""
    with world.visitor("stranger") as visitor:
        assert visitor.post(f"/calls/{world.other}/findings/{world.finding}/objection", text="不对").status_code == 404
    with world.visitor("reviewer_b") as visitor:
        address = f"/calls/{world.other}/findings/{world.finding}/review"
        assert visitor.post(address, decision="confirm").status_code == 404


@pytest.mark.parametrize("number", ["0", "999", "9" * 40])
def test_what_does_not_exist_looks_like_what_is_not_yours(number: str, world: World) -> None:
    """A number that names nothing is answered like a call of somebody else: 404."""
    with world.visitor("reviewer") as visitor:
        assert visitor.get(f"/calls/{number}").status_code == 404
        assert visitor.get(f"/phrasebook/versions/{number}").status_code == 404
        assert visitor.get(f"/draws/{number}").status_code == 404
