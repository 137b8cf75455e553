"""The sentences on what must be done when something comes up: a referral, a call-back, an absence, a misdialled call, an end."""

from __future__ import annotations

from tests.contract.cases import ANSWER, CLOSING, NEED, OPENING, THANKS, Case, numbered, whole
from voice_agent.values import CallContext

MEDICAL = "C我医保报销的钱什么时候能到"
REFERRAL = [
    Case("C-referral-1", "referral", "met", whole(MEDICAL, "A这个归医保局管麻烦您打他们电话六零幺二三四五问一下")),
    Case("C-referral-1", "referral", "met", whole(MEDICAL, "A这块儿是基金科的事您拨他们的号六零幺二三四五")),
    Case("C-referral-2", "referral", "missing", whole(MEDICAL, "A这个归医保局管您打他们电话问一下吧")),
    Case("C-referral-3", "referral", "met", whole(MEDICAL, "A这个归医保局管我现在就给您转过去您别挂")),
    Case("C-referral-3", "referral", "met", whole(MEDICAL, "A这个归医保局管我给您转过去"), context=CallContext(transferred=True)),
    Case("C-referral-4", "referral", "met", whole(MEDICAL, "A这个归医保局管不过您不用再打了我跟他们联系好给您办了")),
    Case("C-referral-5", "referral", "missing", whole(MEDICAL, "A这个您得找医保局我们这儿办不了")),
    Case("C-referral-5", "referral", "not_applicable", whole(NEED, ANSWER)),
    Case("C-referral-6", "referral", "missing", whole(MEDICAL, "A这个我们不管您去问别人吧")),
    Case("C-referral-7", "referral", "not_applicable", whole("C退休怎么办理", "A您带身份证和户口本到政务大厅三楼交材料当场就能办好")),
    Case("C-referral-8", "referral", "not_applicable", whole("C我的工资基数报低了怎么回事", "A这个是您单位申报的您跟您单位人事核对一下")),
    Case("C-referral-9", "referral", "not_applicable", whole("C丧葬费怎么领", "A您带死亡证明和银行卡到派出所旁边的街道办事处交三个工作日到账")),
]  # fmt: skip


@numbered(REFERRAL)
def test_referral(case: Case) -> None:
    """Whoever is sent elsewhere hears where to and the number."""
    case.holds()


PROMISE = "A这个我要核实一下查清楚了给您回电话"
CALLBACK = [
    Case("C-callback-1", "callback", "met", whole(NEED, PROMISE + "您留个电话吧", "C幺三八零零幺三八零零零")),
    Case("C-callback-2", "callback", "met", whole(NEED, PROMISE + "就打您现在这个号码可以吧", "C可以")),
    Case("C-callback-3", "callback", "met", whole(NEED, PROMISE, "C那我留个电话给你幺三八零零幺三八零零零", "A好的我记下来了")),
    Case("C-callback-4", "callback", "missing", whole(NEED, PROMISE, "C那我留个电话给你吧", "A不用留您等着就行")),
    Case("C-callback-5", "callback", "missing", whole(NEED, PROMISE)),
    Case("C-callback-6", "callback", "missing", whole(NEED, "A等批下来了我打电话通知您")),
    Case("C-callback-6", "callback", "missing", whole(NEED, "A批下来头一个打电话告诉您")),
    Case("C-callback-6", "callback", "missing", whole(NEED, "A我问过科长再联系您")),
    Case("C-callback-6", "callback", "not_applicable", whole(NEED, ANSWER)),
    Case("C-callback-7", "callback", "not_applicable", whole(NEED, "A办好了系统会自动给您发短信")),
]  # fmt: skip


@numbered(CALLBACK)
def test_callback(case: Case) -> None:
    """A number is asked for where somebody will ring."""
    case.holds()


WANTED = "C我找一下你们王科长"
ABSENT = [
    Case("C-absent_message-1", "absent_message", "met", whole(WANTED, "A王科长开会去了您有什么事我可以帮您转告", "C不用了")),
    Case("C-absent_message-1", "absent_message", "met", whole("C老郑在不在", "A老郑下乡去了我给您捎个信儿成不", "C行")),
    Case("C-absent_message-2", "absent_message", "met", whole(WANTED, "A王科长不在等他回来我让他给您回电话您的号码是多少", "C就是这个号")),
    Case("C-absent_message-3", "absent_message", "missing", whole(WANTED, "A王科长今天不在", "C那好吧")),
    Case("C-absent_message-4", "absent_message", "missing", whole(WANTED, "A王科长不在", "C那你帮我带个话行吗", "A这个我带不了您自己再打吧")),
    Case("C-absent_message-5", "absent_message", "not_applicable", whole(WANTED, "A好的我给您转过去")),
    Case("C-absent_message-5", "absent_message", "not_applicable", whole(NEED, ANSWER)),
]  # fmt: skip


@numbered(ABSENT)
def test_absent_message(case: Case) -> None:
    """A message is offered where the person wanted is absent."""
    case.holds()


MISDIALLED = "C喂是中国移动吗我要查话费"
WRONG_NUMBER = [
    Case("C-wrong_number-1", "wrong_number", "met", whole(MISDIALLED, "A对不起您可能拨错电话了这里是社保中心", "C哦不好意思")),
    Case("C-wrong_number-2", "wrong_number", "missing", whole(MISDIALLED, "A打错了", "C哦")),
    Case("C-wrong_number-3", "wrong_number", "not_applicable", whole(NEED, ANSWER)),
]  # fmt: skip


