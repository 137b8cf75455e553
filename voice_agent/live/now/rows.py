"""A call as the board's row: what the telephony side tells, and what was heard. Pure but for the directory of clerks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ami_bridge.events import CallEnded, ClerkLeg
from voice_agent.live.facts import agent_of
from voice_agent.live.now.helpers import Helper
from voice_agent.store import Store
from voice_agent.store.live.calls_now import LiveCall
from voice_agent.store.people.directory import Clerk, clerk_of, unit_of_queue
from voice_agent.values import Agent

#: What the board says of the hearing of a call.
LISTENING = {
    "off": "未开启实时监听",
    "ringing": "",
    "waiting": "实时监听已满，排队等待；挂机后照常检查",
    "yielded": "机器繁忙，已让出实时监听；挂机后照常检查",
    "starting": "正在接上录音",
    "on": "",
    "mixed": "单声道录音，不能实时判断；挂机后照常检查",
    "no_recording": "还没有找到录音",
    "lost": "",
}


def current_leg(call: CallEnded) -> ClerkLeg | None:
    """The clerk who is on the line at the moment, else the last one."""
    on_line = [leg for leg in call.clerks if leg.end >= call.end]
    return (on_line or list(call.clerks))[-1] if call.clerks else None


def who(store: Store, call: CallEnded) -> tuple[Agent, Clerk, str]:
    """Whose opening is judged, who has the call now, and the unit. Raises StoreError."""
    day = datetime.fromtimestamp(call.start, store.timezone).date()
    queue_unit = unit_of_queue(store, call.queue)
    legs = [clerk_of(store, leg, day) or Clerk(leg.job_number or "") for leg in call.clerks]
    leg = current_leg(call)
    now = legs[call.clerks.index(leg)] if leg else Clerk("")
    return agent_of(legs[:1]), now, now.unit or queue_unit


def telephony(call: CallEnded, clerk: Clerk) -> dict[str, Any]:
    """What Asterisk tells: no number of the caller, which nobody needs to see here."""
    leg = current_leg(call)
    return {
        "id": call.uniqueid,
        "queue": call.queue or "",
        "start": round(call.start, 2),
        "answered": None if call.answered is None else round(call.answered, 2),
        "clerk_name": clerk.name,
        "window": clerk.window,
        "channel": leg.channel if leg else "",
        "since": None if leg is None else round(leg.start, 2),
        "hold": next((round(hold.start, 2) for hold in call.holds if hold.end >= call.end), None),
        "handed": len({leg.job_number or leg.channel for leg in call.clerks}) > 1,
    }


@dataclass
class Standing:
    """A call as the desk knows it. ``listening``: a key of ``LISTENING``; ``trouble``: what the hearing says instead; ``ended``: unix seconds."""

    call: CallEnded
    agent: Agent
    clerk: Clerk
    unit: str
    listening: str = "ringing"
    trouble: str = ""
    picture: dict[str, Any] = field(default_factory=dict)
    alerts: list[str] = field(default_factory=list)
    helper: Helper | None = None
    sought: float = 0.0
    changed: bool = True
    ended: float | None = None

    def as_call(self, uniqueid: str, system: str) -> LiveCall:
        """The row of the live table; of a call that is over only what those who were away want to know."""
        listening = "off" if self.call.answered is not None and self.listening == "ringing" else self.listening
        told = {"listening": listening, "why": self.trouble or LISTENING[listening], "alerts": self.alerts}
        state = telephony(self.call, self.clerk) | told | self.picture
        if self.ended is not None:
            state = {"clerk_name": self.clerk.name, "warnings": self.picture.get("warnings", []), "alerts": self.alerts}
        return LiveCall(uniqueid, self.unit, self.clerk.job_number, self.call.start, self.ended, state, system)
