"""Every column of text is known to the erasure: as harmless, or as emptied."""

from __future__ import annotations

from voice_agent.store import Store

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
    "followed": "system boot",
    "gaps": "system",
    "jobs": "state worker token cause",
    "judgements": "occasion verdict cause book_version model",
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
    "purged": "kind",
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
    "ratings": "system uniqueid linkedid clerk unit window day keys label source",
    "follow_ups": "due outcome",
    "presence": "system member name clerk unit window state reason",
    "ledger": "heard outcome",
    "ledger_changes": "field",
    "heard_complaints": "act state",
    "opinions": "state model says",
}  # fmt: skip
#: Columns that an erasure empties or looks through for the words.
EMPTIED = {
    "follow_ups": "answer",
    "ledger": "matter",
    "ledger_changes": "before after",
    "heard_complaints": "text reason",
    "opinions": "quotes why",
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
    "gaps": "reason",
    "jobs": "error",
    "judgements": "reason",
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
