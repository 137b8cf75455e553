"""One connection to Asterisk's manager interface: asterisk-ami's client with its transport and parser replaced.

asterisk-ami 0.1.7 brings the client, its actions and its reading thread. What it does not survive is overridden here: three quiet
seconds end its thread for good, an exception in a callback does too, its parser loses repeated keys and cuts values, its
futures leak, it sends with ``send`` over IPv4 without TLS, and it lets CR LF in a value become a header of its own.
A client lives for exactly one connection; ``connection.py`` makes the next.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import queue
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable

from asterisk.ami import AMIClient, SimpleAction

from ami_bridge.dialect import refuse_old
from ami_bridge.errors import ConnectionLostError, LoginRefusedError, UnsafeActionError
from ami_bridge.messages import Framer, Message, MessageTooLongError, parse
from ami_bridge.settings import Settings

logger = logging.getLogger(__name__)
_BANNER = b"Asterisk Call Manager/"
_LONGEST_BANNER = 200


class ManagerClient(AMIClient):  # type: ignore[misc]  # asterisk-ami ships no types
    """Login, actions and messages of one connection.

    ``on_events(raws, at)`` is called in the reading thread for the events that arrived together and answer no action of ours; it
    must only put them away. ``gone`` is set when the connection is over, ``reason`` then says why (English, for logs).
    """

    def __init__(self, settings: Settings, on_events: Callable[[list[bytes], float], None]) -> None:
        super().__init__(address=settings.host, port=settings.port, timeout=settings.connect_seconds)
        self._settings = settings
        self._on_events = on_events
        self._framer = Framer()
        self._numbers = itertools.count(1)
        self._answers: dict[str, queue.SimpleQueue[Message | None]] = {}
        self._lock = threading.Lock()  # TLS must not be read and written at once
        self.gone = threading.Event()
        self.reason = ""
        self.ami_version = ""
        self.last_heard = time.time()
        self.last_heard_monotonic = time.monotonic()

    # transport

    def connect(self) -> None:
        """Open the connection (IPv4 or IPv6, TLS if configured) and read the greeting. Raises ``ConnectionLostError``, ``OSError``."""
        settings = self._settings
        plain = socket.create_connection((settings.host, settings.port), timeout=settings.connect_seconds)
        try:
            self._socket = _with_tls(plain, settings) if settings.tls else plain
            self._read_greeting()
        except BaseException:
            plain.close()
            raise
        self.finished = threading.Event()
        self._thread = threading.Thread(target=self.listen, name="ami-reader", daemon=True)
        self._thread.start()

    def _read_greeting(self) -> None:
        greeting = b""
        while not greeting.endswith(b"\r\n") and len(greeting) < _LONGEST_BANNER:
            byte = self._socket.recv(1)
            if not byte:
                raise ConnectionLostError("closed before the greeting")
            greeting += byte
        if not greeting.startswith(_BANNER):
            raise ConnectionLostError("whatever answers there is not Asterisk's manager interface")
        self.ami_version = greeting[len(_BANNER) :].decode("ascii", "replace").strip()
        refuse_old(self.ami_version)

    def listen(self) -> None:
        """Read until the connection ends; nothing that happens here may end silently."""
        try:
            while not self.finished.is_set():
                self._read_some()
            self.reason = self.reason or "closed by us"
        except (OSError, ConnectionLostError, MessageTooLongError) as error:
            self.reason = self.reason or str(error) or type(error).__name__
        except Exception as error:  # the reading thread must always end with a word, whatever the consumer raised
            logger.exception("reading from Asterisk failed")
            self.reason = f"{type(error).__name__} in the reader"
        finally:
            self._end()

    def _read_some(self) -> None:
        if not self._readable():
            return
        with self._lock:
            try:
                chunk = self._socket.recv(65536)
            except (TimeoutError, ssl.SSLWantReadError):
                return
        if not chunk:
            raise ConnectionLostError("closed by Asterisk")
        at, self.last_heard_monotonic = time.time(), time.monotonic()
        events = [raw for raw in self._framer.feed(chunk) if not self._is_answer(raw) and raw.startswith(b"Event: ")]
        if events:
            self._on_events(events, at)
        # Only now: whoever sees the new moment must also find the events that came with it.
        self.last_heard = at

    def _readable(self) -> bool:
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            return True
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(200))  # milliseconds: how soon close() is noticed

    def _is_answer(self, raw: bytes) -> bool:
        """Whether it answers an action of ours; then it is handed to who asked."""
        if not self._answers or b"ActionID: " not in raw:
            return False
        message = parse(raw)
        if (slot := self._answers.get(message.get("ActionID"))) is None:
            return False
        slot.put(message)
        return True

    def _end(self) -> None:
        self.finished.set()
        self.gone.set()
        for slot in list(self._answers.values()):
            slot.put(None)
        self._socket.close()

    def send(self, pack: SimpleAction) -> None:
        """Send one action whole. Raises ``UnsafeActionError`` for line breaks in it, ``OSError``."""
        for key, value in {"Action": pack.name, **pack.keys}.items():
            if any(mark in f"{key}{value}" for mark in "\r\n\0"):
                raise UnsafeActionError(f"a line break in {key} of action {pack.name!r}")
        with self._lock:
            self._socket.sendall(f"{pack}\r\n".encode())

    def close(self, reason: str = "closed by us") -> None:
        """End the connection and its thread."""
        self.reason = self.reason or reason
        if self.finished is not None:
            self.finished.set()
            if self._thread is not threading.current_thread():
                self._thread.join(1.0)

    # actions

    def ask(self, name: str, *, listing: bool = False, timeout: float = 5.0, **keys: str) -> list[Message]:
        """Send an action; its answer, and for a ``listing`` the events up to its end. Raises ``ConnectionLostError``."""
        action_id = f"voice-agent-{next(self._numbers)}"
        slot: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._answers[action_id] = slot
        try:
            self.send(SimpleAction(name, **keys, ActionID=action_id))
            return self._collect(slot, listing, time.monotonic() + timeout)
        except OSError as error:
            raise ConnectionLostError(f"{name} could not be sent: {error}") from error
        except queue.Empty as error:
            raise ConnectionLostError(f"no answer to {name} within {timeout:g} s") from error
        finally:
            del self._answers[action_id]

    @staticmethod
    def _collect(slot: queue.SimpleQueue[Message | None], listing: bool, deadline: float) -> list[Message]:
        found: list[Message] = []
        while True:
            message = slot.get(timeout=max(0.0, deadline - time.monotonic()))
            if message is None:
                raise ConnectionLostError("the connection ended while waiting for an answer")
            found.append(message)
            refused = bool(message.response) and message.response != "Success"
            if not listing or refused or message.get("EventList") == "Complete":
                return found

    def ping(self) -> None:
        """Make Asterisk say something; the answer counts as heard like any other message. Raises ``ConnectionLostError``."""
        try:
            self.send(SimpleAction("Ping"))
        except OSError as error:
            raise ConnectionLostError(f"ping could not be sent: {error}") from error

    def sign_in(self) -> None:
        """Log in by challenge, so that the secret never travels. Raises ``LoginRefusedError``, ``ConnectionLostError``."""
        challenge = self.ask("Challenge", AuthType="MD5")[0].get("Challenge")
        key = hashlib.md5((challenge + self._settings.secret).encode(), usedforsecurity=False).hexdigest()
        answer = self.ask("Login", AuthType="MD5", Username=self._settings.username, Key=key, Events="on")[0]
        if answer.response != "Success":
            raise LoginRefusedError(f"Asterisk 拒绝了用户 {self._settings.username!r} 的登录：请检查用户名和密码")


def _with_tls(plain: socket.socket, settings: Settings) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
    return context.wrap_socket(plain, server_hostname=settings.tls_server_name or settings.host)
