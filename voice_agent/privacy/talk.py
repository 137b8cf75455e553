"""Personal data in a whole conversation: a question tells what its answer is, and what was found once is hidden wherever it recurs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from voice_agent.privacy.finding import DOT, Private, find, hide
from voice_agent.values import Channel, Segment, Span, Transcript, Word

#: Seconds around a word that are silenced with it: recognisers are that wrong about where words begin and end.
MARGIN = 0.25
#: Silenced stretches nearer than this (seconds) become one: a number with pauses between its groups.
BRIDGE = 0.6


@dataclass(frozen=True)
class PrivatePart:
    """What is personal in one segment, by its place among the segments of the transcript."""

    segment: int
    found: tuple[Private, ...]


@lru_cache(maxsize=16)
def private_parts(transcript: Transcript) -> tuple[PrivatePart, ...]:
    """Everything personal in a conversation; a page asks for it three times."""
    order = sorted(range(len(transcript.segments)), key=lambda at: transcript.segments[at].start)
    parts, before = [], ""
    for at in order:
        segment = transcript.segments[at]
        found = find(segment.text, segment.channel, before)
        parts.append(PrivatePart(at, tuple(found)))
        # Only what another said last is a question; one's own words before go on the same way.
        before = segment.text
    known = _names_in(transcript, parts)
    return tuple(
        PrivatePart(part.segment, _with_known(transcript.segments[part.segment].text, part.found, known))
        for part in parts
    )


def _names_in(transcript: Transcript, parts: Sequence[PrivatePart]) -> list[str]:
    """Names of two characters and more that were told as such anywhere in the call."""
    texts = {
        transcript.segments[part.segment].text[one.start : one.end]
        for part in parts
        for one in part.found
        if one.kind == "name"
    }
    return sorted((text for text in texts if len(text) > 1), key=len, reverse=True)


def _with_known(text: str, found: Sequence[Private], known: Sequence[str]) -> tuple[Private, ...]:
    more = [
        Private("name", match.start(), match.end()) for name in known for match in re.finditer(re.escape(name), text)
    ]
    kept = [one for one in more if not any(one.start < other.end and other.start < one.end for other in found)]
    return tuple(sorted((*found, *kept), key=lambda one: one.start))


def hidden_texts(transcript: Transcript) -> list[str]:
    """The text of every segment with what is personal hidden, each as long as it was."""
    texts = [segment.text for segment in transcript.segments]
    for part in private_parts(transcript):
        texts[part.segment] = hide(texts[part.segment], part.found)
    return texts


def hidden_transcript(transcript: Transcript) -> Transcript:
    """The conversation as everybody may read it."""
    texts = hidden_texts(transcript)
    segments = tuple(_hidden(one, text) for one, text in zip(transcript.segments, texts, strict=True))
    return Transcript(transcript.call_id, segments, transcript.agent, transcript.duration)


def _hidden(segment: Segment, text: str) -> Segment:
    return Segment(segment.channel, segment.start, segment.end, text, tuple(_words(segment, text)))


def _words(segment: Segment, text: str) -> Iterator[Word]:
    """The words with the same characters hidden; one that cannot be found in the text is hidden whole."""
    begin = 0
    for word in segment.words:
        at = segment.text.find(word.text, begin)
        shown = text[at : at + len(word.text)] if at >= 0 else (DOT * len(word.text) if DOT in text else word.text)
        begin = max(begin, at + len(word.text)) if at >= 0 else begin
        yield Word(shown, word.start, word.end, word.conf)


def private_texts(transcript: Transcript | None) -> list[str]:
    """What was found in a conversation, longest first: people repeat it in remarks, and evidence quotes it."""
    if transcript is None:
        return []
    texts = {
        transcript.segments[part.segment].text[one.start : one.end].strip()
        for part in private_parts(transcript)
        for one in part.found
    }
    return sorted((text for text in texts if len(text) > 1), key=len, reverse=True)


def mask(text: str, known: Sequence[str] = (), side: Channel | None = None) -> str:
    """A text with everything personal hidden: what is found in it, and what is ``known`` of its call. Its length stays."""
    hidden = hide(text, find(text, side))
    for one in known:
        hidden = hidden.replace(one, DOT * len(one))
    return hidden


def private_stretches(transcript: Transcript) -> list[Span]:
    """When something personal is said, whoever says it (seconds of the recording), in order and joined."""
    spans: list[Span] = []
    for part in private_parts(transcript):
        segment = transcript.segments[part.segment]
        spans.extend(_when(segment, one) for one in part.found)
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if joined and span.start - joined[-1].end < BRIDGE:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _when(segment: Segment, one: Private) -> Span:
    """From the first to the last word that the find touches; without words' times the whole segment."""
    begin, touched = 0, []
    for word in segment.words:
        at = segment.text.find(word.text, begin)
        if at < 0:
            return Span(max(0.0, segment.start - MARGIN), segment.end + MARGIN)
        begin = at + len(word.text)
        if at < one.end and begin > one.start:
            touched.append(word)
    if not touched:
        return Span(max(0.0, segment.start - MARGIN), segment.end + MARGIN)
    return Span(max(0.0, touched[0].start - MARGIN), touched[-1].end + MARGIN)
