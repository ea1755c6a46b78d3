"""What a file is: its delimiter, its header, and what Anki's own text export says of itself.

Anki's exports (File > Export > Notes in Plain Text; measured on 26.9.3, the words are in its manual
under Text Files) begin with lines such as `#separator:tab`, `#html:true` and `#tags column:6`.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from deckwright.naming import quoted
from deckwright.readers.known import Known
from deckwright.readers.tables.options import SPECIAL, Ref, TableOptions, delimiter_of, template
from deckwright.readers.tables.records import Cell, Row, guess_delimiter, split
from deckwright.readers.tables.rules import (
    AFTER_QUOTE,
    BAD_HEAD,
    FEWER_CELLS,
    MORE_CELLS,
    OPEN_QUOTE,
    PARTIAL_EXPORT,
    SAME_COLUMN,
    SKIPPED,
    TOO_MANY,
)
from deckwright.readers.tables.telling import Findings
from deckwright.source import Source, Span

_TOLD = {"tags column": "tags", "guid column": "guid", "deck column": "deck"}
_TOLD |= {"notetype column": "type"}
_IGNORED = ("if matches", "match scope")  # what Anki's own import does with notes that it knows
_KEYS = ("separator", "html", "tags", "deck", "notetype", "columns", *_TOLD, *_IGNORED)
_LINE = re.compile(r"#([^:\n]*):(.*)")
_OF_EXCEL = re.compile(r"sep=(.)\n")  # its own line, which says the delimiter
_LARGEST = 500_000  # rows, read in 5 s
_ASKING = frozenset(
    "question frage vorderseite pregunta anverso recto domanda fronte vraag "
    "voorkant pergunta frente вопрос pytanie 問題 问题 term "
    "begriff word wort vokabel prompt".split()
)
_ANSWERING = frozenset(
    "answer antwort rückseite respuesta reverso réponse verso risposta retro antwoord achterkant "
    "resposta ответ odpowiedź 答え 答案 definition meaning bedeutung translation "
    "übersetzung".split()
)
"""What people call the two sides of a card where they make tables of their own."""
_DISTINCT = frozenset(("tags", "guid", "note type", "notetype"))  # hardly a word on a card


@dataclass(slots=True)
class Head:
    """What the first lines of an export say: `columns` are the numbers (from 0) of those that are
    no fields, `start` is where the rows begin."""

    start: int = 0
    delimiter: str = ""
    html: bool | None = None
    columns: dict[str, int] = field(default_factory=dict)
    labels: Cell | None = None
    type: Cell | None = None
    deck: Cell | None = None
    tags: Cell | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A file as rows: `header` are the names of its columns, None where it has none, `head` is that
    of an export from Anki."""

    source: Source
    rows: list[Row]
    header: list[Cell] | None
    head: Head | None

    def span(self, cell: Cell) -> Span:
        return Span(self.source.path, cell[1], cell[2])

    @property
    def stem(self) -> str:
        return os.path.splitext(os.path.basename(self.source.path))[0]


def fold(name: str) -> str:
    return name.strip().casefold()


def _sides(cells: list[Cell]) -> tuple[int, int] | None:
    """The columns of the question and the answer, where a row names each of them once in words of
    its own."""
    names = [fold(value[:100]) for value, _, _ in cells]
    asking = [at for at, name in enumerate(names) if name in _ASKING]
    answering = [at for at, name in enumerate(names) if name in _ANSWERING]
    if len(asking) == len(answering) == 1 and not {"front", "back"} & set(names):
        return asking[0], answering[0]
    return None


def is_header(cells: list[Cell], fields: frozenset[str]) -> bool:
    """Whether a row names columns: all are known, or two of them, or one that is hardly a word
    that one learns. `fields` are the names of fields, folded."""
    names = [name for value, _, _ in cells if (name := fold(value[:100]))]
    known = sum(name in fields or name in SPECIAL for name in names)
    any_field = any(name in fields for name in names)
    distinct = len(names) > 1 and any(name in _DISTINCT for name in names)
    if _sides(cells):
        return True
    return distinct or known > 1 or (any_field and known == len(names))


