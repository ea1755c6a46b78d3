"""Checks of the written words: what is told of them, in full sentences, and what is let pass."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from deckwright import manual
from deckwright.checks import Subject, wording
from deckwright.checks.wording.prose import BREAK, NOTHING, OBJECT, prose
from deckwright.diagnostics import Diagnostic
from deckwright.note import Field, Key, Note, RenderedNote
from deckwright.notetypes import built_in
from deckwright.source import Source, Span

CODES = [rule.code for rule, _ in wording.CHECKS]
RULES = {rule.code: rule for rule, _ in wording.CHECKS}
ANY = RULES["E018"]


def found(folder: Path, files: Mapping[str, str]) -> list[Diagnostic]:
    """The findings of these rules in a small project."""
    with contextlib.chdir(folder):
        told, _ = manual.check("", ANY, files)
    return [each for each in told if each.code in CODES]


def told(folder: Path, text: str, name: str = "tea.md") -> list[str]:
    """What is told of a file: the code, the line and column, and the message."""
    places = Source(name, text)
    return [
        f"{each.code} {places.location(each.span.start)} {each.message}"
        for each in found(folder, {name: text})
        if each.span is not None
    ]


def answer(folder: Path, text: str) -> list[str]:
    """The same of an answer in Markdown, without the place."""
    files = {"tea.md": f"# Tea\n\nQ: What is it that is asked here?\nA: {text}\n"}
    return [f"{each.code} {each.message}" for each in found(folder, files)]


# E012 --------------------------------------------------------------------------------------------


def test_a_bracket_that_is_never_closed_is_told_at_its_place(tmp_path: Path) -> None:
    text = "# Tea\n\nQ: What is a gaiwan?\nA: A bowl with a lid.\n\nOf clay (or porcelain.\n"
    assert told(tmp_path, text) == ['E012 (6, 9) "(" is never closed']


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Leaves] of one spring", '"]" closes nothing'),
        ("A “cup of tea in the afternoon", '"“" is never closed'),
        ("Eine „Tasse Tee am Nachmittag", '"„" is never closed'),
        ("Une « tasse de thé", '"«" is never closed'),
        ('The "gaiwan has a lid', 'the quotation mark " has no other half'),
        ('The gaiwan" has a lid', 'the quotation mark " has no other half'),
        ("Call `steep(tea) for three minutes", "the backtick ` has no other half"),
        ("お茶（緑茶", '"（" is never closed'),
        ("Green tea (also {sencha)", '"{" is never closed'),
        ("- black (fermented\n- green (dried)", '"(" is never closed'),
        ("1) pick the leaves) of May", '")" closes nothing'),
    ],
)
def test_what_has_no_other_half(text: str, message: str, tmp_path: Path) -> None:
    assert answer(tmp_path, text) == [f"E012 {message}"]


@pytest.mark.parametrize(
    "text",
    [
        "[0, 1), ]0, 1[ and (−∞, 2] are intervals",
        'A board of 5" or 6\' 2", and 48° 12\' 30" N',
        "Two kinds: a) black b) green",
        "Three:\n\n1) pick\n2) wither\n3) dry",
        "1) pick 2) wither",
        "a) pick the leaves b) wither them",
        "1) pick **2) wither** 3) dry",
        "It is hot :) and (very hot :-))",
        "“It was a cup.\n\n“It was a pot.\n\n“It was a kettle.”",
        "(for example:\n\n- black\n- green)",
        'The keys "(" and “)”',
        "„Tasse“, „Tasse”, »Tasse«, «taza», ”kopp”, “cup”, ›Kanne‹",
        'צה"ל',
        "`steep(` and $[0, 1)$ and https://example.org/tea_(drink)",
        "rock 'n' roll, the '50s, the cats' bowl",
        "§ 2 Abs. 1 lit. b)",
        "``so'' they write",
        "\\[no link\\) at all",
        "```c\nif (a[0) {\n\n```",
        "The key for braces is {, and that for a bracket (.",
    ],
)
def test_what_is_balanced_or_none_of_a_pair(text: str, tmp_path: Path) -> None:
    assert answer(tmp_path, text) == []


# E013 --------------------------------------------------------------------------------------------


def test_a_word_that_stands_twice_is_told_at_both(tmp_path: Path) -> None:
    text = "# Tea\n\nQ: Where does the\nthe tea of Assam grow?\nA: In the the valley.\n"
    (first, second) = found(tmp_path, {"tea.md": text})
    assert (first.message, second.message) == ('"the" stands twice in a row',) * 2
    assert [text[each.span.start : each.span.end] for each in (first, second) if each.span] == [
        "the\nthe",
        "the the",
    ]
    assert first.edits == second.edits == ()  # a doubled word may be meant


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The the leaves are dried", "The"),
        ("The leaves are dried dried in the sun.", "dried"),
        ("It is a a cup of tea", "a"),
        ("**Steaming** is what (stops stops) the enzymes of it", "stops"),
        ("Der Tee und und die Kanne", "und"),
        ("La taza de de té en la mesa", "de"),
        ("Leaves of Assam. A leaf of Assam Assam is what they pick there", "Assam"),
    ],
)
def test_words_that_stand_twice(text: str, word: str, tmp_path: Path) -> None:
    assert answer(tmp_path, text) == [f'E013 "{word}" stands twice in a row']


@pytest.mark.parametrize(
    "text",
    [
        "He said that that was all that she had had",
        "A very very hot cup, blah blah, no no",
        "The town of Wagga Wagga in Australia, and the fox, Vulpes vulpes, in it",
        "Row row row the boat with the tea",
        "Es sind die, die die Blätter pflücken; sie lehren sie sie zu rollen",
        "Vous vous servez, nous nous asseyons",
        "Yavaş yavaş içilir",
        "With a heart that goes doki doki they drink",
        "The word “the the” is a fault",
        "the, the; the. The tea of the 5 5 pots",
        "`the the` and $x x$ and the tea\n\nthe pot",
        "Anna-Anna likes Anna's Anna",
        "What tea is is a matter of taste, and how hot it was was not told",
    ],
)
def test_words_that_may_stand_twice(text: str, tmp_path: Path) -> None:
    assert answer(tmp_path, text) == []


def test_a_column_of_words_has_a_language_of_its_own(tmp_path: Path) -> None:
    """Vocabulary is in two languages, and only one of them may be English."""
    rows = (
        "vous vous lavez;you wash",
        "vous;you",
        "le thé est chaud;the tea is hot",
        "pour la fête;for for the feast",
    )
    text = "\n".join(("Front;Back", *rows, ""))
    assert told(tmp_path, text, "words.csv") == ['E013 (5, 14) "for" stands twice in a row']


# E014 --------------------------------------------------------------------------------------------

PAGE = """\
Black tea of the hills

