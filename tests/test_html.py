"""The HTML reader: which parts of a page are cards, what falls away, and that nothing is lost."""

from __future__ import annotations

import html
import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckwright.diagnostics import Severity
from deckwright.markup.page import to_html
from deckwright.note import Note, slug
from deckwright.readers import page
from deckwright.readers.html import RULES, HtmlOptions, decode, read
from deckwright.source import Source
from deckwright.source import decode as decode_text

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"

anything = settings(deadline=None, database=None, max_examples=60)

CONCEPT = HtmlOptions(type="Concept")


def source_of(text: str | bytes, path: str = "bees.html") -> Source:
    source = decode(path, text.encode() if isinstance(text, str) else text)
    assert isinstance(source, Source)
    return source


def notes(text: str | bytes, options: HtmlOptions = HtmlOptions()) -> tuple[Note, ...]:
    return read(source_of(text), options)[0]


def cards(text: str | bytes, options: HtmlOptions = HtmlOptions()) -> dict[str, str]:
    """The cards of a page: question and answer."""
    found = {}
    for note in notes(text, options):
        question, answer = note.fields[:2]
        found[question.value] = answer.value
    return found


def told(text: str, options: HtmlOptions = HtmlOptions(), *codes: str) -> list[str]:
    """What a user is told about a page, infos among it."""
    found = read(source_of(text), options)[1]
    return [f"{d.code} {d.message}" for d in found if not codes or d.code in codes]


# What is a card ----------------------------------------------------------------------------------


def test_a_term_and_its_description_are_a_card() -> None:
    text = "<dl><dt>Queen</dt><dd>The <b>mother</b> of all</dd><dt>Drone</dt><dd>A male</dd></dl>"
    assert cards(text) == {"Queen": "The <b>mother</b> of all", "Drone": "A male"}


def test_a_definition_list_needs_no_end_tags() -> None:
    assert cards("<dl><dt>Queen<dd>The mother<dt>Drone<dd>A male</dl>") == {
        "Queen": "The mother",
        "Drone": "A male",
    }


def test_several_descriptions_are_a_list_and_several_terms_one_question() -> None:
    text = "<dl><div><dt>Drone<dt>Male bee<dd>No sting<dd>Large eyes</div></dl>"
    assert cards(text) == {"Drone, Male bee": "<ul><li>No sting</li><li>Large eyes</li></ul>"}


def test_a_summary_and_its_details_are_a_card() -> None:
    text = "<details open><summary>Why smoke?</summary><p>It calms bees.</p></details>"
    assert cards(text) == {"Why smoke?": "<p>It calms bees.</p>"}


def test_details_of_details_are_the_context_of_these() -> None:
    text = """<details><summary>Honey</summary>
    <details><summary>Colour?</summary>Amber</details>
    <details><summary>Taste?</summary>Sweet</details></details>
    <details><summary>Wax?</summary>Yellow</details>"""
    found = notes(text)
    assert [note.key for note in found] == ["bees/honey/colour", "bees/honey/taste", "bees/wax"]
    assert [note.value("Context") for note in found] == ["Honey", "Honey", ""]


def test_a_table_of_two_columns_has_a_card_in_each_row() -> None:
    text = """<table><caption>Castes</caption><thead><tr><td>Caste<td>Task</thead>
    <tr><td>Worker<td>Everything<tr><th>Drone<td>One thing</table>"""
    assert cards(text) == {"Worker": "Everything", "Drone": "One thing"}
    assert told(text) == ['W001 skipped (the head of a table): "Castes Caste Task"']


def test_a_first_row_of_head_cells_is_no_card() -> None:
    assert cards("<table><tr><th>Q<th>A<tr><td>1<td>2</table>") == {"1": "2"}


def test_a_table_of_more_columns_is_part_of_the_text() -> None:
    table = "<table><tr><td>1<td>2<td>3</table>"
    assert cards(f"<h2>Numbers</h2>{table}") == {"Numbers": table}


def test_a_heading_and_the_text_under_it_are_a_card() -> None:
    text = "<h2>Varroa</h2>\n<p>A mite.</p>\n<p>It is small.</p>\n<h2>Nosema</h2>\n<p>A fungus.</p>"
    assert cards(text) == {
        "Varroa": "<p>A mite.</p>\n<p>It is small.</p>",
        "Nosema": "<p>A fungus.</p>",
    }


