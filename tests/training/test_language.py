"""The language model of the recipe."""

import itertools
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.digits import digit_lines, digit_string
from training.general_text import PARTS
from training.language import spelt, vocabulary
from training.lm import END, START, Mixture, Text
from training.ngram_file import write_ngrams
from training.ngrams import discounts
from training.phrase_lines import phrase_lines, spelt_out
from training.recipe import load_recipe
from training.words import BREAK, sentences, words_of
from voice_agent.hearing.rescoring.ngram_model import NgramModel

WORDS = ["您", "好", "请", "讲", "再见"]
NUMBERS = {word: number for number, word in enumerate([*WORDS, START, END])}
FLOOR = np.array([0.2, 0.2, 0.2, 0.1, 0.1, 0.0, 0.2])


def mixture() -> Mixture:
    """Two small sources."""
    first = Text("a", [["您", "好", "请", "讲"], ["您", "好"], ["请", "讲"]] * 3, 0.7)
    second = Text("b", [["再见"], ["请", "您", "讲"], ["好", BREAK, "再见"]], 0.3)
    return Mixture([first, second], NUMBERS, FLOOR)


@pytest.mark.parametrize("keep", [1, 3, 8, 100])
def test_probabilities_of_every_history_sum_to_one(keep: int) -> None:
    """However much is pruned, what follows any two words is a distribution over words and the sentence's end."""
    pruned, size = mixture().pruned(keep), len(NUMBERS)
    for first, second in itertools.product(range(size), range(size)):
        if first == NUMBERS[END] or second >= len(WORDS):
            continue
        triples = np.array([(first * size + second) * size + third for third in range(size) if third != NUMBERS[START]])
        assert pruned.p3(triples).sum() == pytest.approx(1, abs=1e-6)


def test_keeping_more_ngrams_fits_the_text_better() -> None:
    """Pruning takes away what is worth least."""
    said = [["您", "好", "请", "讲"]]
    perplexities = [mixture().pruned(keep).perplexity(said) for keep in (1, 5, 50)]
    assert perplexities == sorted(perplexities, reverse=True)


def test_a_history_is_continued_as_by_those_who_say_it() -> None:
    """After 再见, which only the second source says, that source is believed more than its share."""
    mixed, size = mixture(), len(NUMBERS)
    (share, first), (_, second) = mixed.parts
    pair = np.array([NUMBERS["再见"] * size + NUMBERS[END]])
    constant = share * first.p2(pair) + (1 - share) * second.p2(pair)
    assert abs(mixed.p2(pair) - second.p2(pair)) < abs(constant - second.p2(pair))


def test_seldom_seen_ngrams_lose_most() -> None:
    """What is taken off follows from how many n-grams were seen once, twice, three and four times; too few: a usual figure."""
    counts = np.repeat([1, 2, 3, 4], [400, 100, 50, 30])
    assert discounts(counts) == pytest.approx(
        [1 - 2 * 2 / 3 * 100 / 400, 2 - 3 * 2 / 3 * 50 / 100, 3 - 4 * 2 / 3 * 30 / 50]
    )
    assert discounts(counts[:405]) == pytest.approx([0.7, 0.7, 0.7])


def test_ngrams_do_not_reach_across_what_is_unknown() -> None:
    """A letter or figure in a text breaks it: 好 is not followed by 再见 in “好 X 再见”."""
    pairs = mixture().pruned(100).bigrams
    assert NUMBERS["好"] * len(NUMBERS) + NUMBERS["再见"] not in pairs


def test_arpa_states_how_many_ngrams_it_holds(tmp_path: Path) -> None:
    """The header's counts are those of the lines below it."""
    mixture().pruned(6).write(tmp_path / "lm.arpa")
    text = (tmp_path / "lm.arpa").read_text(encoding="utf-8")
    stated = [int(line.split("=")[1]) for line in text.splitlines() if line.startswith("ngram ")]
    blocks = [part.splitlines()[1:] for part in text.split("\\")[2:-2] if "grams:" in part or "\t" in part]
    assert stated == [len([line for line in block if line]) for block in blocks if block]


@pytest.mark.parametrize("keep", [1, 3, 8, 100])
def test_the_second_look_knows_what_the_graph_counted(tmp_path: Path, keep: int) -> None:
    """After any two words every third costs the product what the ARPA file says, to a twelfth of a nat."""
    pruned, size = mixture().pruned(keep), len(NUMBERS)
    pruned.write(tmp_path / "lm.arpa")
    write_ngrams(tmp_path / "lm.arpa", -0.7, tmp_path / "ngrams.npz")
    model = NgramModel(tmp_path / "ngrams.npz", WORDS)
    texts = [list(words) for words in itertools.product(WORDS, repeat=3)]
    tokens = np.array([[NUMBERS[word] for word in (*words, END)] for words in texts])
    triples = (tokens[:, :-2] * size + tokens[:, 1:-1]) * size + tokens[:, 2:]
    expected = -np.log(pruned.p3(triples.ravel())).reshape(triples.shape)
    np.testing.assert_allclose(model.costs(texts)[:, 2:], expected, atol=0.1)
    assert model.weight == -0.7


