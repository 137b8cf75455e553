"""What a clerk is reminded of during the own call: what is still due and can still be said. Gentle, and nothing of findings or points. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

#: Rule → (while there is time, afterwards). What has been said never stands here.
TEXTS: Mapping[str, tuple[str, str]] = {
    "greeting": ("还没有听到问候", "可以补一句“您好”"),
    "identity": ("单位还没有报", "方便时可以补一句“这里是……”"),
    "job_number": ("工号未报", "工号还没有报，方便时请补报"),
    "need_inquiry": ("还没有询问需要", "可以问一句“请问您办理什么业务”"),
    "hold_notice": ("查询前请先说“请稍候”", "下次查询前请先说“请稍候”"),
    "hold_return": ("回来请先说“让您久等了”", "可以补一句“让您久等了”"),
    "referral": ("请告知对方该找的部门和电话", "请告知对方该找的部门和电话"),
    "callback": ("请记下对方的联系电话", "请记下对方的联系电话"),
    "absent_message": ("可以主动提出代为留言", "可以主动提出代为留言"),
    "wrong_number": ("请客气地告知对方打错了", "请客气地告知对方打错了"),
    "closing": ("结束时请说“感谢来电，再见”", "结束时请说“感谢来电，再见”"),
    "one_time_notice": ("请一次说清依据、材料和办法", "请一次说清依据、材料和办法"),
    "prohibited": ("慢一点，语气缓一缓", "慢一点，语气缓一缓"),
}
_OPENING = frozenset({"greeting", "identity", "job_number", "need_inquiry"})
#: From so many seconds of silence on it may help to be reminded of the words for coming back.
QUIET_SECONDS = 8.0


def prompt_of(state: Mapping[str, Any], rules: Collection[str], seconds: float) -> dict[str, Any]:
    """What the clerk's page shows of a call's state: times in unix seconds, items in the order of the rules.

    ``rules``: of which the site wants to remind; ``seconds``: how long after the clerk's first word. After a transfer the opening was
    the first clerk's.
    """
    duties = [one for one in state.get("duties", ()) if one["rule"] in rules]
    if state.get("handed"):
        duties = [one for one in duties if one["rule"] not in _OPENING]
    items = [item for one in duties if (item := _item(one, seconds))]
    return {
        "since": state.get("since"),
        "listening": state.get("listening"),
        "why": state.get("why", ""),
        "last": state.get("last", ""),
        "quiet": state.get("quiet") if "hold_return" in rules else None,
        "hold": state.get("hold"),
        "items": items,
        "done": [one["name"] for one in duties if one["state"] == "kept" or one["status"] == "late"],
    }


def _item(duty: Mapping[str, Any], seconds: float) -> dict[str, Any] | None:
    while_due, afterwards = TEXTS[duty["rule"]]
    if duty["state"] == "due":
        if duty["rule"] in _OPENING and duty["since"] is None:
            return None  # the clerk has not said a word yet
        begin = None if duty["since"] is None else duty["since"] + seconds
        return {"rule": duty["rule"], "text": while_due, "from": begin, "until": duty["until"], "late": False}
    said = duty["status"] == "late"
    if duty["state"] in ("overdue", "found") and not said:
        text = (
            "报的工号与登记的不一致，请再报一次"
            if duty["status"] == "mismatch" and duty["rule"] == "job_number"
            else afterwards
        )
        return {"rule": duty["rule"], "text": text, "from": None, "until": None, "late": True}
    return None
