"""Opens any recording for reading, whatever its kind: libsndfile first, PyAV (an optional extra) for what that cannot read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from voice_agent.errors import RecordingError
from voice_agent.intake.completeness import require_complete
from voice_agent.intake.kinds import HEADERLESS, OTHERS, kind

NO_PYAV = "需要可选组件 PyAV 才能读取：执行 pip install 'voice-agent[formats]'，或先把录音转换为 WAV、MP3、Ogg 或 FLAC"


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A complete recording as soundfile.SoundFile or something that reads like one. Raises RecordingError naming the file."""
    require_complete(path)
    if kind(path) in OTHERS:
        with opened_by_av(path) as sound:
            yield sound
        return
    try:
        with soundfile.SoundFile(path, **HEADERLESS.get(kind(path), {})) as sound:
            yield sound
    except soundfile.LibsndfileError as error:
        raise RecordingError(
            f"{path}：无法解码录音（{error.error_string}）；请转换为 PCM、A 律、μ 律或 GSM 的 WAV"
        ) from error


def channels_of(path: Path) -> int:
    """How many channels a complete recording has. Raises RecordingError."""
    with opened(path) as sound:
        return int(sound.channels)


@contextmanager
def opened_by_av(path: Path) -> Iterator[AvSound]:
    """A recording that PyAV decodes. Raises RecordingError when it is absent or cannot."""
    try:
        import av  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise RecordingError(f"{path}：{NO_PYAV}") from error
    try:
        with av.open(str(path), format=OTHERS[kind(path)] or None) as container:
            if not container.streams.audio:
                raise RecordingError(f"{path}：其中没有声音")
            yield AvSound(container)
    except av.FFmpegError as error:
        raise RecordingError(f"{path}：无法解码录音（{error.strerror or error}）") from error


class AvSound:
    """What of soundfile.SoundFile the hearing uses, over a PyAV container; read forward only, bit by bit."""

    subtype, format = "PCM_16", "AV"

    def __init__(self, container: Any) -> None:
        import av  # noqa: PLC0415 - an optional extra

        self._stream = container.streams.audio[0]
        self.samplerate = int(self._stream.rate or 8_000)
        self.channels = int(self._stream.codec_context.channels or 1)
        layout = "mono" if self.channels == 1 else "stereo"
        self._resampler = av.AudioResampler(format="s16", layout=layout, rate=self.samplerate)
        self._decoded = self._frames(container)
        self._held = np.zeros((0, min(self.channels, 2)), np.int16)
        self.frames = self._expected(container)

    def _expected(self, container: Any) -> int:
        """Samples a channel, a little too many rather than too few: reading ends where the sound does."""
        if self._stream.duration:
            seconds = float(self._stream.duration * self._stream.time_base)
        elif container.duration:
            seconds = container.duration / 1_000_000
        else:
            seconds = 24 * 3600.0
        return int((seconds + 1.0) * self.samplerate)

    def _frames(self, container: Any) -> Iterator[Any]:
        for frame in container.decode(self._stream):
            yield from self._resampler.resample(frame)
        yield from self._resampler.resample(None)

    def seekable(self) -> bool:
        """Never: what lies before is read and dropped."""
        return False

    def read(self, frames: int, dtype: str = "int16", *, always_2d: bool = True) -> Any:
        """The next int16 frames × channels; fewer at the end."""
        assert dtype == "int16" and always_2d  # noqa: S101 - as the hearing asks
        parts, have = [self._held], len(self._held)
        while have < frames and (frame := next(self._decoded, None)) is not None:
            block = frame.to_ndarray().reshape(-1, self._held.shape[1])
            parts.append(block)
            have += len(block)
        everything = np.concatenate(parts)
        self._held = everything[frames:]
        return everything[:frames]
