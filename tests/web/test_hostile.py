"""Whatever anybody sends to any address, signed in or not: an answer that says no, never an error of the program."""

from __future__ import annotations

import os
import re
from itertools import cycle
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.permission_setup import prepare
from tests.web.test_permissions import METHODS, ROLES, TABLE, _address
from tests.web.world import Visitor, World
from voice_agent.store import Store
from voice_agent.store.people.sessions import open_session
from voice_agent.web import pages
from voice_agent.web.doors.auth import cookie_name
from voice_agent.web.doors.signing import DOORS

#: More by ``HOSTILE_EXAMPLES=5000 pytest tests/web/test_hostile.py``.
EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "60"))
ROUTES = [(page.method, page.path) for page in pages.ALL if page.name != "logout"] + [
    (door.method, door.path) for door in DOORS
]
NUMBERS = ["0", "1", "2", "-1", "9" * 18, "9" * 19, "9" * 40, "9" * 5000, "１２", "²", "1e9", "1.5", "0x1", "NaN"]
VALUES = [
    *NUMBERS, "", " ", "一 " * 49, "x", "inf", "-inf", "1e400", "'", '"', "%", "\\", "\0", "a\0b", "\ud800", "﷽" * 300, "\u202e", "=1+1", "../../etc/passwd",
    "2026-11-01", "2026-02-30", "2026-W99", "0001-01-01", "9999-12-31", "2026-13", "OR 1=1", "*", "NEAR(", "{any}", "[" * 300, "(" * 3000, ",", "1@", "@", "1号窗口@甲局", "greeting", "prohibited",
    "job_number", "violated", "met", "nonsense", "node", "week", "hour", "clerk", "csv", "xlsx", "confirm", "overrule", "upheld", "password", "disable", "yes", "1001", "甲局",
]  # fmt: skip
NAMES = [
    "since", "until", "clerk", "unit", "window", "hour", "queue", "verdict", "rule", "status", "review", "score_min", "score_max", "coverage",
    "cause", "text", "draw", "ring_over", "first", "done", "node", "phrase", "place", "sort", "order", "page", "q", "side", "part", "by", "least", "month", "state",
    "user", "action", "target", "next", "lost", "call", "number", "per", "seed", "deadline", "purpose", "assignee_3", "give", "take", "decision", "reason", "start", "end",
    "outcome", "answer", "received", "due", "source", "what", "times", "days", "measure", "proof", "username", "name", "role", "job_number", "password", "old", "new",
    "again", "code", "level", "parent", "queues", "member", "sure", "kind", "query", "csrf", "find", "token", "scope", "otp",
]  # fmt: skip


@pytest.mark.parametrize("user", [None, "staff", "reviewer", "supervisor", "admin"])
def test_no_request_makes_the_program_fail(user: str | None, world: World) -> None:
    """Any value in any part of any address or form is answered below 500, for every role and for strangers."""
    with world.visitor(user) as visitor:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(
            st.sampled_from(ROUTES),
            st.lists(st.sampled_from(VALUES), min_size=2, max_size=2),
            st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=4),
            st.booleans(),
        )
        def check(route: tuple[str, str], places: list[str], fields: dict[str, str], own: bool) -> None:
            _ask(world, visitor, user, route, [str(world.call), str(world.finding)] if own else places, fields)

        check()


@pytest.mark.parametrize("user", [None, "reviewer", "supervisor", "admin"])
def test_every_route_stands_every_number(user: str | None, world: World) -> None:
    """A number of any length in the path of any page is not found; nobody has to be signed in to ask."""
    with world.visitor(user) as visitor:
        for method, path in ROUTES:
            for number in ("9" * 18, "9" * 19, "9" * 5000, "²"):
                if "{" in path:
                    _ask(world, visitor, user, (method, path), [number, number], {})


@pytest.mark.parametrize("field", NAMES[:34])
def test_every_filter_stands_every_value(field: str, world: World) -> None:
    """Each filter of lists and figures takes any text: it narrows, or the page says what is wrong with it."""
    with world.visitor("supervisor") as visitor:
        for value in ("x", "9" * 18, "9" * 40, "\0", "'", "NaN"):
            for path in ("/calls", "/statistics", "/search", "/objections", "/complaints", "/report"):
                _ask(world, visitor, "supervisor", ("GET", path), [], {field: value, "q": "您好"})


