"""What microphones and lines do to speech is measured, and part of it taken back."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import soxr

from tests.hearing.conftest import RATE, Sound, noise, silence, speech
from voice_agent.errors import ModelError
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.hearing.sound.audio import Samples
from voice_agent.hearing.sound.equaliser import (
    FILE,
    LIMIT,
    Equaliser,
    correction,
    read_equaliser,
    write_equaliser,
)
from voice_agent.hearing.sound.tone import BANDS, Tone, ToneMeter, tone_of
from voice_agent.hearing.vosk_transcriber import VoskTranscriber


def samples(sound: Sound) -> Samples:
    """As a recording holds it."""
    return np.clip(np.round(sound * 32767), -32768, 32767).astype(np.int16)


def tone(sound: Sound, rate: int = RATE) -> Tone:
    """The tone of a sound in which something sounds."""
    found = tone_of([samples(sound)], rate)
    assert found is not None
    return found


def muffled(sound: Sound) -> Sound:
    """As a cloth over the microphone would: 10 dB less at the upper end."""
    spectrum = np.fft.rfft(sound)
    fading = 10 ** (-np.linspace(0, 10, len(spectrum)) / 20)
    return np.fft.irfft(spectrum * fading, len(sound))


def far(one: Tone, other: Tone) -> float:
    """How far two tones are apart (nats)."""
    return float(np.sqrt(np.mean((one - other) ** 2)))


def evened(sound: Samples, to: Tone, blocks: int = 1) -> Samples:
    """The sound, given in blocks, brought nearer to a tone."""
    found = tone_of([sound], RATE)
    assert found is not None
    return np.concatenate(list(Equaliser(to, to).evened(np.array_split(sound, blocks), RATE, found)))


def test_a_tone_is_no_loudness() -> None:
    """The same speech at a tenth of its level has the same tone; its mean is nothing."""
    assert far(tone(speech("policy")), tone(speech("policy") / 10)) < 0.1
    assert tone(speech("policy")).mean() == pytest.approx(0)


def test_a_tone_is_that_of_speech_and_not_of_pauses() -> None:
    """A leg on which somebody speaks for a tenth of the time, above the noise of the line, has the tone of that speech."""
    clip = np.concatenate([speech(name) for name in ("opening", "policy", "number")])
    leg = np.concatenate([silence(60), clip, silence(30)])
    alone, hiss = tone(clip), noise(len(leg) / RATE, -75)
    assert far(alone, tone(leg + hiss)) < 0.5
    assert far(alone, tone(hiss)) > 1.0


def test_a_tone_does_not_depend_on_the_rate_or_on_blocks() -> None:
    """A recording at 48 kHz, or read in small pieces, sounds the same."""
    clip = speech("policy")
    assert far(tone(clip), tone(soxr.resample(clip, RATE, 48_000), 48_000)) < 0.15
    pieces = tone_of(np.array_split(samples(clip), 37), RATE)
    assert pieces is not None
    np.testing.assert_allclose(pieces, tone(clip), atol=1e-9)


def test_nothing_that_sounds_has_no_tone() -> None:
    """Digital silence, and a leg shorter than a frame."""
    assert tone_of([samples(silence(3))], RATE) is None
    assert tone_of([np.zeros(10, np.int16)], RATE) is None
    assert ToneMeter(RATE).tone() is None


def test_muffled_speech_comes_nearer_to_what_it_was() -> None:
    """A third of the way at least, none of it too far; as loud as before."""
    clean, dull = speech("policy"), muffled(speech("policy"))
    made = evened(samples(dull), tone(clean)) / 32767
    before, after = far(tone(dull), tone(clean)), far(tone(made), tone(clean))
    assert 0.4 * before < after < 0.7 * before
    assert 20 * np.log10(np.sqrt(np.mean(made**2)) / np.sqrt(np.mean(dull**2))) == pytest.approx(0, abs=0.7)


def test_speech_of_the_right_tone_stays_as_it_is() -> None:
    """To a thousandth of full scale."""
    clip = samples(speech("policy"))
    assert np.abs(evened(clip, tone(speech("policy"))).astype(int) - clip).max() <= 33


def test_times_and_length_stay_whatever_the_blocks() -> None:
    """Blocks, even those shorter than the filter, make no seam; a click stays where it was."""
    clip = samples(muffled(speech("policy")))
    whole = evened(clip, tone(speech("policy")))
    assert len(whole) == len(clip)
    for blocks in (2, 7, len(clip) // 50):
        assert np.abs(evened(clip, tone(speech("policy")), blocks).astype(int) - whole).max() <= 1
    click = np.zeros(RATE, np.int16)
    click[3_000] = 20_000
    found = Equaliser(tone(speech("policy")), tone(speech("policy"))).evened([click], RATE, tone(noise(1, -20)))
    assert int(np.argmax(np.abs(np.concatenate(list(found)).astype(int)))) == 3_000


def test_blocks_without_sound_lose_nothing() -> None:
    """A resampler gives empty blocks at first and at last; a leg of nothing else stays empty."""
    clip, wanted = samples(muffled(speech("policy"))), tone(speech("policy"))
    empty, found = clip[:0], tone(muffled(speech("policy")))
    given = [empty, clip[:5_000], empty, clip[5_000:], empty]
    made = np.concatenate(list(Equaliser(wanted, wanted).evened(given, RATE, found)))
    assert len(made) == len(clip)
    assert np.abs(made.astype(int) - evened(clip, wanted)).max() <= 1
    assert sum(map(len, Equaliser(wanted, wanted).evened([empty], RATE, found))) == 0


def test_no_correction_goes_beyond_the_limit() -> None:
    """However odd a leg sounds: music on hold louder than the speech cannot bend it far."""
    odd = np.where(np.arange(BANDS) < BANDS // 2, 8.0, -8.0)
    added = correction(odd, -odd)
    assert np.ptp(added) <= 2 * LIMIT + 1e-9


def test_tones_are_read_back(tmp_path: Path) -> None:
    """They belong to the model's folder; a model without them hears sound as it is."""
    assert read_equaliser(tmp_path) is None
    wanted = Equaliser(tone(speech("policy")), tone(speech("question")))
    assert write_equaliser(tmp_path, wanted) == tmp_path / FILE
    found = read_equaliser(tmp_path)
    assert found is not None
    np.testing.assert_allclose([found.narrow, found.wide], [wanted.narrow, wanted.wide], atol=1e-3)


