"""voice-agent phrasebook backtest, draft and export on a store with the bundled calls."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from voice_agent.store import CallFilter, Store
from voice_agent.store.books.backtests import backtests_of
from voice_agent.store.books.drafts import list_drafts
from voice_agent.store.calls.calls import each_call
from voice_agent.store.people import users

BOOK = 'version = "试-1"\neffective = 2026-01-01\n'
#: A look-up silence counts from a whole minute on: no call of the bundle has one.
PATIENT = '[[rule]]\nid = "hold_notice"\nlimits = { silence_seconds = 60, repeat_seconds = 90 }\n'


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    folder = tmp_path / "draft"
    folder.mkdir()
    (folder / "book.toml").write_text(BOOK, encoding="utf-8")
    (folder / "rules.toml").write_text(PATIENT, encoding="utf-8")
    return folder


def test_a_back_test_says_what_would_change_and_changes_nothing(run: Run, site: Path, draft: Path) -> None:
    """A silence limit that no call reaches takes every accusation of the rule away; the verdicts in the store stay as they are."""
    with Store.open(site.parent / "calls.db") as store:
        accused = {call.call_id for call in each_call(store, CallFilter(rule="hold_notice", status=("missing",)))}
    result = run("--config", site, "phrasebook", "backtest", draft, "--workers", "1", "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["whole"]
    assert set(report["rules"]) == {"hold_notice"}
    assert report["rules"]["hold_notice"]["lost"] == len(accused) > 0
    assert {row["call_id"] for row in report["changed"] if row["kind"] == "lost"} == accused
    with Store.open(site.parent / "calls.db") as store:
        assert store.value("SELECT count(*) FROM judgements WHERE occasion = 'rejudge'") == 0
        assert store.value("SELECT count(*) FROM backtests") == 1


def test_a_sample_and_a_table_for_people(run: Run, site: Path, draft: Path) -> None:
    """With --sample so many calls are tried; what is told is Chinese; nothing to try is an error."""
    result = run("--config", site, "phrasebook", "backtest", draft, "--sample", "4", "--workers", "1")
    assert result.exit_code == 0, result.output
    assert "试了 4 通" in result.stdout
    empty = run("--config", site, "phrasebook", "backtest", draft, "--unit", "没有这个单位")
    assert empty.exit_code == 2
    assert "没有符合条件" in empty.stderr


def test_a_draft_is_kept_with_its_back_tests_and_written_back(
    run: Run, site: Path, draft: Path, tmp_path: Path
) -> None:
    """A folder becomes a draft, a back-test of the folder counts for it, and export gives the same files back."""
    with Store.open(site.parent / "calls.db") as store:
        users.add_user(store, "guanli", name="管理", role="admin", password_hash="x")
    assert run("--config", site, "phrasebook", "draft", draft, "--user", "nobody").exit_code == 2
    assert run("--config", site, "phrasebook", "draft", draft, "--user", "guanli").exit_code == 0
    run("--config", site, "phrasebook", "backtest", draft, "--sample", "1", "--workers", "1")
    with Store.open(site.parent / "calls.db") as store:
        (kept,) = list_drafts(store)
        assert len(backtests_of(store, kept.digest)) == 1
    assert run("--config", site, "phrasebook", "export", str(kept.id), tmp_path / "out").exit_code == 0
    assert (tmp_path / "out" / "rules.toml").read_text(encoding="utf-8") == PATIENT
    assert run("--config", site, "phrasebook", "export", str(kept.id), tmp_path / "out").exit_code == 2


def test_a_broken_draft_is_refused_by_file_and_line(run: Run, site: Path, draft: Path) -> None:
    """The message names the file and the field, not a folder that the product made for itself."""
    (draft / "rules.toml").write_text('[[rule]]\nid = "greeting"\npoints = "five"\n', encoding="utf-8")
    result = run("--config", site, "phrasebook", "backtest", draft)
    assert result.exit_code == 2
    assert "rules.toml" in result.stderr
    assert "voice-agent-book-" not in result.stderr
