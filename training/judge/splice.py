"""Lines and excerpts spliced into the middle of calls, so that what is said is heard whatever the call around it is like."""

import random
from collections.abc import Sequence
from dataclasses import replace

from training.judge.dialogues import Dialogue

#: So many calls in a round get something spliced in; so often it holds a fault.
SPLICED, FAULTY = 0.6, 0.5
#: Turns at the beginning and at the end of a call between which nothing is spliced.
_OPENING, _ENDING = 3, 2


class Splicer:
    """What may be spliced in: lines of banks, examples of the book, excerpts."""

    def __init__(self, dialogues: Sequence[Dialogue]) -> None:
        lines = [one for one in dialogues if one.kind in {"line", "excerpt"}]
        self._faulty = [one for one in lines if any("fault" in clause.acts for clause in one.clauses)]
        self._others = [one for one in lines if not any("fault" in clause.acts for clause in one.clauses)]

    def spliced(self, dialogue: Dialogue, rng: random.Random) -> Dialogue:
        """The call with something in its middle, by lot; anything else as it is."""
        if dialogue.kind != "call" or rng.random() > SPLICED:
            return dialogue
        turns = [place for place, clause in enumerate(dialogue.clauses) if clause.gap is not None]
        places = turns[_OPENING : len(turns) - _ENDING]
        if not places:
            return dialogue
        place = rng.choice(places)
        guest = rng.choice(self._faulty if rng.random() < FAULTY else self._others)
        first = replace(guest.clauses[0], gap=0.4)
        return replace(
            dialogue,
            clauses=(*dialogue.clauses[:place], first, *guest.clauses[1:], *dialogue.clauses[place:]),
            labelled=(*dialogue.labelled[:place], *guest.labelled, *dialogue.labelled[place:]),
            looked_for=(*_masks(dialogue)[:place], *_masks(guest), *_masks(dialogue)[place:]),
        )


def _masks(dialogue: Dialogue) -> tuple[frozenset[str] | None, ...]:
    return dialogue.looked_for or (None,) * len(dialogue.clauses)
