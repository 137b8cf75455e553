"""Erasing one person: found by number or name, emptied everywhere, the file made anew, and looked through afterwards.

What stays are figures: that a call took place, how long it was, how it was judged.
"""

# ruff: noqa: S608 - statements are put together from this file's own words; values travel as parameters
from __future__ import annotations

import json
import re
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voice_agent.errors import NotInStore, StoreError
from voice_agent.store.calls.erased_names import erased_name
from voice_agent.store.calls.words import match_expression
from voice_agent.store.database import Store
from voice_agent.store.people.audit import log_act
from voice_agent.store.privacy.kinds import GONE, KINDS, empty

#: Asterisk's own identifiers say nothing of anybody; other names of calls are file names, with the caller's number in them.
_IDENTIFIER = re.compile(r"^(?:[A-Za-z0-9_.-]*-)?\d{9,11}\.\d+$")
#: Fewer characters name nobody.
SHORTEST = 2
_FIGURES = str.maketrans("0123456789", "零一二三四五六七八九")
#: Tables whose texts belong to no single call but may repeat what was sought: table, column.
_ELSEWHERE = (
    ("audit", "detail"), ("audit", "object"), ("views", "query"), ("views", "name"), ("draws", "filter"), ("draws", "purpose"),
    ("complaints", "text"), ("complaints", "answer"), ("jobs", "error"), ("rectifications", "what"), ("drafts", "note"), ("releases", "reason"), ("alert_deliveries", "error"), ("gaps", "reason"),
)  # fmt: skip


@dataclass(frozen=True)
class Erasure:
    """What an erasure did: ``counts`` places emptied of each kind, ``left`` places in which a sought word still stood afterwards."""

    id: int
    at: float
    username: str
    reason: str
    calls: int
    counts: dict[str, int]
    files_deleted: int
    files_kept: int
    left: int | None


def find_person(store: Store, text: str, *, limit: int = 1000) -> list[int]:
    """Calls of whoever has this number or name: rung from it, said in it, or written about it. Raises StoreError."""
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        raise StoreError(f"请至少输入 {SHORTEST} 个字符的号码或姓名")
    found: set[int] = set()
    digits = re.sub(r"[\s\-]", "", wanted)
    if digits.isascii() and digits.isdigit():
        if len(digits) < 7:
            raise StoreError("号码至少要有 7 位，否则会找到别人的通话")
        spoken = digits.translate(_FIGURES)
        forms = [digits, spoken, spoken.replace("一", "幺"), spoken.replace("零", "洞").replace("一", "幺")]
        found |= _column(store, "SELECT id FROM calls WHERE caller_number LIKE ?", f"%{digits}%")
        found |= _column(store, "SELECT id FROM calls WHERE call_id LIKE ?", f"%{digits}%")
    else:
        forms = [wanted]
    for form in dict.fromkeys(forms):
        found |= _column(store, "SELECT rowid AS id FROM speech WHERE speech MATCH ?", match_expression(form))
        for table in ("comments", "objections", "coaching", "complaints"):
            found |= _column(
                store, f"SELECT call AS id FROM {table} WHERE call IS NOT NULL AND text LIKE ?", f"%{form}%"
            )
    return sorted(found)[:limit]


def _column(store: Store, sql: str, value: str) -> set[int]:
    return {row["id"] for row in store.rows(sql, (value,))}


def erase(
    store: Store,
    calls: Sequence[int],
    words: Sequence[str],
    *,
    reason: str,
    user: int | None = None,
    username: str = "",
    files_deleted: int = 0,
    files_kept: int = 0,
    now: float | None = None,
) -> int:
    """Empty everything personal of these calls and ``words`` wherever else they stand; returns the erasure's number.

    All or nothing; what was deleted is overwritten. ``compact`` must follow. Raises StoreError.
    """
    if not reason.strip():
        raise StoreError("请写明删除的依据")
    moment = time.time() if now is None else now
    words = [*dict.fromkeys([*words, *_numbers_of(store, calls)])]
    store.write("PRAGMA secure_delete = ON")
    with store.transaction():
        counts: dict[str, int] = {kind: sum(empty(store, kind, call, wholly=True) for call in calls) for kind in KINDS}
        for call in calls:
            _forget_names(store, call)
            store.write_many("INSERT OR REPLACE INTO purged VALUES (?, ?, ?)", [(call, kind, moment) for kind in KINDS])
        counts["elsewhere"] = _redact(store, words)
        store.write("INSERT INTO speech (speech) VALUES ('optimize')")
        number = store.write(
            "INSERT INTO erasures (at, user, username, reason, calls, counts, files_deleted, files_kept) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (moment, user, username, reason.strip()[:200], len(calls), json.dumps(counts), files_deleted, files_kept),
        ).lastrowid
        log_act(
            store, "erase", f"erasure {number}", user=user, username=username, detail=f"{len(calls)} 通", now=moment
        )
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


