"""All pages for people who are signed in."""

from __future__ import annotations

from voice_agent.web import (
    audit_page,
    book_page,
    call_lists,
    call_page,
    drawing,
    exporting,
    objecting,
    people,
    phrase_page,
    report_page,
    retention_page,
    reviewing,
    roster_page,
    search_page,
    signing,
    sound_pages,
    statistics_page,
    tree_page,
)
from voice_agent.web.visit import Page

ALL: tuple[Page, ...] = (
    *signing.PAGES, *call_lists.PAGES, *call_page.PAGES, *sound_pages.PAGES, *reviewing.PAGES, *objecting.PAGES, *drawing.PAGES,
    *book_page.PAGES, *people.PAGES, *audit_page.PAGES, *statistics_page.PAGES, *exporting.PAGES, *tree_page.PAGES, *phrase_page.PAGES, *search_page.PAGES, *roster_page.PAGES, *report_page.PAGES, *retention_page.PAGES,
)  # fmt: skip
