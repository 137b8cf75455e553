"""A clock for one process that can be set while it runs, built from ``clock.c``; nothing of the machine's own clock is touched."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path


class Clock:
    """``environment`` makes a process read it; whole seconds, because only steps are tried. ``history``: every offset it had."""

    def __init__(self, folder: Path) -> None:
        self._file, self._library = folder / "clock", folder / "clock.so"
        self._file.write_bytes(struct.pack("d", 0.0))
        self.history: list[float] = [0.0]
        compiler = shutil.which("cc") or shutil.which("gcc")
        self.works = compiler is not None
        if compiler is not None:
            source = Path(__file__).with_name("clock.c")
            subprocess.run(
                [compiler, "-shared", "-fPIC", "-O1", "-o", str(self._library), str(source), "-ldl"], check=True
            )

    @property
    def environment(self) -> dict[str, str]:
        """What to add to a process's environment."""
        return {"LD_PRELOAD": str(self._library), "CHAOS_CLOCK": str(self._file)} if self.works else {}

    def set(self, offset: float) -> None:
        """From now on the process's clock is ahead of the machine's by ``offset`` seconds (negative: behind)."""
        with self._file.open("r+b") as file:  # in place: the processes have it mapped
            file.write(struct.pack("d", float(round(offset))))
        self.history.append(float(round(offset)))
