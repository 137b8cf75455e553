"""Entries as written: fields checked for type and name, each remembering the file and line it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from phrasebook.errors import EntryError, PatternError, Place
from phrasebook.pattern import parse, unknown
from phrasebook.toml_file import TomlFile
from phrasebook.vocabulary import DEFAULTS, FIELDS, LISTS


@dataclass(frozen=True)
class Origin:
    """The table of a file in which a field was written."""

    file: TomlFile
    table: str | None
    index: int = 0

    def place(self, name: str = "", value: object = None) -> Place:
        """The place of field ``name`` (and of ``value`` in it)."""
        return self.file.place(self.table, self.index, name, value)


@dataclass(frozen=True)
class Entry:
    """The fields of one entry. ``origins`` says per field where it was written, ``origin`` where the entry begins."""

    id: str
    origin: Origin
    values: Mapping[str, Any]
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def error(self, message: str, name: str = "", value: object = None) -> EntryError:
        """An error about field ``name``, placed where that field was written."""
        return EntryError(f"条目 {self.id}：{message}", self.origins.get(name, self.origin).place(name, value))

    def string(self, name: str) -> str:
        """A text that is not empty."""
        value = self._typed(name, str, "文字")
        if not value.strip():
            raise self.error("不能为空", name)
        return str(value)

    def one_of(self, name: str, choices: Iterable[str]) -> str:
        """A text out of ``choices``."""
        value, known = self.string(name), tuple(choices)
        if value not in known:
            raise self.error(unknown(f"“{value}”不在可选值 {'、'.join(known)} 之中", value, known), name)
        return value

    def flag(self, name: str) -> bool:
        """A truth value."""
        return bool(self._typed(name, bool, "true 或 false"))

    def points(self, name: str) -> float:
        """A number of points, 0–100."""
        value = self._typed(name, (int, float), "数字")
        if isinstance(value, bool) or not 0 <= value <= 100:
            raise self.error(f"应为 0 到 100 的数字，写的是 {value}", name)
        return float(value)

    def strings(self, name: str) -> tuple[str, ...]:
        """A list of texts, none empty, none twice."""
        values = self.values.get(name, DEFAULTS.get(name))
        if not isinstance(values, list | tuple) or not all(isinstance(v, str) and v.strip() for v in values):
            raise self._wrong(name, "由非空文字组成的列表")
        for value in values:
            if values.count(value) > 1:
                raise self.error(f"“{value}”写了两次", name, value)
        return tuple(values)

    def patterns(self, name: str) -> tuple[str, ...]:
        """A list of patterns that all parse."""
        for value in self.strings(name):
            try:
                parse(value)
            except PatternError as error:
                place = self.origins.get(name, self.origin).place(name, value)
                raise PatternError(f"条目 {self.id}：{error.message}", place, error.position) from error
        return self.strings(name)

    def some_patterns(self, name: str) -> tuple[str, ...]:
        """At least one pattern."""
        if not (patterns := self.patterns(name)):
            raise self.error("至少要有一条", name)
        return patterns

    def table(self, name: str) -> Mapping[str, Any]:
        """An inline table."""
        value = self._typed(name, dict, "{ … } 形式的表")
        return dict(value)

    def _typed(self, name: str, kind: type | tuple[type, ...], words: str) -> Any:
        value = self.values.get(name)
        if not isinstance(value, kind):
            raise self._wrong(name, words)
        return value

    def _wrong(self, name: str, words: str) -> EntryError:
        if name not in self.values:
            return self.error(f"缺少字段 {name}（{words}）", name)
        return self.error(f"应为{words}，写的是 {self.values[name]!r}", name)


def entry_of(raw: object, origin: Origin) -> Entry:
    """The entry of one raw table. Raises ``EntryError``: no id, or a field with an unknown name."""
    if not isinstance(raw, dict):
        raise EntryError(f"应写成 [[{origin.table}]] 表", origin.place())
    name = raw.get("id")
    if not isinstance(name, str) or not name.strip():
        raise EntryError("缺少字段 id（文字）", origin.place("id"))
    entry = Entry(name, origin, raw, dict.fromkeys(raw, origin))
    check_names(raw, known_fields(str(origin.table)), origin, entry.id)
    return entry


def known_fields(kind: str) -> tuple[str, ...]:
    """The names that fields of ``kind`` may have, ``add_…`` included."""
    return FIELDS[kind] + tuple(f"add_{name}" for name in FIELDS[kind] if name in LISTS)


def check_names(raw: Mapping[str, Any], known: Iterable[str], origin: Origin, owner: str = "") -> None:
    """Refuse keys that nobody reads: a mistyped key would change nothing in silence."""
    names = tuple(known)
    for key in raw:
        if key not in names:
            message = unknown(f"没有名为 {key} 的字段", key, names)
            raise EntryError(f"条目 {owner}：{message}" if owner else message, origin.place(key))


def day(value: object, place: Place) -> date:
    """A date, written as TOML date or as text ``YYYY-MM-DD``. Raises ``EntryError``."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise EntryError(f"日期应写成 2014-05-04 的样子，写的是 {value}", place) from error
