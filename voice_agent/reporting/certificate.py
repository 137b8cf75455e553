"""What an erasure did, in words that can be given to whoever asked for it. It holds nothing of what was erased."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from voice_agent import __version__
from voice_agent.store.privacy.erasure import Erasure
from voice_agent.store.privacy.kinds import KIND_NAMES

_NAMES = {**KIND_NAMES, "sound": "波形和录音位置", "elsewhere": "日志、筛选等处出现的原词"}


def certificate(done: Erasure, zone: ZoneInfo) -> str:
    """The certificate as plain text, a line a fact."""
    counts = [f"  {_NAMES.get(kind, kind)}：{number} 处" for kind, number in done.counts.items()]
    left = (
        "尚未复查"
        if done.left is None
        else "没有找到任何残留"
        if not done.left
        else f"仍有 {done.left} 个文件含有原词，请联系维护人员"
    )
    kept = f"电话系统的录音文件：已删除 {done.files_deleted} 个，保留 {done.files_kept} 个" + (
        "（本单位配置不由本软件删除录音；请在电话系统中另行处理）" if done.files_kept else ""
    )
    return "\n".join(
        [
            f"个人信息删除证明（第 {done.id} 号）", "",
            f"时间：{datetime.fromtimestamp(done.at, zone):%Y-%m-%d %H:%M:%S}",
            f"经办人：{done.username or '命令行'}",
            f"依据：{done.reason}",
            f"涉及通话：{done.calls} 通。通话的时间、时长、结论等统计数字保留，不含个人信息。",
            "清空内容：", *counts, kept,
            "处理方式：删除时覆盖原处，全文检索合并重写，数据库文件整体重写，写前日志清空。",
            f"复查：对数据库文件、日志文件和播放副本目录逐字节查找所给号码和姓名，{left}。",
            "不在本软件管理之内：以前的备份、已导出或打印的文件。请按本单位规定另行处理。",
            f"软件版本：voice-agent {__version__}",
        ]
    )  # fmt: skip
