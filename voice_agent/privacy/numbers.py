"""Runs of digits as people write and say them: 138 1234 5678, 幺三八嗯洞洞, 壹贰叁, 三个一."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Fewer digits than this are job numbers, amounts, window numbers, unless somebody says what they are.
SHORTEST = 7
_DIGIT = "0-9０-９〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺吆妖两洞拐勾"
#: 三个一: so many times a digit.
_REPEATED = f"[二两三四五六七八23456789]个[{_DIGIT}]"
_TOKEN = f"(?:{_REPEATED}|[{_DIGIT}])"
_FILLER = "嗯|啊|呃|额|哦|唉|诶|欸|哎|呀|呢|嘛|吧|哈|那个|这个|然后|就是|后面|接着|再|是|对|杠|空格|横杠|减号"
_GAP = rf"(?:[\s,，、.。;；:：\-－—()（）…]|{_FILLER}){{0,4}}"
_RUN = re.compile(rf"{_TOKEN}(?:{_GAP}(?:{_TOKEN}|(?<=[{_DIGIT}])[xX]))*")
_PARTS = re.compile(rf"(?P<times>[二两三四五六七八23456789])个[{_DIGIT}]|[{_DIGIT}]|[xX]")
_TIMES = dict(zip("二两三四五六七八23456789", (2, 2, 3, 4, 5, 6, 7, 8, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
#: What makes a short number personal: said before it, or asked for.
_CODE = re.compile("验证码|校验码|动态码|短信码|密码|口令|支付码")
_ENDING = re.compile("尾号|末尾|后四位|后六位|后三位|最后四位|最后六位|前六位")
_ACCOUNT = re.compile("账号|帐号|账户|卡号|存折|身份证|社保号|医保号|社会保障号|个人编号|电话|手机|号码|车牌")
#: What offices are called by: a hotline's short number, with the clerk's job number right behind it (您好一二三三三三零六六为您服务).
_HOTLINE = re.compile("^(?:12[0-9]{3}|1[12][0-9]|9[56][0-9]{3})[0-9]{0,5}$")
_OWN = re.compile("工号|坐席号|话务员")
_VALUE = {
    **{char: str(value) for value, chars in enumerate(("零〇洞0０", "一幺吆妖壹1１", "二两贰2２", "三叁3３", "四肆4４", "五伍5５", "六陆6６", "七柒拐7７", "八捌8８", "九玖勾9９")) for char in chars}
}  # fmt: skip
#: Characters before a number in which such a word tells what it is.
_BEFORE = 14
#: Characters within which an answer begins.
_SOON = 6


def number_spans(text: str, before: str = "") -> Iterator[tuple[str, int, int]]:
    """Kind, start and end of every personal number; ``before`` is what was said last, such as the question."""
    for found in _RUN.finditer(text):
        value = "".join(_written(part) for part in _PARTS.finditer(found.group()))
        said = text[max(0, found.start() - _BEFORE) : found.start()]
        if _HOTLINE.match(value):
            continue
        # Only what an answer begins with is an answer.
        kind = _kind(len(value), said, before[-40:] if found.start() <= _SOON else "")
        if kind:
            yield kind, found.start(), found.end()


def _written(part: re.Match[str]) -> str:
    """A part of a run in figures: 三个一 is 111."""
    if part["times"]:
        return _VALUE.get(part.group()[-1], "0") * _TIMES[part["times"]]
    return _VALUE.get(part.group(), "X")


def _kind(digits: int, said: str, asked: str) -> str:
    if digits >= SHORTEST:
        return "number"
    if _OWN.search(said[-6:]):
        return ""
    if 4 <= digits <= 8 and (_CODE.search(said) or _CODE.search(asked)):
        return "code"
    if digits >= 3 and (_ENDING.search(said) or _ENDING.search(asked)):
        return "number"
    # 电话 and the like before a hotline's short number (12333) tell nothing personal.
    return "number" if digits >= 6 and (_ACCOUNT.search(said) or _ACCOUNT.search(asked)) else ""


def digits_in(text: str) -> Iterator[int]:
    """Where the figures of a number stand: they are hidden, the pauses between them stay."""
    for part in _PARTS.finditer(text):
        yield from range(part.start(), part.end())
