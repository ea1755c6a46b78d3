"""Deletions without a number: each keeps the one that it got, whatever is written around it.

The texts of these tests are what a cloze note says, with `[…]` around what is deleted (`[…|hint]`
with a hint), and `{{c1::…}}` where a person wrote the number.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright.cardtemplate import cloze_ordinals
from deckwright.clozes import (
    AUTOMATIC,
    MOST,
    Memory,
    memory,
    provisional,
    renumbered,
    settle,
    united,
)
from deckwright.diagnostics import Diagnostic
from deckwright.note import Key, Note, RenderedNote
from helpers import NOW, deckwright, done, write


def as_rendered(text: str) -> str:
    """The HTML of a text as the renderer gives it, before there are numbers."""
    return text.replace("[", AUTOMATIC).replace("]", "}}").replace("|", "::")


@dataclass
class Deck:
    """One note as it is built again and again, and what the lock remembers of it."""

    memory: Memory = field(default_factory=Memory)
    seen: bool = True
    html: str = ""
    told: tuple[Diagnostic, ...] = ()

    def build(self, *texts: str) -> dict[str, int]:
        """The numbers of what is deleted in these fields."""
        html, clozes = provisional([as_rendered(text) for text in texts])
        note = RenderedNote(Note(Key("heart"), "Cloze", ()), html, "", (), clozes)
        settled, self.memory, self.told = settle(note, self.memory, seen=self.seen)
        self.html = settled.html[0]
        again = RenderedNote(note.note, html, "", (), clozes)
        # A build that changes nothing: the same numbers, the same memory.
        assert settle(again, self.memory, seen=self.seen)[:2] == (settled, self.memory)
        return dict(settled.clozes)

    @property
    def codes(self) -> list[str]:
        return [each.code for each in self.told]


def build(*texts: str) -> dict[str, int]:
    """The numbers in a note that is new."""
    return Deck().build(*texts)


# A new note ---------------------------------------------------------------------------------------


def test_deletions_are_numbered_as_they_appear() -> None:
    deck = Deck()
    assert deck.build("The [atria] fill the [ventricles].") == {"atria": 1, "ventricles": 2}
    assert deck.html == "The {{c1::atria}} fill the {{c2::ventricles}}."
    assert deck.told == ()


def test_numbers_that_a_person_wrote_are_left_out() -> None:
    deck = Deck()
    assert deck.build("[a] {{c1::b}} [c] {{c3,4::d}} [e]") == {"a": 2, "c": 5, "e": 6}
    assert deck.html == "{{c2::a}} {{c1::b}} {{c5::c}} {{c3,4::d}} {{c6::e}}"


def test_a_text_that_is_deleted_twice_is_one_deletion() -> None:
    """Else each card would show what the other asks."""
    deck = Deck()
    assert deck.build("[ATP] is made of ADP, and [ATP] of food by [cells].", "[ATP]!") == {
        "ATP": 1,
        "cells": 2,
    }
    assert deck.html == "{{c1::ATP}} is made of ADP, and {{c1::ATP}} of food by {{c2::cells}}."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[ATP]", "[<b>ATP</b>]"),
        ("[a gas]", "[a\n&nbsp; gas]"),
        ("[R &amp; D]", "[R &#38; D]"),
        ("[gas]", "[gas|what?]"),
        ("[x = 1]", '[<code>x <span class="o">=</span> 1</code>]'),
        ("[a b]", "[a<br>b]"),
        ("[a b]", "[<p>a</p><p>b</p>]"),
        ("[é]", "[e&#769;]"),
    ],
)
def test_markup_hints_and_blanks_make_no_other_text(one: str, other: str) -> None:
    assert build(f"{one} and {other}") == build(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[iron]", "[Iron]"),
        ('[<img src="a.png">]', '[<img src="b.png">]'),
        ("[[sound:a.mp3]]".replace("[s", "&#91;s"), "[&#91;sound:b.mp3]"),
        ("[x<sup>2</sup>]", "[x<sub>2</sub>]"),
        ("[x]", "[]"),
    ],
)
def test_what_a_learner_tells_apart_is_another_text(one: str, other: str) -> None:
    assert list(build(f"{one} and {other}").values()) == [1, 2]


def test_deletions_inside_each_other_have_a_number_each() -> None:
    deck = Deck()
    assert deck.build("[The [left] ventricle|part] of {{c7::the [human] heart}}") == {
        "The left ventricle": 1,
        "left": 2,
        "human": 3,
    }
    assert (
        deck.html == "{{c1::The {{c2::left}} ventricle::part}} of {{c7::the {{c3::human}} heart}}"
    )


def test_a_hint_is_no_part_of_the_text_wherever_anki_finds_it() -> None:
    """It ends where the next deletion begins."""
    assert build("[mitral|on the [left] side]") == {"mitralleft side": 1, "left": 2}


def test_what_lies_too_deep_is_a_part_of_what_it_lies_in() -> None:
    """As Anki reads it: ten deletions inside each other, and no more."""
    deck = Deck()
    numbers = deck.build("".join(f"[{n} " for n in range(12)) + "]" * 12)
    assert len(numbers) == 10
    assert cloze_ordinals({"Text": deck.html}) == tuple(range(10))


def test_a_field_without_deletions_stays_as_it_is() -> None:
    assert provisional(["a {{c1::b}} }} {{c::", ""]) == (("a {{c1::b}} }} {{c::", ""), ())


def test_a_long_text_is_known_by_its_beginning_and_a_digest() -> None:
    one, other = f"{'a heart ' * 40}beats", f"{'a heart ' * 40}rests"
    (first, second) = build(f"[{one}] [{other}]")
    assert first != second
    assert max(len(first), len(second)) <= 100
    assert first.startswith("a heart a heart")


# What is written around a deletion does not matter ------------------------------------------------


def test_a_deletion_that_is_put_before_others_renumbers_none() -> None:
    deck = Deck()
    deck.build("The [atria] fill the [ventricles].")
    assert deck.build("[Slowly] the [atria] fill the [ventricles].") == {
        "Slowly": 3,
        "atria": 1,
        "ventricles": 2,
    }
    assert deck.html == "{{c3::Slowly}} the {{c1::atria}} fill the {{c2::ventricles}}."
    assert deck.told == ()


def test_numbers_stay_where_the_order_changes() -> None:
    deck = Deck()
    deck.build("[a] [b] [c]")
    assert deck.build("[c] [a] [b]") == {"a": 1, "b": 2, "c": 3}


def test_the_number_of_a_deletion_that_left_is_never_used_again() -> None:
    """Its card and its reviews are with everyone who has them."""
    deck = Deck()
    deck.build("[atria] and [ventricles]")
    assert deck.build("[atria] and ventricles") == {"atria": 1}
    assert deck.build("[atria] and ventricles, [aorta]") == {"atria": 1, "aorta": 3}
    assert deck.build("[atria], [ventricles], [aorta]") == {"atria": 1, "ventricles": 2, "aorta": 3}


def test_nor_is_a_number_that_a_person_wrote_once() -> None:
    deck = Deck()
    deck.build("[atria] and {{c2::ventricles}}")
    deck.build("[atria] and ventricles")
    assert deck.build("[atria], the [aorta]") == {"atria": 1, "aorta": 3}


def test_a_gap_below_is_not_filled_for_someone_may_have_used_it_before_the_lock() -> None:
    deck = Deck()
    deck.build("{{c1::atria}} and {{c4::ventricles}}")
    assert deck.build("{{c1::atria}} and {{c4::ventricles}}, [aorta]") == {"aorta": 5}


def test_a_deletion_that_loses_its_written_number_keeps_it() -> None:
    """A note that goes over from `{{c1::…}}` to deletions without a number."""
    deck = Deck()
    deck.build("{{c2::Atria}} fill {{c1::ventricles}}, {{c3::slowly}} and {{c3::gently}}.")
    assert deck.build("[Atria] fill [ventricles], [slowly] and [gently].") == {
        "Atria": 2,
        "ventricles": 1,
        "slowly": 3,
        "gently": 3,
    }
    assert deck.told == ()


def test_a_deletion_that_gets_a_number_by_hand_may_have_its_own() -> None:
    deck = Deck()
    deck.build("[atria] and [ventricles]")
    assert deck.build("{{c1::atria}} and [ventricles]") == {"ventricles": 2}
    assert deck.build("[atria] and [ventricles]") == {"atria": 1, "ventricles": 2}
    assert deck.told == ()


def test_a_written_number_that_changed_is_the_one_that_goes_on() -> None:
    deck = Deck()
    deck.build("{{c1::atria}} and {{c2::ventricles}}")
    deck.build("{{c1::the}} {{c2::atria}} and {{c3::ventricles}}")
    assert deck.build("the [atria] and [ventricles]") == {"atria": 2, "ventricles": 3}


def test_a_written_number_that_is_another_ones_moves_none_and_is_told() -> None:
    """Whichever gave way would take over reviews, or lose its own."""
    deck = Deck()
    deck.build("[atria] and [ventricles]")
    assert deck.build("{{c1::Slowly}} [atria] and [ventricles]") == {"atria": 1, "ventricles": 2}
    (told,) = deck.told
    assert told.code == "I016"
    assert told.message == (
        'heart: "Slowly" is numbered 1 by hand, which is the number of "atria": one card asks both'
    )
    assert told.hint == (
        "number it 3, which is free; or write {{c1::atria}} too, if one card shall ask both"
    )
    assert deck.build("{{c1::Slowly}} {{c1::atria}} and [ventricles]") == {"ventricles": 2}
    assert deck.told == ()


def test_a_number_is_not_shared_with_a_deletion_that_comes_back() -> None:
    deck = Deck()
    deck.build("[atria] and [ventricles]")
    deck.build("[atria]")
    deck.build("[atria] {{c2::slowly}}")
    assert deck.build("[atria] {{c2::slowly}} [ventricles]") == {"atria": 1, "ventricles": 3}
    assert deck.told == ()


# Corrections --------------------------------------------------------------------------------------


def test_a_corrected_deletion_keeps_its_number_and_is_told() -> None:
    deck = Deck()
    deck.build("The [atria] fill the [ventrikles].")
    assert deck.build("The [atria] fill the [ventricles].") == {"atria": 1, "ventricles": 2}
    (told,) = deck.told
    assert (told.code, told.key) == ("I018", "heart")
    assert told.message == 'heart: "ventrikles" is "ventricles" now, reviews kept'
    assert told.hint == "if it is another deletion: write {{c3::ventricles}}"


def test_a_correction_may_come_with_new_deletions_beside_it() -> None:
    deck = Deck()
    deck.build("The [atria] fill the [ventrikles] in [diastole].")
    assert deck.build("The [atria] [gently] fill the [ventricles] in the [diastole].") == {
        "atria": 1,
        "gently": 4,
        "ventricles": 2,
        "diastole": 3,
    }
    assert deck.codes == ["I018"]


def test_a_correction_can_be_taken_back() -> None:
    deck = Deck()
    deck.build("[atria] and [ventricle]")
    deck.build("[atria] and [ventricles]")
    assert deck.build("[atria] and [ventricle]") == {"atria": 1, "ventricle": 2}


def test_a_capital_makes_no_other_deletion_wherever_it_stands() -> None:
    deck = Deck()
    deck.build("[Valves] part [atria] from [ventricles]")
    assert deck.build("[Atria] are parted from [ventricles] by [valves]") == {
        "Atria": 2,
        "ventricles": 3,
        "valves": 1,
    }
    assert deck.codes == ["I018", "I018"]


def test_what_stands_at_another_place_is_no_correction() -> None:
    """Two facts may have names that are nearly alike."""
    deck = Deck()
    deck.build("[alpha-1 receptors] narrow [arteries] and [veins]")
    assert deck.build("[arteries] and [veins] have [alpha-2 receptors]") == {
        "arteries": 2,
        "veins": 3,
        "alpha-2 receptors": 4,
    }
    assert deck.codes == ["I019"]


def test_of_two_that_are_alike_each_is_corrected_to_its_nearest() -> None:
    deck = Deck()
    deck.build("[alpha-1 receptor], [alpha-2 receptor]")
    assert deck.build("[alpha-1 receptors], [alpha-2 receptors]") == {
        "alpha-1 receptors": 1,
        "alpha-2 receptors": 2,
    }


def test_a_correction_that_may_be_of_two_is_of_none() -> None:
    deck = Deck()
    deck.build("[alpha-1 receptor], [alpha-2 receptor]")
    assert deck.build("[alpha-3 receptor]") == {"alpha-3 receptor": 3}


def test_a_text_that_was_corrected_is_another_deletion_beside_the_new_one() -> None:
    deck = Deck()
    deck.build("[ventricle]")
    deck.build("[ventricles]")
    assert deck.build("A [ventricle], two [ventricles]") == {"ventricle": 2, "ventricles": 1}
    assert deck.build("A [ventricle]") == {"ventricle": 2}
    assert deck.build("A ventricle") == {}
    assert deck.build("A [ventricle]") == {"ventricle": 2}


def test_what_one_card_asks_together_stays_together_when_it_is_corrected() -> None:
    deck = Deck()
    deck.build("{{c1::atria}} and {{c1::ventrikles}}")
    assert deck.build("[atria] and [ventrikles]") == {"atria": 1, "ventrikles": 1}
    assert deck.build("[atria] and [ventricles]") == {"atria": 1, "ventricles": 1}


def test_what_is_corrected_and_moved_at_once_is_told_with_the_way_out() -> None:
    """Nothing but its letters says which one it is: too little for a learner's reviews."""
    deck = Deck()
    deck.build("The [right ventrikle] lies beside the [left atrium] and the [aorta].")
    moved = "The [aorta] lies beside the [left atrium] and the [right ventricle]."
    assert deck.build(moved) == {"aorta": 3, "left atrium": 2, "right ventricle": 4}
    (told,) = deck.told
    assert told.code == "I019"
    assert told.message == (
        'heart: "right ventricle" is like "right ventrikle", which is gone, and is learnt anew'
    )
    assert told.hint == ("if it is the same deletion, corrected: write {{c1::right ventricle}}")
    deck.build(moved.replace("[right ventricle]", "{{c1::right ventricle}}"))
    assert deck.build(moved) == {"aorta": 3, "left atrium": 2, "right ventricle": 1}


