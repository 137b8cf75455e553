"""``legal_basis``: whoever is told what is allowed or refused hears by which rule (the circular, 二(二) 四公开)."""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.rules.duty import Fault, Told, likeliest, weigh
from voice_agent.rules.where import answer_to
from voice_agent.values import Finding

RULE = "legal_basis"
_DECISIONS = ("polite_refusal", "notice_policy")


def judge_legal_basis(call: Conversation) -> Finding:
    """Due where the agent refuses, or says what somebody is entitled to; anywhere in the call will do."""
    decided = [act for name in _DECISIONS for act in call.agent.possible(name)]
    told = call.agent.possible(RULE)
    return weigh(
        call,
        RULE,
        applies=max((act.probability for act in decided), default=0.0),
        kept=max((act.probability for act in told), default=0.0),
        met=Told([*likeliest(call.agent, decided), *likeliest(call.agent, told)], "说明了所依据的规定"),
        excused=Told([], "没有拒绝办理，也没有说明能不能办"),
        fault=Fault(
            [*likeliest(call.agent, decided), answer_to(call, decided, "根据×××的规定")],
            "告知能不能办时，没有说明依据",
        ),
    )
