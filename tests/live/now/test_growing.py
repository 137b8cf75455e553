"""Files that grow, stop growing, are replaced, or are of a kind that says nothing before its end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.live.now.feeding import Feed, bundled, header
from voice_agent.errors import RecordingError, RecordingNotFound
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.hearing.vosk_transcriber import VoskTranscriber
from voice_agent.intake.growing import Growing
from voice_agent.live.now import ears
from voice_agent.live.now.ears import Ears


def test_only_what_is_new_whatever_the_header_says(tmp_path: Path) -> None:
    """The length in the header is 0 while the file grows; each read gives what came since, and the end is known when it is put right."""
    path = tmp_path / "a.wav"
    path.write_bytes(b"")
    growing = Growing(path)
    assert len(growing.read()) == 0
    path.write_bytes(header())
    assert len(growing.read()) == 0
    for number in range(3):
        with path.open("ab") as file:
            file.write(np.full(1000, number, np.int16).tobytes() + b"\x01" * (number // 2))
        frames = growing.read()
        assert frames.shape == (1000, 1)
    assert not growing.is_closed()
    with path.open("r+b") as file:
        file.write(header(path.stat().st_size - 44))
    growing.read()
    assert growing.is_closed()


def test_at_most_so_much_at_once(tmp_path: Path) -> None:
    """A call that is taken up late is read in pieces; what is left is told."""
    path = tmp_path / "a.wav"
    path.write_bytes(header() + bytes(2 * 8000 * 12))
    growing = Growing(path)
    assert len(growing.read()) == 5 * 8000
    assert growing.left_seconds() == pytest.approx(7.0)


def test_a_replaced_or_cut_file_is_noticed(tmp_path: Path) -> None:
    """Nobody is heard from another call's sound: a new file under the name, or a shorter one, ends the live hearing."""
    for change in ("replace", "cut"):
        path = tmp_path / f"{change}.wav"
        path.write_bytes(header() + bytes(32_000))
        growing = Growing(path)
        growing.read()
        if change == "cut":
            path.write_bytes(header())
        else:
            (tmp_path / "new").write_bytes(header() + bytes(64_000))
            (tmp_path / "new").replace(path)
        with pytest.raises(RecordingError, match="替换或截短"):
            growing.read()


def test_kinds_that_cannot_be_heard_live_say_so(tmp_path: Path) -> None:
    """GSM and A-law are refused with what to use instead; a missing file is waited for."""
    soundfile.write(tmp_path / "gsm.wav", np.zeros(8000, np.float32), 8000, subtype="GSM610")
    (tmp_path / "x.alaw").write_bytes(bytes(800))
    for name in ("gsm.wav", "x.alaw"):
        with pytest.raises(RecordingError, match="16 位 PCM"):
            Growing(tmp_path / name).read()
    with pytest.raises(RecordingNotFound):
        Growing(tmp_path / "none.wav").read()


def test_stereo_raw_holds_both_sides(tmp_path: Path) -> None:
    """MixMonitor's option D: left and right are two columns."""
    path = tmp_path / "a.raw"
    path.write_bytes(np.stack([np.full(800, 1, np.int16), np.full(800, 2, np.int16)], axis=1).tobytes())
    frames = Growing(path).read()
    assert frames.shape == (800, 2)
    assert set(frames[:, 1].tolist()) == {2}


@pytest.mark.vosk
def test_a_writer_that_stops_is_said_and_taken_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No growth for seconds is trouble that people read; when it grows again all is heard; a closed file is the end, a replaced one too."""
    monkeypatch.setattr(ears, "STALLED_SECONDS", 0.0)
    feed = Feed(bundled("c02-number-at-the-end"), tmp_path)
    both = Ears(feed.files, VoskTranscriber(BUNDLED))
    feed.write()
    assert both.advance()
    assert not both.trouble
    assert both.advance()
    assert "没有增长" in both.trouble
    feed.write()
    both.advance()
    assert not both.trouble
    assert both.heard().seconds == pytest.approx(4.0, abs=0.2)
    feed.close()
    both.advance()
    both.advance()
    assert both.over
    assert not both.trouble
