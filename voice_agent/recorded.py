"""How the latest calls were recorded, for ``voice-agent doctor``: both legs, in step, from when, how much of the talk."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from voice_agent.store.calls.timelines import Covered

#: So many of the latest calls are looked at.
LATEST = 100
#: Legs that are laid further apart than this (seconds) were out of step.
APART_SECONDS = 1.0
_S_OPTION = "在 MixMonitor 的选项里加上 S（…r(…)t(…)S），两侧录音才会同步"


def findings(latest: list[Covered], least: float) -> Iterator[tuple[str, str, str]]:
    """(what was found, Chinese; what to do about it, "" when it is good), one for each thing worth knowing."""
    count = len(latest)
    short = [one for one in latest if one.share < least]
    whole = f"最近 {count} 通：平均录到坐席通话的 {sum(one.share for one in latest) / count:.0%}"
    advice = "检查录音是否中途停止、转接后是否另起文件（channelvars 里要有 MIXMONITOR_FILENAME）"
    yield "录音覆盖", f"{whole}，{len(short)} 通不足 {least:.0%}", advice if short else ""
    mixed = sum("mixed" in one.channels for one in latest)
    single = sum(len(one.channels) == 1 and "mixed" not in one.channels for one in latest)
    two = f"{count - mixed - single} 通录到两侧，{mixed} 通是混合声道，{single} 通只有一侧"
    yield "两侧录音", two, "用 r(…)t(…) 分开录两侧，否则分不清谁在说话" if mixed or single else ""
    apart = [one for one in latest if abs(one.apart) > APART_SECONDS and len(one.channels) == 2]
    doubtful = sum(bool(one.doubt) for one in latest)
    yield "录音同步", f"{len(apart)} 通两侧不同步，{doubtful} 通时间对不上", _S_OPTION if apart or doubtful else ""
    lead = median(one.lead for one in latest)
    begun = (
        f"一般从接听前 {lead:.0f} 秒开始"
        if lead >= 0.5
        else "一般从接听时开始"
        if lead > -1.0
        else f"一般在接听后 {-lead:.0f} 秒才开始"
    )
    yield "录音起点", begun, "把 MixMonitor 放在 Queue 或 Dial 之前" if lead <= -1.0 else ""
