"""The transcript format of rules.md: what is written can be read again, and what is wrong is named by file and field."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phrasebook import load_book
from voice_agent.errors import TranscriptError
from voice_agent.pipeline import judge_transcript
from voice_agent.transcripts import (
    LARGEST_BYTES,
    MOST_CHARACTERS,
    judgement_to_json,
    read_transcript,
    transcript_from_json,
    transcript_to_json,
    write_transcript,
)
from voice_agent.values import RULES, Agent, Channel, Segment, Transcript, Word

SEGMENT = {"channel": "agent", "start": 0.4, "end": 2.9, "text": "您好"}
WORD = {"word": "您好", "start": 0.4, "end": 0.8, "conf": 0.9}
CHANNELS: tuple[Channel, ...] = ("agent", "caller", "mixed")
# Milliseconds, as they are written.
TIMES = st.integers(0, 4_000_000).map(lambda thousandths: thousandths / 1000)
# What a file may hold and a terminal may show: no control characters and no halves of characters.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12)


def document(**changes: Any) -> dict[str, Any]:
    return {"call_id": "c1", "segments": [SEGMENT], **changes}


def parsed(value: Any) -> Transcript:
    return transcript_from_json(json.dumps(value).encode(), "通话.json")


@st.composite
def spans(draw: st.DrawFn) -> tuple[float, float]:
    start, end = sorted((draw(TIMES), draw(TIMES)))
    return start, end


WORDS = st.builds(lambda text, span, conf: Word(text, *span, conf / 1000), TEXTS, spans(), st.integers(0, 1000))
SEGMENTS = st.builds(
    lambda channel, span, text, words: Segment(channel, *span, text, tuple(words)),
    st.sampled_from(CHANNELS), spans(), TEXTS, st.lists(WORDS, max_size=3),
)  # fmt: skip
AGENTS = st.builds(Agent, *[st.none() | TEXTS.filter(bool)] * 3)
TRANSCRIPTS = st.builds(
    lambda name, segments, agent, duration: Transcript(
        name, tuple(sorted(segments, key=lambda one: (one.start, one.end, one.channel))), agent, duration
    ),
    TEXTS.filter(bool), st.lists(SEGMENTS, max_size=5), AGENTS, st.none() | TIMES,
)  # fmt: skip


@given(TRANSCRIPTS)
def test_what_is_written_is_read_again(transcript: Transcript) -> None:
    """Writing and reading a transcript changes nothing in it."""
    assert parsed(transcript_to_json(transcript)) == transcript


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["call_id", "segments", "agent", "duration", "channel", "start", "end", "text", "words"]),
            inner,
        )
    ),
    max_leaves=20,
)


@given(JSON | st.fixed_dictionaries({"call_id": st.text(max_size=5), "segments": st.lists(JSON, max_size=2)}))
def test_any_json_is_read_or_refused(value: Any) -> None:
    """Whatever the document holds: a transcript, or an error that names the file."""
    try:
        assert isinstance(parsed(value), Transcript)
    except TranscriptError as error:
        assert str(error).startswith("通话.json")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Rubbish is an error that names the file, never a crash."""
    with pytest.raises(TranscriptError, match=r"通话\.json"):
        transcript_from_json(data, "通话.json")


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ([], "最外层"),
        ({"segments": []}, "call_id"),
        (document(call_id=7), "call_id"),
        (document(call_id=" "), "call_id"),
        ({"call_id": "c1"}, "segments"),
        (document(segments={}), "segments"),
        (document(segments=["您好"]), "segments[0]"),
        (document(segments=[SEGMENT, {**SEGMENT, "channel": "clerk"}]), "segments[1].channel"),
        (document(segments=[{**SEGMENT, "start": -0.1}]), "segments[0].start"),
        (document(segments=[{**SEGMENT, "end": 0.3}]), "segments[0].end"),
        (document(segments=[{**SEGMENT, "start": "0.4"}]), "segments[0].start"),
        (document(segments=[{**SEGMENT, "start": True}]), "segments[0].start"),
        (document(segments=[{**SEGMENT, "end": float("nan")}]), "segments[0].end"),
        (document(segments=[{**SEGMENT, "end": float("inf")}]), "segments[0].end"),
        (document(segments=[{**SEGMENT, "text": None}]), "segments[0].text"),
        (document(segments=[{**SEGMENT, "words": "您好"}]), "segments[0].words"),
        (document(segments=[{**SEGMENT, "words": [{**WORD, "conf": 1.5}]}]), "segments[0].words[0].conf"),
        (document(segments=[{**SEGMENT, "words": [{**WORD, "start": -1}]}]), "segments[0].words[0].start"),
        (document(agent="1086"), "agent"),
        (document(agent={"job_number": 1086}), "agent.job_number"),
        (document(duration=-1), "duration"),
        (document(duration="41"), "duration"),
    ],
)
def test_a_wrong_field_is_named(value: Any, field: str) -> None:
    """Missing fields, wrong types, negative or backward times: the error says which file, which field and what is wrong."""
    with pytest.raises(TranscriptError) as told:
        parsed(value)
    assert str(told.value).startswith(f"通话.json：字段 {field} ")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "第 1 行第 1 列"),
        (b'{"call_id": "c1",\n "segments": [}', "第 2 行"),
        ('{"call_id": "通话"}'.encode("gb18030"), "不是 UTF-8"),
        (b'{"call_id": "a", "call_id": "b", "segments": []}', "'call_id' 重复"),
        (b"[" * 100_000, "不是有效的 JSON"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(data: bytes, words: str) -> None:
    """Cut, wrongly encoded, ambiguous or absurdly nested files are refused with the place."""
    with pytest.raises(TranscriptError, match=words):
        transcript_from_json(data, "通话.json")


def test_optional_parts_may_be_absent_or_null() -> None:
    """rules.md: agent, duration and words may be absent; a byte-order mark does no harm."""
    plain = Transcript("c1", (Segment("agent", 0.4, 2.9, "您好"),))
    nulls = document(agent=None, duration=None, segments=[{**SEGMENT, "words": None}])
    assert parsed(document()) == parsed(nulls) == plain
    assert transcript_from_json(b"\xef\xbb\xbf" + json.dumps(document()).encode(), "x") == plain


def test_overlapping_and_unordered_segments_are_put_in_order() -> None:
    """People talk at the same time, and files need not be sorted: nothing is refused, every rule is judged."""
    segments = [{**SEGMENT, "start": 2.0}, {**SEGMENT, "channel": "caller"}, {**SEGMENT, "end": 9.0}]
    transcript = parsed(document(segments=segments))
    assert [(one.start, one.end) for one in transcript.segments] == [(0.4, 2.9), (0.4, 9.0), (2.0, 2.9)]
    judgement = judgement_to_json(judge_transcript(transcript, load_book()).judgement)
    assert [finding["rule"] for finding in judgement["findings"]] == list(RULES)


def test_emoji_and_control_characters_change_no_finding() -> None:
    """What a terminal could stumble over is dropped, what is no speech is passed over, the words in between count."""
    said = "您好社保中心工号幺零八六为您服务请问您办理什么业务"
    dirty = "\x1b[31m您好\x00社保\u202e中心😀工号\ud800幺零八六为您服务\u200b请问您办理什么业务👋\x07"
    agent = {"job_number": "1086"}
    clean, odd = (parsed(document(agent=agent, segments=[{**SEGMENT, "text": text}])) for text in (said, dirty))
    assert not set(odd.segments[0].text) & set("\x00\x07\x1b\u200b\u202e\ud800")
    book = load_book()
    statuses = [[one.status for one in judge_transcript(each, book).judgement.findings] for each in (clean, odd)]
    assert statuses[0] == statuses[1]


def test_ten_megabytes_of_text_are_refused_at_once() -> None:
    """No call has that many words: refused with the number, whether in text or in words, instead of judged for hours."""
    text = "您好请问" * (10 * 1024 * 1024 // 12)
    for segment in ({**SEGMENT, "text": text}, {**SEGMENT, "words": [{**WORD, "word": text}]}):
        with pytest.raises(TranscriptError, match=rf"segments 共 {len(text)} 字"):
            parsed(document(segments=[segment]))
    assert parsed(document(segments=[{**SEGMENT, "text": "好" * MOST_CHARACTERS}]))


def test_an_absurdly_large_file_is_not_even_read(tmp_path: Path) -> None:
    """The size alone tells that it is no call."""
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with pytest.raises(TranscriptError, match=r"large\.json.*MB"):
        read_transcript(path)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    """Absent files and folders are named with the reason."""
    for path in (tmp_path / "absent.json", tmp_path):
        with pytest.raises(TranscriptError, match=f"{path.name}：无法读取"):
            read_transcript(path)


@pytest.mark.parametrize("name", ["../../etc/passwd", ".hidden", "a/b\x00c", "…", "通话 1"])
def test_a_written_transcript_stays_in_its_folder_and_is_private(tmp_path: Path, name: str) -> None:
    """Whatever a call is named, its file lies in the folder, whole, readable only for its owner."""
    folder = tmp_path / "out"
    path = write_transcript(folder, Transcript(name, ()))
    assert (path.parent, path.suffix) == (folder, ".json")
    assert [one.name for one in folder.iterdir()] == [path.name]
    assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_full_disk_leaves_no_half_transcript(tmp_path: Path) -> None:
    """An earlier file stays as it was when the new one cannot be written, and the error names it."""
    kept = write_transcript(tmp_path, Transcript("c1", ()))
    before = kept.read_bytes()
    folder = tmp_path / "file"
    folder.write_text("no folder")
    with pytest.raises(TranscriptError, match="无法写入"):
        write_transcript(folder, Transcript("c1", ()))
    _no_space_left(tmp_path)
    assert kept.read_bytes() == before


def _no_space_left(folder: Path) -> None:
    """In a process that may write files of one kilobyte only: for the writer the same as a full disk."""
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from voice_agent.values import Segment, Transcript; from voice_agent.transcripts import write_transcript\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))\n"
        "write_transcript(Path(sys.argv[1]), Transcript('c1', (Segment('agent', 0, 1, '好' * 5000),)))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=False)
    assert "c1.json：无法写入" in done.stderr
    assert [path.name for path in folder.glob("*.part")] == []
