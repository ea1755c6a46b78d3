"""The page reader: the text that one gets by copying a flashcard page.

A card is a title and the text up to the next title. A title is a line of its own between blank
lines, without a list marker, without closing punctuation (a question mark may close it), and not
in bold. What the page itself adds (its heading, its invitation, its footer) is furniture: it
is skipped, and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, pairwise
from typing import Literal, TypeAlias

from deckwright import blocks
from deckwright.diagnostics import Diagnostic
from deckwright.note import Field, Key, Note, slug
from deckwright.readers.pagerules import (
    AFTER_LEAD_IN,
    BEFORE_FIRST,
    NO_BODY,
    NO_CARD,
    OPEN_FENCE,
    RULES,
    SHORT_BODY,
    SKIPPED,
    TITLE_IN_TEXT,
)
from deckwright.readers.pagetitles import is_title, swallowed
from deckwright.source import Source, Span

__all__ = ["FURNITURE", "RULES", "SKIPPED", "Furniture", "PageOptions", "Where", "is_title", "read"]

Where = Literal["start", "end", "anywhere"]


@dataclass(frozen=True, slots=True)
class Furniture:
    """A line that is the page's own. `pattern` is a regular expression for the whole line without
    its outer white space, in any case; `where` says where the line counts as furniture: before
    the first card (`start`), after the last (`end`), or `anywhere`."""

    pattern: str
    where: Where = "anywhere"


FURNITURE = (
    Furniture(r"learn .+ with interactive flashcards", "start"),
    Furniture(r"master key concepts in .+ flashcard system\..*", "start"),
    Furniture(r"more .+ questions", "end"),
    Furniture(r"\d[\d,. ]* questions \(total\)", "end"),
)


@dataclass(frozen=True, slots=True)
class PageOptions:
    """What `deck.yaml` may say to this reader: `furniture` adds to the built-in patterns, and a
    card with fewer than `short` words is warned of."""

    furniture: tuple[Furniture, ...] = ()
    short: int = 15


_NO_TITLE = "if this line is no title, put a full stop after it, or make it bold or an item"
_TABLE = re.compile(r"#separator:|(?:[^\t\n]+\t.*(?:\n|\Z)){2}")  # as Anki or a spreadsheet has it

_Chunk: TypeAlias = tuple[int, str, int]
"""A run of lines without a blank one between them: where it starts, its text without outer white
space, and how far its first line is indented (-1: code)."""

_CHUNK = re.compile(rf"\S.*(?:\n[^\S\n]*(?!{blocks.FENCE})\S.*)*", re.MULTILINE)


def _chunks(text: str) -> Iterator[_Chunk]:
    """The chunks of a text. A fenced block is one, whatever stands in it."""
    position: int | None = 0
    while position is not None:
        found, position = _CHUNK.finditer(text, position), None
        for match in found:
            start, chunk, indent = match.start(), match[0].rstrip(), 0
            if chunk[0] in "`~" and (fence := blocks.fence(line := chunk.partition("\n")[0])):
                close = blocks.fence_end(text, start + len(line), fence)
                position = close[1] if close else len(text)
                yield start, text[start:position].rstrip(), -1
                break
            if start and text[start - 1] != "\n":
                indent = start - text.rfind("\n", 0, start) - 1
            yield start, chunk, indent


class _Furniture:
    def __init__(self, patterns: Sequence[Furniture]) -> None:
        def combined(where: Where) -> re.Pattern[str]:
            parts = [f"(?:{f.pattern})" for f in patterns if f.where == where]
            return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)

        self.start, self.end = combined("start"), combined("end")
        self.anywhere = combined("anywhere")


def _lines_of(chunk: _Chunk) -> list[tuple[int, str]]:
    """The lines of a chunk without outer white space, each with its offset."""
    position, text, _ = chunk
    lines = []
    for line in text.split("\n"):
        stripped = line.strip()
        lines.append((position + line.index(stripped[0]), stripped))
        position += len(line) + 1
    return lines


def _furniture_chunks(chunks: list[_Chunk], known: _Furniture) -> set[int]:
    """The indexes of the chunks that are furniture by their place: at the start of a page (also
    of a second page in the same file) or at its end."""

    def lines(index: int) -> list[str]:
        _, text, indent = chunks[index]
        if indent < 0 or len(text) > 1000:
            return []
        return [line for _, line in _lines_of(chunks[index])]

    def wholly(index: int, pattern: re.Pattern[str]) -> bool:
        return bool(found := lines(index)) and all(map(pattern.fullmatch, found))

    def begins_page(index: int) -> bool:
        # Where files were put one behind the other, an ending may stand right above.
        rest = list(dropwhile(known.end.fullmatch, lines(index)))
        return bool(rest) and all(map(known.start.fullmatch, rest))

    found: set[int] = set()
    last, ends = 0, known.end.fullmatch  # where the last run of endings ends
    for index, (_, text, indent) in enumerate(chunks):
        if (index == 0 or index - 1 in found) and wholly(index, known.start):
            found.add(index)
        elif index >= last and indent >= 0 and ends(text.partition("\n")[0].rstrip()):
            # An ending counts when nothing but more of it follows, up to the end or a new page.
            last = index
            while last < len(chunks) and wholly(last, known.end):
                last += 1
            if last == len(chunks):
                found.update(range(index, last))
            elif begins_page(last):
                found.update(range(index, last + 1))
    return found


def read(
    source: Source, options: PageOptions = PageOptions(), known: object = None
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The cards of a page as Concept notes (fields `Concept` and `More`), in order, and what was
    skipped or looks wrong. Every non-blank line is in exactly one note or in one diagnostic of
    `R001`, `R002` or `R004`."""
    text = source.text
    known = _Furniture((*FURNITURE, *options.furniture))
    chunks = list(_chunks(text))
    by_place = _furniture_chunks(chunks, known)
    anywhere = known.anywhere if any(f.where == "anywhere" for f in options.furniture) else None
    base = min([indent for _, _, indent in chunks if indent >= 0], default=0)
    diagnostics: list[Diagnostic] = []
    notes: list[Note] = []
    title: Span | None = None
    body: list[tuple[int, int]] = []
    seen_card = skipped = False  # whether anything was skipped since the last title

    def skip(start: int, line: str) -> None:
        nonlocal skipped
        skipped = True
        message = f"skipped, the page's own: {_quoted(line)}"
        diagnostics.append(Diagnostic(SKIPPED, message, source.span(start, start + len(line))))

    def finish() -> None:
        if title is not None and not body:
            message = f"{_quoted(text[title.start : title.end])} has no text"
            diagnostics.append(Diagnostic(NO_BODY, message, title, _NO_TITLE))
        elif title is not None:
            note = _note(source, title, body, skipped)
            notes.append(note)
            for line in swallowed(text, body, base):
                message = (
                    f"{_quoted(text[line.start : line.end])} looks like a title, but {line.why}"
                )
                hint = f"if it is one, {line.way}; if not, put a full stop after it or make it bold"
                span = source.span(line.start, line.end)
                diagnostics.append(Diagnostic(TITLE_IN_TEXT, message, span, hint, note.key))
            concept, more = note.fields
            words = len(more.value.split(None, options.short))
            if words < options.short:
                count = f"{words} {'word' if words == 1 else 'words'}"
                message = f"{_quoted(concept.value)} has only {count} of text"
                diagnostics.append(Diagnostic(SHORT_BODY, message, title, _NO_TITLE, note.key))
        else:
            hint = "give it a title, a line of its own without a full stop, or move it into a card"
            for start, end in _unbroken(text, body):
                message = f"text before the first title is left out: {_quoted(text[start:end])}"
                span = source.span(start, end)
                diagnostics.append(Diagnostic(BEFORE_FIRST, message, span, hint))

    for index, chunk in enumerate(chunks):
        start, said, indent = chunk
        if index in by_place:
            for line_start, line in _lines_of(chunk):
                skip(line_start, line)
            continue
        if anywhere and indent >= 0:
            lines = _lines_of(chunk)
            kept = []
            for line_start, line in lines:
                if anywhere.fullmatch(line):
                    skip(line_start, line)
                else:
                    kept.append((line_start, line_start + len(line)))
            if len(kept) < len(lines):
                body.extend(kept)
                continue
        if indent == base and "\n" not in said and is_title(said):
            finish()
            title_span = source.span(start, start + len(said))
            if body and title and text[body[-1][1] - 1] in ":：":
                message = f"{_quoted(said)} follows a colon, but looks like a title"
                hint = "if it is none, put a full stop after it, or backticks around it"
                diagnostics.append(Diagnostic(AFTER_LEAD_IN, message, title_span, hint))
            title, body, seen_card, skipped = title_span, [], True, False
        else:
            body.append((start, start + len(said)))
    finish()
    if chunks and (fence := _open_fence(text, chunks[-1])):
        start = chunks[-1][0]
        message = f"the block of code that begins with {fence} is never closed"
        span = source.span(start, start + len(fence))
        hint = f"put {fence} on a line of its own where it ends"
        diagnostics.append(Diagnostic(OPEN_FENCE, message, span, hint))
    if not seen_card:
        message = "no card found" if text.strip() else "the file is empty"
        hint = "a card is a title (a line of its own between blank lines, no full stop) and text"
        if _TABLE.match(text):
            hint = 'this is a table: end its name in .tsv, or write "reader: table" in deck.yaml'
        diagnostics.append(Diagnostic(NO_CARD, message, source.span(0, 0), hint))
    return tuple(notes), tuple(diagnostics)


