"""What the code that judges relies on by name. A site may refine these entries but never remove them."""

from __future__ import annotations

_OPENING = (
    "opening_turns",
    "opening_seconds",
)  # within how many of the agent's turns, and how long after their first word
_SILENCE = ("silence_seconds",)  # from how many seconds on a silence is a look-up
#: The rules in the order of judgements (rules.md), each with the limits of its own.
RULE_LIMITS: dict[str, tuple[str, ...]] = {
    "greeting": _OPENING,
    "identity": _OPENING,
    "job_number": _OPENING,
    "need_inquiry": (),
    "hold_notice": (*_SILENCE, "repeat_seconds"),
    "hold_return": _SILENCE,
    "referral": (),
    "callback": (),
    "absent_message": (),
    "wrong_number": (),
    "closing": (),
    "one_time_notice": (),
    "prohibited": (),
}
#: Rules that a site may switch on (``enabled = true``), with the limits of their own; judged after the thirteen.
OPTIONAL_LIMITS: dict[str, tuple[str, ...]] = {
    "rating_request": (),
    "complaint_registered": (),
    "legal_basis": (),
    "result_told": (),
}

#: The acts that rules ask for (docs/architecture.md), with the side that does them; some are only learned, and the book may add phrases.
#: Prohibited acts are data: any name will do.
ACT_SIDES: dict[str, str] = {
    "greeting": "agent",
    "identity": "agent",
    "job_number": "agent",
    "need_inquiry": "agent",
    "wait_request": "agent",
    "wait_again": "agent",
    "return_apology": "agent",
    "referral": "agent",
    "referral_number": "agent",
    "self_transfer": "agent",
    "callback_promise": "agent",
    "ask_contact": "agent",
    "person_absent": "agent",
    "offer_message": "agent",
    "told_wrong_number": "agent",
    "closing_thanks": "agent",
    "closing_bye": "agent",
    "notice_policy": "agent",
    "notice_materials": "agent",
    "notice_path": "agent",
    "notice_time": "agent",
    "courtesy": "agent",
    "polite_refusal": "agent",
    "not_ours": "agent",
    "hang_up": "agent",
    "apology": "agent",
    "asks_details": "agent",
    "further_need": "agent",
    "blunt_wrong_number": "agent",
    "declines_contact": "agent",
    "asks_rating": "agent",
    "takes_charge": "agent",
    "gives_ledger": "agent",
    "legal_basis": "agent",
    "tells_result": "agent",
    "states_need": "caller",
    "asks_how": "caller",
    "asks_unit": "caller",
    "asks_job_number": "caller",
    "asks_person": "caller",
    "misdialled": "caller",
    "wants_callback": "caller",
    "caller_wait": "caller",
    "thanks": "caller",
    "bye": "caller",
    "asks_part": "caller",
    "gives_contact": "caller",
    "checks_line": "caller",
    "complains_service": "caller",
    "complains_clerk": "caller",
    "threatens_complaint": "caller",
    "asks_status": "caller",
    "backchannel": "any",
}

#: Files of entries: file name without ``.toml`` → name of its tables.
ENTRY_FILES: dict[str, str] = {
    "norms": "norm",
    "rules": "rule",
    "fragments": "fragment",
    "acts": "act",
    "phrases": "phrase",
    "matters": "matter",
}

#: Files of word lists: file name without ``.toml`` → names of its lists.
WORD_FILES: dict[str, tuple[str, ...]] = {
    "units": ("units", "unit_suffixes", "windows", "window_suffixes"),
}

_EXAMPLED = ("patterns", "unless", "examples", "counterexamples")
#: The fields of each kind of entry; those in ``LISTS`` may also be written ``add_…`` in a site's book.
FIELDS: dict[str, tuple[str, ...]] = {
    "norm": ("id", "source", "audible", "acts", "rules"),
    "rule": ("id", "name", "duty", "severity", "points", "late_points", "limits", "source", "enabled"),
    "fragment": ("id", "name", "patterns"),
    "act": ("id", "act", "side", "name", "category", "severity", "source", *_EXAMPLED),
    "phrase": ("id", "text", "source", "telephone", "rules", "acts", "patterns"),
    "matter": ("id", "name", "terms"),
}
LISTS = frozenset({"terms", "rules", "acts", "patterns", "unless", "examples", "counterexamples"})
#: Fields that may be left out, with what they then are.
DEFAULTS: dict[str, tuple[str, ...]] = dict.fromkeys(LISTS - {"patterns", "terms"}, ())
