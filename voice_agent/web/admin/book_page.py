"""用语库: every phrase with its source and rules, the prohibited speech, earlier versions, and a box to try a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from phrasebook.vocabulary import ACT_SIDES
from voice_agent.acts.act import LIKELY
from voice_agent.acts.explain import explain
from voice_agent.acts.fulfils import CALLS_FOR, FULFILS
from voice_agent.acts.learned.model import bundled
from voice_agent.acts.tried import Done, acts_of
from voice_agent.labels import RULE_NAMES
from voice_agent.store.calls.books import book_content, list_books
from voice_agent.store.reviews.heard_complaints import ACT_NAMES
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
        sentence=sentence, caller=caller, tried=_tried(visit, sentence, caller), done=_done(visit, sentence, caller), versions=list_books(visit.store),
    )  # fmt: skip


def _tried(visit: Visit, sentence: str, caller: bool) -> Any:
    return explain(sentence, visit.site.book, side="caller" if caller else "agent") if sentence else None


@dataclass(frozen=True)
class DoneView:
    """An act that the sentence does: in words, how certain, by what it was heard, the rule it keeps, breaks or calls for."""

    name: str
    certainty: float
    heard: str
    text: str
    rule: str
    effect: str


def _done(visit: Visit, sentence: str, caller: bool) -> list[DoneView]:
    """What the sentence does, phrases and the learned model together, and what that means for the rules."""
    if not sentence:
        return []
    found = acts_of(sentence, visit.site.book, "caller" if caller else "agent", bundled())
    return [_view(one, caller) for one in found if one.id != "backchannel"]


def _view(one: Done, caller: bool) -> DoneView:
    heard = "与用语库的说法相符" if one.source == "phrase" else one.likened or "模型听出"
    if not caller and one.id in FULFILS:
        rule, effect = RULE_NAMES[FULFILS[one.id]], "有助于达标"
    elif one.id in CALLS_FOR:
        rule, effect = RULE_NAMES[CALLS_FOR[one.id]], "坐席须做到"
    elif not caller and one.id not in ACT_SIDES:
        rule, effect = RULE_NAMES["prohibited"], "违反"
    else:
        rule, effect = "", ""
    return DoneView(
        ACT_NAMES.get(one.id, one.name),
        one.probability,
        heard,
        one.text,
        rule,
        effect if one.probability >= LIKELY else f"{effect}（把握不足，请人来听）" if effect else "",
    )


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
