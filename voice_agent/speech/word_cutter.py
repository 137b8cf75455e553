"""Chinese text cut into words (jieba), loaded when first asked for."""

from __future__ import annotations

import logging
import warnings
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def word_cutter() -> Any:
    """Our own jieba Tokenizer (0.7 s to load): the shared one may carry words that others added."""
    with warnings.catch_warnings():
        # jieba asks for pkg_resources, whose deprecation is no business of ours.
        warnings.simplefilter("ignore")
        import jieba  # noqa: PLC0415 - loading costs time that only searching should pay

    jieba.setLogLevel(logging.WARNING)
    return jieba.Tokenizer()