def test_another_word_in_its_place_is_learnt_anew_and_told_with_the_way_out() -> None:
    deck = Deck()
    deck.build("An adult has some [5] litres of [blood].")
    assert deck.build("An adult has some [6] litres of [blood].") == {"6": 3, "blood": 2}
    (told,) = deck.told
    assert (told.code, told.key) == ("I019", "heart")
    assert told.message == 'heart: "6" stands where "5" stood, and is learnt anew'
    assert told.hint == "if it is the same deletion, corrected: write {{c1::6}}"
    # Once said, it may be written without a number again.
    assert deck.build("An adult has some {{c1::6}} litres of [blood].") == {"blood": 2}
    assert deck.build("An adult has some [6] litres of [blood].") == {"6": 1, "blood": 2}
    assert deck.told == ()


def test_of_a_note_that_no_learner_has_nothing_is_told() -> None:
    deck = Deck(seen=False)
    deck.build("Some [5] litres, a [hart]")
    assert deck.build("Some [6] litres, a [heart]") == {"6": 3, "heart": 2}
    assert deck.told == ()


# Limits -------------------------------------------------------------------------------------------


def test_more_deletions_than_anki_has_cards_for_are_an_error() -> None:
    deck = Deck()
    deck.build(" ".join(f"[{number}]" for number in range(MOST)))
    assert deck.told == ()
    assert len(cloze_ordinals({"Text": deck.html})) == MOST
    deck.build(" ".join(f"[{number}]" for number in range(MOST + 1)))
    (told,) = deck.told
    assert (told.code, told.severity.name) == ("I017", "ERROR")
    assert told.message == "heart needs the cloze number 500, and 499 is the last"
    assert told.hint == "part it into several notes"


