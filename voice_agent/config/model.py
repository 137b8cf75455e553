"""The shape of ``voice-agent.toml``: one class a table, defaults that work, nothing unknown allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from voice_agent.config.doors import PrivacyConfig, WebConfig
from voice_agent.config.service import OfficeConfig, RatingConfig
from voice_agent.config.table import Table

RuleName = Literal[
    "greeting", "identity", "job_number", "need_inquiry", "hold_notice", "hold_return", "referral", "callback", "absent_message",
    "wrong_number", "closing", "one_time_notice", "prohibited",
]  # fmt: skip


class AsteriskConfig(Table):
    """How to reach AMI and how to read a clerk from it; the secret never stands in this file."""

    host: str = "127.0.0.1"
    port: int = Field(5038, ge=1, le=65535)
    username: str = "voice-agent"
    secret_file: Path | None = None
    tls: bool = False
    ca_file: Path | None = None
    ping_seconds: float = Field(10.0, ge=1, le=300)
    agent_variable: str = "AGENT_ID"
    member_pattern: str = r"(?P<job_number>\d{2,8})\s*$"
    contexts: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    outgoing: bool = False


class RecordingsConfig(Table):
    """Where recordings lie as this machine sees them; ``path_map`` rewrites Asterisk's prefix to ours.

    ``least_coverage``: the share of the clerks' talk (0–1) that must be recorded for a call to count as monitored.
    """

    folder: Path = Path("/var/spool/asterisk/monitor")
    pattern: str = "{uniqueid}.wav"
    path_map: dict[str, str] = Field(default_factory=dict)
    swap_channels: bool = False
    wait_seconds: float = Field(60.0, ge=1, le=3600)
    least_coverage: float = Field(0.9, ge=0, le=1)


class WatchConfig(Table):
    """How ``voice-agent watch`` reads a folder of another telephone system.

    ``name_pattern``: a regular expression on the path below the folder, with any of the groups ``time``, ``job_number``, ``caller``,
    ``queue``, ``unit``; ``time_format`` is how ``time`` is written, there and in a CSV list.
    """

    name_pattern: str = ""
    time_format: str = "%Y%m%d-%H%M%S"
    poll_seconds: float = Field(10.0, ge=0.1, le=3600)


class StoreConfig(Table):
    """The SQLite file, and the time zone in which days and hours are counted."""

    path: Path = Path("~/.local/share/voice-agent/voice-agent.db")
    timezone: str = "Asia/Shanghai"


class ModelConfig(Table):
    """Which recogniser and model to use; empty: an installed Mandarin model, else the bundled one."""

    engine: Literal["vosk", "whisper"] = "vosk"
    path: Path | None = None


class WorkConfig(Table):
    """How much is done at once and how often a failing call is tried again."""

    workers: int = Field(0, ge=0, le=256)
    attempts: int = Field(5, ge=1, le=100)
    lease_seconds: float = Field(60.0, ge=3, le=86400)


class PhraseBookConfig(Table):
    """A folder of this site that refines the bundled phrase book."""

    folder: Path | None = None


class ClerkConfig(Table):
    """One clerk: the job number, and where this person works. ``member`` is the queue member's name or interface."""

    job_number: str = Field(pattern=r"^[0-9A-Za-z]{1,16}$")
    name: str = ""
    unit: str = ""
    window: str = ""
    member: str = ""


class UnitConfig(Table):
    """A unit and the queues whose calls count for it when the clerk's own unit is not known."""

    name: str
    queues: tuple[str, ...] = ()


class ReviewConfig(Table):
    """Terms of review: days a clerk may object, working days to appeal, for a decision and for the review of a flagged call, days
    transcripts are kept (0: for ever). ``learning_share``: findings offered for learning, as a share of the queue (0: none)."""

    objection_days: int = Field(7, ge=1, le=365)
    decision_days: int = Field(5, ge=1, le=365)
    appeal_days: int = Field(3, ge=1, le=365)
    review_days: int = Field(5, ge=1, le=365)
    retention_days: int = Field(0, ge=0, le=3650)
    claim_minutes: int = Field(30, ge=1, le=1440)
    learning_share: float = Field(0.1, ge=0, le=0.5)


class SecondOpinionConfig(Table):
    """A large language model of the site's own, at an OpenAI-compatible ``address`` on its network ('' : none, nothing is sent).

    ``control_share``: share (0–1) of other findings that are asked about for comparison only; ``timeout_seconds`` for a whole answer.
    """

    address: str = ""
    model: str = ""
    timeout_seconds: float = Field(20.0, gt=0, le=300)
    control_share: float = Field(0.05, ge=0, le=1)


