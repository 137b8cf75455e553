"""The sound of a call: playable everywhere, in parts, by those who may hear it, and logged."""

from __future__ import annotations

import base64
import io
import json
import re
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.web.world import World, tone
from voice_agent.coverage import Timeline
from voice_agent.intake.files import Leg, Part
from voice_agent.store import Store
from voice_agent.store.calls.timelines import save_timeline
from voice_agent.store.calls.transcripts import Leg as StoredLeg
from voice_agent.store.calls.transcripts import save_legs
from voice_agent.values import Span
from voice_agent.web.call.sound import MOST_KEPT, SoundCache, peaks_of


def loudest(samples: np.ndarray, rate: int) -> float:
    """The frequency (Hz) with the most energy."""
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.fft.rfftfreq(len(samples), 1 / rate)[spectrum.argmax()])


def test_two_legs_become_one_file_that_every_browser_plays(world: World) -> None:
    """A-law and GSM legs of different length are served as 16-bit stereo: caller left, clerk right."""
    with world.visitor("reviewer") as visitor:
        answer = visitor.get(f"/calls/{world.other}/audio")
    assert answer.headers["content-type"] == "audio/wav"
    with soundfile.SoundFile(io.BytesIO(answer.content)) as sound:
        assert (sound.samplerate, sound.channels, sound.subtype) == (8000, 2, "PCM_16")
        samples = sound.read(always_2d=True)
    assert len(samples) == pytest.approx(4 * 8000, abs=400)
    assert loudest(samples[:, 0], 8000) == pytest.approx(300, abs=5)
    assert loudest(samples[: 3 * 8000, 1], 8000) == pytest.approx(700, abs=5)
    assert not samples[-4000:, 1].any()


def test_legs_of_different_rates_stay_in_step(tmp_path: Path) -> None:
    """The slower leg is resampled: both sides last as long as before."""
    soundfile.write(tmp_path / "rx.wav", tone(300), 8000)
    soundfile.write(tmp_path / "tx.wav", tone(700, rate=16000), 16000)
    cache = SoundCache(tmp_path / "cache")
    legs = [Leg("caller", tmp_path / "rx.wav"), Leg("agent", tmp_path / "tx.wav")]
    samples, rate = soundfile.read(cache.playable(1, legs))
    assert (rate, len(samples)) == (16000, pytest.approx(4 * 16000, abs=200))
    assert loudest(samples[:, 0], rate) == pytest.approx(300, abs=5)


def test_one_mixed_channel_stays_one(tmp_path: Path) -> None:
    """A mixed recording is one lane."""
    soundfile.write(tmp_path / "mixed.wav", tone(300), 8000, subtype="ULAW")
    path = SoundCache(tmp_path / "cache").playable(1, [Leg("mixed", tmp_path / "mixed.wav")])
    assert soundfile.info(path).channels == 1


def test_rendered_sound_is_nobody_elses(tmp_path: Path) -> None:
    """The folder is 0700, the file 0600 and without a name, and sweeping removes it; the recording stays untouched."""
    source = tmp_path / "rx.wav"
    soundfile.write(source, tone(300), 8000, subtype="ALAW")
    before = source.read_bytes()
    cache = SoundCache(tmp_path / "cache")
    path = cache.playable(1, [Leg("caller", source)])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700
    assert list(cache.folder.iterdir()) == []
    assert cache.playable(1, [Leg("caller", source)]) == path
    cache.close()
    assert not path.exists()
    assert source.read_bytes() == before


