"""``greeting``: a polite greeting in the agent's first turn (annex 4 二(二))."""

from __future__ import annotations

from voice_agent.acts.act import Act
from voice_agent.acts.announcements import announcement_end
from voice_agent.acts.conversation import Conversation
from voice_agent.rules.duty import Fault, Told, all_evidence, likeliest, uncertain, weigh
from voice_agent.rules.opening import opening_end, opening_start, own_start
from voice_agent.speech.quality import could_be_greeting
from voice_agent.values import Finding

RULE = "greeting"
_AGENTS_ONLY = ("need_inquiry", "identity", "job_number")


def judge_greeting(call: Conversation) -> Finding:
    """Met in the agent's first own turn; what the system announces before it is no greeting of the clerk."""
    begin, end = own_start(call), opening_end(call, RULE, 1)
    early = [act for act in call.agent.possible(RULE, begin, end) if not _is_mere_call(call, act)]
    if early and call.mixed and not _in_one_breath(call, early[0]):
        return uncertain(RULE, likeliest(call.agent, early), "单声道录音分不清是谁问候，需人工复听", early[0].score)
    kept = max((act.probability for act in early), default=0.0)
    missed = call.agent.stretch(begin, end, "您好")
    guessed = all(act.source == "learned" for act in early)  # from where it stands, if not from how it sounds
    if guessed and _begins_alike(call):
        first = call.agent.stretch(opening_start(call), opening_start(call) + 1.0, "您好")
        return uncertain(RULE, [first], "开头没有听清，可能是“您好”，需人工复听")
    later = call.agent.hits(RULE, end)
    reason = "首个话轮没有问候" + ("，后来才问候" if later else "")
    return weigh(
        call,
        RULE,
        applies=1.0,
        kept=kept,
        met=Told(likeliest(call.agent, early), "首个话轮已问候"),
        excused=Told([], ""),
        fault=Fault([missed, *all_evidence(call.agent, later[:1])], reason),
    )


def _is_mere_call(call: Conversation, act: Act) -> bool:
    """Whether what the model takes for a greeting is a 喂 with nothing that sounds like one (rules.md: 喂 alone is none)."""
    sounds = call.agent.stream.sounds[act.first : act.last]
    return act.source == "learned" and sounds[0] == "wei" and not {"hao", "zao"} & set(sounds)


def _begins_alike(call: Conversation) -> bool:
    """Whether the first words, of the leg or of the agent's own first turn, could be a greeting.

    Recognisers often get the first syllable wrong (记好, 号 for 您好); an announcement of the system may come before.
    """
    announced = announcement_end(call) > 0.0
    begins = {own_start(call)} if announced else {opening_start(call), own_start(call)}
    return any(could_be_greeting(call.agent.stream, begin) for begin in begins)


def _in_one_breath(call: Conversation, greeting: Act) -> bool:
    """Whether the greeting goes on with what only an agent says, so that even a mixed channel tells who greeted."""
    breath = next((u for u in call.spoken if u.start <= greeting.start < u.end), None)
    return breath is not None and any(call.agent.hits(act, breath.start, breath.end) for act in _AGENTS_ONLY)
