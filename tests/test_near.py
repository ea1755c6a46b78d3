"""Notes that ask the same, that fit each other's questions, and that give each other away; and keys
that depend on a number."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any

import pytest

from deckwright import build
from deckwright.checks import alike
from deckwright.checks.near import near_duplicate
from deckwright.checks.subject import Subject
from deckwright.diagnostics import Diagnostic
from deckwright.note import Field, Key, Note, RenderedNote
from deckwright.notetypes import built_in
from deckwright.reading import read_inputs
from helpers import NOW, page, write


def check(folder: Path, code: str, files: dict[str, str]) -> list[Diagnostic]:
    """The findings of one rule in a small project, or in the first file alone."""
    write(folder, files)
    main = "deck.yaml" if "deck.yaml" in files else next(iter(files))
    with contextlib.chdir(folder):
        made = build.compile(read_inputs(main), NOW, scope=build.Scope(select=(code,), slow=True))
    return [each for each in made.diagnostics if each.code == code]


def cards(*pairs: tuple[str, str]) -> str:
    """A Markdown file of questions and answers."""
    return (
        "# Things\n\n" + "\n\n".join(f"Q: {asked}\nA: {answer}" for asked, answer in pairs) + "\n"
    )


def places(found: list[Diagnostic], text: str) -> list[str]:
    """The words that findings point at."""
    return [text[each.span.start : each.span.end] for each in found if each.span]


# Near-duplicates ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "answer", "again"),
    [
        ("What is the maximum size of a hive?", "How large may a hive be at most?",
         "Three boxes", "Three boxes"),
        ("Who wrote Walden?", "Who is the author of Walden?", "Thoreau", "Thoreau"),
        ("What is the capital of Norway?", "Which city is the capital of Norway?", "Oslo", "Oslo"),
        ("Which bird builds its nest of mud?", "What bird builds a nest of mud?", "The swallow",
         "The swallow"),
        ("How many strings does a cello have?", "What is the number of strings of a cello?", "Four",
         "4"),
        ("What is silage?", "Define silage.", "Grass that is kept moist in the absence of air",
         "Moist grass that is kept in the absence of air"),
        ("Why do rivers meander?", "For what reason do rivers meander?",
         "The outer bank is worn away faster than the inner one, where sand settles",
         "Sand settles at the inner bank, and the outer one is worn away faster"),
        ("Who built the Eiffel Tower?", "Who is the builder of the Eiffel Tower?", "Gustave Eiffel",
         "Gustave Eiffel"),
        ("Wie heißt die Hauptstadt von Norwegen?", "Was ist die Hauptstadt von Norwegen?", "Oslo",
         "Oslo"),
        ("What is the boiling point of ethanol?", "At which temperature does ethanol boil?",
         "78 °C", "At 78 °C"),
    ],
)  # fmt: skip
def test_a_question_in_other_words_is_found(
    tmp_path: Path, first: str, second: str, answer: str, again: str
) -> None:
    text = cards((first, answer), ("What is a keel?", "The spine of a ship"), (second, again))
    found = check(tmp_path, "K004", {"things.md": text})
    assert places(found, text) == [second]
    assert found[0].other is not None
    assert text[found[0].other.start : found[0].other.end] == first


def test_a_near_duplicate_names_both_questions(tmp_path: Path) -> None:
    text = cards(("What is mead made of?", "Honey"), ("Of what is mead made?", "Honey"))
    (found,) = check(tmp_path, "K004", {"mead.md": text})
    assert found.message == (
        "mead/things/of-what-is-mead-made asks nearly the same as "
        'mead/things/what-is-mead-made-of: "What is mead made of?" and "Of what is mead made?"'
    )
    assert found.hint == "leave one of the two out, or let them say what tells them apart"


@pytest.mark.parametrize(
    ("first", "second", "answer", "again"),
    [
        # a number, a name, a negation, an opposite, an order
        ("Which gas is in 2 of 3 stars?", "Which gas is in 3 of 4 stars?", "Helium", "Helium"),
        ("Which sea does the Danube flow into?", "Which sea does the Dniester flow into?",
         "The Black Sea", "The Black Sea"),
        ("Which berries are eaten raw?", "Which berries are not eaten raw?", "Elder", "Elder"),
        ("Which is the longest bone?", "Which is the shortest bone?", "One of the leg",
         "One of the leg"),
        ("Who was the first to sail round the Cape?", "Who was the last to sail round the Cape?",
         "A Dane", "A Dane"),
        ("Which key has one sharp?", "Which key has one flat?", "See the ring", "See the ring"),
        ("How fast does a benign tumour grow?", "How fast does a malignant tumour grow?",
         "It is different in each of them", "It is different in each of them"),
        ("Where do the afferent nerves of the skin end?",
         "Where do the efferent nerves of the skin end?", "In the cord", "In the cord"),
        # one mould
        ("What colour has a ripe lemon?", "What colour has a ripe banana?", "Yellow", "Yellow"),
        ("What is a roux made of?", "What is a crumble made of?", "Flour and butter",
         "Flour and butter"),
        ("How is mild frost met in an orchard of young trees?",
         "How is hard frost met in an orchard of young trees?",
         "Small fires are lit between the rows and kept burning until sunrise",
         "Small fires are lit between the rows and kept burning until sunrise"),
        # other questions of one thing
        ("When was Linnaeus born?", "Where was Linnaeus born?", "See the church book of Råshult",
         "See the church book of Råshult"),
        # signs
        (r"What is \(a+b\) here?", r"What is \(a-b\) here?", "A number", "A number"),
        (r"What does `int *f()` declare?", r"What does `int (*f)()` declare?",
         "A function that gives a pointer", "A pointer to a function that gives"),
        ("What does `get_name` give?", "What does `get_last_name` give?",
         "A string in which the name is kept, or none", "A string in which the name is kept"),
        ("What is the ratio 3:2:1 for?", "What is the ratio 1:2:3 for?", "Flour, fat and water",
         "Flour, fat and water"),
        ("How wide is the lock of Grave?", "How long is the lock of Grave?", "9 m", "9 m"),
        # words, and questions for them
        ("das", "Was ist das?", "that", "What is that?"),
        ("no", "¡No, no, no!", "no", "No, no, no!"),
        # the two directions of a fact
        ("What is the symbol of tin?", "Which metal has the symbol Sn?", "Sn", "Tin"),
        ("Welche Farbe hat eine reife Zitrone?", "Welche Farbe hat eine reife Banane?", "Gelb",
         "Gelb"),
    ],
)  # fmt: skip
def test_what_is_another_question_is_let_pass(
    tmp_path: Path, first: str, second: str, answer: str, again: str
) -> None:
    text = cards((first, answer), (second, again))
    assert check(tmp_path, "K004", {"things.md": text}) == []


def test_a_concept_that_was_copied_is_found_once_with_all_that_was_derived_of_it(
    tmp_path: Path,
) -> None:
    text = (
        "Varroa is a mite that feeds on the fat body of bees and breeds in their closed brood.\n\n"
        "**Methods of treatment**:\n"
        "1. **Oxalic acid**: An organic acid that is trickled on bees in winter, without brood\n"
        "2. **Formic acid**: An organic acid that also reaches mites under the lids of cells\n"
    )
    again = text.replace("feeds on", "lives on").replace("in winter", "in midwinter")
    files = {"bees.txt": page({"Varroa mites": text, "A mite of honey bees": again})}
    found = check(tmp_path, "K004", files)
    assert [each.key for each in found] == ["a-mite-of-honey-bees"]
    assert found[0].hint == "make one concept of the two"


def test_a_concept_and_what_was_derived_of_it_are_no_near_duplicates(tmp_path: Path) -> None:
    text = "A swarm is a queen with half of the workers that leaves the hive and seeks another one."
    assert check(tmp_path, "K004", {"bees.txt": page({"What is a swarm?": text})}) == []


def test_equal_questions_are_left_to_e002(tmp_path: Path) -> None:
    text = "# Mead {#one}\n\nWine of honey\n\n# Mead {#two}\n\nWine of honey\n"
    assert check(tmp_path, "K004", {"mead.md": text}) == []
    assert check(tmp_path, "E010", {"mead.md": text.replace("Wine", "Drink", 1)}) == []


def test_questions_below_other_headings_are_other_questions(tmp_path: Path) -> None:
    text = (
        "# Oak\n\n## When is it felled?\n\nIn winter\n\n# Birch\n\n## When does one fell it?\n\n"
        "In winter\n"
    )
    assert check(tmp_path, "K004", {"trees.md": text}) == []
    fixed = "Nothing that anyone who works with a lathe would ever see or hear"
    text = f"# Version 3\n\n## Inner Changes\n\n{fixed}\n\n# Version 4\n\n## Inner Changes\n\n"
    assert check(tmp_path, "K004", {"lathe.md": f"{text}{fixed}\n"}) == []


# Answers that fit each other's questions ----------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Name a benefit of mulch.", "What is one benefit of mulch?"),
        ("Name a benefit of mulch.", "What is an advantage of mulch?"),
        ("Give an example of a conifer.", "Name a conifer."),
        ("Why did the mill stop?", "For what reason did the mill stop?"),
        ("What does the miller do?", "what does a miller do"),
        ("The depth of the lock", "What is the lock's depth?"),
    ],
)
def test_two_questions_of_one_meaning_with_other_answers_are_found(
    tmp_path: Path, first: str, second: str
) -> None:
    text = cards((first, "It keeps the water"), (second, "Nine fathoms of rope"))
    found = check(tmp_path, "E010", {"things.md": text})
    assert places(found, text) == [second]
    assert '"It keeps the water" and "Nine fathoms of rope"' in found[0].message
    assert check(tmp_path, "K004", {"things.md": text}) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("When did the mill stop?", "Why did the mill stop?"),
        ("Name a mammal.", "What is a mammal?"),
        ("What is a lock for?", "What is a lock?"),
        ("Who beat Rome?", "Whom did Rome beat?"),
        ("What makes you sad?", "Does it make you sad?"),
        ("How do you say “the house” in Welsh?", "How do you say “the houses” in Welsh?"),
        ("polish", "Polish"),
        ("How is cream turned to butter?", "How is cream turned from butter?"),
        ("el cura", "la cura"),
        ("What does an AND gate give?", "What does an OR gate give?"),
        ("Is the interval [0, 1) open?", "Is the interval (0, 1] open?"),
        ('Chess: what does "!?" mean?', 'Chess: what does "?!" mean?'),
    ],
)
def test_questions_of_other_meaning_are_not_interchangeable(
    tmp_path: Path, first: str, second: str
) -> None:
    text = cards((first, "It keeps the water"), (second, "Nine fathoms of rope"))
    assert check(tmp_path, "E010", {"things.md": text}) == []


def test_one_question_below_two_headings_is_not_interchangeable(tmp_path: Path) -> None:
    text = "# Oak\n\n## Use\n\nShips\n\n# Yew\n\n## The use\n\nBows\n"
    assert check(tmp_path, "E010", {"trees.md": text}) == []


# Neighbours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answer", "beside"),
    [
        ("Which star is the brightest of the Lyre?", "Vega",
         "How far is Vega, the brightest star of the Lyre?"),
        ("Who wrote Walden?", "Thoreau", "When did Thoreau write Walden?"),
        ("Which tree bears acorns?", "The oak", "How old must an oak be to bear acorns?"),
        ("What do bees build combs of?", "Wax", "How warm is the wax when bees build combs?"),
    ],
)  # fmt: skip
def test_a_front_that_gives_its_neighbours_answer_away_is_found(
    tmp_path: Path, asked: str, answer: str, beside: str
) -> None:
    text = cards((asked, answer), ("What is a keel?", "The spine of a ship"), (beside, "See above"))
    found = check(tmp_path, "E011", {"things.md": text})
    assert places(found, text) == [beside]
    assert f'it says "{answer}"' in found[0].message
    assert found[0].hint == f'leave "{answer}" out of one of the two questions'


@pytest.mark.parametrize(
    ("asked", "answer", "beside"),
    [
        ("Which star is the brightest of the Lyre?", "Vega", "How far is Vega?"),
        ("How many legs has a mite?", "8", "Which bones have the 8 legs of a mite?"),
        ("Is wax a fat?", "Yes", "Is it yes for wax, a fat?"),
        ("Which is larger, a hornet or a wasp?", "A hornet", "Is a hornet larger than a wasp?"),
        ("What is the symbol of tin?", "Sn", "Which metal has the symbol Sn?"),
    ],
)  # fmt: skip
def test_a_front_that_only_names_an_answer_gives_nothing_away(
    tmp_path: Path, asked: str, answer: str, beside: str
) -> None:
    text = cards((asked, answer), (beside, "See above"))
    assert check(tmp_path, "E011", {"things.md": text}) == []


def test_far_notes_do_not_give_each_other_away(tmp_path: Path) -> None:
    between = [(f"What lies {n} miles from the shore?", f"The rock {n}") for n in range(30, 42)]
    text = cards(
        ("Who wrote Walden?", "Thoreau"), *between, ("When did Thoreau write Walden?", "1854")
    )
    assert check(tmp_path, "E011", {"things.md": text}) == []


def test_the_way_back_to_a_term_is_given_away_by_a_neighbour(tmp_path: Path) -> None:
    text = (
        "notes:\n"
        "- type: Term\n"
        "  Question: What is a meander?\n"
        "  Answer: A bend\n"
        "  Term: Meander\n"
        "  Reverse: The bend of a slow river in its plain\n"
        "- Front: Why has a meander, the bend of a slow river in its plain, two banks?\n"
        "  Back: Sand\n"
    )
    (found,) = check(tmp_path, "E011", {"rivers.yaml": text})
    assert "gives the answer of rivers/what-is-a-meander away" in found.message


# Time ---------------------------------------------------------------------------------------------


def series(count: int) -> Subject:
    """Questions of one mould, which have most words in common."""
    notes = []
    for n in range(count):
        front = f"What is the weight of the {'abcdefghij'[n % 10] * 3} stone of row {n}?"
        note = Note(Key(str(n)), "Basic", (Field("Front", front), Field("Back", f"{n} kg")))
        html = (front, f"{n} kg", *[""] * (len(built_in()["Basic"].fields) - 2))
        notes.append(RenderedNote(note, html, ""))
    return Subject(tuple(notes), dict(built_in()))


def test_a_note_is_compared_with_few_others_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the time would grow with the square of their number."""
    looked = 0
    original = alike.joined

    def counting(*arguments: Any) -> list[int]:
        nonlocal looked
        before = original(*arguments)
        looked += len(before)
        return before

    monkeypatch.setattr(alike, "joined", counting)
    for count in (1000, 4000):
        looked = 0
        assert list(near_duplicate(series(count))) == []
        assert 0 < looked / count < 20 * alike.MOST


