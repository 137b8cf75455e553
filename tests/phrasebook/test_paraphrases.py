"""The mandated phrases in other words, by an author who knew neither patterns nor model (training/dialogues/held-out/phrases.tsv)."""

from __future__ import annotations

from pathlib import Path

from phrasebook import load_book
from voice_agent.acts.explain import explain

BOOK = load_book()
LINES = Path(__file__).parents[2] / "training" / "dialogues" / "held-out" / "phrases.tsv"
#: Measured on 30 November 2026: 108 of 120 paraphrases found, 17 of 80 near misses taken for the phrase. Patterns alone: 29 and 6.
FOUND, TAKEN = 104, 18


def is_phrase(sentence: str, name: str) -> bool:
    """Whether the sentence counts as that mandated phrase."""
    return any(one.kind == "用语" and one.id == name for one in explain(sentence, BOOK).matches)


def test_every_mandated_phrase_is_itself() -> None:
    """Said as printed, with its blanks filled in, each of the forty is that phrase."""
    blanks = {"×××": "社保", "××": "医保", "×": "三", "…": "零九五一六零八八一二三"}
    unheard = []
    for phrase in BOOK.phrases.values():
        text = phrase.text
        for blank, word in blanks.items():
            text = text.replace(blank, word)
        unheard += [] if is_phrase(text, phrase.id) else [phrase.id]
    assert unheard == []


def test_most_paraphrases_are_found_and_few_near_misses_taken_for_them() -> None:
    """What was measured does not get lost."""
    rows = [line.split("\t") for line in LINES.read_text("utf-8").splitlines()]
    hits = {sign: sum(is_phrase(text, name) for name, said, text in rows if said == sign) for sign in "+-"}
    assert hits["+"] >= FOUND
    assert hits["-"] <= TAKEN
