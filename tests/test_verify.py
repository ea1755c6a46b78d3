"""`deckwright verify`: what a learner of one package sees when the next one comes.

Packages are made by genanki, as people make them without us, by Anki itself, and by our builds; the
verdict is that of the real engine.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import genanki
import pytest

from deckwright import engine
from deckwright import package as packages
from deckwright import release as releases
from deckwright.apkg import PackageError, read
from deckwright.engine import EngineMissing, Imported, Learner
from deckwright.verify import KINDS, Verdict, as_data, fetch, plain, text, verify
from helpers import BEES, CARDS, DAY, DECK, SOURCES, build, page, without, write

NOW = int(time.time())
FIRST, LATER = NOW - 2 * DAY, NOW - DAY

Row = tuple[str, Sequence[str]]  # a GUID, and the fields

BIRDS: Sequence[Row] = (
    ("swift", ["Where does a swift sleep?", "In the air: it lands only to breed."]),
    ("wren", ["How many nests does a wren build?", "Up to eight; the female chooses one."]),
    ("heron", ["What does a heron do with a large eel?", "It drops it on land until it is tired."]),
    ("dipper", ["Which songbird walks under water?", "The dipper, against the current."]),
)

QUESTION = {"name": "Ask", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr>{{Back}}"}
BACKWARDS = {"name": "Back", "qfmt": "{{Back}}", "afmt": "{{FrontSide}}<hr>{{Front}}"}


def note_type(
    id: int = 1_600_000_000_001,
    name: str = "Bird",
    fields: Sequence[str] = ("Front", "Back"),
    templates: Sequence[dict[str, str]] = (QUESTION,),
    style: str = "",
    cloze: bool = False,
) -> genanki.Model:
    kind = genanki.Model.CLOZE if cloze else genanki.Model.FRONT_BACK
    named = [{"name": field} for field in fields]
    return genanki.Model(id, name, named, [dict(each) for each in templates], style, kind)


GAP = {"name": "Gap", "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}"}
CLOZE = partial(note_type, 1_600_000_000_777, "Gaps", ["Text"], [GAP], "", True)


def package(
    path: Path,
    rows: Sequence[Row],
    model: genanki.Model | None = None,
    at: int = FIRST,
    media: Sequence[Path] = (),
) -> Path:
    """A package as a script with genanki makes it: every note has the time of the run. A row whose
    GUID is empty gets the one that genanki makes of its fields."""
    deck = genanki.Deck(1_500_000_000_001, "Birds")
    for guid, fields in rows:
        deck.add_note(genanki.Note(model or note_type(), list(fields), guid=guid or None))
    whole = genanki.Package(deck)
    whole.media_files = [str(file) for file in media]
    whole.write_to_file(path, timestamp=at)
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return package(tmp_path / "old.apkg", BIRDS)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Where the next package goes."""
    return tmp_path / "new.apkg"


def counts(verdict: Verdict) -> tuple[int, int, int, int]:
    return verdict.kept, verdict.updated, verdict.added, verdict.left_behind


def found(verdict: Verdict) -> list[tuple[str, str]]:
    """What was found, with the GUID of the note or what else it is about."""
    return [(each.what, each.guid or each.name) for each in verdict.findings]


# What is fine ------------------------------------------------------------------------------------


def test_the_same_package_again_changes_nothing(old: Path) -> None:
    verdict = verify(old, old)
    assert verdict.ok
    assert (verdict.notes, verdict.cards, counts(verdict)) == (4, 4, (4, 0, 0, 0))
    assert verdict.findings == ()


def test_an_edited_answer_arrives(old: Path, new: Path) -> None:
    rows = [("wren", [BIRDS[1][1][0], "Up to twelve; the female chooses."]), *BIRDS[:1], *BIRDS[2:]]
    verdict = verify(old, package(new, rows, at=LATER))
    assert verdict.ok
    assert (counts(verdict), found(verdict)) == ((3, 1, 0, 0), [])


def test_a_new_note_and_its_note_type_arrive(old: Path, tmp_path: Path) -> None:
    rows = [("gap", ["A {{c1::cuckoo}} lays in other birds' nests."])]
    verdict = verify(old, package(tmp_path / "gaps.apkg", rows, CLOZE(), LATER))
    assert verdict.ok
    assert (counts(verdict), verdict.of("note type")[0].name) == ((0, 0, 1, 4), "Gaps")


def test_a_note_that_left_stays_with_the_learner(old: Path, new: Path) -> None:
    verdict = verify(old, package(new, BIRDS[:3], at=LATER))
    assert verdict.ok
    assert (counts(verdict), found(verdict)) == ((3, 0, 0, 1), [("left", "dipper")])
    assert verdict.findings[0].name == "Which songbird walks under water?"


def test_a_new_look_arrives_even_where_anki_had_to_rename_the_note_type(tmp_path: Path) -> None:
    """`Basic` is in every collection: this one arrives as `Basic+`."""
    old = package(tmp_path / "old.apkg", BIRDS, note_type(name="Basic"))
    teal = note_type(name="Basic", style=".card { color: teal }")
    assert verify(old, package(tmp_path / "new.apkg", BIRDS, teal, LATER)).findings == ()


