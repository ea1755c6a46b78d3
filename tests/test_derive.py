"""What is asked about a concept, and what is not: small pages and the questions they give.

Every text here is the tests' own. Where a page of real study text lies beside the repository the
last test reads that, too.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright.derive import RULES, DeriveOptions, Override, derive, override
from deckwright.diagnostics import Diagnostic, Severity
from deckwright.note import Field, Key, Note, slug
from deckwright.readers import page
from deckwright.source import Source, Span, decode

DEFAULT = DeriveOptions()


def concept(title: str, body: str, path: str = "page.txt") -> Note:
    """A concept as the page reader gives it: the title, a blank line, the body."""
    start = len(title) + 2
    return Note(
        Key(slug(title)),
        "Concept",
        (
            Field("Concept", title, Span(path, 0, len(title))),
            Field("More", body, Span(path, start, start + len(body))),
        ),
        deck="Kitchen",
        tags=("food",),
        span=Span(path, 0, start + len(body)),
    )


def derived(
    title: str, body: str, options: DeriveOptions = DEFAULT
) -> tuple[list[Note], list[Diagnostic]]:
    notes, told = derive([concept(title, body.strip("\n"))], options)
    return list(notes[1:]), list(told)


def questions(title: str, body: str, options: DeriveOptions = DEFAULT) -> list[str]:
    return [note.value("Question") for note in derived(title, body, options)[0]]


def only(title: str, body: str, options: DeriveOptions = DEFAULT) -> Note:
    notes, _ = derived(title, body, options)
    assert len(notes) == 1, [note.value("Question") for note in notes]
    return notes[0]


def reasons(title: str, body: str, options: DeriveOptions = DEFAULT) -> list[tuple[str, str]]:
    return [(told.rule.name, told.message) for told in derived(title, body, options)[1]]


def by_key(notes: Sequence[Note]) -> dict[str, Note]:
    return {str(note.key): note for note in notes}


# The shape of what comes out --------------------------------------------------------------------


def test_each_concept_is_followed_by_its_notes_and_other_notes_pass_through() -> None:
    basic = Note(Key("b"), "Basic", (Field("Front", "a"), Field("Back", "b")))
    glaze = concept("Glaze", "A glaze is a thin and shiny coating of sugar on a cake.")
    notes, _ = derive([basic, glaze, basic], DEFAULT)
    assert [note.note_type for note in notes] == ["Basic", "Concept", "Term", "Basic"]


def test_a_derived_note_knows_its_parent_its_deck_its_tags_and_its_place() -> None:
    title, body = (
        "Doughs",
        "Kinds of dough:\n\n- **Lean**: flour, water, salt and yeast, and nothing else at all",
    )
    note = derived(title, body + "\n- **Rich**: butter, eggs or milk make the crumb soft")[0][0]
    assert (note.parent, note.deck, note.tags) == ("doughs", "Kitchen", ("food",))
    answer = note.get("Answer")
    assert answer is not None
    assert answer.span is not None
    text = f"{title}\n\n{body}"
    assert text[answer.span.start : answer.span.end] == answer.value
    assert answer.value == "flour, water, salt and yeast, and nothing else at all"
    term = note.get("Term")
    assert term is not None
    assert term.span is not None
    assert text[term.span.start : term.span.end] == "Lean"


def test_a_key_is_made_of_concept_section_and_term_and_not_of_the_order() -> None:
    items = ["1. **Bulk rise**: gas gathers in the whole dough", "2. **Proof**: gas gathers again"]
    one, _ = derived("Bread", "Phases of bread:\n\n" + "\n".join(items))
    turned = "\n".join(items[::-1]).replace("2. ", "0. ")
    two, _ = derived("Bread", "Phases of bread:\n\n" + turned)
    assert {n.key for n in one} == {
        "bread/phases/bulk-rise",
        "bread/phases/proof",
        "bread/phases/list",
    }
    assert {n.key for n in one} == {n.key for n in two}


def test_plus_and_sharp_tell_terms_apart() -> None:
    body = """
Types of language:

