"""Which rule an act of the clerk helps to keep, for people who try a sentence: the rules themselves look at the whole call. Pure."""

from __future__ import annotations

from collections.abc import Mapping

#: Act → rule. Where a rule needs more than one act (a destination and its number), each of them helps.
FULFILS: Mapping[str, str] = {
    "greeting": "greeting", "identity": "identity", "job_number": "job_number", "need_inquiry": "need_inquiry",
    "wait_request": "hold_notice", "wait_again": "hold_notice", "return_apology": "hold_return",
    "referral_number": "referral", "self_transfer": "referral", "ask_contact": "callback", "offer_message": "absent_message",
    "told_wrong_number": "wrong_number", "closing_thanks": "closing", "closing_bye": "closing", "notice_policy": "one_time_notice",
    "notice_materials": "one_time_notice", "notice_path": "one_time_notice", "notice_time": "one_time_notice", "asks_rating": "rating_request",
    "takes_charge": "complaint_registered", "gives_ledger": "complaint_registered", "legal_basis": "legal_basis", "tells_result": "result_told",
}  # fmt: skip
#: Acts after which a rule asks for something.
CALLS_FOR: Mapping[str, str] = {
    "referral": "referral", "callback_promise": "callback", "person_absent": "absent_message", "asks_how": "one_time_notice",
    "misdialled": "wrong_number", "asks_person": "absent_message", "wants_callback": "callback", "complains_service": "complaint_registered",
    "complains_clerk": "complaint_registered",
}  # fmt: skip
