"""How the words of the Mandarin model are spoken."""

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from tests.training.paths import MODEL
from training.lexicon import make_lexicon, pronunciations, readings
from training.phones import in_word, load_inventory, sounds_of_pinyin, sounds_of_text
from training.text import bare, scored

INVENTORY = load_inventory()
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)
COMMON = sorted(word for word, count in jieba.dt.FREQ.items() if count > 200 and bare(word)) or ["社保"]


@pytest.fixture(scope="module")
def words() -> list[str]:
    """The words that the bundled model can hear."""
    lines = (MODEL / "graph" / "words.txt").read_text(encoding="utf-8").splitlines()
    return [word for word in (line.split()[0] for line in lines) if bare(word)]


def test_every_word_of_the_bundled_model_has_a_pronunciation(words: list[str]) -> None:
    """No word is in the graph that the recipe could not pronounce."""
    assert len(words) > 20_000
    assert set(make_lexicon(words, INVENTORY)) == set(words)


def test_words_are_spoken_as_pypinyin_says(words: list[str]) -> None:
    """A word's readings are pypinyin's, unless it is a single character that `readings.tsv` lists."""
    for word in words[::7]:
        if word not in readings():
            assert pronunciations(word)[0] == sounds_of_text(word)


def test_listed_readings_are_readings() -> None:
    """Every listed reading is one that pypinyin knows for the character, in some tone (neutral ones are spoken, not written)."""
    for character, listed in readings().items():
        known = {p[:-1] for p in pinyin(character, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True)[0]}
        known |= {"e", "en", "ei", "wei", "yao", "a", "ai"}  # interjections and telephone digits: pypinyin hesitates
        spoken = {reading[:-1].replace("v", "ü") for reading in listed}
        assert spoken & {name.replace("v", "ü") for name in known}, character


@given(HAN)
def test_any_characters_are_spoken_with_known_sounds(text: str) -> None:
    """Whatever is written, the network is asked only for outputs that it has, at least one a character."""
    targets = INVENTORY.targets(text)
    if targets is not None:
        assert len(text) <= len(targets) <= 2 * len(text)
        assert all(0 < target < INVENTORY.outputs for target in targets)


@given(st.sampled_from(COMMON))
def test_common_words_can_be_pronounced(word: str) -> None:
    """The table of sounds misses nothing that common words need."""
    assert INVENTORY.targets(word) is not None


@given(st.lists(st.sampled_from(INVENTORY.sounds), min_size=1, max_size=8))
def test_positions_open_and_close_a_word(sounds: list[str]) -> None:
    """A word is one singleton, or begins once and ends once: Kaldi finds word edges by it."""
    marks = "".join(phone[-1] for phone in in_word(list(sounds)))
    assert marks == "S" if len(sounds) == 1 else marks == "B" + "I" * (len(sounds) - 2) + "E"
    assert all(phone in INVENTORY.phone_id for phone in in_word(list(sounds)))


def test_transition_ids_count_up_without_gaps() -> None:
    """Kaldi numbers moves phone by phone from 1; a gap would shift every later sound."""
    numbers = [
        INVENTORY.transition_id(phone, move) for phone in range(1, len(INVENTORY.phones)) for move in ((0, 0), (0, 1))
    ]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    ("syllable", "sounds"),
    [
        ("zhi1", ["zh", "iy1"]),
        ("si4", ["s", "ix4"]),
        ("yao1", ["iao1"]),
        ("shui3", ["sh", "uei3"]),
        ("lv4", ["l", "v4"]),
    ],
)
def test_syllables_split_into_initial_and_tonal_final(syllable: str, sounds: list[str]) -> None:
    """The apical vowels after z- and zh- are sounds of their own; ü is written v."""
    assert sounds_of_pinyin(syllable) == sounds


@given(st.text())
def test_scored_text_is_characters_only(text: str) -> None:
    """Errors are counted over characters, with 幺 and 一 alike and figures spelt out; doing it twice changes nothing."""
    assert scored(scored(text)) == scored(text)
    assert scored("工号1幺8") == "工号一一八"


@given(HAN)
def test_punctuation_does_not_change_a_transcript(text: str) -> None:
    """Commas and spaces are no words; letters make a transcript unusable."""
    assert bare(f"{text[:1]}， {text[1:]}。") == text
    assert bare(text + "a") is None
