"""Whose object it is. What is not yours does not exist for you: the answer is 404, as for what was never there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from starlette.exceptions import HTTPException

from voice_agent.errors import NotInStore
from voice_agent.store import CallFilter
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.calls import get_call, took_part, units_of_call
from voice_agent.store.calls.findings import StoredFinding, get_finding
from voice_agent.store.people.tree import list_nodes, scope
from voice_agent.store.reviews.objections import Objection, get_objection
from voice_agent.web.doors.visit import Visit

T = TypeVar("T")
#: SQLite's numbers end here; a longer one in an address names nothing.
_LARGEST = 2**63 - 1


def fetched(get: Callable[[], T]) -> T:
    """What the store has, or 404."""
    try:
        return get()
    except NotInStore as error:
        raise HTTPException(404) from error


def may_see(visit: Visit, call: CallRow) -> bool:
    """Staff see the calls they took part in; others those that their units took part in, or all."""
    if visit.user.role == "staff":
        return took_part(visit.store, call.id, visit.user.job_number)
    seen = scope(visit.store, visit.user)
    return seen is None or call.unit in seen or bool(seen & units_of_call(visit.store, call.id))


def the_call(visit: Visit, number: int | None = None) -> CallRow:
    """The call that the address names, if it is this person's to see. Raises HTTPException 404."""
    wanted = visit.number() if number is None else number
    if wanted > _LARGEST:
        raise HTTPException(404)
    call = fetched(lambda: get_call(visit.store, wanted))
    if not may_see(visit, call):
        raise HTTPException(404)
    return call


def the_finding(visit: Visit, call: CallRow) -> StoredFinding:
    """The finding that the address names, if it belongs to this call. Raises HTTPException 404."""
    wanted = visit.number("finding")
    found = get_finding(visit.store, wanted) if wanted <= _LARGEST else None
    if found is None or found.call != call.id:
        raise HTTPException(404)
    return found


def the_objection(visit: Visit) -> Objection:
    """The objection that the address names: one's own, or one about a call one may see. Raises HTTPException 404."""
    wanted = visit.number()
    if wanted > _LARGEST:
        raise HTTPException(404)
    found = fetched(lambda: get_objection(visit.store, wanted))
    if visit.user.role == "staff" and found.user != visit.user.id:
        raise HTTPException(404)
    the_call(visit, found.call)
    return found


def within(visit: Visit, chosen: CallFilter) -> CallFilter:
    """A filter that finds nothing but what this person may see, whatever the address asks for."""
    user = visit.user
    if user.role == "staff":
        return replace(chosen, clerk=user.job_number, unit=None, node=None)
    if user.unit:
        return replace(chosen, unit=user.unit, node=None)
    if user.node and chosen.node not in {node.code for node in list_nodes(visit.store, under=user.node)}:
        return replace(chosen, node=user.node)
    return chosen
