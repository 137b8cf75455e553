"""Made-up spoken digit strings: job numbers, telephone numbers, identity-card endings, in every spoken form."""

import random

PATTERNS = (
    "工号{}为您服务", "您好工号{}为您服务请讲", "我的工号是{}", "您好{}号话务员为您服务", "{}号为您服务请问有什么可以帮您",
    "您好我是{}号", "工号{}很高兴为您服务", "我工号是{}您可以记一下", "您好社保热线工号{}请问您要咨询什么", "{}", "{}", "{}",
    "电话号码是{}", "我的身份证后几位是{}", "请您记一下{}", "号码是{}对吗", "{}是这个号码吧", "转分机{}",
)  # fmt: skip
LENGTHS = (3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 11, 11)
FIGURES = "零一二三四五六七八九"
SPOKEN = frozenset(FIGURES + "幺洞两")


def digit_string(rng: random.Random) -> str:
    """Speak 3 to 11 figures one by one; mostly 幺 for 一, rarely 洞 for 零."""
    spoken = "".join(rng.choices(FIGURES, k=rng.choice(LENGTHS)))
    if rng.random() < 0.7:
        spoken = spoken.replace("一", "幺")
    return spoken.replace("零", "洞") if rng.random() < 0.08 else spoken


def figures_in(word: str) -> int:
    """Count the figures of a word that is nothing but figures (一二); 0 for any other word."""
    return len(word) if SPOKEN.issuperset(word) else 0


def digit_lines(count: int, seed: int) -> list[str]:
    """Make sentences with digit strings, repeatably."""
    rng = random.Random(f"digits {seed}")
    return [rng.choice(PATTERNS).format(digit_string(rng)) for _ in range(count)]