def test_headings_without_a_text_of_their_own_are_the_context() -> None:
    text = "<h1>Bees</h1><h2>Health</h2><h3>Varroa</h3>A mite.<h2>Honey</h2>Sweet."
    found = notes(text)
    assert [note.key for note in found] == ["bees/health/varroa", "bees/honey"]
    assert [note.value("Context") for note in found] == ["Health", ""]
    assert told(text) == [
        'W001 skipped (the page\'s title and a heading above cards): "Bees Health"'
    ]


def test_lists_and_tables_under_a_heading_are_cards_and_the_rest_is_the_headings() -> None:
    text = """<h2>Castes</h2><p>There are three.</p>
    <dl><dt>Queen<dd>One<dt>Drone<dd>Some</dl><p>They need each other.</p>"""
    assert cards(text) == {
        "Castes": "<p>There are three.</p>\n<p>They need each other.</p>",
        "Queen": "One",
        "Drone": "Some",
    }
    assert [note.key for note in notes(text)] == [
        "bees/castes",
        "bees/castes/queen",
        "bees/castes/drone",
    ]


def test_each_box_of_a_heading_ends_with_its_card() -> None:
    box = "<div class=card><h3>{}</h3><div class=body><p>{}</p></div></div>"
    text = box.format("Wax", "Yellow") + box.format("Honey", "Sweet") + "<p>Buy bees!</p>"
    assert cards(text) == {"Wax": "<p>Yellow</p>", "Honey": "<p>Sweet</p>"}
    assert told(text) == ['W002 text that belongs to no card is left out: "Buy bees!"']


def test_boxes_whose_class_says_question_and_answer_are_cards() -> None:
    text = """<div class="flash-card"><div class="cardFront">Wax?</div>
    <div class="cardBack">Yellow</div></div>
    <div class="flash-card"><div class="cardFront">Honey?</div>
    <div class="cardBack">Sweet</div></div>"""
    assert cards(text) == {"Wax?": "Yellow", "Honey?": "Sweet"}


def test_only_what_is_chosen_makes_cards() -> None:
    text = "<h2>Castes</h2><dl><dt>Queen<dd>One</dl>"
    assert list(cards(text, HtmlOptions(find=("headings",)))) == ["Castes"]
    assert list(cards(text, HtmlOptions(find=("definitions",)))) == ["Queen"]


def test_the_level_of_the_headings_that_make_cards_can_be_chosen() -> None:
    text = "<h2>Health</h2><p>Of bees.</p><h3>Varroa</h3><p>A mite.</p>"
    assert cards(text, HtmlOptions(level=2)) == {
        "Health": "<p>Of bees.</p><h3>Varroa</h3><p>A mite.</p>"
    }
    assert list(cards(text, HtmlOptions(level=3))) == ["Varroa"]


def test_an_answer_that_waits_for_a_click_is_the_answer() -> None:
    text = """<h3><button aria-expanded="false">How many?</button></h3>
    <div hidden><p>Some 50,000.</p></div>
    <h3><button>How old?</button></h3><div style="display: none">Six weeks.</div>"""
    assert cards(text) == {"How many?": "<p>Some 50,000.</p>", "How old?": "Six weeks."}


def test_what_is_hidden_beside_an_answer_falls_away() -> None:
    text = "<h3>How many?</h3><p>Some.</p><p hidden>Secret</p>"
    assert cards(text) == {"How many?": "<p>Some.</p>"}
    assert told(text) == ['W001 skipped (hidden): "Secret"']


def test_the_fields_are_those_of_the_note_type() -> None:
    (note,) = notes("<h2>Castes</h2>Three.", HtmlOptions(type="List"))
    assert [field.name for field in note.fields] == ["Question", "Items"]
    (note,) = notes("<h2>Castes</h2>Three.", HtmlOptions(type="My own"))
    assert [field.name for field in note.fields] == ["Front", "Back"]


def test_a_key_is_made_of_the_file_and_the_headings_and_no_part_is_long() -> None:
    long = "bees " * 40
    (note,) = notes(f"<h1>A</h1><h2>Honey &amp; wax</h2><h3>{long}</h3>Sweet.")
    stem, above, own = note.key.split("/")
    assert (stem, above) == ("bees", "honey-wax")
    assert own == "-".join(["bees"] * 16)
    (note,) = notes("<h2><img src=img/wax.png></h2>Yellow.<h3>x</h3>y", HtmlOptions(level=3))
    assert note.key == "bees/x"
    (note,) = notes("<dl><dt><img src=img/wax.png><dd>Yellow</dl>")
    assert note.key == "bees/wax"


# What falls away ---------------------------------------------------------------------------------