class LiveConfig(Table):
    """Hearing calls while they go on. ``units``: only calls of these (empty: all). ``calls``: how many at once at most (0: 12 a core).

    ``prompts``: the rules of which the clerk's page reminds; ``prompt_seconds``: how long after the clerk's first word.
    """

    enabled: bool = False
    units: tuple[str, ...] = ()
    calls: int = Field(0, ge=0, le=5000)
    processes: int = Field(1, ge=1, le=64)
    prompts: tuple[RuleName, ...] = ("greeting", "identity", "job_number", "hold_notice", "hold_return", "closing")
    prompt_seconds: float = Field(6.0, ge=0, le=60)


class AlertConfig(Table):
    """One rule of alerts. ``on``: ``act:…`` (a caller's or clerk's act), ``finding:…`` (a rule found broken) or ``measure:…``.

    ``at_least``: probability (0–1) of an act or finding, or the value of a measure (seconds, times, syllables a minute). ``units``: only
    these (empty: all). ``tell``: who is told. ``every_minutes``: not more than one a clerk within so long. ``mail_to``: instead of the usual.
    """

    name: str = Field(min_length=1, max_length=64)
    on: str = Field(
        pattern=r"^(act:[a-z_]+|finding:[a-z_]+|measure:(silence|hold|duration|wait|clerk_cuts|pace|talk_share))$"
    )
    at_least: float = Field(0.8, ge=0)
    units: tuple[str, ...] = ()
    tell: tuple[Literal["page", "webhook", "mail"], ...] = ("page",)
    every_minutes: float = Field(0.0, ge=0, le=1440)
    mail_to: tuple[str, ...] = ()


class WebhookConfig(Table):
    """Where alerts are posted on the site's own network; the secret that signs them comes from the environment or ``secret_file``."""

    url: str = Field("", pattern=r"^(https?://\S+)?$")
    secret_file: Path | None = None
    timeout_seconds: float = Field(5.0, ge=0.5, le=60)


class MailConfig(Table):
    """The site's SMTP; the password comes from the environment or ``password_file``."""

    host: str = ""
    port: int = Field(25, ge=1, le=65535)
    starttls: bool = False
    username: str = ""
    password_file: Path | None = None
    sender: str = ""
    to: tuple[str, ...] = ()


class ReportsConfig(Table):
    """Reports that are written to a folder by themselves; none without a ``folder``.

    ``node``: code of the hierarchy, '' everything; ``each``: also one for every level and unit below it. ``day``: from which day after
    a period it is made, so that reviews may be settled. ``issuer`` signs every report, '' the place that it is about.
    """

    folder: Path | None = None
    periods: tuple[Literal["month", "quarter", "year"], ...] = ("month",)
    node: str = ""
    each: bool = False
    day: int = Field(5, ge=1, le=28)
    issuer: str = ""


class LogConfig(Table):
    """How much is logged to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"


class Config(Table):
    """Everything in ``voice-agent.toml``; ``ami_secret`` comes from the environment or ``asterisk.secret_file``."""

    asterisk: AsteriskConfig = AsteriskConfig()
    recordings: RecordingsConfig = RecordingsConfig()
    watch: WatchConfig = WatchConfig()
    store: StoreConfig = StoreConfig()
    model: ModelConfig = ModelConfig()
    work: WorkConfig = WorkConfig()
    phrasebook: PhraseBookConfig = PhraseBookConfig()
    review: ReviewConfig = ReviewConfig()
    rating: RatingConfig = RatingConfig()
    office: OfficeConfig = OfficeConfig()
    second_opinion: SecondOpinionConfig = SecondOpinionConfig()
    privacy: PrivacyConfig = PrivacyConfig()
    web: WebConfig = WebConfig()
    live: LiveConfig = LiveConfig()
    webhook: WebhookConfig = WebhookConfig()
    mail: MailConfig = MailConfig()
    reports: ReportsConfig = ReportsConfig()
    log: LogConfig = LogConfig()
    clerks: tuple[ClerkConfig, ...] = ()
    units: tuple[UnitConfig, ...] = ()
    alerts: tuple[AlertConfig, ...] = ()
    ami_secret: SecretStr = Field(default=SecretStr(""), exclude=True)
