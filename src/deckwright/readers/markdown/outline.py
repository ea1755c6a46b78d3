"""The outline of a Markdown text: its headings, and the cards of `Q:`, `A:` and `C:` lines below
them, each with its lines and with what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from deckwright.readers.markdown import settings
from deckwright.readers.markdown.lines import CONTENT, Line
from deckwright.readers.markdown.rules import Told
from deckwright.readers.markdown.settings import Said

Pieces = tuple[tuple[int, int], ...]
"""What a value is made of: parts of the source in their order, a line end between each two."""


@dataclass(slots=True)
class Card:
    """A question and its answer, or a text with deletions and what stands behind it. `said` is
    filled when the pieces are asked for."""

    line: Line
    question: list[Line] = field(default_factory=list)
    answer_line: Line | None = None
    answer: list[Line] = field(default_factory=list)
    said: Said = field(default_factory=Said)

    @property
    def lines(self) -> list[Line]:
        """Where its next line goes."""
        return self.answer if self.answer_line else self.question


@dataclass(slots=True)
class Section:
    """A heading (of level 0 where it is the file itself) and what stands below it up to the next:
    its `own` lines, then cards, and `stray` runs of lines behind a line that ended a card. `above`
    are the sections that it is a part of, the outermost first."""

    level: int = 0
    start: int = 0
    end: int = 0
    title: tuple[int, int] = (0, 0)
    said: Said = field(default_factory=Said)
    above: tuple[Section, ...] = ()
    own: list[Line] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    stray: list[list[Line]] = field(default_factory=list)
    parent: bool = False  # of another section
    asks: bool = False  # the heading is a question itself
    slug: str = ""
    deck: str = ""  # of the heading's own note
    below: str = ""  # the deck of what stands below it


def outline(text: str, lines: Iterable[Line], told: Told) -> tuple[list[Section], list[Line]]:
    """The sections of a text in order, that of the file itself first, and the lines that only part
    one card from the next."""
    sections = [Section()]
    open_sections: list[Section] = []
    between: list[Line] = []
    section, home = sections[0], sections[0].own
    card: Card | None = None
    for line in lines:
        kind = line.kind
        if kind == "heading":
            while open_sections and open_sections[-1].level >= line.level:
                open_sections.pop()
            if open_sections:
                open_sections[-1].parent = True
            section = _section(text, line, tuple(open_sections), told)
            sections.append(section)
            open_sections.append(section)
            home, card = section.own, None
        elif kind == "Q" or kind == "C":
            said = _above(home, section, told, of_card=card is not None)
            card = Card(line, said=said)
            section.cards.append(card)
            home = card.lines
        elif kind == "A" and card is not None:
            card.answer_line = line
            home = card.lines
        elif kind == "rule" and home is not section.own:
            between.append(line)
            if card is not None:
                section.stray.append([])
                home, card = section.stray[-1], None
        else:
            home.append(line)
    for section in sections:
        for line in section.own:
            section.said.take(line.said, told)
    return sections, between


def _section(text: str, line: Line, above: tuple[Section, ...], told: Told) -> Section:
    start, before = settings.off_start(text, line.first, line.last)
    end, behind = settings.off_end(text, start, line.last, tags=True, attributes=True)
    section = Section(line.level, line.start, line.end, (start, end), above=above)
    section.said.take((*before, *behind), told)
    return section


def _above(home: list[Line], section: Section, told: Told, *, of_card: bool) -> Said:
    """What settings and tags right above a card say of it, taken off the lines before it. Where
    they stand right below a heading, only the id and the GUID are the card's."""
    said = Said()
    first = len(home)
    while first and home[first - 1].kind in ("settings", "tags"):
        first -= 1
    if first == len(home) or (first and home[first - 1].kind not in ("blank", "rule")):
        return said
    if not first and of_card:  # they stand right below the text of the card before
        return said
    taken = [setting for line in home[first:] for setting in line.said]
    if not first and home is section.own:
        mine = [setting for setting in taken if setting.what in ("id", "guid")]
        said.take(mine, told)
        home[first:] = [
            line._replace(said=tuple(s for s in line.said if s not in mine)) for line in home
        ]
    else:
        said.take(taken, told)
        del home[first:]
    return said


def pieces(
    text: str,
    lines: Sequence[Line],
    begun: Line | None = None,
    dropped: Callable[[Line], None] = lambda _: None,
) -> Pieces:
    """The study text in some lines, the first of which may have `begun` behind a mark: without
    settings and tags, and without what stands around it. `dropped` is called with each line that
    parts cards and stood around it."""
    begins = [begun] if begun and begun.first < begun.last else []
    kept = [line for line in (*begins, *lines) if line.kind not in ("settings", "tags")]
    last = len(kept)
    while last and not _is_content(kept[last - 1]):
        last -= 1
    first = 0
    while first < last and not _is_content(kept[first]):
        first += 1
    for line in (*kept[:first], *kept[last:]):
        if line.kind == "rule":
            dropped(line)
    kept = kept[first:last]
    if not kept:
        return ()
    found = []
    start = kept[0].first if kept[0] is begun else kept[0].start
    for line, following in pairwise(kept):
        end = line.last if line is begun else line.end
        if following.start != line.end + 1 or (end < line.end and text[end : line.end].strip()):
            found.append((start, end))
            start = following.start
    end = kept[-1].last if kept[-1] is begun else kept[-1].end
    found.append((start, end))
    return tuple(found)


def _is_content(line: Line) -> bool:
    return line.kind in CONTENT or line.kind in ("Q", "C", "A")


def without_settings(
    text: str, pieces: Pieces, said: Said, told: Told, *, attributes: bool = False
) -> Pieces:
    """The pieces without what is said behind their text, which `said` takes."""
    left = list(pieces)
    while left:
        start, end = left[-1]
        last, found = settings.off_end(text, start, end, tags=False, attributes=attributes)
        said.take(found, told)
        if last > start:
            left[-1] = start, last
            break
        left.pop()
    return tuple(left)


def value(text: str, pieces: Pieces) -> str:
    return "\n".join(text[start:end] for start, end in pieces)
