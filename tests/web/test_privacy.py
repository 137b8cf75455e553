"""What is personal is hidden in text and silent in sound for everybody, until somebody who may asks with a reason; each reading is logged."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from tests.store import makers
from tests.web.world import World
from voice_agent.privacy.talk import private_stretches
from voice_agent.store import Store
from voice_agent.store.calls.judgements import save_judgement
from voice_agent.store.calls.transcripts import save_transcript
from voice_agent.values import Evidence, Finding, Segment, Transcript, Word

NAME, ILLNESS = "马秀兰", "糖尿病"


def _told(text: str, start: float, end: float, channel: str = "caller") -> Segment:
    """A segment whose characters are words of equal length."""
    each = (end - start) / len(text)
    words = tuple(Word(char, start + place * each, start + (place + 1) * each) for place, char in enumerate(text))
    return Segment(channel, start, end, text, words)  # type: ignore[arg-type]  # one of the channels


SAID = Transcript(
    "call-1",
    (_told("请问怎么称呼", 0.0, 0.6, "agent"), _told(NAME, 0.7, 1.0), _told("我有糖尿病想问一下", 1.6, 2.5), _told("好的马秀兰请稍等", 2.6, 3.4, "agent"), _told("谢谢", 3.5, 3.8)),
)  # fmt: skip


@pytest.fixture
def told(world: World) -> World:
    """The world with a call in which somebody tells a name and an illness; a finding quotes the clerk's repeating it."""
    with Store.open(world.store) as store:
        number = save_transcript(store, world.call, SAID)
        judgement = makers.judgement({"greeting": "missing"})
        quoted = Finding(
            "prohibited",
            "violated",
            0.9,
            (Evidence("agent", 2.6, 3.4, "好的马秀兰请稍等", "", 0.9),),
            "说了“马秀兰请稍等”",
        )
        save_judgement(store, world.call, replace(judgement, findings=(*judgement.findings, quoted)), transcript=number)
    return world


@pytest.mark.parametrize("role", ["staff", "reviewer", "supervisor"])
def test_names_and_illnesses_are_hidden_on_every_page(role: str, told: World) -> None:
    """On the call's page, in its parts, in search, in exports and reports; unmasking shows them, and only to roles that may."""
    with told.visitor(role) as visitor:
        before = _readable(visitor.get(f"/calls/{told.call}").text)
        assert NAME not in before
        assert ILLNESS not in before
        assert NAME not in visitor.get(f"/calls/{told.call}/work", **{"x-part": "1"}).text
        found = visitor.get("/search?q=糖尿病想问").text.split('aria-label="结果"')[1]
        assert "<mark>•••想问</mark>" in found
        visitor.post(f"/calls/{told.call}/unmask", reason="judge")
        after = _readable(visitor.get(f"/calls/{told.call}").text)
        assert (NAME in after, ILLNESS in after) == ((False, False) if role == "staff" else (True, True))
    with told.visitor("supervisor") as visitor:
        for path in ("/calls.csv", "/report?month=2026-11", "/objections", "/calls"):
            assert NAME not in visitor.get(path).text


def _readable(page: str) -> str:
    import re  # noqa: PLC0415 - here alone

    return re.sub(r"<[^>]*>|\s", "", page)


def _sound(visitor, call: int) -> tuple[np.ndarray, int]:  # type: ignore[no-untyped-def]  # the visitor of the world
    return soundfile.read(io.BytesIO(visitor.get(f"/calls/{call}/audio").content))


