"""Building: the same input gives the same bytes, a failed build changes nothing, one that is killed
leaves each file old or new; and the command line, read as documentation."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import yaml

from deckwright import __version__, build, files, lock, markup, package, release, settle
from deckwright.cli import main
from helpers import (
    BEES,
    CARDS,
    DAY,
    DECK,
    LOCK,
    NOW,
    SOURCES,
    deckwright,
    done,
    failing,
    files_of,
    kill,
    locked,
    needs_sigkill,
    page,
    process,
    without,
    write,
)

PACKAGE = "dist/bees.apkg"
ORDINARY = {**BEES, "deck.yaml": DECK.replace("derive:\n  reverse: all\n", "derive: false\n")}
"""The project without derived notes: one note and one card for each of its six titles."""
LINE = page().split("\n").index("Swarming") + 1


@pytest.fixture
def bees(tmp_path: Path) -> Path:
    """The project of bees, never built."""
    return write(tmp_path / "bees", BEES)


@pytest.fixture
def built(bees: Path) -> Path:
    """The project of bees, built once."""
    assert deckwright(bees, "build").exit_code == 0
    return bees


def edit(folder: Path, old: str, new: str) -> None:
    """The user edits the page."""
    path = folder / "sources/bees.txt"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def outputs(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in files_of(folder).items() if name in (LOCK, PACKAGE)}


# The same input, the same bytes ------------------------------------------------------------------


def test_a_build_writes_a_package_and_a_lock_and_nothing_else(bees: Path) -> None:
    before = files_of(bees)
    assert deckwright(bees, "build").exit_code == 0
    assert files_of(bees).keys() - before.keys() == {LOCK, PACKAGE}
    assert before.items() <= files_of(bees).items()


def test_building_again_changes_no_byte(built: Path) -> None:
    once = files_of(built)
    lock_file = (built / LOCK).stat()
    assert deckwright(built, "build", now=NOW + 400 * DAY).exit_code == 0
    assert files_of(built) == once
    # A lock that says the same is not even written: it is under version control.
    assert ((built / LOCK).stat().st_mtime_ns, (built / LOCK).stat().st_ino) == (
        lock_file.st_mtime_ns,
        lock_file.st_ino,
    )


def test_the_clock_has_no_say_once_there_is_a_lock(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = files_of(built)
    monkeypatch.setattr(time, "time", lambda: float(NOW + 10_000 * DAY))
    monkeypatch.chdir(built)
    _, _, result = build.run("deck.yaml", now=NOW - DAY)
    assert result is not None
    assert not result.lock_changed
    assert files_of(built) == once


@pytest.mark.parametrize(
    "other",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4294967295"},
        {"LC_ALL": "C", "TZ": "Asia/Kathmandu"},
        {"LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns", "PYTHONUTF8": "0"},
        {"HOME": "/nowhere", "USER": "someone", "COLUMNS": "20", "NO_COLOR": "1"},
    ],
    ids=lambda other: " ".join(f"{name}={value}" for name, value in other.items()),
)
def test_two_machines_build_the_same_bytes(built: Path, other: Mapping[str, str]) -> None:
    once = outputs(built)
    for name in once:
        (built / name).unlink()
    assert process(built, "build", env=other).returncode == 0
    assert outputs(built) == once


def test_the_place_of_a_project_has_no_say(bees: Path, built: Path, tmp_path: Path) -> None:
    copy = write(tmp_path / "a copy/with [odd] names", {**BEES, LOCK: (built / LOCK).read_bytes()})
    assert deckwright(tmp_path, "build", str(copy), now=NOW + DAY).exit_code == 0
    assert outputs(copy) == outputs(built)
    assert deckwright(copy / "sources", "build", "../deck.yaml", now=NOW + DAY).exit_code == 0
    assert outputs(copy) == outputs(built)


def test_the_line_ends_of_a_source_have_no_say(built: Path) -> None:
    once = outputs(built)
    text = (built / "sources/bees.txt").read_bytes()
    (built / "sources/bees.txt").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert deckwright(built, "build", now=NOW + DAY).exit_code == 0
    assert outputs(built) == once


def test_the_rights_that_new_files_get_have_no_say(built: Path) -> None:
    once = outputs(built)
    before = os.umask(0o077)
    try:
        (built / PACKAGE).unlink()
        assert deckwright(built, "build").exit_code == 0
    finally:
        os.umask(before)
    assert outputs(built) == once


def test_a_file_that_two_sources_name_is_read_once(built: Path) -> None:
    """The first of them says how: here it has neither a tag nor a credit."""
    write(built, {"deck.yaml": DECK.replace("sources:\n", "sources:\n  - ./sources/bees.txt\n")})
    notes = json.loads(deckwright(built, "notes", "--format", "json").stdout)
    assert len({note["key"] for note in notes}) == len(notes)
    assert {tuple(note["tags"]) for note in notes} == {(), ("health",)}


def test_a_lock_behind_a_link_stays_there(bees: Path, tmp_path: Path) -> None:
    """Else its memory would be in two places, and one of them would be forgotten."""
    shared = tmp_path / "shared.lock"
    shared.write_text("", "utf-8")
    shared.unlink()
    try:
        (bees / LOCK).symlink_to(shared)
    except OSError:
        pytest.skip("no links here")
    assert deckwright(bees, "build").exit_code == 0
    assert (bees / LOCK).is_symlink()
    assert b'"project": "bees"' in shared.read_bytes()


# Old or new, never torn --------------------------------------------------------------------------


class FullDisk(io.FileIO):
    """A file on a disk that has room for so many bytes."""

    def __init__(self, path: str, mode: str, room: int) -> None:
        super().__init__(path, mode)
        self.room = room

    def write(self, data: Any) -> int:
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)


STEPS: Mapping[str, tuple[Any, str, int]] = {
    "the lock's text": (lock, "serialise", 1),
    "opening the lock": (files, "open", 1),
    "opening the package": (files, "open", 2),
    "the package's collection": (sqlite3, "connect", 1),
    "the package": (package, "write", 1),
    "the package's first member": (zipfile.ZipFile, "writestr", 1),
    "the package's second member": (zipfile.ZipFile, "writestr", 2),
    "the lock onto the disk": (os, "fsync", 1),
    "the package onto the disk": (os, "fsync", 2),
    "the lock to its place": (os, "replace", 1),
    "the lock's folder onto the disk": (os, "fsync", 3),
    "the package to its place": (os, "replace", 2),
    "the package's folder onto the disk": (os, "fsync", 4),
}
MOVED = ("the lock's folder onto the disk", "the package to its place")
"""Steps before which the lock was moved to its place already."""
TOLERATED = ("the lock's folder onto the disk", "the package's folder onto the disk")
"""Steps that not every system has: where they fail, the build goes on."""


@pytest.fixture(params=["first build", "later build"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path, int]:
    """Two folders of one project and the time at which it is built next: in the first folder
    something will go wrong, in the second nothing."""
    folders = write(tmp_path / "interrupted", BEES), write(tmp_path / "whole", BEES)
    if request.param == "first build":
        return (*folders, NOW)
    for folder in folders:
        assert deckwright(folder, "build").exit_code == 0
        edit(folder, "within some 80 metres", "within some 70 metres")
    return (*folders, NOW + DAY)


def after_a_failure(interrupted: Path, whole: Path, before: dict[str, bytes], now: int) -> None:
    """Each file is old or new, and the next build gives what this one would have given."""
    if not (whole / PACKAGE).exists() or outputs(whole) == before:
        assert deckwright(whole, "build", now=now).exit_code == 0
    new, left = outputs(whole), outputs(interrupted)
    assert new != before
    for name in new:
        assert left.get(name) in (before.get(name), new[name]), f"{name} is torn"
    if left.get(PACKAGE) == new[PACKAGE]:
        assert left[LOCK] == new[LOCK], "a package without the memory of its identities"
    assert deckwright(interrupted, "build", now=now).exit_code == 0
    assert files_of(interrupted) == files_of(whole)


@pytest.mark.parametrize("error", [OSError(errno.EIO, "broken"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("step", STEPS)
def test_a_build_that_fails_at_any_step_leaves_nothing_torn(
    pair: tuple[Path, Path, int], step: str, error: BaseException
) -> None:
    interrupted, whole, now = pair
    before = outputs(interrupted)
    names = files_of(interrupted).keys()
    tolerated = step in TOLERATED and isinstance(error, OSError)
    expected = contextlib.nullcontext() if tolerated else pytest.raises(type(error))
    with failing(*STEPS[step], error), expected:
        build.run(str(interrupted), now=now)
    assert files_of(interrupted).keys() - names <= {LOCK, PACKAGE}, "a temporary file is left"
    if step not in (*MOVED, *TOLERATED):
        assert outputs(interrupted) == before
    after_a_failure(interrupted, whole, before, now)


@pytest.mark.parametrize("part", [0, 0.5, 0.9999])
@pytest.mark.parametrize("full", [LOCK, PACKAGE])
def test_a_full_disk_changes_nothing_and_is_told_in_a_line(
    pair: tuple[Path, Path, int], monkeypatch: pytest.MonkeyPatch, full: str, part: float
) -> None:
    """The disk has room for a part of one file only."""
    interrupted, whole, now = pair
    before = files_of(interrupted)
    assert deckwright(whole, "build", now=now).exit_code == 0
    size = len(outputs(whole)[full])

    def opened(path: Path, mode: str) -> BinaryIO:
        room = int(part * size) if Path(full).name in path.name else 1_000_000
        return io.BufferedWriter(FullDisk(str(path), mode, room))

    with monkeypatch.context() as patch:
        patch.setattr(files, "open", opened, raising=False)
        result = deckwright(interrupted, "build", now=now)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == "Error: No space left on device"
    assert files_of(interrupted) == before
    after_a_failure(interrupted, whole, outputs(interrupted), now)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits the size of files")
def test_a_quota_of_the_machine_itself_changes_nothing(built: Path) -> None:
    edit(built, "within some 80 metres", "within some 70 metres")
    before = files_of(built)
    limit = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); "
        "sys.dont_write_bytecode = True\n"
    )
    custom = write(built.parent / "custom", {"sitecustomize.py": limit})
    done = process(built, "build", before=custom)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == "Error: File too large"
    assert files_of(built) == before


@needs_sigkill
@pytest.mark.parametrize(
    ("function", "at", "early"),
    [
        ("fsync", 1, True),
        ("fsync", 2, True),
        ("replace", 1, True),
        ("replace", 1, False),
        ("fsync", 3, False),
        ("replace", 2, True),
        ("replace", 2, False),
        ("fsync", 4, False),
    ],
)
def test_a_build_that_is_killed_leaves_nothing_torn(
    pair: tuple[Path, Path, int], function: str, at: int, early: bool
) -> None:
    interrupted, whole, now = pair
    before = outputs(interrupted)
    kill(interrupted, "build", function, at, early=early, now=now)
    after_a_failure(interrupted, whole, before, now)


def test_what_a_killed_build_left_is_cleared_away_by_the_next_one(built: Path) -> None:
    once = files_of(built)
    left = {f".{LOCK}.4711.tmp": "{", "dist/.bees.apkg.4711.tmp": "PK", "dist/.other.tmp": ""}
    write(built, left)
    assert deckwright(built, "build").exit_code == 0
    assert files_of(built) == {**once, "dist/.other.tmp": b""}


# A build that fails on its input -----------------------------------------------------------------


def failure(folder: Path, *arguments: str) -> list[str]:
    """What a build says that fails on its input, and changes nothing at all."""
    before = files_of(folder)
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    result = deckwright(folder, "build", *arguments, now=NOW + DAY)
    assert (result.exit_code, result.stdout) == (1, "")
    assert files_of(folder) == before
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == times
    *lines, last = result.stderr.splitlines()
    assert last == "nothing was built, and nothing changed"
    assert "Traceback" not in result.stderr
    return lines


MISTAKES: Mapping[str, tuple[dict[str, str | bytes], str]] = {
    "the same title twice": (
        {"sources/bees.txt": page() + "\nSwarming\n\nA second time, with the same title.\n"},
        f"sources/bees.txt:{page().count(chr(10)) + 2}:1: error K001: ",
    ),
    "a title without a text": (
        {"sources/bees.txt": page({**CARDS, "Mead": ""})},
        f"sources/bees.txt:{page().count(chr(10)) + 2}:1: error R004: ",
    ),
    "an empty source": ({"sources/empty.txt": ""}, "sources/empty.txt:1:1: error R003: "),
    "a source that is not UTF-8": (
        {"sources/bees.txt": "Würmer\n\nÄpfel".encode("latin-1")},
        "sources/bees.txt:1:2: error S003: ",
    ),
    "a source that is UTF-16": (
        {"sources/bees.txt": "Bees".encode("utf-16")},
        "sources/bees.txt:1:1: error S003: ",
    ),
    "a source that is not there": (
        {"deck.yaml": DECK.replace("sources/*.txt", "texts/*.txt")},
        "deck.yaml:5:11: error S001: ",
    ),
    "a source of no known format": (
        {"deck.yaml": DECK.replace("*.txt", "*"), "sources/bees.docx": b"PK"},
        "deck.yaml:5:11: error S004: ",
    ),
    "an unknown key in deck.yaml": (
        {"deck.yaml": f"{DECK}nmae: Bees\n"},
        f"deck.yaml:{DECK.count(chr(10)) + 1}:1: error C006: ",
    ),
    "a deck.yaml that is no YAML": ({"deck.yaml": "id: [bees\n"}, "deck.yaml:2:1: error C001: "),
    "a damaged lock": ({LOCK: "{\n"}, f"{LOCK}:2:1: error L001: "),
    "a lock with a conflict": ({LOCK: "{\n<<<<<<< HEAD\n"}, f"{LOCK}:2:1: error L002: "),
    "a lock that is not UTF-8": ({LOCK: b"{\xff"}, f"{LOCK}:1:2: error S003: "),
    "the lock of another project": (
        {"deck.yaml": DECK.replace("id: bees", "id: wasps\noutput: dist/bees.apkg")},
        "error I004: ",
    ),
    "an identity of no note": (
        {"deck.yaml": f"{DECK}identities:\n  - title: Mead\n    id: mead\n"},
        f"deck.yaml:{DECK.count(chr(10)) + 2}:5: error A001: ",
    ),
    "a note type that is not there": (
        {"deck.yaml": f"{DECK}note_types:\n  Basik:\n    id: 17\n"},
        f"deck.yaml:{DECK.count(chr(10)) + 2}:3: error S008: ",
    ),
    "an override of no note": (
        {"deck.yaml": f"{DECK}overrides:\n  mead:\n    drop: true\n"},
        f"deck.yaml:{DECK.count(chr(10)) + 2}:3: error D020: ",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_build_that_fails_on_its_input_changes_nothing(built: Path, mistake: str) -> None:
    mistaken, beginning = MISTAKES[mistake]
    lines = failure(write(built, mistaken))
    (told,) = (number for number, line in enumerate(lines) if " error " in f" {line}")
    assert lines[told].startswith(beginning)
    assert [line for line in lines[told + 1 :] if line.startswith("  help: ")]
    assert lines[-1] == "1 error"


def test_a_tag_by_text_looks_at_what_a_note_asks_and_says(tmp_path: Path) -> None:
    """A long concept is not tagged by all that it mentions beside its subject."""
    long = "A swarm hangs in a tree while scouts look for a hollow one, and dance for it. " * 5
    text = f"Swarming\n\n{long}\n\n**When do bees swarm?** In May, long before varroa mites.\n"
    tags = "".join(f"  - {{tag: {tag}, text: {tag}}}\n" for tag in ("swarm", "varroa"))
    path = write(
        tmp_path,
        {
            "deck.yaml": f"id: x\nname: X\nsources: [x.txt]\ntags:\n{tags}",
            "x.txt": text,
        },
    )
    notes = json.loads(deckwright(path, "notes", "--format", "json").stdout)
    assert [(note["note_type"], note["tags"]) for note in notes] == [
        ("Concept", ["swarm"]),
        ("Term", ["swarm", "varroa"]),
    ]


def test_what_follows_from_a_missing_source_is_not_told_too(built: Path) -> None:
    """Its notes are missed by the rule for a tag and by an override, and these are right."""
    overrides = "overrides:\n  the-castes-of-a-honey-bee-colony/castes/list:\n    drop: true\n"
    write(built, {"deck.yaml": DECK + overrides})
    assert deckwright(built, "build").exit_code == 0
    (built / "sources/bees.txt").rename(built / "sources/bees.md")
    assert [line[:6] for line in failure(built) if " error " in line] == ["deck.y"]


def test_all_problems_are_listed_at_once(built: Path) -> None:
    write(
        built,
        {
            "deck.yaml": DECK.replace("sources:\n", "sources:\n  - texts/*.txt\n"),
            "sources/bees.txt": page({**CARDS, "Mead": "", "Wax": "", "varroa mites": "Twice."}),
            LOCK: "{",
        },
    )
    lines = failure(built)
    errors = [line for line in lines if " error " in line]
    assert [re.sub(r"^(\S+): error (\w+): .*", r"\2", line) for line in errors] == [
        *("L001", "S001", "R004", "R004", "K001")
    ]
    assert "(the other is at sources/bees.txt:" in errors[-1]
    assert lines[-1] == "5 errors"


def test_a_mistake_in_a_first_build_leaves_no_file(bees: Path) -> None:
    write(bees, {"sources/bees.txt": page({**CARDS, "Mead": ""})})
    failure(bees)
    assert files_of(bees).keys() == BEES.keys()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "none.txt"], "There is no file none.txt"),
        (["build", "sources"], "There is no deck.yaml in sources"),
        (["build", "-o", "bees"], "A package's name ends in .apkg: -o bees.apkg"),
        (["build", "--lcok"], "No such option"),
        (["bulid"], "No such command 'bulid'."),
        (["notes", "--format", "csv"], "Invalid value for '--format'"),
    ],
)
def test_wrong_usage_is_told_with_the_status_2(
    built: Path, arguments: list[str], message: str
) -> None:
    before = files_of(built)
    result = deckwright(built, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1].startswith(f"Error: {message}")
    assert files_of(built) == before


def test_without_a_project_here_the_way_to_one_is_told(tmp_path: Path) -> None:
    result = deckwright(tmp_path, "build")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "Error: There is no deck.yaml here: name a project or a file, "
        "as in: deckwright build page.txt"
    )


def test_a_time_that_is_none_is_told(bees: Path) -> None:
    done = process(bees, "build", env={"SOURCE_DATE_EPOCH": "yesterday"})
    assert done.returncode == 2
    assert "SOURCE_DATE_EPOCH is a time in seconds, not yesterday" in done.stderr


# A machine that fails ----------------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_is_told_in_a_line(built: Path) -> None:
    edit(built, "within some 80 metres", "within some 70 metres")
    before = files_of(built)
    denied = PermissionError(errno.EACCES, "Permission denied", ".deck.lock.1.tmp")
    with failing(files, "open", 1, denied):
        result = deckwright(built, "build")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == "Error: .deck.lock.1.tmp: Permission denied"
    assert files_of(built) == before


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_read_only_folder_changes_nothing(built: Path) -> None:
    edit(built, "within some 80 metres", "within some 70 metres")
    before = files_of(built)
    (built / "dist").chmod(0o555)
    try:
        result = deckwright(built, "build")
    finally:
        (built / "dist").chmod(0o755)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].endswith(": Permission denied")
    assert files_of(built) == before


def test_a_folder_in_the_place_of_the_package_is_found_before_the_lock_is_written(
    bees: Path,
) -> None:
    (bees / PACKAGE).mkdir(parents=True)
    (bees / LOCK).write_text(lock.serialise(lock.Lock("bees", NOW, {}, {})), "utf-8")
    before = files_of(bees)
    result = deckwright(bees, "build")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == f"Error: {PACKAGE}: Is a directory"
    assert files_of(bees) == before


# A file without a project ------------------------------------------------------------------------


def project_id(path: Path) -> str:
    return str(json.loads(path.read_text("utf-8"))["project"])


def guids(path: Path) -> set[str]:
    return {note["guid"] for note in json.loads(path.read_text("utf-8"))["notes"].values()}


def test_a_bare_file_has_its_lock_beside_it(tmp_path: Path) -> None:
    write(tmp_path, {"page.txt": page()})
    result = deckwright(tmp_path, "build", "page.txt", "-o", "x.apkg")
    assert result.exit_code == 0
    assert files_of(tmp_path).keys() == {"page.txt", "page.txt.lock", "x.apkg"}


def test_a_bare_file_is_built_beside_itself(tmp_path: Path) -> None:
    write(tmp_path, {"texts/page.txt": page()})
    assert deckwright(tmp_path, "build", "texts/page.txt").exit_code == 0
    assert files_of(tmp_path).keys() == {
        *("texts/page.txt", "texts/page.txt.lock", "texts/page.apkg")
    }


def test_a_bare_file_keeps_its_id_when_its_text_changes(tmp_path: Path) -> None:
    write(tmp_path, {"page.txt": page()})
    assert deckwright(tmp_path, "build", "page.txt").exit_code == 0
    first, known = project_id(tmp_path / "page.txt.lock"), guids(tmp_path / "page.txt.lock")
    write(tmp_path, {"page.txt": page({**CARDS, "Mead": "Honey and water, fermented."})})
    assert deckwright(tmp_path, "build", "page.txt", now=NOW + DAY).exit_code == 0
    assert project_id(tmp_path / "page.txt.lock") == first
    assert guids(tmp_path / "page.txt.lock") > known


def test_files_of_one_name_from_two_people_share_no_identity(tmp_path: Path) -> None:
    """Both sell by the name of cards.txt, and have a card on swarming; one learner imports both."""
    mine = write(tmp_path / "mine", {"cards.txt": page()})
    yours = write(tmp_path / "yours", {"cards.txt": without("Varroa mites")})
    for folder in (mine, yours):
        assert deckwright(folder, "build", "cards.txt").exit_code == 0
    assert not guids(mine / "cards.txt.lock") & guids(yours / "cards.txt.lock")


def test_a_lock_that_is_gone_stops_the_build_and_the_way_out_works(tmp_path: Path) -> None:
    write(tmp_path, {"page.txt": page()})
    assert deckwright(tmp_path, "build", "page.txt", "-o", "x.apkg").exit_code == 0
    (tmp_path / "page.txt.lock").unlink()
    assert failure(tmp_path, "page.txt", "-o", "x.apkg") == [
        "error S006: x.apkg was built before, but its lock page.txt.lock is gone",
        "  help: take page.txt.lock back from your version control; or rebuild it: deckwright lock "
        "restore --project page.txt x.apkg; or, if no one has the package yet, begin anew: "
        "deckwright build page.txt --new-lock",
        "1 error",
    ]
    again = deckwright(tmp_path, "build", "page.txt", "-o", "x.apkg", "--new-lock")
    assert again.exit_code == 0
    assert files_of(tmp_path).keys() == {"page.txt", "page.txt.lock", "x.apkg"}


def test_a_lock_that_is_there_is_not_begun_anew(built: Path) -> None:
    once = files_of(built)
    assert deckwright(built, "build", "--new-lock", now=NOW + DAY).exit_code == 0
    assert files_of(built) == once


# The command line --------------------------------------------------------------------------------


def test_a_build_tells_what_it_made_and_what_to_do_with_it(tmp_path: Path) -> None:
    result = deckwright(write(tmp_path, ORDINARY), "build")
    assert result.exit_code == 0
    assert result.stderr == "Skipped 1 line of furniture (-v tells each)\n"
    assert re.sub(r"\d+ KB", "7 KB", re.sub(r"\d+\.\d s", "0.1 s", result.stdout)) == (
        "Concept: 6 notes, 6 cards\n"
        "Bees::Concepts: 6 cards\n"
        "media: 0\n"
        "size: 7 KB\n"
        "time: 0.1 s\n"
        "Import dist/bees.apkg (File → Import; on a phone, open it). "
        "6 cards: at 8 new a day, 1 day.\n"
    )


def test_a_build_tells_how_many_days_its_cards_take(bees: Path) -> None:
    result = deckwright(bees, "build")
    last = result.stdout.splitlines()[-1]
    found = re.fullmatch(r"Import .*\. (\d+) cards: at 8 new a day, (\d+) days\.", last)
    assert found
    cards, days = map(int, found.groups())
    assert (days - 1) * 8 < cards <= days * 8


def test_a_quiet_build_says_nothing(bees: Path) -> None:
    assert deckwright(bees, "build", "--quiet").output == ""


def test_a_quiet_build_still_says_what_is_wrong(bees: Path) -> None:
    write(bees, {"sources/bees.txt": page({**CARDS, "Mead": ""})})
    lines = failure(bees, "--quiet")
    assert " error R004: " in lines[0]


def test_a_verbose_build_lists_every_line_it_skipped(tmp_path: Path) -> None:
    result = deckwright(write(tmp_path, ORDINARY), "build", "-v")
    assert result.stderr == (
        "sources/bees.txt:1:1: info R001: skipped, the page's own: "
        "“Learn Beekeeping with Interactive Flashcards”\n"
    )


def test_every_note_that_left_is_told_in_full_as_no_later_build_tells_it(tmp_path: Path) -> None:
    many = {f"River {number}": f"It flows into the sea {number}." for number in range(60)}
    write(tmp_path, {**ORDINARY, "sources/bees.txt": page(many)})
    assert deckwright(tmp_path, "build").exit_code == 0
    write(tmp_path, {"sources/bees.txt": page({"River 0": "It flows into the sea 0."})})
    told = deckwright(tmp_path, "build", now=NOW + DAY)
    assert told.exit_code == 0
    assert len(re.findall(r"^warning I003: river-\d+ is no longer", told.stderr, re.M)) == 59
    assert "I003" not in deckwright(tmp_path, "build", now=NOW + DAY).stderr


def test_every_deletion_that_is_gone_is_told_in_full_as_well(tmp_path: Path) -> None:
    cards = [f"C: The river {number} flows into [the sea {number}].\n\n" for number in range(9)]
    write(tmp_path, {"rivers.md": "".join(cards)})
    assert deckwright(tmp_path, "build", "rivers.md").exit_code == 0
    cards = [card.replace("[", "**").replace("]", "** and [on]") for card in cards]
    write(tmp_path, {"rivers.md": "".join(cards)})
    told = deckwright(tmp_path, "build", "rivers.md", now=NOW + DAY).stderr
    assert told.count(" warning I0") == 9
    assert "more of I0" not in told


def test_many_warnings_of_one_rule_are_counted_and_how_to_see_them_is_told(tmp_path: Path) -> None:
    many = {f"River {number}": f"It flows into the sea {number}." for number in range(60)}
    write(tmp_path, {**ORDINARY, "sources/bees.txt": page(many)})
    few = deckwright(tmp_path, "build").stderr
    assert few.count(": warning R005: ") == 3
    assert "… and 57 more of R005 (short-text): deckwright check shows them\n" in few
    assert deckwright(tmp_path, "build", "-v").stderr.count(": warning R005: ") == 60
    assert deckwright(tmp_path, "check").stdout.count(": warning R005: ") == 60


def test_what_makes_cards_bad_is_counted_and_how_to_see_it_is_told(tmp_path: Path) -> None:
    """A build has other news: the same warnings each time hide it."""
    skep = "- {type: Basic, id: %s, Front: What is a skep?, Back: A %s of straw}\n"
    notes = "notes:\n" + skep % ("first", "hive") + skep % ("second", "basket")
    write(tmp_path, {"bees.yaml": notes})
    told = deckwright(tmp_path, "build", "bees.yaml")
    assert told.exit_code == 0
    assert told.stderr == "1 warning: deckwright check bees.yaml shows it\n"
    assert "warning E002" in deckwright(tmp_path, "check", "bees.yaml").stdout
    assert "warning E002" in deckwright(tmp_path, "build", "bees.yaml", "-v").stderr
    assert deckwright(tmp_path, "build", "bees.yaml", "--quiet").stderr == ""


def test_what_another_version_renders_differently_is_counted(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = markup.render

    def render(*arguments: Any) -> Any:
        rendered = original(*arguments)
        return replace(rendered, html=tuple(h.replace("<p>", "<p >") for h in rendered.html))

    monkeypatch.setattr(markup, "render", render)
    before = (built / LOCK).read_bytes()
    result = deckwright(built, "build", now=NOW + DAY)
    assert re.search(r"rendered \d+ notes anew for new learners alone \(-v", result.stderr)
    assert "info I005: swarming is rendered differently now" in (
        deckwright(built, "build", "-v", now=NOW + DAY).stderr
    )
    assert (built / LOCK).read_bytes() == before


def test_check_writes_nothing_and_finds_what_a_build_finds(bees: Path) -> None:
    result = deckwright(bees, "check")
    assert result.exit_code == 0
    assert re.fullmatch(r"\d+ notes, nothing found", result.stdout.splitlines()[-1])
    assert files_of(bees).keys() == BEES.keys()
    write(bees, {"sources/bees.txt": page({**CARDS, "Mead": ""})})
    result = deckwright(bees, "check")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines()[-1] == "1 error"
    assert files_of(bees).keys() == BEES.keys()


def test_check_finds_that_the_lock_is_gone(built: Path) -> None:
    (built / LOCK).unlink()
    result = deckwright(built, "check")
    assert result.exit_code == 1
    assert "error S006: dist/bees.apkg was built before, but its lock deck.lock is gone" in (
        result.stdout
    )


def test_check_tells_which_notes_would_leave_and_forgets_none(built: Path) -> None:
    once = files_of(built)
    write(built, {"sources/bees.txt": without("Swarming")})
    for _ in range(2):
        assert "warning I003: swarming is no longer in the sources" in (
            deckwright(built, "check").stdout
        )
    assert (built / LOCK).read_bytes() == once[LOCK]


def test_the_notes_are_the_same_in_every_form(bees: Path) -> None:
    as_json = json.loads(deckwright(bees, "notes", "--format", "json").stdout)
    as_yaml = yaml.safe_load(deckwright(bees, "notes", "--format", "yaml").stdout)
    rows = [line.split("\t") for line in deckwright(bees, "notes").stdout.splitlines()]
    assert as_json == as_yaml
    assert rows == [
        [note["note_type"], note["key"], next(iter(note["fields"].values()))] for note in as_json
    ]
    assert files_of(bees).keys() == BEES.keys()
    swarming = next(note for note in as_json if note["key"] == "swarming")
    assert swarming["note_type"] == "Concept"
    assert swarming["deck"] == "Bees::Concepts"
    assert swarming["tags"] == ["apiary"]
    assert swarming["parent"] is None
    assert swarming["place"] == f"sources/bees.txt:{LINE}:1"
    assert swarming["fields"]["Concept"] == "Swarming"
    assert swarming["fields"]["Source"] == "Notes of an apiary"
    assert "swarming" in {note["parent"] for note in as_json}


def test_the_notes_need_no_lock(built: Path) -> None:
    (built / LOCK).unlink()
    assert deckwright(built, "notes").exit_code == 0


def test_the_notes_are_shown_although_a_build_would_stop(bees: Path) -> None:
    write(bees, {"sources/bees.txt": page({**CARDS, "Mead": ""})})
    result = deckwright(bees, "notes")
    assert result.exit_code == 1
    assert "\nConcept\tswarming\tSwarming\n" in result.stdout
    assert result.stderr.splitlines()[-1] == "a build would stop here"


@pytest.mark.parametrize("name", main.commands)
def test_every_command_has_help_with_an_example(tmp_path: Path, name: str) -> None:
    result = deckwright(tmp_path, name, "--help")
    assert result.exit_code == 0
    assert f"\n  deckwright {name}" in result.stdout
    assert deckwright(tmp_path, name, "-h").stdout == result.stdout


def test_the_help_shows_the_commands(tmp_path: Path) -> None:
    result = deckwright(tmp_path, "--help")
    assert result.exit_code == 0
    for name in main.commands:
        assert re.search(rf"^  {name}  +[A-Z]", result.stdout, re.M)


def test_the_schema_for_editors_is_json(tmp_path: Path) -> None:
    result = deckwright(tmp_path, "schema")
    assert result.exit_code == 0
    assert {"id", "name", "sources"} <= json.loads(result.stdout)["properties"].keys()


def test_the_version_is_told_at_once() -> None:
    """Without the libraries that a build needs, which take most of a second."""
    script = (
        "import sys\n"
        "from deckwright.cli import main\n"
        "main(['--version'], prog_name='deckwright', standalone_mode=False)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    env = {**os.environ, "PYTHONPATH": str(SOURCES)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True
    )
    told, modules = done.stdout.splitlines()
    assert told == f"deckwright {__version__}"
    assert not {"genanki", "yaml", "pydantic", "rich", "sqlite3", "anki"} & set(modules.split())


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["build"], r"^Concept +6 notes, 6 cards *$"),
        (["notes"], r"^note type +key +first field *$"),
        (["notes"], r"^Concept +swarming +Swarming *$"),
    ],
)
def test_a_terminal_gets_a_table(tmp_path: Path, arguments: list[str], shown: str) -> None:
    import pty

    write(tmp_path, ORDINARY)
    parent, child = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(SOURCES), "TERM": "dumb", "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", "deckwright", *arguments],
        cwd=tmp_path,
        env=env,
        stdout=child,
        stderr=subprocess.PIPE,
        check=True,
    )
    os.close(child)
    lines = []
    while True:
        try:
            lines.append(os.read(parent, 65536))
        except OSError:  # the other end is closed and all is read
            break
        if not lines[-1]:
            break
    os.close(parent)
    text = b"".join(lines).decode().replace("\r", "")
    assert re.search(shown, text, re.M), (text, done.stderr)


# Rules ------------------------------------------------------------------------------------------


def test_every_rule_has_a_code_and_a_name_of_its_own_and_a_reason() -> None:
    rules = (*build.RULES, *release.RULES, *settle.RULES)
    codes = [rule.code for rule in rules]
    names = [rule.name for rule in rules]
    assert len(set(codes)) == len(codes)
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Z]\d{3}", code) for code in codes)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)
    assert all(rule.reason.endswith(".") for rule in rules)


def test_release_notes_are_no_sources(tmp_path: Path) -> None:
    deck = "id: bees\nname: Bees\nsources: ['**/*.md']\noutput: bees.apkg\n"
    write(tmp_path, {"deck.yaml": deck, "bees.md": "## What hums?\n\nA bee.\n"})
    for number, command in enumerate(("build", "release", "build", "release")):
        done(tmp_path, command, now=NOW + number)
    assert (tmp_path / "bees-1.md").exists()
    assert [*locked(tmp_path).notes] == ["bees/what-hums"]


def test_notes_as_json_are_yaml(tmp_path: Path) -> None:
    write(tmp_path, {"bees.yaml": '{"notes": [{"Front": "What hums?", "Back": "A bee"}]}\n'})
    assert "Basic: 1 note, 1 card" in done(tmp_path, "build", "bees.yaml")
