"""``voice-agent watch``: a folder of recordings of any telephone system becomes calls in the store, as they appear."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ami_bridge.events import CallEnded, ClerkLeg
from voice_agent.errors import RecordingError
from voice_agent.hearing.sound.audio import seconds_of
from voice_agent.intake.completeness import state_of
from voice_agent.intake.files import RecordingFiles
from voice_agent.intake.paths import PassedOver, search
from voice_agent.intake.recordings import RAW_SETTLED
from voice_agent.live.lists import Known, Reading, call_name

log = logging.getLogger(__name__)
LIST_SUFFIX = ".csv"


@dataclass
class Watch:
    """One folder and what of it is known already. ``patience``: seconds that a file may look incomplete before that is its fault."""

    folder: Path
    reading: Reading
    patience: float
    known: set[str] = field(default_factory=set)
    passed_over: tuple[PassedOver, ...] = ()

    def calls(self, stop: threading.Event, poll: float, *, once: bool) -> Iterator[CallEnded]:
        """Every call that is not known yet, as it appears; ``once``: those that are there now. A folder that is away is waited for."""
        while True:
            try:
                yield from self.look(wait=not once)
            except OSError as error:
                log.warning("the folder cannot be looked through: %s", error)
            if once or stop.wait(poll):
                return

    def look(self, *, wait: bool) -> Iterator[CallEnded]:
        """The calls that are new now; what is still being written is left for later unless nobody will look again."""
        found = search([self.folder]) if self.folder.is_dir() else None
        if found is None:
            return
        listed = {
            known.name: known for path in sorted(self.folder.rglob(f"*{LIST_SUFFIX}")) for known in self._listed(path)
        }
        self.passed_over = tuple(one for one in found.passed_over if one.path.suffix.lower() != LIST_SUFFIX)
        recordings = {self._name(item): item for item in found.items if isinstance(item, RecordingFiles)}
        for name, files in recordings.items():
            if name not in self.known and (not wait or self._is_ready(files)):
                self.known.add(name)
                yield self._call(listed.get(name) or self.reading.from_name(name), files)
        for name, known in listed.items():
            if name not in self.known and name not in recordings and (not wait or self._is_overdue(known)):
                self.known.add(name)
                yield _told(known, None, known.time or time.time(), known.seconds or 0.0)

    def _listed(self, path: Path) -> Iterator[Known]:
        """The rows of a list; names in it are relative to the list's own folder."""
        base = path.parent.relative_to(self.folder)
        for known in self.reading.from_list(path):
            yield Known(str(base / known.name) if str(base) != "." else known.name, *list(vars(known).values())[1:])

    def _name(self, files: RecordingFiles) -> str:
        return call_name(files.paths[0].relative_to(self.folder).as_posix())

    def _is_ready(self, files: RecordingFiles) -> bool:
        """Every file is complete and has not grown for a while; one that never becomes complete is judged as what it is."""
        age = time.time() - max(path.stat().st_mtime for path in files.paths)
        return age > self.patience or (age >= RAW_SETTLED and all(state_of(path) == "complete" for path in files.paths))

    def _is_overdue(self, known: Known) -> bool:
        return known.time is None or time.time() > known.time + (known.seconds or 0.0) + self.patience

    def _call(self, known: Known, files: RecordingFiles) -> CallEnded:
        newest = max(path.stat().st_mtime for path in files.paths)
        try:
            seconds = max(map(seconds_of, files.paths))
        except RecordingError:
            seconds = known.seconds or 0.0  # the judging will say what is wrong with it
        start = newest - seconds if known.time is None else known.time
        path = files.paths[0]
        whole = path if files.kind != "legs" else path.with_name(f"{files.call_id}{path.suffix}")
        return _told(known, whole.relative_to(self.folder).as_posix(), start, known.seconds or seconds)


def _told(known: Known, recording: str | None, start: float, seconds: float) -> CallEnded:
    """A call of which a name or a list tells; it is answered, for there is a recording or a row of it."""
    end = start + seconds
    leg = ClerkLeg(None, None, known.job_number, "", "", start, end)
    return CallEnded(
        uniqueid=known.name, linkedid=known.name, queue=known.queue or None, caller_number=known.caller or None, start=start,
        answered=start, end=end, ring_seconds=0.0, talk_seconds=seconds, hung_up_by="unknown", holds=(),
        clerks=(leg,) if known.job_number else (), transferred=False, recording=recording, gaps=(), complete=True,
        direction="outbound" if known.outbound else "inbound", queues=(known.queue,) if known.queue else (),
    )  # fmt: skip
