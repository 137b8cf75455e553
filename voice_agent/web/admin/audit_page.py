"""审计日志: who did what, listened to what, unmasked what. It can be read here and changed nowhere."""

from __future__ import annotations

from starlette.responses import Response

from voice_agent.store.people.audit import list_acts
from voice_agent.store.people.users import list_users
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.queue.listing import PER_PAGE, page_number

ACTION_NAMES = {
    "login": "登录", "login_failed": "登录失败", "logout": "退出", "password": "修改密码", "end_sessions": "退出其他登录", "set_totp": "启用两步验证", "drop_totp": "停用两步验证", "totp_user": "取消两步验证", "reset_totp": "取消两步验证", "listen": "收听", "unmask": "显示个人信息", "read_call": "查看通话", "search": "检索", "erase": "删除个人信息", "retention": "到期清理",
    "claim": "领取复核", "review": "复核", "add_finding": "补充问题", "finish_review": "完成复核", "reopen": "退回待复核", "object": "申诉",
    "withdraw": "撤回申诉", "decide": "裁定申诉", "appeal": "提出复议", "decide_appeal": "复议决定", "rectify": "列入整改", "complaint": "登记投诉", "import_complaints": "导入投诉", "close_complaint": "办结投诉",
    "submit_rectification": "提交整改",
    "decide_rectification": "验收整改", "save_escalation": "升级规则", "coach": "辅导", "draw": "抽查", "reassign": "转交抽查", "export": "导出", "report": "导出月报", "add_user": "添加用户",
    "disable_user": "停用用户", "enable_user": "启用用户", "password_user": "重置密码", "save_unit": "保存单位", "save_node": "保存层级", "remove_node": "删除层级",
    "import_tree": "导入层级", "post_clerk": "在岗记录", "end_posting": "离岗", "import_roster": "导入名单", "purge": "清理",
}  # fmt: skip


def show_audit(visit: Visit) -> Response:
    """The latest acts first; ``?user=``, ``?action=`` and ``?target=`` narrow them."""
    people = list_users(visit.store)
    user, action, target = (visit.query.get(name, "").strip() for name in ("user", "action", "target"))
    page = page_number(visit.query.get("page"))
    found = list_acts(
        visit.store, user=int(user) if user in {str(one.id) for one in people} else None, action=action or None,
        target=target or None, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE,
    )  # fmt: skip
    params = {"user": user, "action": action, "target": target}
    return visit.show(
        "audit.html", entries=found[:PER_PAGE], more=len(found) > PER_PAGE, page=page, params=params,
        people=[(one.id, f"{one.username} {one.name}") for one in people], actions=ACTION_NAMES,
    )  # fmt: skip


PAGES = (Page("audit", "GET", "/audit", show_audit),)
