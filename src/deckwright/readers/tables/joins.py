"""Tables beside each other: rows joined on a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deckwright.naming import quoted
from deckwright.readers.known import Known
from deckwright.readers.tables.columns import Columns, Joined, Place
from deckwright.readers.tables.heads import Table, load
from deckwright.readers.tables.options import Join, TableOptions
from deckwright.readers.tables.records import Cell, Row
from deckwright.readers.tables.rules import NO_PARTNER, NO_TABLE, SAME_PARTNER, UNUSED_PARTNER
from deckwright.readers.tables.telling import Findings
from deckwright.source import Span

_NONE: tuple[Cell, ...] = ()


@dataclass(slots=True)
class _Partners:
    join: Join
    table: Table
    place: Place
    on: int
    rows: dict[str, Row]
    met: set[str]

    @property
    def label(self) -> Cell:
        return self.table.header[self.on] if self.table.header else ("", 0, 0)


def joined(
    columns: Columns, options: TableOptions, known: Known, found: Findings
) -> list[tuple[Row, Joined]]:
    """The rows of the main table with the cells of their partners. What has no partner, or more
    than one, is told with both places."""
    main = columns.tables[0]
    partners = [_partners(columns, join, options, known, found) for join in options.join]
    rows: list[tuple[Row, Joined]] = []
    if not partners:
        return [(row, (row.cells,)) for row in main.rows]
    for row in main.rows:
        cells: list[Sequence[Cell]] = [row.cells]
        cells += [
            _partner(each, columns, cells, row, found) if each else _NONE for each in partners
        ]
        rows.append((row, cells))
    for each in partners:
        if each:
            _unmet(each, main, found)
    return rows


def _partners(
    columns: Columns, join: Join, options: TableOptions, known: Known, found: Findings
) -> _Partners | None:
    path, main = join.path, columns.tables[0]
    source = known.files.get(path)
    if source is None:
        span = Span(main.source.path, 0, 0)
        found.tell(NO_TABLE, f"{path} could not be read to be joined", span, "see its path")
        return None
    table = load(source, options, known, found, main=False)
    places = columns.join(table, join)
    if places is None:
        return None
    place, on = places
    rows: dict[str, Row] = {}
    for row in table.rows:
        cell = row.cells[on] if on < len(row.cells) else ("", row.start, row.end)
        value = cell[0].strip()
        if not value:
            message = f"the row is joined to none, for {quoted(join.column)} is empty"
            found.tell(UNUSED_PARTNER, message, Span(table.source.path, row.start, row.end))
        elif value in rows:
            message = f"{quoted(value)} is there twice in {quoted(join.column)}"
            other = table.span(rows[value].cells[on])
            found.tell(SAME_PARTNER, message, table.span(cell), "leave one of the rows out", other)
        else:
            rows[value] = row
    return _Partners(join, table, place, on, rows, set())


def _partner(
    partners: _Partners, columns: Columns, cells: Joined, row: Row, found: Findings
) -> Sequence[Cell]:
    value, start, end = columns.cell(cells, partners.place)
    value = value.strip()
    partner = partners.rows.get(value)
    if partner:
        partners.met.add(value)
        return partner.cells
    if not partners.join.optional:
        path = columns.tables[partners.place[0]].source.path
        span = Span(path, start, end)
        if not end:
            span = Span(columns.tables[0].source.path, row.start, row.end)
        what = f"no row with {quoted(value)}" if value else "no row for an empty cell"
        message = f"{partners.table.source.path} has {what} in {quoted(partners.join.column)}"
        hint = 'add the row there; or say "optional: true" if some have none'
        found.tell(NO_PARTNER, message, span, hint, partners.table.span(partners.label))
    return _NONE


def _unmet(partners: _Partners, main: Table, found: Findings) -> None:
    table = partners.table
    for value, row in partners.rows.items():
        if value not in partners.met:
            message = f"{quoted(value)} is joined to no row of {main.source.path}"
            hint = "is it spelt as it is there?"
            found.tell(UNUSED_PARTNER, message, table.span(row.cells[partners.on]), hint)
