"""What must be there, and in which state, before a page of the table of permissions is asked for."""

from __future__ import annotations

import time

from ami_bridge.events import Rated
from tests.web.world import World
from voice_agent.store import Store
from voice_agent.store.reviews import calibration
from voice_agent.store.reviews.ratings import Scale, save_rating


def measure(store: Store, world: World, state: str, *, listed: bool) -> None:
    """A confirmed fault, with an item and a note for its clerk."""
    reviewer = world.people["reviewer"]
    store.write("DELETE FROM rectifications")
    store.write("UPDATE findings SET status = 'missing' WHERE id = ?", (world.finding,))
    if not store.value("SELECT 1 FROM reviews WHERE finding = ?", (world.finding,)):
        values = (world.call, world.finding, reviewer)
        store.write(
            "INSERT INTO reviews (call, finding, reviewer, at, decision, status_before, status, reason)"
            " VALUES (?, ?, ?, 1, 'confirm', 'missing', 'missing', '')",
            values,
        )
    if listed:
        row = (state, reviewer, reviewer)
        store.write(
            "INSERT INTO rectifications (id, rule, clerk, unit, what, due, state, made_by, made_at, submitted_by)"
            " VALUES (1, 'job_number', '1001', '甲局', 'x', '2099-01-01', ?, ?, 1, ?)",
            row,
        )
    store.write(
        "INSERT OR IGNORE INTO coaching (id, clerk, call, text, made_by, made_at) VALUES (1, '1001', ?, 'x', ?, 1)",
        (world.call, reviewer),
    )


def _calibrate(store: Store, world: World, name: str) -> None:
    """Draw 77, which two reviewers review blind; for the meeting both are through with it and differ."""
    pages = ("calibration", "calibration_next", "blind", "blind_work", "blind_decide", "blind_finish")
    meeting = ("end_blind", "settle_point", "settle_same")
    store.write("DELETE FROM draws WHERE id = 77")
    if name not in (*pages, *meeting):
        return
    boss, people = world.people["supervisor"], (world.people["reviewer"], world.people["second"])
    store.write(
        "INSERT INTO draws (id, seed, per, number, filter, population, made_by, made_at, calibration) VALUES (77, 's', 'all', 1, '{}', 1, ?, 1, 1)",
        (boss,),
    )
    store.write("UPDATE calls SET claimed_by = NULL WHERE id = ?", (world.call,))
    store.write("INSERT INTO draw_calls (draw, position, call) VALUES (77, 0, ?)", (world.call,))
    for place, person in enumerate(people):
        store.write("INSERT INTO calibration_people VALUES (77, ?)", (person,))
        for each in calibration.blind_findings(store, 77, world.call, person):
            status = "met" if place else each.found.finding.status
            calibration.decide_blind(store, 77, world.call, person, each.rule, status)
    for person in people if name in meeting else ():
        calibration.finish_blind(store, 77, world.call, person)
    if name == "end_blind":
        store.write("UPDATE draws SET calibration = 1 WHERE id = 77")


def prepare(world: World, name: str) -> None:
    """What is to be opened again must have been closed, what is appealed against rejected, what is settled appealed against."""
    with Store.open(world.store) as store:
        _calibrate(store, world, name)
        if name == "reopen":
            store.write("UPDATE calls SET reviewed_at = 1, claimed_by = NULL WHERE id = ?", (world.call,))
        if name in ("prove", "rectify", "settle", "read_note"):
            measure(store, world, "submitted" if name == "settle" else "open", listed=name != "rectify")
        if name in ("accept_complaint", "dismiss_complaint"):
            store.write(
                "INSERT OR REPLACE INTO heard_complaints (id, call, act, probability, began, ended, text, heard_at)"
                " VALUES (1, ?, 'complains_clerk', 0.8, 1, 2, '你什么态度', 1)",
                (world.call,),
            )
        if name == "close_complaint":
            values = (world.people["reviewer"],)
            store.write(
                "INSERT OR REPLACE INTO complaints (id, received, source, unit, window, clerk, text, due, made_by, made_at)"
                " VALUES (1, '2026-11-01', '网络', '甲局', '', '', 'x', '2099-01-01', ?, 1)",
                values,
            )
        if name in ("give_follow_up", "close_follow_up"):
            store.write("DELETE FROM ratings")
            low = Rated("call-1", "call-1", 1.0, "5", "variable")
            save_rating(store, low, Scale())
            store.write("UPDATE follow_ups SET id = 1")
        if name == "acknowledge":
            store.write(
                "INSERT OR REPLACE INTO alerts (id, at, rule, system, uniqueid, unit, clerk, what, detail)"
                " VALUES (1, 1, 'x', '', 'call-1', '甲局', '1001', 'x', '')"
            )
        if name == "withdraw":
            store.write("UPDATE objections SET state = 'open', decided_at = NULL")
        if name in ("appeal", "decide_appeal"):
            store.write("DELETE FROM appeals")
            store.write("UPDATE calls SET claimed_by = NULL WHERE id = ?", (world.call,))
            store.write("UPDATE objections SET state = 'rejected', decided_at = ?", (time.time(),))
        if name == "decide_appeal":
            values = (world.objection, "请再听", time.time(), time.time() + 9e5)
            store.write(
                "INSERT INTO appeals (objection, text, filed_at, deadline, state) VALUES (?, ?, ?, ?, 'open')", values
            )
