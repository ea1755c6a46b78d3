"""Markup: what becomes HTML, what stays as it stands, and that nothing else can come of it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from unicodedata import normalize

import pytest
from anki.collection import Collection
from anki.models import NotetypeDict
from anki.notes import Note as AnkiNote
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from deckwright.blocks import MAX_DEPTH, is_marked
from deckwright.markup import Setting, render
from deckwright.markup.page import text_to_html, to_html
from deckwright.note import Field, Key, Note, digest

anything = settings(deadline=None, database=None, max_examples=300)


class Page(HTMLParser):
    """HTML as a browser reads it: its text, and what elements it has."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.open: list[str] = []
        self.others: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


def shown(html: str) -> str:
    """What a learner reads."""
    return Page(html).text


# What stays as it stands -------------------------------------------------------------------------

LITERAL = [
    *("<id>", "<script>alert(1)</script>", "<b>bold</b>", "<!-- x -->", "a < b && c > d"),
    *("&amp;", "&lt;b&gt;", "&#123;", "&nbsp;"),
    *("{{c1::x}}", "{{Front}}", "{{{x}}}", "{{#a}}b{{/a}}", "{ { x } }", "<%Front%>"),
    *("[sound:a.mp3]", "[SOUND:a.mp3]", "[anki:play:q:0]", "[[type:Front]]"),
    *("[latex]x[/latex]", "[$]x[/$]", "[$$]x[/$$]", "[a link](https://example.org)"),
    *(r"\(x\)", r"\[x\]", r"C:\*", r"C:\new\tables", r"\\", "$x$", "$$x$$"),
    *(
        "base * 2^attempt",
        "x**2 and y**2",
        "2**n**",
        "a * b * c",
        "*.x.com",
        "** spaced **",
        "** a**",
        "**a **",
    ),
    *("*italic*", "_italic_", "~~gone~~", "a_", "_", "**", "****", "**open", "`", "``", "`open"),
    *("# x", "> x", "| a | b |", "---", "2024. A year", "-18 °C", "1.5 g", "(a) x", "+x"),
    *("date#random_suffix", "/path/of_a/file_name", "user_name@example.org", "file_name.txt"),
    *("{snake_case}", "<snake_case>", "a-snake_case", "snake_case=1", "50%_of", "f(x)", "a[0]"),
    *("e\u0301 שלום 𝄞 \u2028 \u00a0x", "'quoted' \"twice\""),
]


@pytest.mark.parametrize("text", LITERAL)
def test_what_is_no_markup_is_read_as_it_stands(text: str) -> None:
    html = to_html(text)
    assert shown(html) == text
    assert {tag for tag, _ in Page(html).elements} <= {"span"}


@pytest.mark.parametrize("text", LITERAL)
def test_it_is_read_so_wherever_it_stands(text: str) -> None:
    for markup in (f"- {text}", f"1. {text}", f"Text.\n\n{text}\n\nText.", f"```\n{text}\n\n```"):
        assert text in shown(to_html(markup))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("{{c1::x}}", "&#123;&#123;c1::x&#125;&#125;"),
        ("{{{x}}}", "&#123;&#123;{x&#125;&#125;}"),
        ("[sound:a.mp3]", "&#91;sound:a.mp3]"),
        ("[[type:Front]]", "[&#91;type:Front]]"),
        (
            r"\(x\)",
            r'<span class="mathjax_ignore tex2jax_ignore">\(</span>x'
            r'<span class="mathjax_ignore tex2jax_ignore">\)</span>',
        ),
        (r"`\(x\)`", r"<code>\(x\)</code>"),
        (r"`\[sound:a.mp3]`", r"<code>\&#91;sound:a.mp3]</code>"),
    ],
)
def test_what_anki_would_read_as_its_own_is_written_otherwise(text: str, html: str) -> None:
    assert to_html(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\x00b\x07c\x1fd\x7fe", "abcde"),
        ("a\x0bb\x0cc\rd", "a b c d"),
        ("a\tb", "a\tb"),
        ("{\x00{c1::x}\x1f}", "&#123;&#123;c1::x&#125;&#125;"),
        ("[\x00sound:a.mp3]", "&#91;sound:a.mp3]"),
        ("[so\x01und:a.mp3]", "&#91;sound:a.mp3]"),
        ("\\\x00(", r'<span class="mathjax_ignore tex2jax_ignore">\(</span>'),
        ("`{\x00{`", "<code>&#123;&#123;</code>"),
        ("<\x00script>", "&lt;script&gt;"),
    ],
)
def test_control_characters_are_left_out_and_hide_nothing(text: str, html: str) -> None:
    assert to_html(text) == html


