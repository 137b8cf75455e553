"""A call with a word in every place where people's words stand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.store import makers
from tests.store.makers import MORNING
from voice_agent.store import Store
from voice_agent.store.calls import calls, judgements, peaks, transcripts
from voice_agent.store.people import audit
from voice_agent.store.reviews import comments
from voice_agent.values import Evidence, Finding

NUMBER, NAME = "13987654321", "马桂花"
#: One word for every place in which words of people stand; none of them is a word that the program uses itself.
WORDS = {
    "said": "葫芦巷", "quoted": "糖葫芦", "told": "拨浪鼓", "verdict": "鹦鹉螺", "comments.text": "鸢尾花", "reviews.reason": "蒲公英", "closings.reason": "猕猴桃",
    "objections.text": "榴莲酥", "objections.answer": "薄荷糖", "appeals.text": "萤火虫", "appeals.answer": "啄木鸟", "rectifications.what": "鸵鸟蛋",
    "rectifications.proof": "珊瑚礁", "rectifications.remark": "孔雀石", "coaching.text": "龙舌兰", "complaints.text": "仙人掌", "complaints.answer": "蜂鸟羽",
    "alerts.detail": "钟乳石", "alerts.note": "凤尾竹", "live_calls.state": "芦苇荡",
    "heard_complaints.text": "羊肚菌", "heard_complaints.reason": "竹节虫", "follow_ups.answer": "雪绒花", "ledger.matter": "金丝楠", "ledger_changes.before": "夜光杯",
    "ledger_changes.after": "景泰蓝", "opinions.quotes": "胭脂扣", "opinions.why": "青花瓷",
    "calibration_decisions.reason": "琥珀珠", "calibration_truth.reason": "翡翠湖",
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
        ("INSERT INTO opinions (call, finding, control, state, made_at, quotes, why) VALUES (?, ?, 0, 'answered', 1, ?, ?)", (call, finding, w["opinions.quotes"], w["opinions.why"])),
        ("INSERT INTO views (user, page, name, query, made_at) VALUES (?, 'calls', ?, ?, 1)", (user, f"{NAME}{call}", f"?text={NAME}")),
    )  # fmt: skip
    for sql, values in rows:
        store.write(sql, values)
    audit.log_act(store, "export", "/calls.csv", detail=f"text={NAME}")
    store.write("UPDATE jobs SET error = ? WHERE call = ?", (f"/rec/{NUMBER}.wav", call))
