"""Installing models: from a real HTTP server on the loopback, and from zips that somebody carried in."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from voice_agent.errors import ModelError
from voice_agent.hearing.models import download as downloading
from voice_agent.hearing.models.download import Published, download, published
from voice_agent.hearing.models.install import OFFICIAL, install
from voice_agent.hearing.models.installed import BUNDLED, choose, models_folder
from voice_agent.hearing.models.unpack import unpack


@dataclass
class Site:
    """A web site: its files, how many bytes it sends before it hangs up (None: all), and the ranges it was asked for."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    hang_up_after: int | None = None
    ranges: list[str | None] = field(default_factory=list)
    honours_ranges: bool = True


@pytest.fixture
def site() -> Iterator[Site]:
    """A real HTTP server."""
    state = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = state.files.get(self.path.lstrip("/"))
            if content is None:
                self.send_error(404)
                return
            asked = self.headers.get("Range") if state.honours_ranges else None
            state.ranges.append(asked)
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            end = len(content) if state.hang_up_after is None else start + state.hang_up_after
            self.wfile.write(content[start:end])

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    server.server_close()


def zipped(path: Path, model: Path = BUNDLED, top: str = "vosk-model-small-cn-0.22/") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in model.rglob("*"):
            archive.write(file, f"{top}{file.relative_to(model)}")
    return path


def entry(site: Site, name: str, content: bytes) -> Published:
    site.files[name] = content
    return Published(name, f"{site.url}/{name}", hashlib.md5(content).hexdigest(), len(content))  # noqa: S324 - as published


CONTENT = bytes(range(256)) * 4_000


def test_a_broken_download_is_taken_up_where_it_ended(site: Site, tmp_path: Path) -> None:
    """A server that hangs up is asked again for the rest only; the result is the whole file."""
    file = entry(site, "m.zip", CONTENT)
    site.hang_up_after = 400_000
    told: list[int] = []
    download(file, tmp_path / "m.zip", lambda done, _: told.append(done))
    assert (tmp_path / "m.zip").read_bytes() == CONTENT
    assert site.ranges == [None, "bytes=400000-", "bytes=800000-"]
    assert told == sorted(told)
    assert told[-1] == len(CONTENT)


def test_a_download_is_resumed_by_the_next_run(site: Site, tmp_path: Path) -> None:
    """What one run got the next one keeps, also when the server does not honour ranges (then it starts over)."""
    file = entry(site, "m.zip", CONTENT)
    site.hang_up_after = 1_000
    with pytest.raises(ModelError, match="再次执行即可续传"):
        download(file, tmp_path / "m.zip", lambda *_: None)
    assert (tmp_path / "m.zip.part").stat().st_size == 1_000 * downloading.ATTEMPTS
    site.hang_up_after, site.honours_ranges = None, False
    download(file, tmp_path / "m.zip", lambda *_: None)
    assert (tmp_path / "m.zip").read_bytes() == CONTENT


def test_a_changed_file_is_refused(site: Site, tmp_path: Path) -> None:
    """Bytes that do not fit the published checksum are deleted, not installed."""
    file = entry(site, "m.zip", CONTENT)
    site.files["m.zip"] = CONTENT[:-1] + b"!"
    with pytest.raises(ModelError, match="校验和不符"):
        download(file, tmp_path / "m.zip", lambda *_: None)
    assert list(tmp_path.glob("m.zip*")) == []


def test_a_refusal_is_not_repeated(site: Site, tmp_path: Path) -> None:
    """404 is final, and the error says what to do without a network."""
    with pytest.raises(ModelError, match=r"404.*zip"):
        download(Published("x", f"{site.url}/x", "", 1), tmp_path / "x", lambda *_: None)


@pytest.mark.parametrize("listing", [b"[]", b"no json", b'[{"name": "vosk-model-small-cn-0.22"}]', b'{"a": 1}'])
def test_a_useless_model_list_is_told(site: Site, listing: bytes) -> None:
    """No entry, no JSON, no checksum: each is an error, never an unchecked download."""
    site.files["list.json"] = listing
    with pytest.raises(ModelError, match="模型清单"):
        published(f"{site.url}/list.json", OFFICIAL[0])


