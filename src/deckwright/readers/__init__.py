"""Readers: one module per source format, each a function from a source to notes."""

from __future__ import annotations

import os.path
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deckwright import source
from deckwright.choosing import HASHED, MARKDOWN, MARKED, Comments
from deckwright.diagnostics import Diagnostic
from deckwright.note import Note
from deckwright.readers import html, markdown, notesfile, page, tables
from deckwright.readers.known import Known
from deckwright.source import Source, Undecodable

__all__ = [
    "LEFT_OUT",
    "NOT_TAKEN",
    "PARTS_SKIPPED",
    "READERS",
    "RULES",
    "Known",
    "Reader",
    "by_suffix",
]


def _none(_: Any) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Reader:
    """A source format: the name that `deck.yaml` uses, the suffixes that choose it, the dataclass
    of its own options, and its function `(source, options, known) -> (notes, diagnostics)`.

    `comments` is how its comments are written, None where it has none; `decode` makes text of a
    file's bytes; `also` names the other files that options want to be read, relative to the folder
    of `deck.yaml`.

    What a note leaves empty is filled in from the project: the deck (one that begins with `::` lies
    below the source's own), tags are added to the source's. A note type or a field that is not
    there is told later, for all readers alike.
    """

    name: str
    suffixes: tuple[str, ...]
    options: type[Any]
    read: Callable[[Source, Any, Known], tuple[tuple[Note, ...], tuple[Diagnostic, ...]]]
    comments: Comments | None = None
    decode: Callable[[str, bytes], Source | Undecodable] = source.decode
    also: Callable[[Any], tuple[str, ...]] = _none


READERS = (
    Reader("page", (".txt",), page.PageOptions, page.read),
    Reader("markdown", (".md", ".markdown"), markdown.MarkdownOptions, markdown.read, MARKDOWN),
    Reader("html", (".html", ".htm", ".xhtml"), html.HtmlOptions, html.read, MARKED, html.decode),
    Reader("table", (".csv", ".tsv"), tables.TableOptions, tables.read, also=tables.also),
    Reader("yaml", (".yaml", ".yml"), notesfile.YamlOptions, notesfile.read, HASHED),
)

PARTS_SKIPPED = html.SKIPPED
"""Told of a web page: what its site puts around its text."""
NOT_TAKEN = markdown.NOT_TAKEN
"""Told of each file of a vault that is not to become cards."""
LEFT_OUT = tables.LEFT_OUT
"""Told of a table: how many rows are left out, because a required column is empty."""
RULES = (*page.RULES, *markdown.RULES, *html.RULES, *tables.RULES, *notesfile.RULES)


def of_text(reader: Reader, text: str) -> Reader:
    """The reader of a file that its suffix gives to another one: Anki calls its text exports
    `.txt`, as copied pages are called."""
    if reader.read is page.read and tables.is_export(text):
        return next(each for each in READERS if each.read is tables.read)
    return reader


def by_suffix(path: str) -> Reader | None:
    """The reader that the suffix of a file or a glob chooses, in any case; None where none does."""
    suffix = os.path.splitext(path)[1].lower()
    return next((reader for reader in READERS if suffix in reader.suffixes), None)
