"""A store of the version before is brought up to date: undecided calls lose their score, also in the kept sums, and the queue gets its order."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from voice_agent.store import Store
from voice_agent.store.calls import calls
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.reviews.draws import get_draw
from voice_agent.store.schema.migrations import APPLICATION_ID, migrations
from voice_agent.store.statistics import tally

_CALLS = (
    (1, "needs_review", 100.0, 1), (2, "non_compliant", 60.0, 1), (3, "non_compliant", 95.0, 1), (4, "compliant", 100.0, 0),
)  # fmt: skip


def _older(path: Path) -> None:
    """A store as it was before calls had an urgency, with four judged calls and a draw of two."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    migrations.apply(Database(connection, recursive_triggers=False), stop_before="m005_work")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for number, verdict, score, flagged in _CALLS:
        connection.execute(
            "INSERT INTO calls (id, call_id, system, uniqueid, linkedid, started, answered, ended, ring_seconds, talk_seconds, hung_up_by,"
            " transferred, complete, holds, gaps, clerk, unit, window, day, hour, coverage, verdict, score, judgement_id, flagged)"
            " VALUES (?1, ?1, '', ?1, ?1, ?1, ?1, ?1 + 60, 3, 57, 'caller', 0, 1, '[]', '[]', '1086', '甲局', '1号窗口', '2026-11-22', 9,"
            " 'monitored', ?2, ?3, ?1, ?4)",
            (number, verdict, score, flagged),
        )
        connection.execute(
            "INSERT INTO judgements (id, call, made_at, occasion, verdict, score, reason, cause, book_version)"
            " VALUES (?1, ?1, 1, 'call', ?2, ?3, '', '', '1')",
            (number, verdict, score),
        )
        status = "violated" if number == 2 else "missing" if number == 3 else "met"
        connection.execute(
            "INSERT INTO findings (judgement, call, rule, status, machine_status, score, reason, prompted, evidence, position, counted, day)"
            " VALUES (?1, ?1, 'closing', ?2, ?2, 0.9, '', 0, '[]', 0, 1, '2026-11-22')",
            (number, status),
        )
    connection.execute(
        "INSERT INTO users (id, username, name, role, password_hash, must_change, created) VALUES (1, 'b', 'b', 'supervisor', 'x', 0, 1)"
    )
    connection.execute(
        "INSERT INTO draws (id, seed, per, number, filter, population, made_by, made_at) VALUES (1, 's', 'unit', 2, '{}', 4, 1, 1)"
    )
    connection.executemany("INSERT INTO draw_calls (draw, position, call) VALUES (1, ?, ?)", [(0, 3), (1, 4)])
    connection.execute(tally._CALLS, {"sign": 1, "only": None})
    connection.execute(tally._RULES, {"sign": 1, "only": None})
    connection.close()


def _sums(store: Store) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.rows("SELECT * FROM call_tally ORDER BY cube, span, unit, window, clerk, hour")]


def test_undecided_calls_lose_their_score_and_the_queue_its_old_order(tmp_path: Path) -> None:
    """After opening, sums equal a fresh count, scores of undecided calls are gone, serious faults come first, old draws are whole."""
    path = tmp_path / "old.db"
    _older(path)
    with Store.open(path) as store:
        kept = _sums(store)
        tally.rebuild(store)
        assert kept == _sums(store)
        assert [calls.get_call(store, number).score for number in (1, 2, 3, 4)] == [None, 60.0, 95.0, 100.0]
        queue = calls.list_calls(store, CallFilter(review="waiting"), sort="urgency", descending=False)
        assert [one.id for one in queue.calls] == [2, 1, 3]
        draw = get_draw(store, 1)
        assert (draw.per, draw.calls, draw.purpose, draw.deadline) == ("unit", (3, 4), "", None)