# What becomes HTML -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("**White**: cooked", "<b>White</b>: cooked"),
        ("a **white** and a **brown** one", "a <b>white</b> and a <b>brown</b> one"),
        ("(**white**)", "(<b>white</b>)"),
        ("**a*b**", "<b>a*b</b>"),
        ("**bold\nover lines**", "<b>bold\nover lines</b>"),
        ("**<b> & `code`**", "<b>&lt;b&gt; &amp; <code>code</code></b>"),
        ("**Key: snake_case**", "<b>Key: <code>snake_case</code></b>"),
    ],
)
def test_bold(markup: str, html: str) -> None:
    assert to_html(markup) == html


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("`text` + `---`", "<code>text</code> + <code>---</code>"),
        ("`**not bold**`", "<code>**not bold**</code>"),
        ("``a``, ```b```", "<code>a</code>, <code>b</code>"),
        ("`<id> {{x}}`", "<code>&lt;id&gt; &#123;&#123;x&#125;&#125;</code>"),
    ],
)
def test_code_in_a_line(markup: str, html: str) -> None:
    assert to_html(markup) == html


@pytest.mark.parametrize(
    "name",
    [
        *("snake_case", "snake_case_2", "_private_name", "KEYS_ONLY", "a__b", "__init__"),
        *("call()", "module.call()", "$util.escapeJavaScript()", "$input.json('$.x')"),
        *("$context.identity", "os.environ['X']", 'row["name"]'),
    ],
)
def test_what_certainly_is_an_identifier_is_code(name: str) -> None:
    assert to_html(name) == f"<code>{name}</code>"
    assert to_html(f"Use {name}, then rest.") == f"Use <code>{name}</code>, then rest."
    assert to_html(f"It is {name}.") == f"It is <code>{name}</code>."


@pytest.mark.parametrize(
    "text",
    [
        *("date#random_suffix", "/etc/host_name", "host_name/etc", "x^a_b", "a_b^2", "a_b*2"),
        *("user_name@example.org", "file_name.txt", "-a_b", "a_b-c", "$snake_case$", "{a_b}"),
        *(
            "call",
            "call (x)",
            "call(x)",
            "()",
            "[0]",
            "a[0]",
            "['x']",
            "$5",
            "$x",
            "_a_",
            "_",
            "__",
        ),
        *("https://example.org/a_b", "a=b_c", "'a_b'", "100_000", "é_a_b"),
    ],
)
def test_what_may_be_part_of_something_larger_is_no_code(text: str) -> None:
    assert to_html(text) == text


def test_a_line_stays_a_line_and_a_paragraph_alone_has_no_element() -> None:
    assert to_html("  One line. ") == to_html("\n One line.\n") == "One line."
    assert to_html("One\ntwo") == "One\ntwo"
    assert to_html("One\n\ntwo") == "<p>One</p>\n<p>two</p>"
    assert to_html("") == ""


def test_headings() -> None:
    assert to_html("**White:**\nCooked **briefly**.") == (
        "<h3>White</h3>\n<p>Cooked <b>briefly</b>.</p>"
    )
    assert to_html("**White**") == "<b>White</b>", "a line alone has nothing to be a heading of"


