"""A store of every schema that ever was opens, keeps its calls, and can be written; no released statement is edited in place."""

from __future__ import annotations

import hashlib
import importlib
import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.store.makers import book, ended, judgement
from voice_agent.errors import StoreError
from voice_agent.store import Store, schema, soundness
from voice_agent.store.calls import calls, jobs, judgements
from voice_agent.store.calls.completion import complete
from voice_agent.store.schema.migrations import APPLICATION_ID, migrations

NAMES = [migration.name for migration in migrations.pending(Database(memory=True))]
CALL = (
    "INSERT INTO calls (id, call_id, system, uniqueid, linkedid, started, answered, ended, ring_seconds, talk_seconds, hung_up_by,"
    " transferred, complete, holds, gaps, clerk, unit, window, day, hour, coverage)"
    " VALUES (1, 'old', '', 'old', 'old', 1795311000, 1795311004, 1795311064, 4, 60, 'caller', 0, 1, '[]', '[]', '1086', '', '',"
    " '2026-11-22', 9, 'pending')"
)


def made(path: Path, before: str | None) -> None:
    """A store as the program made it before this migration was written, with a call that waits to be heard."""
    connection = sqlite3.connect(path, isolation_level=None)
    migrations.apply(Database(connection, recursive_triggers=False), stop_before=before)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(CALL)
    connection.execute("INSERT INTO jobs (call, state, not_before, created) VALUES (1, 'waiting', 0, 0)")
    connection.close()


@pytest.mark.parametrize("before", NAMES[1:])
def test_a_store_of_every_schema_opens_and_is_written(tmp_path: Path, before: str) -> None:
    """Its call is judged, a new one is recorded, given up and found again; the store is whole afterwards."""
    made(tmp_path / "store.db", before)
    with Store.open(tmp_path / "store.db") as store:
        job = jobs.lease(store, "w", 60)
        assert job is not None
        complete(store, job, judgement({"closing": "missing"}), book=book())
        assert calls.find_call(store, "old").verdict == "non_compliant"
        calls.record_call(store, ended("new"))
        last = jobs.lease(store, "w", 60)
        assert last is not None
        jobs.fail(store, last, "没有录音", final=True, cause="no_recording")
        assert {one.verdict for one in judgements.history(store, last.call)} == {"not_monitored"}
        assert soundness.examine(store).problems == ()
        assert store.value("PRAGMA integrity_check") == "ok"
        assert store.rows("PRAGMA foreign_key_check") == []


def test_a_store_whose_tables_differ_is_named_before_it_is_written(tmp_path: Path) -> None:
    """A store of a version that was never released (an edited first migration) lacks columns: they are named, nothing is lost."""
    with Store.open(tmp_path / "store.db") as store:
        store.write("ALTER TABLE followed DROP COLUMN uptime")
    with Store.open(tmp_path / "store.db") as store:
        (problem,) = soundness.examine(store).problems
        assert "followed" in problem
        assert "uptime" in problem
        with pytest.raises(StoreError, match="未发布的版本"):
            soundness.refuse_damaged(store)


def test_a_store_of_a_version_that_was_never_released_is_refused_by_name(tmp_path: Path) -> None:
    """Its first migration was edited later: what it lacks is said in Chinese when it cannot be brought up to date, and nothing is changed."""
    path = tmp_path / "store.db"
    made(path, "m004_coverage")
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TABLE call_tally")
        raw.execute("CREATE TABLE call_tally (cube TEXT, span TEXT)")
    raw.close()
    with pytest.raises(StoreError, match=r"未发布的早期版本.*数据未作改动"):
        Store.open(path)
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT count(*) FROM _sqlite_migrations").fetchone() == (3,)
        assert raw.execute("SELECT call_id FROM calls").fetchone() == ("old",)
    raw.close()


#: What each released schema file says, frozen: whoever changes one must add a migration instead.
FROZEN = {
    "calls": "e2573928c3c8bf2c",
    "people": "fdb5a08f7d4cdc06",
    "lists": "195bceeec307a9b5",
    "coverage": "1da1b287202d4350",
    "work": "57b8c0e041ea288e",
    "tree": "b56f84ccf99304df",
    "phrases": "dbeb250ade7cd578",
    "appeals": "5cb957a06d458bc2",
    "measures": "16284a102a63ae49",
    "complaints": "43a1e08711a72e21",
    "phrase_todo": "38f8fee44671f658",
    "models": "f79d3c503fa5b5bb",
    "reliability": "45e3dada39db9950",
    "alerts": "0fc3a7b77c7e2e38",
    "books": "afc70bedbb3bd91b",
    "calibration": "01432215296e0ec0",
    "cards": "a68116b1551d2f0d",
    "delivery": "a151b18b705b3376",
    "heard_complaints": "9328a89c1df6e6fa",
    "learning": "40ec6b07a968b2f7",
    "ledger": "a24904b83cafa8a7",
    "live": "86bb95a25c84bb32",
    "logins": "e68f6ef8fb2c736c",
    "opinions": "b56204d24eae3181",
    "phrase_sums": "eb010c744665b2b9",
    "presence": "7776822f0306a8be",
    "privacy": "468b17f0c5eb15fa",
    "ratings": "ab1e523839f84344",
    "reports": "6954c959a412cbc0",
    "strata": "9bc8071c39077d9b",
    "views": "7f0410531bf9546f",
    "workload": "0c0cafdd2900bc98",
}


def digest(name: str) -> str:
    """The statements of one schema file."""
    module = importlib.import_module(f"voice_agent.store.schema.{name}")
    return hashlib.sha256("\n".join(module.STATEMENTS).encode()).hexdigest()[:16]


def test_every_schema_file_is_frozen() -> None:
    """Whoever adds one writes down here what it says."""
    files = {path.stem for path in Path(schema.__file__).parent.glob("*.py")} - {"__init__", "migrations"}
    assert files == set(FROZEN)


@pytest.mark.parametrize("name", FROZEN)
def test_no_released_schema_is_edited(name: str) -> None:
    """An edit in place would leave older stores without what it adds, and every write to them would fail."""
    assert digest(name) == FROZEN[name]
