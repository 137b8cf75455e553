"""What the recogniser makes of words: hears clips with known words over the telephone and counts its confusions, syllable by syllable."""

import csv
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from voice_agent.hearing.evaluate_model import evaluate, read_list
from voice_agent.hearing.models.choice import load_vosk
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.speech.normalise import said
from voice_agent.speech.sounds import syllables

#: Confusions seen less often than this are left out of the table.
SELDOM = 2
LOST = ADDED = "-"


def hearings(lists: Sequence[Path], most: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """What was said and what the bundled model hears over a telephone, of ``most`` clips of each list drawn by lot."""
    transcriber = load_vosk(BUNDLED)
    for path in lists:
        clips = list(read_list(path))
        random.Random(seed).shuffle(clips)
        for result in evaluate(transcriber, clips[:most], ("telephone",)):
            yield said(result.clip.transcript), said(result.heard)


def confusions(pairs: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """How often each syllable was heard as which (``-``: as nothing; from ``-``: where nothing was said)."""
    counts: Counter[tuple[str, str]] = Counter()
    for spoken, heard in pairs:
        true, other = syllables(spoken), syllables(heard)
        for tag, a, b, c, d in Levenshtein.opcodes(true, other):
            if tag in ("equal", "replace"):
                counts.update(zip(true[a:b], other[c:d], strict=True))
            elif tag == "delete":
                counts.update((sound, LOST) for sound in true[a:b])
            else:
                counts.update((ADDED, sound) for sound in other[c:d])
    return counts


def write_confusions(counts: Counter[tuple[str, str]], path: Path) -> None:
    """Write the table that ``examples.Noise`` reads: said, heard, how often."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(("said", "heard", "count"))
        table.writerows((*pair, count) for pair, count in sorted(counts.items()) if count >= SELDOM)
