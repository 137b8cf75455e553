"""Each duty of rules.md, kept and broken in the ways that clerks keep and break it."""

from __future__ import annotations

import pytest

from tests.judging.dialogue import (
    ANSWER,
    CLOSING,
    GOOD,
    NEED,
    OPENING,
    THANKS,
    finding,
    judged,
    status,
    transcript,
)
from voice_agent.values import CallContext, Span

REST = (NEED, ANSWER, THANKS, CLOSING)


def test_a_call_that_keeps_every_duty_is_compliant() -> None:
    """Nothing is found wrong with a model call, and it keeps all its points."""
    judgement = judged(*GOOD)
    assert [f.rule for f in judgement.findings if f.status not in {"met", "not_applicable"}] == []
    assert (judgement.verdict, judgement.score) == ("compliant", 100.0)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((OPENING, *REST), "met"),
        (("A上午好社保热线工号一零八六请讲", *REST), "met"),
        (("A你好我是单位总机请讲", *REST), "met"),
        (("A喂", "C喂", "A您好社保中心请讲", *REST), "met"),
        (("A社保中心工号一零八六请讲", *REST), "missing"),
        (("A喂", NEED, "A您好您说", ANSWER, THANKS, CLOSING), "missing"),
        (("A说", "C您好您好", NEED, "A等一下", ANSWER), "missing"),
        (("A工号一零八六为您服务", "C喂你好我想问个事", "A您好社保中心请讲", *REST), "met"),
    ],
)
def test_greeting(lines: tuple[str, ...], expected: str) -> None:
    """A greeting counts in the agent's first own turn, and only from the agent."""
    assert status("greeting", *lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((OPENING, *REST), "met"),
        (("A您好我是社保中心养老保险窗口请讲", *REST), "met"),
        (("A您好三号窗口请讲", *REST), "met"),
        (("A您好银川医保请讲", *REST), "met"),
        (("A您好一二三三三热线请讲", *REST), "met"),
        (("A您好这里是银川是社保中心养老保险窗口请讲", *REST), "met"),
        (("A您好", "C喂你好", "A这里是石嘴山市就业局请讲", *REST), "met"),
        (("A您好请讲", *REST), "missing"),
        (("A您好请讲", NEED, "A这个请您去社保中心办理", THANKS, CLOSING), "missing"),
        (
            (
                "A您好请讲",
                NEED,
                "A好的我看一看",
                "C是这样的我去年的钱没有到",
                "A我们这里是银川市社保中心",
                THANKS,
                CLOSING,
            ),
            "late",
        ),
        (("A您好请讲", "C请问是社保中心吗", "A是的", NEED, ANSWER, THANKS, CLOSING), "missing"),
    ],
)
def test_identity(lines: tuple[str, ...], expected: str) -> None:
    """The unit or window must be the agent's own and be named within two turns."""
    assert status("identity", *lines) == expected


OPEN = "A您好社保中心"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((OPEN + "工号一零八六请讲", *REST), "met"),
        ((OPEN + "工号幺零八六请讲", *REST), "met"),
        ((OPEN + "工号幺洞八六请讲", *REST), "met"),
        ((OPEN + "公号要零八六请讲", *REST), "met"),
        ((OPEN + "工号1086请讲", *REST), "met"),
        ((OPEN + "工号一千零八十六请讲", *REST), "met"),
        ((OPEN + "一零八六号为您服务", *REST), "met"),
        ((OPEN + "一零八六请讲", *REST), "met"),
        ((OPEN + "我的工号是一零那个八六请讲", *REST), "met"),
        ((OPEN + "工号一零六八不对是一零八六请讲", *REST), "met"),
        ((OPEN + "工号一零六八请讲", *REST), "mismatch"),
        ((OPEN + "工号二五三七请讲", *REST), "mismatch"),
        ((OPEN + "请讲", *REST), "missing"),
        ((OPEN + "请讲", NEED, ANSWER, "C谢谢", "A我的工号是一零八六再见"), "late"),
        ((OPEN + "请讲", NEED, "A请您到三号窗口电话零九五一六零一零八六", THANKS, CLOSING), "missing"),
        ((OPEN + "请讲", NEED, "A您的身份证号六四零一零二一九六零一零八六幺二三四对吗", THANKS, CLOSING), "missing"),
    ],
)
def test_job_number(lines: tuple[str, ...], expected: str) -> None:
    """However it is spoken, the clerk's own number counts; other numbers are not taken for it."""
    assert status("job_number", *lines) == expected


