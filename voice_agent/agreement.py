"""How far people who judge the same things agree: shares, Cohen's κ, and for more than two the mean over pairs (Light). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

Pair = tuple[str, str]


@dataclass(frozen=True)
class Agreement:
    """``agreed`` of ``compared`` pairs of answers were the same; ``kappa`` is what is left of that beyond chance, −1 to 1.

    ``kappa`` None: undefined, because nothing was compared or everybody gave one and the same answer throughout.
    """

    compared: int
    agreed: int
    kappa: float | None

    @property
    def share(self) -> float | None:
        """Agreed of those compared, 0–1; None when nothing was."""
        return self.agreed / self.compared if self.compared else None


def kappa(pairs: Sequence[Pair]) -> float | None:
    """Cohen's κ of two people's answers to the same questions; None where it is undefined."""
    number = len(pairs)
    if not number:
        return None
    first, second = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    by_chance = sum(first[answer] * second[answer] for answer in first) / number**2
    if by_chance == 1.0:
        return None
    agreed = sum(one == other for one, other in pairs) / number
    return (agreed - by_chance) / (1 - by_chance)


def agreement(answers: Sequence[Mapping[int, str]]) -> Agreement:
    """The agreement of any number of people; each question maps a person to the answer. Who did not answer is not compared."""
    people = sorted({person for one in answers for person in one})
    kappas, compared, agreed = [], 0, 0
    for a, b in combinations(people, 2):
        pairs = [(one[a], one[b]) for one in answers if a in one and b in one]
        compared += len(pairs)
        agreed += sum(x == y for x, y in pairs)
        kappas.append(kappa(pairs))
    known = [one for one in kappas if one is not None]
    return Agreement(compared, agreed, sum(known) / len(known) if known else None)
