"""用语统计: which of the forty mandated phrases are said, how often and by whom. Calls are read for them beside the pages."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from voice_agent.store import CallFilter
from voice_agent.store.statistics.phrase_uses import By, PhraseUse, count_unread, phrase_uses, read_calls, users_of
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures.periods import address, calls_link
from voice_agent.web.figures.statistics_page import chosen_period
from voice_agent.web.queue.call_lists import choices

_VIEWS: tuple[tuple[By, str], ...] = (("clerk", "按坐席"), ("unit", "按单位"))


def show_phrases(visit: Visit) -> Response:
    """All forty phrases with their use in the period; ``?phrase=`` shows by whom. Raises StoreError."""
    chosen, store, book = chosen_period(visit), visit.store, visit.site.book
    left, everything = count_unread(store, book.digest), read_calls(store, chosen)
    if left:
        visit.site.reader.start()
    uses = {one.phrase: one for one in phrase_uses(store, chosen)}
    lines = [
        (one, uses.get(one.id, PhraseUse(one.id, 0, 0, 0)), calls_link(chosen, phrase=one.id))
        for one in book.phrases.values()
    ]
    return visit.show(
        "phrases.html", chosen=chosen, choices=choices(store, visit.user), lines=lines, everything=everything, left=left,
        params=chosen.as_params(), address=address, **_who(visit, chosen),
    )  # fmt: skip


def _who(visit: Visit, chosen: CallFilter) -> dict[str, Any]:
    """By whom the phrase in the address is said, with the calls behind each figure."""
    phrase, by = visit.query.get("phrase", ""), _by(visit)
    if phrase not in visit.site.book.phrases:
        return {"phrase": None, "users": [], "by": by, "views": []}
    more = {"phrase": phrase} | ({"first": "1"} if by == "clerk" else {})
    users = [(one, calls_link(chosen, **{by: one.key}, **more)) for one in users_of(visit.store, phrase, chosen, by)]
    views = [(name, text, address("/phrases", chosen.as_params(), phrase=phrase, by=name)) for name, text in _VIEWS]
    return {"phrase": visit.site.book.phrases[phrase], "users": users, "by": by, "views": views}


def _by(visit: Visit) -> By:
    return "unit" if visit.query.get("by") == "unit" else "clerk"


def look(visit: Visit) -> Response:
    """How many calls are still to be read, as JSON."""
    return JSONResponse({"left": count_unread(visit.store, visit.site.book.digest)})


PAGES = (
    Page("phrase_use", "GET", "/phrases", show_phrases),
    Page("phrase_left", "GET", "/phrases/left", look),
)