def test_lists() -> None:
    assert to_html("- White") == "<ul>\n<li>White</li>\n</ul>"
    assert to_html("Kinds:\n1. **White**\n   - thin\n   - pale\n2. Brown\n   dark\n\n   More.") == (
        "<p>Kinds:</p>\n"
        "<ol>\n"
        "<li><b>White</b>\n<ul>\n<li>thin</li>\n<li>pale</li>\n</ul></li>\n"
        "<li>Brown\ndark\n<p>More.</p></li>\n"
        "</ol>"
    )


@pytest.mark.parametrize(
    ("numbers", "start", "values"),
    [
        ([1, 2, 3], "", ["", "", ""]),
        ([3, 4], ' start="3"', ["", ""]),
        ([0, 1], ' start="0"', ["", ""]),
        ([1, 1, 1], "", ["", ' value="1"', ' value="1"']),
        ([2, 3, 7, 8, 5], ' start="2"', ["", "", ' value="7"', "", ' value="5"']),
    ],
)
def test_numbers_stay_what_they_are(numbers: list[int], start: str, values: list[str]) -> None:
    markup = "\n".join(f"{number}. x" for number in numbers)
    items = "\n".join(f"<li{value}>x</li>" for value in values)
    assert to_html(markup) == f"<ol{start}>\n{items}\n</ol>"


def test_code_blocks() -> None:
    assert to_html('```sh\nmake <deck>\n\n  **x** `y` {{z}} \\(a\\) snake_case "q"\n```') == (
        "<pre><code>make &lt;deck&gt;\n\n"
        '  **x** `y` &#123;&#123;z&#125;&#125; \\(a\\) snake_case "q"</code></pre>'
    )


# What holds for every text -----------------------------------------------------------------------

ALLOWED = {"b", "code", "p", "h3", "ul", "ol", "li", "pre", "span"}
ATTRIBUTES = {
    ("ol", "start"): r"0|[2-9]|\d{2,3}",
    ("li", "value"): r"\d{1,3}",
    ("span", "class"): r"mathjax_ignore tex2jax_ignore",
}
ANKIS_OWN = re.compile(r"\{\{|\}\}|\[(sound:|anki:|type:|/?latex\]|/?\${1,2}\])|<%", re.IGNORECASE)

pieces = st.sampled_from(
    [
        *(
            "a",
            "a_b",
            " ",
            "\n",
            "\n\n",
            "  ",
            "\t",
            "\n- ",
            "\n1. ",
            "\n7) ",
            "\n  * ",
            "\n   3. ",
        ),
        *("**", "*", "`", "``", "\n```\n", "\n~~~", "_", "()", "$", "['", "']", ".", ":", "#"),
        *(
            "{",
            "{{",
            "}",
            "}}",
            "[",
            "[sound:",
            "[ANKI:",
            "[latex]",
            "[/$]",
            "[$$]",
            "[[type:",
            "]",
        ),
        *(
            "\\",
            "\\(",
            "\\]",
            "(",
            ")",
            "<",
            ">",
            "&",
            "</code>",
            "<script>",
            "<img src=x onerror=a>",
        ),
        *(
            "&#123;",
            "&lt",
            '"',
            "'",
            "\x00",
            "\x01",
            "\x0b",
            "\r",
            "\x1f",
            "\x7f",
            "\x85",
            "\u2028",
        ),
        *("é", "e\u0301", "ש", "\u202e", "𝄞", "\ufeff", "javascript:", "<%", "<!--", "c1::"),
    ]
)
markups = st.one_of(st.lists(pieces, max_size=30).map("".join), st.text())
deep = "".join(f"{'  ' * depth}{'1.' if depth % 2 else '-'} a\n" for depth in range(20))