def test_a_written_number_at_the_end_leaves_those_below_it() -> None:
    deck = Deck()
    deck.build("{{c499::a}} [b]")
    assert deck.build("{{c499::a}} [b] [c]") == {"b": 1, "c": 2}
    assert deck.told == ()


@pytest.mark.parametrize(
    "html",
    [
        AUTOMATIC * 20_000,
        "{{c1::" * 20_000,
        f"{AUTOMATIC}x}}}}" * 20_000,
        "".join(f"{AUTOMATIC}{n}}}}}" for n in range(20_000)),
        "".join(f"{{{{c{n}::{n}}}}}" for n in range(20_000)),
        AUTOMATIC + "<b" * 200_000 + "}}",
        AUTOMATIC + "<" * 200_000 + "}}",
        AUTOMATIC + "<img src" * 50_000 + "}}",
        AUTOMATIC + "&" * 200_000 + "}}",
        AUTOMATIC + "::" * 200_000 + "}}",
        f"{{{{c{'1,' * 200_000}::x}}}}{AUTOMATIC}",
        f"{{{{c{'1' * 200_000}::x}}}}{AUTOMATIC}",
        "}}" * 200_000 + AUTOMATIC,
    ],
    ids=lambda html: html[:20].replace("\0", ""),
)
def test_hostile_fields_take_no_time(html: str) -> None:
    begun = time.perf_counter()
    numbered, clozes = provisional([html])
    note = RenderedNote(Note(Key("heart"), "Cloze", ()), numbered, "", (), clozes)
    _, known, _ = settle(note, Memory(), seen=True)
    turned, mine = provisional([html[len(AUTOMATIC) :]])
    note = RenderedNote(note.note, turned, "", (), mine)
    settle(note, known, seen=True)
    assert time.perf_counter() - begun < 3


