"""One job from lease to judgement. Whatever goes wrong ends visibly: tried again later, or ``not_monitored`` with the reason."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from ami_bridge.events import CallEnded
from phrasebook.model import PhraseBook
from voice_agent.coverage import Timeline
from voice_agent.errors import (
    HearingCrashed,
    JobError,
    ModelError,
    RecordingError,
    RecordingIncomplete,
    RecordingNotFound,
    StoreDamaged,
    StoreError,
    VoiceAgentError,
)
from voice_agent.hearing.hear import Heard
from voice_agent.hearing.sound.quality import Quality
from voice_agent.hearing.workers import Task, Workers
from voice_agent.in_force import book_of_call, model_in_force
from voice_agent.intake.recordings import RecordingPlaces, folder_is_gone
from voice_agent.live.facts import agent_of, context_of
from voice_agent.live.lease import kept
from voice_agent.live.patience import patiently
from voice_agent.live.sounds import gather
from voice_agent.pipeline import JudgedCall, judge_heard
from voice_agent.store import Store
from voice_agent.store.calls import calls, completion, jobs, transcripts
from voice_agent.store.calls.jobs import Job
from voice_agent.store.calls.transcripts import Leg
from voice_agent.store.calls.unmonitored import Cause
from voice_agent.store.reviews.ratings import Scale

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0  # how long one look at a growing recording may keep a thread
POSTPONE_SECONDS = 0.5
#: A folder that is away (a mount that dropped) is looked for this often, and for a day.
GONE_LOOK_SECONDS, GONE_MOST_SECONDS = 30.0, 86_400.0


@dataclass(frozen=True)
class Desk:
    """What every worker needs: the recognisers, the phrase book, where recordings lie, how patient to be (seconds).

    ``least_coverage``: the share of a clerk's talk (0–1) that must be recorded for a call to count as monitored. ``folder_seconds``: how
    long after a call a folder that is away is waited for. ``scale``: what the keys of a rating mean.
    """

    workers: Workers
    book: PhraseBook
    places: RecordingPlaces
    swap: bool
    wait_seconds: float
    attempts: int
    lease_seconds: float
    recogniser: str
    judged: Callable[[Store, int], None]
    least_coverage: float = 0.9
    folder_seconds: float = GONE_MOST_SECONDS
    scale: Scale = field(default_factory=Scale)


def work_off(store: Store, job: Job, desk: Desk, stop: threading.Event) -> None:
    """Judge the leased call and close its job in one transaction; on ``stop`` the job goes back untried. Raises StoreError."""
    try:
        with kept(store, job, desk.lease_seconds):
            call = calls.call_ended(store, job.call)
            end = _heard(store, job, call, desk, stop)
            patiently(end, stop)
    except JobError as error:
        log.warning("job %d was taken over: %s", job.id, error)
    except StoreDamaged as error:  # what is written of this call cannot be read: the others must not wait for it
        _give_up(store, job, "failure", error, desk)
    except StoreError:
        raise
    except Exception as error:  # as in ``_heard``: no half of it is written
        patiently(_ours(store, job, error, desk), stop)


def _heard(store: Store, job: Job, call: CallEnded, desk: Desk, stop: threading.Event) -> Callable[[], None]:
    """What is to be written about the call: its judgement, or why there is none. Writing it may have to wait, hearing is done."""
    try:
        judged, book, legs, line = _judge(store, job, call, desk, stop)
    except RecordingError as error:
        return partial(_not_usable, store, job, call, error, desk, stop)
    except (StoreError, JobError):
        raise
    except ModelError as error:
        return partial(_failed, store, job, str(error), desk, "failure", crash=True)
    except Exception as error:  # a defect of ours must end as visibly as a broken recording, not as a dead thread
        return _ours(store, job, error, desk)
    return partial(_completed, store, job, judged, book, legs, line, desk)


def _ours(store: Store, job: Job, error: Exception, desk: Desk) -> Callable[[], None]:
    log.error("job %d failed", job.id, exc_info=error)
    return partial(_failed, store, job, f"内部错误：{type(error).__name__}: {error}", desk, "failure", crash=True)


def _completed(
    store: Store, job: Job, judged: JudgedCall, book: PhraseBook, legs: list[Leg], line: Timeline, desk: Desk
) -> None:
    completion.complete(
        store, job, judged.judgement, book=book, transcript=judged.transcript, legs=legs, line=line, recogniser=desk.recogniser,
    )  # fmt: skip
    told(desk, store, job.call)


def told(desk: Desk, store: Store, call: int) -> None:
    """Say that a call has its result; a line that cannot be printed undoes nothing."""
    try:
        desk.judged(store, call)
    except StoreError as error:
        log.warning("call %d is done and could not be told: %s", call, error)
    except Exception:
        log.exception("call %d is done and could not be told", call)


def _judge(
    store: Store, job: Job, call: CallEnded, desk: Desk, stop: threading.Event
) -> tuple[JudgedCall, PhraseBook, list[Leg], Timeline]:
    patience = min(LOOK_SECONDS, desk.wait_seconds)
    sounds = gather(call, desk.places, patience, call.end + desk.wait_seconds, stop)
    task = Task(sounds.files, call.uniqueid, agent_of(calls.clerks_of_call(store, job.call)), desk.swap)
    heard = desk.workers.hear(task, lambda: patiently(partial(jobs.begin, store, job), stop))
    context = context_of(call, sounds.line, desk.least_coverage)
    book = book_of_call(store, job.call, desk.book)
    return judge_heard(heard, book, context, model_in_force(store)), book, legs_of(heard), sounds.line


def legs_of(heard: Heard) -> list[Leg]:
    """Where each side's sound lies, for the page that plays it."""
    qualities = dict(heard.quality)
    return [
        Leg(
            leg.channel,
            leg.path,
            leg.column,
            duration=heard.duration,
            usable=qualities[leg.channel].usable,
            quality=_measured(qualities[leg.channel]) | {"noisy": float(leg.channel in heard.noisy_legs)},
            parts=leg.parts,
            length=leg.length,
        )
        for leg in heard.legs
    ]


