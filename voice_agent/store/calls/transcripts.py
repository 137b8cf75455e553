"""What was heard: transcripts with their words, compact, each version kept; and the legs they were made from."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voice_agent.intake.files import Part
from voice_agent.store.calls.words import CHANNELS, index_pairs, index_words
from voice_agent.store.database import Row, Store
from voice_agent.store.failures import whole
from voice_agent.values import Agent, Channel, Segment, Transcript, Word


@dataclass(frozen=True)
class Leg:
    """One side's audio: ``path`` on this machine, ``path_channel`` within the file (0 first), ``rate`` Hz, ``duration`` seconds.

    ``usable`` is False for a silent or missing leg; ``quality`` holds measurements such as ``{"snr_db": 21.5}``. ``parts`` and ``length``
    as in ``voice_agent.intake.files.Leg``: a leg put together from several files.
    """

    channel: Channel
    path: Path
    path_channel: int = 0
    rate: int = 8000
    duration: float = 0.0
    usable: bool = True
    quality: Mapping[str, float] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    length: float | None = None


def save_transcript(
    store: Store, call: int, transcript: Transcript, *, recogniser: str = "", now: float | None = None
) -> int:
    """Keep a transcript of a call and make it searchable; earlier ones stay. Returns its number. Raises StoreError."""
    agent = [transcript.agent.job_number, transcript.agent.name, transcript.agent.unit]
    with store.transaction():
        number = store.write(
            "INSERT INTO transcripts (call, made_at, recogniser, duration, agent, segments) VALUES (?, ?, ?, ?, ?, ?)",
            (call, now or time.time(), recogniser, transcript.duration, json.dumps(agent), pack(transcript.segments)),
        ).lastrowid
        _index(store, call, transcript.segments)
        store.write("INSERT OR IGNORE INTO phrase_todo VALUES (?)", (call,))
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


def load_transcript(store: Store, call: int, number: int | None = None) -> Transcript | None:
    """The latest transcript of a call (or the one with this number); None when there is none. Raises StoreError."""
    row = store.row(
        "SELECT t.*, c.call_id FROM transcripts t JOIN calls c ON c.id = t.call"
        " WHERE t.call = ?1 AND (?2 IS NULL OR t.id = ?2) ORDER BY t.id DESC LIMIT 1",
        (call, number),
    )
    return _transcript(row) if row else None


def latest_transcript_number(store: Store, call: int) -> int | None:
    """The number of the latest transcript of a call, None when there is none. Raises StoreError."""
    found: int | None = store.value("SELECT max(id) FROM transcripts WHERE call = ?", (call,))
    return found


def recording_seconds(store: Store, call: int) -> float | None:
    """How long the recording of a call is, as far as anybody measured it; else how long the call was. Raises StoreError."""
    found: float | None = store.value(
        "SELECT max(coalesce((SELECT max(t.duration) FROM transcripts t WHERE t.call = c.id), 0),"
        " coalesce((SELECT max(l.duration) FROM legs l WHERE l.call = c.id), 0), c.ended - c.started)"
        " FROM calls c WHERE c.id = ?",
        (call,),
    )
    return found


def save_legs(store: Store, call: int, legs: Sequence[Leg]) -> None:
    """Where the sound of a call lies; replaces what was known. Raises StoreError."""
    with store.transaction():
        store.write("DELETE FROM legs WHERE call = ?", (call,))
        store.write_many(
            "INSERT INTO legs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    call,
                    leg.channel,
                    str(leg.path),
                    leg.path_channel,
                    leg.rate,
                    leg.duration,
                    leg.usable,
                    json.dumps(dict(leg.quality)),
                    json.dumps([[str(one.path), one.column, one.at, one.start, one.end] for one in leg.parts]),
                    leg.length,
                )
                for leg in legs
            ],
        )


@whole("录音位置")
def load_legs(store: Store, call: int) -> list[Leg]:
    """The legs of a call, caller first. Raises StoreError."""
    rows = store.rows("SELECT * FROM legs WHERE call = ? ORDER BY channel = 'agent', channel", (call,))
    return [
        Leg(
            row["channel"], Path(row["path"]), row["path_channel"], row["rate"], row["duration"], bool(row["usable"]),
            json.loads(row["quality"]),
            tuple(Part(Path(path), *rest) for path, *rest in json.loads(row["parts"])), row["length"],
        )
        for row in rows
    ]  # fmt: skip


def had_sound_in(store: Store, folder: Path) -> bool:
    """Whether the sound of any call was ever found below this folder. Raises StoreError."""
    return bool(
        store.value("SELECT 1 FROM legs WHERE substr(path, 1, ?) = ? LIMIT 1", (len(str(folder)) + 1, f"{folder}/"))
    )


def pack(segments: Sequence[Segment]) -> bytes:
    """Segments with words as compressed JSON: about a tenth of one row a word."""
    plain = [
        [
            part.channel,
            part.start,
            part.end,
            part.text,
            [[word.text, word.start, word.end, word.conf] for word in part.words],
        ]
        for part in segments
    ]
    # A recogniser's or a file's broken characters (lone surrogates) must survive as they came.
    return zlib.compress(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


@whole("转写文本")
def unpack(data: bytes) -> tuple[Segment, ...]:
    """The inverse of ``pack``."""
    plain: list[Any] = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
    return tuple(
        Segment(channel, start, end, text, tuple(Word(*word) for word in words))
        for channel, start, end, text, words in plain
    )


@whole("转写文本")
def _transcript(row: Row) -> Transcript:
    return Transcript(row["call_id"], unpack(row["segments"]), Agent(*json.loads(row["agent"])), row["duration"])


def _index(store: Store, call: int, segments: Sequence[Segment]) -> None:
    said = ["\n".join(part.text for part in segments if part.channel == channel) for channel in CHANNELS]
    store.write("DELETE FROM speech WHERE rowid = ?", (call,))
    store.write(
        "INSERT INTO speech (rowid, agent, caller, mixed, agent_pairs, caller_pairs, mixed_pairs) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (call, *(index_words(text) for text in said), *(index_pairs(text) for text in said)),
    )