- **C**: compiled to machine code, with manual memory
- **C++**: adds classes, templates and destructors to its parent
- **C#**: runs on a virtual machine that collects garbage
"""
    keys = set(by_key(derived("Languages", body)[0]))
    assert {"languages/types/c", "languages/types/c++", "languages/types/c#"} <= keys


def test_of_two_notes_with_one_key_the_second_is_told() -> None:
    body = "**Proof**: the last rest of the shaped loaf\n\n**Proof**: a test of live yeast in water"
    notes, told = derived("Bread", body)
    assert len([n for n in notes if n.note_type == "Term"]) == 1
    same = [t for t in told if t.rule.name == "derived-twice"]
    assert len(same) == 1
    assert same[0].other is not None


def test_two_concepts_that_would_ask_the_same_get_their_context_or_are_told() -> None:
    text = "A glaze is a thin and shiny coating of sugar on a cake."
    first, second = concept("Glaze", text), concept("The glaze", text)
    notes, _ = derive([first, second], DEFAULT)
    asked = [note.value("Question") for note in notes if note.note_type == "Term"]
    assert len(set(asked)) == len(asked)


# The opening ------------------------------------------------------------------------------------


def test_the_opening_is_the_first_sentences_of_at_most_sixty_words() -> None:
    sentence = "Slow heat keeps the proteins tender and the juices where they belong. "
    body = (sentence * 8).strip()
    [note, *_], _ = derive([concept("Poaching", body)], DEFAULT)
    assert note.value("Opening") == (sentence * 5).strip()
    assert note.value("More") == body


def test_a_short_body_moves_to_the_opening_whole() -> None:
    body = "Salt draws out water.\n\n- so salt early\n- or right before the pan"
    [note, *_], _ = derive([concept("Salting", body)], DEFAULT)
    assert (note.value("Opening"), note.value("More")) == (body, "")


def test_an_opening_does_not_end_in_a_lead_in() -> None:
    body = "Stock wants time. These are its parts:\n\n" + "- bones and water\n" * 40
    [note, *_], _ = derive([concept("Stock", body)], DEFAULT)
    assert note.value("Opening") == "Stock wants time."


def test_an_opening_ends_before_a_question() -> None:
    body = "Stock wants time.\n\n**How long does a stock simmer?** Hours.\n\n" + "Bones. " * 70
    [note, *_], _ = derive([concept("Stock", body)], DEFAULT)
    assert note.value("Opening") == "Stock wants time."


def test_a_first_sentence_that_is_too_long_is_cut_outside_of_its_marks() -> None:
    body = (
        "Take " + "salt " * 56 + "and **the very best butter that there is in town** " + "x " * 40
    )
    [note, *_], _ = derive([concept("Long", body)], DEFAULT)
    opening = note.value("Opening")
    assert len(opening.split()) <= 61
    assert opening.endswith("and …")


# Questions by the kind of section ---------------------------------------------------------------

STOVE = "Induction hob"


@pytest.mark.parametrize(
    ("section", "item", "question"),
    [
        (
            "**Benefits:**",
            "- **Speed**: a litre of water boils in half the time",
            "How is “Speed” a benefit of induction hob?",
        ),
        (
            "Key components of an induction hob include:",
            "- **Coil**: makes the changing field that heats the pan",
            "Induction hob: what is the role of “Coil”?",
        ),
        (
            "**Key considerations:**",
            "- **Cookware**: a pan that no magnet holds on to stays cold",
            "Induction hob: what should be considered about “Cookware”?",
        ),
        (
            "**Best practices:**",
            "- **Pan size**: match the base of the pan to the ring",
            "Induction hob: what is advised on “Pan size”?",
        ),
        (
            "**Phases of heating**",
            "1. **Detection**: a weak pulse looks for a pan on the glass",
            "Induction hob, phases of heating: what happens in “Detection”?",
        ),
        (
            "It runs in these modes:",
            "- **Boost**: borrows power from the neighbouring ring",
            "Induction hob: what characterises “Boost”?",
        ),
        (
            "**Settings:**",
            "- **Timer**: switches the ring off after the minutes given",
            "Induction hob: what does the setting “Timer” do?",
        ),
        (
            "**Limits:**",
            "- **Ring power**: 3.7 kW on one phase, with the boost on",
            "Induction hob: what limit or default holds for “Ring power”?",
        ),
    ],
)
def test_the_kind_of_a_section_words_its_questions(section: str, item: str, question: str) -> None:
    body = f"Some words first, so that the hob is there.\n\n{section}\n\n{item}"
    assert question in questions(STOVE, body)


def test_a_practice_that_only_states_something_is_to_be_considered() -> None:
    body = "**Best practices:**\n\n- **Cast iron**: The seasoning is lost in the dishwasher."
    assert questions("Pans", body) == [
        "Pans: what should be considered about “Cast iron”?",
    ]


def test_of_whose_benefit_it_is_the_section_speaks() -> None:
    body = "Key benefits of using a lid include:\n\n- **Economy**: far less energy leaves the pot"
    assert questions("Lid", body) == ["How is “Economy” a benefit of using a lid?"]


def test_a_difference_asks_how_the_two_differ_in_that() -> None:
    body = """
**Key Differences:**

- Fat: butter holds about a fifth of water, while ghee holds none
- Smoke point: ghee stands far more heat than butter
"""
    assert questions("Butter vs ghee", body) == [
        "How do butter and ghee differ in fat?",
        "How do butter and ghee differ in smoke point?",
    ]
    counted = body.replace("Key Differences", "Two differences")
    assert questions("Butter vs ghee", counted)[-1] == (
        "In which 2 aspects do butter and ghee differ?"
    )


def test_a_difference_that_tells_of_one_side_only_is_not_asked() -> None:
    body = "**Differences:**\n\n- Taste: butter brings a note of milk\n- Price: ghee costs more"
    assert "How do butter and ghee differ in taste?" not in questions("Butter vs ghee", body)
    assert ("one-sided-difference", "“Taste” is not asked: its text tells of one side only") in (
        reasons("Butter vs ghee", body)
    )


def test_the_form_of_the_answer_words_a_term_of_no_special_section() -> None:
    body = """
**Autolyse**: A rest of flour and water before salt and yeast come in.

**Scraper**: Divides the dough and cleans the board in one move.

