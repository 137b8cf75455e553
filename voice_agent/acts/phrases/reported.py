"""Whether a prohibited phrase was really said by the speaker: sure enough, and neither quoted nor denied."""

from __future__ import annotations

import re

from voice_agent.acts.phrases.matching import Hit, Search
from voice_agent.speech.normalise import said
from voice_agent.speech.stream import Stream

#: An accusation needs a better match than the fulfilment of a duty: by sound, and in the characters written.
SURE, _SAME_CHARACTERS = 0.86, 0.5
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


def is_sure(stream: Stream, hit: Hit) -> bool:
    """Whether a hit is good enough, by sound and in writing, to accuse somebody."""
    return not hit.near and hit.score >= SURE and _alike_in_writing(stream, hit) >= _SAME_CHARACTERS


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
