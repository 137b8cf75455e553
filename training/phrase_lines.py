"""Sentences of the phrase book, so that the language model knows every wording that is looked for.

Patterns are spelt out at random: `(a|b)` one of them, `[a|b]` perhaps one, `{slot}` a pause where anything may follow.
"""

import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

_INNERMOST = re.compile(r"([(\[])([^()\[\]]*)[)\]]")
_SLOT = re.compile(r"\{\w+\}")
SLOT_PAUSE = "A"  # a letter: `words.sentences` breaks there


def spelt_out(pattern: str, rng: random.Random) -> str:
    """Choose one wording of a pattern."""
    while found := _INNERMOST.search(pattern):
        choices = found[2].split("|")
        chosen = rng.choice(choices) if found[1] == "(" or rng.random() < 0.5 else ""
        pattern = pattern[: found.start()] + chosen + pattern[found.end() :]
    return _SLOT.sub(SLOT_PAUSE, pattern)


def _patterns(table: object) -> Iterator[str]:
    """Yield every pattern and every example of a file of the phrase book."""
    if isinstance(table, dict):
        for key, value in table.items():
            if key in ("patterns", "examples") and isinstance(value, list):
                yield from value
            else:
                yield from _patterns(value)
    elif isinstance(table, list):
        for value in table:
            yield from _patterns(value)


def phrase_lines(folder: Path, per_pattern: int, seed: int) -> list[str]:
    """Spell out every pattern of the phrase book in `folder` `per_pattern` times, repeatably."""
    rng = random.Random(f"phrases {seed}")
    tables = (tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml")))
    return [spelt_out(pattern, rng) for table in tables for pattern in _patterns(table) for _ in range(per_pattern)]
