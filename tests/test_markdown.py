"""The Markdown reader: what is a note, what is said of it, and that nothing is lost on the way."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckwright import report
from deckwright.diagnostics import Diagnostic, Severity
from deckwright.naming import Mistake
from deckwright.note import Note
from deckwright.notetypes import NoteType, built_in
from deckwright.readers.known import Known
from deckwright.readers.markdown import RULES, MarkdownOptions, read
from deckwright.source import Source, decode

REST = ("Context", "More", "Source", "Key")
KNOWN = Known(
    {
        **built_in(),
        "Basic (reversed)": NoteType(
            "Basic (reversed)", "normal", ("Front", "Back", *REST), (), ""
        ),
        "Type-in": NoteType("Type-in", "normal", ("Front", "Back", *REST), (), ""),
        "Cloze": NoteType("Cloze", "cloze", ("Text", "Extra", *REST), (), ""),
        "Vocabulary": NoteType("Vocabulary", "normal", ("Word", "Meaning", "Sound"), (), ""),
        "Gap": NoteType("Gap", "cloze", ("Sentence", "Note", "Header"), (), ""),
        "Bare gap": NoteType("Bare gap", "cloze", ("Sentence",), (), ""),
    }
)

anything = settings(deadline=None, database=None, max_examples=150)


def source_of(data: str | bytes, path: str = "bees.md") -> Source:
    source = decode(path, data.encode() if isinstance(data, str) else data)
    assert isinstance(source, Source)
    return source


def reading(
    text: str, path: str = "bees.md", **options: Any
) -> tuple[list[Note], list[Diagnostic]]:
    """The notes of a text, and what is told; that spans are true is seen to on the way."""
    source = source_of(text, path)
    notes, diagnostics = read(source, MarkdownOptions(**options), KNOWN)
    spans_are_true(source, notes, diagnostics)
    return list(notes), list(diagnostics)


def notes_of(text: str, path: str = "bees.md", **options: Any) -> list[Note]:
    """The notes of a text with which nothing is wrong."""
    notes, diagnostics = reading(text, path, **options)
    assert [d.message for d in diagnostics if d.severity > Severity.INFO] == []
    return notes


def note_of(text: str, path: str = "bees.md", **options: Any) -> Note:
    (note,) = notes_of(text, path, **options)
    return note


def fields(note: Note) -> dict[str, str]:
    return {field.name: field.value for field in note.fields}


def cards(text: str, path: str = "bees.md", **options: Any) -> list[dict[str, str]]:
    return [fields(note) for note in notes_of(text, path, **options)]


def findings(text: str, path: str = "bees.md", **options: Any) -> list[str]:
    """What a user is told of a text."""
    source = source_of(text, path)
    diagnostics = read(source, MarkdownOptions(**options), KNOWN)[1]
    return list(report.brief(diagnostics, {path: source}))


def told(text: str, path: str = "bees.md", **options: Any) -> list[tuple[str, str]]:
    """The rules that a text breaks, each with the text that it points at."""
    source = source_of(text, path)
    _, diagnostics = read(source, MarkdownOptions(**options), KNOWN)
    spans = [(d.rule.name, d.span) for d in diagnostics]
    return [(name, source.text[s.start : s.end] if s else "") for name, s in spans]


def spans_are_true(
    source: Source, notes: Iterable[Note], diagnostics: Iterable[Diagnostic]
) -> None:
    text = source.text
    for note in notes:
        assert note.span is not None
        assert 0 <= note.span.start < note.span.end <= len(text)
        for field in note.fields:
            if field.span is None:
                assert field.form == "text"  # the name of the file
                continue
            assert field.span.path == source.path
            assert 0 <= field.span.start <= field.span.end <= len(text) + 1
            if field.exact:
                assert text[field.span.start : field.span.end] == field.value
            if field.name != "Context":
                for line in field.value.split("\n"):
                    assert line in text[field.span.start : field.span.end]
    for diagnostic in diagnostics:
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)


# Headings ----------------------------------------------------------------------------------------


def test_a_heading_with_text_below_it_is_a_note() -> None:
    text = "# The queen\n\nShe lays **eggs**.\n\n- in cells\n  - of wax\n\n# The drone\nHe mates.\n"
    assert cards(text) == [
        {"Front": "The queen", "Back": "She lays **eggs**.\n\n- in cells\n  - of wax"},
        {"Front": "The drone", "Back": "He mates."},
    ]
    note = notes_of(text)[0]
    assert note.note_type == "Basic"
    assert [field.form for field in note.fields] == ["markdown#", "markdown"]
    assert all(field.exact for field in note.fields)


@pytest.mark.parametrize(
    "heading",
    [
        *("# Wax", "###### Wax", "   ## Wax", "# Wax #", "## Wax ######", "#\tWax", "Wax\n==="),
        *("Wax\n-----", "Wax\n---"),
    ],
)
def test_headings_as_markdown_has_them(heading: str) -> None:
    assert cards(f"{heading}\n\nBees make it.") == [{"Front": "Wax", "Back": "Bees make it."}]


@pytest.mark.parametrize(
    "line",
    [
        *("#Wax and more", "####### Wax", "    # Wax", "\t# Wax", "\\# Wax", "> # Wax", "- # Wax"),
        *("```\n# Wax\n```", "~~~ py\n# Wax\n```\n# Wax\n~~~", "- x\n    ```\n# Wax\n    ```"),
        *("<!-- a\n# Wax\n--> b", "<div>\n# Wax\n</div>", "<pre>\n\n# Wax\n</pre>"),
        *(
            "Two lines\nof text\n---",
            "- item\n---",
            "> quote\n---",
            "| a | b\n---",
            "x\n-",
            "x\n=-",
        ),
        *("- item\n  # Wax", "%%\n# Wax\n%% b"),
    ],
)
def test_what_only_looks_like_a_heading_is_text(line: str) -> None:
    text = f"# Comb\n\nOf wax:\n\n{line}\n\nand honey."
    (card,) = cards(text)
    assert card["Back"] == f"Of wax:\n\n{line}\n\nand honey."


def test_higher_headings_are_the_context() -> None:
    text = "# Bees\n## Castes\n### Queen\nLays.\n### Drone\nMates.\n## Honey\nSweet.\n"
    assert cards(text) == [
        {"Front": "Queen", "Back": "Lays.", "Context": "Bees › Castes"},
        {"Front": "Drone", "Back": "Mates.", "Context": "Bees › Castes"},
        {"Front": "Honey", "Back": "Sweet.", "Context": "Bees"},
    ]
    assert [note.deck for note in notes_of(text)] == ["", "", ""]


def test_higher_headings_can_be_decks() -> None:
    text = "# Bees\n## `std::vector` *and* more\n### Queen\nLays.\n# Wasps\nSting.\n"
    notes = notes_of(text, headings="deck")
    assert [(note.value("Front"), note.deck) for note in notes] == [
        ("Queen", "::Bees::std:vector and more"),
        ("Wasps", ""),
    ]
    assert notes[0].get("Context") is None
    absolute = "---\ndeck: Life::Insects\n---\n" + text
    assert [n.deck for n in notes_of(absolute, headings="deck")] == [
        "Life::Insects::Bees::std:vector and more",
        "Life::Insects",
    ]


def test_higher_headings_can_be_nothing() -> None:
    assert cards("# Bees\n## Queen\nLays.\n", headings="none") == [
        {"Front": "Queen", "Back": "Lays."}
    ]


def test_by_default_every_heading_with_text_of_its_own_is_a_note() -> None:
    assert [card["Front"] for card in cards("# Bees\nThey fly.\n## Queen\nLays.\n")] == [
        "Bees",
        "Queen",
    ]


def test_of_one_level_alone_headings_can_be_notes() -> None:
    text = "# Bees\nThey fly.\n## Queen\nLays.\n### How many\n2,000 a day.\n"
    assert cards(text, level=2) == [
        {"Front": "Queen", "Back": "Lays.\n### How many\n2,000 a day.", "Context": "Bees"}
    ]
    assert told(text, level=2) == [("skipped-markdown", "They fly.")]


def test_a_concept_has_its_text_where_concepts_have_it() -> None:
    note = note_of("# Wax\n\nBees make it.", type="Concept")
    assert (note.note_type, fields(note)) == (
        "Concept",
        {"Concept": "Wax", "More": "Bees make it."},
    )


def test_a_note_type_of_ones_own_gets_its_first_two_fields() -> None:
    note = note_of("# Chapter\n## die Biene\nbee", type="vocabulary")
    assert (note.note_type, fields(note)) == (
        "Vocabulary",
        {"Word": "die Biene", "Meaning": "bee"},
    )


def test_a_note_type_that_no_one_knows_is_told_later() -> None:
    note = note_of("# Wax\nBees make it.", type="Waxy")
    assert (note.note_type, fields(note)) == ("Waxy", {"Front": "Wax", "Back": "Bees make it."})


def test_a_heading_without_text_is_an_error() -> None:
    text = "# Bees\n\n## Queen\n\n## Drone\n\nMates.\n"
    assert findings(text) == [
        'bees.md:3:1: error F004: "Queen" has no text',
        "  help: write the answer below it, or remove it",
    ]
    assert [card["Front"] for card in reading_fields(text)] == ["Drone"]


def reading_fields(text: str, **options: Any) -> list[dict[str, str]]:
    return [fields(note) for note in reading(text, **options)[0]]


def test_in_a_vault_a_heading_without_text_is_a_warning() -> None:
    text = "---\ndeck: Bees\n---\n# Queen\n# Drone\nMates.\n"
    assert told(text, only="decked") == [("stub", "# Queen")]


@pytest.mark.parametrize("text", ["#\n\nText.", "## #queen\n\nText."])
def test_text_below_a_heading_without_words_is_an_error(text: str) -> None:
    assert [name for name, _ in told(text)] == ["heading-without-title"]
    assert reading(text)[0] == []


def test_text_above_the_first_heading_is_told() -> None:
    text = "Notes of a course.\n\nBy me.\n\n# Wax\nBees make it."
    assert told(text) == [("skipped-markdown", "Notes of a course.\n\nBy me.")]


def test_lines_between_cards_are_dropped_and_those_in_a_text_stay() -> None:
    text = "# Wax\n\n---\nBees\n\n***\n\nmake it.\n\n---\n\n# Honey\nSweet.\n\n_ _ _\n"
    assert [card["Back"] for card in cards(text)] == ["Bees\n\n***\n\nmake it.", "Sweet."]
    assert [where for _, where in told(text)] == ["---", "---", "_ _ _"]


# Questions, answers, deletions --------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Q: What is wax?\nA: A fat.",
        "**Q:** What is wax?\n**A:** A fat.",
        "**Q**: What is wax?\n\n__A__: A fat.",
        "**Q: What is wax?**\nA: A fat.",
        "Q:What is wax?\nA:A fat.",
        "Q：What is wax?\nA：A fat.",
        "Q:\nWhat is wax?\n\nA:\n\nA fat.",
        "some text\nQ: What is wax?\nA: A fat.\n---\n",
        "</div>\nQ: What is wax?\nA: A fat.",
    ],
)
def test_a_question_and_its_answer(text: str) -> None:
    note = note_of(text)
    assert (note.note_type, fields(note)) == ("Basic", {"Front": "What is wax?", "Back": "A fat."})
    assert all(field.exact for field in note.fields)
    assert note.key == "bees/what-is-wax"


def test_an_answer_goes_on_to_the_next_card_heading_or_line() -> None:
    text = """\
