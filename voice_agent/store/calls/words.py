"""Chinese text for full-text search: jieba's words for ranking, pairs of characters so that nothing is missed.

jieba cuts a sentence by its context, so the same two characters may be one word in a transcript and the edges of two others in
a query. Words alone would then miss what was said; the phrase of overlapping pairs finds every run of two characters or more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from voice_agent.speech.word_cutter import word_cutter

CHANNELS = ("agent", "caller", "mixed")
_RUN = re.compile(r"[^\W_]+")


def index_words(text: str) -> str:
    """The words of a text, long ones also in their parts, separated by spaces."""
    return " ".join(word for word in word_cutter().cut_for_search(_plain(text)) if _RUN.fullmatch(word))


def index_pairs(text: str) -> str:
    """Every two neighbouring characters of each run of letters, characters and digits, and the run's last one alone.

    With that every character begins some entry, which is how a single one is found.
    """
    return " ".join(entry for run in _RUN.findall(_plain(text)) for entry in (*pairs(run), run[-1]))


def pairs(run: str) -> list[str]:
    """``"社保卡"`` → ``["社保", "保卡"]``; a single character stays alone."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def query_parts(query: str) -> list[str]:
    """What to look for in a text: the runs that were typed and jieba's words in them, the longest first."""
    runs = _RUN.findall(_plain(query))
    words = {word for run in runs for word in word_cutter().cut(run) if len(word) > 1}
    return sorted({*runs, *words}, key=lambda part: (-len(part), part))


def match_expression(query: str, channel: str | None = None) -> str:
    """The FTS5 expression for what a user typed: every part must occur (on one side). Never a syntax error, whatever is typed."""
    sides = (channel,) if channel else CHANNELS
    return " AND ".join(_one(run, sides) for run in _RUN.findall(_plain(query))) or '""'


def _one(run: str, sides: Sequence[str]) -> str:
    words = " AND ".join(f'"{word}"' for word in word_cutter().cut(run) if _RUN.fullmatch(word)) or '""'
    phrase = f'"{run}"*' if len(run) == 1 else f'"{" ".join(pairs(run))}"'
    columns = " ".join(f"{side}_pairs" for side in sides)
    return f"(({{{' '.join(sides)}}} : ({words})) OR ({{{columns}}} : {phrase}))"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()
