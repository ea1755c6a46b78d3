"""What a card asks: `deckwright check` on questions and answers, as people write them.

Most tests write cards as lines `question / answer` and look at which of them have a finding.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from deckwright import build, checks
from deckwright.checks import asking
from deckwright.diagnostics import Diagnostic, has_errors
from deckwright.markup import render
from deckwright.note import Field, Key, Note
from deckwright.notetypes import built_in
from deckwright.reading import read_inputs
from helpers import NOW, write


def checked(folder: Path, files: Mapping[str, str]) -> tuple[list[Diagnostic], build.Inputs]:
    """The findings of these rules in a small project, or in a bare file."""
    main = "deck.yaml" if "deck.yaml" in files else next(iter(files))
    with contextlib.chdir(write(folder, files)):
        inputs = read_inputs(main)
        scope = build.Scope(select=tuple(rule.code for rule, _ in asking.CHECKS))
        made = build.compile(inputs, NOW, scope=scope)
    assert not has_errors(made.diagnostics), [d.message for d in made.diagnostics]
    own = {rule.code for rule, _ in asking.CHECKS}
    return [d for d in made.diagnostics if d.code in own], inputs


def findings(folder: Path, files: Mapping[str, str]) -> list[str]:
    """As `file:line:column code message -> hint`."""
    told, inputs = checked(folder, files)
    lines = []
    for each in told:
        assert each.span is not None
        line, column = inputs.texts[each.span.path].location(each.span.start)
        place = f"{each.span.path}:{line}:{column}"
        lines.append(f"{place} {each.code} {each.message} -> {each.hint}")
    return lines


def pointed_at(folder: Path, files: Mapping[str, str]) -> list[str]:
    """The very words that the findings point at."""
    told, inputs = checked(folder, files)
    spans = [each.span for each in told if each.span]
    return [inputs.texts[span.path].text[span.start : span.end] for span in spans]


def told_of(folder: Path, code: str, cards: str, above: str = "") -> list[str]:
    """The questions of the cards that have a finding; no card may have one of another rule."""
    pairs = [line.strip().split(" / ") for line in cards.strip().splitlines()]
    text = "\n\n".join(f"Q: {question}\nA: {answer}" for question, answer in pairs)
    told, inputs = checked(folder, {"cards.md": f"{above}{text}\n"})
    found = []
    for each in told:
        assert each.span is not None
        line, _ = inputs.texts["cards.md"].location(each.span.start)
        found.append((each.code, inputs.texts["cards.md"].line(line).removeprefix("Q: ")))
    assert {found_code for found_code, _ in found} <= {code}, found
    return [question for _, question in found]


def questions(cards: str) -> list[str]:
    return [line.strip().split(" / ")[0] for line in cards.strip().splitlines()]


def words(number: int) -> str:
    return " ".join(["rain"] * number)


# E001: empty notes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nothing", ["", " ", "<br>", "&nbsp;", "<p></p>", "<!-- later -->", "<div><br></div>", "<hr>"]
)
def test_an_answer_in_which_nothing_is_seen_is_empty(tmp_path: Path, nothing: str) -> None:
    note = f"notes:\n- {{Front: What is silt?, Back: '{nothing}'}}\nmarkup: html\n"
    with contextlib.chdir(write(tmp_path, {"soil.yaml": note})):
        made = build.compile(read_inputs("soil.yaml"), NOW)
    told = [each.message for each in made.diagnostics if each.code == "E001"]
    assert told == ["the answer of soil/what-is-silt is empty"]


@pytest.mark.parametrize(
    "something", ["<p>0</p>", "&#48;", "<!-- a --> .", "[sound:a.mp3]", '<img src="a.svg">', "<b>?"]
)
def test_an_answer_may_be_a_sign_a_sound_or_a_picture(tmp_path: Path, something: str) -> None:
    note = f"notes:\n- {{Front: What is silt?, Back: '{something}'}}\nmarkup: html\n"
    with contextlib.chdir(write(tmp_path, {"soil.yaml": note})):
        made = build.compile(read_inputs("soil.yaml"), NOW)
    assert "E001" not in [each.code for each in made.diagnostics]


# E004: long answers -------------------------------------------------------------------------------


def test_an_answer_has_fifty_words_at_most(tmp_path: Path) -> None:
    cards = f"Q: What falls in May?\nA: {words(50)}\n\nQ: What falls in June?\nA: {words(51)}\n"
    assert findings(tmp_path, {"rain.md": cards}) == [
        "rain.md:5:4 E004 the answer has 51 words, more than the 50 that can be recalled"
        " -> keep what is asked, and put the rest into More or another note"
    ]


def test_what_is_typed_is_shorter(tmp_path: Path) -> None:
    text = f"# What falls in May? #type-in\n\n{words(15)}\n\n# What falls in June? #type-in\n\n"
    told = findings(tmp_path, {"rain.md": f"{text}{words(16)}\n"})
    assert [each.partition(",")[0] for each in told] == ["rain.md:7:1 E004 the answer has 16 words"]


def test_a_cloze_note_counts_what_one_card_hides(tmp_path: Path) -> None:
    several = f"C: In May {{{{c1::{words(15)}}}}} and {{{{c2::{words(15)}}}}} fall.\n"
    assert findings(tmp_path, {"rain.md": several}) == []
    alike = several.replace("c2", "c1")
    assert findings(tmp_path, {"rain.md": alike}) == [
        "rain.md:1:4 E004 one card hides 30 words, more than the 20 that can be recalled"
        " -> delete only the words that are to be recalled"
    ]


def test_a_list_has_seven_items_of_ten_words(tmp_path: Path) -> None:
    note = "notes:\n- type: List\n  Question: Name the 3 rains.\n  Items: |\n"
    for each, number in ((23, 0), (24, 1)):
        items = "".join(f"    - {words(each)}\n" for _ in range(3))
        assert len(findings(tmp_path, {"rain.yaml": note + items})) == number


def test_code_tables_pictures_and_formulas_are_no_words(tmp_path: Path) -> None:
    rows = "".join(f"| {words(8)} | {words(8)} |\n" for _ in range(8))
    code = "".join(f"print('{words(9)}')\n" for _ in range(8))
    formula = " + ".join(f"a_{n}" for n in range(60))
    text = (
        f"# How is rain printed?\n\nSo:\n\n```python\n{code}```\n\n"
        f"# How much rain falls?\n\nSo much:\n\n| May | June |\n|---|---|\n{rows}\n"
        f"# What is the sum of all rains?\n\nIt is $$ {formula} $$\n\n"
        f"# What is the sum of some rains?\n\nIt is ${formula}$.\n"
    )
    assert findings(tmp_path, {"rain.md": text}) == []


def test_a_concept_is_told_as_a_whole(tmp_path: Path) -> None:
    text = f"Rain of May\n\nIn May there falls {words(80)}.\n"
    assert findings(tmp_path, {"rain.txt": text}) == []


def test_a_derived_answer_of_one_long_sentence_is_told(tmp_path: Path) -> None:
    text = (
        "Rain of May\n\nRain of May is rain that falls in May, and it makes the grass grow.\n\n"
        f"**Kinds of rain**:\n1. **Drizzle**: A fine rain that falls on {words(60)}\n"
        "2. **Shower**: A short rain that falls from one dark cloud\n"
    )
    told = findings(tmp_path, {"rain.txt": text})
    assert len(told) == 1
    assert told[0].startswith("rain.txt:6:")
    assert told[0].endswith(
        "begin its text with a shorter sentence: the answer is made of the first ones"
    )


def test_a_project_says_how_many_words_are_fine(tmp_path: Path) -> None:
    card = {"rain.md": f"Q: What falls in May?\nA: {words(60)}\n"}
    deck = "id: rain\nname: Rain\nsources: [rain.md]\nchecks:\n  answer_words: {Basic: %d}\n"
    for limit, number in ((60, 0), (59, 1), (0, 0)):
        assert len(findings(tmp_path, {"deck.yaml": deck % limit, **card})) == number


def test_an_own_note_type_is_as_basic(tmp_path: Path) -> None:
    deck = "id: flags\nname: Flags\nsources:\n  - {path: flags.csv, type: Flag}\n"
    files = {f"notetypes/Flag/{name}": text for name, text in FLAG.items()}
    files["flags.csv"] = f"Question,Land,Flag\nWhat does it look like?,Japan,{words(60)}\n"
    for checks_key, number in (("", 1), ("checks:\n  answer_words: {Flag: 60}\n", 0)):
        assert len(findings(tmp_path, files | {"deck.yaml": deck + checks_key})) == number


def test_scripts_without_blanks_are_counted_by_characters(tmp_path: Path) -> None:
    for size, number in ((90, 0), (120, 1)):
        card = {"ame.md": f"Q: 五月には何が降りますか。\nA: {'雨' * size}\n"}
        assert len(findings(tmp_path, card)) == number


# E005: answers in their questions -----------------------------------------------------------------

GIVEN_AWAY = """
    What does a weir, a low dam, hold back from a mill? / a low dam
    What is condensation, when gas turns liquid, called? / Condensation
    Which bone is shaped like a stirrup in the ear? / The stirrup.
    After whom was the Halley comet named? / Halley
    Who was painted in the portrait of Vermeer's milkmaid? / The milkmaid
    By what name does Aladdin call the flying carpet? / Carpet
    Why do queue services such as this one decouple programs? / A queue service decouples programs.
    Welche Mühle mahlt Korn mit Wasser, die Wassermühle? / Wassermühle
