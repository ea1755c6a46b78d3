"""Variants: several decks of the same sources, each with a lock, a package and learners of its own.

The project is the example `geography`: two languages of three joined tables, with a note type of
its own that learners have already.
"""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

import examples
from deckwright.engine import Learner
from helpers import DAY, deckwright, done, locked, write

NOW = int(time.time()) - DAY


@pytest.fixture
def geography(tmp_path: Path) -> Path:
    return examples.copied("geography", tmp_path)


def rows(project: Path) -> list[dict[str, str]]:
    text = (project / "tables/countries.csv").read_text(encoding="utf-8")
    return [row for row in csv.DictReader(text.splitlines()) if row["country"] != "Svalbard"]


def test_a_build_makes_all_of_them_each_with_a_lock(geography: Path) -> None:
    said = done(geography, "build", now=NOW)
    assert said.index("en:\n") < said.index("nordic-geography.en.apkg") < said.index("de:\n")
    assert sorted(path.name for path in geography.glob("dist/*")) == [
        "nordic-geography.de.apkg",
        "nordic-geography.en.apkg",
    ]
    en, de = locked(geography, "deck.en.lock"), locked(geography, "deck.de.lock")
    assert (en.project, de.project) == ("nordic-geography.en", "nordic-geography.de")
    assert sorted(n.guid for n in en.notes.values()) == sorted(r["guid"] for r in rows(geography))
    assert en.notes.keys() == de.notes.keys()


def test_a_deck_that_was_released_before_there_were_variants_goes_on_as_one(
    tmp_path: Path,
) -> None:
    """Its lock moves to the variant, with the id that the project had."""
    text = "id: castes\nname: Castes\nsources: [castes.csv]\n"
    write(tmp_path, {"deck.yaml": text, "castes.csv": "front,back\nqueen,one\ndrone,hundreds\n"})
    done(tmp_path, "build", now=NOW)
    done(tmp_path, "release", "--as", "1", now=NOW)
    before = locked(tmp_path)
    variants = "variants:\n  en: {id: castes}\n  de: {name: Kasten}\n"
    write(tmp_path, {"deck.yaml": text + variants})
    (tmp_path / "deck.lock").rename(tmp_path / "deck.en.lock")
    done(tmp_path, "build", now=NOW + 60)
    assert locked(tmp_path, "deck.en.lock") == before
    assert locked(tmp_path, "deck.de.lock").project == "castes.de"
    assert not {n.guid for n in before.notes.values()} & {
        n.guid for n in locked(tmp_path, "deck.de.lock").notes.values()
    }


def test_one_of_them_can_be_built_alone(geography: Path) -> None:
    done(geography, "build", "--variant", "de", "-o", "erdkunde.apkg", now=NOW)
    assert sorted(path.name for path in geography.glob("**/*.apkg")) == ["erdkunde.apkg"]
    assert sorted(path.name for path in geography.glob("*.lock")) == ["deck.de.lock"]


def test_a_package_cannot_be_named_for_several(geography: Path) -> None:
    result = deckwright(geography, "build", "-o", "one.apkg")
    assert result.exit_code == 2
    assert "-o names one package: say which --variant: en, de" in result.stderr


def test_what_is_about_one_deck_asks_which(geography: Path) -> None:
    result = deckwright(geography, "notes")
    assert result.exit_code == 1
    assert "deck.yaml:30:1: error C019: which variant is meant?" in result.stderr
    assert "help: say --variant NAME: en and de" in result.stderr
    assert "Kopenhagen" in done(geography, "notes", "--variant", "de", "--format", "yaml")


def test_rows_that_lack_what_is_required_are_counted(geography: Path) -> None:
    result = deckwright(geography, "build", "--variant", "en", now=NOW)
    assert (
        'tables/countries.csv:9:1: info T016: 1 row is left out, because "Capital" is empty: line 9'
        in result.stderr
    )


