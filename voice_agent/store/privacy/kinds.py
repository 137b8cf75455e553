"""Where the store keeps personal data of a call, kind by kind, and how each place is emptied: figures and verdicts stay.

Whoever adds a column in which people's words stand adds it here; ``tests/store/planted.py`` plants a word in every one.
"""

# ruff: noqa: S608 - statements are put together from this file's own words; values travel as parameters
from __future__ import annotations

import re
from typing import Literal

from voice_agent.store.calls.findings import pack_evidence, unpack_evidence
from voice_agent.store.database import Store
from voice_agent.values import Evidence

Kind = Literal["transcript", "evidence", "comments", "numbers", "sound"]
KINDS: tuple[Kind, ...] = ("transcript", "evidence", "comments", "numbers", "sound")
KIND_NAMES = {
    "transcript": "转写文本",
    "evidence": "判定引用的原话",
    "comments": "备注和申诉等文字",
    "numbers": "来电号码",
    "sound": "声音",
}
GONE = "（已删除）"

_OF_CALL = "call = ?"
_OF_FINDING = "finding IN (SELECT id FROM findings WHERE call = ?)"
_OF_OBJECTION = "objection IN (SELECT id FROM objections WHERE call = ?)"
_OF_ITEM = (
    "id IN (SELECT rectification FROM rectification_findings WHERE finding IN (SELECT id FROM findings WHERE call = ?))"
)
_OF_RATING = "rating IN (SELECT id FROM ratings WHERE call = ?)"
_OF_LIVE = "(system, uniqueid) IN (SELECT system, uniqueid FROM calls WHERE id = ?)"
#: Table, columns, and which rows belong to a call: what people wrote.
_WRITTEN: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("comments", ("text",), _OF_CALL),
    ("reviews", ("reason",), _OF_CALL),
    ("closings", ("reason",), _OF_CALL),
    ("objections", ("text", "answer"), _OF_CALL),
    ("appeals", ("text", "answer"), _OF_OBJECTION),
    ("rectifications", ("what", "proof", "remark"), _OF_ITEM),
    ("coaching", ("text",), _OF_CALL),
    ("complaints", ("text", "answer"), _OF_CALL),
    ("calibration_decisions", ("reason",), _OF_CALL),
    ("calibration_truth", ("reason",), _OF_CALL),
    ("alerts", ("note",), _OF_LIVE),
    ("heard_complaints", ("reason",), _OF_CALL),
    ("follow_ups", ("answer",), _OF_RATING),
    ("ledger_changes", ("before", "after"), _OF_CALL),
)
#: What stands between these is what somebody said; the sentence around it is the judge's.
_QUOTED = re.compile("“[^”]*”|‘[^’]*’|「[^」]*」")


def empty(store: Store, kind: Kind, call: int, *, wholly: bool = False) -> int:
    """Empty what the store keeps of one kind of a call; returns how many places held something. ``wholly``: nothing at all may stay.

    To be called within a transaction. Raises StoreError.
    """
    return _EMPTIERS[kind](store, call, wholly)


def _transcript(store: Store, call: int, _wholly: bool) -> int:
    number = store.write("DELETE FROM transcripts WHERE call = ?", (call,)).rowcount
    store.write("DELETE FROM speech WHERE rowid = ?", (call,))
    store.write("DELETE FROM phrase_todo WHERE call = ?", (call,))
    return number


def _evidence(store: Store, call: int, wholly: bool) -> int:
    # What was quoted while the call went on.
    changed = store.write(
        f"UPDATE alerts SET detail = ?2 WHERE {_OF_LIVE.replace('?', '?1')} AND detail NOT IN ('', ?2)",
        (call, GONE),
    ).rowcount
    changed += store.write(
        "UPDATE heard_complaints SET text = ?2 WHERE call = ?1 AND text NOT IN ('', ?2)", (call, GONE)
    ).rowcount
    # What a person wrote in place of the matter heard may be anything.
    changed += store.write(
        "UPDATE ledger SET matter = ?2 WHERE call = ?1 AND by_person = 1 AND matter NOT IN ('', ?2)", (call, GONE)
    ).rowcount
    changed += store.write(f"DELETE FROM live_calls WHERE {_OF_LIVE}", (call,)).rowcount
    store.write("UPDATE opinions SET quotes = '[]', why = '' WHERE call = ?", (call,))
    for row in store.rows("SELECT id, evidence, reason FROM findings WHERE call = ?", (call,)):
        evidence = pack_evidence([_without_words(one) for one in unpack_evidence(row["evidence"])])
        reason = GONE if wholly and row["reason"] else _QUOTED.sub(GONE, row["reason"])
        if (evidence, reason) != (row["evidence"], row["reason"]):
            store.write("UPDATE findings SET evidence = ?, reason = ? WHERE id = ?", (evidence, reason, row["id"]))
            changed += 1
    for row in store.rows("SELECT id, reason FROM judgements WHERE call = ? AND reason <> ''", (call,)):
        reason = GONE if wholly else _QUOTED.sub(GONE, row["reason"])
        store.write("UPDATE judgements SET reason = ? WHERE id = ?", (reason, row["id"]))
    return changed


def _without_words(one: Evidence) -> Evidence:
    return Evidence(one.channel, one.start, one.end, GONE if one.text else "", one.phrase, one.score)


def _comments(store: Store, call: int, _wholly: bool) -> int:
    changed = 0
    for table, columns, where in _WRITTEN:
        for column in columns:
            changed += store.write(
                f"UPDATE {table} SET {column} = ?2 WHERE {where.replace('?', '?1')} AND {column} NOT IN ('', ?2)",
                (call, GONE),
            ).rowcount
    return changed


def _numbers(store: Store, call: int, _wholly: bool) -> int:
    number = store.write(
        "UPDATE calls SET caller_number = NULL WHERE id = ? AND caller_number IS NOT NULL", (call,)
    ).rowcount
    # The story tells who rang and over which channel, with the number in it.
    return number + store.write("DELETE FROM stories WHERE call = ?", (call,)).rowcount


def _sound(store: Store, call: int, wholly: bool) -> int:
    number = store.write("DELETE FROM peaks WHERE call = ?", (call,)).rowcount
    if wholly:
        number += store.write("DELETE FROM legs WHERE call = ?", (call,)).rowcount
    return number


_EMPTIERS = {
    "transcript": _transcript, "evidence": _evidence, "comments": _comments, "numbers": _numbers, "sound": _sound,
}  # fmt: skip