**Hydration**: about 65 % for a plain white loaf, more for a ciabatta
"""
    assert questions("Kneading", body)[:3] == [
        "Kneading: what is meant by “Autolyse”?",
        "Kneading: what does “Scraper” do?",
        "Kneading: what figure is given for “Hydration”?",
    ]


def test_a_bold_subject_stays_in_its_answer() -> None:
    body = "**Saffron** is the dried stigma of a crocus, picked by hand at dawn."
    note = only("Spices", body)
    assert note.value("Question") == "Spices: what is “Saffron”?"
    assert note.value("Answer") == body
    assert note.value("Term") == "Saffron"


def test_a_heading_with_text_is_a_term_and_a_heading_that_asks_is_a_question() -> None:
    body = """
**Sweating**
The pan stays on low heat, and the vegetables soften without any colour.

**When to use which**
Sweat the base of a soup, and fry what shall be brown and crisp.

**Can it be saved?**
A burnt base cannot: pour it away and begin again with a clean pan.
"""
    assert questions("Pan work", body) == [
        "Pan work: what is meant by “Sweating”?",
        "Pan work: when to use which?",
        "Pan work: can it be saved?",
    ]


def test_a_bold_question_is_asked_as_it_stands() -> None:
    body = """
**Stages of a stock:**

**At how many degrees does a stock simmer?** At 90 °C, without a bubble.

**Why does a `clear stock` turn cloudy when it boils?** Fat is beaten into the broth.

- **How long do bones of a calf simmer?** Eight hours.
- **How long do bones of a fish simmer?**: Twenty minutes.
"""
    asked, told = derived("Stocks", body)
    assert [(n.value("Question"), n.value("Answer")) for n in asked] == [
        ("At how many degrees does a stock simmer?", "At 90 °C, without a bubble."),
        ("Why does a `clear stock` turn cloudy when it boils?", "Fat is beaten into the broth."),
        ("How long do bones of a calf simmer?", "Eight hours."),
        ("How long do bones of a fish simmer?", "Twenty minutes."),
    ]
    assert told == []
    assert {n.note_type for n in asked} == {"Term"}
    assert {n.value("Term") + n.value("Reverse") for n in asked} == {""}
    assert str(asked[0].key) == "stocks/stages/at-how-many-degrees-does-a-stock-simmer"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Does it freeze?", "Stocks: does it freeze?"),
        ("Why do they turn grey after an hour?", "Stocks: why do they turn grey after an hour?"),
        ("How hot is a pot for this to work?", "Stocks: how hot is a pot for this to work?"),
        ("What does a lid do when it is shut?", "What does a lid do when it is shut?"),
        ("Bones float in a pot of milk. What is this?",) * 2,
        ("May it be kept cold?", "Stocks: may it be kept cold?"),
        ("Why `roux`?", "Stocks: why `roux`?"),
        ("Does Gelatine Set?", "Stocks: does Gelatine Set?"),
    ],
)
def test_a_bold_question_that_needs_its_title_gets_it(question: str, asked: str) -> None:
    assert questions("Stocks", f"**{question}** Within an hour or two, as a rule.") == [asked]


@pytest.mark.parametrize(
    "body",
    [
        "**At how many degrees does a stock simmer?** At 90 °C.",
        "**At how many degrees does a stock simmer?**: At 90 °C.",
        "**At how many degrees does a stock simmer?** – At 90 °C.",
        "***At how many degrees does a stock simmer?*** At 90 °C.",
        "**At how many degrees does a stock simmer?**\nAt 90 °C.",
        "**At how many degrees does a stock simmer?**\n\nAt 90 °C.",
    ],
)
def test_a_bold_question_may_be_written_in_many_ways(body: str) -> None:
    note = only("Stocks", body)
    assert note.value("Question") == "At how many degrees does a stock simmer?"
    assert note.value("Answer") == "At 90 °C."
    assert note.value("Term") == ""


def test_bold_questions_on_successive_lines_are_asked_one_by_one() -> None:
    body = "**How hot is a good stock?** 90 °C.\n**How long does a stock of fish take?** Minutes.\n"
    asked, _ = derived("Stocks", body)
    assert [(n.value("Question"), n.value("Answer")) for n in asked] == [
        ("How hot is a good stock?", "90 °C."),
        ("How long does a stock of fish take?", "Minutes."),
    ]


def test_an_answer_that_ends_in_a_colon_goes_on_below() -> None:
    body = "**What makes a stock of bones cloudy?** One of these:\n\n- fat\n- flour\n\nSo skim it."
    note = only("Stocks", body)
    assert note.value("Question") == "What makes a stock of bones cloudy?"
    assert note.value("Answer") == "One of these:\n\n- fat\n- flour"
    two = derived("Stocks", "**Why is it grey?** See:\n" + body)[0]
    assert [n.value("Answer") for n in two] == ["See:", "One of these:\n\n- fat\n- flour"]


def test_marks_alone_are_no_question() -> None:
    for body in ("**??** It is so.", "**`?`?** Yes.", "- **??** b", "**???**\n\n- a b c\n- d e"):
        assert questions("Stocks", body) == []


def test_a_question_of_any_script_is_asked() -> None:
    assert questions("Stocks", "**什么是高汤？** 用骨头煮成的汤。") == ["什么是高汤？"]


def test_a_bold_question_that_cannot_be_asked_is_warned_of() -> None:
    """Its key is made of its words: signs tell no two questions apart."""
    body = (
        "**What does `<` test in a recipe?** Less.\n\n**What does `>` test in a recipe?** More.\n"
    )
    asked, told = derived("Signs", body)
    assert [note.value("Answer") for note in asked] == ["Less."]
    assert [(each.rule.code, each.rule.severity) for each in told] == [("D012", Severity.WARNING)]
    assert "another note has the key `signs/what-does-test-in-a-recipe`" in told[0].message


def test_a_bold_question_above_a_list_asks_for_the_list() -> None:
    items = "1. **Fond**: Meat and bones.\n2. **Roux**: Fat and flour.\n3. **Liaison**: Yolk.\n"
    for question in (
        "Which 3 things thicken the sauces of a kitchen?",
        "By which 3 things does a sauce thicken, from thin to thick?",
    ):
        found = only("Sauces", f"**{question}**\n\n{items}")
        assert found.note_type == "List"
        assert found.value("Question") == question
        assert found.value("Context") == "Sauces"
    four = f"**Which 4 things thicken the sauces of a kitchen?**\n\n{items}"
    assert not [note for note in derived("Sauces", four)[0] if note.note_type == "List"]


def test_a_bold_question_breaks_no_run_of_terms_and_is_no_part_of_it() -> None:
    body = """
