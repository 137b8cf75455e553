"""One lesson: decisions from the store, a model of them, and what it is worth on decisions that were held back and on what ships.

Nobody is judged by it before a person adopted it (``store/learning/models.py``).
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from phrasebook.model import PhraseBook
from voice_agent.acts.learned.model import ActModel, bundled
from voice_agent.bundled import bundled_calls
from voice_agent.errors import StoreError
from voice_agent.evaluate import CallFolder, read_calls
from voice_agent.in_force import book_of_call, pack_layer, taught_model
from voice_agent.live.rejudge import stored_context
from voice_agent.pipeline import judge_transcript
from voice_agent.store import Store
from voice_agent.store.calls import transcripts
from voice_agent.store.learning.decisions import calls_left, decided_findings
from voice_agent.store.learning.models import adopted_number, get_model, save_model
from voice_agent.teaching.labels import Case, Decision
from voice_agent.teaching.learning import teach, untold
from voice_agent.transcripts import read_transcript
from voice_agent.values import FAULTS, Status

#: Fewer decisions teach habits of a few calls instead of the site's.
LEAST = 30
#: One call in so many is held back: it only measures.
HELD_BACK = 5
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Lesson:
    """A call of the store with its decisions."""

    call: int
    case: Case
    book: PhraseBook

    @property
    def held_back(self) -> bool:
        """Whether it only measures: by the call's name, so that it is the same at every lesson."""
        return hashlib.sha256(self.case.name.encode()).digest()[0] % HELD_BACK == 0


def lessons(store: Store, own: PhraseBook, least_coverage: float) -> list[Lesson]:
    """Every call with decisions and a transcript, as it stands now. Raises StoreError."""
    by_call: dict[int, list[Decision]] = defaultdict(list)
    names: dict[int, str] = {}
    for one in decided_findings(store):
        by_call[one.call].append(Decision(one.rule, one.status, one.machine, one.evidence))
        names[one.call] = one.call_id
    found = []
    for call, decisions in by_call.items():
        transcript = transcripts.load_transcript(store, call)
        if transcript is not None:
            context = stored_context(store, call, transcript.duration, least_coverage)
            case = Case(names[call], transcript, context, tuple(decisions))
            found.append(Lesson(call, case, book_of_call(store, call, own)))
    return found


