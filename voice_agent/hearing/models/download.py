"""Fetches one file over HTTP: a broken connection is taken up where it ended, and the result is checked against its MD5."""

from __future__ import annotations

import hashlib
import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from voice_agent.errors import ModelError

TIMEOUT = 30.0  # seconds without a byte
ATTEMPTS = 5
PIECE = 1 << 18

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Published:
    """A file as its publisher's list describes it: ``md5`` in hexadecimal, ``size`` in bytes."""

    name: str
    url: str
    md5: str
    size: int


def published(list_url: str, name: str) -> Published:
    """The entry of ``name`` in a Vosk model list (JSON). Raises ModelError."""
    try:
        with _open(list_url) as answer:
            entry = next((e for e in json.load(answer) if e.get("name") == name), None)
        if entry:
            return Published(name, str(entry["url"]), str(entry["md5"]).lower(), int(entry["size"]))
    except (OSError, http.client.HTTPException) as error:
        raise ModelError(f"{list_url}：无法获取模型清单（{_why(error)}）；{OFFLINE_ADVICE}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{list_url}：模型清单格式不对：{error}；{OFFLINE_ADVICE}") from error
    raise ModelError(f"{list_url}：模型清单中没有 {name}；{OFFLINE_ADVICE}")


OFFLINE_ADVICE = "不能上网时，请在别处下载 zip 后执行 voice-agent model install 压缩包路径"


def download(file: Published, target: Path, progress: Progress) -> None:
    """Fetch the file to ``target``; what an earlier attempt left in ``target``.part is continued. Raises ModelError."""
    part = target.with_name(target.name + ".part")
    for attempt in range(ATTEMPTS):
        try:
            _continue(file, part, progress)
            break
        except (OSError, http.client.HTTPException) as error:
            if attempt == ATTEMPTS - 1 or _is_final(error):
                raise ModelError(
                    f"{file.url}：下载中断（{_why(error)}），已下载的部分保留，再次执行即可续传；{OFFLINE_ADVICE}"
                ) from error
    if _md5(part) != file.md5:
        part.unlink()
        raise ModelError(f"{file.url}：校验和不符，下载的文件已损坏或被改动，已删除；请重新执行安装")
    part.replace(target)


def _continue(file: Published, part: Path, progress: Progress) -> None:
    have = part.stat().st_size if part.exists() else 0
    if have > file.size:  # left over from another version
        part.unlink()
        have = 0
    if have == file.size:
        return
    headers = {"Range": f"bytes={have}-"} if have else {}
    with _open(file.url, headers) as answer:
        resumed = answer.status == http.client.PARTIAL_CONTENT
        with part.open("ab" if resumed else "wb") as out:
            _copy(answer, out, have if resumed else 0, file.size, progress)


def _copy(answer: http.client.HTTPResponse, out: BinaryIO, done: int, size: int, progress: Progress) -> None:
    while data := answer.read(PIECE):
        out.write(data)
        done += len(data)
        progress(done, size)
    if done < size:
        raise ConnectionError(f"{done} / {size}")


def _open(url: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
    if not url.startswith(("https://", "http://")):
        raise ModelError(f"{url}：只能从 http 或 https 地址下载")
    request = Request(url, headers={"User-Agent": "voice-agent", **(headers or {})})  # noqa: S310 - checked above
    answer: http.client.HTTPResponse = urlopen(request, timeout=TIMEOUT)  # noqa: S310 - checked above
    return answer


def _is_final(error: Exception) -> bool:
    """The server's no is final, and so is a full disk; a broken connection is not."""
    return isinstance(error, HTTPError) or (isinstance(error, OSError) and error.errno in (28, 30, 13))


def _why(error: Exception) -> str:
    return str(error.reason if type(error) is URLError else error) or type(error).__name__


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
