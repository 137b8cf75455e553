"""One TOML file of a phrase book: its data, and on which line of it something stands."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phrasebook.errors import BookFileError, Place

_HEADER = re.compile(r"^\s*\[")
_AT_LINE = re.compile(r"\(at line (\d+)")


@dataclass(frozen=True)
class TomlFile:
    """A parsed file with its lines, which tomllib forgets and error messages need."""

    path: Path
    lines: tuple[str, ...]
    data: dict[str, Any]

    def place(self, table: str | None = None, index: int = 0, field: str = "", value: object = None) -> Place:
        """Where the ``index``-th ``[[table]]`` (None: the top of the file) holds ``field``, and in it ``value``."""
        start, end = self._block(table, index)
        line = self._field_line(start, end, field) if field else start
        line = self._value_line(line, end, value) if isinstance(value, str) else line
        return Place(self.path, line + 1 if self.lines else None, field)

    def _block(self, table: str | None, index: int) -> tuple[int, int]:
        headers = [number for number, line in enumerate(self.lines) if _HEADER.match(line) and not line.startswith(" ")]
        if table is None:
            return 0, headers[0] if headers else len(self.lines)
        mine = [number for number in headers if self.lines[number].strip().startswith(f"[[{table}]]")]
        start = mine[index] if index < len(mine) else 0
        return start, next((number for number in headers if number > start), len(self.lines))

    def _field_line(self, start: int, end: int, field: str) -> int:
        assigned = re.compile(
            rf'(^|[{{,])\s*"?{re.escape(field)}"?\s*='
        )  # at the start of a line or in an inline table
        return next((number for number in range(start, end) if assigned.search(self.lines[number])), start)

    def _value_line(self, start: int, end: int, value: str) -> int:
        quoted = json.dumps(value, ensure_ascii=False)
        return next((number for number in range(start, end) if quoted in self.lines[number]), start)


def read_toml(path: Path) -> TomlFile:
    """Read ``path``. Raises ``BookFileError`` when it cannot be read, is not UTF-8, or is no TOML (with the line)."""
    try:
        text = path.read_bytes().decode("utf-8-sig")  # Windows editors put a byte-order mark in front
        return TomlFile(path, tuple(text.splitlines()), tomllib.loads(text))
    except OSError as error:
        raise BookFileError(f"读不出来（{error.strerror}）", Place(path)) from error
    except UnicodeDecodeError as error:
        raise BookFileError("不是 UTF-8 编码，请另存为 UTF-8", Place(path)) from error
    except RecursionError as error:
        raise BookFileError("括号套得太深", Place(path)) from error
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        raise BookFileError(f"不是正确的 TOML：{error}", Place(path, int(found[1]) if found else None)) from error
