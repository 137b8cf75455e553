"""The network of the second look (needs the training environment; run by `test_smoke.py`)."""

from pathlib import Path

import numpy as np
import pytest
import torch

from training import recurrent as recipe
from training.recipe import Rescoring
from training.recurrent import RecurrentNetwork, Words, write_network
from training.recurrent_training import Loss, perplexity, train_network
from voice_agent.hearing.rescoring import recurrent_model as product
from voice_agent.hearing.rescoring.recurrent_model import RecurrentModel

KNOWN = ["一", "三", "为", "二", "再见", "号", "好", "工号", "您", "您好", "服务", "讲", "请"]
WORDS = Words(KNOWN)
TEXTS = [
    ["您好", "请", "讲"],
    ["您好"],
    ["再见"],
    [],
    ["您好", "龘", "请", "讲"],
    ["工号", "一", "二", "三", "为", "您", "服务"],
]


def network(vectors: int = 24, hidden: int = 32) -> RecurrentNetwork:
    torch.manual_seed(1)
    net = RecurrentNetwork(torch.arange(1.0, len(WORDS) + 1), WORDS.spellings(), vectors, hidden, 0.0).eval()
    torch.nn.init.normal_(net.own.weight, 0, 0.5)
    return net


def test_the_product_computes_what_pytorch_computes(tmp_path: Path) -> None:
    """Texts cost the same nats in numpy, but for the rounding to 8 bits: beginnings in common, unknown words, nothing at all."""
    net = network()
    write_network(net, 0.7, tmp_path / "words.npz")
    model = RecurrentModel(tmp_path / "words.npz", KNOWN)
    expected = []
    for text in TEXTS:
        said = torch.tensor([WORDS.numbers(text)])
        with torch.no_grad():
            expected.append(-float(net.logits(net(said[:, :-1])).gather(-1, said[:, 1:, None]).sum()))
    np.testing.assert_allclose(model.costs(TEXTS).sum(axis=1), expected, rtol=0.01)
    assert model.weight == 0.7
    assert (recipe.BOUNDARY, recipe.UNKNOWN) == (product.BOUNDARY, product.UNKNOWN)


def test_words_with_a_character_in_common_share_what_is_known_of_it() -> None:
    """What 您 brings along is in 您好 and 您, not in 再见."""
    net = network()
    number = {word: WORDS.numbers([word])[1] for word in KNOWN}
    before = net.vectors(torch.arange(len(WORDS))).detach().clone()
    with torch.no_grad():
        net.characters.weight[net.spellings[number["您"], 0]] += 1.0  # type: ignore[index]
    changed = (net.vectors(torch.arange(len(WORDS))) - before).abs().sum(1) > 1e-6
    assert [word for word in KNOWN if changed[number[word]]] == ["您", "您好"]


def test_the_loss_by_lot_is_on_average_that_over_all_words() -> None:
    """Two words are always counted, of the others some are drawn: a few hundred draws come to the whole sum."""
    net, following = network(), torch.tensor([2, 5, 14, 3])
    wanted = torch.randn(4, 24)
    loss = Loss(torch.arange(1.0, len(WORDS) + 1), always=2, by_lot=64, tidy=0.0)
    with torch.no_grad():
        drawn = torch.stack([loss(net, wanted, following) for _ in range(300)]).mean()
        whole = torch.nn.functional.cross_entropy(net.logits(wanted), following)
    assert float(drawn) == pytest.approx(float(whole), rel=0.05)


def test_training_learns_what_follows_what() -> None:
    """After a few rounds of two sentences the network expects these and no others, and says so without dividing by a sum."""
    torch.manual_seed(1)
    settings = Rescoring(0.1, 16, 32, 0.0, 1e-2, 200, 1.0, -0.5, 1.0, {"few": 1.5})
    texts = {"few": [["您好", "请", "讲"], ["工号", "一", "二", "三", ""]] * 20}
    net = train_network(texts, WORDS, settings, 1, [["您好", "请", "讲"]])
    assert perplexity(net, WORDS, [["您好", "请", "讲"]]) < 2
    assert perplexity(net, WORDS, [["讲", "请", "您好"]]) > 20
    with torch.no_grad():
        sums = net.logits(net(torch.tensor([WORDS.numbers(["您好", "请"])]))).logsumexp(-1)
    assert float(sums.abs().max()) < 0.7
