"""Brings a leg's tone part of the way to that of the speech a model learnt from (``conf/tone.tsv``; Vosk ignores it).

Microphones, lines and gateways colour speech, and a recogniser that was taught by few speakers takes the colour for other sounds.
A short leg's tone is also made by the words that are said, hence only a share of the way; what it brought is in the model card.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice_agent.errors import ModelError
from voice_agent.hearing.sound.audio import Samples
from voice_agent.hearing.sound.tone import BANDS, Tone, band_pitches, mel

FILE = Path("conf") / "tone.tsv"
SHARE = 0.4  # of the way
SMOOTHNESS = 12  # cosines over the bands that a correction is made of: slow ones, as microphones have
LIMIT = 1.0  # nats (4.3 dB): music on hold, louder than speech, cannot bend it far
NARROW_RATE = 8_000  # Hz; sound at this rate comes from a telephone line
_HEAD = "hertz\tnarrow\twide"
_TAPS_PER_SECOND = 125  # half of the filter: 8 ms
_PIECE = 2_048  # samples filtered at once; several times the filter's length
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Equaliser:
    """The tones, from telephone lines and wideband, of the speech that a model learnt from."""

    narrow: Tone
    wide: Tone

    def evened(self, sound: Iterable[Samples], rate: int, tone: Tone) -> Iterator[Samples]:
        """Blocks of a leg of this ``tone``, mono int16 at ``rate`` Hz, changed without delay; together as long as before."""
        wanted = self.narrow if rate <= NARROW_RATE else self.wide
        return _filtered(sound, _taps(correction(tone, wanted), rate))


def correction(tone: Tone, wanted: Tone) -> Tone:
    """Nats of power to add in each band; such that speech of this tone stays as loud as it is."""
    waves = np.cos(np.pi / BANDS * np.outer(np.arange(1, SMOOTHNESS), np.arange(BANDS) + 0.5))
    smooth = (waves @ (wanted - tone)) @ waves * (2 / BANDS)
    added = np.clip(SHARE * smooth, -LIMIT, LIMIT)
    power = np.exp(tone)
    return np.asarray(added - np.log((power * np.exp(added)).sum() / power.sum()))


def _taps(added: Tone, rate: int) -> Floats:
    """A filter without phase, an odd number of taps; beyond the bands the outermost one's correction holds."""
    half = rate // _TAPS_PER_SECOND
    pitches = mel(np.fft.rfftfreq(8 * half, 1 / rate))
    response = np.fft.irfft(np.exp(np.interp(pitches, band_pitches(), added) / 2))
    return (np.roll(response, half)[: 2 * half + 1] * np.hanning(2 * half + 3)[1:-1]).astype(np.float32)


def _filtered(sound: Iterable[Samples], taps: Floats) -> Iterator[Samples]:
    half = len(taps) // 2
    kept, ahead = np.zeros(2 * half, np.float32), half  # the first outputs, before the sound begins, are dropped
    for block in sound:
        kept, made = _convolved(kept, block, taps)
        yield made[ahead:]
        ahead = max(0, ahead - len(block))
    _, made = _convolved(kept, np.zeros(half, np.int16), taps)
    yield made[ahead:]


def _convolved(before: Floats, block: Samples, taps: Floats) -> tuple[Floats, Samples]:
    """What the next block needs of this one, and as many filtered samples as the block has.

    By short transforms of pieces that overlap (overlap-save): they stay in the processor's cache, one long one does not.
    """
    if not len(block):  # a resampler that has not heard enough yet gives nothing
        return before, block
    fresh = _PIECE - len(before)  # samples a piece gives
    joined = np.concatenate([before, block.astype(np.float32)])
    pieces = -(-len(block) // fresh)
    padded = np.pad(joined, (0, pieces * fresh - len(block)))
    framed = np.lib.stride_tricks.sliding_window_view(padded, _PIECE)[::fresh]
    made = np.fft.irfft(np.fft.rfft(framed, axis=1) * np.fft.rfft(taps, _PIECE), _PIECE, axis=1)[:, len(before) :]
    whole = np.clip(np.round(made.reshape(-1)[: len(block)]), -32768, 32767).astype(np.int16)
    return joined[len(joined) - len(before) :], whole


def write_equaliser(model_dir: Path, equaliser: Equaliser) -> Path:
    """Put the tones into a model's folder, complete or not at all."""
    path = model_dir / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".part")
    rows = zip(_hertz(), equaliser.narrow, equaliser.wide, strict=True)
    lines = [_HEAD, *(f"{hertz}\t{narrow:.3f}\t{wide:.3f}" for hertz, narrow, wide in rows), ""]
    scratch.write_text("\n".join(lines), encoding="ascii")
    scratch.replace(path)
    return path


def read_equaliser(model_dir: Path) -> Equaliser | None:
    """The model's; None where it brings none, and hears sound as it is. Raises ModelError naming file and line."""
    path = model_dir / FILE
    if not path.is_file():
        return None
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if lines[:1] != [_HEAD] or len(lines) != BANDS + 1:
        raise ModelError(f"{path} 第 1 行：应为以制表符分隔的表头 hertz、narrow、wide，其后为 {BANDS} 行")
    levels = [
        _levels(path, number, line, hertz)
        for number, (line, hertz) in enumerate(zip(lines[1:], _hertz(), strict=True), 2)
    ]
    narrow, wide = np.array(levels).T
    return Equaliser(narrow - narrow.mean(), wide - wide.mean())


def _hertz() -> list[int]:
    return [round(hertz) for hertz in 700 * np.expm1(band_pitches() / 1127)]


def _levels(path: Path, number: int, line: str, wanted: int) -> tuple[float, float]:
    try:
        hertz, narrow, wide = (float(value) for value in line.split("\t"))
    except ValueError as error:
        raise ModelError(f"{path} 第 {number} 行：应为三个数（频率、窄带、宽带）") from error
    if hertz != wanted or not np.isfinite([narrow, wide]).all():
        raise ModelError(f"{path} 第 {number} 行：应为频率 {wanted} 及两个有限的数")
    return narrow, wide
