"""Judges many files without a store: recordings on all cores, transcripts at once. One bad file does not stop the others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from phrasebook.model import PhraseBook
from voice_agent.errors import VoiceAgentError
from voice_agent.hearing.transcriber import Transcriber
from voice_agent.hearing.workers import Task, Workers
from voice_agent.intake.files import RecordingFiles
from voice_agent.intake.paths import Item, TranscriptFile
from voice_agent.pipeline import JudgedCall, judge_heard, judge_transcript
from voice_agent.transcripts import read_transcript
from voice_agent.values import Agent

Result = tuple[Item, JudgedCall | VoiceAgentError]


@dataclass(frozen=True)
class Recogniser:
    """Which recogniser hears: the model's folder, what loads it, and how many processes (0: one for each core)."""

    model: Path
    factory: Callable[[Path], Transcriber]
    workers: int = 0


def check(
    items: Sequence[Item], book: PhraseBook, recogniser: Recogniser, agent: Agent, *, swap: bool = False
) -> Iterator[Result]:
    """Judge every item, results as they come; an item that cannot be judged comes with its error.

    ``agent`` is what the user says about the clerk; it wins over what a transcript file says.
    """
    for item in items:
        if isinstance(item, TranscriptFile):
            yield item, _judge_file(item.path, book, agent)
    recordings = [item for item in items if isinstance(item, RecordingFiles)]
    yield from _hear(recordings, book, recogniser, agent, swap=swap)


def _judge_file(path: Path, book: PhraseBook, agent: Agent) -> JudgedCall | VoiceAgentError:
    try:
        transcript = read_transcript(path)
    except VoiceAgentError as error:
        return error
    return judge_transcript(replace(transcript, agent=_overlaid(transcript.agent, agent)), book)


def _overlaid(known: Agent, said: Agent) -> Agent:
    return Agent(said.job_number or known.job_number, said.name or known.name, said.unit or known.unit)


def _hear(
    recordings: Sequence[RecordingFiles], book: PhraseBook, recogniser: Recogniser, agent: Agent, *, swap: bool
) -> Iterator[Result]:
    if not recordings:
        return
    tasks = [Task(files, agent=agent, swap=swap) for files in recordings]
    count = min(recogniser.workers, len(tasks)) if recogniser.workers else _cores(len(tasks))
    with Workers(recogniser.model, recogniser.factory, count) as workers:
        for task, heard in workers.hear_all(tasks):
            yield task.files, heard if isinstance(heard, VoiceAgentError) else judge_heard(heard, book)


def _cores(tasks: int) -> int:
    return max(1, min(tasks, len(os.sched_getaffinity(0))))
