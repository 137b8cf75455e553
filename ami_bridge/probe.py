"""A short visit to Asterisk: can we log in, may we do too much, which version is it, do the clocks agree? For ``voice-agent doctor``."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from ami_bridge.client import ManagerClient
from ami_bridge.dialect import release
from ami_bridge.errors import ConnectionLostError, LoginRefusedError, OldAsteriskError
from ami_bridge.settings import Settings

# An action that only a user with this write privilege is offered.
_TELLING_ACTIONS = {"command": "Command", "originate": "Originate", "system": "MixMonitor", "config": "UpdateConfig"}


@dataclass(frozen=True)
class Probe:
    """What a visit found.

    ``asterisk`` is the release ("22") if the version of the manager interface tells it. ``excess`` are write privileges that give
    whoever knows the password a shell or worse; the bridge needs none of them. ``can_list_channels`` (write=call) lets the bridge
    see after a gap which calls still exist. ``clock_difference`` is Asterisk's clock minus ours in seconds.
    ``seen_privileges`` are the classes of the events that came by while looking: Asterisk does not tell what may be read, so
    a class that is missing here may only have been quiet.
    """

    login: Literal["ok", "refused", "too_old", "unreachable"]
    trouble: str = ""
    ami_version: str = ""
    asterisk: str = ""
    excess: tuple[str, ...] = ()
    can_list_channels: bool = False
    clock_difference: float | None = None
    seen_privileges: tuple[str, ...] = ()


def probe(settings: Settings, watch_seconds: float = 0.5) -> Probe:
    """Visit Asterisk and look, watching events for ``watch_seconds``. Raises nothing: what went wrong is in the result."""
    seen: set[str] = set()
    client = ManagerClient(settings, lambda raws, _at: seen.update(*map(_privileges, raws)))
    try:
        client.connect()
        client.sign_in()
        return _look(client, seen, watch_seconds)
    except OldAsteriskError as error:
        return Probe("too_old", str(error), client.ami_version)
    except LoginRefusedError as error:
        return Probe("refused", str(error), client.ami_version)
    except (ConnectionLostError, OSError) as error:
        return Probe("unreachable", str(error), client.ami_version)
    finally:
        client.close()


def _look(client: ManagerClient, seen: set[str], watch_seconds: float) -> Probe:
    allowed = client.ask("ListCommands")[0].fields
    before = time.time()
    answer = client.ask("Ping")[0].get("Timestamp")
    halfway = (before + time.time()) / 2
    client.gone.wait(watch_seconds)
    return Probe(
        login="ok",
        ami_version=client.ami_version,
        asterisk=release(client.ami_version),
        excess=tuple(privilege for privilege, action in _TELLING_ACTIONS.items() if action in allowed),
        can_list_channels="Status" in allowed,
        clock_difference=float(answer) - halfway if answer else None,
        seen_privileges=tuple(sorted(seen)),
    )


def _privileges(raw: bytes) -> set[str]:
    for line in raw.split(b"\r\n", 3)[:3]:
        if line.startswith(b"Privilege: "):
            return set(line[11:].decode("ascii", "replace").split(",")) - {"all"}
    return set()
