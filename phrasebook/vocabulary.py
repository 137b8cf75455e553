"""What the code that judges relies on by name. A site may refine these entries but never remove them."""

from __future__ import annotations

_OPENING = ("opening_turns",)  # within how many of the agent's turns
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

#: The elements that rules look for (docs/architecture.md), with the side that speaks them.
CUE_SIDES: dict[str, str] = {
    "greeting": "agent",
    "identity": "agent",
    "job_number_intro": "agent",
    "need_inquiry": "agent",
    "wait_request": "agent",
    "wait_again": "agent",
    "return_apology": "agent",
    "referral_send": "agent",
    "referral_number_intro": "agent",
    "self_transfer": "agent",
    "callback_promise": "agent",
    "ask_contact": "agent",
    "person_absent": "agent",
    "offer_message": "agent",
    "say_wrong_number": "agent",
    "closing_thanks": "agent",
    "closing_bye": "agent",
    "notice_policy": "agent",
    "notice_materials": "agent",
    "notice_path": "agent",
    "notice_time": "agent",
    "politeness": "agent",
    "polite_refusal": "agent",
    "not_ours": "agent",
    "agent_ends": "agent",
    "correction": "agent",
    "states_need": "caller",
    "asks_how": "caller",
    "asks_unit": "caller",
    "asks_job_number": "caller",
    "wants_person": "caller",
    "misdialled": "caller",
    "needs_callback": "caller",
    "caller_wait": "caller",
    "caller_thanks_bye": "caller",
    "caller_quits": "caller",
    "backchannel": "any",
}

#: Files of entries: file name without ``.toml`` → name of its tables.
ENTRY_FILES: dict[str, str] = {
    "norms": "norm",
    "rules": "rule",
    "cues": "cue",
    "phrases": "phrase",
    "prohibited": "prohibited",
}

#: Files of word lists: file name without ``.toml`` → names of its lists.
WORD_FILES: dict[str, tuple[str, ...]] = {
    "units": ("units", "unit_suffixes", "windows", "window_suffixes"),
    "terms": ("businesses", "materials"),
}

#: The fields of each kind of entry; those in ``LISTS`` may also be written ``add_…`` in a site's book.
FIELDS: dict[str, tuple[str, ...]] = {
    "norm": ("id", "source", "audible", "rules"),
    "rule": ("id", "name", "duty", "severity", "points", "late_points", "limits", "source"),
    "cue": ("id", "name", "side", "patterns", "unless"),
    "phrase": ("id", "text", "source", "telephone", "rules", "cues", "patterns"),
    "prohibited": ("id", "category", "severity", "source", "patterns", "unless", "caught", "allowed"),
}
LISTS = frozenset({"rules", "cues", "patterns", "unless", "caught", "allowed"})
#: Fields that may be left out, with what they then are.
DEFAULTS: dict[str, tuple[str, ...]] = {"unless": (), "allowed": (), "cues": (), "rules": ()}
