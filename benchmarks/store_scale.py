"""How fast the pages' queries are in a large store, and how they grow: 20,000 calls against 200,000 (3 million findings).

    python benchmarks/store_scale.py [--calls 200000] [--folder DIR]

Every query runs in the same process on one core; the table gives medians of 15 runs in milliseconds of that core's time (so a
busy machine does not distort them; everything is in the page cache) and their ratio.
The calls spread over a year in both stores, ninety clerks in six units, so the larger store is denser, not longer.
"""

from __future__ import annotations

import argparse
import random
import statistics as maths
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from phrasebook.book import load_book
from voice_agent.reporting.material import gather, place_of
from voice_agent.reporting.sections import compose
from voice_agent.reporting.word import write_word
from voice_agent.store import CallFilter, Store
from voice_agent.store.assessment.scheme import current_scheme
from voice_agent.store.assessment.subjects import Wanted, draft_cards
from voice_agent.store.calls import calls, judgements, search, transcripts
from voice_agent.store.calls.words import index_pairs, index_words
from voice_agent.store.people import tree
from voice_agent.store.people.directory import Clerk, save_clerks
from voice_agent.store.schema import lists as schema_lists
from voice_agent.store.statistics import phrase_uses, precision, statistics, tally
from voice_agent.store.statistics.breakdown import Breakdown
from voice_agent.store.statistics.spans import span_of
from voice_agent.values import RULES, Segment, Status

FIRST_DAY = date(2025, 11, 22)
ZONE = ZoneInfo("Asia/Shanghai")
CLERKS = [Clerk(f"{1000 + n}", f"坐席{n}", f"第{n // 15 + 1}单位", f"{n % 15 + 1}号窗口") for n in range(90)]
#: 自治区, 市, 县, 单位: two counties to a city.
TREE = "代码,名称,上级代码,级别\n64,自治区,,自治区\n" + "".join(
    f"640{n},第{n}市,64,市\n640{n}1,第{n}县,640{n},县\n,第{2 * n - 1}单位,640{n}1,单位\n,第{2 * n}单位,640{n},单位\n"
    for n in range(1, 4)
)
STATUSES: tuple[Status, ...] = ("met", "missing", "late", "mismatch", "violated", "not_applicable", "uncertain")
SAID = (
    "您好社会保险局工号一零八六",
    "我想问一下社保卡丢了怎么补办",
    "请您带身份证到三号窗口办理",
    "养老保险关系转移",
    "谢谢再见",
)
EVIDENCE = '[["agent",1.2,2.4,"\\u5de5\\u53f7\\u4e00\\u96f6","\\u5de5\\u53f7{digits}",0.93]]'


def build(path: Path, number: int) -> None:
    """Fill a store by bulk statements: the same rows as the functions write, in a minute instead of an hour."""
    dice = random.Random(number)  # noqa: S311 - repeatable figures
    segments = [
        Segment("agent" if n % 2 == 0 else "caller", n * 5.0, n * 5.0 + 4.0, text) for n, text in enumerate(SAID)
    ]
    packed = transcripts.pack(segments)
    words, pairs = index_words("\n".join(SAID)), index_pairs("\n".join(SAID))
    with Store.open(path) as store, store.transaction():
        save_clerks(store, CLERKS)
        tree.import_tree(store, TREE)
        for start in range(0, number, 20_000):
            chunk = [_call(dice, n) for n in range(start, min(number, start + 20_000))]
            _insert(store, chunk, dice, packed, (words, pairs))
        store.write(schema_lists.FILL)
        tally.rebuild(store)
        store.write("ANALYZE")


def _call(dice: random.Random, n: int) -> dict[str, Any]:
    day = FIRST_DAY + timedelta(days=dice.randrange(365))
    hour = dice.choice((9, 9, 10, 10, 11, 12, 14, 15, 15, 16, 17))
    start = datetime(day.year, day.month, day.day, hour, dice.randrange(60), tzinfo=ZONE).timestamp() + dice.random()
    clerk = dice.choice(CLERKS)
    verdict = dice.choices(("compliant", "non_compliant", "needs_review"), (70, 20, 10))[0]
    return {
        "id": n + 1, "call_id": f"{start}.{n}", "day": day.isoformat(), "hour": hour, "start": start, "clerk": clerk, "verdict": verdict,
        "score": {"compliant": 100.0, "needs_review": None, "non_compliant": float(dice.randrange(0, 96))}[verdict], "ring": dice.expovariate(0.15),
        "reviewed": dice.random() < 0.5,
    }  # fmt: skip


def _insert(
    store: Store, chunk: list[dict[str, Any]], dice: random.Random, packed: bytes, said: tuple[str, str]
) -> None:
    _insert_calls(store, chunk)
    _insert_words(store, chunk, packed, said)
    _insert_results(store, chunk, dice)


def dice_of(call: dict[str, Any]) -> int:
    """Every fourth call with faults has a serious one."""
    return 0 if call["verdict"] == "non_compliant" and call["id"] % 4 == 0 else 2


