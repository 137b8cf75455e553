"""What a reverse proxy of this site says: from where a browser came, and who of the site's own directory it is.

Believed only when the connection itself comes from an address that the configuration names; anybody could send these headers.
"""

from __future__ import annotations

from starlette.requests import Request

from voice_agent.config import WebConfig


def peer(request: Request) -> str:
    """Who is at the other end of the connection."""
    return request.client.host if request.client else ""


def browser_address(web: WebConfig, request: Request) -> str:
    """The address of the browser: what the nearest proxies say, as far as they are ours."""
    address = peer(request)
    told = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    while address in web.proxies and told:
        address = told.pop()
    return address[:64]


def directory_user(web: WebConfig, request: Request) -> str:
    """The user name that a proxy has signed in; '' when there is none or it is not to be believed."""
    if not web.user_header or peer(request) not in web.proxies:
        return ""
    given = request.headers.getlist(web.user_header)
    # Two headers of one name: somebody tries to slip in another one past the proxy.
    return given[0].strip()[:64] if len(given) == 1 else ""
