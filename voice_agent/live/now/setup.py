"""From the configuration to the hearing of calls that go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ami_bridge.events import Going
from voice_agent.checking import Recogniser
from voice_agent.config import Config
from voice_agent.errors import ConfigError
from voice_agent.live.listener import Event
from voice_agent.live.now.desk import LiveDesk

Overheard = Callable[[Iterator[Event | Going]], Iterator[Event]]


@contextmanager
def live_desk(config: Config, recogniser: Recogniser, *, live: bool) -> Iterator[Overheard]:
    """What stands between the bridge and ``listen``; without ``live`` nothing does. Raises ConfigError."""
    if not live:
        yield _as_they_come
        return
    if config.model.engine != "vosk":
        raise ConfigError("[live] 实时监听只能用 vosk；请把 model.engine 改为 vosk，或关闭 [live] enabled")
    with LiveDesk(config, recogniser.model) as desk:
        yield desk.overhear


def _as_they_come(events: Iterator[Event | Going]) -> Iterator[Event]:
    for event in events:
        if not isinstance(event, Going):
            yield event
