"""Killed in mid-call while it heard live: the judgement that counts still comes, once, and the board is right again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from recordings_fixtures.asterisk.server import AsteriskServer, AsteriskUnavailableError, fetch_root
from voice_agent.bundled import bundled_calls
from voice_agent.demo import live
from voice_agent.evaluate import CallFolder, read_calls
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.live.calls_now import changed_since

pytestmark = [pytest.mark.asterisk, pytest.mark.vosk, pytest.mark.timeout(600)]


@pytest.fixture
def chosen() -> list[CallFolder]:
    return live.choose_calls(read_calls(bundled_calls()), 1)


@pytest.fixture
def asterisk(tmp_path: Path, chosen: list[CallFolder]) -> Iterator[AsteriskServer]:
    try:
        root = fetch_root()
    except AsteriskUnavailableError as error:
        pytest.skip(f"no Asterisk: {error}")
    with AsteriskServer(root, clerks=tuple(str(call.agent.job_number) for call in chosen)) as server:
        (tmp_path / "ast").mkdir()
        live.write_config(tmp_path, server, chosen)
        yield server


def going(folder: Path) -> list[str]:
    """What the board says of the hearing of each call that goes on."""
    with Store.open(folder / "demo.db") as store:
        return [one.state.get("listening", "") for one in changed_since(store, 0) if one.ended is None]


def test_killed_in_mid_call(asterisk: AsteriskServer, chosen: list[CallFolder], tmp_path: Path) -> None:
    """kill -9 while a call is heard: the next start hears it on from the recording's beginning and judges it once after the hang-up."""
    with live.listener(tmp_path, "--live") as process:
        live.wait(lambda: live.follows(tmp_path), 90, "not connected")
        live.place(asterisk, chosen, tmp_path)
        # On a busy machine the hearing gives way; it must have been taken up, not be done.
        live.wait(lambda: going(tmp_path) in (["starting"], ["on"]), 60, "not taken up")
        os.kill(process.pid, signal.SIGKILL)
        time.sleep(1.0)
    with live.listener(tmp_path, "--live"):
        live.wait(lambda: live.judged(tmp_path) == 1, 300, "call not judged")
        live.wait(lambda: going(tmp_path) == [], 30, "still on the board")
    with Store.open(tmp_path / "demo.db") as store:
        (call,) = calls.list_calls(store, CallFilter(coverage="monitored")).calls
        assert len(judgements.history(store, call.id)) == 1
