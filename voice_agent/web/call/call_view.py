"""What the page of one call shows, made from the store's facts. Texts arrive masked: no template can forget it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from phrasebook.model import PhraseBook
from voice_agent.labels import RULE_NAMES, STATUS_NAMES
from voice_agent.privacy.talk import hidden_transcript
from voice_agent.store.calls.findings import StoredFinding
from voice_agent.store.reviews.closings import Closing
from voice_agent.store.reviews.comments import Comment
from voice_agent.store.reviews.heard_complaints import ACT_NAMES, Proposal
from voice_agent.store.reviews.objections import Objection
from voice_agent.store.reviews.reviews import Review
from voice_agent.values import FAULTS, Channel, Evidence, Finding, Segment, Status, Transcript, Word
from voice_agent.web.words import Veil, kind, sign, spoken

#: Words that the recogniser was less sure of than this are marked as doubtful (0–1).
DOUBTFUL = 0.5
ORDER = {"violated": 0, "mismatch": 1, "missing": 2, "late": 3, "uncertain": 4, "met": 5, "not_applicable": 6}


@dataclass(frozen=True)
class WordView:
    """A word that a click plays from ``start`` (seconds)."""

    text: str
    start: float
    doubtful: bool


@dataclass(frozen=True)
class TurnView:
    """A line of the conversation."""

    channel: Channel
    start: float
    end: float
    words: tuple[WordView, ...]


@dataclass(frozen=True)
class StepView:
    """One decision in the history of a finding."""

    at: float
    who: str
    decision: str
    before: Status | None
    status: Status
    reason: str
    carried: bool


@dataclass(frozen=True)
class FindingView:
    """A finding with all that makes it believable; ``quiet``: the rule does not apply. ``start`` is where its evidence begins.

    ``reason`` is what is said now; ``own_reason`` what the machine said where people decided otherwise, else ''. ``open``: a
    person has to decide.
    """

    id: int
    name: str
    status: Status
    machine_status: Status | None
    score: float
    reason: str
    prompted: bool
    reviewed: bool
    evidence: tuple[Evidence, ...]
    start: float | None
    norm: str
    quiet: bool
    own_reason: str
    open: bool
    history: tuple[StepView, ...]
    objection: Objection | None
    may_object: bool
    may_decide: bool


def turns(transcript: Transcript, *, hidden: bool) -> list[TurnView]:
    """The conversation in order of time; the page itself hangs the findings on its lines (``label_places``)."""
    shown = hidden_transcript(transcript) if hidden else transcript
    ordered = sorted(shown.segments, key=lambda part: (part.start, part.channel))
    return [TurnView(part.channel, part.start, part.end, tuple(_words(part))) for part in ordered]


def _words(part: Segment) -> Iterator[WordView]:
    for word in part.words or _spread(part):
        yield WordView(spoken(word.text, hidden=False), word.start, word.conf < DOUBTFUL)


def _spread(part: Segment) -> tuple[Word, ...]:
    """Characters with times guessed evenly, where a transcript gives none for words."""
    each = (part.end - part.start) / max(1, len(part.text))
    return tuple(
        Word(letter, round(part.start + place * each, 2), round(part.start + (place + 1) * each, 2))
        for place, letter in enumerate(part.text)
    )


def label_places(findings: Sequence[StoredFinding]) -> list[dict[str, Any]]:
    """What hangs on which line: only the clerk has duties, so only the clerk's lines carry labels.

    ``from``/``to`` seconds; ``where``: ``all`` lines heard there, the ``first``, the ``last`` (an ending is due at the end), the
    one ``before`` a silence, or the one ``after`` what the caller said.
    """
    shown = [each.finding for each in findings if each.counted and each.finding.status != "not_applicable"]
    return [
        {
            "words": f"{RULE_NAMES[found.rule]}·{STATUS_NAMES[found.status]}", "kind": kind(found.status), "sign": sign(found.status),
            "from": evidence.start, "to": evidence.end, "where": where,
        }
        for found in shown
        for evidence, where in _hung(found)
    ]  # fmt: skip


def complaint_places(proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
    """What the caller complained of hangs on the caller's own line."""
    return [
        {"words": ACT_NAMES[one.act], "kind": "warn", "sign": "!", "from": one.began, "to": one.ended, "where": "said"}
        for one in proposals
        if one.state != "dismissed"
    ]


