"""A world that is built once and copied for each test, because building it takes a second."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.web.world import World, build


@pytest.fixture(scope="session")
def first_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world as built; its recordings are shared by all copies."""
    return build(tmp_path_factory.mktemp("world"))


@pytest.fixture
def world(first_world: World, tmp_path: Path) -> World:
    """A world of one's own."""
    return replace(first_world, store=Path(shutil.copy(first_world.store, tmp_path / "store.db")))
