"""One call from recording to judgement, on one screen.

recording files → legs → words with times → one transcript → turns, sounds, phrase hits → findings → verdict
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from phrasebook.model import PhraseBook
from voice_agent.acts.learned.model import ActModel
from voice_agent.hearing.hear import Heard, hear
from voice_agent.hearing.transcriber import Transcriber
from voice_agent.intake.files import RecordingFiles
from voice_agent.outbound import fitting
from voice_agent.owntime import judge_own_time
from voice_agent.rules import judge
from voice_agent.values import Agent, CallContext, Judgement, Transcript

#: The learned model of acts: the shipped one, another one, or none.
Model = ActModel | Literal["bundled"] | None


@dataclass(frozen=True)
class JudgedCall:
    """A transcript, what was known besides it, and the judgement they led to."""

    transcript: Transcript
    context: CallContext
    judgement: Judgement


def judge_recording(
    files: RecordingFiles,
    transcriber: Transcriber,
    book: PhraseBook,
    *,
    agent: Agent | None = None,
    context: CallContext | None = None,
    swap: bool = False,
) -> JudgedCall:
    """Hear a recording and judge it. Raises RecordingError."""
    return judge_heard(hear(files, transcriber, swap=swap, agent=agent), book, context)


def judge_heard(
    heard: Heard, book: PhraseBook, context: CallContext | None = None, model: Model = "bundled"
) -> JudgedCall:
    """Judge what a worker heard; legs that are missing or noisy make findings uncertain, pure silence is no monitoring. Pure."""
    known = replace(context or CallContext(), missing_legs=heard.missing_legs, noisy_legs=heard.noisy_legs)
    if not any(quality.usable for _, quality in heard.quality):
        silence = not_monitored(heard.transcript.call_id, "录音中听不到任何人说话", book)
        return JudgedCall(heard.transcript, known, silence)
    return judge_transcript(heard.transcript, book, known, model)


def judge_transcript(
    transcript: Transcript, book: PhraseBook, context: CallContext | None = None, model: Model = "bundled"
) -> JudgedCall:
    """Judge a transcript that somebody else made; ``model`` as in ``rules.judge``. Pure."""
    known = context or CallContext()
    judgement = judge_own_time(transcript, known, lambda said, beside: judge(said, beside, book, model))
    if known.direction == "outbound":
        judgement = fitting(judgement, book)
    return JudgedCall(transcript, known, _covered(judgement, known))


def _covered(judgement: Judgement, known: CallContext) -> Judgement:
    """What was heard stays judged and shown, but a call of which too little was recorded was not monitored."""
    if not known.not_monitored:
        return judgement
    return replace(judgement, verdict="not_monitored", score=None, reason=known.not_monitored)


def not_monitored(call_id: str, reason: str, book: PhraseBook) -> Judgement:
    """The judgement of a call that took place but could not be heard: it never counts as compliant."""
    return Judgement(call_id, "not_monitored", None, (), book.version, reason)
