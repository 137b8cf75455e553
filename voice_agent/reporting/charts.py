"""Charts for documents, as PNG. Where no Chinese font is installed, bars carry numbers that the table beside the chart explains."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager

#: Fonts that hold simplified Chinese, those with better screen and print shapes first.
_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "AR PL UMing CN", "SimSun",
)  # fmt: skip
_BLUE, _GREY = "#0b5c8a", "#c9d2da"


@lru_cache(maxsize=1)
def chinese_font() -> FontProperties | None:
    """The best installed font for Chinese, None when there is none."""
    files = {font.name: font.fname for font in fontManager.ttflist}
    return next((FontProperties(fname=files[name]) for name in _FONTS if name in files), None)


def rate_bars(names: Sequence[str], rates: Sequence[float | None]) -> bytes:
    """A bar for every rate 0–1, the first on top; a rate of None is a bar without length marked ``–``."""
    figure = Figure(figsize=(6.3, 0.34 * len(names) + 0.7), dpi=200)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    places = range(len(names), 0, -1)
    axes.barh(places, [100] * len(names), color=_GREY, height=0.62)
    axes.barh(places, [100 * (rate or 0.0) for rate in rates], color=_BLUE, height=0.62)
    for place, rate in zip(places, rates, strict=True):
        axes.text(101.5, place, "–" if rate is None else f"{rate:.1%}", va="center", fontsize=8)
    _label(axes, names, places)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_xlim(0, 114)
    axes.set_xticks([])
    return _png(figure)


def _label(axes: object, names: Sequence[str], places: Sequence[int]) -> None:
    font = chinese_font()
    labels = [f"{number}. {name}" if font else f"{number}" for number, name in enumerate(names, 1)]
    axes.set_yticks(list(places), labels)  # type: ignore[attr-defined]  # matplotlib's Axes
    for text in axes.get_yticklabels():  # type: ignore[attr-defined]  # as above
        text.set_fontproperties(font)
        text.set_fontsize(9)
    axes.tick_params(length=0)  # type: ignore[attr-defined]  # as above


def _png(figure: Figure) -> bytes:
    picture = io.BytesIO()
    figure.savefig(picture, format="png", bbox_inches="tight")
    return picture.getvalue()
