"""Renames: a note that left the sources and one that came are recognised as one note.

First what is told of small edits, each by an example; then the figures of many generated ones (see
histories.py, which also says what is right).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import histories
from deckwright.matching import After, Before, Matches, match
from deckwright.note import Field, Key, Note
from deckwright.sketches import body, similarity, sketch

LAYERS = """\
A layer packages libraries and other dependencies apart from the code of a function. Many functions
can share one, and a deployment that changes only the code stays small. Up to five layers may be
attached to a function, in an order that decides which file wins. Each version of a layer is
immutable, so a function goes on with the version that it was given until someone points it to
another one."""
ALIASES = """\
An alias is a pointer to a published version of a function. Clients invoke the alias, and an
operator moves it from one version to the next without any change to them. It can split traffic
between two versions by weight, so that ten per cent of all requests meet the new one first.
Permissions may be granted on an alias alone, and an event source that names it follows each move
by itself."""
QUOTAS = """\
A region runs at most a thousand executions of all functions at once unless the quota is raised.
Reserved concurrency sets part of it aside for one function and caps that function at the same
number. Provisioned concurrency prepares environments ahead of time, which removes cold starts at
a price per hour."""


def edited(text: str, every: int) -> str:
    """A text with each so-manieth word replaced."""
    words = text.split()
    words[every // 2 :: every] = [f"other{at}" for at in range(len(words[every // 2 :: every]))]
    return " ".join(words)


Deck = Mapping[str, str | tuple[str, str]]
"""Texts by key; a term with the text of its answer has another note type: `("Term", text)`."""


def compared(old: Deck, new: Deck) -> Matches:
    """What was, and what is: a key that has a slash is derived of the note before it."""

    def told(value: str | tuple[str, str], key: str) -> tuple[str, str]:
        return value if isinstance(value, tuple) else ("Term" if "/" in key else "Concept", value)

    before = [
        Before(Key(key), told(value, key)[0], sketch(told(value, key)[1]), key in new)
        for key, value in old.items()
    ]
    after = [
        After(
            Key(key),
            told(value, key)[0],
            Key(key.partition("/")[0]) if "/" in key else None,
            told(value, key)[1],
            key in old,
        )
        for key, value in new.items()
    ]
    return match(before, after)


def taken(old: Deck, new: Deck) -> dict[str, str]:
    return {m.old: m.new for m in compared(old, new).sure}


def proposed(old: Deck, new: Deck) -> list[tuple[str, str]]:
    return [(m.old, m.new) for m in compared(old, new).unsure]


# Concepts -----------------------------------------------------------------------------------------


def test_the_same_text_under_another_title_is_the_same_note() -> None:
    old = {"lambda-layer": LAYERS, "aliases": ALIASES}
    assert taken(old, {"shared-code": LAYERS, "aliases": ALIASES}) == {
        "lambda-layer": "shared-code"
    }


def test_title_and_text_may_both_be_edited_a_little() -> None:
    old = {"lambda-layer": LAYERS, "aliases": ALIASES}
    new = {"lambda-layers": edited(LAYERS, 12), "aliases": ALIASES}
    assert taken(old, new) == {"lambda-layer": "lambda-layers"}


def test_where_nothing_left_or_nothing_came_there_is_nothing_to_match() -> None:
    old = {"layers": LAYERS, "aliases": ALIASES}
    assert compared(old, {"layers": LAYERS}) == Matches((), ())
    assert compared({"layers": LAYERS}, old) == Matches((), ())
    assert compared(old, {"layers": LAYERS, "quotas": QUOTAS}) == Matches((), ())
    assert compared({}, {}) == Matches((), ())


def test_a_text_that_is_mostly_rewritten_is_asked_about() -> None:
    old, new = {"layers": LAYERS}, {"sharing-code": edited(LAYERS, 4)}
    assert taken(old, new) == {}
    assert proposed(old, new) == [("layers", "sharing-code")]


def test_nearly_the_same_title_is_asked_about_whatever_became_of_the_text() -> None:
    assert proposed({"lambda-layer": LAYERS}, {"lambda-layers": QUOTAS}) == [
        ("lambda-layer", "lambda-layers")
    ]


def test_two_that_are_as_likely_are_asked_about_the_better_first() -> None:
    old = {"layers": LAYERS}
    new = {"one": edited(LAYERS, 14), "other": edited(LAYERS, 9)}
    assert taken(old, new) == {}
    assert proposed(old, new) == [("layers", "one"), ("layers", "other")]


def test_a_note_that_stayed_is_a_rival_too() -> None:
    """The new note may be a copy that was made of the one that stayed."""
    old = {"left": edited(LAYERS, 8), "stays": LAYERS}
    new = {"came": edited(LAYERS, 15), "stays": LAYERS}
    assert taken(old, new) == {}


def test_of_a_split_the_part_that_is_nearly_all_is_taken_and_halves_are_asked_about() -> None:
    sentences = re.split(r"(?<=\.)\s", LAYERS + "\n" + ALIASES)
    most, rest = " ".join(sentences[:-1]), sentences[-1]
    whole = {"versions": " ".join(sentences)}
    assert taken(whole, {"all-but-one": most, "events": rest}) == {"versions": "all-but-one"}
    halves = {"sharing": LAYERS, "pointing": ALIASES}
    assert taken(whole, halves) == {}
    assert set(proposed(whole, halves)) == {("versions", "sharing"), ("versions", "pointing")}


def test_of_two_that_were_merged_neither_is_taken() -> None:
    old, new = {"layers": LAYERS, "aliases": ALIASES}, {"versions": f"{LAYERS}\n\n{ALIASES}"}
    assert taken(old, new) == {}
    assert set(proposed(old, new)) == {("layers", "versions"), ("aliases", "versions")}


def test_what_was_merged_with_a_text_of_another_script_is_not_taken() -> None:
    russian = "Магма — это природный расплав в недрах Земли, а лава течёт по её поверхности. " * 9
    assert taken({"layers": LAYERS}, {"versions": f"{LAYERS}\n\n{russian}"}) == {}


def test_texts_that_changed_places_take_their_identities_along() -> None:
    old = {"layers": LAYERS, "aliases": ALIASES, "quotas": QUOTAS}
    swapped = {"layers": ALIASES, "aliases": edited(LAYERS, 15), "quotas": QUOTAS}
    assert taken(old, swapped) == {"layers": "aliases", "aliases": "layers"}
    turned = {"layers": ALIASES, "aliases": QUOTAS, "quotas": LAYERS}
    assert taken(old, turned) == {"layers": "quotas", "aliases": "layers", "quotas": "aliases"}


def test_a_title_that_was_given_to_another_text_does_not_keep_the_note() -> None:
    old = {"layers": LAYERS, "aliases": ALIASES}
    new = {"layers": QUOTAS, "shared-code": LAYERS, "aliases": ALIASES}
    assert taken(old, new) == {"layers": "shared-code"}


def test_a_text_rewritten_under_its_title_is_the_same_note_where_nothing_else_is_it() -> None:
    assert compared({"layers": LAYERS}, {"layers": QUOTAS}) == Matches((), ())
    assert compared({"layers": LAYERS}, {"layers": QUOTAS, "aliases": ALIASES}) == Matches((), ())


def test_a_short_text_that_took_in_a_long_one_is_the_same_note() -> None:
    short = "A function has at most five layers."
    old = {"limit": short, "layers": LAYERS}
    assert compared(old, {"limit": f"{short}\n\n{LAYERS}"}) == Matches((), ())


def test_a_note_whose_title_went_to_another_while_its_text_is_gone_has_left() -> None:
    found = compared({"layers": LAYERS, "quotas": QUOTAS}, {"quotas": LAYERS})
    assert [(m.old, m.new) for m in found.sure] == [("layers", "quotas")]
    assert found.left == ("quotas",)


def test_note_types_are_never_crossed() -> None:
    old: Deck = {"layers": ("Basic", LAYERS)}
    assert compared(old, {"layer": ("Concept", LAYERS)}) == Matches((), ())


def test_notes_that_say_the_same_cannot_be_told_apart() -> None:
    old = {"one": LAYERS, "other": LAYERS}
    assert taken(old, {"third": LAYERS, "fourth": LAYERS}) == {}
    assert taken(old, {"one": LAYERS, "fourth": LAYERS}) == {}


# Derived notes ------------------------------------------------------------------------------------

STANDARD = (
    "Offers nearly unlimited throughput, delivers at least once and orders as well as it can."
)
FIFO = "Keeps the order of each message group and delivers exactly once, at a lower rate."
DELAY = "Hides each new message from all consumers for a time of up to fifteen minutes."
QUEUES = {"queues": LAYERS, "queues/kinds/standard": STANDARD, "queues/kinds/fifo": FIFO}


def test_derived_notes_follow_their_parent_whatever_became_of_them() -> None:
    new = {"sqs": LAYERS, "sqs/kinds/standard": STANDARD, "sqs/kinds/fifo": "First in, first out."}
    assert taken(QUEUES, new) == {
        "queues": "sqs",
        "queues/kinds/standard": "sqs/kinds/standard",
        "queues/kinds/fifo": "sqs/kinds/fifo",
    }


def test_but_not_where_their_text_plainly_went_elsewhere() -> None:
    new = {"sqs": LAYERS, "sqs/kinds/standard": FIFO, "sqs/kinds/default": STANDARD}
    assert taken(QUEUES, new) == {
        "queues": "sqs",
        "queues/kinds/standard": "sqs/kinds/default",
        "queues/kinds/fifo": "sqs/kinds/standard",
    }


def test_derived_notes_change_places_with_their_parents() -> None:
    old = {**QUEUES, "topics": ALIASES, "topics/kinds/standard": DELAY}
    new = {
        "topics": LAYERS,
        "topics/kinds/standard": STANDARD,
        "topics/kinds/fifo": FIFO,
        "queues": ALIASES,
        "queues/kinds/standard": DELAY,
    }
    assert taken(old, new) == {
        "queues": "topics",
        "topics": "queues",
        "queues/kinds/standard": "topics/kinds/standard",
        "queues/kinds/fifo": "topics/kinds/fifo",
        "topics/kinds/standard": "queues/kinds/standard",
    }


def test_a_derived_key_that_belongs_to_another_parent_now_is_told() -> None:
    new = {
        "sqs": LAYERS,
        "sqs/kinds/fifo": FIFO,
        "queues": ALIASES,
        "queues/kinds/standard": DELAY,
    }
    found = compared(QUEUES, new)
    assert {m.old: m.new for m in found.sure} == {
        "queues": "sqs",
        "queues/kinds/fifo": "sqs/kinds/fifo",
    }
    assert found.left == ("queues/kinds/standard",)


def test_a_term_that_was_renamed_is_found_by_what_is_said_of_it() -> None:
    new = {"queues": LAYERS, "queues/kinds/default": edited(STANDARD, 7), "queues/kinds/fifo": FIFO}
    assert taken(QUEUES, new) == {"queues/kinds/standard": "queues/kinds/default"}


def test_a_term_that_left_before_its_concept_was_renamed_is_found_when_it_is_back() -> None:
    """Nothing has the key of its concept any more."""
    text = QUOTAS.replace("\n", " ")
    old = {"layers": LAYERS, "aliases/limits": ("Term", text)}
    new = {"layers": LAYERS, "pointers": ALIASES, "pointers/limits": ("Term", text)}
    assert taken(old, new) == {"aliases/limits": "pointers/limits"}


def test_a_heading_that_was_renamed_takes_its_terms_along_though_they_were_edited() -> None:
    new = {
        "queues": LAYERS,
        "queues/types/standard": edited(STANDARD, 4),
        "queues/types/fifo": edited(FIFO, 4),
    }
    assert taken(QUEUES, new) == {
        "queues/kinds/standard": "queues/types/standard",
        "queues/kinds/fifo": "queues/types/fifo",
    }


def test_a_term_goes_where_its_text_stands_best() -> None:
    """Two concepts that were alike changed places, and only their terms show it."""
    old = {**QUEUES, "topics": LAYERS, "topics/types/standard": edited(STANDARD, 3)}
    new = {
        "queues": LAYERS,
        "queues/types/standard": edited(STANDARD, 3),
        "queues/kinds/fifo": FIFO,
        "topics": LAYERS,
        "topics/kinds/standard": STANDARD,
    }
    assert taken(old, new) == {
        "queues/kinds/standard": "topics/kinds/standard",
        "topics/types/standard": "queues/types/standard",
    }


def test_a_term_that_makes_room_for_another_is_not_that_other() -> None:
    new = {"queues": LAYERS, "queues/kinds/delay": DELAY, "queues/kinds/fifo": FIFO}
    assert compared(QUEUES, new) == Matches((), ())


def test_a_term_may_move_to_another_concept() -> None:
    old = {**QUEUES, "aliases": ALIASES}
    new = {"queues": LAYERS, "queues/kinds/fifo": FIFO, "aliases": ALIASES}
    assert taken(old, {**new, "aliases/standard": STANDARD}) == {
        "queues/kinds/standard": "aliases/standard"
    }


def test_when_a_concept_is_split_its_terms_go_with_their_texts() -> None:
    old = {"versions": f"{LAYERS} {ALIASES}", "versions/a/one": STANDARD, "versions/b/two": FIFO}
    new = {
        "layers": LAYERS,
        "layers/a/one": STANDARD,
        "aliases": ALIASES,
        "aliases/b/two": FIFO,
    }
    assert taken(old, new) == {"versions/a/one": "layers/a/one", "versions/b/two": "aliases/b/two"}


def test_answers_of_a_few_words_are_no_proof() -> None:
    old = {"layers": LAYERS, "aliases": ALIASES, "layers/limit": "64 KB"}
    new = {"layers": LAYERS, "aliases": ALIASES, "aliases/size": "64 KB"}
    assert taken(old, new) == {}


# Texts --------------------------------------------------------------------------------------------


def test_the_text_of_a_note_is_what_it_says_but_its_name() -> None:
    def note(*fields: tuple[str, str]) -> str:
        return body(Note(Key("k"), "T", tuple(Field(*each) for each in fields)))

    assert note(("Question", "What?"), ("Answer", "a"), ("Term", "t"), ("More", "m")) == "a\nm"
    assert note(("Concept", "Title"), ("More", "all"), ("Opening", "al"), ("Source", "s")) == "all"
    assert note(("Concept", "Title"), ("More", ""), ("Opening", "one sentence")) == "one sentence"
    assert note(("Text", "a {{cloze}}"), ("Source", "s")) == "a {{cloze}}"
    assert note() == ""


def test_markup_case_punctuation_and_white_space_are_no_difference() -> None:
    long = LAYERS.replace("libraries", "**Libraries**").replace(". ", ".\n\n- ").upper()
    assert similarity(sketch(LAYERS), long) == 1
    assert sketch(LAYERS) == sketch(long)
    assert sketch(STANDARD) == sketch(STANDARD.replace("throughput", "`Throughput`") + "\n")


@pytest.mark.parametrize(
    "text",
    [
        "Магма — это природный расплав в недрах Земли. Излившись на поверхность, она теряет часть "
        "газов и называется лавой. Вулкан растёт из собственных продуктов, слой за слоем, пока "
        "питающий канал остаётся открытым, а остывшая порода держит склон.",
        "地層累重の法則によれば、乱されていない堆積物では下の層ほど古い。逆転は褶曲や断層のあとに起こる。"
        "示準化石は離れた土地の地層を結びつけ、火山灰は一日で広く積もる。",
        "云南的茶树长在海拔一千多米的山坡上，春天采摘的嫩芽要先萎凋，再用铁锅杀青，最后在阳光下晒干。",
        "الصخور النارية تتكون عندما تبرد الحمم وتتصلب، سواء تحت سطح الأرض ببطء أو فوقها بسرعة.",
        "หินอัคนีเกิดจากแมกมาที่เย็นตัวลง ทั้งใต้พื้นโลกอย่างช้าๆ และบนผิวโลกอย่างรวดเร็วมาก",
    ],
)
def test_every_script_is_told_apart(text: str) -> None:
    assert similarity(sketch(text), text) == 1
    middle = len(text) // 2
    changed = f"{text[:middle]}xyz{text[middle + 3 :]}"
    assert 0.6 < similarity(sketch(text), changed) < 1
    assert similarity(sketch(text), LAYERS) == 0
    backwards = text[::-1]
    assert similarity(sketch(text), backwards) < 0.3


def test_a_text_of_another_script_is_not_judged_by_the_english_words_in_it() -> None:
    names = "DynamoDB, API Gateway, Step Functions, CloudFormation, Parameter Store, X-Ray maps "
    russian = (
        "Служба принимает запросы и передаёт их дальше. " * 9,
        "Хранит состояния, а также ведёт журнал всех изменений в таблице. " * 9,
    )
    one, other = (f"{names * 3}{text}" for text in russian)
    assert similarity(sketch(one), other) < 0.75


# Sketches -----------------------------------------------------------------------------------------


@given(st.text(max_size=400) | st.text("ab map\n*", max_size=900))
@example("\ud800 half a character")
@example("*** --- ***")
@example("a")
def test_a_sketch_is_short_and_knows_its_text(text: str) -> None:
    made = sketch(text)
    assert len(made) <= 89
    assert re.fullmatch("[a-z][A-Za-z0-9+/]+|", made)
    assert similarity(made, text) == (1 if made else 0)


def test_a_text_without_words_has_no_sketch() -> None:
    assert [sketch(text) for text in ("", " \n", "** -- **", "…")] == [""] * 4


def test_sketches_of_this_version_are_those_of_every_other() -> None:
    """They are kept in locks: a change would make every note another text."""
    assert sketch("64 KB") == "pAgA/NXeH"
    assert sketch(LAYERS) == "aDADoVvDhEF7HACLsei8U19mHEoOwT3gGhgg"
    assert sketch("Магма — это природный расплав. " * 12) == "tBADJ6oF5Vnm3AQ"


@pytest.mark.parametrize(
    "damaged",
    [
        *("", "p", "pA", "p====", "pAAA", "pAAAA", "pй", "a\n", "%", "\x00"),
        *(f"z{sketch(LAYERS)[1:]}", sketch(LAYERS)[:-4], f"{sketch(LAYERS)}AAAA"),
        sketch(LAYERS).replace(sketch(LAYERS)[5], "!"),
    ],
)
def test_a_sketch_that_is_damaged_or_of_later_times_matches_nothing(damaged: str) -> None:
    before = [Before(Key("layers"), "Concept", damaged, False)]
    after = [After(Key("shared-code"), "Concept", None, LAYERS, False)]
    assert match(before, after) == Matches((), ())
    assert similarity(damaged, LAYERS) == 0


@given(st.text(max_size=120))
def test_no_string_is_too_damaged_to_be_read(text: str) -> None:
    assert 0 <= similarity(text, LAYERS) <= 1
    assert 0 <= similarity("a" + text, LAYERS) <= 1


def test_what_is_matched_depends_on_no_order_and_no_hash_seed() -> None:
    script = (
        "import sys, random, histories\n"
        "deck = histories.decks()[0]\n"
        "made = histories.release(random.Random(3), deck, deck.concepts, 8, set())\n"
        "before, after = histories.sides(made)\n"
        "random.Random(int(sys.argv[1])).shuffle(before)\n"
        "random.Random(int(sys.argv[1])).shuffle(after)\n"
        "print(histories.match(before, after), [b.sketch for b in sorted(before, key=str)])\n"
    )
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    told = {
        subprocess.run(
            [sys.executable, "-c", script, str(seed)],
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in range(3)
    }
    assert len(told) == 1
    assert b"Match(" in told.pop()


# Many at once -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["edited", "half of the text the same", "all the same", "empty"])
def test_a_crowd_is_matched_in_time_with_its_number(name: str) -> None:
    """The limit is ten times what it takes; 2,000 are timed by histories.py."""
    before, after = histories.crowds(500)[name]
    begun = time.perf_counter()
    found = match(before, after)
    assert time.perf_counter() - begun < 4
    assert all(m.old.removeprefix("old") == m.new.removeprefix("new") for m in found.sure)
    assert len(found.unsure) <= 3 * 500
    assert len(found.sure) >= {"edited": 480, "half of the text the same": 480}.get(name, 0)


def test_what_is_taken_in_generated_histories_is_right() -> None:
    """See the table that histories.py prints."""
    table, wrong, edits = histories.run(800, 2026, histories.decks()[:2])
    assert edits > 2_000
    whole = histories.total(table)
    concepts, derived = (histories.total(table, what) for what in ("concept", "derived"))
    assert whole.precision >= 0.999, wrong
    assert concepts.precision >= 0.999, wrong
    assert whole.taken >= 5_000
    assert concepts.recall >= 0.8
    assert derived.recall >= 0.95
    assert concepts.proposal >= 0.85
    assert derived.proposal >= 0.5


@pytest.mark.skipif(not histories.SEEDS, reason="there are no pages in ../shared/seeds to edit")
def test_what_is_taken_in_histories_of_the_seed_is_right() -> None:
    decks = [deck for deck in histories.decks() if deck.name == "seed"]
    table, wrong, edits = histories.run(200, 2026, decks)
    whole = histories.total(table)
    assert edits > 600
    assert whole.precision >= 0.999, wrong
    assert whole.taken >= 2_000
    assert whole.recall >= 0.95


def test_the_figures_fall_where_a_rule_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the figures are worth: without looking at rivals they are not reached."""
    monkeypatch.setattr("deckwright.matching._Similar.rival", lambda *_: 0.0)
    monkeypatch.setattr("deckwright.matching._Similar.has_twins", lambda *_: False)
    monkeypatch.setattr("deckwright.matching._LONGER", 9.0)
    table, _, _ = histories.run(500, 2026, histories.decks()[:2])
    assert histories.total(table, "concept").precision < 0.999