def _insert_calls(store: Store, chunk: list[dict[str, Any]]) -> None:
    store.write_many(
        """INSERT INTO calls (id, call_id, system, uniqueid, linkedid, queue, caller_number, started, answered, ended, ring_seconds,
        talk_seconds, hung_up_by, transferred, complete, holds, gaps, recording, clerk, unit, window, day, hour, coverage, cause,
        verdict, score, faults, uncertain, judgement_id, flagged, reviewed_at, urgency)
        VALUES (?, ?, '', ?, ?, 'hotline', '13800000000', ?, ?, ?, ?, 60.0, 'caller', 0, 1, '[]', '[]', ?, ?, ?, ?, ?, ?, 'monitored',
        '', ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                c["id"], c["call_id"], c["call_id"], c["call_id"], c["start"], c["start"] + c["ring"], c["start"] + 70, c["ring"],
                f"/var/spool/asterisk/monitor/{c['call_id']}.wav", c["clerk"].job_number, c["clerk"].unit, c["clerk"].window, c["day"],
                c["hour"], c["verdict"], c["score"], int(c["verdict"] == "non_compliant"), int(c["verdict"] == "needs_review"), c["id"],
                int(c["verdict"] != "compliant" and not c["reviewed"]), c["start"] if c["reviewed"] else None,
                1 if c["verdict"] == "needs_review" else dice_of(c),
            )
            for c in chunk
        ],
    )  # fmt: skip
    store.write_many(
        "INSERT INTO call_clerks VALUES (?, 0, ?, ?, ?, ?, ?, NULL, 'PJSIP/a', 'x', ?, ?)",
        [
            (
                c["id"],
                c["clerk"].job_number,
                c["clerk"].unit,
                c["clerk"].window,
                c["clerk"].job_number,
                c["clerk"].name,
                c["start"],
                c["start"] + 70,
            )
            for c in chunk
        ],
    )


def _insert_words(store: Store, chunk: list[dict[str, Any]], packed: bytes, said: tuple[str, str]) -> None:
    store.write_many(
        "INSERT INTO transcripts (id, call, made_at, recogniser, duration, agent, segments) VALUES (?, ?, ?, 'vosk', 60.0, '[null,null,null]', ?)",
        [(c["id"], c["id"], c["start"], packed) for c in chunk],
    )
    store.write_many("INSERT INTO phrase_reads VALUES (?, ?, 'book')", [(c["id"], c["id"]) for c in chunk])
    store.write_many(
        "INSERT INTO phrase_uses VALUES (?, ?, 1)",
        [(f"T{n:02}", c["id"]) for c in chunk for n in range(1, 11) if (c["id"] * n) % 7 < 3],
    )
    store.write_many(
        "INSERT INTO speech (rowid, agent, agent_pairs) VALUES (?, ?, ?)",
        [(c["id"], *said) for c in chunk],
    )


def _insert_results(store: Store, chunk: list[dict[str, Any]], dice: random.Random) -> None:
    store.write_many(
        "INSERT INTO judgements (id, call, made_at, occasion, verdict, score, reason, cause, book_version, transcript) VALUES (?, ?, ?, 'call', ?, ?, '', '', '1', ?)",
        [(c["id"], c["id"], c["start"], c["verdict"], c["score"], c["id"]) for c in chunk],
    )
    store.write_many(
        "INSERT INTO findings (judgement, call, rule, status, machine_status, score, reason, prompted, evidence, position, counted, day)"
        " VALUES (?, ?, ?, ?, ?, 0.9, '', 0, ?, 0, ?, ?)",
        list(_findings(chunk, dice)),
    )


def _findings(chunk: list[dict[str, Any]], dice: random.Random) -> Iterator[tuple[Any, ...]]:
    """Fifteen a call: one for each rule, and two that do not decide."""
    for c in chunk:
        for n in range(15):
            status = dice.choices(STATUSES, (60, 4, 3, 1, 1, 25, 6))[0]
            yield c["id"], c["id"], RULES[n % len(RULES)], status, status, EVIDENCE, int(n < len(RULES)), c["day"]


def queries(store: Store, number: int) -> dict[str, Callable[[], object]]:
    """What the pages ask, under the names of the pages."""
    month = CallFilter(since=date(2026, 10, 1), until=date(2026, 10, 31))
    year = CallFilter(since=FIRST_DAY, until=FIRST_DAY + timedelta(days=364))
    calendar = CallFilter(since=date(2026, 1, 1), until=date(2026, 9, 30))
    waiting, everything = CallFilter(review="waiting"), CallFilter()
    list_calls, rule_lines, call_lines = calls.list_calls, statistics.rule_lines, statistics.call_lines
    return {
        "queue, worst first": lambda: list_calls(store, waiting, sort="score", descending=False),
        "queue of one unit": lambda: list_calls(store, CallFilter(review="waiting", unit="第3单位"), sort="score", descending=False),
        "queue: job number wrong, this month": lambda: list_calls(
            store, CallFilter(since=month.since, until=month.until, review="waiting", rule="job_number", status=("mismatch",)), sort="score", descending=False, most=1000
        ),
        "queue: any rule uncertain": lambda: list_calls(store, CallFilter(review="waiting", status=("uncertain",)), sort="score", descending=False, most=1000),
        "queue of a clerk, a rule": lambda: list_calls(store, CallFilter(review="waiting", rule="greeting", clerk="1042"), sort="score", descending=False, most=1000),
        "queue of a window, an hour, 40–60 points": lambda: list_calls(
            store, CallFilter(review="waiting", window="3号窗口", hour=9, score_min=40.0, score_max=60.0), sort="score", descending=False, most=1000
        ),
        "calls: any fault of a rule": lambda: list_calls(store, CallFilter(rule="greeting")),
        "queue: any fault of a rule": lambda: list_calls(store, CallFilter(review="waiting", rule="greeting"), sort="score", descending=False, most=1000),
        "calls, latest first": lambda: list_calls(store, everything),
        "calls, page 100": lambda: list_calls(store, everything, offset=5000),
        "calls of one clerk": lambda: list_calls(store, CallFilter(clerk="1042")),
        "calls of a month, not compliant": lambda: list_calls(store, CallFilter(since=month.since, until=month.until, verdict=("non_compliant",))),
        "calls below 60 points": lambda: list_calls(store, CallFilter(score_max=60.0), sort="score", descending=False),
        "call page": lambda: (
            calls.get_call(store, number // 2), judgements.current_findings(store, number // 2), judgements.history(store, number // 2),
            transcripts.load_transcript(store, number // 2), transcripts.load_legs(store, number // 2),
        ),
        "statistics page, a month": lambda: _page(store, month),
        "statistics page, three quarters": lambda: _page(store, calendar),
        "statistics page, a year from the 22nd": lambda: _page(store, year),
        "by rule, a year": lambda: rule_lines(store, year),
        "by clerk, a year": lambda: rule_lines(store, year, "clerk"),
        "by hour, a year": lambda: rule_lines(store, year, "hour"),
        "by day, a year": lambda: rule_lines(store, year, "day"),
        "by week, calls, a year": lambda: call_lines(store, year, "week"),
        "kinds of fault, a month": lambda: statistics.status_lines(store, month),
        "precision, a month": lambda: precision.precision(store, month),
        "phrases, thirty days": lambda: _phrases(store, CallFilter(since=date(2026, 9, 12), until=date(2026, 10, 11))),
        "phrases, a year from the 22nd": lambda: _phrases(store, year),
        "who says a phrase, a year from the 22nd": lambda: phrase_uses.users_of(store, "T02", year),
        "score cards of clerks, a month": lambda: draft_cards(store, Wanted("clerk", span_of("2026-10")), current_scheme(store).scheme, today=date(2026, 11, 22)),
        "report of a month, everything": lambda: _report(store, "2026-10"),
        "report of a year, everything": lambda: _report(store, "2026"),
        "search 养老保险": lambda: search.search(store, "养老保险"),
        "search 保险, a month": lambda: search.search(store, "保险", month),
    }  # fmt: skip


def _page(store: Store, chosen: CallFilter) -> None:
    """Everything that the supervisor's page shows at once."""
    statistics.against_previous(store, chosen)
    rules: tuple[Breakdown, ...] = ("total", "unit", "window", "clerk", "hour", "month")
    for by in rules:
        statistics.rule_lines(store, chosen, by)
    lines: tuple[Breakdown, ...] = ("unit", "clerk", "hour", "day")
    for by in lines:
        statistics.call_lines(store, chosen, by)


def _phrases(store: Store, chosen: CallFilter) -> None:
    phrase_uses.phrase_uses(store, chosen)
    phrase_uses.read_calls(store, chosen)


def _report(store: Store, key: str) -> bytes:
    return write_word(compose(gather(store, load_book(), place_of(store), span_of(key), today=date(2026, 11, 22))))


def median_ms(query: Callable[[], object], runs: int = 15) -> float:
    """The median of several runs, the first left out (it warms the page cache)."""
    query()
    times = []
    for _ in range(runs):
        begun = time.process_time()
        query()
        times.append((time.process_time() - begun) * 1000)
    return maths.median(times)


def main() -> None:
    """Build both stores, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        small, large = (_measure(folder, number) for number in (options.calls // 10, options.calls))
    print(f"{'query':42}{options.calls // 10:>10,}{options.calls:>10,}  ratio")
    for name, after in large.items():
        print(f"{name:42}{small[name]:>10.1f}{after:>10.1f}{after / small[name]:>7.2f}")


def _measure(folder: Path, number: int) -> dict[str, float]:
    path = folder / f"store-{number}.db"
    if not path.exists():
        begun = time.perf_counter()
        build(path, number)
        print(f"{number:,} calls built in {time.perf_counter() - begun:.0f} s, {path.stat().st_size / 1e6:.0f} MB")
    with Store.open(path) as store:
        return {name: median_ms(query) for name, query in queries(store, number).items()}


if __name__ == "__main__":
    main()
