"""All pages for people who are signed in."""

from __future__ import annotations

from voice_agent.web.admin import (
    audit_page,
    book_page,
    draft_page,
    learning_page,
    people,
    retention_page,
    roster_page,
    tree_page,
)
from voice_agent.web.call import call_page, objecting, rectifying, reviewing, sound_pages
from voice_agent.web.doors import signing
from voice_agent.web.doors.visit import Page
from voice_agent.web.figures import complaining, exporting, phrase_page, report_page, statistics_page
from voice_agent.web.queue import call_lists, drawing, search_page

ALL: tuple[Page, ...] = (
    *signing.PAGES, *call_lists.PAGES, *call_page.PAGES, *sound_pages.PAGES, *reviewing.PAGES, *objecting.PAGES, *complaining.PAGES, *rectifying.PAGES, *drawing.PAGES,
    *book_page.PAGES, *draft_page.PAGES, *learning_page.PAGES, *people.PAGES, *audit_page.PAGES, *statistics_page.PAGES, *exporting.PAGES, *tree_page.PAGES, *phrase_page.PAGES, *search_page.PAGES, *roster_page.PAGES, *report_page.PAGES, *retention_page.PAGES,
)  # fmt: skip
