"""Under which names this site is asked for. Any other name is somebody's trick: a rebound DNS entry, a poisoned link."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address

from starlette._utils import parse_host_header
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from voice_agent.config import WebConfig
from voice_agent.web.doors.security import harden

_OWN = ("localhost", "127.0.0.1", "::1")
_WORDS = "访问本站用的主机名不在允许之列。请管理员在配置 [web] 的 hosts 中写明这个名称。"


def known_hosts(web: WebConfig) -> Callable[[str], bool]:
    """Whether a host (without its port, lower case) is this site."""
    names = {*_OWN, web.host.lower(), *(name.lower() for name in web.hosts)}
    everywhere = _is_unspecified(web.host)
    if everywhere:
        names |= {socket.gethostname().lower(), socket.getfqdn().lower()}

    def known(host: str) -> bool:
        # Nobody can rebind an address: where we listen at all of them, each is ours.
        return host in names or (everywhere and _is_address(host))

    return known


def _is_unspecified(host: str) -> bool:
    return _is_address(host) and ip_address(host).is_unspecified


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class KnownHosts:
    """Refuses what was sent to another name, whatever it asks for."""

    def __init__(self, app: ASGIApp, hosts: Callable[[str], bool], *, secure: bool) -> None:
        self._app, self._known, self._secure = app, hosts, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is meant for us."""
        if scope["type"] == "http":
            host = parse_host_header(Headers(scope=scope).get("host"))
            if host is None or not self._known(host.host.lower().strip("[]")):
                refusal = harden(PlainTextResponse(_WORDS, 400), "", private=True, secure=self._secure)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)
