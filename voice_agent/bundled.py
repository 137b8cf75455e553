"""The recordings that come with the product, judged with everything that is known about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import recordings_fixtures
from phrasebook.model import PhraseBook
from voice_agent.checking import Recogniser
from voice_agent.errors import VoiceAgentError
from voice_agent.evaluate import CallFolder
from voice_agent.hearing.workers import Task, Workers
from voice_agent.intake.files import RecordingFiles
from voice_agent.intake.paths import files_of
from voice_agent.pipeline import JudgedCall, judge_heard, judge_transcript
from voice_agent.transcripts import read_transcript


def bundled_calls() -> Path:
    """The folder of the bundled calls."""
    return Path(recordings_fixtures.__file__).parent / "calls"


def recording_of(call: CallFolder) -> RecordingFiles:
    """The recording in a call's folder. Raises RecordingError."""
    items = files_of(call.audio)
    assert len(items) == 1  # noqa: S101 - a folder holds one call
    assert isinstance(items[0], RecordingFiles)  # noqa: S101 - audio files are no transcripts
    return items[0]


def hear_and_judge(
    calls: Sequence[CallFolder], book: PhraseBook, recogniser: Recogniser
) -> Iterator[tuple[CallFolder, JudgedCall]]:
    """Judge the audio of every call, results as they come. Raises RecordingError: a bundled recording must be readable."""
    tasks = {Task(recording_of(call), call.call_id, call.agent): call for call in calls}
    with Workers(recogniser.model, recogniser.factory, recogniser.workers) as workers:
        for task, heard in workers.hear_all(tasks):
            if isinstance(heard, VoiceAgentError):
                raise heard
            yield tasks[task], judge_heard(heard, book, tasks[task].context)


def read_and_judge(calls: Sequence[CallFolder], book: PhraseBook) -> Iterator[tuple[CallFolder, JudgedCall]]:
    """Judge the true transcript of every call: what a perfect recogniser would lead to. Raises TranscriptError."""
    for call in calls:
        yield call, judge_transcript(read_transcript(call.transcript), book, call.context)