AROUND = {
    "<nav>Home</nav>": "navigation",
    "<header>Site</header>": "a header",
    "<footer>© 2024</footer>": "a footer",
    "<aside>Related</aside>": "a sidebar",
    "<script>let a = '<p>no</p>'</script>": "a script",
    "<style>p { color: red }</style>": "a style",
    "<noscript>Turn it on</noscript>": "a text for browsers without scripts",
    "<form><label>Search</label><input></form>": "a form",
    "<button>Share</button>": "a form",
    "<div class='ad-slot'>Buy</div>": "an ad",
    "<div id=cookie-banner>We use cookies</div>": "a notice on cookies",
    "<ul class=breadcrumbs><li>Home</ul>": "navigation",
    "<div role=navigation>Home</div>": "navigation",
    "<iframe>x</iframe>": "another page",
    "<template><p>x</p></template>": "a template",
    "<div hidden>Menu</div>": "hidden",
    "<!-- written by hand -->": "a comment",
}


@pytest.mark.parametrize("around", AROUND, ids=list(AROUND.values()))
def test_what_the_site_puts_around_its_text_falls_away_and_is_told(around: str) -> None:
    text = f"<h2>Wax</h2><p>Yellow.</p>\n{around}<h2>Honey</h2><p>Sweet.</p>"
    found = cards(text)
    assert list(found) == ["Wax", "Honey"]
    if not around.startswith("<!--"):  # a comment inside a field is the renderer's to drop
        assert found["Wax"] == "<p>Yellow.</p>"
    beside = f"{around}<h2>Wax</h2><p>Yellow.</p>"
    assert [line.split(": ")[0] for line in told(beside)] == [f"W001 skipped ({AROUND[around]})"]


def test_what_is_inside_an_answer_is_cut_out_of_it_and_neighbours_are_told_at_once() -> None:
    text = "<h2>Wax</h2><div><p>Yellow.</p><script>a</script><nav>b</nav><p>Soft.</p></div>"
    assert cards(text) == {"Wax": "<p>Yellow.</p><p>Soft.</p>"}
    assert told(text) == ['W001 skipped (a script and navigation): "a</script><nav>b"']


def test_a_form_around_the_whole_page_stays() -> None:
    assert cards("<form><h2>Wax</h2><p>Yellow.</p><input></form>") == {"Wax": "<p>Yellow.</p>"}


def test_a_header_inside_a_card_stays() -> None:
    text = "<article><header><h2>Wax</h2></header><p>Yellow.</p></article>"
    assert cards(text) == {"Wax": "<p>Yellow.</p>"}


def test_a_text_about_cookies_stays() -> None:
    text = "<section id=cookies><h2 class=cookie-policy>Cookies</h2><p>Small files.</p></section>"
    assert cards(text) == {"Cookies": "<p>Small files.</p>"}


def test_the_link_of_a_heading_to_itself_falls_away() -> None:
    (note,) = notes("<h2>Wax <a class=headerlink href=#wax>¶</a></h2>Yellow.")
    assert (note.value("Front"), note.key) == ("Wax", "bees/wax")


def test_another_link_of_a_heading_stays() -> None:
    assert list(cards("<h2><a href=wax.html>Wax</a></h2>Yellow.")) == ["<a href=wax.html>Wax</a>"]


def test_a_project_can_leave_out_more() -> None:
    text = "<h2>Wax</h2><p>Yellow.</p><p class=tip>Buy it</p>"
    assert cards(text, HtmlOptions(remove=(".tip",))) == {"Wax": "<p>Yellow.</p>"}
    assert told(text, HtmlOptions(remove=(".tips",))) == [
        'W007 remove: ".tips" finds nothing in this page'
    ]


def test_an_image_beside_the_page_keeps_its_name() -> None:
    image = '<img src="page_files/a%20b.png" alt="A bee">'
    assert cards(f"<h2>Bee</h2>{image}") == {"Bee": image}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<img src='data:image/gif;base64,R0' data-src='f/a.png'>", "f/a.png"),
        ("<img data-original='f/a.png' width=9>", "f/a.png"),
        ("<img srcset='f/a.png 1x, f/b.png 2x'>", "f/b.png"),
        ("<img src='https://e.org/a.png' data-src='f/a.png'>", "f/a.png"),
        ("<img data-src='https://e.org/a.png'>", "https://e.org/a.png"),
        ("<picture><source srcset='f/a.webp'><img alt=x></picture>", "f/a.webp"),
    ],
)
def test_an_image_that_is_loaded_late_is_shown_at_once(written: str, shown: str) -> None:
    (answer,) = cards(f"<h2>Bee</h2><p>{written}</p>").values()
    assert re.findall(r"<img src=\"([^\"]*)\"", answer) == [shown]


