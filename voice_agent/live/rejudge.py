"""Stored transcripts against a changed phrase book; earlier judgements stay in the history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ami_bridge.events import CallEnded, Recording
from phrasebook.model import PhraseBook
from voice_agent.acts.learned.model import ActModel
from voice_agent.coverage import lay
from voice_agent.in_force import book_on, judging_digest, model_in_force
from voice_agent.live.facts import context_of
from voice_agent.matters import matter_of
from voice_agent.pipeline import judge_transcript
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, judgements, transcripts
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.ledger import note_matter
from voice_agent.store.calls.timelines import load_timeline
from voice_agent.store.calls.transcripts import Leg
from voice_agent.values import CallContext, Channel, Judgement, Transcript


@dataclass(frozen=True)
class Rejudged:
    """A call with its judgement before and after; ``after`` is None when the same book and model had already judged it."""

    call: CallRow
    after: Judgement | None

    @property
    def changed(self) -> bool:
        """Whether the verdict is another one now."""
        return self.after is not None and self.after.verdict != self.call.verdict


def rejudge(
    store: Store, book: PhraseBook, chosen: CallFilter, *, again: bool = False, least_coverage: float = 0.9
) -> Iterator[Rejudged]:
    """Judge every chosen call that has a transcript, one transaction each; it can be interrupted and run again.

    Each by the book of its day and unit (``book`` where nothing was released). Calls that this very book and model (by their digests) have judged are passed over unless ``again``. Raises StoreError.
    """
    model = model_in_force(store)
    digest = judging_digest(store)
    for call in list(calls.each_call(store, replace(chosen, coverage="monitored"))):
        number = transcripts.latest_transcript_number(store, call.id)
        transcript = transcripts.load_transcript(store, call.id, number)
        its_own = book_on(store, call.day, call.unit, book)
        if transcript is not None:
            note_matter(store, call.id, matter_of(transcript, its_own))
        if transcript is None or (not again and judgements.is_made_with(store, call.id, its_own.digest, digest)):
            yield Rejudged(call, None)
            continue
        judgement = _again(store, call.id, transcript, its_own, model, least_coverage)
        judgements.save_judgement(store, call.id, judgement, book=its_own, transcript=number, occasion="rejudge")
        yield Rejudged(call, judgement)


def _again(
    store: Store, call: int, transcript: Transcript, book: PhraseBook, model: ActModel | None, least_coverage: float
) -> Judgement:
    context = stored_context(store, call, transcript.duration, least_coverage)
    return judge_transcript(transcript, book, context, model).judgement


def stored_context(store: Store, call: int, duration: float | None, least_coverage: float = 0.0) -> CallContext:
    """What was known besides the words when the call was first judged. Raises StoreError."""
    legs, ended = transcripts.load_legs(store, call), calls.call_ended(store, call)
    line = load_timeline(store, call) or lay(ended, [(_told(ended), duration or 0.0)])
    return replace(
        context_of(ended, line, least_coverage),
        missing_legs=_missing(legs),
        noisy_legs=tuple(leg.channel for leg in legs if leg.usable and leg.quality.get("noisy")),
    )


def _told(ended: CallEnded) -> Recording | None:
    """The recording of a call of an older version, of which only the beginning was kept."""
    if ended.recordings or ended.recording_started is None:
        return next(iter(ended.recordings), None)
    return Recording("", "caller", ended.recording_started, ended.end)


def _missing(legs: list[Leg]) -> tuple[Channel, ...]:
    usable = {leg.channel for leg in legs if leg.usable}
    sides: tuple[Channel, ...] = ("mixed",) if any(leg.channel == "mixed" for leg in legs) else ("caller", "agent")
    return tuple(side for side in sides if side not in usable)
