"""Signing in: sessions nobody can plant, lock-out, a first password that must be changed, sign-out."""

from __future__ import annotations

import pytest

from tests.web.world import PASSWORD, Visitor, World
from voice_agent.store import Store
from voice_agent.store.people.users import get_user, set_disabled, set_password
from voice_agent.web.doors.auth import TRIES, hash_password

COOKIE = "voice-agent"


def sign_in(visitor: Visitor, username: str, password: str, next_page: str = ""):  # type: ignore[no-untyped-def]  # the client's response
    """Fill in the form as a browser does."""
    visitor.get("/login")
    token = visitor.client.cookies[f"{COOKIE}-form"]
    form = {"csrf": token, "username": username, "password": password, "next": next_page}
    return visitor.client.post("/login", data=form)


def test_a_right_password_opens_a_session(world: World) -> None:
    """The cookie is HttpOnly and SameSite=Strict, and the person lands on the page asked for."""
    with world.visitor() as visitor:
        answer = sign_in(visitor, "reviewer", PASSWORD, "/queue?rule=greeting")
        assert (answer.status_code, answer.headers["location"]) == (303, "/queue?rule=greeting")
        cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith(f"{COOKIE}="))
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        assert visitor.get("/queue").status_code == 200


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(address: str, world: World) -> None:
    """The way back after signing in stays on this site."""
    with world.visitor() as visitor:
        assert sign_in(visitor, "reviewer", PASSWORD, address).headers["location"] == "/"


def test_a_planted_session_is_not_adopted(world: World) -> None:
    """Whoever plants a cookie before the sign-in does not share the session afterwards, and an older session ends."""
    with world.visitor("reviewer") as visitor:
        planted = visitor.client.cookies[COOKIE]
        sign_in(visitor, "reviewer", PASSWORD)
        fresh = visitor.client.cookies[COOKIE]
        assert fresh != planted
        visitor.client.cookies.set(COOKIE, planted, domain="testserver.local")
        assert visitor.get("/queue").status_code == 303


def test_repeated_failures_lock_the_account(world: World) -> None:
    """After five wrong passwords in a row even the right one is refused for a while."""
    with world.visitor() as visitor:
        for _ in range(TRIES):
            assert sign_in(visitor, "reviewer", "wrong password").status_code == 401
        refused = sign_in(visitor, "reviewer", PASSWORD)
        assert refused.status_code == 401
        assert "暂停登录" in refused.text


def test_an_unknown_name_and_a_wrong_password_sound_alike(world: World) -> None:
    """Nobody can find out who has an account."""
    with world.visitor() as visitor:
        known, unknown = (sign_in(visitor, name, "wrong password").text for name in ("reviewer", "nobody"))
        assert known.replace("reviewer", "nobody") == unknown


def test_signing_in_needs_our_own_form(world: World) -> None:
    """A form of another site cannot sign somebody in."""
    with world.visitor() as visitor:
        answer = visitor.client.post("/login", data={"username": "reviewer", "password": PASSWORD, "csrf": ""})
        assert answer.status_code == 401
        assert COOKIE not in visitor.client.cookies


def test_a_first_password_must_be_changed(world: World) -> None:
    """Until then every page leads to the form; afterwards the old session is gone and the new one works."""
    with Store.open(world.store) as store:
        set_password(store, world.people["staff"], hash_password("first password"), must_change=True)
    with world.visitor() as visitor:
        sign_in(visitor, "staff", "first password")
        before = visitor.client.cookies[COOKIE]
        for path in ("/mine", f"/calls/{world.call}", f"/calls/{world.call}/audio"):
            assert visitor.get(path).headers["location"] == "/password"
        csrf = visitor.get("/password").text.split('name="csrf" value="')[1].split('"')[0]
        form = {"csrf": csrf, "old": "first password", "new": "second password", "again": "second password"}
        assert visitor.client.post("/password", data=form).headers["location"] == "/"
        assert visitor.client.cookies[COOKIE] != before
        assert visitor.get("/mine").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [("wrong", "long enough", "long enough"), (PASSWORD, "short", "short"), (PASSWORD, "long enough", "another one"), (PASSWORD, PASSWORD, PASSWORD)],
)  # fmt: skip
def test_a_bad_new_password_changes_nothing(old: str, new: str, again: str, world: World) -> None:
    """Each refusal says why, and the old password still works."""
    with world.visitor("reviewer") as visitor:
        assert visitor.post("/password", old=old, new=new, again=again).status_code == 400
        assert sign_in(visitor, "reviewer", PASSWORD).status_code == 303


def test_signing_out_ends_the_session(world: World) -> None:
    """The cookie of a session that was ended opens nothing any more."""
    with world.visitor("reviewer") as visitor:
        token = visitor.client.cookies[COOKIE]
        visitor.post("/logout")
        visitor.client.cookies.set(COOKIE, token, domain="testserver.local")
        assert visitor.get("/queue").status_code == 303


def test_a_disabled_user_is_out_at_once(world: World) -> None:
    """Disabling ends open sessions and refuses the password."""
    with world.visitor("reviewer") as visitor:
        with Store.open(world.store) as store:
            set_disabled(store, world.people["reviewer"], True)
        assert visitor.get("/queue").status_code == 303
        assert sign_in(visitor, "reviewer", PASSWORD).status_code == 401


def test_an_administrator_gives_only_first_passwords(world: World) -> None:
    """A password that an administrator sets must be changed by its owner; nobody locks out themselves."""
    with world.visitor("admin") as visitor:
        target = world.people["reviewer"]
        assert visitor.post(f"/users/{target}", action="password", password="given by admin").status_code == 303
        assert visitor.post(f"/users/{world.people['admin']}", action="disable").status_code == 400
    with Store.open(world.store) as store:
        assert get_user(store, target).must_change
