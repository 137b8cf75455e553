"""Speech that must not be heard from a clerk (annex 2 and 3): found, and told apart from what only sounds like it.

Negated and quoted phrases, polite refusals with a reason and anything the caller says are none.
"""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.acts.phrases.matching import Hit
from voice_agent.acts.phrases.reported import SURE, is_reported, is_sure
from voice_agent.rules.findings import fault, met, uncertain
from voice_agent.speech import quality
from voice_agent.values import Evidence, Finding

RULE = "prohibited"


def judge_prohibited(call: Conversation) -> Finding:
    """Everything prohibited that the agent says; unclear hits go to a person."""
    search = call.agent.search
    hits = [hit for owner in search.accusations() for hit in search.hits(owner)]
    spoken = [hit for hit in hits if not is_reported(call.agent.search, hit)]
    sure = _apart([hit for hit in spoken if is_sure(call.agent.stream, hit)])
    if sure:
        return _violated(call, sure)
    unclear = _apart([hit for hit in spoken if _is_unclear(call, hit)])
    if unclear:
        evidence = [_evidence(call, hit) for hit in unclear]
        return uncertain(RULE, evidence, "听到近似服务忌语的话，识别不清，需人工复听", max(e.score for e in evidence))
    if hiding := _hiding(call):
        return uncertain(RULE, hiding, "没有听到服务忌语，但有的话识别太差，说了也听不出来，需人工复听")
    return met(RULE, [], "没有听到服务忌语", 1.0)


def _hiding(call: Conversation) -> list[Evidence]:
    """The agent's turns that were heard too badly to be called innocent."""
    side = call.agent
    poor = [turn for turn in side.turns if quality.could_hide(side.stream, turn.start, turn.end)]
    return [side.stretch(turn.start, turn.end, "服务忌语") for turn in poor]


def _violated(call: Conversation, sure: list[Hit]) -> Finding:
    trusted = [hit for hit in sure if not call.doubtful(hit.start, hit.end)]
    sure = trusted or sure  # what was heard clearly needs no help from what was not
    kinds = dict.fromkeys(call.book.acts[hit.entry].category for hit in sure)
    return fault(call, RULE, "violated", [_evidence(call, hit) for hit in sure], f"听到服务忌语（{'、'.join(kinds)}）")


def _evidence(call: Conversation, hit: Hit) -> Evidence:
    return call.agent.evidence(hit)


def _is_unclear(call: Conversation, hit: Hit) -> bool:
    """A possible violation: the words there are not trusted, and what was heard is close enough to listen to."""
    return not hit.near and hit.score >= SURE - 0.06 and call.doubtful(hit.start, hit.end)


def _apart(hits: list[Hit]) -> list[Hit]:
    """One hit a place, the best one, in order of time."""
    chosen: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (-one.score, one.first - one.last, one.first, one.owner)):
        if all(hit.last <= other.first or other.last <= hit.first for other in chosen):
            chosen.append(hit)
    return sorted(chosen, key=lambda one: (one.first, one.owner))