"""
NOT_GIVEN_AWAY = """
    Which is larger, a lake or a pond? / A lake
    Is the tomato a fruit? / Yes, a fruit
    Which of iron, gold and mercury is liquid? / Mercury
    Which team wore a rainbow in 1975? Dodgers, Astros, Mets / Astros
    Which one is a tree: oak, moss, fern? / oak
    What is the plural of sheep in English? / sheep
    What is the capital of Luxembourg? / Luxembourg
    How do you say hotel in French? / l'hotel
    What is the inverse of the identity matrix? / The identity matrix
    What happens to pressure when temperature rises? / The pressure rises.
    Which way does a ship heel when the wind comes from the left? / To the left
    Which blood type can give to type O? / Type O
    How many percent of 10 percent are 10 percent of 100 percent? / 10 percent
    In a mix of zinc with copper, which metal is oxidised? / Zinc
    Zinc and copper lie in acid: what dissolves in it? / Zinc
    What does `print("tea")` print on the screen? / tea
    Which keyword defines a function in JavaScript? / `function`
    Which word is the subject in “Dogs bark”? / Dogs
    Who succeeded Henry VII of England? / Henry VIII
    Which acid is in vinegar? / Acetic acid
    the hotel / Hotel
    Was ist schwerer, Wasser oder Öl? / Wasser
    ¿Qué es más grande, el Sol o la Luna? / El Sol
    日本の首都はどこですか。 / 東京
    What is the relative minor of C major? / A minor
    Which major key has four flats? / A♭ major
    What is the first name of Charlie Chaplin's brother Sydney? / Sydney
    die Bank (Banken) / the bank
    São Tomé and Príncipe / São Tomé
    Which hepatitis virus is mostly caught from food? / Hepatitis A
    Which minor scale has the notes of the C major scale? / A minor scale
