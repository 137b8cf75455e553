"""Characters → toneless syllables, and how easily one syllable is heard as another.

A cost is 0 (the same) to 1 (nothing in common). The tables follow what Mandarin recognisers and dialects of Mandarin
mix up: n/l, f/h, r/l, flat and retroflex initials, front and back nasals, aspirated and plain stops.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials

_HISSING = frozenset({"zh", "ch", "sh", "r", "z", "c", "s"})
_UNRELATED = 0.6
#: Halves of syllables that are confused at this cost or less are one family.
ALIKE = 0.20

_INITIAL_COSTS: dict[frozenset[str], float] = {
    frozenset(pair.split("/")): cost
    for cost, pairs in {
        0.10: "zh/z ch/c sh/s",
        0.15: "n/l",
        0.20: "f/h r/l",
        0.30: "b/p d/t g/k x/sh r/n q/x",
        0.35: "j/q zh/ch z/c j/zh q/ch k/h m/n z/zh j/x z/ch c/zh x/s ch/sh c/s",
        0.40: "g/h b/m r/ l/d j/z q/c zh/sh z/s sh/f",
        0.45: "/h d/g t/k p/t b/d n/d m/ n/ l/",
    }.items()
    for pair in pairs.split()
}
_FINAL_COSTS: dict[frozenset[str], float] = {
    frozenset(pair.split("/")): cost
    for cost, pairs in {
        0.05: "uo/o",
        0.10: "in/ing en/eng an/ang uan/uang",
        0.15: "ian/iang o/e",
        0.25: "ih/e uo/ou i/v ie/ve v/u a/ia ai/ei eng/ong ei/uei uo/e uen/en er/e ian/van in/vn uan/van",
        0.30: "an/ian ang/iang ao/ou u/ou u/uo uen/ong an/uan ang/uang ing/iong ong/iong e/a ua/a uai/ai",
        0.35: "en/in eng/ing ei/i iao/iou a/an an/en ang/eng iu/ou iou/ou ao/iao e/ei i/ei ai/a uei/i ie/ian i/in i/ie u/ong",
        0.40: "ih/i er/a e/en ou/ong ie/ei i/ing v/i",
    }.items()
    for pair in pairs.split()
}
#: Characters with several readings, inside the words of a hotline where the second reading is meant.
_WORD_READINGS: dict[str, tuple[str, ...]] = {
    word: tuple(reading.split())
    for word, reading in {
        "银行": "yin hang", "行业": "hang ye", "同行": "tong hang", "重新": "chong xin", "重复": "chong fu",
        "科长": "ke zhang", "局长": "ju zhang", "处长": "chu zhang", "院长": "yuan zhang", "所长": "suo zhang",
        "主任": "zhu ren", "部长": "bu zhang", "长期": "chang qi", "多长": "duo chang", "长时间": "chang shi jian",
        "还款": "huan kuan", "退还": "tui huan", "归还": "gui huan", "会计": "kuai ji", "着急": "zhao ji",
        "出差": "chu chai", "差额": "cha e", "便宜": "pian yi", "方便": "fang bian", "调查": "diao cha",
        "调整": "tiao zheng", "参加": "can jia", "参保": "can bao", "大夫": "dai fu", "睡觉": "shui jiao",
        "觉得": "jue de", "单位": "dan wei", "首都": "shou du", "都市": "du shi", "省略": "sheng lve",
        "不得不": "bu de bu", "得要": "dei yao", "了解": "liao jie", "不了": "bu liao", "受不了": "shou bu liao",
    }.items()
}  # fmt: skip
_WORDS = re.compile("|".join(sorted(map(re.escape, _WORD_READINGS), key=len, reverse=True)))


@lru_cache(maxsize=65536)
def reading(char: str) -> str:
    """The usual toneless syllable of one character (ü as v); letters sound as themselves."""
    if char.isascii():
        return "@" + char
    sound = lazy_pinyin(char, style=Style.NORMAL)[0]
    return sound if sound.isascii() else "@" + sound


def syllables(characters: str) -> list[str]:
    """The toneless syllable of every character, with the reading that the surrounding word asks for."""
    sounds = [reading(char) for char in characters]
    for word in _WORDS.finditer(characters):
        sounds[word.start() : word.end()] = _WORD_READINGS[word.group()]
    return sounds


@lru_cache(maxsize=4096)
def split(sound: str) -> tuple[str, str]:
    """Initial and final as they sound (you is iou, ju is jv, y and w are no initials); the vowel of zhi, chi, shi, ri, zi, ci, si is ``ih``."""
    initial, final = to_initials(sound), to_finals(sound, v_to_u=False)
    return initial, "ih" if final == "i" and initial in _HISSING else final or sound[len(initial) :]


def _kin(costs: dict[frozenset[str], float]) -> dict[str, str]:
    """Half of a syllable → the one that stands for all that are ``ALIKE``, directly or one by one."""
    groups: list[set[str]] = []
    for pair in (pair for pair, cost in costs.items() if cost <= ALIKE):
        joined = [group for group in groups if group & pair]
        groups = [group for group in groups if not group & pair] + [set(pair).union(*joined)]
    return {half: min(group, key=lambda one: (len(one), one)) for group in groups for half in group}


_INITIAL_KIN, _FINAL_KIN = _kin(_INITIAL_COSTS), _kin(_FINAL_COSTS)


@lru_cache(maxsize=4096)
def family(sound: str) -> str:
    """The syllable with halves that are ``ALIKE`` merged: what shows that a word may be there at all."""
    initial, final = split(sound)
    return _INITIAL_KIN.get(initial, initial) + _FINAL_KIN.get(final, final)


@lru_cache(maxsize=65536)
def distance(one: str, other: str) -> float:
    """How unlikely ``one`` is heard as ``other``: 0 for the same syllable, 1 for nothing in common; symmetric."""
    if one == other:
        return 0.0
    if one[0] == "@" or other[0] == "@":
        return 1.0
    (initial, final), (other_initial, other_final) = split(one), split(other)
    return min(1.0, _cost(_INITIAL_COSTS, initial, other_initial) + _cost(_FINAL_COSTS, final, other_final))


def _cost(table: dict[frozenset[str], float], one: str, other: str) -> float:
    return 0.0 if one == other else table.get(frozenset((one, other)), _UNRELATED)
