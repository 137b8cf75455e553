"""Charts for documents, as PNG. Where no Chinese font is installed, bars carry numbers that the table beside the chart explains."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font

#: Fonts that hold simplified Chinese, those with better screen and print shapes first. Of a collection (.ttc) matplotlib knows the
#: first face alone, which for Noto and Source Han is the Japanese one; it holds the simplified characters too.
_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "SimHei", "DengXian", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Sans CJK JP", "Source Han Sans",
    "Source Han Sans JP", "LXGW WenKai", "Droid Sans Fallback", "Noto Serif CJK SC", "Noto Serif SC", "Noto Serif CJK JP",
    "Source Han Serif SC", "AR PL UMing CN", "AR PL UKai CN", "FandolHei", "FandolSong", "SimSun", "NSimSun", "KaiTi", "FangSong",
    "STHeiti", "STSong", "Songti SC", "Heiti SC", "Arial Unicode MS",
)  # fmt: skip
_BLUE, _GREY = "#0b5c8a", "#c9d2da"


def installed_fonts() -> dict[str, Path]:
    """The usual Chinese fonts that matplotlib found on this machine: name → file, the best first."""
    files = {font.name: Path(font.fname) for font in fontManager.ttflist}
    return {name: files[name] for name in _FONTS if name in files}


def font_for(texts: Sequence[str], files: Iterable[Path]) -> FontProperties | None:
    """The first font that has every character of ``texts``: a character that a font lacks would be drawn as a box."""
    wanted = {ord(letter) for text in texts for letter in text if not letter.isspace()}
    return next((FontProperties(fname=file) for file in files if wanted <= _characters(file)), None)


@lru_cache(maxsize=64)
def _characters(file: Path) -> frozenset[int]:
    """The characters of a font; none when the file is gone, which matplotlib's own list does not notice."""
    try:
        return frozenset(get_font(str(file)).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


def rate_bars(names: Sequence[str], rates: Sequence[float | None], fonts: Iterable[Path] | None = None) -> bytes:
    """A bar for every rate 0–1, the first on top; a rate of None is a bar without length marked ``–``.

    ``fonts``: files to choose from instead of the installed ones.
    """
    font = font_for(names, installed_fonts().values() if fonts is None else fonts)
    figure = Figure(figsize=(6.3, 0.34 * len(names) + 0.7), dpi=200)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    places = range(len(names), 0, -1)
    axes.barh(places, [100] * len(names), color=_GREY, height=0.62)
    axes.barh(places, [100 * (rate or 0.0) for rate in rates], color=_BLUE, height=0.62)
    for place, rate in zip(places, rates, strict=True):
        axes.text(101.5, place, "–" if rate is None else f"{rate:.1%}", va="center", fontsize=8)
    _label(axes, labels(names, font), places, font)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_xlim(0, 114)
    axes.set_xticks([])
    return _png(figure)


def labels(names: Sequence[str], font: FontProperties | None) -> list[str]:
    """``1. 开场问候``, or the number alone where no font can write the name: the table beside the chart has it too."""
    return [f"{number}. {name}" if font else f"{number}" for number, name in enumerate(names, 1)]


def _label(axes: Axes, texts: Sequence[str], places: Sequence[int], font: FontProperties | None) -> None:
    axes.set_yticks(list(places), texts)
    for text in axes.get_yticklabels():
        text.set_fontproperties(font)
        text.set_fontsize(9)
    axes.tick_params(length=0)


def _png(figure: Figure) -> bytes:
    picture = io.BytesIO()
    figure.savefig(picture, format="png", bbox_inches="tight")
    return picture.getvalue()