@anything
@given(markups)
@example("{\x00{c1::x}\x00}")
@example("[\x00sound:a]")
@example(r"`\[sound:a]`")
@example("a\rb")
@example(deep)
@example("".join(f"{'  ' * depth}- a\n" for depth in range(MAX_DEPTH)) + " " * 40 + "3. b\n")
def test_the_html_has_nothing_but_what_we_make(markup: str) -> None:
    html = to_html(markup)
    page = Page(html)
    assert page.open == [], "every element is closed"
    assert page.others == []
    for tag, attributes in page.elements:
        assert tag in ALLOWED
        for name, value in attributes:
            assert re.fullmatch(ATTRIBUTES[tag, name], value or "")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", html)
    assert not ANKIS_OWN.search(html)
    outside_code = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    ignored = r'<span class="mathjax_ignore tex2jax_ignore">\\.</span>'
    assert not re.search(r"\\[()\[\]]", re.sub(ignored, "|", outside_code))


@anything
@given(markups)
def test_no_letter_is_lost_and_none_is_added(markup: str) -> None:
    assume("```" not in markup and "~~~" not in markup)  # the language of a block is not shown
    assert letters(shown(to_html(markup))) == letters(markup)


def letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


plain = st.text(
    st.one_of(
        st.sampled_from(" \n\n.-_{}[]<>&$\\#:()'\""),
        st.characters(exclude_characters="`*", exclude_categories=["Cc", "Cs"]),
    )
)


@anything
@given(plain.filter(lambda text: not any(map(is_marked, text.split("\n")))))
def test_a_text_without_markup_is_read_as_it_was_written(text: str) -> None:
    assert shown(to_html(text)).split() == text.split()
    assert shown(text_to_html(text)) == text


def test_rendering_takes_time_in_proportion_to_the_text() -> None:
    """The bound is no measure of speed, only far from what anything quadratic takes here."""
    hostile = [
        *(
            "**a" * 60_000,
            "**a " * 50_000,
            "`" * 200_000 + "a",
            "`a\n" * 60_000,
            "**" + "a" * 200_000,
        ),
        *("a_" * 100_000 + "/", "_" * 200_000, "a." * 100_000, "$a.b(" * 40_000, "a['" * 60_000),
        *("{{" * 100_000, "\\(" * 30_000, "[" * 200_000, "\x00" * 200_000, "``a " * 50_000),
    ]
    for markup in hostile:
        began = time.monotonic()
        to_html(markup)
        assert time.monotonic() - began < 10, markup[:10]


# Notes -------------------------------------------------------------------------------------------


def note_of(**fields: str) -> Note:
    return Note(Key("roux"), "Concept", tuple(Field(name, value) for name, value in fields.items()))


def test_a_note_is_rendered_field_by_field_in_the_order_of_its_note_type() -> None:
    note = note_of(More="- **White**\n- <b>", Concept="Roux & co")
    rendered = render(note, ["Concept", "Context", "More"])
    assert rendered.note is note
    assert rendered.html == (
        "Roux &amp; co",
        "",
        "<ul>\n<li><b>White</b></li>\n<li>&lt;b&gt;</li>\n</ul>",
    )


def test_the_field_key_holds_the_key() -> None:
    assert render(note_of(Concept="Roux"), ["Concept", "Key"]).html == ("Roux", "roux")


def test_a_field_that_the_note_type_has_not_is_told() -> None:
    setting = Setting()
    rendered = render(note_of(Concept="Roux", Opening="x"), ["Concept"], setting)
    assert rendered.html == ("Roux",)
    assert [(each.code, each.message, each.hint) for each in setting.told] == [
        ("S011", "a Concept note has no field Opening", "its fields are Concept")
    ]


def test_the_source_digest_tells_what_was_written_apart_not_how_it_is_rendered() -> None:
    def digest_of(names: list[str], **fields: str) -> str:
        return render(note_of(**fields), names).source_digest

    one = digest_of(["Concept", "More"], Concept="Roux", More="x")
    assert digest_of(["More", "Concept", "Key"], Concept="Roux", More="x") == one
    assert digest_of(["Concept", "More"], Concept="Roux", More="y") != one
    assert digest_of(["Concept", "More"], Concept="Rouxx", More="") != one
    renamed = replace(note_of(Concept="Roux", More="x"), key=Key("a-roux"))
    assert render(renamed, ["Concept", "More", "Key"]).source_digest == one  # the same note
    assert one == digest(["Concept", "", "Concept", "Roux", "More", "x"])


