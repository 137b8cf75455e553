"""Learning from decisions: what a decision teaches, what is kept, what is masked. Nothing here depends on the shipped numbers."""

from __future__ import annotations

import numpy as np
import pytest

from phrasebook import load_book
from voice_agent.acts.learned.model import bundled
from voice_agent.evaluate.dialogues import Clause, Dialogue, transcript_of
from voice_agent.in_force import pack_layer, unpack_layer
from voice_agent.teaching.fitting import fit
from voice_agent.teaching.hearing import hear, known_of, masked
from voice_agent.teaching.labels import Case, Decision, labels_of
from voice_agent.teaching.learning import fit_layer, teach
from voice_agent.teaching.lessons import warning
from voice_agent.values import Agent, CallContext, Evidence, Segment, Transcript, Word

BOOK = load_book()
BASE = bundled()
ODD = "今儿个天儿不赖呀老铁"


def call(opening: str, name: str = "a") -> Transcript:
    """A short call that the clerk opens so."""
    clauses = [
        Clause("agent", 0.5, opening, ()), Clause("caller", 0.5, "我想问一下社保卡怎么补办", ()),
        Clause("agent", 0.5, "您带身份证到窗口就可以办", ()), Clause("caller", 0.5, "好的谢谢", ()), Clause("agent", 0.3, "不客气再见", ()),
    ]  # fmt: skip
    return transcript_of(Dialogue(name, "x", "call", tuple(clauses), {}, {}, Agent()))


def greeted(name: str) -> Case:
    """A person says that the odd opening is a greeting, which the machine had missed."""
    said = call(ODD, name)
    stretch = Evidence("agent", 0.0, said.segments[0].end, ODD, "您好", 0.0)
    return Case(name, said, CallContext(), (Decision("greeting", "met", "missing", (stretch,)),))


def test_a_fit_without_rows_stays_where_it_began() -> None:
    """What nobody decided anything about keeps its weights, and much evidence moves them the right way."""
    start = np.array([1.0, -2.0])
    nothing = fit(np.zeros((0, 2)), np.zeros(0), np.zeros(0), start, 4.0)
    assert np.allclose(nothing, start)
    moved = fit(np.ones((50, 2)), np.zeros(50), np.ones(50), start, 1.0)
    assert moved.sum() < start.sum()


@pytest.mark.parametrize(
    ("decision", "done", "acts"),
    [
        (Decision("prohibited", "violated", "violated", (Evidence("agent", 1, 2, "", ""),)), True, ("fault",)),
        (Decision("prohibited", "met", "violated", (Evidence("agent", 1, 2, "", ""),)), False, ("fault",)),
        (Decision("callback", "missing", "met", ()), False, ("ask_contact",)),
        (Decision("closing", "met", "missing", (Evidence("agent", 1, 2, "", ""),)), True, ("closing_thanks", "closing_bye")),
    ],
)  # fmt: skip
def test_what_a_decision_teaches(decision: Decision, done: bool, acts: tuple[str, ...]) -> None:
    """A confirmed insult is a fault there, an overruled one is none; a duty that was broken was not done, one that was kept was."""
    first = next(iter(labels_of(decision)))
    assert (first.done, first.acts) == (done, acts)


def test_what_nobody_could_judge_teaches_nothing() -> None:
    """An undecided finding, and rules that compare figures, have no labels."""
    assert not list(labels_of(Decision("greeting", "uncertain", "missing", ())))
    assert not list(labels_of(Decision("job_number", "missing", "met", ())))


def test_numbers_never_become_examples() -> None:
    """A telephone number that was spoken is replaced syllable by syllable, in the text and in its words."""
    spoken = "我的电话是一三八一二三四五六七八"
    words = tuple(Word(char, n * 0.2, n * 0.2 + 0.2) for n, char in enumerate(spoken))
    hidden = masked(Transcript("a", (Segment("caller", 0.0, 4.0, spoken, words),))).segments[0]
    assert "三八" not in hidden.text
    assert "".join(word.text for word in hidden.words) == hidden.text
    assert len(hidden.text) == len(spoken)


def test_a_site_teaches_its_own_greeting() -> None:
    """Said by a person to be a greeting in some calls, the odd opening is heard as one in another call, and the usual one still is."""
    assert BASE is not None
    number = BASE.network.names.acts.index("agent:greeting")
    cases = [greeted(name) for name in "abcdef"]
    model = teach(cases, BASE, BOOK).over(BASE)

    def heard(opening: str, judging: object) -> float:
        found = hear(call(opening, "z"), judging)  # type: ignore[arg-type]
        assert found is not None
        return float(found.raw[: len(opening), number].max())

    assert heard(ODD, model) > heard(ODD, BASE)
    assert abs(heard("您好这里是社保中心", model) - heard("您好这里是社保中心", BASE)) < 0.2
    assert model.digest != BASE.digest
    assert teach(cases, BASE, BOOK).over(BASE).digest == model.digest


def test_other_acts_stay_as_they_are() -> None:
    """Only the acts about which somebody decided get other weights; a packed layer is the same after unpacking."""
    assert BASE is not None
    case = greeted("a")
    heard = hear(case.transcript, BASE)
    assert heard is not None
    acts = BASE.network.names.acts
    weight, bias = fit_layer(known_of(case, heard, acts), heard.hidden, BASE)
    changed = {
        acts[n] for n in range(len(acts)) if not np.array_equal(weight[:, n], BASE.network.weights["acts.weight"][:, n])
    }
    assert changed == {"agent:greeting"}
    again = unpack_layer(pack_layer((weight, bias)))
    assert np.array_equal(again[0], weight)
    assert np.array_equal(again[1], bias)


def test_a_model_that_errs_more_is_advised_against() -> None:
    """More wrong accusations or more missed faults are said in words, and so is a lesson without any gain."""
    same = {"right_before": 3, "right_after": 3, "wrong_before": 1, "wrong_after": 1}
    assert "误判增多" in warning({"site": {**same, "wrong_after": 2}, "shipped": same})
    assert "漏判增多" in warning({"site": same, "shipped": {**same, "missed_after": 1}})
    assert "看不出好处" in warning({"site": same, "shipped": same})
    assert warning({"site": {**same, "right_after": 4}, "shipped": same}) == ""
