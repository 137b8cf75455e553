"""What a call is judged by: the phrase book of its day and unit (files of the site, then releases), and the model that a person adopted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from phrasebook.book import load_book
from phrasebook.errors import PhraseBookError
from phrasebook.model import PhraseBook
from voice_agent.acts.hear import Worth
from voice_agent.acts.learned.model import ActModel, bundled
from voice_agent.errors import StoreError
from voice_agent.store import Store
from voice_agent.store.books.releases import released_for
from voice_agent.store.calls.calls import get_call
from voice_agent.store.learning.models import adopted_number, layer_of

Files = Mapping[str, str]
Layer = tuple[np.ndarray, np.ndarray]


def book_of_call(store: Store, call: int, own: PhraseBook) -> PhraseBook:
    """The book that a call is judged by; ``own`` is that of the configured folder. Raises StoreError."""
    found = get_call(store, call)
    return book_on(store, found.day, found.unit, own)


def book_on(store: Store, day: str, unit: str, own: PhraseBook) -> PhraseBook:
    """The book in force on a local day (ISO) for a unit: the latest release, unless the site's own files took effect after it. Raises StoreError."""
    released = released_for(store, day, unit)
    if released is None:
        return own
    effective, files = released
    if effective < own.effective and own.effective <= date.fromisoformat(day):
        return own
    return book_of(files)


def book_of(files: Files) -> PhraseBook:
    """The book that a site's files make. Raises StoreError naming file, line and field."""
    return _built(tuple(sorted(files.items())))


@lru_cache(maxsize=8)
def _built(files: tuple[tuple[str, str], ...]) -> PhraseBook:
    with TemporaryDirectory(prefix="voice-agent-book-") as place:
        for name, text in files:
            if Path(name).name != name or not name.endswith(".toml"):
                raise StoreError(f"{name}：用语库的文件名应像 rules.toml")
            (Path(place) / name).write_text(text, encoding="utf-8")
        try:
            return load_book(Path(place))
        except PhraseBookError as error:
            raise StoreError(str(error).replace(f"{place}/", "").replace(place, "草稿")) from error


def files_of(folder: Path | None) -> dict[str, str]:
    """The files of a site's folder as text; those of an empty one where the site has none. Raises StoreError."""
    if folder is None:
        return {}
    try:
        return {path.name: path.read_bytes().decode("utf-8-sig") for path in sorted(folder.glob("*.toml"))}
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{folder}：读不出用语库文件（{error}）") from error


def model_in_force(store: Store) -> ActModel | None:
    """The model of acts that judges: the one a person adopted, if it stands on this product's; else the shipped one. Raises StoreError."""
    base = bundled()
    number = adopted_number(store, base.digest) if base else None
    return base if base is None or number is None else taught_model(store, number, base)


_TAUGHT: dict[tuple[str, int, str], ActModel] = {}


def taught_model(store: Store, number: int, base: ActModel) -> ActModel:
    """A model that the site taught, adopted or not. Raises StoreError: it does not fit the shipped one."""
    key = (str(store.path), number, base.digest)
    if (known := _TAUGHT.get(key)) is not None:
        return known
    packed, worth = layer_of(store, number)
    layer = unpack_layer(packed)
    if layer[0].shape != base.network.weights["acts.weight"].shape:
        raise StoreError(f"本地模型 {number} 与自带模型的大小不同，不能使用；请重新学习")
    made = with_layer(base, layer, {act: Worth(**nats) for act, nats in worth.items()})
    _TAUGHT.clear()  # one is used at a time; others hold four megabytes each
    _TAUGHT[key] = made
    return made


def with_layer(base: ActModel, layer: Layer, worth: Mapping[str, Worth]) -> ActModel:
    """``base`` with another last layer and calibration; its digest says so."""
    weight, bias = layer
    told = hashlib.sha256(weight.tobytes() + bias.tobytes() + repr(sorted(worth.items())).encode()).hexdigest()
    network = replace(base.network, weights={**base.network.weights, "acts.weight": weight, "acts.bias": bias})
    return replace(base, network=network, worth={**base.worth, **worth}, digest=f"{base.digest}+{told[:8]}")


def pack_layer(layer: Layer) -> bytes:
    """A last layer as bytes."""
    held = BytesIO()
    np.savez_compressed(held, weight=layer[0], bias=layer[1])
    return held.getvalue()


def unpack_layer(data: bytes) -> Layer:
    """The inverse of ``pack_layer``."""
    with np.load(BytesIO(data), allow_pickle=False) as arrays:
        return arrays["weight"], arrays["bias"]


def judging_digest(store: Store) -> str:
    """The digest of the model that judges; empty where phrases judge alone. Raises StoreError."""
    model = model_in_force(store)
    return model.digest if model else ""
