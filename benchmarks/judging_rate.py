"""How many one-minute transcripts does one core judge in a second, and what share of the recognition is that?

    python benchmarks/judging_rate.py

The true transcripts of the bundled calls, with the whole phrase book; processor time of one core, median of seven
rounds after two that fill the tables, as in a worker that has been running for some calls.
Bounds: 200 one-minute transcripts a second; 1 % of the time that Vosk needs for the same calls (processor time, same run).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from phrasebook.book import load_book
from phrasebook.model import PhraseBook
from voice_agent.bundled import bundled_calls, recording_of
from voice_agent.evaluate import CallFolder, read_calls
from voice_agent.hearing.hear import hear
from voice_agent.hearing.models.choice import load_vosk
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.pipeline import judge_transcript
from voice_agent.transcripts import read_transcript
from voice_agent.values import Transcript

WARM_UP, ROUNDS = 2, 7
HEARD = 4  # calls that are recognised for the comparison


def seconds(work: Callable[[], object]) -> float:
    """Processor time of this process, which other programs disturb least."""
    start = time.process_time()
    work()
    return time.process_time() - start


def judging_time(calls: list[CallFolder], transcripts: list[Transcript], book: PhraseBook) -> float:
    """The median of some rounds over all the transcripts."""

    def work() -> None:
        for call, transcript in zip(calls, transcripts, strict=True):
            judge_transcript(transcript, book, call.context)

    return median([seconds(work) for _ in range(WARM_UP + ROUNDS)][WARM_UP:])


def hearing_time(calls: list[CallFolder]) -> float:
    """What Vosk needs for the recordings of ``calls``, the loading of the model apart."""
    transcriber = load_vosk(BUNDLED)
    return seconds(lambda: [hear(recording_of(call), transcriber) for call in calls])


def main() -> None:
    """Print the rate, and the share of the recognition."""
    calls, book = read_calls(bundled_calls()), load_book()
    transcripts = [read_transcript(call.transcript) for call in calls]
    minutes = sum(one.duration or one.segments[-1].end for one in transcripts) / 60
    whole = judging_time(calls, transcripts, book)
    print(
        f"{len(calls)} calls of together {minutes:.1f} min judged in {whole:.3f} s: {minutes / whole:.0f} one-minute transcripts a second"
    )
    some, texts = calls[:HEARD], transcripts[:HEARD]
    share = judging_time(some, texts, book) / hearing_time(some)
    print(f"judging takes {share:.2%} of the recognition of the same calls (bound: 1 %)")


if __name__ == "__main__":
    main()
