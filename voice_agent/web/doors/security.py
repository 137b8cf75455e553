"""What every answer carries so that a browser trusts nothing but this server, and which requests are refused outright."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

#: The nonce serves the one style sheet that the waveform puts into its own shadow root; scripts get none.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ONE_YEAR = "max-age=31536000"
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def new_nonce() -> str:
    """A fresh value for one answer."""
    return secrets.token_urlsafe(16)


def harden(response: Response, nonce: str, *, private: bool, secure: bool) -> Response:
    """Add the headers. ``private``: personal data that neither proxies nor the disk may keep. ``secure``: reached by TLS alone."""
    if secure:
        response.headers["Strict-Transport-Security"] = _ONE_YEAR
    response.headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce)
    for name, value in _FIXED.items():
        response.headers[name] = value
    if private:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def is_foreign(request: Request) -> bool:
    """Did another site's page send this? Browsers say so in Origin or Sec-Fetch-Site."""
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host", ""):
        return True
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def same(one: str, other: str) -> bool:
    """Compare secrets without telling by the time where they differ; empty secrets never match."""
    return bool(one) and secrets.compare_digest(one.encode(), other.encode())
