"""Two views of an utterance (needs the training environment; run by `test_smoke.py`)."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from training.agreement import disagreement
from training.batches import batches, in_turn
from training.recipe import DEFAULT, load_recipe
from training.shards import Example, write_shard

SETTINGS = replace(load_recipe(DEFAULT).training, seconds=8.0)


def test_disagreement_is_the_divergence_of_either_view_from_the_other() -> None:
    """Nothing where they agree; otherwise the mean over both of Kullback and Leibler's divergence a sound, without frames of padding."""
    torch.manual_seed(0)
    first, second = torch.randn(2, 5, 3).log_softmax(2)
    outputs, counts = torch.tensor([4, 4]), torch.tensor([2, 2])
    assert disagreement(torch.stack([first, first]), outputs, counts) == 0
    said = disagreement(torch.stack([first, second]), outputs, counts)
    one = (second[:4].exp() * (second[:4] - first[:4])).sum() / 2
    other = (first[:4].exp() * (first[:4] - second[:4])).sum() / 2
    torch.testing.assert_close(said, (one + other) / 2)


def test_each_view_is_pulled_and_neither_pulls_itself() -> None:
    """The slope lessens the difference: what a view says less often than the other, it shall say more often."""
    scores = torch.randn(2, 4, 3, requires_grad=True)
    opinions = scores.log_softmax(2)
    (slope,) = torch.autograd.grad(disagreement(opinions, torch.tensor([4, 4]), torch.tensor([1, 1])), scores)
    apart = opinions.exp()[0] - opinions.exp()[1]
    torch.testing.assert_close(slope[0], apart.detach() / 2)
    torch.testing.assert_close(slope[1], -apart.detach() / 2)


def test_an_utterance_is_in_a_batch_once_or_twice() -> None:
    """Three views would be heard and not compared: they are refused by name."""
    with pytest.raises(ValueError, match="views = 3"):
        replace(SETTINGS, views=3)


@pytest.mark.parametrize(("name", "shares"), [("heard", {"a": 0.5, "b": 0.5}), ("settled_on", {"a": 0.7, "b": 0.4})])
def test_shares_that_make_too_much_are_refused(name: str, shares: dict[str, float]) -> None:
    """Lists that are heard more often must leave something to the others; what is measured on cannot be more than all."""
    with pytest.raises(ValueError, match=name):
        replace(SETTINGS, **{name: shares})


def test_the_second_half_of_a_batch_are_the_same_utterances(tmp_path: Path) -> None:
    """In the same order, with the same sounds, but masked and bent otherwise; a batch is no longer than asked for."""
    rng = np.random.default_rng(1)
    made = [Example(rng.standard_normal((100 + 20 * n, 40)).astype("f4"), [n + 1, 2]) for n in range(4)]
    write_shard(tmp_path / "shard_00000", made)
    batch = next(batches([tmp_path / "shard_00000.json"], 1, SETTINGS, random.Random(3)))
    half = len(batch.frames) // 2
    assert len(batch.frames) == 2 * half
    assert batch.seconds <= SETTINGS.seconds
    targets = batch.targets.split(batch.target_lengths.tolist())
    for one, other in zip(range(half), range(half, 2 * half), strict=True):
        assert targets[one].tolist() == targets[other].tolist()
        assert batch.outputs[one] == batch.outputs[other]
        assert not torch.equal(batch.frames[one], batch.frames[other])


def test_no_time_is_masked_in_lists_that_stay_whole(tmp_path: Path) -> None:
    """Where no frame is like its neighbours, a list that is named keeps every frame apart, another has stretches of one value."""
    frames = np.tile(np.arange(300, dtype="f4")[:, None], (1, 40))
    settings = replace(SETTINGS, masks=1.0, bend=0.0, views=1, whole=["numbers"])
    kept = {}
    for name in ("numbers", "real"):
        write_shard(tmp_path / f"shard_{name}_00000", [Example(frames, [1, 2])])
        batch = next(batches([tmp_path / f"shard_{name}_00000.json"], 0, settings, random.Random(3)))
        kept[name] = len(batch.frames[0, :, 0].unique())
    assert kept["numbers"] > kept["real"] + 3


def test_a_list_that_is_named_is_heard_as_often_as_is_asked_for() -> None:
    """Every other shard once, and so many of that list that they make up its share; alone it is heard as it is, absent it takes nothing away."""
    others, named = ([Path(f"shard_{name}_{n:05d}.json") for n in range(6)] for name in ("real", "numbers"))
    rng = random.Random(1)
    order = in_turn([*others, *named[:2]], {"numbers": 0.4, "absent": 0.0}, rng)
    assert sorted(shard for shard in order if shard in others) == others
    assert len(order) == 10
    assert set(order) - set(others) <= set(named[:2])
    assert sorted(in_turn(named, {"numbers": 0.4}, rng)) == named
    assert sorted(in_turn(others, {"numbers": 0.4}, rng)) == others
