"""What went wrong, in Chinese: a page for people, one sentence for updates within a page."""

from __future__ import annotations

import logging
import sqlite3

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from phrasebook.errors import PhraseBookError
from voice_agent.errors import (
    AccessError,
    NotInStore,
    RecordingError,
    RecordingNotFound,
    StoreDamaged,
    StoreError,
    StoreUnavailable,
    VoiceAgentError,
)
from voice_agent.web.site import Site

log = logging.getLogger(__name__)
_HEADINGS = {
    400: "没有完成", 408: "等得太久", 403: "没有权限", 404: "没有找到", 405: "没有找到", 410: "录音不在了", 413: "内容太长",
    500: "程序出错", 503: "请稍后再试",
}  # fmt: skip
_WORDS = {
    403: "您的角色不能使用这个页面。",
    404: "这里没有您要找的内容，或者它不属于您。",
    405: "这个地址不能这样使用。",
    408: "表单没有及时送到，没有保存。请检查网络后重试。",
    400: "请求无法读取，没有保存。",
    413: "提交的内容太长，没有保存。",
    500: "程序出错，已记入日志，没有保存。请联系管理员。",
}


def failure(site: Site, request: Request, error: Exception) -> Response:
    """The answer to a request that failed. Bugs are logged with their traceback and shown without it."""
    status, words = _meaning(error)
    if status == 500:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    if "x-part" in request.headers or "text/html" not in request.headers.get("accept", "text/html"):
        return PlainTextResponse(words, status)
    page = site.templates.get_template("error.html")
    heading = _HEADINGS.get(status, "没有完成")
    values = {"user": None, "heading": heading, "message": words, "back": own_address(request)}
    return HTMLResponse(page.render(values), status)


def _meaning(error: Exception) -> tuple[int, str]:
    """Status and words of an error."""
    if isinstance(error, HTTPException):
        own = error.detail if not error.detail.isascii() else ""
        return error.status_code, own or _WORDS.get(error.status_code, error.detail)
    if isinstance(error, StoreError):
        return _store_meaning(error)
    if isinstance(error, RecordingError):
        return (404 if isinstance(error, RecordingNotFound) else 400), sound_problem(error)
    if isinstance(error, VoiceAgentError | PhraseBookError):
        return (403 if isinstance(error, AccessError) else 400), str(error)
    return 500, _WORDS[500]


def _store_meaning(error: StoreError) -> tuple[int, str]:
    """What is not there, what SQLite could not do, or what somebody entered wrongly."""
    if isinstance(error, NotInStore):
        return 404, _WORDS[404]
    if isinstance(error, StoreDamaged):
        log.error("the store is damaged: %s", error)
        return 503, "这部分数据已损坏，无法读取；其他内容仍可使用。请联系管理员运行 voice-agent doctor。"
    broken = isinstance(error.__cause__, sqlite3.Error) and not isinstance(error.__cause__, sqlite3.IntegrityError)
    if broken or isinstance(error, StoreUnavailable):
        log.warning("the store failed: %s", error)
        return 503, "数据正被另一个程序占用或暂时无法读写，没有保存。请稍后重试；如果一直这样，请联系管理员。"
    return 400, str(error)


def sound_problem(error: RecordingError) -> str:
    """Why a recording cannot be played, without the path on the server."""
    return "录音文件已不在原处。" if isinstance(error, RecordingNotFound) else "录音文件损坏或无法解码。"


def own_address(request: Request) -> str:
    """The page that a request came from; only addresses of this site are a way back."""
    base, address = str(request.base_url), request.headers.get("referer", "/")
    return "/" + address.removeprefix(base) if address.startswith(base) else "/"
