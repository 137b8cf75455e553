"""学习: models that a site taught, what each is worth before and after, and who answers for the one that judges."""

from __future__ import annotations

import threading
from typing import Any

from starlette.responses import JSONResponse, Response

from voice_agent.store import Store
from voice_agent.store.learning.models import adopt_model, list_models, revoke_model
from voice_agent.store.learning.opinions import record
from voice_agent.teaching.lessons import LEAST, check_fits, learn, lessons, table, warning
from voice_agent.web.admin.chores import Told
from voice_agent.web.doors.ownership import fetched
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.site import Site

_NAME = "learn"
_LARGEST = 2**63 - 1


def show_learning(visit: Visit) -> Response:
    """How many decisions could teach, the models so far, and their tables."""
    config = visit.site.config
    found = lessons(visit.store, visit.site.own_book, config.recordings.least_coverage)
    teaching = sum(len(one.case.decisions) for one in found if not one.held_back)
    models = [
        (one, [(title, table(one.report[part])) for title, part in _PARTS], warning(one.report))
        for one in list_models(visit.store)
    ]
    return visit.show(
        "learning.html", models=models, chore=visit.site.chores.of(_NAME), teaching=teaching, least=LEAST, second=record(visit.store),
        held_back=sum(len(one.case.decisions) for one in found if one.held_back),
    )  # fmt: skip


_PARTS = (("本单位留出的复核结论", "site"), ("随软件附带的通话", "shipped"))


def start_learning(visit: Visit) -> Response:
    """Begin. Raises StoreError while another chore runs."""
    visit.site.chores.start(_NAME, _work(visit.site, visit.user.id))
    visit.note("learn")
    return visit.go("/learning")


def _work(site: Site, user: int) -> Any:
    config, own = site.config, site.own_book

    def work(told: Told, stop: threading.Event) -> None:
        with Store.open(config.store.path, timezone=config.store.timezone, create=False) as store:
            learn(store, own, least_coverage=config.recordings.least_coverage, user=user, told=told, stop=stop)

    return work


def learning_state(visit: Visit) -> Response:
    """How far it is, as JSON."""
    chore = visit.site.chores.of(_NAME)
    return JSONResponse({"state": chore.state if chore else "done", "percent": chore.percent if chore else 100})


def stop_learning(visit: Visit) -> Response:
    """Stop it; nothing is kept."""
    visit.site.chores.stop(_NAME)
    return visit.go("/learning")


def adopt(visit: Visit) -> Response:
    """Judge by a model from now on. Raises StoreError."""
    number = min(visit.number(), _LARGEST)
    base = fetched(lambda: check_fits(visit.store, number)).digest.split("+")[0]
    adopt_model(visit.store, number, visit.user.id, base=base, username=visit.user.username)
    return visit.go("/learning")


def revoke(visit: Visit) -> Response:
    """Judge by it no longer."""
    fetched(
        lambda: revoke_model(visit.store, min(visit.number(), _LARGEST), visit.user.id, username=visit.user.username)
    )
    return visit.go("/learning")


PAGES = (
    Page("learning", "GET", "/learning", show_learning),
    Page("learn", "POST", "/learning", start_learning),
    Page("learning_state", "GET", "/learning/state", learning_state),
    Page("stop_learning", "POST", "/learning/stop", stop_learning),
    Page("adopt_model", "POST", "/learning/models/{number:int}/adopt", adopt),
    Page("revoke_model", "POST", "/learning/models/{number:int}/revoke", revoke),
)
