"""Follows every call from the events of one Asterisk and says when one is over. Pure: time comes in as an argument."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from ami_bridge import gaps as gap_list
from ami_bridge.events import CallEnded, Gap
from ami_bridge.evidence import age, device
from ami_bridge.facts import FactReader, Facts
from ami_bridge.going import Told
from ami_bridge.messages import Message
from ami_bridge.open_call import OpenCall, staying_in
from ami_bridge.outcome import outcomes
from ami_bridge.settings import Settings

# Late or duplicated events of calls that are over must not bring them back. Some hours of a busy hotline.
REMEMBERED = 20_000
# Where QueueStatus and the events of queue members name a member's telephone, beside ``Interface``.
_MEMBER_KEYS = ("StateInterface", "Location")


class CallTracker:
    """Feed it every event; ``advance`` returns the calls that ended. Each hotline call is returned exactly once.

    Times given to its methods are when messages arrived (unix seconds) and only decide when a call is closed; the times in
    ``CallEnded`` are Asterisk's own where it states them.

    Three things outlive a call: which telephones are queue members (what they dial is no hotline call), which channels are over (late
    events must not bring them back), and who still sits in a standing conference (the next caller meets that clerk there).
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._reader = FactReader(settings)
        self._open: dict[OpenCall, None] = {}
        self._by_linkedid: dict[str, OpenCall] = {}
        self._by_channel: dict[str, OpenCall] = {}
        self._by_bridge: dict[str, OpenCall] = {}
        self._due: set[OpenCall] = set()
        self._next_due = float("inf")
        self._over: OrderedDict[str, None] = OrderedDict()
        self._members: set[str] = set()
        self._newest = (0.0, -1)
        self._changed: dict[OpenCall, None] = {}
        self._told = Told()

    @property
    def open_calls(self) -> int:
        """How many calls (of any kind) are being followed."""
        return len(self._open)

    @property
    def unfinished_since(self) -> float | None:
        """When the first of the calls hung up that are not closed yet (unix seconds): whoever stops now would lose them."""
        return min((call.ending for call in self._due if call.ending is not None), default=None)

    def shift(self, seconds: float) -> None:
        """The clock by which messages arrive was set: what waits for its time waits no longer and no shorter than before."""
        for call in self._due:
            call.due = None if call.due is None else call.due + seconds
            call.ending = None if call.ending is None else call.ending + seconds
        self._next_due += seconds

    def feed(self, message: Message, arrived: float) -> None:
        """Take in one event. Unknown events and events without a channel change nothing."""
        if interface := message.get("Interface"):
            self._members.add(device(interface))
        if message.event.startswith("QueueMember"):
            self._members.update(device(interface) for key in _MEMBER_KEYS if (interface := message.get(key)))
        facts = self._reader.read(message, arrived)
        if facts is None or all(uniqueid in self._over for uniqueid in facts.uniqueids):
            return
        if message.event == "Newchannel":
            self._notice_restart(facts.uniqueids[0], arrived)
        call = self._call_of(facts)
        call.evidence.add(facts)
        self._join_bridges(facts, call)
        self._schedule(call, arrived)
        self._changed[call] = None

    def going(self) -> tuple[list[CallEnded], list[str]]:
        """The open calls that changed since this was last asked, told so far; and those that were told and are none after all."""
        found = {call: self._outcomes(call) for call in self._changed if call in self._open}
        self._changed.clear()
        return self._told.news(found, self._open)

    def _outcomes(self, call: OpenCall) -> list[CallEnded]:
        return outcomes(call.evidence, call.gaps, self._settings, frozenset(self._members))

    def advance(self, now: float) -> list[CallEnded]:
        """The calls that are over by ``now``, oldest first."""
        if now < self._next_due:
            return []
        ended = self._close([call for call in self._due if call.due is not None and call.due <= now])
        self._next_due = min((call.due for call in self._due if call.due is not None), default=float("inf"))
        return ended

    def touch(self, gap: Gap) -> None:
        """Nobody listened during ``gap``: every call that was still going on is touched by it. Call it again when it closes."""
        for call in self._open:
            known = gap.start in {other.start for other in call.gaps}
            if known or (gap.end is None and not call.all_hung_up()):
                call.gaps = gap_list.add(call.gaps, gap)

    def doubt(self, gap: Gap, now: float) -> None:
        """After a gap: calls of which nothing more is heard within ``unconfirmed_seconds`` ended unseen."""
        for call in self._touched(gap):
            if call.due is None:
                self._set_due(call, now + self._settings.unconfirmed_seconds)

    def confirm(self, uniqueids: Iterable[str], gap: Gap, now: float) -> None:
        """Asterisk listed all its channels (action Status): calls with none of them ended during the gap."""
        alive = set(uniqueids)
        for call in self._touched(gap):
            if alive.isdisjoint(call.evidence.seen):
                self._end_unseen(call, now, "the call ended during a gap")

    def asterisk_restarted(self, now: float, gap: Gap | None = None) -> None:
        """No call survives a restart: those that were open (during ``gap``, if one is given) ended unseen."""
        for call in self._touched(gap) if gap else list(self._open):
            self._end_unseen(call, now, "Asterisk restarted")

    def _touched(self, gap: Gap) -> list[OpenCall]:
        return [call for call in self._open if any(other.start == gap.start for other in call.gaps)]

    def finish(self, now: float) -> list[CallEnded]:
        """Close whatever is open because nothing more will come (end of a captured stream)."""
        for call in self._open:
            self._end_unseen(call, now, "the stream ended before the call did")
        return self._close(list(self._open))

    def _notice_restart(self, uniqueid: str, arrived: float) -> None:
        """Sequence numbers only grow while Asterisk runs: a later second with a lower number means that it began anew."""
        this, newest = age(uniqueid), self._newest
        if this[0] == float("inf"):
            return
        if this[0] > newest[0] + 1 and this[1] < newest[1]:
            self.asterisk_restarted(arrived)
        self._newest = max(newest, this)

    def _call_of(self, facts: Facts) -> OpenCall:
        """The call these channels belong to; what was taken for several calls becomes one."""
        known = [self._by_channel[uniqueid] for uniqueid in facts.uniqueids if uniqueid in self._by_channel]
        known += [self._by_linkedid[linkedid] for linkedid in facts.linkedids if linkedid in self._by_linkedid]
        call = known[0] if known else OpenCall()
        self._register(call, facts.uniqueids, facts.linkedids)
        for other in known[1:]:
            self._merge(call, other)
        return call

    def _register(self, call: OpenCall, uniqueids: Iterable[str], linkedids: Iterable[str]) -> None:
        self._open[call] = None
        call.linkedids.update(linkedids)
        self._by_linkedid.update(dict.fromkeys(linkedids, call))
        self._by_channel.update(dict.fromkeys(uniqueids, call))

    def _merge(self, call: OpenCall, other: OpenCall) -> None:
        if other is call or other not in self._open:
            return
        call.evidence.merge(other.evidence)
        for gap in other.gaps:
            call.gaps = gap_list.add(call.gaps, gap)
        self._forget(other)
        self._register(call, other.evidence.seen, other.linkedids)
        call.bridges |= other.bridges
        self._by_bridge.update(dict.fromkeys(other.bridges, call))

    def _join_bridges(self, facts: Facts, call: OpenCall) -> None:
        """Channels in one bridge talk with each other: one call, whatever their linkedids still say."""
        for moment in facts.moments:
            if moment.kind == "enter":
                self._merge(call, self._by_bridge.get(moment.other, call))
                call.bridges.add(moment.other)
                self._by_bridge[moment.other] = call

    def _schedule(self, call: OpenCall, arrived: float) -> None:
        """Decide when the call may be closed: shortly after all is hung up, a little later if only its callers are."""
        if not call.evidence.hung_up:
            self._set_due(call, None)
        elif call.all_hung_up():
            self._set_due(call, arrived + self._settings.settle_seconds)
        else:
            self._set_due(call, arrived + self._settings.linger_seconds if call.callers_hung_up() else None)
        call.ending = None if call.due is None else arrived if call.ending is None else call.ending

    def _set_due(self, call: OpenCall, due: float | None) -> None:
        call.due = due
        if due is None:
            self._due.discard(call)
        else:
            self._due.add(call)
            self._next_due = min(self._next_due, due)

    def _end_unseen(self, call: OpenCall, now: float, reason: str) -> None:
        if not call.all_hung_up():
            last = min(call.evidence.span()[1], now)
            call.gaps = call.gaps or (Gap(last, now, reason),)
        self._set_due(call, now)

    def _close(self, calls: list[OpenCall]) -> list[CallEnded]:
        ended: list[CallEnded] = []
        for call in calls:
            found = self._outcomes(call)
            ended += [outcome for outcome in found if f"call {outcome.uniqueid}" not in self._over]
            self._forget(call)
            staying = staying_in(call.evidence)
            self._remember([*(call.evidence.seen - staying), *(f"call {outcome.uniqueid}" for outcome in found)])
            self._keep(call, staying)
        return sorted(ended, key=lambda outcome: age(outcome.uniqueid))

    def _keep(self, over: OpenCall, staying: set[str]) -> None:
        """Who still sits in a conference belongs to the next call that enters it."""
        if not staying:
            return
        call = OpenCall(over.evidence.only(staying), gaps=tuple(gap for gap in over.gaps if gap.end is None))
        own = {linkedid for each in staying if (linkedid := call.evidence.first("linkedid", each)) in staying}
        self._register(call, staying, own)
        for moment in call.evidence.of("enter"):
            if moment.other in over.bridges:
                call.bridges.add(moment.other)
                self._by_bridge[moment.other] = call

    def _forget(self, call: OpenCall) -> None:
        self._open.pop(call, None)
        self._due.discard(call)
        named = (
            (self._by_linkedid, call.linkedids),
            (self._by_channel, call.evidence.seen),
            (self._by_bridge, call.bridges),
        )
        for index, keys in named:
            for key in keys:
                if index.get(key) is call:
                    del index[key]

    def _remember(self, names: Iterable[str]) -> None:
        self._over.update(dict.fromkeys(names))
        while len(self._over) > REMEMBERED:
            self._over.popitem(last=False)
