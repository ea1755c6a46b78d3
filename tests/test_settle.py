"""What a person says about identities: renames settled, a lost lock rebuilt, a bare file made a
project; and a bare file that got another name."""

from __future__ import annotations

import json
import shlex
import sqlite3
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import helpers
from deckwright import apkg, package, settle
from deckwright import build as builds
from deckwright.clozes import AUTOMATIC, provisional
from deckwright.identity import Identified, identify, release_time, released
from deckwright.lock import Lock, LockedNote, serialise
from deckwright.note import Field, Guid, Key, Media, Note, RenderedNote, digest
from deckwright.notetypes import CardTemplate, NoteType
from helpers import (
    BEES,
    CARDS,
    DAY,
    DECK,
    LOCK,
    NOW,
    build,
    deckwright,
    files_of,
    locked,
    page,
    without,
    write,
)

BUILT = "dist/bees.apkg"


def done(folder: Path, *arguments: str, now: int = NOW) -> list[str]:
    """What a command says that succeeds, line by line."""
    return helpers.done(folder, *arguments, now=now).splitlines()


def refused(folder: Path, *arguments: str, now: int = NOW) -> list[str]:
    """What a command says that is refused: it writes nothing at all."""
    before = files_of(folder)
    result = deckwright(folder, *arguments, now=now)
    assert (result.exit_code, result.stdout) == (1, "")
    assert files_of(folder) == before
    *lines, count, last = result.stderr.splitlines()
    assert (count, last) == ("1 error", "nothing was settled, and nothing changed")
    return lines


def identities(folder: Path, name: str = LOCK) -> dict[str, tuple[str, int, int]]:
    """The GUID, the id and the time of each note that is in the sources, by its key."""
    live = {k: n for k, n in locked(folder, name).notes.items() if n.retired is None}
    return {key: (note.guid, note.id, note.mod) for key, note in live.items()}


def titled(**titles: str) -> str:
    """The page with other titles, each given by the first word of the old one."""
    cards = {
        next((new for old, new in titles.items() if title.startswith(old)), title): body
        for title, body in CARDS.items()
    }
    return page(cards)


def below(keys: Mapping[str, Any], parent: str) -> set[str]:
    """What follows the key of a note in the keys of its derived notes."""
    return {key[len(parent) :] for key in keys if key == parent or key.startswith(f"{parent}/")}


# deckwright rename OLD NEW -----------------------------------------------------------------------


def test_a_note_and_what_is_derived_of_it_go_on_under_another_key(out: Path) -> None:
    before = identities(out)
    assert done(out, "rename", "swarming", "swarms") == [
        "renamed: swarming → swarms, reviews kept, with 3 of its notes"
    ]
    after = identities(out)
    assert below(after, "swarms") == below(before, "swarming")
    assert len(below(after, "swarms")) == 4
    for end in below(before, "swarming"):
        assert after[f"swarms{end}"] == before[f"swarming{end}"]
        assert locked(out).notes[Key(f"swarms{end}")].was == f"swarming{end}"
    rest = before.keys() - {f"swarming{end}" for end in below(before, "swarming")}
    assert {key: after[key] for key in rest} == {key: before[key] for key in rest}


def test_a_rename_that_is_said_before_the_build_stands(out: Path) -> None:
    """Whatever becomes of the text."""
    before = identities(out)
    done(out, "rename", "swarming", "how-bees-part", now=NOW + DAY)
    cards = {k: v for k, v in CARDS.items() if k != "Swarming"}
    write(out, {"sources/bees.txt": page({**cards, "How bees part": "They fly off, one in two."})})
    result = deckwright(out, "build", now=NOW + DAY)
    assert result.exit_code == 0
    assert "I007" not in result.stderr
    assert identities(out)["how-bees-part"][:2] == before["swarming"][:2]
    assert identities(out)["how-bees-part"][2] == NOW + DAY


def test_a_rename_can_be_said_after_a_build_took_the_note_for_a_new_one(out: Path) -> None:
    """No release has seen the new one: its identity gives way to the old."""
    before = identities(out)
    cards = {k: v for k, v in CARDS.items() if k != "Swarming"}
    write(out, {"sources/bees.txt": page({**cards, "How bees part": "They fly off, one in two."})})
    done(out, "build", now=NOW + DAY)
    assert identities(out)["how-bees-part"][0] != before["swarming"][0]
    assert done(out, "rename", "swarming", "how-bees-part", now=NOW + DAY) == [
        "renamed: swarming → how-bees-part, reviews kept, with 3 of its notes"
    ]
    done(out, "build", now=NOW + 2 * DAY)
    assert identities(out)["how-bees-part"] == (*before["swarming"][:2], NOW + 2 * DAY)
    notes = locked(out).notes
    assert len({note.guid for note in notes.values()}) == len(notes) == 21
    # The questions that are asked no more are listed as removed.
    gone = {key for key, note in notes.items() if note.leaving}
    assert gone == {f"how-bees-part{end}" for end in below(before, "swarming") if end}


def test_before_a_release_a_rename_leaves_no_trace(bees: Path) -> None:
    before = files_of(bees)
    done(bees, "rename", "swarming", "swarms")
    assert [note.was for note in locked(bees).notes.values() if note.was] == []
    done(bees, "rename", "swarms", "swarming")
    assert files_of(bees) == before


def test_two_notes_that_learners_have_never_become_one(out: Path) -> None:
    assert refused(out, "rename", "swarming", "varroa-mites") == [
        "error N003: varroa-mites was released, too: learners have both notes",
        "  help: let both stay, or remove one of them from the sources: it is listed as removed",
    ]


def test_notes_of_two_note_types_never_become_one(bees: Path) -> None:
    term = "the-dance-language/round-dance"
    assert refused(bees, "rename", term, "swarming") == [
        f"error N003: {term} is a Term note, and swarming is a Concept note",
        "  help: only notes of one note type can be one",
    ]


def test_a_slip_of_the_pen_is_told_with_the_nearest_key(bees: Path) -> None:
    assert refused(bees, "rename", "swarmin", "swarms") == [
        "error N002: the lock has no note swarmin",
        "  help: did you mean swarming?",
    ]
    assert refused(bees, "rename", "a-riddle-of-the-sphinx", "b") == [
        "error N002: the lock has no note a-riddle-of-the-sphinx",
        "  help: the lock lists all keys",
    ]
    assert refused(bees, "rename", "swarming", "swarming") == [
        "error N002: swarming is its name already",
        "  help: the lock lists all keys",
    ]