def test_a_job_number_told_on_request_is_late_and_marked_so() -> None:
    """Who tells the number only when asked has not told it unasked."""
    found = finding(judged(OPEN + "请讲", NEED, ANSWER, "C你工号多少", "A一零八六", THANKS, CLOSING), "job_number")
    assert (found.status, found.prompted) == ("late", True)
    assert [e.channel for e in found.evidence] == ["caller", "agent"]


def test_an_unknown_job_number_cannot_be_contradicted() -> None:
    """Without a number from the telephony side any told number is met."""
    assert status("job_number", OPEN + "工号二五三七请讲", *REST, job_number=None) == "met"


def test_a_job_number_with_leading_zeros_is_the_same_number() -> None:
    """0012 on the telephony side is 十二号 or 零零幺二 in speech."""
    for spoken in ("工号十二请讲", "工号零零幺二请讲", "十二号为您服务"):
        assert status("job_number", OPEN + spoken, *REST, job_number="0012") == "met", spoken


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((OPENING, *REST), "met"),
        (("A您好社保中心有什么可以帮您", *REST), "met"),
        (("A您好社保中心工号一零八六", NEED, ANSWER), "not_applicable"),
        (("A您好社保中心工号一零八六", "C喂你好", "A说", "C嗯", ANSWER, CLOSING), "missing"),
        (("A您好社保中心", "C请问是社保局吗", "A是的请问您办理什么业务", NEED, ANSWER), "met"),
    ],
)
def test_need_inquiry(lines: tuple[str, ...], expected: str) -> None:
    """The agent asks, unless the caller said first what is wanted."""
    assert status("need_inquiry", *lines) == expected


HOLD = "A请稍候我查询一下"
BACK = "A让您久等了您的养老金已经发放了"


@pytest.mark.parametrize(
    ("lines", "notice", "back"),
    [
        ((OPENING, NEED, HOLD, 10, BACK), "met", "met"),
        ((OPENING, NEED, HOLD, "C嗯好", 10, BACK), "met", "met"),
        ((OPENING, NEED, "A嗯", 10, BACK), "missing", "met"),
        ((OPENING, NEED, HOLD, 10, "A您的养老金已经发放了"), "met", "missing"),
        ((OPENING, NEED, HOLD, 10, "A您的养老金已经发放了", "C哦", "A不好意思让您久等了"), "met", "met"),
        ((OPENING, NEED, HOLD, 6, "A您的养老金已经发放了"), "not_applicable", "not_applicable"),
        ((OPENING, NEED, HOLD, 40, BACK), "missing", "met"),
        ((OPENING, NEED, HOLD, 25, "A还在查询请您再稍等一下", 20, BACK), "met", "met"),
        ((OPENING, NEED, HOLD, 25, "C喂喂听得到吗", "A在的", 20, BACK), "missing", "missing"),
        ((OPENING, NEED, ANSWER, "C您等一下我找一下笔", 12, "C您说吧", "A好的"), "not_applicable", "not_applicable"),
    ],
)
def test_holds(lines: tuple[str | float, ...], notice: str, back: str) -> None:
    """Every silence of 8 s is announced and thanked for; beyond 30 s it is announced again; the caller's own is the caller's."""
    judgement = judged(*lines, THANKS, CLOSING)
    assert (finding(judgement, "hold_notice").status, finding(judgement, "hold_return").status) == (notice, back)


def test_a_hold_of_the_telephone_counts_as_a_look_up_silence() -> None:
    """What the telephony side reports as a hold needs a notice and a return, whatever is heard of it."""
    context = CallContext(holds=(Span(12.0, 20.0),))
    assert status("hold_notice", OPENING, NEED, ANSWER, 9, "A您好", THANKS, CLOSING, context=context) == "missing"


