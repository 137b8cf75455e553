"""Charts never show boxes: a font is used only when it can write every name, and without one the bars carry the table's numbers."""

from __future__ import annotations

import io
import subprocess
import warnings
from pathlib import Path

import matplotlib
import pytest
from PIL import Image

from tests.conftest import REPOSITORY
from voice_agent.labels import RULE_NAMES
from voice_agent.reporting.charts import font_for, labels, rate_bars

NAMES = list(RULE_NAMES.values())
#: Comes with matplotlib and knows no Chinese.
DEJAVU = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"


def drawn(fonts: list[Path] | None) -> Image.Image:
    """The chart; matplotlib warns about each character that becomes a box, and a warning is an error here."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return Image.open(io.BytesIO(rate_bars(NAMES, [0.5, None, *[1.0] * (len(NAMES) - 2)], fonts)))


@pytest.mark.parametrize(
    "fonts", [[], [DEJAVU], [Path("/gone/SimHei.ttf"), DEJAVU], None], ids=["none", "latin", "gone", "installed"]
)
def test_no_character_becomes_a_box(fonts: list[Path] | None) -> None:
    """With no font, one without Chinese, one that was removed, or whatever is installed, everything drawn can be read."""
    assert drawn(fonts).width > 800


def test_a_font_must_know_every_name() -> None:
    """A font without Chinese is passed over for names and good enough for figures; the bars then carry numbers."""
    assert font_for(NAMES, [DEJAVU]) is None
    assert font_for(["1", "12 %"], [DEJAVU]) is not None
    assert labels(["开场问候", "工号"], None) == ["1", "2"]


def test_names_are_written_where_a_font_can() -> None:
    """With the Chinese font that the browser tests bring along, the bars carry the names behind the numbers of the table."""
    found = subprocess.run([REPOSITORY / "script/browser", "path"], capture_output=True, text=True, check=False)
    fonts = (
        sorted(Path(found.stdout.strip()).parent.glob("usr/share/fonts/**/wqy*.tt?")) if found.returncode == 0 else []
    )
    if not fonts:
        pytest.skip("no Chinese font: script/browser fetch")
    assert labels(["工号"], font_for(NAMES, [DEJAVU, *fonts])) == ["1. 工号"]
    assert drawn(fonts).width > drawn([]).width
