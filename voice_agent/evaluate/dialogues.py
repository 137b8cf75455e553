"""Labelled dialogues: calls written or transcribed clause by clause, with what is expected of each (``training/dialogues``).

One JSON object a line; the letter in a file's name is its author, so that whatever is measured can be split by author.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from voice_agent.errors import TranscriptError
from voice_agent.values import RULES, Agent, Channel, Segment, Status, Transcript

#: How long a syllable lasts where a dialogue is laid out in time, seconds.
SYLLABLE = 0.22
Kind = Literal["call", "excerpt"]
Who = Literal["agent", "caller"]


@dataclass(frozen=True)
class Clause:
    """A clause and the acts it does; ``gap``: silence before it, seconds (None: it goes on without one)."""

    who: Channel
    gap: float | None
    text: str
    acts: tuple[str, ...]


@dataclass(frozen=True)
class Dialogue:
    """A labelled call, or an excerpt of one. ``expect``: status by rule; ``also_ok``: statuses that a fair reviewer could defend too."""

    id: str
    author: str
    kind: Kind
    clauses: tuple[Clause, ...]
    expect: Mapping[str, Status]
    also_ok: Mapping[str, tuple[Status, ...]]
    agent: Agent


class _Turn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    who: Who
    gap: float
    say: Annotated[list[tuple[str, list[str]]], Field(min_length=1)]


class _Agent(BaseModel):
    job_number: str | None = None
    name: str | None = None
    unit: str | None = None


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str
    agent: _Agent = _Agent()
    turns: Annotated[list[_Turn], Field(min_length=1)]
    expect: dict[str, Status]
    also_ok: dict[str, list[Status]] = {}
    excerpt: bool = False


def read_dialogues(path: Path) -> Iterator[Dialogue]:
    """The dialogues of a file. Raises TranscriptError naming file, line and field."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TranscriptError(f"{path}：无法读取（{error}）") from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield _dialogue(line, path, number)


def read_folder(folder: Path) -> tuple[Dialogue, ...]:
    """All labelled calls of a folder (``calls-*.jsonl``), by file. Raises TranscriptError, also where there is none."""
    found = tuple(one for path in sorted(folder.glob("calls-*.jsonl")) for one in read_dialogues(path))
    if not found:
        raise TranscriptError(f"{folder}：没有标注过的通话（calls-*.jsonl）")
    return found


def _dialogue(line: str, path: Path, number: int) -> Dialogue:
    try:
        read = _Line.model_validate_json(line)
        unknown = sorted(set(read.expect) - set(RULES) | set(read.also_ok) - set(RULES))
        if unknown:
            raise TranscriptError(f"{path} 第 {number} 行：expect 中没有规则 {'、'.join(unknown)}")
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "整行"
        raise TranscriptError(f"{path} 第 {number} 行：字段 {field}：{first['msg']}") from error
    clauses = tuple(
        Clause(turn.who, turn.gap if place == 0 else None, text, tuple(acts))
        for turn in read.turns
        for place, (text, acts) in enumerate(turn.say)
    )
    also_ok = {rule: tuple(statuses) for rule, statuses in read.also_ok.items()}
    author = path.stem.partition("-")[2] or path.stem
    kind: Kind = "excerpt" if read.excerpt else "call"
    return Dialogue(read.id, author, kind, clauses, read.expect, also_ok, Agent(**read.agent.model_dump()))


def transcript_of(dialogue: Dialogue) -> Transcript:
    """A dialogue laid out in time, one segment a turn, as a recogniser without word times would give it."""
    segments: list[Segment] = []
    now = 0.0
    for clause in dialogue.clauses:
        start = max(0.0, now + (clause.gap or 0.0))
        end = start + SYLLABLE * len(clause.text)
        if clause.gap is None and segments:
            last = segments[-1]
            segments[-1] = Segment(last.channel, last.start, end, last.text + clause.text)
        else:
            segments.append(Segment(clause.who, start, end, clause.text))
        now = max(now, end)
    return Transcript(dialogue.id, tuple(sorted(segments, key=lambda one: one.start)), dialogue.agent, now)