Q: What is wax
made of?

![](wax.png)
A: Fat.

- esters

```
Q: code
# code
A: code
```
Q: b
A: Second.

Still second.
# Heading
Q: c
A: Third.

---

**Q:** d
**A:** Fourth.
"""
    assert [(c["Front"], c["Back"]) for c in cards(text)] == [
        (
            "What is wax\nmade of?\n\n![](wax.png)",
            "Fat.\n\n- esters\n\n```\nQ: code\n# code\nA: code\n```",
        ),
        ("b", "Second.\n\nStill second."),
        ("c", "Third."),
        ("d", "Fourth."),
    ]


def test_three_dashes_right_below_an_answer_end_it_and_more_underline_a_heading() -> None:
    assert [c["Front"] for c in cards("Q: a\nA: b\n---\nQ: c\nA: d\n\ne\n---\n")] == ["a", "c"]
    text = "Q: a\nA: b\n\nWax\n-----\nBees make it."
    assert [c["Front"] for c in cards(text)] == ["a", "Wax"]


def test_cards_below_a_heading_have_it_as_their_context() -> None:
    text = "# Bees\n## Wax\nBees make it.\n\nQ: Who?\nA: Workers.\nC: From [honey].\n"
    notes = notes_of(text)
    assert [fields(note) for note in notes] == [
        {"Front": "Wax", "Back": "Bees make it.", "Context": "Bees"},
        {"Front": "Who?", "Back": "Workers.", "Context": "Bees › Wax"},
        {"Text": "From [honey].", "Context": "Bees › Wax"},
    ]
    keys = [note.key for note in notes]
    assert keys == ["bees/bees/wax", "bees/bees/wax/who", "bees/bees/wax/from-honey"]


@pytest.mark.parametrize(
    ("line", "options", "form"),
    [
        ("Bees make [wax] of [honey].", {}, "markdown[]"),
        ("Bees make {{c1::wax::what}}, see [1].", {}, "markdown"),
        ("Bees make [wax].", {"brackets": False}, "markdown"),
        ("Bees make ==wax==.", {"highlights": "cloze"}, "markdown==[]"),
        ("Bees make {{c::wax}} of ==honey==.", {"highlights": "cloze"}, "markdown=="),
    ],
)
def test_a_line_with_deletions(line: str, options: Any, form: str) -> None:
    note = note_of(f"C: {line}\n", **options)
    (field,) = note.fields
    assert (note.note_type, field.name, field.value) == ("Cloze", "Text", line)
    assert (field.form, field.exact) == (form, True)


@pytest.mark.parametrize("word", ["Extra:", "A:", "**Extra:**"])
def test_what_is_shown_beside_the_answer_stands_below_the_deletions(word: str) -> None:
    assert cards(f"C: Bees make [wax],\n\nall of them.\n{word} And honey.\n\nAnd more.") == [
        {"Text": "Bees make [wax],\n\nall of them.", "Extra": "And honey.\n\nAnd more."}
    ]


@pytest.mark.parametrize(
    "line",
    [
        *("C:\\Windows", "C:/Users", "Q::x", "q: x", "AQ: x", " Q: x", "> Q: x", "- Q: x", "A: x"),
        *("**Q: a** b", "Extra: x", "`Q:` x", "QA: x"),
    ],
)
def test_what_only_looks_like_a_card_is_text(line: str) -> None:
    assert cards(f"# Wax\n\nText.\n\n{line}\n\nText.") == [
        {"Front": "Wax", "Back": f"Text.\n\n{line}\n\nText."}
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q: Why?\n\nQ: b\nA: c", ('"Why?" has no answer', "Q: Why?")),
        ("Q: Why?\nA:\n\nQ: b\nA: c", ('"Why?" has no answer', "Q: Why?\nA:")),
        ("Q:\nA: No.\n\nQ: b\nA: c", ('there is no question behind "Q:"', "Q:\nA: No.")),
        ("C:\n\nQ: b\nA: c", ('there is no text behind "C:"', "C:")),
    ],
)
def test_an_unfinished_card_is_an_error(text: str, expected: tuple[str, str]) -> None:
    notes, diagnostics = reading(text)
    assert [note.value("Front") for note in notes] == ["b"]
    (diagnostic,) = diagnostics
    assert diagnostic.rule.name == "unfinished-card"
    span = diagnostic.span
    assert span is not None
    assert (diagnostic.message, text[span.start : span.end]) == expected
    assert diagnostic.hint


def test_a_second_answer_is_warned_of_and_kept() -> None:
    notes, _ = reading("Q: a\nA: b\nA: c\n")
    assert fields(notes[0]) == {"Front": "a", "Back": "b\nA: c"}
    assert told("Q: a\nA: b\nA: c\n") == [("second-answer", "A: c")]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("q: What is propolis?\na: Resin", "q:"),
        ("Q. What is propolis?\nA. Resin", "Q."),
        ("Q) What is propolis?\nA) Resin", "Q)"),
        ("Q - What is propolis?\nA - Resin", "Q -"),
        ("Q : What is propolis?\nA : Resin", "Q :"),
        ("Q1: What is propolis?\nA1: Resin", "Q1:"),
        ("Question: What bees mix\nAnswer: Resin", "Question:"),
        ("QUESTION: What bees mix\n\nANSWER: Resin", "QUESTION:"),
        ("**Question:** What bees mix\n**Answer:** Resin", "**Question:**"),
        ("**Question**: What bees mix\n**Answer**: Resin", "**Question**:"),
        ("**q:** What is propolis?\n**a:** Resin", "**q:**"),
        ("*Q:* What is propolis?\n*A:* Resin", "*Q:*"),
        ("Q. Name a resin\nthat bees mix.\n\nA. Propolis", "Q."),
        ("Frage: Was mischen Bienen\nAntwort: Harz", "Frage:"),
    ],
)
@pytest.mark.parametrize("above", ["", "# Wax\n\nIt is fat.\n\n", "Q: What is wax?\nA: Fat\n\n"])
def test_a_misspelt_card_line_is_warned_of(above: str, text: str, mark: str) -> None:
    text = f"{above}{text}\n"
    source = source_of(text)
    notes, diagnostics = read(source, MarkdownOptions(), KNOWN)
    assert len(notes) == (1 if above else 0)
    (found,) = (each for each in diagnostics if each.code == "F016")
    assert found.span is not None
    assert text[found.span.start : found.span.end] == mark
    assert (found.message, found.hint) == (
        f'"{mark}" begins no card',
        'write "Q:" and "A:"',
    )


def test_an_indented_card_line_is_warned_of() -> None:
    text = "# Wax\n\n  Q: What is it?\n  A: Fat\n"
    (found,) = reading(text)[1]
    assert found.span is not None
    assert text[found.span.start : found.span.end] == "Q:"
    assert found.hint == "put it at the very beginning of the line"


@pytest.mark.parametrize(
    "text",
    [
        "q: charge\na: acceleration\nm: mass",
        "q: Is there no answer?",
        "a: Fat?\nq: Is the answer above?",
        "    q: Is it code?\n    a: Yes",
        "```\nq: Is it code?\na: Yes\n```",
        "`q:` Is it code?\n`a:` Yes",
        "<pre>\nq: Is it code?\na: Yes\n</pre>",
        "Q.E.D. Is it proved?\nA.M. and P.M.",
        "Q-switches are what?\nA-frames",
        "Question: what is it?\nIt is fat.",
        "Questions: what is it?\nAnswers: fat",
        "q: Is it far?\n" + "\n\nText." * 9 + "\n\na: Yes",
        "Question the king?\nAnswer the king!",
    ],
)
def test_what_only_looks_like_a_misspelt_card_is_text(text: str) -> None:
    assert len(notes_of(f"# Wax\n\nText.\n\n{text}\n")) == 1


def test_two_pairs_of_letters_are_cards_that_ask_nothing() -> None:
    pairs = "q: Capital of Norway\na: Oslo\n\nq: Capital of Chad\na: N’Djamena\n"
    assert told(f"# Towns\n\nText.\n\n{pairs}") == [("misspelt-card-line", "q:")] * 2
    assert told(f"# Towns\n\nText.\n\n{pairs[:33]}") == []


def test_text_behind_the_line_that_ends_a_card_is_warned_of() -> None:
    text = "Q: a\nA: b\n\n---\n\nMore to know.\n\n# Wax\nFat."
    assert told(text) == [("skipped-markdown", "---"), ("stray-text", "More to know.")]


# Which note type ----------------------------------------------------------------------------------


def test_a_heading_whose_text_has_deletions_is_a_cloze_note() -> None:
    note = note_of("# Bees\n## Wax\nBees {{c1::make}} it of ==honey==.")
    assert (note.note_type, fields(note)) == (
        "Cloze",
        {"Text": "Bees {{c1::make}} it of ==honey==.", "Context": "Bees › Wax"},
    )
    assert [field.form for field in note.fields] == ["markdown", "markdown#"]
    assert note.key == "bees/bees/wax"


def test_a_highlight_is_a_deletion_where_chosen() -> None:
    text = "# Wax\nBees make it of ==honey==."
    assert note_of(text).note_type == "Basic"
    note = note_of(text, highlights="cloze")
    assert (note.note_type, note.fields[0].form) == ("Cloze", "markdown==")


def test_a_type_that_is_given_stays_also_with_deletions() -> None:
    assert note_of("# Wax\n{{c1::Fat}}.", type="Basic").note_type == "Basic"


def test_the_heading_of_a_cloze_note_stands_where_its_type_has_a_field_for_it() -> None:
    assert cards("# Bees\n## Wax\n{{c1::Fat}}.", type="Gap") == [
        {"Sentence": "{{c1::Fat}}.", "Header": "Wax"}
    ]
    text = "## Wax\n{{c1::Fat}}."
    assert cards(text, type="Bare gap") == [{"Sentence": "{{c1::Fat}}."}]
    assert told(text, type="Bare gap") == [("skipped-markdown", "Wax")]


@pytest.mark.parametrize(
    "text",
    [
        "# die Biene {.reversed}\nbee",
        "# die Biene #reversed\nbee",
        "# die Biene\n#reversed\nbee",
        "# Words #reversed\n## die Biene\nbee",
        "# die Biene {type=reversed}\nbee",
        "# die Biene <!-- type: Basic (Reversed) -->\nbee",
        "# die Biene\n<!--\ntype: Basic (reversed)\n-->\nbee",
        "---\ntype: Basic (reversed)\n---\n# die Biene\nbee",
        "---\ntags: reversed\n---\nQ: die Biene\nA: bee",
        "<!-- type: Basic (reversed) -->\n\nQ: die Biene\nA: bee",
        "Q: die Biene {.reversed}\nA: bee",
        "Q: die Biene\nA: bee <!-- type: reversed -->",
        "#reversed\nQ: die Biene\nA: bee",
    ],
)
def test_notes_that_are_asked_both_ways(text: str) -> None:
    note = note_of(text)
    assert (note.note_type, note.tags) == ("Basic (reversed)", ())
    assert (note.value("Front"), note.value("Back")) == ("die Biene", "bee")


def test_notes_to_type_in() -> None:
    assert note_of("## die Biene {.type-in}\nbee").note_type == "Type-in"
    assert note_of('## die Biene {type="Type-in"}\nbee').note_type == "Type-in"


def test_the_type_of_a_file_is_that_of_its_questions_where_it_has_an_answer() -> None:
    text = "---\ntype: {}\n---\nQ: a\nA: b\n\nC: [c]"
    types = {
        "Vocabulary": ["Vocabulary", "Cloze"],
        "Term": ["Term", "Cloze"],
        "Concept": ["Basic", "Cloze"],
        "Gap": ["Basic", "Gap"],
    }
    for name, expected in types.items():
        assert [note.note_type for note in notes_of(text.format(name))] == expected


# What is said of notes ----------------------------------------------------------------------------


def test_front_matter() -> None:
    text = """\
