"""The learned model of acts as the product uses it: the network, what its words are worth, and known examples of every act."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

from rapidfuzz import fuzz, process

from voice_agent.acts.hear import Worth
from voice_agent.acts.learned.encode import encode, encode_alone
from voice_agent.acts.learned.network import ActNetwork, read_network
from voice_agent.acts.learned.runs import Run, runs_of
from voice_agent.errors import ModelError
from voice_agent.speech.stream import Stream
from voice_agent.values import Channel

#: The model that comes with the product; a folder holds these files.
BUNDLED = Path(__file__).parents[2] / "models" / "acts"
NETWORK, WORTH, EXAMPLES = "acts.npz", "worth.json", "examples.json"
#: The key in ``WORTH`` of what phrases of single entries are worth.
ENTRIES = "entries"
#: The ids of mandated phrases among the acts.
_PHRASE = re.compile("[TW][0-9]{2}")
#: How many examples explain a finding.
_NEAREST = 2


@dataclass(frozen=True)
class ActModel:
    """``worth`` and ``examples`` by act as ``agent:greeting``; ``entries``: what a prohibited phrase of an entry is worth, nats; ``digest`` of the network and of what its words are worth."""

    network: ActNetwork
    worth: Mapping[str, Worth]
    examples: Mapping[str, tuple[str, ...]]
    entries: Mapping[str, float]
    digest: str

    def hear(self, streams: Sequence[Stream]) -> Mapping[tuple[Channel, str], list[Run]]:
        """Side and act → where it is done."""
        return runs_of(self.network, encode(streams))

    def alone(self, stream: Stream, first: int, last: int, act: str) -> float:
        """How probable the network finds the act in places ``first`` to ``last`` (exclusive), whatever is said around them."""
        tokens = encode_alone(stream, first, last)
        return float(self.network.probabilities(tokens)[:, self.network.names.acts.index(f"agent:{act}")].max())

    def phrases(self, stream: Stream) -> Mapping[str, float]:
        """Mandated phrase → how probable the network finds it that a sentence, said alone, is that phrase in whatever words."""
        means = self.network.probabilities(encode_alone(stream, 0, len(stream.said))).mean(0)
        names = (name.split(":")[1] for name in self.network.names.acts)
        return {name: float(mean) for name, mean in zip(names, means, strict=True) if _PHRASE.fullmatch(name)}

    def worth_of(self, channel: Channel, act: str) -> Worth | None:
        """What the sources are worth for an act of a side; on a mixed channel either side may be speaking."""
        return self.worth.get(f"{'caller' if channel == 'caller' else 'agent'}:{act}") or self.worth.get(
            f"caller:{act}"
        )

    def nearest(self, channel: Channel, act: str, text: str) -> list[str]:
        """The known examples of the act that are most like the words heard."""
        known = self.examples.get(f"{'caller' if channel == 'caller' else 'agent'}:{act}", ())
        return [example for example, _, _ in process.extract(text, known, scorer=fuzz.ratio, limit=_NEAREST)]


@lru_cache(maxsize=2)
def read_model(folder: Path) -> ActModel:
    """Read a model that ``training/run judge`` made. Raises ModelError for a folder that is damaged."""
    try:
        return _read(folder)
    except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
        raise ModelError(f"{folder}：行为模型无法读取（{error}）") from error


def _read(folder: Path) -> ActModel:
    network = read_network(folder / NETWORK)
    told = (folder / WORTH).read_text("utf-8")
    known = json.loads(told)
    entries = known.pop(ENTRIES, {})
    worth = {act: Worth(**nats) for act, nats in known.items()}
    examples = {act: tuple(texts) for act, texts in json.loads((folder / EXAMPLES).read_text("utf-8")).items()}
    return ActModel(network, worth, examples, entries, f"{network.digest[:16]}-{_short(told)}")


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def bundled() -> ActModel | None:
    """The model that comes with the product; None in a tree that has none yet."""
    return read_model(BUNDLED) if (BUNDLED / NETWORK).exists() else None