@pytest.mark.parametrize(
    ("new", "hint"),
    [
        ("The swarming of bees", "did you mean the-swarming-of-bees?"),
        ("", "`deckwright notes` shows the keys"),
        ("swarms/", "did you mean swarms?"),
    ],
)
def test_a_title_is_no_key(bees: Path, new: str, hint: str) -> None:
    told = refused(bees, "rename", "swarming", new)
    assert told == [f"error N002: “{new}” is no key", f"  help: {hint}"]


def test_without_a_lock_there_is_nothing_to_rename(tmp_path: Path) -> None:
    assert refused(write(tmp_path, BEES), "rename", "swarming", "swarms") == [
        "error N001: there is no deck.lock",
        "  help: a build writes it: deckwright build",
    ]


@pytest.mark.parametrize("keys", [[], ["swarming"], ["--new"], ["a", "b", "c"]], ids=str)
def test_any_other_number_of_keys_is_wrong_usage(bees: Path, keys: list[str]) -> None:
    result = deckwright(bees, "rename", *keys)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "Error: Give two keys, the old one and the new one; or --new KEY"
    )


def test_a_project_elsewhere_can_be_named(bees: Path) -> None:
    done(bees.parent, "rename", "swarming", "swarms", "--project", "bees")
    assert "swarms" in identities(bees)


def one(guid: str, **rest: Any) -> LockedNote:
    return LockedNote(Guid(guid), len(guid), NOW, "Concept", "s", "p", **rest)


@pytest.mark.parametrize("new", ["lambda/layers", "layers", "lambda/layers/of"])
def test_a_note_that_moves_below_or_above_itself_loses_nothing(new: str) -> None:
    notes = {
        Key("lambda"): one("a"),
        Key("lambda/layers"): one("bb"),
        Key("lambda/layers/of"): one("ccc"),
        Key("elsewhere"): one("dddd"),
    }
    renamed, told = settle.renamed_in(Lock("x", NOW, {}, notes), Key("lambda"), Key(new))
    assert told == ()
    assert renamed is not None
    assert {key: note.guid for key, note in renamed.notes.items()} == {
        new: "a",
        f"{new}/layers": "bb",
        f"{new}/layers/of": "ccc",
        "elsewhere": "dddd",
    }


def test_a_rename_ends_the_doubt_about_the_old_note() -> None:
    notes = {
        Key("nile"): one("a", retired=NOW, leaving=True),
        Key("flood"): one("bb", pending="new", maybe=Key("nile")),
        Key("ebb"): one("ccc", pending="new", maybe=Key("nile")),
    }
    renamed, _ = settle.renamed_in(Lock("x", NOW, {}, notes), Key("nile"), Key("flood"))
    assert renamed is not None
    assert renamed.notes[Key("flood")].guid == "a"
    assert renamed.notes[Key("flood")].was == "nile"
    assert renamed.notes[Key("ebb")] == replace(notes[Key("ebb")], maybe=None)
    assert Key("nile") not in renamed.notes


def test_a_rename_leaves_the_doubt_about_what_is_derived_as_it_is() -> None:
    """Below a note that was renamed, a term with another name is asked under its parent's key."""
    notes = {
        Key("nile"): one("a", retired=NOW, leaving=True),
        Key("nile/where"): one("bb", retired=NOW, leaving=True),
        Key("flood"): one("ccc", pending="new", maybe=Key("nile")),
        Key("delta/source"): one("dddd", pending="new", maybe=Key("nile/where")),
    }
    renamed, _ = settle.renamed_in(Lock("x", NOW, {}, notes), Key("nile"), Key("flood"))
    assert renamed is not None
    assert renamed.notes[Key("flood/where")].guid == "bb"
    assert renamed.notes[Key("delta/source")].maybe == "flood/where"


def test_after_a_rename_the_next_build_sees_what_else_went_along() -> None:
    """A term that got another name with its concept: alone it was not recognised."""
    notes = {
        Key("nile"): one("a", retired=NOW, leaving=True),
        Key("nile/where"): one("bb", retired=NOW, leaving=True),
        Key("flood"): one("ccc", pending="new", maybe=Key("nile")),
        Key("flood/source"): one("dddd", pending="new"),
        Key("flood/mouth"): one("eeeee"),
    }
    renamed, _ = settle.renamed_in(Lock("x", NOW, {}, notes), Key("nile"), Key("flood"))
    assert renamed is not None
    assert renamed.notes.keys() == {"flood", "flood/where", "flood/mouth"}


def test_a_new_concept_leaves_a_term_that_came_from_elsewhere_its_reviews(out: Path) -> None:
    """A part of a concept was split off: the part is new, and its term is not."""
    text = CARDS["The dance language"]
    first, round_dance, waggle, last = text.split("\n\n")
    cards = {
        **CARDS,
        "The dance language": f"{first}\n\n{round_dance}",
        "How bees point": f"{last}\n\n{waggle}",
    }
    before = identities(out)["the-dance-language/waggle-dance"]
    write(out, {"sources/bees.txt": page(cards)})
    done(out, "build", now=NOW + DAY)
    assert identities(out)["how-bees-point/waggle-dance"][:2] == before[:2]
    done(out, "rename", "--new", "how-bees-point", now=NOW + DAY)
    done(out, "build", now=NOW + DAY)
    assert identities(out)["how-bees-point/waggle-dance"][:2] == before[:2]


def test_a_slip_of_the_pen_settles_no_doubt() -> None:
    """Else the next release would take the note that was meant for a new one, and ask no more."""
    notes = {
        Key("nile"): one("a", retired=NOW, leaving=True),
        Key("flood"): one("bb", pending="new", maybe=Key("nile")),
    }
    renamed, (told,) = settle.renamed_in(Lock("x", NOW, {}, notes), Key("nile"), Key("flod"))
    assert renamed is None
    assert (told.code, told.message) == (
        *("N002", "no note has the key flod, and flood may be nile, renamed"),
    )
    assert told.hint == (
        "if it is: deckwright rename nile flood; if not, say that first: "
        "deckwright rename --new flood"
    )


def test_of_derived_notes_those_that_learners_have_twice_stay_what_they_are() -> None:
    notes = {
        Key("nile"): one("a"),
        Key("nile/where"): one("bb"),
        Key("nile/what"): one("ccc"),
        Key("flood"): one("dddd", pending="new"),
        Key("flood/where"): one("eeeee"),
    }
    renamed, _ = settle.renamed_in(Lock("x", NOW, {}, notes), Key("nile"), Key("flood"))
    assert renamed is not None
    assert {key: note.guid for key, note in renamed.notes.items()} == {
        "flood": "a",
        "flood/what": "ccc",
        "flood/where": "eeeee",
        "nile/where": "bb",
    }


# deckwright rename --new KEY ---------------------------------------------------------------------


