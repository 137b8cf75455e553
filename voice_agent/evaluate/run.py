"""Run a judge over calls with a known truth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from voice_agent.evaluate.counts import Evaluation, compare
from voice_agent.evaluate.folders import CallFolder, read_calls
from voice_agent.values import Judgement

#: Anything that turns a call into a judgement: the whole pipeline on its audio, or the rules alone on its true transcript.
Judge = Callable[[CallFolder], Judgement]


def evaluate(folder: Path, judge: Judge, *, on_call: Callable[[CallFolder], None] = lambda _: None) -> Evaluation:
    """Judge every call under ``folder`` and compare with what is expected; ``on_call`` is told of each call before it is judged.

    Raises TranscriptError for a malformed folder, and whatever ``judge`` raises: an error is no finding.
    """
    calls = read_calls(folder)
    return compare(calls, [_judge(call, judge, on_call) for call in calls])


def _judge(call: CallFolder, judge: Judge, on_call: Callable[[CallFolder], None]) -> Judgement:
    on_call(call)
    return judge(call)
