"""The second opinion against a hand-written server: what it may do, and that no fault of it makes anything worse."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from phrasebook import load_book
from tests.store import makers
from voice_agent.config import Config
from voice_agent.errors import ConfigError
from voice_agent.store import Store
from voice_agent.store.calls import calls, judgements, transcripts
from voice_agent.store.learning.opinions import opinions_of, record
from voice_agent.store.reviews import reviews
from voice_agent.teaching.second.client import NoAnswer, ask, check_address
from voice_agent.teaching.second.question import VoidAnswer, excerpt_of, read_answer
from voice_agent.teaching.second.work import work_off
from voice_agent.values import Evidence

BOOK = load_book()
SAID = (
    ("agent", "您好这里是社保局"),
    ("caller", "我的电话是一三八一二三四五六七八"),
    ("agent", "这个不归我们管你别问了"),
)
Reply = Callable[[dict[str, object]], tuple[int, bytes]]


def chat(verdict: str, *quotes: str) -> bytes:
    content = json.dumps({"verdict": verdict, "quotes": quotes, "why": "理由"}, ensure_ascii=False)
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


@contextmanager
def server(reply: Reply) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """An OpenAI-compatible address that answers as ``reply`` says, and what it was asked."""
    asked: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(request)
            status, body = reply(request)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silent."""

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{serving.server_port}/v1", asked
    finally:
        serving.shutdown()
        serving.server_close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "calls.db") as opened:
        yield opened


def judged(store: Store, status: str) -> int:
    """A call of today with one finding of ``prohibited``."""
    ended = makers.ended("a", start=time.time() - 600)
    number = calls.record_call(store, ended).id
    made = makers.judgement({"prohibited": status})  # type: ignore[dict-item]
    evidence = (Evidence("agent", 4.0, 5.8, "这个不归我们管你别问了", "不归我们管"),)
    findings = tuple(replace(one, evidence=evidence) if one.rule == "prohibited" else one for one in made.findings)
    heard = transcripts.save_transcript(store, number, makers.transcript(*SAID))
    judgements.save_judgement(store, number, replace(made, findings=findings), book=BOOK, transcript=heard)
    return number


def opinion(
    store: Store, status: str, reply: Reply, *, seconds: float = 5.0, share: float = 0.0
) -> tuple[int, list[dict[str, object]]]:
    """Judge, ask, and give the call with what was asked."""
    call = judged(store, status)
    with server(reply) as (address, asked):
        config = Config.model_validate(
            {"second_opinion": {"address": address, "model": "m", "timeout_seconds": seconds, "control_share": share}}
        )
        work_off(store, BOOK, config, threading.Event())
    return call, asked


def status_of(store: Store, call: int) -> str:
    return next(
        one.finding.status for one in judgements.current_findings(store, call) if one.finding.rule == "prohibited"
    )


def test_it_withdraws_an_accusation_but_never_accuses(store: Store) -> None:
    """Innocent, with a quote that was said: the accusation becomes a question for a person, and the audit log knows."""
    call, asked = opinion(store, "violated", lambda _: (200, chat("innocent", "这个不归我们管")))
    assert status_of(store, call) == "uncertain"
    assert calls.get_call(store, call).verdict == "needs_review"
    assert store.value("SELECT count(*) FROM audit WHERE action = 'second_opinion'") == 1
    assert len(asked) == 1


def test_what_is_undecided_stays_so_with_a_proposal(store: Store) -> None:
    """A fault it is sure of changes no status: a person sees the proposal and decides."""
    call, _ = opinion(store, "uncertain", lambda _: (200, chat("fault", "你别问了")))
    assert status_of(store, call) == "uncertain"
    (said,) = opinions_of(store, call).values()
    assert (said.says, said.withdrew) == ("fault", False)


def test_only_a_masked_excerpt_and_the_rule_leave(store: Store) -> None:
    """The telephone number that was spoken is not in the request; the rule's text is."""
    _, asked = opinion(store, "uncertain", lambda _: (200, chat("unknown")))
    sent = json.dumps(asked, ensure_ascii=False)
    assert BOOK.rules["prohibited"].duty in sent
    assert "三八一二三四五六七八" not in sent
    assert "1086" not in sent


