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

# White space that may indent a line: a copied page brings tabs and non-breaking spaces.
_BLANK = " \t\u00a0\u2007\u202f\u3000\f\v"
_LINE = re.compile(
    rf"(?P<indent>[{_BLANK}]*)"
    r"(?:(?P<fence>`{3,}(?!`)|~{3,}(?!~))(?P<info>[^`\n]*)$"
    rf"|(?P<bullet>[-+*•‣◦▪●○–])[{_BLANK}]+(?=\S)"
    rf"|(?P<number>\d{{1,3}})[.)][{_BLANK}]+(?=\S)"
    r"|(?P<heading>\*\*(?!\s)(?:(?!\*\*).)+(?<!\s)\*\*(?:\s*[:：])?\s*$)"
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


class _OpenItem:
    """An item that may still get more text and blocks."""

    __slots__ = ("children", "end", "indent", "lines", "number", "start")

    def __init__(self, line: str, number: int | None, indent: int, start: int, end: int) -> None:
        self.lines, self.number, self.indent = [line], number, indent
        self.start, self.end = start, end
        self.children: list[Block | _OpenList] = []

    def close(self) -> Item:
        text = self.lines[0] if len(self.lines) == 1 else "\n".join(self.lines)
        children = tuple(map(_closed, self.children)) if self.children else ()
        return Item(text, self.number, self.start, self.end, children)


class _OpenList:
    __slots__ = ("indent", "items", "ordered", "start")

    def __init__(self, ordered: bool, indent: int, start: int) -> None:
        self.ordered, self.indent, self.start = ordered, indent, start
        self.items: list[_OpenItem] = []

    def close(self) -> List:
        items = tuple([item.close() for item in self.items])
        return List(self.ordered, items, self.start, _end(items))


def _closed(block: Block | _OpenList) -> Block:
    return block.close() if isinstance(block, _OpenList) else block


def _end(items: tuple[Item, ...]) -> int:
    last = items[-1]
    return max(last.end, last.children[-1].end) if last.children else last.end


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.top: list[Block | _OpenList] = []
        self.lists: list[_OpenList] = []  # the open ones, outermost first
        self.paragraph: tuple[int, int] | None = None
        self.home: list[Block | _OpenList] = self.top  # where the open paragraph will stand

    def run(self) -> tuple[Block, ...]:
        text = self.text
        position, length, blank = 0, len(text), True
        while position < length:
            end = text.find("\n", position)
            if end < 0:
                end = length
            line = text[position:end]
            if not line or line.isspace():
                self.end_paragraph()
                blank = True
                position = end + 1
                continue
            if line[0].isalpha():  # as most lines of running text begin
                self.add_text(line, 0, position, blank)
                blank = False
                position = end + 1
                continue
            match = _LINE.match(line)
            assert match is not None  # every part of the pattern is optional
            kind = match.lastgroup
            if kind == "indent":
                self.add_text(line, len(match["indent"]), position, blank)
            elif kind == "info":
                end = self.add_code(match, position, end)
            elif kind == "heading" and not _is_sentence(line):
                self.add_heading(line, position)
            elif kind == "bullet" or (kind == "number" and self.may_begin(match, blank)):
                self.add_item(match, line, position)
            else:
                self.add_text(line, len(match["indent"]), position, blank)
            blank = False
            position = end + 1
        self.end_paragraph()
        return tuple(_closed(block) for block in self.top)

    def end_paragraph(self) -> None:
        if self.paragraph:
            start, end = self.paragraph
            self.home.append(Paragraph(self.text[start:end], start, end))
            self.paragraph = None

    def may_begin(self, match: re.Match[str], blank: bool) -> bool:
        """Whether a numbered line begins an item. In the middle of a paragraph only `1.` does: a
        wrapped line may begin with any other number by chance."""
        return blank or self.paragraph is None or int(match["number"]) <= 1

    def owner(self, indent: int) -> _OpenItem | None:
        """The open item under which a line indented so far stands."""
        for level in reversed(self.lists):
            if indent > level.items[-1].indent:
                return level.items[-1]
        return None

    def add_text(self, line: str, indent: int, position: int, blank: bool) -> None:
        start, end = position + indent, position + len(line.rstrip())
        if self.paragraph and not blank:
            self.paragraph = (self.paragraph[0], end)
            return
        item = self.owner(_width(line[:indent])) if self.lists and indent else None
        if item is None:
            self.end_paragraph()
            self.lists.clear()
            self.home, self.paragraph = self.top, (start, end)
        elif blank or item.children:
            self.end_paragraph()
            self.close_to(item)
            self.home, self.paragraph = item.children, (start, end)
        else:
            item.lines.append(line.strip())
            item.end = end

    def close_to(self, item: _OpenItem) -> None:
        while self.lists[-1].items[-1] is not item:
            self.lists.pop()

    def add_heading(self, line: str, position: int) -> None:
        self.end_paragraph()
        self.lists.clear()
        stripped = line.strip()
        start = position + line.index(stripped[0])
        text = stripped[2 : stripped.rindex("**")].rstrip(":：" + _BLANK)
        self.top.append(Heading(text, start, start + len(stripped)))

    def add_code(self, match: re.Match[str], position: int, end: int) -> int:
        """Take a fenced block, to its closing fence or the end of the text; say where it ends."""
        self.end_paragraph()
        indent = match["indent"]
        item = self.owner(_width(indent)) if self.lists and indent else None
        if item is None:
            self.lists.clear()
        else:
            self.close_to(item)
        close = fence_end(self.text, end, match["fence"])
        inner_end, outer_end = close if close else (len(self.text), len(self.text))
        lines = self.text[end + 1 : inner_end].split("\n")
        if indent:
            lines = [line.removeprefix(indent) for line in lines]
        code = Code(
            "\n".join(lines).rstrip(), match["info"].strip(), position + len(indent), outer_end
        )
        (item.children if item else self.top).append(code)
        return outer_end

    def add_item(self, match: re.Match[str], line: str, position: int) -> None:
        if self.paragraph:
            self.end_paragraph()
        lead, digits = match.group("indent", "number")
        number = int(digits) if digits else None
        ordered = number is not None
        indent = _width(lead) if lead else 0
        lists = self.lists
        while lists and indent < lists[-1].items[-1].indent - 1:
            lists.pop()
        offset = match.end()
        text = line[offset:].rstrip()
        start = position + offset
        item = _OpenItem(text, number, indent, start, start + len(text))
        if lists:
            last = lists[-1]
            if indent == last.items[-1].indent and ordered == last.ordered and number != 1:
                last.items.append(item)
                return
            deeper = indent > last.items[-1].indent + 1
            if not deeper and last.ordered and not ordered:
                deeper = self.bullets_belong_under(last.items, position)
            if deeper and len(lists) < MAX_DEPTH:
                self.begin_list(last.items[-1].children, ordered, indent, item, position)
                return
            # A number at the indentation of bullets that stand under a number goes on with the
            # numbers.
            if (
                ordered
                and not last.ordered
                and not deeper
                and len(lists) > 1
                and lists[-2].ordered
                and indent <= lists[-2].items[-1].indent + 1
            ):
                lists.pop()
                last = lists[-1]
            # Lists may be numbered 1, 1, 1; a 1 after a 3 is a new list.
            begins_anew = number == 1 and last.items[-1].number not in (0, 1)
            if last.ordered != ordered or begins_anew:
                lists.pop()
                home = lists[-1].items[-1].children if lists else self.top
                self.begin_list(home, ordered, indent, item, position)
                return
            last.items.append(item)
            return
        self.begin_list(self.top, ordered, indent, item, position)

    def begin_list(
        self,
        home: list[Block | _OpenList],
        ordered: bool,
        indent: int,
        item: _OpenItem,
        position: int,
    ) -> None:
        new = _OpenList(ordered, indent, position)
        new.items.append(item)
        home.append(new)
        self.lists.append(new)

    def bullets_belong_under(self, items: list[_OpenItem], position: int) -> bool:
        """Whether bullets that are indented no further than the number before them stand under
        it: they do when it leads in to them, when the numbers go on after them, or when bullets
        stood so under the number before."""
        item = items[-1]
        if item.lines[-1].rstrip("*").endswith((":", "：")):
            return True
        before = items[-2].children if len(items) > 1 else ()
        if before and isinstance(before[0], _OpenList) and before[0].indent <= items[-2].indent + 1:
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
