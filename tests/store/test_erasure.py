"""Erasing a person, and what is past its time: no word stays in the file, its log or the folders; figures stay."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store import makers
from tests.store.makers import DAY, MORNING
from voice_agent.errors import StoreError
from voice_agent.store import CallFilter, Store, retention
from voice_agent.store.calls import calls, judgements, peaks, transcripts
from voice_agent.store.calls.search import search
from voice_agent.store.people import audit, users
from voice_agent.store.privacy.erasure import compact, erase, find_person, finish, places_left
from voice_agent.store.privacy.kinds import KINDS
from voice_agent.store.privacy.terms import Terms, list_due, purge
from voice_agent.store.reviews import comments, draws
from voice_agent.store.statistics.statistics import call_lines, rule_lines
from voice_agent.values import Evidence, Finding

NUMBER, NAME = "13987654321", "马桂花"
#: One word for every place in which words of people stand; none of them is a word that the program uses itself.
WORDS = {
    "said": "葫芦巷", "quoted": "糖葫芦", "told": "拨浪鼓", "verdict": "鹦鹉螺", "comments.text": "鸢尾花", "reviews.reason": "蒲公英", "closings.reason": "猕猴桃",
    "objections.text": "榴莲酥", "objections.answer": "薄荷糖", "appeals.text": "萤火虫", "appeals.answer": "啄木鸟", "rectifications.what": "鸵鸟蛋",
    "rectifications.proof": "珊瑚礁", "rectifications.remark": "孔雀石", "coaching.text": "龙舌兰", "complaints.text": "仙人掌", "complaints.answer": "蜂鸟羽",
    "alerts.detail": "钟乳石", "alerts.note": "凤尾竹", "live_calls.state": "芦苇荡",
    "heard_complaints.text": "羊肚菌", "heard_complaints.reason": "竹节虫", "follow_ups.answer": "雪绒花", "ledger.matter": "金丝楠", "ledger_changes.before": "夜光杯",
    "ledger_changes.after": "景泰蓝", "calibration_decisions.reason": "琥珀珠", "calibration_truth.reason": "翡翠湖",
}  # fmt: skip


def planted(store: Store, uniqueid: str = "1795311000.1", *, start: float = MORNING) -> int:
    """A call with a word in every place where one can stand."""
    ended = replace(makers.ended(uniqueid, start=start), caller_number=NUMBER)
    call = calls.record_call(store, ended).id
    said = makers.transcript(("caller", f"我叫{NAME}住在{WORDS['said']}"), ("agent", f"好的{WORDS['quoted']}您好"))
    number = transcripts.save_transcript(store, call, said)
    judgement = makers.judgement({"greeting": "missing"})
    quoted = Finding(
        "prohibited",
        "violated",
        0.9,
        (Evidence("agent", 2, 3.8, f"好的{WORDS['quoted']}您好", "x", 0.9),),
        f"说了“{WORDS['told']}”，不妥",
    )
    judgement = replace(judgement, findings=(*judgement.findings, quoted), reason=f"因为“{WORDS['verdict']}”")
    judgements.save_judgement(store, call, judgement, book=makers.book(), transcript=number)
    transcripts.save_legs(store, call, [transcripts.Leg("caller", Path(f"/rec/{NUMBER}.wav"))])
    peaks.save_peaks(store, call, peaks.Peaks(20.0, 1.0, (b"\1" * 20,)))
    finding = store.value("SELECT id FROM findings WHERE call = ? AND rule = 'greeting'", (call,))
    _written(store, call, finding, store.value("SELECT min(id) FROM users"))
    return call


def _written(store: Store, call: int, finding: int, user: int) -> None:
    w = WORDS
    comments.add_comment(store, call, user, w["comments.text"])
    rows: tuple[tuple[str, tuple[object, ...]], ...] = (
        ("INSERT INTO reviews (call, finding, reviewer, at, decision, status_before, status, reason) VALUES (?, ?, ?, 1, 'confirm', 'missing', 'missing', ?)", (call, finding, user, w["reviews.reason"])),
        ("INSERT INTO closings (call, user, at, kind, open, reason) VALUES (?, ?, 1, 'finish', 1, ?)", (call, user, w["closings.reason"])),
        ("INSERT INTO objections (id, call, finding, user, text, filed_at, deadline, state, answer) VALUES (?1, ?1, ?2, ?3, ?4, 1, 2, 'rejected', ?5)", (call, finding, user, w["objections.text"], w["objections.answer"])),
        ("INSERT INTO appeals (objection, text, filed_at, deadline, state, answer) VALUES (?, ?, 1, 2, 'rejected', ?)", (call, w["appeals.text"], w["appeals.answer"])),
        ("INSERT INTO rectifications (id, rule, clerk, unit, what, due, state, proof, made_by, made_at, remark) VALUES (?, 'greeting', '1086', '', ?, '2099-01-01', 'open', ?, ?, 1, ?)", (call, w["rectifications.what"], w["rectifications.proof"], user, w["rectifications.remark"])),
        ("INSERT INTO rectification_findings VALUES (?, ?)", (call, finding)),
        ("INSERT INTO coaching (clerk, call, text, made_by, made_at) VALUES ('1086', ?, ?, ?, 1)", (call, w["coaching.text"], user)),
        ("INSERT INTO complaints (received, source, unit, window, clerk, call, text, due, made_by, made_at, answer) VALUES ('2026-11-01', '网络', '', '', '', ?, ?, '2099-01-01', ?, 1, ?)", (call, w["complaints.text"], user, w["complaints.answer"])),
        ("INSERT INTO draws (id, seed, per, number, filter, population, made_by, made_at) VALUES (?, '1', 'all', 1, ?, 1, ?, 1)", (call, json.dumps({"text": NAME}), user)),
        ("INSERT INTO calibration_people VALUES (?, ?)", (call, user)),
        ("INSERT INTO calibration_decisions VALUES (?1, ?1, ?2, 'greeting', 'met', ?3, 1)", (call, user, w["calibration_decisions.reason"])),
        ("INSERT INTO calibration_truth VALUES (?1, ?1, 'greeting', 'met', ?2, ?3, 1)", (call, w["calibration_truth.reason"], user)),
        ("INSERT INTO alerts (at, rule, system, uniqueid, unit, clerk, what, detail, note) SELECT 1, 'x', system, uniqueid, '', '', 'x', ?, ? FROM calls WHERE id = ?", (w["alerts.detail"], w["alerts.note"], call)),
        ("INSERT INTO live_calls (system, uniqueid, version, unit, clerk, started, state) SELECT system, uniqueid, 1, '', '', 1, ? FROM calls WHERE id = ?", (w["live_calls.state"], call)),
        ("INSERT INTO heard_complaints (call, act, probability, began, ended, text, heard_at, reason) VALUES (?, 'complains_clerk', 0.8, 1, 2, ?, 1, ?)", (call, w["heard_complaints.text"], w["heard_complaints.reason"])),
        ("INSERT INTO ratings (id, system, uniqueid, linkedid, call, keys, grade, label, low, days, at, source) VALUES (?1, 'x', ?1, ?1, ?1, '5', 5, 'x', 1, 5, 1, 'cdr')", (call,)),
        ("INSERT INTO follow_ups (rating, due, opened_at, answer) VALUES (?, '2099-01-01', 1, ?)", (call, w["follow_ups.answer"])),
        ("INSERT INTO ledger (call, matter, by_person) VALUES (?, ?, 1)", (call, w["ledger.matter"])),
        ("INSERT INTO ledger_changes (call, field, before, after, user, at) VALUES (?, 'matter', ?, ?, ?, 1)", (call, w["ledger_changes.before"], w["ledger_changes.after"], user)),
        ("INSERT INTO views (user, page, name, query, made_at) VALUES (?, 'calls', ?, ?, 1)", (user, f"{NAME}{call}", f"?text={NAME}")),
    )  # fmt: skip
    for sql, values in rows:
        store.write(sql, values)
    audit.log_act(store, "export", "/calls.csv", detail=f"text={NAME}")
    store.write("UPDATE jobs SET error = ? WHERE call = ?", (f"/rec/{NUMBER}.wav", call))


@pytest.fixture
def person(store: Store) -> int:
    """A store with somebody who decides."""
    return users.add_user(store, "li", name="李", role="reviewer", password_hash="x")


def _all_texts() -> list[str]:
    return [*WORDS.values(), NUMBER, NAME]


@pytest.mark.usefixtures("person")
def test_every_place_of_words_is_known(store: Store) -> None:
    """Each planted word is in the file before, so that finding none afterwards says something."""
    planted(store)
    store.write("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = store.path.read_bytes()
    missing = [word for word in _all_texts() if word.encode() not in raw and json.dumps(word)[1:-1].encode() not in raw]
    # Transcripts are compressed; the full text holds what was said in the clear.
    assert set(missing) <= {WORDS["said"], WORDS["quoted"]}
    assert search(store, WORDS["said"]).total == 1


def test_nothing_of_an_erased_person_is_left(store: Store, person: int, tmp_path: Path) -> None:
    """Found by number and by name; after the erasure no planted word stands in the file, its log or the folders; figures are as before."""
    call, other = planted(store), planted(store, "1795311000.2")
    stranger = planted(store, "1795311000.3")
    store.write("UPDATE calls SET caller_number = '13700000000' WHERE id = ?", (stranger,))
    before = [str(call_lines(store)), str(rule_lines(store))]
    assert call in find_person(store, "139-8765-4321")
    assert {call, other} <= set(find_person(store, NAME))
    number = erase(store, find_person(store, NAME), [NAME, NUMBER], reason="本人申请", user=person, username="li")
    compact(store)
    folder = tmp_path / "sound"
    folder.mkdir()
    assert places_left(store, _all_texts(), [folder]) == []
    raw = b"".join(path.read_bytes() for path in store.path.parent.glob(f"{store.path.name}*"))
    assert [word for word in _all_texts() if word.encode() in raw or json.dumps(word)[1:-1].encode() in raw] == []
    assert [str(call_lines(store)), str(rule_lines(store))] == before
    assert search(store, NAME).total == 0
    assert all(
        one.text in ("", "（已删除）")
        for found in judgements.current_findings(store, call)
        for one in found.finding.evidence
    )
    done = finish(store, number, 0)
    assert (done.calls, done.left, done.reason) == (3, 0, "本人申请")
    assert done.counts["transcript"] == 3
    with pytest.raises(Exception, match="append-only"):
        store.write("UPDATE audit SET detail = 'x'")


@pytest.mark.usefixtures("person")
def test_others_keep_what_is_theirs(store: Store) -> None:
    """Another person's call, with the same words but another number and name, is untouched."""
    mine = planted(store)
    ended = replace(makers.ended("1795311000.9"), caller_number="13500000000")
    theirs = calls.record_call(store, ended).id
    transcripts.save_transcript(store, theirs, makers.transcript(("caller", "我叫赵国庆")))
    erase(store, [mine], [NUMBER, NAME], reason="本人申请")
    assert calls.get_call(store, theirs).caller_number == "13500000000"
    assert search(store, "赵国庆").total == 1
    assert find_person(store, NUMBER) == []


