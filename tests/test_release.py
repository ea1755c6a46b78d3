"""Releases, as those who make them see them: what is written, what is refused and why, and that one
which was interrupted can be made again."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deckwright import apkg, compare, files, lock, package, release
from helpers import (
    BEES,
    CARDS,
    DAY,
    DECK,
    LOCK,
    NOW,
    deckwright,
    done,
    failing,
    files_of,
    kill,
    locked,
    needs_sigkill,
    page,
    without,
    write,
)

BUILT = "dist/bees.apkg"
ON_RELEASE = {**BEES, "deck.yaml": f"{DECK}lock: on-release\n"}
ROUND = "the-dance-language/round-dance"


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """The project of bees, kept by several people: only releases write its lock."""
    return write(tmp_path / "shared", ON_RELEASE)


def refused(folder: Path, *arguments: str, now: int = NOW + DAY) -> list[str]:
    """What a release says that is refused: it writes nothing at all."""
    before = files_of(folder)
    result = deckwright(folder, "release", *arguments, now=now)
    assert (result.exit_code, result.stdout) == (1, "")
    assert files_of(folder) == before
    *lines, last = result.stderr.splitlines()
    assert last == "nothing was released, and nothing changed"
    return [line for line in lines if re.match(r".*error |  help: ", line)]


def edit(folder: Path, old: str, new: str, *, now: int, build: bool = True) -> None:
    """The user edits the page, and builds."""
    path = folder / "sources/bees.txt"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    if build:
        done(folder, "build", now=now)


def mods(folder: Path, name: str) -> dict[str, int]:
    """The times of the notes in a package, by their keys."""
    found = apkg.read(str(folder / name))
    keys = {note.guid: key for key, note in locked(folder).notes.items()}
    return {keys[note.guid]: note.mod for note in found.notes}


def description(folder: Path, name: str) -> str:
    return next(d.description for d in apkg.read(str(folder / name)).decks if d.name == "Bees")


# What a release is -------------------------------------------------------------------------------


def test_a_preview_remembers_that_there_was_a_release(tmp_path: Path) -> None:
    """Without any lock and release a contributor's clone would begin anew, as release 1."""
    folder = write(tmp_path, ON_RELEASE)
    done(folder, "release")
    done(folder, "build")
    (folder / "deck.lock").unlink()
    (folder / "dist/bees-1.apkg").unlink()
    result = deckwright(folder, "release")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == (
        "error S006: dist/bees.apkg was built before, but its lock deck.lock is gone"
    )


def test_a_release_writes_a_package_and_release_notes_named_with_its_version(bees: Path) -> None:
    before = files_of(bees)
    said = done(bees, "release", now=NOW + DAY)
    assert files_of(bees).keys() - before.keys() == {"dist/bees-1.apkg", "dist/bees-1.md"}
    changed = {name for name in before if files_of(bees)[name] != before[name]}
    assert changed == {LOCK}
    assert said.splitlines()[-3:] == [
        "Import dist/bees-1.apkg (File → Import; on a phone, open it). "
        "29 cards: at 8 new a day, 4 days.",
        "Release 1: 21 new. Notes: dist/bees-1.md",
        "Commit deck.lock: the next release is made from it.",
    ]
    assert locked(bees).releases == (("1", NOW + DAY),)
    assert (bees / "dist/bees-1.md").read_text("utf-8").startswith("# Bees 1 (2025-06-16)\n")


def test_the_first_release_stamps_nothing(bees: Path) -> None:
    """Who has the build already may have edited its notes: they are as new as those."""
    built = mods(bees, BUILT)
    done(bees, "release", now=NOW + DAY)
    assert mods(bees, "dist/bees-1.apkg") == built


def test_all_that_changed_since_the_last_release_has_its_time(out: Path) -> None:
    """Whoever imported the last one late, after the words were changed here, gets the change."""
    edit(out, "within some 80 metres", "within some 70 metres", now=NOW + 2 * DAY)
    assert mods(out, BUILT)[ROUND] == NOW + 2 * DAY
    said = done(out, "release", now=NOW + 5 * DAY)
    assert "\nRelease 2: 2 changed. Notes: dist/bees-2.md\n" in said
    moved = {key: mod for key, mod in mods(out, "dist/bees-2.apkg").items() if mod != NOW}
    assert moved == dict.fromkeys((ROUND, "the-dance-language"), NOW + 5 * DAY)
    assert locked(out).releases == (("1", NOW + 1), ("2", NOW + 5 * DAY))
    assert not [key for key, note in locked(out).notes.items() if note.pending]


