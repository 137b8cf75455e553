"""``python -m tests.chaos.run``: faults for as long as you like, then the count of what became of every call."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from recordings_fixtures.asterisk.server import AsteriskServer, fetch_root
from tests.chaos.checker import Found, check
from tests.chaos.faults import FAULTS, Fault
from tests.chaos.site import Site
from voice_agent.store import Store

SETTLE_SECONDS = 600.0


@dataclass
class Report:
    """How many faults of each kind, over how many seconds, and what was found."""

    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    longest_orphan: float = 0.0
    found: Found = field(default_factory=Found)

    def table(self) -> str:
        """Markdown, for docs/reliability.md."""
        calls = sum(self.found.fates.values())
        lines = [f"{sum(self.faults.values())} faults and {calls} calls in {self.seconds / 60:.1f} minutes.", ""]
        lines += [
            "| fault | times |",
            "|---|---|",
            *(f"| {name} | {times} |" for name, times in self.faults.most_common()),
        ]
        lines += ["", f"Of these, or in the middle of them, {sum(self.kills.values())} processes were ended:", ""]
        lines += [
            "| ended | times |",
            "|---|---|",
            *(f"| {name} | {times} |" for name, times in self.kills.most_common()),
        ]
        lines += ["", f"Longest life of a hearing process after its parent's kill: {self.longest_orphan:.1f} s."]
        lines += ["", "| what became of the calls | calls |", "|---|---|"]
        lines += [f"| {fate} | {times} |" for fate, times in self.found.fates.most_common()]
        lines += ["", f"Violations: {len(self.found.faults)}", *(f"- {fault}" for fault in self.found.faults)]
        return "\n".join(lines)


def run(seconds: float, seed: int, folder: Path, only: list[Fault] | None = None) -> Report:
    """Faults for ``seconds``, then peace until everything is done, then the check."""
    dice, report, began = random.Random(seed), Report(), time.monotonic()
    chosen = only or list(FAULTS)
    with AsteriskServer(fetch_root()) as asterisk, Site(folder, asterisk) as site:
        faults = [fault for fault in chosen if fault.__name__ != "step_clock" or site.clock.works]
        weights = [FAULTS[fault] for fault in faults]
        while time.monotonic() - began < seconds:
            site.place(dice.choice([0, 1, 1, 2]))
            time.sleep(dice.uniform(0.0, 2.5))
            fault = dice.choices(faults, weights)[0]
            fault(site, dice)
            report.faults[fault.__name__] += 1
            site.start_listener()
            if dice.random() < 0.75:  # else the next fault comes while it still starts or reconnects
                site.wait_following(20)
        report.kills, report.longest_orphan = site.kills, site.longest_orphan
        report.seconds = time.monotonic() - began
        site.settle(SETTLE_SECONDS)
        with Store.open(site.store) as store:
            report.found = check(store, list(site.witness.calls.values()), site.clock.history)
    return report


def main() -> None:
    """Reads the arguments, prints the table; 1 if anything was violated."""
    parser = argparse.ArgumentParser(
        prog="script/chaos", description="Random faults, then the count of what became of every call."
    )
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", nargs="*", choices=[fault.__name__ for fault in FAULTS], default=None)
    parser.add_argument("--folder", type=Path, help="keep store and logs there")
    parser.add_argument("--out", type=Path, help="write the table there too")
    given = parser.parse_args()
    only = [fault for fault in FAULTS if fault.__name__ in given.only] if given.only else None
    with tempfile.TemporaryDirectory(prefix="chaos-") as scratch:
        folder = given.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        report = run(given.minutes * 60, given.seed, folder, only)
    text = f"Seed {given.seed}. {report.table()}\n"
    sys.stdout.write(text)
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    sys.exit(1 if report.found.faults else 0)


if __name__ == "__main__":
    main()