def test_an_erased_call_does_not_come_back(store: Store) -> None:
    """A call named by its file is renamed, and telling of it again changes nothing; its job is over."""
    name = f"20261122-093000_1086_{NUMBER}"
    call = calls.record_call(store, replace(makers.ended(name), caller_number=NUMBER)).id
    erase(store, [call], [NUMBER], reason="本人申请")
    assert not calls.record_call(store, replace(makers.ended(name), caller_number=NUMBER)).new
    assert NUMBER not in calls.get_call(store, call).call_id
    assert store.value("SELECT state FROM jobs WHERE call = ?", (call,)) == "done"


@pytest.mark.parametrize("text", ["", "马", "139", "123456"])
def test_too_little_to_go_by_is_refused(text: str, store: Store) -> None:
    """One character or a few digits would find other people's calls."""
    with pytest.raises(StoreError):
        find_person(store, text)


@pytest.mark.usefixtures("person")
def test_no_erasure_without_a_reason(store: Store) -> None:
    """Nothing is touched."""
    call = planted(store)
    with pytest.raises(StoreError, match="依据"):
        erase(store, [call], [NAME], reason=" ")
    assert find_person(store, NAME) == [call]


@pytest.mark.usefixtures("person")
def test_each_kind_has_its_term_and_units_their_own(store: Store) -> None:
    """Past its time a kind is emptied, once; kinds without a term and units with a longer one keep theirs."""
    old, new = planted(store, "1795311000.1"), planted(store, "1795311000.2", start=MORNING + 20 * DAY)
    store.write("UPDATE calls SET unit = '乙局' WHERE id = ?", (new,))
    now = MORNING + 40 * DAY
    terms = Terms({"transcript": 30, "evidence": 0, "numbers": 10}, {"乙局": {"transcript": 5, "numbers": 365}})
    assert list_due(store, terms, "transcript", now=now) == [new, old]
    assert list_due(store, terms, "numbers", now=now) == [old]
    assert list_due(store, terms, "evidence", now=now) == []
    assert purge(store, "numbers", [old], now=now) == 1
    assert list_due(store, terms, "numbers", now=now) == []
    assert [calls.get_call(store, one).caller_number for one in (old, new)] == [None, NUMBER]
    assert transcripts.load_transcript(store, old) is not None