def test_the_release_notes_say_what_changed_was_renamed_and_left(out: Path) -> None:
    cards = {each: body for each, body in CARDS.items() if each != "Swarming"}
    cards["Varroa mites and what helps"] = cards.pop("Varroa mites")
    cards["Mead"] = "Honey and water that yeasts turned into wine, known since the Stone Age."
    write(out, {"sources/bees.txt": page(cards)})
    done(out, "build", now=NOW + DAY)
    said = done(out, "release", now=NOW + 2 * DAY)
    assert re.search(r"^Release 2: 1 new, 3 changed, 3 renamed, 5 removed\.", said, re.M)
    text = (out / "dist/bees-2.md").read_text("utf-8")
    ids = {key: note.id for key, note in locked(out).notes.items()}
    for heading, key in (
        ("## New", "mead"),
        ("## Renamed", "varroa-mites-and-what-helps"),
        ("## Removed", "swarming"),
    ):
        part = text.partition(heading)[2].partition("\n## ")[0]
        assert str(ids[key]) in part, heading


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *(("1", "2"), ("9", "10"), ("1.9", "1.10"), ("2026-11", "2026-12"), ("v3", "v4")),
        *(("1.0-beta", "1.1-beta"), ("beta", "beta.1")),
    ],
)
def test_versions_are_counted_up(bees: Path, first: str, second: str) -> None:
    done(bees, "release", "--as", first)
    edit(bees, "within some 80 metres", "within some 70 metres", now=NOW + DAY)
    done(bees, "release", now=NOW + 2 * DAY)
    assert [version for version, _ in locked(bees).releases] == [first, second]
    assert (bees / f"dist/bees-{second}.apkg").exists()


def test_a_release_goes_where_it_is_told(bees: Path) -> None:
    done(bees, "release", "-o", "out/page.apkg")
    assert {"out/page-1.apkg", "out/page-1.md"} <= files_of(bees).keys()


def test_a_quiet_release_says_nothing(bees: Path) -> None:
    assert deckwright(bees, "release", "--quiet").output == ""
    assert (bees / "dist/bees-1.apkg").exists()


def test_releasing_again_after_nothing_changed_writes_the_same_bytes(out: Path) -> None:
    before = files_of(out)
    (out / "dist/bees-1.apkg").unlink()
    for arguments in ([], ["--as", "1"]):
        said = done(out, "release", *arguments, now=NOW + 9 * DAY)
        assert said.splitlines()[-1] == (
            "Nothing changed since the release 1: its package, once more."
        )
        assert files_of(out) == before


def test_a_bare_file_can_be_released_too(tmp_path: Path) -> None:
    write(tmp_path, {"page.txt": page()})
    done(tmp_path, "build", "page.txt")
    done(tmp_path, "release", "page.txt")
    assert files_of(tmp_path).keys() == {
        *("page.txt", "page.txt.lock", "page.apkg", "page-1.apkg", "page-1.md")
    }


def test_a_bare_file_that_was_renamed_is_released_with_its_lock(tmp_path: Path) -> None:
    """And the lock of its old name is not left behind, to be taken up by another file."""
    write(tmp_path, {"page.txt": page()})
    done(tmp_path, "build", "page.txt")
    known = (tmp_path / "page.txt.lock").read_bytes()
    (tmp_path / "page.txt").rename(tmp_path / "bees.txt")
    done(tmp_path, "build", "bees.txt")
    done(tmp_path, "release", "bees.txt")
    assert not (tmp_path / "page.txt.lock").exists()
    guids = re.findall(rb'"guid": "(\w+)"', (tmp_path / "bees.txt.lock").read_bytes())
    assert sorted(guids) == sorted(re.findall(rb'"guid": "(\w+)"', known))


# What is refused ---------------------------------------------------------------------------------


def test_a_lock_that_is_behind_is_refused(out: Path) -> None:
    """Someone must have looked at what a release brings."""
    edit(out, "within some 80 metres", "within some 70 metres", now=NOW, build=False)
    assert refused(out) == [
        "error S007: deck.lock is behind the sources: 2 changed",
        "  help: run deckwright build, look at what changed, and commit deck.lock",
    ]


