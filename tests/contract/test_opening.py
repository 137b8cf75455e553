"""The sentences on turns, the opening, and the four rules that look at it."""

from __future__ import annotations

from dataclasses import replace

from tests.contract.cases import ANSWER, CLOSING, NEED, OPENING, THANKS, Case, numbered
from tests.judging.dialogue import BOOK, finding, transcript
from voice_agent.rules import judge
from voice_agent.values import CallContext

REST = (NEED, ANSWER, THANKS, CLOSING)
HELLO = "A您好"
CARD = "C喂你好我社保卡丢了想问问能不能补"
#: More talk of the clerk than 20 seconds hold.
LONG = "A今天打电话的人比较多让您久等了先给您说一下最近电脑正在升级有的事情可能要慢一点您多包涵要是查不到的话我给您记下来回头再办另外月底这几天排队的人也多您要来的话尽量赶早上八点半以前到这样能少等一会儿中午也是不休息的您放心好了"

GENERAL = [
    Case("C-general-1", "identity", "missing", (HELLO, "C你好你们是银川市社保中心吧工号一零八六", "A嗯您说什么事", *REST)),
    Case("C-general-1", "job_number", "missing", ("A您好社保中心", "C你是工号一零八六吧", "A嗯您说什么事", *REST)),
    Case("C-general-3", "need_inquiry", "met", ("A您好银川市社保中心一零八六号您有啥要办的跟我说", *REST)),
    Case("C-general-3", "closing", "met", (OPENING, NEED, ANSWER, THANKS, "A甭客气祝您老身体硬朗")),
    Case("C-turn-1", "greeting", "missing", ("A社保中心工号一零八六", "C我问个事", "A您好您请讲", *REST)),
    Case("C-turn-2", "greeting", "met", ("A喂", "C喂", "A您好社保中心工号一零八六请问您办理什么业务", *REST)),
    Case("C-turn-2", "identity", "met", ("A您好", "C嗯", "A请稍等一下啊", "C好", "A我是社保中心的工号一零八六请讲", *REST)),
    Case("C-opening-1", "identity", "met", (HELLO, CARD, "A我这里是社保中心工号一零八六您请讲", *REST)),
    Case("C-opening-1", "identity", "late", (HELLO, CARD, "A可以补的", "C那怎么收费", "A我们这里是社保中心补卡不收费的", *REST)),
    Case("C-opening-2", "identity", "late", (HELLO, LONG, "A我们是社保中心的工号一零八六请问您办理什么业务", *REST)),
    Case("C-opening-2", "job_number", "late", (HELLO, LONG, "A我们是社保中心的工号一零八六请问您办理什么业务", *REST)),
    Case("C-opening-4", "job_number", "met", ("A工号一零八六为您服务", 1.5, "A您好社保中心请问您办理什么业务", *REST)),
    Case("C-opening-4", "identity", "met", ("A欢迎致电银川市社保中心工号一零八六为您服务", 1.5, "A您好请讲", *REST)),
    Case("C-opening-5", "greeting", "missing", ("A您好工号一零八六为您服务", 1.5, "C喂", "A社保中心请讲", *REST)),
    Case("C-opening-5", "greeting", "missing", ("A您好工号一零八六为您服务", CARD, "A社保中心可以补的您请讲", *REST)),
]  # fmt: skip


@numbered(GENERAL)
def test_what_counts(case: Case) -> None:
    """Who speaks, what an utterance does, and where the opening ends decide."""
    case.holds()


def test_the_opening_is_configurable() -> None:
    """C-opening-3: a site that allows three turns or half a minute finds in time what is otherwise late."""
    for limits, lines in (
        ({"opening_turns": 3.0}, (HELLO, CARD, "A可以补的", "C那怎么收费", "A我们这里是社保中心补卡不收费的", *REST)),
        ({"opening_seconds": 60.0}, (HELLO, LONG, "A我们是社保中心的工号一零八六请问您办理什么业务", *REST)),
    ):
        rule = BOOK.rules["identity"]
        wider = replace(rule, limits={**rule.limits, **limits})
        judgement = judge(transcript(*lines), CallContext(), replace(BOOK, rules={**BOOK.rules, "identity": wider}))
        assert finding(judgement, "identity").status == "met", limits


