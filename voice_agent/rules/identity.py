"""``identity``: the unit or the window is named within the opening (annex 2 三(一), annex 4 二(一)–(二))."""

from __future__ import annotations

from voice_agent.acts.conversation import Conversation
from voice_agent.acts.units import named_in_opening, names_another
from voice_agent.rules.duty import Fault, Told, accused, all_evidence, best, likeliest, weigh
from voice_agent.rules.opening import opening_end, opening_start
from voice_agent.values import Finding

RULE = "identity"


def judge_identity(call: Conversation) -> Finding:
    """Met in the opening, late afterwards; another unit than the telephony side's is a mismatch."""
    end, own = opening_end(call, RULE), call.transcript.agent.unit
    early = call.agent.possible(RULE, 0.0, end)
    if not call.agent.ear.learned and not any(not act.near for act in early):
        early = [*early, *named_in_opening(call.agent, own, end)]
    named = best(early)
    if named and not named.near and own and names_another(call.agent, named, own):
        wrong = Fault(likeliest(call.agent, early), f"报的单位与话务系统登记的“{own}”不符", "mismatch")
        return accused(call, RULE, wrong, named.probability)
    later = call.agent.hits(RULE, end)
    missed = call.agent.stretch(opening_start(call), end, "这里是×××")
    reason = "开场没有报单位或窗口，后来才报" if later else "没有报单位或窗口"
    return weigh(
        call,
        RULE,
        applies=1.0,
        kept=named.probability if named else 0.0,
        met=Told(likeliest(call.agent, early), "开场报出了单位或窗口"),
        excused=Told([], ""),
        fault=Fault([missed, *all_evidence(call.agent, later[:1])], reason, "late" if later else "missing"),
    )