def test_a_project_that_was_never_built_is_refused(tmp_path: Path) -> None:
    assert refused(write(tmp_path, BEES)) == [
        "error S007: there is no deck.lock yet: all 21 notes are new",
        "  help: run deckwright build, look at what changed, and commit deck.lock",
    ]


HALF = (
    "A queen on her wedding flight meets drones of many colonies high in the air, once in her "
    "life. The old queen leaves with half of the workers, and a daughter inherits the hive, which "
    "is how a colony multiplies."
)


def test_a_rename_that_no_one_settled_is_refused(tmp_path: Path) -> None:
    plain = {**BEES, "deck.yaml": DECK.replace("derive:\n  reverse: all\n", "derive: false\n")}
    old = (
        "Swarming is how a colony multiplies: the old queen leaves with half of the workers, and "
        "a daughter inherits the hive. It happens in May and June, when food is plenty."
    )
    folder = write(tmp_path, plain)
    write(folder, {"sources/bees.txt": page({**CARDS, "Swarming": old})})
    done(folder, "build")
    done(folder, "release")
    others = {each: body for each, body in CARDS.items() if each != "Swarming"}
    write(folder, {"sources/bees.txt": page({**others, "Wedding flights": HALF})})
    result = deckwright(folder, "build", now=NOW + DAY)
    assert result.exit_code == 0
    assert "warning I007: wedding-flights may be swarming, renamed" in result.stderr
    told, hint = refused(folder)
    assert told.endswith("error I008: wedding-flights may be swarming, renamed")
    assert hint == (
        "  help: if it is: deckwright rename swarming wedding-flights; "
        "if not: deckwright rename --new wedding-flights"
    )
    assert "I008" in deckwright(folder, "build", "--locked", now=NOW + DAY).stderr
    done(folder, "rename", "--new", "wedding-flights", now=NOW + DAY)
    done(folder, "release", now=NOW + 2 * DAY)


def test_a_version_that_was_released_is_refused(out: Path) -> None:
    edit(out, "within some 80 metres", "within some 70 metres", now=NOW)
    assert refused(out, "--as", "1") == [
        "error V002: the release 1 was made before",
        "  help: name another one, such as --as 2",
    ]


@pytest.mark.parametrize("version", ["a b", "../1", "1/2", ".1", "-1", "1.", "ä"])
def test_a_version_that_is_no_name_of_a_file_is_refused(bees: Path, version: str) -> None:
    assert refused(bees, f"--as={version}") == [
        f"error V001: “{version}” is no version",
        '  help: use digits, letters and ".", such as 1.2',
    ]


def test_a_package_that_the_lock_does_not_know_is_refused(bees: Path) -> None:
    """Someone released from elsewhere, and this lock has not heard of it."""
    old = (bees / LOCK).read_bytes()
    done(bees, "release")
    write(bees, {LOCK: old})
    assert refused(bees) == [
        "error V004: dist/bees-1.apkg is there, but the lock knows of no release 1",
        "  help: take the newest lock back from your version control; or put this one elsewhere, "
        "and rebuild it of the newest package: deckwright lock restore dist/bees-1.apkg; or name "
        "another version with --as",
    ]


def test_another_version_of_what_did_not_change_is_refused(out: Path) -> None:
    assert refused(out, "--as", "2") == [
        "error V003: nothing changed since the release 1",
        "  help: to write its package again: deckwright release",
    ]


def test_an_error_in_the_sources_is_refused(out: Path) -> None:
    write(out, {"sources/bees.txt": page({**CARDS, "Mead": ""})})
    assert " error R004: " in refused(out)[0]


@pytest.mark.parametrize("name", ["bees", "bees.zip"])
def test_a_place_that_is_no_package_is_wrong_usage(bees: Path, name: str) -> None:
    assert deckwright(bees, "release", "-o", name).exit_code == 2


# Once more ---------------------------------------------------------------------------------------


@pytest.fixture
def thrice(out: Path) -> Path:
    """Three releases: the second changed the dance, the third the mites."""
    edit(out, "within some 80 metres", "within some 70 metres", now=NOW + 2 * DAY)
    done(out, "release", now=NOW + 2 * DAY)
    edit(out, "more than 10 mites", "more than 12 mites", now=NOW + 4 * DAY)
    done(out, "release", now=NOW + 4 * DAY)
    return out