def test_guids_and_ids_are_those_that_were_given(geography: Path, tmp_path: Path) -> None:
    done(geography, "build", now=NOW)
    with Learner(tmp_path / "learner") as learner:
        stock = learner.note_types()
        for variant, column in (("en", "guid"), ("de", "guid:de")):
            told = learner.imports(geography / f"dist/nordic-geography.{variant}.apkg")
            assert set(told.new) == {row[column] for row in rows(geography)}
        own = {id: each.name for id, each in learner.note_types().items() if id not in stock}
        assert own == {1564309001121: "Nordic countries", 1564309001122: "Nordische Länder"}
        assert [[field.config.id for field in _fields(learner, id)] for id in sorted(own)] == [
            [3390000000000000000 + number for number in range(1, 5)]
        ] * 2
        assert learner.checks_media() == ((), ())
        assert len(list(learner.media.iterdir())) == 14


def _fields(learner: Learner, id: int) -> list:  # type: ignore[type-arg]
    return list(learner._col._backend.get_notetype(id).fields)


def test_learners_who_have_the_deck_from_elsewhere_go_on_with_it(
    geography: Path, tmp_path: Path
) -> None:
    """With the note type and the GUIDs that they have, an import adds nothing and updates what is
    newer."""
    done(geography, "build", "--variant", "en", now=NOW)
    package = geography / "dist/nordic-geography.en.apkg"
    with Learner(tmp_path / "learner") as learner:
        learner.imports(package)
        learner.reviews_all()
        types, reviews = learner.note_types().keys(), learner.reviews()
    for left in geography.glob("*.lock"):
        left.unlink()  # another tool made that package: this project knows only what it is given
    table = geography / "tables/capitals.csv"
    table.write_text(table.read_text("utf-8").replace("Nuuk;Nuuk", "Nuuk (Godthåb);Nuuk"), "utf-8")
    done(geography, "build", "--variant", "en", "--new-lock", now=NOW + DAY)
    with Learner(tmp_path / "learner") as learner:
        told = learner.imports(package)
        assert (told.new, told.conflicting, told.refused) == ((), (), ())
        assert len(told.updated) == 7
        assert learner.note_types().keys() == types
        assert learner.reviews() == reviews
        assert any("Godthåb" in note.fields[1] for note in learner.notes().values())


def test_variants_are_released_one_by_one_or_all(geography: Path) -> None:
    done(geography, "build", now=NOW)
    said = done(geography, "release", now=NOW + 1)
    assert said.count("Release 1:") == 2
    table = geography / "tables/capitals.csv"
    table.write_text(
        table.read_text("utf-8").replace(";Helsinki;H", ";Helsinki;Helsingfors: H"), "utf-8"
    )
    done(geography, "build", now=NOW + 2)
    assert "1 changed" in done(geography, "release", "--variant", "de", now=NOW + 3)
    assert "Nothing changed since the release 1" in done(
        geography, "release", "--variant", "en", now=NOW + 3
    )


def test_a_lock_from_before_there_were_variants_stops_a_build(tmp_path: Path) -> None:
    """Learners would get every note twice."""
    text = "id: castes\nname: Castes\nsources: [castes.csv]\n"
    write(tmp_path, {"deck.yaml": text, "castes.csv": "front,back\nqueen,one\ndrone,hundreds\n"})
    done(tmp_path, "build", now=NOW)
    write(tmp_path, {"deck.yaml": f"{text}variants:\n  en: {{}}\n  de: {{name: Kasten}}\n"})
    result = deckwright(tmp_path, "build", now=NOW + 60)
    assert result.exit_code == 1
    assert "error S013: deck.lock is from before this project had variants\n" in result.stderr
    assert (
        "say `id: castes` below it in deck.yaml, and move the lock: git mv deck.lock deck.en.lock"
        in (result.stderr)
    )
    assert [path.name for path in tmp_path.glob("*.lock")] == ["deck.lock"]


def test_two_variants_cannot_share_guids(geography: Path) -> None:
    """Who imports both would get only one of them."""
    text = (geography / "deck.yaml").read_text("utf-8").replace(', guid: "guid:de"', "")
    write(geography, {"deck.yaml": text})
    result = deckwright(geography, "build", now=NOW)
    assert result.exit_code == 1
    assert (
        "error S014: the GUID of countries/denmark and 6 more is one of the variant en, too\n"
        in result.stderr
    )
