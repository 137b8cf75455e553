"""The page of learning: what could teach is counted, a model is adopted and revoked by a person, offers stand beside the queue."""

from __future__ import annotations

from tests.web.world import World
from voice_agent.acts.learned.model import bundled
from voice_agent.in_force import model_in_force, pack_layer
from voice_agent.store import Store
from voice_agent.store.learning.models import save_model


def test_a_model_counts_only_when_a_person_adopts_it(world: World) -> None:
    """Its table is shown first; adopted it judges and the audit log knows who; revoked the shipped one judges again."""
    base = bundled()
    assert base is not None
    weights = base.network.weights
    report = {
        "decisions": 40,
        "calls": 9,
        "held_back": 8,
        "removed": 1,
        "acts": {},
        "site": {"right_before": 1, "missed_before": 1, "right_after": 2},
        "shipped": {},
    }
    with Store.open(world.store) as store:
        layer = pack_layer((weights["acts.weight"], weights["acts.bias"] + 1))
        number = save_model(
            store, base=base.digest, digest="x", layer=layer, worth={}, report=report, calls=[world.call], user=None
        )
        old = save_model(store, base="older", digest="y", layer=layer, worth={}, report=report, calls=[], user=None)
    with world.visitor("admin") as visitor:
        page = visitor.get("/learning").text
        assert "50%（1/2" in page
        assert "已删除" in page
        assert visitor.post(f"/learning/models/{old}/adopt").status_code == 400
        assert visitor.post(f"/learning/models/{number}/adopt").status_code == 303
        assert "正在使用" in visitor.get("/learning").text
        with Store.open(world.store) as store:
            assert model_in_force(store) is not base
            assert store.value("SELECT count(*) FROM audit WHERE action = 'adopt_model'") == 1
        assert visitor.post(f"/learning/models/{number}/revoke").status_code == 303
        with Store.open(world.store) as store:
            assert model_in_force(store) is base


def test_learning_needs_decisions(world: World) -> None:
    """With nearly none the page says how many it takes instead of offering to begin."""
    with world.visitor("admin") as visitor:
        assert "至少要 30 条" in visitor.get("/learning").text
