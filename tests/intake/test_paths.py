"""What ``check`` is given becomes calls, each once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from voice_agent.errors import RecordingError, RecordingNotFound
from voice_agent.intake.files import Leg, RecordingFiles
from voice_agent.intake.paths import TranscriptFile, files_of, search

Record = Callable[..., Path]


def test_a_folder_becomes_its_calls(tmp_path: Path, record: Record) -> None:
    """Pairs become one call and stand for their mix; stereo, mixed and headerless files are calls of their own."""
    record("a-rx.wav"), record("a-tx.wav"), record("a.wav"), record("b.wav", channels=2), record("deep/c.wav")
    (tmp_path / "d.raw").write_bytes(bytes(8))
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("x")
    found = files_of([tmp_path])
    assert [(item.kind, item.call_id) for item in found if isinstance(item, RecordingFiles)] == [
        ("legs", "a"),
        ("stereo", "b"),
        ("stereo", "d"),
        ("mixed", "c"),
    ]
    assert len(found) == 4  # the JSON beside recordings describes them


def test_a_folder_of_transcripts(tmp_path: Path) -> None:
    """Without recordings beside them JSON files are the calls."""
    (tmp_path / "a.json").write_text("{}")
    assert files_of([tmp_path]) == (TranscriptFile(tmp_path / "a.json"),)


def test_a_leg_named_alone_finds_its_partner(record: Record) -> None:
    """Both legs named, or one of them, is one call."""
    caller, agent = record("a-rx.wav"), record("a-tx.wav")
    expected = (RecordingFiles("legs", "a", caller=caller, agent=agent),)
    assert files_of([caller]) == files_of([agent, caller]) == expected
    agent.unlink()
    assert files_of([caller]) == (RecordingFiles("legs", "a", caller=caller),)


def test_what_is_named_is_taken_as_named(record: Record) -> None:
    """A file named itself is judged even where a folder would prefer its legs, and only once."""
    record("a-rx.wav"), record("a-tx.wav")
    mix = record("a.wav")
    assert files_of([mix, mix]) == (RecordingFiles("mixed", "a", whole=mix),)


def test_what_cannot_be_a_call_is_refused(tmp_path: Path) -> None:
    """A missing path and an unknown kind of file are named."""
    with pytest.raises(RecordingNotFound, match=r"gone\.wav"):
        files_of([tmp_path / "gone.wav"])
    (tmp_path / "x.docx").write_bytes(b"x")
    with pytest.raises(RecordingError, match=r"x\.docx：不认识的文件类型"):
        files_of([tmp_path / "x.docx"])


def test_swapping_turns_the_sides_round() -> None:
    """Left = caller, right = agent; swapped the other way; a mix has no sides."""
    stereo = RecordingFiles("stereo", "x", whole=Path("x.wav"))
    assert stereo.legs() == (Leg("caller", Path("x.wav"), 0), Leg("agent", Path("x.wav"), 1))
    assert stereo.legs(swap=True) == (Leg("agent", Path("x.wav"), 0), Leg("caller", Path("x.wav"), 1))
    legs = RecordingFiles("legs", "x", caller=Path("rx.wav"), agent=Path("tx.wav"))
    assert legs.legs(swap=True) == (Leg("agent", Path("rx.wav")), Leg("caller", Path("tx.wav")))
    assert RecordingFiles("mixed", "x", whole=Path("x.wav")).legs(swap=True) == (Leg("mixed", Path("x.wav")),)


def test_a_link_out_of_the_folder_is_passed_over_and_named(tmp_path: Path, record: Record) -> None:
    """Nothing outside the folder is opened, neither as a recording, nor as a partner, nor as a transcript; what links there is told."""
    record("outside/secret.wav"), record("calls/a-rx.wav")
    (tmp_path / "outside" / "secret.json").write_text("{}")
    (tmp_path / "calls" / "a-tx.wav").symlink_to(tmp_path / "outside" / "secret.wav")
    (tmp_path / "calls" / "b.json").symlink_to(tmp_path / "outside" / "secret.json")
    (tmp_path / "calls" / "round.wav").symlink_to(tmp_path / "calls" / "round.wav")
    found = search([tmp_path / "calls"])
    assert [item.paths for item in found.items if isinstance(item, RecordingFiles)] == [
        (tmp_path / "calls" / "a-rx.wav",)
    ]
    assert {one.path.name for one in found.passed_over} == {"a-tx.wav", "b.json"}
