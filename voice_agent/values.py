"""The small frozen facts that the stages hand to each other. Times are seconds from the start of the recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Channel = Literal["agent", "caller", "mixed"]
Status = Literal["met", "missing", "late", "mismatch", "violated", "not_applicable", "uncertain"]
Verdict = Literal["compliant", "non_compliant", "needs_review", "not_monitored"]

#: The rules of docs/contract.md in its order; every judgement holds exactly one finding for each.
RULES: tuple[str, ...] = (
    "greeting", "identity", "job_number", "need_inquiry", "hold_notice", "hold_return", "referral",
    "callback", "absent_message", "wrong_number", "closing", "one_time_notice", "prohibited",
)  # fmt: skip
#: Rules that a site may switch on in its phrase book; their findings come after the thirteen.
OPTIONAL_RULES: tuple[str, ...] = ("rating_request", "complaint_registered", "legal_basis", "result_told")
EVERY_RULE = (*RULES, *OPTIONAL_RULES)
FAULTS: frozenset[Status] = frozenset({"missing", "late", "mismatch", "violated"})


@dataclass(frozen=True)
class Word:
    """A word as recognised; ``conf`` is 0–1 (1.0 where the transcript gives none)."""

    text: str
    start: float
    end: float
    conf: float = 1.0


@dataclass(frozen=True)
class Segment:
    """Speech of one side without a long pause; ``words`` may be empty when only ``text`` is known."""

    channel: Channel
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Agent:
    """The clerk as the telephony side knows them; any part may be unknown."""

    job_number: str | None = None
    name: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Transcript:
    """What was heard on a call. ``segments`` in order of start; ``duration`` None: the end of the last segment."""

    call_id: str
    segments: tuple[Segment, ...]
    agent: Agent = Agent()
    duration: float | None = None


@dataclass(frozen=True)
class Span:
    """A stretch of the recording, seconds."""

    start: float
    end: float


@dataclass(frozen=True)
class CallContext:
    """What the telephony side and the recording add to a transcript.

    ``holds``: times on hold within the recording. ``hung_up_by`` as ami_bridge says. ``transferred``: the clerk transferred the call.
    ``handover``: when a second clerk took over (None: only one clerk); numbers told from then on are not the first clerk's.
    ``unjudged``: stretches of the recording that are no clerk's own time on the line, muted or not covered: nothing said there is judged
    and no silence there is a look-up silence. ``not_monitored``: why (Chinese) too little of the talk was recorded; "" if enough was.
    ``direction``: who rang whom. ``missing_legs``: channels without usable audio. ``noisy_legs``: channels whose recognition should not be trusted (low signal-to-noise, clipping).
    """

    holds: tuple[Span, ...] = ()
    hung_up_by: Literal["caller", "agent", "system", "unknown"] = "unknown"
    transferred: bool = False
    handover: float | None = None
    unjudged: tuple[Span, ...] = ()
    not_monitored: str = ""
    direction: Literal["inbound", "outbound"] = "inbound"
    missing_legs: tuple[Channel, ...] = ()
    noisy_legs: tuple[Channel, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """Where and what was heard (``text`` empty: a silence), which ``phrase`` it was compared with, how alike (0–1)."""

    channel: Channel
    start: float
    end: float
    text: str
    phrase: str
    score: float = 1.0


@dataclass(frozen=True)
class Finding:
    """The state of one rule on one call. ``score`` 0–1 is the certainty of the status; ``reason`` is a Chinese sentence for people.

    ``prompted``: the job number was told only after the caller asked.
    """

    rule: str
    status: Status
    score: float
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    prompted: bool = False


@dataclass(frozen=True)
class HeardComplaint:
    """The caller complains: ``act`` says how, the evidence where; its score is the probability. A proposal to people, no finding."""

    act: str
    evidence: Evidence


@dataclass(frozen=True)
class Judgement:
    """The result for one call; ``score`` 0–100 points (None when not monitored), ``findings`` in the order of ``EVERY_RULE``.

    ``model``: the digest of the learned model of acts (empty: phrases alone). ``complaints``: what the caller complained of, which judges nobody.
    """

    call_id: str
    verdict: Verdict
    score: float | None
    findings: tuple[Finding, ...]
    book_version: str = ""
    reason: str = ""
    model: str = ""
    complaints: tuple[HeardComplaint, ...] = ()
