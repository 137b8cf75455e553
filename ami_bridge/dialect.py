"""Which dialect of the manager interface an Asterisk speaks, and which release that means. Pure."""

from __future__ import annotations

import re

from ami_bridge.errors import OldAsteriskError

# The manager interface's own version → Asterisk's.
_RELEASES = {
    "2": "13", "3": "14", "4": "15", "5": "16", "6": "17", "7": "18", "8": "19", "9": "20", "10": "21", "11": "22", "12": "23",
}  # fmt: skip
# Events that only Asterisk 11 and older send: their successors bear other names and carry other keys.
OLD_EVENTS = frozenset({b"Join", b"Leave", b"Link", b"Unlink", b"Bridge", b"Dial"})
TOO_OLD = (
    "这是 Asterisk 11 或更早的版本（AMI {version}），它的事件格式与现在的不同，照样监测会把已接通的电话记成未接通；"
    "请升级到 Asterisk 13 或更新的版本（16 以上经过实测）"
)


def release(version: str) -> str:
    """Asterisk's release ("22") for a version of the manager interface ("11.0.0"); "" when it is none we know."""
    return _RELEASES.get(version.partition(".")[0], "")


def refuse_old(version: str) -> None:
    """Raises ``OldAsteriskError`` for the manager interface of Asterisk 11 and older (1.x, 0.x)."""
    if re.match(r"[01]\.", version):
        raise OldAsteriskError(TOO_OLD.format(version=version))
