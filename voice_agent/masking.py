"""Personal data that somebody wrote or said are hidden from everybody whose role does not need them (``voice_agent.privacy``)."""

from __future__ import annotations

from voice_agent.privacy.finding import DOT as DOT  # noqa: PLC0414 - callers find it with the masking
from voice_agent.privacy.numbers import SHORTEST
from voice_agent.privacy.talk import mask as mask  # noqa: PLC0414 - as above


def mask_number(number: str | None) -> str:
    """A caller's number with only its ends left: ``138••••5678``; short ones (extensions) stay."""
    if not number or len(number) < SHORTEST:
        return number or ""
    return f"{number[:3]}{DOT * (len(number) - 7)}{number[-4:]}" if len(number) > 7 else f"{DOT * 4}{number[-3:]}"
