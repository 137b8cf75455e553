"""What ``voice-agent check PATH…`` is given → calls to judge: recordings whose legs belong together, and transcripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from voice_agent.errors import RecordingError, RecordingNotFound
from voice_agent.intake.files import SUFFIXES, RecordingFiles
from voice_agent.intake.recordings import AGENT_LEG, CALLER_LEG, kind_of, leg_paths

TRANSCRIPT_SUFFIX = ".json"


@dataclass(frozen=True)
class TranscriptFile:
    """A transcript that lies in a file (format: rules.md)."""

    path: Path


Item = RecordingFiles | TranscriptFile


def files_of(paths: Iterable[Path]) -> tuple[Item, ...]:
    """The calls behind these files and folders, in order, each once. Raises RecordingError for what cannot be a call.

    A leg named alone (``X-rx.wav``) is joined by its partner. Folders are searched through; there both legs stand for their mix, and
    JSON files are judged only where no recordings lie beside them (they describe those, the call would be judged twice).
    """
    items: dict[tuple[Path, ...], Item] = {}
    for path in paths:
        for item in _in_folder(path) if path.is_dir() else [_named(path)]:
            key = (item.path,) if isinstance(item, TranscriptFile) else item.paths
            items.setdefault(tuple(each.resolve() for each in key), item)
    return tuple(items.values())


def _named(path: Path) -> Item:
    if not path.is_file():
        raise RecordingNotFound(f"{path}：没有这个文件或目录")
    if path.suffix.lower() == TRANSCRIPT_SUFFIX:
        return TranscriptFile(path)
    if path.suffix.lower() not in SUFFIXES:
        raise RecordingError(f"{path}：不认识的文件类型；请提供 .wav 录音、.raw 双声道录音或 .json 转写文本")
    return _with_partner(path)


def _with_partner(path: Path) -> RecordingFiles:
    """A leg with the other one beside it, or the whole call that this file is."""
    for mark in (CALLER_LEG, AGENT_LEG):
        if path.stem.endswith(mark) and path.suffix.lower() == ".wav":
            name = path.stem.removesuffix(mark)
            caller, agent = (leg if leg.is_file() else None for leg in leg_paths(path.with_name(name + path.suffix)))
            return RecordingFiles("legs", name, caller=caller, agent=agent)
    return RecordingFiles(kind_of(path), path.stem, whole=path)


def _in_folder(folder: Path) -> Iterator[Item]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    recordings = [_with_partner(path) for path in found if path.suffix.lower() in SUFFIXES]
    legs = {(files.paths[0].parent, files.call_id) for files in recordings if files.caller and files.agent}
    yield from (files for files in recordings if files.kind == "legs" or _place(files) not in legs)
    heard = {files.paths[0].parent for files in recordings}
    transcripts = (path for path in found if path.suffix.lower() == TRANSCRIPT_SUFFIX)
    yield from (TranscriptFile(path) for path in transcripts if path.parent not in heard)


def _place(files: RecordingFiles) -> tuple[Path, str]:
    return files.paths[0].parent, files.call_id
