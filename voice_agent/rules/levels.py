"""How probable a fault must be before somebody is accused of it, and before a person is asked to listen.

The one place that holds these levels. What each costs in wrong accusations and misses: docs/levels.md, made by
``training/run judge evaluate``.
"""

from __future__ import annotations

from typing import NamedTuple

from voice_agent.values import OPTIONAL_RULES


class Level(NamedTuple):
    """From ``accuse`` on the fault is found; from ``doubt`` on a person must listen; below that nothing is wrong."""

    accuse: float
    doubt: float


_USUAL = Level(0.8, 0.5)
LEVELS: dict[str, Level] = {
    "greeting": _USUAL,
    "identity": _USUAL,
    "job_number": _USUAL,
    "need_inquiry": _USUAL,
    "hold_notice": _USUAL,
    "hold_return": _USUAL,
    "referral": _USUAL,
    "callback": _USUAL,
    "absent_message": _USUAL,
    "wrong_number": _USUAL,
    "closing": _USUAL,
    "one_time_notice": _USUAL,
    "prohibited": _USUAL,
}
# Whoever switches an optional rule on gets the usual levels.
LEVELS.update(dict.fromkeys(OPTIONAL_RULES, _USUAL))
