"""``python -m tests.chaos.soak --hours 72``: calls without faults, and the curve of memory and file handles.

One line a minute (CSV): seconds since the start, calls placed, calls in the store, resident memory (MB) of listener, of its hearing
workers and of the pages, open files of listener and pages, size of the store (MB). At the end: how much each grew an hour after the first hour.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import linear_regression

from recordings_fixtures.asterisk.server import AsteriskServer, fetch_root
from tests.chaos.checker import check
from tests.chaos.site import Site
from voice_agent.store import Store
from voice_agent.store.calls import calls

COLUMNS = (
    "seconds",
    "placed",
    "stored",
    "listener_mb",
    "hearing_mb",
    "serve_mb",
    "listener_files",
    "serve_files",
    "store_mb",
)


def main() -> None:
    """Reads the arguments, runs, prints the growth; 1 if a call was not accounted for."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak")
    parser.add_argument("--hours", type=float, default=72.0)
    parser.add_argument("--every", type=float, default=6.0, help="seconds between calls")
    parser.add_argument("--sample", type=float, default=60.0, help="seconds between lines of the curve")
    parser.add_argument("--out", type=Path, default=Path("soak.csv"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        faults = soak(Path(folder), given.hours * 3600, given.every, given.sample, given.out)
    sys.stdout.write(growth(given.out) + "".join(f"\n- {fault}" for fault in faults) + "\n")
    sys.exit(1 if faults else 0)


def soak(folder: Path, seconds: float, every: float, sample: float, out: Path) -> list[str]:
    """Place calls and write the curve; what the checker found."""
    began = time.monotonic()
    with AsteriskServer(fetch_root()) as asterisk, Site(folder, asterisk) as site, out.open("w", newline="") as file:
        lines, due = csv.writer(file), 0.0
        lines.writerow(COLUMNS)
        while (past := time.monotonic() - began) < seconds:
            site.place(1)
            if past >= due:
                due += sample
                lines.writerow(_line(site, past))
                file.flush()
            time.sleep(every)
        site.settle(3600)
        with Store.open(site.store) as store:
            return check(store, list(site.witness.calls.values()), [0.0]).faults


def _line(site: Site, past: float) -> list[float]:
    listener, server = (0 if one is None else one.pid for one in (site.listener, site.server))
    stored = site.ask(calls.count_calls)
    memory = [_memory([listener]), _memory(site.hearing()), _memory([server])]
    size = sum(path.stat().st_size for path in site.folder.glob("calls.db*") if path.is_file()) / 1e6
    return [
        round(value, 1)
        for value in (past, len(site.witness.calls), stored, *memory, _files(listener), _files(server), size)
    ]


def _memory(pids: Iterable[int]) -> float:
    """Resident memory without what is shared with the nursery, MB."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return total / 1000


def _files(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - a count, not paths
    except OSError:
        return 0


def growth(out: Path) -> str:
    """How much memory and files grew an hour, by a line through the second half of the curve."""
    with out.open() as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    half = rows[len(rows) // 2 :]
    said = [f"{len(rows)} samples, {rows[-1]['stored']:.0f} calls in {rows[-1]['seconds'] / 3600:.2f} h"]
    said += [
        f"{name}: {rows[0][name]:.1f} → {rows[-1][name]:.1f}, {_slope(half, name):+.1f} an hour in the second half"
        for name in COLUMNS[3:]
    ]
    return "\n".join(said)


def _slope(rows: Sequence[dict[str, float]], name: str) -> float:
    if len(rows) < 2:
        return 0.0
    return linear_regression([row["seconds"] for row in rows], [row[name] for row in rows]).slope * 3600


if __name__ == "__main__":
    main()