def test_a_note_that_was_taken_for_another_one_becomes_a_new_one(out: Path) -> None:
    before = identities(out)
    write(out, {"sources/bees.txt": titled(Swarming="The swarming of bees")})
    done(out, "build", now=NOW + DAY)
    assert identities(out)["the-swarming-of-bees"][0] == before["swarming"][0]
    signs = ("a-crowded-brood-nest", "idle-bees", "queen-cells")
    assert done(out, "rename", "--new", "the-swarming-of-bees", now=NOW + DAY) == [
        f"new: the-swarming-of-bees{end}; learners keep the old one, which leaves the deck"
        for end in ("", *(f"/signs/{sign}" for sign in signs))
    ]
    done(out, "build", "--locked", now=NOW + 2 * DAY)
    notes = locked(out).notes
    fresh = {note.guid for key, note in notes.items() if key.startswith("the-swarming-of-bees")}
    old = {before[key][0] for key in before if key.startswith("swarming")}
    assert not fresh & old
    # The old ones lie where learners know them, and can be taken up again.
    assert {note.guid for key, note in notes.items() if key.startswith("swarming")} == old
    assert all(note.leaving for key, note in notes.items() if key.startswith("swarming"))
    done(out, "rename", "swarming", "the-swarming-of-bees", now=NOW + 2 * DAY)
    done(out, "build", now=NOW + 2 * DAY)
    assert identities(out)["the-swarming-of-bees"][0] == before["swarming"][0]


def test_before_a_build_takes_it_a_note_can_be_said_to_be_new(bees: Path) -> None:
    before = identities(bees)
    write(bees, {"sources/bees.txt": titled(Swarming="The swarming of bees")})
    assert "I006" in deckwright(bees, "check", now=NOW + DAY).stdout
    done(bees, "rename", "--new", "the-swarming-of-bees", now=NOW + DAY)
    result = deckwright(bees, "build", now=NOW + DAY)
    assert "I006" not in result.stderr
    assert identities(bees)["the-swarming-of-bees"][0] != before["swarming"][0]
    assert locked(bees).notes[Key("swarming")].retired == NOW + DAY


def test_what_one_person_has_of_builds_alone_can_be_said_to_be_new_too(bees: Path) -> None:
    """No release was ever made, but the build told a rename, and how to take it back."""
    before = identities(bees)
    write(bees, {"sources/bees.txt": titled(Swarming="The swarming of bees")})
    told = deckwright(bees, "build", now=NOW + DAY).stderr
    assert "if these are two notes: deckwright rename --new the-swarming-of-bees" in told
    done(bees, "rename", "--new", "the-swarming-of-bees", now=NOW + DAY)
    assert identities(bees)["the-swarming-of-bees"][0] != before["swarming"][0]


def test_what_is_new_already_needs_no_settling(out: Path) -> None:
    mead = {"Mead": "Honey and water that yeasts turned into wine, known since the Stone Age."}
    write(out, {"sources/bees.txt": page({**CARDS, **mead})})
    done(out, "build", now=NOW + DAY)
    before = files_of(out)
    assert done(out, "rename", "--new", "mead", now=NOW + DAY) == ["nothing was left to settle"]
    assert files_of(out) == before


def test_a_new_note_of_no_such_key_is_told_with_the_nearest(bees: Path) -> None:
    assert refused(bees, "rename", "--new", "swarmin") == [
        "error N002: no note has the key swarmin",
        "  help: did you mean swarming?",
    ]
    assert refused(bees, "rename", "--new", "a-riddle-of-the-sphinx")[1] == (
        "  help: `deckwright notes` shows the keys"
    )


def test_a_note_whose_note_type_changed_becomes_a_new_one() -> None:
    """The old one goes where the build has put it, and all others stay as they are."""
    old = Lock("x", NOW, {}, {Key("nile"): one("a"), Key("elbe"): one("bb")})
    made = replace(
        old,
        notes={
            Key("nile"): replace(one("ccc"), note_type="Term", pending="new"),
            Key("nile@Concept"): replace(one("a"), retired=NOW, leaving=True),
            Key("elbe"): replace(one("bb"), mod=NOW + 1, pending="changed"),
        },
    )
    assert settle.with_new(old, made, {Key("nile")}).notes == {
        Key("nile"): made.notes[Key("nile")],
        Key("nile@Concept"): made.notes[Key("nile@Concept")],
        Key("elbe"): old.notes[Key("elbe")],
    }


# deckwright lock restore -------------------------------------------------------------------------


def lose(folder: Path, name: str = LOCK) -> Lock:
    """What the lock says that gets lost."""
    known = locked(folder, name)
    (folder / name).unlink()
    return known


def words_unknown(known: Lock) -> Lock:
    """A lock without what no package says: of notes that left, the digest of what was written."""
    notes = {
        key: note if note.retired is None else replace(note, source="")
        for key, note in known.notes.items()
    }
    return replace(known, notes=notes)


def test_a_lock_that_is_lost_stops_the_build_which_names_the_way_out(out: Path) -> None:
    lose(out)
    result = deckwright(out, "build")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[:2] == [
        "error S006: dist/bees-1.apkg was built before, but its lock deck.lock is gone",
        "  help: take deck.lock back from your version control; or rebuild it: deckwright lock "
        "restore dist/bees-1.apkg; or, if no one has the package yet, begin anew: deckwright build "
        "--new-lock",
    ]


def test_the_newest_package_is_named_to_rebuild_a_lost_lock_the_build_or_the_release(
    out: Path,
) -> None:
    """Of an older one the lock would not know of the last release."""
    done(out, "build", now=NOW + 2)
    lose(out)
    assert "lock restore dist/bees.apkg;" in deckwright(out, "build").stderr
    done(out, "lock", "restore", BUILT)
    write(out, {"sources/bees.txt": without("Swarming")})
    done(out, "build", now=NOW + DAY)
    done(out, "release", now=NOW + DAY)
    lose(out)
    assert "lock restore dist/bees-2.apkg;" in deckwright(out, "build").stderr


def test_the_ways_out_name_the_file_where_there_is_no_project(tmp_path: Path) -> None:
    """They are there to be typed as they stand."""
    write(tmp_path, {"my page.txt": page()})
    done(tmp_path, "build", "my page.txt")
    write(tmp_path, {"my page.txt": titled(Swarming="The swarming of bees")})
    told = deckwright(tmp_path, "build", "my page.txt", now=NOW + DAY).stderr
    way = "deckwright rename --project 'my page.txt' --new the-swarming-of-bees"
    assert f"  help: if these are two notes: {way}\n" in told
    done(tmp_path, *shlex.split(way)[1:], now=NOW + DAY)
    lose(tmp_path, "my page.txt.lock")
    told = deckwright(tmp_path, "check", "my page.txt").stdout
    way = "deckwright lock restore --project 'my page.txt' 'my page.apkg'"
    assert f"rebuild it: {way};" in told
    done(tmp_path, *shlex.split(way)[1:])
    done(tmp_path, "build", "my page.txt")
    behind = deckwright(tmp_path, "check", "--locked", "my page.txt")
    assert behind.exit_code == 0
    write(tmp_path, {"my page.txt": page()})
    behind = deckwright(tmp_path, "release", "my page.txt", now=NOW + DAY)
    assert "  help: run deckwright build 'my page.txt', look at what changed" in behind.stderr


