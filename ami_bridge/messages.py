"""Bytes from Asterisk → messages. One parser for the live connection and for captured streams; does no I/O.

asterisk-ami's own parser keeps only the last of repeated keys and cuts values at U+0085, U+2028 and vertical tabs, so a
caller's name could hide the rest of a message. Here only CR LF (or LF, in captures) ends a line.
"""

from __future__ import annotations

from dataclasses import dataclass

# Far beyond any real message; a peer that sends this much without a blank line is no Asterisk.
LONGEST_MESSAGE = 16 * 1024 * 1024


class MessageTooLongError(ValueError):
    """No end of message within ``LONGEST_MESSAGE`` bytes."""


@dataclass(frozen=True, slots=True)
class Message:
    """One AMI message: ``fields`` has the last value of each key; ``pairs`` has every line, repeated keys kept."""

    text: str
    fields: dict[str, str]

    @property
    def event(self) -> str:
        """The event's name, or "" for a response."""
        return self.fields.get("Event", "")

    @property
    def response(self) -> str:
        """``Success``, ``Error``, ``Goodbye`` … or "" for an event (some events carry a Response field too)."""
        return "" if self.event else self.fields.get("Response", "")

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every line as key and value, in order."""
        lines = (line.partition(": ") for line in self.text.split("\n"))
        return tuple((key, value) for key, colon, value in lines if colon)

    def get(self, key: str, default: str = "") -> str:
        """The last value of ``key``."""
        return self.fields.get(key, default)

    def all(self, key: str) -> tuple[str, ...]:
        """Every value of ``key`` in order."""
        return tuple(value for name, value in self.pairs if name == key)

    def variable(self, name: str, prefix: str = "") -> str:
        """A channel variable that manager.conf's ``channelvars`` adds, e.g. ``ChanVariable: AGENT_ID=1202`` (prefix ``Dest`` …).

        Looked up in the text because this is asked of every event and most have six of these lines and no answer.
        """
        return self.rest_of_line(f"\n{prefix}ChanVariable: {name}=")

    def rest_of_line(self, beginning: str) -> str:
        """What follows ``beginning`` (a line break and the start of a line) up to the end of that line, or ""."""
        start = self.text.find(beginning)
        if start < 0:
            return ""
        start += len(beginning)
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else None]


def decode(raw: bytes) -> str:
    """Text of a message: UTF-8, else line by line, because a trunk may send a caller's name in GB18030 beside our own UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return "\n".join(map(_decode_line, raw.split(b"\n")))


def _decode_line(line: bytes) -> str:
    """One header: UTF-8, else GB18030 (older Chinese PBX data), else UTF-8 with U+FFFD for what cannot be read."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("utf-8", errors="replace")


def parse(raw: bytes) -> Message:
    """One message without its blank line. Lines without ": " (a message that was cut) are dropped, never guessed."""
    text = decode(raw).replace("\r\n", "\n")
    # Every event of a busy Asterisk goes through this line: a list and split are measurably faster than anything nicer.
    return Message(text, dict([line.split(": ", 1) for line in text.split("\n") if ": " in line]))


def event_name(raw: bytes) -> bytes:
    """The event's name without parsing the rest (b"" for anything else): most events need no more than this look."""
    if not raw.startswith(b"Event: "):
        return b""
    return raw[7 : raw.find(b"\n")].rstrip(b"\r") if b"\n" in raw else raw[7:]


class Framer:
    """Cuts a stream of bytes into messages at blank lines, however the bytes are split into packets."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._searched = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """The messages that ``chunk`` completes. Raises ``MessageTooLongError``."""
        self._data += chunk
        messages = []
        while (end := self._data.find(b"\r\n\r\n", self._searched)) >= 0:
            messages.append(bytes(self._data[:end]))
            del self._data[: end + 4]
            self._searched = 0
        # The blank line may have begun in this chunk; looking from there keeps a long line linear in time.
        self._searched = max(0, len(self._data) - 3)
        if len(self._data) > LONGEST_MESSAGE:
            raise MessageTooLongError(f"no end of message within {LONGEST_MESSAGE} bytes")
        return messages
