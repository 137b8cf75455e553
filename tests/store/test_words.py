"""Search finds whatever run of characters was said, wherever jieba cuts, and never breaks on what is typed; transcripts come back."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phrasebook.book import load_book
from tests.store.makers import book, ended, judged_call, judgement, transcript, unhurried
from voice_agent.errors import NotInStore
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import books, calls, judgements, search, transcripts, words
from voice_agent.values import Segment, Transcript, Word

SENTENCE = "您好这里是银川市社会保险事业管理局按一转人工"


def said(store: Store, *sentences: tuple[str, str], uniqueid: str = "1.1") -> int:
    """A call in which this was said."""
    call = calls.record_call(store, ended(uniqueid)).id
    transcripts.save_transcript(store, call, transcript(*sentences))
    return call


def test_every_run_of_two_characters_is_found(store: Store) -> None:
    """Also where jieba cuts elsewhere (按一转人工 → 一转), and single characters, first and last ones too."""
    said(store, ("agent", SENTENCE))
    for size in (1, 2, 3, 5):
        for start in range(len(SENTENCE) - size + 1):
            assert search.search(store, SENTENCE[start : start + size]).total == 1, SENTENCE[start : start + size]
    assert search.search(store, "保局").total == 0


def test_every_part_must_occur_and_the_place_is_shown(store: Store) -> None:
    """Two words in different sentences are found; snippets give side, time and marks."""
    call = said(store, ("agent", "请带身份证"), ("caller", "养老保险怎么转"))
    said(store, ("agent", "请带户口本"), uniqueid="1.2")
    found = search.search(store, "身份证 养老保险")
    assert (found.total, found.hits[0].call.id) == (1, call)
    shown = {(place.channel, place.start, place.text[slice(*place.marks[0])]) for place in found.hits[0].snippets}
    assert shown == {("agent", 0.0, "身份证"), ("caller", 2.0, "养老保险")}


def test_side_and_filter_narrow(store: Store) -> None:
    """What the caller said is not found on the clerk's side; a filter narrows the calls."""
    said(store, ("agent", "您好"), ("caller", "我要投诉"))
    assert search.search(store, "投诉", channel="caller").total == 1
    assert search.search(store, "投诉", channel="agent").total == 0
    assert search.search(store, "投诉", CallFilter(clerk="9999")).total == 0


def test_digits_letters_and_width_do_not_matter(store: Store) -> None:
    """１２３３３ finds 12333, APP finds app."""
    said(store, ("caller", "打12333还是下载APP"))
    assert (
        search.search(store, "１２３３３").total
        == search.search(store, "app").total
        == search.search(store, "23").total
        == 1
    )


def test_new_transcript_replaces_the_search_entry(store: Store) -> None:
    """A call heard again is found by its new words only; both transcripts stay."""
    call = said(store, ("agent", "养老"))
    transcripts.save_transcript(store, call, transcript(("agent", "医疗")))
    assert (search.search(store, "养老").total, search.search(store, "医疗").total) == (0, 1)
    first, latest = transcripts.load_transcript(store, call, 1), transcripts.load_transcript(store, call)
    assert first is not None
    assert latest is not None
    assert (first.segments[0].text, latest.segments[0].text) == ("养老", "医疗")


def test_pages_of_hits(store: Store) -> None:
    """Pages are disjoint and the total is theirs."""
    for n in range(5):
        said(store, ("agent", "社保卡"), uniqueid=f"1.{n}")
    pages = [search.search(store, "社保卡", limit=2, offset=offset) for offset in (0, 2, 4)]
    assert len({hit.call.id for page in pages for hit in page.hits}) == pages[0].total == 5


def test_rare_words_are_ranked_and_common_ones_come_latest_first(store: Store) -> None:
    """The call that says it most comes first; when too many say it to rank them, the latest does."""
    often = said(store, ("agent", "社保卡"), ("agent", "社保卡社保卡"), uniqueid="1.1")
    said(store, ("agent", "社保卡"), ("agent", "请您带上身份证和户口本到三号窗口办理"), uniqueid="1.2")
    latest = said(store, ("agent", "社保卡"), ("agent", "请您带上身份证和户口本到三号窗口办理"), uniqueid="1.3")
    assert search.search(store, "社保卡").hits[0].call.id == often
    assert search.search(store, "社保卡", ranked=2).hits[0].call.id == latest