def test_a_long_list_that_was_written_anew_takes_no_time() -> None:
    begun = time.perf_counter()
    deck = Deck()
    deck.build(" ".join(f"[the {n}th of many long answers]" for n in range(200)))
    deck.build(" ".join(f"[the {n}st of many long replies]" for n in range(200)))
    assert time.perf_counter() - begun < 3


# Whatever is edited -------------------------------------------------------------------------------

WORDS = tuple("aorta ventricle septum mitral endocardium bundle diastole pacemaker".split())
EDIT = st.tuples(
    st.sampled_from(["insert", "insert", "remove", "correct", "move"]),
    st.integers(0, 20),
    st.integers(0, 20),
)


def edited(texts: list[str], edit: tuple[str, int, int]) -> list[str]:
    """What a note deletes after one edit. A correction adds a letter to a word, so that each text
    begins with the word that it was made of."""
    what, one, other = edit
    texts = list(texts)
    at = one % len(texts) if texts else 0
    free = [word for word in WORDS if not any(text.startswith(word) for text in texts)]
    if what == "insert" and free:
        texts.insert(at, free[other % len(free)])
    elif what == "remove" and texts:
        del texts[at]
    elif what == "correct" and texts:
        texts[at] += "s"
    elif what == "move" and texts:
        text = texts.pop(at)
        texts.insert(other % (len(texts) + 1), text)
    return texts