@pytest.mark.parametrize(
    ("line", "content", "message"),
    [
        (0, "hertz\tlevel", "第 1 行：应为以制表符分隔的表头 hertz、narrow、wide"),
        (2, "1\tmuch\t2", "第 3 行：应为三个数"),
        (3, "1\t2", "第 4 行：应为三个数"),
        (4, "1\t0\t0", "第 5 行：应为频率"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: int, content: str, message: str) -> None:
    """A damaged file is refused with its name and line."""
    lines = (BUNDLED / FILE).read_text(encoding="ascii").splitlines()
    lines[line] = content
    (tmp_path / "conf").mkdir()
    (tmp_path / FILE).write_text("\n".join(lines), encoding="ascii")
    with pytest.raises(ModelError, match=message):
        read_equaliser(tmp_path)


def test_the_recogniser_hears_the_leg_evened(tmp_path: Path, vosk: VoskTranscriber) -> None:
    """With a tone it hears exactly what a model without tones hears of the leg evened beforehand."""
    shutil.copytree(BUNDLED, tmp_path / "model")
    (tmp_path / "model" / FILE).unlink()
    bare, equaliser = VoskTranscriber(tmp_path / "model"), read_equaliser(BUNDLED)
    leg = samples(muffled(np.concatenate([silence(0.5), speech("opening"), silence(1)])))
    found = tone_of([leg], RATE)
    assert equaliser is not None
    assert found is not None
    with_tone = vosk.transcribe([leg], RATE, "agent", 0.0, found)
    assert with_tone == bare.transcribe(equaliser.evened([leg], RATE, found), RATE, "agent", 0.0)
    assert with_tone