"""


def test_an_answer_that_stands_in_its_question_is_told(tmp_path: Path) -> None:
    assert told_of(tmp_path, "E005", GIVEN_AWAY) == questions(GIVEN_AWAY)


def test_a_choice_a_translation_or_a_coincidence_gives_nothing_away(tmp_path: Path) -> None:
    assert told_of(tmp_path, "E005", NOT_GIVEN_AWAY) == []


def test_the_finding_points_at_the_answer_in_the_question(tmp_path: Path) -> None:
    card = {"mill.md": "Q: What does a weir, a **low dam**, hold back from a mill?\nA: a low dam\n"}
    assert pointed_at(tmp_path, card) == ["low dam"]
    assert findings(tmp_path, card) == [
        'mill.md:1:26 E005 the answer "a low dam" stands in its own question'
        " -> re-word the question without it"
    ]


def test_the_words_of_a_picture_are_no_part_of_a_question(tmp_path: Path) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>\n'
    )
    shown = "Q: What do you see in this picture? ![a low dam]({})\nA: a low dam\n"
    assert findings(tmp_path, {"mill.md": shown.format("dam.svg"), "dam.svg": svg}) == []
    described = TERM.format(reverse="This lies across a river. ![a weir](dam.svg)")
    assert findings(tmp_path, {"mill.yaml": described, "dam.svg": svg}) == []
    # Where the picture is missing its words are shown, and that is what is told.
    with contextlib.chdir(write(tmp_path, {"loch.md": shown.format("loch.svg")})):
        made = build.compile(read_inputs("loch.md"), NOW)
    assert [each.code for each in made.diagnostics] == ["M001"]


TERM = """\
notes:
- Question: What is a weir?
  Answer: A low dam across a river.
  Term: Weir
  Reverse: {reverse}
