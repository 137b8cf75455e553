"""Names that a site's book may still use from before cues and prohibited speech became acts: what to write instead."""

from __future__ import annotations

_HOW = "写法见 docs/howto/add-an-act-or-category.md"
_DROPPED = "已取消：没有任何规则用到"
#: File name without ``.toml`` → what to do about it.
RENAMED_FILES: dict[str, str] = {
    "cues": f"要素文件已改名：请把文件改名为 acts.toml，[[cue]] 改为 [[act]]，add_patterns 等照旧；{_HOW}",
    "prohibited": (
        "忌语文件已改名：请把文件改名为 acts-prohibited.toml，[[prohibited]] 改为 [[act]]，补上 act、side、name，"
        f"caught 改为 examples，allowed 改为 counterexamples；{_HOW}"
    ),
    "terms": f"terms.toml {_DROPPED}，请删除这个文件",
}
#: Ids of entries and acts, and names of fields and tables → what became of them.
RENAMED: dict[str, str] = {
    **{
        old: f"现在叫 {new}"
        for old, new in {
            "job_number_intro": "job_number",
            "referral_send": "referral",
            "referral_number_intro": "referral_number",
            "say_wrong_number": "told_wrong_number",
            "politeness": "courtesy",
            "agent_ends": "hang_up",
            "wants_person": "asks_person",
            "needs_callback": "wants_callback",
            "caller_thanks_bye": "thanks（道谢）和 bye（告别）",
            "cue": "act",
            "prohibited": "act",
            "cues": "acts",
            "add_cues": "add_acts",
            "caught": "examples",
            "add_caught": "add_examples",
            "allowed": "counterexamples",
            "add_allowed": "add_counterexamples",
        }.items()
    },
    "caller_quits": _DROPPED,
    "correction": _DROPPED,
}
