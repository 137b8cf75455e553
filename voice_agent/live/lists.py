"""Who and when of a recording without a telephone system to ask: from its name, or from a CSV list beside it. Pure but for reading."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from voice_agent.errors import ConfigError, RecordingError
from voice_agent.intake.recordings import AGENT_LEG, CALLER_LEG

#: The columns of a list: our name → what people write above it.
COLUMNS: dict[str, tuple[str, ...]] = {
    "file": ("file", "文件", "录音", "录音文件"),
    "time": ("time", "start", "时间", "开始时间", "通话时间"),
    "seconds": ("seconds", "duration", "时长", "通话时长", "秒数"),
    "job_number": ("job_number", "agent", "工号", "坐席", "坐席工号"),
    "caller": ("caller", "number", "来电号码", "主叫", "主叫号码"),
    "queue": ("queue", "队列", "技能组"),
    "direction": ("direction", "方向", "呼叫方向"),
}
_OUTBOUND = frozenset({"outbound", "out", "呼出", "去电", "外呼"})
#: ISO 8601 and what spreadsheets write are understood besides the site's own format.
_USUAL = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M")


@dataclass(frozen=True)
class Known:
    """What a name or a list says of a recording; "" or None where it says nothing. ``time`` is unix seconds."""

    name: str
    time: float | None = None
    seconds: float | None = None
    job_number: str = ""
    caller: str = ""
    queue: str = ""
    outbound: bool = False


@dataclass(frozen=True)
class Reading:
    """How this site writes names and times."""

    pattern: re.Pattern[str] | None
    time_format: str
    zone: ZoneInfo

    @classmethod
    def of(cls, pattern: str, time_format: str, zone: ZoneInfo) -> Reading:
        """Raises ConfigError for a pattern that is none."""
        try:
            return cls(re.compile(pattern) if pattern else None, time_format, zone)
        except re.error as error:
            raise ConfigError(f"watch.name_pattern：正则表达式无效（{error}）：{pattern}") from error

    def from_name(self, name: str) -> Known:
        """What the name (below the folder, without suffix and side) says."""
        found = self.pattern.search(name) if self.pattern else None
        said = {key: value or "" for key, value in found.groupdict().items()} if found else {}
        return Known(
            name,
            self.moment(said.get("time", "")),
            None,
            said.get("job_number", ""),
            said.get("caller", ""),
            said.get("queue", ""),
        )

    def moment(self, text: str) -> float | None:
        """Unix seconds of a time as the site or a spreadsheet writes it; None for anything else."""
        for form in (self.time_format, *_USUAL):
            try:
                read = datetime.strptime(text.strip(), form)  # noqa: DTZ007 - the site's zone is put in below
            except ValueError:
                continue
            return (read if read.tzinfo else read.replace(tzinfo=self.zone)).timestamp()
        return None

    def from_list(self, path: Path) -> Iterator[Known]:
        """The rows of a CSV list. Raises RecordingError when it is none."""
        for number, row in enumerate(_rows(path), start=2):
            name = row.get("file", "")
            if not name:
                raise RecordingError(
                    f"{path} 第 {number} 行：没有写录音文件（列名应为 {'、'.join(COLUMNS['file'])} 之一）"
                )
            yield Known(
                call_name(name), self.moment(row.get("time", "")), _number(row.get("seconds", "")), row.get("job_number", ""),
                row.get("caller", ""), row.get("queue", ""), row.get("direction", "").lower() in _OUTBOUND,
            )  # fmt: skip


def call_name(path: str) -> str:
    """The name that both sides of a recording share: without suffix and side."""
    pure = PurePosixPath(path.replace("\\", "/"))
    stem = pure.stem if re.fullmatch(r"\.[A-Za-z][A-Za-z0-9]{1,4}", pure.suffix) else pure.name
    return str(pure.with_name(stem.removesuffix(CALLER_LEG).removesuffix(AGENT_LEG)))


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    names = {written: ours for ours, all_written in COLUMNS.items() for written in all_written}
    reader = csv.DictReader(_text(path).splitlines())
    for row in reader:
        yield {
            names[key.strip().lower()]: (value or "").strip()
            for key, value in row.items()
            if key and key.strip().lower() in names
        }


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecordingError(f"{path}：无法读取清单：{error.strerror}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RecordingError(f"{path}：清单不是 UTF-8 或 GB18030 编码的文字")


def _number(text: str) -> float | None:
    """Seconds: ``75``, ``1:15`` or ``0:01:15``."""
    try:
        parts = [float(part) for part in text.split(":")] if text else []
    except ValueError:
        return None
    return sum(part * 60**place for place, part in enumerate(reversed(parts))) if parts else None
