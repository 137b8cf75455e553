"""The decoding graph HCLG: sounds' states × pronunciations × language model, one static transducer for Vosk."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import kaldifst
import kaldilm

from training.digits import SPOKEN
from training.lexicon import Lexicon
from training.phones import ENTER, STAY, Inventory, in_word
from training.trim import merged_epsilons

BLANK_COST = 0.3  # each frame of blank after a sound; silence is free, so that long pauses are silence
SILENCE_COST = 0.7  # a silence after a word
OTHER_READING_COST = 1.0  # nats for every reading but the likeliest


@dataclass
class Symbols:
    """Word and phone numbers, with the marks that keep homophones apart until after determinisation."""

    inventory: Inventory
    words: dict[str, int]
    marks: dict[tuple[str, tuple[str, ...]], int]

    @property
    def last_mark(self) -> int:
        """Number of the mark that follows an optional silence."""
        return max(self.marks.values(), default=0) + 1

    def mark(self, number: int) -> int:
        """Phone number of mark #number; #0 is the language model's back-off."""
        return len(self.inventory.phones) + number


def make_symbols(lexicon: Lexicon, inventory: Inventory) -> Symbols:
    """Number the words and mark every pronunciation that another word shares or begins with."""
    words = {word: number for number, word in enumerate(["<eps>", *sorted(lexicon), "#0", "<s>", "</s>"])}
    entries = [(word, tuple(in_word(sounds))) for word in sorted(lexicon) for sounds in lexicon[word]]
    shared = Counter(spoken for _, spoken in entries)
    beginnings = {spoken[:end] for _, spoken in entries for end in range(1, len(spoken))}
    used: Counter[tuple[str, ...]] = Counter()
    marks = {}
    for word, spoken in entries:
        if shared[spoken] > 1 or spoken in beginnings:
            used[spoken] += 1
            marks[word, spoken] = used[spoken]
    return Symbols(inventory, words, marks)


@dataclass
class _Arcs:
    """Text form of a transducer under construction."""

    next_state: int
    lines: list[str] = field(default_factory=list)

    def new(self) -> int:
        self.next_state += 1
        return self.next_state - 1

    def add(self, source: int, target: int, label: int, output: int = 0, cost: float = 0.0) -> None:
        self.lines.append(f"{source} {target} {label} {output} {cost}")

    def compiled(self, final: Iterable[int], sort: str) -> kaldifst.StdVectorFst:
        ends = [f"{state} 0.0" for state in final]
        fst = kaldifst.compile("\n".join([*self.lines, *ends]) + "\n", acceptor=False)
        kaldifst.arcsort(fst, sort)
        return fst


def lexicon_fst(lexicon: Lexicon, symbols: Symbols) -> kaldifst.StdVectorFst:
    """Phones → words, with an optional silence at the start and after every word."""
    start, loop, silence, after = range(4)
    arcs, phone = _Arcs(4), symbols.inventory.phone_id
    arcs.add(start, loop, 0, cost=math.log(2))
    arcs.add(start, silence, 0, cost=math.log(2))
    arcs.add(silence, after, phone["SIL"])
    arcs.add(after, loop, symbols.mark(symbols.last_mark))
    for word in sorted(lexicon):
        for rank, sounds in enumerate(lexicon[word]):
            _add_word(arcs, symbols, word, tuple(in_word(sounds)), rank)
    arcs.add(loop, loop, symbols.mark(0), symbols.words["#0"])
    return arcs.compiled([loop], "olabel")


def _add_word(arcs: _Arcs, symbols: Symbols, word: str, spoken: tuple[str, ...], rank: int) -> None:
    loop, silence = 1, 2
    labels = [symbols.inventory.phone_id[phone] for phone in spoken]
    if mark := symbols.marks.get((word, spoken)):
        labels.append(symbols.mark(mark))
    state, output, cost = loop, symbols.words[word], OTHER_READING_COST if rank else 0.0
    for label in labels[:-1]:
        target = arcs.new()
        arcs.add(state, target, label, output, cost)
        state, output, cost = target, 0, 0.0
    arcs.add(state, loop, labels[-1], output, cost - math.log(1 - math.exp(-SILENCE_COST)))
    arcs.add(state, silence, labels[-1], output, cost + SILENCE_COST)