"""


def test_a_description_must_not_name_its_term(tmp_path: Path) -> None:
    described = TERM.format(reverse="A weir is a low dam across a river.")
    assert findings(tmp_path, {"mill.yaml": described}) == [
        'mill.yaml:5:14 E005 the description that asks for "Weir" names it'
        " -> describe it without its name"
    ]
    described = TERM.format(reverse="A low dam across a river.")
    assert findings(tmp_path, {"mill.yaml": described}) == []


def test_neither_must_the_way_back_of_a_reversed_note(tmp_path: Path) -> None:
    text = "# Weir #reversed\n\nA weir is a low dam across a river.\n"
    assert [each.partition(" -> ")[0] for each in findings(tmp_path, {"mill.md": text})] == [
        'mill.md:3:3 E005 the description that asks for "Weir" names it'
    ]
    for fine in ("A low dam across a river.", "weir", "das Weir"):
        assert findings(tmp_path, {"mill.md": f"# Weir #reversed\n\n{fine}\n"}) == []


# E006: pronouns -----------------------------------------------------------------------------------

UNEXPLAINED = """
    What does it do? / It turns a millstone.
    Why is this important? / The wheel would stop.
    Why is this enzyme needed? / It splits starch.
    How do they differ? / In their wheels.
    How long does she live? / Up to five years.
    In what year did he die? / In 1827, of the liver.
    Which organ does it affect? / The liver above all.
    What is it used for? / For cutting glass.
    What are its functions? / To store and to filter.
    How should these be stored? / In a dry place.
    How does it differ from steel? / It is brittle.
    What's it made of? / Of clay and straw.
    Is it a mammal? / Yes, a small one.
    Who invented it? / A man from Mainz.
    What causes this? / Too little iron.
    What happens after that? / The spores fall.
    What are the effects of this? / Less noise at night.
    How do you treat it? / With rest and water.
    Explain how it works. / Steam drives a piston.
    Describe its structure. / Three layers of cells.
    Name their parts. / Stem, cap and gills.
    How it works / Steam drives a piston to and fro.
    It consists of … / four chambers and four valves.
    Why is it turned twice a day? / So that the chick does not stick to the shell.
    How often is it watered in summer? / Every evening, at the root.
"""
EXPLAINED = """
    What does the heart pump? / Blood.
    Bees: what do they eat? / Pollen.
    The heart has four chambers. What does it pump? / Blood.
    Why do bees dance when they return? / To tell the way.
    What happens to water when it is heated? / It boils.
    What are these called: red caps with white dots? / Fly agarics
    Which is it, a fruit or a nut: the strawberry? / A fruit, of nuts.
    What is it called when a gas turns liquid? / Condensation
    How long does it take light to reach us? / Eight minutes
    What does it mean for a function to be injective? / One value each.
    What does it always mean when a cat purrs? / It feels safe.
    Is it safe to eat raw elderberries? / No
    Is it true that bats are blind? / No
    Why is it that cats land on their feet? / They turn.
    Is it raining? / A look outside says so.
    When is it summer in Chile? / In January
    What do they speak in Brazil? / Portuguese
    Which river has its source in a bog? / The Volga
    What is IT? / Information technology
    What is `this` in Java? / The object itself
    Who wrote “It” and “Misery”? / Stephen King
    What does this print? `print(7)` / 7
    It lays up to 2,000 eggs a day. / The queen
    What does it mean? / Was bedeutet das?
    Where is it? / ¿Dónde está?
    What is this? / これは何ですか
    it / es
    Was ist das? / Ein Haus
    Why is it darker in winter? / The Sun stands low.
    What he is is a liar. / Lo que es es un mentiroso.