def _open_fence(text: str, chunk: _Chunk) -> str:
    """The fence of a block of code that is never closed; empty for any other chunk."""
    start, said, indent = chunk
    line = said.partition("\n")[0]
    fence = blocks.fence(line) if indent < 0 else ""
    return fence if fence and not blocks.fence_end(text, start + len(line), fence) else ""


def _unbroken(text: str, parts: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The parts of a text, as one where nothing but white space stands between them."""
    run: tuple[int, int] | None = None
    for start, end in parts:
        if run and text[run[1] : start].strip():
            yield run
            run = None
        run = (run[0] if run else start, end)
    if run:
        yield run


def _note(source: Source, title: Span, body: list[tuple[int, int]], skipped: bool) -> Note:
    text = source.text
    start, end = body[0][0], body[-1][1]
    gaps = [text[a[1] : b[0]] for a, b in pairwise(body)] if skipped else []
    if any(map(str.strip, gaps)):  # furniture stood inside: the text without it
        # How far a line stands in tells what it belongs to, so that is kept.
        parts = [text[start : body[0][1]]]
        for gap, (first, last) in zip(gaps, body[1:], strict=True):
            parts.append("\n\n" if gap.count("\n") > 1 else "\n")
            parts.append(gap[gap.rfind("\n") + 1 :] + text[first:last])
        value = "".join(parts)
    else:
        value = text[start:end]
    name = text[title.start : title.end]
    more = Field("More", value, Span(source.path, start, end))
    span = Span(source.path, title.start, end)
    return Note(Key(slug(name)), "Concept", (Field("Concept", name, title), more), span=span)


def _quoted(text: str) -> str:
    line = "".join(c if c.isprintable() else "·" for c in text.split("\n", 1)[0][:61])
    return f"“{line if len(line) <= 60 else line[:59] + '…'}”"