def test_a_very_long_text_is_read_in_time() -> None:
    for text in ("what " * 400_000, "a'" * 500_000, "- " * 500_000, "name an " * 200_000):
        begun = time.process_time()
        alike.read(text)
        assert time.process_time() - begun < 10  # it is told before it hangs


# Numbered keys ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("titles", "numbers"),
    [
        (("1. Warm the pot", "2. Pour the water"), ["1.", "2."]),
        (("1) Warm", "2) Pour"), ["1)", "2)"]),
        (("(a) Warm", "(b) Pour"), ["(a)", "(b)"]),
        (("Step 1: Warm", "Step 2: Pour"), ["Step 1:", "Step 2:"]),
        (("Question 7: What is a pot?", "What is a cup?"), ["Question 7:"]),
        (("Q4: What is a pot?", "What is a cup?"), ["Q4:"]),
        (("3. What is a pot?", "What is a cup?"), ["3."]),
        (("2.1 Warming", "2.2 Pouring"), ["2.1", "2.2"]),
        (("Schritt 1: Wärmen", "Schritt 2: Gießen"), ["Schritt 1:", "Schritt 2:"]),
    ],
)
def test_a_title_with_the_number_of_its_place_is_found(
    tmp_path: Path, titles: tuple[str, ...], numbers: list[str]
) -> None:
    text = "".join(f"# {title}\n\nAs it is told in the old book of tea.\n\n" for title in titles)
    assert places(check(tmp_path, "K005", {"tea.md": text}), text) == numbers


