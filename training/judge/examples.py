"""Labelled dialogues as numbered tokens, clean or misheard, in batches."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
import torch

from training.judge.dialogues import PHRASE, Dialogue, phrase_acts, transcript_of
from training.judge.mishear import Homophones, misheard, read_confusions
from training.judge.network import Batch
from voice_agent.acts.learned.encode import Tokens, encode
from voice_agent.speech.stream import Stream, listen

CHANNELS = ("agent", "caller")
UNKNOWN = 0


@dataclass(frozen=True)
class Tables:
    """Numbers of characters and sounds (0 is whatever else there is), and of acts; mandated phrases count as acts (`agent:W13`)."""

    characters: dict[str, int]
    sounds: dict[str, int]
    acts: dict[str, int]

    def unknown(self, dialogue: Dialogue, place: int) -> tuple[int, ...]:
        """Acts of which nobody knows whether the clause at ``place`` does them: writers of calls tag no phrases, those of phrases no acts.

        A clause that is tagged, but with nothing that belongs to a phrase, is certainly not that phrase.
        """
        clause = dialogue.clauses[place]
        if dialogue.looked_for and (looked_for := dialogue.looked_for[place]) is not None:
            return tuple(number for name, number in self.acts.items() if name.split(":")[1] not in looked_for)
        return _unknown(tuple(self.acts), dialogue.kind, clause.who, clause.acts)

    @classmethod
    def of(cls, dialogues: Iterable[Dialogue], texts: Iterable[str] = (), seldom: int = 2) -> "Tables":
        """Count what is said often enough to be learnt, and every act."""
        chars: Counter[str] = Counter()
        acts: set[str] = set()
        sounds: Counter[str] = Counter()
        for one in dialogues:
            for tokens in (encode([listen(transcript_of(one), channel) for channel in CHANNELS]),):
                chars.update(tokens.characters)
                sounds.update(tokens.sounds)
            acts.update(f"{clause.who}:{act}" for clause in one.clauses for act in clause.acts)
        acts.update(f"agent:{phrase}" for phrase in phrase_acts())
        for text in texts:
            chars.update(text)
        known = sorted(char for char, count in chars.items() if count >= seldom)
        return cls(
            {char: number for number, char in enumerate(known, 1)},
            {sound: number for number, sound in enumerate(sorted(sounds), 1)},
            {act: number for number, act in enumerate(sorted(acts))},
        )


@lru_cache(maxsize=65536)
def _unknown(names: tuple[str, ...], kind: str, who: str, acts: tuple[str, ...]) -> tuple[int, ...]:
    phrases = phrase_acts()
    if kind == PHRASE:
        return tuple(number for number, name in enumerate(names) if name.split(":")[1] not in phrases)
    if who == "caller":
        return ()
    doubtful = {f"agent:{one}" for one, belongs in phrases.items() if not acts or belongs & set(acts)}
    return tuple(number for number, name in enumerate(names) if name in doubtful)


@dataclass
class Example:
    """One version of a dialogue: token numbers, wanted acts, what each syllable weighs, acts of which nobody knows, clauses.

    One entry a syllable; `unknown` numbers the acts and phrases that nobody looked for there.
    """

    tokens: Tokens
    wanted: list[tuple[int, ...]]
    weights: list[float]
    unknown: list[tuple[int, ...]]
    clauses: list[int]
    texts: list[str] = field(default_factory=list)


def example(
    dialogue: Dialogue, tables: Tables, rng: random.Random | None = None, noise: "Noise | None" = None
) -> Example:
    """Lay a dialogue out, misheard by `noise`, with the acts of every syllable."""
    if noise is not None and rng is not None:
        dialogue = noise.misheard(dialogue, rng)
    transcript = transcript_of(dialogue, rng)
    streams = [listen(transcript, channel) for channel in CHANNELS]
    tokens = encode(streams)
    owners = _owners(dialogue, streams)
    wanted, weights, unknown, clauses = [], [], [], []
    for spurt in tokens.spurts:
        for place in range(spurt.first, spurt.last):
            number = owners[spurt.channel][place]
            clause = dialogue.clauses[number]
            wanted.append(
                tuple(tables.acts[key] for act in clause.acts if (key := f"{clause.who}:{act}") in tables.acts)
            )
            weights.append(len(clause.text) ** -0.5 if dialogue.labelled[number] else 0.0)
            unknown.append(tables.unknown(dialogue, number))
            clauses.append(number)
    return Example(tokens, wanted, weights, unknown, clauses)


def _owners(dialogue: Dialogue, streams: Sequence[Stream]) -> dict[str, list[int]]:
    """The clause of every place of each side's stream."""
    owners: dict[str, list[int]] = {channel: [] for channel in CHANNELS}
    for number, clause in enumerate(dialogue.clauses):
        owners[clause.who] += [number] * len(clause.text)
    for stream in streams:
        if len(owners[stream.channel]) != len(stream.said):
            raise ValueError(
                f"{dialogue.id}: {len(owners[stream.channel])} characters written, {len(stream.said)} said"
            )
    return owners


