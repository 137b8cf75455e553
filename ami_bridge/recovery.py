"""Is a call whole although nobody listened for a while? What Asterisk says afterwards often leaves nothing unknown. Pure."""

from __future__ import annotations

from dataclasses import replace

from ami_bridge.clerks import Clerk
from ami_bridge.events import Gap
from ami_bridge.evidence import Evidence, age
from ami_bridge.gaps import is_by_clock
from ami_bridge.moments import Moment

# A queue is entered so soon after the beginning of a call that nobody can have taken it before (announcements, a menu).
_MENU_SECONDS = 90.0


def unknown_gaps(evidence: Evidence, caller: str, took: list[Clerk], gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """The gaps in which something about the call remains unknown: none if one clerk had it throughout and its end was seen.

    Nor if Asterisk's own account knows of nobody who answered. Times of a clock that was set are never mended.
    """
    if not gaps or any(gap.end is None or is_by_clock(gap) for gap in gaps) or caller not in evidence.hung_up:
        return gaps
    if not took:
        return () if _surely_unanswered(evidence, caller) else gaps
    return () if len(took) == 1 and _one_clerk_throughout(evidence, caller, took[0]) else gaps


def _surely_unanswered(evidence: Evidence, caller: str) -> bool:
    accounts = evidence.at(caller, "cdr")
    return bool(accounts) and not any(account.other and account.value == "ANSWERED" for account in accounts)


def _one_clerk_throughout(evidence: Evidence, caller: str, clerk: Clerk) -> bool:
    """Asterisk's own account of the call (Cdr) or the queue's (AgentComplete) leaves no room for another clerk."""
    accounts = [moment for moment in evidence.at(caller, "cdr") if moment.other and moment.value == "ANSWERED"]
    if accounts:
        return {account.other for account in accounts} <= {evidence.name(channel) for channel in clerk.channels}
    return any(_from_the_beginning(evidence, caller, done) for done in _completed(evidence, caller, clerk))


def _completed(evidence: Evidence, caller: str, clerk: Clerk) -> list[Moment]:
    done = evidence.at(caller, "agent_done")
    return [moment for moment in done if moment.other in clerk.channels and moment.seconds > 0]


def _from_the_beginning(evidence: Evidence, caller: str, done: Moment) -> bool:
    begun = evidence.at(caller, "began")
    start = begun[0].at if begun else age(caller)[0]
    return done.at - done.seconds - done.waited - start < _MENU_SECONDS


def with_real_start(evidence: Evidence, caller: str, took: list[Clerk]) -> list[Clerk]:
    """A clerk whom we found already talking took the call earlier: when, the queue's talk time or the account's billable time says."""
    if not took or evidence.at(caller, "began") or evidence.at(caller, "agent", "dial_answer"):
        return took
    return [_earlier(evidence, caller, took[0]), *took[1:]]


def _earlier(evidence: Evidence, caller: str, clerk: Clerk) -> Clerk:
    if done := _completed(evidence, caller, clerk):
        start = done[-1].at - done[-1].seconds
    elif accounts := evidence.at(caller, "cdr"):
        # The account may begin when the dialplan answered: the telephone cannot have been picked up before it was rung.
        rung = age(clerk.leg.uniqueid)[0]
        start = max(accounts[0].at - accounts[0].seconds, rung if rung != float("inf") else 0.0)
    else:
        return clerk
    return Clerk(replace(clerk.leg, start=min(start, clerk.leg.start)), clerk.channels)
