"""A page as text with cuts: what stands between two offsets, without what is no study text.

Fields are cut out of the page as it stands. So what a field says is the source's own wording, and
where nothing had to be cut out of it, its span is exact.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from deckwright.readers.html import tree
from deckwright.readers.html.furniture import HIDDEN, furniture
from deckwright.readers.html.replacing import formulas, image
from deckwright.readers.html.tree import VOID, Document, Element, Text
from deckwright.source import Source, Span

Node: TypeAlias = Element | Text

_NOTHING = re.compile(r"[\s\x00-\x1f\x7f\u00ad\u200b\u2060]*")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_BREAK = re.compile(rf"<(?:/?(?:{'|'.join(sorted(tree.BLOCKS))})|br)(?=[\s/>])", re.IGNORECASE)
_MEDIA = frozenset("img audio video math".split())


class Cut(NamedTuple):
    """A part of the page that is left out (`value` is empty) or replaced, and why."""

    start: int
    end: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a card: a whole element or text, or only what is inside of it."""

    node: Node
    inside: bool = False

    @property
    def start(self) -> int:
        return (
            self.node.inner if self.inside and isinstance(self.node, Element) else self.node.start
        )

    @property
    def end(self) -> int:
        if self.inside and isinstance(self.node, Element):
            return self.node.inner_end
        return self.node.end


