"""Finds the recording of a call and waits until it is complete. Nothing here ever moves, changes or deletes one."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from voice_agent.errors import ConfigError, RecordingError, RecordingIncomplete, RecordingNotFound
from voice_agent.intake.completeness import State, complain, read_wav_header, size_of, state_of
from voice_agent.intake.decoding import channels_of
from voice_agent.intake.files import SUFFIXES, RecordingFiles, RecordingKind
from voice_agent.intake.kinds import is_riff, kind

#: Asterisk's own identifiers: ``[system-]<unix seconds>.<number>``. Anything else must not become part of a path.
_IDENTIFIER = re.compile(r"^(?:[A-Za-z0-9_.-]*-)?(\d{9,11})\.\d+$")
CALLER_LEG, AGENT_LEG = "-rx", "-tx"
RAW_SETTLED = 3.0  # seconds: Asterisk flushes a growing file about every two


@dataclass(frozen=True)
class RecordingPlaces:
    """Where recordings lie as this machine sees them.

    ``pattern``: path below ``folder`` with ``{uniqueid}``, ``{linkedid}``, ``{year}``, ``{month}``, ``{day}`` and the wildcards ``*``, ``**``.
    ``path_map``: Asterisk's path prefix → ours, when Asterisk runs elsewhere.
    """

    folder: Path
    pattern: str = "{uniqueid}.wav"
    path_map: Mapping[str, str] = field(default_factory=dict)


def folder_is_gone(places: RecordingPlaces, *, had_some: bool) -> bool:
    """Whether the recordings' folder is away (a mount that dropped): not there, unreadable, or empty although it ``had_some``."""
    try:
        return next(places.folder.iterdir(), None) is None and had_some
    except OSError:
        return True


def uniqueid_in(name: str) -> str | None:
    """The call's uniqueid when a recording's name (without suffix and side) is one, else None."""
    return name if _IDENTIFIER.match(name) else None


def find_recording(
    places: RecordingPlaces, uniqueid: str, linkedid: str = "", reported: str | None = None
) -> RecordingFiles:
    """The files of one call: where the call reported them, else by the pattern; separate legs before a mix.

    Only files inside ``folder`` or a mapped folder are ever looked at. Raises RecordingNotFound.
    """
    wholes = [*_reported(places, reported), *_by_pattern(places, uniqueid, linkedid or uniqueid)]
    inside = [path for path in wholes if _is_inside(places, path)]
    if _IDENTIFIER.match(uniqueid):  # a dialplan may name the mix as it likes and the legs by the call
        inside += [named for path in inside if _is_inside(places, named := path.with_name(f"{uniqueid}{path.suffix}"))]
    if found := _first_of(places, inside, uniqueid):
        return found
    refused = any(not _is_inside(places, path) for path in wholes)
    raise RecordingNotFound(_not_found(places, uniqueid, reported, refused=refused))


def find_reported(places: RecordingPlaces, uniqueid: str, reported: str) -> RecordingFiles:
    """The files of one recording of a call that has several: only where it was reported. Raises RecordingNotFound."""
    inside = [path for path in _reported(places, reported) if _is_inside(places, path)]
    if found := _first_of(places, inside, uniqueid):
        return found
    raise RecordingNotFound(_not_found(places, uniqueid, reported, refused=not inside))


def _first_of(places: RecordingPlaces, wholes: list[Path], name: str) -> RecordingFiles | None:
    """Separate legs before a mix before a single leg; of each the kind that was told before what a site has made of it (mp3 …)."""
    kinds = ["", *sorted(SUFFIXES)]
    for choose in (_both_legs, _whole, _one_leg):
        for path in dict.fromkeys(wholes):
            for suffix in kinds:
                found = choose(path.with_name(f"{path.stem}{suffix}") if suffix else path, name)
                # Each file anew: a leg or a converted file beside an honest name may itself be a link that leads out.
                if found and all(_is_inside(places, each) for each in found.paths):
                    return found
    return None


def _reported(places: RecordingPlaces, reported: str | None) -> list[Path]:
    if not reported or "\0" in reported:
        return []
    for prefix, ours in sorted(places.path_map.items(), key=lambda pair: -len(pair[0])):
        if PurePosixPath(reported).is_relative_to(prefix):
            return [Path(ours) / PurePosixPath(reported).relative_to(prefix)]
    return [places.folder / reported]


def _by_pattern(places: RecordingPlaces, uniqueid: str, linkedid: str) -> list[Path]:
    found = _IDENTIFIER.match(uniqueid)
    if not found or not _IDENTIFIER.match(linkedid):
        return []
    day = datetime.fromtimestamp(int(found[1])).astimezone()
    pattern = _filled(places.pattern, uniqueid, linkedid, day)
    return [*sorted(places.folder.glob(pattern)), places.folder / pattern]