@pytest.mark.parametrize("since", ["2", "2025-06-18"])
def test_what_changed_since_a_release_or_a_date_is_sent_once_more(thrice: Path, since: str) -> None:
    """The dance changed on 17 June 2025, the mites on the 19th."""
    assert NOW + 2 * DAY < 1_750_204_800 <= NOW + 4 * DAY  # midnight of the 18th
    said = done(thrice, "release", "--resend", since, now=NOW + 9 * DAY)
    assert said.splitlines()[-3:] == [
        "Release 4: nothing new. Notes: dist/bees-4.md",
        "1 note stamped once more: whoever imports this loses own edits and tags on them, and gets "
        "the words of this release.",
        "Commit deck.lock: the next release is made from it.",
    ]
    before, after = mods(thrice, "dist/bees-3.apkg"), mods(thrice, "dist/bees-4.apkg")
    assert {key for key in after if after[key] != before[key]} == {"varroa-mites"}
    assert after["varroa-mites"] == NOW + 9 * DAY


def test_all_changes_since_an_earlier_release_are_sent_once_more(thrice: Path) -> None:
    done(thrice, "release", "--resend", "1", "--as", "again", now=NOW + 9 * DAY)
    sent = {key for key, mod in mods(thrice, "dist/bees-again.apkg").items() if mod > NOW + 8 * DAY}
    assert sent == {"varroa-mites", "the-dance-language", ROUND}


def test_a_time_that_is_neither_a_release_nor_a_date_is_refused(thrice: Path) -> None:
    for since in ("4", "yesterday", "2025-13-01"):
        assert refused(thrice, "--resend", since) == [
            f"error V005: “{since}” is neither a release nor a date",
            "  help: a date is written 2026-11-23; the last releases are 1, 2, 3",
        ]


@pytest.mark.parametrize("since", ["3", "2025-06-29"])
def test_where_nothing_changed_since_there_is_nothing_to_send_once_more(
    thrice: Path, since: str
) -> None:
    assert refused(thrice, "--resend", since) == [
        f"error V003: nothing changed since {since}, so there is nothing to send once more",
        "  help: name an earlier release or day",
    ]


def test_what_changes_anyway_is_not_told_as_sent_once_more(thrice: Path) -> None:
    edit(thrice, "more than 12 mites", "more than 14 mites", now=NOW + 6 * DAY)
    said = done(thrice, "release", "--resend", "2", now=NOW + 9 * DAY)
    assert "stamped once more" not in said
    assert "\nRelease 4: 1 changed. Notes: dist/bees-4.md\n" in said


# Decks that several people keep ------------------------------------------------------------------


def test_a_build_leaves_the_lock_to_releases_and_calls_itself_a_preview(shared: Path) -> None:
    done(shared, "build")
    assert LOCK not in files_of(shared)
    own = "Keeping bees, from the castes to the winter cluster."
    assert description(shared, BUILT) == (
        f"Preview: built from the sources between two releases.<br><br>{own}"
    )
    done(shared, "release", now=NOW + DAY)
    assert locked(shared).releases == (("1", NOW + DAY),)
    assert description(shared, "dist/bees-1.apkg") == own


def test_without_a_description_a_preview_still_says_so(shared: Path) -> None:
    said = ON_RELEASE["deck.yaml"]
    write(shared, {"deck.yaml": re.sub("description: .*\n", "", said)})
    done(shared, "build")
    assert description(shared, BUILT) == "Preview: built from the sources between two releases."


def test_who_contributes_needs_no_lock_for_anything(shared: Path) -> None:
    """Nor does a preview that is there already ask for one."""
    for command in (["build"], ["build"], ["check"], ["check", "--locked"], ["diff"]):
        done(shared, *command)
    edit(shared, "within some 80 metres", "within some 70 metres", now=NOW + DAY)
    done(shared, "build", "--locked", now=NOW + DAY)
    assert LOCK not in files_of(shared)


