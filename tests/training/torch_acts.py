"""The network that hears acts (needs the training environment; run by `test_judge_recipe.py`)."""

import random
from pathlib import Path

import numpy as np
import torch

from training.judge.dialogues import FOLDER, read_dialogues, refined
from training.judge.examples import Tables, example, numbered
from training.judge.export import write_network
from training.judge.mishear import Homophones, misheard, read_confusions
from training.judge.network import ActNetwork, Shape
from voice_agent.acts.learned.network import read_network
from voice_agent.evaluate.dialogues import Clause


def test_the_product_computes_what_pytorch_computes(tmp_path: Path) -> None:
    """Calls of different length, read together in PyTorch and one by one in numpy, get the same probabilities."""
    torch.manual_seed(1)
    dialogues = list(read_dialogues(FOLDER / "calls-g.jsonl"))[:6]
    tables = Tables.of(dialogues)
    shape = Shape(len(tables.characters) + 1, len(tables.sounds) + 1, len(tables.acts), width=32, heads=2)
    network = ActNetwork(shape, 0.0).eval()
    write_network(network, tables, tmp_path / "acts.npz")
    product = read_network(tmp_path / "acts.npz")
    made = [example(one, tables) for one in dialogues]
    with torch.no_grad():
        rounded = network.half().float()
        together = rounded(numbered(made, tables, ["call"] * len(made), None, 0.0)).sigmoid().numpy()
    for row, one in enumerate(made):
        np.testing.assert_allclose(product.probabilities(one.tokens), together[row, : len(one.wanted)], atol=1e-5)


def test_labels_stay_with_their_syllables() -> None:
    """However a call is laid out in time, every syllable keeps the acts of its clause."""
    dialogue = next(read_dialogues(FOLDER / "calls-a.jsonl"))
    tables = Tables.of([dialogue])
    for seed in range(5):
        made = example(dialogue, tables, random.Random(seed))
        said = dict(zip(made.tokens.characters, made.clauses, strict=True))
        assert all(char in dialogue.clauses[number].text for char, number in said.items())


def test_tags_that_count_are_told_apart_by_what_is_expected() -> None:
    """A bare 打错了 is blunt where the call expects it to be missing; a part told only after the caller asked leaves a question."""
    told = (Clause("agent", 0.3, "打错了", ("told_wrong_number",)),)
    assert refined(told, {"wrong_number": "missing"})[0].acts == ("blunt_wrong_number",)
    assert refined(told, {"wrong_number": "met"})[0].acts == ("told_wrong_number",)
    late = (
        Clause("caller", 0.3, "怎么办", ("asks_how",)),
        Clause("agent", 0.3, "带身份证到三号窗口", ("notice_materials", "notice_path")),
        Clause("caller", 0.3, "几天能好", ()),
        Clause("agent", 0.3, "五个工作日", ("notice_time",)),
    )
    assert [clause.acts for clause in refined(late, {"one_time_notice": "late"})][2] == ("asks_part",)


def test_misheard_text_is_wrong_about_as_often_as_asked() -> None:
    """The noise of the recogniser's confusions has the level it was asked for, and level nothing changes nothing."""
    text = "您好这里是市社保局请问您办理什么业务" * 200
    homophones, table, rng = Homophones([text]), read_confusions(), random.Random(1)
    assert misheard("您好", 0.0, homophones, rng, table) == "您好"
    heard = misheard(text, 0.2, homophones, rng, table)
    assert 0.6 < len(heard) / len(text) <= 1.2
    assert heard != text