def _filled(pattern: str, uniqueid: str, linkedid: str, day: datetime) -> str:
    dates = {"year": f"{day:%Y}", "month": f"{day:%m}", "day": f"{day:%d}"}
    try:
        filled = pattern.format(uniqueid=uniqueid, linkedid=linkedid, **dates)
    except (KeyError, IndexError, ValueError) as error:
        raise ConfigError(
            f"recordings.pattern：{pattern!r} 中有无法识别的占位符；可用 {{uniqueid}}、{{linkedid}}、{{year}}、{{month}}、{{day}}"
        ) from error
    if not filled or PurePosixPath(filled).is_absolute():
        raise ConfigError(f"recordings.pattern：{pattern!r} 应为 recordings.folder 之下的相对路径")
    return filled


def _is_inside(places: RecordingPlaces, path: Path) -> bool:
    return is_below(path, [places.folder, *map(Path, places.path_map.values())])


def is_below(path: Path, roots: Iterable[Path]) -> bool:
    """Symbolic links are followed first: neither ``..`` nor a link leads out of the recordings."""
    try:
        real = path.resolve()
    except (OSError, RuntimeError):  # links in a circle
        return False
    return any(real.is_relative_to(root.resolve()) for root in roots)


def leg_paths(path: Path) -> tuple[Path, Path]:
    """The caller's and the agent's file that MixMonitor's options r and t put beside a recording."""
    suffix = ".wav" if kind(path) == ".raw" else path.suffix
    return path.with_name(f"{path.stem}{CALLER_LEG}{suffix}"), path.with_name(f"{path.stem}{AGENT_LEG}{suffix}")


def _both_legs(path: Path, name: str) -> RecordingFiles | None:
    caller, agent = leg_paths(path)
    return RecordingFiles("legs", name, caller=caller, agent=agent) if caller.is_file() and agent.is_file() else None


def _whole(path: Path, name: str) -> RecordingFiles | None:
    return RecordingFiles(kind_of(path), name, whole=path) if path.is_file() else None


def _one_leg(path: Path, name: str) -> RecordingFiles | None:
    caller, agent = (leg if leg.is_file() else None for leg in leg_paths(path))
    return RecordingFiles("legs", name, caller=caller, agent=agent) if caller or agent else None


def kind_of(path: Path) -> RecordingKind:
    """``stereo`` for two channels and for Asterisk's headerless files, else ``mixed`` (hearing complains about the rest)."""
    if kind(path) == ".raw":
        return "stereo"
    if is_riff(path):
        header = read_wav_header(path)
        return "stereo" if header and header.channels == 2 else "mixed"
    try:
        return "stereo" if channels_of(path) == 2 else "mixed"
    except RecordingError:
        return "mixed"


def _not_found(places: RecordingPlaces, uniqueid: str, reported: str | None, *, refused: bool) -> str:
    looked = f"{places.folder}（{places.pattern}）" + (f"、{reported}" if reported else "")
    hint = "；所报路径不在录音目录内，请检查 recordings.folder 与 recordings.path_map" if refused else ""
    return f"找不到通话 {uniqueid} 的录音，查找位置：{looked}{hint}"


def is_settled(state: State, *, headerless: bool, unchanged_seconds: float) -> bool:
    """Whether a file may be read now: the header agrees with the size; a headerless one must have stopped growing. Pure."""
    return state == "complete" and (not headerless or unchanged_seconds >= RAW_SETTLED)


def wait_until_complete(
    files: RecordingFiles,
    seconds: float = 60.0,
    poll: float = 0.2,
    pause: Callable[[float], bool | None] = time.sleep,
) -> None:
    """Return when every file is complete. Raises RecordingIncomplete after ``seconds``, RecordingError at once for what is no audio.

    ``pause(poll)`` waits between looks; when it returns True (``threading.Event.wait``) the program is stopping.
    """
    deadline = time.monotonic() + seconds
    for path in files.paths:
        _wait_for(path, deadline, poll, pause)


def _wait_for(path: Path, deadline: float, poll: float, pause: Callable[[float], bool | None]) -> None:
    size, since = -1, time.monotonic()
    while True:
        state, now, seen = state_of(path), time.monotonic(), size_of(path)
        size, since = seen, (since if seen == size else now)
        unchanged = _unchanged_seconds(path, now - since)
        if is_settled(state, headerless=not is_riff(path), unchanged_seconds=unchanged):
            return
        if state == "not_audio" and size > 12:
            raise complain(path, state)
        if now >= deadline:
            raise complain(path, "recording" if state == "complete" else state)
        if pause(poll):
            raise RecordingIncomplete(f"{path}：程序正在停止，录音尚未写完；下次启动后继续")


def _unchanged_seconds(path: Path, watched: float) -> float:
    """How long the file has not grown: as its date says, once it was seen twice alike (a file server's clock may be wrong)."""
    return max(watched, time.time() - path.stat().st_mtime) if watched > 0 else 0.0
