"""What ``voice-agent check PATH…`` is given → calls to judge, and what was passed over and why: nothing is left out in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from voice_agent.errors import RecordingError, RecordingNotFound
from voice_agent.intake.files import SUFFIXES, RecordingFiles
from voice_agent.intake.kinds import kind
from voice_agent.intake.recordings import AGENT_LEG, CALLER_LEG, is_below, kind_of, leg_paths

TRANSCRIPT_SUFFIX = ".json"
KINDS = "WAV（PCM、A 律、μ 律、GSM）、MP3、Ogg/Opus、FLAC、.sln、.alaw、.ulaw、.gsm、.raw，装有 PyAV 时还有 .m4a/.aac/.g722 等"
#: Files of these kinds are sound, too, but nobody here reads them: refused by name, not passed over.
_UNREADABLE = frozenset(
    {".g729", ".g723", ".g726", ".ilbc", ".vox", ".siren7", ".siren14", ".dss", ".ds2", ".voc", ".ra"}
)


@dataclass(frozen=True)
class TranscriptFile:
    """A transcript that lies in a file (format: rules.md)."""

    path: Path


Item = RecordingFiles | TranscriptFile


@dataclass(frozen=True)
class PassedOver:
    """A file in a folder that is not judged, and why (Chinese). ``refused``: it is sound that nobody here can read."""

    path: Path
    why: str
    refused: bool = False


@dataclass(frozen=True)
class Search:
    """What was found: calls to judge, and files that are not."""

    items: tuple[Item, ...]
    passed_over: tuple[PassedOver, ...] = ()


def files_of(paths: Iterable[Path]) -> tuple[Item, ...]:
    """The calls behind these files and folders, in order, each once. Raises RecordingError for what cannot be a call."""
    return search(paths).items


def search(paths: Iterable[Path], skip: Callable[[Path], bool] = lambda _path: False) -> Search:
    """The calls behind these files and folders, in order, each once, and what was passed over. Raises RecordingError.

    What ``skip`` says of a file in a folder is believed before it is opened.
    A leg named alone (``X-rx.wav``) is joined by its partner. Folders are searched through; there both legs stand for their mix, and
    JSON files are judged only where no recordings lie beside them (they describe those, the call would be judged twice).
    """
    items: dict[tuple[Path, ...], Item] = {}
    passed: dict[Path, PassedOver] = {}
    for path in paths:
        for item in _in_folder(path, skip) if path.is_dir() else [_named(path)]:
            if isinstance(item, PassedOver):
                passed.setdefault(item.path.resolve(), item)
                continue
            key = (item.path,) if isinstance(item, TranscriptFile) else item.paths
            items.setdefault(tuple(each.resolve() for each in key), item)
    judged = {path for key in items for path in key}
    return Search(tuple(items.values()), tuple(one for path, one in passed.items() if path not in judged))


def _named(path: Path) -> Item:
    if not path.is_file():
        raise RecordingNotFound(f"{path}：没有这个文件或目录")
    if kind(path) == TRANSCRIPT_SUFFIX:
        return TranscriptFile(path)
    if kind(path) not in SUFFIXES:
        raise RecordingError(f"{path}：不认识的文件类型；请提供录音（{KINDS}）或 .json 转写文本")
    return _with_partner(path)


def _with_partner(path: Path) -> RecordingFiles:
    """A leg with the other one beside it, or the whole call that this file is."""
    for mark in (CALLER_LEG, AGENT_LEG):
        if path.stem.endswith(mark) and kind(path) != ".raw":
            name = path.stem.removesuffix(mark)
            caller, agent = (leg if leg.is_file() else None for leg in leg_paths(path.with_name(name + path.suffix)))
            return RecordingFiles("legs", name, caller=caller, agent=agent)
    return RecordingFiles(kind_of(path), path.stem, whole=path)


def _in_folder(folder: Path, skip: Callable[[Path], bool]) -> Iterator[Item | PassedOver]:
    everything = sorted(path for path in folder.rglob("*") if not skip(path) and path.is_file())
    found = [path for path in everything if is_below(path, [folder])]
    yield from (PassedOver(path, "链接指向这个目录之外") for path in everything if path not in set(found))
    recordings = [_inside(folder, _with_partner(path)) for path in found if kind(path) in SUFFIXES]
    legs = {(files.paths[0].parent, files.call_id) for files in recordings if files.caller and files.agent}
    heard = {files.paths[0].parent for files in recordings}
    for files in recordings:
        if files.kind == "legs" or _place(files) not in legs:
            yield files
        else:
            yield PassedOver(files.paths[0], "旁边有分开的两侧录音，以那两个文件为准")
    yield from (_other(path, heard) for path in found if kind(path) not in SUFFIXES)


def _inside(folder: Path, files: RecordingFiles) -> RecordingFiles:
    """Without a partner that is a link out of the folder."""
    caller, agent = (leg if leg and is_below(leg, [folder]) else None for leg in (files.caller, files.agent))
    return replace(files, caller=caller, agent=agent)


def _other(path: Path, heard: set[Path]) -> Item | PassedOver:
    if kind(path) == TRANSCRIPT_SUFFIX:
        return PassedOver(path, "旁边有录音，以录音为准") if path.parent in heard else TranscriptFile(path)
    if kind(path) in _UNREADABLE:
        return PassedOver(path, f"读不了这种录音；请先转换为 WAV、MP3、Ogg 或 FLAC（可读：{KINDS}）", refused=True)
    return PassedOver(path, "不是录音，也不是转写文本")


def _place(files: RecordingFiles) -> tuple[Path, str]:
    return files.paths[0].parent, files.call_id
