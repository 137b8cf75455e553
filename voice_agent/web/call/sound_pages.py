"""The sound of a call and its waveform, after the permission check."""

from __future__ import annotations

import base64
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, Response

from voice_agent.errors import RecordingNotFound
from voice_agent.intake.files import Leg
from voice_agent.intake.recordings import is_below
from voice_agent.privacy.talk import private_stretches
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.peaks import Peaks, load_peaks, save_peaks
from voice_agent.store.calls.transcripts import load_legs, load_transcript
from voice_agent.values import Span
from voice_agent.web.call.sound import peaks_of
from voice_agent.web.doors.ownership import the_call
from voice_agent.web.doors.visit import Page, Visit


def sound_legs(visit: Visit, call: CallRow) -> list[Leg]:
    """Where the sound of a call lies, as the store knows it: never from the request."""
    return [
        Leg(leg.channel, leg.path, leg.path_channel, leg.parts, leg.length) for leg in load_legs(visit.store, call.id)
    ]


def missing(legs: list[Leg]) -> str:
    """Why there is nothing to hear, '' when there is."""
    if not legs:
        return "这通电话没有录音。"
    return (
        ""
        if any(part.path.is_file() for leg in legs for part in leg.pieces)
        else "录音文件已不在原处（可能已被删除或移走）。"
    )


def play(visit: Visit) -> Response:
    """The sound, whole or in parts (Range). Who listens is written down before the first byte leaves."""
    call = the_call(visit)
    legs = present(visit, call)
    if not legs:
        raise RecordingNotFound("没有录音")
    path = visit.site.sounds.playable(call.id, legs, silent(visit, call))
    if visit.site.heard.is_new(visit.user.id, call.id, time.time()):
        visit.note("listen", f"call {call.id}")
    return FileResponse(path, media_type="audio/wav", headers={"Accept-Ranges": "bytes"})


def silent(visit: Visit, call: CallRow) -> list[Span]:
    """The stretches that this person may not hear (seconds). Raises HTTPException 403 where nobody knows which they are."""
    privacy = visit.site.config.privacy
    shown = visit.user.role in privacy.unmask_roles and visit.site.unmasked.holds(visit.user.id, call.id, time.time())
    if shown or visit.user.role in privacy.hear_roles:
        return []
    transcript = load_transcript(visit.store, call.id)
    if transcript is None:
        raise HTTPException(
            403,
            "这通电话没有转写文本，不知道哪些片段是个人信息，不能直接收听。可以查看个人信息的角色写明理由后可以收听。",
        )
    return private_stretches(transcript)


def present(visit: Visit, call: CallRow) -> list[Leg]:
    """What of the legs is there; all of them when nothing is, so that the error can say what is missing. Raises RecordingError."""
    legs = sound_legs(visit, call)
    for part in (part for leg in legs for part in leg.pieces):
        if not _lies_where_it_says(visit, part.path):
            raise RecordingNotFound(f"{part.path}：链接指向录音目录之外")
    return [there for leg in legs if (there := _what_is_there(leg))] or legs


def _lies_where_it_says(visit: Visit, path: Path) -> bool:
    """Whoever may write into the recordings must not choose by a link what this page reads out."""
    place = visit.site.config.recordings
    return not path.is_symlink() or is_below(path, [place.folder, *map(Path, place.path_map.values())])


def _what_is_there(leg: Leg) -> Leg | None:
    """The leg without parts whose file is gone; None when nothing of it is left."""
    parts = tuple(part for part in leg.pieces if part.path.is_file())
    if not parts:
        return None
    return replace(leg, path=parts[0].path, column=parts[0].column, parts=parts) if leg.parts else leg


def show_peaks(visit: Visit) -> Response:
    """The waveform as JSON: ``lanes`` (caller first), ``duration`` in seconds, ``data`` base64 bytes lane by lane."""
    call = the_call(visit)
    peaks = load_peaks(visit.store, call.id) or _compute(visit, call)
    data = base64.b64encode(b"".join(peaks.channels)).decode()
    return JSONResponse({"lanes": len(peaks.channels), "duration": peaks.duration, "data": data})


def _compute(visit: Visit, call: CallRow) -> Peaks:
    legs = present(visit, call)
    if not legs:
        raise RecordingNotFound("没有录音")
    points, duration = peaks_of(visit.site.sounds.playable(call.id, legs))
    lanes = tuple(np.ascontiguousarray(lane).tobytes() for lane in points.T)
    peaks = Peaks(len(points) / duration if duration else 0.0, duration, lanes)
    save_peaks(visit.store, call.id, peaks)
    return peaks


PAGES = (
    Page("audio", "GET", "/calls/{number:int}/audio", play),
    Page("peaks", "GET", "/calls/{number:int}/peaks", show_peaks),
)
