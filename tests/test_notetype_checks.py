"""Checks of a project's own note types: what cards never show, and what they do not answer."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from deckwright import build
from deckwright.diagnostics import Diagnostic
from deckwright.reading import Inputs, read_inputs
from helpers import NOW, deckwright, write

NOTETYPE = """\
kind: normal
fields:
  - Name        # what is asked
  - {name: Leaf, id: "12"}
  - Bark
templates:
  - name: Leaf
    front: leaf.front.html
    back: leaf.back.html
style: style.css
"""


def check(
    folder: Path,
    notetype: str = NOTETYPE,
    front: str = "Which leaves has {{Name}}?",
    back: str = "{{FrontSide}}<hr>{{Leaf}} {{#Bark}}and {{Bark}}{{/Bark}}",
    note: str = "{Name: Aspen, Leaf: round}",
) -> tuple[list[Diagnostic], Inputs]:
    """What is found about a note type of a project's own."""
    files = {
        "deck.yaml": "id: trees\nname: Trees\nsources: [trees.yaml]\n",
        "trees.yaml": f"type: Tree\nnotes:\n  - {note}\n",
        "notetypes/Tree/notetype.yaml": notetype,
        "notetypes/Tree/leaf.front.html": f"{front}\n",
        "notetypes/Tree/leaf.back.html": f"\n{back}\n",
        "notetypes/Tree/style.css": ".card { font-size: 20px; }\n",
    }
    with contextlib.chdir(write(folder, files)):
        inputs = read_inputs("deck.yaml")
        made = build.compile(inputs, NOW, scope=build.Scope(select=("default",)))
    return [each for each in made.diagnostics if each.severity > 0], inputs


def place(told: Diagnostic, inputs: Inputs) -> tuple[str, int, str]:
    """The file, the line and the marked text of a finding."""
    assert told.span is not None
    source = inputs.texts[told.span.path]
    text = source.text[told.span.start : told.span.end]
    return told.span.path.replace("\\", "/"), source.location(told.span.start)[0], text


def test_a_note_type_that_shows_all_and_answers_is_fine(tmp_path: Path) -> None:
    assert check(tmp_path)[0] == []


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ("fields:\n  - Name\n  - Leaf\n  - Bark\n  - Root  # how deep\n", 5),
        ("fields:\n  - Name\n  - Leaf\n  - Bark\n  - {name: Root, id: '7'}\n", 5),
        ('fields: [Name, Leaf, Bark, "Root"]\n', 1),
    ],
)
def test_a_field_that_no_template_shows_is_told_where_it_is_named(
    tmp_path: Path, fields: str, line: int
) -> None:
    notetype = fields + NOTETYPE[NOTETYPE.index("templates:") :]
    found, inputs = check(tmp_path, notetype, note="{Name: Aspen, Leaf: round, Root: flat}")
    assert [(each.code, each.message) for each in found] == [
        ("B017", 'no template of Tree shows the field "Root", which 1 note fills')
    ]
    assert place(found[0], inputs) == ("notetypes/Tree/notetype.yaml", line, "Root")


def test_a_field_that_is_only_asked_for_is_used(tmp_path: Path) -> None:
    back = "{{Leaf}} {{#Bark}}It has bark.{{/Bark}}"
    assert check(tmp_path, back=back)[0] == []


@pytest.mark.parametrize("name", ["Spare 1", "Key", "ID", "Sort", "sort order", "GUID", "Number"])
def test_a_field_whose_name_says_that_it_is_not_for_cards_is_fine(
    tmp_path: Path, name: str
) -> None:
    assert check(tmp_path, NOTETYPE.replace("  - Bark\n", f"  - Bark\n  - {name}\n"))[0] == []


@pytest.mark.parametrize(
    "back",
    [
        "{{FrontSide}}",
        "{{FrontSide}}<hr id=answer>",
        "<style>b { color: red }</style>{{Name}} {{#Leaf}}{{/Leaf}} {{Deck}}",
    ],
)
def test_a_back_that_shows_no_more_than_its_front_is_told(tmp_path: Path, back: str) -> None:
    notetype = NOTETYPE.replace("  - Bark\n", "").replace('  - {name: Leaf, id: "12"}', "  - Leaf")
    found, inputs = check(tmp_path, notetype, back=back)
    told = next(each for each in found if each.code == "B018")
    assert told.message == 'the back of "Leaf" shows nothing that its front does not'
    assert place(told, inputs) == ("notetypes/Tree/leaf.back.html", 2, back)


@pytest.mark.parametrize(
    ("front", "back"),
    [
        ("{{Name}} {{type:Leaf}} {{Bark}}", "{{FrontSide}}"),
        ("{{Name}} {{kanji:Leaf}} {{Bark}}", "{{Name}} {{furigana:Leaf}}"),
        ("{{tts en_GB:Name}} {{tts en_GB:Leaf}} {{Bark}}", "{{Leaf}}"),
        ("{{Name}} {{hint:Leaf}} {{Bark}}", "{{FrontSide}} {{Leaf}}"),
        ("{{Name}} {{Leaf}} {{Bark}}", "{{FrontSide}} Poplars have such leaves."),
        ("<script>hide('leaf')</script>{{Name}} {{Leaf}} {{Bark}}", "{{Name}} {{Leaf}} {{Bark}}"),
    ],
)
def test_a_back_may_answer_in_other_ways(tmp_path: Path, front: str, back: str) -> None:
    assert check(tmp_path, front=front, back=back)[0] == []


def test_a_cloze_note_type_answers_by_its_deletions(tmp_path: Path) -> None:
    notetype = NOTETYPE.replace("kind: normal", "kind: cloze").replace("  - Bark\n", "")
    notetype = notetype.replace('  - {name: Leaf, id: "12"}\n', "")
    side, note = "{{cloze:Name}}", "{Name: 'An {{c1::aspen}} trembles.'}"
    assert check(tmp_path, notetype, side, side, note)[0] == []


def test_a_field_for_others_may_be_ignored(tmp_path: Path) -> None:
    notetype = NOTETYPE.replace("  - Bark\n", "  - Bark\n  - Root\n")
    assert [each.code for each in check(tmp_path, notetype)[0]] == ["B017"]
    deck = (tmp_path / "deck.yaml").read_text("utf-8")
    write(tmp_path, {"deck.yaml": f"{deck}checks: {{ignore: [unused-field]}}\n"})
    assert deckwright(tmp_path, "check").exit_code == 0
