"""Brings any older store up to date, refuses a newer one. Each migration runs once, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from voice_agent.errors import StoreError
from voice_agent.store.schema import (
    alerts,
    appeals,
    books,
    calibration,
    calls,
    cards,
    complaints,
    coverage,
    delivery,
    heard_complaints,
    learning,
    ledger,
    lists,
    live,
    logins,
    measures,
    models,
    opinions,
    people,
    phrase_sums,
    phrase_todo,
    phrases,
    presence,
    privacy,
    ratings,
    reliability,
    reports,
    strata,
    tree,
    views,
    work,
    workload,
)

#: Stands in the file header, so that a stranger's SQLite file is not taken for ours ("VoAg").
APPLICATION_ID = 0x566F4167

#: What SQLite says when a migration meets tables that no released version made.
_OTHER_TABLES = (
    "no such column",
    "no such table",
    "has no column",
    "columns but",
    "already exists",
    "duplicate column",
    "no such index",
)

migrations = Migrations("voice_agent")


def migrate(db: Database, path: Path, *, read_only: bool = False) -> None:
    """Apply what is missing. Raises StoreError for a newer store, somebody else's database, or an older one that is read-only."""
    _refuse_strangers(db, path)
    if not _pending(db, path):
        return
    if read_only:
        raise StoreError(f"{path}：数据库是旧版本建立的，又是只读的，无法升级；请复制到可写的目录再打开")
    # One writer migrates; a second process waits here and then finds nothing left to do.
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        if _pending(db, path):
            migrations.apply(db)
            db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.conn.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if any(sign in str(error) for sign in _OTHER_TABLES):
            raise StoreError(
                f"{path}：数据库由未发布的早期版本建立，表的结构不同（{error}），无法升级；数据未作改动，请用当时的版本导出，或另建数据库"
            ) from error
        raise
    finally:
        db.rollback()


def _pending(db: Database, path: Path) -> bool:
    applied = {migration.name for migration in migrations.applied(db)}
    unknown = applied - {migration.name for migration in migrations.pending(db)} - known()
    if unknown:
        raise StoreError(
            f"{path}：数据库由更新版本的 voice-agent 建立（{'、'.join(sorted(unknown))}）；请升级本程序，数据未作改动"
        )
    return bool(known() - applied)


def known() -> set[str]:
    """The names of all migrations of this program."""
    return {migration.name for migration in migrations.pending(Database(memory=True))}


def _refuse_strangers(db: Database, path: Path) -> None:
    owner = db.execute("PRAGMA application_id").fetchone()[0]
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and owner != APPLICATION_ID:
        raise StoreError(f"{path}：这个文件不是 voice-agent 的数据库，未作改动")


def _run(db: Database, statements: Iterable[str]) -> None:
    for statement in statements:
        db.execute(statement)


#: Name, what it makes (for whoever reads this), its statements. Never change a released one: add one.
_ALL: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "m001_calls_and_judgements",
        "Calls, transcripts, judgements, jobs, gaps, search, tallies.",
        tuple(calls.STATEMENTS),
    ),
    ("m002_people_and_reviews", "Users, reviews, objections, draws, audit, peaks.", tuple(people.STATEMENTS)),
    (
        "m003_lists",
        "The statuses of a call beside it, and indexes from which lists with any filter are answered.",
        tuple(lists.STATEMENTS),
    ),
    ("m004_coverage", "What the recordings of a call cover, and its story.", tuple(coverage.STATEMENTS)),
    (
        "m005_work",
        "Closings of calls, the order of the queue, no score before a decision, draws with purpose, deadline and assignees.",
        tuple(work.STATEMENTS),
    ),
    (
        "m006_tree",
        "The hierarchy above the units, who sees which part of it, and where each clerk sat when.",
        tuple(tree.STATEMENTS),
    ),
    ("m007_phrases", "Which mandated phrases were said in which call.", tuple(phrases.STATEMENTS)),
    (
        "m008_appeals",
        "A second level for objections, and what somebody has seen of the news.",
        tuple(appeals.STATEMENTS),
    ),
    (
        "m009_measures",
        "What follows from a confirmed fault: rectifications, notes for clerks, when repeated faults are escalated.",
        tuple(measures.STATEMENTS),
    ),
    ("m010_complaints", "Complaints of the public.", tuple(complaints.STATEMENTS)),
    ("m011_phrase_todo", "Which calls are still to be read for phrases.", tuple(phrase_todo.STATEMENTS)),
    ("m012_models", "The learned model that heard the acts of a judgement.", tuple(models.STATEMENTS)),
    (
        "m013_calibration",
        "Draws that several reviewers review blind, and what their meeting settles.",
        tuple(calibration.STATEMENTS),
    ),
    ("m014_strata", "What a draw was made of, with which weights.", tuple(strata.STATEMENTS)),
    (
        "m015_workload",
        "Which units a reviewer is responsible for, and how many calls a day.",
        tuple(workload.STATEMENTS),
    ),
    ("m016_views", "Saved filters, and indexes for the audit log.", tuple(views.STATEMENTS)),
    ("m017_reports", "Which reports were written to the folder.", tuple(reports.STATEMENTS)),
    ("m018_cards", "Rules of scoring in versions, and score cards that were signed.", tuple(cards.STATEMENTS)),
    ("m019_phrase_sums", "Kept sums of the mandated phrases.", tuple(phrase_sums.STATEMENTS)),
    (
        "m020_ratings",
        "What callers think of the service, and what follows from a low rating.",
        tuple(ratings.STATEMENTS),
    ),
    ("m021_presence", "What queue members did when.", tuple(presence.STATEMENTS)),
    (
        "m022_ledger",
        "The daily book of services: matter and outcome of each call, with corrections.",
        tuple(ledger.STATEMENTS),
    ),
    ("m023_heard_complaints", "Complaints heard in calls, proposed to people.", tuple(heard_complaints.STATEMENTS)),
    (
        "m024_reliability",
        "Crashes of ours and faults of a recording are counted apart; until when Asterisk was followed, by a clock that nobody sets.",
        tuple(reliability.STATEMENTS),
    ),
    ("m027_logins", "Attempts to sign in, sessions that people can see, the second factor.", tuple(logins.STATEMENTS)),
    ("m028_privacy", "What was removed of which call, and who was erased when.", tuple(privacy.STATEMENTS)),
    ("m031_live", "Calls that go on.", tuple(live.STATEMENTS)),
    ("m032_alerts", "Alerts, who took note of them, and what of them is sent.", tuple(alerts.STATEMENTS)),
    ("m033_delivery", "How calls are talked.", tuple(delivery.STATEMENTS)),
    ("m035_books", "Drafts of the phrase book, their back-tests and releases.", tuple(books.STATEMENTS)),
    ("m036_learning", "Models that a site taught.", tuple(learning.STATEMENTS)),
    ("m037_opinions", "What a second judge said of findings.", tuple(opinions.STATEMENTS)),
)


def _register(name: str, statements: tuple[str, ...]) -> None:
    def run(db: Database) -> None:
        _run(db, statements)

    migrations(name=name)(run)


for _name, _, _statements in _ALL:
    _register(_name, _statements)