def learn(
    store: Store, own: PhraseBook, *, least_coverage: float, user: int | None, told: Told = untold, stop: threading.Event | None = None
) -> int | None:  # fmt: skip
    """Teach a model, measure it, keep it; returns its number, None when it was stopped. Raises StoreError: too few decisions."""
    base, stopped = bundled(), stop or threading.Event()
    if base is None:
        raise StoreError("没有自带的行为模型，不能学习")
    found = lessons(store, own, least_coverage)
    teaching = [one for one in found if not one.held_back]
    decisions = sum(len(one.case.decisions) for one in teaching)
    if decisions < LEAST:
        raise StoreError(f"可供学习的复核结论只有 {decisions} 条，至少要 {LEAST} 条；请多复核一些通话再学")
    folders = read_calls(bundled_calls())
    steps = 10
    taught = teach(
        [one.case for one in teaching],
        base,
        own,
        [read_transcript(one.transcript) for one in folders],
        lambda done, all_: told(done * 5 // all_, steps),
    )
    model = taught.over(base)
    if stopped.is_set():
        return None
    held_back = [one for one in found if one.held_back]
    report: dict[str, Any] = {
        "decisions": decisions, "calls": len(teaching), "held_back": sum(len(one.case.decisions) for one in held_back),
        "acts": {act: list(counts) for act, counts in taught.counts.items()}, "removed": _removed(store, base),
        "site": against(held_back, base, model),
    }  # fmt: skip
    told(8, steps)
    report["shipped"] = _shipped(folders, own, base, model)
    told(9, steps)
    if stopped.is_set():
        return None
    layer = pack_layer((taught.weight, taught.bias))
    worth = {act: asdict(one) for act, one in taught.worth.items()}
    return save_model(
        store, base=base.digest, digest=model.digest, layer=layer, worth=worth, report=report, calls=[one.call for one in teaching], user=user
    )  # fmt: skip


def against(held_back: Iterable[Lesson], base: ActModel, model: ActModel) -> dict[str, int]:
    """How both models stand to decisions that neither learnt from: ``right``, ``wrong``, ``missed``, ``asked`` (undecided) before and after."""
    counts: Counter[str] = Counter()
    for one in held_back:
        case = one.case
        for name, judging in (("before", base), ("after", model)):
            found = judge_transcript(case.transcript, one.book, case.context, judging).judgement.findings
            said = {finding.rule: finding.status for finding in found}
            for decision in case.decisions:
                counts[f"{_outcome(said.get(decision.rule, 'not_applicable'), decision.status)}_{name}"] += 1
    return dict(counts)


def _outcome(said: Status, truth: Status) -> str:
    if said == "uncertain":
        return "asked_fault" if truth in FAULTS else "asked"
    if truth in FAULTS:
        return "right" if said in FAULTS else "missed"
    return "wrong" if said in FAULTS else "well"


def _shipped(folders: Sequence[CallFolder], book: PhraseBook, base: ActModel, model: ActModel) -> dict[str, int]:
    """The same on the calls that come with the product, whose truth is known."""
    counts: Counter[str] = Counter()
    for one in folders:
        transcript = read_transcript(one.transcript)
        for name, judging in (("before", base), ("after", model)):
            for finding in judge_transcript(transcript, book, one.context, judging).judgement.findings:
                if finding.rule in one.expected.findings:
                    counts[f"{_outcome(finding.status, one.expected.findings[finding.rule])}_{name}"] += 1
    return dict(counts)


def _removed(store: Store, base: ActModel) -> int:
    """How many calls of the model in force are no longer there: what they taught is not in the new one."""
    number = adopted_number(store, base.digest)
    if number is None:
        return 0
    taught = get_model(store, number).calls
    return len(set(taught) - calls_left(store, taught))


def check_fits(store: Store, number: int) -> ActModel:
    """The model itself, to be sure that it can judge before it is adopted. Raises StoreError."""
    base = bundled()
    if base is None:
        raise StoreError("没有自带的行为模型，不能启用本地模型")
    return taught_model(store, number, base)


def warning(report: Mapping[str, Any]) -> str:
    """Why nobody should adopt the model, Chinese; empty where nothing speaks against it."""
    for part, where in (("site", "本单位留出的复核结论"), ("shipped", "随软件附带的通话")):
        counts = report[part]
        for key, what in (("wrong", "误判"), ("missed", "漏判")):
            if counts.get(f"{key}_after", 0) > counts.get(f"{key}_before", 0):
                return f"在{where}上，学习后{what}增多，不建议启用。"
    if report["site"].get("right_after", 0) <= report["site"].get("right_before", 0) and report["site"].get(
        "wrong_after", 0
    ) >= report["site"].get("wrong_before", 0):
        return "在本单位留出的复核结论上看不出好处，不必启用；再多复核一些、尤其是改判，再学。"
    return ""


def table(counts: Mapping[str, int]) -> list[tuple[str, str, str]]:
    """Lines for people: what, before, after; shares with counts and 95 % intervals."""
    lines = [
        (title, _told(*share(counts, "before")), _told(*share(counts, "after")))
        for title, share in (("查准（判为有问题的，真有问题）", _precision), ("查全（真有问题的，判出来）", _recall))
    ]
    for title, key in (("误判", "wrong"), ("漏判", "missed")):
        lines.append((title, str(counts.get(f"{key}_before", 0)), str(counts.get(f"{key}_after", 0))))
    asked = [str(counts.get(f"asked_{when}", 0) + counts.get(f"asked_fault_{when}", 0)) for when in ("before", "after")]
    return [*lines, ("交人工判断", asked[0], asked[1])]


def _precision(counts: Mapping[str, int], when: str) -> tuple[int, int]:
    right = counts.get(f"right_{when}", 0)
    return right, right + counts.get(f"wrong_{when}", 0)


def _recall(counts: Mapping[str, int], when: str) -> tuple[int, int]:
    right = counts.get(f"right_{when}", 0)
    return right, right + counts.get(f"missed_{when}", 0) + counts.get(f"asked_fault_{when}", 0)


def _told(part: int, whole: int) -> str:
    if not whole:
        return "–"
    low, high = wilson(part, whole)
    return f"{part / whole:.0%}（{part}/{whole}，95% 区间 {low:.0%}–{high:.0%}）"


def wilson(part: int, whole: int, z: float = 1.96) -> tuple[float, float]:
    """The interval in which a share lies with 95 % certainty (Wilson)."""
    share, square = part / whole, z * z
    centre = (share + square / (2 * whole)) / (1 + square / whole)
    half = z / (1 + square / whole) * (share * (1 - share) / whole + square / (4 * whole * whole)) ** 0.5
    return max(0.0, centre - half), min(1.0, centre + half)