It is made of leaves that wither for a day, {} and are rolled until the juice comes out of them.
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[as here](https://example.org/tea)", "a link of Markdown"),
        ("~~fermented~~", "struck-out text of Markdown"),
        ("==fermented==", "a highlight of Markdown"),
        ("__on a bamboo tray__", "bold text of Markdown"),
        ("[[Withering]]", "a link of a wiki"),
        ("*slowly*", "emphasis of Markdown"),
        ("on&nbsp;", "an entity of HTML"),
        ("<b>slowly</b>", "a tag of HTML"),
        ("[sound:tea.mp3]", "a sound of Anki"),
    ],
)
def test_what_page_text_does_not_know_is_left_over(text: str, message: str, tmp_path: Path) -> None:
    (each,) = found(tmp_path, {"tea.txt": PAGE.format(text)})
    assert each.message == f'a learner would read {message} as it stands: "{text.lstrip("on")}"'


def test_a_half_of_bold_is_told_where_it_stands(tmp_path: Path) -> None:
    text = PAGE.format("**slowly, or **quickly**,")
    message = "a learner would read **, for its other half is missing"
    assert told(tmp_path, text, "tea.txt") == [f"E014 (3, 45) {message}"]
    assert answer(tmp_path, "**black, or __green") == [
        f"E014 {message}",
        f"E014 {message.replace('**', '__')}",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tea] (https://example.org)", 'a link as it stands: "[tea] (https://example.org"'),
        ("[tea](a leaf.md)", 'a link as it stands: "[tea](a leaf.md)"'),
        ("tea &amp;nbsp; leaf", 'an entity of HTML as it stands: "&amp;nbsp;"'),
    ],
)
def test_what_is_broken_in_markdown(text: str, message: str, tmp_path: Path) -> None:
    assert answer(tmp_path, text) == [f"E014 a learner would read {message}"]


def test_each_form_has_left_overs_of_its_own(tmp_path: Path) -> None:
    files = {
        "deck.yaml": "id: t\nname: T\nsources: [h.yaml, {path: t.csv, markup: text}]\n",
        "h.yaml": "markup: html\nnotes:\n- Front: One\n  Back: a **b** of &lt;i&gt;c&lt;/i&gt;\n",
        "t.csv": "Front,Back\nTwo,a **b** &nbsp; c\n",
    }
    assert [each.message.partition("read ")[2] for each in found(tmp_path, files)] == [
        'bold text of Markdown as it stands: "**b**"',
        'a tag of HTML as it stands: "&lt;i&gt;c&lt;/i&gt;"',
        'bold text of Markdown as it stands: "**b**"',
        'an entity of HTML as it stands: "&nbsp;"',
    ]