def test_a_numbered_key_says_what_it_depends_on(tmp_path: Path) -> None:
    text = "# 3) Pour the tea\n\nOnto the leaves.\n"
    (found,) = check(tmp_path, "K005", {"tea.md": text})
    assert found.message == 'the key tea/3-pour-the-tea depends on the number in "3) Pour the tea"'
    assert found.hint == "leave the number out of the title, or give the note an id"


@pytest.mark.parametrize(
    "titles",
    [
        ("7 deadly sins", "3 kinds of tea"),
        ("1945", "1789"),
        ("HTTP/2", "S3", "EC2"),
        ("1. FC Köln", "1. FC Nürnberg"),
        ("1. Weltkrieg", "2. Weltkrieg"),
        ("8. Mai 1945", "20. Juli 1944"),
        ("Article 5", "Chapter 3"),
        ("2.4 GHz", "3.5 mm jack"),
        ("A cup", "A pot"),
        ("I. M. Pei", "C. S. Lewis"),
        ("Step dance", "Q fever"),
        ("Q4 2023", "Q3 2023"),
    ],
)
def test_a_number_that_is_the_subject_is_let_pass(tmp_path: Path, titles: tuple[str, ...]) -> None:
    text = "".join(f"# {title}\n\nAs it is told in the old book of tea.\n\n" for title in titles)
    assert check(tmp_path, "K005", {"tea.md": text}) == []


