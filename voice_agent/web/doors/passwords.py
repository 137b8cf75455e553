"""Which passwords are good enough: long, or a sentence of one's own; nothing that stands on a list of guesses."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from voice_agent.errors import StoreError

#: Characters a password must have, or Chinese characters of a sentence; the longest is what argon2 should have to read.
SHORTEST, SENTENCE, LONGEST = 12, 8, 256
RULE = f"至少 {SHORTEST} 个字符，或者一句 {SENTENCE} 个汉字以上、只有您自己知道的话"
#: Guesses (a power of ten) after which zxcvbn, which knows lists of leaked passwords, names, keyboard rows and dates, finds it.
GUESSES = 8.0
#: What people here would think of and no English list knows.
_LOCAL = (
    "12333", "shebao", "rexian", "zhijian", "zuoxi", "renshe", "yinchuan", "ningxia", "beijing", "woaini", "woaini1314", "5201314", "1314520", "zhongguo", "voice-agent",
    "voiceagent", "mima", "denglu", "guanliyuan", "admin", "laoban", "nihao", "hotline",
)  # fmt: skip
_MANY_CHINESE = 6
_hasher = PasswordHasher()


def weakness(password: str, *about: str) -> str:
    """Why a password is refused, '' when it is not. ``about``: the user's own name and number, which everybody guesses first."""
    chinese = [char for char in password if "\u4e00" <= char <= "\u9fff"]
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 个字符"
    if any(word and len(word) > 3 and word.casefold() in password.casefold() for word in about):
        return "密码里不能有用户名、姓名或工号"
    if len(chinese) >= SENTENCE:
        return "" if len(set(chinese)) >= _MANY_CHINESE else "密码太容易被猜到：重复的字太多"
    if len(password) < SHORTEST:
        return f"密码太短：{RULE}"
    found = zxcvbn(password[:72], user_inputs=[*_LOCAL, *filter(None, about)], max_length=72)
    return "" if found["guesses_log10"] >= GUESSES else "密码太容易被猜到（常用密码、键盘顺序、日期或重复）"


def hash_password(password: str, *about: str) -> str:
    """The argon2id hash of a password. Raises StoreError when it is too weak."""
    if why := weakness(password, *about):
        raise StoreError(why)
    return _hasher.hash(password)


def is_password(stored: str, password: str) -> bool:
    """Does the password match the stored hash?"""
    try:
        return len(password) <= LONGEST and _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def nobody() -> str:
    """A hash that nothing matches, so that an unknown name takes as long to refuse as a known one."""
    return _hasher.hash("nobody has this one, because it is longer than any is read" * 8)
