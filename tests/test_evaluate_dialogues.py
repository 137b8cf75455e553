"""Scoring labelled dialogues: what is read, what is counted, what the command prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from voice_agent.cli import main
from voice_agent.errors import TranscriptError
from voice_agent.evaluate.dialogues import read_dialogues, read_folder, transcript_of
from voice_agent.evaluate.scores import report
from voice_agent.values import RULES, Finding, Judgement, Status

DIALOGUES = Path(__file__).parents[1] / "training" / "dialogues"
MET: dict[str, Status] = dict.fromkeys(RULES, "met")
LINE = {
    "id": "z1",
    "agent": {"job_number": "1086"},
    "turns": [
        {"who": "agent", "gap": 0.5, "say": [["您好", ["greeting"]], ["社保局", ["identity"]]]},
        {"who": "caller", "gap": 9.0, "say": [["我问一下", []]]},
    ],
    "expect": {**MET, "closing": "missing", "greeting": "missing"},
    "also_ok": {"closing": ["met"], "callback": ["missing"]},
}


def written(folder: Path, *lines: object) -> Path:
    """A file of labelled calls by author z."""
    path = folder / "calls-z.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def judgement(**statuses: Status) -> Judgement:
    """A judgement that finds everything met but what is given, quite surely."""
    findings = tuple(Finding(rule, statuses.get(rule, "met"), 0.9) for rule in RULES)
    return Judgement("z1", "compliant", None, findings)


def test_a_dialogue_is_laid_out_in_time(tmp_path: Path) -> None:
    """One segment a turn, with the silence before it."""
    (dialogue,) = read_dialogues(written(tmp_path, LINE))
    first, second = transcript_of(dialogue).segments
    assert (first.text, second.text, dialogue.author) == ("您好社保局", "我问一下", "z")
    assert second.start - first.end == pytest.approx(9.0)


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    """File, line and field are said; an unknown rule too."""
    broken = {**LINE, "turns": [{"who": "clerk", "gap": 0, "say": [["好", []]]}]}
    with pytest.raises(TranscriptError, match=r"calls-z.jsonl 第 2 行：字段 turns.0.who"):
        list(read_dialogues(written(tmp_path, LINE, broken)))
    with pytest.raises(TranscriptError, match="没有规则 courtesy"):
        list(read_dialogues(written(tmp_path, {**LINE, "expect": {**MET, "courtesy": "met"}})))


def test_what_is_counted(tmp_path: Path) -> None:
    """Found, missed but defended, accused of what can be defended, accused wrongly, undecided."""
    (dialogue,) = read_dialogues(written(tmp_path, LINE))
    found = report(
        [(dialogue, judgement(greeting="missing", callback="missing", identity="missing", referral="uncertain"))]
    )
    total = found.total
    assert (total.faults, total.found, total.missed, total.defended) == (2, 1, 1, 1)
    assert (total.accused, total.excused, total.unsure) == (1, 1, 1)
    assert (total.precision, total.recall) == (0.5, 0.5)
    assert [rule for _, rule, _, _ in found.differences] == ["identity", "closing"]


def test_a_faultless_call_counts_as_accused_once(tmp_path: Path) -> None:
    """However many faults are made up, it is one clerk who is wronged."""
    (dialogue,) = read_dialogues(written(tmp_path, {**LINE, "expect": MET}))
    total = report([(dialogue, judgement(identity="missing", closing="missing", greeting="late"))]).total
    assert (total.faultless, total.faultless_accused) == (1, 1)


def test_the_command_scores_a_folder(tmp_path: Path) -> None:
    """Tables for people, JSON for programs; a folder without labelled calls is refused."""
    written(tmp_path, LINE)
    run = CliRunner()
    shown = run.invoke(main, ["evaluate", str(tmp_path), "--dialogues"])
    assert shown.exit_code == 0, shown.output
    assert "作者 z" in shown.output
    told = run.invoke(main, ["evaluate", str(tmp_path), "--dialogues", "--json"])
    assert json.loads(told.stdout)["calls"] == 1
    (tmp_path / "none").mkdir()
    assert run.invoke(main, ["evaluate", str(tmp_path / "none"), "--dialogues"]).exit_code == 2


def test_on_calls_that_nobody_learnt_from_it_stays_as_good_as_measured() -> None:
    """What was measured on 30 November 2026 (148 of 189 faults, 8 wrong accusations, 7 of 176 faultless calls accused) is not lost."""
    from phrasebook import load_book  # noqa: PLC0415 - only this test judges
    from voice_agent.pipeline import judge_transcript  # noqa: PLC0415

    book = load_book()
    pairs = [(one, judge_transcript(transcript_of(one), book).judgement) for one in read_folder(DIALOGUES / "held-out")]
    total = report(pairs).total
    assert total.found >= 140
    assert total.accused <= 13
    assert total.faultless_accused <= 10
