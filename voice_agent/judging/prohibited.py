"""Speech that must not be heard from a clerk (annex 2 and 3): found, and told apart from what only sounds like it.

Negated and quoted phrases, polite refusals with a reason and anything the caller says are none.
"""

from __future__ import annotations

import re

from voice_agent.events import Evidence, Finding
from voice_agent.judging import quality
from voice_agent.judging.conversation import Conversation
from voice_agent.judging.duties.findings import fault, met, uncertain
from voice_agent.judging.matching import Hit, Search
from voice_agent.judging.normalise import said
from voice_agent.judging.stream import Stream

RULE = "prohibited"
#: An accusation needs a better match than the fulfilment of a duty: by sound, and in the characters written.
_SURE, _SAME_CHARACTERS = 0.86, 0.5
#: Somebody else is being quoted (他说…, 工作人员跟您说…).
_QUOTED = re.compile(
    "(他|她|他们|她们|人家|对方|有人|别人|客户|同事|工作人员|窗口|单位|老板|公司|医院|银行|那边|前台|经办人|领导)"
    "(们)?(刚才|之前|当时|昨天|上次|要是|如果)?(跟|对|和|向)?(您|你|我)?(是|也|就|都|会|还)?"
    "(说|讲|骂|问|喊|回答|告诉|认为|觉得|态度)(了|过|的|是|您|你|我)*.{0,2}$"
    "|(您|你)(刚才|之前|刚刚|上次|反映|提到|投诉)(说|讲|反映|提到)?(的|是|说|他|她|工作人员|我们)*.{0,2}$"
)
#: The phrase is denied (我不是说…, 您别说…, 绝不会…).
_NEGATED = re.compile(
    "((?<![是能会要可])(不是|没有|不会|不能|不可能|绝不|并不|并没有|不应该|不该|不可以|不许|不得|不敢)|(?<!特)别|不要|从来没|没)"
    "(再)?(说|让|叫|要|想|觉得|认为|意思是|嫌|跟您说|对您说|像)?(您|你|我|我们)?$"
)
_LOOK_BACK = 16


def judge_prohibited(call: Conversation) -> Finding:
    """Everything prohibited that the agent says; unclear hits go to a person."""
    search = call.agent.search
    hits = [hit for owner in search.owners("ban:") for hit in search.hits(owner)]
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
    kinds = dict.fromkeys(call.book.prohibited[hit.owner[4:]].category for hit in sure)
    return fault(call, RULE, "violated", [_evidence(call, hit) for hit in sure], f"听到服务忌语（{'、'.join(kinds)}）")


def _evidence(call: Conversation, hit: Hit) -> Evidence:
    return call.agent.evidence(hit)


def is_sure(stream: Stream, hit: Hit) -> bool:
    """Whether a hit is good enough, by sound and in writing, to accuse somebody."""
    return not hit.near and hit.score >= _SURE and _alike_in_writing(stream, hit) >= _SAME_CHARACTERS


def _is_unclear(call: Conversation, hit: Hit) -> bool:
    """A possible violation: the words there are not trusted, and what was heard is close enough to listen to."""
    return not hit.near and hit.score >= _SURE - 0.06 and call.doubtful(hit.start, hit.end)


def _alike_in_writing(stream: Stream, hit: Hit) -> float:
    """The share of heard characters that the pattern has too: homophones of innocent words are no insult."""
    written = set(said(re.sub(r"\{\w+\}", "", hit.pattern)))
    heard = stream.heard[hit.first : hit.last]
    return sum(char in written for char in heard) / len(heard) if "{" not in hit.pattern else 1.0


def is_reported(search: Search, hit: Hit) -> bool:
    """Whether the words before the hit quote somebody else or deny it."""
    first = next((a for a, b in search.stretches if a <= hit.first < b), hit.first)
    ahead = search.stream.heard[max(first, hit.first - _LOOK_BACK) : hit.first]
    return bool(_QUOTED.search(ahead) or _NEGATED.search(ahead))


def _apart(hits: list[Hit]) -> list[Hit]:
    """One hit a place, the best one, in order of time."""
    chosen: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (-one.score, one.first - one.last, one.first, one.owner)):
        if all(hit.last <= other.first or other.last <= hit.first for other in chosen):
            chosen.append(hit)
    return sorted(chosen, key=lambda one: (one.first, one.owner))
