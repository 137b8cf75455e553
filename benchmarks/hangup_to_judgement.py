"""How long after the hang-up is a call judged? Real Asterisk, ``voice-agent listen``, the bundled call nearest to one minute.

    python benchmarks/hangup_to_judgement.py [--calls 3]

Bound: 2 s beyond the decode time, which is the wall time that hearing the same recording takes right afterwards with a loaded model,
so run it on an idle machine. The calls follow one another; each is judged before the next one rings.
"""

from __future__ import annotations

import argparse
import statistics as maths
import tempfile
import time
from pathlib import Path

import soundfile

from recordings_fixtures.asterisk.server import AsteriskServer, fetch_root
from voice_agent.bundled import bundled_calls
from voice_agent.demo import live
from voice_agent.evaluate import CallFolder, read_calls
from voice_agent.hearing.hear import hear
from voice_agent.hearing.models.choice import load_vosk
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.intake.recordings import RecordingPlaces, find_recording
from voice_agent.store import Store
from voice_agent.store.calls import calls

MINUTE = 60.0
PATIENCE = 600.0


def nearest_to_a_minute(folders: list[CallFolder]) -> CallFolder:
    """Of the calls that can be placed, the one whose sound is nearest to one minute long."""
    chosen = live.choose_calls(folders, len(folders))
    return min(chosen, key=lambda call: abs(max(soundfile.info(path).duration for path in call.audio) - MINUTE))


def delay(folder: Path, asterisk: AsteriskServer, call: CallFolder, number: int) -> tuple[float, str]:
    """Seconds from the hang-up, as Asterisk reports it, until the judgement can be read in the store; and which call it was."""
    live.place(asterisk, [call], folder)
    live.wait(lambda: live.judged(folder) == number, PATIENCE, "the call was not judged")
    seen = time.time()
    with Store.open(folder / "demo.db") as store:
        latest = max(calls.list_calls(store).calls, key=lambda one: one.started)
        assert latest.coverage == "monitored", latest
        return seen - calls.call_ended(store, latest.id).end, latest.call_id


def decode_times(asterisk: AsteriskServer, names: list[str]) -> list[float]:
    """Wall seconds that hearing each recording takes with a model that is loaded already."""
    transcriber = load_vosk(BUNDLED)
    times = []
    for name in names:
        files = find_recording(RecordingPlaces(asterisk.monitor_folder), name, name, None)
        start = time.monotonic()
        hear(files, transcriber)
        times.append(time.monotonic() - start)
    return times


def measure(folder: Path, count: int) -> list[tuple[float, float]]:
    """(delay, decode time) of each call, seconds."""
    call = nearest_to_a_minute(read_calls(bundled_calls()))
    (folder / "ast").mkdir()
    with AsteriskServer(fetch_root(), clerks=(str(call.agent.job_number),), folder=folder / "ast") as asterisk:
        live.write_config(folder, asterisk, [call])
        with live.listener(folder):
            live.wait(lambda: live.follows(folder), PATIENCE, "voice-agent listen does not follow Asterisk")
            delays = [delay(folder, asterisk, call, number) for number in range(1, count + 1)]
        return list(
            zip([each for each, _ in delays], decode_times(asterisk, [name for _, name in delays]), strict=True)
        )


def main() -> None:
    """Print one line a call and the median against the bound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=3)
    count = parser.parse_args().calls
    with tempfile.TemporaryDirectory(prefix="hangup-") as folder:
        measured = measure(Path(folder), count)
    for number, (whole, decode) in enumerate(measured, 1):
        print(
            f"call {number}: judged {whole:.2f} s after the hang-up, decoding takes {decode:.2f} s, beyond it {whole - decode:+.2f} s"
        )
    print(f"median beyond decoding: {maths.median(whole - decode for whole, decode in measured):+.2f} s (bound: 2 s)")


if __name__ == "__main__":
    main()
