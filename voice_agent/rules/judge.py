"""A transcript → its judgement. Pure: no input or output, the same answer for the same question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from phrasebook.model import PhraseBook
from voice_agent.acts.conversation import Conversation, follow
from voice_agent.acts.learned.model import ActModel, bundled
from voice_agent.rules.absent_message import judge_absent_message
from voice_agent.rules.callback import judge_callback
from voice_agent.rules.closing import judge_closing
from voice_agent.rules.complaints import heard_complaints
from voice_agent.rules.greeting import judge_greeting
from voice_agent.rules.hold_notice import judge_hold_notice
from voice_agent.rules.hold_return import judge_hold_return
from voice_agent.rules.identity import judge_identity
from voice_agent.rules.job_number import judge_job_number
from voice_agent.rules.need_inquiry import judge_need_inquiry
from voice_agent.rules.one_time_notice import judge_one_time_notice
from voice_agent.rules.optional import OPTIONAL_JUDGES
from voice_agent.rules.prohibited import judge_prohibited
from voice_agent.rules.referral import judge_referral
from voice_agent.rules.verdict import points_of, reason_of, verdict_of
from voice_agent.rules.wrong_number import judge_wrong_number
from voice_agent.values import OPTIONAL_RULES, RULES, CallContext, Finding, Judgement, Transcript

_JUDGES: dict[str, Callable[[Conversation], Finding]] = {
    "greeting": judge_greeting,
    "identity": judge_identity,
    "job_number": judge_job_number,
    "need_inquiry": judge_need_inquiry,
    "hold_notice": judge_hold_notice,
    "hold_return": judge_hold_return,
    "referral": judge_referral,
    "callback": judge_callback,
    "absent_message": judge_absent_message,
    "wrong_number": judge_wrong_number,
    "closing": judge_closing,
    "one_time_notice": judge_one_time_notice,
    "prohibited": judge_prohibited,
    **OPTIONAL_JUDGES,
}


def judge(
    transcript: Transcript,
    context: CallContext,
    book: PhraseBook,
    model: ActModel | Literal["bundled"] | None = "bundled",
) -> Judgement:
    """Judge one call by ``book`` and ``model`` (None: by phrases alone): one finding a rule of ``rules_of``."""
    learned = bundled() if model == "bundled" else model
    call = follow(transcript, context, book, learned)
    findings = tuple(_JUDGES[rule](call) for rule in rules_of(book)) if _can_judge(call) else _unheard(call)
    verdict = verdict_of(one.status for one in findings)
    return Judgement(
        transcript.call_id,
        verdict,
        points_of(findings, book),
        findings,
        book.version,
        reason_of(verdict, findings),
        learned.digest if learned else "",
        heard_complaints(call),
    )


def rules_of(book: PhraseBook) -> tuple[str, ...]:
    """The thirteen rules, then the optional ones that the book switches on."""
    return (*RULES, *(rule for rule in OPTIONAL_RULES if rule in book.rules))


def finding_of(call: Conversation, rule: str) -> Finding:
    """What one rule finds in a conversation that may still go on."""
    return _JUDGES[rule](call) if _can_judge(call) else _unheard(call)[0]


def _can_judge(call: Conversation) -> bool:
    """Without a word of the agent there is nothing to judge, and nobody to accuse."""
    return bool(call.agent.stream.said) and not call.lacks("agent")


def _unheard(call: Conversation) -> tuple[Finding, ...]:
    why = "缺少坐席一侧的录音，无法判定" if call.lacks("agent") else "录音里没有坐席的声音，无法判定"
    return tuple(Finding(rule, "uncertain", 0.0, (), why) for rule in rules_of(call.book))
