"""Media that are heavy, that phones do not play, that are there twice, that nobody hears read."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from deckwright import build
from deckwright.diagnostics import Diagnostic
from deckwright.reading import read_inputs
from deckwright.source import Source
from helpers import NOW, write

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"/>\n'
DECK = "id: bees\nname: Bees\nsources: ['*.md', '*.txt', '*.csv']\n"
MB = 1024 * 1024


def check(
    folder: Path, files: dict[str, str | bytes]
) -> tuple[list[Diagnostic], dict[str, Source]]:
    """What is found of media in a small project."""
    write(folder, files)
    with contextlib.chdir(folder):
        inputs = read_inputs("deck.yaml" if "deck.yaml" in files else next(iter(files)))
        made = build.compile(inputs, NOW)
    return [each for each in made.diagnostics if each.code[0] == "M"], dict(inputs.texts)


def told(folder: Path, files: dict[str, str | bytes]) -> list[tuple[str, str, str]]:
    """The code of each finding, the words that it points at, and its message."""
    found, texts = check(folder, files)
    result = []
    for each in found:
        words = texts[each.span.path].text[each.span.start : each.span.end] if each.span else ""
        result.append((each.code, words, each.message))
    return result


def card(answer: str) -> str:
    return f"# Bees\n\nQ: What is it?\nA: {answer}\n"


def mended(folder: Path, files: dict[str, str | bytes], name: str) -> str:
    """A source as the edits of all findings leave it."""
    found, texts = check(folder, files)
    text = texts[name].text
    edits = {(edit.span.start, edit.span.end, edit.text) for each in found for edit in each.edits}
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


# Names in other capitals -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("![a queen](queen.SVG)", "![a queen](Queen.svg)"),
        ("![a queen](Media/QUEEN.svg)", "![a queen](media/Queen.svg)"),
        ("![a queen](./media/queen.svg)", "![a queen](./media/Queen.svg)"),
        ("![[queen.svg|200]] and ![queen.svg](queen.svg)", None),
        ('<img src="queen.svg" alt="queen.svg: a queen">', None),
    ],
)
def test_a_name_in_other_capitals_is_mended_in_its_place(
    tmp_path: Path, written: str, right: str | None
) -> None:
    files: dict[str, str | bytes] = {
        "deck.yaml": DECK,
        "bees.md": card(written),
        "media/Queen.svg": SVG,
    }
    right = (
        right
        or {
            "!": "![[Queen.svg|200]] and ![Queen.svg](Queen.svg)",
            "<": '<img src="Queen.svg" alt="queen.svg: a queen">',
        }[written[0]]
    )
    assert "M002" in [each[0] for each in told(tmp_path, files)]
    text = mended(tmp_path, files, "bees.md")
    assert text == card(right) or written[0] != "!" or "(Queen.svg)" in text
    files["bees.md"] = text
    assert [each[0] for each in told(tmp_path, files) if each[0] == "M002"] == []


def test_the_mended_name_stands_where_the_finding_points(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "deck.yaml": DECK,
        "bees.csv": "Front,Back\nqueen.svg?,<img src=queen.svg alt=Q>\n",
        "media/Queen.svg": SVG,
    }
    (found,), texts = check(tmp_path, files)
    assert found.span is not None
    assert texts["bees.csv"].text[: found.span.start].endswith("<img src=")
    assert [(edit.span, edit.text) for edit in found.edits] == [(found.span, "Queen.svg")]


@pytest.mark.parametrize(
    "answer", ["![a queen](que%65n.svg)", "`(queen.svg)` ![a queen](queen.svg)"]
)
def test_a_name_is_not_mended_where_its_place_is_not_sure(tmp_path: Path, answer: str) -> None:
    files: dict[str, str | bytes] = {
        "deck.yaml": DECK,
        "bees.md": card(answer),
        "media/Queen.svg": SVG,
    }
    (found,), _ = check(tmp_path, files)
    assert found.code == "M002"
    assert found.edits == ()


def test_a_missing_file_of_a_bare_file_tells_where_it_is_looked_for(tmp_path: Path) -> None:
    (found,), _ = check(tmp_path, {"bees.md": card("![a queen](queen.svg)")})
    assert found.hint == (
        "it is looked for beside the file, and there in media, attachments, assets and images"
    )


# Weight and format -------------------------------------------------------------------------------


def test_a_heavy_file_is_told_once_where_it_is_first_shown(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "bees.md": card("![a comb](img/comb.jpg) x") + "\nQ: And?\nA: ![a comb](img/comb.jpg)\n",
        "img/comb.jpg": b"\xff" * (MB + MB // 2),
    }
    assert told(tmp_path, files) == [
        ("M010", "img/comb.jpg", '"comb.jpg" has 1.5 MB: heavy for an image (over 1)')
    ]


def test_a_sound_and_a_video_may_be_heavier_than_an_image(tmp_path: Path) -> None:
    text = card("[sound:a.mp3] [sound:b.mp4] [sound:c.mp3] ![a comb](d.png)")
    files: dict[str, str | bytes] = {
        "bees.md": text,
        "a.mp3": b"a" * 4 * MB,
        "b.mp4": b"b" * 9 * MB,
        "c.mp3": b"c" * (6 * MB),
        "d.png": b"d" * MB,
    }
    assert [each[:2] for each in told(tmp_path, files)] == [("M010", "c.mp3")]


def test_what_ankiweb_does_not_take_is_not_told_twice(tmp_path: Path) -> None:
    write(tmp_path, {"bees.md": card("[sound:a.mp4]")})
    with open(tmp_path / "a.mp4", "wb") as large:
        large.truncate(101 * MB)
    assert [each[0] for each in told(tmp_path, {"bees.md": card("[sound:a.mp4]")})] == ["M007"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.tiff", "shown by neither Anki nor AnkiDroid"),
        ("a.ogg", "not played by AnkiMobile on many iPhones"),
        ("a.webm", "not played by AnkiMobile on iPhones"),
        ("a.avi", "played by neither AnkiDroid nor AnkiMobile"),
    ],
)
def test_a_format_that_some_devices_do_not_play_is_told(
    tmp_path: Path, name: str, message: str
) -> None:
    answer = f"![a comb]({name})" if name == "a.tiff" else f"[sound:{name}]"
    assert told(tmp_path, {"bees.md": card(answer), name: "x"}) == [
        ("M011", name, f'"{name}" is {message}')
    ]


def test_formats_that_all_devices_play_pass(tmp_path: Path) -> None:
    names = ["a.png", "b.jpg", "c.webp", "d.gif", "e.svg", "f.mp3", "g.mp4", "h.m4a", "i.wav"]
    shown = " ".join(f"![a comb]({name})" for name in names)
    assert told(tmp_path, {"bees.md": card(shown), **dict.fromkeys(names, "x")}) == []


# The same bytes twice ----------------------------------------------------------------------------


def test_a_copy_is_told_where_it_is_shown(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "deck.yaml": DECK,
        "bees.md": card("![a queen](queen.svg) ![a drone](males/drone.svg)"),
        "media/queen.svg": SVG,
        "media/males/drone.svg": SVG,
        "media/males/worker.svg": SVG.replace("9", "8"),
    }
    found, texts = check(tmp_path, files)
    copies = [each for each in found if each.code == "M012"]
    (copy,) = copies
    text = texts["bees.md"].text
    assert copy.span is not None
    assert copy.other is not None
    assert text[copy.span.start : copy.span.end] == "males/drone.svg"
    assert text[copy.other.start : copy.other.end] == "queen.svg"
    assert copy.message == (
        "media/males/drone.svg has the same bytes as media/queen.svg: one of them is packaged"
    )


def test_a_copy_that_no_note_names_is_told_by_its_path(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "deck.yaml": DECK,
        "bees.md": card("![a queen](queen.svg)"),
        "media/queen.svg": SVG,
        "old/queen.svg": SVG,
    }
    found = [each for each in told(tmp_path, files) if each[0] == "M012"]
    assert found == [
        ("M012", "", "old/queen.svg has the same bytes as media/queen.svg: one of them is packaged")
    ]


def test_what_lies_beside_a_bare_file_may_be_anything(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "bees.md": card("![a queen](queen.svg)"),
        "queen.svg": SVG,
        "copy.svg": SVG,
    }
    assert told(tmp_path, files) == []


def test_a_link_to_a_file_is_no_copy(tmp_path: Path) -> None:
    write(tmp_path, {"queen.svg": SVG})
    (tmp_path / "drone.svg").symlink_to("queen.svg")
    answer = "![a queen](queen.svg) ![a drone](drone.svg)"
    assert told(tmp_path, {"bees.md": card(answer)}) == []


# Images without words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("see ![](queen.svg) here", "![](queen.svg)"),
        ("see ![queen.svg](queen.svg) here", "![queen.svg](queen.svg)"),
        ("see ![image](queen.svg) here", "![image](queen.svg)"),
        ("see ![|300](queen.svg) here", "![|300](queen.svg)"),
        ("see ![[queen.svg]] here", "![[queen.svg]]"),
        ("see ![[queen.svg|300x200]] here", "![[queen.svg|300x200]]"),
        ("see <img src='queen.svg'> here", "<img src='queen.svg'>"),
        ("![a queen](queen.svg) ![](queen.svg)", "![](queen.svg)"),
    ],
)
def test_an_image_without_words_is_told(tmp_path: Path, answer: str, words: str) -> None:
    ((code, pointed, _),) = told(tmp_path, {"bees.md": card(answer), "queen.svg": SVG})
    assert (code, pointed) == ("M013", words)


@pytest.mark.parametrize(
    "answer",
    [
        "![a queen](queen.svg)",
        "![a queen|300](queen.svg)",
        "![1945](queen.svg)",
        "![[queen.svg|a queen]]",
        "![[queen.svg|a queen|300]]",
        '<img src="queen.svg" alt="">',
        "<img src=queen.svg alt=queen>",
        "`![](queen.svg)` and [sound:a.mp3] ![](a.mp3)",
    ],
)
def test_an_image_with_words_or_for_ornament_passes(tmp_path: Path, answer: str) -> None:
    assert told(tmp_path, {"bees.md": card(answer), "queen.svg": SVG, "a.mp3": "x"}) == []


def test_images_of_page_text_and_tables_are_looked_at(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "deck.yaml": DECK,
        "bees.txt": "The hive\n\nA hive is a box of wood in which bees build combs of wax and live "
        "all year round: ![](hive.svg) is one.\n",
        "comb.csv": 'Front,Back\nWhich?,<b>a comb</b>\nSo?,"<img src=""hive.svg"">"\n',
        "media/hive.svg": SVG,
    }
    found = {each[:2] for each in told(tmp_path, files)}
    assert found == {("M013", "![](hive.svg)"), ("M013", '"<img src=""hive.svg"">"')}