@numbered(WRONG_NUMBER)
def test_wrong_number(case: Case) -> None:
    """Somebody who misdialled is told so with some courtesy."""
    case.holds()


TALK = (OPENING, NEED, ANSWER)
BYE = "C好的谢谢再见"
CLOSINGS = [
    Case("C-closing-1", "closing", "met", (*TALK, BYE, "A再见")),
    Case("C-closing-1", "closing", "met", (*TALK, BYE, "A感谢您的来电")),
    Case("C-closing-1", "closing", "met", (*TALK, BYE, "A祝您生活愉快")),
    Case("C-closing-2", "closing", "met", (*TALK, THANKS, "A您慢走")),
    Case("C-closing-2", "closing", "met", (*TALK, THANKS, "A有事尽管来电")),
    Case("C-closing-3", "closing", "missing", (*TALK, BYE, "A嗯")),
    Case("C-closing-3", "closing", "missing", (*TALK, BYE, "A就这样")),
    Case("C-closing-3", "closing", "missing", (*TALK, BYE, "A挂了")),
    Case("C-closing-4", "closing", "missing", (*TALK, "C那我知道了谢谢啊再见", 4.0)),
    Case("C-closing-5", "closing", "not_applicable", (*TALK, "C那"), context=CallContext(hung_up_by="caller")),
    Case("C-closing-5", "closing", "missing", (*TALK, "C那还有个事"), context=CallContext(hung_up_by="agent")),
    Case("C-closing-6", "closing", "not_applicable", (*TALK, "C那我还有个事你等")),
    Case("C-closing-6", "closing", "missing", (*TALK, "C行我知道了", "A还有个表要填")),
]


@numbered(CLOSINGS)
def test_closing(case: Case) -> None:
    """A courteous ending, unless the caller hangs up."""
    case.holds()


HOW = "C请问社保卡丢了怎么补办"
TOLD = "A带上身份证到社保大厅一楼窗口办当场就能拿到卡"
NOTICE = [
    Case("C-one_time_notice-1", "one_time_notice", "met", whole(HOW, TOLD)),
    Case("C-one_time_notice-1", "one_time_notice", "met", whole(HOW, "A您带上身份证", "C嗯身份证", "A到社保大厅一楼来", "C好的", "A三个工作日就能拿到")),
    Case("C-one_time_notice-2", "one_time_notice", "met", whole("C外地户口怎么在这边参保", "A外地户口可以参保按政策是允许的您带身份证到社保大厅办当场生效")),
    Case("C-one_time_notice-3", "one_time_notice", "met", whole(HOW, "A什么材料都不用带手机上点一下申请三天寄到家")),
    Case("C-one_time_notice-4", "one_time_notice", "met", whole(HOW, "A拿身份证在手机里头划拉两下马上生效")),
    Case("C-one_time_notice-5", "one_time_notice", "missing", whole(HOW, "A带上身份证到社保大厅一楼窗口我们尽快给您办")),
    Case("C-one_time_notice-5", "one_time_notice", "missing", whole(HOW, "A带上身份证到社保大厅一楼窗口多久能好这个说不准")),
    Case("C-one_time_notice-6", "one_time_notice", "missing", whole(HOW, "A到社保大厅一楼窗口当场就能办好")),
    Case("C-one_time_notice-7", "one_time_notice", "late", whole(HOW, "A带上身份证就行", "C那去哪儿办呢", "A到社保大厅一楼窗口", "C多久能拿到", "A三个工作日")),
    Case("C-one_time_notice-8", "one_time_notice", "missing", whole(HOW, "A可以补办的")),
    Case("C-one_time_notice-9", "one_time_notice", "not_applicable", whole(NEED, ANSWER)),
    Case("C-one_time_notice-9", "one_time_notice", "not_applicable", whole("C我一个月能领多少养老金", "A一千八百二十块")),
    Case("C-one_time_notice-9", "one_time_notice", "not_applicable", whole("C我五十五岁能不能退休", "A女工人五十岁就可以了您已经符合条件")),
    Case("C-one_time_notice-10", "one_time_notice", "not_applicable", whole("C公积金怎么提取", "A公积金不归我们管您打公积金中心的电话六零幺二三四五他们给您办")),
    Case("C-one_time_notice-11", "one_time_notice", "met not_applicable", whole(NEED, ANSWER + "以后您手机上自己就能查不用材料当场出结果")),
]  # fmt: skip


@numbered(NOTICE)
def test_one_time_notice(case: Case) -> None:
    """Materials, path and time limit at one go, where the caller asks how."""
    case.holds()


def test_a_missing_part_is_named() -> None:
    """C-one_time_notice-6: the reason says which part nobody told."""
    assert "缺材料手续" in NOTICE[7].found().reason


def test_situations_are_whole_calls() -> None:
    """The dialogues begin and end as a call does, so that nothing else is wrong with them."""
    assert all(case.lines[0] == OPENING for case in [*REFERRAL, *CALLBACK, *NOTICE])
    assert all(case.lines[-1] == CLOSING for case in [*REFERRAL, *CALLBACK, *NOTICE])
