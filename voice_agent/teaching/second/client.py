"""One request to an OpenAI-compatible address on the site's own network: plain, bounded in time and size, no detours."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from voice_agent.errors import ConfigError

#: Where the key of the address stands, if it needs one: never in the configuration.
KEY = "VOICE_AGENT_SECOND_OPINION_KEY"
#: Bytes of an answer; what is longer is none.
LARGEST = 256 * 1024
_PIECE = 4096


class NoAnswer(Exception):
    """The address is down, slow, or answered with an error."""


def check_address(address: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of the address. Raises ConfigError: no http(s) address, or one outside the site's network."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"[second_opinion] address：应像 http://10.0.0.8:8000/v1，写的是 {address!r}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        places = {info[4][0] for info in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise NoAnswer(f"unknown host: {type(error).__name__}") from error
    if any(ip_address(str(place).partition("%")[0]).is_global for place in places):
        raise ConfigError(f"[second_opinion] address：{parts.hostname} 不在本单位内网；通话内容不得发往公网")
    return (
        parts.scheme,
        sorted(map(str, places))[0] if parts.scheme == "http" else parts.hostname,
        port,
        parts.path.rstrip("/"),
    )


def ask(address: str, request: Mapping[str, Any], seconds: float) -> bytes:
    """The reply to a chat request, within so many seconds in all. Raises NoAnswer and ConfigError."""
    until = time.monotonic() + seconds
    scheme, host, port, path = check_address(address)
    connection = (HTTPSConnection if scheme == "https" else HTTPConnection)(host, port, timeout=seconds)
    headers = {"Content-Type": "application/json", "Host": urlsplit(address).netloc}
    if key := os.environ.get(KEY):
        headers["Authorization"] = f"Bearer {key}"
    try:
        connection.request(
            "POST", f"{path}/chat/completions", json.dumps(request, ensure_ascii=False).encode(), headers
        )
        answer = connection.getresponse()
        if answer.status != 200:
            raise NoAnswer(f"status {answer.status}")
        parts: list[bytes] = []
        while piece := answer.read1(_PIECE):
            parts.append(piece)
            if time.monotonic() > until or sum(map(len, parts)) > LARGEST:
                raise NoAnswer("too slow or too long")
        return b"".join(parts)
    except (OSError, HTTPException) as error:
        raise NoAnswer(type(error).__name__) from error
    finally:
        connection.close()
