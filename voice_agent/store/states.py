"""The present status of every rule of a call as one short text, ``calls.states``: lists filter by it without joining findings.

Each rule has a place that never changes (new ones are added at the end), each status a letter; ``-`` is a rule without a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from voice_agent.store.findings import StoredFinding
from voice_agent.values import Status

PLACES: tuple[str, ...] = (
    "greeting", "identity", "job_number", "need_inquiry", "hold_notice", "hold_return", "referral",
    "callback", "absent_message", "wrong_number", "closing", "one_time_notice", "prohibited",
    "rating_request", "complaint_registered", "legal_basis", "result_told",
)  # fmt: skip
#: Places that are always written, as released stores hold them; those of optional rules only as far as one was judged.
_ALWAYS = 13
LETTERS: Mapping[Status, str] = {
    "met": "m", "missing": "x", "late": "l", "mismatch": "w", "violated": "v", "not_applicable": "n", "uncertain": "u",
}  # fmt: skip


def states_of(deciding: Sequence[StoredFinding]) -> str:
    """``"mm-x…"``: the statuses of the findings that decide for their rules; empty for a call without findings."""
    if not deciding:
        return ""
    letters = {each.finding.rule: LETTERS[each.finding.status] for each in deciding}
    states = "".join(letters.get(rule, "-") for rule in PLACES)
    return states[:_ALWAYS] + states[_ALWAYS:].rstrip("-")


def read_states(states: str) -> list[tuple[str, Status]]:
    """The inverse of ``states_of``: (rule, status) in the order of the rules."""
    names: dict[str, Status] = {letter: status for status, letter in LETTERS.items()}
    return [(rule, names[letter]) for rule, letter in zip(PLACES, states, strict=False) if letter in names]


def has_status(rule: str | None, statuses: Sequence[Status]) -> tuple[str, list[Any]]:
    """The condition that ``rule`` (any rule, when None) has one of ``statuses``; a rule that nobody knows has none."""
    letters = [LETTERS[status] for status in statuses]
    if rule is None:
        return "c.states GLOB ?", [f"*[{''.join(letters)}]*"]
    if rule not in PLACES:
        return "0", []
    return f"substr(c.states, ?, 1) IN ({', '.join('?' * len(letters))})", [PLACES.index(rule) + 1, *letters]
