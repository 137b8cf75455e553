"""The connection against small hand-written peers on real sockets: what a real Asterisk does not do on demand."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from asterisk.ami import SimpleAction

from ami_bridge.client import ManagerClient
from ami_bridge.connection import Connection
from ami_bridge.errors import ConnectionLostError, UnsafeActionError
from ami_bridge.inbox import Connected, Heard, Inbox, Lost
from ami_bridge.settings import Settings


@contextlib.contextmanager
def peer(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that treats every connection with ``serve``; its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                threading.Thread(target=attend, args=(connection,), daemon=True).start()

    def attend(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            serve(connection)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield int(server.getsockname()[1])
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def agreeable(events: bytes = b"", refuse: bytes = b"") -> Callable[[socket.socket], None]:
    """A peer that logs anybody in, then sends ``events``; actions named in ``refuse`` are answered with an error."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"Asterisk Call Manager/11.0.0\r\n")
        action = b""
        for line in connection.makefile("rb"):
            action = line[8:].strip() if line.startswith(b"Action: ") else action
            if line.startswith(b"ActionID: "):
                status = b"Error" if action in refuse.split() else b"Success"
                connection.sendall(
                    b"Response: " + status + b"\r\n" + line + b"Challenge: 7\r\nEventList: Complete\r\n\r\n"
                )
                if action == b"Login":
                    connection.sendall(events)

    return serve


def quick(port: int, **changes: float) -> Settings:
    values: dict[str, float] = {
        "ping_seconds": 0.2,
        "retry_first_seconds": 0.1,
        "retry_most_seconds": 0.2,
        "connect_seconds": 0.5,
    }
    return Settings(port=port, username="u", secret="s", **(values | changes))  # type: ignore[arg-type]


def drain(inbox: Inbox, seconds: float, until: Callable[[list[object]], bool] = lambda _items: False) -> list[object]:
    items: list[object] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not until(items):
        if (item := inbox.take(0.05)) is not None:
            items.append(item)
    return items


@contextlib.contextmanager
def connection(settings: Settings) -> Iterator[tuple[Connection, Inbox]]:
    inbox = Inbox(settings.queue_size)
    made = Connection(settings, inbox)
    made.start()
    try:
        yield made, inbox
    finally:
        made.stop()


def test_line_breaks_are_refused() -> None:
    """A value with a line break would become a header of its own: it is not sent."""
    client = ManagerClient(Settings(), lambda _raws, _at: None)
    for value in ("x\r\nAction: Originate", "x\ny", "x\0"):
        with pytest.raises(UnsafeActionError):
            client.send(SimpleAction("Login", Username=value))


def test_secret_never_travels() -> None:
    """The login answers a challenge; the secret itself is not in what is sent."""
    sent: list[bytes] = []

    def serve(talk: socket.socket) -> None:
        talk.sendall(b"Asterisk Call Manager/11.0.0\r\n")
        for line in talk.makefile("rb"):
            sent.append(line)
            if line.startswith(b"ActionID: "):
                talk.sendall(b"Response: Success\r\n" + line + b"Challenge: 7\r\n\r\n")

    with peer(serve) as port:
        client = ManagerClient(Settings(port=port, username="u", secret="very-private"), lambda _raws, _at: None)
        client.connect()
        client.sign_in()
        client.close()
    assert b"very-private" not in b"".join(sent)
    assert b"AuthType: MD5\r\n" in sent


@pytest.mark.parametrize("serve", [lambda talk: talk.sendall(b"SSH-2.0-OpenSSH\r\n"), lambda _talk: None, lambda _talk: time.sleep(2)],
                         ids=["another service", "closes", "says nothing"])  # fmt: skip
def test_what_is_no_manager(serve: Callable[[socket.socket], None]) -> None:
    """Whatever else answers, or nothing, is an error within the time allowed."""
    with peer(serve) as port, pytest.raises((ConnectionLostError, OSError)):
        ManagerClient(quick(port), lambda _raws, _at: None).connect()


def test_silence_is_a_loss() -> None:
    """A peer that logs us in and then never speaks again is lost after three pings, and tried again."""

    def serve(talk: socket.socket) -> None:
        talk.sendall(b"Asterisk Call Manager/11.0.0\r\n")
        for line in talk.makefile("rb"):
            if line.startswith(b"ActionID: "):
                talk.sendall(b"Response: Success\r\n" + line + b"Challenge: 7\r\nEventList: Complete\r\n\r\n")

    with peer(serve) as port, connection(quick(port)) as (_, inbox):
        items = drain(inbox, 5, lambda found: sum(isinstance(item, Connected) for item in found) == 2)
    lost = next(item for item in items if isinstance(item, Lost))
    assert "silent" in lost.reason


def test_exception_in_the_handler_is_a_loss(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the consumer raises in the reading thread ends the connection with a word instead of killing the thread."""

    def broken(_raws: list[bytes], _at: float) -> None:
        raise KeyError("x")

    with peer(agreeable(b"Event: Hangup\r\nUniqueid: 1.1\r\n\r\n")) as port:
        client = ManagerClient(quick(port), broken)
        client.connect()
        with contextlib.suppress(ConnectionLostError):
            client.sign_in()
        assert client.gone.wait(2)
    assert client.reason == "KeyError in the reader"
    assert "reading from Asterisk failed" in caplog.text


def test_overflow_is_reported_from_the_first_lost_message() -> None:
    """When the inbox is full the connection is given up: what was kept stays in order, and the loss begins where it ends."""
    events = b"".join(b"Event: Hangup\r\nUniqueid: 1.%d\r\n\r\n" % number for number in range(2000))
    with peer(agreeable(events)) as port, connection(quick(port, queue_size=500)) as (made, inbox):
        time.sleep(0.5)
        assert "faster" in made.trouble
        items = drain(inbox, 2, lambda found: any(isinstance(item, Lost) for item in found))
    kept = [raw for item in items if isinstance(item, Heard) for raw in item.raws]
    assert kept == [b"Event: Hangup\r\nUniqueid: 1.%d" % number for number in range(len(kept))]
    assert len(kept) <= 500


def test_events_of_no_interest_are_not_kept() -> None:
    """RTCP statistics and other chatter of a user with read=all never enter the inbox."""
    events = b"Event: RTCPSent\r\nA: b\r\n\r\nEvent: Hangup\r\nUniqueid: 1.1\r\n\r\n"
    with peer(agreeable(events)) as port, connection(quick(port)) as (_, inbox):
        items = drain(inbox, 1, lambda found: any(isinstance(item, Heard) for item in found))
    assert [item.raws for item in items if isinstance(item, Heard)] == [[b"Event: Hangup\r\nUniqueid: 1.1"]]


def test_refused_login_waits_long() -> None:
    """A refused login is tried once and then left alone for the long pause."""
    with peer(agreeable(refuse=b"Login")) as port, connection(quick(port)) as (made, inbox):
        drain(inbox, 1)
        assert made.state == "refused"
        assert "登录" in made.trouble
        began = time.monotonic()
        made.stop()
        assert time.monotonic() - began < 1


def test_nobody_there() -> None:
    """A closed port is tried again and again, and reported once."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with connection(quick(port)) as (made, inbox):
        items = drain(inbox, 0.5)
        assert made.state == "connecting"
    assert [type(item) for item in items] == [Lost]
