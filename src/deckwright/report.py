"""Diagnostics and notes for people and for programs.

Each format is one function: it takes findings that are already chosen and sorted, and the sources
that they point into, by path, and yields lines. `FORMATS` lists them.
"""

from __future__ import annotations

import hashlib
import json as json_format
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

from deckwright import __version__
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.note import Note
from deckwright.source import Source, Span

Sources: TypeAlias = Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Look:
    """How findings are shown: `colour` is for terminals (ANSI); `folder` is where the command runs,
    as seen from the top of its repository, for what GitHub reads; `ascii` writes JSON without any
    other characters, for where it would not arrive as UTF-8."""

    colour: bool = False
    folder: str = ""
    ascii: bool = False


def place(span: Span, sources: Sources) -> str:
    """A span as `path:line:column`, which editors and terminals can open."""
    source = sources.get(span.path)
    if source is None:
        return span.path
    line, column = source.location(span.start)
    return f"{span.path}:{line}:{column}"


def by_place(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics in the order of their places, those without one at the end."""

    def order(diagnostic: Diagnostic) -> tuple[bool, str, int]:
        span = diagnostic.span
        return (span is None, span.path if span else "", span.start if span else 0)

    return sorted(diagnostics, key=order)


# For people --------------------------------------------------------------------------------------

_COLOURS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;34"}
_BOLD, _FAINT = "1", "2"


def text(diagnostics: Iterable[Diagnostic], sources: Sources, look: Look = Look()) -> Iterator[str]:
    """A line a diagnostic, the line of the source with its place underlined, and a line for its way
    out, where it has them. What is only told for information has no source line: there may be
    hundreds."""
    for each in diagnostics:
        first, *way = brief([each], sources, look)
        yield first
        if each.span and each.severity > Severity.INFO:
            yield from _excerpt(each.span, sources, look, _COLOURS[each.severity])
        yield from way


def brief(
    diagnostics: Iterable[Diagnostic], sources: Sources, look: Look = Look()
) -> Iterator[str]:
    """A line a diagnostic, and a line for its way out where it has one."""

    def paint(colour: str, text: str) -> str:
        return _painted(colour, text) if look.colour else text

    for diagnostic in diagnostics:
        where = f"{clean(place(diagnostic.span, sources))}: " if diagnostic.span else ""
        also = _other(diagnostic, sources)
        severity = paint(_COLOURS[diagnostic.severity], diagnostic.severity.name.lower())
        said = _lines(f"{diagnostic.message}{also}")
        yield f"{where}{severity} {paint(_BOLD, diagnostic.code)}: {said}"
        if diagnostic.hint:
            yield f"  {paint(_BOLD, 'help')}: {_lines(diagnostic.hint)}"


def _painted(colour: str, text: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m"


# Controls, among them what begins the escape sequences of terminals, and what turns the direction
# of a line, so that it shows what it does not say.
_CONTROLS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)


def _lines(text: str) -> str:
    """A text, which may have several lines, without what would steer a terminal."""
    return text if text.isprintable() else _CONTROLS.sub("·", text)


def clean(text: str) -> str:
    """A text on one line, a path most often, without what would steer a terminal."""
    return _lines(text).replace("\n", "·")


def visible(text: str) -> str:
    """A text of several lines, what nobody can see in it written as its code point."""

    def shown(char: str) -> str:
        hidden = unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")
        return f"<U+{ord(char):04X}>" if hidden and char not in "\t\n\u200c\u200d" else char

    return text if text.isascii() and text.isprintable() else "".join(map(shown, text))


_COLUMNS = 100  # of a source line that are shown
_BEFORE = 30  # of them before the place, in a line that has to be cut


def _excerpt(span: Span, sources: Sources, look: Look, colour: str) -> Iterator[str]:
    """The line in which a span begins, and a line that underlines the span in it, as far as it is
    in that line. Nothing for the very beginning of a file, which stands for all of it.

    Columns are those of terminals (Unicode Standard Annex 11): two for wide characters, none for
    combining marks. What joins emoji is left out, since terminals disagree on how wide they are
    then. A line from right to left is underlined as if it were not."""
    source = sources.get(span.path)
    if source is None or span.start == span.end == 0:
        return
    number, column = source.location(span.start)
    line = source.line(number)
    if not line or line.isspace():
        return
    first = min(column - 1, len(line))
    last = min(len(line), first + max(1, span.end - span.start))
    begin = 0
    if first >= _COLUMNS or _width(line[: min(last, 2 * _COLUMNS)]) >= _COLUMNS:
        begin = first
        room = _BEFORE - 1
        while begin and (room := room - max(1, _width(line[begin - 1]))) >= 0:
            begin -= 1
    shown, carets = ["…" if begin else ""], 0
    column = before = int(bool(begin))
    end = begin
    for cell, width in _cells(line[begin : begin + 2 * _COLUMNS], column):
        if column + width > _COLUMNS - 1 and end < len(line) - 1:
            break
        before += width if end < first else 0
        carets += width if first <= end < last else 0
        column, end = column + width, end + 1
        shown.append(cell)
    shown.append("…" if end < len(line) else "")
    label, mark = f"{number:>4} | ", f"{' ' * max(4, len(str(number)))} | "
    under = "^" * max(1, carets)
    if look.colour:
        label, mark, under = (
            *(_painted(_FAINT, label), _painted(_FAINT, mark)),
            _painted(colour, under),
        )
    yield f"{label}{''.join(shown)}".rstrip()
    yield f"{mark}{' ' * before}{under}"


def _width(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return len(text) if text.isascii() and text.isprintable() else sum(w for _, w in _cells(text))


def _cells(text: str, column: int = 0) -> Iterator[tuple[str, int]]:
    """Each character of a line as it is shown, and how many columns it takes; `column` is that of
    the first one."""
    wide = False  # whether the last one was: an emoji, most likely
    for char in text:
        shown, width = char, 1
        if char == "\t":
            width = 4 - column % 4
            shown = " " * width
        elif not " " <= char <= "~":
            shown, width = _cell(char, wide)
        wide = width == 2 or (wide and not width)
        column += width
        yield shown, width


def _cell(char: str, wide: bool) -> tuple[str, int]:
    joins = char == "\u200d" or "\U0001f3fb" <= char <= "\U0001f3ff"
    if "\ufe00" <= char <= "\ufe0f" or "\U000e0020" <= char <= "\U000e007f" or (wide and joins):
        return "", 0
    kind = unicodedata.category(char)
    if kind in ("Mn", "Me") or char in "\u200c\u200d" or "\u1160" <= char <= "\u11ff":
        return char, 0
    if kind[0] == "C" or kind in ("Zl", "Zp"):
        return "·", 1
    return char, 2 if unicodedata.east_asian_width(char) in "WF" else 1


# For programs ------------------------------------------------------------------------------------


def json(diagnostics: Iterable[Diagnostic], sources: Sources, look: Look = Look()) -> Iterator[str]:
    """A list of objects: `code`, `name`, `severity` (info, warning or error), `message`, `hint`,
    `path`, `line`, `column`, `end_line`, `end_column`, `key`, `fixable` (whether `--fix` mends it)
    and `other` (a second place that belongs to it, `path:line:column`, or null). Lines and columns
    count from 1, columns in characters, and the end is that after the last one. A finding without a
    place has null for each part of it; `hint` and `key` are "" where there is none."""
    found = []
    for each in diagnostics:
        begin, end = _ends(each.span, sources) or ((None, None), (None, None))
        found.append(
            {
                "code": each.code,
                "name": each.rule.name,
                "severity": each.severity.name.lower(),
                "message": each.message,
                "hint": each.hint,
                "path": each.span.path if each.span else None,
                "line": begin[0],
                "column": begin[1],
                "end_line": end[0],
                "end_column": end[1],
                "key": each.key,
                "fixable": bool(each.edits),
                "other": place(each.other, sources) if each.other else None,
            }
        )
    yield json_format.dumps(found, ensure_ascii=look.ascii, indent=2)


def _other(diagnostic: Diagnostic, sources: Sources) -> str:
    """Where the second place of a finding is, for a message; "" where there is none."""
    if diagnostic.other is None:
        return ""
    return f" (the other is at {clean(place(diagnostic.other, sources))})"


def _ends(span: Span | None, sources: Sources) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The line and column of both ends of a span; None where its text is not known."""
    source = sources.get(span.path) if span else None
    return (source.location(span.start), source.location(span.end)) if source and span else None


_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github(
    diagnostics: Iterable[Diagnostic], sources: Sources, look: Look = Look()
) -> Iterator[str]:
    """Commands that make GitHub Actions show findings beside the lines of a pull request.

    They are written as `issueCommand` of @actions/core writes them (actions/toolkit,
    packages/core/src/command.ts): `%`, CR and LF are escaped, in properties `:` and `,` as well.
    Columns are told only within one line: GitHub's checks refuse others. It shows few
    annotations of a step, so errors come first."""
    for each in sorted(diagnostics, key=lambda d: -d.severity):
        properties: dict[str, object] = {}
        if each.span:
            properties["file"] = _from_top(each.span.path, look)
        if ends := _ends(each.span, sources):
            (line, column), (end_line, end_column) = ends
            properties |= {"line": line, "endLine": end_line}
            if line == end_line:
                properties |= {"col": column, "endColumn": end_column}
        properties["title"] = f"{each.code} {each.rule.name}"
        said = ",".join(f"{name}={_escaped(str(p), ':,')}" for name, p in properties.items())
        way = f"\nhelp: {each.hint}" if each.hint else ""
        message = f"{each.message}{_other(each, sources)}{way}"
        yield f"::{_COMMANDS[each.severity]} {said}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _from_top(path: str, look: Look) -> str:
    """A path as seen from the top of its repository."""
    path = path.replace(os.sep, "/")
    if os.path.isabs(path):
        return path
    return os.path.normpath(os.path.join(look.folder, path)).replace(os.sep, "/")


_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif(
    diagnostics: Iterable[Diagnostic], sources: Sources, look: Look = Look()
) -> Iterator[str]:
    """The Static Analysis Results Interchange Format 2.1.0 (OASIS Standard, 2020), as code scanning
    of GitHub reads it. Columns count characters. A fingerprint is made of the rule, the path and
    the words of the line, so that a finding is the same one when lines move."""
    found = list(diagnostics)
    rules = sorted({each.rule for each in found}, key=lambda rule: rule.code)
    index = {rule.code: at for at, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    results = []
    for each in found:
        result: dict[str, Any] = {
            "ruleId": each.code,
            "ruleIndex": index[each.code],
            "level": _LEVELS[each.severity],
            "message": {"text": f"{each.message}\n{each.hint}" if each.hint else each.message},
        }
        if each.span:
            result["locations"] = [_location(each.span, sources, look)]
        if each.other:
            message = {"text": "the other one"}
            related = _location(each.other, sources, look)
            result["relatedLocations"] = [{"id": 1, "message": message, **related}]
        if each.edits:
            result["fixes"] = [_fix(each, sources, look)]
        print_ = _fingerprint(each, sources, look)
        result["partialFingerprints"] = {"deckwrightFinding/v1": f"{print_}:{seen[print_]}"}
        seen[print_] += 1
        if each.key:
            result["properties"] = {"key": each.key}
        results.append(result)
    driver = {"name": "deckwright", "version": __version__, "rules": [*map(_descriptor, rules)]}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
        ],
    }
    yield json_format.dumps(log, ensure_ascii=look.ascii, indent=2)


