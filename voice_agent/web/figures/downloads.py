"""Files that a browser saves: under a name that says what and when, and closed however the answer ends."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from voice_agent.store import CallFilter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


class Attachment(StreamingResponse):
    """A file that is closed however the answer ends: a browser may go away in the middle."""

    def __init__(self, file: IO[bytes], name: str, media: str) -> None:
        super().__init__(iter(partial(file.read, 65_536), b""), media_type=media, headers=_as_file(name))
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file."""
        with self._file:
            await super().__call__(scope, receive, send)


def attachment(pieces: Iterator[bytes], name: str, media: str) -> Response:
    """A download, written out here in the thread that owns the store, before the first byte leaves."""
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    for piece in pieces:
        file.write(piece)
    file.seek(0)
    return Attachment(file, name, media)


def named(what: str, chosen: CallFilter, kind: str) -> str:
    """``通话_甲局_2026-11-01至2026-11-30.xlsx``: which calls are in it stands in the name."""
    first, last = chosen.since, chosen.until
    period = f"{first or '最早'}至{last or '今天'}" if first or last else "全部时间"
    parts = [what, *([chosen.unit] if chosen.unit else []), *([f"抽查{chosen.draw}"] if chosen.draw else []), period]
    return f"{'_'.join(parts)}.{kind}".replace("/", "－")


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
