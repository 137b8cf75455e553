"""Captured streams as files: broken ones name file and line; interrupted ones have gaps."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ami_bridge.errors import CaptureError
from ami_bridge.events import CallEnded, Gap
from ami_bridge.replay import read_capture, replay_calls
from ami_bridge.settings import Settings
from tests.ami_bridge.streams import CAPTURES


def test_packed_and_unpacked_are_the_same(tmp_path: Path) -> None:
    """A .gz gives the same calls."""
    plain = CAPTURES / "queue-pjsip.ami"
    packed = tmp_path / "queue-pjsip.ami.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert list(replay_calls(packed, Settings())) == list(replay_calls(plain, Settings()))


def test_not_a_capture(tmp_path: Path) -> None:
    """A file that is something else is refused with its name and the line."""
    path = tmp_path / "notes.ami"
    path.write_text("hello\n", encoding="utf-8")
    with pytest.raises(CaptureError, match=r"notes\.ami：第 1 行"):
        list(read_capture(path))


def test_missing_and_broken_files(tmp_path: Path) -> None:
    """A missing file, a folder and a damaged .gz are refused with their name."""
    damaged = tmp_path / "x.ami.gz"
    damaged.write_bytes(gzip.compress(b"### 1.0\nEvent: X\n")[:-9])
    for path in (tmp_path / "absent.ami", tmp_path, damaged):
        with pytest.raises(CaptureError, match=path.name):
            list(replay_calls(path, Settings()))


def test_empty_capture(tmp_path: Path) -> None:
    """Nothing captured is no call and no error."""
    path = tmp_path / "empty.ami"
    path.write_bytes(b"")
    assert list(replay_calls(path, Settings())) == []


def test_crlf_capture(tmp_path: Path) -> None:
    """A capture with the line ends of the wire reads like one without."""
    plain = CAPTURES / "dial.ami"
    wire = tmp_path / "dial.ami"
    wire.write_bytes(plain.read_bytes().replace(b"\n", b"\r\n"))
    assert list(replay_calls(wire, Settings())) == list(replay_calls(plain, Settings()))


def test_cut_capture_loses_no_call(tmp_path: Path) -> None:
    """A capture that ends in the middle of a call returns it with a gap."""
    whole = (CAPTURES / "q100sip-min.ami").read_bytes()
    path = tmp_path / "cut.ami"
    path.write_bytes(whole[: whole.index(b"Event: SoftHangupRequest") - 30])
    (call,) = [one for one in replay_calls(path, Settings()) if isinstance(one, CallEnded)]
    assert isinstance(call, CallEnded)
    assert len(call.gaps) == 1
    assert call.clerks[0].member_name == "Anna Petrova #1201"


def test_second_greeting_is_a_gap(tmp_path: Path) -> None:
    """Two captures one after the other: the time between them is a gap, and both calls are returned."""
    path = tmp_path / "two.ami"
    path.write_bytes((CAPTURES / "q100sip-min.ami").read_bytes() + b"\n" + (CAPTURES / "q103b-min.ami").read_bytes())
    found = list(replay_calls(path, Settings()))
    assert [type(event) for event in found if isinstance(event, CallEnded)] == [CallEnded, CallEnded]
    (opened, closed) = (event for event in found if isinstance(event, Gap))
    assert opened.end is None
    assert closed.end is not None
    assert closed.start < closed.end
