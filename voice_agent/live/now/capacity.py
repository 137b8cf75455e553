"""How many calls are heard live, and which give way when there are too many. Pure.

The order (docs/使用手册.md): new calls wait first; if the hearing still falls behind, the calls that began last are let go one by one. The
judgement after the hang-up is made by other processes at a higher priority and loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

#: Calls a core that are heard live where the configuration says nothing (measured: benchmarks/live_delay.py).
CALLS_A_CORE = 12
#: So much unread sound (seconds) for so long (seconds) is falling behind. A call that has just begun to be heard catches up first.
BEHIND_SECONDS, PATIENCE_SECONDS = 8.0, 6.0
#: After giving way, one more call may be tried again this often, seconds.
RECOVERY_SECONDS = 30.0


class Capacity:
    """Decides; ``most`` is the configured number of calls at once. Times are any clock's seconds."""

    def __init__(self, most: int) -> None:
        self._most = self.limit = most
        self._behind_since: float | None = None
        self._changed = 0.0

    def admits(self, heard: int) -> bool:
        """Whether one more may be heard beside ``heard`` others."""
        return heard < self.limit and self._behind_since is None

    def gives_way(self, heard: Sequence[str], behind: float, now: float) -> str | None:
        """Which of the heard calls (in the order in which they began to be heard) is let go, if any."""
        if behind <= BEHIND_SECONDS:
            self._behind_since = None
            if self.limit < self._most and now - self._changed > RECOVERY_SECONDS:
                self.limit, self._changed = self.limit + 1, now
            return None
        self._behind_since = now if self._behind_since is None else self._behind_since
        if now - self._behind_since < PATIENCE_SECONDS or not heard:
            return None
        self._behind_since = self._changed = now
        self.limit = max(1, len(heard) - 1)
        return heard[-1] if len(heard) > 1 else None
