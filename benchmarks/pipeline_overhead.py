"""What does judging a recording cost beyond recognising it? Ratios against bare Vosk, measured in one run on this machine.

    python benchmarks/pipeline_overhead.py [FOLDER OF RECORDINGS]

- whole pipeline against bare Vosk on the same legs, processor time of one core (bound: 1.05);
- two workers against one, wall time on otherwise idle cores (bound: 1.8 times as fast);
- memory of a worker beyond the model (bound: 150 MB).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import soundfile
import vosk

from phrasebook.book import load_book
from voice_agent.hearing.models.choice import load_vosk
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.hearing.workers import Task, Workers
from voice_agent.intake.files import RecordingFiles
from voice_agent.intake.paths import files_of
from voice_agent.pipeline import judge_recording

FIXTURES = Path(__file__).resolve().parent.parent / "recordings_fixtures" / "calls"
ROUNDS = 3
MODEL_RATES = {8_000, 16_000}


def bare(model: vosk.Model, files: RecordingFiles) -> None:
    """What anybody would write with Vosk: read each leg, feed quarters of a second, take the words."""
    for leg in files.legs():
        sound, rate = soundfile.read(leg.path, dtype="int16", always_2d=True)
        assert rate in MODEL_RATES, "the comparison must not resample"
        recogniser = vosk.KaldiRecognizer(model, rate)
        recogniser.SetWords(True)
        samples = sound[:, leg.column]
        for start in range(0, len(samples), rate // 4):
            if recogniser.AcceptWaveform(samples[start : start + rate // 4].tobytes()):
                recogniser.Result()
        recogniser.FinalResult()


def seconds(work: Callable[[], object]) -> float:
    """Processor time of this process, which other programs disturb least."""
    start = time.process_time()
    work()
    return time.process_time() - start


def overhead(calls: Sequence[RecordingFiles]) -> None:
    """Alternate the two, so that whatever slows the machine slows both; the best round of each counts."""
    vosk.SetLogLevel(-1)
    model, transcriber, book = vosk.Model(str(BUNDLED)), load_vosk(BUNDLED), load_book()
    alone, whole = [], []
    for _ in range(ROUNDS):
        alone.append(seconds(lambda: [bare(model, files) for files in calls]))
        whole.append(seconds(lambda: [judge_recording(files, transcriber, book) for files in calls]))
    length = sum(soundfile.info(leg.path).duration for files in calls for leg in files.legs())
    print(
        f"bare Vosk       {min(alone):7.2f} s for {length:.0f} s of legs (real-time factor {min(alone) / length:.3f})"
    )
    print(f"whole pipeline  {min(whole):7.2f} s   ratio {min(whole) / min(alone):.3f}   (bound 1.05)")


def scaling(calls: Sequence[RecordingFiles]) -> None:
    """The same calls on one worker and on two, loaded beforehand."""
    spent = {count: _wall(calls, count) for count in (1, 2)}
    print(f"one worker      {spent[1]:7.2f} s")
    print(f"two workers     {spent[2]:7.2f} s   {spent[1] / spent[2]:.2f} times as fast   (bound 1.8)")


def _wall(calls: Sequence[RecordingFiles], count: int) -> float:
    tasks = [Task(files) for files in calls] * 2
    with Workers(BUNDLED, load_vosk, count) as workers:
        list(workers.hear_all(tasks[:count]))
        start = time.monotonic()
        list(workers.hear_all(tasks))
        return time.monotonic() - start


def resident() -> float:
    """Megabytes this process holds."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _measure_model(pipe: Connection) -> None:
    vosk.SetLogLevel(-1)
    before = resident()
    model = vosk.Model(str(BUNDLED))
    pipe.send(resident() - before)
    del model


def _measure_worker(pipe: Connection, calls: Sequence[RecordingFiles]) -> None:
    from voice_agent.hearing.hear import hear  # noqa: PLC0415 - what a worker imports must be counted

    transcriber = load_vosk(BUNDLED)
    for files in calls:
        hear(files, transcriber)
    pipe.send(resident())


def memory(calls: Sequence[RecordingFiles]) -> None:
    """A process that hears every call as a worker does, against what loading the model alone adds to a process."""
    model, worker = (_ask(target, *args) for target, args in ((_measure_model, ()), (_measure_worker, (calls,))))
    print(f"model           {model:7.0f} MB")
    print(f"worker          {worker:7.0f} MB   {worker - model:.0f} MB beyond the model   (bound 150)")


def _ask(target: Callable[..., None], *args: object) -> float:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs, *args))
    process.start()
    answer: float = ours.recv()
    process.join()
    return answer


def main() -> None:
    """Print the three tables."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FIXTURES
    calls = [item for item in files_of([folder]) if isinstance(item, RecordingFiles)]
    overhead(calls)
    scaling(calls)
    memory(calls)


if __name__ == "__main__":
    main()
