"""What follows in the demonstration's month: rectifications, notes for clerks, complaints, calls back after low ratings, corrections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from voice_agent.demo.days import at
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import ledger
from voice_agent.store.calls.filters import EVERY_CALL
from voice_agent.store.calls.ledger import LedgerFilter
from voice_agent.store.reviews import coaching, complaints, follow_ups, rectifications
from voice_agent.store.reviews import heard_complaints as heard
from voice_agent.store.reviews.complaints import Filed
from voice_agent.store.reviews.repeated import bundles

_DAY = timedelta(days=1)
People = Mapping[str, int]
_WHATS = (
    "班前逐句演练开场用语，连续一周，组长签字", "学习附件四“电话用语”，背诵并考核", "重温一次性告知的四项内容，制作提示卡贴在窗口",
    "由单位负责人约谈，写出书面检查", "查询前先告知、回来先致歉，质检员每日抽听两通", "旁听服务标兵的通话五通，写出心得",
)  # fmt: skip
_PROOFS = ("演练记录五页，组长已签字，见办公系统", "已考核，得分 96，试卷存档", "提示卡已上墙，附照片")
_NOTES = (
    "开头先问好再报工号，语速可以慢一点",
    "查询前那句“请稍候”说得很好，回来别忘了“让您久等了”",
    "来电人年纪大，请多重复一遍要点",
    "材料一次说全，不要等人问",
)
#: Days ago, source, unit, window, what, days until due, outcome and answer ('' open).
_COMPLAINTS = (
    (27, "举报监督电话", "金凤区社保中心", "1号窗口", "打电话问养老金，接电话的人说话很冲，没说完就挂了", 21, "founded", "调听录音属实，已批评教育并列入整改，已向来电人致歉"),
    (22, "网络", "惠农区社保中心", "2号窗口", "窗口说系统坏了让改天再来，第二天又说材料不全", 21, "partly", "系统故障属实；材料未一次告知，已整改"),
    (18, "意见箱", "银川市社保中心", "1号窗口", "排队太久，工作人员在聊天", 21, "unfounded", "查监控，当时在核对业务，已向投诉人说明"),
    (11, "社会监督员", "金凤区社保中心", "2号窗口", "下午两点半窗口没有人", 21, "", ""),
    (24, "上级转办", "石嘴山市社保中心", "1号窗口", "转移手续办了两个月没有结果", 21, "", ""),
)  # fmt: skip


def measure(store: Store, today: date, people: People, accounts: Mapping[str, int]) -> None:
    """Six items in all their states, one of them late; notes for clerks, some read."""
    found = bundles(store, EVERY_CALL, today=today, limit=12)
    for place, one in enumerate([bundle for bundle in found if bundle.clerk][:6]):
        begun = today - _DAY * (12 - place)
        due = today - _DAY if place == 5 else today + _DAY * (place + 3)
        moment = _moment(store, begun)
        number = rectifications.open_item(
            store, one.findings, people["zhuguan"], _WHATS[place], due=due, today=begun, now=moment
        )
        if place < 3:
            worker = accounts.get(one.clerk, people["zhijian1"])
            rectifications.submit(store, number, worker, _PROOFS[place], now=moment + 4 * 86400)
        if place < 2:
            rectifications.decide_item(
                store, number, people["zhuguan"], accepted=True, remark="同意", now=moment + 5 * 86400
            )
    clerks = [number for number in accounts if number]
    for place, clerk in enumerate(clerks[: len(_NOTES)]):
        call = next(
            iter(
                ledger.list_lines(
                    store, LedgerFilter(CallFilter(clerk=clerk, coverage="monitored", first=True)), limit=1
                )
            ),
            None,
        )
        if call is not None:
            note = coaching.add_note(store, call.call, clerk, people["zhijian1"], _NOTES[place])
            if place % 2:
                coaching.acknowledge(store, note, accounts[clerk])


def complain(store: Store, today: date, people: People) -> None:
    """Complaints from everywhere in all their states; of those heard in calls one is taken up, one is none, others wait."""
    for back, source, unit, window, text, days, outcome, answer in _COMPLAINTS:
        received = today - _DAY * back
        filed = Filed(received, source, text, received + _DAY * days, unit, window)
        number = complaints.file_complaint(store, filed, people["zhijian1"], today=today, now=_moment(store, received))
        if outcome:
            closed = _moment(store, received + _DAY * 9)
            complaints.close_complaint(store, number, people["zhuguan"], outcome, answer, now=closed)  # type: ignore[arg-type]  # one of the outcomes
    proposed = heard.list_proposals(store, heard.ProposalFilter("proposed"), limit=6)
    if len(proposed) > 3:
        due = today + _DAY * 15
        heard.accept(store, proposed[0].id, people["zhijian2"], "来电人反映工作人员态度差", due, today=today)
        heard.dismiss(store, proposed[1].id, people["zhijian1"], "听过，是说银行，不是说我们")


def follow_up(store: Store, today: date, people: People) -> None:
    """Most of the low ratings have been looked into; the latest have somebody who will, or nobody yet."""
    outcomes = (
        ("founded", "已电话致歉，坐席当时语气不好，已辅导"), ("unfounded", "来电人不满意的是政策本身，已解释清楚"), ("unreachable", "两天内拨打三次无人接听"),
    )  # fmt: skip
    for place, one in enumerate(follow_ups.list_follow_ups(store, follow_ups.FollowUpFilter(open=True))):
        user = people["zhijian1" if place % 2 else "zhijian2"]
        if one.due < today and place % 9:
            outcome, answer = outcomes[(place * 2 + place // 3) % 3]
            follow_ups.close_follow_up(store, one.id, user, outcome, answer, now=one.rated_at + 2 * 86400)  # type: ignore[arg-type]  # as above
        elif one.due >= today and place % 3:
            follow_ups.assign(store, one.id, user, one.due, today=today)


def correct_some(store: Store, people: People) -> None:
    """Somebody knew better what a call was about."""
    for place, line in enumerate(ledger.list_lines(store, LedgerFilter(EVERY_CALL, matter=""), limit=4)):
        ledger.correct(store, line.call, people["zhijian1"], "matter", ("社会保障卡", "职工养老保险")[place % 2])
    for line in ledger.list_lines(store, LedgerFilter(EVERY_CALL, outcome="待回电"), limit=3):
        ledger.correct(store, line.call, people["zhijian2"], "outcome", "已登记待办")


def _moment(store: Store, day: date) -> float:
    return at(day, 10.0, store.timezone)
