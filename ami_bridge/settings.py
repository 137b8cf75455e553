"""What the bridge must know about one Asterisk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ami_bridge.errors import SettingsError

# Channels that are never a party of a call: audio forks, spies, announcers, text messages.
NEVER_A_PARTY = r"^(AudioSocket|Message|OutgoingSpoolFailed|Surrogate|Snoop|CBAnn|CBRec|Announcer|Recorder)/"


@dataclass(frozen=True)
class Settings:
    """One Asterisk and how its calls are to be read; every duration is in seconds.

    ``job_number_variable`` must be listed in ``channelvars`` of manager.conf, as must ``recording_variable``.
    ``rating_variable`` is the channel variable in which the dialplan leaves a rating, ``rating_field`` the name of a UserEvent, of its
    field and of a field of the Cdr that may tell it instead.
    ``member_pattern`` is a regular expression whose group ``job`` (or first group) is the job number in the queue member's
    name, e.g. ``#(\\d+)``. ``job_numbers`` maps an interface (``PJSIP/202``) or member name to a job number.
    ``contexts``, ``extensions`` and ``queues`` restrict which calls count as hotline calls; empty means any call that enters
    a queue or dials somebody. ``outgoing``: what clerks dial themselves is told too. ``ignored_channels`` are regular expressions on channel names.
    """

    host: str = "127.0.0.1"
    port: int = 5038
    username: str = ""
    secret: str = field(default="", repr=False)
    tls: bool = False
    ca_file: Path | None = None
    tls_server_name: str | None = None
    ping_seconds: float = 5.0
    connect_seconds: float = 10.0
    retry_first_seconds: float = 0.5
    retry_most_seconds: float = 30.0
    refused_retry_seconds: float = 60.0
    queue_size: int = 20_000
    job_number_variable: str = "AGENT_ID"
    recording_variable: str = "MIXMONITOR_FILENAME"
    rating_variable: str = "RATING"
    rating_field: str = "Rating"
    member_pattern: str | None = None
    job_numbers: Mapping[str, str] = field(default_factory=dict)
    contexts: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()
    outgoing: bool = False
    ignored_channels: tuple[str, ...] = (NEVER_A_PARTY,)
    settle_seconds: float = 0.3
    linger_seconds: float = 3.0
    unconfirmed_seconds: float = 4 * 3600.0

    def __post_init__(self) -> None:
        _check_numbers(self)
        _check_patterns(self)
        if self.ca_file is not None and not self.tls:
            raise SettingsError("ca_file：只有 tls = true 时才有意义")

    @property
    def silence_seconds(self) -> float:
        """Silence after which the connection counts as dead: three unanswered pings."""
        return 3 * self.ping_seconds


def _check_numbers(settings: Settings) -> None:
    if not 0 < settings.port < 65536:
        raise SettingsError(f"port：端口应在 1–65535 之间，现为 {settings.port}")
    for name in (
        "ping_seconds",
        "connect_seconds",
        "retry_first_seconds",
        "retry_most_seconds",
        "refused_retry_seconds",
    ):
        if getattr(settings, name) <= 0:
            raise SettingsError(f"{name}：应为正数，现为 {getattr(settings, name)}")
    if settings.queue_size < 1:
        raise SettingsError(f"queue_size：至少为 1，现为 {settings.queue_size}")


def _check_patterns(settings: Settings) -> None:
    for pattern in settings.ignored_channels:
        _compiled("ignored_channels", pattern)
    if settings.member_pattern is not None and _compiled("member_pattern", settings.member_pattern).groups < 1:
        raise SettingsError("member_pattern：正则表达式需要一个分组来取出工号，例如 #(\\d+)")


def _compiled(name: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise SettingsError(f"{name}：正则表达式无效（{error}）：{pattern}") from error
