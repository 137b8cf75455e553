"""What a recogniser must do, so that another can take its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from voice_agent.hearing.sound.audio import Samples
from voice_agent.hearing.sound.tone import Tone
from voice_agent.values import Channel, Segment, Word


class Transcriber(Protocol):
    """A loaded recogniser. It is given no hint of what should have been said: hints would invent compliance."""

    def rate_for(self, source: int) -> int:
        """The rate (Hz) at which it wants sound that was recorded at ``source`` Hz."""

    def transcribe(
        self, sound: Iterable[Samples], rate: int, channel: Channel, offset: float, tone: Tone | None = None
    ) -> tuple[Segment, ...]:
        """What is said in mono int16 ``sound`` at ``rate`` Hz, which begins ``offset`` seconds into the recording.

        ``tone`` is that of the whole leg, for a recogniser that wants microphones and lines evened out.
        """


def segment_of(words: Sequence[Word], channel: Channel) -> Segment:
    """The segment that these words (at least one) make."""
    return Segment(channel, words[0].start, words[-1].end, join([word.text for word in words]), tuple(words))


def join(words: Sequence[str]) -> str:
    """Chinese words stand together; a space stays only between two Latin ones."""
    text = ""
    for word in words:
        text += " " + word if text and _latin(text[-1]) and _latin(word[0]) else word
    return text


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
