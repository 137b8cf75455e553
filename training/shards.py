"""Augmented features on disk: made once, read many times, in an order that can be repeated."""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from training.augment import LINE_RATE, augmented, doubled, resampled
from training.corpus import Utterance
from training.features import RATE, Floats, mfcc, outputs_of
from training.noises import noise_of_a_line
from training.phones import Inventory
from training.recipe import Recipe
from voice_agent.hearing.sound.telephone import through_telephone


@dataclass(frozen=True)
class Example:
    """Features of one utterance and the network outputs it should make."""

    features: Floats
    targets: list[int]

    @property
    def seconds(self) -> float:
        """Length of the sound."""
        return len(self.features) / 100

    def fits(self) -> bool:
        """Tell whether the outputs suffice for the targets: equal neighbours need a blank between them."""
        doubles = sum(a == b for a, b in zip(self.targets, self.targets[1:], strict=False))
        return outputs_of(len(self.features)) > len(self.targets) + doubles


def read_sound(path: Path) -> tuple[Floats, int]:
    """Read a mono recording at 8 or 16 kHz (others are resampled to 16), in [-1, 1]."""
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = sound[:, 0]
    if rate in (LINE_RATE, RATE):
        return mono, rate
    return resampled(mono, round(len(mono) * RATE / rate) // 2 * 2), RATE


class Pool:
    """Other recordings, for babble."""

    def __init__(self, utterances: list[Utterance], rate: int) -> None:
        self.utterances, self.rate = utterances, rate

    def __call__(self, rng: np.random.Generator) -> Floats:
        """Return any of them, in [-1, 1]."""
        sound, rate = read_sound(self.utterances[int(rng.integers(len(self.utterances)))].path)
        return sound if rate == self.rate else resampled(sound, round(len(sound) * self.rate / rate) // 2 * 2)


def examples(
    utterances: list[Utterance], inventory: Inventory, recipe: Recipe, rng: np.random.Generator
) -> Iterator[Example]:
    """Augment utterances, leaving out those with unknown sounds and those too short for their words."""
    for utterance in utterances:
        sound, rate = read_sound(utterance.path)
        targets = inventory.targets(utterance.text)
        if targets is None or len(sound) < rate // 10:
            continue
        noisy = augmented(sound, rate, rng, Pool(utterances, rate), recipe.sound.telephone, recipe.sound.noisy)
        example = Example(mfcc(noisy), targets)
        if example.fits():
            yield example
        if rng.random() < recipe.sound.noise:
            yield Example(mfcc(doubled(np.round(noise_of_a_line(rng) * 32767))), [])


def plain_examples(utterances: list[Utterance], inventory: Inventory, telephone: bool) -> Iterator[Example]:
    """Features of recordings as they are, or as a telephone line would deliver them: what errors are measured on."""
    for utterance in utterances:
        sound, rate = read_sound(utterance.path)
        samples = np.round(sound * 32767)
        if telephone:
            samples = doubled(through_telephone(samples.astype(np.int16), rate).astype(float))
        elif rate == LINE_RATE:
            samples = doubled(samples)
        if (targets := inventory.targets(utterance.text)) is not None:
            yield Example(mfcc(samples), targets)


def write_shard(path: Path, made: list[Example]) -> None:
    """Write features in half precision, and lengths and targets beside them; complete or not at all."""
    np.save(path.with_suffix(".npy"), np.concatenate([example.features for example in made]).astype("f2"))
    scratch = path.with_suffix(".part")
    scratch.write_text(json.dumps([(len(example.features), example.targets) for example in made]), encoding="ascii")
    scratch.rename(path.with_suffix(".json"))


def read_shard(path: Path) -> list[Example]:
    """Read a shard back."""
    features, start, made = np.load(path.with_suffix(".npy")), 0, []
    for frames, targets in json.loads(path.with_suffix(".json").read_text(encoding="ascii")):
        made.append(Example(features[start : start + frames].astype("f4"), targets))
        start += frames
    return made


def read_targets(path: Path) -> list[list[int]]:
    """Read only the targets of a shard."""
    return [targets for _, targets in json.loads(path.with_suffix(".json").read_text(encoding="ascii"))]


def augment_all(lists: dict[str, list[Utterance]], inventory: Inventory, recipe: Recipe, folder: Path) -> int:
    """Write every copy of every recording as shards; those that are there already are kept. Each list has shards of its own, named
    `shard_LIST_NUMBER`, so that it can be given more weight. Returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for place, (name, utterances) in enumerate(sorted(lists.items())):
        for number, part in enumerate(_copies(utterances, recipe)):
            path = folder / f"shard_{name}_{number:05d}"
            if not path.with_suffix(".json").exists():
                rng = np.random.default_rng([recipe.seed, place, number])
                write_shard(path, list(examples(part, inventory, recipe, rng)))
                print(f"{path.name}: {len(part)} recordings", flush=True)
            count += 1
    return count


def list_of(shard: Path) -> str:
    """The name of the list that a shard's recordings come from."""
    return shard.stem.removeprefix("shard_").rpartition("_")[0]


def by_list(shards: list[Path], names: Iterable[str]) -> tuple[dict[str, list[Path]], list[Path]]:
    """The shards of each list that is named, and all others."""
    named = {name: [shard for shard in shards if list_of(shard) == name] for name in names}
    return named, [shard for shard in shards if list_of(shard) not in named]


def _copies(utterances: list[Utterance], recipe: Recipe) -> Iterator[list[Utterance]]:
    """All recordings as often as the recipe says, each time in another order, in parts of a shard."""
    for copy in range(recipe.sound.copies):
        order = utterances[:]
        random.Random(f"{recipe.seed} {copy}").shuffle(order)
        yield from _parts(order, recipe.sound.minutes)


def _parts(order: list[Utterance], minutes: float) -> Iterator[list[Utterance]]:
    """Divide recordings into parts of about `minutes`."""
    part: list[Utterance] = []
    seconds = 0.0
    for utterance in order:
        part.append(utterance)
        seconds += soundfile.info(utterance.path).duration
        if seconds >= 60 * minutes:
            yield part
            part, seconds = [], 0.0
    if part:
        yield part
