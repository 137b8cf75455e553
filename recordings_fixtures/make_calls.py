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
import tempfile
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


def synthesise(wanted: list[Sentence], folder: Path) -> dict[Sentence, np.ndarray]:
    """Samples at 24,000 Hz of each different sentence, spoken by one child process (loading the model takes as long as a call)."""
    home = Path(os.environ["SAY_HOME"])
    paths = {sentence: folder / f"{number}.npy" for number, sentence in enumerate(dict.fromkeys(wanted))}
    jobs = [json.dumps(sentence.job(path), ensure_ascii=False) for sentence, path in paths.items()]
    command = [home / "venv" / "bin" / "python", HERE / "speak.py"]
    subprocess.run(command, input="\n".join(jobs), text=True, check=True, stdout=subprocess.DEVNULL)
    return {sentence: np.load(path) for sentence, path in paths.items()}


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
    with tempfile.TemporaryDirectory() as scratch:
        spoken = synthesise(wanted, Path(scratch))
    for name, script in scripts.items():
        call = lay(script, spoken)
        write(name, script, call)
        print(f"{name}: {call.duration:.1f} s, {len(call.segments)} segments", flush=True)


if __name__ == "__main__":
    main()
