"""The comments of sources that say which findings to ignore there."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from deckwright.naming import near_to
from deckwright.source import Source, Span


@dataclass(frozen=True, slots=True)
class Comments:
    """How comments begin and end in a format; `end` is "" where they end with their line. With
    `markdown` there are none in code, and those of its front matter are of YAML."""

    start: str
    end: str = ""
    markdown: bool = False


MARKED = Comments("<!--", "-->")
MARKDOWN = Comments("<!--", "-->", markdown=True)
HASHED = Comments("#")


@dataclass(frozen=True, slots=True)
class Named:
    """Some rules, as a person names them, and where."""

    text: str
    span: Span | None = field(default=None, compare=False)


@dataclass(slots=True)
class Directive:
    """An ignore in a comment: the rule that it names ("" where it names none), the offset of the
    comment, and those that it is about; they are none where it is about the whole file."""

    path: str
    named: Named
    comment: int
    start: int
    end: int
    whole: bool = False
    used: bool = False


class Directives:
    """The ignores in the comments of a file."""

    def __init__(self, found: Iterable[Directive]) -> None:
        self.all = list(found)
        self._whole = [each for each in self.all if each.whole]
        self._order()

    def _order(self) -> None:
        self._some = sorted((e for e in self.all if not e.whole), key=lambda each: each.start)
        self._starts = [each.start for each in self._some]
        self._ends = list(accumulate((each.end for each in self._some), max))

    def at(self, offset: int) -> Iterator[Directive]:
        """Those that are about an offset."""
        yield from self._whole
        at = bisect_right(self._starts, offset)
        while at and self._ends[at - 1] > offset:
            at -= 1
            if self._some[at].end > offset:
                yield self._some[at]

    def about(self, notes: list[tuple[int, int]]) -> None:
        """Let those that stand above a note, or in its first line, be about all of the note."""
        notes.sort()
        for each in self._some:
            line = each.end
            at = bisect_left(notes, (each.start, 0))
            while at < len(notes) and notes[at][0] < line:
                each.end = max(each.end, notes[at][1])
                at += 1
        self._order()

    def without(self, texts: list[tuple[int, int]]) -> None:
        """Leave out what is no comment, for it stands in a text."""
        texts.sort()
        starts = [start for start, _ in texts]
        ends = list(accumulate((end for _, end in texts), max))

        def inside(offset: int) -> bool:
            at = bisect_right(starts, offset)
            return bool(at) and ends[at - 1] > offset

        self.all = [each for each in self.all if not inside(each.comment)]
        self._whole = [each for each in self.all if each.whole]
        self._order()


_DIRECTIVE = "deckwright:"


def is_directive(comment: str) -> bool:
    """Whether a comment, with the marks that begin it, is for us: it is nothing that is skipped."""
    return comment.lstrip("<!-# \t").startswith(_DIRECTIVE)


_MISPLACED = re.compile(r"(?:<!--|#)[ \t]*deckwright:[ \t]*ignore[^\n]*")


def misplaced(source: Source) -> Iterator[Span]:
    """What would be ignores in a format that has comments, in one that has none."""
    if "deckwright:" in source.text:
        for match in _MISPLACED.finditer(source.text):
            yield source.span(match.start(), match.end())


def _is_meant(said: str) -> bool:
    """Whether what cannot be read is meant as an ignore: people also write the name of the program
    above their files."""
    word = said.split()[0].lower() if said.split() else ""
    return word.startswith(("ign", "disable")) or bool(near_to(word, ("ignore", "ignore-file")))


_VERB = re.compile(r"\s*(ignore(?:-file)?)(?![\w-])[\s:]*")
_WORDS = re.compile(r"\w[\w-]*")


def directives(source: Source, how: Comments) -> Iterator[Directive]:
    """The ignores of a text: `deckwright: ignore E012, E013 (why)`. At the end of a line it is
    about that line, on a line of its own about the next one that is neither empty nor a comment;
    `ignore-file` is about the whole file. One that cannot be read names no rule."""
    text = source.text
    if _DIRECTIVE not in text:
        return
    head = 0
    if how.markdown and text.startswith("---\n"):
        head = text.find("\n---", 3) + 1
        yield from _directives_in(source, 0, head, HASHED, _Codes(""))
    codes = _Codes(text if how.markdown and ("`" in text or "~~~" in text) else "")
    yield from _directives_in(source, head, len(text), how, codes)


def _directives_in(
    source: Source, begin: int, end: int, how: Comments, codes: _Codes
) -> Iterator[Directive]:
    text, lines = source.text, _Lines(source.text, how, begin)
    before = r"(?:^|(?<=\s))" if how == HASHED else ""
    pattern = rf"{before}{re.escape(how.start)}\s*{_DIRECTIVE}"
    for found in re.compile(pattern, re.MULTILINE).finditer(text, begin, end):
        close = text.find(how.end or "\n", found.end())
        if close < 0:
            if how.end:
                return
            close = len(text)
        if codes.have(found.start()):
            continue
        first, last = lines.meant(found.start(), close + len(how.end))
        verb = _VERB.match(text, found.end(), close)
        if not verb:
            if not _is_meant(text[found.end() : min(close, found.end() + 50)]):
                continue
            span = source.span(found.start(), close + len(how.end))
            yield Directive(source.path, Named("", span), found.start(), first, last)
            continue
        why = text.find("(", verb.end(), close)
        words = list(_WORDS.finditer(text, verb.end(), why if why >= 0 else close))
        for word in words:
            named = Named(word[0], source.span(word.start(), word.end()))
            whole = verb[1] == "ignore-file"
            yield Directive(source.path, named, found.start(), first, last, whole)
        if not words:
            named = Named("", source.span(verb.start(1), verb.end(1)))
            yield Directive(source.path, named, found.start(), first, last)


class _Lines:
    """The lines that comments are about, asked for in the order of the comments, in time that grows
    linearly with the text."""

    def __init__(self, text: str, how: Comments, begin: int) -> None:
        self._text, self._how = text, how
        # The line of the last comment; up to where it was looked at, and whether it has words.
        self._line, self._seen, self._words = begin, begin, False
        self._below: dict[int, int] = {}  # what stands below comments, by where they begin
        self._stop = -1  # where the line ends that was last asked for

    def meant(self, start: int, end: int) -> tuple[int, int]:
        """From where to where the line is that a comment is about."""
        text = self._text
        if line := text.rfind("\n", self._seen, start) + 1:
            self._line, self._seen, self._words = line, line, False
        self._words = self._words or self._has_words(self._seen, start)
        self._seen = end
        if self._words:
            return self._line, self._end(end)
        at = self._next(end)
        last = self._end(at)
        return text.rfind("\n", 0, at) + 1, last

    def _end(self, at: int) -> int:
        if at > self._stop:
            found = self._text.find("\n", at)
            self._stop = found if found >= 0 else len(self._text) + 1
        return self._stop

    def _has_words(self, start: int, end: int) -> bool:
        """Whether something stands between two offsets beside comments and the marks of quotes."""
        text, how = self._text, self._how
        while (found := text.find(how.start, start, end)) >= 0:
            if text[start:found].strip("> \t\n"):
                return True
            close = text.find(how.end or "\n", found, end)
            start = close + len(how.end) if close >= 0 else end
        return bool(text[start:end].strip("> \t\n"))

    def _next(self, at: int) -> int:
        """The offset of the first thing below a comment that is no comment."""
        text, how = self._text, self._how
        passed: list[int] = []
        while True:
            at = found.end() if (found := _GAP.match(text, at)) else at
            if at in self._below:
                at = self._below[at]
                break
            if not text.startswith(how.start, at):
                break
            passed.append(at)
            close = text.find(how.end or "\n", at)
            at = close + len(how.end) if close >= 0 else len(text)
        self._below |= dict.fromkeys(passed, at)
        return at


_GAP = re.compile(r"(?:[ \t]*\n[ \t>]*)*[ \t]*")


class _Codes:
    """Where the code of a Markdown text is: in fences, and between backticks in a line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks: list[tuple[int, int]] = []
        fence, begin = "", 0
        for line in _FENCE.finditer(text):
            if not fence:
                fence, begin = line[1], line.start()
            elif line[1].startswith(fence) and not line[2].strip():
                self._blocks.append((begin, line.end()))
                fence = ""
        if fence:
            self._blocks.append((begin, len(text)))

    def have(self, at: int) -> bool:
        """Whether an offset lies in code."""
        text = self._text
        if not text:
            return False
        number = bisect_right(self._blocks, (at, len(text)))
        if number and at < self._blocks[number - 1][1]:
            return True
        line = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at) % (len(text) + 1)
        if end - line > 10_000 or "`" not in text[line:at]:
            return False
        opened = ""
        for ticks in re.finditer("`+", text[line:end]):
            if line + ticks.start() > at and (not opened or ticks[0] == opened):
                return bool(opened)
            if not opened:
                opened = ticks[0]
            elif ticks[0] == opened:
                opened = ""
        return False


_FENCE = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}(?=[^`\n]*$)|~{3,})(.*)$", re.MULTILINE
)