@settings(deadline=None)
@given(st.lists(st.lists(EDIT, max_size=3), min_size=10, max_size=10))
def test_no_text_changes_its_number_and_no_number_its_text(
    builds: list[list[tuple[str, int, int]]],
) -> None:
    deck, texts = Deck(), ["aorta", "ventricle"]
    number_of: dict[str, int] = {}
    word_of: dict[int, str] = {}
    for edits in builds:
        for edit in edits:
            texts = edited(texts, edit)
        numbers = deck.build(" ".join(f"[{text}]" for text in texts))
        assert list(numbers) == texts
        for text, number in numbers.items():
            assert number_of.setdefault(text, number) == number
            word = next(word for word in WORDS if text.startswith(word))
            assert word_of.setdefault(number, word) == word
        assert len(set(numbers.values())) == len(texts)
        assert cloze_ordinals({"Text": deck.html}) == tuple(sorted(n - 1 for n in numbers.values()))


@settings(deadline=None)
@given(st.lists(EDIT, min_size=1, max_size=12))
def test_one_edit_in_a_build_keeps_all_reviews(edits: list[tuple[str, int, int]]) -> None:
    """A correction is always found where nothing else changes."""
    deck, texts = Deck(), ["aorta", "ventricle", "septum"]
    numbers = deck.build(" ".join(f"[{text}]" for text in texts))
    for edit in edits:
        before, were, texts = texts, numbers, edited(texts, edit)
        numbers = deck.build(" ".join(f"[{text}]" for text in texts))
        for text in texts:
            if text in before or text[:-1] in before:
                assert numbers[text] == were[text if text in before else text[:-1]]