def test_nobody_there() -> None:
    """Without a network the error says how to carry a zip in."""
    with pytest.raises(ModelError, match="不能上网时"):
        install(OFFICIAL[0], model_list="http://127.0.0.1:9/list.json")


@pytest.mark.vosk
def test_an_official_model_is_fetched_checked_loaded_and_then_used(site: Site, tmp_path: Path) -> None:
    """From its name to a model that the product chooses; nothing else is left in the folder."""
    content = zipped(tmp_path / "m.zip").read_bytes()
    file = entry(site, "m.zip", content)
    site.files["list.json"] = json.dumps(
        [{"name": OFFICIAL[0], "url": file.url, "md5": file.md5.upper(), "size": file.size}]
    ).encode()
    choice = install(OFFICIAL[0], model_list=f"{site.url}/list.json")
    assert choice.path == choose().path == models_folder() / OFFICIAL[0]
    assert [path.name for path in models_folder().iterdir()] == [OFFICIAL[0]]


@pytest.mark.vosk
def test_a_model_that_vosk_cannot_load_is_refused(tmp_path: Path) -> None:
    """A damaged network makes Vosk abort: in a trial process, and nothing is installed."""
    with zipfile.ZipFile(zipped(tmp_path / "m.zip")) as whole, zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        for name in whole.namelist():
            bad.writestr(name, b"garbage" if name.endswith("final.mdl") else whole.read(name))
    with pytest.raises(ModelError, match="无法加载"):
        install(str(tmp_path / "bad.zip"))
    assert list(models_folder().iterdir()) == []


def test_a_zip_without_a_top_folder_takes_the_name_of_the_file(tmp_path: Path) -> None:
    """Files at the archive's root; an installed model of that name is replaced as a whole."""
    for _ in range(2):
        placed = unpack(zipped(tmp_path / "my-model.zip", top=""), tmp_path / "models", lambda _: None)
        assert placed == tmp_path / "models" / "my-model"
        assert (placed / "am/final.mdl").is_file()
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["my-model"]


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a/../../evil", "..\\evil", "C:/evil"])
def test_a_zip_cannot_write_outside(tmp_path: Path, name: str) -> None:
    """Members that lead out are refused before anything is written."""
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(ModelError, match="不安全的路径"):
        unpack(tmp_path / "bad.zip", tmp_path / "models", lambda _: None)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_symbolic_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    """A link could point anywhere."""
    link = zipfile.ZipInfo("model/link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ModelError, match="不安全的路径"):
        unpack(tmp_path / "bad.zip", tmp_path / "models", lambda _: None)


def test_a_broken_zip_is_told(tmp_path: Path) -> None:
    """A file that is no zip, and one whose bytes were changed."""
    (tmp_path / "no.zip").write_bytes(b"no zip at all")
    whole = bytearray(zipped(tmp_path / "m.zip").read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    (tmp_path / "hurt.zip").write_bytes(whole)
    for name in ("no.zip", "hurt.zip"):
        with pytest.raises(ModelError, match=rf"{name}：压缩包已损坏"):
            install(str(tmp_path / name))


def test_what_is_neither_model_nor_file(tmp_path: Path) -> None:
    """The error lists the names that can be fetched."""
    with pytest.raises(ModelError, match="、".join(map(re.escape, OFFICIAL))):
        install(str(tmp_path / "nothing"))


@pytest.mark.parametrize("name", ["model/am/final.mdl", "model/words.txt"])
def test_a_bomb_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    """A zip of a megabyte that would become a gigabyte is refused by its list of contents; so is one that holds no model."""
    bomb = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as content,
        content.open(name, "w", force_zip64=True) as member,
    ):
        for _ in range(64):
            member.write(bytes(4 << 20))
    seen: list[Path] = []
    with pytest.raises(ModelError, match=r"倍|没有 final\.mdl"):
        unpack(bomb, tmp_path / "models", seen.append)
    assert seen == []
    assert sum(path.stat().st_size for path in (tmp_path / "models").rglob("*") if path.is_file()) == 0


def test_a_zip_that_no_disk_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The room is looked for beforehand, not found missing after minutes."""
    archive = tmp_path / "model.zip"
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("m/am/final.mdl", b"x" * 1000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10})())
    with pytest.raises(ModelError, match="磁盘只剩"):
        unpack(archive, tmp_path / "models", lambda _: None)
