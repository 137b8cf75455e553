"""用语库: every phrase with its source and rules, the prohibited speech, earlier versions, and a box to try a sentence."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from voice_agent.acts.explain import explain
from voice_agent.store.calls.books import book_content, list_books
from voice_agent.web.doors.ownership import fetched
from voice_agent.web.doors.visit import Page, Visit

#: Characters of a sentence to try: nobody says more in one breath.
LONGEST = 200
_PARTS = (("phrases", "文明用语"), ("rules", "规则"), ("prohibited", "服务忌语"), ("norms", "服务规范"))


def show_book(visit: Visit) -> Response:
    """The book in force; ``?part=`` chooses its part, ``?q=`` tries a sentence, ``?side=`` says who speaks it."""
    part = visit.query.get("part", "phrases")
    sentence = visit.query.get("q", "").strip()[:LONGEST]
    caller = visit.query.get("side") == "caller"
    return visit.show(
        "phrasebook.html", book=visit.site.book, parts=_PARTS, part=part if part in dict(_PARTS) else "phrases",
        sentence=sentence, caller=caller, tried=_tried(visit, sentence, caller), versions=list_books(visit.store),
    )  # fmt: skip


def _tried(visit: Visit, sentence: str, caller: bool) -> Any:
    return explain(sentence, visit.site.book, side="caller" if caller else "agent") if sentence else None


def show_version(visit: Visit) -> Response:
    """An earlier book, as the judgements made with it knew it. Raises HTTPException 404."""
    number = min(visit.number(), 2**63 - 1)
    content = fetched(lambda: book_content(visit.store, number))
    version = next(one for one in list_books(visit.store) if one.id == number)
    return visit.show("phrasebook_version.html", content=content, version=version)


PAGES = (
    Page("phrasebook", "GET", "/phrasebook", show_book),
    Page("phrasebook_version", "GET", "/phrasebook/versions/{number:int}", show_version),
)
