"""From texts to a pruned trigram and the lexicon of its words."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from training.corpus import read_lists
from training.digits import digit_lines
from training.lexicon import Lexicon, make_lexicon
from training.lm import END, START, Mixture, Pruned, Text
from training.ngrams import Floats
from training.phones import Inventory
from training.phrase_lines import phrase_lines
from training.recipe import Language
from training.text import bare
from training.words import frequencies, sentences, words_of

Sentences = list[list[str]]
GENERAL_FLOOR, OWN_FLOOR = 0.2, 0.05  # share of jieba's frequencies in a source's unigrams
END_SHARE = 0.07  # of the floor: one sentence end in 14 words
PHRASE_BOOK, WORDINGS = Path(__file__).parents[1] / "phrasebook", 6
MINE = ("hotline", "digits", "phrasebook", "transcripts")  # every word of these texts is in the vocabulary


def read_texts(data: Path, settings: Language, seed: int, held_out: frozenset[str]) -> dict[str, Sentences]:
    """Cut the texts, the transcripts and made-up digit lines into words, leaving out held-out sentences."""
    texts = {
        path.stem: _sentences(path.read_text(encoding="utf-8").splitlines()) for path in (data / "text").glob("*.txt")
    }
    texts["transcripts"] = [words_of(utterance.text) for utterance in read_lists(data / "train")]
    texts["digits"] = [words_of(line) for line in digit_lines(settings.digit_lines, seed)]
    texts["phrasebook"] = _sentences(phrase_lines(PHRASE_BOOK, WORDINGS, seed))
    return {name: [words for words in cut if "".join(words) not in held_out] for name, cut in sorted(texts.items())}


def _sentences(lines: Iterable[str]) -> Sentences:
    return [words for line in lines for words in sentences(line)]


def held_out_sentences(data: Path) -> frozenset[str]:
    """Return what the development lists say: the language model must not have read it."""
    return frozenset(utterance.text for utterance in read_lists(data / "dev"))


def vocabulary(texts: dict[str, Sentences], settings: Language) -> set[str]:
    """Choose the likeliest general words, all of our own texts, and every character of all of them."""
    general = {name: cut for name, cut in texts.items() if name not in MINE}
    shares = [(0.3, frequencies())]
    shares += [
        (0.7 * settings.share(name) / sum(map(settings.share, general)), _counted(general[name])) for name in general
    ]
    likely: defaultdict[str, float] = defaultdict(float)
    for share, counts in shares:
        total = max(sum(counts.values()), 1)
        for word, count in counts.items():
            likely[word] += share * count / total
    chosen = set(sorted(likely, key=lambda word: (-likely[word], word))[: settings.words])
    chosen |= {word for name in MINE for words in texts.get(name, ()) for word in words if word}
    return chosen | {character for word in chosen for character in word if bare(character)}


def _counted(cut: Sentences) -> Counter[str]:
    return Counter(word for words in cut for word in words if word)


def spelt(cut: Iterable[list[str]], lexicon: Lexicon) -> Sentences:
    """Spell words that are not in the lexicon in single characters, as the decoder has to hear them.

    Otherwise a model of words knows nothing about which character follows which in names, and whatever it has no word for is
    a string of surprises to it.
    """
    return [
        [part for word in words for part in ([word] if word in lexicon or not word else word)] for words in cut
    ]  # fmt: skip


def _floor(words: list[str]) -> Floats:
    common = frequencies()
    floor = np.array([common.get(word, 0) ** 0.8 + 1 for word in words] + [0.0, 0.0])
    floor *= (1 - END_SHARE) / floor.sum()
    floor[-1] = END_SHARE
    return floor


def mix(texts: dict[str, Sentences], lexicon: Lexicon, settings: Language) -> Mixture:
    """Weigh the texts into one model over the lexicon's words."""
    words = sorted(lexicon)
    numbers = {word: number for number, word in enumerate([*words, START, END])}
    weighed = [
        Text(
            name,
            cut,
            settings.share(name),
            OWN_FLOOR if name in MINE else GENERAL_FLOOR,
        )
        for name, cut in texts.items()
        if cut
    ]
    return Mixture(weighed, numbers, _floor(words))


def make_language(data: Path, settings: Language, seed: int, inventory: Inventory, out: Path) -> Pruned:
    """Write `lm.arpa` and `lexicon.json`; print the perplexity of the held-out sentences."""
    held_out = held_out_sentences(data)
    texts = read_texts(data, settings, seed, held_out)
    lexicon = make_lexicon(vocabulary(texts, settings), inventory)
    texts = {name: spelt(cut, lexicon) for name, cut in texts.items()}
    pruned = mix(texts, lexicon, settings).pruned(settings.keep)
    out.mkdir(parents=True, exist_ok=True)
    pruned.write(out / "lm.arpa", settings.figure_bonus)
    (out / "lexicon.json").write_text(json.dumps(lexicon, ensure_ascii=False), encoding="utf-8")
    perplexity = pruned.perplexity(spelt(map(words_of, sorted(held_out)), lexicon))
    print(f"{len(lexicon)} words, {len(pruned.bigrams)} bigrams, {len(pruned.trigrams)} trigrams")
    print(f"perplexity per character of held-out sentences: {perplexity:.1f}", flush=True)
    return pruned
