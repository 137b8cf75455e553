"""A call that is being followed, and who stays when it is over. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from ami_bridge.events import Gap
from ami_bridge.evidence import Evidence
from ami_bridge.outcome import callers


@dataclass(eq=False)
class OpenCall:
    """All that is known of one linkedid (or of several that turned out to be one call). ``due``: when to close it.

    ``ending``: since when it is hung up and only waits to be closed (arrival, unix seconds); None while it goes on.
    """

    evidence: Evidence = field(default_factory=Evidence)
    linkedids: set[str] = field(default_factory=set)
    bridges: set[str] = field(default_factory=set)
    gaps: tuple[Gap, ...] = ()
    due: float | None = None
    ending: float | None = None

    def all_hung_up(self) -> bool:
        """Whether no channel of it is left."""
        return self.evidence.seen <= self.evidence.hung_up.keys()

    def callers_hung_up(self) -> bool:
        """Whether those who called are gone."""
        gone = callers(self.evidence)
        return bool(gone) and all(caller in self.evidence.hung_up for caller in gone)


def staying_in(evidence: Evidence) -> set[str]:
    """The channels that are still in a bridge although their call is over, callers apart: they sit in a standing conference."""
    last = {moment.uniqueid: moment.kind for moment in evidence.of("enter", "leave")}
    inside = {uniqueid for uniqueid, kind in last.items() if kind == "enter"}
    return inside - evidence.hung_up.keys() - set(callers(evidence))
