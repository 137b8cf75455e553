"""The two trainings: first what sentences mean and which syllables belong in them, then which acts they do."""

import random
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.averaging import RunningAverage
from training.judge.dialogues import Dialogue
from training.judge.examples import Example, Noise, Tables, batches, example, numbered
from training.judge.meanings import Meanings
from training.judge.network import ActNetwork, Batch
from training.judge.recipe import Pretraining, Training
from training.judge.splice import Splicer
from training.muon import Muon
from voice_agent.acts.act import FAULT, FAULT_NAMES
from voice_agent.acts.learned.encode import Tokens
from voice_agent.speech.sounds import syllables

GRADIENT_NORM = 1.0
WARM_UP_STEPS = 100
SHARPNESS = 20.0  # of the likeness between meanings
MEANING = 3.0  # weight of each sentence's own meaning beside telling it from the others
COLOURLESS = 0.1  # share of characters hidden in pretraining, their sound stays
EASING = 1.25  # rates fall so much steeper than a straight line, to what is left at the end
UNLIKELY = -4.0  # logit that every act begins with
#: What must not be heard from a clerk: seldom said, and heard last of all acts.
FAULT_ACTS = frozenset(f"agent:{name}" for name in (FAULT, *FAULT_NAMES))


def optimiser(network: ActNetwork, rate: float, others: float, extra: Sequence[nn.Parameter] = ()) -> Muon:
    """Muon for the matrices between syllables, Adam for tables, edges and `extra`."""
    even, rest = [], list(extra)
    for name, parameter in network.named_parameters():
        matrix = parameter.ndim == 2 and name.startswith(("below", "above", "layers", "pooled"))
        (even if matrix else rest).append(parameter)
    made = Muon([{"params": even, "even": True}, {"params": rest}])
    for group, full in zip(made.param_groups, (rate, others), strict=True):
        group["full"] = full
    return made


def step(
    made: Muon, loss: Tensor, parameters: Sequence[nn.Parameter], done: int, share: float, left: float = 0.0
) -> None:
    """One step down; rates rise at the beginning and fall to `left` of what they are as `share` of the training nears 1."""
    for group in made.param_groups:
        group["lr"] = group["full"] * min(1.0, (done + 1) / WARM_UP_STEPS) * max(left, min(1.0, EASING * (1 - share)))
    made.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(parameters, GRADIENT_NORM)
    made.step()


class Pretrainer(nn.Module):
    """What is asked of the network before it learns acts: the teacher's vector of a sentence, and hidden syllables."""

    def __init__(self, network: ActNetwork, dimensions: int, sounds: int) -> None:
        super().__init__()
        self.network = network
        self.meaning = nn.Linear(network.shape.width, dimensions)
        self.guess = nn.Linear(network.shape.width, sounds)

    def forward(self, batch: Batch, vectors: Tensor, hidden: Tensor, guessing: float) -> Tensor:
        """The loss of a batch of sentences."""
        wanted = batch.sounds.clone()
        batch.sounds[hidden] = batch.characters[hidden] = 0
        batch.characters[torch.rand(batch.real.shape) < COLOURLESS] = 0
        said = self.network.hidden(batch)
        real = batch.real[..., None].float()
        meant = functional.normalize(self.meaning((said * real).sum(1) / real.sum(1)), dim=-1)
        own = MEANING * (1 - (meant * vectors).sum(-1)).mean()
        likeness = (vectors @ vectors.T * SHARPNESS).softmax(-1)
        told_apart = functional.cross_entropy(meant @ vectors.T * SHARPNESS, likeness)
        return own + told_apart + guessing * functional.cross_entropy(self.guess(said[hidden]), wanted[hidden])