class Page:
    """A page, what is cut out of it, and what of it stands in notes (`used`)."""

    def __init__(self, source: Source, document: Document, removed: Iterable[Element]) -> None:
        self.source, self.document, self.soup = source, document, document.soup
        self.texts = document.texts
        self._starts = [text.start for text in self.texts]
        cuts = [Cut(tag.start, tag.end, "", "removed") for tag in removed]
        hidden: list[Cut] = []
        for tag, value in formulas(document):
            cuts.append(Cut(tag.start, tag.end, value, "" if value else "a picture of a formula"))
        for tag, reason in furniture(document):
            (hidden if reason is HIDDEN else cuts).append(Cut(tag.start, tag.end, "", reason))
        media = []
        for tag in document.named(_MEDIA):
            media.append(tag.start)
            if tag.name == "img" and (value := image(tag)):
                cuts.append(Cut(tag.start, tag.end, value, ""))
        for tag in document.named(("button",)):
            # What may be clicked in a question is its text; the button itself is the page's.
            cuts.append(Cut(tag.start, tag.inner, "", ""))
            cuts.append(Cut(tag.inner_end, tag.end, "", ""))
        self._media = media
        self._hidden = _apart(hidden)
        self._shown: set[int] = set()
        self._cuts = _apart(cuts)
        self._cut_starts = [cut.start for cut in self._cuts]
        self._hidden_starts = [cut.start for cut in self._hidden]
        self.used: list[tuple[int, int]] = []

    # What is cut out -----------------------------------------------------------------------------

    def away(self, offset: int) -> Cut | None:
        """What leaves out the character at an offset; None where it stays."""
        cut = self._at(offset)
        if cut and cut.reason:
            return cut
        at = bisect_right(self._hidden_starts, offset) - 1 if self._hidden else -1
        if at >= 0 and self._hidden[at].end > offset and self._hidden[at].start not in self._shown:
            return self._hidden[at]
        return None

    def _at(self, offset: int) -> Cut | None:
        at = bisect_right(self._cut_starts, offset) - 1
        return self._cuts[at] if at >= 0 and self._cuts[at].end > offset else None

    def replaced(self, offset: int) -> str:
        """What stands in place of the element at an offset; empty where it stays itself."""
        cut = self._at(offset)
        return cut.value if cut and not cut.reason else ""

    def _between(self, start: int, end: int) -> list[Cut]:
        found = self._cuts[
            bisect_left(self._cut_starts, start) : bisect_left(self._cut_starts, end)
        ]
        first, last = bisect_left(self._hidden_starts, start), bisect_left(self._hidden_starts, end)
        hidden = [cut for cut in self._hidden[first:last] if cut.start not in self._shown]
        return _apart([*found, *hidden]) if hidden else found

    def hides(self, start: int, end: int) -> bool:
        """Whether anything hidden begins between two offsets."""
        at = bisect_left(self._hidden_starts, start)
        return at < len(self._hidden_starts) and self._hidden_starts[at] < end

    def show(self, pieces: Iterable[Piece]) -> None:
        """Take what is hidden in a part for study text, as the answer that waits for a click."""
        for piece in pieces:
            first = bisect_left(self._hidden_starts, piece.node.start)
            last = bisect_left(self._hidden_starts, piece.node.end)
            self._shown.update(self._hidden_starts[first:last])

    # What stands there ---------------------------------------------------------------------------

    def _texts(self, start: int, end: int) -> list[Text]:
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return self.texts[first:last]

    def filled(self, start: int, end: int) -> bool:
        """Whether there is any text or image for a learner."""
        for text in self._texts(start, end):
            if not blank(text) and not self.away(text.start):
                return True
        first, last = bisect_left(self._media, start), bisect_left(self._media, end)
        return any(not self.away(offset) for offset in self._media[first:last])

    def full(self, pieces: Iterable[Piece]) -> bool:
        """Whether the pieces have anything for a learner; what is hidden is shown if they have
        nothing else."""
        pieces = tuple(pieces)
        if self.seen(pieces):
            return True
        self.show(pieces)
        return self.seen(pieces)

    def seen(self, pieces: Iterable[Piece]) -> bool:
        """Whether the pieces have anything for a learner as the page is."""
        return any(self.filled(piece.start, piece.end) for piece in pieces)

    def words(self, start: int, end: int) -> str:
        """The text in one line, without markup."""
        return " ".join(self.lines(start, end))

    def lines(self, start: int, end: int) -> list[str]:
        """The lines of the text, without markup and without blank ones."""
        texts = self._texts(start, end)
        if len(texts) == 1 and not self._at(texts[0].start) and not self.away(texts[0].start):
            line = _SPACE.sub(" ", texts[0]).strip()
            return [line] if line else []
        parts: list[str] = []
        last, seen = start, ""
        for text in texts:
            if self.away(text.start):
                continue
            said: str = text
            if instead := self.replaced(text.start):  # a formula, which has several texts
                said, seen = "" if instead is seen else html.unescape(instead), instead
            if _BREAK.search(self.source.text, last, text.start):
                parts.append("\0")
            parts.append(said)
            last = text.end
        lines = (_SPACE.sub(" ", line).strip() for line in "".join(parts).split("\0"))
        return list(filter(None, lines))

    def said(self, pieces: Iterable[Piece]) -> str:
        return " ".join(filter(None, (self.words(p.start, p.end) for p in pieces)))

    def value(self, pieces: Sequence[Piece]) -> tuple[str, Span]:
        """The HTML of some pieces as it stands in the page, and its span."""
        text = self.source.text
        if len(pieces) == 1 and not self._between(pieces[0].start, pieces[0].end):
            value = text[pieces[0].start : pieces[0].end].lstrip()
            start, value = pieces[0].end - len(value), value.rstrip()
            return value, self.source.span(start, start + len(value))
        values, merged = [], _merged(text, pieces)
        whole = len(merged) == 1
        for start, end in merged:
            parts: list[str] = []
            position = start
            for cut in self._between(start, end):
                parts += (text[position : cut.start], cut.value)
                position, whole = cut.end, False
            parts.append(text[position:end])
            values.append("".join(parts).strip())
        value = "\n".join(filter(None, values))
        start, end = merged[0][0], merged[-1][1]
        if whole:
            start += len(text[start:end]) - len(text[start:end].lstrip())
            end = start + len(value)
        return value, self.source.span(start, end)

    def use(self, pieces: Iterable[Piece]) -> None:
        """Say that pieces stand in a note."""
        self.used += [(piece.start, piece.end) for piece in pieces]

    def unwrapped(self, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
        """The pieces from the first to the last that has anything for a learner, without the boxes
        that hold nothing but them."""
        filled = [self.filled(piece.start, piece.end) for piece in pieces]
        if any(filled):
            pieces = pieces[filled.index(True) : len(filled) - filled[::-1].index(True)]
        pieces = tuple(pieces)
        while len(pieces) == 1 and isinstance(box := pieces[0].node, Element):
            if not pieces[0].inside:
                if box.name not in ("div", "section", "article", "main", "header"):
                    break
                pieces = (Piece(box, True),)
                continue
            inner = [
                Piece(child)
                for child in box.contents
                if isinstance(child, (Element, Text)) and self.filled(child.start, child.end)
            ]
            only = inner[0].node if len(inner) == 1 else None
            if not isinstance(only, Element) or only.name not in ("div", "section"):
                break
            pieces = (Piece(only, True),)
        return pieces


def blank(text: str) -> bool:
    """Whether there is nothing in a text to be seen."""
    return bool(_NOTHING.fullmatch(text))


def inside(tag: Element) -> Piece:
    """What an element holds; itself where it holds nothing, as an image."""
    return Piece(tag, tag.name not in VOID)


def _apart(cuts: list[Cut]) -> list[Cut]:
    """Cuts in order, without those that lie in another."""
    found: list[Cut] = []
    for cut in sorted(cuts, key=lambda c: (c.start, -c.end)):
        if (not found or cut.start >= found[-1].end) and cut.end > cut.start:
            found.append(cut)
    return found


def _merged(text: str, pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """Where the pieces stand, as one part where nothing but white space is between them."""
    parts: list[tuple[int, int]] = []
    for piece in pieces:
        if parts and not text[parts[-1][1] : piece.start].strip():
            parts[-1] = (parts[-1][0], piece.end)
        else:
            parts.append((piece.start, piece.end))
    return parts