---
deck: Life::Bees
tags:
  - insect
  - "#exam/oral"
type: Type-in
aliases: [Apis]
created: 2026-11-01
cssclasses: !wide {a: 1}
---
# Wax
Fat.
"""
    note = note_of(text)
    assert (note.deck, note.tags, note.note_type) == (
        *("Life::Bees", ("insect", "exam::oral")),
        "Type-in",
    )
    assert told(text) == []
    tags = "---\nTags: insect, exam/oral 2026\n---\n# Wax\nFat.\n"
    assert note_of(tags).tags == ("insect", "exam::oral", "2026")
    below = '---\ndeck: "::Bees"\n---\n# Wax\nFat.\n'
    assert note_of(below).deck == "::Bees"


def test_what_in_front_matter_is_not_meant_for_anki_is_told_and_left_alone() -> None:
    text = "---\ndesk: Bees\nrating: 5\nwhen: 2026-11-01\n---\n# Wax\nFat."
    _, diagnostics = reading(text)
    assert [(d.rule.name, d.severity, d.hint) for d in diagnostics] == [
        ("other-front-matter", Severity.INFO, 'did you mean "deck"?'),
        ("other-front-matter", Severity.INFO, ""),
        ("other-front-matter", Severity.INFO, ""),
    ]


@pytest.mark.parametrize(
    ("line", "key", "meant"),
    [
        ("deckk: Bees", "deckk", "deck"),
        ("Dekc: Bees", "Dekc", "deck"),
        ("decks: Bees", "decks", "deck"),
        ("deck name: Bees", "deck name", "deck"),
        ("tgas: [wax, comb]", "tgas", "tags"),
        ("tagss: wax", "tagss", "tags"),
        ("note-type: Cloze", "note-type", "type"),
        ("NoteType: Cloze", "NoteType", "type"),
        ("tpye: Cloze", "tpye", "type"),
        ("giud: q#Xk8,pV3d", "giud", "guid"),
        ("titlle: Beeswax", "titlle", "title"),
    ],
)
def test_a_misspelt_key_in_front_matter_is_warned_of(line: str, key: str, meant: str) -> None:
    text = f"---\naliases: [cera]\n{line}\n---\n# Wax\nFat."
    _, (told,) = reading(text)
    assert told.code == "F015"
    assert told.severity is Severity.WARNING
    assert told.message == f'"{key}" is no key of deckwright\'s, but nearly one, and says nothing'
    assert told.hint == f'did you mean "{meant}"?'
    assert told.span is not None
    assert text[told.span.start : told.span.end] == key


@pytest.mark.parametrize(
    "line",
    [
        "alias: cera",  # keys of other programs
        "date: 2026-11-01",
        "cssclass: wide",
        "uid: 20261101",
        "uuid: 6fa459ea-ee8a-3ca4-894e-db79e160355e",
        "ids: [3, 4]",
        "cards-deck: Bees",
        "desc: of wax",
        "dek: All about wax",
        "tabs: 4",
        "tasks: [melt, pour]",
        "guide: Adam",
        "grid: wide",
        "titel: Bienenwachs",  # other languages
        "titre: La cire",
        "typ: Stoff",
        "tipo: materia",
        "typed: true",
        "type2: Cloze",
        "decks:\n  main: Bees",  # what holds more than ours would
        "deck: Bees\ndecks: Bees",  # ours is there
        "Tags: [wax]",  # ours in other capitals, and what is read as ours
        "tag: wax",
    ],
)
def test_a_key_in_front_matter_that_is_a_word_of_its_own_is_no_slip(line: str) -> None:
    _, told = reading(f"---\n{line}\n---\n# Wax\nFat.")
    assert {each.code for each in told} <= {"F002"}


@pytest.mark.parametrize(
    ("options", "line", "meant"),
    [
        (MarkdownOptions(only="decked"), "dekc: Bees", "deck"),
        (MarkdownOptions(only="tagged", tag="wax"), "tgas: [wax]", "tags"),
    ],
)
def test_a_file_that_a_misspelt_key_leaves_out_is_warned_of(
    options: MarkdownOptions, line: str, meant: str
) -> None:
    notes, told = read(source_of(f"---\n{line}\n---\n# Wax\nFat."), options)
    assert notes == ()
    assert [each.code for each in told] == ["F011", "F015"]
    assert told[1].hint == f'did you mean "{meant}"?'


@pytest.mark.parametrize(
    ("line", "message", "at"),
    [
        ("deck: 'Bees::'", 'the deck name "Bees::" has an empty part', "Bees::"),
        ("tags: [wax comb]", 'the tag "wax comb" has a blank in it', "wax comb"),
        ("deck: [Bees]", "expected text, found a list", "[Bees]"),
        ("deck: no", "expected text, found true or false", "no"),
        ("tags: 2026-11-01", "YAML reads 2026-11-01 as a date", "2026-11-01"),
        ("deck: a\ndeck: b", 'the key "deck" is there twice', "deck"),
        ("guid: a b", '"a b" is no GUID: it has a blank in it', "a b"),
        ("deck: 'Bees", "not YAML: quotes that are not closed", "-"),
    ],
)
def test_a_mistake_in_front_matter_is_told_at_its_place(line: str, message: str, at: str) -> None:
    text = f"---\naliases: x\n{line}\n---\n# Wax\nFat."
    notes, diagnostics = reading(text)
    assert [note.value("Front") for note in notes] == ["Wax"]
    (diagnostic,) = diagnostics
    assert diagnostic.span is not None
    found = diagnostic.message, text[diagnostic.span.start : diagnostic.span.end] or "-"
    assert found == (message, at)
    assert (diagnostic.severity, bool(diagnostic.hint)) == (Severity.ERROR, True)


def test_front_matter_that_is_never_closed_is_an_error() -> None:
    _, diagnostics = reading("---\ndeck: Bees\n\n# Wax\nFat.")
    assert [(d.message, d.hint) for d in diagnostics if d.severity is Severity.ERROR] == [
        ("the front matter is never closed", 'put a line "---" below it')
    ]


@pytest.mark.parametrize(
    "text",
    [
        "---\nQ: a\nA: b\n---\n",
        "---\n\nWords.\n\n---\n\nQ: a\nA: b\n",
        "---\n# Heading\n\n---\nQ: a\nA: b\n",
        "---\nQ: a\nA: b",
        "---\n---\nQ: a\nA: b\n",
        "---\n# only a comment\nkey: value\n---\nQ: a\nA: b\n",
        "---",
    ],
)
def test_a_line_at_the_top_may_be_only_a_line(text: str) -> None:
    notes, diagnostics = reading(text)
    assert [d.message for d in diagnostics if d.severity is Severity.ERROR] in (
        [],
        ['"Heading" has no text'],
    )
    assert [note.value("Front") for note in notes] == (["a"] if "Q" in text else [])


def test_tags_of_headings_hold_for_all_below_and_are_taken_off() -> None:
    text = """\
