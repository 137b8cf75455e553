"""运行状况: one page for administrators that brings itself up to date: listening, jobs, disk, gaps, versions."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.responses import Response

from voice_agent.doctor import LOW_DISK_GB
from voice_agent.errors import VoiceAgentError
from voice_agent.hearing.models.installed import choose
from voice_agent.in_force import judging_digest
from voice_agent.live.spool import count_waiting
from voice_agent.reporting.completeness import duration
from voice_agent.store.statistics.health import Health, health
from voice_agent.web.doors.visit import Page, Visit

#: Seconds that a job may wait before the page calls it late: the longest calls take minutes to hear.
LATE = 1800.0


@dataclass(frozen=True)
class Disk:
    """A disk that something lies on: ``free`` of ``whole`` bytes."""

    what: str
    free: float
    whole: float

    @property
    def low(self) -> bool:
        """Is there too little left?"""
        return self.free < LOW_DISK_GB * 1e9


@dataclass(frozen=True)
class Sign:
    """One thing to look at: how it is (``good``, ``warn``, ``bad``), in words, and what to do."""

    name: str
    kind: str
    found: str
    advice: str = ""


def show_health(visit: Visit) -> Response:
    """The page, or (for its script) what changes in it."""
    now = health(visit.store)
    disks = _disks(visit)
    values: dict[str, Any] = {
        "health": now, "signs": [*_listening(now), *_waiting(visit), _jobs(now), *map(_disk, disks), *_versions(visit, now)], "duration": duration,
        "size": _size(visit.site.config.store.path.expanduser()),
    }  # fmt: skip
    return visit.show("_health.html" if visit.partial else "health.html", **values)


def _listening(now: Health) -> list[Sign]:
    advice = "检查 voice-agent listen 是否在运行（systemctl status、日志），Asterisk 是否可达（voice-agent doctor）"
    if not now.followed:
        return [
            Sign(
                "监听",
                "warn",
                "还没有监听过 Asterisk",
                "用 voice-agent listen 监听，或用 voice-agent watch 检查录音目录",
            )
        ]
    signs = []
    for one in now.followed:
        name = f"监听 {one.system}".strip()
        silent = duration(now.now - one.until)
        if one.live:
            signs.append(Sign(name, "good", "正在监听"))
        elif now.open_gaps:
            signs.append(
                Sign(
                    name,
                    "bad",
                    f"监测中断已 {duration(now.now - now.open_gaps[-1].start)}：{now.open_gaps[-1].reason}",
                    advice,
                )
            )
        else:
            signs.append(Sign(name, "bad", f"listen 已 {silent} 没有消息", advice))
    return signs


def _waiting(visit: Visit) -> list[Sign]:
    """Events that the listener could not write yet; nothing when there are none."""
    waiting = count_waiting(visit.site.config.store.path.expanduser())
    advice = "数据库被别的程序占用，或磁盘已满；恢复后自动写入，一条也不会丢"
    return [Sign("待写入", "bad", f"{waiting} 条事件暂存在磁盘上，等待写入数据库", advice)] if waiting else []


def _jobs(now: Health) -> Sign:
    words = f"等待 {now.waiting} 通，正在处理 {now.leased} 通，失败 {now.failed} 通"
    age = now.now - now.oldest if now.oldest is not None else 0.0
    if age > LATE:
        return Sign(
            "任务",
            "bad",
            f"{words}；最早的已等 {duration(age)}",
            "检查 listen 或 watch 是否在运行，处理器是否够用（[work] workers）",
        )
    return Sign("任务", "good", words + (f"；最早的已等 {duration(age)}" if now.oldest is not None else ""))


def _disks(visit: Visit) -> list[Disk]:
    config, found = visit.site.config, []
    for what, path in (("数据库", config.store.path.expanduser()), ("录音", config.recordings.folder)):
        place = next((one for one in (path, *path.parents) if one.exists()), None)
        if place is not None:
            usage = shutil.disk_usage(place)
            found.append(Disk(what, usage.free, usage.total))
    return found


def _disk(one: Disk) -> Sign:
    words = f"剩余 {one.free / 1e9:.1f} GB，共 {one.whole / 1e9:.0f} GB"
    return Sign(
        f"{one.what}所在磁盘",
        "bad" if one.low else "good",
        words,
        "清理磁盘，空间用尽时结果无法保存" if one.low else "",
    )


def _size(path: Path) -> float:
    """Bytes of the store with its log."""
    parts = (path, path.with_name(f"{path.name}-wal"))
    return float(sum(one.stat().st_size for one in parts if one.exists()))


def _versions(visit: Visit, now: Health) -> list[Sign]:
    book, acts = visit.site.book, judging_digest(visit.store)
    other = now.book not in ("", book.version)
    signs = [
        Sign(
            "用语库", "warn" if other else "good", f"版本 {book.version}" + (f"，最近的判定用的是 {now.book}" if other else ""),
            "重新启动 listen 和 serve，使它们用同一个用语库" if other else "",
        )
    ]  # fmt: skip
    older = bool(now.model) and now.model != acts
    words = (acts or "没有，只凭用语判定") + (f"，最近的判定用的是 {now.model}" if older else "")
    signs.append(Sign("行为模型", "warn" if older or not acts else "good", words, "重新启动 listen" if older else ""))
    try:
        name = choose(None, visit.site.config.model.path).name
        signs.append(
            Sign("语音模型", "good", name + (f"，最近的转写用的是 {now.recogniser}" if now.recogniser else ""))
        )
    except VoiceAgentError as error:
        signs.append(Sign("语音模型", "bad", str(error), "重新安装，或执行 voice-agent model install"))
    return signs


PAGES = (Page("health", "GET", "/health", show_health),)
