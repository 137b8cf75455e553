"""Settings from one TOML file (``voice-agent.toml``) and, for secrets, the environment."""

from voice_agent.config.doors import PrivacyConfig, WebConfig
from voice_agent.config.load import EXAMPLE, find_config, load_config
from voice_agent.config.model import (
    AsteriskConfig,
    ClerkConfig,
    Config,
    LogConfig,
    ModelConfig,
    PhraseBookConfig,
    RecordingsConfig,
    ReportsConfig,
    ReviewConfig,
    StoreConfig,
    UnitConfig,
    WorkConfig,
)

__all__ = [
    "EXAMPLE",
    "AsteriskConfig",
    "ClerkConfig",
    "Config",
    "LogConfig",
    "ModelConfig",
    "PhraseBookConfig",
    "PrivacyConfig",
    "RecordingsConfig",
    "ReportsConfig",
    "ReviewConfig",
    "StoreConfig",
    "UnitConfig",
    "WebConfig",
    "WorkConfig",
    "find_config",
    "load_config",
]
