"""Keeps a connection to Asterisk for weeks: pings, notices silence, reconnects with patience, and reports every loss.

A supervisor thread makes a new ``ManagerClient`` for each connection. It watches both that the reading thread lives and how old the
last message is, because a stalled Asterisk keeps its sockets open. A refused login is a state of its own: retrying fast would
only fill Asterisk's security log and may get us banned.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from typing import Literal

from ami_bridge.client import ManagerClient
from ami_bridge.errors import BridgeError, ConnectionLostError, LoginRefusedError
from ami_bridge.follower import is_followed
from ami_bridge.inbox import Connected, Inbox, Listed, Lost
from ami_bridge.listing import what_goes_on
from ami_bridge.settings import Settings

logger = logging.getLogger(__name__)
State = Literal["connecting", "following", "refused", "stopped"]


class Connection:
    """Fills an inbox with what Asterisk says. ``state`` and ``trouble`` (English) tell how it is doing."""

    def __init__(self, settings: Settings, inbox: Inbox) -> None:
        self._settings = settings
        self._inbox = inbox
        self._stop = threading.Event()
        self._client: ManagerClient | None = None
        self._thread = threading.Thread(target=self._run, name="ami-supervisor", daemon=True)
        self._was_down = False
        self._logged_in = self._ever_followed = False
        self._last_heard = 0.0
        self._overflowed_at: float | None = None
        self.state: State = "connecting"
        self.trouble = ""

    def start(self) -> None:
        """Begin to connect; from now on everything arrives in the inbox."""
        self._thread.start()

    def stop(self) -> None:
        """End within a second, whatever state it is in."""
        self._stop.set()
        if (client := self._client) is not None:
            client.gone.set()
            client.close()
        self._thread.join(0.5)  # a connect in progress cannot be interrupted; its thread is a daemon and ends by itself
        self.state = "stopped"

    @property
    def heard_until(self) -> float | None:
        """When Asterisk was last heard on the present connection (unix seconds), None while there is none."""
        client = self._client
        return client.last_heard if client is not None and self.state == "following" else None

    def _run(self) -> None:
        failures, began = 0, time.time()
        while not self._stop.is_set():
            followed = self._attempt()
            if followed or (failures == 0 and not self._ever_followed):
                self._report_loss(began)
            failures = 0 if followed else failures + 1
            self._stop.wait(self._pause(failures))

    def _attempt(self) -> bool:
        """One connection from beginning to end; whether it followed calls for a while."""
        self._overflowed_at, self._logged_in = None, False
        client = self._client = ManagerClient(self._settings, self._keep)
        try:
            self._follow(client)
        except LoginRefusedError as error:
            self.state, self.trouble = "refused", str(error)
            logger.error("Asterisk refused the login")
        except Exception as error:  # whatever it was, this thread must live for weeks and say so
            self._was_down |= isinstance(error, ConnectionRefusedError)
            # The reader's word is the cause; what failed afterwards is not.
            self.state, self.trouble = "connecting", client.reason or str(error) or type(error).__name__
            expected = isinstance(error, BridgeError | OSError)
            logger.warning("no connection to Asterisk: %s", self.trouble, exc_info=None if expected else error)
        finally:
            self._client = None
            client.close()
            self._last_heard = client.last_heard
        self._ever_followed |= self._logged_in
        return self._logged_in

    def _report_loss(self, began: float) -> None:
        """Since when nothing is heard: the first message without room, the last one heard, or our own beginning."""
        at = self._overflowed_at or (self._last_heard if self._logged_in else began)
        self._inbox.put(Lost(at, self.trouble))

    def _follow(self, client: ManagerClient) -> None:
        client.connect()
        client.sign_in()
        self._inbox.put(Connected(time.time(), self._was_down))
        self._logged_in, self._was_down = True, False
        self._inbox.put(self._list_calls(client))
        self.state, self.trouble = "following", ""
        logger.info("following Asterisk (manager interface %s)", client.ami_version)
        while not client.gone.wait(self._settings.ping_seconds):
            self._check(client)
        if not self._stop.is_set():
            raise ConnectionLostError(client.reason)

    def _check(self, client: ManagerClient) -> None:
        silence = time.monotonic() - client.last_heard_monotonic
        if silence > self._settings.silence_seconds:
            client.close(f"Asterisk was silent for {silence:.0f} s")
            raise ConnectionLostError(client.reason)
        client.ping()

    def _list_calls(self, client: ManagerClient) -> Listed:
        """Which calls are going on."""
        messages, complete = what_goes_on(client, self._settings.silence_seconds)
        return Listed(time.time(), messages, complete)

    def _keep(self, raws: list[bytes], at: float) -> None:
        """Runs in the reading thread. Once messages found no room, the connection is given up: a gap, not a silent loss."""
        followed = [raw for raw in raws if is_followed(raw)]
        if self._overflowed_at is None and followed and not self._inbox.put_messages(at, followed):
            self._overflowed_at = at
            raise ConnectionLostError("events arrive faster than they are handled")

    def _pause(self, failures: int) -> float:
        """Seconds until the next attempt: exponential, with jitter so that many listeners do not return as one."""
        settings = self._settings
        if self.state == "refused":
            return settings.refused_retry_seconds
        longest = min(settings.retry_most_seconds, settings.retry_first_seconds * 2.0 ** min(failures, 16))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311  # jitter is no secret
