"""Checks of tables in a field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckwright.checks.markup.written import read
from deckwright.checks.subject import Subject
from deckwright.diagnostics import Diagnostic, Rule, Severity

NO_HEADER = Rule(
    "H014",
    "table-without-header",
    Severity.INFO,
    "Months later nobody knows what the columns of a table were, and a program that reads it aloud "
    "cannot say it.",
    "Name the columns in a first row of `<th>`; in Markdown, in the row above the dashes.",
    {
        "rivers.md": "# Rivers\n\nQ: How long are the longest rivers?\nA:\n"
        "\n|   |   |\n|---|---|\n| Nile | 6,650 km |\n| Amazon | 6,400 km |\n"
    },
    {
        "rivers.md": "# Rivers\n\nQ: How long are the longest rivers?\nA:\n"
        "\n| River | Length |\n|---|---|\n| Nile | 6,650 km |\n| Amazon | 6,400 km |\n"
    },
)

_ROWS = re.compile(r"<tr[ >]", re.IGNORECASE)
_CELLS = re.compile(r"<t[dh][ >]", re.IGNORECASE)
_HEADER = re.compile(r"<thead[ >]|<th(?: [^<>]*)?>(?!\s*</th>)", re.IGNORECASE)
_BOLD_CELL = re.compile(r"<td(?: [^<>]*)?>\s*(?:<p>)?\s*(?:<span[^<>]*>)?<(?:b|strong)[ >]", re.I)
_EMPTY_HEADER = re.compile(
    r"^[ \t>]{0,200}\|[ \t|]{0,1000}\n(?=[ \t>]{0,200}\|?[ \t]{0,200}:?-)", re.MULTILINE
)
_TABLE_TAG = re.compile(r"<table[ \t\n>]", re.IGNORECASE)


def table_without_header(subject: Subject) -> Iterator[Diagnostic]:
    """A table of two or more rows and columns that has no `<th>` with a word in it, no `<thead>`,
    and no first row in bold; in Markdown, one whose header is empty. Tables in tables pass: these
    are for the layout."""
    for rendered in subject.written:
        note = rendered.note
        for field in note.fields:
            if field.form in ("page", "text") or not ("<" in field.value or "|" in field.value):
                continue
            names = subject.note_types[note.note_type].fields
            if field.name not in names:
                continue
            html = rendered.html[names.index(field.name)]
            bare = [_is_bare(each) for each in html.split("<table")[1:]]
            if not any(bare):
                continue
            text = read(field.value, field.form)
            places = [each.span() for each in _TABLE_TAG.finditer(text)]
            if field.form != "html":
                places += [each.span() for each in _EMPTY_HEADER.finditer(text)]
                bare = [each for each in bare if each]
            if len(places) != len(bare):
                places = [(0, len(text))] * len(bare)
            for is_bare, (start, end) in zip(bare, sorted(places), strict=True):
                if is_bare:
                    message = "this table has no header: nothing says what its columns are"
                    hint = "name the columns in a first row of <th>"
                    if field.form != "html":
                        hint = "name the columns in its first row"
                    span = field.locate(start, end) or note.span
                    yield Diagnostic(NO_HEADER, message, span, hint, note.key)


def _is_bare(table: str) -> bool:
    """Whether a table, from its tag up to the next one, is one of data without a header."""
    end = table.find("</table>")
    if end < 0:  # another table stands in it
        return False
    table = table[:end]
    rows = _ROWS.split(table)[1:]
    if len(rows) - ("<thead" in table) < 2 or len(_CELLS.findall(rows[1])) < 2:
        return False
    cells = len(_CELLS.findall(rows[0]))
    bold = len(_BOLD_CELL.findall(rows[0]))
    header = _HEADER.search(table)
    if header and header[0][:6].lower() == "<thead" and "<th" in table and not _named(table):
        header = None
    return header is None and not (cells and bold == cells)


def _named(table: str) -> bool:
    """Whether a head of a table has a word in any of its cells."""
    head = table.partition("</thead>")[0]
    return bool(re.sub(r"<[^<>]*>", "", head[head.find("<thead") :]).strip())
