"""Signing in: sessions nobody can plant, lock-out, a first password that must be changed, sign-out."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pyotp
import pytest
from starlette.testclient import TestClient

from phrasebook.book import load_book
from tests.web.world import PASSWORD, Visitor, World
from voice_agent.config import Config
from voice_agent.store import Store
from voice_agent.store.people.attempts import EACH, begin_attempt
from voice_agent.store.people.sessions import open_session
from voice_agent.store.people.users import get_user, set_disabled, set_password
from voice_agent.web.app import create_app
from voice_agent.web.doors.auth import Credentials, check_login
from voice_agent.web.doors.passwords import hash_password
from voice_agent.web.site import Site

COOKIE = "voice-agent"
FIRST, SECOND = "一只白鹭飞过黄河大桥", "seven purple kettles sing"


def sign_in(visitor: Visitor, username: str, password: str, next_page: str = "", code: str = ""):  # type: ignore[no-untyped-def]  # the client's response
    """Fill in the form as a browser does."""
    visitor.get("/login")
    token = visitor.client.cookies[f"{COOKIE}-form"]
    form = {"csrf": token, "username": username, "password": password, "next": next_page, "code": code}
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


def test_nobody_can_shut_out_somebody_else(world: World) -> None:
    """Guesses are stopped after five, the victim signs in from another address or from the browser that was used before."""
    with world.visitor() as victim, world.visitor() as attacker:
        assert sign_in(victim, "reviewer", PASSWORD).status_code == 303
        for _ in range(EACH + 3):
            assert sign_in(attacker, "reviewer", "wrong password").status_code == 401
        assert sign_in(attacker, "reviewer", PASSWORD).status_code == 401
        assert sign_in(victim, "reviewer", PASSWORD).status_code == 303
    with Store.open(world.store) as store:
        assert begin_attempt(store, "reviewer", "10.9.8.7") is not None


def test_every_refusal_sounds_alike(world: World) -> None:
    """Nobody can find out who has an account, who is disabled, who has a second factor, or that too many tries were made."""
    with Store.open(world.store) as store:
        set_disabled(store, world.people["second"], True)
        store.write("UPDATE users SET totp = ? WHERE username = 'supervisor'", (pyotp.random_base32(),))
    tries = [
        ("reviewer", "wrong password"),
        ("nobody", "wrong"),
        ("second", PASSWORD),
        ("supervisor", PASSWORD),
        ("a" * 5000, "x" * 5000),
    ]
    with world.visitor() as visitor:
        pages = [sign_in(visitor, name, password).text.replace(name, "NAME") for name, password in tries]
        pages += [sign_in(visitor, "reviewer", "wrong password").text.replace("reviewer", "NAME") for _ in range(8)]
    assert len({page.replace("a" * 5000, "NAME") for page in pages}) == 1


def test_of_guesses_in_parallel_only_five_are_looked_at(world: World) -> None:
    """Sixteen at once, the right one among the last: no more than five are evaluated."""
    looked: list[str] = []

    def guess(number: int) -> None:
        with Store.open(world.store) as store:
            password = PASSWORD if number == 15 else f"wrong {number}"
            given = Credentials("reviewer", password, address="10.0.0.1")
            if begin_attempt(store, given.username, given.address) is not None:
                looked.append(password)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(guess, range(16)))
    assert len(looked) == EACH
    with Store.open(world.store) as store:
        assert check_login(store, Credentials("reviewer", PASSWORD, address="10.0.0.1")) is None
        assert check_login(store, Credentials("reviewer", PASSWORD, address="10.0.0.2")) is not None


def test_what_was_typed_as_a_name_is_not_written_down(world: World) -> None:
    """A password typed into the wrong field stands neither in the log nor anywhere in the file."""
    with world.visitor() as visitor:
        sign_in(visitor, "my secret passphrase", "x")
    assert b"my secret passphrase" not in world.store.read_bytes()


def test_signing_in_needs_our_own_form(world: World) -> None:
    """A form of another site cannot sign somebody in."""
    with world.visitor() as visitor:
        answer = visitor.client.post("/login", data={"username": "reviewer", "password": PASSWORD, "csrf": ""})
        assert answer.status_code == 401
        assert COOKIE not in visitor.client.cookies


def test_a_first_password_must_be_changed(world: World) -> None:
    """Until then every page leads to the form; afterwards the old session is gone and the new one works."""
    with Store.open(world.store) as store:
        set_password(store, world.people["staff"], hash_password(FIRST), must_change=True)
    with world.visitor() as visitor:
        sign_in(visitor, "staff", FIRST)
        before = visitor.client.cookies[COOKIE]
        for path in ("/mine", f"/calls/{world.call}", f"/calls/{world.call}/audio"):
            assert visitor.get(path).headers["location"] == "/password"
        csrf = visitor.get("/password").text.split('name="csrf" value="')[1].split('"')[0]
        form = {"csrf": csrf, "old": FIRST, "new": SECOND, "again": SECOND}
        assert visitor.client.post("/password", data=form).headers["location"] == "/"
        assert visitor.client.cookies[COOKIE] != before
        assert visitor.get("/mine").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [("wrong", FIRST, FIRST), (PASSWORD, "short", "short"), (PASSWORD, FIRST, SECOND), (PASSWORD, PASSWORD, PASSWORD), (PASSWORD, "Password1234!", "Password1234!"),
     (PASSWORD, "123456789012", "123456789012"), (PASSWORD, "qwertyuiop12", "qwertyuiop12"), (PASSWORD, "woaini131452", "woaini131452"), (PASSWORD, "xx reviewer 77", "xx reviewer 77"), (PASSWORD, "好" * 12, "好" * 12)],
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
        assert visitor.post(f"/users/{target}", action="password", password="given by the admin").status_code == 303
        assert visitor.post(f"/users/{world.people['admin']}", action="disable").status_code == 400
    with Store.open(world.store) as store:
        assert get_user(store, target).must_change


def test_the_second_factor_from_setting_up_to_reset(world: World) -> None:
    """Set up with the code of an app, needed from then on, no code twice, recovery codes once, an administrator lifts it."""
    with world.visitor("reviewer") as visitor:
        visitor.post("/account/totp", action="begin")
        page = visitor.get("/account").text
        secret = re.search(r'id="totp-secret">([A-Z2-7 ]+)<', page).group(1).replace(" ", "")  # type: ignore[union-attr]  # it is there
        assert "data:image/svg+xml" in page
        assert visitor.post("/account/totp", action="confirm", code="000000").status_code == 400
        shown = visitor.post("/account/totp", action="confirm", code=pyotp.TOTP(secret).now()).text
        codes = re.findall(r"<li>([a-z0-9]{10})</li>", shown)
        assert len(set(codes)) == 10
        assert codes[0] not in visitor.get("/account").text
    with world.visitor() as visitor:
        assert sign_in(visitor, "reviewer", PASSWORD).status_code == 401
        assert sign_in(visitor, "reviewer", PASSWORD, code=pyotp.TOTP(secret).now()).status_code == 401  # it was used
        assert sign_in(visitor, "reviewer", PASSWORD, code=pyotp.TOTP(secret).at(time.time() + 30)).status_code == 303
        assert sign_in(visitor, "reviewer", PASSWORD, code=codes[0].upper()).status_code == 303
        assert sign_in(visitor, "reviewer", PASSWORD, code=codes[0]).status_code == 401
    with world.visitor("admin") as visitor:
        assert visitor.post(f"/users/{world.people['reviewer']}", action="totp").status_code == 303
    with world.visitor() as visitor:
        assert sign_in(visitor, "reviewer", PASSWORD).status_code == 303
    assert secret.encode() not in _audit(world).encode()


def _audit(world: World) -> str:
    with Store.open(world.store) as store:
        return str([tuple(row) for row in store.rows("SELECT * FROM audit")])


def test_a_role_that_needs_a_second_factor_sees_nothing_before(world: World) -> None:
    """Where the site asks for it, every page leads to setting it up, and nothing else can be done."""
    with _site(world, totp_roles=["reviewer"]) as client:
        csrf = _session(world, client, "reviewer")
        for path in ("/queue", f"/calls/{world.call}", f"/calls/{world.call}/audio"):
            assert client.get(path).headers["location"] == "/account"
        assert (
            client.post(f"/calls/{world.call}/comments", data={"csrf": csrf, "text": "x"}).headers["location"]
            == "/account"
        )
        assert client.get("/account").status_code == 200
        _session(world, client, "supervisor")
        assert client.get("/statistics").status_code == 200


def test_one_sees_where_one_is_signed_in_and_ends_it(world: World) -> None:
    """The list shows every place; signing out the others leaves this one."""
    with world.visitor("reviewer") as here, world.visitor("reviewer") as there:
        assert "退出其他 1 处登录" in here.get("/account").text
        here.post("/account/others")
        assert there.get("/queue").status_code == 303
        assert here.get("/queue").status_code == 200


@contextmanager
def _site(world: World, **web: object) -> Iterator[TestClient]:
    config = Config.model_validate({"store": {"path": world.store}, "web": {"hosts": ["testserver"], **web}})
    with TestClient(create_app(Site(config, load_book())), follow_redirects=False, client=("10.0.0.9", 1)) as client:
        client.headers["accept"] = "text/html,*/*"
        yield client


def _session(world: World, client: TestClient, username: str) -> str:
    with Store.open(world.store) as store:
        token, session = open_session(store, world.people[username], 3600)
    client.cookies.set(COOKIE, token, domain="testserver.local")
    return session.csrf


def test_the_sites_own_directory_signs_in_through_its_proxy(world: World) -> None:
    """Only from the configured address, only one header, only people who are known here; another name ends the session of the first."""
    with _site(world, proxies=["10.0.0.9"], user_header="X-Remote-User") as client:
        first = client.get("/queue?rule=greeting", headers={"x-remote-user": "Reviewer"})
        assert (first.status_code, first.headers["location"]) == (303, "/queue?rule=greeting")
        assert client.get("/queue", headers={"x-remote-user": "reviewer"}).status_code == 200
        switched = client.get("/statistics", headers={"x-remote-user": "supervisor"})
        assert switched.headers["location"] == "/statistics"
        assert client.get("/queue", headers={"x-remote-user": "supervisor"}).status_code == 403
        assert client.get("/", headers={"x-remote-user": "stranger2"}).status_code == 403
        client.cookies.clear()
        both = [("x-remote-user", "admin"), ("x-remote-user", "reviewer")]
        assert client.get("/users", headers=both).headers["location"].startswith("/login")
    with _site(world, proxies=["10.0.0.8"], user_header="X-Remote-User") as client:
        assert client.get("/users", headers={"x-remote-user": "admin"}).headers["location"].startswith("/login")
    with _site(world, proxies=["10.0.0.9"]) as client:
        assert client.get("/users", headers={"x-remote-user": "admin"}).headers["location"].startswith("/login")


def test_the_browsers_address_is_believed_from_the_proxy_alone(world: World) -> None:
    """What stands in X-Forwarded-For counts for throttle and log only where our own proxy wrote it."""
    for proxies, expected in ((["10.0.0.9"], "203.0.113.7"), ([], "10.0.0.9")):
        with _site(world, proxies=proxies) as client:
            token = client.get("/login").cookies[f"{COOKIE}-form"]
            form = {"csrf": token, "username": "reviewer", "password": "x"}
            client.post("/login", data=form, headers={"x-forwarded-for": "1.2.3.4, 203.0.113.7"})
        with Store.open(world.store) as store:
            assert store.value("SELECT address FROM audit ORDER BY id DESC LIMIT 1") == expected