@pytest.mark.usefixtures("person")
def test_each_kind_is_emptied_apart(store: Store) -> None:
    """Emptying one kind leaves the words of the others; all of them together leave none but the caller's in names of files."""
    call = planted(store)
    for kind in KINDS:
        purge(store, kind, [call])
    compact(store)
    raw = b"".join(path.read_bytes() for path in store.path.parent.glob(f"{store.path.name}*"))
    assert [word for word in WORDS.values() if word.encode() in raw or json.dumps(word)[1:-1].encode() in raw] == []
    assert "说了（已删除），不妥" in {one.finding.reason for one in judgements.current_findings(store, call)}


def test_the_purge_by_hand_leaves_no_words(store: Store, person: int) -> None:
    """What an administrator confirms removes the words that findings quote and that people wrote, too."""
    call = planted(store)
    retention.remove_expired(store, [call])
    compact(store)
    raw = b"".join(path.read_bytes() for path in store.path.parent.glob(f"{store.path.name}*"))
    assert [word for word in WORDS.values() if word.encode() in raw or json.dumps(word)[1:-1].encode() in raw] == []
    assert draws.list_draws(store, viewer=users.get_user(store, person)) is not None
    assert calls.list_calls(store, CallFilter()).total == 1


#: Columns of text that hold no words of people about a call: names, keys, digests, figures, what the site itself set up, and the
#: remark on a signed score card, which nothing may change.
HARMLESS = {
    "alert_deliveries": "way state",
    "alerts": "rule system uniqueid unit clerk what",
    "appeals": "state",
    "attempts": "bucket address",
    "audit": "username action address",
    "backtests": "digest against",
    "books": "version effective digest points content",
    "calibration_decisions": "rule status",
    "calibration_truth": "rule status",
    "call_clerks": "clerk unit window job_number member_name interface channel uniqueid",
    "call_tally": "cube span unit window clerk",
    "calls": "system queue hung_up_by holds gaps clerk unit window day coverage cause verdict states direction queues timeline",
    "cards": "kind subject unit span content remark",
    "charges": "kind name",
    "clerks": "job_number name unit window member",
    "closings": "kind",
    "coaching": "clerk",
    "complaints": "received source unit window clerk due outcome",
    "devices": "digest",
    "drafts": "version effective digest files",
    "draw_calls": "stratum",
    "draw_strata": "name",
    "draws": "seed per stratum deadline",
    "erasures": "username reason counts",
    "escalation": "measure",
    "findings": "rule status machine_status day",
    "follow_ups": "due outcome",
    "followed": "system boot",
    "gaps": "system",
    "heard_complaints": "act state",
    "jobs": "state worker token cause",
    "judgements": "occasion verdict cause book_version model",
    "ledger": "heard outcome",
    "ledger_changes": "field",
    "legs": "channel",
    "live_calls": "system uniqueid unit clerk",
    "live_status": "told",
    "nodes": "code name level parent path",
    "objections": "state",
    "phrase_book": "digest",
    "phrase_reads": "book",
    "phrase_tally": "cube span phrase clerk unit",
    "phrase_uses": "phrase",
    "postings": "job_number name unit window member since until",
    "presence": "system member name clerk unit window state reason",
    "purged": "kind",
    "ratings": "system uniqueid linkedid clerk unit window day keys label source",
    "recovery_codes": "digest",
    "rectifications": "rule clerk unit due state",
    "releases": "unit effective",
    "reports_made": "kind place span first file",
    "reviews": "decision status_before status",
    "rule_tally": "cube span unit window clerk rule",
    "schemes": "content note",
    "sessions": "digest csrf address browser",
    "site_models": "base digest layer worth report calls",
    "transcripts": "recogniser",
    "unit_queues": "queue unit",
    "units": "name node",
    "users": "username name role job_number unit password_hash node totp totp_pending",
    "views": "page",
}  # fmt: skip
#: Columns that an erasure empties or looks through for the words.
EMPTIED = {
    "alert_deliveries": "error",
    "alerts": "detail note",
    "appeals": "text answer",
    "audit": "detail object",
    "backtests": "report",
    "calibration_decisions": "reason",
    "calibration_truth": "reason",
    "calls": "call_id uniqueid linkedid caller_number recording recordings",
    "closings": "reason",
    "coaching": "text",
    "comments": "text",
    "complaints": "text answer",
    "drafts": "note",
    "draws": "filter purpose",
    "findings": "reason evidence",
    "follow_ups": "answer",
    "gaps": "reason",
    "heard_complaints": "text reason",
    "jobs": "error",
    "judgements": "reason",
    "ledger": "matter",
    "ledger_changes": "before after",
    "legs": "path quality parts",
    "live_calls": "state",
    "objections": "text answer",
    "peaks": "data",
    "rectifications": "what proof remark",
    "releases": "reason",
    "reviews": "reason",
    "stories": "steps",
    "transcripts": "agent segments",
    "views": "name query",
}  # fmt: skip


def test_every_column_of_text_is_known(store: Store) -> None:
    """A new column fails here until somebody has said whether people's words stand in it, and who empties it."""
    tables = [row["name"] for row in store.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {
        f"{table}.{column['name']}"
        for table in tables
        if not table.startswith(("sqlite_", "speech", "_sqlite"))
        for column in store.rows(f"PRAGMA table_info({table})")
        if column["type"] in ("TEXT", "BLOB")
    }
    known = {
        f"{table}.{column}"
        for one in (HARMLESS, EMPTIED)
        for table, columns in one.items()
        for column in columns.split()
    }
    assert found == known
