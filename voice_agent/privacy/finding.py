"""What of a text is personal data, and of which kind. Rules over words, not a model: every hit can be explained, and misses are named.

``side``: who speaks. Clerks say their own name, the addresses of offices and what policy says of illnesses; that is no secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voice_agent.privacy.numbers import digits_in, number_spans
from voice_agent.privacy.words import (
    BUILT,
    GIVEN,
    ILLNESS,
    NUMERAL,
    PERSON,
    RELATIVE,
    ROAD,
    SURNAME,
    TITLE,
    WEAK,
    YOU,
    is_name,
)
from voice_agent.values import Channel

KIND_NAMES = {"number": "号码", "code": "验证码", "name": "姓名", "address": "住址", "illness": "病情"}
DOT = "•"
_C = "\u4e00-\u9fff"
_NAME = rf"(?P<name>{SURNAME}[{_C}]{{1,2}})"
_END = rf"(?![{_C}])|(?=[的了啊呀哦嗯是在和跟，。身电手号住今男女家她他我办想要来也])"
_CALLED = re.compile(
    rf"(?:我叫|他叫|她叫|名叫|叫做|{RELATIVE}叫|名字(?:是|叫|就是)?|姓名(?:是|叫|就是)?|户主是?|户名是?|收件人是?)(?P<name>{SURNAME}[{_C}]{{1,2}}?)(?:{_END}|$)"
)
_I_AM = re.compile(rf"我是(?P<name>{SURNAME}[{_C}]{{1,2}})(?:$|(?=[，。,. ]))")
_FAMILY = re.compile(rf"(?:免贵姓|我姓|他姓|她姓|您姓|贵姓|是姓|人姓|姓)(?P<name>(?![和名氏别是什啥]){SURNAME})")
#: A character of a given name before a title: no word of grammar.
_G = r"[^\W\d_的了是在有和不我你他她这那请问您好吗呢吧就也都要说给到把被来去没谢再见站找跟让叫姓祝]"
_TITLED = re.compile(rf"(?P<name>(?![{WEAK}]){SURNAME}{_G}{{0,2}}?)(?={TITLE})")
_RELATED = re.compile(rf"(?:{RELATIVE})(?P<name>(?![{WEAK}]){SURNAME}[{GIVEN}]{{1,2}})")
_BARE = re.compile(
    rf"(?P<name>(?![{WEAK}]){SURNAME}[{GIVEN}][{GIVEN}])(?![{_C}]{{0,2}}(?:局|厅|路|街|市|县|区|镇|村|公司|银行|医院|学校|大厦))"
)
_ANSWER = re.compile(rf"^(?:嗯|啊|哦|对|好|是|叫|我叫|免贵)*[，, ]*(?P<name>{SURNAME}[{_C}]{{1,2}})[。，, ]*$")
_ASKED_NAME = re.compile("贵姓|怎么称呼|姓名|名字|叫什么|哪位")
_ASKED_ADDRESS = re.compile("地址|住址|住哪|住在哪|家在哪|户籍|户口在哪|寄到哪|邮寄到")

_HOUSE = rf"(?:[{NUMERAL}]+(?:号楼|栋|幢|座|号院|号))?[，, ]*(?:[{NUMERAL}]+单元)?[，, ]*(?:[{NUMERAL}]+(?:室|号|户|层|楼|门)?)?"
_HOME = re.compile(
    rf"(?:[{_C}]{{2,4}}(?:苑|园|里|府|城|庭|公馆)[，, ]*)?[{NUMERAL}]+(?:号楼|栋|幢)[，, ]*(?:[{NUMERAL}]+单元)?[，, ]*(?:[{NUMERAL}]+(?:室|号|户|门)?)?"
    rf"|[{NUMERAL}]+单元[，, ]*[{NUMERAL}]+(?:室|号|户)?"
)
_ADDRESS = re.compile(
    rf"(?:[{_C}]{{2,5}}(?:省|自治区))?(?:[{_C}]{{2,4}}市)?(?:[{_C}]{{1,5}}(?:区|县|旗))?(?:[{_C}]{{1,5}}(?:镇|乡|街道))?"
    rf"(?:[{_C}]{{1,6}}(?:{BUILT})|[{_C}]{{1,5}}(?:{ROAD})[{NUMERAL}]+号|[{_C}]{{1,5}}村[{NUMERAL}]+(?:组|队|号|社))[，, ]*{_HOUSE}"
)
_LIVES = re.compile("住|家在|我家|地址|户籍|户口|寄到|邮寄")
_ILLNESS = re.compile(ILLNESS)
_PERSON, _YOU = re.compile(PERSON), re.compile(YOU)
#: Characters around an illness within which somebody must be meant, and before an address in which 住 and the like stand.
_NEAR, _AROUND = 14, 16
_NO_PLACE = re.compile(
    "(?:哪个|哪|我们|你们|他们|咱们|隔壁|这个|那个|别的|各个|一个|整个|我|你|什么)(?:小区|家属院|公寓|大院)"
)
#: Words in front that are no part of an address.
_LEAD = re.compile(rf"^[{_C}]*?(?:(?:家住|现住|住|家|地址|户籍|户口)[在是]?|寄到|寄往|在|是|到)")


@dataclass(frozen=True)
class Private:
    """Characters ``start`` to ``end`` (exclusive) of a text and what they are (``KIND_NAMES``)."""

    kind: str
    start: int
    end: int


def find(text: str, side: Channel | None = None, before: str = "") -> list[Private]:
    """Everything personal in a text, in order, overlaps joined. ``before``: what the other side said last."""
    found = [Private(*span) for span in number_spans(text, before)]
    found += [Private("name", *span) for span in _names(text, side, before)]
    found += [Private("address", *span) for span in _addresses(text, side, before)]
    found += [Private("illness", *span) for span in _illnesses(text, side)]
    return _joined(found)


def _names(text: str, side: Channel | None, before: str) -> Iterator[tuple[int, int]]:
    patterns = [_CALLED, _FAMILY, _TITLED, _RELATED, _BARE]
    if side != "agent":
        patterns.append(_I_AM)
        if _ASKED_NAME.search(before[-40:]):
            patterns.append(_ANSWER)
    for pattern in patterns:
        for match in pattern.finditer(text):
            if text[: match.start("name")].endswith("谢") and pattern is _TITLED:  # 谢谢老师
                continue
            if is_name(match["name"]) and not (side == "agent" and _introduces(text, match.start("name"))):
                yield match.span("name")


def _introduces(text: str, at: int) -> bool:
    """A clerk says the own name: with the job number, or 为您服务."""
    return bool(re.search("我是|我叫|我姓|工号|客服|坐席|话务员", text[max(0, at - 8) : at])) and not re.search(
        "您|你", text[max(0, at - 4) : at]
    )


def _addresses(text: str, side: Channel | None, before: str) -> Iterator[tuple[int, int]]:
    asked = bool(_ASKED_ADDRESS.search(before[-40:]))
    for match in _ADDRESS.finditer(text):
        lead = _LEAD.match(match.group())
        start = match.start() + (lead.end() if lead else 0)
        around = text[max(0, match.start() - _AROUND) : start]
        if _NO_PLACE.search(match.group()):
            continue
        if asked or _LIVES.search(around) or (side == "caller" and "小区" in match.group()):
            yield start, match.end()
    for match in _HOME.finditer(text):
        # Offices have a building, too; only homes have entrances and numbers of flats.
        around = text[max(0, match.start() - _AROUND) : match.start()]
        if side != "agent" or "单元" in match.group() or asked or _LIVES.search(around):
            yield match.span()


def _illnesses(text: str, side: Channel | None) -> Iterator[tuple[int, int]]:
    somebody = _YOU if side == "agent" else _PERSON
    for match in _ILLNESS.finditer(text):
        around = text[max(0, match.start() - _NEAR) : match.start()] + "\n" + text[match.end() : match.end() + _NEAR]
        if somebody.search(around):
            yield match.span()


def _joined(found: Sequence[Private]) -> list[Private]:
    kept: list[Private] = []
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if kept and one.start < kept[-1].end:
            kept[-1] = Private(kept[-1].kind, kept[-1].start, max(kept[-1].end, one.end))
        elif one.end > one.start:
            kept.append(one)
    return kept


def hide(text: str, found: Sequence[Private]) -> str:
    """The text with what was found hidden, every other character where it was: of numbers the figures, of the rest all."""
    shown = list(text)
    for one in found:
        part = text[one.start : one.end]
        places = (
            digits_in(part)
            if one.kind in ("number", "code")
            else (at for at, char in enumerate(part) if not char.isspace())
        )
        for place in places:
            shown[one.start + place] = DOT
    return "".join(shown)
