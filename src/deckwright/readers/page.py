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
from typing import Literal

from deckwright import blocks
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.note import Field, Key, Note, slug
from deckwright.source import Source, Span

SKIPPED = Rule(
    "R001",
    "skipped-text",
    Severity.INFO,
    "A line that is the page's own and no study text is left out; every such line is told.",
)
BEFORE_FIRST = Rule(
    "R002",
    "text-before-first-title",
    Severity.WARNING,
    "Text above the first title belongs to no card, so no learner would ever see it.",
)
NO_CARD = Rule("R003", "no-card", Severity.ERROR, "A source without any card makes an empty deck.")
NO_BODY = Rule(
    "R004",
    "title-without-text",
    Severity.ERROR,
    "Two titles in a row: the first would be a card without an answer.",
)
SHORT_BODY = Rule(
    "R005",
    "short-text",
    Severity.WARNING,
    "A card with hardly any text often is a line of the card before it that looks like a title.",
)
AFTER_LEAD_IN = Rule(
    "R006",
    "title-after-lead-in",
    Severity.WARNING,
    "A line that a colon leads in to (a formula, a name) looks like a title and begins a card.",
)
RULES = (SKIPPED, BEFORE_FIRST, NO_CARD, NO_BODY, SHORT_BODY, AFTER_LEAD_IN)

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


_CLOSING = (".", ":", ";", ",", "!", "…", "。", "：", "；", "，", "、", "！")
_LONGEST_TITLE = 200  # characters; a longer line without a full stop is text that lacks one
_URL = re.compile(r"(?:\w+://|www\.)\S+")
_NO_TITLE = "if this line is no title, put a full stop after it, or make it bold or an item"
_NO_TITLE_START = ("**", "|", ">", "![", "<!--")


