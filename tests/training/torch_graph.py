"""Which sounds may follow which in the graph (needs the training environment; run by `test_smoke.py`)."""

import kaldifst
import pytest

from training.graph import lone_figures, make_symbols, states_fst
from training.lexicon import Lexicon
from training.phones import ENTER, load_inventory

LEXICON: Lexicon = {
    "二": [["er4"]],
    "三": [["s", "an1"]],
    "一": [["i1"]],
    "一一": [["i1", "i1"]],
    "两": [["l", "iang3"]],
    "阿": [["a1"]],
}
INVENTORY = load_inventory()


@pytest.mark.parametrize(
    ("spoken", "possible"),
    [
        (["er4_S", "er4_S"], False),
        (["er4_S", "SIL", "er4_S"], True),
        (["er4_S", "s_B", "an1_E", "er4_S"], True),
        (["s_B", "an1_E", "s_B", "an1_E"], True),
        (["i1_B", "i1_E"], True),
        (["i1_B", "i1_E", "i1_B", "i1_E"], False),
        (["a1_S", "a1_S"], True),
    ],
)
def test_a_figure_of_one_sound_follows_itself_behind_a_silence_only(spoken: list[str], possible: bool) -> None:
    """A sound marked in two frames running is one figure; silences, other sounds and the insides of words change nothing."""
    states = states_fst(make_symbols(LEXICON, INVENTORY), lone_figures(LEXICON))
    moves = [INVENTORY.transition_id(INVENTORY.phone_id[phone], ENTER) for phone in spoken]
    lines = [f"{place} {place + 1} {move} {move} 0.0" for place, move in enumerate(moves)]
    said = kaldifst.compile("\n".join([*lines, f"{len(moves)} 0.0", ""]), acceptor=False)
    kaldifst.arcsort(states, "ilabel")
    heard = kaldifst.compose(said, states)
    kaldifst.connect(heard)
    assert bool(heard.num_states) == possible


def test_the_figures_of_one_sound_are_found_in_the_lexicon() -> None:
    """Neither words that are no figures nor figures of two sounds count."""
    assert lone_figures(LEXICON) == {"er4", "i1"}
