"""What a call is called after somebody was erased."""

from __future__ import annotations

import hashlib


def erased_name(uniqueid: str) -> str:
    """Its recording, which may stay where it lies, must not bring it back as a new call: the same name gives the same digest."""
    return f"erased-{hashlib.sha256(uniqueid.encode('utf-8', 'replace')).hexdigest()[:32]}"
