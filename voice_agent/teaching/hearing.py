"""Calls with decisions → syllables with what the network makes of them and what is known of their acts. Numpy only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from voice_agent.acts.learned.encode import Tokens, encode, encode_alone
from voice_agent.acts.learned.model import ActModel
from voice_agent.privacy.finding import DOT
from voice_agent.privacy.talk import hidden_transcript
from voice_agent.speech.stream import listen
from voice_agent.teaching.labels import Case, Label, labels_of
from voice_agent.values import Channel, Segment, Transcript

Rows = npt.NDArray[np.float32]
#: Syllables of a call, and of the sentences that come with the product, of which nothing is known but what the shipped model makes of them.
KEPT_OF_CALL, KEPT_SHIPPED = 40, 3000
#: Sentences of the product that are heard for that, by lot.
SENTENCES = 500
#: How long a syllable of a written sentence lasts, seconds.
SYLLABLE = 0.22
#: The clause around the likeliest syllable: those at least this probable beside it, of all that ring there.
SHARE = 0.4


@dataclass(frozen=True)
class Heard:
    """A call as the network reads it: hidden numbers, probabilities (not calibrated), side and time of every syllable."""

    hidden: Rows
    raw: Rows
    sides: npt.NDArray[np.str_]
    starts: npt.NDArray[np.float64]
    ends: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """Syllables whose act is known: numbers of the network, whether the act is done, what each weighs. One entry a decision and act."""

    case: str
    act: str
    hidden: Rows
    done: bool
    weight: float


def masked(transcript: Transcript) -> Transcript:
    """The transcript with everything personal replaced syllable by syllable: none becomes an example."""
    hidden = hidden_transcript(transcript)
    return replace(hidden, segments=tuple(_unmarked(one) for one in hidden.segments))


def _unmarked(segment: Segment) -> Segment:
    words = tuple(replace(word, text=_zeros(word.text)) for word in segment.words)
    return replace(segment, text=_zeros(segment.text), words=words)


def _zeros(text: str) -> str:
    return text.replace(DOT, "零")


def hear(transcript: Transcript, model: ActModel) -> Heard | None:
    """What the network makes of a call; None for a call on one mixed channel (nobody knows who spoke) or without speech."""
    channels: tuple[Channel, ...] = ("agent", "caller")
    streams = [listen(transcript, channel) for channel in channels]
    by_channel = {stream.channel: stream for stream in streams}
    tokens = encode(streams)
    if not tokens.characters or any(one.channel == "mixed" for one in transcript.segments):
        return None
    places = [(spurt.channel, place) for spurt in tokens.spurts for place in range(spurt.first, spurt.last)]
    hidden, raw = _through(tokens, model)
    return Heard(
        hidden, raw, np.array([channel for channel, _ in places]),
        np.array([by_channel[channel].starts[place] for channel, place in places]),
        np.array([by_channel[channel].ends[place] for channel, place in places]),
    )  # fmt: skip


def _through(tokens: Tokens, model: ActModel) -> tuple[Rows, Rows]:
    hidden = model.network.hidden(tokens)
    return hidden, last_layer(hidden, model.network.weights["acts.weight"], model.network.weights["acts.bias"])


def last_layer(hidden: Rows, weight: Rows, bias: Rows) -> Rows:
    """Probabilities of acts from hidden numbers."""
    probable: Rows = np.float32(1.0) / (np.float32(1.0) + np.exp(-(hidden @ weight + bias)))
    return probable


def known_of(case: Case, heard: Heard, acts: Sequence[str]) -> list[Known]:
    """What the decisions on a call teach; acts that the network does not know teach nothing."""
    numbers = {name: number for number, name in enumerate(acts)}
    return [
        one
        for decision in case.decisions
        for label in labels_of(decision)
        for one in _known(case.name, label, heard, numbers, decision.weight)
    ]


def _known(case: str, label: Label, heard: Heard, numbers: dict[str, int], weight: float) -> Iterable[Known]:
    there = (heard.sides == label.side) & _within(heard, label.spans)
    names = [name for act in label.acts if (name := f"{label.side}:{act}") in numbers]
    if not there.any() or not names:
        return
    if label.done and not label.everywhere:
        # Of acts of which one is enough, and of places of which one is it, the likeliest is taken.
        best = max(names, key=lambda name: float(heard.raw[there, numbers[name]].max()))
        yield Known(case, best, heard.hidden[_clause(heard, there, numbers[best])], True, weight)
        return
    for name in names:
        yield Known(case, name, heard.hidden[there], label.done, weight)


def _within(heard: Heard, spans: Sequence[tuple[float, float]]) -> npt.NDArray[np.bool_]:
    if not spans:
        return np.ones(len(heard.starts), bool)
    inside = np.zeros(len(heard.starts), bool)
    for start, end in spans:
        inside |= (heard.ends > start - 0.01) & (heard.starts < end + 0.01)
    return inside


def _clause(heard: Heard, there: npt.NDArray[np.bool_], act: int) -> npt.NDArray[np.bool_]:
    """The syllables around the likeliest one that are probable too, as far as they follow each other."""
    column = np.where(there, heard.raw[:, act], -1.0)
    best = int(column.argmax())
    enough = column >= SHARE * column[best]
    first, last = best, best
    while first > 0 and enough[first - 1]:
        first -= 1
    while last + 1 < len(column) and enough[last + 1]:
        last += 1
    chosen = np.zeros(len(column), bool)
    chosen[first : last + 1] = True
    return chosen


def unlabelled(heard: Heard, rng: Any) -> Rows:
    """Some syllables of a call, by lot: what the model made of them shall stay."""
    count = min(KEPT_OF_CALL, len(heard.hidden))
    chosen: Rows = heard.hidden[rng.choice(len(heard.hidden), count, replace=False)]
    return chosen


def shipped(model: ActModel, transcripts: Iterable[Transcript], rng: Any) -> Rows:
    """Syllables of the sentences and calls that come with the product: what the shipped model makes of them shall stay, too."""
    rows = [heard.hidden for one in transcripts if (heard := hear(one, model)) is not None]
    sentences = [(name, text) for name, texts in sorted(model.examples.items()) for text in texts]
    for number in rng.choice(len(sentences), min(SENTENCES, len(sentences)), replace=False):
        name, text = sentences[number]
        channel: Channel = "caller" if name.startswith("caller:") else "agent"
        stream = listen(Transcript("", (Segment(channel, 0.0, SYLLABLE * len(text), text),)), channel)
        if stream.said:
            rows.append(model.network.hidden(encode_alone(stream, 0, len(stream.said))))
    every: Rows = np.concatenate(rows)
    chosen: Rows = every[rng.choice(len(every), min(KEPT_SHIPPED, len(every)), replace=False)]
    return chosen
