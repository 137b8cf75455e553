"""Who may do what: the one table that every page is checked against. Whose object it is, is decided in ``ownership.py``.

Administrators manage accounts and keep the log; they neither read nor hear calls. Supervisors read and hear, and decide
nothing about a finding but what reaches them: appeals, and objections that nobody decided in time. Staff see what is their own. A page without a line here does not start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Role = Literal["staff", "reviewer", "supervisor", "admin"]
ROLE_NAMES: Mapping[str, str] = {"staff": "坐席", "reviewer": "质检员", "supervisor": "主管", "admin": "管理员"}

EVERYONE = frozenset({"staff", "reviewer", "supervisor", "admin"})
_HEARERS = frozenset({"staff", "reviewer", "supervisor"})
_JUDGES = frozenset({"reviewer", "supervisor"})
_KEEPERS = frozenset({"supervisor", "admin"})
_REVIEWER, _SUPERVISOR, _ADMIN, _STAFF = (frozenset({role}) for role in ("reviewer", "supervisor", "admin", "staff"))

#: The name of a page → the roles that may ask for it.
MAY: Mapping[str, frozenset[str]] = {
    "home": EVERYONE,
    "logout": EVERYONE,
    "password": EVERYONE,
    "change_password": EVERYONE,
    "phrasebook": EVERYONE,
    "phrasebook_version": EVERYONE,
    "drafts": _KEEPERS,
    "draft_book": _KEEPERS,
    "backtest_state": _KEEPERS,
    "add_draft": _ADMIN,
    "backtest": _ADMIN,
    "stop_backtest": _ADMIN,
    "release_book": _ADMIN,
    "revoke_book": _ADMIN,
    "learning": _ADMIN,
    "learn": _ADMIN,
    "learning_state": _ADMIN,
    "stop_learning": _ADMIN,
    "adopt_model": _ADMIN,
    "revoke_model": _ADMIN,
    "mine": _STAFF,
    "object": _STAFF,
    "withdraw": _STAFF,
    "call": _HEARERS,
    "work": _HEARERS,
    "audio": _HEARERS,
    "peaks": _HEARERS,
    "objections": _HEARERS,
    "rectifications": _HEARERS,
    "prove": _HEARERS,
    "rectify": _JUDGES,
    "bundle": _JUDGES,
    "coach": _JUDGES,
    "complaints": _JUDGES,
    "complaint": _JUDGES,
    "import_complaints": _SUPERVISOR,
    "close_complaint": _SUPERVISOR,
    "watch": _JUDGES,
    "settle": _SUPERVISOR,
    "escalation": _SUPERVISOR,
    "read_note": _STAFF,
    "search": _HEARERS,
    "phrase_use": _JUDGES,
    "phrase_left": _JUDGES,
    "unmask": _JUDGES,
    "calls": _JUDGES,
    "draws": _JUDGES,
    "draw": _JUDGES,
    "make_draw": _JUDGES,
    "reassign": _JUDGES,
    "draw_next": _REVIEWER,
    "queue": _REVIEWER,
    "next": _REVIEWER,
    "claim": _REVIEWER,
    "release": _REVIEWER,
    "finish": _REVIEWER,
    "reopen": _JUDGES,
    "review": _REVIEWER,
    "add_finding": _REVIEWER,
    "comment": _REVIEWER,
    "decide": _JUDGES,
    "appeal": _STAFF,
    "decide_appeal": _SUPERVISOR,
    "statistics": _SUPERVISOR,
    "statistics_file": _SUPERVISOR,
    "calls_file": _SUPERVISOR,
    "export_start": _SUPERVISOR,
    "export_state": _SUPERVISOR,
    "export_file": _SUPERVISOR,
    "report": _SUPERVISOR,
    "report_file": _SUPERVISOR,
    "users": _ADMIN,
    "add_user": _ADMIN,
    "change_user": _ADMIN,
    "units": _ADMIN,
    "add_unit": _ADMIN,
    "save_node": _ADMIN,
    "remove_node": _ADMIN,
    "import_tree": _ADMIN,
    "tree_file": _ADMIN,
    "roster": _ADMIN,
    "post_clerk": _ADMIN,
    "end_posting": _ADMIN,
    "import_roster": _ADMIN,
    "retention": _ADMIN,
    "purge": _ADMIN,
    "audit": _ADMIN,
}

#: Where each role begins, and the way through its pages: (page name, address, what people call it).
HOMES: Mapping[str, str] = {"staff": "/mine", "reviewer": "/queue", "supervisor": "/statistics", "admin": "/users"}
_WAYS = (
    ("queue", "/queue", "待复核"),
    ("mine", "/mine", "我的通话"),
    ("statistics", "/statistics", "统计"),
    ("calls", "/calls", "通话"),
    ("search", "/search", "检索"),
    ("phrase_use", "/phrases", "用语统计"),
    ("draws", "/draws", "抽查"),
    ("objections", "/objections", "申诉"),
    ("complaints", "/complaints", "投诉"),
    ("watch", "/watch", "重点督查"),
    ("rectifications", "/rectifications", "整改"),
    ("report", "/report", "月报"),
    ("users", "/users", "用户"),
    ("units", "/units", "单位"),
    ("roster", "/roster", "坐席名单"),
    ("learning", "/learning", "学习"),
    ("retention", "/retention", "保存期限"),
    ("audit", "/audit", "审计日志"),
    ("phrasebook", "/phrasebook", "用语库"),
)


def ways(role: str) -> list[tuple[str, str, str]]:
    """The pages in the bar of a role, in order."""
    return [way for way in _WAYS if role in MAY[way[0]]]
