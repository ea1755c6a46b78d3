"""Text to a tree of blocks: headings, paragraphs, lists and code, each with its offsets.

This is the block structure of text as people copy it from pages: Markdown-like, but not
Markdown. A list may follow a line of text at once, text after a list that is not indented is a
new paragraph, a line that is wholly bold is a heading, and a `#` is a `#`. Readers, the
derivation and the rendering all look at text through this one tree.

Offsets count characters of the text that was parsed, the end excluded; whoever parsed a part of
a source shifts them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

MAX_DEPTH = 8
"""Lists nested deeper than this continue on the deepest level: no one reads them, and what is
nested without end makes renderers and sanitisers slow."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A wholly bold line. `text` is without the asterisks and the closing colon."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of running text. `text` is the text from `start` to `end`, as it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Code:
    """A fenced block. `text` is what stands between the fences, `language` what follows the first
    of them."""

    text: str
    language: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list. `text` is its own text without the marker (continuation lines joined
    by line ends, without their indentation), `start` is where that text begins, `end` where it
    ends; `children` are the blocks under it. `number` is None for a bullet."""

    text: str
    number: int | None
    start: int
    end: int
    children: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class List:
    """Items of one kind: numbered (`ordered`) or bullets."""

    ordered: bool
    items: tuple[Item, ...]
    start: int
    end: int


Block: TypeAlias = Heading | Paragraph | List | Code

FENCE = r"(?P<fence>`{3,}(?!`)|~{3,}(?!~))(?P<info>[^`\n]*)$"
"""The regular expression of a line that opens a fenced block, behind what indents it."""

# White space that may indent a line: a copied page brings tabs and non-breaking spaces.
_BLANK = " \t\u00a0\u2007\u202f\u3000\f\v"
_LINE = re.compile(
    rf"(?P<indent>[{_BLANK}]*)"
    rf"(?:(?P<bullet>[-+*•‣◦▪●○–])[{_BLANK}]+(?=\S)"
    rf"|(?P<number>\d{{1,3}})[.)][{_BLANK}]+(?=\S)"
    r"|(?P<heading>\*\*(?!\s)\*?[^*\n]+(?:\*[^*\n]+)*(?<!\s)\*\*(?:\s*[:：])?\s*$)"
    rf"|{FENCE}"
    r")?"
)
_LOOK_AHEAD = 200  # lines; more bullets under one number belong to no list that a person reads
_SENTENCE_END = (".", "!", "。", "！")


def is_heading(line: str) -> bool:
    """Whether a line is wholly bold and no sentence: a heading."""
    line = line.strip()
    if not line.startswith("**"):
        return False
    match = _LINE.match(line)
    return bool(match and match["heading"]) and not _is_sentence(line)


def is_marked(line: str) -> bool:
    """Whether a line begins as an item of a list or as a fence."""
    if line[:1].isalpha():
        return False
    match = _LINE.match(line)
    return bool(match and (match["bullet"] or match["number"] or match["fence"]))


def fence(line: str) -> str:
    """The back-ticks or tildes of a line that opens a fenced block; empty where it does not."""
    match = _LINE.match(line)
    return (match and match["fence"]) or ""


def _is_sentence(heading_line: str) -> bool:
    return heading_line.rstrip().rstrip("*").endswith(_SENTENCE_END)


def _width(indent: str) -> int:
    """How far a line is indented, in columns (tab stops of four)."""
    if "\t" not in indent:
        return len(indent)
    width = 0
    for char in indent:
        width += 4 - width % 4 if char == "\t" else 1
    return width


class _OpenList:
    """A list that may still get more items, and whose last item may still get more text and
    blocks. These are kept apart (`more` to `children`) until that item ends."""

    __slots__ = ("children", "end", "indent", "items", "more", "nested", "ordered", "start")

    def __init__(self, ordered: bool, start: int) -> None:
        self.ordered, self.start = ordered, start
        self.items: list[Item] = []
        self.indent = 0  # of the last item
        self.more: list[str] = []  # lines
        self.end = 0  # of the last of them
        self.children: list[Block] = []
        self.nested = -1  # the last item that begins with a list indented no further than it

    def complete(self) -> None:
        """Give the last item what was kept for it."""
        last = self.items[-1]
        text = "\n".join((last.text, *self.more))
        end = self.end if self.more else last.end
        self.items[-1] = Item(text, last.number, last.start, end, tuple(self.children))
        self.more, self.children = [], []

    def close(self) -> List:
        if self.more or self.children:
            self.complete()
        last = self.items[-1]
        end = max(last.end, last.children[-1].end) if last.children else last.end
        return List(self.ordered, tuple(self.items), self.start, end)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.top: list[Block] = []
        self.lists: list[_OpenList] = []  # the open ones, outermost first

    def run(self) -> tuple[Block, ...]:
        text, lists, home = self.text, self.lists, self.top
        start = end = -1  # of the paragraph that is open and will stand in `home`, if there is one
        next_line = code_end = 0
        after_blank = True
        for line in (*text.split("\n"), ""):  # a blank line ends a paragraph
            position = next_line
            next_line += len(line) + 1
            if position < code_end:
                continue
            indent = 0
            if line and line[0].isalpha():  # as most lines of running text begin
                kind = "text"
            elif not line or line.isspace():
                kind = "blank"
            else:
                found = _LINE.match(line)
                assert found is not None  # every part of the pattern is optional
                match = found
                indent = match.end("indent")
                kind = match.lastgroup or ""
                # In the middle of a paragraph only `1.` begins an item: a wrapped line may begin
                # with any other number by chance.
                if (
                    kind == "indent"
                    or (kind == "number" and start >= 0 and int(match["number"]) > 1)
                    or (kind == "heading" and _is_sentence(line))
                ):
                    kind = "text"
            if kind == "text":
                if start < 0:
                    if lists and self.goes_on(line, indent, position, after_blank):
                        continue
                    home = lists[-1].children if lists else self.top
                    start = position + indent
                end = position + len(line.rstrip())
                continue
            if start >= 0:
                home.append(Paragraph(text[start:end], start, end))
                start = -1
            after_blank = kind == "blank"
            if kind == "bullet" or kind == "number":
                self.add_item(match, indent, line, position)
            elif kind == "heading":
                self.add_heading(line, position)
            elif kind == "info":
                code_end = self.add_code(match, position)
        if lists:
            self.close_lists()
        return tuple(self.top)

    def close_lists(self, inside: _OpenList | None = None) -> None:
        """Close the lists inside another; all where there is no other."""
        lists = self.lists
        while lists and lists[-1] is not inside:
            closed = lists.pop().close()
            (lists[-1].children if lists else self.top).append(closed)

    def owner(self, indent: str) -> _OpenList | None:
        """The open list under whose last item a line indented so stands."""
        if not indent:
            return None
        width = _width(indent)
        for level in reversed(self.lists):
            if width > level.indent:
                return level
        return None

    def goes_on(self, line: str, indent: int, position: int, after_blank: bool) -> bool:
        """Whether a line of text goes on with the text of an item. Otherwise it begins a
        paragraph, and the lists that it does not stand in are closed."""
        owner = self.owner(line[:indent])
        if owner and not (after_blank or owner.children or owner is not self.lists[-1]):
            owner.more.append(line.strip())
            owner.end = position + len(line.rstrip())
            return True
        self.close_lists(owner)
        return False

    def add_heading(self, line: str, position: int) -> None:
        if self.lists:
            self.close_lists()
        stripped = line.strip()
        start = position + line.index(stripped[0])
        text = stripped[2 : stripped.rindex("**")].rstrip(":：" + _BLANK)
        self.top.append(Heading(text, start, start + len(stripped)))

    def add_code(self, match: re.Match[str], position: int) -> int:
        """Take a fenced block, to its closing fence or the end of the text; say where it ends."""
        indent = match["indent"]
        owner = self.owner(indent)
        self.close_lists(owner)
        end = position + match.end()
        close = fence_end(self.text, end, match["fence"])
        inner_end, outer_end = close if close else (len(self.text), len(self.text))
        lines = self.text[end + 1 : inner_end].split("\n")
        if indent:
            lines = [line.removeprefix(indent) for line in lines]
        code = Code(
            "\n".join(lines).rstrip(), match["info"].strip(), position + len(indent), outer_end
        )
        (owner.children if owner else self.top).append(code)
        return outer_end

    def add_item(self, match: re.Match[str], lead: int, line: str, position: int) -> None:
        digits = match["number"]
        number = int(digits) if digits else None
        indent = _width(line[:lead]) if lead else 0
        lists = self.lists
        while lists and indent < lists[-1].indent - 1:
            self.close_lists(lists[-2] if len(lists) > 1 else None)
        level = lists[-1] if lists else None
        if (
            level is None
            or indent != level.indent
            or level.ordered != (number is not None)
            or number == 1
        ):
            level = self.list_for(number, indent, position)
        if level.more or level.children:
            level.complete()
        offset = match.end()
        text = line[offset:].rstrip()
        start = position + offset
        level.indent = indent
        level.items.append(Item(text, number, start, start + len(text)))

    def list_for(self, number: int | None, indent: int, position: int) -> _OpenList:
        """The list that an item goes to which does not plainly go on with the last one."""
        lists, ordered = self.lists, number is not None
        if not lists:
            return self.begin_list(ordered, indent, position)
        last = lists[-1]
        deeper = indent > last.indent + 1
        if not deeper and last.ordered and not ordered:
            deeper = self.bullets_belong_under(last, position)
        if deeper and len(lists) < MAX_DEPTH:
            return self.begin_list(ordered, indent, position)
        outer = lists[-2] if len(lists) > 1 else None
        # A number at the indentation of bullets that stand under a number goes on with the
        # numbers.
        if (
            ordered
            and not last.ordered
            and not deeper
            and outer
            and outer.ordered
            and indent <= outer.indent + 1
        ):
            self.close_lists(outer)
            last = outer
            outer = lists[-2] if len(lists) > 1 else None
        # Lists may be numbered 1, 1, 1; a 1 after a 3 is a new list.
        begins_anew = number == 1 and last.items[-1].number not in (0, 1)
        if last.ordered != ordered or begins_anew:
            self.close_lists(outer)
            return self.begin_list(ordered, indent, position)
        return last

    def begin_list(self, ordered: bool, indent: int, position: int) -> _OpenList:
        if self.lists:
            owner = self.lists[-1]
            if not owner.children and indent <= owner.indent + 1:
                owner.nested = len(owner.items) - 1
        new = _OpenList(ordered, position)
        self.lists.append(new)
        return new

    def bullets_belong_under(self, numbers: _OpenList, position: int) -> bool:
        """Whether bullets that are indented no further than the number before them stand under
        it: they do when it leads in to them, when the numbers go on after them, or when bullets
        stood so under the number before."""
        item = numbers.items[-1]
        last_line = numbers.more[-1] if numbers.more else item.text
        if last_line.rstrip("*").endswith((":", "：")):
            return True
        if 0 <= numbers.nested == len(numbers.items) - 2:
            return True
        assert item.number is not None
        for _ in range(_LOOK_AHEAD):
            end = self.text.find("\n", position)
            line = self.text[position : end if end >= 0 else len(self.text)]
            match = _LINE.match(line)
            assert match is not None
            if match["number"]:
                return int(match["number"]) == item.number + 1
            if end < 0 or (line.strip() and not match["bullet"] and not match["indent"]):
                return False
            position = end + 1
        return False


def fence_end(text: str, line_end: int, fence: str) -> tuple[int, int] | None:
    """Where a fenced block that was opened on the line ending at `line_end` is closed: the end
    of its content and the end of the closing line. None where it never is."""
    pattern = re.compile(
        rf"\n[{_BLANK}]*{re.escape(fence[0])}{{{len(fence)},}}[{_BLANK}]*(?=\n|\Z)"
    )
    match = pattern.search(text, line_end)
    return (match.start(), match.end()) if match else None


@lru_cache(maxsize=2**14)  # the derivation and the rendering look at the same texts
def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a text, in order. Every non-blank line stands in exactly one of them; time
    grows linearly with the text."""
    return _Parser(text).run()
