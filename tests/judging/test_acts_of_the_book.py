"""The acts of the phrase book as the judging hears them: by sound, on the side that does them, whatever entry they stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from phrasebook import PhraseBook, load_book
from tests.judging.dialogue import ANSWER, BOOK, CLOSING, NEED, OPENING, THANKS, transcript
from voice_agent.acts.conversation import follow, is_backchannel
from voice_agent.acts.explain import catches
from voice_agent.rules import judge
from voice_agent.values import CallContext

HEARD = catches(BOOK)
EXAMPLES = [(entry.id, sentence) for entry in BOOK.acts.values() for sentence in entry.examples]
COUNTEREXAMPLES = [(entry.id, sentence) for entry in BOOK.acts.values() for sentence in entry.counterexamples]
HEADER = 'version = "测试1"\neffective = 2026-01-01\n'
BRIBE = """
[[act]]
id = "local-bribe"
act = "hints_at_money"
side = "agent"
name = "暗示给钱"
category = "暗示收费"
severity = "serious"
source = "N3-14"
patterns = ["您懂得规矩的吧"]
examples = ["您懂得规矩的吧。"]
"""


@pytest.mark.parametrize(("name", "sentence"), EXAMPLES)
def test_every_example_is_heard_by_sound(name: str, sentence: str) -> None:
    """What an entry says it matches is heard on the side that says it."""
    assert HEARD(BOOK.acts[name], sentence)


@pytest.mark.parametrize(("name", "sentence"), COUNTEREXAMPLES)
def test_no_counterexample_is_heard_by_sound(name: str, sentence: str) -> None:
    """What an entry says it does not match is not heard."""
    assert not HEARD(BOOK.acts[name], sentence)


def test_back_channels_are_whole_utterances() -> None:
    """The examples of the back-channel only show that somebody listens, as a whole; its counterexamples do not."""
    entry = BOOK.acts["backchannel"]
    assert all(is_backchannel(BOOK, sentence.rstrip("。")) for sentence in entry.examples)
    assert not any(is_backchannel(BOOK, sentence.rstrip("。")) for sentence in entry.counterexamples)


def test_an_act_is_heard_by_any_of_its_entries(tmp_path: Path) -> None:
    """A site's second entry of an act is one more way to do it, in order of time with the others."""
    local = (
        '[[act]]\nid = "greeting-local"\nact = "greeting"\nside = "agent"\nname = "本地问候"\npatterns = ["吉祥如意"]\n'
    )
    book = book_with(tmp_path, local)
    side = follow(transcript("A吉祥如意啊早上好吉祥如意"), CallContext(), book).agent
    assert [hit.entry for hit in side.hits("greeting")] == ["greeting-local", "greeting", "greeting-local"]


def test_a_prohibited_category_is_data_only(tmp_path: Path) -> None:
    """A new category of a site's book is heard, accused and named without a line of code."""
    said = (OPENING, NEED, ANSWER, "A您懂得规矩的吧", THANKS, CLOSING)
    found = judge(transcript(*said), CallContext(), book_with(tmp_path, BRIBE)).findings[-1]
    assert (found.rule, found.status) == ("prohibited", "violated")
    assert "暗示收费" in found.reason


def book_with(folder: Path, acts: str) -> PhraseBook:
    """The product's book with a site's acts."""
    (folder / "book.toml").write_text(HEADER, encoding="utf-8")
    (folder / "acts.toml").write_text(acts, encoding="utf-8")
    return load_book(folder)