def test_without_a_project_here_the_way_to_name_one_is_told(tmp_path: Path) -> None:
    result = deckwright(tmp_path, "rename", "swarming", "swarms")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "Error: There is no deck.yaml here: name a project or a file, as in: "
        "deckwright rename --project page.txt"
    )


def test_a_lock_is_rebuilt_of_a_release(out: Path) -> None:
    before = lose(out)
    assert done(out, "lock", "restore", "dist/bees-1.apkg") == [
        "restored 21 notes from dist/bees-1.apkg, the release 1"
    ]
    package = (out / "dist/bees-1.apkg").read_bytes()
    done(out, "build", now=NOW + 9 * DAY)
    assert locked(out) == before
    done(out, "release", now=NOW + 9 * DAY)
    assert (out / "dist/bees-1.apkg").read_bytes() == package


def test_a_lock_is_rebuilt_of_a_build_that_no_release_followed(bees: Path) -> None:
    before = lose(bees)
    assert done(bees, "lock", "restore", BUILT) == [
        "restored 21 notes from dist/bees.apkg, a build"
    ]
    done(bees, "build", now=NOW + 9 * DAY)
    assert locked(bees) == before


def test_a_lock_is_rebuilt_with_its_notes_that_left(out: Path) -> None:
    """Their identities and times are there; what they said is not, so they cannot be recognised
    under another title."""
    write(out, {"sources/bees.txt": without("Swarming")})
    done(out, "build", now=NOW + DAY)
    done(out, "release", now=NOW + 2 * DAY)
    before = lose(out)
    done(out, "lock", "restore", "dist/bees-2.apkg")
    done(out, "build", now=NOW + 9 * DAY)
    assert locked(out) == words_unknown(before)
    # The same note comes back with the same identity and time: whoever kept it keeps own edits.
    write(out, {"sources/bees.txt": page()})
    done(out, "build", now=NOW + 9 * DAY)
    left = before.notes[Key("swarming")]
    assert identities(out)["swarming"] == (left.guid, left.id, left.mod)


def test_a_lock_is_rebuilt_of_a_build_between_two_releases(out: Path) -> None:
    """What the next release has to tell is there, too, and what notes were called before."""
    cards = {k: v for k, v in CARDS.items() if k not in ("Swarming", "Varroa mites")}
    cards["Varroa, the mites"] = CARDS["Varroa mites"].replace("10 mites", "12 mites")
    cards["Mead"] = "Honey and water that yeasts turned into wine, known since the Stone Age."
    write(out, {"sources/bees.txt": page(cards)})
    done(out, "build", now=NOW + DAY)
    before = lose(out)
    done(out, "lock", "restore", BUILT)
    done(out, "build", now=NOW + 9 * DAY)
    assert locked(out) == words_unknown(before)
    assert before.notes[Key("varroa-the-mites")].was == "varroa-mites"


def test_a_doubt_outlives_its_lock(out: Path) -> None:
    """Else a release would go out with the reviews of a renamed note lost."""
    known = locked(out)
    doubtful = replace(known.notes[Key("swarming")], maybe=Key("the-winter-cluster"))
    gone = replace(known.notes[Key("the-winter-cluster")], retired=NOW, leaving=True)
    notes = {**known.notes, Key("swarming"): doubtful, Key("the-winter-cluster"): gone}
    write(out, {LOCK: serialise(replace(known, notes=notes))})
    write(out, {"sources/bees.txt": without("The winter cluster")})
    done(out, "build", now=NOW + DAY)
    before = lose(out)
    assert before.notes[Key("swarming")].maybe == "the-winter-cluster"
    done(out, "lock", "restore", BUILT)
    done(out, "build", now=NOW + DAY)
    result = deckwright(out, "release", now=NOW + DAY)
    assert result.exit_code == 1
    assert "I008: swarming may be the-winter-cluster, renamed" in result.stderr


def test_a_style_that_changed_since_the_last_release_is_remembered_by_a_package(
    out: Path,
) -> None:
    """Else the next release would not give it the release's time."""
    write(out, {"deck.yaml": DECK.replace("name: Bees", "name: Bees and wasps")})
    done(out, "build", now=NOW + DAY)
    before = lose(out)
    assert {each.pending for each in before.note_types.values()} == {"changed"}
    done(out, "lock", "restore", BUILT)
    done(out, "build", now=NOW + 9 * DAY)
    assert locked(out).note_types == before.note_types


def test_a_renamed_note_and_a_new_one_of_its_name_are_both_right_after_the_lock_was_lost(
    out: Path,
) -> None:
    """A → B, a new A, the lock lost and rebuilt: GUIDs, ids and times."""
    old = identities(out)["swarming"]
    cards = {("The swarming of bees" if k == "Swarming" else k): v for k, v in CARDS.items()}
    cards["Swarming"] = (
        "A word of computing: many small robots that follow simple rules, and together carry loads "
        "which none of them could lift alone, as ants do."
    )
    write(out, {"sources/bees.txt": page(cards)})
    told = deckwright(out, "build", now=NOW + DAY).stderr
    assert (
        "I006: renamed: swarming → the-swarming-of-bees, reviews kept, with 3 of its notes" in told
    )
    done(out, "release", now=NOW + 2 * DAY)
    before = lose(out)
    assert before.notes[Key("the-swarming-of-bees")].guid == old[0]
    done(out, "lock", "restore", "dist/bees-2.apkg")
    restored = locked(out)
    for key in ("the-swarming-of-bees", "swarming"):
        was, now = before.notes[Key(key)], restored.notes[Key(key)]
        assert (now.guid, now.id, now.mod) == (was.guid, was.id, was.mod)
    assert restored.notes[Key("swarming")].guid != old[0]
    done(out, "build", now=NOW + 9 * DAY)
    assert locked(out) == words_unknown(before)


def test_an_edit_after_the_lock_was_lost_arrives(out: Path) -> None:
    """The sources go on while the lock is lost: only what changed is stamped."""
    before = lose(out)
    write(out, {"sources/bees.txt": page().replace("some 80 metres", "some 70 metres")})
    done(out, "lock", "restore", "dist/bees-1.apkg")
    done(out, "build", now=NOW + 9 * DAY)
    moved = {k for k, n in locked(out).notes.items() if n.mod != before.notes[k].mod}
    assert moved == {"the-dance-language", "the-dance-language/round-dance"}


