"""What each level of `voice_agent/rules/levels.py` costs: how probable faults and innocent calls of the authors kept back are thought."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from phrasebook import load_book
from training.judge.dialogues import Dialogue
from voice_agent.acts.learned.model import ActModel
from voice_agent.evaluate.dialogues import transcript_of
from voice_agent.rules import judge
from voice_agent.rules.levels import LEVELS, Level
from voice_agent.values import FAULTS, CallContext

COLUMNS = (0.35, 0.5, 0.6, 0.7, 0.8, 0.9)
#: job_number compares figures: it has a ladder of its own.
_OWN_LADDER = frozenset({"job_number"})
_LOWEST = Level(0.05, 0.05)
Chances = Mapping[str, tuple[list[float], list[float]]]


def chances(dialogues: Iterable[Dialogue], model: ActModel) -> Chances:
    """By rule: how probable a fault was thought where there is one, and where there is none. Debatable ones are left out."""
    book = load_book()
    found: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    with _accusing_of_anything():
        for one in dialogues:
            for finding in judge(transcript_of(one), CallContext(), book, model).findings:
                wanted = one.expect.get(finding.rule)
                fair = {wanted, *one.also_ok.get(finding.rule, ())}
                if wanted is None or finding.rule in _OWN_LADDER or (wanted not in FAULTS and fair & FAULTS):
                    continue
                wrong = finding.score if finding.status in FAULTS else 0.0
                found[finding.rule][wanted not in FAULTS].append(wrong)
    return found


@contextmanager
def _accusing_of_anything() -> Iterator[None]:
    """Every fault that is thought possible at all is found, with its probability as score."""
    usual = dict(LEVELS)
    LEVELS.update(dict.fromkeys(LEVELS, _LOWEST))
    try:
        yield
    finally:
        LEVELS.update(usual)


def table(found: Chances) -> str:
    """The table of docs/levels.md: faults / innocent calls that are at least so probable, and the present levels."""
    heads = " | ".join(f"≥ {column:g}" for column in COLUMNS)
    lines = [
        f"| rule | faults | innocent | {heads} | accuse | doubt |",
        f"|---|--:|--:|{'--:|' * len(COLUMNS)}--:|--:|",
    ]
    for rule, (faults, innocent) in found.items():
        cells = " | ".join(f"{_above(faults, column)} / {_above(innocent, column)}" for column in COLUMNS)
        level = LEVELS[rule]
        lines.append(f"| `{rule}` | {len(faults)} | {len(innocent)} | {cells} | {level.accuse:g} | {level.doubt:g} |")
    return "\n".join(lines)


def _above(chances_: Sequence[float], level: float) -> int:
    return sum(one >= level for one in chances_)
