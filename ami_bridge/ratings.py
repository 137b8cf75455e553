"""What a caller pressed after the call when asked for a rating, however the dialplan tells it. Pure.

A channel variable (VarSet, or ``channelvars`` in manager.conf), a UserEvent, or a field of the Cdr: whichever comes first says it, the
others repeat it. A rating may come after its call was closed (another call rings back, a Cdr is late): whoever keeps it finds the call
by its ids.
"""

from __future__ import annotations

from collections import OrderedDict

from ami_bridge.events import Rated, RatingSource
from ami_bridge.facts import time_of
from ami_bridge.messages import Message
from ami_bridge.settings import Settings

#: Events repeat a channel's variables as long as it lives. Some hours of a busy hotline.
_REMEMBERED = 20_000
#: Nobody presses more keys for a rating.
_MOST_KEYS = 2


class RatingReader:
    """Reads ratings out of events for one configuration; each is told once, and again when the caller presses another key."""

    def __init__(self, settings: Settings) -> None:
        self._variable, self._field = settings.rating_variable, settings.rating_field
        self._beginning = f"\nChanVariable: {self._variable}="
        self._needles = tuple({self._variable.encode(), self._field.encode()})
        self._told: OrderedDict[str, str] = OrderedDict()

    def mentions(self, raw: bytes) -> bool:
        """Whether the message may hold a rating: a look at the bytes, because this is asked of every event."""
        return any(needle in raw for needle in self._needles)

    def read(self, message: Message, arrived: float) -> Rated | None:
        """The rating that an event states, unless it was told before."""
        found = self._stated(message)
        if found is None:
            return None
        (keys, source), uniqueid = found, self._call(message)
        if not _is_rating(keys) or not uniqueid or self._told.get(uniqueid) == keys:
            return None
        self._told[uniqueid] = keys
        self._told.move_to_end(uniqueid)
        while len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        return Rated(uniqueid, message.get("Linkedid") or uniqueid, time_of(message, arrived), keys, source)

    def _stated(self, message: Message) -> tuple[str, RatingSource] | None:
        if message.event == "VarSet":
            return (message.get("Value"), "variable") if message.get("Variable") == self._variable else None
        if message.event == "UserEvent" and message.get("UserEvent") == self._field:
            return message.get(self._field), "event"
        if message.event == "Cdr" and message.get(self._field):
            return message.get(self._field), "cdr"
        said = message.rest_of_line(self._beginning)
        return (said, "variable") if said else None

    def _call(self, message: Message) -> str:
        """The channel that was rated; a UserEvent may name another call (``Call: ${uniqueid}``)."""
        if message.event == "UserEvent" and (named := message.get("Call")):
            return named
        return message.get("Uniqueid") or message.get("UniqueID")


def _is_rating(keys: str) -> bool:
    return 0 < len(keys) <= _MOST_KEYS and keys.isascii() and keys.isdigit()
