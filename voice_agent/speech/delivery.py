"""How a call is talked, from what both sides said: shares, pace, overlaps, interruptions, silence, answers. Pure.

Nothing here is a fault by itself. Definitions (docs/contract.md names none of these as a duty):

- pace: syllables of the clerk in a minute of the clerk's own speech; the norm of telephone service asks for about 120 characters, ordinary speech has 200–260;
- overlap: both speak at once for ``OVERLAP_SECONDS`` or more;
- interruption: a side begins while the other has been speaking and speaks on for ``CUT_IN_SECONDS`` together with at least
  ``CUT_IN_SYLLABLES`` of its own, so that a 嗯 or 好的 is none;
- response time: from the end of what the caller says until the clerk begins, where the clerk is next (median).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from voice_agent.speech.stream import listen
from voice_agent.speech.turns import Utterance, utterances
from voice_agent.values import Span, Transcript

#: Both at once for shorter is a clean change of turns.
OVERLAP_SECONDS = 0.3
#: Who speaks on into the other's speech so long, with so many syllables, cuts in (Genesys and others use 2–3 s).
CUT_IN_SECONDS, CUT_IN_SYLLABLES = 2.0, 4
#: Less speech than this tells no pace, seconds.
LEAST_SPEECH = 5.0
#: A clerk who answers later than this was waited for in a silence of its own kind (a look-up), seconds.
LATEST_ANSWER = 8.0


@dataclass(frozen=True)
class Delivery:
    """Measures of a call. ``talk_share``: the clerk's part of all speech (0–1). ``pace``: syllables a minute.

    ``clerk_cuts``, ``caller_cuts``: who cut in how often; ``cuts`` where (seconds, whether it was the clerk). None: cannot be told.
    """

    talk_share: float | None
    pace: float | None
    overlaps: int
    clerk_cuts: int
    caller_cuts: int
    longest_silence: float
    silence_at: float
    response: float | None
    cuts: tuple[tuple[float, bool], ...] = ()


def measured(transcript: Transcript, unjudged: Sequence[Span] = ()) -> Delivery | None:
    """The measures; None where one channel holds both sides or a side is silent throughout. ``unjudged`` is no clerk's own time."""
    sides = [_spoken(transcript, channel, unjudged) for channel in ("agent", "caller")]
    clerk, caller = sides
    if not clerk or not caller:
        return None
    own, others = _length(clerk), _length(caller)
    overlaps = [(a, b) for a in clerk for b in caller if min(a.end, b.end) - max(a.start, b.start) >= OVERLAP_SECONDS]
    cuts = tuple(sorted(cut for a, b in overlaps if (cut := _cut(a, b))))
    begin, silence = _longest(clerk + caller, unjudged)
    syllables = sum(len(one.said) for one in clerk)
    return Delivery(
        talk_share=round(own / (own + others), 3),
        pace=round(60.0 * syllables / own, 1) if own >= LEAST_SPEECH else None,
        overlaps=len(overlaps),
        clerk_cuts=sum(by_clerk for _, by_clerk in cuts),
        caller_cuts=sum(not by_clerk for _, by_clerk in cuts),
        longest_silence=round(silence, 1),
        silence_at=round(begin, 1),
        response=_response(clerk, caller),
        cuts=cuts,
    )


def _spoken(transcript: Transcript, channel: str, unjudged: Sequence[Span]) -> list[Utterance]:
    """What the side says in the clerk's own time; a lone syllable may be a noise."""
    stream = listen(transcript, channel)  # type: ignore[arg-type]  # one of the two literals above
    found = (one for one in utterances(stream) if one.last - one.first > 1)
    return [one for one in found if not any(hole.start <= (one.start + one.end) / 2 < hole.end for hole in unjudged)]


def _length(spoken: Sequence[Utterance]) -> float:
    return sum(one.end - one.start for one in spoken)


def _cut(clerk: Utterance, caller: Utterance) -> tuple[float, bool] | None:
    """Who began into the other's speech and went on: (when, whether it was the clerk)."""
    later, earlier = (clerk, caller) if clerk.start > caller.start else (caller, clerk)
    together = min(later.end, earlier.end) - later.start
    inside = len(later.said) * min(1.0, together / max(0.1, later.end - later.start))
    if together < CUT_IN_SECONDS or inside < CUT_IN_SYLLABLES:
        return None
    return (round(later.start, 2), later is clerk)


def _longest(spoken: Sequence[Utterance], unjudged: Sequence[Span]) -> tuple[float, float]:
    """Where the longest silence between speech begins, and how long it is; time that is no clerk's own is none."""
    best, until = (0.0, 0.0), None
    for one in sorted(spoken, key=lambda each: each.start):
        if until is not None and one.start - until > best[1] and not _touches(until, one.start, unjudged):
            best = (until, one.start - until)
        until = one.end if until is None else max(until, one.end)
    return best


def _touches(start: float, end: float, holes: Sequence[Span]) -> bool:
    return any(hole.start < end and start < hole.end for hole in holes)


def _response(clerk: Sequence[Utterance], caller: Sequence[Utterance]) -> float | None:
    ordered = sorted([*clerk, *caller], key=lambda one: (one.start, one.end))
    waits = [
        after.start - before.end
        for before, after in pairwise(ordered)
        if before.channel == "caller" and after.channel == "agent" and 0.0 <= after.start - before.end < LATEST_ANSWER
    ]
    return round(median(waits), 2) if waits else None
