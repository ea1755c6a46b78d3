"""Text to rows of cells, each with its exact place (RFC 4180, read as the csv module does)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

Cell: TypeAlias = tuple[str, int, int]
"""What a cell says, and where: exactly that text where the place is as long as the text, without
the quotes around it; else (quotes in it were doubled) the whole cell with its quotes."""


class Row(NamedTuple):
    """A row: where it starts and ends in the text, and its cells."""

    start: int
    end: int
    cells: list[Cell]


@dataclass(slots=True)
class Records:
    """The rows of a text; where comments stand, and text behind the closing quotes of a cell; and
    where a row begins, and a cell in it whose quotes are never closed (no more rows are read)."""

    rows: list[Row] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)
    stray: list[tuple[int, int]] = field(default_factory=list)
    unclosed: tuple[int, int] | None = None


def split(
    text: str, delimiter: str, start: int = 0, end: int | None = None, *, comments: bool = False
) -> Records:
    """The rows of a part of a text, in linear time. Lines of white space are no rows; lines that
    begin with `#` are none where there are `comments`."""
    end = len(text) if end is None else end
    found = Records()
    plain = re.compile(rf"[^{re.escape(delimiter)}\n]*")
    find, at = text.find, start
    quote = find('"', at, end)
    while at < end:
        stop = find("\n", at, end)
        stop = end if stop < 0 else stop
        if 0 <= quote < at:
            quote = find('"', at, end)
        if comments and text[at] == "#":
            found.comments.append((at, stop))
            at = stop + 1
        elif 0 <= quote < stop:
            row = _quoted_row(text, delimiter, plain, at, end, found)
            if row is None:
                break
            found.rows.append(row)
            at = row.end + 1
        else:
            line = text[at:stop]
            if line and not line.isspace():
                cells, begin = [], at
                for value in line.split(delimiter):
                    after = begin + len(value)
                    cells.append((value, begin, after))
                    begin = after + 1
                found.rows.append(Row(at, stop, cells))
            at = stop + 1
    return found


def _quoted_row(
    text: str, delimiter: str, plain: re.Pattern[str], at: int, end: int, found: Records
) -> Row | None:
    """A row of which a cell may stand in quotes; None where they are not closed."""
    begin, cells = at, list[Cell]()
    while True:
        if text.startswith('"', at, end):
            cell, after = _quoted_cell(text, plain, at, end, found)
            if cell is None:
                found.unclosed = begin, at
                return None
        else:
            after = _end(plain, text, at, end)
            cell = (text[at:after], at, after)
        cells.append(cell)
        if after == end or text[after] != delimiter:
            return Row(begin, after, cells)
        at = after + 1


def _quoted_cell(
    text: str, plain: re.Pattern[str], at: int, end: int, found: Records
) -> tuple[Cell | None, int]:
    close, doubled = text.find('"', at + 1, end), False
    while close >= 0 and text.startswith('"', close + 1, end):
        close, doubled = text.find('"', close + 2, end), True
    if close < 0:
        return None, end
    value = text[at + 1 : close]
    value = value.replace('""', '"') if doubled else value
    after = _end(plain, text, close + 1, end)
    if after > close + 1:
        if not text[close + 1 : after].isspace():
            found.stray.append((close + 1, after))
        return (value + text[close + 1 : after], at, after), after
    return ((value, at, after) if doubled else (value, at + 1, close)), after


def _end(plain: re.Pattern[str], text: str, at: int, end: int) -> int:
    match = plain.match(text, at, end)
    return match.end() if match else at


DELIMITERS = ",;\t|"
_SAMPLE = 65_536  # characters that a delimiter is guessed of


def guess_delimiter(
    text: str, start: int, preferred: str, is_header: Callable[[list[Cell]], bool]
) -> str:
    """The delimiter of a text: one with which the first row is a header, or else in which the rows
    have the most alike numbers of cells; `preferred` where nothing speaks against it."""
    end = min(len(text), start + _SAMPLE)

    def fitness(delimiter: str) -> tuple[bool, float, bool, int]:
        rows = split(text, delimiter, start, end).rows
        rows = rows[:-1] if end < len(text) and len(rows) > 1 else rows  # the last one may be cut
        if not rows or (width := len(rows[0].cells)) < 2:
            return False, 0.0, delimiter == preferred, 0
        alike = sum(len(row.cells) == width for row in rows) / len(rows)
        return is_header(rows[0].cells), alike, delimiter == preferred, width

    return max(DELIMITERS, key=fitness)