def test_packages_that_anki_itself_exported_are_tried_as_well(old: Path, tmp_path: Path) -> None:
    with Learner(tmp_path / "author") as author:
        author.imports(old)
        author.exports(tmp_path / "first.apkg", "Birds")
        author.edits("swift", "Back", "In the air, high up, half of its brain at a time.")
        author.exports(tmp_path / "second.apkg", "Birds")
        author.exports(tmp_path / "legacy.apkg", "Birds", legacy=True)
    for name in ("second.apkg", "legacy.apkg"):
        verdict = verify(tmp_path / "first.apkg", tmp_path / name)
        assert (verdict.ok, counts(verdict), found(verdict)) == (True, (3, 1, 0, 0), [])


# Updates that do not arrive ----------------------------------------------------------------------


def test_a_fix_with_an_older_time_never_arrives(old: Path, new: Path) -> None:
    rows = [("swift", [BIRDS[0][1][0], "On the wing."]), *BIRDS[1:]]
    verdict = verify(old, package(new, rows, at=FIRST - DAY))
    assert not verdict.ok
    assert (counts(verdict), found(verdict)) == ((4, 0, 0, 0), [("missing", "swift")])
    (finding,) = verdict.findings
    assert (finding.before, finding.after) == (BIRDS[0][1][1], "On the wing.")
    assert finding.why == "its time is not newer than that of the note that the learner has"


def test_a_field_added_to_a_note_type_stops_every_update(old: Path, new: Path) -> None:
    wider = note_type(fields=("Front", "Back", "Source"))
    rows = [(guid, [*fields, ""]) for guid, fields in BIRDS]
    rows[0] = ("swift", [BIRDS[0][1][0], "On the wing.", ""])
    verdict = verify(old, package(new, rows, wider, LATER))
    assert not verdict.ok
    assert counts(verdict) == (4, 0, 0, 0)
    assert {each.guid for each in verdict.of("conflict")} == {guid for guid, _ in BIRDS}
    (split,) = verdict.of("split")
    assert (split.name, split.before, split.after) == (
        *("Bird+", "Front, Back"),
        "Front, Back, Source",
    )
    # What only got an empty field says nothing new.
    assert [each.guid for each in verdict.of("missing")] == ["swift"]
    assert verdict.of("missing")[0].why == "its note type is not the one that the learner has"


def test_a_note_type_with_another_id_is_split(old: Path, new: Path) -> None:
    verdict = verify(old, package(new, BIRDS, note_type(1_600_000_000_009), LATER))
    assert [each.what for each in verdict.findings] == ["conflict"] * 4 + ["split"]
    assert verdict.of("split")[0].why == "its id, or an id of its fields or templates, is another"
    assert verdict.of("conflict")[0].why == (
        "the learner has “Bird” (Front, Back), the package another of that name"
    )


def test_a_look_that_is_not_newer_never_arrives(old: Path, new: Path) -> None:
    teal = note_type(style=".card { color: teal }")
    verdict = verify(old, package(new, BIRDS, teal, FIRST))
    assert found(verdict) == [("missing", "look of the note type “Bird”")]
    assert verify(old, package(new, BIRDS, teal, LATER)).findings == ()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    (tmp_path / "first/wren.svg").write_text("<svg><circle r='1'/></svg>")
    (tmp_path / "second/wren.svg").write_text("<svg><circle r='2'/></svg>")
    return tmp_path


def test_other_bytes_under_an_old_name_arrive_with_a_newer_note_alone(picture: Path) -> None:
    rows = [("wren", ["Which bird is this?", 'A wren.<br><img src="wren.svg">'])]
    old = package(picture / "old.apkg", rows, media=[picture / "first/wren.svg"])
    second = [picture / "second/wren.svg"]
    later = verify(old, package(picture / "later.apkg", rows, at=LATER, media=second))
    assert (later.ok, counts(later)) == (True, (0, 1, 0, 0))  # Anki gives them another name
    same = verify(old, package(picture / "same.apkg", rows, at=FIRST, media=second))
    assert (same.ok, counts(same)) == (False, (1, 0, 0, 0))
    assert found(same) == [("missing", "wren")]


def test_media_of_any_name_are_looked_at_and_what_is_no_media_file_is_not(picture: Path) -> None:
    first, second = picture / "first/a & 100%.svg", picture / "second/a & 100%.svg"
    (picture / "first/wren.svg").rename(first)
    (picture / "second/wren.svg").rename(second)
    shown = '<img src="a &amp; 100%.svg"><img src="../../collection.anki2"><img src="a/b.svg">'
    rows = [("wren", ["Which?", shown])]
    old = package(picture / "old.apkg", rows, media=[first])
    late = verify(old, package(picture / "new.apkg", rows, at=FIRST, media=[second]))
    assert found(late) == [("missing", "wren")]
    rows = [("wren", ["Which bird?", shown])]
    new = verify(old, package(picture / "new.apkg", rows, at=LATER, media=[second]))
    assert (new.ok, new.updated) == (True, 1)


