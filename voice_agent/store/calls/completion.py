"""The end of a job: its judgement and everything with it, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from phrasebook.model import PhraseBook
from voice_agent.coverage import Timeline
from voice_agent.matters import matter_of
from voice_agent.speech.delivery import measured
from voice_agent.store.calls.delivery import save_delivery
from voice_agent.store.calls.jobs import Job, finish
from voice_agent.store.calls.judgements import save_judgement
from voice_agent.store.calls.ledger import note_matter
from voice_agent.store.calls.timelines import save_timeline
from voice_agent.store.calls.transcripts import Leg, save_legs, save_transcript
from voice_agent.store.calls.unmonitored import Cause
from voice_agent.store.database import Store
from voice_agent.values import Judgement, Transcript


def complete(
    store: Store,
    job: Job,
    judgement: Judgement,
    *,
    book: PhraseBook | None = None,
    transcript: Transcript | None = None,
    legs: Sequence[Leg] = (),
    line: Timeline | None = None,
    recogniser: str = "",
    cause: Cause | None = None,
    now: float | None = None,
) -> int:
    """Save transcript, legs and judgement and finish the job: all or nothing. Returns the judgement's number.

    Raises JobError when the lease was lost (another worker judges the call, so nothing of this is kept) and StoreError.
    """
    with store.transaction():
        finish(store, job, now=now)
        number = None
        if transcript is not None:
            number = save_transcript(store, job.call, transcript, recogniser=recogniser, now=now)
            if book is not None:
                note_matter(store, job.call, matter_of(transcript, book))
            save_delivery(store, job.call, measured(transcript, line.unjudged if line else ()))
        save_legs(store, job.call, legs)
        if line is not None:
            save_timeline(store, job.call, line)
        return save_judgement(store, job.call, judgement, book=book, transcript=number, cause=cause, now=now)