# On the engine -----------------------------------------------------------------------------------


class Engine:
    """The real Anki: a collection with a plain note type and a cloze note type."""

    def __init__(self, folder: Path) -> None:
        self.col = Collection(str(folder / "collection.anki2"))
        self.plain = self._note_type("Plain", "{{Text}}", "{{FrontSide}}<hr>{{Extra}}", cloze=False)
        self.cloze = self._note_type(
            "Gaps", "{{cloze:Text}}", "{{cloze:Text}}{{Extra}}", cloze=True
        )

    def _note_type(self, name: str, front: str, back: str, *, cloze: bool) -> NotetypeDict:
        models = self.col.models
        note_type = models.new(name)
        note_type["type"] = int(cloze)
        for field in ("Text", "Extra"):
            models.add_field(note_type, models.new_field(field))
        template = models.new_template("Card 1")
        template["qfmt"], template["afmt"] = front, back
        models.add_template(note_type, template)
        models.add(note_type)
        added = models.by_name(name)
        assert added
        return added

    def add(self, note_type: NotetypeDict, text: str, extra: str) -> AnkiNote:
        note = self.col.new_note(note_type)
        note["Text"], note["Extra"] = text, extra
        deck = self.col.decks.id("Default")
        assert deck
        self.col.add_note(note, deck)
        return note


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    here = Path.cwd()
    engine = Engine(tmp_path_factory.mktemp("anki"))
    os.chdir(here)  # opening a collection goes into its media folder
    yield engine
    engine.col.close()


HOSTILE = [
    *LITERAL,
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</div></body><script src=https://example.org/x.js></script>",
    "&lt;script&gt;",
    "{{Extra}} {{FrontSide}} {{Tags}} {{cloze:Text}} {{tts en_US:Text}}",
    "{{c1::x::hint}} {{c2::y {{c3::z}}}}",
    "[sound:http://example.org/a.mp3] [anki:tts lang=en_US]x[/anki:tts]",
    "- {{c1::x}}\n- [sound:a.mp3]\n\n```\n<script>{{c1::x}}</script>\n[sound:a.mp3]\n```",
    r"\[sound:a.mp3] `\[sound:a.mp3]`",
    "{\x01{c1::x}\x01}",
    "[\x01sound:a.mp3]",
    "a\x1fb",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_anki_shows_a_hostile_field_as_it_was_written(engine: Engine, text: str) -> None:
    html = to_html(text)
    note = engine.add(engine.plain, html, f"back {html}")
    (card,) = note.cards()
    output = card.render_output()
    kept = normalize("NFC", html)  # as Anki keeps all text
    assert output.question_text == kept
    assert output.answer_text == f"{kept}<hr>back {kept}"
    assert card.question_av_tags() == card.answer_av_tags() == []
    assert "[anki:" not in card.question() + card.answer()
    assert shown(output.question_text) == shown(kept)
    assert {tag for tag, _ in Page(output.question_text).elements} <= ALLOWED
    assert engine.col.media.files_in_str(engine.plain["id"], html) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_makes_a_cloze(engine: Engine, text: str) -> None:
    note = engine.add(engine.cloze, to_html(text), "")
    assert note.cloze_numbers_in_fields() == []


def test_the_engine_would_see_what_these_tests_look_for(engine: Engine) -> None:
    note = engine.add(engine.plain, "[sound:a.mp3] {{c1::x}} <script>1</script>", "")
    assert len(note.cards()[0].question_av_tags()) == 1
    assert engine.col.media.files_in_str(engine.plain["id"], note["Text"]) == ["a.mp3"]
    assert "<script>" in note.cards()[0].render_output().question_text
    assert engine.add(engine.cloze, "{{c1::x}}", "").cloze_numbers_in_fields() == [1]
