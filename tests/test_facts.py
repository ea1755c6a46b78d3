"""Two notes that state different numbers for one thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from deckwright.checks.facts import OTHER_NUMBER
from deckwright.choosing import Chooser
from deckwright.diagnostics import Severity
from test_near import cards, check, places


@pytest.mark.parametrize(
    ("first", "second", "numbers"),
    [
        (("How long does an egg of a queen take?", "16 days"),
         ("How many days does the egg of a queen take?", "21 days"), ["21 days"]),
        (("How much honey does a colony need at most?", "Up to 20 kg"),
         ("What is the maximum of honey that a colony needs?", "15 kg"), ["15 kg"]),
        (("What is the share of water in honey?", "18 %"),
         ("Which share of honey is water?", "20%"), ["20%"]),
    ],
)  # fmt: skip
def test_two_answers_with_other_numbers_are_found(
    tmp_path: Path, first: tuple[str, str], second: tuple[str, str], numbers: list[str]
) -> None:
    text = cards(first, second)
    assert places(check(tmp_path, "Q001", {"bees.md": text}), text) == numbers


def test_a_sentence_of_a_text_is_held_against_an_answer(tmp_path: Path) -> None:
    text = (
        "# Bees\n\nQ: How many eggs does a queen lay in a day?\nA: Up to 2,000 eggs\n\n"
        "## The queen\n\nShe is the mother of all. The queen lays up to 1,500 eggs in a day.\n"
    )
    (found,) = check(tmp_path, "Q001", {"bees.md": text})
    assert places([found], text) == ["1,500 eggs"]
    assert found.other is not None
    assert text[found.other.start : found.other.end] == "2,000 eggs"
    assert found.message == (
        '"1,500 eggs" here, but "2,000 eggs" in bees/bees/how-many-eggs-does-a-queen-lay-in-a-day'
    )
    assert found.hint == "look up which is right, or say in each what it holds for"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # the same number, other units, other limits, other things, opposites, several numbers
        ("The queen lays 2,000 eggs in a day.", "The queen lays 2000 eggs in a day."),
        ("The queen lays 2,000 eggs in a day.", "The queen lays for 3 years each day."),
        ("The pot holds at most 3 litres of tea.", "The pot holds at least 2 litres of tea."),
        ("The road to Bath is 100 miles long.", "The road to York is 200 miles long."),
        ("The longest pike is 1 metre long in the lake.",
         "The shortest pike is 2 metres long in the lake."),
        ("The old road is 3 to 5 miles long.", "The old road is 7 miles long."),
        ("The old mill is of the year 1300 in the books.", "The old mill is at 5 Mill Lane."),
        ("Die Königin legt 2000 Eier am Tag.", "Die Königin legt 1500 Eier am Tag."),
    ],
)  # fmt: skip
def test_what_is_no_contradiction_is_let_pass(tmp_path: Path, first: str, second: str) -> None:
    text = f"# First\n\n{first}\n\n# Second\n\n{second}\n"
    assert check(tmp_path, "Q001", {"things.md": text}) == []


def test_one_note_does_not_contradict_itself(tmp_path: Path) -> None:
    text = "# The pot\n\nThe pot holds 3 litres of tea. The pot holds 2 litres of tea.\n"
    assert check(tmp_path, "Q001", {"tea.md": text}) == []


def test_the_rule_is_off_until_it_is_selected() -> None:
    assert not Chooser((OTHER_NUMBER,)).selected(OTHER_NUMBER)
    assert Chooser((OTHER_NUMBER,), select=("Q",)).selected(OTHER_NUMBER)
    assert OTHER_NUMBER.severity is Severity.WARNING
