"""Rules that a site may switch on (docs/contract.md): one file each, on the same ladder as the thirteen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from voice_agent.acts.conversation import Conversation
from voice_agent.rules.optional.complaint_registered import judge_complaint_registered
from voice_agent.rules.optional.legal_basis import judge_legal_basis
from voice_agent.rules.optional.rating_request import judge_rating_request
from voice_agent.rules.optional.result_told import judge_result_told
from voice_agent.values import Finding

__all__ = ["OPTIONAL_JUDGES"]

OPTIONAL_JUDGES: Mapping[str, Callable[[Conversation], Finding]] = {
    "rating_request": judge_rating_request,
    "complaint_registered": judge_complaint_registered,
    "legal_basis": judge_legal_basis,
    "result_told": judge_result_told,
}
