"""Media: which file a source means, and the name that it has in the learner's collection."""

from __future__ import annotations

import hashlib
import html
import os
import tempfile
import time
import tracemalloc
import unicodedata
from collections.abc import Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection
from anki.lang import set_lang
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deckwright import media, package
from deckwright.media import Library, Problem, Shown
from deckwright.note import Guid, IdentifiedNote, Key, Note, RenderedNote
from deckwright.notetypes import CardTemplate, IdentifiedNoteType, NoteType
from helpers import import_package, write

PNG = b"\x89PNG and what follows"


def project(folder: Path, *paths: str) -> Path:
    """A project with files, each of its own bytes."""
    return write(folder, {path: PNG + path.encode() for path in paths})


def found(folder: Path, reference: str, source: str = "notes/bees.md", **options: bool) -> str:
    """The path of the file that a source of a project means, in a library of its own."""
    shown = Library(str(folder), **options).find(reference, str(folder / source))
    assert isinstance(shown, Shown), shown
    return shown.path.relative_to(folder).as_posix()


def name(folder: Path, path: str) -> str:
    """The name that a file of a project has in the collection."""
    shown = Library(str(folder)).find(path, str(folder / "deck.yaml"))
    assert isinstance(shown, Shown), shown
    return shown.name


def problem(
    folder: Path, reference: str, source: str = "notes/bees.md", **options: bool
) -> tuple[str, str, str]:
    """What a library says of a reference: the code, what is wrong, the way out."""
    told = Library(str(folder), **options).find(reference, str(folder / source))
    assert isinstance(told, Problem), told
    return told.rule.code, told.message, told.hint


def link(place: Path, target: Path) -> None:
    """Make a link, where the system lets us."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.symlink_to(target, target_is_directory=target.is_dir())
    except OSError:
        pytest.skip("no links here")


def needs_case(folder: Path) -> None:
    write(folder, {"case": b""})
    if (folder / "CASE").exists():
        pytest.skip("this file system has no case")


# Which file is meant ------------------------------------------------------------------------------


def test_a_file_is_looked_for_beside_its_source_then_in_media_then_from_the_project(
    tmp_path: Path,
) -> None:
    everywhere = ["notes/hive.png", "media/hive.png", "hive.png"]
    project(tmp_path, *everywhere)
    for path in everywhere:
        assert found(tmp_path, "hive.png") == path
        (tmp_path / path).unlink()
    project(tmp_path, "media/queens/mark.png", "maps/apiary.png")
    assert found(tmp_path, "queens/mark.png") == "media/queens/mark.png"
    assert found(tmp_path, "maps/apiary.png") == "maps/apiary.png"
    assert found(tmp_path, "media/queens/mark.png") == "media/queens/mark.png"


def test_a_path_may_go_up_but_not_out(tmp_path: Path) -> None:
    project(tmp_path, "img/hive.png", "notes/2024/may.md")
    write(tmp_path.parent, {"secret.png": PNG})
    assert found(tmp_path, "../img/hive.png") == "img/hive.png"
    assert found(tmp_path, "./../img//hive.png") == "img/hive.png"
    assert found(tmp_path, "../../img/hive.png", "notes/2024/may.md") == "img/hive.png"
    assert problem(tmp_path, "../../secret.png") == (
        "M004",
        '"../../secret.png" is outside of the project',
        "copy it into media/ and write its name here",
    )
    # Only from the source's folder, and not from `media/` as well.
    assert problem(tmp_path, "../hive.png")[0] == "M001"


def test_a_name_alone_is_found_anywhere_in_a_project_nearest_first(tmp_path: Path) -> None:
    project(
        tmp_path, "a/hive.png", "vault/notes/x/y/hive.png", "vault/files/hive.png", "z/hive.png"
    )
    assert found(tmp_path, "hive.png", "vault/notes/bees.md") == "vault/files/hive.png"
    assert found(tmp_path, "hive.png", "vault/notes/x/bees.md") == "vault/notes/x/y/hive.png"
    assert found(tmp_path, "hive.png", "b/bees.md") == "a/hive.png"
    assert problem(tmp_path, "files/hive.png", "b/bees.md")[0] == "M001"


@pytest.mark.parametrize("folder", [".obsidian", ".git/x", "node_modules/y", "dist", ".venv"])
def test_what_tools_keep_for_themselves_is_found_by_its_path_alone(
    tmp_path: Path, folder: str
) -> None:
    project(tmp_path, f"{folder}/hive.png")
    assert problem(tmp_path, "hive.png")[0] == "M001"
    assert found(tmp_path, f"{folder}/hive.png") == f"{folder}/hive.png"


def test_a_bare_file_finds_what_is_beside_it_and_no_other(tmp_path: Path) -> None:
    """`deckwright build bees.md` in a folder of downloads looks into no stranger's folders."""
    folders = ["", "media/", "attachments/", "assets/", "images/", "bees_files/"]
    for number, folder in enumerate(folders):
        project(tmp_path, f"{folder}hive{number}.png")
        path = found(tmp_path, f"hive{number}.png", "bees.md", whole=False)
        assert path == f"{folder}hive{number}.png"
    project(tmp_path, "tax/2023/scan.png")
    assert problem(tmp_path, "scan.png", "bees.md", whole=False)[0] == "M001"
    assert found(tmp_path, "tax/2023/scan.png", "bees.md", whole=False) == "tax/2023/scan.png"
    assert problem(tmp_path / "tax", "../hive0.png", "bees.md", whole=False) == (
        "M004",
        '"../hive0.png" is outside of the project',
        "copy it beside the file, or put a deck.yaml into a folder above both",
    )


