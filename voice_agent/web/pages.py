"""All pages for people who are signed in."""

from __future__ import annotations

from voice_agent.web.admin import (
    audit_page,
    book_page,
    dead_page,
    draft_page,
    health_page,
    learning_page,
    people,
    retention_page,
    roster_page,
    tree_page,
)
from voice_agent.web.call import blind, call_page, objecting, rectifying, reviewing, sound_pages
from voice_agent.web.doors import signing
from voice_agent.web.doors.visit import Page
from voice_agent.web.figures import (
    cards_page,
    complaining,
    exporting,
    matrix_page,
    phrase_page,
    report_page,
    scheme_page,
    statistics_page,
)
from voice_agent.web.live import alerts_page, board_page, prompt_page
from voice_agent.web.queue import bulk_page, calibrating, call_lists, drawing, saved_views, search_page, workload_page

ALL: tuple[Page, ...] = (
    *signing.PAGES, *call_lists.PAGES, *call_page.PAGES, *sound_pages.PAGES, *reviewing.PAGES, *objecting.PAGES, *complaining.PAGES, *rectifying.PAGES, *drawing.PAGES, *calibrating.PAGES, *blind.PAGES, *bulk_page.PAGES, *saved_views.PAGES, *workload_page.PAGES,
    *book_page.PAGES, *draft_page.PAGES, *learning_page.PAGES, *people.PAGES, *audit_page.PAGES, *health_page.PAGES, *statistics_page.PAGES, *exporting.PAGES, *tree_page.PAGES, *phrase_page.PAGES, *search_page.PAGES, *roster_page.PAGES, *report_page.PAGES, *matrix_page.PAGES, *scheme_page.PAGES, *cards_page.PAGES, *retention_page.PAGES, *dead_page.PAGES,
    *board_page.PAGES, *prompt_page.PAGES, *alerts_page.PAGES,
)  # fmt: skip
