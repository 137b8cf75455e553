"""A large store for the benchmarks: calls with findings, words and phrases over a year, in a tree of units."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from voice_agent.store import Store
from voice_agent.store.calls import transcripts
from voice_agent.store.calls.words import index_pairs, index_words
from voice_agent.store.people import tree
from voice_agent.store.people.directory import Clerk, save_clerks
from voice_agent.store.schema import lists as schema_lists
from voice_agent.store.statistics import tally
from voice_agent.values import RULES, Segment, Status

FIRST_DAY = date(2025, 11, 22)
ZONE = ZoneInfo("Asia/Shanghai")


def clerks_of(number: int, units: int) -> list[Clerk]:
    """``number`` clerks spread over ``units``, fifteen windows in each at most."""
    places = [(n * units // number + 1, n % 15 + 1) for n in range(number)]
    return [
        Clerk(f"{1000 + n}", f"坐席{n}", f"第{unit}单位", f"{window}号窗口") for n, (unit, window) in enumerate(places)
    ]


def tree_of(units: int) -> str:
    """自治区, 市, 县, 单位: at most twenty units to a city, every other one in its county."""
    cities = max(3, units // 20)
    nodes = [f"64{c:02},第{c}市,64,市\n64{c:02}1,第{c}县,64{c:02},县\n" for c in range(1, cities + 1)]
    hung = [f",第{u}单位,64{(u - 1) % cities + 1:02}{'1' * (u % 2)},单位\n" for u in range(1, units + 1)]
    return "".join(["代码,名称,上级代码,级别\n64,自治区,,自治区\n", *nodes, *hung])


STATUSES: tuple[Status, ...] = ("met", "missing", "late", "mismatch", "violated", "not_applicable", "uncertain")
SAID = (
    "您好社会保险局工号一零八六",
    "我想问一下社保卡丢了怎么补办",
    "请您带身份证到三号窗口办理",
    "养老保险关系转移",
    "谢谢再见",
)
EVIDENCE = '[["agent",1.2,2.4,"\\u5de5\\u53f7\\u4e00\\u96f6","\\u5de5\\u53f7{digits}",0.93]]'


def build(path: Path, number: int, people: int = 90, units: int = 6) -> None:
    """Fill a store by bulk statements: the same rows as the functions write, in a minute instead of an hour."""
    clerks = clerks_of(people, units)
    dice = random.Random(number)  # noqa: S311 - repeatable figures
    segments = [
        Segment("agent" if n % 2 == 0 else "caller", n * 5.0, n * 5.0 + 4.0, text) for n, text in enumerate(SAID)
    ]
    packed = transcripts.pack(segments)
    words, pairs = index_words("\n".join(SAID)), index_pairs("\n".join(SAID))
    with Store.open(path) as store, store.transaction():
        save_clerks(store, clerks)
        tree.import_tree(store, tree_of(units))
        for start in range(0, number, 20_000):
            chunk = [_call(dice, n, clerks) for n in range(start, min(number, start + 20_000))]
            _insert(store, chunk, dice, packed, (words, pairs))
        store.write(schema_lists.FILL)
        tally.rebuild(store)
        store.write("ANALYZE")


def _call(dice: random.Random, n: int, clerks: list[Clerk]) -> dict[str, Any]:
    day = FIRST_DAY + timedelta(days=dice.randrange(365))
    hour = dice.choice((9, 9, 10, 10, 11, 12, 14, 15, 15, 16, 17))
    start = datetime(day.year, day.month, day.day, hour, dice.randrange(60), tzinfo=ZONE).timestamp() + dice.random()
    clerk = dice.choice(clerks)
    verdict = dice.choices(("compliant", "non_compliant", "needs_review"), (70, 20, 10))[0]
    return {
        "id": n + 1, "call_id": f"{start}.{n}", "day": day.isoformat(), "hour": hour, "start": start, "clerk": clerk, "verdict": verdict,
        "score": {"compliant": 100.0, "needs_review": None, "non_compliant": float(dice.randrange(0, 96))}[verdict], "ring": dice.expovariate(0.15),
        "reviewed": dice.random() < 0.5,
    }  # fmt: skip


def _insert(
    store: Store, chunk: list[dict[str, Any]], dice: random.Random, packed: bytes, said: tuple[str, str]
) -> None:
    _insert_calls(store, chunk)
    _insert_words(store, chunk, packed, said)
    _insert_results(store, chunk, dice)


def dice_of(call: dict[str, Any]) -> int:
    """Every fourth call with faults has a serious one."""
    return 0 if call["verdict"] == "non_compliant" and call["id"] % 4 == 0 else 2


def _insert_calls(store: Store, chunk: list[dict[str, Any]]) -> None:
    store.write_many(
        """INSERT INTO calls (id, call_id, system, uniqueid, linkedid, queue, caller_number, started, answered, ended, ring_seconds,
        talk_seconds, hung_up_by, transferred, complete, holds, gaps, recording, clerk, unit, window, day, hour, coverage, cause,
        verdict, score, faults, uncertain, judgement_id, flagged, reviewed_at, urgency)
        VALUES (?, ?, '', ?, ?, 'hotline', '13800000000', ?, ?, ?, ?, 60.0, 'caller', 0, 1, '[]', '[]', ?, ?, ?, ?, ?, ?, 'monitored',
        '', ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                c["id"], c["call_id"], c["call_id"], c["call_id"], c["start"], c["start"] + c["ring"], c["start"] + 70, c["ring"],
                f"/var/spool/asterisk/monitor/{c['call_id']}.wav", c["clerk"].job_number, c["clerk"].unit, c["clerk"].window, c["day"],
                c["hour"], c["verdict"], c["score"], int(c["verdict"] == "non_compliant"), int(c["verdict"] == "needs_review"), c["id"],
                int(c["verdict"] != "compliant" and not c["reviewed"]), c["start"] if c["reviewed"] else None,
                1 if c["verdict"] == "needs_review" else dice_of(c),
            )
            for c in chunk
        ],
    )  # fmt: skip
    store.write_many(
        "INSERT INTO call_clerks VALUES (?, 0, ?, ?, ?, ?, ?, NULL, 'PJSIP/a', 'x', ?, ?)",
        [
            (
                c["id"],
                c["clerk"].job_number,
                c["clerk"].unit,
                c["clerk"].window,
                c["clerk"].job_number,
                c["clerk"].name,
                c["start"],
                c["start"] + 70,
            )
            for c in chunk
        ],
    )


