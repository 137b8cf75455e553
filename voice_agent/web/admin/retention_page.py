"""保存期限: what is past its time is listed, and removed only when an administrator says so. Recordings are never touched."""

from __future__ import annotations

from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store.retention import list_expired, remove_expired
from voice_agent.web.doors.visit import Page, Visit

#: Calls on one page, and removed at once.
MOST = 500


def show_retention(visit: Visit) -> Response:
    """Transcripts and waveforms older than the configured days."""
    days = visit.site.config.review.retention_days
    expired = list_expired(visit.store, days, limit=MOST)
    return visit.show("retention.html", days=days, expired=expired, most=MOST)


def purge(visit: Visit) -> Response:
    """Remove what was listed. Raises StoreError unless it was confirmed."""
    if visit.form.get("sure") != "yes":
        raise StoreError("没有勾选确认，未作清理")
    expired = list_expired(visit.store, visit.site.config.review.retention_days, limit=MOST)
    remove_expired(visit.store, [one.call for one in expired], user=visit.user.id, username=visit.user.username)
    visit.note("purge", f"{len(expired)} calls")
    return visit.go("/retention")


PAGES = (
    Page("retention", "GET", "/retention", show_retention),
    Page("purge", "POST", "/retention", purge),
)
