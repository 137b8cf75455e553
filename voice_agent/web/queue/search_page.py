"""检索: where something was said, with the sentence and the second; a click plays it."""

from __future__ import annotations

from typing import cast, get_args

from starlette.responses import Response

from voice_agent.store import CallFilter
from voice_agent.store.calls.search import Snippet, search
from voice_agent.values import Channel
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.queue.call_lists import choices, read_filter
from voice_agent.web.queue.listing import Listing, page_number
from voice_agent.web.words import spoken

#: Calls on a page, places shown of each, and the longest text that is sought.
PER_PAGE, PLACES, LONGEST = 20, 3, 100


def show_search(visit: Visit) -> Response:
    """The form and what was found; ``?q=`` words, ``?side=`` whose, with the filters of every list. Raises StoreError."""
    words, side = visit.query.get("q", "").strip()[:LONGEST], visit.query.get("side", "")
    channel = cast(Channel, side) if side in get_args(Channel) else None
    chosen, page = read_filter(visit), page_number(visit.query.get("page"))
    found = search(
        visit.store, words, chosen, channel=channel, limit=PER_PAGE, offset=(page - 1) * PER_PAGE, places=PLACES
    ) if words else None  # fmt: skip
    if found:
        # What was sought may itself be somebody's name: only how much was found is written down.
        visit.note_reading("search", "", f"{found.total} 通")
    params = CallFilter.from_params(dict(visit.query)).as_params() | {"q": words} | ({"side": side} if channel else {})
    listing = Listing(
        "/search",
        params,
        "",
        False,
        page,
        found.total if found else 0,
        "",
        False,
        more=bool(found and found.more),
        per_page=PER_PAGE,
    )
    hits = [(one.call, [(place, _parts(place)) for place in one.snippets]) for one in found.hits] if found else []
    return visit.show(
        "search.html", words=words, side=side, chosen=chosen, choices=choices(visit.store, visit.user), hits=hits, listing=listing,
        longest=LONGEST,
    )  # fmt: skip


def _parts(place: Snippet) -> list[tuple[str, bool]]:
    """The sentence in pieces, those that matched marked; numbers hidden, which keeps the length."""
    text, parts, begin = spoken(place.hidden, hidden=False), [], 0
    for start, end in place.marks:
        parts += [(text[begin:start], False), (text[start:end], True)]
        begin = end
    return [part for part in [*parts, (text[begin:], False)] if part[0]]


PAGES = (Page("search", "GET", "/search", show_search),)