#file
# #insect Bees #a/b
## Queen #royal
#x, #y-1

Lays #many eggs.

#end
### Diet
Jelly.

Q: Who?
A: Workers.
# C# and issue #1
Text #no.
"""
    assert [(note.fields[0].value, note.fields[1].value, note.tags) for note in notes_of(text)] == [
        ("Queen", "Lays #many eggs.", ("file", "insect", "a::b", "royal", "x", "y-1", "end")),
        ("Diet", "Jelly.", ("file", "insect", "a::b", "royal", "x", "y-1", "end")),
        ("Who?", "Workers.", ("file", "insect", "a::b", "royal", "x", "y-1", "end")),
        ("C# and issue #1", "Text #no.", ("file",)),
    ]


def test_tags_in_the_middle_of_a_text_are_taken_off_too() -> None:
    note = note_of("# Wax\nBees\n#fat\nmake it.\n\n```\n#code\n```")
    assert note.value("Back") == "Bees\nmake it.\n\n```\n#code\n```"
    assert note.tags == ("fat",)
    assert not note.fields[1].exact


@pytest.mark.parametrize("line", ["#1", "#12 #13", "#", "#!x", "#a #", "`#a`", "#a.", "#a::b"])
def test_what_only_looks_like_a_tag_is_text(line: str) -> None:
    notes, _ = reading(f"# Wax\nText\n{line} x\nText")
    assert notes[0].tags == ()
    if line != "#":  # which is an empty heading
        notes, _ = reading(f"# Wax\nText\n{line}\nText")
        assert (notes[0].tags, notes[0].value("Back")) == ((), f"Text\n{line}\nText")


@pytest.mark.parametrize(
    "text",
    [
        "# Wax {#apis/wax}\nFat.",
        "# Wax {#apis/wax} <!-- note to myself: -->\nFat.",
        "# Wax <!-- id: apis/wax -->\nFat.",
        "# Wax\n<!-- id: apis/wax -->\n\nFat.",
        "# Wax\nFat.\n<!-- id: apis/wax -->\n",
        "# Wax\nFat. <!-- ID: apis/wax -->\n\n---\n",
        "# Wax ^other\nFat.\n\n<!-- id: apis/wax -->",
        "Q: Wax {#apis/wax}\nA: Fat.",
        "Q: Wax <!-- id: apis/wax -->\nA: Fat.",
        "Q: Wax\n<!-- id: apis/wax -->\nA: Fat.",
        "Q: Wax\nA: Fat.\n<!-- id: apis/wax -->",
        "Q: Wax\nA: Fat.\n\n<!-- id: apis/wax -->\n",
        "<!-- id: apis/wax -->\nQ: Wax\nA: Fat.",
        "# Wax\nFat.\n\n<!-- tags: x -->\n<!-- id: apis/wax -->\n",
        "---\nid: apis/wax\n---\n# Wax\nFat.",
    ],
)
def test_a_note_with_an_id_has_it_as_its_key(text: str) -> None:
    notes = notes_of(text)
    assert [note.key for note in notes] == ["apis/wax"]
    assert (notes[0].value("Front"), notes[0].value("Back")) == ("Wax", "Fat.")


def test_settings_right_above_a_card_are_its_own() -> None:
    text = """\
