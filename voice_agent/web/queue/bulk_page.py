"""成批决定: what stands in the filtered list is shown with its reason, then decided at once with one reason."""

from __future__ import annotations

from dataclasses import replace
from typing import cast
from urllib.parse import urlencode

from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store import CallFilter
from voice_agent.store.calls.calls import get_call
from voice_agent.store.reviews.bulk import MOST, batch, decide_batch
from voice_agent.store.reviews.reviews import Decision
from voice_agent.web.call.reviewing import status_of, text_of
from voice_agent.web.doors.ownership import within
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.queue.call_lists import given, read_filter


def show_bulk(visit: Visit) -> Response:
    """What would be decided, and the form. Raises StoreError when the filter names no rule and status."""
    chosen = read_filter(visit)
    found = batch(visit.store, chosen, visit.user.id)
    params = CallFilter.from_params(given(visit)).as_params()
    return visit.show(
        "bulk.html", rows=[(one, get_call(visit.store, one.call)) for one in found.findings], batch=found, most=MOST, chosen=chosen,
        was=chosen.status[0], params=params, back=f"/queue?{urlencode(params)}",
    )  # fmt: skip


def decide(visit: Visit) -> Response:
    """Decide about exactly what was shown. Raises StoreError and AccessError; then nothing has changed."""
    shown = CallFilter.from_params(visit.form)
    # ``status`` in the form is what to decide; what was filtered by stands in ``was``.
    shown = replace(shown, status=CallFilter.from_params({"status": visit.form.get("was", "")}).status)
    reason, decision = text_of(visit, "reason"), cast(Decision, visit.form.get("decision", ""))
    if decision == "overrule" and not visit.form.get("status"):
        raise StoreError("请选择改判成什么")
    with visit.store.transaction():
        done, before = decide_batch(
            visit.store, within(visit, shown), visit.user.id, visit.form.get("token", ""), decision, reason,
            status=status_of(visit) if decision == "overrule" else "met", finish=bool(visit.form.get("finish")),
        )  # fmt: skip
        visit.note("bulk_review", f"{shown.rule}", f"{decision} {done.findings} 条，完成 {done.finished} 通：{reason}")
        for one in before:
            visit.note("review", f"call {one.call}", f"{one.finding.rule} {decision} 成批")
    # What was decided is no longer in this list; the list without rule and status is where one goes on.
    rest = replace(shown, rule=None, status=()).as_params()
    return visit.go("/queue?" + urlencode({**rest, "decided": f"{done.findings}-{done.finished}"}))


PAGES = (
    Page("bulk", "GET", "/bulk", show_bulk),
    Page("bulk_decide", "POST", "/bulk", decide),
)
