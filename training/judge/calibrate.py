"""What the sources of acts are worth: fitted on authors that the network never read, so that a probability means what it says."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from math import log
from pathlib import Path

import numpy as np

from phrasebook.model import PhraseBook
from training.judge.dialogues import PHRASE, Dialogue, phrase_acts, transcript_of
from voice_agent.acts.act import FAULT
from voice_agent.acts.conversation import Side, follow
from voice_agent.acts.hear import Worth
from voice_agent.acts.learned.model import ENTRIES, ActModel
from voice_agent.values import CallContext

#: How strongly an act's own fit is drawn to that of all acts: as many instances as that would.
PRIOR = 8.0
#: Where both sources are silent there is no instance; what they say is limited to this, nats.
_LARGEST = 9.0
#: An entry's phrase is worth so much at most (where the network hears nothing at all a person then listens) and at least, nats.
TELLING, LEAST_TELLING = 4.2, 1.5
#: Acts that only optional rules ask for and few writers tagged: phrases count as they are alike.
BY_PHRASE = frozenset(
    {"asks_rating", "legal_basis", "tells_result", "takes_charge", "gives_ledger", "complains_service"}
)
#: Rounds of Newton's method, and how far a weight may move in one, nats.
ROUNDS, LONGEST_STEP, SMALLEST_STEP = 60, 0.5, 1e-12
#: Where the fit of the faults begins: an entry of the book, heard word for word, is right in more than half of the calls that hold it.
FAULT_START = np.array([-1.5, 0.8, 4.0, 0.8])
Rows = list[tuple[list[float], bool]]


def instances(dialogues: Iterable[Dialogue], model: ActModel, book: PhraseBook) -> Mapping[str, Rows]:
    """By side and act, each place where a source hears it: (nats of the network, phrase, near miss), and whether it is so."""
    found: dict[str, Rows] = defaultdict(list)
    for dialogue in dialogues:
        call = follow(transcript_of(dialogue), CallContext(), book, model)
        for side in (call.agent, call.caller):
            truth = _truth(dialogue, side)
            for act in _acts_of(model, side):
                if (act in phrase_acts()) != (dialogue.kind == PHRASE):
                    continue  # nobody looked for it
                for first, last, features in side.ear.sources(act):
                    is_so = any(act in acts for acts in truth[first:last])
                    found[f"{side.stream.channel}:{act}"].append((features, is_so))
    return found


def _acts_of(model: ActModel, side: Side) -> list[str]:
    names = (name.split(":") for name in model.network.names.acts)
    return [act for channel, act in names if channel == side.stream.channel]


def _truth(dialogue: Dialogue, side: Side) -> list[set[str]]:
    """The acts of every place of a side's stream."""
    return [set(clause.acts) for clause in dialogue.clauses if clause.who == side.stream.channel for _ in clause.text]


def fit(rows: Mapping[str, Rows]) -> dict[str, Worth]:
    """One fit for all acts, then one for each act that stays near it as long as it has few instances."""
    everything = [row for name, part in rows.items() for row in part if name != f"agent:{FAULT}"]
    common = _logistic(everything, np.array([0.0, 1.0, 1.0, 0.3]), 1.0)
    starts = {f"agent:{FAULT}": FAULT_START}
    return {
        name: Worth(*map(float, _logistic(part, starts.get(name, common), PRIOR)))
        for name, part in sorted(rows.items())
        if name.split(":")[1] not in BY_PHRASE
    }


def _logistic(rows: Sequence[tuple[list[float], bool]], start: np.ndarray, prior: float) -> np.ndarray:
    """Newton's method on the logistic loss, drawn to ``start``; no source may speak against its act."""
    features = np.clip(np.array([[1.0, *one] for one, _ in rows]), -_LARGEST, _LARGEST)
    wanted = np.array([is_so for _, is_so in rows], float)
    weights = start.copy()
    for _ in range(ROUNDS):
        chances = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
        slope = features.T @ (wanted - chances) - prior * (weights - start)
        bend = (features * (chances * (1 - chances))[:, None]).T @ features + prior * np.eye(len(weights))
        step = np.linalg.solve(bend, slope)
        weights = weights + step * min(1.0, LONGEST_STEP / max(np.abs(step).max(), SMALLEST_STEP))
        weights[1:] = np.maximum(weights[1:], 0.0)
    return weights


def reliability(rows: Mapping[str, Rows], worth: Mapping[str, Worth]) -> list[tuple[float, float, int]]:
    """Tenths of probability: (mean probability, share that is so, instances)."""
    pairs = [
        (1 / (1 + np.exp(-np.dot([w.bias, w.learned, w.phrase, w.near], [1.0, *features]))), is_so)
        for name, part in rows.items()
        if (w := worth.get(name)) is not None
        for features, is_so in part
    ]
    tenths: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for chance, is_so in pairs:
        tenths[min(9, int(chance * 10))].append((chance, is_so))
    return [
        (float(np.mean([c for c, _ in part])), float(np.mean([s for _, s in part])), len(part))
        for _, part in sorted(tenths.items())
    ]


def entry_worth(dialogues: Iterable[Dialogue], book: PhraseBook, usual: float) -> dict[str, float]:
    """What a prohibited phrase of each entry is worth, nats: how often it was right where it was heard word for word.

    Phrases are not learnt, so every author counts. An entry that never accused an innocent clerk accuses alone.
    """
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for dialogue in dialogues:
        side = follow(transcript_of(dialogue), CallContext(), book).agent
        truth = _truth(dialogue, side)
        for act in side.ear.faults():
            if not act.near:
                first, last = side.stream.places[act.first], side.stream.places[act.last - 1] + 1
                (right if any(FAULT in acts for acts in truth[first:last]) else wrong)[act.entry] += 1
    average = log((right.total() + 1) / (wrong.total() + 1))
    worth = {}
    for name in book.prohibited:
        odds = log((right[name] + 1) / (wrong[name] + 1)) - average
        worth[name] = TELLING if not wrong[name] else min(max(usual + odds, LEAST_TELLING), TELLING)
    return worth


def write_worth(worth: Mapping[str, Worth], entries: Mapping[str, float], path: Path) -> None:
    """Write what ``ActModel`` reads."""
    rounded = {name: {key: round(value, 3) for key, value in asdict(one).items()} for name, one in worth.items()}
    rounded[ENTRIES] = {name: round(nats, 3) for name, nats in sorted(entries.items())}
    path.write_text(json.dumps(rounded, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
