"""All pages for people who are signed in."""

from __future__ import annotations

from voice_agent.web.admin import (
    audit_page,
    book_page,
    dead_page,
    draft_page,
    erase_page,
    health_page,
    learning_page,
    people,
    retention_page,
    roster_page,
    tree_page,
)
from voice_agent.web.call import blind, call_page, objecting, proposing, rectifying, reviewing, sound_pages
from voice_agent.web.doors import account, signing
from voice_agent.web.doors.visit import Page
from voice_agent.web.figures import (
    cards_page,
    complaining,
    exporting,
    ledger_page,
    matrix_page,
    phrase_page,
    rating_page,
    report_page,
    scheme_page,
    statistics_page,
    window_page,
)
from voice_agent.web.live import alerts_page, board_page, prompt_page
from voice_agent.web.queue import bulk_page, calibrating, call_lists, drawing, saved_views, search_page, workload_page

#: Where a path fits two pages the first one answers.
_MODULES = (
    signing,
    account,
    call_lists,
    call_page,
    sound_pages,
    reviewing,
    objecting,
    complaining,
    rectifying,
    proposing,
    drawing,
    calibrating,
    blind,
    bulk_page,
    saved_views,
    workload_page,
    rating_page,
    ledger_page,
    window_page,
    book_page,
    people,
    audit_page,
    health_page,
    statistics_page,
    exporting,
    tree_page,
    phrase_page,
    search_page,
    roster_page,
    report_page,
    matrix_page,
    scheme_page,
    cards_page,
    retention_page,
    erase_page,
    dead_page,
    draft_page,
    learning_page,
    board_page,
    prompt_page,
    alerts_page,
)
ALL: tuple[Page, ...] = tuple(page for module in _MODULES for page in module.PAGES)
