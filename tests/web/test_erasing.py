"""Erasing a person on the page and on the command line, with a certificate; and what is past its time, by itself."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from phrasebook.book import load_book
from tests.store.planted import NAME, NUMBER, WORDS, planted
from tests.web.world import World, tone
from voice_agent.cli import main
from voice_agent.config import Config
from voice_agent.live.keeping import keep_terms
from voice_agent.store import Store
from voice_agent.store.calls.calls import get_call
from voice_agent.store.calls.transcripts import Leg, load_transcript, save_legs
from voice_agent.web.site import Site

TEXTS = [*WORDS.values(), NAME, NUMBER]


@pytest.fixture
def marked(world: World) -> tuple[World, int]:
    """The world with one more call of somebody whose words stand everywhere, with sound in a folder of its own."""
    with Store.open(world.store) as store:
        call = planted(store)
        path = world.store.parent / f"monitor-{NUMBER}.wav"
        soundfile.write(path, np.stack([tone(300), tone(700)], axis=1), 8000, subtype="PCM_16")
        save_legs(store, call, [Leg("caller", path, 0), Leg("agent", path, 1)])
    return world, call


def _left(world: World) -> list[str]:
    """Planted words in the store's files and in every file beside it, as they stand or as JSON escapes them."""
    files = [
        path
        for path in world.store.parent.rglob("*")
        if path.is_file() and path.suffix not in (".wav", ".toml", ".txt")
    ]
    raw = b"".join(path.read_bytes() for path in files)
    return [word for word in TEXTS if word.encode() in raw or json.dumps(word)[1:-1].encode() in raw]


def test_an_administrator_erases_a_person_and_gets_a_certificate(marked: tuple[World, int]) -> None:
    """Found without a word being shown, erased after a confirmation with a reason; then no word stands anywhere, nothing plays, figures stay."""
    world, call = marked
    with world.visitor("reviewer") as visitor:
        visitor.post(f"/calls/{call}/unmask", reason="judge")
        assert visitor.get(f"/calls/{call}/audio").status_code == 200
    assert set(WORDS.values()) - {WORDS["said"], WORDS["quoted"]} <= set(_left(world))
    with world.visitor("admin") as visitor:
        page = visitor.post("/erase/preview", words=f"{NAME} {NUMBER}").text
        assert "找到 1 通" in page
        assert not any(word in page.replace(f'value="{NAME} {NUMBER}"', "") for word in TEXTS)
        form = {"words": f"{NAME} {NUMBER}", f"call_{call}": "1", "reason": "本人书面申请"}
        assert visitor.post("/erase", **form).status_code == 400
        assert visitor.post("/erase", **{**form, "sure": "yes", "reason": ""}).status_code == 400
        answer = visitor.post("/erase", **form, sure="yes")
        text = visitor.get(answer.headers["location"]).text
        assert "没有找到任何残留" in text
        assert "本人书面申请" in text
        assert "保留 1 个" in text
        assert not any(word in text for word in TEXTS)
        assert "没有残留" in visitor.get("/erase").text
    assert _left(world) == []
    with world.visitor("reviewer") as visitor:
        visitor.post(f"/calls/{call}/unmask", reason="judge")
        assert visitor.get(f"/calls/{call}").status_code == 200
        assert visitor.get(f"/calls/{call}/audio").status_code == 404
    assert (world.store.parent / f"monitor-{NUMBER}.wav").exists()


def test_only_what_is_ticked_is_erased(marked: tuple[World, int]) -> None:
    """A call that another person made is taken off the list and keeps its words; one that was not found cannot be slipped in."""
    world, call = marked
    with world.visitor("admin") as visitor:
        form = {"words": NAME, "reason": "本人申请", "sure": "yes", f"call_{world.other}": "1"}
        assert visitor.post("/erase", **form).status_code == 400
    with Store.open(world.store) as store:
        assert load_transcript(store, world.other) is not None
        assert load_transcript(store, call) is not None


