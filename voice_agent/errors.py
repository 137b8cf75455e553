"""Every error a user can meet, in one tree. Messages are Chinese: they name the file, the line and the field.

VoiceAgentError              exit code 2
├── ConfigError              voice-agent.toml or the environment
├── TranscriptError          a transcript file that cannot be read
├── RecordingError           a recording that cannot be used
│   ├── RecordingNotFound    no file where the call says
│   └── RecordingIncomplete  still growing, cut or empty
├── ModelError               no model, a broken one, or one for another language
├── StoreError               the store cannot be opened, is too new, read-only or full
├── JobError                 a lease was lost or a job is in a wrong state
└── AccessError              somebody asked for what is not theirs (web)
"""

from __future__ import annotations


class VoiceAgentError(Exception):
    """Anything that ends a command with exit code 2 and a Chinese sentence."""


class ConfigError(VoiceAgentError):
    """voice-agent.toml or the environment is wrong."""


class TranscriptError(VoiceAgentError):
    """A transcript file cannot be read."""


class RecordingError(VoiceAgentError):
    """A recording cannot be used."""


class RecordingNotFound(RecordingError):
    """No file lies where the call says."""


class RecordingIncomplete(RecordingError):
    """The recording is still growing, cut or empty."""


class ModelError(VoiceAgentError):
    """No model, a broken one, or one for another language."""


class StoreError(VoiceAgentError):
    """The store cannot be opened, is too new, read-only or full."""


class NotInStore(StoreError):
    """Nothing in the store has this number or name."""


class JobError(VoiceAgentError):
    """A lease was lost or a job is in a wrong state."""


class AccessError(VoiceAgentError):
    """Somebody asked for what is not theirs."""