def handles() -> int:
    """How many files this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_bounded_number_of_calls_is_kept_rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was asked for longest ago makes room; no file handle is left behind."""
    soundfile.write(tmp_path / "rx.wav", tone(300, seconds=0.1), 8000, subtype="ALAW")
    cache, before = SoundCache(tmp_path / "cache"), handles()
    for number in range(MOST_KEPT + 20):
        cache.playable(number, [Leg("caller", tmp_path / "rx.wav")])
    paths = {cache.playable(number, [Leg("caller", tmp_path / "rx.wav")]) for number in range(20, MOST_KEPT + 20)}
    assert len(paths) == MOST_KEPT
    monkeypatch.setattr("voice_agent.web.call.sound.GRACE_SECONDS", -1.0)
    cache.sweep()
    assert handles() - before == MOST_KEPT
    cache.close()
    assert handles() == before


def test_what_a_crash_left_is_cleared_away_at_the_start(tmp_path: Path) -> None:
    """Rendered sound and half-rendered sound of an earlier process or version is gone as soon as the next one starts."""
    folder = tmp_path / "cache"
    folder.mkdir()
    for name in ("7.wav", ".half"):
        (folder / name).write_bytes(b"voice")
    SoundCache(folder)
    assert list(folder.iterdir()) == []


def test_a_part_is_a_part_of_the_whole(world: World) -> None:
    """Range requests give exactly the bytes asked for, and nonsense is 416."""
    with world.visitor("staff") as visitor:
        whole = visitor.get(f"/calls/{world.call}/audio").content
        part = visitor.get(f"/calls/{world.call}/audio", range="bytes=100-299")
        assert (part.status_code, part.content) == (206, whole[100:300])
        assert part.headers["content-range"] == f"bytes 100-299/{len(whole)}"
        assert visitor.get(f"/calls/{world.call}/audio", range=f"bytes={len(whole) + 5}-").status_code == 416


def test_listening_is_logged_once_whatever_part_is_asked_for(world: World) -> None:
    """Asking for a part in the middle is listening too; the many requests of one player are one entry."""
    with world.visitor("supervisor") as visitor:
        for begin in (500, 0, 700):
            visitor.get(f"/calls/{world.call}/audio", range=f"bytes={begin}-{begin + 9}")
    with world.visitor("admin") as visitor:
        page = visitor.get(f"/audit?action=listen&target=call+{world.call}").text
        assert page.count("<td>收听</td>") == 1


def test_the_waveform_shows_both_sides(world: World) -> None:
    """Two lanes, caller first, half of full scale, as long as the recording; computed once and kept."""
    with world.visitor("reviewer") as visitor:
        first, second = (visitor.get(f"/calls/{world.other}/peaks").json() for _ in range(2))
    assert first == second
    assert (first["lanes"], first["duration"]) == (2, pytest.approx(4.0, abs=0.1))
    data = np.frombuffer(base64.b64decode(first["data"]), np.uint8).reshape(2, -1)
    assert int(data[0].max()) == pytest.approx(128, abs=6)
    assert data[1, -10:].max() == 0


def test_a_long_call_has_no_more_points_than_a_screen(tmp_path: Path) -> None:
    """Half an hour is drawn with at most 8000 points a lane."""
    soundfile.write(tmp_path / "long.wav", np.zeros(1800 * 8000, np.int16), 8000)
    points, duration = peaks_of(tmp_path / "long.wav")
    assert (len(points) <= 8000, duration) == (True, 1800.0)


def test_a_deleted_recording_leaves_the_findings(world: World, tmp_path: Path) -> None:
    """The page shows transcript and findings and says that there is no sound; the player's addresses say so too."""
    with Store.open(world.store) as store:
        save_legs(store, world.call, [StoredLeg("caller", tmp_path / "gone.wav")])
    with world.visitor("reviewer") as visitor:
        page = visitor.get(f"/calls/{world.call}").text
        assert "录音文件已不在原处" in page
        assert "主动告知工号" in page
        assert 'id="player"' not in page
        for part in ("audio", "peaks"):
            answer = visitor.get(f"/calls/{world.call}/{part}", accept="*/*")
            assert (answer.status_code, answer.text) == (404, "录音文件已不在原处。")


