"""Dialogues of the demonstration: put together from ``scenes.toml``, judged once each, and worded for every clerk."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from phrasebook.model import PhraseBook
from voice_agent.pipeline import judge_transcript
from voice_agent.values import Agent, CallContext, Evidence, Finding, Judgement, Segment, Transcript

#: A syllable and the pause between two speakers, seconds.
_SYLLABLE, _PAUSE = 0.24, 0.5
#: The job number that every dialogue is judged with; each clerk's own stands in its place afterwards.
_STAND_IN = "7352"
_SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
_FAULTY_OPENINGS = ("no_number", "no_greeting", "bare")
#: What a careless clerk does, the usual first.
_SLIPS = ("no_hold", "pieces", "referral_poor", "callback_poor", "doubtful")
_WRONGS = ("impatient", "cold", "shirk")


@dataclass(frozen=True)
class Parts:
    """Which opening, scene and closing make a dialogue (places in ``scenes.toml``)."""

    opening: int
    scene: int
    closing: int


class Scenes:
    """All dialogues of the demonstration, judged by ``book``."""

    def __init__(self, book: PhraseBook) -> None:
        text = files("voice_agent.demo").joinpath("scenes.toml").read_text(encoding="utf-8")
        self._data = tomllib.loads(text)
        self._book = book
        self._judged = cache(self._judge)

    def kind(self, parts: Parts) -> str:
        """What the scene of a dialogue is about (``good``, ``shirk``, ``complaint`` …)."""
        return str(self._data["scene"][parts.scene]["kind"])

    def choose(self, care: float, chance: random.Random) -> Parts:
        """A dialogue as a clerk so careful (0–1) would lead it."""
        good = chance.random() < care or chance.random() < 0.45
        opening = "good" if good else chance.choice(_FAULTY_OPENINGS)
        closing = "none" if chance.random() < (1 - care) * 0.7 else "good"
        scene = self._scene(care, chance)
        # Which of several good ones goes with the scene is settled: every combination is judged once, and that takes time.
        return Parts(
            self._of("opening", opening)[scene % len(self._of("opening", opening))],
            scene,
            self._of("closing", closing)[0],
        )

    def _scene(self, care: float, chance: random.Random) -> int:
        draw = chance.random()
        if draw < (1 - care) * 0.16:
            return self._any("scene", chance.choice(_WRONGS), chance)
        if draw < (1 - care) * 0.8:
            return self._any("scene", chance.choice(_SLIPS), chance)
        if draw > 0.985:
            return self._any("scene", "complaint", chance)
        return self._any("scene", "good" if draw < 0.93 else chance.choice(("referral", "callback")), chance)

    def _any(self, part: str, kind: str, chance: random.Random) -> int:
        return chance.choice(self._of(part, kind))

    def _of(self, part: str, kind: str) -> list[int]:
        return [place for place, one in enumerate(self._data[part]) if one["kind"] == kind]

    def told(self, parts: Parts, call_id: str, agent: Agent) -> tuple[Transcript, Judgement]:
        """The dialogue with this clerk's number, and what the judging says of it."""
        transcript, judgement = self._judged(parts)
        number = agent.job_number or _STAND_IN
        segments = tuple(replace(one, text=_worded(one.text, number)) for one in transcript.segments)
        findings = tuple(_finding(one, number) for one in judgement.findings)
        said = replace(transcript, call_id=call_id, segments=segments, agent=agent)
        return said, replace(judgement, call_id=call_id, findings=findings)

    def _judge(self, parts: Parts) -> tuple[Transcript, Judgement]:
        transcript = self._transcript(parts)
        return transcript, judge_transcript(transcript, self._book, CallContext(hung_up_by="caller")).judgement

    def _transcript(self, parts: Parts) -> Transcript:
        opening = self._data["opening"][parts.opening]["text"].replace("{number}", _spoken(_STAND_IN))
        lines = [
            f"答 {opening}",
            *self._data["scene"][parts.scene]["lines"],
            *self._data["closing"][parts.closing]["lines"],
        ]
        return _laid(lines, Agent(_STAND_IN, None, "社保中心"))


def _laid(lines: Sequence[str], agent: Agent) -> Transcript:
    now, segments = 0.4, []
    for line in lines:
        who, _, text = line.partition(" ")
        if who == "等":
            now += float(text)
            continue
        end = now + _SYLLABLE * len(text)
        segments.append(Segment("caller" if who == "问" else "agent", round(now, 2), round(end, 2), text))
        now = end + _PAUSE
    return Transcript("", tuple(segments), agent, round(now, 2))


def _spoken(number: str) -> str:
    return "".join(_SPOKEN[digit] for digit in number)


def _worded(text: str, number: str) -> str:
    return text.replace(_spoken(_STAND_IN), _spoken(number)).replace(_STAND_IN, number)


def _finding(one: Finding, number: str) -> Finding:
    evidence = tuple(_evidence(part, number) for part in one.evidence)
    return replace(one, evidence=evidence, reason=_worded(one.reason, number))


def _evidence(one: Evidence, number: str) -> Evidence:
    return replace(one, text=_worded(one.text, number), phrase=_worded(one.phrase, number))
