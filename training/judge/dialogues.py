"""Labelled dialogues: read them, check them, and lay them out in time as transcripts."""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from phrasebook import load_book
from phrasebook.model import PhraseBook
from voice_agent.acts.act import FAULT_NAMES
from voice_agent.evaluate import dialogues as product
from voice_agent.evaluate.dialogues import SYLLABLE, Clause
from voice_agent.speech.normalise import said
from voice_agent.values import Agent, Channel, Segment, Transcript

FOLDER = Path(__file__).parents[1] / "dialogues"
PAUSES_WITHIN = 0.5  # share of versions in which clauses of a turn are parted by a pause


@dataclass(frozen=True)
class Dialogue:
    """A labelled call, an excerpt, or a line with what was said around it (`kind`). `labelled`: the clauses whose acts
    are known; `looked_for`: of each clause the only acts that anybody looked for (None, or no entry: what the kind says)."""

    id: str
    author: str
    kind: str
    clauses: tuple[Clause, ...]
    expect: Mapping[str, str]
    also_ok: Mapping[str, Sequence[str]]
    agent: Agent
    labelled: tuple[bool, ...]
    looked_for: tuple[frozenset[str] | None, ...] = ()


def read_dialogues(path: Path) -> Iterator[Dialogue]:
    """Read the dialogues of a file, or the lines of a bank; the author is the letter in its name. Raises TranscriptError."""
    if path.suffix == ".tsv":
        yield from _phrases(path)
        return
    if path.stem.startswith("bank-"):
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                yield _line(json.loads(line), path.stem.split("-")[1], number)
        return
    for one in product.read_dialogues(path):
        clauses = refined(one.clauses, one.expect)
        known = (True,) * len(clauses)
        yield Dialogue(one.id, one.author, one.kind, clauses, one.expect, one.also_ok, one.agent, known)


def read_all(folder: Path = FOLDER) -> list[Dialogue]:
    """Every labelled dialogue and line that may be learnt from (`held-out/` is none of them)."""
    paths = sorted([*folder.glob("*.jsonl"), *folder.glob("phrases-*.tsv")])
    read = [one for path in paths for one in read_dialogues(path)]
    needs = [
        clause.text for one in read if one.kind == "call" for clause in one.clauses if "states_need" in clause.acts
    ]
    return [*read, *(read_book(load_book(), needs) if needs else ())]


def read_book(book: PhraseBook, before: Sequence[str]) -> Iterator[Dialogue]:
    """The examples and counterexamples of the phrase book's entries, alone and after what a caller said (one of `before`)."""
    faults = frozenset({"fault", *FAULT_NAMES})
    for number, entry in enumerate(book.acts.values()):
        who: Channel = "caller" if entry.side == "caller" else "agent"
        other: Channel = "agent" if who == "caller" else "caller"
        for texts, acts, looked_for in (
            (entry.examples, (entry.act, *(("fault",) if entry.category else ())), frozenset({entry.act, "fault"})),
            (entry.counterexamples, (), faults if entry.category else frozenset({entry.act})),
        ):
            for place, text in enumerate(texts):
                clause = Clause(who, 0.4, said(text), acts)
                asked = Clause(other, 0.4, before[(number * 7 + place) % len(before)], ())
                for clauses in ((clause,), (asked, clause)):
                    known = tuple(one is clause for one in clauses)
                    masks = tuple(looked_for for _ in clauses)
                    yield Dialogue(f"{entry.id}-{place}", "book", "line", clauses, {}, {}, Agent(), known, masks)


#: Sentences that are, or only look like, mandated phrases; whatever else they do nobody looked for.
PHRASE = "phrase"


def _phrases(path: Path) -> Iterator[Dialogue]:
    """Sentences with the ids of the mandated phrases that they say (`+`) or only resemble (`-`)."""
    author = path.stem.split("-")[1]
    said: dict[str, set[str]] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            phrase, sign, text = line.rstrip("\n").split("\t")
            said.setdefault(text, set()).update({phrase} if sign == "+" else ())
    for number, (text, phrases) in enumerate(said.items(), 1):
        clause = Clause("agent", 0.4, text, tuple(sorted(phrases)))
        yield Dialogue(f"{author}{number}", author, PHRASE, (clause,), {}, {}, Agent(), (True,))


def _line(fields: Mapping[str, Any], author: str, number: int) -> Dialogue:
    other: Channel = "caller" if fields["who"] == "agent" else "agent"
    acts = [*fields["acts"], *(["fault"] if fields["who"] == "agent" and _is_fault(fields["acts"], {}) else [])]
    around = [
        (other, fields.get("before"), ()),
        (fields["who"], fields["text"], acts),
        (other, fields.get("after"), ()),
    ]
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
    - `declines_contact`: the agent does not take down the number that a caller offers for a call-back;
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
    if expect.get("callback") == "missing" and (place := _offered(clauses)) is not None:
        changed[place] = replace(changed[place], acts=(*changed[place].acts, "declines_contact"))
    if expect.get("one_time_notice") == "late":
        for place in _asked_for(clauses):
            changed[place] = replace(changed[place], acts=(*changed[place].acts, "asks_part"))
    return tuple(changed)


def _offered(clauses: Sequence[Clause]) -> int | None:
    """The agent's first clause after the caller offered a number that nobody had asked for."""
    offers = [place for place, clause in enumerate(clauses) if "gives_contact" in clause.acts]
    asked = any("ask_contact" in clause.acts for clause in clauses)
    after = (
        (place for place in range(offers[-1], len(clauses)) if clauses[place].who == "agent")
        if offers and not asked
        else ()
    )
    return next(iter(after), None)


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
            question = (
                place if question is None or clause.gap is not None or clauses[place - 1].who == "caller" else question
            )
            continue
        new = set(PARTS) & set(clause.acts) - told
        if (
            new
            and begun
            and question is not None
            and _QUESTION.search(clauses[question].text)
            and not any(set(one.acts) & {*PARTS, "notice_policy"} for one in clauses[question + 1 : place])
        ):
            yield question
        begun = begun or bool(new) or "notice_policy" in clause.acts
        told |= new


@lru_cache(maxsize=1)
def phrase_acts() -> dict[str, frozenset[str]]:
    """The acts that belong to each mandated phrase, as the phrase book tells."""
    return {phrase.id: frozenset(phrase.acts) for phrase in load_book().phrases.values()}


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
