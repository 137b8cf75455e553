"""What the pages show of a call that goes on, made from what was heard so far. Pure; moments are unix seconds, so that no page needs the call's time line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from ami_bridge.events import CallEnded
from phrasebook.model import PhraseBook
from voice_agent.acts.conversation import Conversation, follow
from voice_agent.acts.learned.model import bundled
from voice_agent.coverage import lay
from voice_agent.labels import RULE_NAMES
from voice_agent.live.facts import context_of
from voice_agent.masking import mask
from voice_agent.owntime import Squeeze
from voice_agent.rules.so_far import Duty, SoFar, so_far
from voice_agent.spans import joined
from voice_agent.speech.delivery import measured
from voice_agent.values import Agent, CallContext, Segment, Transcript

#: So many of the latest acts are shown.
ACTS_SHOWN = 12


@dataclass(frozen=True)
class Heard:
    """What was heard of a call: all final segments in order, up to when all is known, how long the sound is (seconds), since when nobody
    speaks (None: somebody does)."""

    segments: tuple[Segment, ...]
    settled: float
    seconds: float
    quiet_since: float | None


@dataclass(frozen=True)
class Judged:
    """A picture for the pages (plain values, moments in unix seconds) and the duties it was made of (times of the recording)."""

    picture: dict[str, Any]
    duties: tuple[Duty, ...]


def judge_so_far(heard: Heard, call: CallEnded, began: float, agent: Agent, book: PhraseBook) -> Judged:
    """The picture of ``call`` (as the bridge tells it now), whose recording began at ``began`` (unix seconds)."""
    context = _context(call, began, heard.seconds)
    squeeze = Squeeze(joined(context.unjudged))
    whole = Transcript(call.uniqueid, heard.segments, agent, heard.seconds)
    everything = _follow(squeeze, whole, context, book)
    before = tuple(one for one in heard.segments if one.start <= heard.settled)
    known = everything
    if len(before) < len(heard.segments):
        known = _follow(squeeze, replace(whole, segments=before, duration=heard.settled), context, book)
    found = so_far(known, everything, squeeze.narrow(heard.settled))
    return Judged(_picture(found, heard, squeeze, began, measured(whole, context.unjudged)), _restored(found, squeeze))


def _context(call: CallEnded, began: float, seconds: float) -> CallContext:
    """What the telephony side knows so far; a clerk who is on the line now stays there as long as there is sound."""
    until = began + seconds
    legs = tuple(replace(leg, end=max(leg.end, until)) if leg.end >= call.end else leg for leg in call.clerks)
    holds = tuple(replace(one, end=max(one.end, until)) if one.end >= call.end else one for one in call.holds)
    told = replace(call.recordings[0], end=until) if call.recordings else None
    now = replace(call, end=max(call.end, until), clerks=legs, holds=holds, hung_up_by="unknown")
    return context_of(now, lay(now, [(told, seconds)]))


def _follow(squeeze: Squeeze, said: Transcript, context: CallContext, book: PhraseBook) -> Conversation:
    if not context.unjudged:
        return follow(said, context, book, bundled())
    return follow(squeeze.transcript(said), squeeze.context(context), book, bundled())


def _restored(found: SoFar, squeeze: Squeeze) -> tuple[Duty, ...]:
    def wide(duty: Duty) -> Duty:
        spots = tuple(
            replace(one, start=squeeze.wide(one.start), end=squeeze.wide(one.end)) for one in duty.finding.evidence
        )
        until = None if duty.until is None else squeeze.wide(duty.until)
        since = None if duty.since is None else squeeze.wide(duty.since)
        return replace(duty, until=until, since=since, finding=replace(duty.finding, evidence=spots))

    return tuple(map(wide, found.duties))


def _picture(found: SoFar, heard: Heard, squeeze: Squeeze, began: float, delivery: Any) -> dict[str, Any]:
    def moment(second: float) -> float:
        return round(began + squeeze.wide(second), 2)

    return moments(heard, began) | {
        "duties": [
            {
                "rule": one.rule, "name": RULE_NAMES[one.rule], "state": one.state, "why": mask(one.finding.reason),
                "until": None if one.until is None else moment(one.until), "since": None if one.since is None else moment(one.since), "status": one.finding.status, "score": one.finding.score,
            }
            for one in found.duties
        ],
        "acts": [
            {"at": moment(one.at), "side": one.channel, "act": one.act, "name": one.name, "text": mask(one.text), "p": round(one.probability, 2)}
            for one in found.acts[-ACTS_SHOWN:]
        ],
        "warnings": [
            {"at": moment(one.at), "act": one.kind, "name": one.name, "text": mask(one.text), "sure": one.sure}
            for one in found.warnings
        ],
        "last": last_said(heard.segments),
        "delivery": None if delivery is None else {name: value for name, value in asdict(delivery).items() if name != "cuts"},
    }  # fmt: skip


def moments(heard: Heard, began: float) -> dict[str, Any]:
    """What changes with every bit of sound: up to when it was heard, since when nobody speaks (unix seconds)."""
    quiet = None if heard.quiet_since is None else round(began + heard.quiet_since, 2)
    return {"began": round(began, 2), "heard": round(began + heard.seconds, 2), "quiet": quiet}


def last_said(segments: Sequence[Segment]) -> str:
    """The clerk's latest words, numbers hidden."""
    own = [one.text for one in segments if one.channel == "agent"]
    return mask(own[-1])[-60:] if own else ""