def test_a_note_that_was_renamed_while_the_lock_was_lost_is_recognised(out: Path) -> None:
    before = identities(out)
    lose(out)
    write(out, {"sources/bees.txt": titled(The_winter="?", Varroa="Varroa, the mites")})
    done(out, "lock", "restore", "dist/bees-1.apkg")
    told = deckwright(out, "build", now=NOW + 9 * DAY).stderr
    assert "I006: renamed: varroa-mites → varroa-the-mites, reviews kept" in told
    assert identities(out)["varroa-the-mites"][:2] == before["varroa-mites"][:2]


def test_a_preview_that_knew_of_no_release_tells_no_lock(tmp_path: Path) -> None:
    """Who has no lock makes other identities than those that learners may have."""
    folder = write(tmp_path, {**BEES, "deck.yaml": f"{DECK}lock: on-release\n"})
    done(folder, "build")
    assert refused(folder, "lock", "restore", BUILT) == [
        "error N005: bees.apkg is a preview that knew of no release",
        "  help: name a package that `deckwright release` wrote",
    ]


def test_a_preview_since_a_release_tells_the_lock_and_what_is_new(tmp_path: Path) -> None:
    folder = write(tmp_path, {**BEES, "deck.yaml": f"{DECK}lock: on-release\n"})
    done(folder, "release")
    before = identities(folder)
    write(folder, {"sources/bees.txt": page().replace("half of the workers", "most workers")})
    done(folder, "build", now=NOW + DAY)
    (folder / "deck.lock").unlink()
    told = done(folder, "lock", "restore", BUILT)
    assert told == ["restored 21 notes from dist/bees.apkg, a build since the release 1"]
    after = identities(folder)
    assert {key: each[:2] for key, each in after.items()} == {
        key: each[:2] for key, each in before.items()
    }
    assert [key for key in after if after[key] != before[key]] == ["swarming"]


def test_the_package_of_another_project_tells_no_lock_of_this_one(bees: Path) -> None:
    wasps = {**BEES, "deck.yaml": DECK.replace("id: bees", "id: wasps")}
    other = write(bees.parent / "wasps", wasps)
    done(other, "build")
    write(bees, {"wasps.apkg": (other / "dist/wasps.apkg").read_bytes()})
    lose(bees)
    assert refused(bees, "lock", "restore", "wasps.apkg") == [
        "error N005: wasps.apkg is of the project “wasps”",
        "  help: this is the project “bees”",
    ]


def altered(package: bytes, folder: Path, said: str | None) -> bytes:
    """A package that says something else of its lock."""
    source, target = folder / "source.apkg", folder / "target.apkg"
    source.write_bytes(package)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            data = old.read(member)
            if member == "collection.anki2":
                path = folder / "collection.anki2"
                path.write_bytes(data)
                connection = sqlite3.connect(path)
                ((conf,),) = connection.execute("select conf from col").fetchall()
                found = {k: v for k, v in json.loads(conf).items() if "deckwright" not in k}
                names = json.loads(conf).keys() - found.keys()
                assert names
                if said is not None:
                    found |= dict.fromkeys(names, json.loads(said))
                connection.execute("update col set conf = ?", (json.dumps(found),))
                connection.commit()
                connection.close()
                data = path.read_bytes()
            new.writestr(member, data)
    return target.read_bytes()


def test_a_strangers_package_tells_no_lock(bees: Path, tmp_path: Path) -> None:
    lose(bees)
    write(bees, {"x.apkg": altered((bees / BUILT).read_bytes(), tmp_path, None)})
    assert refused(bees, "lock", "restore", "x.apkg") == [
        "error N005: x.apkg was not built by deckwright",
        "  help: name a package of this project",
    ]


@pytest.mark.parametrize(
    "said",
    [
        {"project": "bees"},
        {"note_types": [], "left": {}, "pending": {}},
        {"note_types": {"Concept": 17}},
        {"releases": 7},
        {"releases": [["1"]]},
        {"left": {"mead": ["guid"]}},
        {"left": {"mead": ["", -1, "x", None, 7, 7]}},
        {"left": []},
        {"pending": {"swarming": "old"}},
        {"created": "today"},
        {"decks": 7},
        {"project": "bees", "decks": [1]},
    ],
    ids=str,
)
def test_what_a_package_says_wrongly_is_never_taken(
    bees: Path, tmp_path: Path, said: dict[str, Any]
) -> None:
    lose(bees)
    package = (bees / BUILT).read_bytes()
    true = dict(apkg.read(str(bees / BUILT)).made_by)
    whole = {"project": "bees"} if said == {"project": "bees"} else {**true, **said}
    write(bees, {"x.apkg": altered(package, tmp_path, json.dumps(whole))})
    told, hint = refused(bees, "lock", "restore", "x.apkg")
    assert told.startswith("error N005: what x.apkg says of its lock is damaged: ")
    assert hint == "  help: name another package of this project"


def test_a_file_that_is_no_package_tells_no_lock(bees: Path) -> None:
    lose(bees)
    (told, hint) = refused(bees, "lock", "restore", "deck.yaml")
    assert told.startswith("error N005: ")
    assert hint == "  help: name an .apkg"
    assert deckwright(bees, "lock", "restore", "none.apkg").exit_code == 2


def test_a_damaged_lock_is_kept_beside_the_new_one(out: Path) -> None:
    before = locked(out)
    write(out, {LOCK: "{half a lock"})
    assert done(out, "lock", "restore", "dist/bees-1.apkg") == [
        "the damaged lock is kept as deck.lock.damaged",
        "restored 21 notes from dist/bees-1.apkg, the release 1",
    ]
    assert (out / "deck.lock.damaged").read_text("utf-8") == "{half a lock"
    done(out, "build", now=NOW + DAY)
    assert locked(out) == before


def test_a_lock_that_is_not_text_is_kept_beside_the_new_one_too(out: Path) -> None:
    write(out, {LOCK: b"\xff\xfe\x00"})
    done(out, "lock", "restore", "dist/bees-1.apkg")
    assert (out / "deck.lock.damaged").read_bytes() == b"\xff\xfe\x00"


def test_a_lock_that_can_be_read_is_never_replaced(out: Path) -> None:
    assert refused(out, "lock", "restore", "dist/bees-1.apkg") == [
        "error N004: deck.lock is there and can be read",
        "  help: if it is really to be replaced, put it elsewhere first",
    ]


def test_nor_is_one_that_a_later_version_wrote(out: Path) -> None:
    text = (out / LOCK).read_text("utf-8")
    write(out, {LOCK: text.replace('"version": 1', '"version": 2')})
    told, *_, hint = refused(out, "lock", "restore", "dist/bees-1.apkg")
    assert told == (
        "deck.lock:2:1: error L003: the lock has version 2, and this deckwright reads 1"
    )
    assert hint == "  help: upgrade deckwright"