def test_a_build_between_two_releases_changes_no_byte_of_the_lock(shared: Path) -> None:
    done(shared, "release")
    before = files_of(shared)
    edit(shared, "within some 80 metres", "within some 70 metres", now=NOW + DAY)
    done(shared, "check", "--locked", now=NOW + DAY)
    assert files_of(shared)[LOCK] == before[LOCK]
    assert mods(shared, BUILT)[ROUND] == NOW + DAY
    done(shared, "release", now=NOW + 3 * DAY)
    assert mods(shared, "dist/bees-2.apkg")[ROUND] == NOW + 3 * DAY
    assert locked(shared).releases == (("1", NOW), ("2", NOW + 3 * DAY))


def test_the_two_ways_to_keep_a_lock_give_the_same_packages(bees: Path, shared: Path) -> None:
    """One builds at every edit, the other never: learners see the same releases."""
    for folder in (bees, shared):
        done(folder, "release", now=NOW)
        edit(
            *(folder, "within some 80 metres", "within some 70 metres"),
            now=NOW + DAY,
            build=folder == bees,
        )
        done(folder, "release", now=NOW + 3 * DAY)
    for name in ("dist/bees-1.apkg", "dist/bees-2.apkg"):
        one, other = (apkg.read(str(folder / name)) for folder in (bees, shared))
        assert (one.notes, one.note_types, one.decks) == (
            *(other.notes, other.note_types, other.decks),
        )
    assert locked(bees).notes == locked(shared).notes
    assert files_of(bees)["dist/bees-2.md"] == files_of(shared)["dist/bees-2.md"]


def test_with_a_release_there_the_lock_is_needed(shared: Path) -> None:
    done(shared, "release")
    (shared / LOCK).unlink()
    result = deckwright(shared, "build")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[:2] == [
        "error S006: dist/bees-1.apkg was built before, but its lock deck.lock is gone",
        "  help: take deck.lock back from your version control; or rebuild it: deckwright lock "
        "restore dist/bees-1.apkg; or, if no one has the package yet, begin anew: deckwright "
        "build --new-lock",
    ]


def test_of_many_releases_the_newest_one_is_named_to_rebuild_a_lost_lock(shared: Path) -> None:
    """The tenth release comes after the ninth, though not in the order of letters."""
    done(shared, "release", "--as", "9")
    edit(shared, "within some 80 metres", "within some 70 metres", now=NOW, build=False)
    done(shared, "release", "--as", "10", now=NOW + DAY)
    (shared / LOCK).unlink()
    assert "lock restore dist/bees-10.apkg;" in deckwright(shared, "build").stderr


def test_a_preview_of_any_name_is_no_release(shared: Path) -> None:
    done(shared, "build", "-o", "dist/bees-mine.apkg")
    done(shared, "build")


# --locked ----------------------------------------------------------------------------------------


def test_locked_says_what_is_behind_and_what_to_run(bees: Path) -> None:
    done(bees, "build", "--locked")
    done(bees, "check", "--locked")
    write(bees, {"sources/bees.txt": without("Swarming")})
    before = files_of(bees)
    for command in ("build", "check"):
        result = deckwright(bees, command, "--locked", now=NOW + DAY)
        assert result.exit_code == 1
        assert "error S007: deck.lock is behind the sources: 4 removed\n" in result.output
        assert (
            "  help: run deckwright build, look at what changed, and commit deck.lock\n"
            in result.output
        )
    assert files_of(bees) == before


def test_locked_names_the_options_that_the_lock_must_be_written_with(out: Path) -> None:
    edit(out, "within some 80 metres", "within some 70 metres", now=NOW, build=False)
    assert refused(out, "--ship-rendering", "--accept-schema-change")[1] == (
        "  help: run deckwright build --ship-rendering --accept-schema-change, look at what "
        "changed, and commit deck.lock"
    )


def test_locked_says_in_words_that_only_the_memory_of_notes_is_behind(out: Path) -> None:
    """A lock that was rebuilt of a package does not know the words of the sources."""
    (out / LOCK).unlink()
    done(out, "lock", "restore", "dist/bees-1.apkg")
    assert refused(out)[0] == (
        "error S007: deck.lock is behind the sources: only what it remembers of notes that did not "
        "change"
    )


def test_a_note_type_is_counted_in_words(out: Path) -> None:
    write(out, {"deck.yaml": DECK + "note_types:\n  Term: {name: Words of bees}\n"})
    done(out, "build", now=NOW + DAY)
    said = done(out, "release", now=NOW + DAY)
    assert "\nRelease 2: 1 note type changed. Notes: dist/bees-2.md\n" in said


