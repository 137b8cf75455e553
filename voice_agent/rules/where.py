"""Where a duty was due: the words of the agent in which it should have been kept."""

from __future__ import annotations

from collections.abc import Sequence

from voice_agent.acts.act import Act
from voice_agent.acts.conversation import Conversation
from voice_agent.values import Evidence


def answer_to(call: Conversation, triggers: Sequence[Act], phrase: str) -> Evidence:
    """What the agent said from the event on: this turn and the next, where ``phrase`` should have been."""
    begin = min((act.start for act in triggers), default=0.0)
    after = [turn for turn in call.agent.turns if turn.end >= begin]
    end = after[min(1, len(after) - 1)].end if after else begin
    return call.agent.stretch(begin, end, phrase)