def _measured(quality: Quality) -> dict[str, float]:
    """What must be known when the call is judged again without its sound."""
    return {"snr_db": quality.snr_db, "clipped_share": quality.clipped_share, "noisy": float(quality.noisy)}


def _not_usable(
    store: Store, job: Job, call: CallEnded, error: RecordingError, desk: Desk, stop: threading.Event
) -> None:
    """A recording that is not there yet or still grows is waited for; after that the call was not monitored."""
    log.info("job %d: recording not usable (%s)", job.id, type(error).__name__)
    if stop.is_set():
        jobs.release(store, job)
    elif time.time() < call.end + desk.folder_seconds and _is_gone(store, desk):
        jobs.postpone(store, job, GONE_LOOK_SECONDS, f"{desk.places.folder}：录音目录暂时不可用，恢复后继续")
    elif isinstance(error, HearingCrashed):
        _failed(store, job, str(error), desk, "failure", crash=True)
    elif isinstance(error, RecordingNotFound | RecordingIncomplete):
        if time.time() < call.end + desk.wait_seconds:
            jobs.postpone(store, job, POSTPONE_SECONDS, str(error))
        else:
            _give_up(
                store, job, "no_recording" if isinstance(error, RecordingNotFound) else "bad_recording", error, desk
            )
    else:
        _failed(store, job, str(error), desk, "bad_recording")


def _is_gone(store: Store, desk: Desk) -> bool:
    return folder_is_gone(desk.places, had_some=transcripts.had_sound_in(store, desk.places.folder))


def _failed(store: Store, job: Job, error: str, desk: Desk, cause: Cause, *, crash: bool = False) -> None:
    if jobs.fail(store, job, error, attempts=desk.attempts, crash=crash, cause=cause) == "failed":
        told(desk, store, job.call)


def _give_up(store: Store, job: Job, cause: Cause, error: VoiceAgentError, desk: Desk) -> None:
    jobs.fail(store, job, str(error), final=True, cause=cause)
    told(desk, store, job.call)
