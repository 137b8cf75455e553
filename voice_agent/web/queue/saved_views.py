"""常用筛选: keep the filter of a list or of the statistics under a name, and forget it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.store import CallFilter
from voice_agent.store.people.views import remove_view, save_view
from voice_agent.web.doors.ownership import fetched
from voice_agent.web.doors.permissions import MAY
from voice_agent.web.doors.visit import Page, Visit

#: The pages whose filters can be kept, and what of their address besides the filter belongs to it.
PLACES = ("queue", "calls", "mine", "statistics")
_KEPT = ("sort", "order", "by", "least")


def keep(visit: Visit) -> Response:
    """Keep the filter of a page. Raises StoreError: no name, a filter that makes no sense; HTTPException 404: no such page."""
    page, query = visit.form.get("page", ""), visit.form.get("query", "")[:2000]
    if page not in PLACES or visit.user.role not in MAY[page]:
        raise HTTPException(404)
    params = dict(parse_qsl(query.lstrip("?")))
    kept = CallFilter.from_params(params).as_params() | {name: params[name][:20] for name in _KEPT if name in params}
    save_view(visit.store, visit.user.id, page, visit.form.get("name", ""), urlencode(kept))
    return visit.go(f"/{page}?{urlencode(kept)}" if kept else f"/{page}")


def forget(visit: Visit) -> Response:
    """Forget one of one's own. Raises HTTPException 404."""
    gone = fetched(lambda: remove_view(visit.store, visit.user.id, min(visit.number(), 2**63 - 1)))
    return visit.go(f"/{gone.page}")


PAGES = (
    Page("save_view", "POST", "/views", keep),
    Page("remove_view", "POST", "/views/{number:int}/remove", forget),
)