@pytest.mark.parametrize(
    "text",
    [
        "**black** and __green__ ~~tea~~ [link](https://example.org) ==mark==",
        "2**3 and `**kwargs` and a ** b and **/*.md",
        "\\*\\*as it stands\\*\\*",
        "a & b, AT&T, &amp; and &lt;",
        "$a**b$",
        'The **kwargs of a call, and the syntax "**name" in a list',
    ],
)
def test_what_markdown_shows_as_it_should(text: str, tmp_path: Path) -> None:
    assert answer(tmp_path, text) == []


def test_a_note_on_html_may_have_its_entities(tmp_path: Path) -> None:
    asked = "<h2>How is & written in {}?</h2>\n<p>&amp;amp;</p>\n"
    assert found(tmp_path, {"signs.html": asked.format("HTML")}) == []
    assert [each.code for each in found(tmp_path, {"tea.html": asked.format("Rome")})] == ["E014"]


def test_what_page_text_may_well_say(tmp_path: Path) -> None:
    text = PAGE.format(
        "with **care**, as __init__ and a_b() do; x == y, 2 * 3 * 4, the <br> tag, a < b > c, "
        "`~~x~~`, R&D;"
    )
    assert found(tmp_path, {"tea.txt": text}) == []


# E015 and E016 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("Ã¼", "ü"),
        ("Ã–", "Ö"),
        ("â€™", "’"),
        ("Â°", "°"),
        ("Ã¢â‚¬â„¢", "’"),
        ("ðŸ˜€", "😀"),
        ("Ð¿Ñ€", "пр"),
        ("\x92", "’"),
    ],
)
def test_what_was_read_in_a_wrong_encoding(wrong: str, meant: str, tmp_path: Path) -> None:
    (each,) = found(tmp_path, {"tea.md": f"# Tea\n\nQ: What is that?\nA: a leaf{wrong}n one\n"})
    assert each.message.endswith(f' is "{meant}", read in a wrong encoding')
    assert [edit.text for edit in each.edits] == [meant]


def test_a_lost_character_is_told_and_cannot_be_mended(tmp_path: Path) -> None:
    (each,) = found(tmp_path, {"tea.md": "# Tea\n\nQ: What is that?\nA: th\ufffd vert\n"})
    assert each.message == "a character is lost: U+FFFD stands for what could not be read"
    assert each.edits == ()


def test_only_a_text_that_was_misread_as_a_whole_is_mended(tmp_path: Path) -> None:
    text = (
        "# KÃ¶nig\n\nQ: Wer ist KÃ¶nigin?\nA: Die GrÃ¶ÃŸte.\n\nQ: Und wer nicht?\nA: Ein Ö, Ã¶.\n"
    )
    edits = {
        each.span.start: bool(each.edits) for each in found(tmp_path, {"a.md": text}) if each.span
    }
    assert [edits[at] for at in sorted(edits)] == [False, False, True, False]


@pytest.mark.parametrize(
    "text",
    [
        "„Ä“, „Ö“ und „Ü“; MENÜ“; Gruß“; UNIVERSITÄ…",
        "« été… » et « CAFÉ », « À » et « Â » ; ÇA VA ?",
        "“NÃO”, IRMÔ, AMANHÃ… e «PÃO»",
        "það „ð“… Þórður",
        "Ở Hà Nội, “Â”, luôn luôn",
        "”Åland”, “Å…”",
        "the sign “Ã¼” of two",
        "U+FFFD is \ufffd",
        "`Ã¼`",
    ],
)
def test_letters_that_are_right(text: str, tmp_path: Path) -> None:
    assert answer(tmp_path, text) == []


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("le\u0430f", 'letters? of the Cyrillic script: "\u0430" (U+0430)'),
        ("\u041dCl", 'letters? of the Cyrillic script: "\u041d" (U+041D)'),
        ("\u0397Cl", 'letters? of the Greek script: "\u0397" (U+0397)'),
        ("листь\u0065в", 'letters? of the Latin script: "e" (U+0065)'),
    ],
)
def test_letters_that_only_look_right(word: str, message: str, tmp_path: Path) -> None:
    wanted = message.replace("letters?", "a letter")
    assert answer(tmp_path, f"Of {word} made") == [f'E016 "{word}" has {wanted}']