def load(
    source: Source, options: TableOptions, known: Known, found: Findings, *, main: bool = True
) -> Table:
    """Read a file as a table and tell what is wrong with its rows. Rows with too many cells are
    left out."""
    text, path = source.text, source.path
    fields = frozenset(fold(name) for each in known.note_types.values() for name in each.fields)
    head = _head(source, found) if main else None
    start = head.start if head else 0
    delimiter = delimiter_of(options.delimiter) or (head.delimiter if head else "")
    if of_excel := _OF_EXCEL.match(text):
        start, delimiter = of_excel.end(), delimiter or of_excel[1]
    if not delimiter:
        preferred = "\t" if path.lower().endswith((".tsv", ".tab")) else ","
        delimiter = guess_delimiter(text, start, preferred, lambda row: is_header(row, fields))
    records = split(text, delimiter, start, comments=head is not None)
    rows = records.rows
    header: list[Cell] | None = None
    if head and head.labels:
        found_labels = split(text, delimiter, *head.labels[1:]).rows
        header = found_labels[0].cells if found_labels else None
    elif rows and _has_header(rows[0].cells, options, head, fields, main=main):
        header, rows = rows[0].cells, rows[1:]
        if main and not (options.type or options.columns) and (sides := _sides(header)):
            for at, name in zip(sides, ("Front", "Back"), strict=True):
                header[at] = (name, *header[at][1:])
    if len(rows) > _LARGEST:
        message = f"the table has more than {_LARGEST:,} rows; those from here on are not read"
        span = Span(path, rows[_LARGEST].start, rows[-1].end)
        found.tell(TOO_MANY, message, span, "split it into several files")
        rows = rows[:_LARGEST]
    if records.unclosed is not None:
        begin, at = records.unclosed
        other = Span(path, begin, at) if "\n" in text[begin:at] else None  # the row's beginning
        lines = text.count("\n", at, len(text.rstrip()))
        what = f"and the next {lines:,} lines are" if lines > 1 else "is"
        message = f"the quotes that begin here are never closed; this row {what} not read"
        hint = 'close them, or double them if they belong to the text: """like this"""'
        found.tell(OPEN_QUOTE, message, Span(path, at, at + 1), hint, other)
    for start, end in records.stray:
        if found.counts(AFTER_QUOTE, path, start, end):
            continue
        message = f"text behind the closing quotes of a cell: {quoted(text[start:end].strip())}"
        hint = 'double the quotes inside a cell: "say ""yes"" aloud"'
        found.tell(AFTER_QUOTE, message, Span(path, start, end), hint)
    _skip(source, records.comments, "a comment is", "{} comments are", found)
    table = Table(source, _even(source, rows, header, found), header, head)
    _same_columns(table, found)
    return table


def _has_header(
    cells: list[Cell],
    options: TableOptions,
    head: Head | None,
    fields: frozenset[str],
    *,
    main: bool,
) -> bool:
    if not main or options.header != "auto":  # without names there is nothing to join on
        return not main or options.header == "first-row"
    if head:
        return False
    # Names of columns have to stand somewhere, but for 1, 2 and so on.
    parts = [part for text in (*options.columns.values(), options.key) for part in template(text)]
    named = [part.name for part in parts if isinstance(part, Ref) and part.name]
    if options.join or not all(map(str.isdecimal, named)):
        return True
    return is_header(cells, fields)


def _even(source: Source, rows: list[Row], header: list[Cell] | None, found: Findings) -> list[Row]:
    """The rows that have no more cells than there are columns, and something in them."""
    path, width = source.path, len(header) if header else len(rows[0].cells) if rows else 0
    what = "the header" if header else "the first row"
    even, empty = list[Row](), list[tuple[int, int]]()
    for row in rows:
        count = len(row.cells)
        if count != width or not row.cells[0][0]:
            if not any(value and not value.isspace() for value, _, _ in row.cells):
                empty.append((row.start, row.end))
                continue
            if any(value and not value.isspace() for value, _, _ in row.cells[width:]):
                if found.counts(MORE_CELLS, path, row.start, row.end):
                    continue
                first = quoted(row.cells[width][0])
                message = (
                    f"the row has {count:,} cells, {what} only {width:,}: {first} is left over"
                )
                hint = "put a cell that has the delimiter in it in quotes"
                found.tell(MORE_CELLS, message, Span(path, row.start, row.end), hint)
                continue
            if count < width and not found.counts(FEWER_CELLS, path, row.start, row.end):
                message = f"the row has only {_counted(count, 'cell', 'cells')}, {what} {width:,}"
                hint = "write a delimiter for each empty cell, too; or is it part of another row?"
                found.tell(FEWER_CELLS, message, Span(path, row.start, row.end), hint)
        even.append(row)
    _skip(source, empty, "a row of empty cells is", "{} rows of empty cells are", found)
    return even


