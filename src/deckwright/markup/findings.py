"""What is found while markup becomes HTML, at offsets into the field's value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from deckwright.diagnostics import Rule, Severity
from deckwright.markup import sanitising
from deckwright.markup.deletions import Found
from deckwright.naming import quoted

UNSAFE = Rule(
    "H001",
    "unsafe-html",
    Severity.WARNING,
    "What a source brings from the web must not run in the learner's Anki.",
    "Take it out of the source.",
    {"tea.md": '# Tea\n\nQ: Where does oolong come from?\nA: <a onclick="go()">China</a>\n'},
    {"tea.md": "# Tea\n\nQ: Where does oolong come from?\nA: China\n"},
)
LEFT_OUT = Rule(
    "H002",
    "html-left-out",
    Severity.WARNING,
    "Anki's cards are no web pages: frames, drawings and style sheets of a source are left out.",
    "Make an image of it, or text.",
    {
        "tea.md": "# Tea\n\nQ: What does a tea leaf look like?\n"
        'A: Long and toothed <iframe src="leaf.html"></iframe>\n'
    },
    {"tea.md": "# Tea\n\nQ: What does a tea leaf look like?\nA: Long and toothed\n"},
)
TOO_DEEP = Rule(
    "H003",
    "nested-too-deep",
    Severity.WARNING,
    "Elements deep inside each other make browsers slow, and no one can tell their levels apart.",
    "Take away the elements that say nothing.",
)
OPEN_DELETION = Rule(
    "H004",
    "open-deletion",
    Severity.WARNING,
    "A cloze deletion without an end is plain text to Anki: it hides nothing.",
    "Put `}}` where it ends.",
    {"tea.md": "# Tea\n\nC: {{c1::Oolong}} comes from {{c2::China.\n"},
    {"tea.md": "# Tea\n\nC: {{c1::Oolong}} comes from {{c2::China}}.\n"},
)
DEEP_DELETION = Rule(
    "H005",
    "deletion-too-deep",
    Severity.WARNING,
    "Anki reads at most ten deletions inside each other.",
    "Close some before it, or make two notes of it.",
    {"tea.md": f"# Tea\n\nC: {'{{c1::' * 11}Oolong{'}}' * 11} is a tea.\n"},
    {"tea.md": "# Tea\n\nC: {{c1::{{c2::Oolong}} is a tea}}.\n"},
)
OPEN_FENCE = Rule(
    "H006",
    "open-code-block",
    Severity.WARNING,
    "A block of code without an end makes everything after it code.",
    "Put the same signs on a line of their own where the code ends.",
    {"queue.md": "# Queues\n\n## How is one made?\n\n> ```python\n> queue = deque()\n"},
    {"queue.md": "# Queues\n\n## How is one made?\n\n> ```python\n> queue = deque()\n> ```\n"},
)
EMBEDDED_PAGE = Rule(
    "H007",
    "embedded-page",
    Severity.WARNING,
    "Only media can be embedded in a card, not another page.",
    "Put its text here, or make it a link: take the `!` off.",
    {"tea.md": "# Tea\n\nQ: What is oolong?\nA: Half black, half green: ![[Black tea]]\n"},
    {"tea.md": "# Tea\n\nQ: What is oolong?\nA: Half black, half green: [[Black tea]]\n"},
)
NO_ADDRESS = Rule(
    "H008",
    "media-without-address",
    Severity.WARNING,
    "An image without an address that Anki can show would be missing silently.",
    "Give it a file beside the source or in `media/`.",
    {"tea.md": '# Tea\n\nQ: What does a leaf look like?\nA: <img src="" alt="long"> and toothed\n'},
    {"tea.md": "# Tea\n\nQ: What does a leaf look like?\nA: Long and toothed\n"},
)
TOO_MUCH = Rule(
    "H009",
    "too-much-markup",
    Severity.WARNING,
    "A field that takes seconds to render is no field of a card.",
    "Make several notes of it.",
)
MORE_CELLS = Rule(
    "H010",
    "more-cells-than-header",
    Severity.WARNING,
    "Markdown leaves out the cells of a row that stand behind the last column of its table.",
    "Write `\\|` for a bar that is text, or give the header another cell.",
    {
        "tea.md": "# Tea\n\nQ: How hot is the water?\nA:\n"
        "\n| tea | water |\n|---|---|\n| green | 70 °C | 3 minutes |\n| black | 95 °C |\n"
    },
    {
        "tea.md": "# Tea\n\nQ: How hot is the water?\nA:\n\n| tea | water | time |\n|---|---|---|\n"
        "| green | 70 °C | 3 minutes |\n| black | 95 °C | 4 minutes |\n"
    },
)

RULES = (
    UNSAFE,
    LEFT_OUT,
    TOO_DEEP,
    OPEN_DELETION,
    DEEP_DELETION,
    OPEN_FENCE,
    EMBEDDED_PAGE,
    NO_ADDRESS,
    TOO_MUCH,
    MORE_CELLS,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: `start` and `end` are offsets into the value; the whole value where the place
    is not known."""

    rule: Rule
    message: str
    hint: str
    start: int
    end: int


def open_deletion(opening: str, start: int) -> Finding:
    message = f"{quoted(opening)} begins a deletion that never ends: it stays text"
    return Finding(OPEN_DELETION, message, "put }} where it ends", start, start + len(opening))


def told_deletions(found: Found, text: str) -> list[Finding]:
    """What is wrong with the deletions of a text."""
    told = [open_deletion(text[start:end], start) for start, end in found.unclosed[:20]]
    if found.too_deep:
        start, end = found.too_deep[0]
        message = f"{quoted(text[start:end])} stands in ten deletions already: it stays text"
        hint = "close some before it"
        told.append(Finding(DEEP_DELETION, message, hint, start, end))
    return told


def more_cells(width: int, rest: str, start: int, end: int) -> Finding:
    header = f"{width:,} cell" if width == 1 else f"{width:,} cells"
    message = f"this row has more cells than its table's header, {header}: {quoted(rest)} is lost"
    hint = 'write "\\|" for a bar that is text, or give the header another cell'
    return Finding(MORE_CELLS, message, hint, start, end)


def unsafe(what: str, start: int, end: int) -> Finding:
    message = f"{quoted(what)} could run in Anki: it is left out"
    return Finding(UNSAFE, message, "take it out of the source", start, end)


def told_tag(tag: re.Match[str]) -> list[Finding]:
    """What is told of a tag in a source."""
    if what := sanitising.unsafe_in(tag):
        return [unsafe(what, tag.start(), tag.end())]
    name = tag["name"].lower()
    if name in sanitising.LEFT_OUT and not tag["end"] and name not in ("head", "title"):
        message = f"<{name}> is left out, with all that stands in it"
        hint = "cards have only text, tables, images and sounds: make an image of it, or text"
        return [Finding(LEFT_OUT, message, hint, tag.start(), tag.end())]
    return []
