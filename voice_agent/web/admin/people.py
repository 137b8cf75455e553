"""For administrators: who may sign in, and which part of the hierarchy they see."""

from __future__ import annotations

import re
from typing import cast, get_args

from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store.people.directory import list_units
from voice_agent.store.people.second_factor import drop_secret, users_with_factor
from voice_agent.store.people.sessions import end_sessions
from voice_agent.store.people.tree import get_node, list_nodes
from voice_agent.store.people.users import Role, add_user, get_user, list_users, set_disabled, set_password
from voice_agent.web.doors.ownership import fetched
from voice_agent.web.doors.passwords import RULE, hash_password
from voice_agent.web.doors.visit import Page, Visit

_USERNAME = re.compile(r"[A-Za-z0-9._@-]{1,64}")
_JOB_NUMBER = re.compile(r"[0-9A-Za-z]{0,16}")


def show_users(visit: Visit, message: str = "") -> Response:
    """All accounts, and a form for a new one."""
    units = [(unit.name, unit.name) for unit in list_units(visit.store)]
    nodes = list_nodes(visit.store)
    return visit.show(
        "users.html", people=list_users(visit.store), units=units, nodes=[(one.code, f"{'　' * one.depth}{one.name}") for one in nodes],
        node_names={one.code: one.name for one in nodes}, rule=RULE, factors=users_with_factor(visit.store), message=message,
    )  # fmt: skip


def add(visit: Visit) -> Response:
    """Add an account with a first password. Raises StoreError naming the field."""
    form = {name: value.strip() for name, value in visit.form.items() if name != "password"}
    username, role, job_number = form.get("username", ""), form.get("role", ""), form.get("job_number", "")
    if not _USERNAME.fullmatch(username):
        raise StoreError("用户名只能用字母、数字和 . _ @ -，最多 64 个字符")
    if not form.get("name") or len(form["name"]) > 64:
        raise StoreError("请填写姓名，最多 64 个字符")
    if role not in get_args(Role):
        raise StoreError("请选择角色")
    if not _JOB_NUMBER.fullmatch(job_number):
        raise StoreError("工号只能用数字和字母，最多 16 位")
    if form.get("node"):
        fetched(lambda: get_node(visit.store, form["node"]))
    number = add_user(
        visit.store, username, name=form["name"], role=cast(Role, role), job_number=job_number, unit=form.get("unit", ""),
        node=form.get("node", ""),
        password_hash=hash_password(visit.form.get("password", ""), username, form["name"], job_number),
    )  # fmt: skip
    visit.note("add_user", f"user {number}", f"{username} {role}")
    return visit.go("/users")


def change(visit: Visit) -> Response:
    """Disable, admit again, or give a first password. Raises StoreError, HTTPException 404."""
    number, action = min(visit.number(), 2**63 - 1), visit.form.get("action", "")
    user = fetched(lambda: get_user(visit.store, number))
    if user.id == visit.user.id:
        raise StoreError("不能停用或重置自己的账号；自己的密码请在“修改密码”里改")
    if action == "password":
        set_password(
            visit.store,
            user.id,
            hash_password(visit.form.get("password", ""), user.username, user.name),
            must_change=True,
        )
    elif action == "totp":
        drop_secret(visit.store, user.id)
        end_sessions(visit.store, user.id)
    elif action in ("disable", "enable"):
        set_disabled(visit.store, user.id, action == "disable")
    else:
        raise StoreError("没有选择操作")
    visit.note(f"{action}_user", f"user {user.id}", user.username)
    return visit.go("/users")


PAGES = (
    Page("users", "GET", "/users", show_users),
    Page("add_user", "POST", "/users", add),
    Page("change_user", "POST", "/users/{number:int}", change),
)
