"""The stages of the learned acts, each from files to files.

DIALOGUES (`training/dialogues`) holds what is learnt from, `held-out/` in it what is only measured. DATA holds `text/*.txt` (general
text, optional). WORK receives `model/`: what the product reads.
"""

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from training.judge.dialogues import PHRASE, Dialogue, read_all
from training.judge.recipe import Recipe
from voice_agent.acts.learned.model import EXAMPLES, NETWORK, WORTH

if TYPE_CHECKING:
    pass

#: So many examples of each act are kept to explain findings by, of at least so many syllables.
KEPT, TELLING = 80, 3
NOTHING_YET = "{}\n"


@dataclass(frozen=True)
class Run:
    """One run of the recipe."""

    dialogues: Path
    data: Path
    work: Path
    recipe: Recipe

    @property
    def model(self) -> Path:
        """What the product reads."""
        return self.work / "model"

    @cached_property
    def all(self) -> list[Dialogue]:
        """Everything that may be learnt from."""
        return read_all(self.dialogues)

    @property
    def learnt(self) -> list[Dialogue]:
        """What the network reads."""
        return [one for one in self.all if not is_kept_back(one, self.recipe)]

    @property
    def kept_back(self) -> list[Dialogue]:
        """What only calibration sees: whole calls of some authors, and some sentences that are or resemble mandated phrases."""
        return [one for one in self.all if is_kept_back(one, self.recipe) and one.kind in {"call", PHRASE}]


#: One in so many sentences that are, or only resemble, mandated phrases is kept back for calibration.
PHRASES_KEPT_BACK = 7


def is_kept_back(dialogue: Dialogue, recipe: Recipe) -> bool:
    """Whether only calibration may see it."""
    if dialogue.kind == PHRASE:
        return int(dialogue.id.removeprefix(dialogue.author)) % PHRASES_KEPT_BACK == 0
    return dialogue.author in recipe.calibrated_on


def meanings(run: Run) -> None:
    """Ask the teacher what sentences mean: WORK/meanings.npz."""
    from training.judge.meanings import meanings_of, sentences_of, write_meanings  # noqa: PLC0415 - each stage loads only what it needs

    texts = sorted((run.data / "text").glob("*.txt"))
    rng = random.Random(run.recipe.seed)
    sentences = sentences_of(run.learnt, texts, run.recipe.meanings.general, rng)
    write_meanings(meanings_of(sentences), run.work / "meanings.npz")
    print(f"{len(sentences)} sentences")


def pretrain(run: Run) -> None:
    """Learn what sentences mean: WORK/pretrained.pt."""
    import torch  # noqa: PLC0415

    from training.judge.examples import Tables  # noqa: PLC0415
    from training.judge.learn import pretrain as learn  # noqa: PLC0415
    from training.judge.meanings import read_meanings  # noqa: PLC0415

    rng = _prepared(run)
    known = read_meanings(run.work / "meanings.npz")
    tables = Tables.of(run.learnt, known.sentences, run.recipe.meanings.seldom)
    network = _network(run, tables)
    learn(network, tables, known, run.recipe.pretraining, rng)
    torch.save((network.state_dict(), tables), run.work / "pretrained.pt")


def train(run: Run) -> None:
    """Learn acts, and write WORK/model."""
    import torch  # noqa: PLC0415

    from training.judge.examples import Noise  # noqa: PLC0415
    from training.judge.export import write_network  # noqa: PLC0415
    from training.judge.learn import train as learn  # noqa: PLC0415

    rng = _prepared(run)
    state, tables = torch.load(run.work / "pretrained.pt", weights_only=False)
    network = _network(run, tables)
    network.load_state_dict(state)
    learnt = run.learnt
    learn(
        network,
        tables,
        learnt,
        run.recipe.training,
        Noise(clause.text for one in learnt for clause in one.clauses),
        rng,
    )
    run.model.mkdir(exist_ok=True)
    write_network(network, tables, run.model / NETWORK)
    (run.model / WORTH).write_text(NOTHING_YET, encoding="utf-8")
    write_examples(learnt, run.model / EXAMPLES, rng)


def calibrate(run: Run) -> None:
    """Fit what the sources of acts are worth on the authors kept back: WORK/model/worth.json."""
    from phrasebook import load_book  # noqa: PLC0415
    from training.judge.calibrate import entry_worth, fit, instances, reliability, write_worth  # noqa: PLC0415
    from voice_agent.acts.act import FAULT  # noqa: PLC0415
    from voice_agent.acts.learned.model import read_model  # noqa: PLC0415

    (run.model / WORTH).write_text(NOTHING_YET, encoding="utf-8")
    book = load_book()
    rows = instances(run.kept_back, read_model(run.model), book)
    worth = fit(rows)
    whole = [one for one in run.all if one.kind in {"call", "excerpt"}]
    usual = worth[f"agent:{FAULT}"].phrase if f"agent:{FAULT}" in worth else 0.0
    write_worth(worth, entry_worth(whole, book, usual), run.model / WORTH)
    for chance, share, count in reliability(rows, worth):
        print(f"probability {chance:.2f}: {share:.2f} of {count}")


def costs(run: Run) -> None:
    """Show what each level costs on the authors kept back, the table of docs/levels.md: WORK/levels.md."""
    from training.judge.costs import chances, table  # noqa: PLC0415
    from voice_agent.acts.learned.model import read_model  # noqa: PLC0415

    calls = [one for one in run.kept_back if one.kind == "call"]
    told = table(chances(calls, read_model(run.model)))
    (run.work / "levels.md").write_text(told + "\n", encoding="utf-8")
    print(told)


def evaluate(run: Run) -> None:
    """Judge the calls that were held out, clean and misheard: WORK/evaluation.json and .txt."""
    from training.judge.evaluate import write_evaluation  # noqa: PLC0415

    print(write_evaluation(run.dialogues / "held-out", run.model, run.work))


def card(run: Run) -> None:
    """Write MODEL_CARD.md beside the model."""
    from training.judge.card import write_card  # noqa: PLC0415

    write_card(run.dialogues, run.recipe, run.work, run.model)


def _prepared(run: Run) -> random.Random:
    """One thread (which waits for nobody), no denormals, one seed: the same weights on every run."""
    import torch  # noqa: PLC0415

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(run.recipe.seed)
    return random.Random(run.recipe.seed)


def _network(run: Run, tables: object):
    from training.judge.network import ActNetwork, Shape  # noqa: PLC0415

    sizes = run.recipe.network
    shape = Shape(
        len(tables.characters) + 1, len(tables.sounds) + 1, len(tables.acts),
        sizes.width, sizes.below, sizes.above, sizes.heads, sizes.layers,
    )  # fmt: skip
    return ActNetwork(shape, sizes.dropout)


def write_examples(dialogues: Sequence[Dialogue], path: Path, rng: random.Random) -> None:
    """Write some clauses of every act, by side and act."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for one in dialogues:
        for clause, known in zip(one.clauses, one.labelled, strict=True):
            if known and len(clause.text) >= TELLING:
                for act in clause.acts:
                    found[f"{clause.who}:{act}"][clause.text] = None
    kept = {act: sorted(rng.sample(list(texts), min(KEPT, len(texts)))) for act, texts in sorted(found.items())}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


STAGES = (meanings, pretrain, train, calibrate, costs, evaluate, card)