def test_personal_stretches_are_silent(told: World) -> None:
    """On both channels, from a quarter of a second before to one after; the rest sounds as recorded. Unmasked it is whole."""
    with told.visitor("reviewer") as visitor:
        samples, rate = _sound(visitor, told.call)
        spans = private_stretches(SAID)
        assert [(round(one.start, 2), round(one.end, 2)) for one in spans] == [(0.45, 3.35)]
        for span in spans:
            assert not samples[int(span.start * rate) : int(span.end * rate)].any()
        assert np.abs(samples[: int(0.4 * rate)]).max() > 0.4
        assert np.abs(samples[int(3.6 * rate) :]).max() > 0.4
        assert len(samples) == 4 * rate
        visitor.post(f"/calls/{told.call}/unmask", reason="callback")
        whole, _ = _sound(visitor, told.call)
        assert np.abs(whole[int(0.7 * rate) : int(1.0 * rate)]).max() > 0.4
    with told.visitor("staff") as visitor:
        visitor.post(f"/calls/{told.call}/unmask", reason="judge")
        assert not _sound(visitor, told.call)[0][int(0.7 * rate) : int(1.0 * rate)].any()


def test_sound_without_a_transcript_is_not_played_to_those_who_may_not_hear_all(told: World) -> None:
    """Nobody knows where what is personal stands: it takes a reason to hear it."""
    with Store.open(told.store) as store:
        store.write("DELETE FROM transcripts WHERE call = ?", (told.call,))
    with told.visitor("staff") as visitor:
        assert visitor.get(f"/calls/{told.call}/audio").status_code == 403
    with told.visitor("reviewer") as visitor:
        assert visitor.get(f"/calls/{told.call}/audio").status_code == 403
        visitor.post(f"/calls/{told.call}/unmask", reason="judge")
        assert visitor.get(f"/calls/{told.call}/audio").status_code == 200


def test_unmasking_takes_a_reason_and_a_role(told: World) -> None:
    """Without a reason of the list nothing is shown; the log holds who, when, which call and why."""
    with told.visitor("reviewer") as visitor:
        for reason in ("", "because"):
            assert visitor.post(f"/calls/{told.call}/unmask", reason=reason).status_code == 400
        assert NAME not in _readable(visitor.get(f"/calls/{told.call}").text)
        visitor.post(f"/calls/{told.call}/unmask", reason="complaint")
    with told.visitor("admin") as visitor:
        assert visitor.post(f"/calls/{told.call}/unmask", reason="judge").status_code == 403
    assert ("unmask", f"call {told.call}", "处理投诉举报") in _acts(told)


def _acts(world: World) -> list[tuple[str, str, str]]:
    with Store.open(world.store) as store:
        return [tuple(row) for row in store.rows("SELECT action, object, detail FROM audit ORDER BY id")]


def test_every_reading_of_personal_data_is_logged(told: World) -> None:
    """A call's page, a search, the sound and an export; not the words that were sought, which may be somebody's name."""
    with told.visitor("supervisor") as visitor:
        visitor.get(f"/calls/{told.call}")
        visitor.get(f"/calls/{told.call}")
        visitor.get(f"/search?q={NAME}")
        visitor.get(f"/calls/{told.call}/audio")
        visitor.get(f"/calls.csv?text={NAME}")
        visitor.post("/exports", kind="csv", query=f"?text={NAME}&unit=甲局")
    acts = _acts(told)
    wanted = [
        ("read_call", f"call {told.call}"),
        ("search", ""),
        ("listen", f"call {told.call}"),
        ("export", "/calls.csv"),
    ]
    assert [[act[:2] for act in acts].count(one) for one in wanted] == [1, 1, 1, 2]
    assert NAME not in str(acts)


def test_a_reading_is_logged_when_the_store_is_free_again(told: World) -> None:
    """Somebody else's writing keeps nobody from reading, and the log misses nothing."""
    with Store.open(told.store) as writer, told.visitor("reviewer", patience=0.2) as visitor:
        writer.write("BEGIN IMMEDIATE")
        assert visitor.get(f"/calls/{told.call}").status_code == 200
        writer.write("ROLLBACK")
        visitor.get(f"/calls/{told.other}")
        assert [act[:2] for act in _acts(told)] == [
            ("read_call", f"call {told.call}"),
            ("read_call", f"call {told.other}"),
        ]
