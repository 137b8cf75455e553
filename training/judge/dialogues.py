"""Labelled dialogues: read them, check them, and lay them out in time as transcripts."""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from voice_agent.acts.act import FAULT_NAMES
from voice_agent.values import Agent, Channel, Segment, Transcript

FOLDER = Path(__file__).parents[1] / "dialogues"
SYLLABLE = 0.22  # seconds
PAUSES_WITHIN = 0.5  # share of versions in which clauses of a turn are parted by a pause


@dataclass(frozen=True)
class Clause:
    """A clause and what it does; `gap`: silence before it, seconds (None: it goes on without one)."""

    who: Channel
    gap: float | None
    text: str
    acts: tuple[str, ...]


@dataclass(frozen=True)
class Dialogue:
    """A labelled call, an excerpt, or a line with what was said around it (`kind`). `labelled`: the clauses whose acts are known."""

    id: str
    author: str
    kind: str
    clauses: tuple[Clause, ...]
    expect: Mapping[str, str]
    also_ok: Mapping[str, Sequence[str]]
    agent: Agent
    labelled: tuple[bool, ...]


def read_dialogues(path: Path) -> Iterator[Dialogue]:
    """Read the dialogues of a file; the author is the letter in its name."""
    author = path.stem.split("-")[1]
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            fields = json.loads(line)
            yield _dialogue(fields, author) if "turns" in fields else _line(fields, author, number)


def _dialogue(fields: Mapping[str, Any], author: str) -> Dialogue:
    clauses = tuple(
        Clause(turn["who"], turn["gap"] if first else None, text, tuple(acts))
        for turn in fields["turns"]
        for first, (text, acts) in ((place == 0, said) for place, said in enumerate(turn["say"]))
    )
    clauses = refined(clauses, fields["expect"])
    kind = "excerpt" if fields.get("excerpt") else "call"
    agent = Agent(**{name: fields["agent"].get(name) for name in ("job_number", "name", "unit")})
    known = (True,) * len(clauses)
    return Dialogue(fields["id"], author, kind, clauses, fields["expect"], fields.get("also_ok", {}), agent, known)


def _line(fields: Mapping[str, Any], author: str, number: int) -> Dialogue:
    other: Channel = "caller" if fields["who"] == "agent" else "agent"
    acts = [*fields["acts"], *(["fault"] if fields["who"] == "agent" and _is_fault(fields["acts"], {}) else [])]
    around = [(other, fields.get("before"), ()), (fields["who"], fields["text"], acts), (other, fields.get("after"), ())]
    clauses = tuple(Clause(who, 0.4, text, tuple(acts)) for who, text, acts in around if text)
    known = tuple(one.text == fields["text"] and one.who == fields["who"] for one in clauses)
    return Dialogue(f"{author}{number}", author, "line", clauses, {}, {}, Agent(), known)


_QUESTION = re.compile("几|多|啥|什么|哪|咋|怎|吗|不$|呢$|么$|行不")
PARTS = ("notice_materials", "notice_path", "notice_time")


def refined(clauses: tuple[Clause, ...], expect: Mapping[str, str]) -> tuple[Clause, ...]:
    """Tell acts apart that the writers' tags do not, by what they expect of the call.

    - `fault`: any prohibited act;
    - `blunt_wrong_number`: a caller is told that the number is wrong, and it does not count as courteous;
    - a mere 不客气 where the call has no ending is no `closing_thanks`;
    - `asks_part`: the caller has to ask for a part of the one-time notice that is then told for the first time.
    """
    changed = list(clauses)
    for place, clause in enumerate(clauses):
        acts = list(clause.acts)
        if clause.who == "agent" and _is_fault(acts, expect):
            acts.append("fault")
        if expect.get("wrong_number") == "missing" and "told_wrong_number" in acts:
            acts[acts.index("told_wrong_number")] = "blunt_wrong_number"
        if expect.get("closing") == "missing" and "closing_thanks" in acts:
            acts.remove("closing_thanks")
        changed[place] = replace(clause, acts=tuple(acts))
    if expect.get("one_time_notice") == "late":
        for place in _asked_for(clauses):
            changed[place] = replace(changed[place], acts=(*changed[place].acts, "asks_part"))
    return tuple(changed)


def _is_fault(acts: Sequence[str], expect: Mapping[str, str]) -> bool:
    """Whether a clause is a fault; a negated courtesy (您的手续还没办好) is one only where the call is expected to hold one."""
    faults = FAULT_NAMES.keys() & set(acts)
    return bool(faults) and (faults != {"negated_courtesy"} or expect.get("prohibited") == "violated")


def _asked_for(clauses: Sequence[Clause]) -> Iterator[int]:
    """The last clause of the caller before each part that is told for the first time, once the answer has begun."""
    begun = False
    told: set[str] = set()
    question: int | None = None
    for place, clause in enumerate(clauses):
        if clause.who == "caller":
            question = place if question is None or clause.gap is not None or clauses[place - 1].who == "caller" else question
            continue
        new = set(PARTS) & set(clause.acts) - told
        if new and begun and question is not None and _QUESTION.search(clauses[question].text) and not any(
            set(one.acts) & {*PARTS, "notice_policy"} for one in clauses[question + 1 : place]
        ):
            yield question
        begun = begun or bool(new) or "notice_policy" in clause.acts
        told |= new


def transcript_of(dialogue: Dialogue, rng: random.Random | None = None, by_turn: bool = False) -> Transcript:
    """Lay a dialogue out in time; `rng` puts pauses between clauses in half of the versions, `by_turn` makes one segment a turn."""
    pauses = rng is not None and rng.random() < PAUSES_WITHIN
    segments: list[Segment] = []
    now = 0.0
    for clause in dialogue.clauses:
        gap = clause.gap
        if gap is None:
            gap = rng.choice([0.0, 0.3, 0.6, 1.0]) if pauses and rng else 0.0
        start = max(0.0, now + gap)
        end = start + SYLLABLE * len(clause.text)
        last = segments[-1] if segments else None
        if by_turn and clause.gap is None and last:
            segments[-1] = Segment(last.channel, last.start, end, last.text + clause.text)
        else:
            segments.append(Segment(clause.who, start, end, clause.text))
        now = max(now, end)
    return Transcript(dialogue.id, tuple(sorted(segments, key=lambda one: one.start)), dialogue.agent, now)
