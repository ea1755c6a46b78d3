"""The HTML reader: saved web pages, and pages that people write themselves.

What makes a card is found in the page, or chosen by selectors. A field is cut out of the page as
it stands (`html`), or turned into the text that one gets by copying the page (`page`). What the
site puts around its text falls away, and is told.
"""

from __future__ import annotations

from deckwright.diagnostics import Diagnostic
from deckwright.note import Note
from deckwright.readers.html.encoding import decode
from deckwright.readers.html.options import HtmlOptions
from deckwright.readers.html.rules import RULES, SKIPPED
from deckwright.readers.known import Known
from deckwright.source import Source

__all__ = ["RULES", "SKIPPED", "HtmlOptions", "decode", "read"]


def read(
    source: Source, options: HtmlOptions = HtmlOptions(), known: Known = Known()
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The cards of a page, in order, and what was left out or looks wrong.

    Without selectors a card is a term and its descriptions in a `dl`, a `details` with its
    `summary`, a row of a table that has two columns, a box whose class says question with the one
    that says answer, or a heading with what stands under it up to the next one. What is one of
    the first four under a heading is a note of its own, and the heading's note is what remains, if
    anything does. A heading with nothing of its own is the context of the cards under it; a page's
    only `h1` is the title of the page. For Concept notes, whose text is taken apart later, lists
    and tables under a heading stay where they are, and so do the headings below the first level
    of which two have a text of their own.

    Each text of the body is in exactly one note or in a diagnostic.
    """
    from deckwright.readers.html.reading import Reading  # brings BeautifulSoup

    return Reading(source, options, known).run()