def test_a_broken_recording_says_so_without_its_path(world: World, tmp_path: Path) -> None:
    """A file that is no sound is named broken; where it lies on the server is nobody's business."""
    (tmp_path / "broken.wav").write_bytes(b"RIFF....WAVE not really")
    with Store.open(world.store) as store:
        save_legs(store, world.call, [StoredLeg("caller", tmp_path / "broken.wav")])
    with world.visitor("reviewer") as visitor:
        answer = visitor.get(f"/calls/{world.call}/audio", accept="*/*")
        assert (answer.status_code, answer.text) == (400, "录音文件损坏或无法解码。")


def test_one_leg_alone_can_be_heard(world: World, tmp_path: Path) -> None:
    """When the other leg has been lost, the one that is there still plays, on its own side."""
    soundfile.write(tmp_path / "tx.wav", tone(700), 8000)
    legs = [StoredLeg("caller", tmp_path / "gone.wav"), StoredLeg("agent", tmp_path / "tx.wav")]
    with Store.open(world.store) as store:
        save_legs(store, world.call, [replace(leg) for leg in legs])
    with world.visitor("reviewer") as visitor:
        samples, _ = soundfile.read(io.BytesIO(visitor.get(f"/calls/{world.call}/audio").content))
    assert not samples[:, 0].any()
    assert samples[:, 1].any()


def test_what_was_not_recorded_is_shown_as_such(world: World, tmp_path: Path) -> None:
    """Two recordings with a hole between them play as one time line, and the page tells the waveform what was not recorded."""
    soundfile.write(tmp_path / "a.wav", tone(300, 2.0), 8000)
    soundfile.write(tmp_path / "b.wav", tone(700, 2.0), 8000)
    parts = (Part(tmp_path / "a.wav"), Part(tmp_path / "b.wav", 0, 5.0))
    with Store.open(world.store) as store:
        save_legs(store, world.call, [StoredLeg("agent", tmp_path / "a.wav", parts=parts, length=9.0)])
        line = Timeline(0.0, 9.0, (Span(0.0, 3.0), Span(4.0, 9.0)), (Span(0.0, 2.0), Span(5.0, 7.0)))
        save_timeline(store, world.call, line)
    with world.visitor("reviewer") as visitor:
        page = visitor.get(f"/calls/{world.call}").text
        samples, rate = soundfile.read(io.BytesIO(visitor.get(f"/calls/{world.call}/audio").content))
    facts = json.loads(re.search(r'id="call-data"[^>]*>(.*?)</script>', page, re.DOTALL).group(1))  # type: ignore[union-attr]  # it is there
    shown = [(one["text"], one["start"], one["end"]) for one in facts["unheard"]]
    assert shown == [("未录音", 2.0, 3.0), ("未录音", 4.0, 5.0), ("未录音", 7.0, 9.0), ("不检查", 3.0, 4.0)]
    assert len(samples) / rate == pytest.approx(9.0, abs=0.01)
    loud = [
        bool(np.abs(samples[int(at * rate) : int((at + 0.5) * rate), 1]).max() > 0.1) for at in (1.0, 3.0, 5.5, 8.0)
    ]
    assert loud == [True, False, True, False]


def test_a_recording_that_became_a_link_out_of_the_folder_is_not_played(world: World, tmp_path: Path) -> None:
    """Whoever may write into the recordings cannot make the page read out another file."""
    soundfile.write(tmp_path / "secret.wav", np.stack([tone(300), tone(700)], axis=1), 8000, subtype="PCM_16")
    link = world.recordings / "link.wav"
    link.unlink(missing_ok=True)
    link.symlink_to(tmp_path / "secret.wav")
    with Store.open(world.store) as store:
        save_legs(store, world.call, [StoredLeg("caller", link, 0), StoredLeg("agent", link, 1)])
    with world.visitor("reviewer") as visitor:
        assert visitor.get(f"/calls/{world.call}/audio").status_code == 404
        assert visitor.get(f"/calls/{world.call}/peaks").status_code == 404
    link.unlink()