def test_the_lock_of_a_bare_file_is_rebuilt_too(tmp_path: Path) -> None:
    write(tmp_path, {"page.txt": page()})
    done(tmp_path, "build", "page.txt")
    before = lose(tmp_path, "page.txt.lock")
    done(tmp_path, "lock", "restore", "page.apkg", "--project", "page.txt")
    done(tmp_path, "build", "page.txt", now=NOW + DAY)
    assert locked(tmp_path, "page.txt.lock") == before


def test_the_package_of_another_file_tells_no_lock_of_this_one(tmp_path: Path) -> None:
    mead = {"Mead": "Honey and water that yeasts turned into wine, known since the Stone Age."}
    write(tmp_path, {"page.txt": page(), "mead.txt": page(mead)})
    done(tmp_path, "build", "mead.txt")
    assert refused(tmp_path, "lock", "restore", "mead.apkg", "--project", "page.txt") == [
        "error N005: mead.apkg has no note of page.txt",
        "  help: name its own package",
    ]


# What only some notes have -----------------------------------------------------------------------

FLAG = NoteType(
    *("Flag", "normal", ("Country", "Flag")),
    *((CardTemplate("Country", "{{Country}}", "{{Flag}}"),), ""),
)
GAP = NoteType(
    *("Gap", "cloze", ("Text", "Key")),
    *((CardTemplate("Gap", "{{cloze:Text}}", "{{cloze:Text}}"),), ""),
)


def flag(country: str, html: str = "", *files: Media, **known: Any) -> RenderedNote:
    """A note of a note type that has no field for the key."""
    fields = (Field("Country", country), Field("Flag", html))
    source = Note(Key(f"flags/{country}"), "Flag", fields, "Flags", **known)
    return RenderedNote(source, (country, html), digest((country, html)), files)


def gap(key: str, text: str) -> RenderedNote:
    """A cloze note, with `[…]` around what is deleted."""
    html, clozes = provisional((text.replace("[", AUTOMATIC).replace("]", "}}"), key))
    note = Note(Key(key), "Gap", (Field("Text", text),), "Flags")
    return RenderedNote(note, html, digest((text,)), (), clozes)


def built(
    *notes: RenderedNote, after: Lock | None = None, now: int = NOW, version: str = ""
) -> Identified:
    """A build of these notes, or a release."""
    types = {each.name: each for each in (FLAG, GAP)}
    found, told = identify(notes, types, {n: n for n in types}, after, "flags", now)
    assert {each.code for each in told} <= {"I003", "I006", "I020"}
    return released(found, version, release_time(found.lock, now))[0] if version else found


def lost_and_rebuilt(folder: Path, made: Identified, files: Mapping[str, bytes] = {}) -> Lock:
    """The lock that is rebuilt of the package of a build."""
    decks = (package.Deck("Flags", 7),)
    write(folder, files)
    media = tuple(package.MediaFile(name, folder / name) for name in files)
    told = builds.made_by(made.lock, preview=False)
    contents = package.Contents(decks, made.note_types, made.notes, media, told)
    with (folder / "flags.apkg").open("wb") as file:
        package.write(contents, file)
    rebuilt, why = settle.restored(apkg.read(str(folder / "flags.apkg")), "flags")
    assert rebuilt is not None, why.message
    return rebuilt


def test_notes_without_a_field_for_the_key_are_rebuilt(tmp_path: Path) -> None:
    notes = flag("Chad", "blue, yellow, red"), flag("Mali", guid=Guid("x;|kz"))
    made = built(*notes)
    rebuilt = lost_and_rebuilt(tmp_path, made)
    assert rebuilt.notes.keys() == {"flags/Chad", "flags/Mali"}
    assert built(*notes, after=rebuilt, now=NOW + DAY).lock == made.lock


def test_media_are_rebuilt_so_that_no_note_is_sent_again(tmp_path: Path) -> None:
    files = {"chad.svg": b"<svg/>", "a & b.png": b"png", "la%2Fmali.mp3": b"mp3", "other.png": b"o"}
    shown = {name: Media(name, sha256(data).hexdigest()[:16]) for name, data in files.items()}
    chad = '<p>other.png<img alt="" src="chad.svg"> <img src="a &amp; b.png"><img src=chad.svg></p>'
    notes = (
        flag("Chad", chad, shown["a & b.png"], shown["chad.svg"]),
        flag("Mali", "[sound:la%2Fmali.mp3] [sound:none.mp3]", shown["la%2Fmali.mp3"]),
        flag("Niger", "<img src='https://example.org/chad.svg'>"),
    )
    made = built(*notes)
    rebuilt = lost_and_rebuilt(tmp_path, made, files)
    assert built(*notes, after=rebuilt, now=NOW + DAY).lock == made.lock
    other = replace(shown["chad.svg"], digest="0" * 16)
    notes = (flag("Chad", chad, shown["a & b.png"], other), *notes[1:])
    later = built(*notes, after=rebuilt, now=NOW + DAY)
    assert [note.mod - NOW for note in later.notes] == [DAY, 0, 0]


def test_cloze_numbers_are_rebuilt_those_of_deletions_that_left_too(tmp_path: Path) -> None:
    first = built(gap("colours", "[blue], [yellow], {{c7::red}}"), gap("stars", "[five], [six]"))
    second = built(
        gap("colours", "[gold], [blue], {{c7::red}}"), gap("stars", "[six]"), after=first.lock
    )
    made = built(gap("colours", "[gold], [blue], {{c7::red}}"), after=second.lock, now=NOW + 1)
    assert made.lock.notes[Key("colours")].past_clozes == (("yellow", 2),)
    rebuilt = lost_and_rebuilt(tmp_path, made)
    stars = replace(made.lock.notes[Key("stars")], source="")
    again = built(gap("colours", "[gold], [blue], {{c7::red}}"), after=rebuilt, now=NOW + DAY)
    assert again.lock == replace(made.lock, notes={**made.lock.notes, Key("stars"): stars})
    back = built(gap("colours", "[white], [gold], [yellow]"), gap("stars", "[five]"), after=rebuilt)
    assert back.notes[0].rendered.clozes == (("white", 9), ("gold", 8), ("yellow", 2))
    assert back.notes[1].rendered.clozes == (("five", 1),)