def _insert_words(store: Store, chunk: list[dict[str, Any]], packed: bytes, said: tuple[str, str]) -> None:
    store.write_many(
        "INSERT INTO transcripts (id, call, made_at, recogniser, duration, agent, segments) VALUES (?, ?, ?, 'vosk', 60.0, '[null,null,null]', ?)",
        [(c["id"], c["id"], c["start"], packed) for c in chunk],
    )
    store.write_many("INSERT INTO phrase_reads VALUES (?, ?, 'book')", [(c["id"], c["id"]) for c in chunk])
    store.write_many(
        "INSERT INTO phrase_uses VALUES (?, ?, 1)",
        [(f"T{n:02}", c["id"]) for c in chunk for n in range(1, 11) if (c["id"] * n) % 7 < 3],
    )
    store.write_many(
        "INSERT INTO speech (rowid, agent, agent_pairs) VALUES (?, ?, ?)",
        [(c["id"], *said) for c in chunk],
    )


def _insert_results(store: Store, chunk: list[dict[str, Any]], dice: random.Random) -> None:
    store.write_many(
        "INSERT INTO judgements (id, call, made_at, occasion, verdict, score, reason, cause, book_version, transcript) VALUES (?, ?, ?, 'call', ?, ?, '', '', '1', ?)",
        [(c["id"], c["id"], c["start"], c["verdict"], c["score"], c["id"]) for c in chunk],
    )
    store.write_many(
        "INSERT INTO findings (judgement, call, rule, status, machine_status, score, reason, prompted, evidence, position, counted, day)"
        " VALUES (?, ?, ?, ?, ?, 0.9, '', 0, ?, 0, ?, ?)",
        list(_findings(chunk, dice)),
    )


def _findings(chunk: list[dict[str, Any]], dice: random.Random) -> Iterator[tuple[Any, ...]]:
    """Fifteen a call: one for each rule, and two that do not decide."""
    for c in chunk:
        for n in range(15):
            status = dice.choices(STATUSES, (60, 4, 3, 1, 1, 25, 6))[0]
            yield c["id"], c["id"], RULES[n % len(RULES)], status, status, EVIDENCE, int(n < len(RULES)), c["day"]
