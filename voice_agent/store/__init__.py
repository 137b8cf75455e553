"""Everything that lasts: one SQLite file, and functions grouped by what they are about. Only this package knows SQL.

    with Store.open(path) as store:
        calls.record_call(store, ended)
        page = calls.list_calls(store, CallFilter(clerk="1086"))

A ``Store`` is one connection and belongs to one thread. Times are unix seconds (UTC); days are local dates (ISO).
"""

from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Store

__all__ = ["CallFilter", "Store"]
