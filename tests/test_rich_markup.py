"""Markdown, HTML and plain text in fields: what a learner sees of each, and that no input makes a
field unsafe, loses text or hangs."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckwright.cardtemplate import cloze_ordinals
from deckwright.clozes import AUTOMATIC
from deckwright.markup import code, rich, sanitising
from deckwright.markup.rich import Finding

anything = settings(deadline=None, database=None, max_examples=100)

NAMES = {"bee.png": "bee.png", "queen bee.png": "queen-bee.png", "hum.mp3": "hum.mp3"}


def show(reference: str) -> str | None:
    """A library with a few files; addresses in the network are shown as they are."""
    return reference if reference.startswith(("http", "//")) else NAMES.get(reference)


def told(value: str, form: str = "markdown", *, cloze: bool = False) -> tuple[Finding, ...]:
    return rich.to_html(value, form, cloze=cloze, show=show)[1]


def md(value: str, form: str = "markdown", *, cloze: bool = False) -> str:
    return rich.to_html(value, form, cloze=cloze, show=show)[0]


def hidden(value: str, form: str = "markdown") -> str:
    """The field of a cloze note; `AUTOMATIC` is written as `{{c?::`."""
    return md(value, form, cloze=True).replace(AUTOMATIC, "{{c?::")


def html(value: str, *, cloze: bool = False) -> str:
    return md(value, "html", cloze=cloze)


# Markdown ----------------------------------------------------------------------------------------


def test_a_single_paragraph_stands_without_one() -> None:
    assert md("Bees *hum*, and **dance**.") == "Bees <i>hum</i>, and <b>dance</b>."
    assert md("Bees hum.\n\nThey dance.") == "<p>Bees hum.</p>\n<p>They dance.</p>"
    assert md("Only words") == "Only words"


def test_tables_lists_and_strikethrough() -> None:
    assert md("- one\n- ~~two~~") == "<ul>\n<li>one</li>\n<li><del>two</del></li>\n</ul>"
    assert "<td>1</td>" in md("| a | b |\n|---|---|\n| 1 | 2 |")


@pytest.mark.parametrize("title", ["1. Wax", "- Wax", "+ Wax", "[wax]: http://wax"])
def test_no_block_begins_in_a_heading(title: str) -> None:
    assert md(title, "markdown#") == title
    assert md("> *Wax*", "markdown#") == "&gt; <i>Wax</i>"


def test_a_bar_in_code_or_a_deletion_parts_no_cells() -> None:
    assert "<td><code>a|b</code></td><td>or</td>" in md("| a | b |\n|---|---|\n| `a|b` | or |")
    deletion = "| a | b |\n|---|---|\n| {{c1::x|y}} | or |"
    assert "<td>{{c1::x|y}}</td><td>or</td>" in md(deletion, cloze=True)
    row = "| ` | ` |"  # which has not too many
    assert "<td>`</td><td>`</td>" in md(f"| a | b |\n|---|---|\n{row}")
    assert "| `a|b` | or |<" in md("```\n| a | b |\n|---|---|\n| `a|b` | or |\n```")


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |\n| 4 | 5 |", "| 1 | 2 | 3 |"),
        ("Text\n\na | b\n:-|-:\n1|2|`x|y`\n", "1|2|`x|y`"),
        ("```a```\n\n| a |\n|---|\n| 1 | 2 |", "| 1 | 2 |"),
        ("> | a |\n> | - |\n> | $x|y$ | 2 |", "> | $x|y$ | 2 |"),
    ],
)
def test_a_row_that_is_too_long_for_its_table_is_told(table: str, row: str) -> None:
    (finding,) = told(table)
    assert table[finding.start : finding.end] == row
    assert (finding.rule.code, finding.hint) == (
        "H010",
        r'write "\|" for a bar that is text, or give the header another cell',
    )


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n| 1 | 2 | |\n| 1 \\| 2 | $|x|$ |\n\n| 1 | 2 | 3 |",
        "| a | b |\n|---|\n| 1 | 2 | 3 |",  # no table
        "| a | b |\n|---|---|\n- 1 | 2 | 3",  # a list behind it
        "| a | b |\n|---|---|\n> 1 | 2 | 3",
        "```\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n```",
    ],
)
def test_no_other_row_is(text: str) -> None:
    assert told(text) == ()


def test_a_list_under_a_number_may_stand_in_by_two_blanks() -> None:
    assert md("1. comb\n  - wax\n  - cells\n2. brood") == (
        "<ol>\n<li>comb\n<ul>\n<li>wax</li>\n<li>cells</li>\n</ul>\n</li>\n<li>brood</li>\n</ol>"
    )


def test_tasks_are_boxes() -> None:
    assert md("- [ ] feed\n- [x] weigh") == "<ul>\n<li>☐ feed</li>\n<li>☑ weigh</li>\n</ul>"


def test_what_obsidian_adds() -> None:
    assert md("A ==queen== lays.") == "A <mark>queen</mark> lays."
    assert md("See [[Castes|the castes]], [[Castes#Drone]].") == (
        "See the castes, Castes &gt; Drone."
    )
    assert md("Seen %%by whom?%%twice.") == "Seen twice."
    assert md("A drone has no sting. ^drone-1") == "A drone has no sting."
    assert md("> [!warning] Smoke *first*\n> Then open.") == (
        "<blockquote>\n<p><b>Smoke <i>first</i></b></p>\n<p>Then open.</p>\n</blockquote>"
    )
    assert "<b>Tip</b>" in md("> [!tip]-\n> Open slowly.")


def test_comparisons_are_no_highlight() -> None:
    code = ("x==1 or y==2: pass", 'a=="b", c=="d"', '"==" and "=="')
    for text in ("a == b and c == d", "a==b and c==d", "a === b", *code):
        assert md(text) == text


def test_a_page_cannot_be_embedded() -> None:
    value = "![[Castes]]"
    (finding,) = told(value)
    assert md(value) == "Castes"
    assert finding.rule.name == "embedded-page"
    assert finding.message == '"![[Castes]]" embeds a page, of which only the name is shown'
    assert (finding.start, finding.end) == (0, len(value))


def test_a_reference_that_is_none_stays_text() -> None:
    assert md("[Key]: value") == "[Key]: value"
    assert md("[a]\n\n[a]: https://x.example") == '<a href="https://x.example">a</a>'


def test_footnotes_stay_below() -> None:
    assert Page(md("Wax[^1]\n\n[^1]: of glands")).text.split() == ["Wax1", "1", "of", "glands"]


# Math --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("$x^2$", r"\(x^2\)"),
        ("$$x_i*y*z$$", r"\[x_i*y*z\]"),
        (r"\(a_1 < b_1\)", r"\(a_1 &lt; b_1\)"),
        (r"\[a & b\]", r"\[a &amp; b\]"),
        ("the $n$th, $k$-means", r"the \(n\)th, \(k\)-means"),
        ("**$x$**", r"<b>\(x\)</b>"),
        (r"$\frac{a}{b_{c}}$", r"\(\frac{a}{b_{c} }\)"),
        ("> $$\n> a\n> $$", "<blockquote>\n<p>\\[\na\n\\]</p>\n</blockquote>"),
    ],
)
def test_math_is_stored_as_mathjax_wants_it(written: str, stored: str) -> None:
    assert md(written) == stored


@pytest.mark.parametrize(
    "text",
    [
        "$5-$10",
        "$HOME/$USER",
        "$input.json('$.name')",
        'jq("$.a") is $.b',
        "costs $5 and $6",
        "$1,000 and $2,000; US$ 5",
        "$5 for a hive and 10$",
        "5$-6$",
        "$i+$j",
        "$a $b",
        "US$5",
    ],
)
def test_money_and_shell_variables_stay_text(text: str) -> None:
    assert md(text) == text


def test_a_written_dollar_is_one() -> None:
    assert md(r"\$x\$ and $y$") == r"$x$ and \(y\)"


def test_math_in_a_table_may_hold_a_bar() -> None:
    assert r"<td>\(|x|\)</td><td>2</td>" in md("| a | b |\n|---|---|\n| $|x|$ | 2 |")


def test_code_has_no_math() -> None:
    assert md("`$x$` and\n\n    $y$ {{c1::z}}") == (
        "<p><code>$x$</code> and</p>\n"
        '<pre class="highlight"><code>$y$ &#123;&#123;c1::z&#125;&#125;</code></pre>'
    )


def test_an_escaped_delimiter_is_text() -> None:
    ignored = '<span class="mathjax_ignore tex2jax_ignore">'
    assert md(r"\\(x") == rf"{ignored}\(</span>x"


# Deletions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{{c1::queen}}",
        "{{c1::queen::who lays}}",
        "{{c1,2::queen}} {{c3::a {{c4::worker}} b}}",
        "<i>{{c1::<i>queen</i>}}</i>",
    ],
)
def test_deletions_stay(text: str) -> None:
    assert hidden(text.replace("<i>", "_").replace("</i>", "_")) == text


def test_markup_in_and_around_deletions() -> None:
    assert hidden("**{{c1::a}}**b") == "<b>{{c1::a}}</b>b"
    assert hidden("{{c1::**a** ~~b~~}}") == "{{c1::<b>a</b> <del>b</del>}}"
    assert hidden("{{c1::[[Queen|she]]}}") == "{{c1::she}}"
    assert hidden("{{c1::![](bee.png)}}") == '{{c1::<img src="bee.png" alt="">}}'


def test_a_deletion_holds_pairs_of_braces() -> None:
    assert hidden("{{c1::a {b}}}") == "{{c1::a {b&#125;}}"
    assert hidden("`{{c1::f() { return {}; }}}`") == (
        "<code>{{c1::f() { return {}; &#125;}}</code>"
    )
    assert hidden("{{c1::if (x) {}} and {{c2::y}}") == "{{c1::if (x) {}} and {{c2::y}}"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (r"${{c1::\frac{a}{b}}}$", r"\({{c1::\frac{a}{b} }}\)"),
        (r"{{c1::$\frac{a}{b_{c}}$}}", r"{{c1::\(\frac{a}{b_{c} }\)}}"),
        (r"$\frac{{{c1::a}}}{b}$", r"\(\frac{ {{c1::a}} }{b} \)"),
        ("{{c1::$f::A$::type}}", r"{{c1::\(f: :A\)::type}}"),
        ("${{c1::x::hint}}$", r"\({{c1::x::hint}}\)"),
    ],
)
def test_deletions_and_math(written: str, stored: str) -> None:
    assert hidden(written) == stored
    assert cloze_ordinals({"Text": hidden(written)}) == (0,)


def test_deletions_in_code_keep_the_colours() -> None:
    assert hidden('```python\nx = "{{c1::a b}}c"  # {{y}}\n```') == (
        '<pre class="highlight"><code>x <span class="o">= </span><span class="s">"</span>{{c1::'
        '<span class="s">a b</span>}}<span class="s">c"  </span>'
        '<span class="c"># &#123;&#123;y&#125;&#125;</span></code></pre>'
    )


def test_colons_are_a_hint_only_where_the_deletion_was_begun() -> None:
    assert hidden("{{c1::`std::vector`}}") == "{{c1::<code>std:&#58;vector</code>}}"
    assert hidden("`{{c1::a::b}}`") == "<code>{{c1::a::b}}</code>"


def test_a_deletion_goes_around_blocks() -> None:
    for inside in ("- a\n- b", "| a |\n|---|\n| b |", "```\nx\n```", "> a"):
        field = hidden(f"Before\n{{{{c1::\n{inside}\n}}}}\nafter")
        before, within = field.split("{{c1::")
        within, after = within.split("}}")
        assert Page(before).open == Page(within).open == Page(after).open == []
        assert len(Page(within).elements) == len(Page(md(inside)).elements)


def test_a_deletion_across_elements_becomes_several_of_its_number() -> None:
    assert hidden("**all {{c1::the** bees}}") == ("<b>all {{c1::the}}</b>{{c1:: bees}}")
    assert hidden("see {{c1::one\n\ntwo}} too") == (
        "<p>see {{c1::one}}</p>\n<p>{{c1::two}} too</p>"
    )


def test_automatic_deletions() -> None:
    assert hidden("{{c::queen::who}} and ==drone==") == (
        "{{c?::queen::who}} and <mark>drone</mark>"
    )
    assert hidden("A ==**drone**== and ==std::x==", "markdown==") == (
        "A {{c?::<b>drone</b>}} and {{c?::std:&#58;x}}"
    )
    assert hidden("The [drone] has [no $[a]$ sting].", "markdown[]") == (
        r"The {{c?::drone}} has {{c?::no \([a]\) sting}}."
    )
    assert hidden("==a== [b]", "markdown==[]") == "{{c?::a}} {{c?::b}}"
    assert hidden("[Queen]: mother", "markdown[]") == "{{c?::Queen}}: mother"


def test_not_every_bracket_is_a_deletion() -> None:
    for text in (
        "[link](https://x.example)",
        "[[Castes]]",
        "- [ ] feed",
        "- [x] weigh",
        "![alt](bee.png)",
        "`a[0]`",
        "x[^1]",
        r"\[a\]",
        "[unclosed",
    ):
        assert AUTOMATIC not in md(text, "markdown[]", cloze=True), text


def test_without_cloze_there_are_no_deletions() -> None:
    assert md("{{c1::a}} {{c::b}} ==c==") == (
        "&#123;&#123;c1::a&#125;&#125; &#123;&#123;c::b&#125;&#125; <mark>c</mark>"
    )


def test_an_open_deletion_is_told_and_stays_text() -> None:
    value = "So {{c1::open"
    (finding,) = told(value, cloze=True)
    assert hidden(value) == "So &#123;&#123;c1::open"
    assert finding.rule.name == "open-deletion"
    assert finding.message == '"{{c1::" begins a deletion that never ends: it stays text'
    assert value[finding.start : finding.end] == "{{c1::"
    assert hidden("{{c1::a {{c2::b}}") == "&#123;&#123;c1::a {{c2::b}}"


def test_deletions_more_than_ten_deep_are_told() -> None:
    value = "".join(f"{{{{c{n}::" for n in range(1, 13)) + "x" + "}}" * 12
    assert [f.rule.name for f in told(value, cloze=True)] == ["deletion-too-deep"]
    assert cloze_ordinals({"Text": hidden(value)}) == tuple(range(10))


# Code --------------------------------------------------------------------------------------------


def test_code_is_coloured_by_its_language() -> None:
    assert md("```py\ndef f(): pass\n```") == (
        '<pre class="highlight"><code><span class="k">def </span><span class="nf">f</span>(): '
        '<span class="k">pass</span></code></pre>'
    )
    assert 'class="nt"' in md("```{.html}\n<b>x</b>\n```")


def test_code_of_an_unknown_language_is_plain() -> None:
    plain = '<pre class="highlight"><code>a &lt; b</code></pre>'
    for fence in ("```", "```waggle", "~~~ what ever"):
        assert md(f"{fence}\na < b\n{fence[:3]}") == plain


def test_all_classes_are_of_the_table() -> None:
    python = "@a\nclass B(int):\n    x = f'{1}' or True  # c\n"
    field = md(f"```python\n{python}```\n\n```diff\n-a\n+b\n```")
    used = set(re.findall(r'<span class="(\w+)">', field))
    assert used <= code.CLASSES.keys()
    assert {"k", "s", "m", "c", "nd", "nc", "nb", "gd", "gi"} <= used


def test_long_code_is_not_coloured() -> None:
    assert "<span" not in md("```py\n" + "x = 1\n" * 1500 + "```")
    assert "<span" not in md("```py\n" + "x = 1" + " " * 300 + "\n```")


def test_braces_in_code_are_no_template() -> None:
    assert hidden("`{{ x }}`") == "<code>&#123;&#123; x &#125;&#125;</code>"


def test_an_open_block_of_code_is_told() -> None:
    (finding,) = told("Look:\n\n```py\nx = 1")
    assert finding.rule.name == "open-code-block"
    assert finding.message == 'the block of code that begins with "```" is never closed'
    assert (finding.start, finding.end) == (7, 10)


# Media -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("![A bee](bee.png)", '<img src="bee.png" alt="A bee">'),
        ("![A bee](queen bee.png)", '<img src="queen-bee.png" alt="A bee">'),
        ("![](queen%20bee.png)", '<img src="queen-bee.png" alt="">'),
        ("![A bee|300](bee.png)", '<img src="bee.png" alt="A bee" width="300">'),
        ("![[bee.png]]", '<img src="bee.png">'),
        ("![[bee.png|300x200]]", '<img src="bee.png" width="300" height="200">'),
        ("![[bee.png|a bee]]", '<img src="bee.png" alt="a bee">'),
        ("![](hum.mp3) ![[hum.mp3]]", "[sound:hum.mp3] [sound:hum.mp3]"),
        ('<audio controls src="hum.mp3">no</audio>', "[sound:hum.mp3]"),
        ("[sound:hum.mp3]", "[sound:hum.mp3]"),
        ("![gone](gone.png) ![[gone.png|gone too]]", "gone gone too"),
        ("![](https://x.example/y.png)", '<img src="https://x.example/y.png" alt="">'),
        ("![](data:image/png;base64,aa==)", '<img src="data:image/png;base64,aa==" alt="">'),
    ],
)
def test_media_are_shown_under_their_names(written: str, stored: str) -> None:
    assert md(written) == stored


def test_a_name_that_an_address_would_cut_is_encoded() -> None:
    field, _ = rich.to_html("![[a.png]]", "markdown", cloze=False, show=lambda _: "a#1%.png")
    assert field == '<img src="a%231%25.png">'
    field, _ = rich.to_html("[sound:a.mp3]", "text", cloze=False, show=lambda _: "a&1%.mp3")
    assert field == "[sound:a&amp;1%.mp3]"


# HTML --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field",
    [
        "queen&nbsp;bee<br>",
        '<div>a</div><div><span style="color: rgb(255, 0, 0);">b</span></div>',
        '<img src="bee.png">[sound:hum.mp3]',
        r"\(a &lt; b\) [latex]x[/latex] [$]y[/$]",
        '<a href="https://x.example/?a=1&amp;b=2">x</a> <font color="#00f">y</font>',
        '<table border="1"><tbody><tr><td>AT&T</td></tr></tbody></table>',
        "<ul><li><b>a</b></li></ul>  ",
    ],
)
def test_a_field_of_anki_comes_back_as_it_was(field: str) -> None:
    assert html(field) == field
    assert told(field, "html") == ()


def test_deletions_of_anki_come_back_as_they_were() -> None:
    for field in ("{{c1::a::h}} <b>{{c2::b {{c3::c}}}}</b>", '{{c1::<img src="bee.png">}}'):
        assert html(field, cloze=True) == field
    assert html("{{c1::a}}") == "&#123;&#123;c1::a&#125;&#125;"


def test_only_the_name_of_a_file_changes() -> None:
    assert html('<div><img src="queen%20bee.png" width="10"></div>') == (
        '<div><img src="queen-bee.png" width="10"></div>'
    )


def test_what_is_open_is_closed() -> None:
    assert html("<p>a<p>b") == "<p>a</p><p>b</p>"
    assert html("<ul><li>a<li><b>b</ul>") == "<ul><li>a</li><li><b>b</b></li></ul>"
    assert html("x<y") == "x&lt;y"


def test_unpaired_latex_is_text() -> None:
    assert html("[latex] a [/$]") == "&#91;latex] a &#91;/$]"


# Text --------------------------------------------------------------------------------------------


def test_text_is_shown_as_it_stands() -> None:
    assert md("a < b\n*c* & {{d}}", "text") == "a &lt; b<br>*c* &amp; &#123;&#123;d&#125;&#125;"


def test_text_has_math_sounds_and_deletions() -> None:
    field = r"{{c1::\(\frac{a}{b}\)}} [sound:hum.mp3] {{c::x}}"
    assert hidden(field, "text") == r"{{c1::\(\frac{a}{b}\)}} [sound:hum.mp3] {{c?::x}}"
    assert md(r"\(a<b\)", "text") == r"\(a&lt;b\)"


# Safety ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a<script>alert(1)</script>", '"<script>" could run in Anki: it is left out'),
        ('<b onclick="x()">a</b>', '"onclick=…" could run in Anki: it is left out'),
        (
            '<a href=" java&#10;script:x()">a</a>',
            '"javascript:…" could run in Anki: it is left out',
        ),
        ("a<iframe src='x'></iframe>", "<iframe> is left out, with all that stands in it"),
    ],
)
def test_what_could_run_is_left_out_and_told(value: str, message: str) -> None:
    for form in ("markdown", "html"):
        (finding,) = told(value, form)
        assert finding.message == message
        assert value[finding.start] == "<"
        assert Page(md(value, form)).text == "a"
        assert is_safe(md(value, form))


def test_a_link_that_could_run_is_told() -> None:
    value = "[a](javascript:alert(1)) [b](https://x.example)"
    (finding,) = told(value)
    assert value[finding.start : finding.end] == "[a](javascript:alert(1))"
    assert md(value) == 'a <a href="https://x.example">b</a>'


def test_styles_that_could_cover_the_card_are_left_out() -> None:
    assert html('<b style="color: red; position: fixed">a</b>') == '<b style="color: red">a</b>'
    assert html('<b style="background-color: url(x)">a</b>') == "<b>a</b>"


def test_what_is_no_tag_is_text() -> None:
    for text in ("vector<int>", "a <b and c> d", "the <em> element", "</b>", "x<y", "<!-- open"):
        assert Page(md(text)).text == text


def test_deep_nesting_is_cut_and_told() -> None:
    value = "<div>" * 500 + "deep" + "</div>" * 500
    for form in ("markdown", "html"):
        (finding,) = told(value, form)
        assert finding.rule.name == "nested-too-deep"
        assert md(value, form) == "<div>" * 100 + "deep" + "</div>" * 100


VOID = sanitising.VOID


class Page(HTMLParser):
    """HTML as a browser reads it: its text, its elements, and that each is closed in its turn."""

    def __init__(self, field: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.open: list[str] = []
        self.feed(field)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def is_safe(field: str) -> bool:
    """Whether nothing in a field can run, cover the card or load another page."""
    page = Page(field)
    assert page.open == []
    for name, attributes in page.elements:
        assert name in sanitising.ALLOWED
        for attribute, value in attributes:
            assert not attribute.startswith("on")
            if attribute in ("href", "src"):
                address = re.sub(r"[\x00-\x20]", "", value or "").lower()
                assert not address.startswith(("javascript:", "vbscript:", "data:text"))
            assert attribute != "style" or "url(" not in (value or "")
    return True


MARKUP = (
    "{{c1::", "{{c2,3::", "{{c::", "}}", "{", "}", "::", "$", "$$", "\\(", "\\)", "\\[", "\\]",
    "`", "```", "```py\n", "~~~\n", "==", "[", "]", "](x)", "](javascript:a)", "![", "![[", "[[",
    "]]", "%%", "|", "\n", "\n\n", "> ", "- ", "1. ", "    ", "*", "**", "_", "~~", "# ", "\\",
    "&", "&lt;", "&#123;", "&#x3c;", "<", ">", "<b>", "</b>", "<p>", "<div>", "</div>", "<table>",
    "<tr>", "<td>", "</table>", "<ul>", "<li>", "<pre>", "</pre>", "<code>", "</code>",
    "<script>", "</script>", "<style>", "<svg>", "</svg>", "<math>", "<!--", "-->", "<![CDATA[",
    "<?", "<img src=x onerror=a>", "<img src='bee.png'>", "<a href='javascript:a'>", "</a>",
    "<b onclick=a>", '<b style="a:b', '"', "'", "=", "<audio src=hum.mp3>", "</audio>",
    "[sound:hum.mp3]", "[latex]", "[/latex]", "[anki:", "^id", "[^1]", "[^1]: ", "[x]: /y",
    "> [!a] b\n", "a", "word", " ", "é", "¶", "‖", "\ufdd0", "\x00", "\x1f", "\ud800", "\u2028",
    "0", ":",
)  # fmt: skip
values = st.lists(st.sampled_from(MARKUP) | st.text(max_size=4), max_size=40).map("".join)
forms = st.sampled_from(["markdown", "markdown#", "markdown==", "markdown==[]", "html", "text"])


@anything
@given(values, forms, st.booleans())
@example("<b>x</p></b><p>", "html", False)
@example("<table><b>x<tr><td></b>", "html", True)
@example("`{{c1::`a}}", "markdown", True)
@example("<audio><ul><audio src=x></audio></ul></audio>", "html", False)
def test_no_input_makes_a_field_unsafe(value: str, form: str, cloze: bool) -> None:
    field, findings = rich.to_html(value, form, cloze=cloze, show=show)
    assert is_safe(field)
    assert not re.search(r"[\x01-\x08\x0b-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef]", field)
    assert "\x00" not in field.replace(AUTOMATIC, "")
    assert "[anki:" not in field
    for finding in findings:
        assert 0 <= finding.start <= finding.end <= len(value)
        assert finding.message
        assert finding.hint
    if not cloze:
        assert "{{" not in field
        assert "}}" not in field
    assert rich.to_html(value, form, cloze=cloze, show=show) == (field, findings)


@anything
@given(values, st.sampled_from(["markdown", "markdown==", "markdown==[]"]))
@example("**{{c1::a** {{c2::*b}} c*}}", "markdown")
@example("==a {{c1::b== c}}", "markdown==")
def test_anki_finds_whole_elements_in_every_deletion(value: str, form: str) -> None:
    field = hidden(value, form)
    opened = len(re.findall(r"\{\{c[0-9,?]+::", field))
    assert opened == field.count("}}"), field
    as_anki_writes = re.sub(r"\{\{c[0-9,?]+::", "<span>", field).replace("}}", "</span>")
    assert Page(as_anki_writes).open == []
    numbers = {int(n) for each in re.findall(r"\{\{c([0-9,]+)::", field) for n in each.split(",")}
    shown = cloze_ordinals({"Text": field.replace("{{c?", "{{c9")})
    assert {ordinal + 1 for ordinal in shown} - {9} == numbers


WORDS = (
    "*", "**", "_", "`", "$", "$$", "==", "[", "]", "{{c1::", "}}", "{", "}", "::", "\\(", "\\)",
    "<", "<i>", "</i>", "<td>", "<!--", "<?php", "\n", "\n\n", "- ", "1. ", "> ", "| ", "    ",
    "&", "\n```\n", "~~", "# ", "!", "^ ", "<svg", "<T>", "</T>", "(", ")", "%", "===", "---\n",
)  # fmt: skip


@anything
@given(st.lists(st.sampled_from(WORDS), max_size=30), st.booleans(), forms)
def test_no_word_is_lost(parts: list[str], cloze: bool, form: str) -> None:
    value = "".join(f"{part}w{number}e " for number, part in enumerate(parts))
    if form == "html":  # any word in angle brackets is an element of no name that anyone knows
        value = re.sub(r"<(?!/?i>|td>)", "< ", value)
    field = md(value, form, cloze=cloze)
    text = re.sub(r"\{\{c[0-9,\x00]+::|\}\}", " ", Page(field).text)
    assert re.findall(r"w\d+e", text) == [f"w{number}e" for number in range(len(parts))]


# Hostile input -----------------------------------------------------------------------------------

HOSTILE = (
    "* [ ] <!-- {{c1:: {{c1::{ {{c1::a}} $ $$ $a$ \\( ` `a <div> <b> <p>x <table> <td> <pre> </div>"
    " ![ ![[ [[ ![]( [a]( [a]: == ==a > - 1. # | & ° % %% ^ab :: }} } \\ [sound: ~~~ _ <!x"
    " <a\" <a'"
).split(" ")
LINES = ("- a\n", "  - a\n 1. b\n", "|a|b|\n|-|-|\n", "> [!a] b\n", "```py\nx=1\n", "    a\n", "\n")


@pytest.mark.parametrize("shape", [*HOSTILE, *LINES, "- ", " ", "a_ ", "<b class=x"])
def test_hostile_input_takes_no_time(shape: str) -> None:
    """What takes the square of the size takes many seconds already here. With more than twice as
    much markup a field is shown as text, which takes less."""
    size = rich.MAX_MARKUP // 2
    start = time.process_time()
    for form in ("markdown==[]", "html"):
        rich.to_html((shape * size)[:size], form, cloze=True, show=show)
    assert time.process_time() - start < 3


def test_a_field_with_too_much_markup_is_text() -> None:
    value = "<i>" * rich.MAX_MARKUP
    (finding,) = told(value, "html")
    assert finding.rule.name == "too-much-markup"
    assert Page(html(value)).text == value
