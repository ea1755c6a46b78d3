"""Checks of cloze deletions, and what Anki makes of what they tell."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection
from anki.decks import DeckId

from deckwright import build
from deckwright.diagnostics import Diagnostic, Files
from deckwright.reading import read_inputs
from helpers import NOW, deckwright, import_package, write


def findings(folder: Path, files: Files, *codes: str) -> list[tuple[str, str]]:
    """The code and the marked words of each finding of some rules (of Z, if none are named)."""
    found, texts = check(folder, files, codes or ("Z",))
    return [
        (each.code, texts[each.span.path].text[each.span.start : each.span.end])
        for each in found
        if each.span
    ]


def check(folder: Path, files: Files, codes: tuple[str, ...]) -> tuple[list[Diagnostic], Files]:
    write(folder, files)
    path = "deck.yaml" if "deck.yaml" in files else next(iter(files))
    with contextlib.chdir(folder):
        inputs = read_inputs(path)
        made = build.compile(inputs, NOW, scope=build.Scope(select=codes))
    chosen = [each for each in made.diagnostics if each.code.startswith(codes)]
    return chosen, inputs.texts  # type: ignore[return-value]


def told(folder: Path, text: str) -> list[tuple[str, str]]:
    """The same of a cloze note in Markdown."""
    return findings(folder, {"notes.md": f"C: {text}\n"})


# Numbers ------------------------------------------------------------------------------------------


def test_a_gap_in_the_numbers_is_told_at_the_number_behind_it(tmp_path: Path) -> None:
    text = "A hive has {{c1::a queen}}, {{c3::workers}} and {{c4::drones}}."
    assert told(tmp_path, text) == [("Z001", "{{c3::")]


def test_a_note_may_begin_with_any_number_that_another_one_follows(tmp_path: Path) -> None:
    assert told(tmp_path, "{{c2::Drones}} mate with {{c1::queens}}, not {{c2::workers}}.") == []


def test_numbers_that_nobody_wrote_have_no_gap(tmp_path: Path) -> None:
    assert told(tmp_path, "A hive has {{c1::a queen}}, {{c3::workers}} and {{c::drones}}.") == []


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("{{c0::Drones}} mate with {{c1::queens}}.", "{{c0::"),
        ("{{c501::Drones}} mate with {{c1::queens}}.", "{{c501::"),
        ("{{c70000::Drones}} mate with {{c1::queens}}.", "{{c70000::"),
        ("{{c1:Drones}} mate with {{c2::queens}}.", "{{c1:"),
        ("{c1::Drones} mate with {{c2::queens}}.", "{c1::"),
        ("{{C1::Drones}} mate with {{c2::queens}}.", "{{C1::"),
        ("{{ c1::Drones}} mate with {{c2::queens}}.", "{{ c1::"),
        ("{{c1 ::Drones}} mate with {{c2::queens}}.", "{{c1 ::"),
        ("{{c1：：Drones}} mate with {{c2::queens}}.", "{{c1：："),
    ],
)
def test_what_is_nearly_a_deletion_is_told(tmp_path: Path, text: str, marked: str) -> None:
    assert (found := told(tmp_path, text))[0] == ("Z006", marked)
    assert [code for code, _ in found] == ["Z006"]  # and nothing of a gap


def test_what_is_nearly_a_deletion_is_told_of_any_note(tmp_path: Path) -> None:
    files = {"notes.md": "Q: Who mates with queens?\nA: {{c1:Drones}}.\n"}
    assert findings(tmp_path, files) == [("Z006", "{{c1:")]


@pytest.mark.parametrize(
    "text",
    [
        "A template shows `{{c1:x}}` and `{c1::x}`; {{c1::Jinja}} reads it.",
        "A set is {c1, c2}, a field {{c1}}, a section {{#c1}}, and {{c1::nothing}} else.",
        "In $\\{c_1 : x\\}$ the colon says {{c1::such that}}.",
        "{{c500::Drones}} mate with {{c499::queens}}.",
    ],
)
def test_code_sets_and_templates_are_no_deletions(tmp_path: Path, text: str) -> None:
    assert [code for code, _ in told(tmp_path, text) if code != "Z001"] == []


# What is hidden, and what is left -----------------------------------------------------------------


def test_a_text_that_is_hidden_as_a_whole_is_told(tmp_path: Path) -> None:
    assert told(tmp_path, "{{c1::Queens lay up to 2,000 eggs a day.}}") == [("Z002", "{{c1::")]
    assert told(tmp_path, "{{c1::Queens}} – {{c1::drones}}!") == [("Z002", "{{c1::")]


def test_a_sentence_is_not_asked_by_its_heading_but_a_word_is(tmp_path: Path) -> None:
    files = {"notes.md": "# Eggs\n\nC: {{c1::Queens lay up to 2,000 eggs a day.}}\n"}
    assert findings(tmp_path, files) == [("Z002", "{{c1::")]
    files = {"notes.md": "# Who lays eggs?\n\nC: {{c1::The queen}}\n"}
    assert findings(tmp_path, files) == []


@pytest.mark.parametrize(
    "text",
    [
        "{{c1::The queen::who}}",
        "{{c1::The queen}} and {{c2::drones}}",
        "![A bee](bee.svg) {{c1::The queen}}",
        "{{c1::The queen}} = ♀ 1",
        "$x$ {{c1::is unknown}}",
    ],
)
def test_something_is_left_to_ask_by(tmp_path: Path, text: str) -> None:
    files = {"notes.md": f"C: {text}\n", "bee.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>'}
    assert findings(tmp_path, files) == []


def test_a_deletion_of_nothing_is_told(tmp_path: Path) -> None:
    found = told(tmp_path, "Bees make {{c1::}} of {{c2::nectar}}, and {{c3::::what}} of wax.")
    assert found == [("Z007", "{{c1::}}"), ("Z007", "{{c3::::what}}")]


# Inside each other --------------------------------------------------------------------------------


def test_a_deletion_inside_one_of_its_number_is_told(tmp_path: Path) -> None:
    text = "It ends in {{c1::the {{c1::Black}} Sea}}, not in {{c2::the {{c3::Red}} Sea}}."
    assert told(tmp_path, text) == [("Z003", "{{c1::")]
    found, _ = check(tmp_path, {"notes.md": f"C: {text}\n"}, ("Z003",))
    assert found[0].span
    assert found[0].span.start == 3 + text.index("{{c1::Black")


def test_two_numbers_that_hide_the_same_are_told(tmp_path: Path) -> None:
    assert told(tmp_path, "{{c1::{{c2::Berlin}}}} lies on the Spree.") == [("Z003", "{{c2::")]
    assert [code for code, _ in told(tmp_path, "{{c1,2::Berlin}} lies on the Spree.")] == ["Z003"]


@pytest.mark.parametrize(
    "text",
    [
        "{{c1::the {{c2::Black}} Sea}} is salt.",
        "{{c1::{{c2::Berlin}}}} is the capital of {{c1::Germany}}.",
        "{{c1,2::Berlin}} is the capital of {{c2::Germany}}.",
        "{{c1::Berlin}} and {{c1::Bonn}} were capitals.",
    ],
)
def test_deletions_inside_each_other_may_ask_different_things(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text) == []


# The answer beside the deletion -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("The {{c1::queen}} lays eggs. Workers feed the Queen.", "Queen"),
        ("{{c1::The waggle dance}} tells the way; no other waggle dance does.", "waggle dance"),
        ("{{c1::Vienna}} is on the Danube, and {{c2::Vienna}} is the capital.", "Vienna"),
        ("{{c1::SQS}} is a queue: SQS keeps messages.", "SQS"),
        ("The war of {{c1::1812}} began in 1812.", "1812"),
        ("{{c1::**nectar**}} becomes honey.\n\n- of *nectar*", "nectar"),
        ("A {{c1::queen::the mother, a queen}} lays eggs.", "queen"),
        ("The river crosses {{c1::ten}} countries: so much for ten.", "ten"),
    ],
)
def test_an_answer_that_can_be_read_is_told(tmp_path: Path, text: str, marked: str) -> None:
    assert told(tmp_path, text)[0] == ("Z004", marked)


def test_an_answer_in_the_heading_above_is_told(tmp_path: Path) -> None:
    files = {"notes.md": "# The queen\n\nC: A {{c1::queen}} lays eggs.\n"}
    assert findings(tmp_path, files) == [("Z004", "queen")]


@pytest.mark.parametrize(
    "text",
    [
        # both are hidden on one card
        "The {{c1::queen}} lays eggs. Workers feed the {{c1::queen}}.",
        # small words, and a choice of few
        "More heat leads to {{c1::more}} pressure, and the {{c1::left}} one is left.",
        "An increase of light means an {{c1::increase}} of growth.",
        "wir {{c1::sind}}, sie {{c2::sind}}; {{c3::Der}} Mond und der Stern",
        "Senators serve {{c1::six}} years, judges six months longer.",
        # part of another word
        "A {{c1::bee}} becomes a beekeeper's friend, a wax-bee or a bee_1.",
        "{{c1::Smith}}-Jones came before Smith-Brown.",
        # formulas, short names, Japanese
        "$E = {{c1::mc^2}}$, where $mc^2$ is energy. {{c2::pH}} and pH.",
        "彼は{{c1::学校}}に行きます。学校は近いです。",
    ],
)
def test_words_may_stand_again_for_another_reason(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text) == []


# Deletions that are not asked ---------------------------------------------------------------------


def test_a_deletion_in_a_note_without_deletions_is_told(tmp_path: Path) -> None:
    files = {"notes.md": "Q: Who lays eggs?\nA: The {{c1::queen}}, not `{{c1::x}}`.\n"}
    assert findings(tmp_path, files) == [("Z005", "{{c1::queen}}")]


def test_a_deletion_in_a_field_that_is_not_asked_is_told(tmp_path: Path) -> None:
    files = {"notes.md": "C: A {{c1::queen}} lays eggs.\nExtra: Not {{c2::drones}}, {{c1::no}}.\n"}
    found, _ = check(tmp_path, files, ("Z005",))
    assert [each.message for each in found] == [
        '"{{c2::" stands in Extra, where it is not asked: Anki makes a blank card, number 2',
        '"{{c1::" stands in Extra, where it is not asked: learners see its braces',
    ]


# What Anki makes of it ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def col(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    here = Path.cwd()
    collection = Collection(str(tmp_path_factory.mktemp("anki") / "collection.anki2"))
    os.chdir(here)  # opening a collection goes into its media folder
    yield collection
    collection.close()


def fronts(col: Collection, text: str, extra: str = "") -> dict[int, str]:
    """What Anki shows on the front of each card of a text, by its number."""
    note_type = col.models.by_name("Cloze")
    assert note_type is not None
    note = col.new_note(note_type)
    note["Text"], note["Back Extra"] = text, extra
    col.add_note(note, DeckId(1))
    shown = {card.ord + 1: card.question() for card in note.cards()}
    plain = re.compile(r"<style.*?</style>|<[^<>]*>", re.DOTALL)
    return {number: plain.sub("", front).strip() for number, front in shown.items()}


def test_anki_shows_what_the_checks_say(col: Collection) -> None:
    whole = fronts(col, "{{c1::Queens lay eggs.}}")
    assert whole == {1: "[...]"}
    alike = fronts(col, "{{c1::{{c2::Berlin}}}} is large")
    assert alike == {1: "[...] is large", 2: "[...] is large"}
    inner = fronts(col, "the {{c1::Black {{c1::Sea}}}}")
    assert inner == {1: "the [...]"}
    hint = fronts(col, "a {{c1::queen::the queen}}, {{c2::wax::of bees}}")
    assert hint == {1: "a [the queen], wax", 2: "a queen, [of bees]"}


def test_anki_makes_no_card_or_another_one_of_bad_numbers(col: Collection) -> None:
    assert fronts(col, "{{c0::zero}} {{c1::one}}") == {1: "zero [...]"}
    assert fronts(col, "{{c1:one}} {{C1::one}} {{c2::two}}").keys() == {2}
    many = fronts(col, "{{c500::last}} {{c501::too far}}")
    assert many == {500: "[...] too far"}  # and number 501 is asked by no card


def test_anki_makes_a_blank_card_of_a_deletion_that_its_front_does_not_show(
    col: Collection,
) -> None:
    shown = fronts(col, "a {{c1::queen}}", extra="{{c2::drones}}")
    assert shown.keys() == {1, 2}
    assert "drones" not in shown[2]
    assert "[...]" not in shown[2]


@pytest.mark.parametrize(
    ("code", "source", "cards"),
    [
        ("E001", "notes:\n  - {Front: Who lays eggs?, Back: ''}\n", 1),
        ("E003", "notes:\n  - {type: Cloze, Text: A queen lays eggs.}\n", 0),
    ],
)
def test_a_person_may_build_what_has_no_answer_or_no_card(
    tmp_path: Path, col: Collection, code: str, source: str, cards: int
) -> None:
    id = f"bees-{code.lower()}"
    deck = f"id: {id}\nname: Bees {code}\nsources: [bees.yaml]\n"
    write(tmp_path, {"deck.yaml": deck, "bees.yaml": source})
    assert deckwright(tmp_path, "build").exit_code == 1
    write(tmp_path, {"deck.yaml": f"{deck}checks: {{ignore: [{code}]}}\n"})
    result = deckwright(tmp_path, "build")
    assert result.exit_code == 0, result.stderr
    log = import_package(col, tmp_path / f"dist/{id}.apkg")
    assert len(log.new) == 1
    assert len(col.get_note(log.new[0].id.nid).cards()) == cards  # type: ignore[arg-type]


# Large and hostile texts --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["{{c1::a ", "{{c1::a}} ", "{{c1,2::{{c2::", "{{ c1", "`{{c1:x", "{{c1::<code>", "}}{{c::"],
)
def test_hostile_texts_take_no_time(tmp_path: Path, text: str) -> None:
    size = 2_000_000 // len(text)
    write(tmp_path, {"notes.yaml": f"notes:\n  - {{type: Cloze, Text: '{text * size}'}}\n"})
    with contextlib.chdir(tmp_path):
        inputs = read_inputs("notes.yaml")
        scope = build.Scope(select=("Z",), clock=time.perf_counter)
        made = build.compile(inputs, NOW, scope=scope)
    assert max(made.times.values()) < 10, made.times
