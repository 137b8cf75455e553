"""Counting judgements against the truth, on calls small enough to count by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from voice_agent.errors import TranscriptError
from voice_agent.evaluate import CallFolder, Evaluation, differences, evaluate, markdown, read_call, read_calls, text
from voice_agent.values import RULES, Evidence, Finding, Judgement, Span, Status, Verdict


def write_call(folder: Path, call_id: str, verdict: Verdict = "compliant", **changes: Any) -> Path:
    """A folder with a call in which every duty is met but for ``changes`` (rule = status); ``context`` may be given."""
    path = folder / call_id
    path.mkdir()
    context = changes.pop("context", {"hung_up_by": "caller", "holds": [], "transferred": False})
    findings = {rule: changes.get(rule, "met") for rule in RULES}
    expected = {
        "call_id": call_id,
        "verdict": verdict,
        "context": context,
        "findings": findings,
        "prompted": False,
        "why": {},
    }
    (path / "expected.json").write_text(json.dumps(expected), "utf-8")
    truth = {"call_id": call_id, "agent": {"job_number": "1086"}, "segments": []}
    (path / "transcript.json").write_text(json.dumps(truth), "utf-8")
    return path


def judge_as(statuses: Mapping[str, Mapping[str, Status]], verdict: Verdict = "compliant") -> Any:
    """A judge that says "met" but for what ``statuses`` gives for a call (rule → status)."""

    def judge(call: CallFolder) -> Judgement:
        said = statuses.get(call.call_id, {})
        heard = (Evidence("agent", 1.0, 2.5, "您好", "您好"),)
        findings = tuple(Finding(rule, said.get(rule, "met"), 0.9, heard, "听到了") for rule in RULES)
        return Judgement(call.call_id, verdict, 100.0, findings)

    return judge


def count(evaluation: Evaluation, rule: str) -> Any:
    """The count of one rule."""
    return next(one for one in evaluation.rules if one.rule == rule)


def test_all_as_expected(tmp_path: Path) -> None:
    """A judge that is always right leaves no difference."""
    write_call(tmp_path, "a")
    evaluation = evaluate(tmp_path, judge_as({}))
    assert evaluation.exact
    assert evaluation.verdicts_right == evaluation.calls == 1
    assert evaluation.total.accused == 0


def test_a_false_accusation_is_counted_apart(tmp_path: Path) -> None:
    """A fault on a duty that was kept, does not apply or cannot be decided is a false accusation; an uncertain finding is none."""
    write_call(tmp_path, "a", greeting="met", referral="not_applicable", identity="uncertain", closing="met")
    said: dict[str, Status] = {"greeting": "missing", "referral": "missing", "identity": "late", "closing": "uncertain"}
    evaluation = evaluate(tmp_path, judge_as({"a": said}))
    assert [count(evaluation, rule).accused for rule in said] == [1, 1, 1, 0]
    assert count(evaluation, "closing").met_unsure == 1
    assert evaluation.total.accused == 3


def test_faults_found_overlooked_and_unsure(tmp_path: Path) -> None:
    """A fault of another kind counts as found but not as exact; "met" and "not applicable" overlook it; "uncertain" does neither."""
    for name in "abcde":
        write_call(tmp_path, name, "non_compliant", job_number="mismatch")
    answers: list[Status] = ["mismatch", "missing", "met", "not_applicable", "uncertain"]
    said = {name: {"job_number": answer} for name, answer in zip("abcde", answers, strict=True)}
    found = count(evaluate(tmp_path, judge_as(said)), "job_number")
    assert (found.faults, found.found, found.exact, found.overlooked, found.unsure) == (5, 2, 1, 2, 1)


def test_a_call_that_was_not_monitored_tells_nothing(tmp_path: Path) -> None:
    """No finding at all counts as uncertain, never as right."""
    write_call(tmp_path, "a", "non_compliant", closing="missing")
    evaluation = evaluate(tmp_path, lambda call: Judgement(call.call_id, "not_monitored", None, ()))
    assert (evaluation.total.met_found, evaluation.total.met_unsure, evaluation.total.unsure) == (0, 12, 1)
    assert evaluation.verdicts_right == 0


def test_prompted_must_agree(tmp_path: Path) -> None:
    """A job number that is late for another reason than expected is a difference."""
    write_call(tmp_path, "a")

    def judge(call: CallFolder) -> Judgement:
        findings = tuple(Finding(rule, "met", 1.0, prompted=rule == "job_number") for rule in RULES)
        return Judgement(call.call_id, "compliant", 100.0, findings)

    assert [one.rule for one in evaluate(tmp_path, judge).differences] == ["prompted"]


def test_tables_show_every_rule_and_the_whole(tmp_path: Path) -> None:
    """Both tables have one line a rule and the totals, with counts beside each other."""
    write_call(tmp_path, "a", "non_compliant", closing="missing")
    evaluation = evaluate(tmp_path, judge_as({"a": {"greeting": "missing"}}))
    lines = markdown(evaluation).splitlines()
    assert lines[2] == "| 开场问候 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 1/1 |"
    assert "| 合计 | 12 | 11 | 0 | 1 | 0 | 1 | 0 | 1/12 |" in lines
    assert "冤判 1 处" in lines[-1]
    rows = text(evaluation).splitlines()[:15]
    assert len(rows) == len(RULES) + 2
    assert rows[1].split() == ["开场问候", "1", "0", "0", "0", "0", "0", "0", "1/1"]


def test_differences_say_what_was_heard(tmp_path: Path) -> None:
    """Each difference names call, rule, both statuses, time and words."""
    write_call(tmp_path, "a")
    said = differences(evaluate(tmp_path, judge_as({"a": {"greeting": "missing"}}, "non_compliant")))
    assert said.splitlines() == [
        "a　开场问候：应为达标，判为缺失（坐席 0:01.0–0:02.5 “您好”；听到了）",
        "a　结论：应为合格，判为不合格",
    ]


def test_calls_are_announced_before_they_are_judged(tmp_path: Path) -> None:
    """Progress can be shown."""
    for name in "ba":
        write_call(tmp_path, name)
    announced: list[str] = []
    evaluate(tmp_path, judge_as({}), on_call=lambda call: announced.append(call.call_id))
    assert announced == ["a", "b"]


def test_context_and_legs_are_read(tmp_path: Path) -> None:
    """Holds, who hung up, the transfer and the legs (caller first) come from the folder."""
    context = {"hung_up_by": "agent", "holds": [[3, 14.5]], "transferred": True}
    path = write_call(tmp_path, "a", context=context)
    for name in ("a-tx.wav", "a-rx.wav"):
        (path / name).touch()
    call = read_call(path)
    assert call.context.holds == (Span(3.0, 14.5),)
    assert (call.context.hung_up_by, call.context.transferred) == ("agent", True)
    assert [leg.name for leg in call.audio] == ["a-rx.wav", "a-tx.wav"]
    assert call.agent.job_number == "1086"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"context": {"hung_up_by": "nobody"}}, "context.hung_up_by"),
        ({"context": {"holds": [[1]]}}, "context.holds"),
        ({"context": []}, "context"),
        ({"greeting": "perfect"}, "findings.greeting"),
        ({"verdict": "fine"}, "verdict"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, changes: dict[str, Any], field: str) -> None:
    """A malformed expectation is an error that names file and field."""
    path = write_call(tmp_path, "a", **changes)
    with pytest.raises(TranscriptError, match=rf"expected\.json：字段 {field} "):
        read_call(path)


def test_a_missing_rule_is_named(tmp_path: Path) -> None:
    """An expectation must speak about every rule."""
    path = write_call(tmp_path, "a")
    expected = json.loads((path / "expected.json").read_text("utf-8"))
    del expected["findings"]["closing"]
    (path / "expected.json").write_text(json.dumps(expected), "utf-8")
    with pytest.raises(TranscriptError, match="closing"):
        read_call(path)


def test_broken_or_absent_files(tmp_path: Path) -> None:
    """No calls, a file that is no JSON and a missing transcript each give a clear error."""
    with pytest.raises(TranscriptError, match="没有可供评测的通话"):
        read_calls(tmp_path)
    path = write_call(tmp_path, "a")
    (path / "transcript.json").unlink()
    with pytest.raises(TranscriptError, match="无法读取"):
        read_call(path)
    (path / "transcript.json").write_text("{", "utf-8")
    with pytest.raises(TranscriptError, match="不是有效的 JSON"):
        read_call(path)
    (path / "transcript.json").write_text("[]", "utf-8")
    with pytest.raises(TranscriptError, match="最外层应为对象"):
        read_call(path)
