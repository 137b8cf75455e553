"""Which of the numbers that a clerk says is the job number (工号).

Telephone and identity numbers, amounts, dates, windows and queue numbers are told apart by the words around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from voice_agent.acts.conversation import Side
from voice_agent.acts.numbers import Number, numbers
from voice_agent.speech.sounds import distance
from voice_agent.values import Evidence

#: Words right after a number that say it belongs to the speaker.
_SERVES = re.compile(
    "^(号|好)?(的)?(话务|坐席|座席|客服|接线|受理|业务|服务|工作人员|咨询员|为您|为你|给您|给你|很高兴|竭诚|将为|在线)"
)
#: Words right after a number that say it is something else.
_MEASURES = re.compile(
    "^(号)?(窗口|窗|柜台|大厅|厅|楼|层|室|路|栋|线|文件|文)|^(热线|元|块|角|分钟|分|年|月|日|天|个|岁|点|秒|小时|期|级|次|位|份|张|项|条|种|寸|人|万|周|星期|倍|成|折|度|里|米|站)"
)
#: Words right before a number that say it is something else.
_OTHERS = re.compile(
    "(电话|手机|座机|传真|区号|号码|拨打|拨|打|转|身份证|证件|证号|卡号|账号|编号|单号|流水号|邮编|第|前面|排队|排号|排|按|月|年|密码|尾号|验证码|基数|一共|余额|金额)(号码|号)?(是|为|还有|到)?$"
)
_SELF = re.compile("(我是|这里是|这是|我们是|我这是|本人)$")
#: What well-known hotlines are called; their numbers name a unit, not a clerk.
_HOTLINES = frozenset({"12333", "12345", "12329", "12366", "12315", "12393", "12388", "114", "110", "120", "119"})
_CORRECTION = re.compile("不对|不是|说错|错了|更正|应该是|抱歉|不好意思|对不起|哦不|重新说")
_INTRO_REACH, _CORRECTION_REACH = 4, 10
#: A hotline's number of that many figures may stand before a clerk's, which has at least so many.
_FULL_HOTLINE, _SHORTEST = 5, 2
#: After a hotline's number that was misheard at least so many figures must follow.
_USUAL = 3
#: From this probability on a learned act is as good as the word 工号.
_QUITE_SURE = 0.85
_ANSWER_SECONDS = 8.0


@dataclass(frozen=True)
class Mention:
    """A number that is, or may be, told as the job number; ``explicit``: the words around it say so."""

    number: Number
    explicit: bool
    confident: bool


def shown(side: Side, mention: Mention, phrase: str) -> Evidence:
    """The number as heard, with what introduces it, against ``phrase``."""
    stream, number = side.stream, mention.number
    first = number.first
    while first > 0 and number.first - first < _INTRO_REACH and stream.heard[first - 1] in "工公号的是为我":
        first -= 1
    start, end = stream.start(first), stream.end(number.last)
    score = stream.confidence(number.first, number.last)
    return Evidence(
        stream.channel, round(start, 3), round(end, 3), stream.text(first, number.last), phrase, round(score, 3)
    )


def mentions(side: Side, asked: Sequence[float] = ()) -> list[Mention]:
    """All numbers of one side that may be its job number, in order; a corrected one is replaced by its correction.

    ``asked``: when the other side asked for it, seconds; the number that answers needs no introduction.
    """
    found: list[Mention] = []
    for first, last in side.search.stretches:
        for number in map(_without_hotline, numbers(side.stream, first, last)):
            mention = _mention(side, number, (first, last), found[-1] if found else None, asked)
            if mention and found and _corrects(side, found[-1].number, number):
                found[-1] = mention
            elif mention:
                found.append(mention)
    return found


def _mention(
    side: Side, number: Number, stretch: tuple[int, int], before: Mention | None, asked: Sequence[float]
) -> Mention | None:
    heard = side.stream.heard
    ahead, after = heard[max(stretch[0], number.first - 10) : number.first], heard[number.last : stretch[1]][:10]
    corrected = before is not None and before.explicit and _corrects(side, before.number, number)
    explicit = corrected or _introduced(side, number) or _self_named(number, ahead, after)
    elsewhere = bool(_OTHERS.search(ahead) or _MEASURES.match(after))
    start = side.stream.start(number.first)
    explicit = explicit or (not elsewhere and any(0.0 <= start - time < _ANSWER_SECONDS for time in asked))
    explicit = explicit or (not elsewhere and _named_by_act(side, number))
    if elsewhere and not explicit:
        return None
    confident = min(side.stream.confs[side.stream.places[i]] for i in range(number.first, number.last)) > 0.94
    return Mention(number, explicit, confident) if number.digits else None


def _without_hotline(number: Number) -> Number:
    """The clerk's number where the hotline's own stands right before it (幺二三三三三零五八), one figure of which may be misheard."""
    cuts = sorted(_cuts(number.digits))
    if not cuts:
        return number
    _, cut = cuts[0]
    others = tuple(number.digits[at:] for _, at in cuts[1:])
    return replace(number, first=number.first + cut, digits=number.digits[cut:], wider=others)


def _cuts(digits: str) -> Iterator[tuple[int, int]]:
    """Where a hotline's number may end: (figures wrong, place)."""
    for hotline in _HOTLINES:
        if len(hotline) < _FULL_HOTLINE:
            continue
        if digits.startswith(hotline) and len(digits) - len(hotline) >= _SHORTEST:
            yield 0, len(hotline)
        elif len(digits) >= _FULL_HOTLINE + _USUAL - 1:
            for cut in range(_FULL_HOTLINE - 1, min(_FULL_HOTLINE + 1, len(digits) - _USUAL + 1) + 1):
                if Levenshtein.distance(digits[:cut], hotline) == 1:
                    yield 1, cut


def _named_by_act(side: Side, number: Number) -> bool:
    """Whether the learned model is quite sure that a job number is told here."""
    acts = side.hits("job_number")
    return any(act.first < number.last and number.first < act.last and act.probability >= _QUITE_SURE for act in acts)


def _introduced(side: Side, number: Number) -> bool:
    """Whether 工号 (or what the book says instead) stands right before the number."""
    sounds = side.stream.sounds
    places = range(max(0, number.first - _INTRO_REACH), number.first)
    if any(
        i + 1 < number.first and distance(sounds[i], "gong") + distance(sounds[i + 1], "hao") <= 0.3 for i in places
    ):
        return True
    return any(_leads_to(hit.first, hit.last, number) for hit in side.hits("job_number"))


def _leads_to(first: int, last: int, number: Number) -> bool:
    return first <= number.first <= last + 2 and number.last >= last - 8


def _self_named(number: Number, ahead: str, after: str) -> bool:
    """我是八号…, 八号为您服务: the number names the speaker, unless it is a window or a hotline."""
    if _MEASURES.match(after) or number.digits in _HOTLINES:
        return False
    return bool(_SERVES.match(after)) or (bool(_SELF.search(ahead)) and after.startswith("号"))


def _corrects(side: Side, earlier: Number, later: Number) -> bool:
    """Whether the clerk takes the earlier number back (工号一零六八，不对，是一零八六)."""
    gap = side.stream.heard[earlier.last : later.first]
    return len(gap) <= _CORRECTION_REACH and bool(_CORRECTION.search(gap))


def could_be_bare(mention: Mention) -> bool:
    """Whether a number without any introduction may still be a job number (社保中心一零八六，请讲)."""
    return 3 <= len(mention.number.digits) <= 8 and mention.number.digits not in _HOTLINES
