"""Cards that selectors of a project choose."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from deckwright.readers.html.slices import Page, Piece, inside
from deckwright.readers.html.structure import Card, without
from deckwright.readers.html.tree import HEADINGS, Document, Element, Text

_ATTRIBUTE = re.compile(r"(?P<selector>[^@]*)@(?P<name>[A-Za-z_][\w.:-]*)\s*")
_QUESTIONS = frozenset((*HEADINGS, "dt", "summary"))


@dataclass(slots=True)
class Chosen:
    """The cards that selectors choose; `wrong` are selectors that are none (with the reason),
    `nothing` those that find nothing, by the name of their option; `half` are places of cards that
    lack a side, with what they lack."""

    cards: list[Card] = field(default_factory=list)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    nothing: list[tuple[str, str]] = field(default_factory=list)
    half: list[tuple[int, int, str]] = field(default_factory=list)


class Selectors:
    """The selectors of a project on one page. Each is asked once for the whole page, so that a
    slow one is slow once; one with `:scope` is asked in each card."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.wrong: list[tuple[str, str, str]] = []
        self._found: dict[str, list[Element]] = {}

    def all(self, option: str, selector: str, card: Element | None = None) -> list[Element]:
        """The elements that a selector finds, in the order of the page, none in another."""
        from soupsieve import SelectorSyntaxError

        scope = card if ":scope" in selector and card is not None else None
        if scope is None and selector in self._found:
            found = self._found[selector]
        else:
            try:
                chosen = list((scope or self.document.soup).select(selector))
            except (SelectorSyntaxError, NotImplementedError, ValueError, RecursionError) as error:
                message = str(error).split("\n", 1)[0].rstrip(" :.")
                if (option, selector, message) not in self.wrong:
                    self.wrong.append((option, selector, message))
                chosen = []
            found = []
            for tag in chosen:
                if isinstance(tag, Element) and (not found or tag.start >= found[-1].end):
                    found.append(tag)
            if scope is None:
                self._found[selector] = found
        if card is None or scope is not None:
            return found
        first = bisect_left(found, card.start, key=_start)
        return found[first : bisect_left(found, card.end, key=_start)]


def _start(tag: Element) -> int:
    return tag.start


def choose(
    page: Page,
    selectors: Selectors,
    *,
    card: str,
    front: str,
    back: str,
    tag: str,
    id: str,
    fields: Mapping[str, str],
) -> Chosen:
    """The cards that selectors choose. Without `card`, each front goes with the back behind it."""
    chosen = Chosen()
    cards = _cards(page, selectors, card, front, back, chosen)
    given = {f"fields: {name}": said for name, said in fields.items()}
    options = {"front": front, "back": back, "tag": tag, "id": id, **given}
    seen: set[str] = set()
    for box, asked, answered in cards:
        question = asked if asked is not None else _pieces(page, selectors, "front", front, box)
        if asked is None and not front and not fields:
            question = _first(page, box)
        more = []
        others = list(question)
        for name, said in fields.items():
            if value := _value(page, selectors, f"fields: {name}", said, box):
                more.append((name, value))
                seen.add(f"fields: {name}")
                others += value if isinstance(value, tuple) else ()
        labels = _said(page, selectors, "tag", tag, box)
        ids = _said(page, selectors, "id", id, box)
        others += (piece for _, piece in (*labels, *ids) if piece.inside)
        answer = answered if answered is not None else _pieces(page, selectors, "back", back, box)
        if answered is None and not back and not fields:
            answer = _rest(page, box, others)
        seen.update(["front"] if question else [])
        seen.update(["back"] if answer else [])
        seen.update((["tag"] if labels else []) + (["id"] if ids else []))
        full_question, full_answer = page.full(question), page.full(answer)
        if not fields and not (full_question and full_answer):
            lacks = "back" if full_question else "front"
            chosen.half.append((box.start, box.end, lacks))
            continue
        if fields and not more and not full_question:
            chosen.half.append((box.start, box.end, "front"))
            continue
        start, end = box.start, max([box.end, *(piece.end for piece in answer)])
        found = Card(question, answer, (), start, end, False, tuple(more), tuple(labels))
        found.id = ids[0] if ids else None
        chosen.cards.append(found)
    chosen.wrong = selectors.wrong
    bad = {option for option, _, _ in selectors.wrong}
    if cards:
        for option, said in options.items():
            if said and option not in seen and option not in bad:
                chosen.nothing.append((option, said))
    elif not bad:
        option = "card" if card else "front"
        chosen.nothing.append((option, card or front))
    return chosen


