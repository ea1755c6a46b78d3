"""The page reader: what is a card, what is skipped, and that nothing is lost on the way."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckwright import report
from deckwright.diagnostics import Diagnostic
from deckwright.note import Note
from deckwright.readers.page import RULES, Furniture, PageOptions, is_title, read
from deckwright.source import Source, Span, decode

PAGES = Path(__file__).parent / "data" / "pages"
SEEDS = Path(__file__).parents[2] / "shared" / "seeds"

ENOUGH = "This text is long enough for a card, so no one needs to be warned that it is short."

anything = settings(deadline=None, database=None, max_examples=300)


def source_of(data: str | bytes) -> Source:
    source = decode("page.txt", data.encode() if isinstance(data, str) else data)
    assert isinstance(source, Source)
    return source


def cards(text: str, *furniture: Furniture) -> dict[str, str]:
    """The cards of a page: title and text."""
    notes, _ = read(source_of(text), PageOptions(furniture))
    return {note.value("Concept"): note.value("More") for note in notes}


def findings(text: str, options: PageOptions = PageOptions()) -> list[str]:
    """What a user is told about a page."""
    source = source_of(text)
    return list(report.brief(read(source, options)[1], {"page.txt": source}))


def non_blank(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


# What is a title ---------------------------------------------------------------------------------

TITLES = {
    "Umami": "a word",
    "Why does bread rise?": "a question mark may close it",
    "What is a stock? (And why?)": "also twice",
    "Yahoo! (Inc.)": "a name with a mark",
    "emulsions and how they break": "it may begin with a small letter",
    "The 5 mother sauces": "it may hold digits",
    "72-hour cold fermentation": "it may begin with a number",
    "2024. A year": "no list is numbered so high",
    "-18 °C": "a minus is no bullet without a space behind it",
    "3.5 % salt": "a decimal is no number of an item",
    "Mohs scale: 1–10": "a colon inside closes nothing",
    "Roux (flour and fat)": "it may end in parentheses",
    'What does "al dente" mean?': "it may quote",
    "C#, F# and .NET": "symbols are a name's own",
    "# Chords": "a # is a #",
    "`git merge` and `git rebase`": "code may be part of it",
    "*Saccharomyces* yeasts": "italics may be part of it",
    "Fat of **any** kind": "bold may be part of it",
    "See https://example.org": "an address may be part of it",
    "地層累重の法則": "any script",
    "שלום": "any direction",
    "δ18O": "a letter and digits",
    "हिन्दी": "marks stand behind their letters",
    "x" * 200: "as long as a title may be",
}

NO_TITLES = {
    "The Float Test.": "a full stop closes it",
    "Never let it boil!": "so does an exclamation mark",
    "To make it at home:": "a colon leads in to something",
    "Salt, pepper,": "a comma goes on",
    "First the fat;": "so does a semicolon",
    "And so on…": "an ellipsis closes it",
    "熱すぎない。": "the full stop of any script",
    "見分ける手がかり：": "the colon of any script",
    "He said “never.”": "a full stop inside the closing quotation mark",
    "Never **boil it.**": "a full stop inside the bold",
    "(It may be frozen.)": "a sentence in parentheses",
    "Pour off the fat. (It may be frozen.)": "or behind another one",
    "**Storage**": "a bold line is a heading",
    "**Storage**: a week": "a bold term is text",
    "- Fish bones": "an item",
    "• Fish bones": "an item with any bullet",
    "1. Mix": "a numbered item",
    "12) Mix": "a numbered item of another kind",
    "| a | b |": "a row of a table",
    "> Salt the water": "a quotation",
    "![A loaf](loaf.png)": "an image",
    "<!-- a note -->": "a comment",
    "https://example.org/umami?a=b": "an address",
    "www.example.org": "an address without its protocol",
    "`ingredient = flour * percent`": "a line of code",
    "```": "a fence",
    "---": "a rule",
    "* * *": "another rule",
    "€ / %": "no letter and no digit",
    "x" * 201: "longer than any title",
}


@pytest.mark.parametrize("line", TITLES, ids=list(TITLES.values()))
def test_a_line_that_is_a_title(line: str) -> None:
    assert is_title(line)
    assert list(cards(f"First\n\n{ENOUGH}\n\n{line}\n\n{ENOUGH}")) == ["First", line]


@pytest.mark.parametrize("line", NO_TITLES, ids=list(NO_TITLES.values()))
def test_a_line_that_is_no_title(line: str) -> None:
    assert not is_title(line)
    assert list(cards(f"First\n\n{ENOUGH}\n\n{line}\n\n{ENOUGH}")) == ["First"]


ELSEWHERE = {
    "it stands under text": f"{ENOUGH}\nA second line\n",
    "text follows at once": f"A second line\n{ENOUGH}\n",
    "two lines together are text": "Fat first\nLiquid last\n",
    "it is indented, so it belongs to the item above": f"- Fish\n\n  A second line\n\n{ENOUGH}",
    "it is indented with a tab": f"- Fish\n\n\tA second line\n\n{ENOUGH}",
    "it is indented with any white space": f"- Fish\n\n\u00a0A second line\n\n{ENOUGH}",
    "it is code": f"```\n\nA second line\n\n```\n{ENOUGH}",
    "it is code between other fences": f"~~~~\n~~~\n\nA second line\n\n~~~~\n{ENOUGH}",
    "it is code that is never closed": f"{ENOUGH}\n\n```\n\nA second line\n\n{ENOUGH}",
}


@pytest.mark.parametrize("text", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_a_line_that_would_be_a_title_elsewhere(text: str) -> None:
    assert list(cards(f"Title\n\n{text}")) == ["Title"]


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u00a0", "\u2028", "\x85 \u3000"])
def test_a_title_stands_between_lines_of_nothing_but_white_space(blank: str) -> None:
    text = f"One\n{blank}\n{ENOUGH}\n{blank}\nTwo\n{blank}\n{ENOUGH}\n"
    assert cards(text) == {"One": ENOUGH, "Two": ENOUGH}


def test_a_page_that_is_wholly_indented_has_the_same_titles() -> None:
    assert cards(f"  One\n\n  {ENOUGH}\n\n    Deeper\n\n  Two\n\n  {ENOUGH}") == {
        "One": f"{ENOUGH}\n\n    Deeper",
        "Two": ENOUGH,
    }


def test_code_in_a_line_hides_no_titles() -> None:
    assert list(cards(f"One\n\n```make``` builds it.\n\nTwo\n\n{ENOUGH}")) == ["One", "Two"]


def test_a_card_keeps_its_text_as_it_stands() -> None:
    text = "First:\n\n- Fish\n  - trout\n\n\n\tlast\n\n```\n\nx\n```"
    assert cards(f"Title\n\n{text}\n\n\nNext\n\n{ENOUGH}")["Title"] == text


# What a user is told -----------------------------------------------------------------------------

NO_TITLE = "  help: if this line is no title, put a full stop after it, or make it bold or an item"
NO_CARD = "  help: a card is a title (a line of its own between blank lines, no full stop) and text"


@pytest.mark.parametrize("text", ["", "\n", " \n\u00a0\n\t", "\ufeff", "\r\n\r\n"])
def test_an_empty_file_is_an_error(text: str) -> None:
    assert findings(text) == ["page.txt:1:1: error R003: the file is empty", NO_CARD]


def test_a_file_without_a_title_is_an_error() -> None:
    assert findings("\nBread rises.\nYeast makes gas.\n\n- Salt\n") == [
        "page.txt:2:1: warning R002: text before the first title is left out: “Bread rises.”",
        "  help: give it a title, a line of its own without a full stop, or move it into a card",
        "page.txt:1:1: error R003: no card found",
        NO_CARD,
    ]


@pytest.mark.parametrize("text", ["#separator:tab\nroux\tflour\n", "roux\tflour\nstock\tbones"])
def test_of_a_table_it_is_told_how_to_read_it(text: str) -> None:
    assert findings(text)[-2:] == [
        "page.txt:1:1: error R003: no card found",
        '  help: this is a table: end its name in .tsv, or write "reader: table" in deck.yaml',
    ]


def test_text_before_the_first_title_is_told() -> None:
    assert findings(f"Bread rises.\n\nYeast makes gas.\n\nUmami\n\n{ENOUGH}") == [
        "page.txt:1:1: warning R002: text before the first title is left out: “Bread rises.”",
        "  help: give it a title, a line of its own without a full stop, or move it into a card",
    ]


def test_of_two_titles_in_a_row_the_first_is_an_error() -> None:
    text = f"Umami\n\n{ENOUGH}\n\n Fat first\n\nLiquid last\n\nRoux\n\n{ENOUGH}\n\nThe end\n"
    assert findings(text) == [
        "page.txt:7:1: error R004: “Liquid last” has no text",
        NO_TITLE,
        "page.txt:13:1: error R004: “The end” has no text",
        NO_TITLE,
    ]
    assert cards(text) == {"Umami": f"{ENOUGH}\n\n Fat first", "Roux": ENOUGH}


def test_hardly_any_text_is_warned_of() -> None:
    assert findings(f"Umami\n\nA taste.\n\nRoux\n\nFlour\nand fat\n\nFat\n\n`f()`\n\n{ENOUGH}") == [
        "page.txt:1:1: warning R005: “Umami” has only 2 words of text",
        NO_TITLE,
        "page.txt:5:1: warning R005: “Roux” has only 3 words of text",
        NO_TITLE,
    ]
    assert findings("Umami\n\nTaste.") == [
        "page.txt:1:1: warning R005: “Umami” has only 1 word of text",
        NO_TITLE,
    ]


def test_how_many_words_are_hardly_any_is_an_option() -> None:
    text = "Umami\n\nOne two three four."
    assert findings(text, PageOptions(short=4)) == []
    assert findings(text, PageOptions(short=5)) != []


@pytest.mark.parametrize("colon", [":", "："])
def test_a_title_that_a_colon_leads_in_to_is_warned_of(colon: str) -> None:
    text = f"Dough\n\n{ENOUGH} The rule{colon}\n\nflour * 0.7\n\n{ENOUGH}"
    assert findings(text) == [
        "page.txt:5:1: warning R006: “flour * 0.7” follows a colon, but looks like a title",
        "  help: if it is none, put a full stop after it, or backticks around it",
    ]


def test_a_long_line_is_quoted_shortly() -> None:
    assert findings("y" * 60 + ".\n\n" + "x" * 60 + "\n\n" + "x" * 61) == [
        f"page.txt:1:1: warning R002: text before the first title is left out: “{'y' * 59}…”",
        "  help: give it a title, a line of its own without a full stop, or move it into a card",
        f"page.txt:3:1: error R004: “{'x' * 60}” has no text",
        NO_TITLE,
        f"page.txt:5:1: error R004: “{'x' * 59}…” has no text",
        NO_TITLE,
    ]


def test_a_block_of_code_that_is_never_closed_is_told() -> None:
    assert findings(f"Umami\n\n{ENOUGH}\n\n```sh\nls\n\nSwallowed\n\n{ENOUGH}") == [
        "page.txt:5:1: warning R007: the block of code that begins with ``` is never closed",
        "  help: put ``` on a line of its own where it ends",
    ]
    assert findings(f"Umami\n\n{ENOUGH}\n\n```sh\nls\n```") == []


def test_a_short_card_is_told_with_its_key() -> None:
    _, (diagnostic,) = read(source_of("Crème fraîche & co\n\nCream."))
    assert diagnostic.key == "crème-fraîche-co"


def test_every_rule_has_a_code_of_its_own_and_a_reason() -> None:
    assert [rule.code for rule in RULES] == [f"R{n:03}" for n in range(1, 9)]
    assert all(rule.reason and rule.name for rule in RULES)


# Titles that begin no card -----------------------------------------------------------------------

SWARM = "A colony of bees multiplies by swarming, which it does on warm days in early summer."
LIST = "- Queen cells hang from a comb\n- Hardly any cell of the brood nest is empty"


def swallowed(body: str) -> list[str]:
    """What is told of the lines of a card that look like titles."""
    text = f"Drones\n\n{body}\n"
    assert list(cards(text)) == ["Drones"]
    return [told.split("R008: ")[1] for told in findings(text)[::2] if "R008" in told]


def test_a_title_without_a_blank_line_below_it_is_warned_of() -> None:
    assert findings(f"Drones\n\n{ENOUGH}\n\nSwarming\n{SWARM}") == [
        "page.txt:5:1: warning R008: “Swarming” looks like a title, but has text right below it",
        "  help: if it is one, put a blank line below it; if not, put a full stop after it or make "
        "it bold",
    ]


@pytest.mark.parametrize("above", [ENOUGH, LIST, "1. Queens live long.\n2. Drones do not."])
def test_a_title_without_a_blank_line_above_it_is_warned_of(above: str) -> None:
    told = ["“Swarming” looks like a title, but stands right under other text"]
    assert swallowed(f"{above}\nSwarming\n\n{SWARM}") == told


@pytest.mark.parametrize("above", [ENOUGH, f"{ENOUGH}\n\n1. Queens live long.\n2. Drones do not."])
def test_a_title_without_any_blank_line_is_warned_of(above: str) -> None:
    told = ["“Swarming” looks like a title, but has text right above and below it"]
    assert swallowed(f"{above}\nSwarming\n{SWARM}") == told


@pytest.mark.parametrize("indent", [" ", "  ", "    ", "\t", "\u00a0"])
@pytest.mark.parametrize("above", [ENOUGH, f"{ENOUGH}\n\n1. Queens live long.\n2. Drones do not."])
def test_a_title_that_is_indented_is_warned_of(above: str, indent: str) -> None:
    told = ["“Swarming” looks like a title, but is indented"]
    assert swallowed(f"{above}\n\n{indent}Swarming\n\n{SWARM}") == told


def test_a_title_without_a_blank_line_points_at_its_words() -> None:
    source = source_of(f"Drones\n\n{ENOUGH}\nThe winter cluster  \n\n{SWARM}")
    _, (told,) = read(source)
    assert told.span is not None
    assert source.text[told.span.start : told.span.end] == "The winter cluster"
    assert told.key == "drones"


def test_titles_of_any_script_are_known_without_their_blank_lines() -> None:
    for title, said in {
        "Эхо": "Так называют звук, который возвращается от далёкой стены.",
        "地層": "下にある層ほど古いと考えられている。",
        "Ästchen": "Ein Ästchen ist ein kleiner Zweig an einem Baum.",
    }.items():
        told = [f"“{title}” looks like a title, but has text right below it"]
        assert swallowed(f"{ENOUGH}\n\n{title}\n{said}") == told


NO_TITLE_HERE = {
    "a colon leads in to it": f"{ENOUGH} As the song says:\n\nSummer wine\n{SWARM}",
    "a colon leads in to what is indented": f"{ENOUGH} As in:\n\n  Summer wine\n\n{SWARM}",
    "it is wrapped text": "A queen that is old lays fewer eggs than a young one, and so the\n"
    "Buckfast bees are given another one in every second year, most\noften in June.",
    "the end of a paragraph is wrapped": f"These bees were bred by the monk\nAdam\n\n{SWARM}",
    "an item is wrapped": f"- The one who bred all these bees in his abbey was\nAdam\n\n{SWARM}",
    "it is a verse": f"{ENOUGH}\n\nThe bee is not afraid of me\nI know the butterfly.\n\n{SWARM}",
    "it ends a verse": "The pedigree of honey\nDoes not concern the bee.\nA clover any time\n\n"
    + SWARM,
    "it is an address": f"{ENOUGH}\n\nBees Ltd\n12 Clover Lane\nBristol BS1 4DJ\n\n{SWARM}",
    "it is a list without marks": f"{ENOUGH}\n\nHive\nSmoker\nVeil\n\n{SWARM}",
    "two people talk": f"{ENOUGH}\n\nAnna\nHow much is a jar of this honey, please?\nBert\n"
    "Six pounds, and the jar is yours.\nAnna\nI take two of them, thank you very much.\nBert\n"
    "Here they are, and have a nice day.",
    "it is a formula": f"{ENOUGH}\n\nE = mc²\nEnergy and mass are the same thing in two shapes.",
    "it is a reaction": f"{ENOUGH}\n2 H2 + O2 → 2 H2O\n\n{SWARM}",
    "it is a statement": f"{ENOUGH}\n\n    SELECT name FROM hives\n\n{SWARM}",
    "it is code": f"{ENOUGH}\n\n```\nSwarming\n{SWARM}\n```\n\n{SWARM}",
    "code begins below it": f"{ENOUGH}\nSwarming\n\n```\n{SWARM}\n```",
    "it says where words come from": f"{ENOUGH}\nSource: Wikipedia\n\n{SWARM}",
    "so does a year": f"{ENOUGH}\nKarl von Frisch, 1927\n\n{SWARM}",
    "it is an address in the web": f"{ENOUGH}\nSee https://example.org/bees\n\n{SWARM}",
    "it is a question, answered at once": f"{ENOUGH}\n\nWhy do bees swarm?\n{SWARM}",
    "it begins with a small letter": f"{ENOUGH}\n\nmore on swarms\n{SWARM}",
    "it is no whole thought": f"{ENOUGH}\n\nThis swarm was caught by\n{SWARM}",
    "it is bold": f"{ENOUGH}\n\n**Swarming**\n{SWARM}",
    "a list follows": f"{ENOUGH}\n\nSigns of a swarm\n{LIST}",
    "a term follows": f"{ENOUGH}\n\nSwarming\n**Prime swarm**: The first one, with the old queen.",
    "it belongs to an item": f"- Fish\n\n  Salmon and trout\n\n{SWARM}",
    "items have lines of their own": f"- Queen\nMother of all\n- Drone\nMale bee\n\n{SWARM}",
    "no text is below it": f"{ENOUGH}\nMore on bees",
    "it is the first line": f"Males\n{SWARM}",
    "many lines are indented": f"{ENOUGH}\n\n  Round dance\n\n{SWARM}\n\n  Waggle dance\n\n{SWARM}",
    "its description is indented": f"{ENOUGH}\n\nSwarming\n  {SWARM}",
}


@pytest.mark.parametrize("body", NO_TITLE_HERE.values(), ids=NO_TITLE_HERE.keys())
def test_a_line_in_a_text_that_is_not_taken_for_a_title(body: str) -> None:
    assert swallowed(body) == []


# Furniture: what is the page's own ---------------------------------------------------------------


def test_the_heading_and_the_footer_of_a_page_are_skipped_and_told() -> None:
    text = (
        "Learn Cooking with Interactive Flashcards\n\n"
        "Master key concepts in Cooking with a flashcard system. Click.\n\n"
        f"Umami\n\n{ENOUGH}\n\n"
        "More Cooking questions\n1,830 questions (total)\n"
    )
    assert cards(text) == {"Umami": ENOUGH}
    assert findings(text) == [
        "page.txt:1:1: info R001: skipped, the page's own: "
        "“Learn Cooking with Interactive Flashcards”",
        "page.txt:3:1: info R001: skipped, the page's own: "
        "“Master key concepts in Cooking with a flashcard system. Cli…”",
        "page.txt:9:1: info R001: skipped, the page's own: “More Cooking questions”",
        "page.txt:10:1: info R001: skipped, the page's own: “1,830 questions (total)”",
    ]


def test_a_second_page_may_follow_the_footer_of_the_first_at_once() -> None:
    page = (
        f"Learn Cooking with Interactive Flashcards\n\nUmami\n\n{ENOUGH}\n\nMore taste questions\n"
    )
    notes, diagnostics = read(source_of(page + page.replace("Umami", "Roux")))
    assert [note.value("Concept") for note in notes] == ["Umami", "Roux"]
    assert [note.value("More") for note in notes] == [ENOUGH, ENOUGH]
    assert [d.code for d in diagnostics] == ["R001"] * 4


def test_the_same_lines_in_the_middle_of_a_page_are_text() -> None:
    text = f"Umami\n\n{ENOUGH}\n\nMore taste questions\n\n{ENOUGH}"
    assert cards(text) == {"Umami": ENOUGH, "More taste questions": ENOUGH}
    text = f"Umami\n\n{ENOUGH}\n\nLearn cooking with interactive flashcards\n\n{ENOUGH}"
    assert len(cards(text)) == 2


def test_furniture_in_code_is_code() -> None:
    text = f"{ENOUGH}\n\n```\nMore taste questions\n```"
    assert cards(f"Umami\n\n{text}", Furniture("more .*")) == {"Umami": text}


def test_a_line_that_only_begins_like_furniture_is_none() -> None:
    assert findings(f"Welcome, reader\n\n{ENOUGH}", PageOptions((Furniture("welcome"),))) == []


def test_furniture_at_the_start() -> None:
    text = f"Welcome\nMenu\n\nwelcome\n\nUmami\n\n{ENOUGH}\n\nWelcome\n\n{ENOUGH}"
    options = PageOptions((Furniture("welcome|menu", "start"),))
    assert findings(text, options) == [
        "page.txt:1:1: info R001: skipped, the page's own: “Welcome”",
        "page.txt:2:1: info R001: skipped, the page's own: “Menu”",
        "page.txt:4:1: info R001: skipped, the page's own: “welcome”",
    ]
    assert list(cards(text, *options.furniture)) == ["Umami", "Welcome"]


def test_furniture_at_the_end() -> None:
    text = f"Umami\n\n{ENOUGH}\n\nGoodbye\n\n{ENOUGH}\n\n Goodbye\n\nGOODBYE\n"
    options = PageOptions((Furniture("goodbye", "end"),))
    assert findings(text, options) == [
        "page.txt:9:2: info R001: skipped, the page's own: “Goodbye”",
        "page.txt:11:1: info R001: skipped, the page's own: “GOODBYE”",
    ]
    assert list(cards(text, *options.furniture)) == ["Umami", "Goodbye"]


def test_furniture_anywhere() -> None:
    text = f"Ad 1\n\nUmami\n\nad 2\n\n{ENOUGH}\n\n Ad 3 \n\nRoux\n\n{ENOUGH}\nAd 4\n"
    options = PageOptions((Furniture(r"ad \d"),))
    assert findings(text, options) == [
        "page.txt:1:1: info R001: skipped, the page's own: “Ad 1”",
        "page.txt:5:1: info R001: skipped, the page's own: “ad 2”",
        "page.txt:9:2: info R001: skipped, the page's own: “Ad 3”",
        "page.txt:14:1: info R001: skipped, the page's own: “Ad 4”",
    ]
    assert cards(text, *options.furniture) == {"Umami": ENOUGH, "Roux": ENOUGH}


def test_furniture_inside_a_text_leaves_the_text_around_it_as_it_is() -> None:
    text = f"Stock\n\n- Fish\n  - trout\n  Ad 1\n  - carp\n- Veal\n\nAd 2\n\n\t{ENOUGH}\n"
    advert = Furniture(r"ad \d")
    assert cards(text, advert) == {
        "Stock": f"- Fish\n  - trout\n\n  - carp\n- Veal\n\n\t{ENOUGH}",
    }
    (note,), _ = read(source_of(text), PageOptions((advert,)))
    more = note.get("More")
    assert more
    assert more.span == Span("page.txt", text.index("- Fish"), len(text) - 1)
    assert not more.exact, "the span covers the furniture, which the value has not"


def test_furniture_between_texts_before_the_first_title_is_told_once() -> None:
    text = f"Bread rises.\n\nAd 1\n\n  Yeast makes gas.\n\nUmami\n\n{ENOUGH}"
    assert findings(text, PageOptions((Furniture(r"ad \d"),)))[::2] == [
        "page.txt:3:1: info R001: skipped, the page's own: “Ad 1”",
        "  help: give it a title, a line of its own without a full stop, or move it into a card",
        "  help: give it a title, a line of its own without a full stop, or move it into a card",
    ]
    assert findings(text, PageOptions((Furniture(r"ad \d"),)))[1::2] == [
        "page.txt:1:1: warning R002: text before the first title is left out: “Bread rises.”",
        "page.txt:5:3: warning R002: text before the first title is left out: “Yeast makes gas.”",
    ]


# Whole pages -------------------------------------------------------------------------------------


def parsed(data: bytes) -> dict[str, Any]:
    """A page in the shape of the `*.expected.json` files."""
    source = source_of(data)
    notes, diagnostics = read(source)
    assert {d.code for d in diagnostics} <= {"R001"}, list(report.brief(diagnostics, {}))
    return {
        "cards": [
            {"title": note.value("Concept"), "body": non_blank(note.value("More"))}
            for note in notes
        ],
        "skipped": [source.text[d.span.start : d.span.end] for d in diagnostics if d.span],
    }


def expected(page: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAGES / f"{page}.expected.json").read_text("utf-8"))
    return found


def with_ends(end: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", end)


def on_every_line(before: str = "", after: str = "") -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        lines = data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
        return "\n".join(f"{before}{line}{after}" for line in lines).encode()

    return changed


SAVED: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda data: data,
    "on Unix": with_ends(b"\n"),
    "on Windows": with_ends(b"\r\n"),
    "on an old Mac": with_ends(b"\r"),
    "with a byte order mark": lambda data: b"\xef\xbb\xbf" + data.removeprefix(b"\xef\xbb\xbf"),
    "without one": lambda data: data.removeprefix(b"\xef\xbb\xbf"),
    "without an end of its last line": bytes.rstrip,
    "with blank lines around it": lambda data: b"\n\n" + data + b"\n \n",
    "with a non-breaking space at every end": on_every_line(after="\u00a0"),
    "with white space at every end": on_every_line(after=" \t"),
    "indented by four spaces": on_every_line(before="    "),
    "indented by a tab": on_every_line(before="\t"),
}


@pytest.mark.parametrize("page", ["cooking", "geology"])
@pytest.mark.parametrize("saved", SAVED.values(), ids=SAVED.keys())
def test_a_page_is_the_same_however_it_was_saved(
    page: str, saved: Callable[[bytes], bytes]
) -> None:
    assert parsed(saved((PAGES / f"{page}.txt").read_bytes())) == expected(page)


@pytest.mark.parametrize("pages", [("cooking", "geology"), ("geology", "cooking")])
@pytest.mark.parametrize("between", [b"\n", b"\r\n\r\n", b"\n \n\n"])
def test_two_pages_in_one_file_are_the_cards_of_both(
    pages: tuple[str, str], between: bytes
) -> None:
    data = between.join((PAGES / f"{page}.txt").read_bytes().rstrip() for page in pages)
    first, second = map(expected, pages)
    assert parsed(data) == {key: first[key] + second[key] for key in ("cards", "skipped")}


def test_the_page_that_the_project_began_with() -> None:
    seeds = sorted(SEEDS.glob("*.txt"))
    if not seeds:
        pytest.skip("no page in ../shared/seeds/ beside the checkout")
    source = source_of(seeds[0].read_bytes())
    notes, diagnostics = read(source)
    assert len(notes) == 61
    assert [d.code for d in diagnostics] == ["R001"] * 4
    nothing_is_lost(source, notes, diagnostics)


# Nothing is lost ---------------------------------------------------------------------------------


def nothing_is_lost(
    source: Source, notes: tuple[Note, ...], diagnostics: tuple[Diagnostic, ...]
) -> None:
    """Every non-blank line is in exactly one note, or in exactly one diagnostic that says so: by
    its words, and by its place."""
    text = source.text
    told = [d for d in diagnostics if d.code in ("R001", "R002", "R004")]
    assert all(d.message and source.path == (d.span and d.span.path) for d in diagnostics)

    words: Counter[str] = Counter()
    for note in notes:
        assert [field.name for field in note.fields] == ["Concept", "More"]
        words.update(line for field in note.fields for line in non_blank(field.value))
    for diagnostic in told:
        words.update(non_blank(stands(source, diagnostic.span)))
    assert words == Counter(non_blank(text))

    def lines_of(span: Span | None) -> range:
        assert span
        return range(text.count("\n", 0, span.start), text.count("\n", 0, span.end) + 1)

    owners: Counter[int] = Counter()
    skipped = {number for d in told if d.code == "R001" for number in lines_of(d.span)}
    for note in notes:
        for field in note.fields:
            if field.exact:
                owners.update(lines_of(field.span))
            else:
                owners.update(set(lines_of(field.span)) - skipped)
    for diagnostic in told:
        owners.update(lines_of(diagnostic.span))
    for number, line in enumerate(text.split("\n")):
        assert owners[number] == 1 or not (line.strip() or owners[number] > 1), (number + 1, line)


def stands(source: Source, span: Span | None) -> str:
    assert span
    assert span.path == source.path
    assert 0 <= span.start <= span.end <= len(source.text)
    return source.text[span.start : span.end]


def spans_name_what_they_say(
    source: Source, notes: tuple[Note, ...], diagnostics: tuple[Diagnostic, ...]
) -> None:
    skipped = [d.span.start for d in diagnostics if d.code == "R001" and d.span]
    for note in notes:
        title, more = note.fields
        assert title.value == stands(source, title.span)
        assert title.value == title.value.strip() != ""
        assert is_title(title.value)
        assert more.value == more.value.strip() != ""
        assert more.span
        if more.exact:
            assert more.value == stands(source, more.span)
        else:
            assert any(more.span.start < offset < more.span.end for offset in skipped)
        whole = stands(source, note.span)
        assert whole.startswith(title.value)
        assert whole.endswith(more.value.split("\n")[-1])
        assert note.key
    for diagnostic in diagnostics:
        found = stands(source, diagnostic.span)
        assert found == found.strip()
        if diagnostic.code in ("R001", "R004"):
            assert "\n" not in found


FURNITURE = (
    Furniture("welcome", "start"),
    Furniture("goodbye", "end"),
    Furniture(r"ad \d", "anywhere"),
)

furniture_lines = st.sampled_from(
    [
        *("Learn Cooking with Interactive Flashcards", "Welcome", "Goodbye", "Ad 1", "ad 2"),
        "Master key concepts in Cooking with a flashcard system. Click.",
        *("More Cooking questions", "412 questions (total)"),
    ]
)
title_lines = st.sampled_from(["Umami", "Why?", "x" * 201, "שלום", "e\u0301", "a\u2028b", "1984"])
other_lines = st.sampled_from(
    [
        *("Text.", "Text:", "**Bold**", "**Bold:**", "**Term**: text", "text\x85", "\x1fa.", "---"),
        *("- item", "* item", "• item", "1. item", "2) item", "  - item", "\t• item", "(a) item"),
        *("```", "```py", "````", "~~~", "```a```", "  ```", "| a |", "> a", "https://example.org"),
    ]
)
blank_lines = st.sampled_from(
    ["", "", "", " ", "\t", "\u00a0", "\u2028", "\x85", "\x0b", "\u3000 "]
)
odd_lines = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=8)
indented_lines = st.builds(
    str.__add__,
    st.sampled_from([" ", "  ", "    ", "\t", "\u00a0", "\u2028"]),
    st.one_of(title_lines, other_lines, furniture_lines),
)
lines = st.one_of(
    *(blank_lines, blank_lines, title_lines, other_lines, furniture_lines, odd_lines),
    *(indented_lines, st.just("")),
)
ends = st.sampled_from(["\n", "\n\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\r\r", "\n\r"])
pages = st.builds(
    lambda mark, rows, last: mark + "".join(line + end for line, end in rows) + last,
    st.sampled_from(["", "\ufeff"]),
    st.lists(st.tuples(lines, ends), max_size=25),
    st.one_of(lines, st.just("")),
)
options = st.builds(PageOptions, st.sampled_from([(), (), FURNITURE, FURNITURE[2:]]))


@anything
@given(st.one_of(pages, st.text(st.characters(codec="utf-8"))), options)
@example("Text.\n\nAd 1\n\nText.\n\nUmami\n\nText.", PageOptions(FURNITURE))
@example(
    "Text.\n\nGoodbye\n\nWelcome\n\nText.\n\nUmami\n\nText.\nAd 1\n Text.", PageOptions(FURNITURE)
)
@example("Umami\n\n```\n\nUmami\n \n\n", PageOptions())
def test_nothing_is_lost_in_reading(page: str, options: PageOptions) -> None:
    source = source_of(page)
    newlines = page.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")
    assert non_blank(normalize("NFC", newlines)) == non_blank(source.text)
    notes, diagnostics = read(source, options)
    nothing_is_lost(source, notes, diagnostics)
    spans_name_what_they_say(source, notes, diagnostics)
    assert notes or any(d.code in ("R003", "R004") for d in diagnostics), "no silent nothing"


@anything
@given(st.text())
def test_no_text_is_refused(text: str) -> None:
    """A source need not come from bytes: an editor gives its unsaved text."""
    source = Source("page.txt", text)
    notes, diagnostics = read(source)
    nothing_is_lost(source, notes, diagnostics)


# Time --------------------------------------------------------------------------------------------

HOSTILE = {
    "titles without text": "Umami\n\n" * 40_000,
    "cards, each led in to": "Umami\n\nText:\n\n" * 20_000,
    "endings without an end": "More taste questions\n\n" * 40_000 + "Text.",
    "endings": "More taste questions\n\n" * 40_000,
    "beginnings": "Learn cooking with interactive flashcards\n\n" * 20_000,
    "furniture in every card": "Umami\n\nText.\nAd 1\n" * 20_000,
    "unclosed fences of one kind in another": "```\na\n~~~\n" * 50_000,
    "fences, each longer than the one before": "".join("`" * n + "\n" for n in range(3, 1_000)),
    "one line": "More" + " questions" * 50_000,
    "white space": " \n" * 200_000 + " " * 200_000,
    "titles without blank lines": f"A\n\n{ENOUGH}\n\n" + f"Title\n{ENOUGH}\n\n" * 20_000,
    "titles inside a text": f"A\n\n{ENOUGH}\n" + f"Title\n{ENOUGH}\n" * 20_000,
    "indented titles": f"A\n\n{ENOUGH}\n\n" + f"  Title\n\n{ENOUGH}\n\n" * 20_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_no_faster_than_the_page(text: str) -> None:
    """The bound is no measure of speed, only far from what anything quadratic takes here."""
    source = Source("page.txt", text)
    began = time.monotonic()
    read(source, PageOptions((Furniture(r"ad \d"),)))
    assert time.monotonic() - began < 10
