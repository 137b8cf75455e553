"""What waits for somebody, as a number beside the page's name: answers for a clerk, objections for a reviewer, appeals for a supervisor."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import time

from voice_agent.store.database import Store
from voice_agent.store.live.alerts import count_open
from voice_agent.store.people.tree import scope
from voice_agent.store.people.users import User
from voice_agent.store.reviews.heard_complaints import ProposalFilter, count_proposals
from voice_agent.store.reviews.objection_filters import ObjectionFilter, objections_where
from voice_agent.store.reviews.rectifications import ItemFilter, count_items
from voice_agent.store.reviews.reminders import reminders
from voice_agent.store.reviews.workload import overdue_reviewers


def news(store: Store, user: User, *, review_days: int = 5, now: float | None = None) -> dict[str, int]:
    """What waits on the pages ``objections``, ``rectifications``, ``queue`` (what is due or overdue) and ``workload`` (reviewers with
    something overdue). Raises StoreError.
    """
    found = {
        "objections": waiting(store, user, now=now),
        "rectifications": _measures(store, user),
        "complaints": _heard(store, user),
    }
    if user.role in ("reviewer", "supervisor"):
        found["alerts"] = count_open(store, scope(store, user))
    if user.role == "reviewer":
        return found | {"queue": sum(one.urgent for one in reminders(store, user, review_days=review_days, now=now))}
    return found | ({"workload": overdue_reviewers(store, now=now)} if user.role == "supervisor" else {})


def _heard(store: Store, user: User) -> int:
    """Complaints heard in calls that nobody has looked at, for those who decide about them."""
    if user.role not in ("reviewer", "supervisor"):
        return 0
    return count_proposals(
        store, ProposalFilter("proposed", unit=user.unit or None, node=None if user.unit else user.node or None)
    )


def _measures(store: Store, user: User) -> int:
    """A clerk's items to do and notes to read; a supervisor's items to accept."""
    if user.role == "staff":
        return int(
            store.value(
                "SELECT (SELECT count(*) FROM rectifications WHERE clerk = ?1 AND state = 'open')"
                " + (SELECT count(*) FROM coaching WHERE clerk = ?1 AND acknowledged_at IS NULL)",
                (user.job_number,),
            )
        )
    if user.role != "supervisor":
        return 0
    chosen = ItemFilter(state="submitted", unit=user.unit or None, node=None if user.unit else user.node or None)
    return count_items(store, chosen)


def waiting(store: Store, user: User, *, now: float | None = None) -> int:
    """How many objections want this person's eye. Raises StoreError."""
    if user.role == "staff":
        return _answers(store, user)
    if user.role not in ("reviewer", "supervisor"):
        return 0
    condition, values = objections_where(
        ObjectionFilter(unit=user.unit or None, node=None if user.unit else user.node or None)
    )
    source = "objections o CROSS JOIN calls c ON c.id = o.call"
    if user.role == "reviewer":
        return int(store.value(f"SELECT count(*) FROM {source} WHERE o.state = 'open' AND {condition}", values))
    moment = time.time() if now is None else now
    return int(
        store.value(
            f"SELECT count(*) FROM {source} LEFT JOIN appeals a ON a.objection = o.id"
            f" WHERE (a.state = 'open' OR (o.state = 'open' AND o.deadline < ?)) AND {condition}",
            [moment, *values],
        )
    )


def _answers(store: Store, user: User) -> int:
    return int(
        store.value(
            "SELECT count(*) FROM objections o LEFT JOIN appeals a ON a.objection = o.id, users u"
            " WHERE u.id = ?1 AND o.user = ?1 AND max(coalesce(o.decided_at, 0), coalesce(a.decided_at, 0)) > u.news_seen",
            (user.id,),
        )
    )


def seen(store: Store, user: int, *, now: float | None = None) -> None:
    """A clerk has looked at the answers. Raises StoreError."""
    store.write("UPDATE users SET news_seen = ? WHERE id = ?", (time.time() if now is None else now, user))