def test_a_remote_image_stays() -> None:
    image = "<img src=https://e.org/a.png srcset='https://e.org/b.png 2x'>"
    assert cards(f"<h2>Bee</h2>{image}") == {"Bee": image}


MATH = "<math><mi>x</mi><annotation encoding='application/x-tex'>x &lt; 1</annotation></math>"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            f"<span class=katex><span>{MATH}</span><span aria-hidden=true>x1</span></span>",
            r"\(x &lt; 1\)",
        ),
        (MATH.replace("<math>", "<math display=block>"), r"\[x &lt; 1\]"),
        (
            "<span class=MathJax_Preview>x</span><span class=MathJax>x1</span>"
            "<script type='math/tex; mode=display'>x < 1</script>",
            r"\[x &lt; 1\]",
        ),
    ],
    ids=["KaTeX", "MathML", "MathJax 2"],
)
def test_a_formula_is_its_tex(written: str, shown: str) -> None:
    assert cards(f"<h2>Small</h2><p>If {written}.</p>") == {"Small": f"<p>If {shown}.</p>"}
    (note,) = notes(f"<h2>Small</h2><p>If {MATH}.</p>", CONCEPT)
    assert note.value("More") == r"If \(x < 1\)."


# Selectors ---------------------------------------------------------------------------------------

DECK = """<main><section class=c data-id=w/1 data-tags="bees wax"><b>Wax?</b><p>Yellow.</p>
<i>on bees, soft</i></section>
<section class=c data-id=h/1><b>Honey?</b><p>Sweet.</p><img src=h.png></section></main><p>Bye</p>"""


def test_selectors_choose_cards_and_their_sides() -> None:
    chosen = HtmlOptions(card=".c", front="b", back="p")
    assert cards(DECK, chosen) == {"Wax?": "Yellow.", "Honey?": "Sweet."}
    assert told(DECK, chosen) == [
        'W001 skipped (chosen by no selector): "on bees, soft"',
        'W001 skipped (chosen by no selector): "Bye"',
    ]


def test_without_a_back_it_is_the_rest_of_the_card() -> None:
    found = cards(DECK, HtmlOptions(card=".c", front="b", tag="i"))
    assert found == {"Wax?": "<p>Yellow.</p>", "Honey?": "<p>Sweet.</p><img src=h.png>"}


def test_without_a_front_it_is_the_heading_or_what_comes_first() -> None:
    assert list(cards(DECK, HtmlOptions(card=".c"))) == ["Wax?", "Honey?"]
    text = "<div class=c>1<h4>Wax</h4><p>Yellow</p></div>"
    assert cards(text, HtmlOptions(card=".c")) == {"Wax": "1\n<p>Yellow</p>"}


def test_without_a_card_each_front_goes_with_the_back_behind_it() -> None:
    assert cards(DECK, HtmlOptions(front="b", back="p:not(:last-child)")) == {
        "Wax?": "Yellow.",
        "Honey?": "Sweet.",
    }


def test_tags_and_ids_are_elements_or_attributes() -> None:
    first, second = notes(DECK, HtmlOptions(card=".c", front="b", id="@data-id", tag="i"))
    assert (first.key, second.key) == ("w/1", "h/1")
    assert (first.tags, second.tags) == (("on-bees", "soft"), ())
    first, _ = notes(DECK, HtmlOptions(card=".c", front="b", tag="@data-tags"))
    assert first.tags == ("bees", "wax")


def test_selectors_choose_other_fields() -> None:
    options = HtmlOptions(card=".c", front="b", back="p", fields={"Source": "img@src", "More": "i"})
    first, second = notes(DECK, options)
    assert first.value("More") == "on bees, soft"
    source = second.get("Source")
    assert source is not None
    assert (source.value, source.form) == ("h.png", "text")


def test_a_selector_can_ask_for_a_text() -> None:
    assert list(cards(DECK, HtmlOptions(card=".c:-soup-contains('Sweet')"))) == ["Honey?"]