# Bees
<!-- deck: Bees -->
<!-- id: first -->
Q: a
A: b

<!-- id: second -->
#royal
C: [c]

<!-- guid: x#1 -->

Q: d
A: e
<!-- id: third -->
Q: f
A: g
"""
    assert [(n.key, n.guid, n.tags, n.deck) for n in notes_of(text)] == [
        ("first", None, (), "Bees"),
        ("second", "x#1", ("royal",), "Bees"),
        ("third", None, (), "Bees"),
        ("bees/bees/f", None, (), "Bees"),
    ]


def test_a_guid_a_deck_and_tags_in_comments() -> None:
    note = note_of("# Wax\n<!-- guid: Hx#4 -->\nFat.\n<!--\ndeck: A::B\ntags: x y/z\n-->\n")
    assert (note.guid, note.deck, note.tags) == ("Hx#4", "A::B", ("x", "y::z"))
    assert fields(note) == {"Front": "Wax", "Back": "Fat."}
    assert note.key == "bees/wax"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("<!-- id: a b -->", '"a b" is no id'),
        ("<!-- id: -->", "the text is empty"),
        ("<!-- guid: a b -->", '"a b" is no GUID: it has a blank in it'),
        ("<!-- deck: Bees:: -->", 'the deck name "Bees::" has an empty part'),
        ("{#a@b}", '"a@b" is no id'),
    ],
)
def test_what_is_wrong_in_a_setting_is_told(said: str, message: str) -> None:
    _, diagnostics = reading(f"# Wax {said}\nFat.")
    assert [d.message for d in diagnostics] == [message]
    assert diagnostics[0].hint


@pytest.mark.parametrize(
    "text",
    [
        "# Wax ^3f9a01\nFat.",
        "# Wax\nFat. ^3f9a01",
        "# Wax\n- Fat.\n\n^3f9a01\n",
        "Q: Wax\nA: Fat. ^3f9a01\n#x\n",
    ],
)
def test_the_name_of_a_block_is_an_id_inside_its_file(text: str) -> None:
    note = note_of(text)
    assert note.key == "bees/3f9a01"
    assert note.value("Back") in ("Fat.", "- Fat.")


def test_powers_and_braces_name_nothing() -> None:
    text = "# Sets {a, b} and {}\n2 ^3\n# x ^2\n{#no} way $\\frac{1}{.x}$\n"
    assert [list(card.values()) for card in cards(text)] == [
        ["Sets {a, b} and {}", "2 ^3"],
        ["x ^2", "{#no} way $\\frac{1}{.x}$"],
    ]


def test_an_id_that_names_no_note_is_warned_of() -> None:
    text = "---\nid: bees\n---\n# Bees\n<!-- id: wax -->\n## Wax {#a}\nFat.\n## Honey\nSweet."
    assert told(text) == [("setting-without-note", "bees"), ("setting-without-note", "wax")]
    assert told("# Bees {#anchor}\n## Wax\nFat.") == []


# Files that are one note --------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["deck: Bees", "type: Basic", "id: castes", "guid: x1"])
def test_a_file_without_headings_is_one_note_where_it_is_meant_so(said: str) -> None:
    note = note_of(f"---\n{said}\n---\n\nQueen and\n\nworkers.\n\n#insect\n", "a/The castes.md")
    assert fields(note) == {"Front": "The castes", "Back": "Queen and\n\nworkers."}
    assert (note.fields[0].form, note.fields[0].span) == ("text", None)
    assert note.key == ("castes" if said.startswith("id") else "the-castes")
    assert note.guid == ("x1" if said.startswith("guid") else None)
    assert note.tags == ("insect",)


def test_the_title_in_front_matter_asks() -> None:
    note = note_of("---\ndeck: Bees\ntitle: 'Castes: three'\n---\nThe {{c1::queen}}.\n", "x.md")
    assert fields(note) == {"Text": "The {{c1::queen}}.", "Context": "Castes: three"}
    assert note.fields[1].exact


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Only text.\n\nMore.", "no card found"),
        ("---\naliases: x\n---\nOnly text.", "no card found"),
        ("\n\n", "the file is empty"),
        ("", "the file is empty"),
        ("---\ndeck: x\n---\n", "the file is empty"),
    ],
)
def test_a_file_without_a_card_is_warned_of(text: str, message: str) -> None:
    notes, diagnostics = reading(text)
    assert notes == []
    (diagnostic,) = diagnostics
    assert (diagnostic.message, diagnostic.severity) == (message, Severity.WARNING)
    assert diagnostic.span is not None
    left_out = text[diagnostic.span.start : diagnostic.span.end]
    assert left_out.strip() == text.rpartition("---")[2].strip()


# Vaults -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "text", "why"),
    [
        ({"only": "decked"}, "# Wax\nFat.", 'its front matter has no "deck"'),
        ({"only": "decked"}, "---\ndeck:\n---\n# Wax\nFat.", 'its front matter has no "deck"'),
        ({"only": "decked"}, "---\ndeck: Bees\n---\n# Wax\nFat.", ""),
        ({"only": "tagged", "tag": "anki"}, "# Wax\nFat.", "it has no tag #anki"),
        ({"only": "tagged", "tag": "anki"}, "# Wax\nFat `#anki` #ankitty\n", "it has no tag #anki"),
        ({"only": "tagged", "tag": "anki"}, "```\n#anki\n```\n", "it has no tag #anki"),
        ({"only": "tagged", "tag": "#anki"}, "# Wax\nFat, see #Anki/bees or so.", ""),
        ({"only": "tagged", "tag": "anki/bees"}, "# Wax #anki/bees\nFat.", ""),
        ({"only": "tagged", "tag": "anki::bees"}, "---\ntags: [Anki/Bees/wax]\n---\nFat.", ""),
        ({"only": "tagged", "tag": "anki"}, "Fat.\n\n#anki", ""),
        ({"only": "cards"}, "# Wax\nFat.", 'no line begins with "Q:" or "C:"'),
        ({"only": "cards"}, "# Wax\nFat.\n\nQ: a\nA: b\n", ""),
    ],
)
def test_of_a_vault_only_some_files_are_taken(options: Any, text: str, why: str) -> None:
    notes, diagnostics = reading(text, **options)
    if why:
        assert notes == []
        (diagnostic,) = diagnostics
        assert (diagnostic.message, diagnostic.severity) == (f"not taken: {why}", Severity.INFO)
    else:
        assert len(notes) == 1


@pytest.mark.parametrize("folder", [".obsidian", ".trash", "templates", "Templates", "_templates"])
def test_of_a_vault_some_folders_are_left_out(folder: str) -> None:
    text = "Q: a\nA: b\n"
    path = f"vault/{folder}/x/bees.md"
    assert len(reading(text, path)[0]) == 1
    notes, diagnostics = reading(text, path, only="cards")
    assert (notes, [d.message for d in diagnostics]) == ([], [f"not taken: it lies in {folder}"])


def test_where_only_cards_are_wanted_headings_are_no_notes() -> None:
    text = "Intro.\n# Bees\nProse.\n\nQ: a\nA: b\n---\nMore prose.\n# Empty\n"
    assert cards(text, only="cards") == [{"Front": "a", "Back": "b", "Context": "Bees"}]
    assert [where for _, where in told(text, only="cards")] == [
        *("Intro.", "Prose.", "---\nMore prose."),
    ]


def test_front_matter_that_cannot_be_read_is_told_where_it_may_be_meant() -> None:
    assert [name for name, _ in told("---\ndeck: 'x\n---\n# a\nb", only="decked")] == [
        "yaml-syntax"
    ]
    assert [name for name, _ in told("---\nx: 'x\n---\n# a\nb", only="decked")] == [
        "file-not-taken"
    ]


def test_by_which_tag_is_not_left_open() -> None:
    with pytest.raises(Mistake, match="by a tag, but by none"):
        MarkdownOptions(only="tagged")
    with pytest.raises(Mistake, match='the tag "a b" has a blank in it'):
        MarkdownOptions(only="tagged", tag="a b")


# What is left out ---------------------------------------------------------------------------------


def test_several_comments_may_stand_side_by_side() -> None:
    note = note_of("# Wax\n<!-- tags: hive --> <!-- deck: Bees --><!-- id: wax -->\nFat.")
    assert (note.tags, note.deck, note.key) == (("hive",), "Bees", "wax")
    assert told("# Wax\n\n<!-- a --> <!-- b -->\n\nFat.") == [
        ("skipped-markdown", "<!-- a --> <!-- b -->")
    ]


def test_comments_are_told_in_one_go() -> None:
    text = "# Wax\n<!-- a -->\n\n%% b %%\n<!-- c\n\nd -->\nFat.\n%%\ne\n%%\n"
    assert cards(text) == [{"Front": "Wax", "Back": "Fat."}]
    assert told(text) == [
        ("skipped-markdown", "<!-- a -->\n\n%% b %%\n<!-- c\n\nd -->"),
        ("skipped-markdown", "%%\ne\n%%"),
    ]


def test_a_comment_inside_a_text_stays_for_the_rendering_to_drop() -> None:
    text = "# Wax\nFat.\n\n<!-- c -->\n\nMore."
    assert note_of(text).value("Back") == "Fat.\n\n<!-- c -->\n\nMore."
    assert told(text) == [("skipped-markdown", "<!-- c -->")]


@pytest.mark.parametrize("opening", ["<!--", "%%"])
def test_a_comment_that_is_never_closed_is_warned_of_and_hides_no_card(opening: str) -> None:
    text = f"# Wax\nFat.\n{opening} todo\n\n# Honey\nSweet."
    notes, diagnostics = reading(text)
    assert [note.value("Front") for note in notes] == ["Wax", "Honey"]
    assert [d.rule.name for d in diagnostics] == ["open-comment"]


def test_code_that_is_never_closed_is_warned_of() -> None:
    assert told("# Wax\n````py\nx = 1\n```\n\n# Honey\nSweet.") == [("open-code", "````")]


def test_what_is_found_very_often_is_told_in_one_go() -> None:
    text = "# Wax\n" * 700
    _, diagnostics = reading(text)
    assert len(diagnostics) == 501
    assert diagnostics[-1].message == "and 200 more of the same from here on"


def test_every_rule_has_a_code_of_its_own_and_a_reason() -> None:
    assert [rule.code for rule in RULES] == [f"F{number:03}" for number in range(1, len(RULES) + 1)]
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.reason.endswith(".") for rule in RULES)


# Keys ---------------------------------------------------------------------------------------------


def test_one_heading_in_many_files_has_as_many_keys() -> None:
    text = "# Causes\nMany.\n## Treatment\nRest.\n"
    keys = [note.key for n in range(300) for note in notes_of(text, f"ill/Illness {n}.md")]
    assert len(set(keys)) == 600
    assert keys[1] == "illness-0/causes/treatment"


def test_a_long_question_makes_a_short_key() -> None:
    words = " ".join(f"word{n}" for n in range(30))
    (note,) = notes_of(f"Q: {words}\nA: b")
    stem, leaf = note.key.split("/")
    assert stem == "bees"
    assert len(leaf) <= 80
    assert words.replace(" ", "-").startswith(leaf + "-")
    (note,) = notes_of(f"Q: {'x' * 200}\nA: b")
    assert note.key == f"bees/{'x' * 80}"


def test_markup_is_no_part_of_a_key() -> None:
    text = "# **Bees** and [[Apis|wax]]\nC: A {{c1::queen::who}} *lays* [eggs](x.md) ![](a.png).\n"
    assert [note.key for note in notes_of(text)] == ["bees/bees-and-wax/a-queen-lays-eggs"]


# Nothing is lost ----------------------------------------------------------------------------------

TOKEN = "x{}x"
SHAPES = (
    *("# @", "## @", "### @", "# @ {#i@}", "## @ #t@", "# @ <!-- id: i@ -->", "#", "# "),
    *("@", "@", "@", "  @", "    @", "- @", "1. @", "> @", "| @ |", "**@**", "\t@"),
    *("Q: @", "A: @", "C: @ [@]", "Extra: @", "**Q:** @", "**A:** @", "**Q: @**", "Q:", "A:"),
    *("C: {{c1::@}}", "{{c2::@::@}}", "==@==", "Q: @ {#i@}", "A: @ ^b@b", "@ ^b@b"),
    *("", "", "", "   ", "---", "***", "===", "-----", "```", "~~~", "````", "    ```"),
    *("<!-- @ -->", "<!-- @", "@ -->", "<!-- id: i@ -->", "<!-- tags: t@ -->", "%%", "%% @ %%"),
    *("%% @", "<!-- deck: @ -->", "#t@", "#t@ #t@", "<div>", "</div>", "<pre>", "</pre>", "<b>@"),
    *("deck: @", "tags: @", "key: @", "\u2028", "\u00a0@", "^b@b", "<!--\nid: i@\n-->"),
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Lines of all shapes, with words that are each there once."""
    shapes = draw(st.lists(st.sampled_from(SHAPES), max_size=22))
    if draw(st.integers(0, 3)) == 0:
        shapes = ["---", *draw(st.lists(st.sampled_from(["deck: @", "x: @"]), max_size=2)), *shapes]
    count = iter(range(1_000_000))
    text = "\n".join(shapes)
    return re.sub("@", lambda _: TOKEN.format(next(count)), text)