def numbered(
    examples: Sequence[Example], tables: Tables, kinds: Sequence[str], rng: random.Random | None, drop: float
) -> Batch:
    """A batch; with `rng`, characters are hidden with probability `drop` (sounds a tenth as often), and places now and then."""
    longest = max(len(one.wanted) for one in examples)
    shape = (len(examples), longest)
    arrays = {
        name: np.zeros(shape, np.int64)
        for name in ("characters", "sounds", "sides", "pauses", "beginnings", "endings", "spurts")
    }
    real, weights = np.zeros(shape, bool), np.zeros(shape, np.float32)
    wanted = np.zeros((*shape, len(tables.acts)), np.float32)
    known = np.ones((*shape, len(tables.acts)), np.float32)
    for row, (one, kind) in enumerate(zip(examples, kinds, strict=True)):
        tokens, length = one.tokens, len(one.wanted)
        placed = kind == "call" and (rng is None or rng.random() > 0.15)
        arrays["characters"][row, :length] = [tables.characters.get(char, UNKNOWN) for char in tokens.characters]
        arrays["sounds"][row, :length] = [tables.sounds.get(sound, UNKNOWN) for sound in tokens.sounds]
        arrays["sides"][row, :length] = tokens.sides
        arrays["pauses"][row, :length] = tokens.pauses
        if placed:
            arrays["beginnings"][row, :length] = tokens.beginnings
            arrays["endings"][row, :length] = tokens.endings
        for number, begin in enumerate(tokens.begins):
            arrays["spurts"][row, begin:length] = number
        real[row, :length] = True
        weights[row, :length] = one.weights
        for place, acts in enumerate(one.wanted):
            wanted[row, place, list(acts)] = 1
            known[row, place, list(one.unknown[place])] = 0
    if rng is not None:
        dice = np.random.default_rng(rng.getrandbits(32))
        arrays["characters"][dice.random(shape) < drop] = UNKNOWN
        arrays["sounds"][dice.random(shape) < drop / 10] = UNKNOWN
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
    count = max(len(one.tokens.begins) for one in examples)
    return Batch(
        **tensors,
        real=torch.from_numpy(real),
        count=count,
        wanted=torch.from_numpy(wanted),
        weights=torch.from_numpy(weights),
        known=torch.from_numpy(known),
    )


def batches(
    examples: Sequence[tuple[Example, str]], tables: Tables, size: int, rng: random.Random | None, drop: float = 0.0
) -> Iterator[Batch]:
    """Batches of about `size` syllables with dialogues of like length."""
    dice = rng or random.Random(0)
    ordered = sorted(examples, key=lambda one: (len(one[0].wanted), dice.random()))
    groups: list[list[tuple[Example, str]]] = [[]]
    for one in ordered:
        if groups[-1] and len(one[0].wanted) * (len(groups[-1]) + 1) > size:
            groups.append([])
        groups[-1].append(one)
    if rng is not None:
        rng.shuffle(groups)
    for group in groups:
        yield numbered([one for one, _ in group], tables, [kind for _, kind in group], rng, drop)


#: Shares of syllables that are wrong in a version of a dialogue, drawn for each version.
LEVELS = (0.0, 0.0, 0.05, 0.1, 0.2)


class Noise:
    """Dialogues as a recogniser mishears them (`mishear`), more or less, by lot."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._homophones, self._table = Homophones(texts), read_confusions()

    def misheard(self, dialogue: Dialogue, rng: random.Random) -> Dialogue:
        """A version with a level of noise drawn for the whole dialogue (none in two fifths)."""
        level = rng.choice(LEVELS)
        if not level:
            return dialogue
        clauses = tuple(
            replace(clause, text=misheard(clause.text, level, self._homophones, rng, self._table))
            for clause in dialogue.clauses
        )
        return replace(dialogue, clauses=clauses)