GREETING = [
    Case("C-greeting-1", "greeting", "met", ("A您好社保中心工号一零八六请讲", *REST)),
    Case("C-greeting-1", "greeting", "met", ("A早上好社保中心工号一零八六请讲", *REST)),
    Case("C-greeting-1", "greeting", "met", ("A你好社保中心工号一零八六请讲", *REST)),
    Case("C-greeting-2", "greeting", "missing", ("A喂社保中心工号一零八六请讲", *REST)),
    Case("C-greeting-3", "greeting", "missing", ("A社保中心工号一零八六", CARD, "A您好可以补的", *REST)),
    Case("C-greeting-4", "greeting", "missing", ("A社保中心", "C喂你好", "A请讲")),
]


@numbered(GREETING)
def test_greeting(case: Case) -> None:
    """A polite greeting in the first turn."""
    case.holds()


def test_evidence_of_a_greeting() -> None:
    """C-greeting-5: the greeting heard, or the first turn in which it is missing."""
    assert GREETING[0].found().evidence[0].text == "您好"
    assert GREETING[4].found().evidence[0].text.startswith("社保中心工号一零八六")


def test_limits_of_the_opening() -> None:
    """C-greeting-6, C-identity-8, C-job_number-15: the book holds the limits that the contract names."""
    limits = {rule: dict(BOOK.rules[rule].limits) for rule in ("greeting", "identity", "job_number")}
    assert limits["greeting"] == {"opening_turns": 1.0, "opening_seconds": 20.0}
    assert limits["identity"] == limits["job_number"] == {"opening_turns": 2.0, "opening_seconds": 20.0}


IDENTITY = [
    Case("C-identity-1", "identity", "met", ("A您好银川市社保中心工号一零八六请讲", *REST)),
    Case("C-identity-2", "identity", "met", ("A您好医保窗口工号一零八六请讲", *REST)),
    Case("C-identity-2", "identity", "met", ("A您好单位总机工号一零八六您找谁", "C我找一下养老科", "A好的给您转过去")),
    Case("C-identity-2", "identity", "met", ("A您好转移那边一零八六号您请讲", *REST)),
    Case("C-identity-3", "identity", "late", (HELLO, CARD, "A可以补的", "C在哪儿补", "A您到我们这儿就行我这里就是社保中心", *REST)),
    Case("C-identity-4", "identity", "missing", ("A您好工号一零八六请问您有什么事", *REST)),
    Case("C-identity-5", "identity", "missing", ("A您好工号一零八六税务局刚才给我打电话耽误了一下您请讲", *REST)),
    Case("C-identity-6", "identity", "mismatch", ("A您好这里是医保中心工号一零八六请讲", *REST), unit="银川市社保中心"),
    Case("C-identity-7", "identity", "missing", ("A您好", "C喂能听见吗", "A能听见您说")),
]  # fmt: skip


@numbered(IDENTITY)
def test_identity(case: Case) -> None:
    """The own unit or window within the opening."""
    case.holds()