_Side = tuple[Piece, ...] | None


def _cards(
    page: Page, selectors: Selectors, card: str, front: str, back: str, chosen: Chosen
) -> list[tuple[Element, _Side, _Side]]:
    """The boxes of the cards, each with its sides where they are known already."""
    if card:
        return [(tag, None, None) for tag in selectors.all("card", card)]
    fronts = selectors.all("front", front) if front else []
    backs = without(selectors.all("back", back), fronts) if back else []
    starts = [tag.start for tag in backs]
    found: list[tuple[Element, _Side, _Side]] = []
    taken: set[int] = set()
    for index, tag in enumerate(fronts):
        limit = fronts[index + 1].start if index + 1 < len(fronts) else len(page.source.text) + 1
        first = bisect_left(starts, tag.end)
        last = bisect_left(starts, limit)
        taken.update(range(first, last))
        found.append((tag, (inside(tag),), tuple(map(inside, backs[first:last]))))
    for index, tag in enumerate(backs):
        if index not in taken and fronts:
            chosen.half.append((tag.start, tag.end, "front"))
    return found


def _pieces(
    page: Page, selectors: Selectors, option: str, selector: str, box: Element
) -> tuple[Piece, ...]:
    if not selector:
        return ()
    return tuple(inside(tag) for tag in selectors.all(option, selector, box))


def _first(page: Page, box: Element) -> tuple[Piece, ...]:
    """The question of a card of which only the box is known: its heading, or what comes first."""
    for tag in box.descendants:
        if not isinstance(tag, Element) or tag.name not in _QUESTIONS:
            continue
        if not page.away(tag.start) and page.filled(tag.inner, tag.inner_end):
            return (inside(tag),)
    for child in box.contents:
        if isinstance(child, (Element, Text)) and page.filled(child.start, child.end):
            return (inside(child) if isinstance(child, Element) else Piece(child),)
    return ()


def _rest(page: Page, box: Element, others: Sequence[Piece]) -> tuple[Piece, ...]:
    """What a card holds beside its other parts."""
    found: list[Piece] = []
    asked = sorted((piece.node.start, piece.node.end) for piece in others)
    starts = [start for start, _ in asked]

    def walk(tag: Element) -> None:
        for child in tag.contents:
            if not isinstance(child, (Element, Text)):
                continue
            at = bisect_right(starts, child.start) - 1
            if at >= 0 and asked[at][1] >= child.end:
                continue
            below = bisect_left(starts, child.start)
            if below < len(starts) and starts[below] < child.end and isinstance(child, Element):
                walk(child)
            elif isinstance(child, Element) or page.filled(child.start, child.end):
                found.append(Piece(child))

    walk(box)
    page.full(found)
    return page.unwrapped(found)


def _value(
    page: Page, selectors: Selectors, option: str, said: str, box: Element
) -> str | tuple[Piece, ...]:
    if _ATTRIBUTE.fullmatch(said):
        return " ".join(text for text, _ in _said(page, selectors, option, said, box))
    pieces = _pieces(page, selectors, option, said, box)
    return pieces if page.full(pieces) else ""


def _said(
    page: Page, selectors: Selectors, option: str, said: str, box: Element
) -> list[tuple[str, Piece]]:
    """What an attribute says (`@name`, or `selector@name`), or the text of elements."""
    if not said:
        return []
    if match := _ATTRIBUTE.fullmatch(said):
        selector = match["selector"].strip()
        tags = selectors.all(option, selector, box) if selector else [box]
        values = ((tag.attrs.get(match["name"].lower()), tag) for tag in tags)
        return [
            (text, Piece(tag))
            for value, tag in values
            if value and (text := value if isinstance(value, str) else " ".join(value)).strip()
        ]
    return [
        (text, inside(tag))
        for tag in selectors.all(option, said, box)
        if (text := page.words(tag.inner, tag.inner_end))
    ]