"""


def test_a_question_about_a_bare_pronoun_is_told(tmp_path: Path) -> None:
    assert told_of(tmp_path, "E006", UNEXPLAINED) == questions(UNEXPLAINED)


def test_a_pronoun_that_is_explained_or_stands_for_nothing_is_fine(tmp_path: Path) -> None:
    assert told_of(tmp_path, "E006", EXPLAINED) == []


def test_a_context_explains_a_pronoun(tmp_path: Path) -> None:
    assert told_of(tmp_path, "E006", UNEXPLAINED, above="# Water mills\n\n") == []


@pytest.mark.parametrize("heading", ["Overview", "Chapter 3", "Questions", "II. Basics"])
def test_a_context_that_names_nothing_explains_nothing(tmp_path: Path, heading: str) -> None:
    found = told_of(tmp_path, "E006", UNEXPLAINED, above=f"# {heading}\n\n")
    assert found == questions(UNEXPLAINED)


def test_a_picture_or_code_explains_a_pronoun(tmp_path: Path) -> None:
    text = (
        "# What is this? ![](leaf.svg)\n\nThe leaf of an oak\n\n"
        "Q: What does it print?\n\n```\nprint(7)\n```\n\nA: 7\n"
    )
    leaf = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>'
    assert findings(tmp_path, {"leaves.md": text, "leaf.svg": leaf}) == []


@pytest.mark.parametrize(
    ("text", "pronoun"),
    [
        ("It is {{c1::red}} on both sides.", "It"),
        ("This is caused by {{c1::lack of iron}}.", "This"),
        ("It is used to measure {{c1::pressure}}.", "It"),
        ("These are eaten {{c1::raw}}.", "These"),
        ("Bees see blue. They do not see {{c1::red}}.", ""),
        ("It takes {{c1::eight}} minutes for light to reach us.", ""),
        ("It was {{c1::Fleming}} who found penicillin.", ""),
        ("It is {{c1::raining}} in London.", ""),
        ("It is {{c1::on}} the table.", ""),
        ("It is easy to {{c1::forget}} names.", ""),
        ("This {{c1::enzyme}} splits starch.", ""),
        ("She {{c1::has lived}} here since 2010.", ""),
        ("This river, the Rhine, passes {{c1::Basel}}.", ""),
    ],
)
def test_a_cloze_text_that_begins_with_a_pronoun(tmp_path: Path, text: str, pronoun: str) -> None:
    found = pointed_at(tmp_path, {"facts.md": f"C: {text}\n"})
    assert found == ([pronoun] if pronoun else [])


def test_the_finding_points_at_the_pronoun(tmp_path: Path) -> None:
    assert findings(tmp_path, {"bees.md": "Q: How long does she live?\nA: Five years.\n"}) == [
        'bees.md:1:18 E006 nothing says what "she" stands for'
        " -> write its name, or give the note a context"
    ]


FLAG = {
    "notetype.yaml": "name: Flag\nfields: [Question, Land, Flag]\nstyle: style.css\n"
    "templates:\n  - {name: Card, front: front.html, back: back.html}\n",
    "front.html": "{{Question}}<div>{{Land}}</div>\n",
    "back.html": "{{FrontSide}}<hr id=answer>{{Flag}}\n",
    "style.css": ".card { color: black }\n",
}


def test_an_own_note_type_may_name_it_in_another_field(tmp_path: Path) -> None:
    deck = "id: flags\nname: Flags\nsources:\n  - {path: flags.csv, type: Flag}\n"
    files = {f"notetypes/Flag/{name}": text for name, text in FLAG.items()}
    files |= {"deck.yaml": deck, "flags.csv": "Question,Land,Flag\nWhat is its flag?,Japan,a sun\n"}
    assert findings(tmp_path, files) == []
    files["notetypes/Flag/front.html"] = "{{Question}}\n"
    assert [each.partition(" -> ")[0] for each in findings(tmp_path, files)] == [
        'flags.csv:2:9 E006 nothing says what "its" stands for'
    ]


# E007: questions for any deck ---------------------------------------------------------------------

ANYWHERE = """
    What are the benefits? / It is cheap.
    What is the difference? / One has a tail.
    What are the main types? / Round ones.
    What are the steps of the process? / Heating first.
    Name three steps. / Cut and glue.
    Give an example. / A seesaw or so.
    Name the parts / Hub and rim.
    Describe the process. / Steam is led through pipes.
    How many types are there? / There are three.
    Which steps? / Mixing and baking.
    What types exist? / Red and white ones.
    What happens next? / The larva pupates.
    What should you consider? / That wood works.
    When to use? / In the rain.
    Explain. / Heat makes it expand.
    Definition? / A set with an operation.
    Why? / The heat is lost.
    Overview / There are many kinds of moss.
    Key points / Warm the pot, then pour it.
    Advantages and disadvantages / It is cheap but breaks.
"""
SOMEWHERE = """
    What are the benefits of a weir? / It holds water back.
    What is a function? / A relation with one value for each argument.
    What are functions? / Relations with one value each.
    Function / A relation with one value for each argument.
    Define group. / A set with an operation.
    What does “so” mean? / In this way
    What does ∀ mean? / For all
    What is += in Python? / An addition in place
    Name the noble gases. / Six of them
    How many types of neuron are there? / Three
    Which steps has photosynthesis? / Two of them
    Name the parts of a wheel. / Hub and rim.
    Explain the water cycle. / Water rises and falls.
    Overview / Übersicht
    the example / das Beispiel
    How does it work? / Wie geht das?
    Why? / ¿Por qué?
    Warum? / Die Wärme geht verloren.
    Vorteile / Sie ist billig, leise und sehr haltbar.
