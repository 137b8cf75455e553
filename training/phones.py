"""The sounds of the model: Mandarin initials and tonal finals, and how Kaldi numbers them.

`phones.tsv` lists every sound of pypinyin and the sound that stands for it: tones too rare in the training speech
(fewer than 25 times) are spoken as the commonest tone of the same final. Its order fixes the network's outputs, so a
line may be added but never moved.
"""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pypinyin import Style, lazy_pinyin, load_single_dict
from pypinyin.contrib.tone_convert import to_finals_tone3, to_initials

INITIALS = frozenset(
    ["b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh", "r", "z", "c", "s"]
)
TABLE = Path(__file__).with_name("phones.tsv")
POSITIONS = "BEIS"  # begin, end, internal, singleton: Kaldi tells words apart by them
_SPELLINGS = {"ê": "ei", "e^": "ei", "eh": "ei", "n": "en", "ng": "en", "m": "en", "": "en", "io": "o"}
_APICAL = {"z": "ix", "c": "ix", "s": "ix", "zh": "iy", "ch": "iy", "sh": "iy", "r": "iy"}
_READINGS = {
    "幺": "yāo",
    "嗯": "en",
    "诶": "ēi",
    "欸": "ēi",
    "哎": "āi",
    "喂": "wèi",
    "呣": "en",
    "哼": "hēng",
    "洞": "dòng",
}
load_single_dict({ord(char): reading for char, reading in _READINGS.items()})


def _final(initial: str, final: str) -> str:
    """Name one final: 衣 after z/c/s and zh/ch/sh/r are sounds of their own; a missing tone is the neutral one."""
    base, tone = (final[:-1], final[-1]) if final[-1:].isdigit() else (final, "5")
    base = _SPELLINGS.get(base, base).replace("ü", "v")
    return (_APICAL.get(initial, base) if base == "i" else base) + tone


def sounds_of(initial: str, final: str) -> list[str]:
    """Split one syllable into its sounds: `("zh", "i1")` → `["zh", "iy1"]`."""
    return ([initial] if initial in INITIALS else []) + [_final(initial, final)]


def sounds_of_pinyin(syllable: str) -> list[str]:
    """Split one written syllable such as `shui3` into its sounds."""
    final = to_finals_tone3(syllable, strict=True, neutral_tone_with_five=True)
    return sounds_of(to_initials(syllable, strict=True), final)


def sounds_of_text(text: str) -> list[str]:
    """Read characters aloud with pypinyin's citation tones and list the sounds."""
    initials = lazy_pinyin(text, style=Style.INITIALS, strict=True)
    finals = lazy_pinyin(text, style=Style.FINALS_TONE3, strict=True, neutral_tone_with_five=True)
    return [sound for pair in zip(initials, finals, strict=True) for sound in sounds_of(*pair)]


def in_word(sounds: list[str]) -> list[str]:
    """Mark each sound with its position in the word: `["b", "a1"]` → `["b_B", "a1_E"]`."""
    if len(sounds) == 1:
        return [sounds[0] + "_S"]
    return [f"{sounds[0]}_B", *(f"{sound}_I" for sound in sounds[1:-1]), f"{sounds[-1]}_E"]


# Every phone has one state: entering it costs one frame of its own sound, staying in it costs blanks. The network
# makes one spike a sound (a second frame is rare, see README.md), and the graph is less than half as large as with a
# state for the sound and another for the blank after it. In figures the second frame matters: `graph.states_fst`.
ENTER, STAY = (0, 1), (0, 0)  # (state, next state)
MOVES = (STAY, ENTER)  # in the order of Kaldi's transition ids


@dataclass(frozen=True)
class Inventory:
    """The sounds of a model in the order of the network's outputs; output 0 is the blank, shared with silence."""

    sounds: tuple[str, ...]
    stand_ins: dict[str, str]

    @cached_property
    def output(self) -> dict[str, int]:
        """Network output of each sound."""
        return {sound: number for number, sound in enumerate(self.sounds, 1)}

    @cached_property
    def phones(self) -> tuple[str, ...]:
        """Kaldi's phone table: `<eps>`, silence, then every sound in its four positions."""
        return ("<eps>", "SIL", *(f"{sound}_{position}" for sound in self.sounds for position in POSITIONS))

    @cached_property
    def phone_id(self) -> dict[str, int]:
        """Number of each phone."""
        return {phone: number for number, phone in enumerate(self.phones)}

    @property
    def outputs(self) -> int:
        """Width of the network's last layer."""
        return len(self.sounds) + 1

    def known(self, sounds: list[str]) -> list[str] | None:
        """Replace rare sounds by their stand-ins; None when a sound has none."""
        replaced = [self.stand_ins.get(sound, sound) for sound in sounds]
        return replaced if all(sound in self.output for sound in replaced) else None

    def targets(self, text: str) -> list[int] | None:
        """Network outputs that a text should make, or None when it holds a sound unknown to the model."""
        sounds = self.known(sounds_of_text(text))
        return None if sounds is None else [self.output[sound] for sound in sounds]

    @cached_property
    def tuples(self) -> list[tuple[int, int, int, int]]:
        """Kaldi's transition states: (phone, state, output when entered, output while staying)."""
        return [(self.phone_id[phone], 0, self._spike(phone), 0) for phone in self.phones[1:]]

    def _spike(self, phone: str) -> int:
        return 0 if phone == "SIL" else self.output[phone[:-2]]

    def transition_id(self, phone: int, move: tuple[int, int]) -> int:
        """Number a phone's move as Kaldi does: phones from 1, two moves each."""
        return (phone - 1) * len(MOVES) + MOVES.index(move) + 1


def load_inventory(path: Path = TABLE) -> Inventory:
    """Read the table of sounds."""
    with path.open(encoding="utf-8") as file:
        rows = [(row["phone"], row["spoken_as"]) for row in csv.DictReader(file, delimiter="\t")]
    return Inventory(tuple(a for a, b in rows if a == b), {a: b for a, b in rows if a != b})
