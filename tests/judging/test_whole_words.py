"""What a finding shows is whole words, although the learned model marks syllables."""

from __future__ import annotations

import pytest

from voice_agent.acts.whole_words import whole_words


@pytest.mark.parametrize(
    ("heard", "marked", "shown"),
    [
        ("好的谢谢您告诉我们", "谢谢您告诉我", "谢谢您告诉我们"),
        ("值班主任的事我让他联系您", "任的事我让他联系", "主任的事我让他联系"),
        ("今天社会保险服务中心", "会保险服", "社会保险"),
        ("再见", "见", "再见"),
    ],
)
def test_words_are_shown_whole(heard: str, marked: str, shown: str) -> None:
    """A word that is half marked is shown, one of which less is marked is not, and something always is."""
    first = heard.index(marked)
    begin, end = whole_words(heard, first, first + len(marked))
    assert heard[begin:end] == shown
