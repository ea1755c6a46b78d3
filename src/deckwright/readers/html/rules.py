"""What the HTML reader tells."""

from __future__ import annotations

from deckwright.diagnostics import Files, Rule, Severity

_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR


def _project(name: str, says: str, page: str) -> Files:
    """A project of one page, of whose cards `deck.yaml` says something."""
    return {
        "deck.yaml": f"id: {name}\nname: {name.title()}\n"
        f"sources:\n  - {{path: {name}.html, {says}}}\n",
        f"{name}.html": page,
    }


_QUIZ = (
    '<div class="quiz">\n<p class="ask">What is a delta?</p>\n<p>Land made of mud.</p>\n</div>\n'
)
_CHOSEN = "card: .quiz, front: .ask"

SKIPPED = Rule(
    "W001",
    "skipped-page-part",
    _INFO,
    "What a site puts around its text (navigation, scripts, forms, ads) is no study text; it is "
    "left out, and told.",
    "Nothing is to be done. If a card is among it, choose the cards by selectors (`card`).",
    {"maps.html": "<nav>Home</nav>\n<h2>What is a legend?</h2>\n<p>The key of a map.</p>\n"},
    {"maps.html": "<h2>What is a legend?</h2>\n<p>The key of a map.</p>\n"},
)
OUTSIDE = Rule(
    "W002",
    "text-outside-cards",
    _WARNING,
    "Text that belongs to no card would never be seen by a learner.",
    "Put it below a heading, or say with `remove` in `deck.yaml` that it is none of yours.",
    {
        "wind.html": "<p>Winds blow from high to low pressure.</p>\n"
        "<h2>What is a monsoon?</h2>\n<p>A wind that turns with the season.</p>\n"
    },
    {
        "wind.html": "<h2>What is a monsoon?</h2>\n<p>A wind that turns with the season.</p>\n"
        "<h2>Where do winds blow?</h2>\n<p>From high to low pressure.</p>\n"
    },
)
NO_CARD = Rule(
    "W003",
    "no-card-in-page",
    _ERROR,
    "A page without any card makes an empty deck.",
    "Give its texts headings, or choose its cards by selectors (`card`, `front`, `back`).",
    {"sand.html": "<p>Dunes wander with the wind.</p>\n"},
    {"sand.html": "<h2>What moves a dune?</h2>\n<p>The wind.</p>\n"},
    soft=True,
)
HALF = Rule(
    "W004",
    "half-a-card",
    _WARNING,
    "A question without an answer, or an answer without a question, is no card.",
    "Write the other half, or leave this part out with `remove`.",
    {"river.html": "<dl>\n<dt>Source</dt><dd>Where a river begins.</dd>\n<dt>Mouth</dt>\n</dl>\n"},
    {
        "river.html": "<dl>\n<dt>Source</dt><dd>Where a river begins.</dd>\n"
        "<dt>Mouth</dt><dd>Where it ends.</dd>\n</dl>\n"
    },
)
BAD_SELECTOR = Rule(
    "W005",
    "bad-selector",
    _ERROR,
    "A selector that cannot be read chooses nothing.",
    "Write it as in CSS, such as `div.card > h2`, and in quotes.",
    _project("coast", 'card: "div[", front: .ask', _QUIZ),
    _project("coast", "card: div, front: .ask", _QUIZ),
)
NOTHING_FOUND = Rule(
    "W006",
    "selector-finds-nothing",
    _ERROR,
    "A selector that finds nothing is a slip of the pen, or the site has changed.",
    "Look into the page for the class or the name of the element, and mend the selector. Pages of "
    "another kind want a source of their own.",
    _project("coast", "card: .quizz, front: .ask", _QUIZ),
    _project("coast", _CHOSEN, _QUIZ),
    soft=True,
)
NOTHING_TO_REMOVE = Rule(
    "W007",
    "nothing-to-remove",
    _INFO,
    "Not every page has each of the parts that a project leaves out.",
    "Nothing is to be done, unless the selector is misspelt.",
    _project("coast", f"{_CHOSEN}, remove: [.advert]", _QUIZ),
    _project("coast", _CHOSEN, _QUIZ),
)
INCOMPLETE = Rule(
    "W008",
    "incomplete-card",
    _ERROR,
    "A card that was chosen, but lacks a side, would be lost silently.",
    "Choose its sides with `front` and `back`, or leave the card out with `remove`.",
    _project("coast", _CHOSEN, f'{_QUIZ}<div class="quiz"><p>Soon more.</p></div>\n'),
    _project("coast", _CHOSEN, _QUIZ),
    soft=True,
)
TOO_DEEP = Rule(
    "W009",
    "page-nested-too-deep",
    _WARNING,
    "Elements nested deeper than any page needs are taken apart: what they set is lost, not their "
    "text.",
    "Save the page again, or close the elements that were never closed.",
)
NEVER_CLOSED = Rule(
    "W010",
    "never-closed",
    _WARNING,
    "A tag or a comment without an end swallows the rest of the page, as it does in a browser.",
    "Close the comment with `-->` or the tag with `>`; write `&lt;` where `<` is text.",
    {
        "ice.html": "<h2>What is a floe?</h2>\n<p>A sheet of sea ice.</p>\n"
        "<!-- more\n<h2>What is a berg?</h2>\n<p>A piece of a glacier.</p>\n"
    },
    {
        "ice.html": "<h2>What is a floe?</h2>\n<p>A sheet of sea ice.</p>\n"
        "<h2>What is a berg?</h2>\n<p>A piece of a glacier.</p>\n"
    },
)
BAD_BYTES = Rule(
    "W011",
    "bad-bytes",
    _WARNING,
    "Bytes that the page's encoding does not have are shown as “\ufffd” on a card.",
    "Save the page as UTF-8, or correct the charset of its `<meta>`.",
    {
        "cafe.html": "<h2>What is caf\ufffd au lait?</h2>\n<p>Coffee with as much milk.</p>\n",
    },
    {
        "cafe.html": "<h2>What is café au lait?</h2>\n<p>Coffee with as much milk.</p>\n",
    },
)
IMAGE_LEFT_OUT = Rule(
    "W012",
    "image-left-out",
    _WARNING,
    "The text of a page shows images of files, and nothing else that a page can show.",
    "Say `markup: html` for this source, or save the images as files beside the page.",
    _project(
        "birds",
        "type: Concept",
        "<h2>Swifts</h2>\n<p>They sleep on the wing. "
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></p>\n',
    ),
    _project("birds", "type: Concept", "<h2>Swifts</h2>\n<p>They sleep on the wing.</p>\n"),
)
TOO_LARGE = Rule(
    "W013",
    "page-too-large",
    _ERROR,
    "A page of so many elements is no page of cards, and takes longer than anyone waits.",
    "Split the page into several ones.",
)
RULES = (
    *(SKIPPED, OUTSIDE, NO_CARD, HALF, BAD_SELECTOR, NOTHING_FOUND, NOTHING_TO_REMOVE),
    *(INCOMPLETE, TOO_DEEP, NEVER_CLOSED, BAD_BYTES, IMAGE_LEFT_OUT, TOO_LARGE),
)