@pytest.mark.parametrize("version", ["", "1.0"])
def test_notes_that_learners_had_before_are_rebuilt_as_such(tmp_path: Path, version: str) -> None:
    """No release ever brought them, and they are not new."""
    exported = {"guid": Guid("x;|kz"), "known": True}
    notes = flag("Chad"), flag("Mali", "green", **exported)
    made = built(*notes, version=version)
    rebuilt = lost_and_rebuilt(tmp_path, made)
    assert built(*notes, after=rebuilt, now=NOW + DAY).lock == made.lock
    assert rebuilt.notes[Key("flags/Mali")].pending == ""
    edited = built(notes[0], flag("Mali", "green, red", **exported), after=rebuilt, now=NOW + DAY)
    rebuilt = lost_and_rebuilt(tmp_path, edited)
    assert rebuilt.notes[Key("flags/Mali")].pending == "changed"
    gone = built(notes[0], after=edited.lock, now=NOW + 2 * DAY)
    rebuilt = lost_and_rebuilt(tmp_path, gone)
    left = replace(gone.lock.notes[Key("flags/Mali")], source="")
    assert (left.pending, left.leaving) == ("changed", True)
    assert rebuilt.notes[Key("flags/Mali")] == left


# deckwright init ---------------------------------------------------------------------------------


def test_a_bare_file_becomes_a_project_with_the_same_identities(tmp_path: Path) -> None:
    write(tmp_path, {"page.txt": page()})
    done(tmp_path, "build", "page.txt")
    before = identities(tmp_path, "page.txt.lock")
    types = locked(tmp_path, "page.txt.lock").note_types
    assert done(tmp_path, "init", "page.txt") == [
        "wrote deck.yaml: build it with `deckwright build`",
        "page.txt.lock is deck.lock now: every note keeps its identity",
    ]
    assert files_of(tmp_path).keys() == {"page.txt", "page.apkg", "deck.yaml", LOCK}
    said = deckwright(tmp_path, "build", now=NOW + DAY)
    assert said.exit_code == 0
    assert identities(tmp_path) == before  # GUIDs, ids and times
    assert files_of(tmp_path).keys() == {"page.txt", "page.apkg", "deck.yaml", LOCK}
    for name, each in locked(tmp_path).note_types.items():
        was = types[name]
        assert (each.id, each.fields, each.templates) == (was.id, was.fields, was.templates)


def test_a_bare_file_that_was_never_built_becomes_a_project(tmp_path: Path) -> None:
    write(tmp_path, {"C++ & C#, a page.txt": page()})
    assert done(tmp_path, "init", "C++ & C#, a page.txt") == [
        "wrote deck.yaml: build it with `deckwright build`"
    ]
    text = (tmp_path / "deck.yaml").read_text("utf-8")
    assert 'id: "cpp-cs-a-page"\n' in text
    assert 'name: "C++ & C#, a page"\n' in text
    done(tmp_path, "build")
    assert locked(tmp_path).project == "cpp-cs-a-page"
    assert (tmp_path / "C++ & C#, a page.apkg").exists()


@pytest.mark.parametrize(
    ("name", "id"), [("蜂.txt", "deck"), ("Bienen & Blüten.txt", "deck"), ("!.txt", "deck")]
)
def test_a_file_of_any_name_gets_an_id(tmp_path: Path, name: str, id: str) -> None:
    write(tmp_path, {name: page()})
    done(tmp_path, "init", name)
    done(tmp_path, "build")
    assert locked(tmp_path).project == id


@pytest.mark.parametrize("there", ["deck.yaml", LOCK])
def test_a_project_that_is_there_is_never_overwritten(tmp_path: Path, there: str) -> None:
    write(tmp_path, {"page.txt": page(), there: "anything"})
    assert refused(tmp_path, "init", "page.txt") == [
        f"error N006: {there} is there already",
        "  help: add page.txt to its sources, or put it elsewhere first",
    ]


def test_a_project_is_made_beside_its_file(tmp_path: Path) -> None:
    write(tmp_path, {"texts/page.txt": page()})
    done(tmp_path, "build", "texts/page.txt")
    before = identities(tmp_path, "texts/page.txt.lock")
    assert done(tmp_path, "init", "texts/page.txt")[0] == (
        "wrote texts/deck.yaml: build it with `deckwright build texts`"
    )
    done(tmp_path, "build", "texts", now=NOW + DAY)
    assert identities(tmp_path / "texts") == before


def test_a_damaged_lock_of_a_bare_file_stops_its_project(tmp_path: Path) -> None:
    write(tmp_path, {"page.txt": page(), "page.txt.lock": "{"})
    assert refused(tmp_path, "init", "page.txt")[0].startswith("page.txt.lock:1:2: error L001: ")


def test_a_lost_lock_of_a_bare_file_stops_its_project(tmp_path: Path) -> None:
    """Else the project would begin anew beside a package that someone may have."""
    write(tmp_path, {"page.txt": page()})
    done(tmp_path, "build", "page.txt")
    lose(tmp_path, "page.txt.lock")
    assert refused(tmp_path, "init", "page.txt")[0] == (
        "error S006: page.apkg was built before, but its lock page.txt.lock is gone"
    )


def test_a_file_that_was_renamed_becomes_a_project_with_its_lock(tmp_path: Path) -> None:
    write(tmp_path, {"page.txt": page()})
    done(tmp_path, "build", "page.txt")
    before = identities(tmp_path, "page.txt.lock")
    (tmp_path / "page.txt").rename(tmp_path / "bees.txt")
    assert done(tmp_path, "init", "bees.txt")[-1] == (
        "page.txt.lock is deck.lock now: every note keeps its identity"
    )
    done(tmp_path, "build", now=NOW + DAY)
    assert identities(tmp_path) == before
    assert not (tmp_path / "page.txt.lock").exists()


@pytest.mark.parametrize("what", ["deck.yaml", ".", "sources"])
def test_what_is_no_file_of_study_text_becomes_no_project(bees: Path, what: str) -> None:
    before = files_of(bees)
    result = deckwright(bees, "init", what)
    assert result.exit_code == 2
    assert files_of(bees) == before


# A bare file that got another name ---------------------------------------------------------------


@pytest.fixture
def renamed(tmp_path: Path) -> Path:
    """A bare file that was built, and is called bees.txt now."""
    write(tmp_path, {"page.txt": page()})
    done(tmp_path, "build", "page.txt")
    (tmp_path / "page.txt").rename(tmp_path / "bees.txt")
    return tmp_path


def test_a_file_that_was_renamed_goes_on_with_its_lock_and_says_so(renamed: Path) -> None:
    before = identities(renamed, "page.txt.lock")
    result = deckwright(renamed, "build", "bees.txt", now=NOW + DAY)
    assert result.exit_code == 0
    assert (
        "info S009: bees.txt has the notes of page.txt: it goes on with page.txt.lock\n"
        "  help: if it is another deck, put page.txt.lock elsewhere\n" in result.stderr
    )
    assert identities(renamed, "bees.txt.lock") == before
    assert not (renamed / "page.txt.lock").exists()
    assert "S009" not in deckwright(renamed, "build", "bees.txt", now=NOW + DAY).stderr


