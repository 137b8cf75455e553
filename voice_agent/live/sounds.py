"""The recordings of a call, found, complete and laid on its time line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ami_bridge.events import CallEnded, Recording
from voice_agent.coverage import Timeline, lay
from voice_agent.errors import RecordingError, RecordingIncomplete, RecordingNotFound
from voice_agent.hearing.sound.audio import seconds_of
from voice_agent.intake.files import Laid, RecordingFiles
from voice_agent.intake.recordings import RecordingPlaces, find_recording, find_reported, wait_until_complete

Found = tuple[Recording | None, RecordingFiles]


@dataclass(frozen=True)
class Sounds:
    """What of a call can be heard, and where on its time line it lies."""

    files: RecordingFiles
    line: Timeline


def gather(
    call: CallEnded, places: RecordingPlaces, look_seconds: float, until: float, stop: threading.Event
) -> Sounds:
    """Every recording of the call, complete, on one time line.

    Until ``until`` (unix seconds) a second recording that is not there yet or still grows is waited for; after that the others must
    do, and the time line tells what is missing. Raises RecordingError, RecordingNotFound, RecordingIncomplete.
    """
    found = list(_usable(call, places, look_seconds, until, stop.wait))
    lengths = [max(map(seconds_of, files.paths)) for _, files in found]
    line = lay(call, [(told, seconds) for (told, _), seconds in zip(found, lengths, strict=True)])
    return Sounds(_laid([files for _, files in found], [told for told, _ in found], line), line)


def _usable(
    call: CallEnded, places: RecordingPlaces, look: float, until: float, pause: Callable[[float], bool]
) -> Iterator[Found]:
    kept, complaint = 0, None
    for told, find in _wanted(call, places):
        try:
            files = find()
            wait_until_complete(files, look, pause=pause)
        except (RecordingNotFound, RecordingIncomplete) as error:
            if time.time() < until:
                raise
            complaint = complaint or error
        else:
            kept += 1
            yield told, files
    if not kept:
        raise complaint or RecordingError("没有录音")


def _wanted(
    call: CallEnded, places: RecordingPlaces
) -> Iterator[tuple[Recording | None, Callable[[], RecordingFiles]]]:
    """What to look for: the first recording also by the site's pattern, every other one only where it was reported."""
    own = [one for one in call.recordings if not call.recordings or one.side == call.recordings[0].side]
    first = own[0] if own else None
    reported = call.recording if first is None else first.path or None
    yield _last_of(own, first), lambda: find_recording(places, call.uniqueid, call.linkedid, reported)
    seen = {reported}
    for one in own[1:]:
        if one.path and one.path not in seen:
            seen.add(one.path)
            yield _last_of(own, one), lambda path=one.path: find_reported(places, call.uniqueid, path)  # type: ignore[misc]  # a default argument holds the loop's value


def _last_of(recordings: list[Recording], one: Recording | None) -> Recording | None:
    """A file that was begun anew under the same name holds what came last."""
    return next((other for other in reversed(recordings) if one and other.path == one.path), one)


def _laid(files: list[RecordingFiles], told: list[Recording | None], line: Timeline) -> RecordingFiles:
    """One recording that begins at second 0 stays as it is; anything else is laid piece by piece."""
    first, length = files[0], line.duration
    one_piece = len(line.placed) == 1 and abs(line.placed[0].at - line.began) < 1e-6
    plain = one_piece and told[0] is not None and told[0].side == "caller"
    if (plain or (one_piece and told[0] is None)) and length - line.placed[0].end < 1.0:
        return first
    laid = tuple(
        Laid(files[one.recording], one.at - line.began, one.start, one.end, _is_agents(told[one.recording]))
        for one in line.placed
    )
    return RecordingFiles(first.kind, first.call_id, first.whole, first.caller, first.agent, laid=laid, length=length)


def _is_agents(told: Recording | None) -> bool:
    return told is not None and told.side == "agent"
