"""A real uvicorn in a thread, for what a test client cannot show: sockets, two visitors at once, a real browser."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from voice_agent.config import Config
from voice_agent.web.server import server
from voice_agent.web.site import Site


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(site: Site) -> Iterator[str]:
    """Serve ``site`` at the port of its configuration; gives the address without the slash at its end."""
    serving = server(site)
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not serving.started:
        if time.monotonic() > deadline:
            raise TimeoutError("the server did not start")
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{site.config.web.port}"
    finally:
        serving.should_exit = True
        thread.join(30)


def site_for(store: object, book: object, **options: object) -> Site:
    """A site on a free port over an existing store."""
    config = Config.model_validate({"store": {"path": store}, "web": {"port": free_port()}})
    return Site(config, book, **options)  # type: ignore[arg-type]
