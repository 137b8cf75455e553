"""The numbers that statistics give: frozen, with their rates; a rate without calls behind it is None, never 0 or 100 %."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class RuleCounts:
    """How often one rule (or all) was kept. Each call counts once per rule; ``faults`` is the sum of the four kinds at the end."""

    met: int = 0
    faults: int = 0
    uncertain: int = 0
    not_applicable: int = 0
    missing: int = 0
    late: int = 0
    mismatch: int = 0
    violated: int = 0

    @property
    def applicable(self) -> int:
        """The denominator of the rate: calls in which the rule applied and could be decided."""
        return self.met + self.faults

    @property
    def rate(self) -> float | None:
        """Compliance 0–1; None when nothing was decided."""
        return self.met / self.applicable if self.applicable else None


@dataclass(frozen=True)
class RuleLine:
    """One line of a table of rules: ``key`` is the job number, unit, window, hour, day, ISO week or month; '' for the total.

    ``label`` is ``key`` for people (a clerk's name, a window with its unit, else the key). ``unit`` is a window's.
    """

    key: str
    label: str
    rule: str
    counts: RuleCounts
    unit: str = ""


@dataclass(frozen=True)
class CallCounts:
    """How many calls came, what became of them, and how long callers waited (seconds).

    ``calls`` = ``unanswered`` + ``pending`` + monitored + not monitored. ``score_sum`` is over ``scored`` calls, ``ring_sum`` over
    the answered ones; ``late_answers`` rang for more than 15 s (GB/T 33358-2016);
    ``flagged`` wait for a reviewer.
    """

    calls: int = 0
    unanswered: int = 0
    pending: int = 0
    compliant: int = 0
    non_compliant: int = 0
    needs_review: int = 0
    gap: int = 0
    no_recording: int = 0
    bad_recording: int = 0
    failure: int = 0
    scored: int = 0
    score_sum: float = 0.0
    ring_sum: float = 0.0
    late_answers: int = 0
    flagged: int = 0

    def plus(self, other: CallCounts) -> CallCounts:
        """Both together."""
        return CallCounts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def answered(self) -> int:
        """Calls that a clerk took."""
        return self.calls - self.unanswered

    @property
    def monitored(self) -> int:
        """Calls with a judgement of their recording."""
        return self.compliant + self.non_compliant + self.needs_review

    @property
    def not_monitored(self) -> int:
        """Calls that took place and could not be judged; see the four causes."""
        return self.gap + self.no_recording + self.bad_recording + self.failure

    @property
    def coverage(self) -> float | None:
        """Monitored of all answered calls, 0–1."""
        return self.monitored / self.answered if self.answered else None

    @property
    def compliance(self) -> float | None:
        """Compliant of the calls decided either way, 0–1: what waits for a person is in neither."""
        decided = self.compliant + self.non_compliant
        return self.compliant / decided if decided else None

    @property
    def mean_score(self) -> float | None:
        """Points 0–100."""
        return self.score_sum / self.scored if self.scored else None

    @property
    def mean_ring(self) -> float | None:
        """Seconds that answered callers waited."""
        return self.ring_sum / self.answered if self.answered else None

    @property
    def connect_rate(self) -> float | None:
        """Answered of all calls, 0–1 (the norm asks for 95 %)."""
        return self.answered / self.calls if self.calls else None


@dataclass(frozen=True)
class CallLine:
    """One line of a table of calls; ``key``, ``label`` and ``unit`` as in ``RuleLine``."""

    key: str
    label: str
    counts: CallCounts
    unit: str = ""


@dataclass(frozen=True)
class Precision:
    """How people judged the machine on one rule: ``overruled`` of ``reviewed`` is how often it was wrong.

    ``cannot_judge`` are in neither; ``added`` are faults that people found and the machine had missed.
    """

    rule: str
    confirmed: int
    overruled: int
    cannot_judge: int
    added: int

    @property
    def reviewed(self) -> int:
        """Findings decided either way."""
        return self.confirmed + self.overruled

    @property
    def precision(self) -> float | None:
        """Confirmed of those decided, 0–1; None when nobody reviewed any."""
        return self.confirmed / self.reviewed if self.reviewed else None
