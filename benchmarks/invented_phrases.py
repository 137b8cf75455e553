"""Does the recogniser invent the mandated phrases where nobody said them?

    python benchmarks/invented_phrases.py LIST.tsv [--model VOSK-MODEL]

Hears every clip of LIST.tsv (as for ``voice-agent model evaluate``), wideband and over a telephone. Counts the clips in which the matcher
finds a mandated phrase of four syllables or more, though their true words hold none. Bound: fewer than 1 in 500.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from phrasebook.book import load_book
from phrasebook.model import PhraseBook
from voice_agent.acts.explain import explain
from voice_agent.hearing.evaluate_model import evaluate, read_list
from voice_agent.hearing.models.choice import load_vosk
from voice_agent.hearing.models.installed import BUNDLED

SHORTEST = 4  # syllables; shorter phrases are ordinary words


def phrases(text: str, book: PhraseBook) -> set[str]:
    """Which mandated phrases a text holds."""
    if not text:
        return set()
    return {
        match.id for match in explain(text, book).matches if match.kind == "用语" and len(match.syllables) >= SHORTEST
    }


def main() -> None:
    """Print each invention and how many there are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, default=BUNDLED)
    given = parser.parse_args()
    book, heard, invented = load_book(), 0, 0
    clips = [clip for path in given.clips for clip in read_list(path)]
    silent = [clip for clip in clips if not phrases(clip.transcript, book)]

    def progress(done: int, of: int) -> None:
        print(f"\r{done} of {of}", end="", file=sys.stderr)

    for result in evaluate(load_vosk(given.model), silent, progress=progress):
        found = phrases(result.heard, book)
        heard += 1
        invented += bool(found)
        if found:
            print(f"\n{result.condition}: {result.clip.transcript} heard as {result.heard}: {', '.join(sorted(found))}")
    print(f"\n{invented} of {heard} hearings ({len(silent)} clips without a mandated phrase) with an invented one")


if __name__ == "__main__":
    main()
