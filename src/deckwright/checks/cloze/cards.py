"""The cards of a cloze note: what each hides, and what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from deckwright.cards import fronts
from deckwright.cardtemplate import TemplateError, fields_used
from deckwright.checks.subject import Subject
from deckwright.markup import deletions
from deckwright.note import Field, Note, RenderedNote
from deckwright.notetypes import NoteType
from deckwright.source import Span

MANY: Final = 20  # findings of one kind in one note
_LONGEST: Final = 20_000  # characters of a field: what is longer is no text of a card
MOST: Final = 500  # the highest number that has a card of its own (rslib/src/cloze.rs)
_GAP: Final = " \N{HORIZONTAL ELLIPSIS} "


@dataclass(frozen=True, slots=True)
class Deletion:
    """A deletion in a field's HTML: offsets as in `markup.deletions`, and its numbers."""

    start: int
    inner: int
    close: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What the card of a number shows of a field (HTML, with a gap for what it hides), and of each
    deletion that it hides the text and the hint. A hint is shown as well."""

    shown: str
    hidden: tuple[str, ...]
    hints: tuple[str, ...]


def deletions_of(html: str) -> list[Deletion]:
    """The deletions of a field, as Anki reads them, in the order in which they begin."""
    found = (
        Deletion(
            each.start,
            each.inner,
            each.close,
            tuple(int(n) for n in each.numbers.split(",") if n and len(n.lstrip("0")) <= 5),
        )
        for each in deletions.find(html, braces=False).deletions
    )
    return [each for each in found if each.numbers]


def card_of(html: str, found: Sequence[Deletion], number: int) -> Card:
    """The card of a number, as the engine shows it: what stands behind `::` in a piece of a
    deletion is its hint."""
    events = sorted(
        place
        for at, each in enumerate(found)
        for place in ((each.start, each.inner, at), (each.close, each.close + 2, -1))
    )
    shown: list[str] = []
    hidden: list[str] = []
    hints: list[str] = []
    stack: list[int] = []
    hiding = -1  # how deep the stack was where a deletion began to hide
    at = 0
    for start, end, index in (*events, (len(html), len(html), -2)):
        text, _, hint = html[at:start].partition("::") if stack else (html[at:start], "", "")
        at = end
        if hiding < 0:
            shown.append(text)
        else:
            hidden[-1] += text
            if len(stack) == hiding + 1 and hint:
                hints[-1] += hint
        if index >= 0:
            if hiding < 0 and number in found[index].numbers:
                hiding = len(stack)
                shown.append(_GAP)
                hidden.append("")
                hints.append("")
            stack.append(index)
        elif stack:
            stack.pop()
            if len(stack) == hiding:
                hiding = -1
    return Card("".join(shown), tuple(hidden), tuple(hints))


@dataclass(frozen=True, slots=True)
class AskedFields:
    """Of a cloze note type the indexes of the fields whose deletions its front asks, and of the
    others that the front shows; `alike` says that it shows the same on all cards."""

    deleted: tuple[int, ...]
    beside: tuple[int, ...]
    alike: bool


@lru_cache(maxsize=64)
def asked_fields(note_type: NoteType) -> AskedFields:
    """Nothing of a note type whose front Anki cannot read: that is told."""
    try:
        front = fronts(note_type)[0]
    except (TemplateError, IndexError):
        return AskedFields((), (), alike=False)
    names = note_type.fields
    through = {*fields_used(front, through="cloze"), *fields_used(front, through="cloze-only")}
    deleted = tuple(at for at, name in enumerate(names) if name in through)
    shown = fields_used(front)
    beside = tuple(at for at, name in enumerate(names) if name in shown and name not in through)
    alike = not re.search(r"\{\{\s*[#^]\s*c\+?[0-9]", note_type.templates[0].front)
    return AskedFields(deleted, beside, alike)


def clozes(subject: Subject) -> Iterator[tuple[RenderedNote, AskedFields, list[int]]]:
    """The notes that are asked by deletions, and their fields that have some (indexes)."""
    asked = {
        name: asked_fields(each)
        for name, each in subject.note_types.items()
        if each.kind == "cloze"
    }
    for rendered in subject.written:
        if own := asked.get(rendered.note.note_type):
            html = rendered.html
            fields = [at for at in own.deleted if "{{c" in html[at] and len(html[at]) <= _LONGEST]
            if fields:
                yield rendered, own, fields


def field_of(rendered: RenderedNote, note_type: NoteType, at: int) -> Field | None:
    return rendered.note.get(note_type.fields[at])


def place(note: Note, field: Field | None, text: str) -> Span | None:
    """Where a text stands in a field; else the field's or the note's own place."""
    if field is None or field.span is None:
        return note.span
    at = field.value.find(text) if text else -1
    return field.locate(at, at + len(text)) if at >= 0 else field.span


def opening_of(html: str, each: Deletion) -> str:
    return html[each.start : each.inner]


def numbers_of(found: Mapping[int, Sequence[Deletion]]) -> list[int]:
    """The numbers that have cards, ascending."""
    every = {number for own in found.values() for each in own for number in each.numbers}
    return sorted(number for number in every if 0 < number <= MOST)
