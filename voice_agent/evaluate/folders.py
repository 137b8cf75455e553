"""Calls with a known truth: ``<id>/`` holds the audio, ``transcript.json`` (what was really said) and ``expected.json`` (what follows from it)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from voice_agent.errors import TranscriptError
from voice_agent.values import RULES, Agent, CallContext, Span, Status, Verdict

_ENDERS = ("caller", "agent", "system", "unknown")


@dataclass(frozen=True)
class Expected:
    """What a careful listener finds: one status a rule (the keys are ``RULES``), and ``why`` in Chinese where it is not obvious."""

    verdict: Verdict
    findings: Mapping[str, Status]
    prompted: bool
    why: Mapping[str, str]


@dataclass(frozen=True)
class CallFolder:
    """One call with a known truth.

    ``audio``: one file (two channels or mixed) or two legs, caller first. ``transcript``: the file with the true words.
    ``agent`` and ``context``: what the telephone system would tell. ``title``: what the call is about, Chinese.
    """

    call_id: str
    title: str
    path: Path
    audio: tuple[Path, ...]
    transcript: Path
    agent: Agent
    context: CallContext
    expected: Expected


def read_calls(folder: Path) -> tuple[CallFolder, ...]:
    """Every call under ``folder`` (at any depth), by name. Raises TranscriptError when there is none or one is malformed."""
    calls = tuple(read_call(path.parent) for path in sorted(folder.rglob("expected.json")))
    if not calls:
        raise TranscriptError(f"{folder}：没有可供评测的通话（找不到 expected.json）")
    return calls


def read_call(path: Path) -> CallFolder:
    """The call in the folder ``path``. Raises TranscriptError naming file and field."""
    expected, truth = _object(path / "expected.json"), _object(path / "transcript.json")
    fields = _part(expected, "context", path)
    return CallFolder(
        call_id=_text(expected, "call_id", path),
        title=str(expected.get("title", "")),
        path=path,
        audio=_audio(path),
        transcript=path / "transcript.json",
        agent=Agent(**{key: truth.get("agent", {}).get(key) for key in ("job_number", "name", "unit")}),
        context=_context(fields, path),
        expected=_expected(expected, path),
    )


def _audio(path: Path) -> tuple[Path, ...]:
    """The recordings: caller (``-rx``) before agent (``-tx``)."""
    return tuple(sorted(path.glob("*.wav")))


def _context(fields: Mapping[str, Any], path: Path) -> CallContext:
    hung_up_by = fields.get("hung_up_by", "unknown")
    if hung_up_by not in _ENDERS:
        raise _wrong(path, "context.hung_up_by", f"应为 {'、'.join(_ENDERS)} 之一")
    try:
        holds = tuple(Span(float(start), float(end)) for start, end in fields.get("holds", ()))
    except (TypeError, ValueError) as error:
        raise _wrong(path, "context.holds", "应为 [[开始, 结束], …]，单位秒") from error
    return CallContext(holds=holds, hung_up_by=hung_up_by, transferred=bool(fields.get("transferred", False)))


def _expected(fields: Mapping[str, Any], path: Path) -> Expected:
    findings = _part(fields, "findings", path)
    if set(findings) != set(RULES):
        names = "、".join(sorted(set(findings) ^ set(RULES)))
        raise _wrong(path, "findings", f"须恰好包含全部规则，不符的是 {names}")
    unknown = [rule for rule, status in findings.items() if status not in get_args(Status)]
    if unknown:
        raise _wrong(path, f"findings.{unknown[0]}", "不是已知的状态")
    if fields.get("verdict") not in get_args(Verdict):
        raise _wrong(path, "verdict", "不是已知的结论")
    return Expected(
        verdict=fields["verdict"],
        findings={rule: findings[rule] for rule in RULES},
        prompted=bool(fields.get("prompted", False)),
        why=_part(fields, "why", path),
    )


def _object(path: Path) -> Mapping[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise TranscriptError(f"{path}：无法读取（{error.strerror}）") from error
    except (ValueError, RecursionError) as error:
        raise TranscriptError(f"{path}：不是有效的 JSON（{error}）") from error
    if not isinstance(value, dict):
        raise TranscriptError(f"{path}：最外层应为对象")
    return cast(Mapping[str, Any], value)


def _part(fields: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
    value = fields.get(name, {})
    if not isinstance(value, dict):
        raise _wrong(path, name, "应为对象")
    return cast(Mapping[str, Any], value)


def _text(fields: Mapping[str, Any], name: str, path: Path) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise _wrong(path, name, "应为非空文字")
    return value


def _wrong(path: Path, field: str, what: str) -> TranscriptError:
    return TranscriptError(f"{path / 'expected.json'}：字段 {field} {what}")
