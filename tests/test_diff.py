"""`deckwright diff` and `deckwright verify` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deckwright import verify
from helpers import BEES, DAY, NOW, deckwright, page, without, write

EDITED = page().replace("half of the workers", "most of the workers")


@pytest.fixture
def bees(tmp_path: Path) -> Path:
    folder = write(tmp_path / "bees", BEES)
    assert deckwright(folder, "build").exit_code == 0
    assert deckwright(folder, "release").exit_code == 0
    return folder


_WORDS = (
    "… colony multiplies: the old queen leaves with [-half-] {+most+} of the workers, and a "
    "daughter inherits …"
)


def diff(folder: Path, *arguments: str) -> list[str]:
    result = deckwright(folder, "diff", *arguments, now=NOW + DAY)
    assert result.exit_code == 0, result.stderr
    return result.stdout.splitlines()


def test_what_a_build_would_change_is_shown_in_words(bees: Path) -> None:
    write(bees, {"sources/bees.txt": EDITED})
    assert diff(bees) == [
        "dist/bees-1.apkg → the sources",
        "1 changed, 20 notes the same",
        "",
        "Changed (1)",
        "  Swarming (swarming)",
        f"    Opening: {_WORDS}",
        f"    More: {_WORDS}",
    ]


def test_nothing_changed_is_said(bees: Path) -> None:
    assert diff(bees)[1:] == ["nothing changed, 21 notes the same"]


def test_without_any_package_the_lock_tells_which_notes_changed_but_no_words(bees: Path) -> None:
    for built in (bees / "dist").iterdir():
        built.unlink()
    changed = EDITED.replace("Varroa mites\n", "The varroa mite\n")
    write(bees, {"sources/bees.txt": changed + "\nSmoke\n\nSmoke calms bees: they eat honey.\n"})
    lines = diff(bees)
    assert lines[0] == "deck.lock → the sources"
    assert lines[1].startswith("1 new, ")
    assert "    Swarming (swarming)" in [f"  {line}" for line in lines]
    assert not [line for line in lines if "[-" in line]


def test_a_note_that_returns_otherwise_than_it_left_is_told_once(bees: Path) -> None:
    for built in (bees / "dist").iterdir():
        built.unlink()
    write(bees, {"sources/bees.txt": without("Swarming")})
    assert deckwright(bees, "build", now=NOW + DAY).exit_code == 0
    (bees / "dist/bees.apkg").unlink()
    write(bees, {"sources/bees.txt": EDITED})
    assert diff(bees)[:4] == ["deck.lock → the sources", "4 new, 17 notes the same", "", "New (4)"]


def test_sources_come_after_what_they_are_compared_with(bees: Path) -> None:
    result = deckwright(bees, "diff", "deck.yaml", "dist/bees.apkg")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "Error: Name the older package first, and then what to compare with it, as in: "
        "deckwright diff dist/deck-1.apkg deck.yaml"
    )


def test_a_package_is_compared_with_the_sources_or_with_another(bees: Path) -> None:
    write(bees, {"sources/bees.txt": EDITED})
    against_sources = diff(bees, "dist/bees-1.apkg")
    assert deckwright(bees, "build", now=NOW + DAY).exit_code == 0
    assert deckwright(bees, "release", now=NOW + DAY).exit_code == 0
    against_package = diff(bees, "dist/bees-1.apkg", "dist/bees-2.apkg")
    assert against_package[0] == "dist/bees-1.apkg → dist/bees-2.apkg"
    assert against_package[1:] == against_sources[1:]


def test_the_differences_are_there_for_programs_and_for_the_web(bees: Path) -> None:
    write(bees, {"sources/bees.txt": EDITED})
    data = json.loads("\n".join(diff(bees, "--format", "json")))
    assert [change["note"]["key"] for change in data["changed"]] == ["swarming"]
    markdown = diff(bees, "--format", "markdown")
    assert markdown[0] == "# What changed from `dist/bees-1.apkg` to `the sources`"


def test_what_is_no_package_is_told(bees: Path) -> None:
    write(bees, {"dist/torn.apkg": b"PK\x03\x04 torn"})
    result = deckwright(bees, "diff", "dist/torn.apkg")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == ("Error: dist/torn.apkg is damaged: its archive is cut off or broken\n")


def test_sources_with_mistakes_cannot_be_compared(bees: Path) -> None:
    write(bees, {"sources/bees.txt": "Alone\n"})
    result = deckwright(bees, "diff")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "there is nothing to compare: a build would stop here"


def test_verify_says_what_an_update_does_to_a_learner(bees: Path) -> None:
    write(bees, {"sources/bees.txt": EDITED})
    assert deckwright(bees, "build", now=NOW + DAY).exit_code == 0
    assert deckwright(bees, "release", now=NOW + DAY).exit_code == 0
    result = deckwright(bees, "verify", "dist/bees-1.apkg", "dist/bees-2.apkg")
    assert result.exit_code == 0, result.stdout
    assert result.stdout.splitlines()[-1] == (
        "OK: every review stays with its question, and every update arrives."
    )


def test_verify_of_what_is_not_there_is_wrong_usage(bees: Path) -> None:
    result = deckwright(bees, "verify", "dist/none.apkg", "dist/bees.apkg")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == "Error: There is no file dist/none.apkg"


def test_verify_names_a_package_from_the_web_by_its_address(
    bees: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "https://example.org/bees.apkg"
    places = {address: bees / "dist/bees-1.apkg"}
    monkeypatch.setattr(verify, "fetch", lambda place, _: places.get(place, Path(place)))
    result = deckwright(bees, "verify", address, "dist/bees.apkg")
    assert result.exit_code == 0, result.stdout
    assert result.stdout.startswith(f"Imported {address}, reviewed every card, ")


def test_verify_fails_where_an_update_goes_wrong(bees: Path) -> None:
    """The lock was thrown away, and the clock was wrong: the fix never arrives."""
    write(bees, {"sources/bees.txt": EDITED})
    (bees / "deck.lock").unlink()
    assert deckwright(bees, "build", "--new-lock", now=NOW - DAY).exit_code == 0
    result = deckwright(bees, "verify", "dist/bees-1.apkg", "dist/bees.apkg", "--format", "json")
    assert result.exit_code == 1
    verdict = json.loads(result.stdout)
    assert not verdict["ok"]
    assert {finding["what"] for finding in verdict["findings"]} >= {"missing"}
