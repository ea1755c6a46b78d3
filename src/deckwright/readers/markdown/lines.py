"""The lines of a Markdown text, each with what it is: what begins and ends notes, and what is only
text of theirs.

This is the part of CommonMark's block structure that decides where a heading is one, no more: what
stands in blocks of code, in comments and in blocks of HTML is text.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

from deckwright.readers.markdown import rules, settings
from deckwright.readers.markdown.rules import Told
from deckwright.readers.markdown.settings import Setting

Kind: TypeAlias = Literal[
    "blank", "text", "code", "comment", "settings", "tags", "rule", "heading", "Q", "C", "A"
]
CONTENT = ("text", "code")
"""The kinds of lines that make a text: only with one of them there is something to learn."""


class Line(NamedTuple):
    """A line, or the two lines of an underlined heading: from `start` to `end`, without the line
    end. For a heading `level` is 1 to 6; for it and for lines that begin with `Q:`, `C:`, `A:` or
    `Extra:` (an `A`, too) `first` and `last` are where the words stand. `said` is what settings and
    tags say, for the first line of what says it."""

    kind: Kind
    start: int
    end: int
    level: int = 0
    first: int = 0
    last: int = 0
    said: tuple[Setting, ...] = ()


_FENCE = re.compile(r"[ \t]*(`{3,}(?!`)(?=[^`\n]*$)|~{3,}(?!~))")
_MARK = re.compile(
    r"(?:(?P<bold>\*\*|__)(?P<word>Q|A|C|Extra)(?:(?P=bold)[:：]|[:：](?P<closed>(?P=bold))?)"
    r"|(?P<plain>Q|A|C|Extra)[:：])(?![:\\/])[ \t]*"
)
_NO_TITLE = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)|[>|]")  # of what is no paragraph
_LIST = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)")
_BLANKS = re.compile(r"[ \t]*")
_HTML = re.compile(
    r" {0,3}</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup"
    r"|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset"
    r"|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup"
    r"|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)"
    r"(?=[\s>]|/>|$)",
    re.IGNORECASE,
)
_VERBATIM = re.compile(r" {0,3}<(script|pre|style|textarea)(?=[\s>]|$)", re.IGNORECASE)


def scan(text: str, begin: int, deepest: int, told: Told) -> list[Line]:
    """The lines of a text from an offset on; a heading of a level below the `deepest` is text. Time
    grows linearly with the text."""
    return _Scanner(text, begin, deepest, told).run()


class _Scanner:
    def __init__(self, text: str, begin: int, deepest: int, told: Told) -> None:
        self.text, self.begin, self.deepest, self.told = text, begin, deepest, told
        self.lines: list[Line] = []
        self.nowhere: set[str] = set()  # what does not stand in the rest of the text
        self.card = ""  # `Q` or `C` where such a card is open, in lower case behind its `A:`
        self.paragraph = 0  # lines of the paragraph so far
        self.could_be_title = False  # whether the last line can be underlined
        self.in_list = False
        self.in_html = False
        self.until = -1  # up to where a comment or verbatim HTML goes
        self.inside: Kind = "text"

    def run(self) -> list[Line]:
        lines, position = self.lines, self.begin
        fence, opened = "", (0, 0)
        for line in self.text[self.begin :].split("\n"):
            start, end = position, position + len(line)
            position = end + 1
            if start < self.until:
                lines.append(Line(self.inside, start, end))
                continue
            if fence:
                lines.append(Line("code", start, end))
                if fence[0] in line and _closes(line, fence):
                    fence = ""
                continue
            head = line[:1]
            if not head or line.isspace():
                lines.append(Line("blank", start, end))
                self.paragraph, self.could_be_title, self.in_html = 0, False, False
                continue
            if (not head.isalnum() or head in "QACE") and self.special(line, head, start, end):
                self.paragraph, self.could_be_title = 0, False
                continue
            if ("```" in line or "~~~" in line) and (match := _FENCE.match(line)):
                fence, opened = match[1], (start + match.start(1), start + match.end(1))
                lines.append(Line("code", start, end))
                self.paragraph, self.could_be_title = 0, False
                continue
            self.add_text(line, head, start, end)
        if fence:
            message = f"the block of code that begins with {fence[:10]} is never closed"
            hint = f"put {fence[:10]} on a line of its own where it ends"
            self.told.tell(rules.OPEN_FENCE, message, *opened, hint)
        return lines

    def add_text(self, line: str, head: str, start: int, end: int) -> None:
        if head not in " \t":
            if _LIST.match(line):
                self.in_list = True
            elif not self.paragraph:
                self.in_list = False
        self.paragraph += 1
        plain = head not in " \t" and not self.in_html and not _NO_TITLE.match(line)
        self.could_be_title = self.paragraph == 1 and plain
        self.lines.append(Line("text", start, end))

    def special(self, line: str, head: str, start: int, end: int) -> bool:
        """Take a line that may be more than text; say whether it is."""
        if head in "QACE*_" and self.mark(line, start, end):
            return True
        stripped = line.strip(" \t")
        indent = line.find(stripped)
        if indent > 3 or "\t" in line[:indent]:
            return False
        first = stripped[0]
        if first == "<":
            return self.html(line, start, end)
        if self.in_html:
            return False
        if first == "#":
            return self.hashes(stripped, indent, start, end)
        if first == "%":
            return stripped.startswith("%%") and self.comment("%%", start + indent, start, end)
        if first in "-=" and self.could_be_title and self.underline(stripped, start, end):
            return True
        if first in "-*_" and _is_rule(stripped):
            self.card = ""
            self.lines.append(Line("rule", start, end))
            return True
        return False

    def mark(self, line: str, start: int, end: int) -> bool:
        match = _MARK.match(line)
        if not match:
            return False
        last = start + len(line.rstrip())
        bold = match["bold"]
        if bold and not match["closed"] and not match[0].rstrip()[:-1].endswith(bold):
            # All of the line is bold.
            rest = line[match.end() :].rstrip()
            if not rest.endswith(bold) or rest.count(bold) > 1:
                return False
            last -= len(bold)
        kind = match["word"] or match["plain"]
        if kind in ("A", "Extra"):
            if kind == "A" and self.card == "q":
                message, hint = "a second answer to one question", 'put a "Q:" above it'
                hint += ', or leave the "A:" out where it goes on'
                self.told.tell(rules.SECOND_ANSWER, message, start, last, hint)
            if self.card != "C" and (self.card != "Q" or kind == "Extra"):
                return False
            kind, self.card = "A", self.card.lower()
        else:
            self.card = kind
        self.in_html = self.in_list = False
        first = min(start + match.end(), last)
        self.lines.append(Line(kind, start, end, 0, first, last))  # type: ignore[arg-type]
        return True

    def hashes(self, stripped: str, indent: int, start: int, end: int) -> bool:
        words = stripped.lstrip("#")
        level = len(stripped) - len(words)
        if level > 6 or (words and words[0] not in " \t"):
            if said := settings.tags_of_line(self.text, start, end):
                self.lines.append(Line("tags", start, end, said=said))
                return True
            return False
        if indent and self.in_list:
            return False
        first = last = start + indent + level
        if words:
            without = words.rstrip("#")  # it may be closed by as many as one likes
            words = without if without[-1:] in ("", " ", "\t") else words
            last = max(first, first + len(words.rstrip()))
            first = min(last, first + len(words) - len(words.lstrip()))
        self.heading(Line("heading", start, end, level, first, last))
        return True

    def underline(self, stripped: str, start: int, end: int) -> bool:
        """An underlined heading. Where a card is open, `---` ends it: who underlines a heading
        rarely does it with just these three."""
        least = 3 if stripped[0] == "-" else 2
        if len(stripped) < least or stripped.strip(stripped[0]):
            return False
        if self.card and stripped == "---":
            return False
        above = self.lines.pop()
        first, level = above.start, 1 if stripped[0] == "=" else 2
        last = first + len(self.text[first : above.end].rstrip())
        self.heading(Line("heading", above.start, end, level, first, last))
        return True

    def heading(self, line: Line) -> None:
        self.in_list = False
        if line.level > self.deepest:
            line = Line("text", line.start, line.end)
        else:
            self.card = ""
        self.lines.append(line)

    def html(self, line: str, start: int, end: int) -> bool:
        if self.text.startswith("<!--", start + line.index("<")):
            return self.comment("<!--", start + line.index("<"), start, end)
        if match := _VERBATIM.match(line):
            close = self.find(f"</{match[1].lower()}", start + match.end())
            self.until, self.inside = close, "text"
        elif _HTML.match(line):
            self.in_html = True
        return False

    def comment(self, opening: str, at: int, start: int, end: int) -> bool:
        """Take the first line of a comment, or of several side by side, that is nothing else."""
        close, said = "-->" if opening == "<!--" else opening, list[Setting]()
        last = self.find(close, at + len(opening))
        if last < 0:
            message = f"the comment that begins with {opening} is never closed"
            hint = f"put {close} where it ends"
            self.told.tell(rules.OPEN_COMMENT, message, at, at + len(opening), hint)
            return False
        while True:
            if opening == "<!--":
                said += settings.of_comment(self.text, at + len(opening), last)
            last += len(close)
            at = _BLANKS.match(self.text, last).end()  # type: ignore[union-attr]
            if not self.text.startswith(opening, at):
                break
            if (following := self.find(close, at + len(opening))) < 0:
                break
            last = following
        line_end = self.text.find("\n", last)
        line_end = len(self.text) if line_end < 0 else line_end
        self.until, self.inside = max(end, last), "comment"
        if self.text[last:line_end].strip():  # text goes on behind it
            self.inside = "text"
            return False
        self.inside = "settings" if said else "comment"
        self.lines.append(Line(self.inside, start, end, said=tuple(said)))
        return True

    def find(self, what: str, at: int) -> int:
        """Where something stands from an offset on, -1 where it does not; what is not found is not
        looked for again, for what is looked for lies ever further on."""
        if what in self.nowhere:
            return -1
        found = self.text.find(what, at)
        if found < 0 and what.startswith("</"):
            match = re.compile(re.escape(what), re.IGNORECASE).search(self.text, at)
            found = match.start() if match else -1
        if found < 0:
            self.nowhere.add(what)
        return found


def _closes(line: str, fence: str) -> bool:
    """Whether a line closes a block of code."""
    line = line.strip()
    return len(line) >= len(fence) and not line.strip(fence[0])


def _is_rule(stripped: str) -> bool:
    marks = stripped.replace(" ", "").replace("\t", "")
    return len(marks) >= 3 and not marks.strip(marks[0])