def _numbers_of(store: Store, calls: Sequence[int]) -> list[str]:
    rows = (store.value("SELECT caller_number FROM calls WHERE id = ?", (call,)) for call in calls)
    return [number for number in rows if number and len(number) >= 7]


def _forget_names(store: Store, call: int) -> None:
    row = store.row("SELECT call_id, uniqueid, linkedid FROM calls WHERE id = ?", (call,))
    if row is None:
        return
    names = {
        key: row[key] if _IDENTIFIER.match(row[key]) else erased_name(row[key]) for key in ("uniqueid", "linkedid")
    }
    call_id = row["call_id"] if _IDENTIFIER.match(row["call_id"].rpartition(":")[2]) else names["uniqueid"]
    store.write(
        "UPDATE calls SET recording = NULL, recordings = '[]', call_id = ?, uniqueid = ?, linkedid = ? WHERE id = ?",
        (call_id, names["uniqueid"], names["linkedid"], call),
    )
    if call_id != row["call_id"]:
        _rename_in_reports(store, row["call_id"], call_id)
    # Whoever hears it just now loses the lease, and what was heard is dropped.
    store.write("UPDATE jobs SET state = 'done', token = NULL, worker = NULL, error = '' WHERE call = ?", (call,))


def _rename_in_reports(store: Store, old: str, new: str) -> None:
    """Reports of back-tests name the calls whose judgement changed."""
    before, after = (json.dumps(name, ensure_ascii=False) for name in (old, new))
    for row in store.rows("SELECT id, report FROM backtests"):
        text = zlib.decompress(row["report"]).decode()
        if before in text:
            store.write(
                "UPDATE backtests SET report = ? WHERE id = ?",
                (zlib.compress(text.replace(before, after).encode()), row["id"]),
            )


def _redact(store: Store, words: Sequence[str]) -> int:
    """Replace the words where they stand in texts of no single call. The log is opened for that alone, and says so in an entry."""
    trigger = store.value("SELECT sql FROM sqlite_master WHERE name = 'audit_fixed'")
    store.write("DROP TRIGGER audit_fixed")
    changed = 0
    for word in words:
        for table, column in _ELSEWHERE:
            for form in dict.fromkeys([word, json.dumps(word)[1:-1]]):
                changed += store.write(
                    f"UPDATE {table} SET {column} = replace({column}, ?1, ?2) WHERE instr({column}, ?1)",
                    (form, GONE),
                ).rowcount
    store.write(str(trigger))
    return changed


def compact(store: Store, *, patience: float = 60.0) -> None:
    """Make the file anew without what was deleted, and empty the write-ahead log; others may have to finish first.

    Raises StoreError when somebody kept it busy for ``patience`` seconds.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            store.write("VACUUM")
            busy = store.row("PRAGMA wal_checkpoint(TRUNCATE)")
            if busy is not None and busy[0] == 0:
                return
        except StoreError:
            if time.monotonic() > deadline:
                raise
        if time.monotonic() > deadline:
            raise StoreError("内容已删除，但数据库一直被占用，文件还没有整理；请稍后运行 voice-agent erase --compact")
        time.sleep(0.2)


def places_left(store: Store, words: Sequence[str], folders: Sequence[Path] = ()) -> list[str]:
    """Files in whose bytes (or names) a word still stands, in any of the forms in which it could have been written."""
    files = [path for name in ("", "-wal", "-shm", "-journal") if (path := Path(f"{store.path}{name}")).exists()]
    files += [path for folder in folders if folder.is_dir() for path in folder.rglob("*") if path.is_file()]
    forms = {
        form for word in words for form in (word.encode(), json.dumps(word)[1:-1].encode(), word.encode("utf-16-le"))
    }
    return [str(path) for path in files if any(word in str(path.name) for word in words) or _holds(path, forms)]


def _holds(path: Path, forms: set[bytes]) -> bool:
    longest = max((len(form) for form in forms), default=0)
    with path.open("rb") as file:
        before = b""
        while piece := file.read(1 << 22):
            if any(form in before + piece for form in forms):
                return True
            before = piece[-longest:]
    return False


def finish(store: Store, number: int, left: int) -> Erasure:
    """Write down what the look afterwards found, and give the certificate's facts. Raises StoreError."""
    store.write("UPDATE erasures SET left = ? WHERE id = ?", (left, number))
    return get_erasure(store, number)


def get_erasure(store: Store, number: int) -> Erasure:
    """One erasure. Raises StoreError when there is none."""
    found = [one for one in list_erasures(store) if one.id == number]
    if not found:
        raise NotInStore(f"没有编号为 {number} 的删除记录")
    return found[0]


def list_erasures(store: Store) -> list[Erasure]:
    """All erasures, the latest first. Raises StoreError."""
    columns = "id, at, username, reason, calls, counts, files_deleted, files_kept, left"
    rows = store.rows(f"SELECT {columns} FROM erasures ORDER BY id DESC")
    return [Erasure(**{**dict(row), "counts": json.loads(row["counts"])}) for row in rows]
