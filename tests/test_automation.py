"""What a repository of a deck takes over: the hooks for pre-commit, and the workflow for GitHub."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from deckwright import __version__
from helpers import deckwright, files_of, write

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "markdown"
WORKFLOW = yaml.safe_load((EXAMPLE / ".github/workflows/deck.yml").read_text("utf-8"))


def commands(job: str) -> list[list[str]]:
    """What a job of the workflow runs of deckwright, with a tag `v1`."""
    steps: list[dict[str, Any]] = WORKFLOW["jobs"][job]["steps"]
    runs = [step["run"].replace("${GITHUB_REF_NAME#v}", "1") for step in steps if "run" in step]
    return [shlex.split(run)[1:] for run in runs if run.startswith("deckwright ")]


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """The example, released once by its author."""
    kept = shutil.ignore_patterns("dist", "*.lock")
    shutil.copytree(EXAMPLE, tmp_path / "deck", ignore=kept)
    assert deckwright(tmp_path / "deck", "build").exit_code == 0
    assert deckwright(tmp_path / "deck", "release").exit_code == 0
    return tmp_path / "deck"


def test_a_pull_request_is_checked(deck: Path) -> None:
    (command,) = commands("check")
    assert deckwright(deck, *command).exit_code == 0
    page = deck / "sources" / "gears.md"
    write(deck, {"sources/gears.md": page.read_text("utf-8") + "\nQ: What is a cog?\nA: A tooth\n"})
    result = deckwright(deck, *command)
    assert result.exit_code == 1
    assert "S007" in result.stdout  # somebody edited and did not build


def test_a_tag_gets_the_package_of_its_release_once_more(deck: Path) -> None:
    before = files_of(deck)
    (package,) = (name for name in before if name.endswith("-1.apkg"))
    (deck / package).unlink()
    (command,) = commands("package")
    assert deckwright(deck, *command).exit_code == 0
    assert files_of(deck) == before


def test_what_the_example_installs_is_this_version() -> None:
    assert (EXAMPLE / "requirements.txt").read_text("utf-8") == f"deckwright=={__version__}\n"


@pytest.mark.parametrize(
    "hook",
    yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")),
    ids=lambda h: h["id"],
)
def test_a_hook_runs_in_the_folder_of_a_deck(hook: dict[str, Any], deck: Path) -> None:
    """pre-commit calls it without the names of files, from the top of the repository."""
    assert hook["pass_filenames"] is False
    program, *arguments = shlex.split(hook["entry"])
    assert program == "deckwright"
    before = files_of(deck)
    assert deckwright(deck, *arguments).exit_code == 0
    assert files_of(deck) == before