def _config(world: World, **privacy: object) -> Path:
    path = world.store.parent / "voice-agent.toml"
    lines = [f'[store]\npath = "{world.store}"', f'[recordings]\nfolder = "{world.store.parent}"', "[privacy]"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in privacy.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_command_shows_before_it_erases(marked: tuple[World, int], tmp_path: Path) -> None:
    """Without --yes nothing changes; with it the recording goes too where the site says so, and the certificate is written."""
    world, call = marked
    config = _config(world, delete_recordings=True)
    run = CliRunner().invoke
    assert "共 1 通" in run(main, ["--config", str(config), "erase", NAME]).output
    with Store.open(world.store) as store:
        assert load_transcript(store, call) is not None
    assert run(main, ["--config", str(config), "erase", NAME, "--yes"]).exit_code == 2
    target = tmp_path / "certificate.txt"
    done = run(
        main,
        ["--config", str(config), "erase", NAME, NUMBER, "--yes", "--reason", "本人申请", "--certificate", str(target)],
    )
    assert done.exit_code == 0, done.output
    assert "没有找到任何残留" in target.read_text(encoding="utf-8")
    assert "已删除 1 个" in target.read_text(encoding="utf-8")
    assert not (world.store.parent / f"monitor-{NUMBER}.wav").exists()
    assert _left(world) == []
    assert "没有找到" in run(main, ["--config", str(config), "erase", NAME]).output


def test_recordings_outside_the_folder_are_never_deleted(
    marked: tuple[World, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A path in the store that leads elsewhere deletes nothing, even where recordings may be deleted."""
    world, call = marked
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "precious.wav"
    shutil.copy(world.store.parent / f"monitor-{NUMBER}.wav", elsewhere)
    with Store.open(world.store) as store:
        save_legs(store, call, [Leg("caller", elsewhere, 0)])
    done = CliRunner().invoke(
        main, ["--config", str(_config(world, delete_recordings=True)), "erase", NAME, "--yes", "--reason", "x"]
    )
    assert done.exit_code == 0, done.output
    assert elsewhere.exists()


def test_what_is_past_its_time_goes_by_itself(marked: tuple[World, int]) -> None:
    """A running site empties it without anybody asking, each kind by its term, and writes down how much."""
    world, call = marked
    config = Config.model_validate(
        {"store": {"path": world.store}, "privacy": {"transcript_days": 1, "numbers_days": 36500}}
    )
    with Store.open(world.store) as store:
        store.write("UPDATE calls SET started = ?1, ended = ?1 + 60 WHERE id = ?2", (time.time() - 2 * 86400, call))
        store.write("UPDATE calls SET started = ?1, ended = ?1 + 60 WHERE id <> ?2", (time.time(), call))
    site = Site(config, load_book())
    site.housekeeping.start()
    deadline = time.monotonic() + 20
    with Store.open(world.store) as store:
        while load_transcript(store, call) is not None and time.monotonic() < deadline:
            time.sleep(0.05)
        site.close()
        assert load_transcript(store, call) is None
        assert load_transcript(store, world.call) is not None
        assert get_call(store, call).caller_number == NUMBER
        assert store.value("SELECT detail FROM audit WHERE action = 'retention'") == "转写文本：1 通"
        assert keep_terms(config, store) == {"transcript": 0, "evidence": 0, "comments": 0, "numbers": 0, "sound": 0}


def test_a_unit_may_keep_longer(marked: tuple[World, int]) -> None:
    """The unit's own term counts for its calls."""
    world, call = marked
    privacy = {"numbers_days": 1, "units": [{"name": "甲局", "numbers_days": 36500}]}
    config = Config.model_validate({"store": {"path": world.store}, "privacy": privacy})
    with Store.open(world.store) as store:
        store.write("UPDATE calls SET started = 1, ended = 2")
        assert keep_terms(config, store)["numbers"] >= 1
        assert get_call(store, world.call).caller_number is not None
        assert get_call(store, call).unit == "甲局"
        assert get_call(store, world.other).caller_number is None


def test_reading_on_the_command_line_is_masked_and_logged(marked: tuple[World, int]) -> None:
    """show, search and export hide what is personal until a reason is given, and each reading is in the log."""
    world, call = marked
    config = str(_config(world))
    run = CliRunner().invoke
    shown = run(main, ["--config", config, "show", str(call)]).output
    assert NAME not in shown
    assert NAME not in run(main, ["--config", config, "show", str(call), "--json"]).output
    assert NAME not in run(main, ["--config", config, "search", "我叫"]).output
    assert NAME in run(main, ["--config", config, "show", str(call), "--unmask", "投诉核查"]).output
    assert run(main, ["--config", config, "show", str(call), "--unmask", " "]).exit_code == 2
    with Store.open(world.store) as store:
        acts = [
            (row["action"], row["detail"])
            for row in store.rows("SELECT action, detail FROM audit WHERE username LIKE '命令行%'")
        ]
    assert [act for act, _ in acts] == ["read_call", "read_call", "search", "unmask", "read_call"]
    assert ("unmask", "投诉核查") in acts


def test_a_planted_call_is_like_any(marked: tuple[World, int]) -> None:
    """The call that the other tests erase can be read before."""
    world, call = marked
    assert replace(world).store.exists()
    with world.visitor("supervisor") as visitor:
        assert visitor.get(f"/calls/{call}").status_code == 200
