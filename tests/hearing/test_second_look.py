"""The second look chooses among Vosk's alternatives and says how much speaks for each word."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recordings_fixtures
from tests.hearing.conftest import RATE, speech
from voice_agent.errors import ModelError
from voice_agent.hearing.character_model import FILE, CharacterModel
from voice_agent.hearing.confidence import read_curve
from voice_agent.hearing.evaluate_model import calibrate_model
from voice_agent.hearing.evidence import BEYOND, MOST_MARGIN, Evidence
from voice_agent.hearing.models import BUNDLED
from voice_agent.hearing.second_look import ALTERNATIVES, alternatives_in, character_model_of, choose, follows_a_figure
from voice_agent.hearing.trust import Trust, read_trust
from voice_agent.hearing.vosk_transcriber import VoskTranscriber

TEXTS = ("您好请讲", "您好", "", "你好", "再见", "好好好", "龘")


def result(*texts: str, scores: list[float]) -> str:
    """Vosk's JSON for alternatives whose words are separated by blanks."""
    listed = [
        {"confidence": score, "result": [{"word": word, "start": at, "end": at + 1.0} for at, word in enumerate(text.split())]}
        for text, score in zip(texts, scores, strict=True)
    ]  # fmt: skip
    return json.dumps({"alternatives": listed})


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> CharacterModel:
    """A network of chance over a few characters, in which 好 is likelier than anything else."""
    known, rng = "您你好请讲再见", np.random.default_rng(3)
    size, vectors, hidden = len(known) + 2, 6, 5
    shapes = {
        "vectors": (size, vectors),
        "input": (4 * hidden, vectors),
        "recurrent": (4 * hidden, hidden),
        "output": (vectors, hidden),
    }
    arrays = {name: rng.integers(-127, 128, shape, dtype=np.int8) for name, shape in shapes.items()}
    scales = {f"{name}_scale": np.full(shape[0], 0.01, np.float16) for name, shape in shapes.items()}
    bias = np.where(np.arange(size) == 2 + known.index("好"), 4.0, 0.0)
    path = tmp_path_factory.mktemp("small") / "characters.npz"
    np.savez_compressed(
        path, characters=np.array(known), weight=np.array(1.0), input_bias=np.zeros(4 * hidden), output_bias=np.zeros(vectors),
        bias=bias, **arrays, **scales,
    )  # fmt: skip
    return CharacterModel(path)


@given(st.lists(st.text("您你好请讲再见龘", max_size=4), min_size=1, max_size=12))
def test_texts_cost_the_same_together_and_alone(small: CharacterModel, texts: list[str]) -> None:
    """Up to the four characters that are told apart, sharing beginnings changes nothing; a text costs something for each character and its end, and nothing behind it."""
    together = small.costs(texts)
    for text, costs in zip(texts, together, strict=True):
        np.testing.assert_allclose(costs[: len(text) + 1], small.costs([text])[0], rtol=1e-3, atol=1e-3)
        assert (costs[: len(text) + 1] > -1e-3).all()  # single precision
        assert not costs[len(text) + 1 :].any()


def test_what_follows_is_a_distribution(small: CharacterModel) -> None:
    """After 您好 the probabilities of every single character, the end and the unknown are 1 together."""
    nats = small.costs([f"您好{character}" for character in "您你好请讲再见龘"])[:, 2]
    end = small.costs(["您好"])[0, 2]
    assert np.exp(-nats).sum() + np.exp(-end) == pytest.approx(1, abs=1e-4)


def test_the_character_model_decides_between_alternatives_that_vosk_finds_about_alike(small: CharacterModel) -> None:
    """A nat less of Vosk's is outweighed by a likelier text; a hundred nats are not."""
    close = choose(alternatives_in(result("讲", "好", scores=[10.0, 9.0])), small)
    assert [word.text for word in close.words] == ["好"]
    far = choose(alternatives_in(result("讲", "好", scores=[110.0, 9.0])), small)
    assert [word.text for word in far.words] == ["讲"]


def test_a_number_is_not_shortened_because_figures_cost_something(small: CharacterModel) -> None:
    """A figure after a figure costs what the model says beyond the ten that are possible."""
    marks = follows_a_figure(["工号一一三四请讲", "二月"])
    assert np.flatnonzero(marks[0]).tolist() == [3, 4, 5]
    assert not marks[1].any()
    short, long = (float(nats) for nats in small.costs(["讲一", "讲一一"]).sum(axis=1))
    longer = choose(
        alternatives_in(result("讲 一", "讲 一 一", scores=[short + 1, long])), small
    )  # the shorter is a nat likelier
    assert [word.text for word in longer.words] == ["讲", "一", "一"]


