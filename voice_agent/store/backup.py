"""A copy of a store that is in use, whole and checked; and the way back. Encrypted by age or gpg, if the site has them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from voice_agent.errors import StoreDamaged, StoreError
from voice_agent.store.database import Store
from voice_agent.store.failures import chinese_errors, explain_file
from voice_agent.store.schema.migrations import APPLICATION_ID, known

_SQLITE, _AGE, _GPG_ARMOUR = b"SQLite format 3\x00", b"age-encryption.org/", b"-----BEGIN PGP MESSAGE"


@dataclass(frozen=True)
class Copy:
    """A checked copy: where it lies, its bytes, how many calls are in it, and until when it was followed (unix seconds, None: never)."""

    path: Path
    size: int
    calls: int
    until: float | None


def backup(store: Store, target: Path, *, recipient: str = "") -> Copy:
    """Copy the store to ``target`` while others go on writing; what is there afterwards is whole and checked, or there is nothing.

    ``recipient``: an age key (``age1…``, ``ssh-…``) or whom gpg knows. Raises StoreError.
    """
    target = target.expanduser()
    if target.exists():
        raise StoreError(f"{target}：已经存在；请换一个文件名，备份从不覆盖文件")
    with _private_folder(target.parent) as folder:
        plain = folder / "copy.db"
        os.close(os.open(plain, os.O_CREAT | os.O_WRONLY, 0o600))
        with chinese_errors(target), closing(sqlite3.connect(plain)) as copy:
            # All pages in one step: one snapshot, which writers neither disturb nor wait for.
            store.copy_into(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        made = check_copy(plain)
        ready = _encrypted(plain, recipient) if recipient else plain
        size = _settle(ready, target)
    return Copy(target, size, made.calls, made.until)


def restore(
    source: Path, target: Path, *, identity: Path | None = None, now: float | None = None
) -> tuple[Copy, Path | None]:
    """Put a checked copy in the place of the store ``target``; what lay there is kept under another name, which is returned.

    ``identity``: age's key file. Raises StoreError: nobody may have the store open.
    """
    source, target = source.expanduser(), target.expanduser()
    if holders := list(_holders(target)):
        raise StoreError(
            f"{target}：进程 {'、'.join(map(str, holders))} 正在使用数据库；请先停止 voice-agent listen、watch 和 serve"
        )
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _private_folder(target.parent) as folder:
        plain = _plain(source, folder, identity)
        made = check_copy(plain)
        aside = _put_aside(target, time.time() if now is None else now)
        size = _settle(plain, target)
    return Copy(target, size, made.calls, made.until), aside


def check_copy(path: Path) -> Copy:
    """A copy that SQLite finds whole, that is ours and not newer than this program. Raises StoreError."""
    with chinese_errors(path), closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as copy:
        said = [row[0] for row in copy.execute("PRAGMA quick_check(3)")]
        if said != ["ok"]:
            raise StoreDamaged(f"{path}：这个备份已损坏（{said[0]}）")
        if copy.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StoreError(f"{path}：这个文件不是 voice-agent 的数据库")
        applied = {row[0] for row in copy.execute("SELECT name FROM _sqlite_migrations")}
        if unknown := applied - known():
            raise StoreError(
                f"{path}：备份由更新版本的 voice-agent 建立（{'、'.join(sorted(unknown))}）；请先升级本程序"
            )
        calls = copy.execute("SELECT count(*) FROM calls").fetchone()[0]
        until = copy.execute("SELECT max(until) FROM followed").fetchone()[0]
    return Copy(path, path.stat().st_size, calls, until)


@contextmanager
def _private_folder(beside: Path) -> Iterator[Path]:
    """A folder of mode 0700 on the disk of ``beside``, gone afterwards. Raises StoreError."""
    try:
        with tempfile.TemporaryDirectory(prefix=".voice-agent-", dir=beside) as folder:
            yield Path(folder)
    except OSError as error:
        raise StoreError(f"{beside}：无法写入备份：{explain_file(error)}") from error


def _settle(file: Path, target: Path) -> int:
    """On disk before it has its name: a power cut leaves the whole file or none. Its size in bytes."""
    for place in (file, target.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if place == file:
            file.rename(target)
    return target.stat().st_size


def _encrypted(plain: Path, recipient: str) -> Path:
    out = plain.with_name("copy.encrypted")
    if recipient.startswith(("age1", "ssh-")):
        _tool("age", "-r", recipient, "-o", str(out), str(plain))
    else:
        _tool("gpg", "--batch", "--yes", "--trust-model", "always", "-r", recipient, "-o", str(out), "-e", str(plain))
    out.chmod(0o600)
    return out


def _plain(source: Path, folder: Path, identity: Path | None) -> Path:
    """A private copy of the backup, decrypted. Raises StoreError."""
    out = folder / "restored.db"
    os.close(os.open(out, os.O_CREAT | os.O_WRONLY, 0o600))
    try:
        with source.open("rb") as file:
            begins = file.read(32)
        if begins.startswith(_SQLITE):
            shutil.copyfile(source, out)
        elif begins.startswith(_AGE):
            _tool("age", "-d", *(["-i", str(identity)] if identity else []), "-o", str(out), str(source))
        elif begins.startswith(_GPG_ARMOUR) or (begins and begins[0] & 0x80):
            _tool("gpg", "--batch", "--yes", "-o", str(out), "-d", str(source))
        else:
            raise StoreError(f"{source}：既不是数据库，也不是 age 或 gpg 加密的备份")
    except OSError as error:
        raise StoreError(f"{source}：无法读取备份：{explain_file(error)}") from error
    return out


def _tool(name: str, *arguments: str) -> None:
    if shutil.which(name) is None:
        raise StoreError(f"没有安装 {name}，无法加密或解密备份")
    done = subprocess.run([name, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise StoreError(
            f"{name} 失败：{done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}"
        )


def _put_aside(target: Path, now: float) -> Path | None:
    """Rename the store and its journals; they belong together, whatever state they are in."""
    if not target.exists():
        return None
    aside = target.with_name(f"{target.name}.before-{datetime.fromtimestamp(now).astimezone():%Y%m%d-%H%M%S}")
    for end in ("-wal", "-shm", ""):
        part = target.with_name(f"{target.name}{end}")
        if part.exists():
            part.rename(aside.with_name(f"{aside.name}{end}"))
    return aside


def _holders(path: Path) -> Iterator[int]:
    """Processes (that this user may look at) which have the store open."""
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            if any(link.readlink() == path.resolve() for link in folder.iterdir()):
                yield int(folder.parent.name)
        except OSError:
            continue
