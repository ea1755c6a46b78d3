"""HTML to the text that one gets by copying the page.

It is the markup of flashcard pages, which the derivation and the page reader know: bold is
`**bold**`, code `` `code` ``, items begin with `- ` or their number, headings are bold lines, code
blocks are fenced, and a blank line stands between blocks. A heading and the list under it stand
together, as do the items of a list without paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from deckwright import blocks
from deckwright.readers.html.slices import Node, Page, Piece, blank
from deckwright.readers.html.tree import BLOCKS, HEADINGS, Element, Text

_SPACE = re.compile(r"[ \t\n\r\f]+")
_BOLD = frozenset(("strong", "b"))
_CODE = frozenset(("code", "kbd", "samp", "tt"))
_LISTS = frozenset(("ul", "ol", "menu", "dir"))
_LANGUAGE = re.compile(r"(?:language|lang|highlight-source|brush)[-:]\s*([\w+#.-]+)")


class _Block(NamedTuple):
    text: str
    list: bool = False


def to_page(page: Page, pieces: Sequence[Piece], *, several: bool = False) -> tuple[str, int]:
    """The text of pieces of a page, each an item of its own where they are `several`, and how many
    images it cannot show."""
    writer = _Writer(page)
    if several:
        said = (_joined(writer.blocks(_inner(piece))) for piece in pieces)
        items = ("- " + each.replace("\n", "\n  ") for each in said if each)
        return "\n".join(items), writer.images
    return _joined(writer.blocks(_all(pieces))), writer.images


def title(page: Page, pieces: Sequence[Piece]) -> str:
    """The text of a question, in one line."""
    writer = _Writer(page)
    said = (_joined(writer.blocks(_inner(piece), True)) for piece in pieces)
    return ", ".join(" ".join(each.split("\n")) for each in said if each)


def _all(pieces: Sequence[Piece]) -> list[Node]:
    """The nodes of pieces. Two texts that are apart in the page are two lines."""
    return [node for piece in pieces for node in _inner(piece)]


def _inner(piece: Piece) -> list[Node]:
    if piece.inside and isinstance(piece.node, Element):
        return list(piece.node.contents)  # type: ignore[arg-type]
    return [piece.node]


def _joined(parts: Sequence[_Block], tight: bool = False) -> str:
    said = ""
    for index, part in enumerate(parts):
        if index:
            before = parts[index - 1].text
            close = part.list and (tight or ("\n" not in before and blocks.is_heading(before)))
            said += "\n" if close else "\n\n"
        said += part.text
    return said


class _Writer:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.images = 0
        self._boxes: dict[int, bool] = {}

    def holds_blocks(self, tag: Element) -> bool:
        known = self._boxes.get(id(tag))
        if known is None:
            known = any(
                child.name in BLOCKS or self.holds_blocks(child)
                for child in tag.contents
                if isinstance(child, Element)
            )
            self._boxes[id(tag)] = known
        return known

    def blocks(self, nodes: Iterable[object], bold: bool = False) -> list[_Block]:
        """The blocks of some nodes; `bold` where they are bold already."""
        found: list[_Block] = []
        line: list[str] = []

        def flush() -> None:
            if said := _line(line):
                found.append(_Block(said))
            line.clear()

        for node in nodes:
            if not isinstance(node, (Element, Text)) or self.page.away(node.start):
                continue
            if isinstance(node, Text):
                line.append(self.text(node))
                continue
            name = node.name
            if name not in BLOCKS and (name == "svg" or not self.holds_blocks(node)):
                line.append(self.inline(node, bold))
                continue
            flush()
            if name in HEADINGS or name in ("summary", "caption", "dt"):
                said = _joined(self.blocks(node.contents, True)).replace("\n", " ")
                found += [_Block(said if bold else f"**{said}**")] if said else []
            elif name == "pre":
                found += self.code(node)
            elif name in _LISTS:
                found += self.items(node)
            elif name == "tr":
                found += self.row(node)
            else:
                found += self.blocks(node.contents, bold)
        flush()
        return found

    def text(self, node: Text) -> str:
        if not (instead := self.page.replaced(node.start)):
            return _SPACE.sub(" ", node)
        return self.instead(instead, node.start)

    def instead(self, value: str, start: int) -> str:
        if value.startswith("<"):
            self.images += 1
            return ""
        return value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    def inline(self, tag: Element, bold: bool) -> str:
        name = tag.name
        if name == "br":
            return "\n"
        if name == "img" and (image := _image(tag)):
            return image
        if name in ("img", "audio", "video"):
            self.images += 1
        if name == "img":
            return str(tag.attrs.get("alt") or "")
        if value := self.page.replaced(tag.start):
            return self.instead(value, tag.start)
        is_bold, is_code = name in _BOLD and not bold, name in _CODE
        parts = []
        for child in tag.contents:
            if isinstance(child, Text):
                parts.append("" if self.page.away(child.start) else self.text(child))
            elif isinstance(child, Element) and not self.page.away(child.start):
                parts.append(self.inline(child, bold or is_bold or is_code))
        said = "".join(parts)
        if is_bold:
            return _around(said, "**") if "**" not in said else said
        if is_code and not bold:
            return _around(said, "`") if "`" not in said else said
        if is_code:
            return _around(said, "`") if "`" not in said and name == "code" else said
        return said

    def code(self, tag: Element) -> list[_Block]:
        said = "".join(
            text if isinstance(text, Text) else "\n"
            for text in tag.descendants
            if (isinstance(text, Text) and not self.page.away(text.start))
            or (isinstance(text, Element) and text.name == "br")
        ).strip("\n")
        if blank(said):
            return []
        language = ""
        inner = tag.find("code")
        for each in (tag, inner if isinstance(inner, Element) else tag):
            names = " ".join(map(str, each.attrs.get("class") or ()))
            if not language and (found := _LANGUAGE.search(names)):
                language = found[1]
        fence = "```"
        while fence in said:
            fence += "`"
        return [_Block(f"{fence}{language}\n{said}\n{fence}")]

    def items(self, tag: Element) -> list[_Block]:
        ordered = tag.name == "ol"
        number = _number(tag, "start", 1)
        items: list[str] = []
        loose = False
        for child in tag.contents:
            if not isinstance(child, Element) or self.page.away(child.start):
                if isinstance(child, Text) and not blank(child):
                    items.append(f"- {_line([self.text(child)])}")
                continue
            if child.name == "li":
                number = _number(child, "value", number)
            marker = f"{number}. " if ordered else "- "
            parts = self.blocks(child.contents if child.name == "li" else [child])
            if not parts:
                continue
            paragraphs = any(isinstance(c, Element) and c.name == "p" for c in child.contents)
            loose = loose or paragraphs
            said = _joined(parts, tight=not paragraphs)
            items.append(marker + said.replace("\n", "\n" + " " * len(marker)))
            number += 1
        said = ("\n\n" if loose else "\n").join(items)
        said = re.sub(r"\n +(?=\n)", "\n", said)
        return [_Block(said, not loose)] if said else []

    def row(self, tag: Element) -> list[_Block]:
        cells = [
            _joined(self.blocks(cell.contents if isinstance(cell, Element) else [cell]))
            for cell in tag.contents
        ]
        cells = [cell.replace("\n", " ") for cell in cells if cell]
        return [_Block(" | ".join(cells))] if any(cells) else []


def _number(tag: Element, name: str, default: int) -> int:
    said = str(tag.attrs.get(name, ""))
    return int(said) if re.fullmatch(r"\d{1,3}", said) else default


def _around(said: str, mark: str) -> str:
    inner = said.strip()
    if not inner or "\n" in inner:
        return said
    before = said[: len(said) - len(said.lstrip())]
    return f"{before}{mark}{inner}{mark}{said[len(said.rstrip()) :]}"


def _line(parts: Sequence[str]) -> str:
    """A paragraph: white space as a browser shows it, lines where the page breaks them."""
    lines = (re.sub(r" {2,}", " ", line).strip(" ") for line in "".join(parts).split("\n"))
    said = "\n".join(lines).strip("\n")
    said = re.sub(r"\n{2,}", "\n\n", said)
    return "" if blank(said) else said


_FILE = re.compile(r"(?!data:|blob:|about:|javascript:|#|(?:https?:)?//)[^()\n]+", re.IGNORECASE)


def _image(tag: Element) -> str:
    """An image of a file beside the page as page text has it; empty for any other."""
    source = str(tag.attrs.get("src") or "").strip()
    alt = _SPACE.sub(" ", str(tag.attrs.get("alt") or "")).strip()
    return f"![{re.sub(r'[][]', '', alt)}]({source})" if _FILE.fullmatch(source) else ""