@pytest.mark.parametrize(
    "body",
    [b"no json", b"{}", chat("innocent", "祝您生活愉快"), chat("innocent"), chat("maybe", "你好"), json.dumps({"choices": [{"message": {"content": None}}]}).encode()],
    ids=["no JSON", "empty", "invented quote", "no quote", "another verdict", "no content"],
)  # fmt: skip
def test_an_answer_that_does_not_hold_is_void(store: Store, body: bytes) -> None:
    """Wrong JSON, an invented quote or none: nothing changes, and it is counted as void."""
    call, _ = opinion(store, "violated", lambda _: (200, body))
    assert status_of(store, call) == "violated"
    assert opinions_of(store, call) == {}
    assert record(store).void == 1


def test_a_server_that_fails_or_is_slow_is_asked_another_time(store: Store) -> None:
    """500 and silence change nothing; the question waits for the next round and is given up after some."""

    def slow(_: dict[str, object]) -> tuple[int, bytes]:
        time.sleep(1.5)
        return 200, chat("innocent", "你别问了")

    call, _ = opinion(store, "violated", lambda _: (500, b"broken"))
    assert record(store).waiting == 1
    with server(slow) as (address, _):
        config = Config.model_validate(
            {"second_opinion": {"address": address, "model": "m", "timeout_seconds": 0.3, "control_share": 0}}
        )
        for _ in range(3):
            work_off(store, BOOK, config, threading.Event())
    assert status_of(store, call) == "violated"
    assert record(store).failed == 1


def test_a_drip_is_cut_off() -> None:
    """An answer that arrives byte by byte is not waited for longer than the whole time allowed."""

    class Drip(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            for _ in range(60):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)

        def log_message(self, *_: object) -> None:
            """Silent."""

    serving = ThreadingHTTPServer(("127.0.0.1", 0), Drip)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    try:
        with pytest.raises(NoAnswer, match="slow"):
            ask(f"http://127.0.0.1:{serving.server_port}/v1", {}, 0.5)
    finally:
        serving.shutdown()
        serving.server_close()


def test_nothing_is_sent_without_an_address_or_to_the_internet(store: Store) -> None:
    """Off by default; an address outside the site's network is refused before anything is sent."""
    judged(store, "violated")
    with pytest.raises(ConfigError, match="没有启用"):
        work_off(store, BOOK, Config(), threading.Event())
    with pytest.raises(ConfigError, match="内网"):
        check_address("http://8.8.8.8/v1")
    with pytest.raises(ConfigError, match="address"):
        check_address("ftp://10.0.0.1/")
    assert store.value("SELECT count(*) FROM opinions") == 0


def test_its_precision_is_what_reviewers_say(store: Store) -> None:
    """An opinion that a person later agrees with counts as right; one for comparison changes nothing."""
    people = makers.staff(store)
    call, _ = opinion(store, "violated", lambda _: (200, chat("innocent", "你别问了")), share=1.0)
    assert record(store).withdrew == 1
    finding = next(one.id for one in judgements.current_findings(store, call) if one.finding.rule == "prohibited")
    reviews.overrule(store, finding, people["r1"], "只是说明职责", status="met")
    now = record(store)
    assert (now.decided, now.right, now.withdrew_rightly) == (1, 1, 1)


def test_quotes_are_compared_without_marks() -> None:
    """Punctuation that a model adds is no invention, words are; a line's speaker is no quote."""
    excerpt = "坐席：这个不归我们管你别问了"
    assert read_answer(chat("fault", "不归我们管，你别问了。"), excerpt).says == "fault"
    for wrong in ("坐席：这个", "你别问我"):
        with pytest.raises(VoidAnswer):
            read_answer(chat("fault", wrong), excerpt)
    finding = makers.judgement().findings[0]
    assert "•" in excerpt_of(makers.transcript(*SAID), finding)
