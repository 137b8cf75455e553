"""审计日志: who did what, listened to what, unmasked what. It can be read here and changed nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.reporting.exports import csv_lines, xlsx_pieces
from voice_agent.reporting.tables import Cell, Sheet, local_time
from voice_agent.store import CallFilter
from voice_agent.store.people.audit import AuditFilter, each_act, list_acts
from voice_agent.store.people.users import list_users
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures.downloads import CSV, XLSX, attachment, named
from voice_agent.web.queue.listing import PER_PAGE, page_number

ACTION_NAMES = {
    "login": "登录", "login_failed": "登录失败", "logout": "退出", "password": "修改密码", "end_sessions": "退出其他登录", "set_totp": "启用两步验证", "drop_totp": "停用两步验证", "totp_user": "取消两步验证", "reset_totp": "取消两步验证", "listen": "收听", "unmask": "显示个人信息", "read_call": "查看通话", "search": "检索", "erase": "删除个人信息", "find_person": "查找个人", "retention": "到期清理",
    "claim": "领取复核", "review": "复核", "bulk_review": "成批决定", "assign": "分工", "add_finding": "补充问题", "finish_review": "完成复核", "reopen": "退回待复核", "object": "申诉",
    "withdraw": "撤回申诉", "decide": "裁定申诉", "appeal": "提出复议", "decide_appeal": "复议决定", "rectify": "列入整改", "complaint": "登记投诉", "import_complaints": "导入投诉", "close_complaint": "办结投诉",
    "submit_rectification": "提交整改",
    "decide_rectification": "验收整改", "save_escalation": "升级规则", "coach": "辅导", "draw": "抽查", "finish_blind": "盲评完成", "end_blind": "结束盲评", "settle_calibration": "校准会商", "reassign": "转交抽查", "export": "导出", "report": "导出报告", "sign_cards": "签发考核", "save_scheme": "评分办法", "add_user": "添加用户",
    "disable_user": "停用用户", "enable_user": "启用用户", "password_user": "重置密码", "save_unit": "保存单位", "save_node": "保存层级", "remove_node": "删除层级",
    "import_tree": "导入层级", "post_clerk": "在岗记录", "end_posting": "离岗", "import_roster": "导入名单", "purge": "清理", "retry": "重新检查",
}  # fmt: skip


_FIELDS = ("user", "action", "target", "words", "since", "until")


def _chosen(visit: Visit) -> tuple[AuditFilter, dict[str, str]]:
    """Who, what, to what, with which words, from when to when (local days); and the same as it stands in the address.

    Raises StoreError for a day that is none.
    """
    params = {name: visit.query.get(name, "").strip()[:200] for name in _FIELDS}
    days = CallFilter.from_params({name: params[name] for name in ("since", "until")})
    people = {str(one.id) for one in list_users(visit.store)}
    chosen = AuditFilter(
        user=int(params["user"]) if params["user"] in people else None, action=params["action"] or None,
        target=params["target"] or None, words=params["words"] or None, since=_midnight(visit, days.since),
        until=_midnight(visit, days.until + timedelta(days=1) if days.until else None),
    )  # fmt: skip
    return chosen, {name: value for name, value in params.items() if value}


def _midnight(visit: Visit, day: date | None) -> float | None:
    return None if day is None else datetime.combine(day, datetime.min.time(), visit.store.timezone).timestamp()


def show_audit(visit: Visit) -> Response:
    """The latest acts first, narrowed by what stands in the address. Raises StoreError."""
    chosen, params = _chosen(visit)
    page = page_number(visit.query.get("page"))
    found = list_acts(visit.store, chosen, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
    query = urlencode(params)
    return visit.show(
        "audit.html", entries=found[:PER_PAGE], more=len(found) > PER_PAGE, page=page, query=query,
        params={name: params.get(name, "") for name in _FIELDS}, actions=ACTION_NAMES,
        people=[(one.id, f"{one.username} {one.name}") for one in list_users(visit.store)],
    )  # fmt: skip


def audit_file(visit: Visit) -> Response:
    """The chosen acts as XLSX or CSV, the earliest first; that they were taken away is an act as well. Raises HTTPException 404."""
    kind, (chosen, params) = str(visit.request.path_params["kind"]), _chosen(visit)
    if kind not in ("csv", "xlsx"):
        raise HTTPException(404)
    visit.note("export", "audit", urlencode({name: value for name, value in params.items() if name != "words"})[:500])
    sheet = Sheet("审计日志", ("时间", "用户", "操作", "对象", "说明", "地址"), _rows(visit, chosen))
    pieces = csv_lines(sheet) if kind == "csv" else xlsx_pieces([sheet])
    days = CallFilter.from_params(params)
    name = named("审计日志", CallFilter(since=days.since, until=days.until), kind)
    return attachment(pieces, name, CSV if kind == "csv" else XLSX)


def _rows(visit: Visit, chosen: AuditFilter) -> Iterator[tuple[Cell, ...]]:
    for one in each_act(visit.store, chosen):
        action = ACTION_NAMES.get(one.action, one.action)
        yield local_time(visit.store, one.at), one.username, action, one.target, one.detail, one.address


PAGES = (
    Page("audit", "GET", "/audit", show_audit),
    Page("audit_file", "GET", "/audit.{kind}", audit_file),
)
