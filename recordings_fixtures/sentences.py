"""The turns of a script cut into sentences, as they are spoken one by one."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Sentence:
    """What one voice says in one breath. ``voice`` may end in ``~-1.5``: so many semitones lower."""

    voice: str
    text: str
    speed: float

    @property
    def ratio(self) -> float:
        """How much higher than the model's own voice (1.0: as it is)."""
        _, _, semitones = self.voice.partition("~")
        return float(2 ** (float(semitones or 0) / 12))

    def job(self, path: Path) -> dict[str, Any]:
        """The line that speak.py reads. A voice that will be raised speaks slower first, so the tempo stays."""
        voice = self.voice.partition("~")[0]
        return {"voice": voice, "text": self.text, "speed": self.speed / self.ratio, "path": str(path)}

    @property
    def file_name(self) -> str:
        """A name that no other sentence, voice or speed has."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:24] + ".npy"

    @property
    def bare(self) -> str:
        """The text without punctuation, as a recogniser would write it."""
        return re.sub(r"[^\u4e00-\u9fff]", "", self.text)


def sentences(turn: dict[str, Any], script: dict[str, Any]) -> list[Sentence]:
    """The sentences of a turn; its own voice and speed override the side's."""
    voice, speed = turn.get("voice", script["voices"][turn["side"]]), float(turn.get("speed", 1.0))
    return [Sentence(voice, text, speed) for text in re.findall(r"[^。？！]+[。？！]*", turn["text"])]
