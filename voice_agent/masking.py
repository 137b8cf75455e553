"""Personal data that somebody wrote or said are hidden from everybody whose role does not need them (``voice_agent.privacy``)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from voice_agent.privacy.finding import DOT as DOT  # noqa: PLC0414 - callers find it with the masking
from voice_agent.privacy.numbers import SHORTEST
from voice_agent.privacy.talk import mask as mask  # noqa: PLC0414 - as above

_DIGIT = "0-9０-９〇零一二三四五六七八九幺两洞拐"
_ONE = re.compile(rf"[{_DIGIT}xX]")
#: Three digits, the fewest that a job number has, said or written without a pause.
_FEW = re.compile(rf"[{_DIGIT}]{{3,}}")


def anonymous(text: str, names: Sequence[str] = ()) -> str:
    """A quotation that names nobody: figures of three digits or more (job numbers too) and ``names`` are hidden."""
    for name in names:
        text = text.replace(name, "某某")
    return _FEW.sub(lambda found: _ONE.sub(DOT, found.group()), mask(text))


def mask_number(number: str | None) -> str:
    """A caller's number with only its ends left: ``138••••5678``; short ones (extensions) stay."""
    if not number or len(number) < SHORTEST:
        return number or ""
    return f"{number[:3]}{DOT * (len(number) - 7)}{number[-4:]}" if len(number) > 7 else f"{DOT * 4}{number[-3:]}"
