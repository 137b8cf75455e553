"""``callback``, ``absent_message``, ``wrong_number``: annex 4 二(七)–(九)."""

from __future__ import annotations

from collections.abc import Sequence

from voice_agent.acts.conversation import Conversation
from voice_agent.acts.numbers import numbers
from voice_agent.acts.phrases.matching import Hit
from voice_agent.rules.findings import all_evidence, fault, met, near_miss, not_applicable
from voice_agent.values import Evidence, Finding

#: A telephone number that a caller gives has at least this many figures.
_PHONE = 7
#: Who has misdialled shows it in these first turns; later talk of it is about something else.
_MISDIALLED_TURNS = 2
#: Courtesy is sought this many syllables around the words.
_NEAR_WORDS = 14
_COURTEOUS = ("可能", "请", "麻烦", "不好意思", "对不起", "抱歉", "没关系", "感谢", "谢谢")


def judge_callback(call: Conversation) -> Finding:
    """A contact number is asked for when the agent promises, or the caller wants, to be contacted later."""
    rule = "callback"
    promised = [hit for hit in call.agent.hits("callback_promise") if not _recovers(call, hit)]
    wanted = _callers(call, "wants_callback")
    asked = call.agent.hits("ask_contact")
    if not promised and not wanted:
        return not_applicable(rule, "没有承诺或需要以后再联系")
    trigger = [*all_evidence(call.agent, promised[:1]), *all_evidence(call.caller, wanted[:1])]
    if asked:
        return met(rule, [*trigger[:1], call.agent.evidence(asked[0])], "请来电人留下了联系电话", asked[0].score)
    if given := _given_number(call):
        return not_applicable(rule, "来电人已主动留下号码", [*trigger[:1], given])
    if close := call.agent.near_hits("ask_contact"):
        return near_miss(call, rule, close, "听到近似请留电话的话，识别不清")
    return fault(
        call,
        rule,
        "missing",
        [*trigger, _answer(call, [*promised, *wanted], "请您留下联系电话")],
        "需要再联系，却没有请来电人留下电话",
    )


def _recovers(call: Conversation, hit: Hit) -> bool:
    """恢复 (an account recovers) sounds like 回复 (we shall answer)."""
    return "恢复" in call.agent.stream.text(hit.first, hit.last)


def _given_number(call: Conversation) -> Evidence | None:
    side = call.caller
    if call.mixed:
        return None
    found = [n for first, last in side.search.stretches for n in numbers(side.stream, first, last)]
    phone = next((n for n in found if len(n.digits) >= _PHONE), None)
    if phone is None:
        return None
    start, end = side.stream.start(phone.first), side.stream.end(phone.last)
    return Evidence("caller", round(start, 3), round(end, 3), side.stream.text(phone.first, phone.last), "联系电话")


def judge_absent_message(call: Conversation) -> Finding:
    """A message is offered when the person wanted is absent."""
    rule = "absent_message"
    absent, wanted = call.agent.hits("person_absent"), _callers(call, "asks_person")
    absent = [hit for hit in absent if any(want.start < hit.start for want in wanted)]
    if not absent:
        return not_applicable(rule, "没有出现要找的人不在的情况")
    trigger = all_evidence(call.agent, absent[:1])
    if offered := call.agent.hits("offer_message"):
        return met(
            rule, [*trigger, call.agent.evidence(offered[0])], "要找的人不在，主动提出留言或转达", offered[0].score
        )
    if close := call.agent.near_hits("offer_message"):
        return near_miss(call, rule, close, "听到近似代为留言的话，识别不清")
    return fault(
        call, rule, "missing", [*trigger, _answer(call, absent, "您需要留言吗")], "要找的人不在，没有提出留言或转达"
    )


def judge_wrong_number(call: Conversation) -> Finding:
    """A caller who misdialled is told so politely."""
    rule = "wrong_number"
    told = call.agent.hits("told_wrong_number")
    turns = call.caller.turns[:_MISDIALLED_TURNS]
    misdialled = call.caller.hits("misdialled", 0.0, turns[-1].end if turns else 0.0)
    if not misdialled and not told:
        return not_applicable(rule, "来电人没有拨错电话")
    if told and any(_is_courteous(call, hit) for hit in told):
        return met(rule, all_evidence(call.agent, told[:1]), "礼貌告知拨错了电话")
    if told:
        return fault(call, rule, "missing", all_evidence(call.agent, told[:1]), "告知拨错电话时不够礼貌")
    if call.agent.hits("self_transfer") or call.agent.hits("referral"):
        return not_applicable(rule, "已为来电人转办", all_evidence(call.caller, misdialled[:1]))
    if close := call.agent.near_hits("told_wrong_number"):
        return near_miss(call, rule, close, "听到近似拨错电话的话，识别不清")
    trigger = all_evidence(call.caller, misdialled[:1])
    return fault(
        call, rule, "missing", [*trigger, _answer(call, misdialled, "您可能拨错电话了")], "来电人拨错电话，没有礼貌说明"
    )


def _is_courteous(call: Conversation, hit: Hit) -> bool:
    """Whether the agent says it with courtesy, in the phrase itself or right beside it."""
    first, last = call.agent.search.stretch_of(hit)
    near = call.agent.stream.heard[max(first, hit.first - _NEAR_WORDS) : min(last, hit.last + _NEAR_WORDS)]
    return any(word in near for word in _COURTEOUS)


def _callers(call: Conversation, cue: str) -> list[Hit]:
    return call.caller.hits(cue)


def _answer(call: Conversation, triggers: Sequence[Hit], phrase: str) -> Evidence:
    """What the agent said from the event on: where the phrase should have been."""
    begin = min(hit.start for hit in triggers)
    after = [turn for turn in call.agent.turns if turn.end >= begin]
    end = after[min(1, len(after) - 1)].end if after else begin
    return call.agent.stretch(begin, end, phrase)
