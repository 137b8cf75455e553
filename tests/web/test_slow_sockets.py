"""Sockets that somebody holds open without saying anything: each is closed, and the page goes on for everybody else."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

import httpx2
import pytest

from phrasebook.book import load_book
from tests.web.serving import running, site_for
from tests.web.world import World
from voice_agent.web import app, impatient
from voice_agent.web.words import FOLDER

HEAD = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 50\r\n"
SLOW = {
    "silence": b"",
    "half a line": b"GET / HT",
    "no end of the headers": HEAD,
    "no body": HEAD + b"\r\n",
    "half a body": HEAD + b"\r\nusername=x",
    "a body that nobody asked for": b"GET /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nx",
}


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same time-outs, shorter."""
    monkeypatch.setattr(impatient, "REQUEST_SECONDS", 0.6)
    monkeypatch.setattr(app, "FORM_SECONDS", 0.4)


@pytest.mark.usefixtures("impatience")
def test_a_slow_request_is_cut_off(world: World) -> None:
    """Whether the first byte, the headers or the body never ends, and however it trickles: the socket is closed in time."""
    site = site_for(world.store, load_book())
    with running(site) as address:
        held = {name: socket.create_connection(("127.0.0.1", site.config.web.port)) for name in SLOW}
        for name, said in SLOW.items():
            held[name].sendall(said)
        deadline = time.monotonic() + 6
        while held and time.monotonic() < deadline:
            for name in [name for name, one in held.items() if _is_closed(one)]:
                held.pop(name).close()
            time.sleep(0.1)
        left = sorted(held)
        for one in held.values():
            one.close()
        assert left == []
        assert httpx2.get(f"{address}/login").status_code == 200


def _is_closed(one: socket.socket) -> bool:
    """A trickle of bytes, as an attacker sends them, must not keep it open either."""
    one.setblocking(False)
    try:
        one.send(b"x")
        return one.recv(65536) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_a_reader_that_stops_is_cut_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for a long answer and reads nothing of it loses the connection."""
    monkeypatch.setattr(impatient, "STALL_SECONDS", 0.5)
    site = site_for(world.store, load_book())
    with running(site), socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect(("127.0.0.1", site.config.web.port))
        size, asked = (FOLDER / "static/vendor/echarts/echarts.common.min.js").stat().st_size, 40
        reader.sendall(b"GET /static/vendor/echarts/echarts.common.min.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * asked)
        time.sleep(1.5)
        reader.settimeout(5)
        got = 0
        with suppress(ConnectionError):
            while piece := reader.recv(1 << 20):
                got += len(piece)
    assert 0 < got < size * asked