JOB_NUMBER = [
    Case("C-job_number-1", "job_number", "met", ("A您好社保中心工号一零八六请讲", *REST)),
    Case("C-job_number-2", "job_number", "late", ("A您好社保中心请讲", NEED, ANSWER, THANKS, "A我的工号是一零八六不客气再见")),
    Case("C-job_number-3", "job_number", "late", ("A您好社保中心请讲", NEED, ANSWER, "C你的工号是多少", "A我工号是一零八六", THANKS, CLOSING)),
    Case("C-job_number-4", "job_number", "missing", ("A您好社保中心请讲", *REST)),
    Case("C-job_number-5", "job_number", "mismatch", ("A您好社保中心工号三零五八请讲", *REST)),
    Case("C-job_number-6", "job_number", "met", ("A您好社保中心工号三零五八请讲", *REST), job_number=None),
    Case("C-job_number-7", "job_number", "met", ("A您好社保中心工号一零八六请讲", *REST)),
    Case("C-job_number-7", "job_number", "met", ("A您好社保中心一零八六号话务员请讲", *REST)),
    Case("C-job_number-7", "job_number", "met", ("A您好社保中心我是一零八六号请讲", *REST)),
    Case("C-job_number-7", "job_number", "met", ("A您好社保中心一零八六号为您服务", *REST)),
    Case("C-job_number-7", "job_number", "met", ("A您好社保中心一零八六号您请讲", *REST)),
    Case("C-job_number-8", "job_number", "met", ("A您好社保中心工号幺洞八六请讲", *REST)),
    Case("C-job_number-8", "job_number", "met", ("A您好社保中心工号二零三请讲", *REST), job_number="203"),
    Case("C-job_number-8", "job_number", "met", ("A您好社保中心工号两零三请讲", *REST), job_number="203"),
    Case("C-job_number-9", "job_number", "met", ("A您好社保中心工号一千五请讲", *REST), job_number="1500"),
    Case("C-job_number-9", "job_number", "met", ("A您好社保中心二十七号请讲", *REST), job_number="27"),
    Case("C-job_number-10", "job_number", "met", ("A您好社保中心工号三零五八不对工号一零八六请讲", *REST)),
    Case("C-job_number-11", "job_number", "missing", ("A您好社保中心三号窗口请讲", NEED, "A您的受理号是二零二六一一三零", THANKS, CLOSING)),
    Case("C-job_number-11", "job_number", "missing", ("A您好社保中心请讲", NEED, "A您打电话六零幺二三四五问问身份证尾号报一下", "C三三二一", CLOSING)),
    Case("C-job_number-12", "job_number", "met", ("A您好幺二三三三三零五八为您解答", *REST), job_number="3058"),
    Case("C-job_number-12", "job_number", "met", ("A您好社保中心三零五八您说", *REST), job_number="3058"),
    Case("C-job_number-13", "job_number", "missing", ("A您好社保中心", "C喂能听见吗", "A能听见您说")),
]  # fmt: skip


@numbered(JOB_NUMBER)
def test_job_number(case: Case) -> None:
    """Told unasked within the opening, and the clerk's own."""
    case.holds()


def test_a_number_told_when_asked_is_prompted() -> None:
    """C-job_number-3: the finding records that the caller had to ask; one told unasked does not."""
    late = {case.id: case.found().prompted for case in JOB_NUMBER[1:3]}
    assert late == {"C-job_number-2": False, "C-job_number-3": True}


def test_an_unknown_agents_number_is_unverified() -> None:
    """C-job_number-6: the reason says that nobody could compare it."""
    assert "无法核对" in JOB_NUMBER[5].found().reason


def test_evidence_of_a_job_number() -> None:
    """C-job_number-14: the number heard stands beside the one that the telephony side knows."""
    (evidence,) = JOB_NUMBER[4].found().evidence
    assert ("三零五八" in evidence.text, "1086" in evidence.phrase) == (True, True)


NEED_INQUIRY = [
    Case("C-need_inquiry-1", "need_inquiry", "met", ("A您好社保中心工号一零八六请问您办理什么业务", *REST)),
    Case("C-need_inquiry-1", "need_inquiry", "met", ("A您好社保中心工号一零八六有什么可以帮您", *REST)),
    Case("C-need_inquiry-1", "need_inquiry", "met", ("A您好社保中心工号一零八六您需要什么帮助", *REST)),
    Case("C-need_inquiry-1", "need_inquiry", "met", ("A您好社保中心工号一零八六请讲", *REST)),
    Case("C-need_inquiry-2", "need_inquiry", "met", ("A您好社保中心工号一零八六啥事", *REST)),
    Case("C-need_inquiry-2", "need_inquiry", "met", ("A您好社保中心工号一零八六您说", *REST)),
    Case("C-need_inquiry-2", "need_inquiry", "met", ("A您好社保中心工号一零八六找谁", "C我找刘科长", "A好的我给您转过去")),
    Case("C-need_inquiry-3", "need_inquiry", "not_applicable missing", ("A您好社保中心工号一零八六", "C" + NEED[1:], ANSWER, THANKS, CLOSING)),
    Case("C-need_inquiry-4", "need_inquiry", "missing", (HELLO, "C喂你好", "A社保中心工号一零八六", "C那个我能问一下吗", "A嗯", *REST)),
    Case("C-need_inquiry-5", "need_inquiry", "missing not_applicable", (HELLO + "社保中心工号一零八六", CARD, "A可以补的您带身份证来", THANKS, CLOSING)),
]  # fmt: skip


@numbered(NEED_INQUIRY)
def test_need_inquiry(case: Case) -> None:
    """Asks what the caller needs, unless that was said already."""
    case.holds()
