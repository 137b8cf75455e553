"""How fast the pages' queries are in a large store, and how they grow: 20,000 calls against 200,000 (3 million findings).

    python benchmarks/store_scale.py [--calls 200000] [--clerks 90] [--units 6] [--folder DIR]

Every query runs in the same process on one core; the table gives medians of 15 runs in milliseconds of that core's time (so a
busy machine does not distort them; everything is in the page cache) and their ratio.
The calls spread over a year in both stores, ninety clerks in six units (or as asked for), so the larger store is denser, not longer.
Stores kept in DIR are used again, also by web_pages.py.
"""

from __future__ import annotations

import argparse
import statistics as maths
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.large_store import FIRST_DAY, build
from phrasebook.book import load_book
from voice_agent.reporting.material import gather, place_of
from voice_agent.reporting.sections import compose
from voice_agent.reporting.word import write_word
from voice_agent.store import CallFilter, Store
from voice_agent.store.assessment.scheme import current_scheme
from voice_agent.store.assessment.subjects import Wanted, draft_cards
from voice_agent.store.calls import calls, judgements, search, transcripts
from voice_agent.store.reviews.reminders import waiting_by_unit
from voice_agent.store.statistics import phrase_uses, precision, statistics
from voice_agent.store.statistics.breakdown import Breakdown
from voice_agent.store.statistics.health import health
from voice_agent.store.statistics.spans import span_of


def queries(store: Store, number: int) -> dict[str, Callable[[], object]]:
    """What the pages ask, under the names of the pages."""
    return _lists(store, number) | _figures(store)


def _lists(store: Store, number: int) -> dict[str, Callable[[], object]]:
    """Calls, one by one."""
    month = CallFilter(since=date(2026, 10, 1), until=date(2026, 10, 31))
    waiting, everything = CallFilter(review="waiting"), CallFilter()
    list_calls = calls.list_calls
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
        "search 养老保险": lambda: search.search(store, "养老保险"),
        "search 保险, a month": lambda: search.search(store, "保险", month),
    }  # fmt: skip


def _figures(store: Store) -> dict[str, Callable[[], object]]:
    """Figures of many."""
    month = CallFilter(since=date(2026, 10, 1), until=date(2026, 10, 31))
    year = CallFilter(since=FIRST_DAY, until=FIRST_DAY + timedelta(days=364))
    calendar = CallFilter(since=date(2026, 1, 1), until=date(2026, 9, 30))
    rule_lines, call_lines = statistics.rule_lines, statistics.call_lines
    return {
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
        "reminders: what waits since when, by unit": lambda: waiting_by_unit(store, date(2026, 11, 13)),
        "health": lambda: health(store),
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
    parser.add_argument("--clerks", type=int, default=90)
    parser.add_argument("--units", type=int, default=6)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        small, large = (
            _measure(folder, number, options.clerks, options.units) for number in (options.calls // 10, options.calls)
        )
    print(f"{'query':42}{options.calls // 10:>10,}{options.calls:>10,}  ratio")
    for name, after in large.items():
        print(f"{name:42}{small[name]:>10.1f}{after:>10.1f}{after / small[name]:>7.2f}")


def _measure(folder: Path, number: int, people: int, units: int) -> dict[str, float]:
    path = folder / f"{number}.db"
    if not path.exists():
        begun = time.perf_counter()
        build(path, number, people, units)
        print(f"{number:,} calls built in {time.perf_counter() - begun:.0f} s, {path.stat().st_size / 1e6:.0f} MB")
    with Store.open(path) as store:
        return {name: median_ms(query) for name, query in queries(store, number).items()}


if __name__ == "__main__":
    main()