def test_a_source_outside_of_the_project_finds_its_media_inside(tmp_path: Path) -> None:
    project(tmp_path / "deck", "media/hive.png", "media/sub/queen.png")
    assert found(tmp_path / "deck", "hive.png", "../shared/bees.md") == "media/hive.png"
    assert found(tmp_path / "deck", "queen.png", "../shared/bees.md") == "media/sub/queen.png"
    assert problem(tmp_path / "deck", "../x.png", "../shared/bees.md")[0] == "M004"


def test_a_project_may_be_given_by_any_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path, "deck/media/hive.png", "deck/img/queen.png")
    for folder, root in (("deck", ""), ("deck", "."), (".", "deck"), ("deck/img", "..")):
        monkeypatch.chdir(tmp_path / folder)
        library = Library(root)
        for reference, source in (("hive.png", "bees.md"), ("../img/queen.png", "notes/bees.md")):
            shown = library.find(reference, os.path.join(root, source))
            assert isinstance(shown, Shown)
            assert shown.path.read_bytes().startswith(PNG)
            assert shown.name in ("hive.png", "img-queen.png")
        assert isinstance(library.find("hive.png", str(tmp_path / "deck/notes/bees.md")), Shown)


def test_a_reference_may_be_percent_encoded_or_have_a_query(tmp_path: Path) -> None:
    project(tmp_path, "media/my hive.png", "media/100%25.png", "media/dance.mp4", "media/c#.png")
    project(tmp_path, "media/r%C3%A9.png", "media/ré.png", "media/x?y.png")
    assert found(tmp_path, "my%20hive.png") == "media/my hive.png"
    assert found(tmp_path, "my hive.png") == "media/my hive.png"
    assert found(tmp_path, "100%25.png") == "media/100%25.png"
    assert found(tmp_path, "r%C3%A9.png") == "media/r%C3%A9.png"
    assert found(tmp_path, "dance.mp4#t=10,20") == "media/dance.mp4"
    assert found(tmp_path, "dance.mp4?v=2#t=1") == "media/dance.mp4"
    assert found(tmp_path, "c#.png") == "media/c#.png"
    assert found(tmp_path, "c%23.png") == "media/c#.png"
    assert found(tmp_path, "x%3Fy.png") == "media/x?y.png"


def test_both_spellings_of_an_accent_are_one_name(tmp_path: Path) -> None:
    """macOS keeps names as they came, and old disks of it take letters and accents apart."""
    composed, apart = "ré.png", unicodedata.normalize("NFD", "ré.png")
    for folder, written in (("one", composed), ("two", apart)):
        project(tmp_path / folder, f"media/{written}")
        for reference in (composed, apart):
            shown = Library(str(tmp_path / folder)).find(reference, str(tmp_path / folder / "x.md"))
            assert isinstance(shown, Shown)
            assert shown.name == composed
            assert shown.path.exists()