def pretrain(
    network: ActNetwork, tables: Tables, meanings: Meanings, settings: Pretraining, rng: random.Random
) -> None:
    """Learn what sentences mean, and which syllables belong in them."""
    trainer = Pretrainer(network, meanings.vectors.shape[1], len(tables.sounds) + 1).train()
    extra = [*trainer.meaning.parameters(), *trainer.guess.parameters()]
    made = optimiser(network, settings.rate, settings.rate * 2 / 3, extra)
    vectors = torch.from_numpy(meanings.vectors)
    done = 0
    for number in range(settings.rounds):
        groups = list(_groups(meanings.sentences, settings.batch, rng))
        for place, group in enumerate(groups):
            batch = numbered(
                [_sentence(meanings.sentences[one], rng) for one in group], tables, ["line"] * len(group), None, 0.0
            )
            hidden = (torch.rand(batch.real.shape) < settings.hidden) & batch.real
            if not hidden.any():
                continue
            loss = trainer(batch, vectors[group], hidden, settings.guessing)
            step(made, loss, list(trainer.parameters()), done, (number + place / len(groups)) / settings.rounds)
            done += 1
            if done % 200 == 0:
                print(f"pretraining: {done} steps, loss {loss.item():.3f}", flush=True)


def _groups(sentences: Sequence[str], size: int, rng: random.Random) -> Iterator[list[int]]:
    """Numbers of sentences of like length, about `size` syllables together, in random order."""
    groups: list[list[int]] = [[]]
    for number in sorted(range(len(sentences)), key=lambda one: (len(sentences[one]), rng.random())):
        if groups[-1] and len(sentences[number]) * (len(groups[-1]) + 1) > size:
            groups.append([])
        groups[-1].append(number)
    rng.shuffle(groups)
    yield from groups


def _sentence(text: str, rng: random.Random) -> Example:
    count, side = len(text), rng.randint(0, 1)
    nothing = [0] * count
    tokens = Tokens(text, syllables(text), [side] * count, nothing, nothing, nothing, (), (0,))
    return Example(tokens, [()] * count, [1.0] * count, [()] * count, nothing)


def train(
    network: ActNetwork,
    tables: Tables,
    dialogues: Sequence[Dialogue],
    settings: Training,
    noise: Noise,
    rng: random.Random,
) -> None:
    """Learn the acts of every syllable; every round hears other versions of the dialogues, most of them misheard.

    What is kept of each go is a running average of the weights, of all goes their mean: it errs less on other authors than any one.
    """
    nn.init.normal_(network.acts.weight, 0, 0.01)
    nn.init.constant_(network.acts.bias, UNLIKELY)
    ends = []
    for number in range(len(settings.rounds)):
        one_go(network, tables, dialogues, settings, number, noise, rng)
        ends.append({name: value.clone() for name, value in network.state_dict().items()})
    network.load_state_dict(mean(ends))
    network.eval()


def mean(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of the weights of networks that learnt from each other's end."""
    return {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}


def one_go(
    network: ActNetwork,
    tables: Tables,
    dialogues: Sequence[Dialogue],
    settings: Training,
    number: int,
    noise: Noise,
    rng: random.Random,
) -> None:
    """Go number `number` over the dialogues, from wherever the network is; it ends with the average of its weights."""
    rounds, rate = settings.rounds[number], settings.rates[number]
    made = optimiser(network.train(), rate, rate / 2)
    splicer, average = Splicer(dialogues), RunningAverage(network, settings.remember)
    emphasis = torch.tensor([settings.faults[number] if name in FAULT_ACTS else 1.0 for name in tables.acts])
    done = 0
    for turn in range(rounds):
        heard = [(example(splicer.spliced(one, rng), tables, rng, noise), one.kind) for one in dialogues]
        groups = list(batches(heard, tables, settings.batch, rng, settings.hidden))
        total = 0.0
        for place, batch in enumerate(groups):
            loss = act_loss(network, batch, emphasis)
            share = (turn + place / len(groups)) / rounds
            step(made, loss, list(network.parameters()), done, share, settings.left)
            average.update(network)
            done += 1
            total += loss.item()
        print(f"training: go {number + 1}, round {turn + 1}, loss {total / len(groups):.3f}", flush=True)
    network.load_state_dict(average.weights)


def act_loss(network: ActNetwork, batch: Batch, emphasis: Tensor) -> Tensor:
    """Nats of all acts of a syllable, on average; every clause weighs by the root of its length, every act by its `emphasis`."""
    lost = functional.binary_cross_entropy_with_logits(network(batch), batch.wanted, reduction="none")
    lost = (lost * batch.known * emphasis).sum(-1)
    return (lost * batch.weights).sum() / batch.weights.sum()