def _hung(found: Finding) -> Iterator[tuple[Evidence, str]]:
    """The evidence that is labelled: all that was heard of the clerk, but a single place of what was not."""
    own = [one for one in found.evidence if one.channel != "caller"]
    if found.status not in ("missing", "uncertain"):
        yield from ((one, "all") for one in own)
        own = own or [*found.evidence[:1]]
        if any(one.channel == "caller" for one in own):
            yield own[0], "after"
    elif found.rule == "closing" and found.evidence:
        yield (own or found.evidence)[-1], "last"
    elif own:
        yield own[0], "first" if own[0].text else "before"
    elif found.evidence:
        yield found.evidence[0], "after"


def finding_views(
    findings: Sequence[StoredFinding],
    reviews: Sequence[Review],
    objections: Sequence[Objection],
    book: PhraseBook,
    may_object: Callable[[StoredFinding], bool],
    may_decide: Callable[[Objection], bool],
    *,
    hidden: Veil,
) -> list[FindingView]:
    """The findings: faults first, then what a person must hear, then what was kept; as they were made, so that a decision does
    not move them."""
    by_finding = {one.finding: masked(one, hidden=hidden) for one in objections}

    def view(each: StoredFinding) -> FindingView:
        found, objection = each.finding, by_finding.get(each.id)
        history = tuple(_step(one, hidden) for one in reviews if one.finding == each.id)
        return FindingView(
            each.id, RULE_NAMES[found.rule], found.status, each.machine_status, found.score, found.reason, found.prompted,
            each.reviewed, found.evidence, found.evidence[0].start if found.evidence else None, norm_of(book, found.rule),
            found.status == "not_applicable" and not history, each.own_reason if each.changed else "", each.open, history, objection,
            objection is None and found.status in FAULTS and may_object(each), objection is not None and may_decide(objection),
        )  # fmt: skip

    return [view(each) for each in sorted(findings, key=lambda each: ORDER[each.machine_status or "late"])]


def _step(one: Review, hidden: Veil) -> StepView:
    reason = spoken(one.reason, hidden=hidden)
    return StepView(one.at, one.reviewer_name, one.decision, one.status_before, one.status, reason, one.carried)


def masked(one: Objection, *, hidden: Veil) -> Objection:
    """An objection as this visit may read it: people write down the numbers that they heard."""
    return replace(one, text=spoken(one.text, hidden=hidden), answer=spoken(one.answer, hidden=hidden))


def remarks(comments: Sequence[Comment], *, hidden: Veil) -> list[Comment]:
    """The remarks as this visit may read them."""
    return [replace(one, text=spoken(one.text, hidden=hidden)) for one in comments]


def accounts(steps: Sequence[Closing], *, hidden: Veil) -> list[Closing]:
    """When the review was finished or taken up again, as this visit may read it."""
    return [replace(one, reason=spoken(one.reason, hidden=hidden)) for one in steps]


def norm_of(book: PhraseBook, rule: str) -> str:
    """The article that a rule stands on, as printed."""
    if rule not in book.rules:
        return ""
    source = book.rules[rule].source
    place = f"附件{source.annex} {source.article}" if source.annex else f"本单位规定 {source.article}"
    return f"{place}：{source.text}" if source.text else place


def regions(findings: Sequence[StoredFinding]) -> list[dict[str, Any]]:
    """The coloured stretches of the waveform."""
    return [
        {
            "finding": each.id,
            "start": one.start,
            "end": one.end,
            "channel": one.channel,
            "kind": kind(each.finding.status),
        }
        for each in findings
        if each.finding.status != "not_applicable"
        for one in each.finding.evidence
    ]
