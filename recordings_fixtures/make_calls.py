"""Make the audio and the true transcripts of recordings_fixtures/calls again from each script.toml. Same script, same sound.

    SAY_HOME=~/voices recordings_fixtures/voices.sh
    SAY_HOME=~/voices python recordings_fixtures/make_calls.py [CALL…]

``expected.json`` is written by hand and says what a careful listener finds; only its ``holds`` come from here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from lay import Call, lay
from sentences import Sentence, sentences
from write import write_audio, write_holds, write_transcript

HERE = Path(__file__).resolve().parent


def load(name: str) -> dict[str, Any]:
    """The script of the call ``name`` (a folder in calls/, or a path elsewhere)."""
    return tomllib.loads((HERE / "calls" / name / "script.toml").read_text("utf-8"))


def synthesise(wanted: list[Sentence]) -> dict[Sentence, np.ndarray]:
    """Samples at 24,000 Hz of each different sentence; what was spoken before is kept under ``$SAY_HOME/spoken``."""
    home = Path(os.environ["SAY_HOME"])
    (home / "spoken").mkdir(exist_ok=True)
    paths = {sentence: home / "spoken" / sentence.file_name for sentence in wanted}
    jobs = [sentence.job(path) for sentence, path in paths.items() if not path.exists()]
    speak(home, jobs)
    return {sentence: np.load(path) for sentence, path in paths.items()}


def speak(home: Path, jobs: list[dict[str, Any]]) -> None:
    """Have one child process speak all ``jobs``: loading the model takes as long as a whole call."""
    if jobs:
        command = [home / "venv" / "bin" / "python", HERE / "speak.py"]
        lines = "\n".join(json.dumps(job, ensure_ascii=False) for job in jobs)
        subprocess.run(command, input=lines, text=True, check=True, stdout=subprocess.DEVNULL)


def write(name: str, script: dict[str, Any], call: Call) -> None:
    """Put the audio, the transcript and the holds of a call beside its script."""
    folder = HERE / "calls" / name
    write_audio(folder, script, call)
    write_transcript(folder, script, call)
    write_holds(folder, call)


def main() -> None:
    """Make the calls named on the command line, or all of them."""
    names = sys.argv[1:] or sorted(path.parent.name for path in HERE.glob("calls/*/script.toml"))
    scripts = {name: load(name) for name in names}
    wanted = [
        sentence for script in scripts.values() for turn in script["turns"] for sentence in sentences(turn, script)
    ]
    spoken = synthesise(wanted)
    for name, script in scripts.items():
        call = lay(script, spoken)
        write(name, script, call)
        print(f"{name}: {call.duration:.1f} s, {len(call.segments)} segments", flush=True)


if __name__ == "__main__":
    main()
