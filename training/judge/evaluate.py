"""Judges labelled calls that nobody learnt from, as they were said and as a recogniser mishears them."""

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from phrasebook import load_book
from training.judge.mishear import mishear
from voice_agent.acts.learned.model import ActModel, read_model
from voice_agent.evaluate.dialogues import Dialogue, read_folder, transcript_of
from voice_agent.evaluate.score_tables import report_text
from voice_agent.evaluate.scores import Report, as_json, report
from voice_agent.rules import judge
from voice_agent.values import CallContext, Transcript

SEED = 7
#: Of a hundred syllables so many are misheard: what the bundled model makes of hotline and of strangers' speech (its card).
LEVELS = {"misheard a little (5 %)": 0.05, "misheard a lot (18 %)": 0.18}
Hears = Callable[[Dialogue], Transcript]


def scored(dialogues: Sequence[Dialogue], model: ActModel | None, hears: Hears = transcript_of) -> Report:
    """Judge dialogues as `hears` lays them out."""
    book = load_book()
    return report([(one, judge(hears(one), CallContext(), book, model)) for one in dialogues])


def write_evaluation(folder: Path, model: Path, work: Path) -> str:
    """Write the tables and the figures, with phrases alone beside; return the tables."""
    dialogues, learned = read_folder(folder), read_model(model)
    found = {"as it was said": scored(dialogues, learned), "by phrases alone": scored(dialogues, None)}
    for name, level in LEVELS.items():
        found[name] = scored(
            dialogues, learned, lambda one, level=level: mishear(one, level, random.Random(f"{SEED}{one.id}"))
        )
    told = "\n\n".join(f"## {name}\n\n{report_text(one, as_markdown=True)}" for name, one in found.items())
    (work / "evaluation.txt").write_text(told + "\n", encoding="utf-8")
    figures = {name: as_json(one) for name, one in found.items()}
    (work / "evaluation.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return told
