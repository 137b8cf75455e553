"""What the members of the queues do all day: wait for calls, are rung, talk, pause, are away. Pure.

Told from the events of class ``agent``, which the least privilege includes, and from QueueStatus, which needs no privilege. A member
of several queues (also behind several interfaces, with one telephone) is one person: talking in one of them is talking, and paused is
who takes calls from none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ami_bridge.clerks import configured_job_number
from ami_bridge.events import MemberChanged, MembersKnown, MemberState, RangUnanswered
from ami_bridge.evidence import device
from ami_bridge.facts import time_of
from ami_bridge.messages import Message
from ami_bridge.moments import Member
from ami_bridge.settings import Settings

#: Events that say how a member stands; ``QueueMember`` is the answer to QueueStatus.
STANDING = ("QueueMember", "QueueMemberAdded", "QueueMemberStatus", "QueueMemberPause", "QueueMemberRemoved")
_CALLS = ("AgentCalled", "AgentConnect", "AgentComplete", "AgentRingNoAnswer", "QueueCallerLeave", "Hangup")
_FOLLOWED = frozenset((*STANDING, *_CALLS))
#: Asterisk's numbers for the state of a telephone.
_BUSY, _RINGING, _AWAY = {"2", "3", "7", "8"}, "6", {"4", "5"}

Told = MemberChanged | RangUnanswered | MembersKnown


@dataclass
class _Standing:
    """A member: ``queues`` maps each queue to the reason of the pause (None: not paused); ``rung`` caller → since; ``talks`` callers."""

    interface: str
    name: str = ""
    job_number: str | None = None
    status: str = ""
    queues: dict[str, str | None] = field(default_factory=dict)
    rung: dict[str, float] = field(default_factory=dict)
    talks: set[str] = field(default_factory=set)
    told: tuple[MemberState, str] = ("", "")

    def state(self) -> tuple[MemberState, str]:
        """What the member does, and why when paused."""
        if not self.queues:
            return "", ""
        if self.talks or self.status in _BUSY:
            return "talking", ""
        if self.rung or self.status == _RINGING:
            return "ringing", ""
        if self.status in _AWAY:
            return "away", ""
        reasons = [reason for reason in self.queues.values() if reason is not None]
        return ("paused", next(filter(None, reasons), "")) if len(reasons) == len(self.queues) else ("free", "")


class MemberTracker:
    """Feed it every event; it tells each change of a member's state once. ``lost`` forgets everything: after a gap nobody knows."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._members: dict[str, _Standing] = {}
        self._telephones: dict[str, str] = {}
        self._known = False

    def feed(self, message: Message, arrived: float) -> Iterator[Told]:
        """Take in one event."""
        if message.event not in _FOLLOWED:
            return
        at = time_of(message, arrived)
        if message.event in STANDING:
            changed = [self._stand(message)]
        else:
            changed = list(self._happen(message, at))
            if message.event == "AgentRingNoAnswer":
                yield from self._unanswered(message, changed, at)
        for member in changed:
            yield from self._tell(member, at)

    def listed(self, messages: Iterable[Message], arrived: float) -> Iterator[Told]:
        """Asterisk's answer to what is going on: from now on every member is known."""
        answers = [message for message in messages if message.event in ("QueueParams", "QueueMember")]
        for message in answers:
            yield from self.feed(message, arrived)
        if answers:
            self._known = True
            yield MembersKnown(time_of(answers[-1], arrived))

    def again(self, at: float) -> Iterator[Told]:
        """Our clock was set: what is known of every member is told anew from ``at`` on."""
        for member in self._members.values():
            yield MemberChanged(at, member.interface, member.name, member.job_number, *member.told)
        if self._known:
            yield MembersKnown(at)

    def lost(self) -> None:
        """Nobody listens any more."""
        self._members.clear()
        self._known = False

    def _stand(self, message: Message) -> _Standing:
        get = message.get
        member = self._member(
            get("Interface") or get("Location"), get("MemberName") or get("Name"), get("StateInterface")
        )
        if message.event == "QueueMemberRemoved":
            member.queues.pop(get("Queue"), None)
            return member
        member.status = get("Status") or member.status
        paused = get("Paused")
        if paused or get("Queue") not in member.queues:
            reason = get("PausedReason") or get("Reason")
            member.queues[get("Queue")] = reason if paused == "1" else None
        return member

    def _happen(self, message: Message, at: float) -> Iterator[_Standing]:
        """A call concerns members; yields those whose state may have changed."""
        get, name, caller = message.get, message.event, message.get("Uniqueid")
        if name in ("QueueCallerLeave", "Hangup"):
            # Whoever else was rung for this caller is rung no longer; a caller who has hung up talks with nobody.
            for member in self._members.values():
                ended = member.rung.pop(caller, None) is not None
                if name == "Hangup" and caller in member.talks:
                    member.talks.discard(caller)
                    ended = True
                if ended:
                    yield member
            return
        member = self._member(get("Interface"), get("MemberName"), "")
        member.queues.setdefault(get("Queue"), None)
        if stated := message.variable(self._settings.job_number_variable, "Dest"):
            member.job_number = stated
        if name == "AgentCalled":
            member.rung[caller] = at
        elif name == "AgentConnect":
            member.rung.pop(caller, None)
            member.talks.add(caller)
        elif name == "AgentComplete":
            member.talks.discard(caller)
        yield member

    def _unanswered(self, message: Message, members: Iterable[_Standing], at: float) -> Iterator[RangUnanswered]:
        for member in members:
            since = member.rung.pop(message.get("Uniqueid"), None)
            if since is None:
                waited = message.get("RingTime")
                since = at - (float(waited) / 1000.0 if waited.isdigit() else 0.0)
            yield RangUnanswered(member.interface, member.name, member.job_number, since, max(at, since))

    def _member(self, interface: str, name: str, telephone: str) -> _Standing:
        """The member behind an interface; the state interface, where the queue names one, tells who is the same person."""
        if telephone:
            self._telephones[interface] = telephone
        own = self._telephones.get(interface, interface)
        member = self._members.setdefault(own, _Standing(own))
        member.name = name or member.name
        if member.job_number is None:
            member.job_number = configured_job_number(self._settings, Member(member.name, interface), device(own))
        return member

    def _tell(self, member: _Standing, at: float) -> Iterator[MemberChanged]:
        state = member.state()
        if state != member.told:
            member.told = state
            yield MemberChanged(at, member.interface, member.name, member.job_number, *state)
        if not member.queues:
            self._members.pop(member.interface, None)