def test_common_words_are_counted_only_so_far(store: Store) -> None:
    """Beyond what is ranked the search says that there are more, with and without a filter, and pages go on."""
    for n in range(7):
        said(store, ("agent", "社保卡"), uniqueid=f"1.{n}")
    for chosen in (CallFilter(), CallFilter(unit="社保局"), CallFilter(clerk="1086")):
        number = search.search(store, "社保卡", chosen).total
        found = search.search(store, "社保卡", chosen, ranked=3, limit=2, offset=4)
        assert (found.total, found.more) == (min(3, number), number > 3)
        assert not search.search(store, "社保卡", chosen, ranked=7).more
        if number > 3:
            everything = search.search(store, "社保卡", chosen, ranked=3, limit=100).hits
            assert [hit.call.id for hit in found.hits] == [hit.call.id for hit in everything][4:6]


def test_nothing_typed_breaks_the_search(store: Store) -> None:
    """Operators, quotes, emoji and control characters are words or nothing, never a syntax error."""
    said(store, ("agent", SENTENCE))
    for typed in (
        '"',
        "AND",
        "a OR",
        "NEAR(",
        "*",
        "-",
        "agent:您好",
        "😀",
        "\x00",
        "' OR 1=1 --",
        "",
        "您*好",
        "\ud800",
    ):
        search.search(store, typed)
        calls.count_calls(store, CallFilter(text=typed))


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_no_text_breaks_the_index(text: str) -> None:
    """Any text becomes a valid expression and valid words."""
    expression = words.match_expression(text)
    assert expression.count('"') % 2 == 0
    assert words.index_words(text).isprintable()


times = st.floats(-1e6, 1e6)
texts = st.text(st.characters(), max_size=6)
segments = st.builds(
    Segment, st.sampled_from(["agent", "caller", "mixed"]), times, times, texts,
    st.lists(st.builds(Word, texts, times, times, st.floats(0, 1)), max_size=3).map(tuple),
)  # fmt: skip


@unhurried
@given(st.lists(segments, max_size=4).map(tuple))
def test_segments_come_back_exactly(parts: tuple[Segment, ...]) -> None:
    """Whatever a recogniser or a file says, broken characters included, is unpacked as it was packed."""
    assert transcripts.unpack(transcripts.pack(parts)) == parts


def test_broken_characters_reach_the_store(store: Store) -> None:
    """A transcript with lone surrogates and control characters is kept and shown, and its call judged."""
    call = said(store, ("agent", "您好\x00\ud800"))
    loaded = transcripts.load_transcript(store, call)
    assert isinstance(loaded, Transcript)
    assert loaded.segments[0].text == "您好\x00\ud800"


def test_books_are_kept_once_with_all_they_say(store: Store) -> None:
    """The same book twice is one version; its content can be shown; the history is ordered by effective date."""
    judged_call(store, "1.1")
    call = judged_call(store, "1.2")
    judgements.save_judgement(store, call, judgement(), book=book("2"), occasion="rejudge")
    assert [(each.version, each.judgements) for each in books.list_books(store)] == [("2", 1), ("1", 2)]
    assert books.book_points(store, 1)["closing"] == books.Points(10.0, 5.0)
    with pytest.raises(NotInStore):
        books.book_content(store, 99)


def test_the_real_book_can_be_kept(store: Store) -> None:
    """The bundled phrase book with its read-only mappings is stored whole."""
    real = load_book(None)
    content = books.book_content(store, books.save_book(store, real))
    assert set(content["phrases"]) == set(real.phrases)
    assert content["rules"]["closing"]["points"] == real.rules["closing"].points
    assert isinstance(real.rules, dict | MappingProxyType)
    json.dumps(content)
