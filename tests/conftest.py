"""The project of bees at the stages of its life at which several test files take it up."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers import BEES, NOW, done, write


@pytest.fixture
def bees(tmp_path: Path) -> Path:
    """The project of bees, built once and never released."""
    folder = write(tmp_path / "bees", BEES)
    done(folder, "build")
    return folder


@pytest.fixture
def out(bees: Path) -> Path:
    """The project of bees, released once, in the second after it was built."""
    done(bees, "release", now=NOW + 1)
    return bees
