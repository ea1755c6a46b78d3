"""Checks of tags, and what Anki makes of what they tell."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection
from anki.decks import DeckId
from anki.errors import SearchError

from deckwright import build
from deckwright.diagnostics import Diagnostic, Files
from deckwright.reading import Inputs, read_inputs
from helpers import NOW, deckwright, import_package, write


def check(folder: Path, files: Files) -> tuple[list[Diagnostic], Inputs]:
    """What is found about tags in a small project, or in a bare file."""
    path = "deck.yaml" if "deck.yaml" in files else next(iter(files))
    with contextlib.chdir(write(folder, files)):
        inputs = read_inputs(path)
        made = build.compile(inputs, NOW, scope=build.Scope(select=("G",)))
    return [each for each in made.diagnostics if each.code[0] == "G"], inputs


def findings(folder: Path, files: Files) -> list[tuple[str, int, str]]:
    """The code, the line and the marked words of each finding."""
    found, inputs = check(folder, files)
    shown = []
    for each in found:
        assert each.span is not None
        source = inputs.texts[each.span.path]
        words = source.text[each.span.start : each.span.end]
        shown.append((each.code, source.location(each.span.start)[0], words))
    return shown


def mended(folder: Path, files: Files) -> dict[str, str]:
    """The texts of the sources with all edits made."""
    found, inputs = check(folder, files)
    texts = {path: source.text for path, source in inputs.texts.items()}
    edits = {edit for each in found for edit in each.edits}
    for edit in sorted(edits, key=lambda edit: -edit.span.start):
        text = texts[edit.span.path]
        texts[edit.span.path] = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return texts


DECK = "id: bees\nname: Bees\nsources:\n"

# Capitals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "line", "marked"),
    [
        (
            {
                "notes.md": "---\ntags: [apiary]\n---\n\n## Who swarms? #Apiary\n\n"
                "Half of them.\n\n## When? #apiary\n\nIn May.\n\n## Where? #apiary\n\nTo a tree.\n"
            },
            5,
            "Apiary",
        ),
        (
            {
                "notes.md": "Q: Who swarms?\nA: Bees.\n<!-- tags: apiary -->\n\n"
                "Q: When do they?\nA: In May.\n<!-- tags: spring, Apiary -->\n"
            },
            7,
            "Apiary",
        ),
        (
            {"notes.csv": "Front;Back;tags\nWho swarms?;bees;apiary spring\nWhen?;May;Apiary\n"},
            3,
            "Apiary",
        ),
        (
            {"notes.csv": 'Front,Back,tags\nWho?,bees,apiary\nWhen?,May,"Apiary, spring"\n'},
            3,
            "Apiary",
        ),
        (
            {
                "notes.yaml": "notes:\n  - Front: Who swarms?\n    Back: bees\n    tags:\n"
                "      - spring\n      - Apiary\n"
                "  - {Front: When?, Back: May, tags: [apiary]}\n"
                "  - {Front: Where?, Back: Here, tags: apiary}\n"
            },
            6,
            "Apiary",
        ),
    ],
)
def test_a_tag_in_other_capitals_is_told_at_its_place(
    tmp_path: Path, files: Files, line: int, marked: str
) -> None:
    assert findings(tmp_path, files) == [("G001", line, marked)]
    assert check(tmp_path, mended(tmp_path, files))[0] == []


def test_the_rarer_spelling_is_the_wrong_one(tmp_path: Path) -> None:
    rows = "".join(f"Question {number}?;answer;apiary\n" for number in range(5))
    files = {"notes.csv": f"Front;Back;tags\n{rows}Who?;bees;Apiary\n"}
    assert findings(tmp_path, files) == [("G001", 7, "Apiary")]
    assert mended(tmp_path, files) == {"notes.csv": files["notes.csv"].replace("Apiary", "apiary")}


def test_a_tag_of_deck_yaml_is_told_there(tmp_path: Path) -> None:
    files = {
        "deck.yaml": f"{DECK}  - {{path: notes.csv, tags: [Apiary]}}\ntags:\n"
        "  - tag: Swarms\n    title: swarms\n",
        "notes.csv": "Front;Back;tags\nWho?;bees;swarms\nWhen?;May;swarms\n"
        "Who swarms?;bees;swarms\n",
    }
    assert findings(tmp_path, files) == [("G001", 6, "Swarms")]
    assert "- tag: swarms\n    title: swarms" in mended(tmp_path, files)["deck.yaml"]


def test_a_tag_above_is_a_tag(tmp_path: Path) -> None:
    files = {
        "notes.md": "## Who lays? #bees/queen\n\nShe.\n\n## Who mates? #Bees/drone\n\nHe.\n\n"
        "## Who works? #bees/worker\n\nThey.\n"
    }
    assert findings(tmp_path, files) == [("G001", 5, "Bees/drone")]
    assert "#bees/drone" in mended(tmp_path, files)["notes.md"]


def test_where_the_place_is_unsure_the_note_is_told_and_nothing_mended(tmp_path: Path) -> None:
    """The question says the same as the tag."""
    files = {
        "notes.csv": "Front;Back;tags\nOak;a tree;Oak\nWho?;acorns;oak\nWhen?;May;oak\n",
    }
    found, inputs = check(tmp_path, files)
    assert [
        each.span and inputs.texts["notes.csv"].location(each.span.start) for each in found
    ] == [(2, 1)]
    assert [each.edits for each in found] == [()]


def test_tags_that_differ_in_more_are_fine(tmp_path: Path) -> None:
    files = {"notes.csv": "Front;Back;tags\nWho?;bees;apiary\nWhen?;May;apiaries\n"}
    assert findings(tmp_path, files) == []


# Odd tags -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("sky;stars", "is one tag to Anki, sign and all"),
        ("#sky", "has its # as a part of its name"),
        ("s*y", "cannot be searched for as it is: * stands for anything"),
        ("s\\y", "cannot be searched for as it is: \\ ends the search"),
        ("leech", "is Anki's own: Anki gives it to cards that are forgotten often"),
        ("Marked", "is Anki's own: Anki gives it to notes that a learner marks"),
        ("none", "is Anki's own: searching for it finds the notes without tags"),
    ],
)
def test_an_odd_tag_is_told(tmp_path: Path, tag: str, message: str) -> None:
    source = f"notes:\n  - Front: Which star is red?\n    Back: Mira\n    tags: ['{tag}']\n"
    found, inputs = check(tmp_path, {"stars.yaml": source})
    assert [each.message.partition('" ')[2] for each in found] == [message]
    assert found[0].span
    assert inputs.texts["stars.yaml"].location(found[0].span.start)[0] == 4


def test_one_colon_is_told_where_other_tags_have_two(tmp_path: Path) -> None:
    source = "Front;Back;tags\nWho?;Mira;sky::red\nWhich?;Vega;sky:white\nWhen?;now;book:3\n"
    assert findings(tmp_path, {"stars.csv": source}) == [("G002", 3, "sky:white")]


@pytest.mark.parametrize(
    "tag", ["c++", "c#", "a.b", "AC/DC", "a_b", "50%", "übung", "日本", "q&a", "don't", "(x)", "x!"]
)
def test_other_signs_are_fine(tmp_path: Path, tag: str) -> None:
    source = f'notes:\n  - {{Front: Which star is red?, Back: Mira, tags: ["{tag}"]}}\n'
    assert findings(tmp_path, {"stars.yaml": source}) == []


# Tags that are split ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "files",
    [
        {"tea.md": "---\ntags: drinks, black tea\n---\n\nQ: What is it?\nA: Tea.\n"},
        {"tea.md": "Q: What is it?\nA: Tea.\n<!-- tags: drinks, black tea -->\n"},
        {"tea.csv": "Front;Back;tags\nWhat is it?;Tea;drinks, black tea\n"},
        {"tea.csv": 'Front,Back,tags\nWhat is it?,Tea,"drinks, black tea"\n'},
        {"tea.yaml": "tags: drinks, black tea\nnotes:\n  - {Front: What is it?, Back: Tea}\n"},
        {"tea.yaml": "notes:\n  - Front: What?\n    Back: Tea\n    tags: drinks, black tea\n"},
    ],
)
def test_words_between_commas_were_meant_as_one_tag(tmp_path: Path, files: Files) -> None:
    assert [(code, words) for code, _, words in findings(tmp_path, files)] == [
        ("G003", "black tea")
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"tea.md": "---\ntags: drinks black tea\n---\n\nQ: What is it?\nA: Tea.\n"},
        {"tea.md": "---\ntags: drinks, tea\ntitle: A, b c\n---\n\nQ: What is it?\nA: Tea.\n"},
        {"tea.csv": "Front;Back;tags\nWhat is it?;A drink, black tea;drinks black tea\n"},
        {"tea.yaml": "notes:\n  - {Front: What is it?, Back: 'tags: a, b c', tags: [a, b, d]}\n"},
    ],
)
def test_blanks_between_tags_are_fine(tmp_path: Path, files: Files) -> None:
    assert findings(tmp_path, files) == []


# What Anki makes of it ----------------------------------------------------------------------------


@pytest.fixture
def col(tmp_path: Path) -> Iterator[Collection]:
    here = Path.cwd()
    (tmp_path / "anki").mkdir()
    collection = Collection(str(tmp_path / "anki" / "collection.anki2"))
    os.chdir(here)  # opening a collection goes into its media folder
    yield collection
    collection.close()


def tagged(col: Collection, tag: str) -> list[str]:
    note_type = col.models.by_name("Basic")
    assert note_type is not None
    note = col.new_note(note_type)
    note["Front"], note.tags = f"Who has {tag}?", [tag]
    col.add_note(note, DeckId(1))
    return col.get_note(note.id).tags


@pytest.mark.parametrize("known", ["", "WAX"])
def test_anki_has_one_spelling_of_a_tag_and_the_learner_has_the_say(
    tmp_path: Path, col: Collection, known: str
) -> None:
    if known:
        assert tagged(col, known) == ["WAX"]
    source = "Front;Back;tags\nWho?;bees;wax\nWhen?;May;Wax\nWhere?;here;wAx::comb\n"
    write(tmp_path, {"bees.csv": source})
    assert deckwright(tmp_path, "build", "bees.csv").exit_code == 0
    import_package(col, tmp_path / "bees.apkg")
    spellings = {tag.split("::")[0] for tag in col.tags.all()}
    assert len(spellings) == 1
    assert not known or spellings == {"WAX"}


def test_anki_cannot_search_for_odd_tags(col: Collection) -> None:
    for tag in ("a*b", "aXb", 's"y', "s\\y", "none", "plain"):
        assert tagged(col, tag) == [tag]
    assert len(col.find_notes("tag:plain")) == 1
    assert len(col.find_notes("tag:a*b")) == 2
    assert len(col.find_notes("tag:none")) == 0
    for tag in ('s"y', "s\\y"):
        with pytest.raises(SearchError):
            col.find_notes(f"tag:{tag}")
