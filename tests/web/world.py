"""A small hotline for the tests of the pages: two units, a call in each with real sound, and one person of every kind.

``EVIL`` stands wherever a stranger could have put it: in a comment, a name, a transcript, a caller's number, a unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from starlette.testclient import TestClient

from phrasebook.book import load_book
from tests.store import makers
from voice_agent.config import Config
from voice_agent.store import Store
from voice_agent.store.calls import calls, judgements, transcripts
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.people import users
from voice_agent.store.people.directory import Clerk, Unit, save_clerks, save_units
from voice_agent.store.people.sessions import open_session
from voice_agent.store.reviews import comments, draws, objections
from voice_agent.web.app import create_app
from voice_agent.web.doors.auth import cookie_name
from voice_agent.web.doors.passwords import hash_password
from voice_agent.web.site import Site

PASSWORD = "correct horse battery"
EVIL = "<script>alert(1)</script>"
NUMBER = "13812345678"
SPOKEN = "一三八幺二三四五六七八"
#: username → role, job number, unit
PEOPLE = {
    "staff": ("staff", "1001", ""),
    "stranger": ("staff", "1002", ""),
    "reviewer": ("reviewer", "", ""),
    "second": ("reviewer", "", ""),
    "reviewer_b": ("reviewer", "", "乙局"),
    "supervisor": ("supervisor", "", ""),
    "supervisor_b": ("supervisor", "", "乙局"),
    "admin": ("admin", "", ""),
}


@dataclass(frozen=True)
class World:
    """A filled store and what stands in it: ``call`` belongs to clerk 1001 of 甲局, ``other`` to 1002 of 乙局."""

    store: Path
    recordings: Path
    people: dict[str, int]
    call: int
    other: int
    finding: int
    met: int
    objection: int
    draw: int

    @contextmanager
    def visitor(self, username: str | None = None, *, patience: float = 4.0) -> Iterator[Visitor]:
        """A browser, signed in as ``username``."""
        config = Config.model_validate(
            {"store": {"path": self.store}, "web": {"hosts": ["testserver"]}, "recordings": {"folder": self.recordings}}
        )
        app = create_app(Site(config, load_book(), patience=patience))
        with TestClient(app, base_url="http://testserver", follow_redirects=False) as client:
            client.headers["accept"] = "text/html,*/*"
            yield Visitor(client, self._sign_in(client, username))

    def _sign_in(self, client: TestClient, username: str | None) -> str:
        if username is None:
            return ""
        with Store.open(self.store) as store:
            token, session = open_session(store, self.people[username], 3600)
        client.cookies.set(cookie_name(secure=False), token, domain="testserver.local")
        return session.csrf


@dataclass(frozen=True)
class Visitor:
    """A browser and the token that its forms carry."""

    client: TestClient
    csrf: str

    def get(self, path: str, **headers: str):  # type: ignore[no-untyped-def]  # the client's own response
        """Ask for a page."""
        return self.client.get(path, headers=headers)

    def post(self, path: str, **form: object):  # type: ignore[no-untyped-def]  # as above
        """Send a form with its token."""
        return self.client.post(path, data={"csrf": self.csrf, **form})


def build(folder: Path) -> World:
    """Fill a store under ``folder``. Raises nothing that a test would want to see."""
    with Store.open(folder / "store.db") as store:
        people = _people(store)
        call = _call(store, "call-1", "1001", _stereo(folder / "one.wav"), missing=True)
        other = _call(store, "call-2", "1002", _legs(folder), missing=False)
        comments.add_comment(store, call, people["reviewer"], f"备注 {EVIL}")
        found = {one.finding.rule: one.id for one in judgements.current_findings(store, call)}
        objection = objections.file_objection(store, found["greeting"], people["staff"], f"我说了您好 {EVIL}")
        draw = draws.draw_calls(store, CallFilter(), number=1, per="unit", seed="7", user=people["supervisor"])
        return World(
            folder / "store.db", folder, people, call, other, found["job_number"], found["identity"], objection, draw.id
        )


def _people(store: Store) -> dict[str, int]:
    hashed = hash_password(PASSWORD)
    save_units(store, [Unit("甲局", ("hotline",)), Unit("乙局"), Unit(f"丙{EVIL}")])
    save_clerks(store, [Clerk("1001", f"张{EVIL}", "甲局", "1号窗口"), Clerk("1002", "=1+1", "乙局", "2号窗口")])
    return {
        username: users.add_user(
            store, username, name=f"{username}{EVIL}", role=role, password_hash=hashed, job_number=job, unit=unit, must_change=False  # type: ignore[arg-type]
        )
        for username, (role, job, unit) in PEOPLE.items()
    }  # fmt: skip


def _call(store: Store, name: str, clerk: str, legs: list[transcripts.Leg], *, missing: bool) -> int:
    ended = makers.ended(name, clerks=(clerk,), start=makers.MORNING - 3600)
    number = calls.record_call(store, ended.__class__(**{**ended.__dict__, "caller_number": NUMBER})).id
    said = makers.transcript(("agent", f"您好{EVIL}"), ("caller", f"我的电话是{SPOKEN}"), call_id=name)
    transcripts.save_legs(store, number, legs)
    statuses = {"greeting": "missing", "job_number": "missing"} if missing else {"closing": "missing"}
    book = load_book()
    judgements.save_judgement(
        store, number, makers.judgement(statuses), book=book, transcript=transcripts.save_transcript(store, number, said)  # type: ignore[arg-type]
    )  # fmt: skip
    return number


def tone(hertz: float, seconds: float = 4.0, rate: int = 8000) -> np.ndarray:
    """A sine of half the full scale."""
    moments = np.arange(int(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * moments)).astype(np.float32)


def _stereo(path: Path) -> list[transcripts.Leg]:
    soundfile.write(path, np.stack([tone(300), tone(700)], axis=1), 8000, subtype="PCM_16")
    return [transcripts.Leg("caller", path, 0), transcripts.Leg("agent", path, 1)]


def _legs(folder: Path) -> list[transcripts.Leg]:
    soundfile.write(folder / "rx.wav", tone(300), 8000, subtype="ALAW")
    soundfile.write(folder / "tx.wav", tone(700, 3.0), 8000, subtype="GSM610")
    return [transcripts.Leg("caller", folder / "rx.wav"), transcripts.Leg("agent", folder / "tx.wav")]
