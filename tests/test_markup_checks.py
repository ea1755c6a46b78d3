"""HTML that says something else than it seems to, broken formulas, tables without a header."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest

from deckwright import build
from deckwright.checks.markup.formulas import _broken
from deckwright.checks.markup.structure import _Structure
from deckwright.markup import deletions
from deckwright.reading import read_inputs
from helpers import NOW, write

OURS = ("H011", "H012", "H013", "H014")


def told(folder: Path, files: dict[str, str]) -> list[tuple[str, int, str, str]]:
    """What is found in a small project: the code, the line, the words that are pointed at, and
    the message."""
    write(folder, files)
    path = "deck.yaml" if "deck.yaml" in files else next(iter(files))
    with contextlib.chdir(folder):
        inputs = read_inputs(path)
        made = build.compile(inputs, NOW, scope=build.Scope(select=OURS))
    found = []
    for each in made.diagnostics:
        if each.code in OURS:
            assert each.span is not None
            source = inputs.texts[each.span.path]
            words = source.text[each.span.start : each.span.end]
            found.append((each.code, source.location(each.span.start)[0], words, each.message))
    return found


def card(answer: str, suffix: str = "md") -> dict[str, str]:
    """One card of Markdown or of HTML in a table, whose answer stands in line 4."""
    if suffix == "md":
        return {"bees.md": f"# Bees\n\nQ: What is it?\nA: {answer}\n"}
    cell = answer.replace('"', '""')
    return {"bees.csv": f'Front,Back\nOne?,<i>one</i>\nTwo?,two\nThree?,"{cell}"\n'}


def the_one(folder: Path, answer: str, suffix: str = "md") -> tuple[str, str]:
    """The code of the only finding, and the words that it points at, in the line of the answer."""
    ((code, line, words, _),) = told(folder, card(answer, suffix))
    assert line == 4
    return code, words


# HTML --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("A Map<Key> of <i>all</i>.", "<Key>"),
        ("where a<b and c>d", "<b and c>"),
        ("<p>Three:<ul><li>a queen</li></ul></p>", "<ul>"),
        ("<p>x<div>y</div></p>", "<div>"),
        ("<p>One<p>Two</p></p>", "<p>"),
        ("<b>both <i>ways</b></i>", "</i>"),
        ("x<div/>y", "<div/>"),
        ("<a href='https://a.org'>one <a href='https://b.org'>two</a></a>", ""),
        ("<table>Honey<tr><th>a</th></tr></table>", "Honey"),
        ("<table><tr><th>a</th></tr><br></table>", "<br>"),
        ("<div><em>x<p>y</em></p></div>", "</p>"),
    ],
)
def test_html_that_a_browser_reads_otherwise_is_told(
    tmp_path: Path, answer: str, words: str
) -> None:
    code, pointed = the_one(tmp_path, answer, "csv")
    assert code == "H011"
    assert pointed == words or (not words and pointed.startswith("<a href='https://b"))


def test_an_element_that_closes_itself_is_told_in_markdown(tmp_path: Path) -> None:
    assert the_one(tmp_path, "a worker<div/> and more") == ("H011", "<div/>")


def test_saved_pages_are_looked_at_too(tmp_path: Path) -> None:
    page = "<h2>Swarm</h2>\n<p>A Map<Key> of bees.</p>\n<p>It <b>flies</p>\n"
    found = told(tmp_path, {"bees.html": page})
    assert [each[:3] for each in found] == [("H011", 2, "<Key>"), ("H012", 3, "<b>")]


def test_several_cells_without_a_table_are_told_once(tmp_path: Path) -> None:
    files = {"bees.csv": "Front,Back\nWhich?,<td>a</td><td>b</td>\n"}
    ((code, line, words, message),) = told(tmp_path, files)
    assert (code, line, words) == ("H011", 2, "<td>")
    assert message == "<td> stands outside of a table: browsers leave the tag out"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("a <b>worker and more", "<b>"),
        ("a worker</b> and more", "</b>"),
        ("<div>a <span style='color:red'>drone</div>", "<span style='color:red'>"),
        ("<ul><li>one</ul></div>", "</div>"),
    ],
)
def test_a_tag_without_its_partner_is_told_in_html(tmp_path: Path, answer: str, words: str) -> None:
    assert the_one(tmp_path, answer, "csv") == ("H012", words)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("a <b>worker and more", "<b>"),
        ("a worker</b> and more", "</b>"),
        ("CO<sub>2 is heavy", "<sub>"),
        ("x<sup>2<sup> is", "<sup>"),
        ('a <span class="x"> drone', '<span class="x">'),
        ("<b>one</b> and <b>two", "<b>"),
        ("<div>one <b>two</div>", "<b>"),
    ],
)
def test_a_tag_without_its_partner_is_told_in_markdown(
    tmp_path: Path, answer: str, words: str
) -> None:
    found = told(tmp_path, card(answer))
    assert [each[0] for each in found] == ["H012"] * len(found)
    assert (found[0][1], found[0][2]) == (4, words)


def test_the_finding_points_at_the_line_of_the_tag(tmp_path: Path) -> None:
    answer = "<b>one</b>\n\n- two <i>three</i>\n- four</i> five\n- `<u>` six"
    ((code, line, words, message),) = told(tmp_path, card(answer))
    assert (code, line, words) == ("H012", 7, "</i>")
    assert message == "</i> closes nothing"


@pytest.mark.parametrize(
    "answer",
    [
        "Use <em> for stress, <p>s for paragraphs, and close it with </em>.",
        "`Vec<u8>`, List<String>, Array<A>, vector<int>, Map<K, V>; if a<b and c>d",
        "git clone <url> <dir>; the <i>th row; mail to <a@example.org> or <https://example.org>",
        "```html\n<b>open\n<div/>\n</i>\n```\n\nand `</b>`",
        "H<sub>2</sub>O, <kbd>Ctrl</kbd>, line<br>break<br/>, <b>bold <i>both</i></b> <3 >_<",
        "<details><summary>More</summary>\n\nText in it.\n\n</details>",
        "x <!-- <b> --> y %% <i>z %%",
        "<ul><li>one<li>two</ul><p>three<p>four",
        "$a<b$ and $c>d$",
    ],
)
def test_right_markdown_passes(tmp_path: Path, answer: str) -> None:
    assert told(tmp_path, card(answer)) == []


@pytest.mark.parametrize(
    "answer",
    [
        "<p>One<p>Two<ul><li>a<li>b</ul><p>Three",
        "<P ALIGN=center><FONT COLOR=red>red</FONT> <B>bold</B><BR>next<HR>",
        "<b><p>one</p><div>two</div></b> R&D, a < b, x<3 &amp; y",
        "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rt>ji</ruby>",
        "<p>x</p><p/>y <my-widget>in</my-widget> <o:p></o:p>",
        "<script>if (a<b) {}</script>x<svg><path d='M0'/></svg>",
        "<table><caption>c</caption><!-- c --><tr><th>a<th>b<tr><td>1<td><p>2</table>",
    ],
)
def test_careless_html_that_means_the_same_to_all_passes(tmp_path: Path, answer: str) -> None:
    assert told(tmp_path, card(answer, "csv")) == []


# Formulas ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("$\\frac{1}{2$", "{"),
        ("$\\frac{1}{2}}$", "}"),
        ("so $\\left( x + 1$", "\\left"),
        ("so $x + 1 \\right)$", "\\right"),
        ("$$\\begin{matrix} a & b$$", "\\begin{matrix}"),
        ("$$\\begin{matrix} a & b \\end{pmatrix}$$", "\\begin{matrix}"),
        ("\\(\\frac{1}\\)", "\\frac"),
        ("\\(\\sqrt\\)", "\\sqrt"),
        ("$x^2^3$", "^2^"),
        ("$x_{1}_2$", "_{1}_"),
        ("$x^{n+}^2$", "^{n+}^"),
        ("$a & b$", "&"),
        ("$100% x$", "%"),
        ("a formula \\(x^2 + 1", "\\("),
        ("a formula x^2 + 1\\) too", "\\)"),
        ("so $\\frac{1}{2} is a half", "$"),
        ("so $$\\sum_{k=1}^n k", "$$"),
        ("so $ \\frac{1}{2} $ is a half", "$ \\frac{1}{2} $"),
        ("so \\\\(\\frac{1}{2}\\\\) is a half", "\\\\(\\frac{1}{2}\\\\)"),
    ],
)
def test_what_mathjax_cannot_read_is_told_in_markdown(
    tmp_path: Path, answer: str, words: str
) -> None:
    assert the_one(tmp_path, answer) == ("H013", words)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("<p>\\(x^2 + 1</p>", "\\("),
        ("<p>is x^2 = 1\\)</p>", "\\)"),
        ("<p>\\(a + <b>b</b>\\)</p>", "<b>"),
        ("<p>$\\frac{1}{2}$</p>", "$\\frac{1}{2}$"),
        ("<p>$$\\alpha = 1$$</p>", "$$\\alpha = 1$$"),
        ("<p>\\[\\frac{a}{b\\]</p>", "{"),
        ("<p>\\(C# = D\\flat\\)</p>", "#"),
    ],
)
def test_what_mathjax_cannot_read_is_told_in_html(tmp_path: Path, answer: str, words: str) -> None:
    assert the_one(tmp_path, answer, "csv") == ("H013", words)


def test_braces_that_end_a_deletion_in_a_formula_are_told(tmp_path: Path) -> None:
    text = "The {{c1::half \\(\\frac{1}{2^{n}}\\)}} of it"
    files = {"bees.yaml": f"markup: html\nnotes:\n  - Text: '{text}'\n"}
    ((code, line, words, message),) = told(tmp_path, files)
    assert (code, line, words) == ("H013", 3, "}}")
    assert message == '}} ends the deletion "{{c1::" in the midst of this formula'
    # Markdown pairs the braces, and puts the blank in by itself.
    assert told(tmp_path / "b", {"bees.md": f"# Bees\n\nC: {text}\n"}) == []


@pytest.mark.parametrize(
    "answer",
    [
        "$\\sum_{k=1}^n k = \\frac{n(n+1)}{2}$, $\\frac12$, $\\sqrt[3]{8}$, $x_1^2$, $f''(x)$",
        "$\\left\\{ x \\right.$, $\\bigl( x \\bigr)$, $\\{x \\mid x > 0\\}$, $50\\%$, $\\#A$",
        "$$\\begin{cases} 1 & x>0 \\\\ 0 & \\text{50% of a & b} \\end{cases}$$",
        "$\\ce{Fe^{3+}}$, $\\ce{CO3^2-}$, \\(37\\,^\\circ\\mathrm{C}\\), \\(x\\)",
        "It costs $5 or $6; $HOME/bin, ${x}, $(pwd) and echo $$; US$ 20",
        "a\\_b, 1\\) first, \\[x\\], an interval \\[0, 1) and \\*stars\\*",
        "`\\(\\frac{1}` and `$\\frac{`",
        "$a {{ b }} c$ and $x^{2^{n}}$",
        "$50\\,\\%$ of $\\text{a_b}$ and $\\operatorname{rank} A$",
    ],
)
def test_right_formulas_and_what_is_none_pass(tmp_path: Path, answer: str) -> None:
    assert told(tmp_path, card(answer)) == []


def test_formulas_with_entities_and_breaks_are_right_in_html(tmp_path: Path) -> None:
    answer = "<p>\\(a &lt; b\\), \\[\\begin{aligned} a &amp;= b \\\\ c &amp;= d \\end{aligned}\\],"
    answer += " \\(a<br>b\\), <code>\\(</code>, from $5 to $6, sed: \\(x\\)</p>"
    assert told(tmp_path, card(answer, "csv")) == []


def test_deletions_in_formulas_are_right(tmp_path: Path) -> None:
    text = "C: $\\frac{ {{c1::a}} }{ {{c2::b^{2}}} }$ and {{c3::\\(\\sqrt{x_{1}}\\)::a root}}\n"
    assert told(tmp_path, {"bees.md": "# Bees\n\n" + text}) == []


def test_the_text_of_a_page_has_no_formulas(tmp_path: Path) -> None:
    text = "Stores\n\nA colony needs \\(3 \\times 5 kg of honey to live through a winter "
    assert told(tmp_path, {"bees.txt": f"{text}in the north of the country.\n"}) == []


# Tables ------------------------------------------------------------------------------------------


def test_a_table_without_a_header_is_told(tmp_path: Path) -> None:
    rows = "<tr><td>Nile</td><td>6,650 km</td></tr>"
    table = f"<p>x</p><table class='a'>{rows}{rows}</table>"
    files = {"rivers.csv": f'Front,Back\nWhich?,"{table}"\n'}
    assert [each[:2] for each in told(tmp_path, files)] == [("H014", 2)]
    found = told(tmp_path / "b", card("\n\n|   |  |\n|---|---|\n| Nile | 6,650 km |\n"))
    assert found == []  # a single row is no table of data
    answer = "\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n|   |  |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n"
    ((code, line, words, _),) = told(tmp_path / "c", card(answer))
    assert (code, line, words) == ("H014", 10, "|   |  |\n")


def test_tables_with_a_header_or_for_the_layout_pass(tmp_path: Path) -> None:
    row = "<tr><td>Nile</td><td>6,650 km</td></tr>"
    bold = "<tr><td><b>River</b></td><td><b>Length</b></td></tr>"
    heads = ("<tr><th>River</th><th>Length</th></tr>", bold, f"<thead>{row}</thead>")
    single = "<tr><td>Nile</td></tr>"
    nested = f"<tr><td><table><tr><th>a</th></tr>{row}</table></td><td>x</td></tr>{row}"
    for body in (*(head + row + row for head in heads), row, single * 3, nested):
        files = {"rivers.csv": f'Front,Back\nWhich?,"<table>{body}</table>"\n'}
        assert told(tmp_path / str(len(body)), files) == [], body


# Hostile input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part", ["<b>", "<p><ul>", "<table>x", "`", "\\(x ", "$x ", "\\frac{", "{{c1::\\(x}}", "%%x"]
)
def test_much_broken_markup_takes_no_long_time(part: str) -> None:
    text = part * 20_000
    found = deletions.find(text, braces=True).deletions
    begun = time.perf_counter()
    for form in ("html", "markdown"):
        list(_broken(text, form, found))
        _Structure(text, form)
    assert time.perf_counter() - begun < 10
