"""Two legs of one call that are not equally long: by how much does one of them begin later? People take turns, and that tells.

Without MixMonitor's option S nothing fills the legs up, so the shorter one may lie anywhere in the longer one. It lies where answers
follow what was said within a second and the two talk over each other least.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice_agent.hearing.sound.audio import blocks, rate_of, seconds_of
from voice_agent.hearing.sound.gate import FLOOR_DB
from voice_agent.hearing.sound.quality import FRAMES_PER_SECOND, assess, measure
from voice_agent.intake.files import Leg, RecordingFiles

#: Legs whose lengths differ by less (seconds) are in step.
ALLOWED_SECONDS = 1.0
#: A place needs so many answers, and any other place (further away than ``_APART`` seconds) must have at most this share of its points.
_LEAST_ANSWERS, _CLEAR, _APART = 3, 0.7, 1.5
#: An answer begins so soon after (seconds) the other one stops; a second of double talk costs two answers.
_EARLY, _LATE, _COST = -0.2, 0.9, 2.0
#: Louder than the noise by so much (dB) and at most so much below the loudest speech; pauses and clicks shorter than this (s) are none.
_ABOVE_DB, _BELOW_DB, _PAUSE, _CLICK = 6.0, 20.0, 0.4, 0.1
_STEP = 0.1

Runs = npt.NDArray[np.float64]


@dataclass(frozen=True)
class InStep:
    """The recording with its legs laid as they were spoken; ``doubtful``: nobody can tell how they lie."""

    files: RecordingFiles
    doubtful: bool = False


def in_step(files: RecordingFiles) -> InStep:
    """Lay legs of different lengths against each other. Raises RecordingError."""
    if files.laid:
        done = [in_step(one.files) for one in files.laid]
        laid = tuple(replace(one, files=step.files) for one, step in zip(files.laid, done, strict=True))
        return InStep(replace(files, laid=laid), any(step.doubtful for step in done))
    if files.kind != "legs" or not files.caller or not files.agent:
        return InStep(files)
    room = seconds_of(files.caller) - seconds_of(files.agent)
    if abs(room) <= ALLOWED_SECONDS:
        return InStep(files)
    caller, agent = speech(files.caller), speech(files.agent)
    if not len(caller) or not len(agent):
        return InStep(files)
    late = where(caller, agent, room) if room > 0 else where(agent, caller, -room)
    if late is None:
        return InStep(files, doubtful=True)
    return InStep(replace(files, agent_late=late) if room > 0 else replace(files, caller_late=late))


def speech(path: Path) -> Runs:
    """When somebody speaks on a one-channel file: rows of (start, end) in seconds. Raises RecordingError."""
    leg = Leg("mixed", path)
    levels = measure(blocks(leg), rate_of(leg))
    quality = assess(levels)
    loud = levels.db > max(FLOOR_DB, min(quality.noise_db + _ABOVE_DB, quality.speech_db - _BELOW_DB))
    padded = np.concatenate([[False], loud, [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1]).reshape(-1, 2) / FRAMES_PER_SECOND
    if not quality.usable or not len(edges):
        return np.zeros((0, 2))
    starts_anew = np.concatenate([[True], edges[1:, 0] - edges[:-1, 1] >= _PAUSE])
    first = np.flatnonzero(starts_anew)
    runs = np.stack([edges[first, 0], edges[np.append(first[1:] - 1, len(edges) - 1), 1]], axis=1)
    kept: Runs = runs[runs[:, 1] - runs[:, 0] >= _CLICK]
    return kept


def where(longer: Runs, shorter: Runs, room: float) -> float | None:
    """How many seconds later (0 to ``room``) the shorter leg begins; None when that is not clear. Pure.

    Both legs end with the call, and often begin together: where one of these is as good as any other place, it is the place.
    """
    shifts = np.append(np.arange(0.0, room, _STEP), room)
    points = np.array(
        [_answers(longer, shorter + shift) - _COST * _double(longer, shorter + shift) for shift in shifts]
    )
    best = float(points.max())
    likely = [place for place in (len(shifts) - 1, 0) if points[place] >= _CLEAR * best]
    plateau = np.flatnonzero(points >= best - 1e-6)
    chosen = likely[0] if likely else int(plateau[len(plateau) // 2])
    elsewhere = points[np.abs(shifts - shifts[chosen]) > _APART]
    clear = best >= _LEAST_ANSWERS and (not len(elsewhere) or float(elsewhere.max()) <= _CLEAR * best)
    return float(shifts[chosen]) if clear else None


def _answers(one: Runs, other: Runs) -> int:
    """How often one side begins soon after the other stops."""
    waits = (other[None, :, 0] - one[:, 1, None], one[None, :, 0] - other[:, 1, None])
    return sum(int(((wait > _EARLY) & (wait < _LATE)).any(axis=1).sum()) for wait in waits)


def _double(one: Runs, other: Runs) -> float:
    """Seconds in which both speak."""
    overlap = np.minimum(one[:, 1, None], other[None, :, 1]) - np.maximum(one[:, 0, None], other[None, :, 0])
    return float(np.maximum(overlap, 0.0).sum())
