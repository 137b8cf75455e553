"""Calls told while they go on: which are new or changed, and which are none after all. Pure."""

from __future__ import annotations

from collections.abc import Container, Hashable, Mapping, Sequence
from typing import Any

from ami_bridge.events import CallEnded


class Told:
    """Remembers under which uniqueids each open call was told."""

    def __init__(self) -> None:
        self._names: dict[Hashable, set[str]] = {}

    def news(
        self, found: Mapping[Any, Sequence[CallEnded]], still_open: Container[Any]
    ) -> tuple[list[CallEnded], list[str]]:
        """What the changed calls look like now (``found``), and the names that no open call bears any more."""
        gone: set[str] = set()
        for call, now in found.items():
            names = {one.uniqueid for one in now}
            gone |= self._names.get(call, set()) - names
            self._names[call] = names
        for call in [one for one in self._names if one not in still_open]:
            gone |= self._names.pop(call)
        gone.difference_update(*self._names.values())
        return [one for now in found.values() for one in now], sorted(gone)