@pytest.mark.parametrize("role", ["staff", "reviewer", "supervisor", "admin"])
def test_every_field_of_every_form_stands_every_value(role: str, world: World) -> None:
    """A form that is right but for one field is refused for that field, or taken: never an error of the program."""
    with world.visitor(role) as visitor:
        for name, (expected, path, form) in TABLE.items():
            if METHODS[name] != "POST" or name == "logout" or expected[ROLES.index(role)] not in "yb":
                continue
            for field in form:
                for value in ("nonsense", "9" * 40, "9" * 5000, "\0", "=1+1", "NaN", "2026-02-30", ""):
                    prepare(world, name)
                    filled = {key: text.format(reviewer=world.people["reviewer"]) for key, text in form.items()}
                    _ask(world, visitor, role, ("POST", _address(path, world)), [], filled | {field: value})


def _ask(
    world: World, visitor: Visitor, user: str | None, route: tuple[str, str], places: list[str], fields: dict[str, str]
) -> None:
    method, template = route
    values = cycle(places or ["1"])
    path = re.sub(r"\{[^}]*\}", lambda _: quote(next(values), safe="", errors="replace"), template)
    clean = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    if path.endswith("/stream"):
        clean["once"] = "1"  # else it goes on for ever, which is what it is for
    if method == "GET":
        answer = visitor.client.get(path, params=clean)
    else:
        csrf = clean.pop("csrf", None) or visitor.csrf
        answer = visitor.client.post(path, data={"csrf": csrf, **clean})
    assert answer.status_code < 500, (method, path[:200], fields, answer.text[:500])
    if user and answer.headers.get("location", "").startswith("/login"):
        with Store.open(world.store) as store:
            store.write("UPDATE users SET disabled = 0, must_change = 0")
            token, session = open_session(store, world.people[user], 3600)
        visitor.client.cookies.set(cookie_name(secure=False), token, domain="testserver.local")
        object.__setattr__(visitor, "csrf", session.csrf)


@pytest.mark.parametrize(
    ("headers", "body"),
    [({"content-length": "abc"}, b"x"), ({"content-length": "9" * 5000}, b"x"), ({"content-length": "-1"}, b"x"),
     ({"content-type": "multipart/form-data"}, b"x"), ({"content-type": "multipart/form-data; boundary="}, b"x"),
     ({"content-type": "multipart/form-data; boundary=b; charset=nonsense"}, b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--b--\r\n'),
     ({"content-type": "application/x-www-form-urlencoded"}, b"&".join(b"a%d=1" % i for i in range(5000))),
     ({"content-type": "application/json"}, b"[" * 5000)],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/login", "/calls/1/comments"])
def test_a_broken_form_is_refused(path: str, headers: dict[str, str], body: bytes, world: World) -> None:
    """A form that cannot be read is refused in Chinese, with and without a session."""
    for user in (None, "reviewer"):
        with world.visitor(user) as visitor:
            answer = visitor.client.post(path, content=body, headers=headers)
            assert 300 <= answer.status_code < 500


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8120", "testserver.evil.example", "", "a b", "[::1"])
def test_another_sites_name_is_not_answered(host: str, world: World) -> None:
    """A request for a foreign host (DNS rebinding, poisoned links) is refused, and no redirect ever leads to it."""
    with world.visitor("reviewer") as visitor:
        for path in ("/", "/queue", "/queue/", "/login", "/static/base.css", "/nowhere/"):
            answer = visitor.client.get(path, headers={"host": host})
            assert answer.status_code == 400, path
            assert "evil" not in answer.headers.get("location", "")


@pytest.mark.parametrize("path", ["/queue/", "/login/", "/calls//", "//evil.example/queue/", "/\\evil.example"])
def test_no_redirect_is_absolute(path: str, world: World) -> None:
    """Wherever a redirect leads, it is a path on this site."""
    with world.visitor("reviewer") as visitor:
        answer = visitor.client.get(f"http://testserver{path}")
        place = answer.headers.get("location", "/")
        assert place.startswith("/")
        assert not place.startswith("//")