def test_locked_without_any_lock_says_that_all_is_new(tmp_path: Path) -> None:
    result = deckwright(write(tmp_path, BEES), "build", "--locked")
    assert result.exit_code == 1
    assert "error S007: there is no deck.lock yet: all 21 notes are new" in result.stderr


# A lock that a newer deckwright wrote ------------------------------------------------------------


@pytest.fixture
def newer(out: Path) -> Path:
    """A released project whose lock says more than this deckwright knows."""
    text = (out / LOCK).read_text("utf-8")
    text = text.replace('"revision": 0', f'"revision": {lock.REVISION + 1},\n"asked": {{}}')
    write(out, {LOCK: text})
    return out


def test_a_newer_lock_is_read_and_not_written_again(newer: Path) -> None:
    before = files_of(newer)
    done(newer, "build", now=NOW + DAY)
    done(newer, "release", now=NOW + DAY)  # nothing changed: its package, once more
    for name in (LOCK, "dist/bees-1.apkg"):
        assert files_of(newer)[name] == before[name]


def test_what_would_change_a_newer_lock_is_refused(newer: Path) -> None:
    edit(newer, "within some 80 metres", "within some 70 metres", now=NOW, build=False)
    result = deckwright(newer, "build", now=NOW + DAY)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[:2] == [
        "error L003: a newer deckwright wrote deck.lock, and it would change: 2 changed",
        "  help: upgrade deckwright",
    ]
    assert refused(newer)[0].startswith("error L003: a newer deckwright wrote deck.lock")


def test_a_release_would_change_a_newer_lock_even_where_nothing_else_did(newer: Path) -> None:
    assert refused(newer, "--resend", "2025-01-01") == [
        "error L003: a newer deckwright wrote deck.lock, and a release would change it",
        "  help: upgrade deckwright",
    ]


def test_a_rename_in_a_newer_lock_is_refused(newer: Path) -> None:
    before = files_of(newer)
    result = deckwright(newer, "rename", "swarming", "swarms")
    assert result.exit_code == 1
    assert "error L003: a newer deckwright wrote deck.lock, and it would change" in result.stderr
    assert files_of(newer) == before


# A note that came back ---------------------------------------------------------------------------


def test_a_release_that_brings_back_a_note_is_another_release(out: Path) -> None:
    """A package that was handed out is never overwritten with another one under its name."""
    write(out, {"sources/bees.txt": without("Swarming")})
    done(out, "build", now=NOW + DAY)
    done(out, "release", now=NOW + DAY)
    second = (out / "dist/bees-2.apkg").read_bytes()
    write(out, {"sources/bees.txt": page()})
    done(out, "build", now=NOW + 2 * DAY)
    done(out, "release", now=NOW + 2 * DAY)
    assert (out / "dist/bees-2.apkg").read_bytes() == second
    assert "swarming" in mods(out, "dist/bees-3.apkg")


def test_a_release_of_a_renamed_deck_is_another_release(out: Path) -> None:
    done(out, "build")
    first = (out / "dist/bees-1.apkg").read_bytes()
    write(out, {"deck.yaml": DECK + "subdecks:\n  Term: Terms\n"})
    done(out, "build", now=NOW + 2 * DAY)
    done(out, "release", now=NOW + 2 * DAY)
    assert (out / "dist/bees-1.apkg").read_bytes() == first
    assert (out / "dist/bees-2.apkg").exists()


# Old or new, never torn --------------------------------------------------------------------------

VERSION_1 = ("dist/bees-1.md", LOCK, "dist/bees-1.apkg")
VERSION_2 = ("dist/bees-2.md", LOCK, "dist/bees-2.apkg")

STEPS: Mapping[str, tuple[Any, str, int]] = {
    "the release notes": (compare, "release_notes", 1),
    "the lock's text": (lock, "serialise", 1),
    "opening the release notes": (files, "open", 1),
    "opening the lock": (files, "open", 2),
    "opening the package": (files, "open", 3),
    "the package": (package, "write", 1),
    "the release notes onto the disk": (os, "fsync", 1),
    "the lock onto the disk": (os, "fsync", 2),
    "the package onto the disk": (os, "fsync", 3),
    "the release notes to their place": (os, "replace", 1),
    "the release notes' folder onto the disk": (os, "fsync", 4),
    "the lock to its place": (os, "replace", 2),
    "the lock's folder onto the disk": (os, "fsync", 5),
    "the package to its place": (os, "replace", 3),
    "the package's folder onto the disk": (os, "fsync", 6),
}
_ORDER = list(STEPS)
MOVING = _ORDER[_ORDER.index("the release notes to their place") + 1 :]
"""Steps before which a file was moved to its place already."""


