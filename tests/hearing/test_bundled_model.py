"""The bundled model keeps what its card says, on thirty clips, and invents nothing where nobody speaks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import recordings_fixtures
from tests.hearing.conftest import RATE, Sound
from voice_agent.hearing.evaluate_model import Figures, evaluate_model, figures
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.hearing.sound.tone import tone_of
from voice_agent.hearing.vosk_transcriber import VoskTranscriber

CLIPS = Path(recordings_fixtures.__file__).parent / "clips" / "clips.tsv"
TIMES = np.arange(12 * RATE) / RATE
RNG = np.random.default_rng(5)
#: Syllables wrong at most; measured figures are in the model card, the margin allows for other processors' rounding.
MOST_WRONG = {"hotline": 0.08, "digits": 0.04}


@pytest.fixture(scope="module")
def measured() -> dict[str, Figures]:
    """The figures of each kind of clip over a simulated telephone line."""
    return {one.corpus: one for one in figures(evaluate_model(BUNDLED, CLIPS)) if one.condition == "telephone"}


@pytest.mark.parametrize("kind", MOST_WRONG)
def test_hears_sentences_and_numbers_as_well_as_its_card_says(measured: dict[str, Figures], kind: str) -> None:
    """Fifteen hotline sentences and fifteen numbers over a telephone."""
    assert measured[kind].clips == 15
    assert measured[kind].syllables.value <= MOST_WRONG[kind]


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(np.zeros(len(TIMES)), id="silence"),
        pytest.param(0.3 * np.sin(2 * np.pi * 450 * TIMES) * (TIMES % 5 < 1), id="ring-back tone"),
        pytest.param(0.01 * RNG.standard_normal(len(TIMES)), id="hiss"),
        pytest.param(0.1 * np.sin(2 * np.pi * 50 * TIMES) + 0.05 * np.sin(2 * np.pi * 150 * TIMES), id="mains hum"),
        pytest.param(0.8 * (np.sin(2 * np.pi * 0.5 * TIMES) > 0.9999) * RNG.standard_normal(len(TIMES)), id="clicks"),
        pytest.param(
            sum(0.1 * np.sin(2 * np.pi * pitch * TIMES) for pitch in (262, 330, 392)) * (TIMES * 1.5 % 1 < 0.5),
            id="chords on hold",
        ),
    ],
)
def test_hears_nothing_where_nobody_speaks(sound: Sound) -> None:
    """Silence, tones, hiss, clicks and music give empty text: invented words could accuse or excuse somebody."""
    samples = np.round(sound * 32767).astype(np.int16)
    assert VoskTranscriber(BUNDLED).transcribe([samples], RATE, "agent", 0.0, tone_of([samples], RATE)) == ()
