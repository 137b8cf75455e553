"""The interchange formats of rules.md: transcript files in and out, judgements out.

Bad files end in a TranscriptError that names the file and the field (``segments[3].start``) or the line, in Chinese.
"""

from __future__ import annotations

import json
import math
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from voice_agent.errors import TranscriptError
from voice_agent.values import Agent, Channel, Evidence, Finding, Judgement, Segment, Transcript, Word

T = TypeVar("T")

#: An hour of dense speech with all its words is about 6 MB; more than this is no call.
LARGEST_BYTES = 64 * 1024 * 1024
#: Five hours of speech without a pause; judging takes seconds to minutes at this length and would take hours at a hundred times it.
MOST_CHARACTERS = 100_000
#: Control characters (also Unicode's) mean nothing in speech and can play tricks on a terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_KINDS: dict[type, str] = {str: "文字", list: "列表", dict: "对象"}


def read_transcript(path: Path) -> Transcript:
    """The transcript in a file. Raises TranscriptError."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise TranscriptError(f"{path}：文件超过 {LARGEST_BYTES // 1024 // 1024} MB，不会是一通电话的转写文本")
        data = path.read_bytes()
    except OSError as error:
        raise TranscriptError(f"{path}：无法读取：{error.strerror}") from error
    return transcript_from_json(data, str(path))


def transcript_from_json(data: bytes, where: str) -> Transcript:
    """A transcript from the bytes of a JSON document; ``where`` names it in complaints. Raises TranscriptError."""
    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_no_duplicates)
    except UnicodeDecodeError as error:
        raise TranscriptError(f"{where}：不是 UTF-8 编码（第 {error.start} 个字节）") from error
    except json.JSONDecodeError as error:
        raise TranscriptError(f"{where} 第 {error.lineno} 行第 {error.colno} 列：不是有效的 JSON") from error
    except (ValueError, RecursionError) as error:
        raise TranscriptError(f"{where}：不是有效的 JSON：{error}") from error
    return _Reader(where).transcript(value)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"键 {next(name for name in names if names.count(name) > 1)!r} 重复出现")
    return value


class _Reader:
    """Reads one document; every complaint names the field."""

    def __init__(self, where: str) -> None:
        self._where = where

    def transcript(self, value: Any) -> Transcript:
        fields = self._kind(value, dict, "最外层")
        segments = self._each(fields, "segments", "segments", self._segment)
        self._refuse_endless(segments)
        return Transcript(
            call_id=self._identifier(fields),
            segments=tuple(sorted(segments, key=lambda one: (one.start, one.end, one.channel))),
            agent=self._agent(fields.get("agent")),
            duration=None if fields.get("duration") is None else self._time(fields, "duration", "duration"),
        )

    def _refuse_endless(self, segments: Iterable[Segment]) -> None:
        characters = sum(max(len(one.text), sum(len(word.text) for word in one.words)) for one in segments)
        if characters > MOST_CHARACTERS:
            raise self._wrong("segments", f"共 {characters} 字，超过 {MOST_CHARACTERS} 字，不会是一通电话的转写文本")

    def _identifier(self, fields: Mapping[str, Any]) -> str:
        name = self._text(fields, "call_id", "call_id").strip()
        if not name:
            raise self._wrong("call_id", "不能为空")
        return name

    def _agent(self, value: Any) -> Agent:
        if value is None:
            return Agent()
        fields = self._kind(value, dict, "agent")
        known = ("job_number", "name", "unit")
        return Agent(**{name: self._optional_text(fields, name, f"agent.{name}") for name in known})

    def _segment(self, value: Any, field: str) -> Segment:
        fields = self._kind(value, dict, field)
        channel = self._text(fields, "channel", f"{field}.channel")
        if channel not in get_args(Channel):
            raise self._wrong(f"{field}.channel", f"应为 agent、caller 或 mixed，现为 {channel!r}")
        start, end = self._span(fields, field)
        words = () if fields.get("words") is None else self._each(fields, "words", f"{field}.words", self._word)
        return Segment(channel, start, end, self._text(fields, "text", f"{field}.text"), tuple(words))  # type: ignore[arg-type]  # checked above

    def _word(self, value: Any, field: str) -> Word:
        fields = self._kind(value, dict, field)
        start, end = self._span(fields, field)
        conf = 1.0 if fields.get("conf") is None else self._number(fields, "conf", f"{field}.conf")
        if not 0.0 <= conf <= 1.0:
            raise self._wrong(f"{field}.conf", f"应在 0 到 1 之间，现为 {conf:g}")
        return Word(self._text(fields, "word", f"{field}.word"), start, end, conf)

    def _span(self, fields: Mapping[str, Any], field: str) -> tuple[float, float]:
        start, end = (self._time(fields, name, f"{field}.{name}") for name in ("start", "end"))
        if end < start:
            raise self._wrong(f"{field}.end", f"早于 start（{end:g} < {start:g}）")
        return start, end

    def _time(self, fields: Mapping[str, Any], name: str, field: str) -> float:
        seconds = self._number(fields, name, field)
        if seconds < 0:
            raise self._wrong(field, f"不能为负数，现为 {seconds:g}")
        return seconds

    def _number(self, fields: Mapping[str, Any], name: str, field: str) -> float:
        value = self._present(fields, name, field)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self._wrong(field, f"应为数字，现为 {_shown(value)}")
        return float(value)

    def _text(self, fields: Mapping[str, Any], name: str, field: str) -> str:
        return _CONTROL.sub("", self._kind(self._present(fields, name, field), str, field))

    def _optional_text(self, fields: Mapping[str, Any], name: str, field: str) -> str | None:
        return None if fields.get(name) is None else (self._text(fields, name, field).strip() or None)

    def _each(self, fields: Mapping[str, Any], name: str, field: str, read: Any) -> Iterable[Any]:
        values = self._kind(self._present(fields, name, field), list, field)
        return [read(value, f"{field}[{index}]") for index, value in enumerate(values)]

    def _present(self, fields: Mapping[str, Any], name: str, field: str) -> Any:
        if name not in fields:
            raise self._wrong(field, "缺少此项")
        return fields[name]

    def _kind(self, value: Any, kind: type[T], field: str) -> T:
        if not isinstance(value, kind):
            raise self._wrong(field, f"应为{_KINDS[kind]}，现为 {_shown(value)}")
        return value

    def _wrong(self, field: str, what: str) -> TranscriptError:
        return TranscriptError(f"{self._where}：字段 {field} {what}")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 40 else f"{text[:40]}…"


def transcript_to_json(transcript: Transcript) -> dict[str, Any]:
    """The transcript as rules.md writes it; unknown parts of the clerk are left out."""
    agent = {name: value for name, value in vars(transcript.agent).items() if value is not None}
    return {
        "call_id": transcript.call_id,
        **({"agent": agent} if agent else {}),
        **({"duration": transcript.duration} if transcript.duration is not None else {}),
        "segments": [_segment_to_json(segment) for segment in transcript.segments],
    }


def _segment_to_json(segment: Segment) -> dict[str, Any]:
    words = [
        {"word": word.text, "start": _round(word.start), "end": _round(word.end), "conf": _round(word.conf)}
        for word in segment.words
    ]
    plain = {"channel": segment.channel, "start": _round(segment.start), "end": _round(segment.end)}
    return plain | {"text": segment.text} | ({"words": words} if words else {})


def judgement_to_json(judgement: Judgement) -> dict[str, Any]:
    """The judgement as rules.md writes it; ``prompted`` stands only where the job number was asked for."""
    return {
        "call_id": judgement.call_id,
        "verdict": judgement.verdict,
        "score": None if judgement.score is None else _round(judgement.score),
        "findings": [_finding_to_json(finding) for finding in judgement.findings],
    }


def _finding_to_json(finding: Finding) -> dict[str, Any]:
    plain = {
        "rule": finding.rule,
        "status": finding.status,
        "score": _round(finding.score),
        "evidence": [_evidence_to_json(evidence) for evidence in finding.evidence],
    }
    return plain | ({"prompted": True} if finding.prompted else {})


def _evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    return {
        "channel": evidence.channel,
        "start": _round(evidence.start),
        "end": _round(evidence.end),
        "text": evidence.text,
        "phrase": evidence.phrase,
    }


def _round(value: float) -> float:
    return round(value, 3)


def write_transcript(folder: Path, transcript: Transcript) -> Path:
    """Write ``<call_id>.json`` into ``folder``, whole or not at all, readable only for its owner. Raises TranscriptError."""
    name = re.sub(r"[^\w.-]", "_", transcript.call_id).lstrip(".") or "call"
    target = folder / f"{name}.json"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(target, json.dumps(transcript_to_json(transcript), ensure_ascii=False, indent=1))
    except OSError as error:
        raise TranscriptError(f"{target}：无法写入：{error.strerror}") from error
    return target


def _replace(target: Path, text: str) -> None:
    """mkstemp makes the file 0600; the rename makes it appear complete. A full disk leaves no part of it behind."""
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
