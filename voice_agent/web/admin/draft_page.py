"""用语库草稿: written by one administrator, tried on stored calls, compared with what is in force, released by another."""

from __future__ import annotations

import difflib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from starlette.responses import JSONResponse, Response

from voice_agent.errors import StoreError
from voice_agent.in_force import book_of, book_on, files_of
from voice_agent.store import CallFilter, Store
from voice_agent.store.books.backtests import backtests_of, save_backtest
from voice_agent.store.books.drafts import Draft, get_draft, list_drafts, save_draft
from voice_agent.store.books.releases import list_releases, release_draft, released_for, revoke_release
from voice_agent.store.people.directory import list_units
from voice_agent.store.people.tree import scope
from voice_agent.teaching.backtest import Trial, back_test, chosen_calls
from voice_agent.teaching.changes import all_rules, truth_cells
from voice_agent.web.admin.chores import Told
from voice_agent.web.doors.ownership import fetched
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.site import Site

#: The files that can be written on the page; others of the folder come along unchanged.
WRITTEN = ("rules.toml", "acts.toml")
#: Longest text of a file on the page, characters: a form has a size. Longer files are drafted with the command.
LONGEST = 15_000
_LARGEST = 2**63 - 1


def show_drafts(visit: Visit) -> Response:
    """All drafts and releases, and a form for a new draft that begins with what is in force."""
    now = _files_now(visit.site, visit.store)
    return visit.show(
        "book_drafts.html", drafts=list_drafts(visit.store), releases=list_releases(visit.store), book=visit.site.book,
        written=[(name, now.get(name, "")) for name in WRITTEN if len(now.get(name, "")) <= LONGEST],
        too_long=[name for name in WRITTEN if len(now.get(name, "")) > LONGEST],
    )  # fmt: skip


def _files_now(site: Site, store: Store) -> Mapping[str, str]:
    released = released_for(store, _today(store), "")
    return released[1] if released else files_of(site.config.phrasebook.folder)


def _today(store: Store) -> str:
    return datetime.now(store.timezone).date().isoformat()


