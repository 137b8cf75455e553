"""How probable a fault must be before somebody is accused of it, and before a person is asked to listen.

The one place that holds these levels. What each costs in wrong accusations and misses: docs/levels.md.
"""

from __future__ import annotations

from typing import NamedTuple

from voice_agent.values import OPTIONAL_RULES


class Level(NamedTuple):
    """From ``accuse`` on the fault is found; from ``doubt`` on a person must listen; below that nothing is wrong."""

    accuse: float
    doubt: float


#: A prohibited phrase of the book needs more: it may stand in an innocent sentence (随便您选哪一档).
PHRASE_ACCUSES = 0.75
LEVELS: dict[str, Level] = {
    "greeting": Level(0.6, 0.4),
    "identity": Level(0.55, 0.35),
    "job_number": Level(0.8, 0.5),
    "need_inquiry": Level(0.55, 0.4),
    "hold_notice": Level(0.6, 0.4),
    "hold_return": Level(0.58, 0.35),
    "referral": Level(0.45, 0.25),
    "callback": Level(0.55, 0.38),
    "absent_message": Level(0.65, 0.4),
    "wrong_number": Level(0.5, 0.35),
    "closing": Level(0.65, 0.4),
    "one_time_notice": Level(0.65, 0.45),
    "prohibited": Level(0.52, 0.32),
}
# Whoever switches an optional rule on gets the usual levels.
LEVELS.update(dict.fromkeys(OPTIONAL_RULES, Level(0.8, 0.5)))