all_options = st.builds(
    MarkdownOptions,
    type=st.sampled_from(["", "", "Concept", "Cloze", "Bare gap", "Vocabulary"]),
    level=st.sampled_from([0, 0, 1, 2]),
    headings=st.sampled_from(["context", "deck", "none"]),
    highlights=st.sampled_from(["mark", "cloze"]),
    only=st.sampled_from(["", "", "", "cards", "decked"]),
)
_SAYS = re.compile(
    r"\s*(?:#{1,6}(?:\s.*)?|(?:<!--|id:|guid:|tags?:|deck:).*|-->|(?:[#^]\S+[\s,]*)+)",
    re.IGNORECASE,
)


def told_or_said(source: Source, diagnostics: Iterable[Diagnostic]) -> str:
    """All that is no study text of a note: front matter, headings and settings, and what is in a
    diagnostic."""
    text = source.text
    parts = [text[d.span.start : d.span.end] for d in diagnostics if d.span]
    lines = text.split("\n")
    if lines[0].rstrip() == "---" and "---" in (rest := [line.rstrip() for line in lines[1:]]):
        parts += lines[: rest.index("---") + 2]
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if _SAYS.fullmatch(line) or (below and not below.strip("-=")):
            parts.append(line)
        parts += re.findall(r"\{#.*\}|<!-- [a-z]+: .*-->|\^b\w+|#t\w+", line)
    return "\n".join(parts)