A stock goes through two phases:

**Rise**: The pot warms slowly, and the foam of the bones comes to the top.

**At how many degrees does foam rise?** At 70 °C.

**Rest**: The pot stands off the fire until the fat lies upon it.
"""
    asked, _ = derived("Stocks", body)
    assert [n.value("Question") for n in asked] == [
        "Stocks: what happens in “Rise”?",
        "At how many degrees does foam rise?",
        "Stocks: what happens in “Rest”?",
        "A stock goes through two phases: which 2?",
    ]


def test_a_title_that_is_a_question_is_set_off_by_a_dash() -> None:
    body = "**Crumb**: soft and moist, in many small and even pores"
    assert questions("Why does bread rise?", body) == [
        "Why does bread rise? – what characterises “Crumb”?"
    ]


def test_names_stand_bare_and_other_terms_between_quotes() -> None:
    body = """
Tools for the thermometer:

- **Acme ThermoPen**: Reads the core of a roast within a second or two.
- **Clip**: Holds the probe in the middle of the pot, off the metal.

Cooks trust the ThermoPen, and a clip is cheap.
"""
    asked = questions("Roasting", body)
    assert "Roasting, tools for the thermometer: what part does Acme ThermoPen play?" in asked
    assert "Roasting, tools for the thermometer: what part does “Clip” play?" in asked


# Scope: whose is what ---------------------------------------------------------------------------


def test_a_heading_owns_its_list_alone_and_then_the_lead_in_goes_on() -> None:
    body = """
Key components of a kitchen include:

**Stove**: Gives the heat that most of the cooking needs.

**Best practices:**
- keep the handles turned inwards

**Hood**: Takes away the steam and the smell of the cooking.
"""
    assert questions("Kitchen", body) == [
        "Kitchen: what is the role of “Stove”?",
        "Kitchen: what is the role of “Hood”?",
        "Name the 2 key components of a kitchen.",
    ]


def test_a_plain_paragraph_ends_a_section() -> None:
    body = """
Key components of a kitchen include:

**Stove**: Gives the heat that most of the cooking needs.

Then there is the rest of the house.

**Cellar**: A cool and dark room where wine and potatoes keep well.
"""
    assert "Kitchen: what is meant by “Cellar”?" in questions("Kitchen", body)


def test_only_the_last_sentence_of_a_lead_in_names_the_section() -> None:
    body = """
Eggs bind, and they set on heating. There are two types of custard:

1. **Stirred**: thickened on the stove, never boiled, and poured
2. **Baked**: set in the oven, in a bath of warm water
"""
    assert "Custard: what characterises “Stirred”?" in questions("Custard", body)
    assert "Name the 2 types of custard." in questions("Custard", body)


# Lists ------------------------------------------------------------------------------------------


def test_a_closed_list_is_asked_as_a_whole_with_its_number() -> None:
    body = """
Stages of a roux:

1. White
2. Blond
3. Brown
"""
    note = only("Roux", body)
    assert (note.note_type, note.key) == ("List", "roux/stages/list")
    assert note.value("Question") == "Name the 3 stages of a roux."
    assert note.value("Items") == "1. White\n2. Blond\n3. Brown"
    assert note.value("Context") == "Roux › Stages of a roux"


def test_short_definitions_are_recited_with_their_terms_and_not_asked_one_by_one() -> None:
    items = ("- **Velouté** – light stock and roux", "- **Tomate** – ripe tomatoes, cooked down")
    body = "\n".join(("**The two mother sauces**", "", *items))
    notes, told = derived("Sauces", body)
    assert [note.note_type for note in notes] == ["List"]
    assert notes[0].value("Items") == body.partition("\n\n")[2]
    assert [t.rule.name for t in told] == ["asked-as-list"] * 2


def test_of_long_definitions_the_list_asks_for_the_terms_alone() -> None:
    long = "a definition that takes its time and says more than one could ever recite by heart"
    notes, _ = derived("Sauces", f"Types of sauce:\n\n- **Hot**: {long}\n- **Cold**: {long} either")
    whole = next(note for note in notes if note.note_type == "List")
    assert whole.value("Items") == "- **Hot**\n- **Cold**"
    assert long in whole.value("More")


def test_open_sets_are_asked_as_lists_only_on_demand() -> None:
    body = "**Benefits:**\n\n- less washing up\n- more flavour from the pan"
    assert questions("One-pot meals", body) == []
    assert reasons("One-pot meals", body) == [
        ("open-set", "“Benefits” is not asked: it is a choice out of many, which no one can recite")
    ]
    assert questions("One-pot meals", body, DeriveOptions(open_sets=True)) == [
        "One-pot meals: name the 2 benefits."
    ]


@pytest.mark.parametrize("count", [1, 8])
def test_lists_of_one_and_of_more_than_seven_are_not_asked(count: int) -> None:
    items = "\n".join(f"- step {at} of the work" for at in range(count))
    assert [name for name, _ in reasons("Work", f"**Steps**\n\n{items}")] == ["list-size"]


def test_a_number_in_the_text_that_does_not_fit_the_list_is_not_trusted() -> None:
    body = "There are three types of salt:\n\n- sea salt\n- rock salt"
    assert questions("Salt", body) == []


def test_a_list_that_nothing_leads_in_to_is_told() -> None:
    body = "Some words about pans.\n\n- iron\n- steel\n- copper"
    assert [name for name, _ in reasons("Pans", body)] == ["no-question"]


def test_when_some_items_only_have_a_colon_all_are_sentences() -> None:
    body = "**Steps**\n\n- Wait: the dough must double\n- Knock it back\n- Shape it"
    assert questions("Dough", body) == ["Dough: name the 3 steps."]


def test_choose_when_asks_for_the_whole_list() -> None:
    body = "Choose the steamer when:\n\n- the fish is delicate\n- no fat shall be used"
    note = only("Steaming", body)
    assert note.note_type == "Term"
    assert note.value("Question") == "Steaming: when to choose the steamer?"
    assert note.value("Answer") == "- the fish is delicate\n- no fat shall be used"


def test_statements_under_the_name_of_a_thing_describe_it() -> None:
    body = "**Poolish**\n\n- equal weights of flour and water\n- pours like thick batter"
    assert questions("Preferments", body) == ["Preferments: what characterises “Poolish”?"]


# Prose ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "A single tray can hold up to 24 rolls, with space between.",
            "Baking: up to how many rolls can a single tray hold?",
            "24",
        ),
        (
            "The weight of the dough cannot exceed 5 kg.",
            "Baking: what is the limit for the weight of the dough?",
            "5 kg",
        ),
        (
            "You can set the oven from 30 °C to 300 °C.",
            "Baking: between which limits can you set the oven?",
            "300",
        ),
        (
            "Oven spring means that trapped gas and steam expand in the first minutes.",
            "Baking: what is meant by “oven spring”?",
            "gas",
        ),
        (
            "A lame is a razor blade on a stick for scoring loaves.",
            "Baking: what is a lame?",
            "razor",
        ),
    ],
)
def test_a_sentence_of_a_plain_shape_gives_one_question(
    sentence: str, question: str, answer: str
) -> None:
    body = f"Most of it is patience, and the trays are warm.\n\n{sentence}"
    note = only("Baking", body)
    assert note.value("Question") == question
    assert answer in note.value("Answer")
    assert note.value("Answer") == sentence


def test_a_word_that_links_sentences_is_no_part_of_a_name() -> None:
    body = "Stocks of calf set when they are cold. So Gelatine suits terrines and cold pies alike."
    assert questions("Stocks", body) == []


def test_an_enumerating_sentence_gives_a_list() -> None:
    body = "Ovens differ. There are three types of heat: radiant, moving air (fan) and steam."
    note = only("Heat", body)
    assert note.value("Question") == "Heat: name the 3 types of heat." or (
        note.value("Question") == "Name the 3 types of heat."
    )
    assert note.value("Items") == "- radiant\n- moving air (fan)\n- steam"


def test_the_first_sentence_defines_the_concept() -> None:
    body = "Umami is a savoury taste that glutamate brings to broth and to old cheese."
    note = only("Umami", body)
    assert note.value("Question") == "What is Umami?"
    assert (note.key, note.value("Context")) == ("umami/umami", "")


@pytest.mark.parametrize(
    "praise",
    [
        "Patience is a critical skill for cooks, as it makes all the difference.",
        "Patience is essential for building flavour in a modern kitchen.",
    ],
)
def test_praise_defines_nothing(praise: str) -> None:
    assert questions("Patience", praise) == []


# What is not asked ------------------------------------------------------------------------------


def test_generic_headings_are_told_and_not_asked() -> None:
    body = (
        "**Overview**\nIt is all about heat, time and a little bit of salt.\n\n**Notes**: salt it"
    )
    assert questions("Cooking", body) == []
    assert {name for name, _ in reasons("Cooking", body)} == {"generic-term"}


def test_fragments_and_self_evident_answers_are_told() -> None:
    body = "Types of pan:\n\n- **Small pan**: a pan, small\n- **Wok**: thin"
    assert {name for name, _ in reasons("Pan", body)} >= {"self-evident", "thin-answer"}


def test_a_project_drops_further_headings() -> None:
    body = "**Sponsor**: a long word of thanks to the people who paid for all this"
    assert len(questions("Thanks", body)) == 1
    options = DeriveOptions(drop=("Sponsor",))
    assert questions("Thanks", body, options) == []


def test_terms_lists_prose_and_definitions_can_be_switched_off() -> None:
    body = "A pot is a deep and round vessel.\n\nParts of a pot:\n\n- **Lid**: keeps the heat in it"
    body += "\n- **Handle**: stays cool enough to hold on to"
    assert {n.note_type for n in derived("Pot", body)[0]} == {"Term", "List"}
    none = DeriveOptions(terms=False, lists=False, prose=False, definitions=False)
    notes, told = derived("Pot", body, none)
    assert notes == []
    assert {t.rule.name for t in told} == {"switched-off"}


def test_a_project_adds_words_and_wordings() -> None:
    body = "**Vorteile:**\n\n- **Tempo**: das Wasser kocht in der halben Zeit"
    options = DeriveOptions(
        kinds={"benefit": ("Vorteile",)}, wordings={"benefit": "{concept}: Vorteil {term}?"}
    )
    assert questions("Kochfeld", body, options) == ["Kochfeld: Vorteil “Tempo”?"]


def test_the_holes_of_a_wording_take_any_text() -> None:
    body = "**Benefits:**\n\n- **A {term} \\1**: far less to wash up after it"
    options = DeriveOptions(wordings={"benefit": "{concept}, {term}"})
    assert questions("Pot", body, options) == ["Pot, “A {term} \\1”"]


@pytest.mark.parametrize(
    ("wordings", "message"),
    [
        ({"benefits": "x"}, "no question is worded by “benefits”; did you mean “benefit”?"),
        ({"benefit": "{trem}"}, "the wording “benefit” has no hole {trem}; it has {concept}, "),
    ],
)
def test_a_wording_that_would_never_be_asked_is_refused(
    wordings: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        DeriveOptions(wordings=wordings)


# Answers ----------------------------------------------------------------------------------------


def test_an_answer_has_the_first_sentences_and_more_the_rest_of_its_own_item() -> None:
    first = "The lid keeps steam in, which cooks what rises above the water."
    rest = "It should fit tightly. " + "Old lids warp and let the steam out on one side. " * 6
    other = "**Handle**: a loop of steel that stays cool enough to be held"
    notes, _ = derived("Pot", f"**Lid**: {first} {rest.strip()}\n\n{other}")
    note = notes[0]
    assert note.value("Answer").startswith(first)
    assert len(note.value("Answer").split()) <= 45
    assert f"{note.value('Answer')} {note.value('More')}" == f"{first} {rest.strip()}"
    assert "Handle" not in note.value("More")


def test_blocks_under_an_item_are_its_answer_or_follow_it() -> None:
    body = """
