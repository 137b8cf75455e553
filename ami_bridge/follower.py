"""Messages and news of the connection → calls that ended, ratings, what queue members do, and gaps. Pure: the live bridge and the replay share it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ami_bridge import gaps
from ami_bridge.calls import CallTracker
from ami_bridge.events import CallEnded, Followed, Gap, Going
from ami_bridge.facts import PREFIXES
from ami_bridge.members import STANDING, MemberTracker
from ami_bridge.messages import Message, event_name, parse
from ami_bridge.ratings import RatingReader
from ami_bridge.settings import Settings

_FOLLOWED = frozenset(name.encode() for name in (*PREFIXES, *STANDING, "FullyBooted"))


def is_followed(raw: bytes) -> bool:
    """Whether the call tracker learns anything from this message; most events of a full stream say nothing about calls."""
    return event_name(raw) in _FOLLOWED


class Follower:
    """Follows one Asterisk. Times are unix seconds of our clock; ``lost`` and ``regained`` mark when nobody listened."""

    def __init__(self, settings: Settings) -> None:
        self._tracker = CallTracker(settings)
        self._members = MemberTracker(settings)
        self._ratings = RatingReader(settings)
        self._gap: Gap | None = None
        self._last_gap: Gap | None = None

    @property
    def open_calls(self) -> int:
        """How many calls are being followed."""
        return self._tracker.open_calls

    @property
    def unfinished_since(self) -> float | None:
        """Since when calls are over that are not told yet; None: every call that ended was told."""
        return self._tracker.unfinished_since

    def clock_set(self, before: float, now: float) -> Iterator[Followed]:
        """Our clock jumped from ``before`` to ``now``: calls that go on have times of both clocks, so it is a gap to them."""
        gap = gaps.set_clock(before, now)
        self._tracker.shift(now - before)
        self._tracker.touch(Gap(gap.start, None, gap.reason))
        self._tracker.touch(gap)
        yield gap
        yield from self._members.again(now)

    def hear(self, raw: bytes, at: float) -> Iterator[Followed]:
        """One message."""
        yield from self._tracker.advance(at)
        name = event_name(raw)
        if name == b"FullyBooted":
            self._booted(parse(raw), at)
        elif name in _FOLLOWED:
            message = parse(raw)
            self._tracker.feed(message, at)
            yield from self._members.feed(message, at)
            if self._ratings.mentions(raw) and (rated := self._ratings.read(message, at)):
                yield rated

    def advance(self, now: float) -> Iterator[CallEnded | Gap]:
        """Time has passed without a message."""
        yield from self._tracker.advance(now)

    def lost(self, at: float, reason: str) -> Iterator[CallEnded | Gap]:
        """Nothing is heard after ``at``: an open gap, returned again with its end by ``regained``."""
        if self._gap is None:
            self._gap = Gap(at, None, reason)
            self._tracker.touch(self._gap)
            self._members.lost()
            yield self._gap

    def regained(self, at: float, *, was_down: bool = False) -> Iterator[CallEnded | Gap]:
        """Listening again from ``at``. ``was_down``: Asterisk itself was gone meanwhile, and every call with it."""
        if self._gap is None:
            return
        gap = self._last_gap = gaps.close(self._gap, at)
        self._gap = None
        yield gap
        self._tracker.touch(gap)
        if was_down:
            self._tracker.asterisk_restarted(at, gap)
        else:
            self._tracker.doubt(gap, at)
        yield from self._tracker.advance(at)

    def listed(self, messages: Iterable[Message], at: float, *, complete: bool) -> Iterator[Followed]:
        """What Asterisk says is going on now; calls from before the gap that a ``complete`` list lacks ended unseen."""
        messages = list(messages)
        for message in messages:
            self._tracker.feed(message, at)
        yield from self._members.listed(messages, at)
        if complete and self._last_gap is not None:
            self._tracker.confirm((message.get("Uniqueid") for message in messages), self._last_gap, at)
        yield from self._tracker.advance(at)

    def going(self, at: float) -> Going:
        """What changed among the calls that go on, since this was last asked."""
        changed, gone = self._tracker.going()
        return Going(at, tuple(changed), tuple(gone), self._gap is None)

    def finish(self, now: float) -> Iterator[CallEnded | Gap]:
        """Nothing more will come."""
        yield from self._tracker.finish(now)

    def _booted(self, message: Message, at: float) -> None:
        """Asterisk greets users with read=system with its uptime: if it is shorter than the gap, no call survived."""
        uptime, gap = message.get("Uptime"), self._last_gap
        if uptime.isdigit() and gap is not None and at - float(uptime) > gap.start:
            self._tracker.asterisk_restarted(at, gap)