def is_title(line: str) -> bool:
    """Whether a line, standing alone between blank lines, is a title."""
    if len(line) > _LONGEST_TITLE or line.startswith(_NO_TITLE_START):
        return False
    closed = line.rstrip("*_\"'”’»")
    if closed.endswith(_CLOSING) or (line[0] == "(" and line.rstrip(")").endswith(_CLOSING)):
        return False
    if line[0] == "`" and line.find("`", 1) == len(line) - 1:
        return False
    if blocks.is_marked(line) or _URL.fullmatch(line):
        return False
    return any(map(str.isalnum, line))


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A run of lines without a blank one between them: the offsets of its text without outer
    white space, how many lines it has, and how far the first is indented (-1: code)."""

    start: int
    end: int
    lines: int
    indent: int


def _chunks(text: str) -> Iterator[_Chunk]:
    """The chunks of a text. A fenced block is one, whatever stands in it."""
    position = fenced_to = 0
    start, end, count, indent = -1, 0, 0, 0
    for line in text.split("\n"):
        stripped = line.strip()
        if position < fenced_to:
            pass
        elif not stripped:
            if start >= 0:
                yield _Chunk(start, end, count, indent)
                start = -1
        elif stripped[0] in "`~" and (fence := blocks.fence(stripped)):
            if start >= 0:
                yield _Chunk(start, end, count, indent)
                start = -1
            close = blocks.fence_end(text, position + len(line), fence)
            fenced_to = close[1] if close else len(text)
            first = position + line.index(stripped[0])
            yield _Chunk(first, first + len(text[first:fenced_to].rstrip()), 2, -1)
        else:
            lead = 0 if len(stripped) == len(line) else line.index(stripped[0])
            if start < 0:
                start, count, indent = position + lead, 0, lead
            count += 1
            end = position + lead + len(stripped)
        position += len(line) + 1
    if start >= 0:
        yield _Chunk(start, end, count, indent)


class _Furniture:
    def __init__(self, patterns: Sequence[Furniture]) -> None:
        def combined(where: Where) -> re.Pattern[str]:
            parts = [f"(?:{f.pattern})" for f in patterns if f.where == where]
            return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)

        self.start, self.end = combined("start"), combined("end")
        self.anywhere = combined("anywhere")


def _lines_of(source: Source, chunk: _Chunk) -> list[tuple[str, int]]:
    """The lines of a chunk without outer white space, each with its offset."""
    lines, position = [], chunk.start
    for line in source.text[chunk.start : chunk.end].split("\n"):
        stripped = line.strip()
        lines.append((stripped, position + line.index(stripped[0])))
        position += len(line) + 1
    return lines


def _furniture_chunks(source: Source, chunks: list[_Chunk], known: _Furniture) -> set[int]:
    """The indexes of the chunks that are furniture by their place: at the start of a page (also
    of a second page in the same file) or at its end."""

    def lines(index: int) -> list[str]:
        chunk = chunks[index]
        if chunk.indent < 0 or chunk.end - chunk.start > 1000:
            return []
        return [line for line, _ in _lines_of(source, chunk)]

    def wholly(index: int, pattern: re.Pattern[str]) -> bool:
        return bool(found := lines(index)) and all(map(pattern.fullmatch, found))

    def begins_page(index: int) -> bool:
        # Where files were put one behind the other, an ending may stand right above.
        rest = list(dropwhile(known.end.fullmatch, lines(index)))
        return bool(rest) and all(map(known.start.fullmatch, rest))

    found: set[int] = set()
    last = 0  # where the last run of endings ends
    for index in range(len(chunks)):
        at_start = index == 0 or index - 1 in found
        if at_start and wholly(index, known.start):
            found.add(index)
        elif (
            index >= last
            and chunks[index].indent >= 0
            and known.end.fullmatch(_first_line(source, chunks[index]))
        ):
            # An ending counts when nothing but more of it follows, up to the end or a new page.
            last = index
            while last < len(chunks) and wholly(last, known.end):
                last += 1
            if last == len(chunks):
                found.update(range(index, last))
            elif begins_page(last):
                found.update(range(index, last + 1))
    return found


def _first_line(source: Source, chunk: _Chunk) -> str:
    end = chunk.end if chunk.lines == 1 else source.text.find("\n", chunk.start)
    return source.text[chunk.start : end].rstrip()


def read(
    source: Source, options: PageOptions = PageOptions()
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The cards of a page as Concept notes (fields `Concept` and `More`), in order, and what was
    skipped or looks wrong. Every non-blank line is in exactly one note or in one diagnostic of
    `R001`, `R002` or `R004`."""
    text = source.text
    known = _Furniture((*FURNITURE, *options.furniture))
    chunks = list(_chunks(text))
    by_place = _furniture_chunks(source, chunks, known)
    anywhere = known.anywhere if any(f.where == "anywhere" for f in options.furniture) else None
    base = min((chunk.indent for chunk in chunks if chunk.indent >= 0), default=0)
    diagnostics: list[Diagnostic] = []
    notes: list[Note] = []
    title: Span | None = None
    body: list[tuple[int, int]] = []
    seen_card = False

    def skip(start: int, end: int) -> None:
        message = f"skipped, the page's own: {_quoted(text[start:end])}"
        diagnostics.append(Diagnostic(SKIPPED, message, source.span(start, end)))

    def finish() -> None:
        if title is not None and not body:
            message = f"{_quoted(text[title.start : title.end])} has no text"
            diagnostics.append(Diagnostic(NO_BODY, message, title, _NO_TITLE))
        elif title is not None:
            note = _note(source, title, body)
            notes.append(note)
            words = len(note.value("More").split(None, options.short))
            if words < options.short:
                count = f"{words} {'word' if words == 1 else 'words'}"
                message = f"{_quoted(note.value('Concept'))} has only {count} of text"
                diagnostics.append(Diagnostic(SHORT_BODY, message, title, _NO_TITLE, note.key))
        else:
            hint = "give it a title, a line of its own without a full stop, or move it into a card"
            for start, end in _unbroken(text, body):
                message = f"text before the first title is left out: {_quoted(text[start:end])}"
                span = source.span(start, end)
                diagnostics.append(Diagnostic(BEFORE_FIRST, message, span, hint))

    for index, chunk in enumerate(chunks):
        if index in by_place:
            for line, start in _lines_of(source, chunk):
                skip(start, start + len(line))
            continue
        if anywhere and chunk.indent >= 0:
            kept = []
            for line, start in _lines_of(source, chunk):
                end = start + len(line)
                if anywhere.fullmatch(line):
                    skip(start, end)
                else:
                    kept.append((start, end))
            if len(kept) < chunk.lines:
                body.extend(kept)
                continue
        if chunk.lines == 1 and chunk.indent == base and is_title(text[chunk.start : chunk.end]):
            finish()
            if body and title and text[body[-1][1] - 1] in ":：":
                said = _quoted(text[chunk.start : chunk.end])
                message = f"{said} follows a colon, but looks like a title"
                hint = "if it is none, put a full stop after it, or backticks around it"
                span = source.span(chunk.start, chunk.end)
                diagnostics.append(Diagnostic(AFTER_LEAD_IN, message, span, hint))
            title, body, seen_card = source.span(chunk.start, chunk.end), [], True
        else:
            body.append((chunk.start, chunk.end))
    finish()
    if not seen_card:
        message = "no card found" if text.strip() else "the file is empty"
        hint = "a card is a title (a line of its own between blank lines, no full stop) and text"
        diagnostics.append(Diagnostic(NO_CARD, message, source.span(0, 0), hint))
    return tuple(notes), tuple(diagnostics)


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


def _note(source: Source, title: Span, body: list[tuple[int, int]]) -> Note:
    text = source.text
    start, end = body[0][0], body[-1][1]
    gaps = [text[before[1] : after[0]] for before, after in pairwise(body)]
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
    fields = (Field("Concept", name, title), Field("More", value, source.span(start, end)))
    return Note(Key(slug(name)), "Concept", fields, span=source.span(title.start, end))


def _quoted(text: str) -> str:
    line = text.split("\n", 1)[0]
    return f"“{line if len(line) <= 60 else line[:59] + '…'}”"
