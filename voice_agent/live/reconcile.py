"""Recordings that appeared while nobody listened: each is a call that was not monitored."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from ami_bridge.events import CallEnded, Gap
from voice_agent.intake.completeness import state_of
from voice_agent.intake.files import SUFFIXES
from voice_agent.intake.kinds import is_riff, kind
from voice_agent.intake.recordings import AGENT_LEG, CALLER_LEG, RecordingPlaces, uniqueid_in

#: A growing recording is written at least this often (seconds); Asterisk flushes about every two.
GROWING_SECONDS = 10.0


def missed_calls(places: RecordingPlaces, gap: Gap, known: Collection[str]) -> Iterator[CallEnded]:
    """Calls whose recording was completed within a closed gap and of which the bridge never told, oldest first."""
    found: dict[str, Path] = {}
    for path in sorted(_completed(places.folder, gap)):
        if (uniqueid := uniqueid_in(_whole_name(path))) and uniqueid not in known:
            found.setdefault(uniqueid, path)
    for uniqueid, path in found.items():
        yield _call(uniqueid, path, gap)


def _completed(folder: Path, gap: Gap) -> Iterator[Path]:
    end = gap.start if gap.end is None else gap.end
    for path in folder.rglob("*"):
        if kind(path) not in SUFFIXES or not path.is_file() or not gap.start <= path.stat().st_mtime <= end:
            continue
        if not _still_grows(path, end):
            yield path


def _still_grows(path: Path, end: float) -> bool:
    """Asterisk is still writing it: that call goes on and will be told by the bridge. (What a crash left behind is older.)"""
    return is_riff(path) and path.stat().st_mtime > end - GROWING_SECONDS and state_of(path) == "recording"


def _whole_name(path: Path) -> str:
    return path.stem.removesuffix(CALLER_LEG).removesuffix(AGENT_LEG)


def _call(uniqueid: str, path: Path, gap: Gap) -> CallEnded:
    """What can be known from a file: when it began (Asterisk's identifiers start with that second) and ended."""
    start = float(uniqueid.rsplit("-", 1)[-1].split(".", maxsplit=1)[0])
    end = max(start, path.stat().st_mtime)
    return CallEnded(
        uniqueid=uniqueid,
        linkedid=uniqueid,
        queue=None,
        caller_number=None,
        start=start,
        answered=start,
        end=end,
        ring_seconds=0.0,
        talk_seconds=end - start,
        hung_up_by="unknown",
        holds=(),
        clerks=(),
        transferred=False,
        recording=str(path),
        gaps=(gap,),
        complete=False,
    )