def test_a_heading_with_a_number_is_told_once_for_all_notes_below_it(tmp_path: Path) -> None:
    text = (
        "# Tea\n\n## Step 1: Warming\n\n### What is warmed?\n\nThe pot\n\n### With what?\n\nWater\n"
    )
    (found,) = check(tmp_path, "K005", {"tea.md": text})
    assert places([found], text) == ["Step 1: Warming"]
    assert found.hint == "leave the number out of the heading, or give the notes below it ids"


def test_a_note_with_an_id_of_its_own_is_let_pass(tmp_path: Path) -> None:
    own = "# 3) Pour the tea {#pouring}\n\nOnto the leaves.\n"
    same = "# 3) Pour the tea {#tea/3-pour-the-tea}\n\nOnto the leaves.\n"
    assert check(tmp_path, "K005", {"tea.md": own}) == []
    assert check(tmp_path, "K005", {"tea.md": same}) == []
    project = (
        "id: tea\nname: Tea\nsources: [tea.txt]\nidentities:\n"
        "- {title: 'Step 3: Pour', id: step-3-pour}\n"
    )
    text = page({"Step 3: Pour": "Tea is poured onto the leaves from a low height, " * 4})
    assert check(tmp_path, "K005", {"deck.yaml": project, "tea.txt": text}) == []
    bare = project.partition("identities")[0]
    assert len(check(tmp_path, "K005", {"deck.yaml": bare, "tea.txt": text})) == 1


def test_a_derived_note_follows_its_concept(tmp_path: Path) -> None:
    text = (
        "Tea is made in three steps, as every child knows, and each of them takes its time.\n\n"
        "**Steps**:\n"
        "1. **Step 1 of tea**: The pot is warmed with hot water, which is poured away again\n"
        "2. **Step 2 of tea**: Two grams of leaves a cup are put into the pot and left to swell\n"
    )
    assert check(tmp_path, "K005", {"tea.txt": page({"Making tea": text})}) == []
