"""The Chinese names that people read for rules, statuses, verdicts and sides."""

from __future__ import annotations

RULE_NAMES = {
    "greeting": "开场问候",
    "identity": "表明服务身份",
    "job_number": "主动告知工号",
    "need_inquiry": "询问业务",
    "hold_notice": "等候告知",
    "hold_return": "久等致歉",
    "referral": "转办告知",
    "callback": "留联系电话",
    "absent_message": "代为留言",
    "wrong_number": "拨错电话",
    "closing": "结束用语",
    "one_time_notice": "一次性告知",
    "prohibited": "服务忌语",
    "rating_request": "请求评价",
    "complaint_registered": "受理投诉",
    "legal_basis": "告知依据",
    "result_told": "告知结果",
}
STATUS_NAMES = {
    "met": "达标",
    "missing": "缺失",
    "late": "迟告",
    "mismatch": "不符",
    "violated": "违规",
    "not_applicable": "不适用",
    "uncertain": "无法判定",
}
VERDICT_NAMES = {
    "compliant": "合格",
    "non_compliant": "不合格",
    "needs_review": "待复核",
    "not_monitored": "未监测",
}
CHANNEL_NAMES = {"agent": "坐席", "caller": "来电人", "mixed": "混合"}


def clock(seconds: float) -> str:
    """A time within a recording as people write it: ``0:07.4``."""
    minutes, rest = divmod(max(0.0, round(seconds, 1)), 60)
    return f"{int(minutes)}:{rest:04.1f}"
