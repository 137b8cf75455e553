"""Who was called when, told by a second listener of its own: the list that the store is compared with. It knows nothing of the bridge."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from dataclasses import dataclass

from ami_bridge.client import ManagerClient
from ami_bridge.settings import Settings
from recordings_fixtures.asterisk.server import AsteriskServer


@dataclass
class Seen:
    """One caller's channel in the hotline: unix seconds by the machine's clock; it reached the queue, a clerk answered."""

    uniqueid: str
    number: str
    began: float
    ended: float | None = None
    queued: bool = False
    answered: bool = False


class Witness:
    """Reads raw events with a manager user of its own. After a restart of Asterisk call ``reconnect``."""

    def __init__(self, asterisk: AsteriskServer) -> None:
        self._asterisk = asterisk
        self.calls: dict[str, Seen] = {}
        self._lock = threading.Lock()
        self._client = self._connected()

    def _connected(self) -> ManagerClient:
        settings = Settings(
            host=self._asterisk.host, port=self._asterisk.ami_port, username="resyncer", secret=self._asterisk.listener_secret
        )  # fmt: skip
        client = ManagerClient(settings, self._hear)
        client.connect()
        client.sign_in()
        return client

    def reconnect(self) -> None:
        """Asterisk has begun anew: whatever was going on has ended."""
        self.all_ended()
        with contextlib.suppress(Exception):
            self._client.close()
        self._client = self._connected()

    def close(self) -> None:
        """No more."""
        self._client.close()

    def all_ended(self) -> None:
        """Asterisk is gone, and every call with it."""
        with self._lock:
            for seen in self.calls.values():
                seen.ended = seen.ended or time.time()

    def _hear(self, raws: list[bytes], at: float) -> None:
        with self._lock:
            for raw in raws:
                self._one(raw, at)

    def _one(self, raw: bytes, at: float) -> None:
        name = raw[7 : raw.find(b"\r")]
        uniqueid = _value(raw, b"Uniqueid")
        if (
            name == b"Newchannel"
            and _value(raw, b"Context") == "from-outside"
            and _value(raw, b"Exten").startswith("12333")
        ):
            self.calls.setdefault(uniqueid, Seen(uniqueid, _value(raw, b"CallerIDNum"), at))
        elif name == b"Hangup" and uniqueid in self.calls:
            self.calls[uniqueid].ended = self.calls[uniqueid].ended or at
        elif name == b"QueueCallerJoin" and uniqueid in self.calls:
            self.calls[uniqueid].queued = True
        elif name == b"BridgeEnter" and uniqueid in self.calls:
            self.calls[uniqueid].answered = True


def _value(raw: bytes, key: bytes) -> str:
    found = re.search(rb"\r\n" + key + rb": ([^\r\n]*)", raw)
    return found.group(1).decode("utf-8", "replace") if found else ""