def test_a_file_that_a_template_shows_is_never_replaced(tmp_path: Path) -> None:
    looks = note_type(style="@import url('_birds.css');")
    packages = []
    for colour, at in (("teal", FIRST), ("navy", LATER)):
        (tmp_path / colour).mkdir()
        style = tmp_path / colour / "_birds.css"
        style.write_text(f".card {{ color: {colour} }}")
        packages.append(package(tmp_path / f"{colour}.apkg", BIRDS, looks, at, [style]))
    assert found(verify(*packages)) == [("missing", "_birds.css")]


def test_tags_arrive_but_for_those_of_somebody_elses_learning(old: Path, tmp_path: Path) -> None:
    def tagged(name: str, *tags: str, at: int = LATER) -> Path:
        deck = genanki.Deck(1_500_000_000_001, "Birds")
        for guid, fields in BIRDS:
            deck.add_note(genanki.Note(note_type(), list(fields), guid=guid, tags=list(tags)))
        genanki.Package(deck).write_to_file(tmp_path / name, timestamp=at)
        return tmp_path / name

    verdict = verify(old, tagged("new.apkg", "songbirds", "leech", "marked"))
    assert (verdict.ok, verdict.updated) == (True, 4)
    late = verify(old, tagged("late.apkg", "songbirds", at=FIRST))
    assert [each.guid for each in late.of("missing")] == [guid for guid, _ in BIRDS]
    assert late.of("missing")[0].after == "tags songbirds"


# Duplicates --------------------------------------------------------------------------------------


def test_a_note_with_another_guid_is_there_twice(old: Path, new: Path) -> None:
    rows = [("common-swift", BIRDS[0][1]), *BIRDS[1:]]
    verdict = verify(old, package(new, rows, at=LATER))
    assert not verdict.ok
    assert counts(verdict) == (3, 0, 1, 1)
    assert found(verdict) == [("duplicate", "common-swift"), ("left", "swift")]


def test_a_changed_field_doubles_a_note_whose_guid_is_made_of_its_fields(tmp_path: Path) -> None:
    rows = [("", fields) for _, fields in BIRDS]
    old = package(tmp_path / "old.apkg", rows)
    for changed in (
        ["Where does a swift sleep?", "On the wing."],
        ["Where do swifts sleep?", BIRDS[0][1][1]],
    ):
        new = package(tmp_path / "new.apkg", [("", changed), *rows[1:]], at=LATER)
        verdict = verify(old, new)
        assert (verdict.ok, counts(verdict)) == (False, (3, 0, 1, 1))
        assert [each.what for each in verdict.findings] == ["duplicate", "left"]


def test_a_second_note_with_the_title_of_another_is_a_duplicate(old: Path, new: Path) -> None:
    rows = [*BIRDS, ("again", [BIRDS[0][1][0], "Nobody knows."])]
    assert found(verify(old, package(new, rows, at=LATER))) == [("duplicate", "again")]


def test_a_first_field_that_is_no_title_makes_no_duplicates(tmp_path: Path) -> None:
    rows = [("a", ["Birds", "A robin sings at night."]), ("b", ["Birds", "A crane dances."])]
    rows += [("c", ["Trees", "A birch lives some 100 years."])]
    old = package(tmp_path / "old.apkg", rows)
    rows += [("d", ["Trees", "An oak keeps its leaves in winter, if it is young."])]
    verdict = verify(old, package(tmp_path / "new.apkg", rows, at=LATER))
    assert (verdict.findings, verdict.added) == ((), 1)


def test_another_note_in_place_of_one_is_no_duplicate(old: Path, new: Path) -> None:
    rows = [("crane", ["Which bird dances in pairs?", "The crane, not only in spring."])]
    verdict = verify(old, package(new, [*rows, *BIRDS[1:]], at=LATER))
    assert (verdict.ok, found(verdict)) == (True, [("left", "swift")])


# Reviews on another question ---------------------------------------------------------------------


def test_two_notes_whose_guids_were_swapped_have_each_others_reviews(old: Path, new: Path) -> None:
    rows = [("swift", BIRDS[1][1]), ("wren", BIRDS[0][1]), *BIRDS[2:]]
    verdict = verify(old, package(new, rows, at=LATER))
    assert not verdict.ok
    assert found(verdict) == [("misplaced", "swift"), ("misplaced", "wren")]
    first = verdict.findings[0]
    assert (first.before, first.after) == (BIRDS[0][1][0], BIRDS[1][1][0])
    assert first.why == "it has the text that “How many nests does a wren build?” had"


WORDS: Sequence[Row] = (
    ("1", ["Meise", "tit"]),
    ("2", ["Zaunkönig", "wren"]),
    ("3", ["Reiher", "heron"]),
    ("4", ["Kranich", "crane"]),
)


def test_guids_that_count_rows_shift_every_review(tmp_path: Path) -> None:
    """One row was put before the others, and all that follow moved on by one: single words."""
    old = package(tmp_path / "old.apkg", WORDS)
    fields = [["Amsel", "blackbird"], *(fields for _, fields in WORDS)]
    rows = [(str(number), each) for number, each in enumerate(fields, 1)]
    verdict = verify(old, package(tmp_path / "new.apkg", rows, at=LATER))
    assert not verdict.ok
    assert [each.guid for each in verdict.of("misplaced")] == ["2", "3", "4"]
    # Nobody had that word: it may be a correction, and a person must look.
    assert [each.guid for each in verdict.of("rewritten")] == ["1"]


