"""Brings any older store up to date, refuses a newer one. Each migration runs once, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from voice_agent.errors import StoreError
from voice_agent.store.schema import alerts as schema_alerts
from voice_agent.store.schema import appeals as schema_appeals
from voice_agent.store.schema import books as schema_books
from voice_agent.store.schema import calibration as schema_calibration
from voice_agent.store.schema import calls as schema_calls
from voice_agent.store.schema import cards as schema_cards
from voice_agent.store.schema import complaints as schema_complaints
from voice_agent.store.schema import coverage as schema_coverage
from voice_agent.store.schema import delivery as schema_delivery
from voice_agent.store.schema import heard_complaints as schema_heard_complaints
from voice_agent.store.schema import learning as schema_learning
from voice_agent.store.schema import ledger as schema_ledger
from voice_agent.store.schema import lists as schema_lists
from voice_agent.store.schema import live as schema_live
from voice_agent.store.schema import logins as schema_logins
from voice_agent.store.schema import measures as schema_measures
from voice_agent.store.schema import models as schema_models
from voice_agent.store.schema import opinions as schema_opinions
from voice_agent.store.schema import people as schema_people
from voice_agent.store.schema import phrase_sums as schema_phrase_sums
from voice_agent.store.schema import phrase_todo as schema_phrase_todo
from voice_agent.store.schema import phrases as schema_phrases
from voice_agent.store.schema import presence as schema_presence
from voice_agent.store.schema import privacy as schema_privacy
from voice_agent.store.schema import ratings as schema_ratings
from voice_agent.store.schema import reliability as schema_reliability
from voice_agent.store.schema import reports as schema_reports
from voice_agent.store.schema import strata as schema_strata
from voice_agent.store.schema import tree as schema_tree
from voice_agent.store.schema import views as schema_views
from voice_agent.store.schema import work as schema_work
from voice_agent.store.schema import workload as schema_workload

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


@migrations()
def m001_calls_and_judgements(db: Database) -> None:
    """Calls, transcripts, judgements, jobs, gaps, search, tallies."""
    _run(db, schema_calls.STATEMENTS)


@migrations()
def m002_people_and_reviews(db: Database) -> None:
    """Users, reviews, objections, draws, audit, peaks."""
    _run(db, schema_people.STATEMENTS)


@migrations()
def m003_lists(db: Database) -> None:
    """The statuses of a call beside it, and indexes from which lists with any filter are answered."""
    _run(db, schema_lists.STATEMENTS)


@migrations()
def m004_coverage(db: Database) -> None:
    """What the recordings of a call cover, and its story."""
    _run(db, schema_coverage.STATEMENTS)


@migrations()
def m005_work(db: Database) -> None:
    """Closings of calls, the order of the queue, no score before a decision, draws with purpose, deadline and assignees."""
    _run(db, schema_work.STATEMENTS)


@migrations()
def m006_tree(db: Database) -> None:
    """The hierarchy above the units, who sees which part of it, and where each clerk sat when."""
    _run(db, schema_tree.STATEMENTS)


@migrations()
def m007_phrases(db: Database) -> None:
    """Which mandated phrases were said in which call."""
    _run(db, schema_phrases.STATEMENTS)


@migrations()
def m008_appeals(db: Database) -> None:
    """A second level for objections, and what somebody has seen of the news."""
    _run(db, schema_appeals.STATEMENTS)


@migrations()
def m009_measures(db: Database) -> None:
    """What follows from a confirmed fault: rectifications, notes for clerks, when repeated faults are escalated."""
    _run(db, schema_measures.STATEMENTS)


@migrations()
def m010_complaints(db: Database) -> None:
    """Complaints of the public."""
    _run(db, schema_complaints.STATEMENTS)


@migrations()
def m011_phrase_todo(db: Database) -> None:
    """Which calls are still to be read for phrases."""
    _run(db, schema_phrase_todo.STATEMENTS)


@migrations()
def m012_models(db: Database) -> None:
    """The learned model that heard the acts of a judgement."""
    _run(db, schema_models.STATEMENTS)


@migrations()
def m013_calibration(db: Database) -> None:
    """Draws that several reviewers review blind, and what their meeting settles."""
    _run(db, schema_calibration.STATEMENTS)


@migrations()
def m014_strata(db: Database) -> None:
    """What a draw was made of, with which weights."""
    _run(db, schema_strata.STATEMENTS)


@migrations()
def m015_workload(db: Database) -> None:
    """Which units a reviewer is responsible for, and how many calls a day."""
    _run(db, schema_workload.STATEMENTS)


@migrations()
def m016_views(db: Database) -> None:
    """Saved filters, and indexes for the audit log."""
    _run(db, schema_views.STATEMENTS)


@migrations()
def m017_reports(db: Database) -> None:
    """Which reports were written to the folder."""
    _run(db, schema_reports.STATEMENTS)


@migrations()
def m018_cards(db: Database) -> None:
    """Rules of scoring in versions, and score cards that were signed."""
    _run(db, schema_cards.STATEMENTS)


@migrations()
def m019_phrase_sums(db: Database) -> None:
    """Kept sums of the mandated phrases."""
    _run(db, schema_phrase_sums.STATEMENTS)


@migrations()
def m020_ratings(db: Database) -> None:
    """What callers think of the service, and what follows from a low rating."""
    _run(db, schema_ratings.STATEMENTS)


@migrations()
def m021_presence(db: Database) -> None:
    """What queue members did when."""
    _run(db, schema_presence.STATEMENTS)


@migrations()
def m022_ledger(db: Database) -> None:
    """The daily book of services: matter and outcome of each call, with corrections."""
    _run(db, schema_ledger.STATEMENTS)


@migrations()
def m023_heard_complaints(db: Database) -> None:
    """Complaints heard in calls, proposed to people."""
    _run(db, schema_heard_complaints.STATEMENTS)


@migrations()
def m024_reliability(db: Database) -> None:
    """Crashes of ours and faults of a recording are counted apart; until when Asterisk was followed, by a clock that nobody sets."""
    _run(db, schema_reliability.STATEMENTS)


@migrations()
def m027_logins(db: Database) -> None:
    """Attempts to sign in, sessions that people can see, the second factor."""
    _run(db, schema_logins.STATEMENTS)


@migrations()
def m028_privacy(db: Database) -> None:
    """What was removed of which call, and who was erased when."""
    _run(db, schema_privacy.STATEMENTS)


@migrations()
def m031_live(db: Database) -> None:
    """Calls that go on."""
    _run(db, schema_live.STATEMENTS)


@migrations()
def m032_alerts(db: Database) -> None:
    """Alerts, who took note of them, and what of them is sent."""
    _run(db, schema_alerts.STATEMENTS)


@migrations()
def m033_delivery(db: Database) -> None:
    """How calls are talked."""
    _run(db, schema_delivery.STATEMENTS)


@migrations()
def m035_books(db: Database) -> None:
    """Drafts of the phrase book, their back-tests and releases."""
    _run(db, schema_books.STATEMENTS)


@migrations()
def m036_learning(db: Database) -> None:
    """Models that a site taught."""
    _run(db, schema_learning.STATEMENTS)


@migrations()
def m037_opinions(db: Database) -> None:
    """What a second judge said of findings."""
    _run(db, schema_opinions.STATEMENTS)
