"""坐席名单: job number, name, unit, window, extension, from when to when. A clerk who moves keeps the history."""

from __future__ import annotations

from datetime import date, datetime

from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store.people.directory import list_clerks, list_units
from voice_agent.store.people.roster import Posting, end_posting, import_roster, post, postings
from voice_agent.web.doors.visit import Page, Visit


def show_roster(visit: Visit) -> Response:
    """Everybody's postings; ``?clerk=`` shows one clerk's history; clerks whom only the configuration knows are listed as such."""
    clerk = visit.query.get("clerk", "").strip()
    found = postings(visit.store, job_number=clerk or None)
    known = {one.job_number for one in found}
    configured = [one for one in list_clerks(visit.store) if one.job_number not in known and not clerk]
    units = [unit.name for unit in list_units(visit.store)]
    return visit.show(
        "roster.html", postings=found, configured=configured, units=units, clerk=clerk, this_day=_today(visit)
    )


def _today(visit: Visit) -> date:
    return datetime.now(visit.store.timezone).date()


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise StoreError(f"{name}应写作 2026-11-22") from error


def save(visit: Visit) -> Response:
    """Write down where a clerk sits from a day on. Raises StoreError naming the field."""
    form, today = {name: value.strip() for name, value in visit.form.items()}, _today(visit)
    posting = Posting(
        form.get("job_number", ""), form.get("name", ""), form.get("unit", ""), form.get("window", ""), form.get("member", ""),
        _day(form.get("since", ""), "生效日期") or today, _day(form.get("until", ""), "截止日期"),
    )  # fmt: skip
    post(visit.store, posting, today=today)
    visit.note("post_clerk", posting.job_number, f"{posting.unit} {posting.window} 自 {posting.since}")
    return visit.go("/roster")


def leave(visit: Visit) -> Response:
    """A clerk's last day. Raises StoreError."""
    job_number = visit.form.get("job_number", "")
    last = _day(visit.form.get("until", ""), "截止日期") or _today(visit)
    end_posting(visit.store, job_number, last)
    visit.note("end_posting", job_number, f"至 {last}")
    return visit.go("/roster")


def read_roster(visit: Visit) -> Response:
    """Take the pasted CSV. Raises StoreError naming the line; then nothing has changed."""
    number = import_roster(visit.store, visit.form.get("text", ""), today=_today(visit))
    visit.note("import_roster", "", f"{number} 人次")
    return visit.go("/roster")


PAGES = (
    Page("roster", "GET", "/roster", show_roster),
    Page("post_clerk", "POST", "/roster", save),
    Page("end_posting", "POST", "/roster/end", leave),
    Page("import_roster", "POST", "/roster/import", read_roster),
)
