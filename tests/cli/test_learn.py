"""voice-agent learn on a store with the bundled calls: from decisions to a measured model, and who may use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from voice_agent.acts.learned.model import bundled
from voice_agent.errors import StoreError
from voice_agent.in_force import model_in_force
from voice_agent.store import Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.learning.decisions import decided_findings
from voice_agent.store.learning.models import adopt_model, get_model, list_models, revoke_model
from voice_agent.store.people import users
from voice_agent.store.reviews import reviews

BASE = bundled()


def people(store: Store) -> dict[str, int]:
    return {
        role: users.add_user(store, f"{role}-1", name=role, role=role, password_hash="x")  # type: ignore[arg-type]
        for role in ("reviewer", "admin")
    }


def review(store: Store, most: int) -> dict[str, int]:
    """A reviewer confirms everything that is at fault or met, up to so many decisions."""
    known, done = people(store), 0
    for call in list(calls.each_call(store)):
        for each in judgements.current_findings(store, call.id):
            if done < most and each.finding.status not in ("uncertain", "not_applicable"):
                reviews.confirm(store, each.id, known["reviewer"])
                done += 1
    return known


def test_a_lesson_is_measured_before_anybody_uses_it(run: Run, site: Path) -> None:
    """The model is kept with its table and judges nothing; adopted by a person it judges, under a digest of its own; revoked it does not."""
    assert BASE is not None
    with Store.open(site.parent / "calls.db") as store:
        known = review(store, 120)
    result = run("--config", site, "learn", "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["decisions"] + report["held_back"] == 120
    assert report["held_back"] > 0
    for part in ("site", "shipped"):
        for when in ("before", "after"):
            assert sum(count for name, count in report[part].items() if name.endswith(when)) > 0
    with Store.open(site.parent / "calls.db") as store:
        assert model_in_force(store) is BASE
        with pytest.raises(StoreError, match="另一版"):
            adopt_model(store, report["model"], known["admin"], base="another")
        adopt_model(store, report["model"], known["admin"], base=BASE.digest)
        judging = model_in_force(store)
        assert judging is not None
        assert judging.digest == report["digest"] != BASE.digest
    assert "启用中" in run("--config", site, "learn", "--list").stdout
    run("--config", site, "rejudge")
    with Store.open(site.parent / "calls.db") as store:
        assert {row["model"] for row in store.rows("SELECT model FROM judgements WHERE occasion = 'rejudge'")} == {
            report["digest"]
        }
        learnt = get_model(store, report["model"]).calls
        store.write("DELETE FROM transcripts WHERE call = ?", (learnt[0],))
        assert learnt[0] not in {one.call for one in decided_findings(store)}
        revoke_model(store, report["model"], known["admin"])
        assert model_in_force(store) is BASE
        assert not list_models(store)[0].adopted


def test_too_few_decisions_teach_nothing(run: Run, site: Path) -> None:
    """A handful of decisions is refused in words, and no model is kept."""
    with Store.open(site.parent / "calls.db") as store:
        review(store, 5)
    result = run("--config", site, "learn")
    assert result.exit_code == 2
    assert "至少要" in result.stderr
    with Store.open(site.parent / "calls.db") as store:
        assert list_models(store) == []
