"""The clerks of the demonstration's month: where they sit, and how well each of them works. Pure, and always the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voice_agent.store.people.directory import Clerk

#: Units that get colleagues for the clerks of the bundled calls, and how careful people work there (0–1, added to each one's own care).
_UNITS = {
    "银川市社保中心": 0.06, "石嘴山市社保中心": -0.06, "固原市社保中心": 0.0, "中卫市社保服务热线": 0.04, "金凤区社保中心": -0.12,
    "惠农区社保中心": -0.1, "永宁县社保中心": 0.02, "盐池县社保局": 0.05,
}  # fmt: skip
_SURNAMES, _NAMES = (
    "马李王张杨刘陈丁白纳",
    ("晓燕", "志强", "海霞", "文博", "玉兰", "建国", "雪梅", "永福", "婷婷", "学军"),
)
#: So many clerks sit in each of these units; two share a window, as A and B.
_SEATS = 4


@dataclass(frozen=True)
class Worker:
    """A clerk with how careful (0–1) and how busy (calls a working day) this person is."""

    clerk: Clerk
    care: float
    calls: float


def workers(bundled: Sequence[Clerk]) -> list[Worker]:
    """About forty: those of the bundled calls, and colleagues in eight units, two at each window."""
    seats: dict[str, int] = {}
    made = []
    for place, clerk in enumerate([*bundled, *_colleagues(bundled)]):
        seats[clerk.unit] = seats.get(clerk.unit, 0) + 1
        window = f"{(seats[clerk.unit] + 1) // 2}号窗口"
        seated = Clerk(clerk.job_number, clerk.name, clerk.unit, window, f"PJSIP/a{clerk.job_number}")
        care = 0.78 + (place * 37 % 23) / 100 + _UNITS.get(clerk.unit, -0.02)
        made.append(Worker(seated, min(0.98, max(0.45, care)), 1.45 if clerk.unit in _UNITS else 0.5))
    return made


def _colleagues(bundled: Sequence[Clerk]) -> list[Clerk]:
    made, number = [], 0
    for place, unit in enumerate(_UNITS):
        here = sum(clerk.unit == unit for clerk in bundled)
        for seat in range(here, _SEATS if place % 2 else _SEATS - 1):
            name = _SURNAMES[number % len(_SURNAMES)] + _NAMES[(number * 7 + place) % len(_NAMES)]
            made.append(Clerk(f"{6400 + 11 * place + seat:04}", name, unit))
            number += 1
    return made