@settings(deadline=None)
@given(st.text("[]|{}c1:2,<b> x", max_size=60), st.text("[]|{}c1:2,<b> x", max_size=60))
def test_any_text_has_deletions_as_anki_has_them(first: str, second: str) -> None:
    """Nothing raises, and no number that a person wrote changes."""
    deck = Deck()
    deck.build(first)
    numbers = deck.build(second)
    shape = re.sub(r"\{\{c\d+::", "[", deck.html)
    assert shape == re.sub(r"\{\{c\d+::", "[", as_rendered(second).replace(AUTOMATIC, "["))
    assert AUTOMATIC not in deck.html
    closed = provisional([as_rendered(second)])[0][0]
    before, after = cloze_ordinals({"Text": closed}), cloze_ordinals({"Text": deck.html})
    assert len(after) <= len(before)
    assert {n for _, n in deck.memory.now} >= set(numbers.values())


# Two people ---------------------------------------------------------------------------------------


def test_what_two_people_added_is_remembered_of_both() -> None:
    base = Memory((("a", 1),))
    ours, theirs = Memory((("a", 1), ("b", 2))), Memory((("a", 1),), (("c", 3),))
    assert base.now == theirs.now
    assert united([ours, theirs], theirs) == (Memory((("a", 1),), (("b", 2), ("c", 3))), ())


def test_a_number_that_two_people_gave_stays_with_the_first() -> None:
    ours, theirs = Memory((("a", 1), ("b", 2))), Memory((("c", 2), ("a", 1)))
    assert united([ours, theirs], theirs) == (Memory((("a", 1),), (("b", 2),)), ("c",))
    assert united([theirs, ours], theirs) == (Memory((("c", 2), ("a", 1))), ("b",))


def test_a_text_that_two_people_numbered_has_the_number_of_the_first() -> None:
    """The other number is not used again."""
    ours, theirs = Memory((("a", 1), ("b", 2), ("x", 3))), Memory((("a", 1), ("x", 2)))
    found, moved = united([ours, theirs], theirs)
    assert moved == ("x",)
    assert found == Memory((("a", 1), ("x", 3)), (("b", 2),))
    found, moved = united([theirs, ours], ours)
    assert moved == ("b", "x")
    assert found == Memory((("a", 1), ("x", 2)), (("x", 3),))


def test_what_two_people_corrected_in_two_ways_is_one_deletion() -> None:
    ours = Memory((("atria", 1),), (("atrja", 1),))
    theirs = Memory((("the atria", 1),), (("atrja", 1),))
    found, moved = united([ours, theirs], ours)
    assert moved == ()
    assert found == Memory((("atria", 1),), (("atrja", 1), ("the atria", 1)))


# The pieces ---------------------------------------------------------------------------------------


def test_a_package_tells_what_is_remembered() -> None:
    """All but what was there once: a lock that is lost is rebuilt of it."""
    deck = Deck()
    deck.build("[atria] and {{c2,5::ventricles}}", "{{c7::valves|hint}}")
    html, _ = provisional([as_rendered("[atria] and {{c2,5::ventricles}}"), "{{c7::valves::hint}}"])
    assert memory(html) == deck.memory
    assert deck.memory.now == (("atria", 1), ("ventricles", 2), ("ventricles", 5), ("valves", 7))


def test_other_numbers_change_nothing_else() -> None:
    html, clozes = provisional([as_rendered("{{c1::a}} [b] c2:: [c]")])
    assert renumbered(html, clozes, {"b": 3, "c": 2}) == ("{{c1::a}} {{c3::b}} c2:: {{c2::c}}",)
    assert renumbered(html, clozes, dict(clozes)) == html


def test_a_deletion_that_is_taken_away_is_told_once(tmp_path: Path) -> None:
    """Its card stays with learners, and asks nothing."""
    text = "C: Water boils at [100] °C and freezes at [zero].\n"
    write(tmp_path, {"water.md": text})
    done(tmp_path, "build", "water.md", now=NOW)
    write(tmp_path, {"water.md": text.replace("[zero]", "zero")})
    result = deckwright(tmp_path, "build", "water.md", now=NOW + 1)
    key = "water/water-boils-at-100-c-and-freezes-at-zero"
    told = f'warning I020: {key}: the deletion "zero" is gone; its card stays, and is empty\n'
    assert told in result.stderr
    way = "  help: if another text goes on with it: write {{c2::that text}}\n"
    assert way in result.stderr
    assert "I020" not in deckwright(tmp_path, "build", "water.md", now=NOW + 2).stderr
