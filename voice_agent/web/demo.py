"""``serve --demo``: the bundled calls, judged, in a store of their own, with one person for every role."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from phrasebook.model import PhraseBook
from voice_agent.bundled import bundled_calls, read_and_judge
from voice_agent.config import Config
from voice_agent.demo.fill import fill
from voice_agent.demo.follow import work_through
from voice_agent.demo.month import make_month
from voice_agent.demo.tree import plant
from voice_agent.evaluate import read_calls
from voice_agent.store import Store
from voice_agent.store.people.directory import Clerk, get_clerk, list_units
from voice_agent.store.people.users import Role, add_user
from voice_agent.store.statistics.statistics import call_lines
from voice_agent.web.doors.passwords import hash_password

#: Who signs in as the clerk of the month: somebody whose own call can be heard and who has much to learn.
_STAFF = "5308"


@dataclass(frozen=True)
class Person:
    """Somebody to sign in as; the password is made anew at every start."""

    username: str
    name: str
    role: Role
    password: str


def fill_demo(path: Path, book: PhraseBook) -> list[Person]:
    """Make the store at ``path`` with the bundled calls, judged by their true transcripts, and the people. Raises StoreError."""
    folders = read_calls(bundled_calls())
    with Store.open(path) as store:
        for _ in fill(store, folders, read_and_judge(folders, book), book):
            pass
        plant(store, {unit.name for unit in list_units(store)})
        return add_people(store, _most_faulted(store))


def fill_month(path: Path, book: PhraseBook) -> list[Person]:
    """Make the store at ``path`` with a believable month and what an institution did in it. Raises StoreError."""
    with Store.open(path) as store:
        make_month(store, book)
        people = add_people(store, get_clerk(store, _STAFF) or Clerk(_STAFF))
        work_through(store, datetime.now(store.timezone).date())
        return people


def _most_faulted(store: Store) -> Clerk:
    """The clerk with the most to object to."""
    worst = max(call_lines(store, by="clerk"), key=lambda line: (line.counts.non_compliant, -line.counts.score_sum))
    return get_clerk(store, worst.key) or Clerk(worst.key)


def add_people(store: Store, clerk: Clerk) -> list[Person]:
    """One person for every role, a second reviewer who may decide objections, ``clerk`` as the member of staff."""
    wanted: tuple[tuple[str, str, Role], ...] = (
        ("zuoxi", clerk.name, "staff"),
        ("zhijian1", "赵质检", "reviewer"),
        ("zhijian2", "钱质检", "reviewer"),
        ("zhuguan", "孙主管", "supervisor"),
        ("guanli", "李管理", "admin"),
    )
    people = [Person(username, name, role, secrets.token_urlsafe(9)) for username, name, role in wanted]
    for one in people:
        number = clerk.job_number if one.role == "staff" else ""
        add_user(
            store, one.username, name=one.name, role=one.role, job_number=number,
            password_hash=hash_password(one.password), must_change=False,
        )  # fmt: skip
    return people


def demo_config(config: Config, folder: Path, port: int | None) -> Config:
    """The configuration with a store of its own in ``folder``, on loopback only and without TLS."""
    store = config.store.model_copy(update={"path": folder / "demo.db"})
    web = config.web.model_copy(
        update={"host": "127.0.0.1", "port": port or config.web.port, "tls_certificate": None, "tls_key": None}
    )
    office = config.office.model_copy(update={"duty": ("12:00-13:00",)})
    # What is shown must not write into the folder of the real reports.
    reports = config.reports.model_copy(update={"folder": None})
    return config.model_copy(update={"store": store, "web": web, "reports": reports, "office": office})