@anything
@given(documents(), all_options)
@example("---\ndeck: x0x\n---\n\n# x1x\n", MarkdownOptions())
@example("Q: x0x\nA: x1x\n---\n#tx2x\nx3x\n# x4x", MarkdownOptions(level=1))
def test_nothing_is_lost_in_reading(text: str, options: MarkdownOptions) -> None:
    source = source_of(text)
    notes, diagnostics = read(source, options, KNOWN)
    spans_are_true(source, notes, diagnostics)
    shown = [
        "\n".join(field.value for field in note.fields if field.name not in ("Context", "Header"))
        for note in notes
    ]
    left = told_or_said(source, diagnostics)
    for token in re.findall(r"x\d+x", source.text):
        holding = sum(token in each for each in shown)
        assert holding <= 1, f"{token} is in two notes"
        assert holding or token in left, f"{token} is lost"
    for note in notes:
        assert note.span is not None
        assert all(field.value.strip() for field in note.fields)
    spans = sorted((note.span.start, note.span.end) for note in notes if note.span)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert notes or diagnostics, "no silent nothing"


@anything
@given(documents(), all_options)
def test_every_line_that_is_not_blank_has_its_place(text: str, options: MarkdownOptions) -> None:
    source = source_of(text)
    notes, diagnostics = read(source, options, KNOWN)
    places = [*(note.span for note in notes), *(d.span for d in diagnostics)]
    said = told_or_said(source, ()).split("\n")
    position = 0
    for line in source.text.split("\n"):
        start, end = position, position + len(line)
        position = end + 1
        inside = any(s and s.start < end and start < s.end for s in places)
        # The lines that underline a heading or close front matter are of it.
        of_heading = line.strip() and not line.strip().strip("-=.")
        assert not line.strip() or inside or line in said or of_heading, f"{line!r} is lost"


