"""HTTP for browsers only: whoever takes minutes to say one request, or stops reading its answer, loses the connection.

uvicorn waits for ever for the first byte, for the end of the headers and for the end of a body: a thousand such sockets and
nobody else is let in.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds from a connection (or the first byte of the next request) until the whole request has arrived.
REQUEST_SECONDS = 30.0
#: Seconds without any progress of an answer: a browser that pauses the sound asks again where it stopped.
STALL_SECONDS = 300.0
_UNFINISHED = (h11.IDLE, h11.SEND_BODY)


class Impatient(H11Protocol):
    """One connection with its two time-outs."""

    _request: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Somebody came; the first request is due."""
        super().connection_made(transport)
        self._request = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def data_received(self, data: bytes) -> None:
        """A piece of a request; it may have been the last."""
        super().data_received(data)
        if self.conn.their_state not in _UNFINISHED:
            _stop(self._request)
            self._request = None
        elif self._request is None:
            self._request = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def pause_writing(self) -> None:
        """The browser reads no more."""
        super().pause_writing()
        _stop(self._stall)
        self._stall = self.loop.call_later(STALL_SECONDS, self._give_up)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        _stop(self._stall)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        _stop(self._request)
        _stop(self._stall)
        super().connection_lost(exc)

    def _give_up(self) -> None:
        transport: Any = self.transport
        transport.abort()


def _stop(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