def test_of_two_spellings_in_one_folder_one_is_meant(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "ré.png")
    project(tmp_path, f"a/b/{apart}", "a/b/ré.png")
    if len(os.listdir(tmp_path / "a/b")) < 2:
        pytest.skip("this file system knows them as one")
    for reference in ("ré.png", "a/b/ré.png", f"a/b/{apart}"):
        assert found(tmp_path, reference) == "a/b/ré.png"
    project(tmp_path, "a/b/\u212b.png", "a/b/\u00c5.png")  # the unit and the letter
    assert found(tmp_path, "\u212b.png") == "a/b/\u00c5.png"


def test_the_case_of_a_name_counts_on_every_system(tmp_path: Path) -> None:
    project(tmp_path, "media/Fan-Out.svg", "Img/hive.png", "vault/deep/Queen.PNG")
    assert problem(tmp_path, "fan-out.svg") == (
        "M002",
        'there is no file "fan-out.svg", but "media/Fan-Out.svg" in other capitals',
        "write its name just as the file has it",
    )
    assert '"Img/hive.png"' in problem(tmp_path, "../img/hive.png")[1]
    assert '"vault/deep/Queen.PNG"' in problem(tmp_path, "queen.png")[1]
    assert found(tmp_path, "Fan-Out.svg") == "media/Fan-Out.svg"


def test_a_source_in_other_capitals_is_the_same_source(tmp_path: Path) -> None:
    """On systems without case `deckwright build NOTES/bees.md` gives the names of `notes`."""
    project(tmp_path, "notes/hive.png")
    if not (tmp_path / "NOTES").exists():
        link(tmp_path / "NOTES", tmp_path / "notes")
    shown = Library(str(tmp_path)).find("hive.png", str(tmp_path / "NOTES/bees.md"))
    assert isinstance(shown, Shown)
    assert shown.name == "notes-hive.png"


# What cannot be shown -----------------------------------------------------------------------------


def test_a_missing_file_is_told_with_the_name_that_may_be_meant(tmp_path: Path) -> None:
    project(tmp_path, "media/waggle-dance.png", "notes/img/queen.jpg")
    assert problem(tmp_path, "wagle-dance.png") == (
        "M001",
        'there is no file "wagle-dance.png"',
        'did you mean "waggle-dance.png"?',
    )
    assert problem(tmp_path, "img/queen.png")[2] == 'did you mean "queen.jpg"?'


def test_a_folder_with_the_name_of_a_file_is_no_file(tmp_path: Path) -> None:
    project(tmp_path, "media/queen.png/large.png")
    hint = "what has this name is a folder: name a file in it"
    assert problem(tmp_path, "queen.png") == ("M001", 'there is no file "queen.png"', hint)
    assert problem(tmp_path, "wholly-other.png") == (
        "M001",
        'there is no file "wholly-other.png"',
        "it is looked for beside its source and in media/",
    )
    for nothing in (
        "",
        ".",
        "/".join("x" * 900),
        "media",
        "x" * 5000,
        "\0.png",
        "a\n.png",
        "?",
        "#",
    ):
        assert problem(tmp_path, nothing)[0] == "M001", nothing


@pytest.mark.parametrize(
    "reference",
    [
        "/etc/hive.png",
        "~/hive.png",
        "~anna/hive.png",
        "C:/hive.png",
        "c:\\bees\\hive.png",
        "\\\\server\\hive.png",
        "file:///etc/hive.png",
        "FILE:hive.png",
        "..\\..\\hive.png",
        "../../hive.png",
        "%2e%2e/%2e%2e/hive.png",
        "..%2F..%2Fhive.png",
        "img/../../../hive.png",
        "../" * 300 + "hive.png",
    ],
)
def test_nothing_outside_of_the_project_is_shown(tmp_path: Path, reference: str) -> None:
    write(tmp_path, {"hive.png": PNG, "deck/notes/bees.md": b""})
    assert problem(tmp_path / "deck", reference)[0] == "M004"


