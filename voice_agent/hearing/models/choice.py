"""Which recogniser to use, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from voice_agent.hearing.transcriber import Transcriber

Engine = Literal["vosk", "whisper"]


def recogniser_for(engine: Engine) -> Callable[[Path], Transcriber]:
    """What loads a model folder of this kind. Libraries are imported only when the recogniser is used."""
    return load_whisper if engine == "whisper" else load_vosk


def load_vosk(model: Path) -> Transcriber:
    """A VoskTranscriber. Raises ModelError."""
    from voice_agent.hearing.vosk_transcriber import VoskTranscriber  # noqa: PLC0415 - 0.3 s that transcripts need not pay

    return VoskTranscriber(model)


def load_whisper(model: Path) -> Transcriber:
    """A WhisperTranscriber. Raises ModelError, also when the extra ``voice_agent[whisper]`` is not installed."""
    from voice_agent.hearing.whisper import WhisperTranscriber  # noqa: PLC0415 - an optional extra

    return WhisperTranscriber(model)
