"""A dialogue as a recogniser mishears it: syllables are heard as those that the bundled model takes them for (`confusions.tsv`)."""

import csv
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from training.judge.hearings import ADDED, LOST
from voice_agent.evaluate.dialogues import Dialogue, transcript_of
from voice_agent.speech.sounds import reading, syllables
from voice_agent.values import Transcript

TABLE = Path(__file__).with_name("confusions.tsv")
#: Of the syllables that are heard rightly so many (as a share of the wrong ones) are written with another character.
HOMOPHONES = 0.5
Choice = tuple[Sequence[str], Sequence[int]]


@dataclass(frozen=True)
class Confusions:
    """Syllable → what it is wrongly heard as and how often; what is heard where nothing was said; all wrong per syllable said."""

    wrong: Mapping[str, Choice]
    anything: Choice
    added: Choice
    added_share: float


@lru_cache(maxsize=1)
def read_confusions(path: Path = TABLE) -> Confusions:
    """Read what `hearings.write_confusions` wrote."""
    wrong: dict[str, dict[str, int]] = defaultdict(dict)
    added: dict[str, int] = {}
    errors = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            count = int(row["count"])
            if row["said"] == ADDED:
                added[row["heard"]] = count
            elif row["said"] != row["heard"]:
                wrong[row["said"]][row["heard"]] = count
                errors += count
    anything: dict[str, int] = defaultdict(int)
    for heard in wrong.values():
        for sound, count in heard.items():
            anything[sound] += count
    choices = {said: _choice(heard) for said, heard in wrong.items()}
    return Confusions(choices, _choice(anything), _choice(added), sum(added.values()) / max(1, errors))


def _choice(counts: Mapping[str, int]) -> Choice:
    return list(counts), list(counts.values())


class Homophones:
    """Characters of a sound, drawn as often as texts have them."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for text in texts:
            for char in text:
                if "\u4e00" <= char <= "\u9fff":
                    counts[reading(char)][char] += 1
        self._of = {sound: _choice(chars) for sound, chars in counts.items()}

    def character(self, sound: str, rng: random.Random) -> str:
        """A character of that sound; nothing where no text has one."""
        known = self._of.get(sound)
        return rng.choices(*known)[0] if known else ""


def misheard(text: str, level: float, homophones: Homophones, rng: random.Random, table: Confusions) -> str:
    """The text with about `level` of its syllables wrong; never nothing."""
    heard = []
    for char, sound in zip(text, syllables(text), strict=True):
        dice = rng.random()
        if dice < level:
            chosen = rng.choices(*table.wrong.get(sound, table.anything))[0]
            heard.append("" if chosen == LOST else homophones.character(chosen, rng))
        elif dice < level * (1 + HOMOPHONES):
            heard.append(homophones.character(sound, rng) or char)
        else:
            heard.append(char)
        if table.added[0] and rng.random() < level * table.added_share:
            heard.append(homophones.character(rng.choices(*table.added)[0], rng))
    return "".join(heard) or text


def mishear(dialogue: Dialogue, level: float, rng: random.Random) -> Transcript:
    """The transcript of a dialogue of which `level` of the syllables are misheard."""
    homophones, table = _homophones(), read_confusions()
    clauses = tuple(replace(one, text=misheard(one.text, level, homophones, rng, table)) for one in dialogue.clauses)
    return transcript_of(replace(dialogue, clauses=clauses))


@lru_cache(maxsize=1)
def _homophones() -> Homophones:
    from training.judge.dialogues import read_all  # noqa: PLC0415 - only where a whole set is misheard

    return Homophones(clause.text for one in read_all() for clause in one.clauses)