"""


def test_a_question_of_generic_words_alone_is_told(tmp_path: Path) -> None:
    assert told_of(tmp_path, "E007", ANYWHERE) == questions(ANYWHERE)


def test_a_question_that_names_something_is_fine(tmp_path: Path) -> None:
    assert told_of(tmp_path, "E007", SOMEWHERE) == []


def test_a_context_says_what_a_question_is_about(tmp_path: Path) -> None:
    assert told_of(tmp_path, "E007", ANYWHERE, above="# Water mills\n\n") == []


def test_so_does_the_title_of_a_concept(tmp_path: Path) -> None:
    body = "Mills grind corn with the force of water, which falls on a wheel and turns a stone."
    assert findings(tmp_path, {"mills.txt": f"Water mills\n\n{body}\n"}) == []
    assert findings(tmp_path, {"mills.txt": f"Overview\n\n{body}\n"}) == [
        'mills.txt:1:1 E007 "Overview" could be asked in any deck'
        " -> say in the question what it is about, or give it a context"
    ]


# E008: long lists ---------------------------------------------------------------------------------

RIVERS = "Rhine Elbe Weser Ems Oder Neckar Main Danube".split()


def items(names: Iterable[str], mark: str = "- ") -> str:
    return "".join(f"{mark}{name}\n" for name in names)


def rivers(answer: str, name: str = "rivers.md") -> dict[str, str]:
    return {name: f"# Which rivers flow through Germany?\n\n{answer}"}


def test_a_list_of_more_than_seven_items_is_told(tmp_path: Path) -> None:
    assert findings(tmp_path, rivers(items(RIVERS[1:]))) == []
    assert findings(tmp_path, rivers("Among others:\n\n" + items(RIVERS))) == [
        "rivers.md:5:1 E008 the answer is a list of 8 items: more than 7 are hard to recall"
        " -> split it into groups that have names, or ask for single items"
    ]


@pytest.mark.parametrize(
    "answer",
    [
        items(RIVERS, "1. "),
        "  \n".join(RIVERS) + "\n",
        "  \n".join(f"{at}) {name}" for at, name in enumerate(RIVERS, 1)) + "\n",
    ],
)
def test_so_are_steps_and_lines(tmp_path: Path, answer: str) -> None:
    assert len(findings(tmp_path, rivers(answer))) == 1


@pytest.mark.parametrize(
    "answer",
    [
        f"In the west:\n\n{items(RIVERS[:4])}\nIn the east:\n\n{items(RIVERS[4:])}",
        f"- west\n{items(RIVERS[:4], '  - ')}- east\n{items(RIVERS[4:], '  - ')}",
        "  \n".join(f"The {name} runs,\nas rivers do." for name in RIVERS) + "\n",
        "```\n" + "\n".join(RIVERS) + "\n```\n",
        "| a |\n|---|\n" + "".join(f"| {name} |\n" for name in RIVERS),
        ", ".join(RIVERS) + "\n",
    ],
    ids=["groups", "nested", "verse", "code", "table", "sentence"],
)
def test_groups_verse_code_and_tables_are_fine(tmp_path: Path, answer: str) -> None:
    assert findings(tmp_path, rivers(answer)) == []


def test_a_list_inside_an_item_counts_by_itself(tmp_path: Path) -> None:
    assert len(findings(tmp_path, rivers(f"- all\n{items(RIVERS, '  - ')}"))) == 1


def test_a_cloze_note_may_have_a_long_list(tmp_path: Path) -> None:
    text = items((f"{{{{c{at}::{name}}}}}" for at, name in enumerate(RIVERS, 1)))
    assert findings(tmp_path, rivers(text)) == []


def test_a_project_says_how_many_items_are_fine(tmp_path: Path) -> None:
    deck = "id: rivers\nname: Rivers\nsources: [rivers.md]\nchecks:\n  list_items: %d\n"
    for limit, number in ((8, 0), (5, 1), (0, 0)):
        files = {"deck.yaml": deck % limit, **rivers(items(RIVERS))}
        assert len(findings(tmp_path, files)) == number


# E009: open sets ----------------------------------------------------------------------------------

OPEN = """
    What are the benefits of a weir? / cheap, quick to build, lasting
    What advantages does a weir have? / It is cheap, it is quick to build, and it lasts.
    Name some best practices for dams. / look, measure, build
    Typical use cases of pumps / wells; cellars; mines
    Which factors influence the flow of a river? / slope, width, roughness
    What are the reasons for building canals? / trade, irrigation, drainage
    What are common characteristics of bogs? / wet, sour, poor
    What considerations apply when siting a well? / depth, soil, distance
    Give examples of lakes in craters. / Laacher See, Crater Lake, Lake Toba
    Weirs: what are the drawbacks? / silt, noise and rust
