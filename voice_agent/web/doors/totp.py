"""The second factor: codes by time (RFC 6238) from any authenticator app, made and drawn on this machine alone."""

from __future__ import annotations

import secrets
import time

import pyotp
import segno

from voice_agent.store import Store
from voice_agent.store.people.second_factor import accept_secret, secret_of, use_recovery_code, use_step

#: Seconds of one code; a clock may be one step off either way.
STEP, DRIFT = 30, 1
#: Recovery codes and the letters in each: 50 bits, no two letters that look alike.
CODES, LETTERS, _ALPHABET = 10, 10, "23456789abcdefghjkmnpqrstuvwxyz"


def new_secret() -> str:
    """A secret of 160 bits, as apps take it."""
    return pyotp.random_base32()


def picture(secret: str, username: str) -> str:
    """The secret as a QR code: an SVG in a data address."""
    address = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="热线质检")
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="#fff"))


def confirm(store: Store, user: int, code: str) -> list[str]:
    """Put the proposed secret in force when the code proves that an app has it; fresh recovery codes, or none. Raises StoreError."""
    secret = secret_of(store, user, pending=True)
    step = _step_of(secret, code) if secret else None
    if step is None:
        return []
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(LETTERS)) for _ in range(CODES)]
    accept_secret(store, user, step, codes)
    return codes


def is_code(store: Store, user: int, code: str) -> bool:
    """Is it the code of now, or an unused recovery code? Each works once. Raises StoreError."""
    plain = code.replace(" ", "").replace("-", "").casefold()
    step = _step_of(secret_of(store, user), plain)
    return use_step(store, user, step) if step is not None else bool(plain) and use_recovery_code(store, user, plain)


def _step_of(secret: str, code: str) -> int | None:
    """The step whose code this is."""
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return None
    now = int(time.time()) // STEP
    totp = pyotp.TOTP(secret)
    steps = range(now - DRIFT, now + DRIFT + 1)
    return next((step for step in steps if secrets.compare_digest(totp.generate_otp(step), code)), None)