def test_what_is_said_twice_counts_once_and_noises_not_at_all() -> None:
    """Vosk lists the same words with other boundaries, and marks what is no word."""
    possible = alternatives_in(result("您 好", "您好", "[noise] 您 好 <unk>", "你好", scores=[4.0, 3.0, 2.0, 1.0]))
    assert [alternative.text for alternative in possible.alternatives] == ["您好", "你好"]
    assert possible.complete
    full = alternatives_in(result(*["您"] * ALTERNATIVES, scores=[0.0] * ALTERNATIVES))
    assert not full.complete


@pytest.mark.parametrize("nothing", ['{"text": ""}', '{"alternatives": [{"confidence": 0.0, "text": ""}]}'])
def test_nothing_heard_stays_nothing(small: CharacterModel, nothing: str) -> None:
    """Neither no alternative nor an empty one becomes a word."""
    assert choose(alternatives_in(nothing), small).words == ()


def test_a_word_that_every_alternative_has_is_trusted_more_than_one_in_doubt(small: CharacterModel) -> None:
    """再见 stands in all three, 您 is 你 or 好 elsewhere: its margin is what Vosk prefers it by."""
    chosen = choose(alternatives_in(result("您 再见", "你 再见", "好 再见", scores=[50.0, 48.0, 20.0])), small)
    doubted, sure = chosen.evidence
    assert [word.text for word in chosen.words] == ["您", "再见"]
    assert doubted.margin == pytest.approx(2)
    assert doubted.share < sure.share
    assert sure.margin == MOST_MARGIN
    assert doubted.utterance_cost == sure.utterance_cost


def test_characters_that_sound_alike_do_not_contradict_each_other(small: CharacterModel) -> None:
    """请 and 情 are one syllable: what counts is what was said, not how it is written."""
    (word,) = choose(alternatives_in(result("请", "情", scores=[5.0, 4.9])), small).evidence
    assert word.margin == pytest.approx(BEYOND)


def test_a_word_is_as_doubtful_as_its_weakest_syllable(small: CharacterModel) -> None:
    """Of 再见 the second syllable is another in the next alternative."""
    (word,) = choose(alternatives_in(result("再见", "再讲", scores=[50.0, 49.0])), small).evidence
    assert word.margin == pytest.approx(1)
    assert isinstance(word, Evidence)


def test_a_damaged_character_model_is_named(tmp_path: Path) -> None:
    """Whoever starts the program reads which file is broken; a model that has none is no error."""
    assert character_model_of(tmp_path) is None
    (tmp_path / FILE).parent.mkdir()
    whole = (BUNDLED / FILE).read_bytes()
    for content in (b"", b"no archive", whole[: len(whole) // 2]):
        (tmp_path / FILE).write_bytes(content)
        with pytest.raises(ModelError, match=r"characters\.npz：字符语言模型已损坏"):
            character_model_of(tmp_path)


def copy_of_the_bundled(folder: Path, *parts: str) -> Path:
    """The bundled model's large parts as links, its settings as copies, no curve and no weights."""
    for part in parts:
        (folder / part).symlink_to(BUNDLED / part)
    (folder / "conf").mkdir()
    for name in ("mfcc.conf", "model.conf"):
        shutil.copyfile(BUNDLED / "conf" / name, folder / "conf" / name)
    return folder


@pytest.mark.vosk
def test_calibrating_writes_weights_and_a_curve(tmp_path: Path) -> None:
    """Both are fitted on one hearing of the list and lie in the model's folder."""
    model = copy_of_the_bundled(tmp_path, "am", "graph", "rescoring")
    clips = Path(recordings_fixtures.__file__).parent / "clips" / "clips.tsv"
    assert calibrate_model(model, clips) == model / "conf" / "confidence.tsv"
    trust, curve = read_trust(model), read_curve(model)
    assert trust != Trust()
    assert curve.share_right(0.99) > 0.9


@pytest.mark.vosk
def test_a_model_without_a_character_model_is_heard_as_vosk_hears_it(tmp_path: Path) -> None:
    """Official models have none: Vosk's own choice and confidences are taken."""
    model = copy_of_the_bundled(tmp_path, "am", "graph")
    samples = np.round(speech("opening") * 32767).astype(np.int16)
    (segment,) = VoskTranscriber(model).transcribe([samples], RATE, "agent", 0.0)
    (looked_at,) = VoskTranscriber(BUNDLED).transcribe([samples], RATE, "agent", 0.0)
    assert "您好" in segment.text
    assert "您好" in looked_at.text
    assert 0.5 < min(word.conf for word in segment.words) <= 1