def test_a_selector_of_the_card_itself() -> None:
    text = "<div class=c><p>Wax<div><p>no</div><p>Yellow</div>"
    assert cards(text, HtmlOptions(card=".c", front=":scope > p:first-child")) == {
        "Wax": "<div><p>no</div><p>Yellow"
    }


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            HtmlOptions(card="div[x"),
            'W005 card: "div[x" is no selector: Malformed attribute selector at position 3',
        ),
        (HtmlOptions(card=".card"), 'W006 card: ".card" finds nothing in this page'),
        (
            HtmlOptions(card=".c", front="b", back="h6"),
            'W006 back: "h6" finds nothing in this page',
        ),
        (
            HtmlOptions(card=".c", front="b", back="p", tag="u"),
            'W006 tag: "u" finds nothing in this page',
        ),
        (
            HtmlOptions(card=".c", front="b", back="i"),
            'W008 the card "Honey? Sweet." has no back',
        ),
        (
            HtmlOptions(card=".c", front="b", id="i"),
            'C010 "on bees, soft" is no id',
        ),
    ],
)
def test_a_selector_that_is_wrong_or_finds_nothing_is_an_error(
    options: HtmlOptions, sentence: str
) -> None:
    found = [d for d in read(source_of(DECK), options)[1] if d.severity is Severity.ERROR]
    assert [f"{d.code} {d.message}" for d in found] == [sentence]
    assert found[0].hint


# A page as its text ------------------------------------------------------------------------------

BEES = """\
Learn Beekeeping with Interactive Flashcards

Master key concepts in Beekeeping with this flashcard system. Turn the cards over.

The castes of a colony

A colony is one household of three castes, and none of them lives long alone.

**The three castes**:
1. **Queen**: The only fertile female, with up to `2,000` eggs a day
2. **Worker**: A sterile female that builds & forages
   - in summer for six weeks
   - in winter for six months

**In June**:

A colony has some 50,000 workers, a few hundred drones and one queen.

Varroa mites & their treatment

Varroa destructor is a mite < 2 mm. It feeds on bees and breeds in their brood.

**Oxalic acid**: An organic acid, trickled in winter.
**Formic acid**: An organic acid that evaporates in the hive.

```python
mites = fall * 30
```

More than 10 mites a day in August call for a treatment at once.

More Beekeeping questions
1830 questions (total)
"""

BUILDS = {
    "boxes with a heading": "<div class=card><h2>{}</h2>\n<div class=body>\n{}</div></div>\n",
    "headings alone": "<h3>{}</h3>\n{}\n",
    "boxes to turn over": (
        "<div class=flashcard><div class=flashcard-front><span>{}</span></div>\n"
        "<div class=flashcard-back style='display:none'>{}</div></div>"
    ),
    "an accordion": "<div class=item><h3><button>{}</button></h3><div hidden>{}</div></div>",
    "details": "<details><summary>{}</summary>{}</details>",
    "a definition list": "<dl><dt>{}</dt><dd>{}</dd></dl>",
}


def as_site(expected: tuple[Note, ...], subject: str, card: str) -> str:
    """The page of a site of flashcards, as it was before someone copied its text."""
    import pyromark

    def body(note: Note) -> str:
        def break_lines(paragraph: re.Match[str]) -> str:
            return paragraph[0].replace("\n", "<br>\n")

        return re.sub(r"(?s)<p>.*?</p>", break_lines, pyromark.html(note.value("More")))

    made = "".join(card.format(html.escape(n.value("Concept")), body(n)) for n in expected)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{subject} - cards</title>
<script>window.data = "<h2>no card</h2>";</script><style>h2 {{ color: red }}</style></head>
<body class="home"><header class="site-header"><nav><a href="/">Home</a></nav></header>
<main><h1>Learn {subject} with Interactive Flashcards</h1>
<p>Master key concepts in {subject} with this flashcard system. Turn the cards.</p>
<div class="cards">{made}</div>
<div class="more"><a href="/q">More {subject} questions</a>
<p><b>1830</b> questions (total)</p></div>
</main><footer><p>© The site</p></footer><script>track()</script></body></html>"""


def plain(note: Note) -> tuple[str, str, str]:
    return note.key, note.value("Concept"), to_html(note.value("More"))


@pytest.mark.parametrize("build", BUILDS.values(), ids=list(BUILDS))
def test_a_saved_page_gives_the_same_notes_as_its_text(build: str) -> None:
    expected, _ = page.read(Source("bees.txt", BEES))
    text = as_site(expected, "Beekeeping", build)
    found, diagnostics = read(source_of(text), CONCEPT)
    assert [plain(note) for note in found] == [plain(note) for note in expected]
    assert {field.form for note in found for field in note.fields} == {"page"}
    assert {d.code for d in diagnostics} == {"W001"}


@pytest.mark.parametrize("build", BUILDS.values(), ids=list(BUILDS))
def test_a_saved_copy_of_the_seeds_page_gives_the_same_notes_as_its_text(build: str) -> None:
    seeds = sorted(SEEDS.glob("*.txt"))
    if not seeds:
        pytest.skip("the seed is not there")
    source = decode_text("seed.txt", seeds[0].read_bytes())
    assert isinstance(source, Source)
    expected, _ = page.read(source)
    text = as_site(expected, "Development with AWS Services (DVA-C02)", build)
    found, diagnostics = read(source_of(text), CONCEPT)
    assert [plain(note) for note in found] == [plain(note) for note in expected]
    assert {d.code for d in diagnostics} == {"W001"}


def test_page_text_has_the_marks_of_a_copied_page() -> None:
    text = """<h2>All</h2><p>A <b>bold</b> word, <code>code</code> and <em>more</em>.<br>A line</p>
    <ul><li>one<ul><li>two</li></ul></li><li>three</li></ul>
    <h3>Steps:</h3><ol start=3><li><p>first</p><p>still first</p></li><li><p>second</p></li></ol>
    <pre><code class=language-sh>a
      b</code></pre><table><tr><td>x<td>y<td>z</table><blockquote>said</blockquote>
    <h2>Rest</h2><p>x</p>"""
    assert (
        cards(text, CONCEPT)["All"]
        == """\