"""
CLOSED = """
    Name the 3 benefits of a weir. / cheap, quick to build, lasting
    What are the three main benefits of a weir? / cheap, quick to build, lasting
    Weirs have three benefits: which 3? / cheap, quick to build, lasting
    What is a benefit of a weir? / It is cheap, quick to build, and it lasts.
    What is the main advantage of a weir? / cheap, quick to build, lasting
    What are the properties of an equivalence relation? / reflexive, symmetric, transitive
    What are the factors of 12? / 1, 2, 3, 4, 6, 12
    Which notes make a chord of C? / C, E, G
    What are the symptoms of measles? / fever, cough, rash
    What are the phases of the moon? / new, waxing, full, waning
    How do weirs bring benefits to fish? / They slow, deepen, and cool the water.
    What are the benefits of a weir? / It is cheap.
    Welche Vorteile hat ein Wehr? / billig, schnell gebaut, haltbar
"""


def test_an_open_set_asked_as_a_list_is_told(tmp_path: Path) -> None:
    assert told_of(tmp_path, "E009", OPEN) == questions(OPEN)


def test_a_number_or_a_science_closes_a_set(tmp_path: Path) -> None:
    assert told_of(tmp_path, "E009", CLOSED) == []


def test_the_finding_of_an_open_set_points_at_its_word(tmp_path: Path) -> None:
    text = "# What are best practices for dams?\n\n- look\n- measure\n- build\n- look again\n"
    assert pointed_at(tmp_path, {"dams.md": text}) == ["best practices"]
    assert findings(tmp_path, {"dams.md": text}) == [
        'dams.md:1:12 E009 "best practices" are a choice out of many, asked as one list of 4'
        " -> ask for each by itself, or say how many there are"
    ]


# E019: placeholders -------------------------------------------------------------------------------

UNWRITTEN = """
    What is felt made of? / TODO
    Who found out how felt is made? / ???
    When was felt first made? / ...
    Where is felt made today? / …
    Which colour has raw felt? / tbd
    How heavy is a roof of felt? / T.B.D.
    Who sells felt? / see above
    Who buys felt in bales? / fill in
    What does a bale cost? / Lorem ipsum dolor sit amet, consectetur adipiscing elit.
    Where are bales sold? / [TODO]
    How old is the oldest loom? / xxx
    Where does it stand today? / ?
    How wide is it? / …?
    Which wool is white? / answer here
    Which wool is black? / To be added.
    Which wool is red? / FIXME
    Which wool is brown? / **TODO**
    Woraus ist Loden? / TODO
    ??? / The felt of a yurt
    TODO: which sheep is horned? / The Jacob sheep
    Which sheep has four horns? [TODO] / The Jacob sheep
"""
WRITTEN = """
    What does TODO mean in a comment? / Work that is left
    Which word in a comment marks work that is left? / TODO
    What does TBD stand for? / To be determined
    Which abbreviation says that a date is not fixed? / TBD
    How does one leave a note to oneself in Python? / # TODO: handle errors
    How does one leave it in C? / // TODO: handle errors
    Which comments do editors highlight? / TODO: what is left; FIXME: what is broken
    What are the columns of a board of tasks? / TODO, DOING and DONE
    What does the constant TODO hold? / TODO holds the name of a task.
    What does the file TODO.md say? / What is left (TODO list) of a project
    Which body may a method have in Scala? / ???
    Which regular expression matches three letters x? / `xxx`
    How is 30 written in Roman numerals? / XXX
    Which operator in C# replaces null? / ??
    Which sign ends a question? / ?
    Which annotation does a blunder at chess get? / ??
    Which sign says that words are left out? / …
    How is a gap in a quotation shown? / […]
    What is the literal of Ellipsis in Python? / ...
    Which text do typesetters fill pages with? / Lorem ipsum
    Which value is missing in R? / N/A
    What is the plural of milk? / –
    Which charge has an electron? / -
    hacer / to do
    everything / todo
    ¿Qué cambia? / Todo
    What does “siehe oben” mean in English? / see above
    ausfüllen / fill in
    S / ...
    Roses are red, … / violets are blue
    What did Pilate ask? / What is truth???
