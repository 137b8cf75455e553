"""A site's decisions → a model of acts of its own: the last layer and the calibration fitted again, everything else as shipped.

Nothing is forgotten because every weight is drawn to the shipped one, and because on syllables of which nobody decided anything (of
the site's calls and of what comes with the product) the shipped model's own probabilities are what is to be learnt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from phrasebook.model import PhraseBook
from voice_agent.acts.conversation import follow
from voice_agent.acts.hear import Worth
from voice_agent.acts.learned.model import ActModel
from voice_agent.in_force import with_layer
from voice_agent.teaching.fitting import Vector, fit
from voice_agent.teaching.hearing import Known, Rows, hear, known_of, last_layer, masked, shipped, unlabelled
from voice_agent.teaching.labels import Case, labels_of
from voice_agent.values import Transcript

#: How strongly the last layer is held to the shipped one (rows of weight 1), what a syllable weighs of which only the shipped model speaks,
#: and what a decision weighs.
PRIOR, REMEMBERED, DECISION = 30.0, 0.1, 2.0
#: An act is taught only where people corrected the machine about it so often; confirmations alone would only make it louder.
CORRECTIONS = 3
#: Its calibration is fitted again only where people said so often that it is done, and so often that it is not.
CONTRAST = 5
#: How strongly an act's calibration is held to the shipped one: as many instances.
CALIBRATION_PRIOR = 30.0
#: Parts into which calls are cut, so that calibration sees only what the layer it weighs has not learnt from.
FOLDS = 2
SEED = 23
Told = Callable[[int, int], None]
#: What the sources say of a place, and whether the act is done there. Here confirmations count in full: a probability must mean what it says.
Row = tuple[list[float], bool]


def untold(_done: int, _all: int) -> None:
    """Nobody asked how far it is."""


@dataclass(frozen=True)
class Taught:
    """A site's model: the last layer, what sources are worth for the acts that were taught, and how many examples of each act."""

    weight: Rows
    bias: Rows
    worth: Mapping[str, Worth]
    counts: Mapping[str, tuple[int, int]]

    def over(self, base: ActModel) -> ActModel:
        """The shipped model with what the site taught."""
        return with_layer(base, (self.weight, self.bias), self.worth)


def teach(
    cases: Sequence[Case],
    base: ActModel,
    book: PhraseBook,
    known_calls: Iterable[Transcript] = (),
    told: Told = untold,
) -> Taught:
    """Learn from decisions. ``known_calls``: transcripts that come with the product. The same cases give the same model."""
    rng = np.random.default_rng(SEED)
    cases = [replace(case, transcript=masked(case.transcript)) for case in sorted(cases, key=lambda one: one.name)]
    steps = FOLDS + 2
    heard = {case.name: one for case in cases if (one := hear(case.transcript, base)) is not None}
    remembered = np.concatenate([shipped(base, known_calls, rng), *(unlabelled(one, rng) for one in heard.values())])
    told(1, steps)
    known = [
        one for case in cases if case.name in heard for one in known_of(case, heard[case.name], base.network.names.acts)
    ]
    known = [
        one for act in _by_act(known).values() if sum(each.weight >= 1.0 for each in act) >= CORRECTIONS for one in act
    ]
    taught = {one.act for one in known}
    rows: dict[str, list[Row]] = defaultdict(list)
    for fold in range(FOLDS):
        mine = {case.name for number, case in enumerate(cases) if number % FOLDS == fold}
        layer = fit_layer([one for one in known if one.case not in mine], remembered, base)
        model = with_layer(base, layer, {})
        for case in (one for one in cases if one.name in mine and one.name in heard):
            for act, row in _instances(case, model, book):
                if act in taught:
                    rows[act].append(row)
        told(fold + 2, steps)
    weight, bias = fit_layer(known, remembered, base)
    counts = {
        act: (sum(one.done for one in mine), sum(not one.done for one in mine)) for act, mine in _by_act(known).items()
    }
    told(steps, steps)
    return Taught(weight, bias, _worth(rows, base), counts)


def fit_layer(known: Sequence[Known], remembered: Rows, base: ActModel) -> tuple[Rows, Rows]:
    """The last layer, fitted again for every act of which something is known."""
    weight, bias = base.network.weights["acts.weight"].copy(), base.network.weights["acts.bias"].copy()
    before = last_layer(remembered, weight, bias)
    acts = base.network.names.acts
    for act, mine in _by_act(known).items():
        number = acts.index(act)
        hidden = np.concatenate([remembered, *(one.hidden for one in mine)]).astype(np.float64)
        wanted = np.concatenate([before[:, number], *(np.full(len(one.hidden), float(one.done)) for one in mine)])
        weights = np.concatenate(
            [np.full(len(remembered), REMEMBERED), *(np.full(len(one.hidden), _each(one)) for one in mine)]
        )
        start = np.concatenate([weight[:, number], bias[number : number + 1]]).astype(np.float64)
        found = fit(np.hstack([hidden, np.ones((len(hidden), 1))]), wanted.astype(np.float64), weights, start, PRIOR)
        weight[:, number], bias[number] = found[:-1], found[-1]
    return weight, bias


def _each(known: Known) -> float:
    """What a syllable of a decision weighs: a long stretch in which an act is not done says little of each."""
    return float(DECISION * known.weight / len(known.hidden) ** 0.5)


def _by_act(known: Iterable[Known]) -> dict[str, list[Known]]:
    found: dict[str, list[Known]] = {}
    for one in known:
        found.setdefault(one.act, []).append(one)
    return dict(sorted(found.items()))


def _instances(case: Case, model: ActModel, book: PhraseBook) -> Iterable[tuple[str, Row]]:
    """Each place where a source hears an act about which a decision says whether it is done there."""
    call = follow(case.transcript, case.context, book, model)
    for decision in case.decisions:
        for label in labels_of(decision):
            side = call.caller if label.side == "caller" else call.agent
            for act in label.acts:
                named = side.ear.sources(act)
                places = [
                    one
                    for one in named
                    if _inside(side.stream.starts[one[0]], side.stream.ends[one[1] - 1], label.spans)
                ]
                if label.done and not label.everywhere:
                    places = sorted(places, key=lambda one: -(one[2][0] + 3.0 * one[2][1]))[:1]
                    if len(label.acts) > 1 and places and places[0][2][0] < 0 and not places[0][2][1]:
                        continue
                for _, _, features in places:
                    yield f"{label.side}:{act}", (features, label.done)


def _inside(start: float, end: float, spans: Sequence[tuple[float, float]]) -> bool:
    return not spans or any(end > first and start < last for first, last in spans)


def _worth(rows: Mapping[str, Sequence[Row]], base: ActModel) -> dict[str, Worth]:
    """What the sources are worth at the site, near what they were worth; no source may speak against its act."""
    found = {}
    for act, mine in sorted(rows.items()):
        old = base.worth.get(act)
        if old is None or min(sum(done for _, done in mine), sum(not done for _, done in mine)) < CONTRAST:
            continue
        features: Vector = np.array([[1.0, *one] for one, _ in mine])
        wanted = np.array([done for _, done in mine], float)
        start = np.array([old.bias, old.learned, old.phrase, old.near])
        bias, *slopes = fit(features, wanted, np.ones(len(mine)), start, CALIBRATION_PRIOR)
        found[act] = Worth(round(float(bias), 3), *(round(max(0.0, float(one)), 3) for one in slopes))
    return found
