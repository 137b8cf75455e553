"""Tables of ``voice-agent.toml`` about the service itself: what callers press, and when windows must be manned."""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator

from voice_agent.config.hours import read_hours
from voice_agent.config.table import Table


class RatingConfig(Table):
    """How the dialplan tells a caller's rating, what the keys mean (the best first), which are low, and working days for the follow-up."""

    variable: str = Field("RATING", pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")
    field: str = Field("Rating", pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")
    levels: dict[str, str] = Field(
        default_factory=lambda: {"1": "非常满意", "2": "满意", "3": "基本满意", "4": "不满意", "5": "非常不满意"}
    )
    low: tuple[str, ...] = ("4", "5")
    follow_up_days: int = Field(5, ge=1, le=365)

    @model_validator(mode="after")
    def _low_keys_are_levels(self) -> RatingConfig:
        if unknown := [key for key in self.low if key not in self.levels]:
            raise ValueError(f"low 中的按键 {'、'.join(unknown)} 不在 levels 里")
        return self


class OfficeConfig(Table):
    """When windows must be manned, as ``09:00-12:00``: on working days, on duty (值班) on working days, on duty on free days."""

    hours: tuple[str, ...] = ("09:00-12:00", "13:00-17:00")
    duty: tuple[str, ...] = ()
    holiday_duty: tuple[str, ...] = ()

    @field_validator("hours", "duty", "holiday_duty")
    @classmethod
    def _are_times(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            read_hours(text)
        return value
