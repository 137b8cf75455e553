"""Who may log in, and as what. Passwords arrive hashed; the hash leaves only through ``password_hash``."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import Literal

from voice_agent.errors import NotInStore, StoreError
from voice_agent.store.database import Row, Store

#: 坐席, 质检员, 主管, 管理员.
Role = Literal["staff", "reviewer", "supervisor", "admin"]


@dataclass(frozen=True)
class User:
    """A person who logs in. ``job_number`` links staff to their calls ('' none); ``unit`` or ``node`` (a subtree of the
    hierarchy) limits what somebody sees ('' everything). ``quota``: calls that a reviewer is to review in a day, 0 when nobody said.

    ``must_change``: the password is a first one.
    """

    id: int
    username: str
    name: str
    role: Role
    job_number: str
    unit: str
    must_change: bool
    disabled: bool
    created: float
    node: str = ""
    quota: int = 0


_SELECT = "SELECT id, username, name, role, job_number, unit, must_change, disabled, created, node, quota FROM users"


def add_user(
    store: Store,
    username: str,
    *,
    name: str,
    role: Role,
    password_hash: str,
    job_number: str = "",
    unit: str = "",
    node: str = "",
    must_change: bool = True,
    now: float | None = None,
) -> int:
    """Add a user; returns the number. Raises StoreError: the name is taken or empty, or staff without a job number."""
    if not username.strip():
        raise StoreError("用户名不能为空")
    _check_role(role, job_number)
    try:
        number = store.write(
            "INSERT INTO users (username, name, role, job_number, unit, node, password_hash, must_change, created)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (username.strip(), name, role, job_number, unit, node, password_hash, must_change, _now(now)),
        ).lastrowid
    except sqlite3.IntegrityError as error:
        raise StoreError(f"用户名 {username} 已存在") from error
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


def update_user(store: Store, number: int, *, name: str, role: Role, job_number: str = "", unit: str = "") -> None:
    """Change who somebody is; open sessions end, because rights may have shrunk. Raises StoreError."""
    _check_role(role, job_number)
    with store.transaction():
        get_user(store, number)
        store.write(
            "UPDATE users SET name = ?, role = ?, job_number = ?, unit = ? WHERE id = ?",
            (name, role, job_number, unit, number),
        )
        store.write("DELETE FROM sessions WHERE user = ?", (number,))


def set_password(store: Store, number: int, password_hash: str, *, must_change: bool = False) -> None:
    """Set a new hash, end every open session, know no browser any more. Raises StoreError."""
    with store.transaction():
        get_user(store, number)
        store.write(
            "UPDATE users SET password_hash = ?, must_change = ? WHERE id = ?",
            (password_hash, must_change, number),
        )
        store.write("DELETE FROM sessions WHERE user = ?", (number,))
        store.write("DELETE FROM devices WHERE user = ?", (number,))


def set_disabled(store: Store, number: int, disabled: bool) -> None:
    """Bar a user from logging in, or admit again; what this person decided stays. Raises StoreError."""
    with store.transaction():
        get_user(store, number)
        store.write("UPDATE users SET disabled = ? WHERE id = ?", (disabled, number))
        store.write("DELETE FROM sessions WHERE user = ?", (number,))


def get_user(store: Store, number: int) -> User:
    """One user. Raises StoreError when there is none."""
    row = store.row(f"{_SELECT} WHERE id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的用户")
    return _user(row)


def find_user(store: Store, username: str) -> User | None:
    """The user with this name (case does not matter) or None. Raises StoreError."""
    row = store.row(f"{_SELECT} WHERE username = ?", (username.strip(),))
    return _user(row) if row else None


def list_users(store: Store, *, role: Role | None = None) -> list[User]:
    """All users (of one role), by name. Raises StoreError."""
    return [_user(row) for row in store.rows(f"{_SELECT} WHERE ?1 IS NULL OR role = ?1 ORDER BY username", (role,))]


def password_hash(store: Store, number: int) -> str:
    """The stored hash, for the check at login only. Raises StoreError."""
    return str(store.value("SELECT password_hash FROM users WHERE id = ?", (number,)) or "")


def _check_role(role: Role, job_number: str) -> None:
    if role == "staff" and not job_number:
        raise StoreError("坐席用户必须填写工号，否则看不到自己的通话")


def _user(row: Row) -> User:
    values = dict(row)
    return User(**values | {"must_change": bool(values["must_change"]), "disabled": bool(values["disabled"])})


def _now(now: float | None) -> float:
    return time.time() if now is None else now
