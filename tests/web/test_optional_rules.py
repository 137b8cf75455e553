"""Optional rules on the pages: offered where a site judges by them, named wherever one was found."""

from __future__ import annotations

from dataclasses import replace

from starlette.testclient import TestClient

from phrasebook.book import load_book
from tests.store.makers import judgement
from tests.web.world import Visitor, World
from voice_agent.config import Config
from voice_agent.store import Store
from voice_agent.store.calls import judgements
from voice_agent.values import Finding
from voice_agent.web.app import create_app
from voice_agent.web.site import Site

OFFERED = '<option value="rating_request"'


def test_a_rule_that_is_off_is_not_offered(world: World) -> None:
    """Neither lists nor the dialog for adding a finding offer it."""
    with world.visitor("reviewer") as visitor:
        assert OFFERED not in visitor.get("/queue").text
        assert OFFERED not in visitor.get(f"/calls/{world.call}").text


def test_a_rule_that_is_on_is_offered(world: World) -> None:
    """With the site's book it can be chosen on the same pages."""
    book = load_book()
    rules = {**book.rules, "rating_request": replace(book.rules["closing"], id="rating_request")}
    config = Config.model_validate({"store": {"path": world.store}, "web": {"hosts": ["testserver"]}})
    app = create_app(Site(config, replace(book, rules=rules)))
    with TestClient(app, base_url="http://testserver") as client:
        client.headers["accept"] = "text/html,*/*"
        visitor = Visitor(client, world._sign_in(client, "reviewer"))
        assert OFFERED in visitor.get("/queue").text
        assert OFFERED in visitor.get(f"/calls/{world.call}").text


def test_what_was_found_keeps_its_name(world: World) -> None:
    """A finding from before the rule was switched off is still shown in Chinese."""
    with Store.open(world.store) as store:
        made = judgement()
        found = Finding("rating_request", "missing", 0.9, (), "没有请来电人评价服务")
        judgements.save_judgement(store, world.call, replace(made, findings=(*made.findings, found)), book=load_book())
    with world.visitor("reviewer") as visitor:
        page = visitor.get(f"/calls/{world.call}").text
        assert "请求评价" in page
        assert "没有请来电人评价服务" in page
