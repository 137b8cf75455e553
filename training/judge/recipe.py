"""Settings of the recipe of the learned acts."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

DEFAULT = Path(__file__).with_name("recipe.toml")


@dataclass(frozen=True)
class Sizes:
    """Sizes of the network (`network.Shape`) and its dropout."""

    width: int
    below: int
    above: int
    heads: int
    layers: int
    dropout: float


@dataclass(frozen=True)
class Meanings:
    """How many sentences of each general text are read, and how seldom a character may be."""

    general: int
    seldom: int


@dataclass(frozen=True)
class Pretraining:
    """Rounds over all sentences, syllables a batch, rate of matrices, share of syllables to be guessed, weight of guessing."""

    rounds: int
    batch: int
    rate: float
    hidden: float
    guessing: float


@dataclass(frozen=True)
class Training:
    """One or more goes over all dialogues, each from the end of the one before: rounds, rates of matrices and weights of faults by go.

    Besides: syllables a batch, share of the rate that is left at a go's end, share of characters hidden, memory of the average.
    """

    rounds: list[int]
    rates: list[float]
    faults: list[float]
    batch: int
    left: float
    hidden: float
    remember: float


@dataclass(frozen=True)
class Recipe:
    """A whole recipe; `calibrated_on`: authors that only calibration sees."""

    seed: int
    calibrated_on: tuple[str, ...]
    network: Sizes
    meanings: Meanings
    pretraining: Pretraining
    training: Training


def load_recipe(path: Path = DEFAULT) -> Recipe:
    """Read a recipe. Raises ValueError that names file, section and key where one is missing or unknown."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds = {"network": Sizes, "meanings": Meanings, "pretraining": Pretraining, "training": Training}
    made = {name: _section(kind, path, name, table.pop(name, {})) for name, kind in kinds.items()}
    table["calibrated_on"] = tuple(table.get("calibrated_on", ()))
    recipe: Recipe = _section(Recipe, path, "top", {**table, **made})
    return recipe


def _section(kind: type, path: Path, name: str, table: dict[str, Any]) -> Any:
    wanted = {field.name for field in fields(kind)}
    if wrong := wanted ^ table.keys():
        raise ValueError(f"{path}: [{name}] has missing or unknown keys: {', '.join(sorted(wrong))}")
    return kind(**table)
