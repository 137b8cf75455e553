"""Bundled calls as if they had come in over the last weeks, so that lists and charts have something to show. Pure."""

from __future__ import annotations

from ami_bridge.events import CallEnded, ClerkLeg, Hold
from voice_agent.evaluate import CallFolder
from voice_agent.store.people.directory import Clerk

DAY = 86400.0
QUEUE = "hotline"


def call_ended(call: CallFolder, position: int, duration: float, now: float, moment: float | None = None) -> CallEnded:
    """What the bridge would have said of the ``position``-th bundled call: one every 29 hours back from ``now``, in office hours.

    ``moment``: when it was answered instead.
    """
    answered = _office_hours(now - position * 29 * 3600.0) if moment is None else moment
    ring = 2.0 + position % 5
    end = answered + duration
    return CallEnded(
        uniqueid=call.call_id,
        linkedid=call.call_id,
        queue=QUEUE,
        caller_number=None,
        start=answered - ring,
        answered=answered,
        end=end,
        ring_seconds=ring,
        talk_seconds=duration,
        hung_up_by=call.context.hung_up_by,
        holds=tuple(Hold(answered + hold.start, answered + hold.end) for hold in call.context.holds),
        clerks=(_leg(call, answered, end),),
        transferred=call.context.transferred,
        recording=str(call.audio[0]),
        gaps=(),
        complete=True,
        recording_started=answered,
    )


def _office_hours(moment: float) -> float:
    """The same day (UTC+8, where the hotline is), between 9:00 and 17:00."""
    day = (moment + 8 * 3600) // DAY * DAY - 8 * 3600
    return day + 9 * 3600 + (moment - day) % (8 * 3600)


def _leg(call: CallFolder, start: float, end: float) -> ClerkLeg:
    number = call.agent.job_number
    return ClerkLeg(
        call.agent.name, f"PJSIP/{number}", number, f"PJSIP/{number}-1", f"{call.call_id}-agent", start, end
    )


def clerks_of(calls: tuple[CallFolder, ...]) -> list[Clerk]:
    """The clerks of the bundled calls, two to a window."""
    agents = {call.agent.job_number: call.agent for call in calls if call.agent.job_number}
    return [
        Clerk(number, agent.name or "", agent.unit or "", f"{index // 2 + 1}号窗口")
        for index, (number, agent) in enumerate(sorted(agents.items()))
    ]
