"""``one_time_notice``: formalities, path and time limit in one go when the caller asks how (annex 2 五(二))."""

from __future__ import annotations

from collections.abc import Sequence

from voice_agent.acts.conversation import Conversation
from voice_agent.acts.phrases.matching import Hit
from voice_agent.rules.findings import all_evidence, fault, met, not_applicable, uncertain
from voice_agent.values import Finding

RULE = "one_time_notice"
_PARTS = {"notice_materials": "材料手续", "notice_path": "办理路径", "notice_time": "办理时限"}
#: A caller's turn that only follows along (好的, 记下了) does not interrupt one go, syllables.
_FOLLOWING = 6


def judge_one_time_notice(call: Conversation) -> Finding:
    """All three parts after the question, without the caller having to ask again; otherwise late or missing."""
    asked = call.caller.hits("asks_how")
    if not asked:
        if call.lacks("caller"):
            return uncertain(RULE, [], "没有来电人一侧的录音，不知来电人是否询问怎样办理")
        return not_applicable(RULE, "来电人没有询问怎样办理业务")
    question = call.caller.evidence(asked[0])
    if why := _excused(call, asked[0]):
        return not_applicable(RULE, why, [question])
    told = _told(call, asked[0], near=False)
    lacking = [name for cue, name in _PARTS.items() if not told[cue]]
    if lacking:
        return _incomplete(call, asked[0], told, lacking)
    evidence = all_evidence(call.agent, [hits[0] for hits in told.values()])
    if any(all(_begins_in(hits, go) for hits in told.values()) for go in _goes(call)):
        return met(RULE, [question, *evidence], "一次说清了材料手续、办理路径和时限", min(e.score for e in evidence))
    return fault(call, RULE, "late", [question, *evidence], "来电人再次追问后才说全")


def _told(call: Conversation, asked: Hit, near: bool) -> dict[str, list[Hit]]:
    """For each part the places after the question where the agent tells it."""
    seek = call.agent.near_hits if near else call.agent.hits
    return {cue: seek(cue, asked.start) for cue in _PARTS}


def _incomplete(call: Conversation, asked: Hit, told: dict[str, list[Hit]], lacking: Sequence[str]) -> Finding:
    question = call.caller.evidence(asked)
    close = _told(call, asked, near=True)
    if all(told[cue] or close[cue] for cue in _PARTS):
        near = [close[cue][0] for cue in _PARTS if not told[cue]]
        return uncertain(RULE, [question, *all_evidence(call.agent, near)], f"{'、'.join(lacking)}识别不清，需人工复听")
    answers = [turn for turn in call.agent.turns if turn.end > asked.start]
    end = answers[-1].end if answers else asked.end
    answer = call.agent.stretch(asked.end, end, "需要什么材料、到哪里办、多久办好")
    return fault(call, RULE, "missing", [question, answer], f"没有一次说清：缺{'、'.join(lacking)}")


def _excused(call: Conversation, asked: Hit) -> str:
    """Why no notice can be asked of the agent: the caller was sent elsewhere or refused with the policy."""
    agent = call.agent
    if call.context.transferred or agent.hits("self_transfer"):
        return "业务已转办"
    if any(agent.hits(cue, asked.start) for cue in ("referral", "not_ours", "told_wrong_number")):
        return "该业务不在本处办理，已告知去处"
    return ""


def _goes(call: Conversation) -> list[tuple[float, float]]:
    """The agent's turns as stretches of time, joined over turns in which the caller only follows along."""
    goes: list[tuple[float, float]] = []
    begin: float | None = None
    for turn in call.turns:
        if turn.channel == call.agent.stream.channel:
            begin = turn.start if begin is None else begin
            goes = [*(go for go in goes if go[0] != begin), (begin, turn.end)]
        elif len(turn.said) > _FOLLOWING:
            begin = None
    return goes


def _begins_in(hits: Sequence[Hit], go: tuple[float, float]) -> bool:
    return any(go[0] <= hit.start <= go[1] for hit in hits)
