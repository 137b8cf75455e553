"""Unpacks a model's zip: never outside its folder, never half."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from voice_agent.errors import ModelError

#: The official large model takes 2 GB unpacked; beyond this a zip is a mistake or an attack.
MAX_BYTES = 8 << 30
#: Models are weights and shrink to a half or a third, never to a fiftieth; a small zip may be anything a test packs.
MAX_RATIO, SMALL_BYTES, MAX_MEMBERS = 50, 16 << 20, 10_000
#: The one file that every Vosk model has.
_HEART = "final.mdl"


def unpack(archive: Path, folder: Path, check: Callable[[Path], object]) -> Path:
    """Unpack the one model in ``archive`` into a folder of its name below ``folder``; returns it. Raises ModelError.

    ``check`` sees it before it appears under its name: it raises ModelError, and nothing is left behind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".unpack-", dir=folder))
    try:
        _extract(archive, scratch)
        root = _root(scratch)
        name = archive.stem if root == scratch else root.name
        check(root)
        root.chmod(0o755)
        return _put(root, folder / name)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise ModelError(f"{archive}：压缩包已损坏或无法解压（{error}）；请重新下载") from error
    except OSError as error:
        raise ModelError(f"{archive}：解压失败：{error.strerror or error}；请检查磁盘空间和权限") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _extract(archive: Path, scratch: Path) -> None:
    with zipfile.ZipFile(archive) as content:
        members = content.infolist()
        for member in members:
            _check_member(archive, member)
        _check_whole(archive, members, scratch)
        content.extractall(scratch)  # every member was checked above


def _check_whole(archive: Path, members: list[zipfile.ZipInfo], scratch: Path) -> None:
    """Before a byte is written: neither a bomb nor more than the disk holds, and the heart of a model is among the names."""
    size = sum(member.file_size for member in members)
    if size > MAX_BYTES:
        raise ModelError(f"{archive}：解压后超过 {MAX_BYTES >> 30} GB，不像语音模型；已拒绝")
    if len(members) > MAX_MEMBERS:
        raise ModelError(f"{archive}：压缩包内有 {len(members)} 个文件，不像语音模型；已拒绝")
    if size > max(SMALL_BYTES, MAX_RATIO * archive.stat().st_size):
        raise ModelError(f"{archive}：解压后是压缩包的 {size // archive.stat().st_size} 倍，不像语音模型；已拒绝")
    if not any(PurePosixPath(member.filename).name == _HEART for member in members):
        raise ModelError(f"{archive}：压缩包内没有 {_HEART}，不是 Vosk 模型；已拒绝，没有解压")
    if size > (free := shutil.disk_usage(scratch).free):
        raise ModelError(f"{archive}：解压需要 {size >> 20} MB，磁盘只剩 {free >> 20} MB；请先腾出空间")


def _check_member(archive: Path, member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    link = stat.S_ISLNK(member.external_attr >> 16)
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or link:
        raise ModelError(f"{archive}：压缩包内有不安全的路径 {member.filename!r}；已拒绝，请从官方来源重新下载")


def _root(scratch: Path) -> Path:
    """The folder that holds the model: the archive's only top folder, or the archive itself."""
    top = [path for path in scratch.iterdir() if path.name != "__MACOSX"]
    return top[0] if len(top) == 1 and top[0].is_dir() else scratch


def _put(root: Path, target: Path) -> Path:
    """Give the model its name; one that was there gives way only now."""
    if target.exists():
        old = target.with_name(f".old-{target.name}")
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
        root.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        root.rename(target)
    return target
