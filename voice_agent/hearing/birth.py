"""The first thing a hearing process runs: light to import, so that it notices at once when its parent is killed.

The recogniser and what it needs take seconds to import; only then would ``workers.py`` be there to look.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import threading
from multiprocessing.connection import Connection


def live(pipe: Connection, what: bytes) -> None:
    """Hear for the parent until it is gone. ``what``: the pickled model folder and factory, opened after the watch has begun."""
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    model, factory = pickle.loads(what)  # noqa: S301 - from our own parent
    from voice_agent.hearing.workers import work  # noqa: PLC0415 - see above

    work(pipe, model, factory)


def _end_with_parent() -> None:
    """A killed parent closes no pipe that a busy worker reads: without this it would hear on for nobody, with all its memory."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
