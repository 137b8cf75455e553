"""From the configuration to the hearing of calls that go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rapidfuzz import process

from ami_bridge.events import Going
from voice_agent.checking import Recogniser
from voice_agent.config import Config
from voice_agent.errors import ConfigError
from voice_agent.live.alerts.messenger import Messenger
from voice_agent.live.alerts.ways import ways_of
from voice_agent.live.listener import Event
from voice_agent.live.now.desk import LiveDesk
from voice_agent.rules.so_far import SHOWN
from voice_agent.values import RULES

Overheard = Callable[[Iterator[Event | Going]], Iterator[Event]]


@contextmanager
def live_desk(config: Config, recogniser: Recogniser, *, live: bool) -> Iterator[Overheard]:
    """What stands between the bridge and ``listen``; without ``live`` nothing does. Raises ConfigError."""
    if not live:
        yield _as_they_come
        return
    if config.model.engine != "vosk":
        raise ConfigError("[live] 实时监听只能用 vosk；请把 model.engine 改为 vosk，或关闭 [live] enabled")
    check_alerts(config)
    with LiveDesk(config, recogniser.model) as desk, Messenger(desk.open_store, ways_of(config), config.alerts):
        yield desk.overhear


def check_alerts(config: Config) -> None:
    """Every alert rule names something there is, and its name is its own. Raises ConfigError naming the rule."""
    names = [rule.name for rule in config.alerts]
    known = {f"finding:{rule}" for rule in RULES} | {f"act:{act}" for acts in SHOWN.values() for act in acts}
    for number, rule in enumerate(config.alerts):
        if rule.on not in known and not rule.on.startswith("measure:"):
            near = process.extractOne(rule.on, sorted(known))
            raise ConfigError(
                f"alerts[{number}].on（{rule.name}）：没有 {rule.on}" + (f"，是否想写 {near[0]}？" if near else "")
            )
        if names.count(rule.name) > 1:
            raise ConfigError(f"alerts[{number}].name：有两条提醒都叫“{rule.name}”")


def _as_they_come(events: Iterator[Event | Going]) -> Iterator[Event]:
    for event in events:
        if not isinstance(event, Going):
            yield event
