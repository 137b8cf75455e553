"""Captures the AMI streams of calls on a real Asterisk, for ``recordings_fixtures/ami/``.

    python -m recordings_fixtures.asterisk.capture recordings_fixtures/ami [NAME…]

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
from recordings_fixtures.asterisk.stage import Stage, Way


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


def parked(stage: Stage, wav: Path) -> None:
    """Clerk 1201 parks the caller, 1203 takes the call back from the parking place."""
    stage.says("1203", wav)
    answered_by(stage, wav, "1201")
    stage.park("1201")
    time.sleep(1.0)
    stage.dials("1203", "701")
    time.sleep(2.0)


def bridge_wait(stage: Stage, wav: Path) -> None:
    """A desktop lets the caller of 1201 wait in BridgeWait and connects 1203 with it."""
    stage.says("1203", wav)
    answered_by(stage, wav, "1201")
    caller = stage.callers()[0]
    stage.act("Redirect", Channel=caller, Context="hotline", Exten="wait", Priority="1")
    time.sleep(1.0)
    stage.act("Originate", Channel="PJSIP/a1203", Application="Bridge", Data=caller, Async="true")
    time.sleep(2.0)


def picked_up(stage: Stage, wav: Path, way: Way = "queue") -> None:
    """The queue rings 1201, and 1202 picks the call up."""
    stage.says("1202", wav)
    stage.place_call(wav, wav, "1201", way=way, ring_seconds=30)
    time.sleep(1.0)
    stage.dials("1202", "*81201")
    time.sleep(3.0)
    stage.hang_up_callers()


def standing_conference(stage: Stage, wav: Path) -> None:
    """Clerk 1204 sits in a standing conference; two callers come one after the other."""
    stage.says("1204", wav)
    stage.dials("1204", "8600")
    time.sleep(1.0)
    for _ in range(2):
        stage.place_call(wav, wav, "1201", way="conference")
        time.sleep(3.0)
        stage.hang_up_callers()
        time.sleep(0.5)
    stage.hang_up_clerk("1204")


def click_to_dial(stage: Stage, wav: Path) -> None:
    """Clerk 1202 rings somebody outside by a click."""
    stage.says("1202", wav)
    stage.says("1299", wav)
    stage.dials("1202", "0139001299")
    time.sleep(3.0)
    stage.hang_up_clerk("1202")


def redirected(stage: Stage, wav: Path) -> None:
    """A desktop moves both sides of a call into a conference (AsyncGoto)."""
    answered_by(stage, wav, "1201")
    there = {"Context": "hotline", "Exten": "together", "Priority": "1"}
    extra = {"ExtraChannel": stage.channels("PJSIP/a1201")[0], **{f"Extra{key}": value for key, value in there.items()}}
    stage.act("Redirect", Channel=stage.callers()[0], **there, **extra)
    time.sleep(2.0)
    stage.hang_up_callers()
    stage.hang_up_clerk("1201")


def muted_and_begun_anew(stage: Stage, wav: Path) -> None:
    """The recording is muted for a while, then stopped, then begun anew in another file."""
    answered_by(stage, wav, "1201")
    caller = stage.callers()[0]
    for state in ("1", "0"):
        stage.act("MixMonitorMute", Channel=caller, Direction="both", State=state)
        time.sleep(0.6)
    stage.act("StopMixMonitor", Channel=caller)
    time.sleep(0.4)
    stage.act("MixMonitor", Channel=caller, File="second.wav")


def answered_by(stage: Stage, wav: Path, job: str) -> None:
    """A caller talks with this clerk."""
    call = stage.place_call(wav, wav, job)
    stage.wait_answered(call.number)
    time.sleep(0.6)


def blonde_transfer(stage: Stage, wav: Path) -> None:
    """Clerk 1201 rings 1203 to ask and hangs up before 1203 answers: the caller is put through all the same."""
    stage.says("1203", wav)
    stage.rings_long("1201", 2.0)
    answered_by(stage, wav, "1201")
    stage.consult("1201", "1203")
    time.sleep(1.0)
    stage.hang_up_clerk("1201")
    time.sleep(4.0)
    stage.hang_up_callers()


def second_file(stage: Stage, wav: Path) -> None:
    """After an attended transfer the second clerk's talk is recorded in a file of its own."""
    stage.says("1203", wav)
    answered_by(stage, wav, "1201")
    stage.consult("1201", "1203")
    stage.wait_answered("1201")
    time.sleep(0.5)
    caller = stage.callers()[0]
    stage.act("StopMixMonitor", Channel=caller)
    stage.hang_up_clerk("1201")
    stage.act("MixMonitor", Channel=caller, File="1203.wav", Options="r(1203-rx.wav)t(1203-tx.wav)S")
    time.sleep(1.5)
    stage.hang_up_callers()


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
    "parked": parked,
    "bridge-wait": bridge_wait,
    "picked-up": picked_up,
    "picked-up-local": lambda stage, wav: picked_up(stage, wav, "local"),
    "standing-conference": standing_conference,
    "click-to-dial": click_to_dial,
    "redirected": redirected,
    "muted": muted_and_begun_anew,
    "blonde-transfer": blonde_transfer,
    "second-file": second_file,
    "overflow": lambda stage, wav: stage.place_call(wav, wav, "1202", way="overflow"),
    "option-b": lambda stage, wav: stage.place_call(wav, wav, "1202", ring_seconds=2.0, mix="Sb"),
}


def capture(scenario: Callable[[Stage, Path], object], wav: Path, target: Path, suite: str = "sid") -> None:
    """One scenario on an Asterisk of its own, until every channel is gone."""
    with AsteriskServer(fetch_root(suite)) as asterisk, Stage(asterisk) as stage, target.open("wb") as stream:
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


def main(folder: Path, *names: str, suite: str = "sid") -> None:
    """Capture the named scenarios (none: every one) into ``folder``."""
    with tempfile.TemporaryDirectory() as scratch:
        wav = Path(scratch) / "silence.wav"
        write_silence(wav, 3.0)
        for name in names or SCENARIOS:
            print(name)
            capture(SCENARIOS[name], wav, folder / f"{name}.ami", suite)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