def test_a_note_that_says_something_else_altogether_is_told(tmp_path: Path) -> None:
    owl = "An owl hears a mouse under the snow because its ears sit at different heights."
    rook = "Rooks nest together in tall trees near villages and come back every single year."
    old = package(tmp_path / "old.apkg", [("a", ["Hunting by ear", owl]), *BIRDS])
    new = package(tmp_path / "new.apkg", [("a", ["Colonies", rook]), *BIRDS], at=LATER)
    verdict = verify(old, new)
    assert found(verdict) == [("misplaced", "a")]
    assert verdict.findings[0].why == "nothing of its old text is left"


def test_an_answer_written_anew_under_its_question_is_no_finding(tmp_path: Path) -> None:
    owl = "Its ears sit at different heights, so that it knows where a sound comes from."
    anew = "By the time that passes between a rustle here and there: one is higher on the head."
    ask = "How does an owl find a mouse under snow?"
    old = package(tmp_path / "old.apkg", [("a", [ask, owl]), *BIRDS])
    new = package(tmp_path / "new.apkg", [("a", [ask, anew]), *BIRDS], at=LATER)
    verdict = verify(old, new)
    assert (verdict.ok, verdict.updated, verdict.findings) == (True, 1, ())


def test_front_and_back_swapped_ask_what_was_answered(old: Path, new: Path) -> None:
    rows = [("swift", BIRDS[0][1][::-1]), *BIRDS[1:]]
    verdict = verify(old, package(new, rows, at=LATER))
    assert found(verdict) == [("misplaced", "swift")]
    assert verdict.findings[0].why == "the card told that, and did not ask it"


def test_a_template_that_asks_the_other_way_round_is_told(tmp_path: Path) -> None:
    both = note_type(templates=(QUESTION, BACKWARDS))
    sides = ({**BACKWARDS, "name": "Ask"}, {**QUESTION, "name": "Back"})
    old = package(tmp_path / "old.apkg", BIRDS, both)
    new = package(tmp_path / "new.apkg", BIRDS, note_type(templates=sides), LATER)
    verdict = verify(old, new)
    assert len(verdict.of("misplaced")) == verdict.cards == 8
    assert {each.why for each in verdict.findings} == {"another card of the note asked that"}


GAPS = "The {{c1::swift}} sleeps in the air and the {{c2::dipper}} walks under water."


@pytest.fixture
def gaps(tmp_path: Path) -> Path:
    return package(tmp_path / "gaps.apkg", [("gap", [GAPS])], CLOZE())


def test_a_cloze_that_was_numbered_anew_takes_over_other_reviews(gaps: Path, new: Path) -> None:
    anew = (
        "The {{c1::kingfisher}} dives, the {{c2::swift::a bird}} sleeps in the air and the "
        "{{c3::dipper}} walks under water."
    )
    verdict = verify(gaps, package(new, [("gap", [anew])], CLOZE(), LATER))
    assert not verdict.ok
    (finding,) = verdict.findings
    assert (finding.what, finding.before, finding.after) == ("misplaced", "dipper", "swift")
    assert finding.why == "c2 deletes now what c1 deleted"


def test_a_cloze_that_is_only_worded_anew_keeps_its_reviews(gaps: Path, new: Path) -> None:
    anew = "A {{c1::common swift}} sleeps flying; the {{c2::water ouzel}} walks under water."
    verdict = verify(gaps, package(new, [("gap", [anew])], CLOZE(), LATER))
    assert (verdict.ok, verdict.updated, verdict.findings) == (True, 1, ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{{c1::wrens}} are small, a {{c2::wren}} is loud", "a {{c1::wren}} is small and loud"),
        ("5 {{c1::+}} 2 {{c2::+}} 1", "5 {{c1::+}} 3 {{c2::+}} 1"),
        ("{{c1::owls}}, {{c1::auks}}, {{c2::rooks}}", "{{c1::auks}} and {{c2::rooks}}"),
        ("{{c1::an {{c2::owl}} hoots}}", "{{c1::one {{c2::owl}} hoots}}"),
    ],
)
def test_a_cloze_that_resembles_another_keeps_its_reviews(
    tmp_path: Path, before: str, after: str
) -> None:
    old = package(tmp_path / "old.apkg", [("gap", [before])], CLOZE())
    verdict = verify(old, package(tmp_path / "new.apkg", [("gap", [after])], CLOZE(), LATER))
    assert verdict.ok
    assert verdict.of("misplaced") == ()


def test_a_cloze_that_is_gone_leaves_an_empty_card(gaps: Path, new: Path) -> None:
    anew = "The {{c1::swift}} sleeps in the air and the dipper walks under water."
    verdict = verify(gaps, package(new, [("gap", [anew])], CLOZE(), LATER))
    assert verdict.ok
    assert [(each.what, each.why) for each in verdict.findings] == [("empty", "card 2")]


