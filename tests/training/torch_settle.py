"""What is exported: weights between start and end, normalisations that belong to them (needs torch; run by `test_smoke.py`)."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from training.averaging import Processes
from training.network import AcousticNetwork, Shape
from training.recipe import load_recipe
from training.settle import between, measure_normalisation
from training.shards import Example, list_of, write_shard
from training.train import CHECKPOINT, Trainer, starting_weights

SHAPE = Shape(5, dim=8, bottleneck=4, first=6, last=4, fast=1, slow=1, slow_bottleneck=4)


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_the_share_of_the_start_counts(share: float) -> None:
    """None leaves the trained weights, all of it gives the start's, a quarter lies a quarter of the way back."""
    trained, start = AcousticNetwork(SHAPE), AcousticNetwork(SHAPE).state_dict()
    mixed = between(trained, start, share).state_dict()
    for name, value in trained.state_dict().items():
        if value.dtype.is_floating_point:
            torch.testing.assert_close(mixed[name], (1 - share) * value + share * start[name])


def test_normalisations_are_those_of_the_sound(tmp_path: Path) -> None:
    """Whatever they were before, they become the means of what the first layer makes of the training sound."""
    rng = np.random.default_rng(1)
    frames = np.tile(rng.standard_normal((1, 40)), (90, 1)).astype("f4")  # every frame alike: masks change nothing
    write_shard(tmp_path / "shard_00000", [Example(frames, [1, 2])])
    net = AcousticNetwork(SHAPE).eval()
    net.b1.running_mean.fill_(7.0)
    measure_normalisation(net, [tmp_path / "shard_00000.json"], replace(load_recipe().training, bend=0.0), 1)
    heard = torch.from_numpy(np.tile(frames[0].astype("f2").astype("f4"), 3))
    wanted = torch.relu(net.t1(torch.nn.functional.linear(heard, net.lda, net.ldab)))
    torch.testing.assert_close(net.b1.running_mean, wanted, rtol=0.01, atol=0.05)
    assert not net.training


def test_normalisations_can_be_kept_while_the_weights_learn() -> None:
    """A batch leaves means and variances as they are and is normalised by them: an utterance means the same in any company."""
    net = AcousticNetwork(SHAPE)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    net.train()
    net.keep_normalisation()
    frames = torch.randn(2, 3 * 3 + 1 + 2 * SHAPE.context, 40)
    together, alone = net(frames), net(frames[:1])
    torch.testing.assert_close(together[:1], alone)
    alone.sum().backward()
    assert net.out.weight.grad is not None
    for name, value in net.state_dict().items():
        torch.testing.assert_close(value, before[name])


@pytest.mark.parametrize("continues", [True, False])
def test_only_a_model_that_is_continued_keeps_its_normalisations(tmp_path: Path, continues: bool) -> None:
    """The same training from another start learns them: those it begins with mean nothing."""
    rng = np.random.default_rng(1)
    (tmp_path / "shards").mkdir()
    write_shard(tmp_path / "shards" / "shard_real_00000", [Example(rng.standard_normal((90, 40)).astype("f4"), [1, 2])])
    recipe = load_recipe()
    recipe = replace(recipe, training=replace(recipe.training, keep_normalisation=True, hours=0.02))
    trainer = Trainer(AcousticNetwork(SHAPE), recipe, tmp_path, Processes(0, 1, tmp_path / "meeting"))
    weights = trainer.net.out.weight.detach().clone()
    trainer.run(continues)
    assert not torch.equal(trainer.net.out.weight, weights)
    assert (trainer.net.b1.running_mean.abs().max() == 0) == continues


def test_normalisations_are_measured_on_what_is_asked_for(tmp_path: Path) -> None:
    """Lists that are named get their share, as far as they have shards; the others fill up; a list that is not there takes nothing away."""
    names = ("real_00001", "real_00002", "real_00003", "more_speech_00000")
    for number, name in enumerate(names):
        write_shard(tmp_path / f"shard_{name}", [Example(np.full((90, 40), number, "f4"), [1, 2])])
    shards = sorted(tmp_path.glob("shard_*.json"))
    assert {list_of(shard) for shard in shards} == {"real", "more_speech"}
    settings = replace(load_recipe().training, bend=0.0, settled_on={"more_speech": 0.5, "absent": 0.3})
    net = AcousticNetwork(SHAPE)
    with torch.no_grad():  # the first layer passes on what it hears
        net.lda.copy_(torch.eye(6, 120))
        net.t1.weight.copy_(torch.eye(8, 6))
        net.t1.bias.zero_()
    measure_normalisation(net, shards, settings, 1)
    torch.testing.assert_close(net.b1.running_mean[0], torch.tensor((0 + 1 + 2 + 3) / 4))
    settings = replace(settings, settled_on={"real": 0.0})
    measure_normalisation(net, shards, settings, 1)
    torch.testing.assert_close(net.b1.running_mean[0], torch.tensor(3.0))


def test_the_start_is_that_of_the_training_in_the_folder(tmp_path: Path) -> None:
    """A training that continues a model keeps its start through interruptions; one that begins anew forgets an earlier one's."""
    (tmp_path / "shards").mkdir()
    write_shard(tmp_path / "shards" / "shard_00000", [Example(np.zeros((90, 40), "f4"), [1, 2])])

    def trainer() -> Trainer:
        return Trainer(AcousticNetwork(SHAPE), load_recipe(), tmp_path, Processes(0, 1, tmp_path / "meeting"))

    first = trainer()
    first.keep_start(continues=True)
    first.save()
    trainer().keep_start(continues=True)
    kept = starting_weights(tmp_path)
    assert kept is not None
    torch.testing.assert_close(kept["out.weight"], first.net.out.weight.detach())
    (tmp_path / CHECKPOINT).unlink()
    trainer().keep_start(continues=False)
    assert starting_weights(tmp_path) is None
