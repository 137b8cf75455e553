"""The interchange formats of rules.md: transcript files in and out, judgements out.

Bad files end in a TranscriptError that names the file and the field (``segments[3].start``) or the line, in Chinese.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, Strict, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from voice_agent.errors import TranscriptError
from voice_agent.values import Agent, Channel, Evidence, Finding, Judgement, Segment, Transcript, Word

#: An hour of dense speech with all its words is about 6 MB; more than this is no call.
LARGEST_BYTES = 64 * 1024 * 1024
#: Five hours of speech without a pause; judging takes seconds to minutes at this length and would take hours at a hundred times it.
MOST_CHARACTERS = 100_000
#: Control characters (also Unicode's) mean nothing in speech and can play tricks on a terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


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
    return _transcript(value, where)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"键 {next(name for name in names if names.count(name) > 1)!r} 重复出现")
    return value


def _cleaned(value: Any) -> Any:
    return _CONTROL.sub("", value) if isinstance(value, str) else value


def _in_order(end: float, info: ValidationInfo) -> float:
    if end < info.data.get("start", 0.0):
        raise PydanticCustomError("backward", "早于 start（{end:g} < {start:g}）", {"end": end, **info.data})
    return end


def _named(name: str) -> str:
    if not name.strip():
        raise PydanticCustomError("empty", "不能为空")
    return name.strip()


_Text = Annotated[str, Strict(), BeforeValidator(_cleaned)]
_Seconds = Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)]
_End = Annotated[_Seconds, AfterValidator(_in_order)]


class _Word(BaseModel):
    word: _Text
    start: _Seconds
    end: _End
    conf: Annotated[float, Strict(), Field(ge=0, le=1, allow_inf_nan=False)] | None = None


class _Segment(BaseModel):
    channel: Channel
    start: _Seconds
    end: _End
    text: _Text
    words: list[_Word] | None = None


class _Agent(BaseModel):
    job_number: _Text | None = None
    name: _Text | None = None
    unit: _Text | None = None


class _Document(BaseModel):
    call_id: Annotated[_Text, AfterValidator(_named)]
    segments: list[_Segment]
    agent: _Agent | None = None
    duration: _Seconds | None = None


#: pydantic's error types in the words of whoever wrote the file.
_REASONS = {
    "missing": "缺少此项",
    "string_type": "应为文字，现为 {}",
    "list_type": "应为列表，现为 {}",
    "model_type": "应为对象，现为 {}",
    "float_type": "应为数字，现为 {}",
    "finite_number": "应为数字，现为 {}",
    "greater_than_equal": "不能为负数，现为 {}",
    "less_than_equal": "应在 0 到 1 之间，现为 {}",
    "literal_error": "应为 agent、caller 或 mixed，现为 {}",
}


def _transcript(value: Any, where: str) -> Transcript:
    try:
        document = _Document.model_validate(value)
    except ValidationError as error:
        raise TranscriptError(_complaint(where, error.errors()[0])) from error
    segments = [_segment(one) for one in document.segments]
    characters = sum(max(len(one.text), sum(len(word.text) for word in one.words)) for one in segments)
    if characters > MOST_CHARACTERS:
        raise TranscriptError(
            f"{where}：字段 segments 共 {characters} 字，超过 {MOST_CHARACTERS} 字，不会是一通电话的转写文本"
        )
    agent = document.agent.model_dump() if document.agent else {}
    return Transcript(
        call_id=document.call_id,
        segments=tuple(sorted(segments, key=lambda one: (one.start, one.end, one.channel))),
        agent=Agent(**{name: (text or "").strip() or None for name, text in agent.items()}),
        duration=document.duration,
    )


def _segment(one: _Segment) -> Segment:
    words = (Word(w.word, w.start, w.end, 1.0 if w.conf is None else w.conf) for w in one.words or ())
    return Segment(one.channel, one.start, one.end, one.text, tuple(words))


def _complaint(where: str, detail: ErrorDetails) -> str:
    """Which field is wrong (``segments[3].start``) and how."""
    field = re.sub(r"\.(\d+)", r"[\1]", ".".join(str(part) for part in detail["loc"])) or "最外层"
    reason = _REASONS.get(detail["type"], detail["msg"]).replace("{}", _shown(detail["input"]))
    return f"{where}：字段 {field} {reason}"


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
