"""Cards in a page that no one has described: definition lists, `details`, tables of questions and
answers, boxes called question and answer, and headings with content."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from bs4 import Tag

from deckwright.readers.html.options import Kind
from deckwright.readers.html.slices import Page, Piece, inside
from deckwright.readers.html.tree import HEADINGS, Element, Text

OWN = "the page's own"
_FRONTS = frozenset(("front", "question", "term", "prompt"))
_BACKS = frozenset(("back", "answer", "definition", "explanation", "solution", "response"))
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


@dataclass(slots=True)
class Card:
    """A card as the page has it: its two sides, the questions above it (from the outermost to the
    innermost), where it stands, and what else was chosen for it."""

    question: tuple[Piece, ...]
    answer: tuple[Piece, ...]
    context: tuple[str, ...]
    start: int
    end: int
    several: bool = False  # each piece of the answer is one of its own
    fields: tuple[tuple[str, str | tuple[Piece, ...]], ...] = ()
    tags: tuple[tuple[str, Piece], ...] = ()
    id: tuple[str, Piece] | None = None


@dataclass(slots=True)
class Found:
    """The cards of a page; `told` are parts that are in no card with what they are, `half` the
    questions without an answer and the answers without a question."""

    cards: list[Card] = field(default_factory=list)
    told: list[tuple[int, int, str]] = field(default_factory=list)
    half: list[tuple[int, int, str]] = field(default_factory=list)


class _Heading(NamedTuple):
    tag: Element
    level: int


class _Open(NamedTuple):
    """A `details` of further ones: a heading that has an end."""

    tag: Element
    summary: Element


class _Close(NamedTuple):
    tag: Element


_Event = _Heading | _Open | _Close | Card | Piece


@dataclass(slots=True)
class _Section:
    """What a heading stands above. `limit` is where its box ends, if it has one of its own."""

    head: Element
    name: str
    level: int
    context: tuple[str, ...]
    limit: int
    pieces: list[Piece] = field(default_factory=list)
    below: int = 0  # cards and headings under it


def find(
    page: Page, kinds: Sequence[Kind], level: int, *, flat: bool, own: Callable[[str], bool]
) -> Found:
    """The cards of a page. `own` says whether a line of text is the site's own wherever it stands:
    so are a heading that is one with all that is under it, and such lines behind the last card.

    A heading makes a card of what stands under it up to the next one; one with nothing of its own
    stands above the cards that follow. With `level` (1 to 6) only headings of that level make
    cards: deeper ones belong to the answer. `flat` finds that level itself: the highest of which
    two have text of their own; lists and tables then belong to the answers, too.
    """
    if flat and "headings" in kinds:
        search = _Search(page, ("headings",), level or 6)
        level = level or _level(page, search.sections())
        if any(heading.level > level for heading in search.headings.values()):
            search = _Search(page, ("headings",), level)
        found = search.found(level, own) if level else Found()
        if found.cards:
            return found
        kinds = [kind for kind in kinds if kind != "headings"]
        return _Search(page, kinds, 6).found(0, own)
    return _Search(page, kinds, level or 6).found(level, own)


def _level(page: Page, sections: Sequence[_Section]) -> int:
    own = [
        s.level
        for s in sections
        if page.seen(s.pieces)
        or (not s.below and any(page.hides(p.start, p.end) for p in s.pieces))
    ]
    counts = Counter(own)
    twice = [level for level in counts if counts[level] > 1]
    return min(twice or own, default=0)


class _Search:
    def __init__(self, page: Page, kinds: Sequence[Kind], deepest: int) -> None:
        self.page = page
        self.told: list[tuple[int, int, str]] = []
        self.half: list[tuple[int, int, str]] = []
        self.units = self._units(kinds)
        starts = sorted((unit.start, unit.end) for unit, _ in self.units.values())
        self.headings: dict[int, _Heading] = {}
        if "headings" in kinds:
            for tag in page.document.named(HEADINGS):
                level = int(tag.name[1])
                at = bisect_right(starts, (tag.start, len(page.source.text))) - 1
                in_unit = at >= 0 and starts[at][1] > tag.start
                wanted = level <= deepest and not in_unit and not page.away(tag.start)
                if wanted and page.words(tag.inner, tag.inner_end):
                    self.headings[id(tag)] = _Heading(tag, level)
        self.above: set[int] = set()  # what holds headings or units
        for each in [*(h.tag for h in self.headings.values()), *self._tags()]:
            for parent in each.parents:
                if id(parent) in self.above:
                    break
                self.above.add(id(parent))
        self.counts: dict[int, list[int]] = {}
        if self.headings:
            self._count(page.soup)

    def _tags(self) -> list[Element]:
        return [unit for unit, _ in self.units.values()]

    # What makes cards by itself ------------------------------------------------------------------

    def _units(self, kinds: Sequence[Kind]) -> dict[int, tuple[Element, str]]:
        """The outermost elements that hold a question and its answer, or several: by their
        identity, each with what it is."""
        page, found = self.page, {}
        names = [
            *(["dl"] if "definitions" in kinds else []),
            *(["details"] if "details" in kinds else []),
            *(["table"] if "tables" in kinds else []),
        ]
        end = -1
        for tag in page.document.named(names):
            if tag.end <= end or page.away(tag.start):
                continue
            kind = tag.name
            if kind == "details":
                if not _summary(tag):
                    continue
                kind = "group" if _holds(tag, ("details",)) else kind
            elif not (_is_definitions(page, tag) if kind == "dl" else _is_pairs(page, tag)):
                continue
            if kind != "group":
                end = tag.end
            found[id(tag)] = (tag, kind)
        if "boxes" in kinds:
            self._boxes(found)
        return found

    def _boxes(self, found: dict[int, tuple[Element, str]]) -> None:
        """Elements whose class says that they are a question, each with the answer behind it."""
        page = self.page
        units = sorted((u.start, u.end) for u, kind in found.values() if kind != "group")
        sides: dict[bool, list[Element]] = {True: [], False: []}
        for tag in page.document.elements:
            if "class" not in tag.attrs:
                continue
            words = {
                word.lower() for name in tag.attrs["class"] for word in _WORDS.findall(name[:80])
            }
            front, back = bool(words & _FRONTS), bool(words & _BACKS)
            if front == back or page.away(tag.start):
                # What is hidden may be the answer that waits for a click.
                away = page.away(tag.start)
                if front == back or not back or not away or away.reason != "hidden":
                    continue
            at = bisect_right(units, (tag.start, len(page.source.text))) - 1
            if at < 0 or units[at][1] <= tag.start:
                sides[front].append(tag)
        fronts = _outermost(without(sides[True], sides[False]))
        backs = _outermost(without(sides[False], sides[True]))
        starts = [tag.start for tag in backs]
        pairs = []
        for index, tag in enumerate(fronts):
            after = fronts[index + 1] if index + 1 < len(fronts) else None
            at = bisect_left(starts, tag.end)
            if at < len(backs) and (not after or backs[at].start < after.start):
                pairs.append((tag, backs[at]))
        if len(pairs) > 1:
            for front_tag, back_tag in pairs:
                found[id(front_tag)] = (front_tag, "front")
                found[id(back_tag)] = (back_tag, "back")
            self.backs = {id(front): back for front, back in pairs}

    def _count(self, tag: Tag) -> list[int]:
        counts = [0] * 7
        for child in tag.contents:
            if id(child) in self.headings:
                counts[self.headings[id(child)].level] += 1
            if isinstance(child, Tag) and id(child) in self.above:
                below = self._count(child)
                counts = [a + b for a, b in zip(counts, below, strict=True)]
        self.counts[id(tag)] = counts
        return counts

    def _limit(self, heading: _Heading) -> int:
        """Where the box of a heading ends: the largest one that has no other of its level or of a
        higher one, if it holds more than the heading; else the end of the page."""
        box: Element = heading.tag
        for parent in heading.tag.parents:
            if not isinstance(parent, Element):
                break
            if sum(self.counts[id(parent)][: heading.level + 1]) > 1:
                break
            box = parent
        head, page = heading.tag, self.page
        for start, end in ((box.start, head.start), (head.end, box.end)):
            if page.filled(start, end) or page.hides(start, end):
                return box.end
        return len(page.source.text) + 1

    # The page in its order -----------------------------------------------------------------------

    def _events(self, tag: Tag) -> Iterator[_Event]:
        page = self.page
        for child in tag.contents:
            if isinstance(child, Text):
                if page.filled(child.start, child.end):
                    yield Piece(child)
                continue
            if not isinstance(child, Element):
                continue
            away = page.away(child.start)
            unit = self.units.get(id(child))
            if away and unit is None:
                if away.reason == "hidden":
                    yield Piece(child)
                continue
            if unit:
                yield from self._unit(child, unit[1])
            elif id(child) in self.headings:
                yield self.headings[id(child)]
            elif id(child) in self.above:
                yield from self._events(child)
            else:
                yield Piece(child)  # an empty one may part two texts

    def _unit(self, tag: Element, kind: str) -> Iterator[_Event]:
        if kind == "group":
            summary = _summary(tag)
            assert summary is not None
            yield _Open(tag, summary)
            for event in self._events(tag):
                if not (isinstance(event, Piece) and event.node is summary):
                    yield event
            yield _Close(tag)
        elif kind == "details":
            summary = _summary(tag)
            assert summary is not None
            rest = [
                Piece(child)
                for child in tag.contents
                if isinstance(child, (Element, Text)) and child is not summary
            ]
            yield Card((inside(summary),), tuple(rest), (), tag.start, tag.end)
        elif kind == "front":
            back = self.backs[id(tag)]
            yield Card((inside(tag),), (inside(back),), (), tag.start, back.end)
        elif kind == "dl":
            yield from self._definitions(tag)
        elif kind == "table":
            yield from self._rows(tag)

    def _definitions(self, tag: Element) -> Iterator[_Event]:
        terms: list[Element] = []
        said: list[Element] = []

        def card() -> Iterator[_Event]:
            if terms or said:
                first, last = (terms or said)[0], (said or terms)[-1]
                question, answer = map(tuple, (map(inside, terms), map(inside, said)))
                many = len(said) > 1
                yield Card(question, answer, (), first.start, last.end, several=many)

        for child in _terms(tag):
            if child.name == "dt" and said:
                yield from card()
                terms, said = [], []
            (terms if child.name == "dt" else said).append(child)
        yield from card()

    def _rows(self, tag: Element) -> Iterator[_Event]:
        header, rows = _split(tag)
        for part in header:
            self.told.append((part.start, part.end, "the head of a table"))
        for row in rows:
            cells = _cells(row)
            if len(cells) == 2:
                question, answer = cells
                sides = (inside(question),), (inside(answer),)
                yield Card(*sides, (), row.start, row.end)
            elif any(self.page.filled(cell.start, cell.end) for cell in cells):
                self.told.append((row.start, row.end, "a row of one cell"))

    # Sections ------------------------------------------------------------------------------------

    def sections(self) -> list[_Section]:
        return self._read[0]

    @cached_property
    def _read(self) -> tuple[list[_Section], list[Card]]:
        page, sections, cards = self.page, list[_Section](), list[Card]()
        single = sum(h.level == 1 for h in self.headings.values()) == 1
        stack: list[_Section] = []
        groups: list[int] = []  # how many sections stand open outside of a group

        def begin(head: Element, level: int, limit: int) -> None:
            context = [s for s in stack if s.level > 1 or not single]
            for above in stack:
                above.below += 1
            name = page.words(head.inner, head.inner_end)
            stack.append(_Section(head, name, level, tuple(s.name for s in context), limit))
            sections.append(stack[-1])

        for event in self._events(page.soup):
            floor = groups[-1] if groups else 0
            if isinstance(event, _Heading):
                while len(stack) > floor and stack[-1].level >= event.level:
                    stack.pop()
                begin(event.tag, event.level, self._limit(event))
            elif isinstance(event, _Open):
                begin(event.summary, 7, event.tag.end)
                groups.append(len(stack))
            elif isinstance(event, _Close):
                del stack[groups.pop() - 1 :]
            else:
                at = len(stack) - 1
                start = event.start
                while at >= 0 and start >= stack[at].limit:
                    at -= 1
                if isinstance(event, Card):
                    above = [s for s in stack[: at + 1] if s.level > 1 or not single]
                    event.context = tuple(s.name for s in above)
                    for section in stack[: at + 1]:
                        section.below += 1
                    cards.append(event)
                elif at >= 0:
                    stack[at].pieces.append(event)
        return sections, cards

    def found(self, level: int, own: Callable[[str], bool]) -> Found:
        """The cards, in the order of the page."""
        page = self.page
        sections, pairs = self._read
        for section in sections:
            if not section.below and own(section.name):
                parts = [(section.head.start, section.head.end)]
                parts += ((piece.start, piece.end) for piece in section.pieces)
                self.told += ((*part, OWN) for part in parts)
                section.level = 0
        sections = [section for section in sections if section.level]
        last = sections[-1].pieces if sections else []
        while last and (lines := page.lines(last[-1].start, last[-1].end)) and all(map(own, lines)):
            self.told.append((last[-1].start, last[-1].end, OWN))
            last.pop()
        found = Found(told=self.told, half=self.half)
        for card in pairs:
            asked, answered = page.full(card.question), page.full(card.answer)
            if asked and answered:
                found.cards.append(card)
            elif asked or answered:
                found.half.append((card.start, card.end, "answer" if asked else "question"))
        single = sum(s.level == 1 for s in sections) == 1 and len(sections) + len(pairs) > 1
        for section in sections:
            head = section.head
            title = single and section.level == 1
            wanted = not title and (not level or section.level == level)
            full = page.seen if section.below else page.full
            if wanted and full(section.pieces):
                pieces = page.unwrapped(section.pieces)
                end = max(head.end, pieces[-1].node.end)
                found.cards.append(Card((inside(head),), pieces, section.context, head.start, end))
            elif title or section.below or (level and section.level != level):
                said = "the page's title" if title else "a heading above cards"
                found.told.append((head.start, head.end, said))
            else:
                found.half.append((head.start, head.end, "answer"))
        found.cards.sort(key=lambda card: card.start)
        return found


def _summary(tag: Element) -> Element | None:
    found = tag.find("summary", recursive=False)
    return found if isinstance(found, Element) else None


def _holds(tag: Element, names: tuple[str, ...]) -> bool:
    return tag.find(names) is not None


def _terms(tag: Element) -> Iterator[Element]:
    """The `dt` and `dd` of a definition list, also those in a `div` each."""
    for child in tag.contents:
        if isinstance(child, Element):
            if child.name in ("dt", "dd"):
                yield child
            elif child.name in ("div", "section"):
                yield from _terms(child)


def _is_definitions(page: Page, tag: Element) -> bool:
    names = {child.name for child in _terms(tag) if page.filled(child.inner, child.inner_end)}
    hidden = {child.name for child in _terms(tag)}
    return "dt" in names and "dd" in hidden


def _cells(row: Element) -> list[Element]:
    return [c for c in row.contents if isinstance(c, Element) and c.name in ("td", "th")]


def _split(tag: Element) -> tuple[list[Element], list[Element]]:
    """What stands above the rows of a table, and its rows."""
    header: list[Element] = []
    rows: list[Element] = []
    for child in tag.contents:
        if isinstance(child, Element):
            if child.name in ("caption", "thead", "tfoot"):
                header.append(child)
            elif child.name == "tr":
                rows.append(child)
            elif child.name == "tbody":
                rows += (c for c in child.contents if isinstance(c, Element) and c.name == "tr")
    if rows and (cells := _cells(rows[0])) and all(cell.name == "th" for cell in cells):
        header.append(rows.pop(0))
    return header, rows


def _is_pairs(page: Page, tag: Element) -> bool:
    """Whether a table has a question and an answer in each row: two columns, and nothing in its
    cells that only a table for the layout has."""
    rows = _split(tag)[1]
    widths = [len(_cells(row)) for row in rows]
    if not widths or max(widths) != 2 or widths.count(2) * 2 < len(widths):
        return False
    return not _holds(tag, ("table", "dl", "details", "form", *sorted(HEADINGS)))


def without(tags: list[Element], others: list[Element]) -> list[Element]:
    """The elements in which none of the others stands."""
    starts = [tag.start for tag in others]
    return [
        tag
        for tag in tags
        if (at := bisect_right(starts, tag.start)) == len(starts) or starts[at] >= tag.end
    ]


def _outermost(tags: list[Element]) -> list[Element]:
    found: list[Element] = []
    for tag in tags:
        if not found or tag.start >= found[-1].end:
            found.append(tag)
    return found
