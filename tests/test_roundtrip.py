"""Notes that Anki exports as text come back as what they are: the same notes, and no other."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from deckwright.engine import Learner
from helpers import DAY, deckwright, done, write

NOW = int(time.time())


def exported(learner: Learner, path: Path) -> str:
    """All notes in plain text, with everything that the dialog offers."""
    learner._col.export_note_csv(
        out_path=str(path.resolve()),
        limit=None,
        with_html=True,
        with_tags=True,
        with_deck=True,
        with_notetype=True,
        with_guid=True,
    )
    return path.read_text(encoding="utf-8")


@pytest.fixture
def collector(tmp_path: Path) -> Path:
    """The collection of somebody who wrote notes in Anki, with what its editor puts into fields."""
    place = tmp_path / "collector"
    with Learner(place) as learner:
        col = learner._col
        written = (
            ("Basic", ["Where is the <b>fovea</b>?", "In the&nbsp;middle<br>of the retina"], "eye"),
            ("Basic", ["<div>2 &lt; 3?</div>", 'Yes, "always"; <i>by\tdefinition</i>'], ""),
            (
                "Basic",
                ['<span style="color: rgb(255, 0, 0);">Red</span>', "[sound:red.mp3]"],
                "a::b",
            ),
            ("Cloze", ["The {{c1::cornea::front}} and the {{c2::lens}} bend light.", ""], "eye"),
            ("Basic", ["#first \\(x&lt;y\\)", "line\nand line"], ""),
        )
        (learner.media / "red.mp3").write_bytes(b"ID3 no sound at all")
        for name, fields, tags in written:
            note = col.new_note(col.models.by_name(name))
            note.fields, note.tags = fields, tags.split()
            col.add_note(note, col.decks.id("Senses::Eye"))
        learner.reviews_all()
    return place


def project(collector: Path, folder: Path) -> Path:
    """The project that they make of them: the export, and the note types that they have."""
    with Learner(collector) as learner:
        text = exported(learner, folder.parent / "notes.txt")
        learner.exports(folder.parent / "notes.apkg", "Senses")
    deck = (
        "id: senses\nname: Senses\nderive: false\nsources:\n  - {path: notes.txt, reader: table}\n"
    )
    write(folder, {"deck.yaml": deck, "notes.txt": text, "media/red.mp3": b"ID3 no sound at all"})
    for name in ("Basic", "Cloze"):
        done(folder, "notetype", "copy", "--from", "../notes.apkg", name)
    return folder


def test_notes_that_anki_exported_come_back_as_they_are(collector: Path, tmp_path: Path) -> None:
    folder = project(collector, tmp_path / "senses")
    done(folder, "build", now=NOW + DAY)
    with Learner(collector) as learner:
        types, notes, cards = learner.note_types(), learner.notes(), learner.cards()
        told = learner.imports(folder / "dist/senses.apkg")
        assert (told.new, told.updated, told.conflicting, told.refused) == ((), (), (), ())
        assert len(told.unchanged) == len(notes)
        assert learner.notes() == notes
        assert learner.cards() == cards
        assert learner.note_types().keys() == types.keys()

    text = (folder / "notes.txt").read_text(encoding="utf-8")
    (guid,) = (each for each, note in notes.items() if "fovea" in note.fields[0])
    write(folder, {"notes.txt": text.replace("of the retina", "of the yellow spot")})
    done(folder, "build", now=NOW + 2 * DAY)
    with Learner(collector) as learner:
        told = learner.imports(folder / "dist/senses.apkg")
        assert (told.new, told.updated, told.conflicting, told.refused) == ((), (guid,), (), ())
        after = learner.notes()
        assert after[guid].fields[1] == "In the&nbsp;middle<br>of the yellow spot"
        assert {each: note for each, note in after.items() if each != guid} == {
            each: note for each, note in notes.items() if each != guid
        }
        assert learner.note_types().keys() == types.keys()
        assert learner.cards() == cards
        assert learner.checks_media() == ((), ())


def test_a_release_of_them_changes_nothing_either(collector: Path, tmp_path: Path) -> None:
    folder = project(collector, tmp_path / "senses")
    for number, command in enumerate(("build", "release", "release")):
        done(folder, command, now=NOW + DAY + number)
    with Learner(collector) as learner:
        notes = learner.notes()
        told = learner.imports(folder / "dist/senses-1.apkg")
        assert (told.new, told.updated, told.conflicting) == ((), (), ())
        assert learner.notes() == notes


def test_somebody_else_gets_them_all(collector: Path, tmp_path: Path) -> None:
    folder = project(collector, tmp_path / "senses")
    done(folder, "build", now=NOW)
    with Learner(collector) as learner, Learner(tmp_path / "else") as other:
        told = other.imports(folder / "dist/senses.apkg")
        mine, theirs = learner.notes(), other.notes()
        assert set(told.new) == mine.keys() == theirs.keys()
        for guid, note in mine.items():
            assert (theirs[guid].fields, theirs[guid].tags) == (note.fields, note.tags)
        assert {deck.deck for deck in other.cards().values()} == {"Senses::Eye"}


def test_a_deck_of_ours_comes_back_through_its_own_project(bees: Path, tmp_path: Path) -> None:
    """Derived notes and all: from now on they are kept in a table."""
    with Learner(tmp_path / "learner") as learner:
        learner.imports(bees / "dist/bees.apkg")
        learner.reviews_all()
        notes = learner.notes()
        text = exported(learner, tmp_path / "notes.txt")
    deck = "id: bees\nname: Bees\nderive: false\nsources: [{path: notes.txt, reader: table}]\n"
    (bees / "sources/bees.txt").unlink()
    write(bees, {"deck.yaml": deck, "notes.txt": text})
    said = done(bees, "build", now=NOW + DAY)
    assert "notes" in said
    with Learner(tmp_path / "learner") as learner:
        told = learner.imports(bees / "dist/bees.apkg")
        assert (told.new, told.updated, told.conflicting, told.refused) == ((), (), (), ())
        assert learner.notes() == notes


def test_an_export_needs_no_configuration(tmp_path: Path) -> None:
    """Anki calls it `.txt`."""
    write(tmp_path, {"mine.txt": "#separator:tab\n#html:true\nWhat hums?\tA <b>bee</b>\n"})
    assert "A <b>bee</b>" in done(tmp_path, "notes", "mine.txt", "--format", "yaml", now=NOW)


def test_note_types_that_only_have_the_names_of_ours_are_told(
    collector: Path, tmp_path: Path
) -> None:
    """Of a note type with another id Anki would refuse every update."""
    folder = project(collector, tmp_path / "senses")
    for path in (folder / "notetypes").rglob("*"):
        if path.is_file():
            path.unlink()
    for path in (folder / "notetypes").iterdir():
        path.rmdir()
    result = deckwright(folder, "build", now=NOW)
    assert result.exit_code == 1
    assert 'error T018: this project has no note type "Basic" that learners have' in result.stderr
    assert 'deckwright notetype copy --from PACKAGE.apkg "Basic"' in result.stderr