def states_fst(symbols: Symbols, figures: frozenset[str]) -> kaldifst.StdVectorFst:
    """Transition ids → phones; the self-loop follows the forward transition, as Kaldi's decoders expect.

    After a word that ends with one of the sounds of `figures`, see `lone_figures`, a word that begins with the same follows only behind a
    silence, which lasts a frame at least and costs no more than none: otherwise a sound that the network marks in two frames running
    would be 二二 instead of 二. For all sounds this would cost a twentieth of the graph's size.
    """
    arcs, inventory = _Arcs(1), symbols.inventory
    after = {"": 0} | {sound: arcs.new() for sound in sorted(figures)}
    for number, phone in enumerate(inventory.phones[1:], 1):
        state, (sound, _, position) = arcs.new(), phone.rpartition("_")
        for last, start in after.items():
            if not (sound == last and position in "BS"):
                arcs.add(start, state, inventory.transition_id(number, ENTER), number)
        arcs.add(state, state, inventory.transition_id(number, STAY), cost=0.0 if phone == "SIL" else BLANK_COST)
        arcs.add(state, after.get(sound, 0) if position in "ES" else 0, 0)
    for mark in range(symbols.last_mark + 1):
        for start in after.values():
            arcs.add(start, start, 0, symbols.mark(mark))
    return arcs.compiled(range(len(after)), "olabel")


def lone_figures(lexicon: Lexicon) -> frozenset[str]:
    """The sounds that are a figure by themselves: those of 一, 二, 五 and 幺."""
    spoken = (sounds for figure in SPOKEN for sounds in lexicon.get(figure, ()))
    return frozenset(sounds[0] for sounds in spoken if len(sounds) == 1)


def grammar_fst(arpa: Path, symbols: Symbols, scratch: Path) -> kaldifst.StdVectorFst:
    """Turn the ARPA file into an acceptor of words."""
    table, binary = scratch / "words.txt", scratch / "G.fst"
    table.write_text("".join(f"{word} {number}\n" for word, number in symbols.words.items()), encoding="utf-8")
    kaldilm.arpa2fst(input_arpa=str(arpa), output_fst=str(binary), disambig_symbol="#0", read_symbol_table=str(table))
    grammar = kaldifst.StdVectorFst.read(str(binary))
    kaldifst.arcsort(grammar, "ilabel")
    return grammar


def build_graph(
    lexicon: Lexicon, arpa: Path, inventory: Inventory, model: Path, scratch: Path
) -> kaldifst.StdVectorFst:
    """Compose, determinise and minimise; write everything of `model/graph`; return the transducer."""
    symbols = make_symbols(lexicon, inventory)
    graph = kaldifst.compose(lexicon_fst(lexicon, symbols), grammar_fst(arpa, symbols, scratch))
    kaldifst.connect(graph)
    kaldifst.determinize_star(graph, use_log=True)
    kaldifst.minimize_encoded(graph)
    kaldifst.arcsort(graph, "ilabel")
    graph = kaldifst.compose(states_fst(symbols, lone_figures(lexicon)), graph)
    kaldifst.connect(graph)
    graph = merged_epsilons(graph)
    kaldifst.arcsort(graph, "ilabel")
    _write(graph, symbols, model / "graph")
    return graph


def _write(graph: kaldifst.StdVectorFst, symbols: Symbols, folder: Path) -> None:
    (folder / "phones").mkdir(parents=True, exist_ok=True)
    graph.write(str(folder / "HCLG.fst"))
    words = "".join(f"{word} {number}\n" for word, number in symbols.words.items())
    (folder / "words.txt").write_text(words, encoding="utf-8")
    phones = list(enumerate(symbols.inventory.phones))
    (folder / "phones.txt").write_text("".join(f"{phone} {number}\n" for number, phone in phones), encoding="utf-8")
    kinds = {"B": "begin", "E": "end", "I": "internal", "S": "singleton"}
    edges = (f"{number} {'nonword' if phone == 'SIL' else kinds[phone[-1]]}\n" for number, phone in phones[1:])
    (folder / "phones" / "word_boundary.int").write_text("".join(edges), encoding="utf-8")