def test_an_absolute_path_is_told_how_it_would_be_right(tmp_path: Path) -> None:
    project(tmp_path, "media/my hive.png", "images/queen.png")
    for path in (str(tmp_path / "media/my hive.png"), (tmp_path / "media/my hive.png").as_uri()):
        assert problem(tmp_path, path)[::2] == ("M004", "write media/my hive.png")
    assert problem(tmp_path, "/images/queen.png") == (
        "M004",
        '"/images/queen.png" is a path on one machine',
        "write images/queen.png",
    )
    assert problem(tmp_path, "/x/y.png")[2] == "copy the file into media/ and write its name here"


def test_a_link_may_stay_inside_but_not_lead_out(tmp_path: Path) -> None:
    write(tmp_path, {"out/secret.png": PNG})
    deck = project(tmp_path / "deck", "img/hive.png", "notes/bees.md")
    link(deck / "media/secret.png", tmp_path / "out/secret.png")
    link(deck / "media/out", tmp_path / "out")
    link(deck / "media/hive.png", deck / "img/hive.png")
    link(deck / "pictures", deck / "img")
    for reference in ("secret.png", "media/secret.png", "out/secret.png", "media/out/secret.png"):
        assert problem(deck, reference)[0] == "M004", reference
    assert problem(deck, "secret.png") == (
        "M004",
        "media/secret.png is a link that leads out of the project",
        "put the file itself into media/",
    )
    project(deck, "media/deep/own.png")
    link(deck / "media/own.png", tmp_path / "out/own.png")
    write(tmp_path, {"out/own.png": PNG + b"media/deep/own.png"})
    assert found(deck, "deep/own.png") == "media/deep/own.png"  # and not its twin outside
    assert found(deck, "media/hive.png") == "media/hive.png"
    assert found(deck, "pictures/hive.png") == "media/hive.png"  # the same bytes


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    project(tmp_path, "media/hive.png")
    link(tmp_path / "media/self.png", tmp_path / "media/self.png")
    link(tmp_path / "media/up", tmp_path)
    link(tmp_path / "media/gone.png", tmp_path / "media/nothing.png")
    assert problem(tmp_path, "self.png")[0] in ("M004", "M009")
    assert problem(tmp_path, "gone.png")[:2] == (
        "M009",
        "cannot read media/gone.png: No such file or directory",
    )
    assert name(tmp_path, "media/up/media/up/media/hive.png") == "hive.png"


def test_what_anki_cannot_show_is_told(tmp_path: Path) -> None:
    project(tmp_path, "media/paper.pdf", "media/plain", "media/page.html")
    assert problem(tmp_path, "paper.pdf") == (
        "M003",
        "Anki neither shows nor plays a .pdf file: media/paper.pdf",
        "convert it to one of avif, bmp, gif, ico, jpeg, jpg, png, svg, tif, tiff, webp, 3gp, aac, "
        "flac, m4a, mp3, oga, ogg, opus, wav or avi, m4v, mkv, mov, mp4, mpeg, mpg, ogv, webm",
    )
    assert problem(tmp_path, "plain")[1] == (
        "Anki neither shows nor plays a file without a suffix: media/plain"
    )
    kinds = [media.kind_of(each) for each in ("a.SVG", "b.mp3", "c.webm", "d.exe", ".png", "png")]
    assert kinds == ["image", "sound", "video", None, None, None]


def test_media_from_the_web_stay_where_they_are_with_a_warning(tmp_path: Path) -> None:
    library = Library(str(tmp_path))
    for address, kept in (
        ("https://bees.example/hive.png?w=300", "https://bees.example/hive.png?w=300"),
        ("HTTP://bees.example/hive", "HTTP://bees.example/hive"),
        ("//bees.example/hive.png", "https://bees.example/hive.png"),
    ):
        told = library.find(address, "bees.md")
        assert isinstance(told, Problem)
        assert (told.rule, told.keep, told.shown) == (media.REMOTE, kept, None)
        assert told.message == f'"{address}" is loaded from the web'
        assert told.hint == "save it in media/ and write its name here"


