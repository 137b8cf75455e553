"""The two legs of one call, read and heard as they grow."""

from __future__ import annotations

import time
from dataclasses import dataclass

from voice_agent.errors import RecordingError, RecordingNotFound
from voice_agent.hearing.listening import Listening
from voice_agent.hearing.vosk_transcriber import VoskTranscriber
from voice_agent.intake.files import RecordingFiles
from voice_agent.intake.growing import Growing
from voice_agent.live.now.picture import Heard
from voice_agent.values import Channel, Segment

#: A recording that has not grown for so long (seconds) is said to stand still; Asterisk writes about every two.
STALLED_SECONDS = 6.0


@dataclass
class _Ear:
    channel: Channel
    file: Growing
    column: int
    listening: Listening | None = None


class Ears:
    """Hears one call. ``trouble``: Chinese, why it cannot be heard now ("" if it can); ``over``: the writer has closed the files or they are lost."""

    def __init__(self, files: RecordingFiles, transcriber: VoskTranscriber, *, swap: bool = False) -> None:
        opened: dict[str, Growing] = {}
        self._ears = [
            _Ear(leg.channel, opened.setdefault(str(leg.path), Growing(leg.path)), leg.column)
            for leg in files.legs(swap=swap)
        ]
        self._files = list(opened.values())
        self._transcriber = transcriber
        self._segments: list[Segment] = []
        self._grown = time.monotonic()
        self.trouble = ""
        self.over = False

    def advance(self) -> bool:
        """Read and hear what is new; whether anything is."""
        grew = 0
        for file in self._files:
            try:
                frames = file.read()
            except RecordingNotFound:
                continue
            except RecordingError as error:
                self._lost(str(error))
                return True
            grew += len(frames)
            for ear in self._ears if len(frames) else ():
                if ear.file is file:
                    ear.listening = ear.listening or Listening(self._transcriber, ear.channel, file.rate)
                    self._segments += ear.listening.hear(frames[:, ear.column])
        if grew:
            self._grown, self.trouble = time.monotonic(), ""
            return True
        return self._stands_still()

    def _stands_still(self) -> bool:
        before = (self.trouble, self.over)
        if time.monotonic() - self._grown > STALLED_SECONDS:
            self.over = all(file.is_closed() for file in self._files)
            self.trouble = "" if self.over else "录音没有增长，暂时听不到；请检查 Asterisk 的录音"
        return (self.trouble, self.over) != before

    def _lost(self, why: str) -> None:
        self.trouble, self.over = why, True

    @property
    def behind(self) -> float:
        """Seconds of sound that lie there unread."""
        return max((file.left_seconds() for file in self._files), default=0.0)

    def heard(self) -> Heard:
        """Everything so far."""
        legs = [ear.listening for ear in self._ears if ear.listening]
        seconds = min((one.heard for one in legs), default=0.0)
        spoken = max([0.0, *(one.end for one in self._segments)])
        speaking = any(one.partial for one in legs)
        return Heard(
            tuple(sorted(self._segments, key=lambda one: (one.start, one.end))),
            min((one.settled for one in legs), default=0.0) if len(legs) == len(self._ears) else 0.0,
            seconds,
            None if speaking else spoken,
        )