def add_draft(visit: Visit) -> Response:
    """Keep a new draft. Raises StoreError naming file, line and field."""
    form = visit.form
    version, effective = form.get("version", "").strip(), form.get("effective", "").strip()
    files = dict(_files_now(visit.site, visit.store))
    files["book.toml"] = f"version = {json.dumps(version, ensure_ascii=False)}\neffective = {_day(effective)}\n"
    for name in WRITTEN:
        if name in form:
            files[name] = form[name].replace("\r\n", "\n")
    book = book_of({name: text for name, text in files.items() if text.strip()})
    number = save_draft(
        visit.store, {name: text for name, text in files.items() if text.strip()}, version=book.version, effective=book.effective,
        digest=book.digest, note=form.get("note", "")[:500], user=visit.user.id,
    )  # fmt: skip
    visit.note("draft_book", f"draft {number}", version)
    return visit.go(f"/phrasebook/drafts/{number}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise StoreError("日期应写作 2026-11-22") from error


def show_draft(visit: Visit) -> Response:
    """One draft: what differs from the book in force, what back-tests showed, and the form that releases it."""
    draft = _the_draft(visit)
    tests = backtests_of(visit.store, draft.digest)
    return visit.show(
        "book_draft.html", draft=draft, differences=list(_differences(_files_now(visit.site, visit.store), draft.files)),
        tests=tests, report=_seen(visit, tests[0].report) if tests else None, proven=any(test.whole for test in tests),
        chore=visit.site.chores.of(_name(draft)), units=[unit.name for unit in list_units(visit.store)], own=draft.made_by == visit.user.id,
        releases=[one for one in list_releases(visit.store) if one.draft == draft.id],
    )  # fmt: skip


def _the_draft(visit: Visit) -> Draft:
    return fetched(lambda: get_draft(visit.store, min(visit.number(), _LARGEST)))


def _name(draft: Draft) -> str:
    return f"backtest {draft.id}"


def _differences(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    for name in sorted({*old, *new} - {"book.toml"}):
        lines = list(
            difflib.unified_diff(old.get(name, "").splitlines(), new.get(name, "").splitlines(), lineterm="", n=2)
        )[2:]
        if lines:
            yield name, lines


def _seen(visit: Visit, report: Mapping[str, Any]) -> Mapping[str, Any]:
    """The report as far as this person may see units; calls can be opened by those who may hear."""
    seen = scope(visit.store, visit.user)
    lines = [(rule, truth_cells(counts)) for rule, counts in report["decided"].items()]
    return {
        **report,
        "units": {unit: counts for unit, counts in report["units"].items() if seen is None or unit in seen},
        "changed": [row for row in report["changed"] if seen is None or row["unit"] in seen],
        "truth": [*lines, ("", truth_cells(all_rules(report["decided"])))] if lines else [],
    }


def try_draft(visit: Visit) -> Response:
    """Begin a back-test. Raises StoreError (nothing to try, another one runs)."""
    draft, form = _the_draft(visit), visit.form
    asked = {name: form.get(name, "") for name in ("since", "until", "unit")}
    sample = form.get("sample", "")
    if sample and not (sample.isascii() and sample.isdigit() and len(sample) < 8 and int(sample)):
        raise StoreError("抽样数量应为正整数")
    numbers = chosen_calls(visit.store, CallFilter.from_params(asked), int(sample) if sample else None)
    if not numbers:
        raise StoreError("没有符合条件、已监测的通话可以回测")
    visit.site.chores.start(_name(draft), _work(visit.site, draft, numbers, visit.user.id))
    visit.note("backtest", f"draft {draft.id}", f"{len(numbers)} calls")
    return visit.go(f"/phrasebook/drafts/{draft.id}")


def _work(site: Site, draft: Draft, numbers: list[int], user: int) -> Any:
    config, own = site.config, site.own_book
    trial = Trial(
        config.store.path.expanduser(),
        config.store.timezone,
        draft.files,
        config.phrasebook.folder,
        config.recordings.least_coverage,
    )

    def work(told: Told, stop: threading.Event) -> None:
        report = back_test(trial, numbers, workers=max(1, (os.cpu_count() or 2) - 1), told=told, stop=stop)
        with Store.open(trial.store, timezone=trial.timezone, create=False) as store:
            save_backtest(store, draft.digest, book_on(store, _today(store), "", own).digest, report, user=user)

    return work


def backtest_state(visit: Visit) -> Response:
    """How far it is, as JSON."""
    chore = visit.site.chores.of(_name(_the_draft(visit)))
    return JSONResponse({"state": chore.state if chore else "done", "percent": chore.percent if chore else 100})


def stop_backtest(visit: Visit) -> Response:
    """Stop it; what was tried until then is shown."""
    draft = _the_draft(visit)
    visit.site.chores.stop(_name(draft))
    return visit.go(f"/phrasebook/drafts/{draft.id}")


def release(visit: Visit) -> Response:
    """Put somebody else's draft in force. Raises AccessError (one's own) and StoreError."""
    draft = _the_draft(visit)
    release_draft(
        visit.store, draft.id, visit.user.id, effective=_day(visit.form.get("effective", "")), unit=visit.form.get("unit", ""),
        reason=visit.form.get("reason", "")[:500], username=visit.user.username,
    )  # fmt: skip
    return visit.go("/phrasebook/drafts")


def revoke(visit: Visit) -> Response:
    """Take a release back."""
    fetched(
        lambda: revoke_release(visit.store, min(visit.number(), _LARGEST), visit.user.id, username=visit.user.username)
    )
    return visit.go("/phrasebook/drafts")


PAGES = (
    Page("drafts", "GET", "/phrasebook/drafts", show_drafts),
    Page("add_draft", "POST", "/phrasebook/drafts", add_draft),
    Page("draft_book", "GET", "/phrasebook/drafts/{number:int}", show_draft),
    Page("backtest", "POST", "/phrasebook/drafts/{number:int}/backtest", try_draft),
    Page("backtest_state", "GET", "/phrasebook/drafts/{number:int}/backtest", backtest_state),
    Page("stop_backtest", "POST", "/phrasebook/drafts/{number:int}/backtest/stop", stop_backtest),
    Page("release_book", "POST", "/phrasebook/drafts/{number:int}/release", release),
    Page("revoke_book", "POST", "/phrasebook/releases/{number:int}/revoke", revoke),
)
