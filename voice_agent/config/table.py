"""What every table of ``voice-agent.toml`` has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A TOML table: frozen, and a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
