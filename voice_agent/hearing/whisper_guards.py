"""Whisper's known faults, held off on plain data: text invented in silence, loops, subtitles' credits, Arabic digits. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cn2an

from voice_agent.values import Word

MAX_NO_SPEECH = 0.6
MIN_LOG_PROBABILITY = -1.0
MAX_COMPRESSION = 2.4
LOOP_TIMES, LOOP_CHARACTERS = 4, 8

#: What Whisper learnt from video subtitles and writes where nobody speaks.
INVENTED = re.compile(
    r"字幕|点赞|點贊|订阅|訂閱|打赏|明镜|谢谢观看|謝謝觀看|谢谢大家收看|独播剧场|獨播劇場|下期再见|请不吝"
)
_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_CONTINUES = frozenset("0123456789%.")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(%?)(?=([元块毛万亿岁个月日天号点倍次人份年]?))")


@dataclass(frozen=True)
class Piece:
    """One Whisper segment. Times in seconds from the begin of the recording; probabilities as Whisper gives them."""

    text: str
    no_speech: float
    log_probability: float
    compression: float
    words: tuple[Word, ...]


def believable(piece: Piece) -> bool:
    """Whether somebody is likely to have said this at all."""
    if piece.no_speech > MAX_NO_SPEECH or piece.log_probability < MIN_LOG_PROBABILITY:
        return False
    return bool(piece.words) and piece.compression <= MAX_COMPRESSION and not INVENTED.search(piece.text)


def without_loops(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words without the endless repetition of a stretch of them: one round of it stays."""
    for size in range(1, len(words) // LOOP_TIMES + 1):
        for start in range(len(words) - size * LOOP_TIMES + 1):
            rounds = _rounds(words, start, size)
            unit = "".join(word.text for word in words[start : start + size])
            if rounds >= LOOP_TIMES and rounds * len(unit) >= LOOP_CHARACTERS:
                return without_loops([*words[: start + size], *words[start + size * rounds :]])
    return tuple(words)


def _rounds(words: Sequence[Word], start: int, size: int) -> int:
    unit = [word.text for word in words[start : start + size]]
    rounds = 1
    while [word.text for word in words[start + rounds * size : start + (rounds + 1) * size]] == unit:
        rounds += 1
    return rounds


def spoken(text: str) -> str:
    """Figures as they are said: quantities as numbers, four digits before 年 and bare strings digit by digit."""
    return _NUMBER.sub(_said, text)


def _said(found: re.Match[str]) -> str:
    figures, percent, unit = found.groups()
    digit_by_digit = len(figures) > 2 and not percent and (not unit or (unit == "年" and len(figures) == 4))
    if digit_by_digit or figures.startswith("0") or len(figures) > 12:
        return "".join(_DIGITS.get(digit, "点") for digit in figures)
    return ("百分之" if percent else "") + str(cn2an.an2cn(figures, "low"))


def spoken_words(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with figures as they are said; a figure that Whisper cut into several words is read as one."""
    joined: list[Word] = []
    for word in words:
        if joined and word.text[:1] in _CONTINUES and joined[-1].text[-1:] in _DIGITS:
            before = joined[-1]
            joined[-1] = Word(before.text + word.text, before.start, word.end, min(before.conf, word.conf))
        else:
            joined.append(word)
    following = [*[word.text for word in joined[1:]], ""]
    texts = [
        spoken(word.text + after[:1])[: -1 if after[:1] else None]
        for word, after in zip(joined, following, strict=True)
    ]
    return tuple(replace(word, text=text) for word, text in zip(joined, texts, strict=True))
