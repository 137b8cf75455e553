"""A site's folder laid over the book that comes with the product: entries refined, replaced, added and removed by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from phrasebook.entries import Entry, Origin, check_names, entry_of
from phrasebook.errors import BookFileError, EntryError, Place, UnknownReferenceError
from phrasebook.pattern import unknown
from phrasebook.renamed import RENAMED, RENAMED_FILES
from phrasebook.toml_file import TomlFile, read_toml
from phrasebook.vocabulary import ACT_SIDES, ENTRY_FILES, RULE_LIMITS, WORD_FILES

Entries = dict[str, Entry]
_KEPT: dict[str, frozenset[str]] = {"rule": frozenset(RULE_LIMITS), "act": frozenset(ACT_SIDES)}


def book_files(folder: Path) -> dict[str, list[TomlFile]]:
    """The files of a folder by stem (``acts-….toml`` counts as ``acts``), each stem's in order of name.

    Raises ``BookFileError``: no folder, no ``book.toml``, or a TOML file whose name nobody reads.
    """
    if not folder.is_dir():
        raise BookFileError("没有这个文件夹", Place(folder))
    if not (folder / "book.toml").is_file():
        raise BookFileError("缺少 book.toml（写明 version 和 effective）", Place(folder))
    found: dict[str, list[TomlFile]] = {}
    for path in sorted(folder.glob("*.toml")):
        found.setdefault(_stem(path), []).append(read_toml(path))
    return found


def _stem(path: Path) -> str:
    known = ("book", *ENTRY_FILES, *WORD_FILES)
    stem = path.stem.split("-")[0]
    if stem in RENAMED_FILES:
        raise BookFileError(RENAMED_FILES[stem], Place(path))
    if stem not in known:
        raise BookFileError(unknown(f"没有名为 {stem} 的词条文件", stem, known), Place(path))
    return stem


def entries_in(files: list[TomlFile], kind: str) -> Entries:
    """The entries of ``kind`` in ``files``. Raises ``EntryError`` for a duplicate id."""
    found: Entries = {}
    for file in files:
        check_names(file.data, (kind, "remove"), Origin(file, None))
        for index, raw in enumerate(_tables(file, kind)):
            entry = entry_of(raw, Origin(file, kind, index))
            if entry.id in found:
                first = found[entry.id].origin.place()
                raise EntryError(f"编号 {entry.id} 重复，前一处在 {first}", entry.origin.place("id"))
            found[entry.id] = entry
    return found


def _tables(file: TomlFile, kind: str) -> list[object]:
    value = file.data.get(kind, [])
    if not isinstance(value, list):
        raise EntryError(f"应写成 [[{kind}]]（两层方括号）", file.place(None, 0, kind))
    return value


def lay_over(base: Entries, files: list[TomlFile], kind: str) -> Entries:
    """``base`` with the site's entries: a known id is refined field by field, a new one added, those in ``remove`` dropped."""
    result = dict(base)
    for entry in entries_in(files, kind).values():
        if entry.id in RENAMED and entry.id not in result:
            raise entry.error(unknown("没有这个条目", entry.id, result), "id")
        result[entry.id] = _refined(result.get(entry.id), entry)
    for file in files:
        for name in _removals(file):
            result.pop(_removable(name, result, kind, file))
    return result


def _refined(old: Entry | None, new: Entry) -> Entry:
    """The old entry with the new one's fields; ``add_patterns`` and its like append to what the field holds."""
    values: dict[str, Any] = {**(old.values if old else {})}
    origins = {**(old.origins if old else {})}
    for name, value in new.values.items():
        target = name.removeprefix("add_")
        adds = name.startswith("add_")
        values[target] = _appended(new, name, values.get(target, []), value) if adds else value
        origins[target] = new.origin
    return replace(new, values=values, origins=origins)


def _appended(entry: Entry, name: str, old: object, more: object) -> list[Any]:
    if not isinstance(more, list) or not isinstance(old, list | tuple):
        raise entry.error(f"应为列表，写的是 {more!r}", name)
    return [*old, *more]


def _removals(file: TomlFile) -> list[str]:
    names = file.data.get("remove", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise EntryError("remove 应为编号的列表", file.place(None, 0, "remove"))
    return names


def _removable(name: str, entries: Mapping[str, Entry], kind: str, file: TomlFile) -> str:
    place = file.place(None, 0, "remove", name)
    if name in _KEPT.get(kind, frozenset()):
        raise EntryError(f"{name} 是评判必需的条目，不能删除；可以改写它的内容", place)
    if name not in entries:
        raise UnknownReferenceError(unknown(f"要删除的编号 {name} 不存在", name, entries), place)
    return name


def words_over(base: tuple[str, ...], files: list[TomlFile], name: str) -> tuple[str, ...]:
    """A word list with the site's words after it, without those in the site's ``remove``."""
    words = list(base)
    for file in files:
        check_names(file.data, (*WORD_FILES[_stem(file.path)], "remove"), Origin(file, None))
        dropped = set(_removals(file))
        words = [word for word in words if word not in dropped] + _words(file, name)
    return tuple(dict.fromkeys(words))


def _words(file: TomlFile, name: str) -> list[str]:
    entry = Entry(name, Origin(file, None), {name: file.data.get(name, [])})
    return list(entry.strings(name))
