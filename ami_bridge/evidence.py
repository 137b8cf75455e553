"""All facts known about one call, in whatever order and number they came. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ami_bridge.facts import Facts, TraitKind
from ami_bridge.moments import Moment, MomentKind

_INSTANCE = re.compile(r"-[0-9a-f]{8,}(;[12])?$")
_LOCAL = re.compile(r"^Local/.*;([12])$")
# Names that a channel bears only while Asterisk swaps two of them (masquerade): whose telephone it is, they do not say.
_PASSING = re.compile(r"<MASQ>|<ZOMBIE>|^(AsyncGoto|Transfered|Parked|Bridge)/")
_WHEREABOUTS: tuple[MomentKind, ...] = ("began", "listed", "enter", "leave")


def device(channel: str) -> str:
    """The device of a channel: ``PJSIP/a202-00000002`` → ``PJSIP/a202``."""
    return _INSTANCE.sub("", channel)


def is_local(channel: str) -> bool:
    """Whether the channel is one half of a Local pair: no telephone, just a way to another."""
    return _LOCAL.match(channel) is not None


def age(uniqueid: str) -> tuple[float, int]:
    """Order of creation: ``[system-]epoch.sequence`` → (unix seconds, sequence); an odd id counts as youngest."""
    epoch, _, sequence = uniqueid.rpartition("-")[2].partition(".")
    try:
        return float(epoch), int(sequence)
    except ValueError:
        return float("inf"), 0


class Evidence:
    """A growing set of facts; adding is commutative and idempotent, so order and duplicates cannot matter."""

    def __init__(self) -> None:
        self._moments: dict[MomentKind, set[Moment]] = {}
        self.seen: set[str] = set()
        self.hung_up: dict[str, float] = {}
        self._traits: dict[tuple[TraitKind, str], dict[str, float]] = {}

    def add(self, facts: Facts) -> None:
        """Take in what one event states."""
        self.seen.update(facts.uniqueids)
        for moment in facts.moments:
            self._moments.setdefault(moment.kind, set()).add(moment)
            if moment.kind == "hangup":
                self.hung_up[moment.uniqueid] = moment.at
        for at, trait, uniqueid, value in facts.traits:
            self._state(trait, uniqueid, value, at)

    def merge(self, other: Evidence) -> None:
        """Take in everything another set of facts holds (two calls turned out to be one)."""
        for kind, moments in other._moments.items():
            self._moments.setdefault(kind, set()).update(moments)
        self.seen |= other.seen
        self.hung_up.update(other.hung_up)
        for (trait, uniqueid), values in other._traits.items():
            for value, at in values.items():
                self._state(trait, uniqueid, value, at)

    def _state(self, kind: TraitKind, uniqueid: str, value: str, at: float) -> None:
        values = self._traits.setdefault((kind, uniqueid), {})
        if at < values.get(value, float("inf")):
            values[value] = at

    def values(self, kind: TraitKind, uniqueid: str) -> list[tuple[float, str]]:
        """Every value a property of a channel had, with the time it was first stated, in that order."""
        return sorted((at, value) for value, at in self._traits.get((kind, uniqueid), {}).items())

    def first(self, kind: TraitKind, uniqueid: str) -> str | None:
        """The earliest value of a property."""
        return min(((at, value) for value, at in self._traits.get((kind, uniqueid), {}).items()), default=(0.0, None))[
            1
        ]

    def last(self, kind: TraitKind, uniqueid: str) -> str | None:
        """The latest value of a property."""
        return max(((at, value) for value, at in self._traits.get((kind, uniqueid), {}).items()), default=(0.0, None))[
            1
        ]

    def name(self, uniqueid: str) -> str:
        """The channel's name, or "" if no event told it; after a swap of channels that of the telephone it ended up with."""
        names = self._traits.get(("name", uniqueid), {})
        if len(names) < 2:
            return next(iter(names), "")
        lasting = [(at, name) for name, at in names.items() if not _PASSING.search(name)]
        return max(lasting)[1] if lasting else min((at, name) for name, at in names.items())[1]

    def of(self, *kinds: MomentKind) -> list[Moment]:
        """The moments of these kinds in order of time."""
        return sorted(moment for kind in kinds for moment in self._moments.get(kind, ()))

    def at(self, uniqueid: str, *kinds: MomentKind) -> list[Moment]:
        """The moments of these kinds at one channel in order of time."""
        return [moment for moment in self.of(*kinds) if moment.uniqueid == uniqueid]

    def only(self, uniqueids: set[str]) -> Evidence:
        """What is known of these channels alone: where they are and who they are, nothing of what they did with others."""
        kept = Evidence()
        kept.seen = set(uniqueids)
        for kind in _WHEREABOUTS:
            if found := {moment for moment in self._moments.get(kind, ()) if moment.uniqueid in uniqueids}:
                kept._moments[kind] = found
        kept._traits = {key: dict(values) for key, values in self._traits.items() if key[1] in uniqueids}
        return kept

    def span(self) -> tuple[float, float]:
        """First and last moment known (unix seconds)."""
        times = [moment.at for moments in self._moments.values() for moment in moments]
        return (min(times), max(times)) if times else (0.0, 0.0)

    def other_half(self, uniqueid: str) -> str | None:
        """The other channel of a Local pair (``…;1`` and ``…;2``)."""
        name = self.name(uniqueid)
        if not is_local(name):
            return None
        wanted = name[:-1] + ("2" if name.endswith("1") else "1")
        return next((other for other in self.seen if self.name(other) == wanted), None)

    def dialled_by(self, uniqueid: str) -> Iterable[str]:
        """The channels that dialled this one."""
        return {moment.uniqueid for moment in self.of("dial", "agent_called") if moment.other == uniqueid}
