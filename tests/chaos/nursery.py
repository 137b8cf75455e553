"""Starts ``voice-agent`` by forking a process that has imported everything: a kill then costs a tenth of a second, not ten.

    python -m tests.chaos.nursery          # a line of arguments in (JSON), a process id out

What runs is the command itself; only the imports and the compiled phrase book are inherited.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path


def main() -> None:
    """Fork one child a line; children that end are collected by the kernel."""
    # Their cost is what this process exists for.
    from phrasebook.book import load_book  # noqa: PLC0415
    from voice_agent.acts.phrases.index import compiled  # noqa: PLC0415
    from voice_agent.cli import main as command  # noqa: PLC0415

    compiled(load_book(None))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        arguments, log = json.loads(line)
        if (child := os.fork()) == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _redirect(Path(log))
            try:
                command(arguments, standalone_mode=False)
            except SystemExit:
                pass
            finally:
                sys.stdout.flush()
                os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _redirect(log: Path) -> None:
    handle = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number in (1, 2):
        os.dup2(handle, number)


if __name__ == "__main__":
    main()
