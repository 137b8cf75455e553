"""What is going on at Asterisk now: asked when the bridge connects, with actions that change nothing.

BridgeList, BridgeInfo and QueueStatus need no privilege at all and tell who talks with whom and who waits; Status (write=call) and
CoreShowChannels (write=reporting) also tell of channels that do neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ami_bridge.messages import Message

#: More bridges than this are not asked for one by one; so many at once means that something else is wrong.
MOST_BRIDGES = 1000


class Asks(Protocol):
    """Whatever can ask Asterisk."""

    def ask(self, name: str, *, listing: bool = False, timeout: float = 5.0, **keys: str) -> list[Message]:
        """The answer to an action and, for a listing, the events up to its end."""


def what_goes_on(client: Asks, timeout: float) -> tuple[tuple[Message, ...], bool]:
    """Channels, bridges and waiting callers with Asterisk's own time, and whether every channel is among them."""
    now = client.ask("Ping", timeout=timeout)[0].get("Timestamp")
    channels = _listed(client, "Status", timeout)
    if channels is None:
        channels = _listed(client, "CoreShowChannels", timeout)
    bridges = list(_in_bridges(client, timeout))
    # Status does not tell what kind of bridge it is: those who are parked side by side do not talk with each other.
    plain = [_with(message, BridgeID="", BridgeId="") for message in channels or ()]
    queued = _listed(client, "QueueStatus", timeout) or ()
    return tuple(_with(message, Timestamp=now) for message in (*plain, *bridges, *queued)), channels is not None


def _in_bridges(client: Asks, timeout: float) -> Iterator[Message]:
    """Who is in which bridge, each message with the bridge's id and technology."""
    for bridge in (_listed(client, "BridgeList", timeout) or ())[:MOST_BRIDGES]:
        if name := bridge.get("BridgeUniqueid"):
            kind = {key: bridge.get(key) for key in ("BridgeType", "BridgeTechnology")}
            answer = client.ask("BridgeInfo", listing=True, timeout=timeout, BridgeUniqueid=name)
            for message in answer:
                if message.event == "BridgeInfoChannel":
                    yield _with(message, BridgeUniqueid=name, **kind)


def _listed(client: Asks, action: str, timeout: float) -> list[Message] | None:
    """The answer to a listing, or None if this user may not ask (least privilege) or Asterisk has no such action."""
    answer = client.ask(action, listing=True, timeout=timeout)
    return None if answer[0].response != "Success" else answer[1:]


def _with(message: Message, **values: str) -> Message:
    return Message(
        message.text,
        {**message.fields, **{key: value for key, value in values.items() if value or key in message.fields}},
    )