@pytest.fixture(params=["first release", "later release"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path, int]:
    """Two folders of one project and the time at which it is released next: in the first folder
    something will go wrong, in the second nothing."""
    folders = write(tmp_path / "interrupted", BEES), write(tmp_path / "whole", BEES)
    for folder in folders:
        done(folder, "build")
        if request.param == "later release":
            done(folder, "release")
            edit(folder, "within some 80 metres", "within some 70 metres", now=NOW + DAY)
    return (*folders, NOW + 2 * DAY)


def after_a_failure(interrupted: Path, whole: Path, before: dict[str, bytes], now: int) -> None:
    """Each file is old or new, no package is there without the memory of its release, and the next
    release gives what this one would have given."""
    done(whole, "release", now=now)
    new, left = files_of(whole), files_of(interrupted)
    names = VERSION_2 if VERSION_2[2] in new else VERSION_1
    assert {name for name in new if new[name] != before.get(name)} == set(names)
    for name in new:
        assert left.get(name) in (before.get(name), new[name]), f"{name} is torn"
    assert left.keys() <= new.keys(), "a temporary file is left"
    if left.get(names[2]) == new[names[2]]:
        assert left[LOCK] == new[LOCK], "a package without the memory of its release"
    if left[LOCK] == new[LOCK]:
        assert left[names[0]] == new[names[0]], "a release without its notes"
    done(interrupted, "release", now=now)
    assert files_of(interrupted) == files_of(whole)


@pytest.mark.parametrize("error", [OSError(errno.EIO, "broken"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("step", STEPS)
def test_a_release_that_fails_at_any_step_leaves_nothing_torn(
    pair: tuple[Path, Path, int], step: str, error: BaseException
) -> None:
    interrupted, whole, now = pair
    before = files_of(interrupted)
    # Not every system can write folders through.
    tolerated = step.endswith("folder onto the disk") and isinstance(error, OSError)
    expected = contextlib.nullcontext() if tolerated else pytest.raises(type(error))
    with failing(*STEPS[step], error), expected:
        release.run(str(interrupted), now=now)
    if step not in MOVING:
        assert files_of(interrupted) == before
    after_a_failure(interrupted, whole, before, now)


@needs_sigkill
@pytest.mark.parametrize(
    ("function", "at", "early"),
    [
        ("fsync", 1, True),
        ("fsync", 3, False),
        *(("replace", at, early) for at in (1, 2, 3) for early in (True, False)),
        ("fsync", 6, False),
    ],
)
def test_a_release_that_is_killed_leaves_nothing_torn(
    pair: tuple[Path, Path, int], function: str, at: int, early: bool
) -> None:
    interrupted, whole, now = pair
    before = files_of(interrupted)
    kill(interrupted, "release", function, at, early=early, now=now)
    for path in interrupted.rglob(".*.tmp"):
        path.rename(interrupted.parent / path.name)  # looked at below, with the others
        assert path.name.startswith((".bees-", f".{LOCK}."))
    after_a_failure(interrupted, whole, before, now)


def test_what_a_killed_release_left_is_cleared_away_by_the_next_one(out: Path) -> None:
    edit(out, "within some 80 metres", "within some 70 metres", now=NOW + DAY)
    left = (f".{LOCK}.4711.tmp", "dist/.bees-2.apkg.4711.tmp", "dist/.bees-2.md.4711.tmp")
    write(out, dict.fromkeys(left, "half"))
    done(out, "release", now=NOW + 2 * DAY)
    assert not files_of(out).keys() & set(left)


def test_releases_are_told_in_the_package_that_a_lost_lock_is_rebuilt_of(out: Path) -> None:
    said = apkg.read(str(out / "dist/bees-1.apkg")).made_by
    assert said["releases"] == [["1", NOW + 1]]
    assert said["project"] == "bees"
    assert said["preview"] is False
    assert json.loads(json.dumps(said)) == said
