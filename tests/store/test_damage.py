"""A damaged store: a clear Chinese error or the right content, never a raw one; what is whole can be read; doctor and the start tell."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from ami_bridge.events import Recording, Step
from tests.conftest import REPOSITORY
from tests.store.makers import book, ended, judged_call, judgement, transcript
from voice_agent.coverage import Timeline
from voice_agent.errors import StoreDamaged, StoreError, VoiceAgentError
from voice_agent.store import Store, soundness
from voice_agent.store.calls import calls, judgements, timelines, transcripts
from voice_agent.store.calls.peaks import Peaks, load_peaks, save_peaks
from voice_agent.store.calls.search import search
from voice_agent.values import Span


def filled(path: Path, number: int = 30) -> None:
    """A store with everything in it that is stored in a form of our own."""
    with Store.open(path) as store:
        for n in range(number):
            call = ended(f"1.{n}")
            call = call.__class__(**{
                **call.__dict__, "story": (Step(1.0, "began", "x"),), "recordings": (Recording("/r.wav", "caller", 1.0, 9.0),)
            })  # fmt: skip
            row = calls.record_call(store, call).id
            said = transcripts.save_transcript(
                store, row, transcript(("agent", f"您好社保局第{n}号"), ("caller", "你好"))
            )
            judgements.save_judgement(store, row, judgement({"closing": "missing"}), book=book(), transcript=said)
            timelines.save_timeline(store, row, Timeline(1.0, 60.0, (Span(0, 60),), (Span(0, 60),)))
            save_peaks(store, row, Peaks(20.0, 1.0, (bytes(20), bytes(20))))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of thirty calls, to be copied and damaged."""
    path = tmp_path_factory.mktemp("whole") / "store.db"
    filled(path)
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(whole, tmp_path / "store.db"))


def read_everything(store: Store) -> list[str]:
    """Whatever pages, exports and lists read; the errors that users would see."""
    told: list[str] = []

    def look(ask: Callable[[], object]) -> None:
        try:
            ask()
        except VoiceAgentError as error:
            told.append(str(error))

    look(lambda: calls.list_calls(store))
    look(lambda: list(calls.each_call(store)))
    look(lambda: search(store, "社保"))
    for number in range(1, 31):
        for read in (calls.call_ended, calls.get_call, transcripts.load_transcript, timelines.load_timeline, timelines.load_story,
                     load_peaks, judgements.present_judgement, transcripts.load_legs):  # fmt: skip
            look(lambda read=read, number=number: read(store, number))  # type: ignore[misc]
    return told


@pytest.mark.parametrize("seed", range(25))
def test_flipped_bits_never_escape_as_raw_errors(path: Path, seed: int) -> None:
    """Forty flipped bits anywhere: everything reads either as before or as a Chinese error; the check never raises."""
    data, dice = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(40):
        data[dice.randrange(100, len(data))] ^= 1 << dice.randrange(8)
    path.write_bytes(data)
    try:
        with Store.open(path) as store:
            told = read_everything(store)
            found = soundness.examine(store)
    except StoreError as error:
        told, found = [str(error)], soundness.Soundness((str(error),), True)
    assert all("数据库" in one or "没有编号" in one for one in told), told
    assert found.finished


CONTENT = {
    "transcripts": ("UPDATE transcripts SET segments = ? WHERE call = 3", transcripts.load_transcript),
    "timelines": ("UPDATE calls SET timeline = ? WHERE id = 3", timelines.load_timeline),
    "stories": ("UPDATE stories SET steps = ? WHERE call = 3", timelines.load_story),
    "recordings": ("UPDATE calls SET recordings = ? WHERE id = 3", calls.call_ended),
    "holds": ("UPDATE calls SET holds = ? WHERE id = 3", calls.call_ended),
    "evidence": ("UPDATE findings SET evidence = ? WHERE call = 3", judgements.present_judgement),
    "peaks": ("UPDATE peaks SET data = ? WHERE call = 3", load_peaks),
}


@pytest.mark.parametrize("content", [b"garbage", zlib.compress(b"{"), b"[[1,2,3,4,5,6,7,8]]", b"null", b"\xff\xfe"])
@pytest.mark.parametrize("kind", CONTENT)
def test_content_that_is_not_what_was_written_is_named(path: Path, kind: str, content: bytes) -> None:
    """Every kind of stored content that no longer has its form is damage by its Chinese name; the next call reads as ever."""
    change, read = CONTENT[kind]
    with Store.open(path) as store:
        value = content if kind in ("transcripts", "stories", "peaks") else content.decode("latin-1")
        store.write(change, (value,))
        try:
            read(store, 3)  # type: ignore[operator]
        except StoreDamaged as error:
            assert "损坏" in str(error)
            assert "restore" in str(error)
        assert read(store, 2) is not None  # type: ignore[operator]


