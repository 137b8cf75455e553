"""Settings of a training run, read from TOML."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

DEFAULT = Path(__file__).with_name("recipe.toml")


@dataclass(frozen=True)
class Sound:
    """How recordings become training sound; see `recipe.toml`."""

    copies: int
    minutes: float
    telephone: float
    noisy: float
    noise: float


@dataclass(frozen=True)
class Training:
    """How the network learns; see `recipe.toml`."""

    hours: float
    seconds: float
    body: float
    lower: float
    lower_every: int
    head: float
    masks: float
    whole: list[str]
    bend: float
    views: int
    agreement: float
    ctc: float
    flat: float
    average_every: int
    remember: float
    of_start: float
    keep_normalisation: bool
    heard: dict[str, float]
    settled_on: dict[str, float]
    checkpoint_minutes: float

    def __post_init__(self) -> None:
        """Raise ValueError where more views are asked for than can be compared, or shares of lists make too much."""
        if self.views not in (1, 2):
            raise ValueError(f"[training] views = {self.views}: an utterance can be in a batch once or twice")
        if sum(self.heard.values()) >= 1:
            raise ValueError("[training] heard: the lists that are named must leave a share to the others")
        if sum(self.settled_on.values()) > 1:
            raise ValueError("[training] settled_on: the shares add up to more than all")


@dataclass(frozen=True)
class Language:
    """What the language model is made of; see `recipe.toml`."""

    words: int
    keep: int
    digit_lines: int
    default_weight: float
    figure_bonus: float
    weights: dict[str, float]

    def share(self, name: str) -> float:
        """Return the weight of a text."""
        return self.weights.get(name, self.default_weight)


@dataclass(frozen=True)
class Rescoring:
    """How the network of the second look learns; see `recipe.toml`."""

    millions: float
    vectors: int
    hidden: int
    dropout: float
    rate: float
    batch: int
    weight: float
    ngram_weight: float
    default_copies: float
    copies: dict[str, float]


@dataclass(frozen=True)
class Recipe:
    """A whole recipe; `network` holds the sizes of `network.Shape`, `decoding` what `conf/model.conf` says."""

    seed: int
    network: dict[str, int]
    sound: Sound
    training: Training
    language: Language
    rescoring: Rescoring
    decoding: dict[str, float]


SECTIONS = {"sound": Sound, "training": Training, "language": Language, "rescoring": Rescoring}


def _section(kind: type, path: Path, name: str, table: dict[str, Any]) -> Any:
    wanted = {field.name for field in fields(kind)}
    if wrong := wanted ^ table.keys():
        raise ValueError(f"{path}: [{name}] has missing or unknown keys: {', '.join(sorted(wrong))}")
    return kind(**table)


def load_recipe(path: Path = DEFAULT) -> Recipe:
    """Read a recipe.

    Raises:
        ValueError: a key is missing or unknown; the message names the file, the section and the key.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    for name, kind in SECTIONS.items():
        table[name] = _section(kind, path, name, table.get(name, {}))
    recipe: Recipe = _section(Recipe, path, "top", table)
    return recipe
