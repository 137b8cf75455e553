"""Directs calls on an ``AsteriskServer``: callers and clerks that speak wav files over SIP and RTP, transfers, hang-ups."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

from ami_bridge.client import ManagerClient
from ami_bridge.messages import Message
from ami_bridge.settings import Settings
from recordings_fixtures.asterisk.server import AsteriskServer

Way = Literal[
    "queue", "local", "optimised", "dial", "dial-local", "overflow", "conference", "rated-variable", "rated-event", "rated-field",
]  # fmt: skip
EXTENSIONS: dict[Way, str] = {
    "queue": "123330",
    "local": "123331",
    "optimised": "123332",
    "dial": "123333",
    "dial-local": "123334",
}
#: Ways on which a caller meets something else before a clerk (a queue that nobody serves, the clerk's standing conference) or is asked
#: for a rating after the clerk has hung up.
DETOURS: dict[Way, str] = {
    "overflow": "123335", "conference": "123336", "rated-variable": "123337", "rated-event": "123338", "rated-field": "123339",
}  # fmt: skip
_NUMBERS = itertools.count(13900000001)


@dataclass(frozen=True)
class PlacedCall:
    """A call that was placed: its caller's number identifies it everywhere."""

    number: str
    job_number: str


class Stage:
    """Places calls with a manager user of its own; the bridge under test never has these rights. Use it in ``with``."""

    def __init__(self, asterisk: AsteriskServer) -> None:
        self._asterisk = asterisk
        self._client = self._connected()

    def _connected(self) -> ManagerClient:
        asterisk = self._asterisk
        settings = Settings(host=asterisk.host, port=asterisk.ami_port, username="stage", secret=asterisk.stage_secret)
        client = ManagerClient(settings, lambda _raws, _at: None)
        client.connect()
        client.sign_in()
        return client

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def reconnect(self) -> None:
        """After a restart of Asterisk."""
        self._client.close()
        self._client = self._connected()

    def act(self, name: str, **keys: str) -> Message:
        """One manager action; raises ``RuntimeError`` if Asterisk refuses it."""
        answer = self._client.ask(name, **keys)[0]  # type: ignore[arg-type]  # header names, never listing or timeout
        if answer.response != "Success":
            raise RuntimeError(f"{name}: {answer.get('Message')}")
        return answer

    def place_call(
        self, caller_wav: Path, agent_wav: Path, job_number: str, *,
        way: Way = "queue", ends: Literal["caller", "agent"] = "caller", ring_seconds: float = 0.3, mix: str = "S",
    ) -> PlacedCall:  # fmt: skip
        """A caller rings the hotline, the clerk with this job number picks up, both speak their 8 kHz wav at the same time.

        ``ends`` is who hangs up when its wav is over; ``mix`` are MixMonitor's options ("none": no recording). Returns at once.
        """
        number = str(next(_NUMBERS))
        self._note("caller", number, self._sound(caller_wav, f"{number}-caller"))
        self._note("agent", number, self._sound(agent_wav, f"{number}-agent"))
        self._note("clerk", number, job_number)
        self._note("penalty", number, str(self._asterisk.penalty(job_number)))
        self._note("ends", number, ends)
        self._note("mix", number, mix)
        self._note("ring", number, f"{ring_seconds:g}")
        self._ring(number, (EXTENSIONS | DETOURS)[way], "speak")
        return PlacedCall(number, job_number)

    def place_abandoned_call(self, seconds: float, *, way: Way = "queue") -> PlacedCall:
        """A caller whom nobody answers and who gives up after so many seconds."""
        number = str(next(_NUMBERS))
        self._note("clerk", number, self._asterisk.clerks[0])
        self._note("penalty", number, "1")
        self._note("ring", number, "600")
        self._note("patience", number, f"{seconds:g}")
        self._ring(number, (EXTENSIONS | DETOURS)[way], "give-up")
        return PlacedCall(number, "nobody")

    def says(self, job_number: str, wav: Path) -> None:
        """From now on this clerk picks up whoever rings and says this: for those a call is transferred to."""
        self._note("says", job_number, self._sound(wav, f"says-{job_number}"))

    def channels(self, device: str) -> list[str]:
        """The channels of a device (``PJSIP/a1201``) that exist now."""
        listed = self._client.ask("CoreShowChannels", listing=True)
        return [name for message in listed if (name := message.get("Channel")).startswith(f"{device}-")]

    def any_channel(self) -> bool:
        """Whether any call is going on."""
        return bool(self._client.ask("CoreShowChannels", listing=True)[1:-1])

    def transfer_blind(self, job_number: str, to: str) -> None:
        """The clerk puts the caller through to another clerk without a word."""
        self.act("BlindTransfer", Channel=self.channels(f"PJSIP/a{job_number}")[0], Context="transfers", Exten=to)

    def consult(self, job_number: str, about: str) -> None:
        """The clerk puts the caller on hold and rings another clerk; ``hang_up_clerk`` then completes the transfer."""
        self.act("Atxfer", Channel=self.channels(f"PJSIP/a{job_number}")[0], Context="transfers", Exten=about)

    def rings_long(self, job_number: str, seconds: float) -> None:
        """Whoever is rung by this clerk lets it ring so long."""
        self._note("ring", job_number, f"{seconds:g}")

    def dials(self, job_number: str, extension: str) -> None:
        """The clerk's telephone rings, is picked up and then dials this itself (click-to-dial)."""
        self.act(
            "Originate", Channel=f"PJSIP/a{job_number}", Context="staff", Exten=extension, Priority="1",
            CallerID=f"Clerk {job_number} <{job_number}>", Async="true", Timeout="60000",
        )  # fmt: skip

    def callers(self, number: str = "") -> list[str]:
        """The channels on which callers (all, or the one with this number) have come into the hotline, oldest first."""
        listed = self._client.ask("CoreShowChannels", listing=True)[1:]
        inside = [each for each in listed if each.get("Context") == "hotline" and "/outside-" in each.get("Channel")]
        return sorted(each.get("Channel") for each in inside if number in ("", each.get("CallerIDNum")))

    def park(self, job_number: str, number: str = "") -> None:
        """The clerk parks the caller and is free again."""
        clerk, caller = self.channels(f"PJSIP/a{job_number}")[0], self.callers(number)[0]
        self.act("Park", Channel=caller, TimeoutChannel=clerk, Parkinglot="default", Timeout="60000")

    def hang_up_clerk(self, job_number: str) -> None:
        """The clerk's telephone hangs up."""
        for channel in self.channels(f"PJSIP/a{job_number}"):
            self.act("Hangup", Channel=channel, Cause="16")

    def press(self, number: str, key: str) -> None:
        """The caller with this number presses a key on the telephone."""
        listed = self._client.ask("CoreShowChannels", listing=True)[1:]
        for each in listed:
            if each.get("Context") == "callers" and each.get("CallerIDNum") == number:
                self.act("PlayDTMF", Channel=each.get("Channel"), Digit=key)

    def asks_for_rating(self) -> bool:
        """Whether a caller is being asked for a rating."""
        listed = self._client.ask("CoreShowChannels", listing=True)[1:]
        return any(each.get("Application") == "Read" for each in listed)

    def pause(self, job_number: str, reason: str = "", *, paused: bool = True) -> None:
        """The clerk takes no calls from the queue hotline, or does so again."""
        self.act(
            "QueuePause",
            Queue="hotline",
            Interface=f"PJSIP/a{job_number}",
            Paused="true" if paused else "false",
            Reason=reason,
        )

    def hang_up_callers(self, number: str = "") -> None:
        """Every caller who is in the hotline (or the one with this number) is gone."""
        for channel in self.callers(number):
            self.act("Hangup", Channel=channel, Cause="16")

    def wait_for(self, condition: Callable[[], object], seconds: float = 20.0) -> None:
        """Wait until something holds. Raises ``TimeoutError``."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError("the stage waited in vain")
            time.sleep(0.05)

    def wait_answered(self, number: str, seconds: float = 20.0) -> None:
        """Wait until a clerk has picked up a call from this number (a consultation comes from a clerk's job number)."""
        self.wait_for(
            lambda: self._client.ask("DBGet", Family="answered", Key=number)[0].response == "Success", seconds
        )

    def _note(self, family: str, key: str, value: str) -> None:
        self.act("DBPut", Family=family, Key=key, Val=value)

    def _sound(self, wav: Path, name: str) -> str:
        """Playback wants a path without suffix, comma or ampersand: a link with a plain name."""
        link = self._asterisk.folder / "share" / "sounds" / f"{name}.wav"
        link.unlink(missing_ok=True)
        link.symlink_to(wav.resolve())
        return str(link.with_suffix(""))

    def _ring(self, number: str, extension: str, part: str) -> None:
        self.act(
            "Originate", Channel=f"PJSIP/{extension}@outside", Context="callers", Exten=part, Priority="1",
            CallerID=f"Caller <{number}>", Variable=f"NUMBER={number}", Async="true", Timeout="60000",
        )  # fmt: skip
