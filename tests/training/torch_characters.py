"""The character network (needs the training environment; run by `test_smoke.py`)."""

from pathlib import Path

import numpy as np
import torch

from training import characters as recipe
from training.character_training import perplexity, train_characters
from training.characters import CharacterNetwork, Characters, write_characters
from training.recipe import CharacterSettings
from voice_agent.hearing import character_model as product
from voice_agent.hearing.character_model import CharacterModel

KNOWN = Characters("您好请讲再见工号零一二三")
TEXTS = ["您好请讲", "您好", "再见", "", "您好龘请讲", "工号一二三为您服务"]


def test_the_product_computes_what_pytorch_computes(tmp_path: Path) -> None:
    """Texts cost the same nats in numpy, but for the rounding to 8 bits: beginnings in common, unknown characters, nothing at all."""
    torch.manual_seed(1)
    net = CharacterNetwork(torch.arange(1.0, len(KNOWN) + 1), 24, 32, 0.0).eval()
    torch.nn.init.normal_(net.vectors.weight, 0, 0.5)
    write_characters(net, KNOWN, 0.7, tmp_path / "characters.npz")
    model = CharacterModel(tmp_path / "characters.npz")
    expected = []
    for text in TEXTS:
        said = torch.tensor([KNOWN.numbers(text)])
        with torch.no_grad():
            expected.append(-float(net.logs(net(said[:, :-1])).gather(-1, said[:, 1:, None]).sum()))
    np.testing.assert_allclose(model.costs(TEXTS).sum(axis=1), expected, rtol=0.01)
    assert model.weight == 0.7
    assert (recipe.BOUNDARY, recipe.UNKNOWN) == (product.BOUNDARY, product.UNKNOWN)


def test_training_learns_what_follows_what() -> None:
    """After a few rounds of two sentences the network expects these and no others."""
    torch.manual_seed(1)
    settings = CharacterSettings(0.1, 16, 32, 0.0, 1e-2, 200, 1.0, 1.0, {"few": 1.5})
    texts = {"few": [["您好", "请讲"], ["工号", "一二三", ""]] * 20}
    net = train_characters(texts, KNOWN, settings, 1, ["您好请讲"])
    assert perplexity(net, [KNOWN.numbers("您好请讲")]) < 2
    assert perplexity(net, [KNOWN.numbers("讲请好您")]) > 100
