"""Write a laid-out call: WAV files in the codec of the script, the true transcript, the holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from lay import Call
from telephone import RATE, Samples

SUBTYPES = {"pcm": "PCM_16", "alaw": "ALAW", "ulaw": "ULAW", "gsm": "GSM610"}


def write_audio(folder: Path, script: dict[str, Any], call: Call) -> None:
    """Two legs as Asterisk names them, one file with left = caller and right = agent, or one mixed channel."""
    caller, agent = call.legs["caller"], call.legs["agent"]
    names = {
        "legs": {"-rx": caller, "-tx": agent},
        "stereo": {"": np.stack([caller, agent], axis=1)},
        "mono": {"": np.clip(caller + agent, -0.98, 0.98)},
    }[script["layout"]]
    for suffix, samples in names.items():
        _write_wav(folder / f"{script['id']}{suffix}.wav", samples, script["codec"])


def _write_wav(path: Path, samples: Samples, codec: str) -> None:
    soundfile.write(path, samples, RATE, format="WAV", subtype=SUBTYPES[codec])


def write_transcript(folder: Path, script: dict[str, Any], call: Call) -> None:
    """The truth in the interchange format; a mixed recording has only the channel ``mixed``."""
    mixed = script["layout"] == "mono"
    segments = [
        {
            "channel": "mixed" if mixed else said.side,
            "start": round(said.start, 2),
            "end": round(said.end, 2),
            "text": said.text,
        }
        for said in call.segments
    ]
    truth = {
        "call_id": script["id"],
        "agent": script["agent"],
        "duration": round(call.duration, 2),
        "segments": segments,
    }
    lines = ",\n  ".join(json.dumps(segment, ensure_ascii=False) for segment in segments)
    head = json.dumps({**truth, "segments": []}, ensure_ascii=False)
    (folder / "transcript.json").write_text(head.removesuffix("[]}") + f"[\n  {lines}\n]}}\n", "utf-8")


def write_holds(folder: Path, call: Call) -> None:
    """Put the times of the holds into expected.json; everything else there is judged by hand."""
    path = folder / "expected.json"
    if not path.exists():
        return
    expected = json.loads(path.read_text("utf-8"))
    expected["context"]["holds"] = [list(hold) for hold in call.holds]
    path.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", "utf-8")
