"""Sharing drawn calls out: to those responsible for the unit before others, in proportion to what each does in a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voice_agent.store.calls.calls import took_part, units_of_call
from voice_agent.store.database import Store
from voice_agent.store.people.charges import charge_units, quotas
from voice_agent.store.people.tree import scope
from voice_agent.store.people.users import get_user


def shared(store: Store, drawn: Sequence[int], assignees: Sequence[int]) -> Iterator[tuple[int, int | None]]:
    """Each call with the assignee who has fewest so far, may see it and was not on it; None where there is nobody.

    Of those, who is responsible for its unit comes first; somebody with twice the daily quota gets twice as many.
    """
    load = dict.fromkeys(assignees, 0)
    people = {who: get_user(store, who) for who in load}
    seen = {who: scope(store, person) for who, person in people.items()}
    charge, known = {who: charge_units(store, who) for who in load}, quotas(store)
    usual = max(1, min((known[who] for who in load if known.get(who)), default=1))
    pace = {who: known.get(who) or usual for who in load}
    for call in drawn:
        units = units_of_call(store, call)
        free = [
            who for who, units_seen in seen.items()
            if (units_seen is None or units & units_seen) and not took_part(store, call, people[who].job_number)
        ]  # fmt: skip
        responsible = [who for who in free if (theirs := charge[who]) is not None and units & theirs]
        chosen = min(responsible or free, key=lambda who: load[who] / pace[who], default=None)
        if chosen is not None:
            load[chosen] += 1
        yield call, chosen
