"""Proves that stock Vosk computes what PyTorch computes: the same clips, the same graph, the same best score.

Scores are compared, not words: an exact Viterbi search over the graph with the network's outputs, against the score of
Vosk's best alternative. Vosk searches with the graph's costs as they are, keeps one path of each text, and scales the costs only
then; so its score lies between that of the path that is best before scaling and that of the best one after it, mostly one and the
same. kaldifst and vosk hang when one process imports both, so Vosk runs in `vosk_scores.py`.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import kaldifst
import numpy as np
import soundfile
import torch
from numpy.typing import NDArray

from training.augment import LINE_RATE, doubled, resampled
from training.corpus import Utterance
from training.export import write_settings
from training.features import RATE, mfcc, outputs_of, padded
from training.network import AcousticNetwork
from training.phones import Inventory
from training.shards import read_sound
from voice_agent.hearing.sound.telephone import through_telephone

VOSK_GRAPH_SCALE = 0.9  # Vosk scales the graph's costs so before it lists alternatives
SLIGHTLY = 1e-6  # change of the scale by which the graph's share of a path's cost is found
EXACT: dict[str, float] = {
    **{"max_active": 20000, "beam": 30.0, "lattice_beam": 12.0, "acoustic_scale": 1.0},
    **{"rule2": 60.0, "rule3": 60.0, "rule4": 60.0},  # seconds of silence: one result for the whole clip
}
#: Nats over a whole clip. The half that a doubled telephone band leaves empty holds nothing but the rounding of the doubling,
#: whose logarithms are features too, and Vosk and NumPy round differently.
TOLERANCE = {"wideband": 1e-3, "telephone": 1e-2}
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Graph:
    """Arcs of a decoding graph, sorted by target and split into those with and without input."""

    emitting: Floats
    epsilons: Floats
    final: Floats
    start: int


def read_graph(path: Path) -> Graph:
    """Read HCLG: rows are (source, transition id, cost, target)."""
    fst = kaldifst.StdVectorFst.read(str(path))
    arcs = np.array(
        [
            (s, a.ilabel, a.weight.value, a.nextstate)
            for s in range(fst.num_states)
            for a in kaldifst.ArcIterator(fst, s)
        ]
    )
    arcs = arcs[np.argsort(arcs[:, 3], kind="stable")]
    final = np.array([fst.final(state).value for state in range(fst.num_states)])
    return Graph(arcs[arcs[:, 1] > 0], arcs[arcs[:, 1] == 0], np.where(final < 1e30, final, np.inf), fst.start)


def _step(costs: Floats, arcs: Floats, arc_costs: Floats) -> Floats:
    """Move along arcs (sorted by target): the cheapest way into every state."""
    moved = np.full(len(costs), np.inf)
    first = np.flatnonzero(np.r_[True, arcs[1:, 3] != arcs[:-1, 3]])
    moved[arcs[first, 3].astype(int)] = np.minimum.reduceat(costs[arcs[:, 0].astype(int)] + arc_costs, first)
    return moved


def _closed(costs: Floats, graph: Graph, scale: float) -> Floats:
    """Follow ε arcs until nothing gets cheaper."""
    while len(graph.epsilons):
        better = np.minimum(costs, _step(costs, graph.epsilons, graph.epsilons[:, 2] * scale))
        if np.array_equal(better, costs):
            break
        costs = better
    return costs


def best_score(graph: Graph, log_probs: Floats, pdf_of: NDArray[np.int64], scale: float) -> float:
    """Score of the best path through the graph, its costs taken times `scale`."""
    outputs = pdf_of[graph.emitting[:, 1].astype(int)]
    costs = np.full(len(graph.final), np.inf)
    costs[graph.start] = 0
    costs = _closed(costs, graph, scale)
    for frame in log_probs:
        costs = _closed(_step(costs, graph.emitting, graph.emitting[:, 2] * scale - frame[outputs]), graph, scale)
    return -float((costs + graph.final * scale).min())


def possible_scores(graph: Graph, log_probs: Floats, pdf_of: NDArray[np.int64]) -> tuple[float, float]:
    """Return what Vosk may say: the scaled score of the path that is best before scaling, and the best scaled score of all.

    A path's score falls in a straight line with the scale, as steeply as the graph makes it cost.
    """
    plain, less = (best_score(graph, log_probs, pdf_of, scale) for scale in (1.0, 1.0 - SLIGHTLY))
    in_the_graph = (less - plain) / SLIGHTLY
    best = best_score(graph, log_probs, pdf_of, VOSK_GRAPH_SCALE)
    return min(plain + (1 - VOSK_GRAPH_SCALE) * in_the_graph, best), best


def _pdf_of(inventory: Inventory) -> NDArray[np.int64]:
    """Network output of every transition id: staying, then entering, for every phone."""
    return np.array([0, *(pdf for _, _, spike, stay in inventory.tuples for pdf in (stay, spike))])


def log_probabilities(net: AcousticNetwork, sound: NDArray[np.floating], blank_penalty: float) -> Floats:
    """What Vosk's decoder is given for a sound at 16 kHz: log probabilities less the blank's penalty, (outputs, sounds)."""
    features = mfcc(sound)
    with torch.inference_mode():
        scores = net(torch.from_numpy(padded(features, net.shape.context))[None])[0].numpy().astype("f8")
    scores[:, 0] -= blank_penalty
    return scores[: outputs_of(len(features))]


def _exact_copy(model: Path, scratch: Path) -> Path:
    """Return a model folder with the same network and graph, set to search widely."""
    copy = scratch / "exact"
    write_settings(copy, EXACT)
    for part in ("am", "graph"):
        if not (copy / part).exists():
            (copy / part).symlink_to((model / part).resolve(), target_is_directory=True)
    return copy


def _vosk_scores(model: Path, clips: list[Path]) -> list[float]:
    command = [sys.executable, "-m", "training.vosk_scores", str(model), *map(str, clips)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ))
    return [float(score) for score in json.loads(done.stdout)]


def copies(utterances: list[Utterance], folder: Path, count: int) -> list[Path]:
    """Write the shortest recordings as 16 kHz WAV, and as a telephone line delivers them, at 8 kHz: Vosk doubles these itself."""
    folder.mkdir(parents=True, exist_ok=True)
    shortest = sorted(utterances, key=lambda utterance: soundfile.info(utterance.path).duration)[:count]
    written = []
    for number, utterance in enumerate(shortest):
        sound, rate = read_sound(utterance.path)
        wide = sound if rate == RATE else resampled(sound, round(len(sound) * RATE / rate) // 2 * 2)
        line = through_telephone(np.round(sound * 32767).astype(np.int16), rate)
        for name, samples, at in (("wideband", wide, RATE), ("telephone", line, LINE_RATE)):
            written.append(folder / name / f"{number}.wav")
            written[-1].parent.mkdir(exist_ok=True)
            soundfile.write(written[-1], samples, at, subtype="PCM_16")
    return written


def _heard_by_vosk(clip: Path) -> NDArray[np.floating]:
    """A recording as Vosk's features see it: int16 scale, 16 kHz."""
    sound, rate = soundfile.read(clip, dtype="int16")
    return doubled(sound.astype(float)) if rate == LINE_RATE else sound.astype(float)


def largest_differences(
    net: AcousticNetwork, inventory: Inventory, model: Path, clips: list[Path], scratch: Path, blank_penalty: float
) -> dict[str, float]:
    """Compare the best scores of what `copies` wrote; return the largest difference of each condition, in nats."""
    graph, pdf_of = read_graph(model / "graph" / "HCLG.fst"), _pdf_of(inventory)
    theirs = _vosk_scores(_exact_copy(model, scratch), clips)
    worst = dict.fromkeys(TOLERANCE, 0.0)
    for clip, there in zip(clips, theirs, strict=True):
        low, high = possible_scores(graph, log_probabilities(net, _heard_by_vosk(clip), blank_penalty), pdf_of)
        print(f"{clip.parent.name} {clip.name}: PyTorch {low:.4f} to {high:.4f}, Vosk {there:.4f}", flush=True)
        worst[clip.parent.name] = max(worst[clip.parent.name], low - there, there - high)
    return worst