Types of emulsion:

1. Oil in water
   - mayonnaise
   - milk
2. Water in oil
   - butter
"""
    notes = by_key(derived("Emulsions", body)[0])
    assert notes["emulsions/types/oil-in-water"].value("Answer") == "- mayonnaise\n- milk"


# The way back -----------------------------------------------------------------------------------

WAY_BACK = """
Tools for beginners in a hurry:

- **Acme Presto**: Cooks under pressure, so that beans are done in a third of the time.
- **Acme Chill**: Chill food within ninety minutes so that it keeps for a week.
"""


def test_a_description_that_does_not_give_the_name_away_is_asked_backwards() -> None:
    notes = by_key(derived("Kitchen", WAY_BACK)[0])
    presto = notes["kitchen/tools/acme-presto"]
    assert presto.value("Reverse") == (
        "Cooks under pressure, so that beans are done in a third of the time."
    )


def test_a_description_that_names_its_term_is_not() -> None:
    notes = by_key(derived("Kitchen", WAY_BACK)[0])
    assert notes["kitchen/tools/acme-chill"].value("Reverse") == ""


def test_common_terms_are_asked_backwards_only_on_demand() -> None:
    body = "Parts of a pot:\n\n- **Lid**: Keeps the steam in the vessel and the heat inside of it."
    body += "\n- **Rim**: A rolled edge that lets one pour without a drop going astray."
    key = "pot/parts/rim"
    for option, expected in (("none", False), ("names", False), ("all", True)):
        notes = by_key(derived("Pot", body, DeriveOptions(reverse=option))[0])  # type: ignore[arg-type]
        assert bool(notes[key].value("Reverse")) is expected, option


def test_an_abbreviation_spelt_out_gives_it_away() -> None:
    text = "A Recipe For Cooking, with all of its weights in grams."
    body = f"Tools for the web:\n\n- **Acme RFC**: {text}\n- **Acme RSS**: {text}"
    notes = by_key(derived("Pages", body)[0])
    assert notes["pages/tools-for-the-web/acme-rfc"].value("Reverse") == ""
    assert notes["pages/tools-for-the-web/acme-rss"].value("Reverse") == text


# Overrides --------------------------------------------------------------------------------------


def pot() -> tuple[Note, ...]:
    return derive([concept("Pot", "**Lid**: keeps the steam in, and so saves energy")], DEFAULT)[0]


def test_an_override_changes_or_drops_a_derived_note() -> None:
    notes, told = override(pot(), [Override("pot/lid", fields=(("Question", "What saves?"),))])
    assert not told
    assert notes[1].value("Question") == "What saves?"
    notes, told = override(pot(), [Override("pot/lid", drop=True)])
    assert not told
    assert [note.note_type for note in notes] == ["Concept"]


def test_an_override_fills_a_field_that_was_left_empty() -> None:
    notes, told = override(pot(), [Override("pot/lid", fields=(("Reverse", "Saves energy."),))])
    assert not told
    assert notes[1].value("Reverse") == "Saves energy."


def test_an_override_without_a_note_says_which_key_is_near() -> None:
    _, [told] = override(pot(), [Override("pot/lids", drop=True, span=Span("deck.yaml", 3, 9))])
    assert told.severity is Severity.ERROR
    assert told.message == "no derived note has the key `pot/lids`"
    assert told.hint == "did you mean `pot/lid`?"
    assert told.span == Span("deck.yaml", 3, 9)


def test_a_concept_itself_is_not_overridden() -> None:
    _, [told] = override(pot(), [Override("pot", drop=True)])
    assert told.rule.name == "override-without-note"


def test_a_spare_field_can_be_filled_in_any_note() -> None:
    spare = [Override(key, fields=(("Spare 1", "What else?"),)) for key in ("pot", "pot/lid")]
    notes, told = override(pot(), spare)
    assert not told
    assert [note.value("Spare 1") for note in notes] == ["What else?", "What else?"]


def test_what_stands_in_a_source_is_mended_there() -> None:
    _, [told] = override(pot(), [Override("pot", fields=(("Concept", "Pan"),))])
    assert told.message == "`pot` stands in its source: its `Concept` cannot be set here"
    assert told.hint == "mend it there; what can be set here are Spare 1 and Spare 2"


def test_an_override_of_an_unknown_field_says_which_is_near() -> None:
    _, [told] = override(pot(), [Override("pot/lid", fields=(("Questoin", "?"),))])
    assert told.message == "`pot/lid` is a Term note and has no field `Questoin`"
    assert told.hint == "did you mean `Question`?"


# Properties -------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    "heat Lid salt keeps is are the of and up to 5 water. Types: **Pan** `x` Steam, e.g. Node.js "
    "include: - 1. ; vs “q” (a) different? both 鍋 соль {term} \\1 ** * http://x.y/z".split()
)
LINES = st.lists(WORDS, min_size=1, max_size=9).map(" ".join)
MARKED = st.tuples(
    st.sampled_from(["", "- ", "1. ", "2) ", "  - ", "**Benefits**", "**Types of pan:**", "```"]),
    LINES,
    st.sampled_from(["", ":", "."]),
).map("".join)
BODIES = st.lists(st.one_of(MARKED, st.just(""), LINES), min_size=1, max_size=25).map("\n".join)
TITLES = st.sampled_from(["Pans", "Lid vs pan", "What is heat?", "Choosing a pan", "Heat: basics"])
OPTIONS = st.builds(
    DeriveOptions,
    open_sets=st.booleans(),
    reverse=st.sampled_from(["none", "names", "all"]),
)


@given(title=TITLES, body=BODIES, options=OPTIONS)
@settings(max_examples=300, deadline=None)
def test_whatever_the_text(title: str, body: str, options: DeriveOptions) -> None:
    path = "page.txt"
    text = f"{title}\n\n{body}"
    notes, told = derive([concept(title, body, path)], options)
    assert derive([concept(title, body, path)], options) == (notes, told)
    keys = [note.key for note in notes]
    assert len(set(keys)) == len(keys)
    asked = [note.value("Question") for note in notes[1:]]
    assert len(set(asked)) == len(asked)
    for note in notes[1:]:
        assert note.value("Question").strip()
        assert note.value("Answer").strip() or note.value("Items").strip()
        assert all(field.value for field in note.fields)
        if "\n\n" in body.strip() and len(body.strip()) > 40:  # one sentence may be all there is
            assert body.strip() not in note.value("More")
        assert_places(note, text)
    for diagnostic in told:
        assert diagnostic.rule in RULES
        assert diagnostic.message
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)


def assert_places(note: Note, text: str) -> None:
    """A field that is exactly as long as its span is exactly what stands there."""
    assert note.span is not None
    assert text[note.span.start : note.span.end].strip()
    for field in note.fields:
        if field.span is not None:
            assert 0 <= field.span.start <= field.span.end <= len(text)
        if field.exact:
            assert field.span is not None
            assert text[field.span.start : field.span.end] == field.value, field.name


@given(body=BODIES)
@settings(max_examples=150, deadline=None)
def test_every_item_with_a_term_is_asked_or_told(body: str) -> None:
    from deckwright.derive.outline import outline

    source = concept("Pans", body)
    notes, told = derive([source], DEFAULT)
    offset = len("Pans") + 2
    places = [note.span.start - offset for note in notes[1:] if note.span]
    places += [diagnostic.span.start - offset for diagnostic in told if diagnostic.span]
    found = outline(body)
    for term in found.terms:
        assert term.item_start in places, term
    for members in found.lists:
        assert any(members.start <= place <= members.end for place in places), members


# Size -------------------------------------------------------------------------------------------

HOSTILE = {
    "one word": "x" * 500_000,
    "no end": "word " * 100_000,
    "asterisks": "*" * 300_000,
    "bold": "**a** " * 60_000,
    "open bold": "**a " * 80_000,
    "colons": "a: " * 100_000,
    "items": "- a: b\n" * 40_000,
    "headings": "**A**\n" * 40_000,
    "parentheses": "(" * 200_000,
    "commas": "There are two types: " + "a, " * 100_000,
    "dots": "a. " * 100_000,
    "code": "`" * 200_000,
    "can": "A can up to 5 " * 20_000,
    "long lead": "word " * 50_000 + "include:\n\n- **a**: b c d e f g",
    "bold paragraphs": "**Lid**: keeps the heat in it\n\n" * 10_000,
    "nested": "".join(" " * (at % 40) + "- **a**: b c d\n" for at in range(30_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_long_time(name: str) -> None:
    start = time.perf_counter()
    derive([concept("Pans", HOSTILE[name])], DEFAULT)
    assert time.perf_counter() - start < 10


# Real pages -------------------------------------------------------------------------------------

HERE = Path(__file__).parent
SEEDS = sorted((HERE.parent.parent / "shared" / "seeds").glob("*.txt"))
PAGES = sorted((HERE / "data" / "pages").glob("*.txt"))


def read(path: Path) -> tuple[Source, tuple[Note, ...]]:
    source = decode(path.name, path.read_bytes())
    assert isinstance(source, Source)
    return source, page.read(source)[0]


@pytest.mark.parametrize("path", [*PAGES, *SEEDS], ids=lambda path: path.name)
def test_real_pages_keep_the_promises(path: Path) -> None:
    source, concepts = read(path)
    notes, _ = derive(concepts, DEFAULT)
    keys = [note.key for note in notes]
    assert len(set(keys)) == len(keys)
    asked = [note.value("Question").casefold() for note in notes if note.parent]
    assert len(set(asked)) == len(asked)
    for note in notes:
        if note.parent:
            assert_places(note, source.text)
            assert re.search(r"[?.]$", note.value("Question")), note.value("Question")
            assert "  " not in note.value("Question")


def test_the_page_beside_the_repository_gives_many_notes() -> None:
    if not SEEDS:
        pytest.skip("no real study page beside the repository")
    concepts = [note for path in SEEDS for note in read(path)[1]]
    notes, told = derive(concepts, DEFAULT)
    terms = [note for note in notes if note.note_type == "Term"]
    lists = [note for note in notes if note.note_type == "List"]
    assert len(terms) >= 4 * len(concepts)
    assert len(lists) >= 0.3 * len(concepts)
    assert sum(bool(note.value("Reverse")) for note in terms) >= 0.3 * len(concepts)
    assert len(told) < len(terms)


def test_a_list_is_asked_only_where_the_text_tells_that_it_is_closed() -> None:
    items = "\n- **Dough hook**: kneads what is too heavy for the whisk\n- **Whisk**: beats air in"
    assert only_lists("Mixer", f"**Tools:**{items}") == []
    assert only_lists("Mixer", f"**Two tools:**{items}") == ["Mixer: name the 2 tools."]
    assert only_lists("Mixer", f"**Parts:**{items}") == ["Mixer: name the 2 parts."]
    _, told = derived("Mixer", f"**Tools:**{items}")
    assert "open-set" in [t.rule.name for t in told]


def only_lists(title: str, body: str) -> list[str]:
    notes, _ = derived(title, body)
    return [note.value("Question") for note in notes if note.note_type == "List"]


WOOD = """\
A beech wood is dark in summer and light in spring. Few plants live under beeches, for their \
leaves take all the light.

