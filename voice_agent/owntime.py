"""Judging only what was a clerk's own time on the line: everything else is taken out of the time line, and put back afterwards. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from voice_agent.spans import joined
from voice_agent.values import CallContext, Evidence, Judgement, Segment, Span, Transcript, Word

#: What is left of each stretch that was taken out, so that those before and after it do not speak in one breath (seconds).
LEFT_SECONDS = 1.0

Judge = Callable[[Transcript, CallContext], Judgement]


def judge_own_time(transcript: Transcript, context: CallContext, judge: Judge) -> Judgement:
    """Judge without what lies in ``context.unjudged``; times in the judgement are those of the transcript."""
    if not context.unjudged:
        return judge(transcript, context)
    squeeze = Squeeze(joined(context.unjudged))
    return squeeze.restored(judge(squeeze.transcript(transcript), squeeze.context(context)))


@dataclass(frozen=True)
class Squeeze:
    """A time line in which each of ``holes`` (in order, apart) takes at most ``LEFT_SECONDS``."""

    holes: tuple[Span, ...]

    def narrow(self, moment: float) -> float:
        """A moment of the call → the same moment of the squeezed time line."""
        return moment - sum(_taken(hole, moment) for hole in self.holes)

    def wide(self, moment: float) -> float:
        """The inverse of ``narrow``; a moment within what is left of a hole becomes the nearest one outside of it."""
        for hole in self.holes:
            begin = self.narrow(hole.start)
            left = min(LEFT_SECONDS, hole.end - hole.start)
            if moment <= begin:
                return moment + self._before(hole)
            if moment < begin + left:
                return hole.start if moment - begin < left / 2 else hole.end
        return moment + sum(_taken(hole, float("inf")) for hole in self.holes)

    def _before(self, hole: Span) -> float:
        return sum(_taken(one, float("inf")) for one in self.holes if one.start < hole.start)

    def transcript(self, whole: Transcript) -> Transcript:
        """Only the words of the clerk's own time, at their new times."""
        kept = [part for segment in whole.segments if (part := self._segment(segment)) is not None]
        duration = None if whole.duration is None else round(self.narrow(whole.duration), 3)
        return replace(whole, segments=tuple(kept), duration=duration)

    def _segment(self, segment: Segment) -> Segment | None:
        if not segment.words:
            return (
                None
                if self._is_out(segment)
                else replace(segment, start=self.narrow(segment.start), end=self.narrow(segment.end))
            )
        words = tuple(
            replace(word, start=self.narrow(word.start), end=self.narrow(word.end))
            for word in segment.words
            if not self._is_out(word)
        )
        if not words:
            return None
        text = segment.text if len(words) == len(segment.words) else "".join(word.text for word in words)
        return Segment(segment.channel, words[0].start, words[-1].end, text, words)

    def _is_out(self, said: Word | Segment) -> bool:
        middle = (said.start + said.end) / 2
        return any(hole.start <= middle < hole.end for hole in self.holes)

    def context(self, known: CallContext) -> CallContext:
        """What is known besides the words, at its new times."""
        return replace(
            known,
            holds=tuple(span for hold in known.holds if (span := self._span(hold)).end > span.start),
            handover=None if known.handover is None else self.narrow(known.handover),
            unjudged=tuple(self._span(hole) for hole in self.holes),
        )

    def _span(self, span: Span) -> Span:
        return Span(self.narrow(span.start), self.narrow(span.end))

    def restored(self, judgement: Judgement) -> Judgement:
        """The judgement with the times of the call."""
        findings = (replace(one, evidence=tuple(map(self._evidence, one.evidence))) for one in judgement.findings)
        complaints = (replace(one, evidence=self._evidence(one.evidence)) for one in judgement.complaints)
        return replace(judgement, findings=tuple(findings), complaints=tuple(complaints))

    def _evidence(self, one: Evidence) -> Evidence:
        start = round(self.wide(one.start), 3)
        return replace(one, start=start, end=max(start, round(self.wide(one.end), 3)))


def _taken(hole: Span, moment: float) -> float:
    """Seconds that are missing at ``moment`` because of this hole: all but what is left of it."""
    inside = min(moment, hole.end) - hole.start
    return max(0.0, inside - LEFT_SECONDS)
