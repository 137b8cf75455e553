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
from voice_agent.hearing.evaluate_model import calibrate_model
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.hearing.rescoring.confidence import read_curve
from voice_agent.hearing.rescoring.evidence import BEYOND, MOST_MARGIN, Evidence
from voice_agent.hearing.rescoring.ngram_model import STEPS, ZERO, NgramModel
from voice_agent.hearing.rescoring.recurrent_model import RecurrentModel
from voice_agent.hearing.rescoring.rescoring_file import FOLDER, words_of
from voice_agent.hearing.rescoring.second_look import (
    ALTERNATIVES,
    LanguageModels,
    alternatives_in,
    choose,
    follows_a_figure,
    language_models_of,
)
from voice_agent.hearing.rescoring.trust import Trust, read_trust
from voice_agent.hearing.vosk_transcriber import VoskTranscriber

KNOWN = ["你好", "再见", "好", "您", "您好", "请", "讲"]


def result(*texts: str, scores: list[float]) -> str:
    """Vosk's JSON for alternatives whose words are separated by blanks."""
    listed = [
        {"confidence": score, "result": [{"word": word, "start": at, "end": at + 1.0} for at, word in enumerate(text.split())]}
        for text, score in zip(texts, scores, strict=True)
    ]  # fmt: skip
    return json.dumps({"alternatives": listed})


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> RecurrentModel:
    """A network of chance over a few words, in which 好 is likelier than anything else."""
    rng, size, vectors, hidden = np.random.default_rng(3), len(KNOWN) + 2, 6, 5
    shapes = {
        "vectors": (size, vectors),
        "input": (4 * hidden, vectors),
        "recurrent": (4 * hidden, hidden),
        "output": (vectors, hidden),
    }
    arrays = {name: rng.integers(-127, 128, shape, dtype=np.int8) for name, shape in shapes.items()}
    scales = {f"{name}_scale": np.full(shape[0], 0.01, np.float16) for name, shape in shapes.items()}
    bias = np.where(np.arange(size) == 2 + KNOWN.index("好"), 0.0, -4.0)
    path = tmp_path_factory.mktemp("small") / "words.npz"
    np.savez_compressed(
        path, weight=np.array(1.0), input_bias=np.zeros(4 * hidden), output_bias=np.zeros(vectors), bias=bias, **arrays, **scales,
    )  # fmt: skip
    return RecurrentModel(path, KNOWN)


@pytest.fixture(scope="module")
def ngrams(tmp_path_factory: pytest.TempPathFactory) -> NgramModel:
    """您 costs 3 nats, other words 5, the end 2; 请 讲 costs 1, then the end half a nat; what backs off from 请 costs half a nat, from 请 讲 gains one."""
    path, start = tmp_path_factory.mktemp("ngrams") / "ngrams.npz", len(KNOWN)
    costs = np.full(start + 2, 5.0)
    costs[[KNOWN.index("您"), start + 1]] = 3, 2
    back_offs = np.zeros(start + 2)
    back_offs[KNOWN.index("请")] = 0.5
    np.savez_compressed(
        path, weight=np.array(0.0), word_costs=costs.astype(np.float16), word_back_offs=back_offs.astype(np.float16),
        seconds=np.array([KNOWN.index("讲")], np.uint16),
        seconds_of=(np.arange(start + 2) == KNOWN.index("请")).astype(np.uint16),
        pair_costs=np.array([STEPS], np.uint8), pair_back_offs=np.array([ZERO - STEPS], np.uint8),
        thirds=np.array([start + 1], np.uint16), thirds_of=np.array([1], np.uint16),
        triple_costs=np.array([STEPS / 2], np.uint8),
    )  # fmt: skip
    return NgramModel(path, KNOWN)


@pytest.fixture(scope="module")
def small(network: RecurrentModel, ngrams: NgramModel) -> LanguageModels:
    """The network alone: n-grams of no weight."""
    return LanguageModels(network, ngrams)


@given(st.lists(st.lists(st.sampled_from([*KNOWN, "龘"]), max_size=6), min_size=1, max_size=12))
def test_texts_cost_the_same_together_and_alone(network: RecurrentModel, texts: list[list[str]]) -> None:
    """Up to the six words that are told apart, sharing beginnings changes nothing; there is no cost behind a text's end."""
    together = network.costs(texts)
    for words, costs in zip(texts, together, strict=True):
        np.testing.assert_allclose(costs[: len(words) + 1], network.costs([words])[0], rtol=1e-3, atol=1e-3)
        assert not costs[len(words) + 1 :].any()


def test_ngrams_back_off_to_pairs_and_words(ngrams: NgramModel) -> None:
    """What is not listed after two words is looked for after one, then by itself, each step at its price; an unknown word costs most."""
    texts = [["您"], ["请", "讲"], ["请", "讲", "您"], ["请", "您"], [], ["龘"]]
    costs = ngrams.costs(texts)
    wanted = [[3, 2], [5, 1, 0.5], [5, 1, 3 - 1, 2], [5, 3.5, 2], [2], [20, 2]]
    for row, nats in zip(costs, wanted, strict=True):
        assert row.tolist() == pytest.approx([*nats, *[0] * (costs.shape[1] - len(nats))], abs=0.01)


def test_the_network_decides_between_alternatives_that_vosk_finds_about_alike(small: LanguageModels) -> None:
    """A nat less of Vosk's is outweighed by a likelier text; a hundred nats are not."""
    close = choose(alternatives_in(result("讲", "好", scores=[10.0, 9.0])), small)
    assert [word.text for word in close.words] == ["好"]
    far = choose(alternatives_in(result("讲", "好", scores=[110.0, 9.0])), small)
    assert [word.text for word in far.words] == ["讲"]


