"""``referral``: whoever is sent elsewhere hears politely where to and the telephone number (annex 4 二(六))."""

from __future__ import annotations

import re
from collections.abc import Sequence

from voice_agent.acts.conversation import Conversation
from voice_agent.acts.job_numbers import mentions
from voice_agent.acts.numbers import numbers
from voice_agent.acts.phrases.matching import Hit
from voice_agent.rules.findings import all_evidence, fault, met, not_applicable
from voice_agent.values import Evidence, Finding

RULE = "referral"
#: The number may follow after a question and its answer, seconds after the caller was sent elsewhere.
_NUMBER_REACH = 45.0
#: Courtesy is sought from this long before to this long after, seconds.
_COURTESY_REACH = 10.0
#: So near to "that is not ours" a place that is named is where the caller is sent, seconds.
_NEARBY = 15.0
#: A telephone number has at least this many figures; short ones are the well-known hotlines (110, 12333).
_SHORTEST = 5
_HOTLINES = frozenset({"110", "119", "120", "114", "122"})
_AWAY = re.compile("(找|问|打|拨|去|到|联系|咨询).{0,8}(问|找|办|去|电话|咨询|吧|热线|局|中心|窗口)")
_COURTEOUS = ("请", "您", "麻烦")


def judge_referral(call: Conversation) -> Finding:
    """Applies when the agent sends the caller elsewhere; transferring the call oneself also counts."""
    transfers, sent = call.agent.hits("self_transfer"), _sendings(call)
    if call.context.transferred and not (sent or transfers):
        return met(RULE, [], "坐席把电话转接过去（话务系统记录）")
    if transfers:
        return met(RULE, all_evidence(call.agent, transfers[:1]), "坐席代为转接")
    if not sent:
        return not_applicable(RULE, "没有请来电人另找他处")
    phones = [phone for hit in sent for phone in _numbers_near(call, hit)]
    polite = any(_is_polite(call, hit) for hit in sent)
    evidence = all_evidence(call.agent, sent)
    if phones and polite:
        return met(RULE, [*evidence, *phones[:1]], "礼貌说明去处并给出电话号码", min(e.score for e in evidence))
    return fault(call, RULE, "missing", _context(call, sent), _reason(bool(phones), polite))


def _sendings(call: Conversation) -> list[Hit]:
    """Being sent to another telephone or unit, and being sent to a place with the word that this is not ours."""
    agent = call.agent
    sent = agent.hits("referral")
    refused = agent.hits("not_ours")
    if not sent:
        sent = [hit for no in refused for hit in agent.hits("notice_path", no.start - _NEARBY, no.end + _NEARBY)]
        sent = sent or [no for no in refused if _sends_away(call, no)]
    return sorted(set(sent), key=lambda hit: (hit.start, hit.first))


def _sends_away(call: Conversation, refused: Hit) -> bool:
    """Whether the agent says in the same turn, in whatever words, that the caller should go elsewhere."""
    turn = call.agent.turn_of(refused)
    return bool(turn and _AWAY.search(turn.said))


def _numbers_near(call: Conversation, hit: Hit) -> list[Evidence]:
    """Telephone numbers said from shortly before the referral on."""
    side = call.agent
    found = [number for first, last in side.search.stretches for number in numbers(side.stream, first, last)]
    own = {mention.number.first for mention in mentions(side) if mention.explicit}
    near = [
        (number, side.stream.start(number.first), side.stream.end(number.last))
        for number in found
        if (len(number.digits) >= _SHORTEST or number.digits in _HOTLINES) and number.first not in own
    ]
    return [
        Evidence(side.stream.channel, round(a, 3), round(b, 3), side.stream.text(n.first, n.last), "电话号码是×××", 1.0)
        for n, a, b in near
        if hit.start - _COURTESY_REACH <= a <= hit.end + _NUMBER_REACH
    ]


def _is_polite(call: Conversation, hit: Hit) -> bool:
    said = call.agent.stream.text(hit.first, hit.last)
    courteous = [h for cue in ("courtesy", "polite_refusal") for h in call.agent.hits(cue)]
    near = any(abs(h.start - hit.start) <= _COURTESY_REACH for h in courteous)
    return near or any(word in said for word in _COURTEOUS)


def _context(call: Conversation, sent: Sequence[Hit]) -> list[Evidence]:
    """What was said around the referral: where number and courtesy are missing."""
    turn = call.agent.turn_of(sent[0])
    rest = call.agent.stretch(sent[0].end, turn.end, "电话号码是×××") if turn else None
    return [*all_evidence(call.agent, sent), *([rest] if rest and rest.text else [])]


def _reason(number: bool, polite: bool) -> str:
    lacking = [what for what, there in (("电话号码", number), ("礼貌用语", polite)) if not there]
    return "请来电人另找他处，缺少" + "和".join(lacking)
