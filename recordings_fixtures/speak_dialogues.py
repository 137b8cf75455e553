"""Speak labelled dialogues (training/dialogues) as telephone calls, so that the whole way from sound to judgement is measured on calls that nobody learnt from.

    SAY_HOME=~/voices recordings_fixtures/voices.sh
    SAY_HOME=~/voices python recordings_fixtures/speak_dialogues.py training/dialogues/held-out/calls-aa.jsonl FOLDER [--every 3]
    voice-agent evaluate FOLDER

FOLDER receives one folder a call, as recordings_fixtures/calls has them. Same dialogue, same sound. Voices that no recogniser of the project learnt from.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from lay import lay
from make_calls import synthesise
from sentences import sentences
from write import write_audio, write_transcript

#: Reserved for evaluation (MODEL_CARD.md of the bundled recogniser): no network has heard them.
VOICES = ("zf_xiaoyi", "zm_yunyang", "zf_xiaoyi~-1.5", "zm_yunyang~1.5", "zf_xiaoyi~1", "zm_yunyang~-1")


def script_of(dialogue: dict[str, Any]) -> dict[str, Any]:
    """The dialogue as lay.py reads a call: two voices, who says what after which silence (seconds)."""
    seed = zlib.crc32(dialogue["id"].encode())
    first = seed % len(VOICES)
    voices = {"agent": VOICES[first], "caller": VOICES[(first + 1 + seed // 7 % (len(VOICES) - 1)) % len(VOICES)]}
    turns = [
        {"side": turn["who"], "gap": turn["gap"], "text": "，".join(text for text, _ in turn["say"]) + "。"}
        for turn in dialogue["turns"]
    ]
    return {
        "id": dialogue["id"], "seed": seed, "layout": "legs", "codec": "alaw", "agent": dialogue["agent"], "voices": voices, "turns": turns,
    }  # fmt: skip


def expected_of(dialogue: dict[str, Any]) -> dict[str, Any]:
    """The labels as ``voice-agent evaluate FOLDER`` reads them."""
    statuses = set(dialogue["expect"].values())
    faulty = statuses & {"missing", "late", "mismatch", "violated"}
    return {
        "call_id": dialogue["id"], "title": dialogue.get("notes", ""), "verdict": "non_compliant" if faulty else "compliant",
        "context": {"hung_up_by": "unknown", "holds": [], "transferred": False}, "findings": dialogue["expect"],
        "prompted": False, "why": {},
    }  # fmt: skip


def dialogues(path: Path) -> Iterator[dict[str, Any]]:
    """The whole calls of a file."""
    lines = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return (one for one in lines if not one.get("excerpt"))


def main() -> None:
    """Speak the dialogues of a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dialogues", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only each so many-th call")
    options = parser.parse_args()
    chosen = {one["id"]: one for one in islice(dialogues(options.dialogues), 0, None, options.every)}
    scripts = {name: script_of(one) for name, one in chosen.items()}
    spoken = synthesise(
        [each for script in scripts.values() for turn in script["turns"] for each in sentences(turn, script)]
    )
    for name, script in scripts.items():
        call, folder = lay(script, spoken), options.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        write_audio(folder, script, call)
        write_transcript(folder, script, call)
        (folder / "expected.json").write_text(
            json.dumps(expected_of(chosen[name]), ensure_ascii=False, indent=1) + "\n", "utf-8"
        )
        print(f"{name}: {call.duration:.1f} s", flush=True)


if __name__ == "__main__":
    main()
