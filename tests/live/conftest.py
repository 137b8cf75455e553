"""A store, a recordings folder and a desk with the real recogniser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phrasebook.book import load_book
from voice_agent.hearing.models.choice import load_vosk
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.hearing.workers import Workers
from voice_agent.intake.recordings import RecordingPlaces
from voice_agent.live.worker import Desk
from voice_agent.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "calls.db") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "monitor"
    place.mkdir()
    return place


@pytest.fixture
def desk(folder: Path) -> Iterator[Desk]:
    with Workers(BUNDLED, load_vosk, 1) as workers:
        yield Desk(
            workers=workers,
            book=load_book(),
            places=RecordingPlaces(folder),
            swap=False,
            wait_seconds=1.0,
            attempts=1,
            lease_seconds=30.0,
            recogniser="bundled",
            judged=lambda _store, _number: None,
        )
