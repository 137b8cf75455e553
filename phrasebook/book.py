"""Loads the phrase book: the data beside this file, with a site's folder laid over it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Set
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from phrasebook import build
from phrasebook.entries import Entry, Origin, check_names, day
from phrasebook.errors import EntryError
from phrasebook.fragments import expanded, fragment
from phrasebook.model import ActEntry, Norm, Phrase, PhraseBook, Rule, Source
from phrasebook.overlay import Entries, book_files, entries_in, lay_over, words_over
from phrasebook.toml_file import TomlFile
from phrasebook.vocabulary import ACT_SIDES, ENTRY_FILES, WORD_FILES

T = TypeVar("T")
Files = dict[str, list[TomlFile]]
HERE = Path(__file__).parent


def load_book(site: Path | None = None) -> PhraseBook:
    """The phrase book that comes with the product, with the folder ``site`` laid over it.

    A site's folder holds ``book.toml`` (version, effective) and any of the other files; docs in ``phrasebook/README.md``.
    Raises ``PhraseBookError`` (Chinese; names file, line and field).
    """
    return _with_digest(_assemble([_own_files(), *([book_files(site)] if site else [])]))


@lru_cache(maxsize=1)
def _own_files() -> Files:
    return book_files(HERE)


def _assemble(layers: list[Files]) -> PhraseBook:
    entries = {kind: _merged(layers, stem, kind) for stem, kind in ENTRY_FILES.items()}
    users = [*entries["act"].values(), *entries["phrase"].values()]
    fragments = _built(entries["fragment"], lambda entry: fragment(entry, users))
    versions = [_header(files["book"][0]) for files in layers]
    rules = entries["rule"]
    said = {str(entry.values.get("act")): entry for entry in entries["act"].values()}
    norms = _built(entries["norm"], lambda entry: build.norm(entry, rules, {**ACT_SIDES, **said}))
    phrases = _built(expanded(entries["phrase"], fragments), lambda entry: build.phrase(entry, rules, ACT_SIDES))
    articles: list[Norm | Phrase] = [*norms.values(), *phrases.values()]
    sources = {item.id: item.source for item in articles}
    return PhraseBook(
        version="+".join(version for version, _ in versions),
        effective=versions[-1][1],
        digest="",
        phrases=phrases,
        acts=_acts(expanded(entries["act"], fragments), sources, _acts_named(layers[0])),
        rules=_rules(rules, sources),
        norms=norms,
        fragments=fragments,
        matters=_built(entries["matter"], build.matter),
        **{name: _words(layers, stem, name) for stem, names in WORD_FILES.items() for name in names},
    )


def _rules(entries: Entries, sources: Mapping[str, Source]) -> Mapping[str, Rule]:
    """The rules that are judged; what is written for an optional one is checked even where it is switched off."""
    made = _built(entries, lambda entry: build.rule(entry, sources))
    return MappingProxyType({name: rule for name, rule in made.items() if build.is_enabled(entries[name])})


def _acts(entries: Entries, sources: Mapping[str, Source], needed: Set[str]) -> Mapping[str, ActEntry]:
    """The entries of acts; none of the acts ``needed`` may be without."""
    acts = _built(entries, lambda entry: build.act(entry, sources), tuple(ACT_SIDES))
    if lacking := needed - {entry.act for entry in acts.values()}:
        raise EntryError(f"评判必需的行为 {'、'.join(sorted(lacking))} 没有任何条目")
    return acts


def _acts_named(product: Files) -> Set[str]:
    """The acts that rules ask for and the product has phrases of."""
    return ACT_SIDES.keys() & {str(entry.values.get("act")) for entry in entries_in(product["acts"], "act").values()}


def _merged(layers: list[Files], stem: str, kind: str) -> Entries:
    base, *sites = [files.get(stem, []) for files in layers]
    merged = entries_in(base, kind)
    for files in sites:
        merged = lay_over(merged, files, kind)
    return merged


def _words(layers: list[Files], stem: str, name: str) -> tuple[str, ...]:
    words: tuple[str, ...] = ()
    for files in layers:
        words = words_over(words, files.get(stem, []), name)
    return words


def _built(entries: Entries, make: Callable[[Entry], T], first: tuple[str, ...] = ()) -> Mapping[str, T]:
    """The entries made, those named in ``first`` in that order before the others."""
    order = {name: place for place, name in enumerate(first)}
    names = sorted(entries, key=lambda name: order.get(name, len(order)))
    return MappingProxyType({name: make(entries[name]) for name in names})


def _header(file: TomlFile) -> tuple[str, date]:
    check_names(file.data, ("version", "effective"), Origin(file, None))
    version = file.data.get("version")
    if not isinstance(version, str) or not version.strip():
        raise EntryError("缺少 version（文字）", file.place(None, 0, "version"))
    if "effective" not in file.data:
        raise EntryError("缺少 effective（生效日期）", file.place(None, 0, "effective"))
    return version, day(file.data["effective"], file.place(None, 0, "effective"))


def _with_digest(book: PhraseBook) -> PhraseBook:
    judging = {name: value for name, value in _plain(book).items() if name not in ("fragments", "matters")}
    canonical = json.dumps(judging, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return replace(book, digest=hashlib.sha256(canonical.encode()).hexdigest())


def _plain(value: Any) -> Any:
    """``value`` as JSON can hold it; equal books give equal JSON, whatever the order of their files."""
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
