"""The projects in `examples/`, built and imported into the real engine, field by field."""

from __future__ import annotations

from pathlib import Path

import pytest

import examples
from deckwright.reading import variants


@pytest.mark.parametrize("name", examples.PROJECTS)
def test_an_example_arrives_as_it_is_written_down(name: str, tmp_path: Path) -> None:
    project = examples.copied(name, tmp_path)
    packages = examples.built(project)
    assert len(packages) == max(1, len(variants(str(project))))
    for package in packages:
        found = examples.learnt(package, tmp_path / package.stem)
        assert (found["missing"], found["unused"]) == ([], [])
        assert found == examples.golden(package.stem)


def test_every_package_written_down_is_one_of_an_example() -> None:
    names = {file.stem.partition(".")[0] for file in examples.GOLDEN.glob("*.json")}
    assert len(names) == len(examples.PROJECTS)
