"""A draft of the phrase book over stored transcripts, by the pipeline's own judge: on all cores, with progress, and it can be stopped."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from phrasebook.book import load_book
from phrasebook.model import PhraseBook
from voice_agent.errors import NotInStore
from voice_agent.in_force import Files, book_of, book_on, judging_digest, model_in_force
from voice_agent.live.rejudge import stored_context
from voice_agent.pipeline import judge_transcript
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls, judgements, transcripts
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.reviews.decided import decided_rules
from voice_agent.teaching.changes import Compared, summed
from voice_agent.values import Judgement, Status, Transcript

#: Calls that a process judges before it reports.
CHUNK = 10
#: The lot of a sample: the same calls each time, so that two drafts are compared on the same.
SEED = 12333
Told = Callable[[int, int], None]


def untold(_done: int, _all: int) -> None:
    """Nobody asked how far it is."""


@dataclass(frozen=True)
class Trial:
    """What is tried where: the store, a draft's files, the site's own folder; as plain data that another process can be given."""

    store: Path
    timezone: str
    files: Files
    folder: Path | None
    least_coverage: float


def chosen_calls(store: Store, chosen: CallFilter, sample: int | None = None) -> list[int]:
    """The numbers of the monitored calls that a filter chooses, or of a sample of them by lot. Raises StoreError."""
    found = [call.id for call in calls.each_call(store, replace(chosen, coverage="monitored"))]
    if sample is None or sample >= len(found):
        return found
    return sorted(random.Random(SEED).sample(found, sample))  # noqa: S311 - a sample, no secret


def compare_call(store: Store, number: int, draft: PhraseBook, own: PhraseBook, least: float) -> Compared | None:
    """One call by the book in force and by the draft; None where no transcript is left. Raises StoreError."""
    call = calls.get_call(store, number)
    transcript = transcripts.load_transcript(store, number)
    if transcript is None:
        return None
    now = book_on(store, call.day, call.unit, own)
    before = _statuses_now(store, call, transcript, now, least)
    after = _statuses(_judged(store, number, transcript, draft, least)) if draft.digest != now.digest else before
    return Compared(number, call.call_id, call.unit, before, after, decided_rules(store, number))


def _statuses_now(
    store: Store, call: CallRow, transcript: Transcript, book: PhraseBook, least: float
) -> Mapping[str, Status]:
    """As the machine found it; judged anew where another book or model had judged it."""
    if judgements.is_made_with(store, call.id, book.digest, judging_digest(store)):
        found = judgements.current_findings(store, call.id)
        return {one.finding.rule: one.machine_status for one in found if one.machine_status is not None}
    return _statuses(_judged(store, call.id, transcript, book, least))


def _judged(store: Store, call: int, transcript: Transcript, book: PhraseBook, least: float) -> Judgement:
    context = stored_context(store, call, transcript.duration, least)
    return judge_transcript(transcript, book, context, model_in_force(store)).judgement


def _statuses(judgement: Judgement) -> Mapping[str, Status]:
    return {one.rule: one.status for one in judgement.findings}


def back_test(
    trial: Trial,
    numbers: Sequence[int],
    *,
    workers: int,
    told: Told = untold,
    stop: threading.Event | None = None,
) -> dict[str, Any]:
    """The report on these calls (``changes.summed``), by ``workers`` processes; stopped, it is of what was done and says so. Raises StoreError."""
    stopped = stop or threading.Event()
    compared: list[Compared] = []
    done = 0
    for count, part in _parts(trial, numbers, workers, stopped):
        done += count
        compared += part
        told(done, len(numbers))
    return summed(sorted(compared, key=lambda one: one.call), whole=done == len(numbers))


def _parts(
    trial: Trial, numbers: Sequence[int], workers: int, stop: threading.Event
) -> Iterator[tuple[int, list[Compared]]]:
    """The calls in chunks as they are done. Processes are started anew (spawn): a server's threads must not be copied."""
    chunks = [numbers[begin : begin + CHUNK] for begin in range(0, len(numbers), CHUNK)]
    count = max(1, min(workers, len(chunks)))
    with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_prepare, initargs=(trial,)) as pool:
        waiting: dict[Future[list[Compared]], int] = {pool.submit(_compare, chunk): len(chunk) for chunk in chunks}
        while waiting:
            done, _ = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in done:
                yield waiting.pop(future), future.result()
            if stop.is_set():
                pool.shutdown(wait=False, cancel_futures=True)
                return


class _Desk:
    """What one process works with."""

    store: Store
    draft: PhraseBook
    own: PhraseBook
    least: float


def _prepare(trial: Trial) -> None:
    _Desk.store = Store.open(trial.store, timezone=trial.timezone, create=False)
    _Desk.draft, _Desk.own, _Desk.least = book_of(trial.files), load_book(trial.folder), trial.least_coverage


def _compare(numbers: Sequence[int]) -> list[Compared]:
    found = []
    for number in numbers:
        with suppress(NotInStore):  # removed meanwhile
            one = compare_call(_Desk.store, number, _Desk.draft, _Desk.own, _Desk.least)
            found += [one] if one else []
    return found