def _skip(
    source: Source, places: list[tuple[int, int]], one: str, many: str, found: Findings
) -> None:
    """Tell of what is no note, once for what stands together."""
    runs: list[tuple[int, int, int]] = []
    for start, end in places:
        if runs and (last := runs[-1]) and not source.text[last[1] : start].strip():
            runs[-1] = last[0], end, last[2] + 1
        else:
            runs.append((start, end, 1))
    for start, end, count in runs:
        message = f"{many.format(f'{count:,}') if count > 1 else one} no note"
        found.tell(SKIPPED, message, source.span(start, end))


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _same_columns(table: Table, found: Findings) -> None:
    first: dict[str, Cell] = {}
    for cell in table.header or ():
        if (name := cell[0].strip()) and first.setdefault(name, cell) is not cell:
            message = f"two columns are called {quoted(name)}"
            other = table.span(first[name])
            found.tell(SAME_COLUMN, message, table.span(cell), "give one another name", other)


# Anki's own lines --------------------------------------------------------------------------------


def is_export(text: str) -> bool:
    """Whether a text begins as Anki's own text export does, whatever its file is called."""
    first = _LINE.match(text)
    return first is not None and fold(first[1]) in _KEYS


def _head(source: Source, found: Findings) -> Head | None:
    """What an export from Anki says in its first lines; None where the file is none."""
    text, at = source.text, 0
    if not is_export(text):
        return None
    head = Head()
    said: dict[str, Cell] = {}
    skipped: list[tuple[int, int]] = []
    while text.startswith("#", at):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        match = _LINE.match(text, at, end)
        key = fold(match[1]) if match else ""
        if match and key in _KEYS:
            said[key] = (match[2], *match.span(2))
        elif text[at + 1 : end].strip():
            skipped.append((at, end))
        at = min(end + 1, len(text))
    _skip(source, skipped, "a comment is", "{} comments are", found)
    head.start = at
    head.labels, head.type = said.get("columns"), said.get("notetype")
    head.deck, head.tags = said.get("deck"), said.get("tags")
    _values(source, head, said, found)
    if "guid" in head.columns:
        _partial(source, head, said, found)
    return head


def _values(source: Source, head: Head, said: Mapping[str, Cell], found: Findings) -> None:
    def wrong(what: str, cell: Cell, hint: str) -> None:
        message = f"{quoted(cell[0])} is no {what}"
        found.tell(BAD_HEAD, message, source.span(*cell[1:]), hint)

    if cell := said.get("separator"):
        head.delimiter = delimiter_of(cell[0])
        if not head.delimiter:
            wrong("separator", cell, "write Comma, Semicolon, Tab, Space, Pipe or Colon")
    if cell := said.get("html"):
        head.html = {"true": True, "false": False}.get(fold(cell[0]))
        if head.html is None:
            wrong("answer", cell, "write true or false")
    taken: dict[int, str] = {}
    for key, name in _TOLD.items():
        if cell := said.get(key):
            number = cell[0].strip()
            if not re.fullmatch(r"[1-9][0-9]{0,5}", number):
                wrong("number of a column", cell, "count columns from 1")
            elif (index := int(number) - 1) in taken:
                wrong("column for two things", cell, f"it is that of {taken[index]}, too")
            else:
                head.columns[name], taken[index] = index, name


def _partial(source: Source, head: Head, said: Mapping[str, Cell], found: Findings) -> None:
    span = source.span(*said["guid column"][1:])
    if head.html is False:
        message = "the notes were exported without HTML: their formatting and media are lost"
        hint = 'export them again with "Include HTML and media references"'
        found.tell(PARTIAL_EXPORT, message, source.span(*said["html"][1:]), hint)
    if "tags" not in head.columns and not head.tags:
        message = "the notes were exported without their tags"
        found.tell(PARTIAL_EXPORT, message, span, 'export them again with "Include tags"')