def test_damaged_characters_do_not_hide_the_rows_beside_them(tmp_path: Path) -> None:
    """A name whose bytes are broken is shown with a replacement character, and the whole list with it."""
    with Store.open(tmp_path / "store.db") as store:
        for n in range(5):
            judged_call(store, f"1.{n}")
        store.write("UPDATE calls SET queue = CAST(x'e7fffe' AS TEXT) WHERE id = 2")
        page = calls.list_calls(store)
        assert len(page.calls) == 5
        assert "\ufffd" in str(next(call.queue for call in page.calls if call.id == 2))


def test_the_check_finds_damage_that_reading_would_not_meet(path: Path) -> None:
    """Pages that no list touches: doctor finds them, the start refuses to write, reading goes on."""
    data = bytearray(path.read_bytes())
    with Store.open(path) as store:
        pages = (
            [row[0] for row in store.rows("SELECT pageno FROM dbstat WHERE name = 'peaks' AND pagetype = 'leaf'")]
            if has_dbstat(store)
            else []
        )
        number = pages[0] if pages else store.value("SELECT rootpage FROM sqlite_master WHERE name = 'peaks'")
    data[(number - 1) * 4096 : (number - 1) * 4096 + 64] = b"\xa5" * 64
    path.write_bytes(data)
    with Store.open(path) as store:
        assert len(calls.list_calls(store).calls) == 30
        assert soundness.examine(store).problems != ()
        with pytest.raises(StoreDamaged, match=r"voice-agent doctor.*voice-agent restore"):
            soundness.refuse_damaged(store)


def has_dbstat(store: Store) -> bool:
    try:
        store.rows("SELECT 1 FROM dbstat LIMIT 1")
    except StoreError:
        return False
    return True


def test_the_check_of_a_large_store_ends_in_time(path: Path) -> None:
    """At the start nobody waits for ever: it is broken off and says that it did not finish."""
    with Store.open(path) as store:
        found = soundness.examine(store, seconds=-1.0)
        assert not found.finished
        assert soundness.examine(store) == soundness.Soundness((), True)


READER = """
import os, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from voice_agent.errors import StoreError, StoreUnavailable
from voice_agent.store import Store, soundness
from voice_agent.store.calls import calls
from tests.store.makers import ended
import encodings.idna
ZoneInfo("Asia/Shanghai")
if os.getuid() == 0 and "mount" not in sys.argv:
    os.setuid(65534)  # root may write everywhere: be somebody else, after the imports, which root alone may read
with Store.open(Path(sys.argv[1]), create=False) as store:
    print(store.read_only, len(calls.list_calls(store).calls), calls.get_call(store, 1).verdict, *soundness.examine(store).problems)
    try:
        calls.record_call(store, ended("9.9"))
    except StoreUnavailable as error:
        print(error)
"""


def read(*command: str) -> str:
    done = subprocess.run([*command], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_a_store_that_one_may_only_read_can_be_read() -> None:
    """File and folder without write permission: lists and calls as ever, writing is refused in Chinese."""
    with tempfile.TemporaryDirectory() as scratch:  # pytest's own folders are closed to everybody else
        path = Path(scratch) / "store.db"
        filled(path, 3)
        path.chmod(0o444)
        Path(scratch).chmod(0o555)
        told = read(sys.executable, "-c", READER, str(path))
        Path(scratch).chmod(0o755)
    assert told.splitlines()[0] == "True 3 non_compliant"
    assert "只读" in told


def test_a_read_only_mount_can_be_read(tmp_path: Path) -> None:
    """A real mount without writing, such as a snapshot of a backup."""
    if shutil.which("unshare") is None:
        pytest.skip("unshare is needed to mount something")
    filled(tmp_path / "store.db", 3)
    program = tmp_path / "reader.py"
    program.write_text(READER)
    script = tmp_path / "mount.sh"
    script.write_text(
        f"mount --bind '{tmp_path}' '{tmp_path}' && mount -o remount,bind,ro '{tmp_path}' &&"
        f" PYTHONPATH='{REPOSITORY}' exec '{sys.executable}' '{program}' '{tmp_path}/store.db' mount\n"
    )
    told = read("unshare", "-m", "sh", str(script))
    if "ermission denied" in told or "not permitted" in told:
        pytest.skip("this user may not mount anything")
    assert told.splitlines()[0] == "True 3 non_compliant"
    assert "只读" in told
