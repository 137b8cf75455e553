"""Judge the bundled calls and keep them in a store."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from phrasebook.model import PhraseBook
from voice_agent.bundled import recording_of
from voice_agent.demo.history import call_ended, clerks_of
from voice_agent.evaluate import CallFolder
from voice_agent.hearing.sound.audio import rate_of
from voice_agent.intake.files import RecordingFiles
from voice_agent.pipeline import JudgedCall
from voice_agent.store import Store
from voice_agent.store.calls import calls, completion, jobs
from voice_agent.store.calls.transcripts import Leg
from voice_agent.store.people.directory import Clerk, save_clerks


def fill(
    store: Store, folders: tuple[CallFolder, ...], judged: Iterable[tuple[CallFolder, JudgedCall]], book: PhraseBook,
    *, answered: Callable[[int], float] | None = None, clerks: Iterable[Clerk] | None = None,
) -> Iterator[tuple[CallFolder, JudgedCall]]:  # fmt: skip
    """Keep every judged call in ``store``, and pass it on. Raises StoreError.

    ``answered`` tells when (unix seconds) the call of a position was answered, ``clerks`` who works there, where not the usual holds.
    """
    now = time.time()
    save_clerks(store, clerks_of(folders) if clerks is None else clerks)
    positions = {folder.call_id: position for position, folder in enumerate(folders, start=1)}
    for folder, call in judged:
        duration = call.transcript.duration or 0.0
        position = positions[folder.call_id]
        moment = answered(position) if answered else None
        recorded = calls.record_call(store, call_ended(folder, position, duration, now, moment))
        if recorded.new:
            _complete(store, folder, call, book)
        yield folder, call


def _complete(store: Store, folder: CallFolder, call: JudgedCall, book: PhraseBook) -> None:
    job = jobs.lease(store, "demo", 60.0)
    assert job is not None  # noqa: S101 - the call has just been enqueued, and nobody else uses a demo store
    completion.complete(
        store,
        job,
        call.judgement,
        book=book,
        transcript=call.transcript,
        legs=_legs(recording_of(folder)),
        recogniser="demo",
    )


def _legs(files: RecordingFiles) -> list[Leg]:
    return [Leg(leg.channel, leg.path, leg.column, rate=rate_of(leg)) for leg in files.legs()]
