"""Serving the site with uvicorn, until somebody stops it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket

import uvicorn

from voice_agent.errors import ConfigError
from voice_agent.web.app import create_app
from voice_agent.web.impatient import Impatient
from voice_agent.web.site import Site


def server(site: Site) -> uvicorn.Server:
    """A server that is ready to run. Raises ConfigError when only half of the TLS files are given or one is missing."""
    web = site.config.web
    if (web.tls_certificate is None) != (web.tls_key is None):
        raise ConfigError("[web] 的 tls_certificate 和 tls_key 须同时填写")
    for path in (web.tls_certificate, web.tls_key):
        if path is not None and not path.is_file():
            raise ConfigError(f"[web] 找不到文件 {path}")
    return _Server(
        site,
        uvicorn.Config(
            create_app(site),
            host=web.host,
            port=web.port,
            log_level="warning",
            ssl_certfile=web.tls_certificate,
            ssl_keyfile=web.tls_key,
            # A name in the header tells attackers which holes to try; call numbers in an access log tell too much about people.
            server_header=False,
            access_log=False,
            # Behind TLS-ending proxies the site itself holds the certificate or stays on loopback: no header is believed.
            proxy_headers=False,
            timeout_graceful_shutdown=5,
            http=Impatient,
        ),
    )


class _Server(uvicorn.Server):
    """Streams of events end when the server does; otherwise it would wait for them."""

    def __init__(self, site: Site, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._site = site

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """End the streams, then everything."""
        self._site.hub.leave()
        await super().shutdown(sockets)


@contextmanager
def beside(site: Site) -> Iterator[str]:
    """Serve in a thread while something else goes on; gives the address."""
    serving = server(site)
    thread = threading.Thread(target=serving.run, name="pages", daemon=True)
    thread.start()
    try:
        yield address(site)
    finally:
        serving.should_exit = True
        thread.join(30)


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def address(site: Site) -> str:
    """Where to point the browser."""
    web = site.config.web
    host = f"[{web.host}]" if ":" in web.host else web.host
    return f"{'https' if web.tls_certificate else 'http'}://{host}:{web.port}/"
