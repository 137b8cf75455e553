"""Fixtures' shared door to the real Asterisk: skips loudly when it cannot be had, never quietly."""

from __future__ import annotations

from pathlib import Path

import pytest

from ami_bridge.settings import Settings
from recordings_fixtures.asterisk.server import AsteriskServer, AsteriskUnavailableError, fetch_root, write_silence
from recordings_fixtures.asterisk.stage import PlacedCall, Stage

__all__ = ["AsteriskServer", "PlacedCall", "Stage", "asterisk_root", "listener", "write_silence"]


def asterisk_root(suite: str = "sid") -> Path:
    """The unpacked Asterisk; skips the test with the reason if Debian's mirror cannot be reached and nothing is cached."""
    try:
        return fetch_root(suite)
    except AsteriskUnavailableError as error:
        pytest.skip(f"NO REAL ASTERISK, this test did not run: {error}")


def listener(asterisk: AsteriskServer, username: str = "listener", **changes: object) -> Settings:
    """The bridge's settings for this Asterisk, with quick pings and retries."""
    values: dict[str, object] = {
        "host": asterisk.host,
        "port": asterisk.ami_port,
        "username": username,
        "secret": asterisk.listener_secret,
        "ping_seconds": 0.5,
        "retry_first_seconds": 0.2,
        "retry_most_seconds": 1.0,
    }
    return Settings(**(values | changes))  # type: ignore[arg-type]  # keyword arguments of many types