def test_a_figure_after_a_figure_gets_the_bonus_and_nothing_else_does(tmp_path: Path) -> None:
    """The written probabilities differ only where a figure follows a figure, by the nats that the recipe gives."""
    words = ["您", "二", "三", "一一"]
    numbers = {word: number for number, word in enumerate([*words, START, END])}
    said = [["您", "二", "三", "一一"], ["二", "二", "您"]]
    pruned = Mixture([Text("a", said, 1.0)], numbers, np.array([0.2, 0.2, 0.2, 0.2, 0.0, 0.2])).pruned(100)
    pruned.write(tmp_path / "plain.arpa")
    pruned.write(tmp_path / "favoured.arpa", 0.8)
    plain, favoured = (
        {(parts := line.split("\t"))[1]: float(parts[0]) for line in path.read_text().splitlines() if "\t" in line}
        for path in (tmp_path / "plain.arpa", tmp_path / "favoured.arpa")
    )
    gained = {gram: round((favoured[gram] - plain[gram]) * np.log(10), 3) for gram in plain}
    pair = {"二 三": 0.8, "三 一一": 1.6, "二 二": 0.8}
    triple = {"您 二 三": 0.8, "二 三 一一": 1.6, "<s> 二 二": 0.8}
    assert {gram: gain for gram, gain in gained.items() if gain} == pytest.approx(pair | triple, abs=1e-3)


def test_digits_are_single_words() -> None:
    """A job number is heard figure by figure, whatever jieba makes of 一零八六."""
    assert words_of("工号一零八六为您服务")[:5] == ["工号", "一", "零", "八", "六"]


def test_sentences_break_at_letters_and_end_at_full_stops() -> None:
    """Text with figures is used around them."""
    assert list(sentences("您好，请讲。我有3个问题")) == [["您好", "请", "讲"], ["我", "有", BREAK, "个", "问题"]]


def test_digit_lines_are_repeatable_and_of_every_length() -> None:
    """3 to 11 figures, in every spoken form."""
    assert digit_lines(50, 1) == digit_lines(50, 1)
    rng = random.Random(2)  # noqa: S311 - repeatable
    strings = [digit_string(rng) for _ in range(2000)]
    assert {len(string) for string in strings} == set(range(3, 12))
    assert {"幺", "洞", "一"} <= set("".join(strings))


def test_patterns_are_spelt_out() -> None:
    """Alternatives are chosen, options taken or left, slots become pauses."""
    rng = random.Random(1)  # noqa: S311 - repeatable
    made = {spelt_out("(您|你)好[我是{unit}]请讲", rng) for _ in range(200)}
    assert made == {"您好请讲", "你好请讲", "您好我是A请讲", "你好我是A请讲"}


def test_every_wording_of_the_phrase_book_becomes_text() -> None:
    """What is looked for is what the language model has read."""
    lines = phrase_lines(Path(__file__).parents[2] / "phrasebook", 1, 1)
    assert len(lines) > 300
    assert not any(mark in line for line in lines for mark in "()[]|{}")


def test_words_outside_the_lexicon_are_spelt_in_characters() -> None:
    """The model learns which character follows which in names; places of what cannot be said stay."""
    assert spelt([["您", "贝多芬", BREAK, "再见"]], {"您": [["n"]], "再见": [["z"]]}) == [
        ["您", "贝", "多", "芬", BREAK, "再见"]
    ]


def test_the_vocabulary_weighs_texts_as_the_mixture_does() -> None:
    """A long text of little weight does not push out the words of a short one that counts for more."""
    texts = {"laws": [["枸杞子贰"]] * 900 + [["犯罪嫌疑"]] * 100, "daily": [["贺兰山下"]] * 10, "hotline": [["工号"]]}
    settings = replace(load_recipe().language, words=1, weights={"laws": 0.01, "daily": 0.99})
    chosen = vocabulary(texts, settings)
    assert {"贺兰山下", "工号", "山", "号"} <= chosen
    assert "枸杞子贰" not in chosen


def test_laws_are_read_without_the_numbers_of_their_articles() -> None:
    """Articles come in the order of the book, a paragraph a line."""
    with closing(sqlite3.connect(":memory:")) as laws:
        laws.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, article_text TEXT)")
        laws.executemany(
            "INSERT INTO articles VALUES (?, ?)",
            [(2, "第十二条用人单位应当缴费。\n职工也应当缴费。"), (1, "为了第一条理由。")],
        )
        database = laws.serialize()
    (read,) = [lines for name, *_, lines in PARTS if name == "laws"]
    assert list(read(database)) == ["为了第一条理由。", "用人单位应当缴费。", "职工也应当缴费。"]
