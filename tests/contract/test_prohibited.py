"""The sentences on what must not be heard from a clerk, and on what only resembles it."""

from __future__ import annotations

import pytest

from tests.contract.cases import ANSWER, NEED, OPENING, THANKS, Case, numbered, whole

RULE = "prohibited"


def violated(number: int, *lines: str) -> list[Case]:
    """Each of ``lines``, said in a call that is otherwise good, breaks the rule."""
    return [Case(f"C-prohibited-{number}", RULE, "violated", whole(NEED, f"A{line}", "C哦", ANSWER)) for line in lines]


def innocent(number: int, *lines: str) -> list[Case]:
    """Each of ``lines`` (with who says it) is none."""
    return [Case(f"C-prohibited-{number}", RULE, "met", whole(NEED, line, ANSWER)) for line in lines]


VIOLATIONS = [
    *violated(1, "你是不是脑子有病", "你这人真不要脸"),
    *violated(2, "这事不归我管你爱找谁找谁去", "跟我说没用我也没办法你自己想办法吧"),
    *violated(3, "烦不烦啊说了多少遍了", "你有完没完啊快说"),
    *violated(4, "您这么能耐怎么还来问我呀", "哎哟您可真是贵人连这个都不懂"),
    *violated(5, "那是你的事跟我没关系", "死不死的我不管"),
    *violated(6, "你凭什么这么跟我说话你再说一遍试试", "我就这个态度你能把我怎么样"),
    *violated(7, "你给我听好了让你干什么你就干什么", "闭嘴听我说完"),
    *violated(8, "你再闹我就把你的待遇给停了", "信不信我让你以后什么都办不成"),
    *violated(9, "你邻居李秀英每个月领三千二百块她的账户我看得见", "张建国去年工伤赔了八万他身份证号我给你念一下"),
    *violated(10, "你是刘主任的亲戚啊那我给你先办不用排队", "都是熟人我帮你把材料免了"),
    *violated(11, "事情办成了你可得给我带两条好烟", "你给我包个红包我就给你办快点"),
    *violated(12, "农村来的都得往后排先紧着城里人办", "你们外地人的事不着急本地人优先"),
    *violated(13, "你找门口那家代办公司交三百块钱他们给你弄我熟", "你加这个中介的微信花点钱就能办下来"),
    *violated(14, "你年限不够没事我给你在系统里改一下就行", "把日期往前填一个月查不出来的"),
    *violated(15, "我说要公证就得公证文件上没有也得交", "你还得再去开一个你妈是你妈的证明"),
    *violated(16, "哎小李中午吃啥咱们点那家麻辣烫吧昨天那个电视剧你看了没", "等会儿啊我把这口面吃完", "稍等这局游戏马上打完"),
    *violated(21, "你是不是脑子有病对不起我刚才说错话了"),
    *violated(23, "等着催什么催我给你查呢"),
]  # fmt: skip

INNOCENT = [
    *innocent(17, "A对不起按规定他人的信息我们不能提供请您谅解", "A不好意思这项业务要本人来办因为要核对身份"),
    *innocent(18, "A您别着急我不是嫌您烦您慢慢说", "A我们可不能说这不归我管肯定给您办好"),
    *innocent(19, "A您是说昨天那个窗口的人骂您脑子有病是吗我给您记下来", "A文件里写着严禁说不归我管这样的话"),
    *innocent(20, "C你是不是脑子有病", "C你们这些人真不要脸", "C关我屁事快给我办"),
    *innocent(22, "A这个归医保局管您打他们电话问一下吧", "A嗯我看一下"),
]
GENERAL = [
    Case("C-general-2", RULE, "met", whole(NEED, "C滚你妈的什么服务态度", "A您消消气我这就给您查", ANSWER)),
    Case("C-general-4", RULE, "violated", whole(NEED, "A你这猪脑袋咋就记不住呢", ANSWER)),
    Case("C-prohibited-24", RULE, "met", (OPENING, NEED, ANSWER, THANKS)),
]


@numbered(VIOLATIONS)
def test_violations(case: Case) -> None:
    """What must not be heard from a clerk."""
    case.holds()


@numbered(INNOCENT)
def test_look_alikes(case: Case) -> None:
    """What only resembles it."""
    case.holds()


@numbered(GENERAL)
def test_who_and_what(case: Case) -> None:
    """Only the agent's words break a prohibition, in whatever wording; the rule always applies."""
    case.holds()


def test_what_a_rule_counts_is_counted_once() -> None:
    """C-prohibited-22: a bare referral is missing its number, a blunt 打错了 its courtesy; neither is a violation besides."""
    call = whole("C喂是移动公司吗", "A打错了", "C哦")
    assert Case("C-prohibited-22", "wrong_number", "missing", call).found().status == "missing"
    assert Case("C-prohibited-22", RULE, "met", call).found().status == "met"


def test_a_rude_notice_is_kept_and_a_violation() -> None:
    """C-prohibited-23: the caller was told to wait, and rudely."""
    call = whole(NEED, "A等着催什么催我给你查呢", 12.0, "A让您久等了" + ANSWER[1:])
    assert Case("C-prohibited-23", "hold_notice", "met", call).found().status == "met"
    assert Case("C-prohibited-23", RULE, "violated", call).found().status == "violated"


@pytest.mark.parametrize("said", ["你是不是脑子有病", "这事不归我管你爱找谁找谁去"])
def test_evidence_of_a_violation(said: str) -> None:
    """C-prohibited-25: the words heard, and the category in the reason."""
    found = violated(25, said)[0].found()
    assert found.evidence[0].text in said
    assert any(kind in found.reason for kind in ("辱骂", "推诿"))