def test_empty_and_unreadable_files_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"media/empty.png": b"", "media/locked.png": PNG})
    assert problem(tmp_path, "empty.png")[:2] == ("M008", "media/empty.png is empty")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("hashlib.file_digest", refuse)
    assert problem(tmp_path, "locked.png") == (
        "M009",
        "cannot read media/locked.png: Permission denied",
        "check the file and its rights",
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only POSIX has pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    os.mkfifo(tmp_path / "media/hive.png")
    assert problem(tmp_path, "hive.png")[:2] == ("M009", "media/hive.png is no ordinary file")


def test_a_large_file_is_shown_with_a_warning_and_never_held_in_memory(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    with open(tmp_path / "media/dance.mp4", "wb") as file:
        file.truncate(120 * 1024**2)  # takes no place on the disk
    tracemalloc.start()
    try:
        told = Library(str(tmp_path)).find("dance.mp4", str(tmp_path / "bees.md"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(told, Problem)
    assert told.rule == media.TOO_LARGE
    assert told.message == "media/dance.mp4 has 120 MB, and AnkiWeb takes 100 MB at most"
    assert told.shown is not None
    assert (told.keep, told.shown.name, told.shown.size) == (
        "dance.mp4",
        "dance.mp4",
        120 * 1024**2,
    )
    assert peak < 4 * 1024**2


# What no note shows -------------------------------------------------------------------------------


def test_media_that_no_note_shows_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path, "media/hive.png", "media/old/hive2.png", "media/dance.mp4", "img/other.png")
    project(tmp_path, "media/_font.svg", "media/.hidden.png", "media/.old/x.png", "media/README.md")
    project(tmp_path, "media/.gitkeep", "media/Queen.png", "media/copy.png")
    write(tmp_path, {"media/empty.png": b"", "media/copy-of-copy.png": PNG + b"media/copy.png"})
    monkeypatch.chdir(tmp_path)
    library = Library("")
    assert library.unused() == tuple(
        os.path.join("media", *path.split("/"))
        for path in (
            *("Queen.png", "copy-of-copy.png", "copy.png", "dance.mp4", "empty.png", "hive.png"),
            "old/hive2.png",
        )
    )
    for reference in ("hive.png", "queen.png", "empty.png", "copy.png"):
        library.find(reference, "bees.md")  # also those that cannot be shown are no strangers
    assert library.unused() == tuple(
        os.path.join("media", *path.split("/")) for path in ("dance.mp4", "old/hive2.png")
    )
    assert Library("", whole=False).unused() == ()


# Names in the collection --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("media/fan-out.svg", "fan-out.svg"),
        ("media/flags/fr.svg", "flags-fr.svg"),
        ("notes/img/x.png", "notes-img-x.png"),
        ("x.png", "x.png"),
        ("media/My Hive (1) & more, 50 €.PNG", "My Hive (1) & more, 50 €.PNG"),
        ("media/蜜蜂.png", "蜜蜂.png"),
        ("media/what?.png", "what-….png"),
        ("media/_logo.png", "logo-….png"),
        ("media/.hive.png", "hive-….png"),
        ("media/ hive.png", "hive-….png"),
        ("media/latex-ab.png", "ab-….png"),
        ("media/_latex-_x.png", "x-….png"),
        ("media/con.png", "con_-….png"),
        ("media/AUX.tar.png", "AUX_.tar-….png"),
        ("media/{{c1::x}}.png", "c1-x-….png"),
        ("media/50%41.png", "50-41-….png"),
        ("media/a\u00a0b.png", "a-b-….png"),
        ("media/\U0001f970.png", "media-….png"),  # newer than what Anki knows
        ("media/???.png", "media-….png"),
    ],
)
def test_a_name_is_the_path_made_flat_and_safe(tmp_path: Path, path: str, expected: str) -> None:
    """Where it was made safe, a hash of the path (here `…`) keeps it apart from others."""
    try:
        project(tmp_path, path)
    except OSError:
        pytest.skip("no such name on this system")
    hashed = hashlib.sha256(path.encode()).hexdigest()[:12]
    assert name(tmp_path, path) == expected.replace("…", hashed)


def test_a_long_name_is_cut_between_two_characters(tmp_path: Path) -> None:
    short, long = f"media/{'ü' * 58}.png", f"media/{'ü' * 59}.png"
    project(tmp_path, short, long, f"{'deep/' * 40}x.png")
    assert name(tmp_path, short) == f"{'ü' * 58}.png"
    assert len(name(tmp_path, long).encode()) in (119, 120)
    assert name(tmp_path, long).startswith("ü" * 51)
    assert len(name(tmp_path, f"{'deep/' * 40}x.png")) == 120


def test_files_whose_paths_would_make_one_name_have_two(tmp_path: Path) -> None:
    """The plain name belongs to the file in `media/`, in fewest folders; the order in which files
    are asked for has no say, nor has whether the others are shown at all."""
    rivals = ("media/flags-fr.svg", "media/flags/fr.svg", "flags-fr.svg", "flags/fr.svg")
    project(tmp_path, *rivals)
    names = {path: name(tmp_path, path) for path in rivals}
    assert names["media/flags-fr.svg"] == "flags-fr.svg"
    assert len(set(names.values())) == 4
    assert all(each.startswith("flags-fr") for each in names.values())
    for order in permutations(rivals):
        library = Library(str(tmp_path))
        for path in order:
            shown = library.find(path, str(tmp_path / "deck.yaml"))
            assert isinstance(shown, Shown)
            assert shown.name == names[path]
    # What comes and goes beside it changes no name, but for who wanted the same one.
    project(tmp_path, "media/de.svg", "flags/de.svg", "media/flags/de.svg")
    assert {path: name(tmp_path, path) for path in rivals} == names


def test_names_that_differ_in_case_alone_are_no_two_names(tmp_path: Path) -> None:
    """Learners on Windows and macOS would have one file for both."""
    needs_case(tmp_path)
    project(tmp_path, "media/Hive.png", "media/hive.png", "media/a/b.png", "A/b.png")
    assert name(tmp_path, "media/Hive.png") == "Hive.png"
    assert name(tmp_path, "media/hive.png").startswith("hive-")
    assert name(tmp_path, "media/a/b.png") == "a-b.png"
    assert name(tmp_path, "A/b.png").startswith("A-b-")


def test_a_file_named_like_anothers_hash_is_no_rival(tmp_path: Path) -> None:
    project(tmp_path, "media/_hive.png")
    hashed = name(tmp_path, "media/_hive.png")
    project(tmp_path, f"media/{hashed}")
    assert name(tmp_path, f"media/{hashed}") == hashed
    assert name(tmp_path, "media/_hive.png") not in (hashed, "_hive.png")


def test_the_same_bytes_are_stored_once(tmp_path: Path) -> None:
    copies = ("media/zoo/logo.png", "a/logo.png", "b/c/logo.png", "media/logo-2.png")
    write(tmp_path, {**dict.fromkeys(copies, PNG), "media/logo.jpg": PNG, "media/x.png": PNG[::-1]})
    for order in permutations(copies):
        library = Library(str(tmp_path))
        shown = {library.find(path, str(tmp_path / "deck.yaml")) for path in order}
        (only,) = shown
        assert isinstance(only, Shown)
        assert only.name == "logo-2.png"
        assert only.path == tmp_path / "media/logo-2.png"
        assert library.unused() == tuple(
            str(tmp_path / "media" / each) for each in ("logo.jpg", "x.png")
        )
    assert name(tmp_path, "media/logo.jpg") == "logo.jpg"  # played and shown by its suffix


def test_a_digest_tells_bytes_apart(tmp_path: Path) -> None:
    write(tmp_path, {"media/abc.png": b"abc"})
    shown = Library(str(tmp_path)).find("abc.png", str(tmp_path / "bees.md"))
    assert shown == Shown("abc.png", tmp_path / "media/abc.png", "ba7816bf8f01cfea", 3)
    write(tmp_path, {"media/abc.png": b"abd"})
    later = Library(str(tmp_path)).find("abc.png", str(tmp_path / "bees.md"))
    assert isinstance(later, Shown)
    assert later.digest != "ba7816bf8f01cfea"


# In the learner's collection ----------------------------------------------------------------------

_TEMPLATE = CardTemplate("Card", "{{Front}}", "{{Back}}")
_TYPE = IdentifiedNoteType(
    NoteType("Seen", "normal", ("Front", "Back"), (_TEMPLATE,), ""),
    *("Media: Seen", 1_600_000_000_000, (1, 2), (3,), 1_600_000_000),
)


class Imported:
    """What a learner has who imports one note for each file."""

    def __init__(self, folder: Path, files: Mapping[str, Path]) -> None:
        def fields(name: str) -> tuple[str, str]:
            said = html.escape(name, quote=False)
            return f'{said} <img src="{said}">', f"[sound:{said}]"

        notes = tuple(
            IdentifiedNote(
                RenderedNote(Note(Key(name), "Seen", (), "Media"), fields(name), ""),
                *(Guid(f"g{number}"), 1_600_000_000_000 + number, 1_600_000_000),
            )
            for number, name in enumerate(files)
        )
        made = package.Contents(
            (package.Deck("Media", 1_500_000_000_000),),
            *((_TYPE,), notes),
            tuple(package.MediaFile(name, path) for name, path in files.items()),
        )
        with open(folder / "media.apkg", "wb") as file:
            package.write(made, file)
        col = Collection(str(folder / "collection.anki2"))
        try:
            import_package(col, folder / "media.apkg")
            self.files = {
                each: (Path(col.media.dir()) / each).read_bytes()
                for each in os.listdir(col.media.dir())
            }
            check = col.media.check()
            self.missing, self.unused = list(check.missing), list(check.unused)
            assert col.db is not None
            rows: Any = col.db.list("select flds from notes order by id")
            self.changed = [
                (row, note.rendered.html)
                for row, note in zip(rows, notes, strict=True)
                if tuple(row.split("\x1f")) != note.rendered.html
            ]
        finally:
            col.close()


@pytest.fixture(scope="module", autouse=True)
def english() -> None:
    set_lang("en")


_CHARS = st.one_of(
    st.sampled_from(" ._-[]<>:\"?*^\\|{}%#&;'`$=+~!@(),\x01\x7f\x85\xa0\u200e\u2028\ufeff"),
    st.characters(exclude_categories=["Cs"], exclude_characters="/\0"),
    st.sampled_from(["con.", "latex-", "AUX.", "é", "e\u0301", "ß", "İ", "\U0001f970", "\u0378"]),
)
_PARTS = st.lists(_CHARS, min_size=1, max_size=60).map("".join)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(st.tuples(st.lists(_PARTS, max_size=2), _PARTS), min_size=8, max_size=40))
def test_anki_keeps_every_name_as_it_is(paths: list[tuple[list[str], str]]) -> None:
    """Whatever files are called: each arrives under the name that its note says, is found by Anki's
    own check, and no field is rewritten."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        written = []
        for number, (folders, stem) in enumerate(paths):
            path = "/".join(("deck", *(("media",) if number % 2 else ()), *folders, f"{stem}.png"))
            try:
                write(folder, {path: PNG + str(number).encode()})
            except OSError:  # too long for the system, or a folder of that name is there
                continue
            written.append(path.removeprefix("deck/"))
        library = Library(str(folder / "deck"))
        shown = {library.find(path, str(folder / "deck/deck.yaml")) for path in written}
        files = {each.name: each.path for each in shown if isinstance(each, Shown)}
        learner = Imported(folder, files)
        assert learner.files == {each: path.read_bytes() for each, path in files.items()}
        assert (learner.missing, learner.unused, learner.changed) == ([], [], [])
        folded = {unicodedata.normalize("NFC", each.casefold()) for each in files}
        assert len(folded) == len(files)


# As much as there may be --------------------------------------------------------------------------


def test_thousands_of_files_of_one_size_take_a_moment(tmp_path: Path) -> None:
    paths = [f"area-{each // 50}/files/image-{each}.bmp" for each in range(1000, 4000)]
    write(tmp_path, {path: path.encode() for path in paths})
    library = Library(str(tmp_path))
    began = time.perf_counter()
    for path in paths:
        shown = library.find(os.path.basename(path), str(tmp_path / "notes/bees.md"))
        assert isinstance(shown, Shown)
        assert shown.name == path.replace("/", "-")
    assert time.perf_counter() - began < 5


def test_thousands_of_missing_files_take_a_moment(tmp_path: Path) -> None:
    """2 MB of hostile source name some 50,000 files."""
    project(tmp_path, *(f"media/image-{number}.png" for number in range(300)))
    library = Library(str(tmp_path))
    began = time.perf_counter()
    for number in range(20_000):
        assert isinstance(library.find(f"../a-b/c%20{number}.png", "notes/x.md"), Problem)
    assert time.perf_counter() - began < 8