"""


def test_what_was_to_be_written_later_is_told(tmp_path: Path) -> None:
    pairs = [line.strip().split(" / ") for line in UNWRITTEN.strip().splitlines()]
    text = "\n\n".join(f"Q: {question}\nA: {answer}" for question, answer in pairs)
    told, inputs = checked(tmp_path, {"felt.md": f"{text}\n"})
    assert {each.code for each in told} == {"E019"}
    spans = sorted((each.span.start, each.span.end) for each in told if each.span)
    assert [inputs.texts["felt.md"].text[start:end] for start, end in spans] == [
        *("TODO", "???", "...", "…", "tbd", "T.B.D.", "see above", "fill in"),
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit.",
        *("[TODO]", "xxx", "?", "…?", "answer here", "To be added.", "FIXME", "TODO", "TODO"),
        *("???", "TODO", "[TODO]"),
    ]


def test_a_placeholder_says_what_it_stands_for(tmp_path: Path) -> None:
    text = "Q: Who made felt first?\nA: TODO\n\nC: Felt is made of {{c1::???}} and {{c2::soap}}.\n"
    hint = "write what belongs there, or leave it out until you know"
    assert findings(tmp_path, {"felt.md": text}) == [
        f'felt.md:2:4 E019 the answer is only a placeholder: "TODO" -> {hint}',
        f'felt.md:4:26 E019 a deletion is only a placeholder: "???" -> {hint}',
    ]
    text = "Q: Who made felt first?\nA: Herders (TODO: which?) of the steppe\n"
    assert findings(tmp_path, {"felt.md": text}) == [
        f'felt.md:2:12 E019 "(TODO: which?)" is a placeholder -> {hint}'
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Felt is warm. TODO: say how warm", "TODO"),
        ("**TODO:** say how warm", "TODO"),
        ("TODO - how warm?", "TODO"),
        ("Felt is warm. TODO", "TODO"),
        ("Made first in: TBD", "TBD"),
        ("- warm\n- FIXME", "FIXME"),
        ("Felt is [FIXME how warm] warm", "[FIXME how warm]"),
        ("Felt is (TBD) warm", "(TBD)"),
    ],
)
def test_a_placeholder_in_a_text_is_told_at_its_place(
    tmp_path: Path, text: str, words: str
) -> None:
    assert pointed_at(tmp_path, {"felt.md": f"Q: How warm is felt?\nA: {text}\n"}) == [words]


def test_a_placeholder_of_a_concept_is_told_once_for_all_that_is_derived(tmp_path: Path) -> None:
    page = (
        "Filters of a mill\n\nSand and gravel clean water that seeps through a bed of them.\n\n"
        "**The two parts of a filter**:\n"
        "1. **Sand**: Fine grains that hold back what is small enough. TODO: how small?\n"
        "2. **Gravel**: Coarse grains that bear the fine ones and let clean water run off\n"
    )
    assert pointed_at(tmp_path, {"filters.txt": page}) == ["TODO"]


def test_words_and_signs_that_are_meant_are_no_placeholders(tmp_path: Path) -> None:
    assert told_of(tmp_path, "E019", WRITTEN) == []


def test_a_question_that_nobody_wrote_is_re_worded_by_an_override(tmp_path: Path) -> None:
    page = (
        "Sand and gravel\n\nSand and gravel clean water that seeps through a bed of them.\n\n"
        "**The two layers of a filter**:\n"
        "1. **Sand**: Fine grains that hold back what is small enough to pass a cloth\n"
        "2. **Gravel**: Coarse grains that bear the fine ones and let clean water run off\n"
    )
    assert findings(tmp_path, {"filters.txt": page}) == [
        'filters.txt:6:1 E005 the answer "Sand Gravel" stands in its own question -> re-word the '
        "question without it "
        "(in deck.yaml, as an override of sand-and-gravel/layers-of-a-filter/list)"
    ]


# All of them --------------------------------------------------------------------------------------

HOSTILE = {
    "words": "what are the benefits " * 90_000,
    "tags": "<ul><li>" * 250_000,
    "breaks": "a<br>" * 400_000,
    "code": "<pre><code>" * 180_000,
    "formulas": "\\(" * 1_000_000,
    "quotes": "“'\"" * 600_000,
    "deletions": "{{c1::a::" * 200_000,
    "one": "x" * 2_000_000,
    "lists": "- a\n" * 500_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("place", ["front", "back", "cloze"])
def test_a_field_of_two_megabytes_takes_no_second(kind: str, place: str) -> None:
    front, back = (HOSTILE[kind], "a queue") if place == "front" else ("Why?", HOSTILE[kind])
    fields = (Field("Front", front, form="html"), Field("Back", back, form="html"))
    name = "Basic"
    if place == "cloze":
        name, fields = "Cloze", (Field("Text", HOSTILE[kind], form="html"),)
    note = Note(Key("a"), name, fields)
    html = {each.name: each.value for each in fields}
    rendered = render(note, ())
    values = tuple(html.get(field, "") for field in built_in()[name].fields)
    made = type(rendered)(note, values, "")
    subject = checks.Subject([made], built_in())
    assert len(subject.asked) == 1
    for _, find in asking.CHECKS:
        begun = time.perf_counter()
        list(find(subject))
        assert time.perf_counter() - begun < 10
