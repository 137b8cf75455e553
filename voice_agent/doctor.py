"""Looks at everything that listening depends on, and says what to do about what is wrong."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ami_bridge.probe import Probe, probe
from phrasebook.book import load_book
from phrasebook.errors import PhraseBookError
from voice_agent.acts.learned.model import bundled
from voice_agent.config import Config
from voice_agent.errors import VoiceAgentError
from voice_agent.hearing.models.installed import choose
from voice_agent.live.setup import bridge_settings
from voice_agent.live.spool import count_waiting
from voice_agent.recorded import LATEST, findings
from voice_agent.store import Store, soundness
from voice_agent.store.calls import jobs
from voice_agent.store.calls.timelines import latest_covered

State = Literal["good", "warning", "bad"]

LOW_DISK_GB = 5.0
_RESTORE = "停止本程序，用 voice-agent restore 从备份恢复；没有备份时，先复制数据库文件，再用 sqlite3 的 .recover 取出完好的部分"
CLOCK_TOLERANCE = 2.0  # seconds: more, and holds are found at the wrong place in a recording


@dataclass(frozen=True)
class Check:
    """One thing looked at. ``advice`` (Chinese) says what to do when it is not good."""

    name: str
    state: State
    found: str
    advice: str = ""


def examine(config: Config) -> Iterator[Check]:
    """Every check, one after the other; none of them changes anything but an absent store's folder is only looked at."""
    yield _guarded("语音模型", lambda: _model(config), "重新安装本软件，或执行 voice-agent model install")
    yield _guarded("行为模型", _acts, "重新安装本软件")
    yield _guarded("用语库", lambda: _book(config), "执行 voice-agent phrasebook lint 查看问题")
    yield _guarded("数据库", lambda: _store(config), "检查 store.path 及其目录的权限")
    yield _recordings(config.recordings.folder)
    yield _disk(_existing(config.store.path))
    yield from _asterisk(config)
    yield from _covered(config)


def _covered(config: Config) -> Iterator[Check]:
    """How the latest calls were recorded; nothing before there are any."""
    if not config.store.path.exists():
        return
    try:
        with Store.open(config.store.path, timezone=config.store.timezone, create=False) as store:
            latest = latest_covered(store, LATEST)
    except VoiceAgentError:
        return  # the check of the store has said so
    for name, found, advice in findings(latest, config.recordings.least_coverage) if latest else ():
        yield Check(name, "warning" if advice else "good", found, advice)


def _guarded(name: str, look: Callable[[], Check], advice: str) -> Check:
    try:
        return look()
    except (VoiceAgentError, PhraseBookError) as error:
        return Check(name, "bad", str(error), advice)


def _model(config: Config) -> Check:
    if config.model.engine == "whisper":
        present = config.model.path is not None and config.model.path.is_dir()
        return Check("语音模型", "good" if present else "bad", f"whisper：{config.model.path}", "检查 model.path")
    choice = choose(None, config.model.path)
    return Check("语音模型", "good", f"{choice.name}（{choice.size / 1e6:.0f} MB，{choice.rate} Hz）")


def _acts() -> Check:
    model = bundled()
    if model is None:
        return Check("行为模型", "bad", "没有行为模型：只凭用语判定，漏判和冤判都多得多", "重新安装本软件")
    return Check("行为模型", "good", f"{len(model.network.names.acts)} 种行为，指纹 {model.digest}")


def _book(config: Config) -> Check:
    book = load_book(config.phrasebook.folder)
    return Check("用语库", "good", f"版本 {book.version}，{len(book.phrases)} 条用语，{len(book.prohibited)} 条忌语")


def _store(config: Config) -> Check:
    path = config.store.path.expanduser()
    if not path.exists():
        return Check("数据库", "warning", f"{path} 还不存在", "运行 voice-agent listen 后会自动建立")
    with Store.open(path, timezone=config.store.timezone, create=False) as store:
        if problems := soundness.examine(store).problems:
            more = f"；另有 {len(problems) - 1} 处" if len(problems) > 1 else ""
            return Check("数据库", "bad", f"已损坏：{problems[0]}{more}", _RESTORE)
        counts = jobs.count_jobs(store)
    if path.stat().st_mode & 0o077:
        return Check("数据库", "warning", "其他用户可以读取数据库文件", f"执行 chmod 600 {path}")
    if waiting := count_waiting(path):
        return Check(
            "数据库", "warning", f"{waiting} 条事件暂存在磁盘上，等待写入", "查看哪个程序占用着数据库，或磁盘是否已满"
        )
    found = f"完好，待处理 {counts['waiting'] + counts['leased']} 通，未能处理 {counts['failed']} 通"
    return Check("数据库", "good", found)


def _recordings(folder: Path) -> Check:
    if not folder.is_dir():
        return Check(
            "录音目录", "bad", f"{folder} 不存在", "检查 recordings.folder；Asterisk 在别的机器上时请挂载其录音目录"
        )
    if not os.access(folder, os.R_OK | os.X_OK):
        return Check("录音目录", "bad", f"{folder} 不可读", "把运行本程序的用户加入 asterisk 组")
    return Check("录音目录", "good", str(folder))


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())


def _disk(path: Path) -> Check:
    free = shutil.disk_usage(path).free / 1e9
    if free < LOW_DISK_GB:
        return Check("磁盘空间", "warning", f"只剩 {free:.1f} GB", "清理磁盘，空间用尽时检查结果无法保存")
    return Check("磁盘空间", "good", f"剩余 {free:.0f} GB")


def _asterisk(config: Config) -> Iterator[Check]:
    if not config.ami_secret.get_secret_value():
        yield Check(
            "Asterisk",
            "warning",
            "没有 AMI 密码，未检查连接",
            "设置环境变量 VOICE_AGENT_AMI_SECRET 或 asterisk.secret_file",
        )
        return
    seen = probe(bridge_settings(config))
    if seen.login != "ok":
        advice = {
            "refused": "检查 asterisk.username 与密码，以及 manager.conf 中该用户的 permit",
            "too_old": "升级 Asterisk；在此之前可用 voice-agent watch 只检查录音",
            "unreachable": "检查 asterisk.host、port，manager.conf 的 enabled=yes 与 bindaddr，以及防火墙",
        }
        yield Check("Asterisk", "bad", seen.trouble, advice[seen.login])
        return
    release = f"Asterisk {seen.asterisk}（AMI {seen.ami_version}）" if seen.asterisk else f"AMI {seen.ami_version}"
    yield Check("Asterisk", "good", f"已登录，{release}")
    yield _privileges(seen)
    yield _clock(seen)


def _privileges(seen: Probe) -> Check:
    if seen.excess:
        advice = "在 manager.conf 中把 write= 留空，只留 read=call,agent,cdr"
        return Check("AMI 权限", "warning", f"权限过大：{'、'.join(seen.excess)}", advice)
    return Check("AMI 权限", "good", "没有多余的写权限（请确认 read=call,agent,cdr）")


def _clock(seen: Probe) -> Check:
    if seen.clock_difference is None:
        return Check("时钟", "warning", "Asterisk 没有报告时间", "在 manager.conf 中写 timestampevents=yes")
    found = f"与 Asterisk 相差 {seen.clock_difference:+.1f} 秒"
    if abs(seen.clock_difference) > CLOCK_TOLERANCE:
        return Check("时钟", "warning", found, "在两台机器上启用时间同步（NTP）")
    return Check("时钟", "good", found)