{} The two layers of a beech wood{}

1. **Canopy**: the crowns that take nine tenths of the light and keep the wind out of the wood
2. **Floor**: leaves, fungi and the flowers of April that live before the canopy closes

Call `age()` and see [the map](https://example.org)."""


def test_of_markdown_the_same_is_asked_as_of_page_text() -> None:
    page = concept("Beech woods", WOOD.format("**", "**").replace("** The", "**The"))
    title, body = page.fields
    for hashes in ("###", "####", "######"):
        written = replace(body, value=WOOD.format(hashes, ""), form="markdown")
        notes, _ = derive([replace(page, fields=(title, written))], DeriveOptions())
        same, _ = derive([page], DeriveOptions())
        assert [(note.key, note.value("Question")) for note in notes] == [
            (note.key, note.value("Question")) for note in same
        ]
        assert notes[0].value("Opening") == same[0].value("Opening")
        assert {field.form for note in notes[1:] for field in note.fields} == {"markdown"}


def test_html_is_asked_as_a_whole() -> None:
    title, body = concept("Beech woods", "<p>They are dark.</p>").fields
    note = replace(concept("Beech woods", ""), fields=(title, replace(body, form="html")))
    (found,), _ = derive([note], DeriveOptions())
    assert found.fields == (title, replace(body, name="Opening", form="html"))
