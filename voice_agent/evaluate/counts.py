"""Count judgements against the truth. A false accusation (a fault that is none) is the worst error and is counted apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voice_agent.evaluate.folders import CallFolder
from voice_agent.values import FAULTS, RULES, Finding, Judgement, Status

#: A finding that was not made at all (the call was not monitored) tells as little as an uncertain one.
_NOTHING: Status = "uncertain"


@dataclass(frozen=True)
class Comparison:
    """One rule on one call: the status that is true, the one that was judged, the finding itself (None: not monitored)."""

    call_id: str
    rule: str
    expected: Status
    judged: Status
    finding: Finding | None

    @property
    def falsely_accused(self) -> bool:
        """A fault was found where there is none."""
        return self.judged in FAULTS and self.expected not in FAULTS

    @property
    def overlooked(self) -> bool:
        """There is a fault and the judgement says that all is well or that the rule does not apply."""
        return self.expected in FAULTS and self.judged in ("met", "not_applicable")


@dataclass(frozen=True)
class Difference:
    """A finding, or the verdict of the call (``rule`` = "verdict", "prompted"), that is not the expected one."""

    call_id: str
    rule: str
    expected: str
    judged: str
    finding: Finding | None = None


@dataclass(frozen=True)
class RuleCount:
    """One rule over all calls.

    Duty kept: ``met`` calls, of them found ``met_found``, ``met_unsure``. Fault: ``faults``, of them ``found`` (``exact`` with the right status),
    ``overlooked``, ``unsure``. ``accused``: false accusations among the ``innocent`` calls (kept, not applicable or undecidable).
    """

    rule: str
    met: int
    met_found: int
    met_unsure: int
    faults: int
    found: int
    exact: int
    overlooked: int
    unsure: int
    innocent: int
    accused: int


@dataclass(frozen=True)
class Evaluation:
    """All comparisons, with what differs; ``verdicts_right`` of ``calls``."""

    calls: int
    verdicts_right: int
    comparisons: tuple[Comparison, ...]
    differences: tuple[Difference, ...]

    @property
    def rules(self) -> tuple[RuleCount, ...]:
        """One count a rule, in the order of rules.md."""
        return tuple(_count(rule, [one for one in self.comparisons if one.rule == rule]) for rule in RULES)

    @property
    def total(self) -> RuleCount:
        """All rules together."""
        return _count("", self.comparisons)

    @property
    def exact(self) -> bool:
        """Everything is as expected."""
        return not self.differences


def compare(calls: Sequence[CallFolder], judgements: Iterable[Judgement]) -> Evaluation:
    """Count ``judgements``, one for each of ``calls`` in the same order."""
    pairs = list(zip(calls, judgements, strict=True))
    comparisons = tuple(one for call, judgement in pairs for one in _comparisons(call, judgement))
    differences = tuple(one for call, judgement in pairs for one in _differences(call, judgement))
    right = sum(call.expected.verdict == judgement.verdict for call, judgement in pairs)
    return Evaluation(len(pairs), right, comparisons, differences)


def _comparisons(call: CallFolder, judgement: Judgement) -> list[Comparison]:
    findings = {finding.rule: finding for finding in judgement.findings}
    return [
        Comparison(call.call_id, rule, expected, found.status if (found := findings.get(rule)) else _NOTHING, found)
        for rule, expected in call.expected.findings.items()
    ]


def _differences(call: CallFolder, judgement: Judgement) -> list[Difference]:
    differences = [
        Difference(one.call_id, one.rule, one.expected, one.judged, one.finding)
        for one in _comparisons(call, judgement)
        if one.judged != one.expected
    ]
    prompted = any(finding.prompted for finding in judgement.findings)
    whole = {
        "prompted": (str(call.expected.prompted), str(prompted)),
        "verdict": (call.expected.verdict, judgement.verdict),
    }
    return differences + [Difference(call.call_id, name, *pair) for name, pair in whole.items() if pair[0] != pair[1]]


def _count(rule: str, cases: Sequence[Comparison]) -> RuleCount:
    met = [one for one in cases if one.expected == "met"]
    faults = [one for one in cases if one.expected in FAULTS]
    return RuleCount(
        rule=rule,
        met=len(met),
        met_found=sum(one.judged == "met" for one in met),
        met_unsure=sum(one.judged == "uncertain" for one in met),
        faults=len(faults),
        found=sum(one.judged in FAULTS for one in faults),
        exact=sum(one.judged == one.expected for one in faults),
        overlooked=sum(one.overlooked for one in faults),
        unsure=sum(one.judged == "uncertain" for one in faults),
        innocent=len(cases) - len(faults),
        accused=sum(one.falsely_accused for one in cases),
    )