@anything
@given(st.text())
def test_no_text_is_refused(text: str) -> None:
    """A source need not come from bytes: an editor gives its unsaved text."""
    source = Source("bees.md", text)
    spans_are_true(source, *read(source, MarkdownOptions(), KNOWN))


# Time ---------------------------------------------------------------------------------------------

SIZE = 60_000
HOSTILE = {
    "hashes": "#" * SIZE,
    "empty headings": "#\n" * (SIZE // 2),
    "levels": "# a\n## b\n### c\n#### d\nx\n" * (SIZE // 20),
    "questions without an answer": "Q:\n" * (SIZE // 3),
    "cards": "Q: a\nA: b\n" * (SIZE // 10),
    "a heading of attributes": "# a " + "{#b} " * (SIZE // 5),
    "a heading of braces": "# a " + "{#" * (SIZE // 2),
    "a heading of tags": "# a " + "#b " * (SIZE // 3),
    "a line of tags": "#b " * (SIZE // 3),
    "lines of tags": "#b\n" * (SIZE // 3),
    "open comments": "<!--\n" * (SIZE // 5),
    "open comments in a line": "<!--" * (SIZE // 4),
    "comments": "<!-- a -->\nb\n\n" * (SIZE // 14),
    "settings": "<!-- id: a b -->\n" * (SIZE // 17),
    "percents": "%%\n" * (SIZE // 3),
    "quotes": "> " * (SIZE // 2),
    "open code": "```\n# a\n" + "Q: b\n" * (SIZE // 5),
    "code in code": "```\na\n~~~\n" * (SIZE // 10),
    "longer and longer fences": "".join("`" * n + "\n" for n in range(3, 350)),
    "blocks of HTML": "<pre>\n<script>\n</style>\n" * (SIZE // 20),
    "one line": "# a" + " " * SIZE + "b",
    "white space": " \n" * (SIZE // 2),
    "lines": "---\n" * (SIZE // 4),
    "deletions": "# a\n" + "{{c1::" * (SIZE // 6),
    "highlights": "# a\n" + "==a" * (SIZE // 3),
    "wiki links": "Q: " + "[[" * (SIZE // 2) + "\nA: b",
    "links": "Q: " + "![](" * (SIZE // 4) + "\nA: b",
    "front matter without an end": "---\n" + "a: b\n" * (SIZE // 5),
    "front matter": "---\n" + "a: b\n" * (SIZE // 5) + "---\n",
    "deep front matter": "---\na: " + "[" * SIZE + "\n---\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_no_faster_than_the_text(text: str) -> None:
    """The bound is no measure of speed, only far from what anything quadratic takes here."""
    source = Source("bees.md", text)
    began = time.monotonic()
    for options in (MarkdownOptions(), MarkdownOptions(only="tagged", tag="b", highlights="cloze")):
        read(source, options, KNOWN)
    assert time.monotonic() - began < 4


def test_a_heading_that_is_a_question_is_no_context_of_the_cards_below_it() -> None:
    text = "# Bees\n\n## Who builds the comb?\n\nWorkers.\n\nQ: Of what?\nA: Of wax.\n"
    found = notes_of(text)
    assert [note.value("Context") for note in found] == ["Bees", "Bees"]