A **bold** word, `code` and more.
A line

- one
  - two
- three

**Steps:**

3. first

   still first

4. second

```sh
a
      b
```

x | y | z

said"""
    )


def test_an_image_of_the_web_in_the_text_of_a_page_is_told() -> None:
    text = "<h2>Bee</h2><p>It flies.</p><img src=b.png>"
    assert told(text, CONCEPT) == []
    assert cards(text, CONCEPT) == {"Bee": "It flies.\n\n![](b.png)"}
    text = text.replace("b.png", "https://example.org/b.png")
    assert told(text, CONCEPT) == ["W012 an image cannot be shown in the text of a page"]
    found = cards(text, HtmlOptions(type="Concept", markup="html"))
    assert found == {"Bee": "<p>It flies.</p><img src=https://example.org/b.png>"}


# Bytes -------------------------------------------------------------------------------------------

META = "<meta charset={}>"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("Käse – 5 €".encode(), "Käse – 5 €"),
        ("Käse – 5 €".encode("utf-8-sig"), "Käse – 5 €"),
        ("Käse – 5 €".encode("utf-16"), "Käse – 5 €"),
        (b"\xfe\xff" + "Käse".encode("utf-16-be"), "Käse"),
        ("Käse – 5 €".encode("cp1252"), "Käse – 5 €"),
        (META.format("latin-1").encode() + "Käse – 5 €".encode("cp1252"), "Käse – 5 €"),
        (META.format('"ISO-8859-1"').encode() + "5 €".encode("cp1252"), "5 €"),
        (META.format("us-ascii").encode() + "5 €".encode("cp1252"), "5 €"),
        (META.format("koi8-r").encode() + "мёд".encode("koi8-r"), "мёд"),
        (META.format("Shift_JIS").encode() + "蜂①".encode("cp932"), "蜂①"),
        (META.format("gb2312").encode() + "蜜蜂鎔".encode("gb18030"), "蜜蜂鎔"),
        (META.format("euc-kr").encode() + "꿀뷁".encode("cp949"), "꿀뷁"),
        (META.format("utf-16le").encode() + "Käse".encode(), "Käse"),
        (META.format("rot13").encode() + "Käse".encode(), "Käse"),
        (META.format("nonsense").encode() + "Käse".encode(), "Käse"),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'
            + "мёд".encode("cp1251"),
            "мёд",
        ),
        (b'<?xml version="1.0" encoding="ISO-8859-15"?>' + "5 €".encode("iso8859-15"), "5 €"),
        (b"<!-- <meta charset=koi8-r> --><p>" + "Käse".encode(), "Käse"),
        (b" " * 1100 + META.format("koi8-r").encode() + "Käse".encode(), "Käse"),
    ],
)
def test_an_encoding_is_guessed_as_a_browser_does(data: bytes, word: str) -> None:
    assert source_of(data).text.endswith(word)


def test_bytes_that_the_encoding_does_not_have_are_told() -> None:
    data = b"<meta charset=utf-8><h2>K\xe4se</h2><p>Milch</p>"
    found = read(source_of(data))[1]
    assert [(d.code, d.message) for d in found] == [
        ("W011", "a character could not be read in the page's encoding")
    ]


@anything
@given(st.binary(max_size=300))
def test_any_bytes_are_read(data: bytes) -> None:
    source = source_of(data)
    found, diagnostics = read(source)
    assert found or diagnostics


# What is wrong with a page -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "W003 the file is empty"),
        ("<p></p>", "W003 no card found"),
        ("<h2>Wax</h2><h2>Honey</h2><p>Sweet.</p>", 'W004 "Wax" has no answer'),
        ("<dl><dt>Wax<dd><dt>Honey<dd>Sweet</dl>", 'W004 "Wax" has no answer'),
        ("<table><tr><td><td>Yellow<tr><td>a<td>b</table>", 'W004 "Yellow" has no question'),
        (
            "<h2>Wax</h2>Yellow<!-- soft",
            "W010 this comment is never closed: the rest of the page is left out",
        ),
        (
            '<h2>Wax</h2>Yellow<a href="x>soft',
            "W010 this tag is never closed: the rest of the page is left out",
        ),
        (
            "<h2>Wax</h2>" + "<div>" * 200 + "Yellow",
            "W009 elements are nested more than 120 deep here",
        ),
        ("<br>" * 60_001, "W013 the page has more than 60,000 elements"),
    ],
)
def test_what_is_wrong_is_told_with_a_way_out(text: str, sentence: str) -> None:
    found = [d for d in read(source_of(text))[1] if d.severity > Severity.INFO]
    assert [f"{d.code} {d.message}" for d in found] == [sentence]
    assert found[0].hint
    assert found[0].span is not None


def test_of_many_findings_of_one_kind_the_first_are_told_one_by_one() -> None:
    text = "<h2>Wax</h2>" * 500 + "<h2>Honey</h2>Sweet"
    found = told(text)
    assert len(found) == 21
    assert found[-1] == "W004 480 more lack a side, from here on"


def test_the_rules_have_codes_of_their_own() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(re.fullmatch(r"W0\d\d", rule.code) for rule in RULES)


# Nothing is lost ---------------------------------------------------------------------------------

_VOID = ("<br>", "<hr>", "<img src=a.png>", "<!-- x1 -->", "</p>", "</div>", "</b>", "</i>")
_INLINE = ("b", "i", "a", "span", "code", "button", "label")
_BOXES = (
    *("div", "p", "section", "article", "main", "header", "footer", "aside", "nav", "form"),
    *("ul", "ol", "li", "pre", "blockquote", "table", "tr", "td", "th", "thead", "tbody"),
    *("dl", "dt", "dd", "details", "summary", "script", "title", "noscript", "svg", "select"),
    *("h1", "h2", "h3", "h4", "p hidden", "div class=ad", "div class=front", "div class=back"),
)
word = st.just("@")  # each becomes a word of its own
inline = st.recursive(
    word,
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{' '.join(parts)}</{name}>",
        st.sampled_from(_INLINE),
        st.lists(inner, max_size=3),
    ),
    max_leaves=3,
)
loose = st.lists(
    st.one_of(
        word,
        st.sampled_from(_VOID),
        st.sampled_from(_BOXES).map(lambda name: f"<{name}>"),
        st.sampled_from(_BOXES).map(lambda name: f"</{name.split()[0]}>"),
    ),
    max_size=25,
).map("".join)
block = st.deferred(
    lambda: st.one_of(
        inline,
        st.builds(
            lambda name, parts, end: f"<{name}>{''.join(parts)}{end and f'</{name.split()[0]}>'}",
            st.sampled_from(_BOXES),
            st.lists(block, max_size=4),
            st.booleans(),
        ),
        st.builds("<h2>{}</h2>{}".format, inline, inline),
        st.builds("<details><summary>{}</summary>{}</details>".format, inline, block),
        st.builds("<dl><dt>{}<dd>{}<dd>{}</dl>".format, inline, block, inline),
        st.builds("<table><tr><td>{}<td>{}</table>".format, inline, block),
    )
)
pages = st.lists(block, max_size=6).map("\n".join) | loose


def numbered(text: str) -> str:
    """A page in which each text is a word of its own."""
    count = iter(range(100_000))
    return re.sub("@", lambda _: f"w{next(count)}w", text)


@anything
@example("<tr>@<td>@", HtmlOptions())
@example("<ul>@<li>@</ul>@<table>@<tr>@<td>@<td>@</table>", CONCEPT)
@example("<h2>@</h2><ul>@<li>@</ul><table>@<tr>@<td>@<td>@<td>@</table>", CONCEPT)
@example("<head>@<title>@</title>@", HtmlOptions())
@example(
    "<details><summary>@</summary><details><summary>@</summary>@</details>@</details>", CONCEPT
)
@given(
    pages,
    st.sampled_from(
        (
            HtmlOptions(),
            CONCEPT,
            HtmlOptions(card="section, li, div", front="b, p"),
            HtmlOptions(front="h2", back="div, dd"),
            HtmlOptions(remove=("p",)),
        )
    ),
)
def test_each_text_is_in_exactly_one_note_or_in_a_diagnostic(
    text: str, options: HtmlOptions
) -> None:
    source = source_of(numbered(text))
    found, diagnostics = read(source, options)
    for match in re.finditer(r"w\d+w", source.text):
        inside = [
            note.key
            for note in found
            if any(match[0] in f.value for f in note.fields if f.name != "Context")
        ]
        covering = [
            d.code
            for d in diagnostics
            if d.span and d.span.start <= match.start() and match.end() <= d.span.end
        ]
        assert len(inside) == 1 or (not inside and covering), (match[0], inside, diagnostics)


@anything
@example("@\n@\n@\n<b>@ @ @</b>\n<dl><dt>@<dd><b>@ @ @</b><dd><label>@</label></dl>", HtmlOptions())
@given(pages, st.sampled_from((HtmlOptions(), CONCEPT)))
def test_a_span_is_what_it_claims(text: str, options: HtmlOptions) -> None:
    source = source_of(numbered(text))
    for note in read(source, options)[0]:
        assert note.span is not None
        for field in note.fields:
            assert field.span is not None
            assert note.span.start <= field.span.start <= field.span.end <= note.span.end
            if field.exact:
                assert source.text[field.span.start : field.span.end] == field.value
        assert note.key.split("/")[0] in ("bees", slug(note.value("Concept")))


@anything
@given(
    st.lists(
        st.sampled_from("< > / ! - ? [ ] & # ; = \" ' a p h2 td b \n \0 CDATA -- é".split(" "))
    )
)
def test_any_text_is_read(parts: list[str]) -> None:
    source = source_of("".join(parts))
    for options in (HtmlOptions(), CONCEPT, HtmlOptions(card="p", tag="b", id="@a")):
        found, diagnostics = read(source, options)
        assert found or diagnostics


# Hostile pages -----------------------------------------------------------------------------------

HOSTILE = {
    "elements that never end": "<div>" * 40_000,
    "inline elements that never end": "<b>x" * 20_000,
    "comments that never end": "<!--" * 50_000,
    "sections of characters": "<![CDATA[" * 25_000,
    "instructions": "<?" * 100_000,
    "open end tags": "</" * 100_000,
    "end tags of nothing": "<x><div>" + "<i>" * 110 + "</x>" * 40_000,
    "tags that never end": "<a " * 60_000,
    "quotation marks that never end": '<a href="' * 20_000,
    "attributes": "<a" + " b=c" * 50_000 + ">",
    "equals signs": "<a" + " =" * 100_000,
    "ampersands": "&" * 200_000,
    "entities": "&a" * 100_000,
    "a number": "&#" + "9" * 200_000 + ";",
    "less-than signs": "<" * 200_000,
    "zeros": "\0" * 200_000,
    "lists in lists": "<ul><li>x" * 20_000,
    "a table": "<table>" + "<tr><td>x</td><td>y</td></tr>" * 3_000,
    "a wide table": "<table><tr>" + "<td>x</td>" * 8_000,
    "headings": "<h2>x</h2>y" * 4_000,
    "details in details": "<details><summary>x</summary>y" * 4_000,
    "forms in forms": "<form><div>" * 59 + "<p>x" * 8_000,
    "boxes of ads": "<div class=ad>" * 110 + "<p>x" * 8_000,
    "links of headings": "<h2>" + "<a href=#>#</a>" * 8_000,
    "images": "<img data-src=x.png>" * 8_000,
    "sets of images": '<img srcset="' + "x.png 1x," * 20_000 + '">',
    "blanks": " " * 200_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_page_takes_no_time(text: str) -> None:
    """A tenth of 2 MB, which may take ten seconds: what grows with the square of the page would
    take longer."""
    for options in (HtmlOptions(), HtmlOptions(type="Concept")):
        begun = time.process_time()
        found, diagnostics = read(source_of(text), options)
        assert time.process_time() - begun < 2
        assert found or diagnostics


@pytest.mark.parametrize(
    "selector", ["div:has(p ~ p)", "p ~ p ~ p ~ b", "p:nth-last-child(2n of p)", "* * * * b"]
)
def test_a_slow_selector_takes_no_time_either(selector: str) -> None:
    text = "<div>" * 100 + "<p>x</p>" * 3_000
    begun = time.process_time()
    read(source_of(text), HtmlOptions(card=selector, front="p"))
    assert time.process_time() - begun < 2