def _descriptor(rule: Rule) -> dict[str, object]:
    """A rule as SARIF describes it."""
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.name.replace("-", " ")},
        "fullDescription": {"text": rule.reason},
        "help": {"text": " ".join(filter(None, (rule.reason, rule.way)))},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _location(span: Span, sources: Sources, look: Look) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(span.path, look)}}
    if region := _region(span, sources):
        location["region"] = region
    return {"physicalLocation": location}


def _region(span: Span, sources: Sources) -> dict[str, int]:
    ends = _ends(span, sources)
    if ends is None:
        return {}
    (line, column), (end_line, end_column) = ends
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _uri(path: str, look: Look) -> str:
    """A path as a relative reference, or an absolute one as a `file:` URI (RFC 3986, RFC 8089)."""
    if os.path.isabs(path):
        return Path(path).as_uri()
    return quote(os.fsencode(_from_top(path, look)))


def _fix(found: Diagnostic, sources: Sources, look: Look) -> dict[str, object]:
    changes: dict[str, list[object]] = {}
    for edit in found.edits:
        replacement = {
            "deletedRegion": _region(edit.span, sources),
            "insertedContent": {"text": edit.text},
        }
        changes.setdefault(_uri(edit.span.path, look), []).append(replacement)
    return {
        "description": {"text": found.hint or found.message},
        "artifactChanges": [
            {"artifactLocation": {"uri": uri}, "replacements": replacements}
            for uri, replacements in changes.items()
        ],
    }


def _fingerprint(found: Diagnostic, sources: Sources, look: Look) -> str:
    span = found.span
    source = sources.get(span.path) if span else None
    said = found.message
    if span and source:
        said = " ".join(source.line(source.location(span.start)[0]).split())
    path = _from_top(span.path, look) if span else ""
    known = f"{found.code}\0{path}\0{said}".encode("utf-8", "surrogateescape")
    return hashlib.sha256(known).hexdigest()[:32]


Format: TypeAlias = Callable[[Sequence[Diagnostic], Sources, Look], Iterator[str]]

FORMATS: Mapping[str, Format] = {"text": text, "json": json, "github": github, "sarif": sarif}


# Notes -------------------------------------------------------------------------------------------


def as_data(note: Note, sources: Sources) -> dict[str, object]:
    """A note as plain data, for JSON and YAML. Fields are markup, as they were written."""
    return {
        "key": note.key,
        "note_type": note.note_type,
        "deck": note.deck,
        "tags": list(note.tags),
        "parent": note.parent,
        "place": place(note.span, sources) if note.span else None,
        "fields": {field.name: field.value for field in note.fields},
    }