@pytest.mark.parametrize(
    "text",
    ["5 μm, µg, kΩ and ΔG, hν, ρgh", "αvβ3, β-carotene, π-bond, χ²-test", "SQL-запрос, IPшник, кВт",
     "λόγος and чай and tea", "T細胞 and 3Dモデル", "$аb$ and `раssword`"],
)  # fmt: skip
def test_scripts_that_stand_side_by_side(text: str, tmp_path: Path) -> None:
    assert answer(tmp_path, text) == []


# E017 --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("It is made of:", 'nothing follows "It is made of:"'),
        ("**It is made of:**", 'nothing follows "It is made of:"'),
        ("Two ways.\n\n- hot\n- cold:", 'nothing follows "cold:"'),
        ("It has a few exceptions, too:", 'nothing follows "It has a few exceptions, too:"'),
        ("お茶：", 'nothing follows "お茶:"'),
        (
            "It is made of:\n\n**Colour**\n\nAmber it is",
            'a heading follows "It is made of:", and not what it announces',
        ),
    ],
)
def test_what_announces_nothing(text: str, message: str, tmp_path: Path) -> None:
    assert answer(tmp_path, text) == [f"E017 {message}"]


@pytest.mark.parametrize(
    "text",
    [
        "Two ways:\n\n- hot\n- cold",
        "As here:\n\n```\nsteep()\n```",
        "As here:\n\n$$x = 1$$",
        "Two ways:\n\n**Hot**\n\nIt steams.\n\n**Cold**\n\nIt waits.",
        "A smiley :tea:",
        "The drive C:",
        "At 5:",
        "`def steep():`",
        "| a: | b |\n|---|---|\n| c: | d |",
    ],
)
def test_what_is_followed_or_no_lead_in(text: str, tmp_path: Path) -> None:
    assert answer(tmp_path, text) == []


def test_a_question_may_end_in_a_colon_and_so_may_what_stands_above_more(tmp_path: Path) -> None:
    files = {
        "tea.yaml": "notes:\n- Front: 'The colour of oolong is:'\n  Back: Amber\n"
        "- Text: 'Matcha is {{c1::green}}, as here:'\n  Back Extra: A bowl\n"
    }
    assert found(tmp_path, files) == []


def test_headings_with_text_are_what_a_lead_in_announces(tmp_path: Path) -> None:
    text = (
        PAGE.format("all day,") + "\nKey characteristics of tea include:\n\n**Colour**\n\n"
        "Amber, and clear as glass.\n\n**Smell**\n\nIt smells of hay.\n"
    )
    assert told(tmp_path, text, "tea.txt") == []


def test_code_in_a_lead_in_is_shown_as_it_is_written(tmp_path: Path) -> None:
    assert answer(tmp_path, "**Pots** of `Pot[T]` have:") == [
        'E017 nothing follows "Pots** of `Pot[T]` have:"'
    ]


def test_a_backtick_pairs_with_none_in_another_item(tmp_path: Path) -> None:
    text = "# Tea\n\nQ: What is it?\nA: Pots:\n\n- `one' cup\n- `two` cups\n- `three` cups\n"
    message = "E012 (6, 3) the backtick ` has no other half"
    assert told(tmp_path, text) == [message]


def test_a_lead_in_above_a_section_of_a_page(tmp_path: Path) -> None:
    text = (
        PAGE.format("all day,") + "\nIt has these steps:\n\n**The colour of the cup**:\n- Amber\n"
    )
    message = 'a heading follows "It has these steps:", and not what it announces'
    assert told(tmp_path, text, "tea.txt") == [f"E017 (5, 19) {message}"]


# E018 --------------------------------------------------------------------------------------------


def test_blanks_are_told_each_with_what_mends_it(tmp_path: Path) -> None:
    text = "# Tea\n\nQ: What  is it?\nA: Amber , or \nlight   green .\n"
    all_found = found(tmp_path, {"tea.md": text})
    assert [each.message for each in all_found] == [
        "2 blanks stand in a row",
        "3 blanks stand in a row",
        'a blank stands before ","',
        'a blank stands before "."',
        "blanks stand at the end of the line, where they mean nothing",
    ]
    for each in sorted(all_found, key=lambda each: -each.edits[0].span.start):
        (edit,) = each.edits
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert text == "# Tea\n\nQ: What is it?\nA: Amber, or\nlight green.\n"


