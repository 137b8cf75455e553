"""What pages need before they can be asked for: a confirmed fault with what follows from it, a calibration under way."""

from __future__ import annotations

from tests.web.world import World
from voice_agent.store import Store
from voice_agent.store.reviews import calibration


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


def calibrate(store: Store, world: World, name: str) -> None:
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
