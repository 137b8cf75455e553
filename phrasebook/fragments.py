"""Patterns named once and referred to by many entries: ``"@quoted"`` stands for every pattern of the fragment ``quoted``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from phrasebook.entries import Entry
from phrasebook.errors import UnknownReferenceError
from phrasebook.model import Fragment
from phrasebook.pattern import unknown

SIGN = "@"
#: The fields of an entry that may refer to fragments.
_WHERE = ("patterns", "unless")
Entries = Mapping[str, Entry]


def fragment(entry: Entry, users: Iterable[Entry]) -> Fragment:
    """A fragment as written, with the entries that refer to it."""
    used_by = tuple(user.id for user in users if SIGN + entry.id in _named(user))
    return Fragment(entry.id, entry.string("name"), entry.some_patterns("patterns"), used_by)


def expanded(entries: Entries, fragments: Mapping[str, Fragment]) -> dict[str, Entry]:
    """The entries with every reference replaced by the patterns that it stands for. Raises ``UnknownReferenceError``."""
    return {name: _expanded(entry, fragments) if any(_named(entry)) else entry for name, entry in entries.items()}


def _expanded(entry: Entry, fragments: Mapping[str, Fragment]) -> Entry:
    fields = [name for name in _WHERE if name in entry.values]
    lists = {name: list(dict.fromkeys(_patterns(entry, name, fragments))) for name in fields}
    return replace(entry, values={**entry.values, **lists})


def _patterns(entry: Entry, name: str, fragments: Mapping[str, Fragment]) -> Iterator[str]:
    for written in entry.strings(name):
        if not written.startswith(SIGN):
            yield written
        elif known := fragments.get(written[len(SIGN) :]):
            yield from known.patterns
        else:
            message = unknown(f"没有名为 {written} 的片段", written, [SIGN + one for one in fragments])
            error = entry.error(message, name, written)
            raise UnknownReferenceError(error.message, error.place)


def _named(entry: Entry) -> Iterator[str]:
    """The references that an entry makes; whether its lists are lists at all is looked at later."""
    for written in (entry.values.get(name) for name in _WHERE):
        if isinstance(written, list):
            yield from (one for one in written if isinstance(one, str) and one.startswith(SIGN))