def test_what_the_graph_counted_is_taken_off(network: RecurrentModel, ngrams: NgramModel) -> None:
    """With all of the n-grams' nats taken off, 您 is no longer preferred for being frequent in the graph's text."""
    texts = ["您", "讲"]
    network_nats = network.costs([[text] for text in texts]).sum(axis=1)
    sounds_alone = alternatives_in(result(*texts, scores=[float(network_nats[0]) - 3, float(network_nats[1]) - 5 + 1]))
    assert [w.text for w in choose(sounds_alone, LanguageModels(network, ngrams)).words] == ["您"]
    ngrams.weight = -1.0
    try:
        assert [w.text for w in choose(sounds_alone, LanguageModels(network, ngrams)).words] == ["讲"]
    finally:
        ngrams.weight = 0.0


def test_a_number_is_not_shortened_because_figures_cost_something(
    network: RecurrentModel, small: LanguageModels
) -> None:
    """A figure after a figure costs what the network says beyond the ten that are possible."""
    marks = follows_a_figure([["工号", "一", "一", "三四", "请", "讲"], ["二", "月"]])
    assert marks[0].tolist() == [0, 0, 1, 2, 0, 0, 0]
    assert not marks[1].any()
    short, long = (float(nats) for nats in network.costs([["讲", "一"], ["讲", "一", "一"]]).sum(axis=1))
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
def test_nothing_heard_stays_nothing(small: LanguageModels, nothing: str) -> None:
    """Neither no alternative nor an empty one becomes a word."""
    assert choose(alternatives_in(nothing), small).words == ()


def test_a_word_that_every_alternative_has_is_trusted_more_than_one_in_doubt(small: LanguageModels) -> None:
    """再见 stands in all three, 您 is 你 or 好 elsewhere: its margin is what Vosk prefers it by."""
    chosen = choose(alternatives_in(result("您 再见", "你 再见", "好 再见", scores=[50.0, 48.0, 20.0])), small)
    doubted, sure = chosen.evidence
    assert [word.text for word in chosen.words] == ["您", "再见"]
    assert doubted.margin == pytest.approx(2)
    assert doubted.share < sure.share
    assert sure.margin == MOST_MARGIN
    assert doubted.utterance_cost == sure.utterance_cost


def test_characters_that_sound_alike_do_not_contradict_each_other(small: LanguageModels) -> None:
    """请 and 情 are one syllable: what counts is what was said, not how it is written."""
    (word,) = choose(alternatives_in(result("请", "情", scores=[5.0, 4.9])), small).evidence
    assert word.margin == pytest.approx(BEYOND)


def test_a_word_is_as_doubtful_as_its_weakest_syllable(small: LanguageModels) -> None:
    """Of 再见 the second syllable is another in the next alternative."""
    (word,) = choose(alternatives_in(result("再见", "再讲", scores=[50.0, 49.0])), small).evidence
    assert word.margin == pytest.approx(1)
    assert isinstance(word, Evidence)


@pytest.mark.parametrize("name", ["words.npz", "ngrams.npz"])
def test_a_damaged_language_model_is_named(tmp_path: Path, name: str) -> None:
    """Whoever starts the program reads which file is broken; a model that has none is no error."""
    assert language_models_of(tmp_path) is None
    (tmp_path / "graph").symlink_to(BUNDLED / "graph")
    shutil.copytree(BUNDLED / FOLDER, tmp_path / FOLDER)
    whole = (BUNDLED / FOLDER / name).read_bytes()
    for content in (b"", b"no archive", whole[: len(whole) // 2]):
        (tmp_path / FOLDER / name).write_bytes(content)
        with pytest.raises(ModelError, match=rf"{name}：语言模型已损坏"):
            language_models_of(tmp_path)


@pytest.mark.parametrize("name", ["words.npz", "ngrams.npz"])
def test_language_models_made_for_another_graph_are_refused(name: str) -> None:
    """A graph with other words would give each of them some other word's costs: better no model than a wrong one."""
    kind = RecurrentModel if name == "words.npz" else NgramModel
    with pytest.raises(ModelError, match=rf"{name}：语言模型与词表"):
        kind(BUNDLED / FOLDER / name, words_of(BUNDLED)[:-1])


def test_language_models_know_the_words_of_the_graph(tmp_path: Path) -> None:
    """Kaldi's own marks are none; a missing or garbled table is named."""
    words = words_of(BUNDLED)
    assert "您好" in words
    assert not any(word.startswith(("<", "#")) for word in words)
    (tmp_path / "graph").mkdir()
    for content in (None, b"\xff\xfe", b"\n"):
        if content is not None:
            (tmp_path / "graph" / "words.txt").write_bytes(content)
        with pytest.raises(ModelError, match=r"words\.txt：词表已损坏"):
            words_of(tmp_path)


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
def test_a_model_without_language_models_is_heard_as_vosk_hears_it(tmp_path: Path) -> None:
    """Official models have none: Vosk's own choice and confidences are taken."""
    model = copy_of_the_bundled(tmp_path, "am", "graph")
    samples = np.round(speech("opening") * 32767).astype(np.int16)
    (segment,) = VoskTranscriber(model).transcribe([samples], RATE, "agent", 0.0)
    (looked_at,) = VoskTranscriber(BUNDLED).transcribe([samples], RATE, "agent", 0.0)
    assert "您好" in segment.text
    assert "您好" in looked_at.text
    assert 0.5 < min(word.conf for word in segment.words) <= 1
