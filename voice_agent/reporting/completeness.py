"""One sentence that says what the figures of a period lack, for pages and reports; '' when they are whole."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from voice_agent.store.statistics.health import Shortfall


def incomplete(lacks: Shortfall, zone: ZoneInfo) -> str:
    """``这段时间的数字不完整：…`` in the order of weight. Pure."""
    parts = []
    if lacks.stopped_at is not None:
        parts.append(f"{datetime.fromtimestamp(lacks.stopped_at, zone):%Y-%m-%d %H:%M} 起没有在监听")
    if lacks.gaps:
        lost = f"，其间已知漏录 {lacks.lost} 通" if lacks.lost else ""
        parts.append(f"监测中断 {lacks.gaps} 次，共 {duration(lacks.gap_seconds)}{lost}")
    elif lacks.lost:
        parts.append(f"因监测中断漏录 {lacks.lost} 通")
    if lacks.pending:
        parts.append(f"{lacks.pending} 通还在等待判定")
    if lacks.failed:
        parts.append(f"{lacks.failed} 通处理失败，没有判定")
    return f"这段时间的数字不完整：{'；'.join(parts)}。" if parts else ""


def duration(seconds: float) -> str:
    """``3 小时 5 分``; what is shorter than a minute in seconds."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return f"{max(0, round(seconds))} 秒"
    days, hours = divmod(minutes // 60, 24)
    words = (
        f"{days} 天" if days else "",
        f"{hours} 小时" if hours else "",
        f"{minutes % 60} 分" if minutes % 60 else "",
    )
    return " ".join(word for word in words if word)
