"""What the HTML reader tells."""

from __future__ import annotations

from deckwright.diagnostics import Rule, Severity

_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR

SKIPPED = Rule(
    "W001",
    "skipped-page-part",
    _INFO,
    "What a site puts around its text (navigation, scripts, forms, ads) is no study text; it is "
    "left out, and told.",
)
OUTSIDE = Rule(
    "W002",
    "text-outside-cards",
    _WARNING,
    "Text that belongs to no card would never be seen by a learner.",
)
NO_CARD = Rule("W003", "no-card-in-page", _ERROR, "A page without any card makes an empty deck.")
HALF = Rule(
    "W004",
    "half-a-card",
    _WARNING,
    "A question without an answer, or an answer without a question, is no card.",
)
BAD_SELECTOR = Rule(
    "W005", "bad-selector", _ERROR, "A selector that cannot be read chooses nothing."
)
NOTHING_FOUND = Rule(
    "W006",
    "selector-finds-nothing",
    _ERROR,
    "A selector that finds nothing is a slip of the pen, or the site has changed.",
)
NOTHING_TO_REMOVE = Rule(
    "W007",
    "nothing-to-remove",
    _INFO,
    "Not every page has each of the parts that a project leaves out.",
)
INCOMPLETE = Rule(
    "W008",
    "incomplete-card",
    _ERROR,
    "A card that was chosen, but lacks a side, would be lost silently.",
)
TOO_DEEP = Rule(
    "W009",
    "page-nested-too-deep",
    _WARNING,
    "Elements nested deeper than any page needs are taken apart: what they set is lost, not their "
    "text.",
)
NEVER_CLOSED = Rule(
    "W010",
    "never-closed",
    _WARNING,
    "A tag or a comment without an end swallows the rest of the page, as it does in a browser.",
)
BAD_BYTES = Rule(
    "W011",
    "bad-bytes",
    _WARNING,
    "Bytes that the page's encoding does not have are shown as “\ufffd” on a card.",
)
IMAGE_LEFT_OUT = Rule(
    "W012",
    "image-left-out",
    _WARNING,
    "The text of a page shows images of files, and nothing else that a page can show.",
)
TOO_LARGE = Rule(
    "W013",
    "page-too-large",
    _ERROR,
    "A page of so many elements is no page of cards, and takes longer than anyone waits.",
)
RULES = (
    *(SKIPPED, OUTSIDE, NO_CARD, HALF, BAD_SELECTOR, NOTHING_FOUND, NOTHING_TO_REMOVE),
    *(INCOMPLETE, TOO_DEEP, NEVER_CLOSED, BAD_BYTES, IMAGE_LEFT_OUT, TOO_LARGE),
)
