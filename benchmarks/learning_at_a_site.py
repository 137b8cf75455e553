"""What a site gains by teaching its judge: one author of the labelled dialogues plays the site, and its reviewer decides as the labels say.

    python -m benchmarks.learning_at_a_site --author k --decisions 500 [--shipped training/dialogues/held-out]

Half of the author's calls are decided about, the other half is measured, then the halves change places. The network never reads authors
h, k and n; what its words are worth (worth.json) is fitted on them, so that part of a real site's gain is not seen here.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Sequence
from pathlib import Path

from phrasebook import load_book
from phrasebook.model import PhraseBook
from voice_agent.acts.act import FAULT_NAMES
from voice_agent.acts.learned.model import ActModel, bundled
from voice_agent.bundled import bundled_calls
from voice_agent.evaluate import read_calls
from voice_agent.evaluate.dialogues import SYLLABLE, Dialogue, read_dialogues, read_folder, transcript_of
from voice_agent.evaluate.scores import Score, report
from voice_agent.rules import judge
from voice_agent.teaching.labels import Case, Decision
from voice_agent.teaching.learning import teach
from voice_agent.transcripts import read_transcript
from voice_agent.values import FAULTS, CallContext, Evidence, Finding

DIALOGUES = Path(__file__).parents[1] / "training" / "dialogues"


def marked(dialogue: Dialogue) -> tuple[Evidence, ...]:
    """The first prohibited clause, as a reviewer would mark it, seconds."""
    now = 0.0
    for clause in dialogue.clauses:
        start = max(0.0, now + (clause.gap or 0.0))
        end = start + SYLLABLE * len(clause.text)
        if clause.who == "agent" and FAULT_NAMES.keys() & set(clause.acts):
            return (Evidence("agent", start, end, clause.text, ""),)
        now = max(now, end)
    return ()


def decided(dialogue: Dialogue, finding: Finding) -> Decision | None:
    """What the reviewer says of a finding; None where the labels say nothing."""
    wanted = dialogue.expect.get(finding.rule)
    if wanted is None:
        return None
    if finding.status == wanted or finding.status in dialogue.also_ok.get(finding.rule, ()):
        return Decision(finding.rule, finding.status, finding.status, finding.evidence)
    if finding.rule == "prohibited" and wanted in FAULTS and finding.status == "met":
        return Decision(finding.rule, wanted, None, marked(dialogue))
    return Decision(finding.rule, wanted, finding.status, finding.evidence)


def cases_of(dialogues: Sequence[Dialogue], model: ActModel, book: PhraseBook, most: int) -> list[Case]:
    """The calls with at most so many decisions: first what the machine flagged or missed, then others by lot."""
    rng, pairs = random.Random(5), []  # noqa: S311 - a lot, no secret
    for one in dialogues:
        for finding in judge(transcript_of(one), CallContext(), book, model).findings:
            if (decision := decided(one, finding)) is not None:
                told = finding.status in FAULTS or finding.status == "uncertain" or decision.status != finding.status
                pairs.append((not told, rng.random(), one, decision))
    chosen: dict[str, list[Decision]] = {}
    for _, _, one, decision in sorted(pairs, key=lambda pair: pair[:2])[:most]:
        chosen.setdefault(one.id, []).append(decision)
    return [
        Case(one.id, transcript_of(one), CallContext(), tuple(chosen[one.id])) for one in dialogues if one.id in chosen
    ]


def scored(dialogues: Sequence[Dialogue], model: ActModel, book: PhraseBook) -> Score:
    """All rules together."""
    return report([(one, judge(transcript_of(one), CallContext(), book, model)) for one in dialogues]).total


def told(name: str, score: Score) -> str:
    """One line."""
    right = score.found / max(1, score.found + score.accused)
    return (
        f"{name}: faults {score.faults}, found {score.found}, undecided {score.undecided}, missed {score.missed}; "
        f"wrongly accused {score.accused}, unsure {score.unsure}, of {score.innocent}; precision {right:.3f}, recall {score.found / max(1, score.faults):.3f}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--author", default="k")
    parser.add_argument("--decisions", type=int, default=500)
    parser.add_argument("--shipped", type=Path)
    options = parser.parse_args()
    book, base = load_book(), bundled()
    assert base is not None
    calls = list(read_dialogues(DIALOGUES / f"calls-{options.author}.jsonl"))
    known = [read_transcript(one.transcript) for one in read_calls(bundled_calls())]
    random.Random(3).shuffle(calls)  # noqa: S311 - a lot, no secret
    before = after = ship_before = ship_after = Score()
    shipped = read_folder(options.shipped) if options.shipped else ()
    for turn in range(2):
        taught_calls, other = calls[turn::2], calls[1 - turn :: 2]
        cases = cases_of(taught_calls, base, book, options.decisions)
        began = time.monotonic()
        model = teach(cases, base, book, known).over(base)
        took = time.monotonic() - began
        print(f"{sum(len(one.decisions) for one in cases)} decisions on {len(cases)} calls, {took:.0f} s", flush=True)
        before, after = before + scored(other, base, book), after + scored(other, model, book)
        if shipped:
            ship_before, ship_after = (
                ship_before + scored(shipped, base, book),
                ship_after + scored(shipped, model, book),
            )
    print(told("site before", before))
    print(told("site after ", after))
    if shipped:
        print(told("shipped before (twice)", ship_before))
        print(told("shipped after  (twice)", ship_after))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
