"""Judgements of labelled dialogues against what is expected of them: found, missed, undecided, wrongly accused; by rule and by author."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from voice_agent.evaluate.dialogues import Dialogue
from voice_agent.values import FAULTS, RULES, Finding, Judgement


@dataclass(frozen=True)
class Score:
    """Counts over some findings.

    ``faults`` expected: ``found``, ``undecided``, ``missed``, and ``defended`` (missed, but a fair reviewer could defend what was said).
    ``innocent`` expected: ``accused``, ``unsure`` (undecided), ``excused`` (accused of what a fair reviewer could also see).
    ``agreed``: the status is the expected one or one that can be defended. ``faultless`` calls, of them ``faultless_accused``.
    """

    faults: int = 0
    found: int = 0
    undecided: int = 0
    missed: int = 0
    defended: int = 0
    innocent: int = 0
    accused: int = 0
    unsure: int = 0
    excused: int = 0
    agreed: int = 0
    faultless: int = 0
    faultless_accused: int = 0

    def __add__(self, other: Score) -> Score:
        """Both together."""
        return Score(*(a + b for a, b in zip(asdict(self).values(), asdict(other).values(), strict=True)))

    @property
    def precision(self) -> float:
        """Of the faults that were found, how many are; 1 where none was found."""
        return self.found / (self.found + self.accused) if self.found + self.accused else 1.0

    @property
    def recall(self) -> float:
        """Of the faults that there are, how many were found; 1 where there are none."""
        return self.found / self.faults if self.faults else 1.0


@dataclass(frozen=True)
class Bin:
    """Findings of a fault with a certainty from ``low`` to ``high``: how many, how many of them are right, their mean certainty."""

    low: float
    high: float
    findings: int
    right: int
    mean: float


@dataclass(frozen=True)
class Report:
    """All scores: by rule, by author, together; how far the certainties of faults can be believed; what differs."""

    calls: int
    by_rule: Mapping[str, Score]
    by_author: Mapping[str, Score]
    total: Score
    reliability: tuple[Bin, ...]
    differences: tuple[tuple[str, str, str, Finding], ...]


def report(pairs: Sequence[tuple[Dialogue, Judgement]]) -> Report:
    """Score the judgements of dialogues."""
    by_rule: dict[str, Score] = defaultdict(Score)
    by_author: dict[str, Score] = defaultdict(Score)
    certainties: list[tuple[float, bool]] = []
    differences = []
    for dialogue, judgement in pairs:
        for finding in judgement.findings:
            if (expected := dialogue.expect.get(finding.rule)) is None:
                continue
            score = _score(dialogue, finding)
            by_rule[finding.rule] += score
            by_author[dialogue.author] += score
            if finding.status in FAULTS:
                certainties.append((finding.score, bool(score.found)))
            if (finding.status in FAULTS) != (expected in FAULTS) and not score.excused:
                differences.append((dialogue.id, finding.rule, expected, finding))
        by_author[dialogue.author] += _of_call(dialogue, judgement)
    total = sum(by_author.values(), Score())
    ordered = {rule: by_rule[rule] for rule in RULES if rule in by_rule}
    return Report(len(pairs), ordered, dict(sorted(by_author.items())), total, _bins(certainties), tuple(differences))


def _score(dialogue: Dialogue, finding: Finding) -> Score:
    expected, judged = dialogue.expect[finding.rule], finding.status
    fair = (expected, *dialogue.also_ok.get(finding.rule, ()))
    agreed = int(judged in fair)
    if expected in FAULTS:
        missed = judged not in FAULTS and judged != "uncertain"
        return Score(
            faults=1,
            found=int(judged in FAULTS),
            undecided=int(judged == "uncertain"),
            missed=int(missed),
            defended=int(missed and judged in fair),
            agreed=agreed,
        )
    excused = judged in FAULTS and any(status in FAULTS for status in fair)
    return Score(
        innocent=1,
        accused=int(judged in FAULTS and not excused),
        excused=int(excused),
        unsure=int(judged == "uncertain"),
        agreed=agreed,
    )


def _of_call(dialogue: Dialogue, judgement: Judgement) -> Score:
    if set(dialogue.expect) != set(RULES) or any(status in FAULTS for status in dialogue.expect.values()):
        return Score()
    accused = any(_score(dialogue, finding).accused for finding in judgement.findings if finding.rule in RULES)
    return Score(faultless=1, faultless_accused=int(accused))


def _bins(certainties: Iterable[tuple[float, bool]]) -> tuple[Bin, ...]:
    edges = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0001)
    known = list(certainties)
    groups = [
        (low, high, [one for one in known if low <= one[0] < high])
        for low, high in zip((0.0, *edges), edges, strict=False)
    ]
    return tuple(
        Bin(low, min(high, 1.0), len(part), sum(right for _, right in part), sum(c for c, _ in part) / len(part))
        for low, high, part in groups
        if part
    )


def as_json(found: Report) -> dict[str, Any]:
    """The report as plain data."""
    parts = {"by_rule": found.by_rule, "by_author": found.by_author}
    return {
        "calls": found.calls,
        "total": _plain(found.total),
        **{name: {key: _plain(score) for key, score in part.items()} for name, part in parts.items()},
        "reliability": [asdict(one) for one in found.reliability],
    }


def _plain(score: Score) -> dict[str, float]:
    return {**asdict(score), "precision": round(score.precision, 4), "recall": round(score.recall, 4)}
