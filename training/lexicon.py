"""How every word of the language model is spoken."""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from training.phones import Inventory, sounds_of_pinyin, sounds_of_text

Lexicon = dict[str, list[list[str]]]


@cache
def readings() -> dict[str, list[str]]:
    """Read `readings.tsv`: single characters with several common readings, the likeliest first, each for a reason."""
    with Path(__file__).with_name("readings.tsv").open(encoding="utf-8") as file:
        return {row["character"]: row["readings"].split() for row in csv.DictReader(file, delimiter="\t")}


def pronunciations(word: str) -> list[list[str]]:
    """List the ways a word is spoken: pypinyin's reading, listed readings of single characters, 儿 swallowed."""
    if word in readings():
        return [sounds_of_pinyin(syllable) for syllable in readings()[word]]
    spoken = sounds_of_text(word)
    swallowed = len(word) > 1 and word.endswith("儿") and spoken[-1].startswith("er")
    return [spoken, spoken[:-1]] if swallowed else [spoken]


def make_lexicon(words: Iterable[str], inventory: Inventory) -> Lexicon:
    """Pronounce words with the model's sounds; words with a sound it lacks are left out."""
    lexicon: Lexicon = {}
    for word in sorted(set(words)):
        spoken = [known for sounds in pronunciations(word) if (known := inventory.known(sounds))]
        unique = [sounds for n, sounds in enumerate(spoken) if sounds not in spoken[:n]]
        if unique:
            lexicon[word] = unique
    return lexicon