def test_its_lock_is_taken_up_although_some_notes_changed(renamed: Path) -> None:
    before = identities(renamed, "page.txt.lock")
    cards = {k: v for k, v in CARDS.items() if k not in ("Swarming", "Varroa mites")}
    write(renamed, {"bees.txt": page({**cards, "Mead": "Honey and water, fermented."})})
    done(renamed, "build", "bees.txt", now=NOW + DAY)
    after = identities(renamed, "bees.txt.lock")
    assert after["the-winter-cluster"] == before["the-winter-cluster"]
    assert locked(renamed, "bees.txt.lock").notes[Key("swarming")].retired == NOW + DAY


def test_a_check_leaves_the_lock_where_it_is(renamed: Path) -> None:
    before = files_of(renamed)
    assert "S009" in deckwright(renamed, "check", "bees.txt").stdout
    assert files_of(renamed) == before


def test_a_file_with_other_notes_does_not_go_on_with_the_lock(renamed: Path) -> None:
    before = (renamed / "page.txt.lock").read_bytes()
    few = {k: v for k, v in CARDS.items() if k in ("Swarming", "Varroa mites")}
    write(renamed, {"bees.txt": page({**few, "Mead": "Honey and water, fermented."})})
    result = deckwright(renamed, "build", "bees.txt", now=NOW + DAY)
    assert result.exit_code == 0
    assert "S009" not in result.stderr
    assert (renamed / "page.txt.lock").read_bytes() == before
    project = locked(renamed, "page.txt.lock").project
    assert locked(renamed, "bees.txt.lock").project != project


def test_a_copy_of_a_file_that_is_still_there_is_another_deck(renamed: Path) -> None:
    write(renamed, {"page.txt": page()})
    before = (renamed / "page.txt.lock").read_bytes()
    result = deckwright(renamed, "build", "bees.txt", now=NOW + DAY)
    assert result.exit_code == 0
    assert "S009" not in result.stderr
    assert (renamed / "page.txt.lock").read_bytes() == before


def test_of_several_locks_that_fit_the_best_one_is_taken(renamed: Path) -> None:
    best = identities(renamed, "page.txt.lock")
    write(renamed, {"other.txt": without("Swarming").replace("Varroa mites", "Mites")})
    (renamed / "bees.txt").rename(renamed / "kept.md")
    (renamed / "page.txt.lock").rename(renamed / "kept.lock")
    done(renamed, "build", "other.txt")
    (renamed / "kept.lock").rename(renamed / "page.txt.lock")
    (renamed / "kept.md").rename(renamed / "bees.txt")
    (renamed / "other.txt").unlink()
    done(renamed, "build", "bees.txt", now=NOW + DAY)
    assert identities(renamed, "bees.txt.lock") == best
    assert (renamed / "other.txt.lock").exists()


# GUIDs that deck.yaml gives ----------------------------------------------------------------------

BY_TITLE = "identities:\n  - {title: Swarming, id: swarms, guid: 'Hx#4~]'}\n"
BY_KEY = "identities:\n  - {key: the-dance-language/round-dance, guid: 'Hx#4~]'}\n"


@pytest.mark.parametrize("derive", ["derive: {reverse: all}\n", "derive: false\n"])
def test_a_guid_that_is_given_by_title_is_packaged(tmp_path: Path, derive: str) -> None:
    said = DECK.partition("derive:")[0] + derive + BY_TITLE
    made, _ = build(write(tmp_path, {**BEES, "deck.yaml": said}))
    assert made.contents is not None
    guids = {note.rendered.note.key: note.guid for note in made.contents.notes}
    assert guids["swarms"] == "Hx#4~]"
    assert "swarming" not in guids


def test_a_guid_that_is_given_by_key_is_packaged(tmp_path: Path) -> None:
    made, _ = build(write(tmp_path, {**BEES, "deck.yaml": DECK + BY_KEY}))
    assert made.contents is not None
    guids = {note.rendered.note.key: note.guid for note in made.contents.notes}
    assert guids["the-dance-language/round-dance"] == "Hx#4~]"


def test_an_id_that_is_given_later_keeps_the_note(out: Path) -> None:
    before = identities(out)["swarming"]
    write(out, {"deck.yaml": DECK + "identities:\n  - {title: Swarming, id: swarms}\n"})
    told = deckwright(out, "build", now=NOW + DAY).stderr
    assert "renamed: swarming → swarms, reviews kept, with 3 of its notes" in told
    assert identities(out)["swarms"] == before  # nothing that learners see has changed
    # From now on its title may be any other, and its text too.
    write(
        out,
        {
            "deck.yaml": DECK + "identities:\n  - {title: How bees part, id: swarms}\n",
            "sources/bees.txt": titled(Swarming="How bees part"),
        },
    )
    done(out, "build", now=NOW + 2 * DAY)
    assert identities(out)["swarms"] == (*before[:2], NOW + 2 * DAY)


def test_a_note_type_that_learners_have_keeps_its_name_and_ids(tmp_path: Path) -> None:
    said = (
        "note_types:\n  Term:\n    name: Basic (old)\n    id: 1398130078204\n"
        "    fields: {Question: 77}\n"
    )
    made, _ = build(write(tmp_path, {**BEES, "deck.yaml": DECK + said}))
    assert made.contents is not None
    (term,) = (t for t in made.contents.note_types if t.note_type.name == "Term")
    assert (term.name, term.id) == ("Basic (old)", 1398130078204)
    assert term.field_ids[term.note_type.fields.index("Question")] == 77
    lost = locked(tmp_path)
    lose(tmp_path)
    done(tmp_path, "lock", "restore", BUILT)
    done(tmp_path, "build", now=NOW + DAY)
    assert locked(tmp_path) == lost


def test_a_renamed_markdown_file_goes_on_with_its_lock(tmp_path: Path) -> None:
    """Its keys begin with its name."""
    text = "".join(f"## {title}\n\n{CARDS[title].splitlines()[0]}\n\n" for title in list(CARDS)[:3])
    write(tmp_path, {"bees.md": text})
    done(tmp_path, "build", "bees.md")
    before = {note.guid for note in locked(tmp_path, "bees.md.lock").notes.values()}
    (tmp_path / "bees.md").rename(tmp_path / "Honey bees.md")
    result = deckwright(tmp_path, "build", "Honey bees.md", "-v")
    assert "it goes on with bees.md.lock" in result.stderr
    after = locked(tmp_path, "Honey bees.md.lock").notes
    assert {note.guid for note in after.values()} == before
    assert not (tmp_path / "bees.md.lock").exists()