def test_two_answers_that_were_confused_can_be_put_right(tmp_path: Path) -> None:
    """The questions stay what they were: those are corrections."""
    auk = "A bird of the north that flies badly, dives well and lays one egg on a bare ledge."
    kite = "A hunter with a forked tail that circles for hours over fields and seldom beats a wing."
    old = package(tmp_path / "old.apkg", [("a", ["Auk", kite]), ("k", ["Kite", auk]), *BIRDS])
    right = [("a", ["Auk", auk]), ("k", ["Kite", kite]), *BIRDS]
    verdict = verify(old, package(tmp_path / "new.apkg", right, at=LATER))
    assert (verdict.ok, verdict.updated, verdict.findings) == (True, 2, ())


def test_notes_that_differ_in_a_word_are_told_apart(tmp_path: Path) -> None:
    ask = "Until when did the great {} breed on the islands off the coast of Iceland?"
    rows = [("a", [ask.format("auk"), "1844"]), ("b", [ask.format("skua"), "It still does."])]
    old = package(tmp_path / "old.apkg", rows)
    swapped = [("a", rows[1][1]), ("b", rows[0][1])]
    verdict = verify(old, package(tmp_path / "new.apkg", swapped, at=LATER))
    assert found(verdict) == [("misplaced", "a"), ("misplaced", "b")]
    # A mistake in spelling that is mended, so that two notes are the same, moves no review.
    typo = [("c", [ask.format("akk"), "1844"]), *rows]
    old = package(tmp_path / "typo.apkg", typo)
    mended = [("c", rows[0][1]), *rows]
    assert verify(old, package(tmp_path / "mended.apkg", mended, at=LATER)).of("misplaced") == ()


