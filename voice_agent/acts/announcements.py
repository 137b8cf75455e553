"""What a telephone system plays on the agent's leg before the agent speaks: it tells a number or unit, but greets for nobody."""

from __future__ import annotations

import re

from voice_agent.acts.conversation import Conversation

_FIGURES = "[零〇洞幺一二两三四五六七八九十百千拐]"
_ROLE = "(话务员|坐席|座席|客服|客服代表|服务代表|接线员|工作人员)"
#: 工号一零八六为您服务 and the like, and what greets besides: 您好，一零八六号话务员为您服务.
_ANNOUNCEMENT = re.compile(
    f"(工号|坐席|座席|话务员|客服代表)*{_FIGURES}{{2,8}}号?{_ROLE}?(将)?为您服务|{_ROLE}?工号{_FIGURES}{{2,8}}(将)?(为您服务)?"
    f"|(您好|你好)?{_FIGURES}{{2,8}}号{_ROLE}(将|很高兴|竭诚)?为您服务"
)


def announcement_end(call: Conversation) -> float:
    """When the announcement before the agent's own words ends, seconds; 0 where there is none.

    It is a breath of its own at the very beginning, and the agent speaks after it: who says it in one breath with more is no machine.
    """
    turns = call.agent.turns
    first = turns[0].utterances[0] if turns else None
    if first is None or not _ANNOUNCEMENT.fullmatch(first.said):
        return 0.0
    alone = len(turns[0].utterances) == 1
    return first.end if not alone or len(turns) > 1 else 0.0
