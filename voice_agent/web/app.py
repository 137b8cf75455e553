"""The web application: doors for strangers, pages for people who are signed in, and the headers that every answer carries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from voice_agent.web import pages
from voice_agent.web.doors.gate import admitted
from voice_agent.web.doors.hosts import KnownHosts, known_hosts
from voice_agent.web.doors.permissions import MAY
from voice_agent.web.doors.security import harden, new_nonce
from voice_agent.web.doors.signing import DOORS
from voice_agent.web.failures import failure
from voice_agent.web.site import Site
from voice_agent.web.words import FOLDER

Work = Callable[[Request, Mapping[str, str], str], Response]
Endpoint = Callable[[Request], Awaitable[Response]]
#: Fields and bytes of a form; the longest text people write is an objection.
MOST_FIELDS, MOST_BYTES = 60, 64 * 1024
#: Seconds in which a form must have arrived; a browser sends it at once.
FORM_SECONDS = 20.0


class _StoreNumber(IntegerConvertor):
    """A number of the store in a path. Starlette's own takes any number of digits, and Python refuses to read more than 4,300."""

    regex = "[0-9]{1,18}"


register_url_convertor("int", _StoreNumber())


def create_app(site: Site) -> Starlette:
    """The application for a site; closing it closes the site."""
    _check_table()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        site.housekeeping.start()
        yield
        await asyncio.to_thread(site.close)

    routes = [Route(door.path, _endpoint(site, partial(door.answer, site)), methods=[door.method]) for door in DOORS]
    routes += [
        Route(page.path, _endpoint(site, partial(admitted, site, page)), methods=[page.method], name=page.name)
        for page in pages.ALL
    ]
    static = Mount("/static", _Static(FOLDER / "static", secure=site.secure))

    async def elsewhere(request: Request, error: Exception) -> Response:
        return harden(failure(site, request, error), new_nonce(), private=True, secure=site.secure)

    app = Starlette(
        routes=[*routes, static], lifespan=lifespan, exception_handlers={HTTPException: elsewhere},
        middleware=[Middleware(KnownHosts, hosts=known_hosts(site.config.web), secure=site.secure)],
    )  # fmt: skip
    # A redirect that only takes a slash away would be absolute, and lead to whatever host the request named.
    app.router.redirect_slashes = False
    return app


def _check_table() -> None:
    """A page that nobody was given a right to must not be served at all."""
    names = {page.name for page in pages.ALL}
    if names != set(MAY):
        raise RuntimeError(f"permissions and pages differ: {sorted(names ^ set(MAY))}")


def _endpoint(site: Site, work: Work) -> Endpoint:
    """Read the form, then answer in a thread that may use the store; whatever goes wrong becomes a page that says so."""

    async def endpoint(request: Request) -> Response:
        nonce = new_nonce()
        form, refused = await _received(request)

        def answer() -> Response:
            try:
                if refused is not None:
                    raise refused
                return work(request, form, nonce)
            except Exception as error:
                return failure(site, request, error)

        response = await asyncio.get_running_loop().run_in_executor(site.pool, answer)
        return harden(response, nonce, private=True, secure=site.secure)

    return endpoint


async def _received(request: Request) -> tuple[Mapping[str, str], HTTPException | None]:
    """The form, or why it is refused: what a stranger sends badly is no error of ours."""
    try:
        async with asyncio.timeout(FORM_SECONDS):
            return await _form(request), None
    except TimeoutError:
        return {}, HTTPException(408, headers={"Connection": "close"})
    except HTTPException as error:
        return {}, error
    except (ValueError, LookupError, ClientDisconnect):
        return {}, HTTPException(400, "提交的表单无法读取，没有保存。")


async def _form(request: Request) -> Mapping[str, str]:
    """The text fields of a POST; files and oversized forms are refused. Raises HTTPException 400 or 413, and what parsing raises."""
    if request.method != "POST":
        return {}
    told = request.headers.get("content-length", "")
    if not (told.isascii() and told.isdigit() and len(told) < 10 and int(told) <= MOST_BYTES):
        raise HTTPException(413)
    async with request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


class _Static(StaticFiles):
    """Files of the product: no personal data, checked by their tag on every use so that an upgrade shows at once."""

    def __init__(self, folder: Path, *, secure: bool) -> None:
        super().__init__(directory=folder)
        self._secure = secure

    async def get_response(self, path: str, scope) -> Response:  # type: ignore[no-untyped-def]
        """Serve a file with the headers that every answer carries."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return harden(response, "", private=False, secure=self._secure)