def test_an_engine_that_loses_reviews_would_be_caught(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No release of Anki does so. One that did would look like a learner who does it."""

    class Careless(Learner):
        def imports(self, package: Path) -> Imported:
            again = bool(self.notes())
            log = super().imports(package)
            if again:
                self.deletes("wren")
                self.leeches("swift")
            return log

    monkeypatch.setattr(engine, "Learner", Careless)
    verdict = verify(old, old)
    assert not verdict.ok
    lost = {each.guid: each.why for each in verdict.of("lost")}
    assert lost == {"wren": "the card is gone", "swift": "its schedule changed"}
    swift = next(each for each in verdict.of("lost") if each.guid == "swift")
    assert "lapses 0" in swift.before
    assert "lapses 8" in swift.after


# Our own packages --------------------------------------------------------------------------------


def release(folder: Path, files: dict[str, str], at: int, keep: Path) -> Path:
    """Build a project anew with other files, and keep what was built."""
    _, result = build(write(folder, files), at)
    return Path(result.output).rename(keep)


def test_our_updates_are_all_right(tmp_path: Path) -> None:
    bees = write(tmp_path / "bees", BEES)
    first = release(bees, {}, FIRST, tmp_path / "first.apkg")
    edited = page({"Mead": "Mead is honey and water, fermented.", **CARDS})
    edited = edited.replace("half of the workers", "most of the workers")
    second = release(bees, {"sources/bees.txt": edited}, LATER, tmp_path / "second.apkg")
    verdict = verify(first, second)
    assert (verdict.ok, verdict.findings, verdict.left_behind) == (True, (), 0)
    assert (verdict.updated, verdict.added) == (1, 1)
    third = release(bees, {"sources/bees.txt": without("Swarming")}, LATER + 9, tmp_path / "3.apkg")
    verdict = verify(second, third)
    assert {each.what for each in verdict.findings} == {"left"}
    assert "swarming" in {each.name for each in verdict.findings}  # our key, to search for


RENAMED = DECK + "identities:\n  - title: Swarming\n    id: swarms\n"


def only_a_key_changes(folder: Path) -> tuple[Path, Path]:
    """Two releases: Swarming and what is derived of it get another key and keep every word that is
    shown, and one note about the winter is edited."""
    build(write(folder, BEES), FIRST)
    first = releases.run(str(folder), now=FIRST)[2]
    edited = page().replace("some 15 kg", "some 18 kg")
    build(write(folder, {"deck.yaml": RENAMED, "sources/bees.txt": edited}), LATER)
    second = releases.run(str(folder), now=LATER)[2]
    assert first is not None
    assert second is not None
    return Path(first.output), Path(second.output)


def test_a_note_that_only_got_another_key_has_no_update_to_miss(tmp_path: Path) -> None:
    """A learner keeps the old key: no card shows it, and their own edits are worth more."""
    old, new = only_a_key_changes(tmp_path / "bees")
    first, second = read(str(old)), read(str(new))
    before = {note.guid: (first.key_of(note), note) for note in first.notes}
    renamed = 0
    for note in second.notes:
        (was, had), key = before[note.guid], second.key_of(note)
        if was != key:
            renamed += 1
            assert (was.partition("/")[0], key.partition("/")[0]) == ("swarming", "swarms")
            assert [key if each == was else each for each in had.fields] == list(note.fields)
            assert note.mod == had.mod
    assert renamed == 4
    verdict = verify(old, new)
    assert (verdict.ok, verdict.findings) == (True, ())
    assert counts(verdict) == (len(before) - 1, 1, 0, 0)


def test_a_renamed_note_that_does_not_arrive_is_told_by_what_else_changed(tmp_path: Path) -> None:
    """As a tool would do that gives changed notes their old time."""
    bees = write(tmp_path / "bees", BEES)
    first = release(bees, {}, FIRST, tmp_path / "first.apkg")
    tagged = RENAMED.replace("title: varroa", "title: varroa|swarming")
    wider = page().replace("long cells that hang", "wide cells that hang")
    made, _ = build(write(bees, {"deck.yaml": tagged, "sources/bees.txt": wider}), LATER)
    assert made.contents is not None
    stale = tuple(replace(note, mod=FIRST) for note in made.contents.notes)
    with (tmp_path / "second.apkg").open("wb") as file:
        packages.write(replace(made.contents, notes=stale), file)
    told = {each.name: each for each in verify(first, tmp_path / "second.apkg").of("missing")}
    assert len(told) == 4
    for name in ("swarms", "swarms/signs/queen-cells"):
        one = told.pop(name)
        assert ("long cells" in one.before, "wide cells" in one.after) == (True, True)
    tags = {(each.before, each.after) for each in told.values()}
    assert tags == {("tags apiary", "tags apiary health")}


def test_a_field_named_key_in_somebody_elses_package_is_a_field_like_any(tmp_path: Path) -> None:
    chords = note_type(fields=("Piece", "Key"), templates=[{**QUESTION, "qfmt": "{{Piece}}"}])
    old = package(tmp_path / "old.apkg", [("a", ["Evensong", "C major"])], chords)
    new = package(tmp_path / "new.apkg", [("a", ["Evensong", "G major"])], chords, FIRST)
    verdict = verify(old, new)
    assert found(verdict) == [("missing", "a")]
    assert (verdict.findings[0].before, verdict.findings[0].after) == ("C major", "G major")


def test_a_lost_identity_doubles_every_note(tmp_path: Path) -> None:
    first = release(write(tmp_path / "a", BEES), {}, FIRST, tmp_path / "first.apkg")
    other = {**BEES, "deck.yaml": DECK.replace("id: bees", "id: wasps")}
    second = release(write(tmp_path / "b", other), {}, LATER, tmp_path / "second.apkg")
    verdict = verify(first, second)
    assert not verdict.ok
    assert len(verdict.of("duplicate")) == verdict.added == verdict.left_behind == verdict.notes


def test_ordinary_editing_raises_no_alarm(tmp_path: Path) -> None:
    """A tenth to a third of the words of every note is replaced or dropped, thirty times over."""
    bodies = [
        (f"note-{number}", (title, body)) for number, (title, body) in enumerate(CARDS.items())
    ]
    old = package(tmp_path / "old.apkg", bodies)
    chance = random.Random(4)
    others = " ".join(CARDS.values()).split()
    for turn in range(30):
        share = chance.uniform(0.1, 0.35)

        def edited(text: str, share: float = share) -> str:
            kept = (
                word if chance.random() > share else chance.choice(others) for word in text.split()
            )
            return " ".join(word for word in kept if chance.random() > share / 5)

        rows = [(guid, (edited(title), edited(body))) for guid, (title, body) in bodies]
        verdict = verify(old, package(tmp_path / "new.apkg", rows, at=LATER + turn))
        assert verdict.findings == (), list(text(verdict))
        assert verdict.updated == len(rows)


# What cannot be tried ----------------------------------------------------------------------------


def test_what_is_no_package_is_said_to_be_none(old: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.apkg"
    page.write_text("<html>Not found</html>")
    with pytest.raises(PackageError, match=r"page\.apkg is no Anki package: it is no zip archive"):
        verify(old, page)
    with pytest.raises(FileNotFoundError):
        verify(tmp_path / "nowhere.apkg", old)


def test_without_the_engine_the_message_says_what_brings_it(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name == "anki" or name.startswith("anki.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "anki", None)
    with pytest.raises(EngineMissing) as caught:
        verify(old, old)
    assert str(caught.value) == (
        "the Anki engine is not installed: pip install 'deckwright[verify]' brings it"
    )


def test_nothing_of_the_engine_is_loaded_before_it_is_used() -> None:
    program = "import sys, deckwright.verify; print({'anki', 'yaml', 'click'} & set(sys.modules))"
    paths = {**os.environ, "PYTHONPATH": str(SOURCES)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=paths, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("set()\n", "")


def test_formulas_of_a_package_are_not_given_to_latex(tmp_path: Path) -> None:
    formula = "[latex]\\input{/etc/hostname}[/latex]"
    old = package(tmp_path / "old.apkg", [("x", [f"What is {formula}?", "A formula."])])
    with Learner(tmp_path / "learner") as learner:
        learner.imports(old)
        assert formula in learner.question("x", 0)


# The verdict in words and as data ----------------------------------------------------------------


def test_the_verdict_in_words(old: Path, new: Path) -> None:
    rows = [("swift", BIRDS[1][1]), ("wren", BIRDS[0][1]), BIRDS[2], ("quail", ["Quail?", "Tiny."])]
    verdict = verify(old, package(new, rows, at=LATER))
    assert (
        "\n".join(text(verdict))
        == f"""\
Imported {old}, reviewed every card, imported {new}
with Anki {verdict.engine}: 4 notes with 4 cards before.

      1  kept as they were
      2  updated
      1  new
      1  left behind

Review misplaced (2): A card that was learnt asks something else now, with the old reviews.
  it has the text that “How many nests does a wren build?” had:
    Where does a swift sleep?
      - Where does a swift sleep?
      + How many nests does a wren build?
  it has the text that “Where does a swift sleep?” had:
    How many nests does a wren build?
      - How many nests does a wren build?
      + Where does a swift sleep?

Left behind (1): The package dropped the note; the learner keeps it.
    Which songbird walks under water?

NOT OK: review misplaced."""
    )


def test_many_findings_are_counted_and_some_are_shown(old: Path, new: Path) -> None:
    verdict = verify(old, package(new, BIRDS[:1], at=LATER))
    lines = list(text(verdict, most=2))
    assert lines[-6:] == [
        "Left behind (3): The package dropped the note; the learner keeps it.",
        "    How many nests does a wren build?",
        "    What does a heron do with a large eel?",
        "    … and 1 more",
        "",
        "OK: every review stays with its question, and every update arrives.",
    ]


def test_long_texts_are_shown_from_where_they_differ(tmp_path: Path) -> None:
    long = " ".join(f"word{number}" for number in range(60))
    old = package(tmp_path / "old.apkg", [("a", ["Long", long])])
    fixed = [("a", ["Long", long.replace("word40", "term40")])]
    lines = list(text(verify(old, package(tmp_path / "new.apkg", fixed, at=FIRST))))
    shown = [line for line in lines if line.startswith(("      -", "      +"))]
    assert len(shown) == 2
    assert "word40" in shown[0]
    assert "term40" in shown[1]
    assert max(map(len, shown)) <= 100


def test_the_verdict_as_data_is_json(old: Path, new: Path) -> None:
    verdict = verify(old, package(new, BIRDS[:3], at=LATER))
    data = as_data(verdict)
    assert json.loads(json.dumps(data)) == data
    assert data["ok"] is True
    assert data["counts"]["left_behind"] == data["counts"]["findings"]["left"] == 1
    assert set(data["counts"]["findings"]) == {kind.what for kind in KINDS}
    assert data["findings"] == [
        {
            "what": "left",
            "fails": False,
            "guid": "dipper",
            "name": "Which songbird walks under water?",
            "before": "",
            "after": "",
            "why": "",
        }
    ]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<b>Swift</b>&nbsp;&amp; wren", "Swift & wren"),
        ("one<br>two<div>three</div>", "one two three"),
        ('A wren: <img alt="x" src="my%20wren.svg">', "A wren: my wren.svg"),
        ("[sound:wren.mp3] sings", "wren.mp3 sings"),
        ("<style>.a { }</style>x<!-- <b>no</b> --><script>1 < 2</script>y", "xy"),
        ("a < b and c > d", "a < b and c > d"),
        ("cut <img src=", "cut"),
    ],
)
def test_html_as_plain_text(markup: str, expected: str) -> None:
    assert plain(markup) == expected


def test_hostile_html_takes_no_time() -> None:
    started = time.perf_counter()
    for part in ("<!--", "<script", "<", "<img ", '<img src="', "[sound:", "&", "<b"):
        plain(part * 30_000)
    assert time.perf_counter() - started < 5


# A learner ---------------------------------------------------------------------------------------


def test_a_learner_reviews_every_card_and_does_what_learners_do(old: Path, tmp_path: Path) -> None:
    here = Path.cwd()
    with Learner(tmp_path / "learner") as learner:
        assert len(learner.imports(old).new) == 4
        learner.reviews_all()
        cards = learner.cards()
        assert {card.reps for card in cards.values()} == {1}
        assert len(learner.reviews()) == len(cards) == 4
        assert {card.type for card in cards.values()} == {1, 2}  # still learnt, and known
        with learner.copy(tmp_path / "copy") as other:
            other.edits("swift", "Back", "On the wing.")
            other.tags("wren", "mine")
            other.leeches("heron")
            other.suspends("dipper")
            other.flags("dipper", 3)
            other.moves("swift", "My own::Birds")
            notes, cards = other.notes(), other.cards()
            assert notes["swift"].fields[1] == "On the wing."
            assert (notes["wren"].tags, notes["heron"].tags) == (("mine",), ("leech",))
            assert cards["heron", 0].lapses == 8
            assert (cards["dipper", 0].queue, cards["dipper", 0].flags) == (-1, 3)
            assert cards["swift", 0].deck == "My own::Birds"
            other.deletes("wren")
            assert set(other.notes()) == {"swift", "heron", "dipper"}
            assert other.checks() == ()
            with pytest.raises(KeyError):
                other.tags("wren", "gone")
        assert len(learner.notes()) == 4
        assert learner.cards()["swift", 0].deck == "Birds"
        assert plain(learner.question("swift", 0)) == "Where does a swift sleep?"
    assert Path.cwd() == here
    with Learner(tmp_path / "learner") as again:
        assert len(again.reviews()) == 4


def test_of_very_many_cards_some_are_made_reviews_at_once(old: Path, tmp_path: Path) -> None:
    with Learner(tmp_path / "learner") as learner:
        learner.imports(old)
        learner.reviews_all(answered=2)
        cards = learner.cards().values()
        assert sorted(card.reps for card in cards) == [0, 0, 1, 1]
        assert {card.type for card in cards if not card.reps} == {2}
        assert set(learner.reviews()) == {card.id for card in cards}


def test_what_the_engine_prints_is_not_our_output(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Some releases complain there when an import takes its time."""

    def prints(*_: object) -> None:
        print("blocked main thread for 282ms")

    with Learner(tmp_path / "learner") as learner:
        from anki import hooks  # not before the engine has loaded its parts in its own order

        learner.imports(old)
        hooks.card_did_render.append(prints)
        try:
            learner.question("swift", 0)
        finally:
            hooks.card_did_render.remove(prints)
    assert capsys.readouterr().out == ""


def test_an_import_says_what_it_did_by_guids(old: Path, new: Path, tmp_path: Path) -> None:
    rows = [("swift", [BIRDS[0][1][0], "On the wing."]), ("quail", ["Quail?", "Tiny."])]
    with Learner(tmp_path / "learner") as learner:
        learner.imports(old)
        log = learner.imports(package(new, rows, at=LATER))
        assert (log.new, log.updated, log.conflicting) == (("quail",), ("swift",), ())
        assert learner.imports(new).unchanged == ("swift", "quail")
        refused = package(tmp_path / "3.apkg", rows, note_type(1_600_000_000_009), LATER + 9)
        assert learner.imports(refused).conflicting == ("swift", "quail")


def test_what_the_engine_refuses_is_a_package_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.apkg"
    broken.write_bytes(b"PK\x03\x04")
    with Learner(tmp_path / "learner") as learner, pytest.raises(PackageError, match="refuses"):
        learner.imports(broken)


# Packages from the web ---------------------------------------------------------------------------


class _Server(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/away.apkg?again":
            self._answers(302, {"Location": "/old.apkg"})
        elif self.path == "/trap.apkg":
            self._answers(302, {"Location": "file:///etc/hostname"})
        elif self.path == "/huge.apkg":
            self._answers(200, {"Content-Length": str(3 << 30)})
            self.wfile.write(b"PK")
        elif self.path == "/short.apkg":
            self._answers(200, {"Content-Length": "100"})
            self.wfile.write(b"PK")
        else:
            super().do_GET()

    def _answers(self, code: int, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path, old: Path) -> Iterator[str]:
    handler: type[BaseHTTPRequestHandler] = partial(_Server, directory=str(tmp_path))  # type: ignore[assignment]
    serving = HTTPServer(("127.0.0.1", 0), handler)
    # The server looks so often (seconds) whether it shall stop.
    thread = threading.Thread(target=serving.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_address[1]}"
    serving.shutdown()
    serving.server_close()
    thread.join()


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    (tmp_path / "downloads").mkdir()
    return tmp_path / "downloads"


def test_a_package_is_fetched_from_its_address(server: str, old: Path, downloads: Path) -> None:
    first = fetch(f"{server}/old.apkg", downloads)
    second = fetch(f"{server}/away.apkg?again", downloads)
    third = fetch(f"{server}/old.apkg", downloads)
    assert first.name == "old.apkg"
    assert len({first, second, third}) == 3
    assert {each.parent for each in (first, second, third)} == {downloads}
    assert {each.read_bytes() for each in (first, second, third)} == {old.read_bytes()}
    assert len(read(str(third)).notes) == 4


def test_what_is_no_address_is_a_path(tmp_path: Path) -> None:
    assert fetch("dist/birds.apkg", tmp_path) == Path("dist/birds.apkg")


@pytest.mark.parametrize(
    ("place", "kind", "message"),
    [
        ("{}/none.apkg", OSError, "{}/none.apkg: the server says 404 File not found"),
        ("{}/trap.apkg", OSError, "{}/trap.apkg: the server says 302 Found - Redirection to url "),
        ("{}/huge.apkg", PackageError, "{}/huge.apkg: is larger than 2 GB"),
        ("{}/short.apkg", OSError, "{}/short.apkg: the download broke off after 2 of 100 bytes"),
        ("ftp://127.0.0.1/x", PackageError, "ftp://127.0.0.1/x: only http and https addresses "),
        ("file:///etc/hostname", PackageError, "file:///etc/hostname: only http and https "),
        ("http://127.0.0.1:1/x", OSError, "http://127.0.0.1:1/x: "),
        ("http:///x", OSError, "http:///x: "),
    ],
)
def test_what_cannot_be_fetched_is_told_with_its_address(
    server: str, downloads: Path, place: str, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as caught:
        fetch(place.format(server), downloads)
    assert str(caught.value).startswith(message.format(server))
