"""Hears one leg while it is spoken: what is final so far, and up to when nothing more can come."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soxr

from voice_agent.hearing.sound.audio import Samples
from voice_agent.hearing.sound.gate import FLOOR_DB, threshold_of
from voice_agent.hearing.sound.quality import FRAMES_PER_SECOND, LevelMeter
from voice_agent.hearing.transcriber import segment_of
from voice_agent.hearing.vosk_transcriber import VoskTranscriber
from voice_agent.values import Channel, Segment

#: How often Vosk is asked, seconds.
PIECE_SECONDS = 0.2
#: Silence is still given to Vosk for so long, so that it finds the end of what was said; then it is passed over.
QUIET_SECONDS, MARGIN_SECONDS = 1.5, 0.5
#: After so much sound (seconds) a leg's own noise and speech are known well enough to tell one from the other.
KNOWN_SECONDS = 5.0
#: Words that begin now show in the partial result at the latest so much later (a chunk of the network and what it looks ahead).
LAG_SECONDS = 1.2
#: Frames (10 ms) that the network is given at once. The model's own 144 would delay every result by up to 1.4 s; so few cost a quarter more
#: processor time (measured by benchmarks/live_delay.py).
CHUNK_FRAMES = 30


class Listening:
    """One leg at ``rate`` Hz. All times are seconds since the leg's beginning."""

    def __init__(self, transcriber: VoskTranscriber, channel: Channel, rate: int) -> None:
        self._transcriber, self._channel, self._rate = transcriber, channel, rate
        self._inner = transcriber.rate_for(rate)
        self._recogniser = transcriber.recogniser(self._inner)
        self._resampler = None if self._inner == rate else soxr.ResampleStream(rate, self._inner, 1, dtype="int16")
        self._rest = np.zeros(0, np.int16)
        self._passed: deque[Samples] = deque()
        self._meter = LevelMeter(rate)
        self._quiet = 0.0
        self._skipped = 0.0
        self.heard = self.settled = 0.0
        self.partial = ""

    def hear(self, block: Samples) -> list[Segment]:
        """Take in the next sound; what became final."""
        found: list[Segment] = []
        sound = np.concatenate([self._rest, block])
        size = int(self._rate * PIECE_SECONDS)
        whole = len(sound) // size * size
        self._rest = sound[whole:]
        for start in range(0, whole, size):
            found += self._piece(sound[start : start + size])
        return found

    def finish(self) -> list[Segment]:
        """Nothing more comes: what was still open."""
        self.settled = self.heard
        return self._final(self._recogniser.FinalResult())

    def _piece(self, piece: Samples) -> list[Segment]:
        self.heard += PIECE_SECONDS
        loud = self._meter.hear(piece) > self._threshold()
        self._quiet = 0.0 if loud else self._quiet + PIECE_SECONDS
        if self._quiet > QUIET_SECONDS and not self.partial:
            self._pass_over(piece)
            return []
        found: list[Segment] = []
        for one in (*self._passed, piece):
            found += self._give(one)
        self._passed.clear()
        return found

    def _threshold(self) -> float:
        """As for whole legs, from what was heard so far; before some seconds were heard only what is silent anyhow is passed over."""
        noise, speech, frames = self._meter.noise_and_speech()
        return threshold_of(noise, speech) if frames > KNOWN_SECONDS * FRAMES_PER_SECOND else FLOOR_DB

    def _pass_over(self, piece: Samples) -> None:
        """Silence costs nothing; its last moments are kept, because Vosk settles in them."""
        self._passed.append(piece)
        if len(self._passed) > MARGIN_SECONDS / PIECE_SECONDS:
            self._passed.popleft()
            self._skipped += PIECE_SECONDS
        self.settled = self.heard

    def _give(self, piece: Samples) -> list[Segment]:
        sound = piece if self._resampler is None else self._resampler.resample_chunk(piece)
        if self._recogniser.AcceptWaveform(sound.tobytes()):
            self.partial = ""
            return self._final(self._recogniser.Result())
        self.partial = json.loads(self._recogniser.PartialResult()).get("partial", "")
        if not self.partial:
            self.settled = max(self.settled, self.heard - LAG_SECONDS)
        return []

    def _final(self, result: str) -> list[Segment]:
        self.partial = ""
        words = self._transcriber.words_in(result, self._skipped)
        if not words:
            return []
        self.settled = max(self.settled, words[-1].end)
        return [segment_of(words, self._channel)]


@contextmanager
def quick_model(folder: Path) -> Iterator[Path]:
    """The same model, given sound in smaller pieces: links to its files, and its configuration with one number changed."""
    conf = folder / "conf" / "model.conf"
    if not conf.is_file():
        yield folder
        return
    lines = conf.read_text("utf-8").splitlines()
    others = [line for line in lines if not line.startswith("--frames-per-chunk")]
    place = Path(tempfile.mkdtemp(prefix="voice-agent-live-"))
    try:
        for one in folder.iterdir():
            if one.name != "conf":
                (place / one.name).symlink_to(one.resolve())
        (place / "conf").mkdir()
        for one in (folder / "conf").iterdir():
            if one.name != "model.conf":
                (place / "conf" / one.name).symlink_to(one.resolve())
        text = "\n".join([*others, f"--frames-per-chunk={CHUNK_FRAMES}", ""])
        (place / "conf" / "model.conf").write_text(text, "utf-8")
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
