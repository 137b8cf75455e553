"""Captures the AMI streams of calls on a real Asterisk, for ``recordings_fixtures/ami/``.

    python -m recordings_fixtures.asterisk.capture recordings_fixtures/ami

Each scenario of ``SCENARIOS`` becomes ``<name>.ami``: a line ``### <unix time>`` before each message, as it arrived for a user with
``read=call,agent,cdr``. Numbers are invented.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ami_bridge.client import ManagerClient
from ami_bridge.settings import Settings
from recordings_fixtures.asterisk.server import AsteriskServer, fetch_root, write_silence
from recordings_fixtures.asterisk.stage import Stage


def blind_transfer(stage: Stage, wav: Path) -> None:
    """Clerk 1201 puts the caller through to 1203 without a word."""
    call = stage.place_call(wav, wav, "1201")
    stage.wait_answered(call.number)
    stage.says("1203", wav)
    time.sleep(0.5)
    stage.transfer_blind("1201", "1203")


def attended_transfer(stage: Stage, wav: Path) -> None:
    """Clerk 1201 asks 1203 while the caller is on hold, then puts the caller through."""
    stage.says("1203", wav)
    call = stage.place_call(wav, wav, "1201")
    stage.wait_answered(call.number)
    time.sleep(0.5)
    stage.consult("1201", "1203")
    stage.wait_answered("1201")
    time.sleep(0.5)
    stage.hang_up_clerk("1201")


def three_at_once(stage: Stage, wav: Path) -> None:
    """Three callers, three clerks, at the same time."""
    for job in ("1201", "1202", "1203"):
        stage.place_call(wav, wav, job)


SCENARIOS: dict[str, Callable[[Stage, Path], object]] = {
    "queue-pjsip": lambda stage, wav: stage.place_call(wav, wav, "1202", ends="agent"),
    "queue-local-n": lambda stage, wav: stage.place_call(wav, wav, "1202", way="local"),
    "queue-local-optimised": lambda stage, wav: stage.place_call(wav, wav, "1202", way="optimised"),
    "dial": lambda stage, wav: stage.place_call(wav, wav, "1202", way="dial"),
    "dial-local-n": lambda stage, wav: stage.place_call(wav, wav, "1202", way="dial-local", ends="agent"),
    "abandoned": lambda stage, _wav: stage.place_abandoned_call(1.5),
    "dial-unanswered": lambda stage, _wav: stage.place_abandoned_call(1.5, way="dial"),
    "blind-transfer": blind_transfer,
    "attended-transfer": attended_transfer,
    "three-at-once": three_at_once,
}


def capture(scenario: Callable[[Stage, Path], object], wav: Path, target: Path) -> None:
    """One scenario on an Asterisk of its own, until every channel is gone."""
    with AsteriskServer(fetch_root()) as asterisk, Stage(asterisk) as stage, target.open("wb") as stream:
        settings = Settings(
            host=asterisk.host, port=asterisk.ami_port, username="listener", secret=asterisk.listener_secret
        )
        client = ManagerClient(settings, lambda raws, at: stream.writelines(_stamped(raw, at) for raw in raws))
        client.connect()
        client.sign_in()
        scenario(stage, wav)
        time.sleep(1.0)
        stage.wait_for(lambda: not stage.any_channel(), 40)
        time.sleep(0.3)
        client.close()


def _stamped(raw: bytes, at: float) -> bytes:
    return f"### {at:.3f}\n".encode() + raw.replace(b"\r\n", b"\n") + b"\n\n"


def main(folder: Path) -> None:
    """Capture every scenario into ``folder``."""
    with tempfile.TemporaryDirectory() as scratch:
        wav = Path(scratch) / "silence.wav"
        write_silence(wav, 3.0)
        for name, scenario in SCENARIOS.items():
            print(name)
            capture(scenario, wav, folder / f"{name}.ami")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
