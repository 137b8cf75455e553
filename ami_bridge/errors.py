"""Every error of the bridge.

BridgeError
├── SettingsError        a setting is missing or makes no sense
├── CaptureError         a captured stream cannot be read
├── UnsafeActionError    a value with a line break was about to be sent to Asterisk
├── ConnectionLostError  Asterisk cannot be reached, went silent or hung up on us (retried)
└── LoginRefusedError    Asterisk answered, but refused user name or secret (retried slowly, shown at once)
    └── OldAsteriskError it speaks the dialect of Asterisk 11 and older, which we would misunderstand

Messages of ``SettingsError``, ``CaptureError`` and ``LoginRefusedError`` are Chinese because users read them.
"""

from __future__ import annotations


class BridgeError(Exception):
    """Anything the bridge raises on purpose."""


class SettingsError(BridgeError):
    """A setting is missing or makes no sense."""


class CaptureError(BridgeError):
    """A captured stream cannot be read."""


class UnsafeActionError(BridgeError):
    """A value with a line break was about to be sent: it would have become a header of its own."""


class ConnectionLostError(BridgeError):
    """Asterisk cannot be reached, went silent or closed the connection."""


class LoginRefusedError(BridgeError):
    """Asterisk answered and refused the login."""


class OldAsteriskError(LoginRefusedError):
    """It speaks the dialect of Asterisk 11 and older: answered calls would look abandoned, so we refuse it by name."""