def test_the_silence_before_the_hangup_is_no_look_up() -> None:
    """Nobody owes a notice for the time after the last word."""
    assert status("hold_notice", *GOOD, 30) == "not_applicable"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("A对不起此事请您拨打医保局电话咨询电话号码是零九五一五零二三六一八", "met"),
        ("A这事您得去税务局问", "missing"),
        ("A这个不归我们管您去找村上问吧", "missing"),
        ("A我给您转接到医保科请不要挂机", "met"),
        ("A您带身份证到三号窗口办理就可以", "not_applicable"),
        ("A我给您解释一下这个政策", "not_applicable"),
        ("A您的工资由单位发放", "not_applicable"),
    ],
)
def test_referral(answer: str, expected: str) -> None:
    """Being sent elsewhere needs courtesy, destination and number; transferring the call also counts."""
    assert status("referral", OPENING, NEED, answer, THANKS, CLOSING) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("A我核实清楚以后给您回电话请您留下联系电话",), "met"),
        (("A我核实清楚以后给您回电话",), "missing"),
        (("A我核实清楚以后给您回电话", "C我的电话是一三九零九五一二三四五", "A好的我记下了"), "met"),
        (("A您的账户已经恢复了",), "not_applicable"),
        (("C那你们查到了给我打个电话", "A查到了给您回电话您的联系电话是多少", "C一三九零九五一二三四五"), "met"),
    ],
)
def test_callback(lines: tuple[str, ...], expected: str) -> None:
    """A promise to call back needs the number to call."""
    assert status("callback", OPENING, NEED, *lines, THANKS, CLOSING) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("C我找一下张科长", "A对不起他不在您需要留言吗我能转达吗"), "met"),
        (("C我找一下张科长", "A张科长出差了有什么事我可以帮您转告"), "met"),
        (("C我找一下张科长", "A他不在"), "missing"),
        (("C我找一下张科长", "A好的我给您转过去"), "not_applicable"),
        ((NEED, "A本人不在的话家属可以代办"), "not_applicable"),
    ],
)
def test_absent_message(lines: tuple[str, ...], expected: str) -> None:
    """When the person wanted is absent a message is offered."""
    assert status("absent_message", OPENING, *lines, THANKS, CLOSING) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("C喂请问是人民医院吗", "A对不起您可能拨错电话了"), "met"),
        (("C喂请问是人民医院吗", "A打错了"), "missing"),
        ((NEED, ANSWER), "not_applicable"),
    ],
)
def test_wrong_number(lines: tuple[str, ...], expected: str) -> None:
    """A caller who misdialled is told politely."""
    assert status("wrong_number", OPENING, *lines, "C哦好的", "A再见") == expected


@pytest.mark.parametrize(
    ("lines", "hung_up_by", "expected"),
    [
        ((THANKS, CLOSING), "unknown", "met"),
        ((THANKS, "A感谢您的来电再见"), "unknown", "met"),
        (("C好的再见", "A再见"), "unknown", "met"),
        ((THANKS, "A嗯"), "unknown", "missing"),
        (("C好的知道了", "A行就这样吧"), "unknown", "missing"),
        (("C算了我不问了",), "unknown", "not_applicable"),
        ((), "caller", "not_applicable"),
        ((), "agent", "missing"),
    ],
)
def test_closing(lines: tuple[str, ...], hung_up_by: str, expected: str) -> None:
    """The end is courteous, unless the caller is gone all at once."""
    context = CallContext(hung_up_by=hung_up_by)  # type: ignore[arg-type]  # a literal from the table above
    assert status("closing", OPENING, NEED, ANSWER, *lines, context=context) == expected


HOW = "C请问社保卡补办怎么办理"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("A您带上身份证到就近的社保大厅办理十五个工作日可以领卡",), "met"),
        (("A您带上身份证", "C嗯好", "A到就近的社保大厅办理十五个工作日可以领卡"), "met"),
        (("A您带上身份证到就近的社保大厅办理", "C得等多久啊", "A十五个工作日"), "late"),
        (("A您带上身份证到就近的社保大厅办理",), "missing"),
        (("A对不起此事请您拨打医保局电话咨询电话号码是零九五一五零二三六一八",), "not_applicable"),
    ],
)
def test_one_time_notice(lines: tuple[str, ...], expected: str) -> None:
    """Formalities, path and time limit are told in one go, and only when the caller asks how."""
    assert status("one_time_notice", OPENING, HOW, *lines, THANKS, CLOSING) == expected


def test_no_notice_is_due_when_nobody_asks_how() -> None:
    """A question about one's own account is answered, not turned into a procedure."""
    assert status("one_time_notice", *GOOD) == "not_applicable"


def test_a_colleague_who_takes_over_tells_a_number_of_their_own() -> None:
    """After a transfer another clerk speaks on the same side: their number neither contradicts nor serves the first one's."""
    told = (OPEN + "工号一零八六请讲", *REST[:1], "A我给您转医保科", 3.0, "A您好医保科工号二五三七请讲", *REST[1:])
    silent = (OPEN + "请讲", *told[1:])
    handover = next(s.start for s in transcript(*silent).segments if "二五三七" in s.text) - 1.0
    context = CallContext(transferred=True, handover=handover)
    assert finding(judged(*told, context=context), "job_number").status == "met"
    assert finding(judged(*silent, context=context), "job_number").status == "missing"
    assert finding(judged(*silent, context=context, job_number=None), "job_number").status == "missing"
