"""评分办法: the rule of scoring as data, in versions. Weights of the rules, deductions, rewards, how many calls it takes, grades."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from voice_agent.errors import NotInStore, StoreError
from voice_agent.store.database import Row, Store
from voice_agent.values import EVERY_RULE

#: What points are taken off for, each time; and what they are given for, once.
DEDUCTIONS: Mapping[str, str] = {
    "violations": "经人工复核的服务忌语", "complaints": "属实或部分属实的投诉", "late_items": "超过期限的整改",
}  # fmt: skip
REWARDS: Mapping[str, str] = {"clean": "没有投诉，也没有经复核的服务忌语", "compliance": "合格率达到优良线"}
#: The grades over the thresholds ``grades``, and the last below them.
GRADES = ("优秀", "良好", "合格", "不合格")
_MOST_POINTS, _MOST_CALLS, _MOST_MODELS = 100.0, 10_000, 100


@dataclass(frozen=True)
class Scheme:
    """``weights``: rule → how much its rate counts; ``deductions``: what → (points each time, points at most); ``rewards``: what → points.

    ``good_compliance`` 0–1 earns its reward; ``least`` decided calls are needed for a score; ``grades``: the points from which on a
    card is 优秀, 良好, 合格; ``models``: how many become 标兵.
    """

    weights: Mapping[str, float]
    deductions: Mapping[str, tuple[float, float]]
    rewards: Mapping[str, float]
    good_compliance: float
    least: int
    grades: tuple[float, float, float]
    models: int

    def grade(self, score: float) -> str:
        """The grade of so many points."""
        return next((name for name, least in zip(GRADES, self.grades, strict=False) if score >= least), GRADES[-1])


@dataclass(frozen=True)
class SchemeVersion:
    """A version of the rule: who made it, when (unix seconds), why. ``made_by_name`` '' for the one that comes with the product."""

    version: int
    scheme: Scheme
    note: str
    made_by_name: str
    made_at: float


_SELECT = "SELECT s.*, coalesce(u.name, '') AS name FROM schemes s LEFT JOIN users u ON u.id = s.made_by"


def current_scheme(store: Store) -> SchemeVersion:
    """The latest version. Raises StoreError."""
    row = store.row(f"{_SELECT} ORDER BY s.id DESC LIMIT 1")
    if row is None:
        raise StoreError("没有评分办法")
    return _version(row)


def get_scheme(store: Store, version: int) -> SchemeVersion:
    """One version. Raises NotInStore."""
    row = store.row(f"{_SELECT} WHERE s.id = ?", (version,))
    if row is None:
        raise NotInStore(f"没有第 {version} 版评分办法")
    return _version(row)


def list_schemes(store: Store) -> list[SchemeVersion]:
    """All versions, the latest first. Raises StoreError."""
    return [_version(row) for row in store.rows(f"{_SELECT} ORDER BY s.id DESC")]


def save_scheme(store: Store, scheme: Scheme, note: str, user: int, *, now: float | None = None) -> int:
    """Make a new version; cards that are signed keep theirs. Returns its number. Raises StoreError naming what is wrong."""
    _check(scheme)
    if not note.strip():
        raise StoreError("请写明修改的理由")
    if scheme == current_scheme(store).scheme:
        raise StoreError("与现在的评分办法相同，没有修改")
    number = store.write(
        "INSERT INTO schemes (content, note, made_by, made_at) VALUES (?, ?, ?, ?)",
        (json.dumps(asdict(scheme)), note.strip(), user, time.time() if now is None else now),
    ).lastrowid
    assert number is not None  # noqa: S101 - an insert always has a row id
    return number


def _check(scheme: Scheme) -> None:
    weights = scheme.weights
    if set(weights) - set(EVERY_RULE) or not all(0 <= one <= _MOST_POINTS for one in weights.values()):
        raise StoreError("权重应为 0–100")
    if not sum(weights.values()):
        raise StoreError("至少一项要求要有权重")
    points = [*scheme.rewards.values(), *(value for pair in scheme.deductions.values() for value in pair)]
    if set(scheme.deductions) != set(DEDUCTIONS) or set(scheme.rewards) != set(REWARDS):
        raise StoreError("扣分和加分的项目不全")
    if not all(0 <= one <= _MOST_POINTS for one in points):
        raise StoreError("扣分和加分应为 0–100")
    if not 0 < scheme.good_compliance <= 1:
        raise StoreError("合格率优良线应为 1–100 %")
    if not 1 <= scheme.least <= _MOST_CALLS or not 1 <= scheme.models <= _MOST_MODELS:
        raise StoreError("最少通数应为 1–10000，标兵名额应为 1–100")
    if not _MOST_POINTS >= scheme.grades[0] > scheme.grades[1] > scheme.grades[2] >= 0:
        raise StoreError("优秀、良好、合格的分数线应依次降低，在 0–100 之间")


def _version(row: Row) -> SchemeVersion:
    content = json.loads(row["content"])
    content["deductions"] = {name: tuple(pair) for name, pair in content["deductions"].items()}
    return SchemeVersion(row["id"], Scheme(**content | {"grades": tuple(content["grades"])}), row["note"], row["name"], row["made_at"])  # fmt: skip
