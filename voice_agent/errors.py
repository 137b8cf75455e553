"""Every error a user can meet, in one tree. Messages are Chinese: they name the file, the line and the field.

VoiceAgentError              exit code 2
├── ConfigError              voice-agent.toml or the environment
├── TranscriptError          a transcript file that cannot be read
├── RecordingError           a recording that cannot be used
│   ├── RecordingNotFound    no file where the call says
│   ├── RecordingIncomplete  still growing, cut or empty
│   └── HearingCrashed       the hearing process died over it: ours to blame until it is proven otherwise
├── ModelError               no model, a broken one, or one for another language
├── StoreError               the store cannot be opened, is too new or not ours
│   ├── StoreUnavailable     locked, read-only, full or away: it may be better in a while
│   └── StoreDamaged         something in it can no longer be read
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


class HearingCrashed(RecordingError):
    """The hearing process died; whether the recording is to blame nobody knows."""


class ModelError(VoiceAgentError):
    """No model, a broken one, or one for another language."""


class StoreError(VoiceAgentError):
    """The store cannot be opened, is too new or not ours."""


class StoreUnavailable(StoreError):
    """Locked, read-only, full or away: the same may succeed in a while."""


class StoreDamaged(StoreError):
    """Something in the store can no longer be read."""


class NotInStore(StoreError):
    """Nothing in the store has this number or name."""


class JobError(VoiceAgentError):
    """A lease was lost or a job is in a wrong state."""


class AccessError(VoiceAgentError):
    """Somebody asked for what is not theirs."""
