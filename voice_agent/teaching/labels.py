"""What a decision about a rule says of acts: done here, not done there. Pure.

A person decides about duties, the network hears acts. Where a duty was kept its act was done somewhere; where it was broken it was not
done in the place where it was due. Rules that compare figures or parts of a notice
(``job_number``, ``one_time_notice``) teach nothing: what errs there is rarely the hearing of one act.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

from voice_agent.acts.act import FAULT
from voice_agent.values import FAULTS, CallContext, Evidence, Status, Transcript

Side = Literal["agent", "caller"]
#: The act of a clerk that keeps each duty; of several one is enough.
KEEPS: dict[str, tuple[str, ...]] = {
    "greeting": ("greeting",), "identity": ("identity",), "need_inquiry": ("need_inquiry",), "hold_notice": ("wait_request",),
    "hold_return": ("return_apology",), "referral": ("referral_number", "self_transfer"), "callback": ("ask_contact",), "absent_message": ("offer_message",),
    "wrong_number": ("told_wrong_number",), "closing": ("closing_thanks", "closing_bye"),
}  # fmt: skip
#: What makes a duty arise: side and act.
ARISES: dict[str, tuple[Side, str]] = {
    "referral": ("agent", "referral"),
    "callback": ("agent", "callback_promise"),
    "absent_message": ("agent", "person_absent"),
    "wrong_number": ("caller", "misdialled"),
}
#: What a confirmation weighs beside a correction.
CONFIRMED = 0.1
#: Duties of one place (the opening, the end, a silence): elsewhere the same act is innocent, so only the stretch where it was due says anything.
PLACED = frozenset({"greeting", "identity", "need_inquiry", "closing", "hold_notice", "hold_return"})


@dataclass(frozen=True)
class Decision:
    """What a person decided of a rule: the ``status`` that holds, and what the machine had said (None: the person added it)."""

    rule: str
    status: Status
    machine: Status | None
    evidence: tuple[Evidence, ...]

    @property
    def weight(self) -> float:
        """What it weighs: that the machine was right says less than that it was wrong or did not know."""
        return CONFIRMED if self.status == self.machine else 1.0


@dataclass(frozen=True)
class Case:
    """A call with what people decided of it. ``name`` is what Asterisk calls it."""

    name: str
    transcript: Transcript
    context: CallContext
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class Label:
    """In one of ``spans`` (seconds; none: anywhere) a side does (or does not) one of ``acts``.

    ``everywhere``: all that was said there is meant; otherwise only the likeliest place.
    """

    side: Side
    acts: tuple[str, ...]
    done: bool
    spans: tuple[tuple[float, float], ...]
    everywhere: bool


def labels_of(decision: Decision) -> Iterator[Label]:
    """What a decision teaches; nothing where it says nothing of single acts. That a duty did not arise, as the machine said, teaches nothing new.

    That nothing prohibited was said does: it holds the balance to what was.
    """
    confirms = decision.status == decision.machine and decision.rule != "prohibited"
    for label in _labels(decision):
        if label.spans or not confirms:
            yield label


def _labels(decision: Decision) -> Iterator[Label]:
    rule, status = decision.rule, decision.status
    if status == "uncertain":
        return
    if rule == "prohibited":
        yield from _of_speech(decision)
    elif (
        rule in KEEPS and decision.machine != "not_applicable"
    ):  # how a duty was kept that the machine never saw arise, nobody said
        yield from _of_duty(decision)
    if rule in ARISES:
        side, act = ARISES[rule]
        if status == "not_applicable":
            yield Label(side, (act,), False, (), True)
        elif status in FAULTS or decision.machine == "not_applicable":
            yield Label(side, (act,), True, (), False)


def _of_speech(decision: Decision) -> Iterator[Label]:
    spans = _spans(decision.evidence, "agent")
    if decision.status in FAULTS:
        if spans:
            yield Label("agent", (FAULT,), True, spans, decision.machine in FAULTS)
    elif decision.status == "met":
        yield Label("agent", (FAULT,), False, spans, True)


def _of_duty(decision: Decision) -> Iterator[Label]:
    acts, rule = KEEPS[decision.rule], decision.rule
    due = _spans(decision.evidence, "agent") if rule in PLACED else ()
    if decision.status == "met":
        kept = decision.machine == "met"
        yield Label("agent", acts, True, _spans(decision.evidence, "agent") if kept else due, False)
    elif decision.status == "missing" and (due or rule not in PLACED):
        yield Label("agent", acts, False, due, True)


def _spans(evidence: Sequence[Evidence], side: Side) -> tuple[tuple[float, float], ...]:
    return tuple(
        (part.start, max(part.end, part.start)) for part in evidence if part.channel == side and part.end < inf
    )