@pytest.mark.parametrize(
    "text",
    [
        "verse  \nof two lines",
        "1.  an item\n    - below it\n-   and another",
        "| a  | b |\n|----|---|\n| c  | d |",
        "`a  b ,` and\n\n```\na  b , c \n```",
        "un thé ; deux thés : trois ! quatre ?",
        "wait ... and . . . wait, .NET, `cd .` or cd .",
        "two\u00a0\u00a0no-break blanks",
        "One.  Two.  Three.  Four.  Five",
        "5 .",
    ],
)
def test_blanks_that_are_meant(text: str, tmp_path: Path) -> None:
    assert answer(tmp_path, text) == []


# Places ------------------------------------------------------------------------------------------


def test_what_was_unquoted_or_folded_is_found_where_it_stands(tmp_path: Path) -> None:
    files = {
        "deck.yaml": "id: t\nname: T\nsources: [t.yaml, t.csv]\n",
        "t.yaml": "notes:\n- Front: A cup\n  Back: |\n    Hot.\n    It is of the the leaves.\n"
        "- Front: A pot\n  Back: >\n    Tea is made of the\n    the leaves  of it.\n",
        "t.csv": 'Front,Back\nA jug,"He said ""tea"" of the the\nhills"\n',
    }
    shown = []
    for each in found(tmp_path, files):
        assert each.span is not None
        shown.append((each.span.path, files[each.span.path][each.span.start : each.span.end]))
    assert shown == [
        ("t.yaml", "the the"),
        ("t.yaml", "the\n    the"),
        ("t.csv", "the the"),
        ("t.yaml", "  "),
    ]


def test_what_a_template_makes_of_each_row_is_told_once(tmp_path: Path) -> None:
    files = {
        "deck.yaml": "id: t\nname: T\nsources:\n- path: t.csv\n  columns: {Front: 'What is the the "
        "capital of {land}?', Back: town}\n",
        "t.csv": "land,town\nNorway,Oslo\nDenmark,Copenhagen\nSweden,Stockholm\n",
    }
    (each,) = found(tmp_path, files)
    assert each.message == '"the" stands twice in a row'


def test_a_concept_is_read_once_though_its_opening_repeats_it(tmp_path: Path) -> None:
    text = PAGE.format("in the the sun,") + "\n" + "It is drunk in a cup of the house. " * 20 + "\n"
    assert told(tmp_path, text, "tea.txt") == ['E013 (3, 48) "the" stands twice in a row']


def test_sources_and_keys_are_no_prose(tmp_path: Path) -> None:
    files = {
        "deck.yaml": "id: t\nname: T\nsources:\n- {path: tea.txt, credit: The the book (of tea}\n",
        "tea.txt": PAGE.format("all day,"),
    }
    assert found(tmp_path, files) == []


# The blotting ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "text", "seen"),
    [
        ("markdown", "a `b` **c** [d](e.md)", "a ### ~~c~~ [d]~~~~~~"),
        ("markdown", "- [x] a\n  b\n1. c", "|~~~~~a\n  b\n|~~c"),
        ("markdown", "a\n\n    b\n\n```\nc\n\nd\n```\ne", "a\n\n#####\n\n############\ne"),
        ("markdown==", "{{c1::a::b}} [[c|d]] $e$", "~~~~~~a##b~~ ~~~~d~~ ###"),
        ("html", "<p>a<b>b</b>&eacute;<pre>c</pre>", "|~~a~~~b~~~~é~~~~~~~############"),
        ("page", "**A**: b\n2. c https://d.e", "~~A~~: b\n|~~c ###########"),
        ("text", "a\n- b \\(c\\)", "a\n|~b #####"),
    ],
)
def test_all_but_prose_is_blotted_out(form: str, text: str, seen: str) -> None:
    blotted = prose(Field("Back", text, form=form))
    shown = blotted.replace(OBJECT, "#").replace(NOTHING, "~").replace(BREAK, "|")
    assert shown == seen


@pytest.mark.parametrize("form", ["page", "markdown", "html", "text"])
@pytest.mark.parametrize(
    "part",
    ["(", "](", "[[", '"', "“", "`", "``` ", "\\(", "**a", ". ", " ,", "the ", "a:\n", "| - |\n",
     "<pre>", "Ã", "&a"],
)  # fmt: skip
def test_no_text_takes_long(form: str, part: str) -> None:
    value = part * (30_000 // len(part))
    note_type = built_in()["Basic"]
    field = Field("Back", value, Span("a", 0, len(value)), form)
    html = ("", value) + ("",) * (len(note_type.fields) - 2)
    note = Note(Key("k"), "Basic", (field,), span=field.span)
    subject = Subject((RenderedNote(note, html, ""),), {"Basic": note_type})
    for rule, check in wording.CHECKS:
        begun = time.process_time()
        tuple(check(subject))
        assert time.process_time() - begun < 10, rule.code
