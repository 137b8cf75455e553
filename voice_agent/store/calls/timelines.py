"""What the recordings of a call cover, and the story of the call as the bridge followed it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ami_bridge.events import CallEnded, Recording, Step, Stretch
from voice_agent.coverage import Placed, Timeline
from voice_agent.store.database import Row, Store
from voice_agent.store.failures import whole
from voice_agent.values import Span


def recordings_to_json(recordings: Sequence[Recording]) -> str:
    """All recordings of a call as the bridge told them."""
    return json.dumps([[one.path, one.side, one.start, one.end, one.muted, one.bridged] for one in recordings])


@whole("录音位置")
def recordings_from_json(text: str) -> tuple[Recording, ...]:
    """The inverse of ``recordings_to_json``."""
    return tuple(
        Recording(
            path, side, start, end, tuple(Stretch(*one) for one in muted), tuple(Stretch(*one) for one in bridged)
        )
        for path, side, start, end, muted, bridged in json.loads(text)
    )


def save_timeline(store: Store, call: int, line: Timeline) -> None:
    """Keep where the recordings of a call lie. Raises StoreError."""
    value = {
        "began": line.began, "duration": line.duration, "doubt": line.doubt, "share": line.share,
        "talk": _pairs(line.talk), "recorded": _pairs(line.recorded), "muted": _pairs(line.muted), "greeted": _pairs(line.greeted),
        "placed": [[one.recording, one.at, one.start, one.end] for one in line.placed],
    }  # fmt: skip
    store.write("UPDATE calls SET timeline = ? WHERE id = ?", (json.dumps(value), call))


@whole("通话时间线")
def load_timeline(store: Store, call: int) -> Timeline | None:
    """Where the recordings of a call lie; None before it was heard and for calls of older versions. Raises StoreError."""
    text = store.value("SELECT timeline FROM calls WHERE id = ?", (call,))
    return _timeline(json.loads(text)) if text else None


@dataclass(frozen=True)
class Covered:
    """How one call was recorded: the share of the talk (0–1), its channels, by how many seconds its legs are apart, and since when.

    ``lead``: seconds of the recording before the clerk answered (negative: it began so much too late).
    """

    share: float
    channels: frozenset[str]
    apart: float
    lead: float
    doubt: str


def latest_covered(store: Store, most: int) -> list[Covered]:
    """The latest calls whose recordings were laid on a time line, at most so many, newest first. Raises StoreError."""
    rows = store.rows(
        "SELECT c.timeline, json_group_array(l.channel) AS channels, json_group_array(json(l.parts)) AS parts"
        " FROM (SELECT id, timeline, started FROM calls WHERE timeline IS NOT NULL ORDER BY started DESC LIMIT ?) c"
        " LEFT JOIN legs l ON l.call = c.id GROUP BY c.id ORDER BY c.started DESC",
        (most,),
    )
    return [_covered(row) for row in rows]


@whole("通话时间线")
def _covered(row: Row) -> Covered:
    value = json.loads(row["timeline"])
    begins = [leg[0][2] for leg in json.loads(row["parts"]) if leg]
    channels = frozenset(channel for channel in json.loads(row["channels"]) if channel)
    first = value["recorded"][0][0] if value["recorded"] else 0.0
    talk = value["talk"][0][0] if value["talk"] else first
    apart = max(begins) - (min(begins) if len(begins) > 1 else 0.0) if begins else 0.0
    return Covered(value["share"], channels, apart, talk - first, value["doubt"])


def save_story(store: Store, call: int, ended: CallEnded) -> None:
    """Keep what happened on a call, compressed: it is read only when somebody doubts a finding. Raises StoreError."""
    if ended.story:
        packed = zlib.compress(
            json.dumps(ended.story, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        )
        store.write("INSERT OR REPLACE INTO stories VALUES (?, ?)", (call, packed))


@whole("通话经过")
def load_story(store: Store, call: int) -> tuple[Step, ...]:
    """What happened on a call, in order of time; nothing for calls of older versions. Raises StoreError."""
    row: Row | None = store.row("SELECT steps FROM stories WHERE call = ?", (call,))
    if row is None:
        return ()
    return tuple(Step(*step) for step in json.loads(zlib.decompress(row["steps"]).decode("utf-8", "surrogatepass")))


def _pairs(spans: Sequence[Span]) -> list[list[float]]:
    return [[round(one.start, 3), round(one.end, 3)] for one in spans]


def _timeline(value: dict[str, Any]) -> Timeline:
    names = ("talk", "recorded", "muted", "greeted")
    talk, recorded, muted, greeted = (tuple(Span(*pair) for pair in value[name]) for name in names)
    placed = tuple(Placed(*one) for one in value["placed"])
    return Timeline(value["began"], value["duration"], talk, recorded, muted, placed, value["doubt"], greeted)
