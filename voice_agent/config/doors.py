"""Who may see, hear and reach what: the tables ``[privacy]`` and ``[web]``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from voice_agent.config.table import Table


class UnitRetention(Table):
    """Other terms for one unit; None: as for everybody."""

    name: str
    sound_days: int | None = Field(None, ge=0, le=36500)
    transcript_days: int | None = Field(None, ge=0, le=36500)
    evidence_days: int | None = Field(None, ge=0, le=36500)
    numbers_days: int | None = Field(None, ge=0, le=36500)
    comments_days: int | None = Field(None, ge=0, le=36500)


class PrivacyConfig(Table):
    """Who may see and hear what is personal, and how many days each kind is kept (0: for ever).

    ``unmask_roles`` may lift the mask of one call with a reason; ``hear_roles`` hear everything without. ``sound_days``: rendered
    copies and waveforms, and the recordings themselves only with ``delete_recordings``; ``evidence_days``: the words quoted in
    findings; ``numbers_days``: callers' numbers; ``comments_days``: what people wrote about a call.
    """

    unmask_roles: tuple[Literal["reviewer", "supervisor"], ...] = ("reviewer", "supervisor")
    hear_roles: tuple[Literal["staff", "reviewer", "supervisor"], ...] = ()
    sound_days: int = Field(0, ge=0, le=36500)
    transcript_days: int = Field(0, ge=0, le=36500)
    evidence_days: int = Field(0, ge=0, le=36500)
    numbers_days: int = Field(0, ge=0, le=36500)
    comments_days: int = Field(0, ge=0, le=36500)
    delete_recordings: bool = False
    units: tuple[UnitRetention, ...] = ()


class WebConfig(Table):
    """Where the page is served; TLS when both files are given.

    ``totp_roles``: roles that must set up a second factor. ``hosts``: names under which browsers reach the page, besides this machine's own. ``behind_tls``: only a proxy with TLS leads
    here. ``proxies``: addresses of proxies whose word about browsers is believed; ``user_header``: who of the site's own directory
    was signed in by them ('' none). ``idle_minutes``: a session nobody uses ends.
    """

    host: str = "127.0.0.1"
    port: int = Field(8120, ge=1, le=65535)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    session_hours: float = Field(8.0, gt=0, le=72)
    idle_minutes: float = Field(30.0, gt=0, le=1440)
    totp_roles: tuple[Literal["staff", "reviewer", "supervisor", "admin"], ...] = ()
    hosts: tuple[str, ...] = ()
    behind_tls: bool = False
    proxies: tuple[str, ...] = ()
    user_header: str = Field("", pattern=r"^[A-Za-z0-9-]{0,64}$")
