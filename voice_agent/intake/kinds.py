"""Which kinds of sound file there are: what reads them, and what headerless ones hold. Pure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

#: Headers of their own; libsndfile reads these.
_WITH_HEADER = frozenset(
    {".wav", ".wav16", ".wav49", ".mp3", ".ogg", ".oga", ".opus", ".flac", ".aiff", ".aif", ".au", ".caf", ".w64"}
)
#: Headerless kinds that Asterisk writes: what soundfile must be told. ``.raw`` is the stereo of MixMonitor's option ``D``.
_SLIN = {"channels": 1, "format": "RAW", "subtype": "PCM_16", "endian": "LITTLE"}
_ALAW, _ULAW = ({"samplerate": 8_000, "channels": 1, "format": "RAW", "subtype": kind} for kind in ("ALAW", "ULAW"))
HEADERLESS: dict[str, dict[str, Any]] = {
    ".raw": {**_SLIN, "samplerate": 8_000, "channels": 2},
    ".sln": {**_SLIN, "samplerate": 8_000},
    ".slin": {**_SLIN, "samplerate": 8_000},
    ".sln12": {**_SLIN, "samplerate": 12_000},
    ".sln16": {**_SLIN, "samplerate": 16_000},
    ".sln24": {**_SLIN, "samplerate": 24_000},
    ".sln32": {**_SLIN, "samplerate": 32_000},
    ".sln44": {**_SLIN, "samplerate": 44_100},
    ".sln48": {**_SLIN, "samplerate": 48_000},
    ".alaw": _ALAW, ".al": _ALAW, ".alw": _ALAW,
    ".ulaw": _ULAW, ".ul": _ULAW, ".ulw": _ULAW, ".mu": _ULAW, ".pcm": _ULAW,
    ".gsm": {"samplerate": 8_000, "channels": 1, "format": "RAW", "subtype": "GSM610"},
}  # fmt: skip
#: What only the optional extra (PyAV) reads: suffix → the name of its decoder's format where the file does not tell ("" where it does).
OTHERS: dict[str, str] = {
    ".m4a": "", ".mp4": "", ".aac": "", ".m4b": "", ".amr": "", ".wma": "", ".webm": "", ".mka": "", ".3gp": "", ".g722": "g722",
}  # fmt: skip

#: Everything that is a recording by its name.
SUFFIXES: frozenset[str] = _WITH_HEADER | HEADERLESS.keys() | OTHERS.keys()


def kind(path: Path) -> str:
    """The suffix in small letters: Asterisk's ``.WAV`` is WAV with GSM inside, and WAV all the same."""
    return path.suffix.lower()


def is_riff(path: Path) -> bool:
    """Whether the header itself says if the file is complete."""
    return kind(path) in (".wav", ".wav16", ".wav49")
