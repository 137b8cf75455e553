"""Worker processes: real crashes hit one recording only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.conftest import REPOSITORY
from tests.hearing.conftest import DATA, RATE
from voice_agent.errors import HearingCrashed, ModelError, RecordingError
from voice_agent.hearing.hear import Heard
from voice_agent.hearing.models.choice import load_vosk
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.hearing.sound.tone import Tone
from voice_agent.hearing.workers import Task, Workers
from voice_agent.intake.files import RecordingFiles
from voice_agent.values import Agent, Channel, Segment


class Fragile:
    """A recogniser whose native part fails as real ones do: the loudest sample says how."""

    def rate_for(self, source: int) -> int:
        """As recorded."""
        return source

    def transcribe(
        self, sound: Iterable[np.ndarray], rate: int, channel: Channel, offset: float, tone: Tone | None = None
    ) -> tuple[Segment, ...]:
        """A segment that names the process."""
        del rate, tone
        loudest = max(int(np.abs(block).max()) for block in sound)
        if loudest == 20_001:
            os.kill(os.getpid(), signal.SIGKILL)
        if loudest == 20_002:
            os.abort()
        if loudest == 20_003:
            raise ValueError("odd")
        if loudest == 20_004:
            time.sleep(60)
        return (Segment(channel, offset, offset + 1, str(os.getpid())),)


def fragile(_: Path) -> Fragile:
    return Fragile()


def unloadable(model: Path) -> Fragile:
    raise ModelError(f"{model}：坏了")


def task(folder: Path, name: str, loudest: int = 20_000) -> Task:
    tone = np.sin(np.arange(RATE) / 5) * 15_000
    tone[RATE // 2] = loudest
    soundfile.write(folder / f"{name}.wav", tone.astype(np.int16), RATE)
    return Task(RecordingFiles("mixed", name, whole=folder / f"{name}.wav"))


def test_a_crash_takes_only_its_own_recording(tmp_path: Path) -> None:
    """kill -9, an abort in C++ and an exception each fail their recording, with the file's name; all others are heard."""
    tasks = [task(tmp_path, f"c{number}", 20_000 + number % 4) for number in range(8)]
    with Workers(tmp_path, fragile, 2) as workers:
        outcomes = {each.files.call_id: result for each, result in workers.hear_all(tasks)}
    assert {name for name, result in outcomes.items() if isinstance(result, Heard)} == {"c0", "c4"}
    for name, sign in {"c1": "SIGKILL", "c2": "SIGABRT", "c3": "ValueError: odd"}.items():
        assert isinstance(outcomes[name], RecordingError)
        assert f"{name}.wav" in str(outcomes[name])
        assert sign in str(outcomes[name])


def test_what_never_ends_is_ended(tmp_path: Path) -> None:
    """A recording that hangs the recogniser is given up, and its worker replaced."""
    with Workers(tmp_path, fragile, 1, limit=15.0) as workers:
        with pytest.raises(RecordingError, match="已中止"):
            workers.hear(task(tmp_path, "hangs", 20_004))
        assert workers.hear(task(tmp_path, "fine")).transcript.segments


def test_a_bad_model_is_told_for_every_recording(tmp_path: Path) -> None:
    """Loading happens in the worker; its error reaches whoever asks."""
    with Workers(Path("m"), unloadable, 1) as workers, pytest.raises(ModelError, match="m：坏了"):
        workers.hear(task(tmp_path, "x"))


def test_a_bad_recording_is_an_error_of_its_own(tmp_path: Path) -> None:
    """Errors of the recording come through as they are."""
    (tmp_path / "x.wav").write_bytes(b"")
    with Workers(tmp_path, fragile, 1) as workers, pytest.raises(RecordingError, match=r"x\.wav：录音是空的"):
        workers.hear(Task(RecordingFiles("mixed", "x", whole=tmp_path / "x.wav")))


def test_closing_ends_what_is_running(tmp_path: Path) -> None:
    """On stop nobody waits for a long recording: it ends with an error and no process stays."""
    with Workers(tmp_path, fragile, 1) as workers:
        results: list[object] = []

        def ask() -> None:
            try:
                results.append(workers.hear(task(tmp_path, "long", 20_004)))
            except RecordingError as error:
                results.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(3)
        workers.close()
        asking.join(10)
    assert [type(result) for result in results] == [HearingCrashed]


def test_hearing_begins_when_the_model_is_loaded(tmp_path: Path) -> None:
    """Whoever asked is told at that moment, not while the model loads; a model that cannot be loaded begins nothing."""
    began: list[str] = []
    with Workers(tmp_path, fragile, 1) as workers:
        workers.hear(task(tmp_path, "x"), lambda: began.append("x"))
    with Workers(Path("m"), unloadable, 1) as workers, pytest.raises(ModelError):
        workers.hear(task(tmp_path, "y"), lambda: began.append("y"))
    assert began == ["x"]


PARENT = """
import sys, threading, time
from pathlib import Path
from tests.hearing.test_workers import fragile, task
from voice_agent.hearing.workers import Workers
if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with Workers(folder, fragile, 2) as workers:
        began = threading.Event()
        threading.Thread(target=lambda: workers.hear(task(folder, "long", 20_004), began.set), daemon=True).start()
        began.wait()
        print(*[worker.process.pid for worker in workers._all], flush=True)
        time.sleep(600)
"""


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    """kill -9 of the program: within two seconds neither the busy nor the idle worker is left."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    path = os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])
    parent = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )
    assert parent.stdout is not None
    children = [Path("/proc") / pid for pid in parent.stdout.readline().split()]
    assert len(children) == 2
    assert all(child.exists() for child in children)
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 2.0
    while any(map(lives, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(lives, children))


def lives(process: Path) -> bool:
    """Whether it runs; one that only waits to be collected does not."""
    try:
        return process.joinpath("stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.vosk
def test_two_workers_hear_with_the_real_model() -> None:
    """Names, agent and words come back from the other process."""
    clips = [
        Task(RecordingFiles("mixed", n, whole=DATA / f"{n}.wav"), agent=Agent("1086")) for n in ("opening", "policy")
    ]
    with Workers(BUNDLED, load_vosk, 2) as workers:
        heard = {each.files.call_id: result for each, result in workers.hear_all(clips)}
    assert "社保总机" in "".join(segment.text for segment in heard["opening"].transcript.segments)  # type: ignore[union-attr]
    assert heard["policy"].transcript.agent.job_number == "1086"  # type: ignore[union-attr]
