"""What checks look at: the notes of a build as a learner will meet them."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from deckwright.cards import fronts
from deckwright.cardtemplate import TemplateError, fields_used, parse
from deckwright.media import Library, Shown
from deckwright.note import Field, Note, RenderedNote
from deckwright.notetypes import NoteType, built_in
from deckwright.source import Source, Span

LONGEST: Final = 100_000
"""Characters of a field: what is longer is no text of a card, and is not read as prose."""

_NO_PROSE: Final = frozenset(("Source", "Key"))


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What `deck.yaml` may say to the checks: `answer_words` is how many words an answer may have,
    by note type, `list_items` how many items a list."""

    answer_words: dict[str, int] = field(default_factory=dict)
    list_items: int = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """What a note asks and answers, as plain text on one line each.

    `front` and `back` are without markup; of a cloze note `front` is the text with `[…]` for each
    deletion, and `back` what is deleted, joined by blanks. `front_field` and `back_field` are the
    fields as they were written, None where the note does not have them. `context` stands above the
    question. `whole`: a concept, of which everything is to be told, so that its back is no single
    answer."""

    rendered: RenderedNote
    front: str
    back: str
    front_field: Field | None
    back_field: Field | None
    context: str
    whole: bool

    @property
    def note(self) -> Note:
        return self.rendered.note

    @property
    def front_span(self) -> Span | None:
        """Where the question stands: the field's own place, else the note's."""
        return (self.front_field.span if self.front_field else None) or self.note.span

    @property
    def back_span(self) -> Span | None:
        return (self.back_field.span if self.back_field else None) or self.note.span


@dataclass(frozen=True)
class Subject:
    """All that a build has to be checked. `note_types` are all that notes may have, by name (and
    the built-in ones), `texts` the sources by path, `library` finds media and `shown` are those
    that notes show, by their names in the learner's collection; `wrong` are the keys of notes in
    which rendering found an error, so that what is missing in them has been told."""

    notes: Sequence[RenderedNote]
    note_types: Mapping[str, NoteType]
    options: CheckOptions = CheckOptions()
    texts: Mapping[str, Source] = field(default_factory=dict)
    library: Library | None = None
    shown: Mapping[str, Shown] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()

    @cached_property
    def written(self) -> tuple[RenderedNote, ...]:
        """The notes that stand in the sources: not those that were derived of them, whose words
        are theirs."""
        return tuple(each for each in self.notes if each.note.parent is None)

    @cached_property
    def prose(self) -> tuple[tuple[RenderedNote, Field], ...]:
        """The fields that were written as prose, each text once: the opening of a concept is most
        often the beginning of its `More`."""
        return tuple(
            (rendered, field)
            for rendered in self.written
            for field in rendered.note.fields
            if field.value and field.name not in _NO_PROSE and len(field.value) <= LONGEST
            if field.name != "Opening"
            or field.value.removesuffix(" …") not in rendered.note.value("More")
        )

    @cached_property
    def foreign(self) -> tuple[tuple[RenderedNote, Field], ...]:
        """Those of them that have more than ASCII."""
        return tuple(each for each in self.prose if not each[1].value.isascii())

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The notes that ask something, with their questions and answers."""
        sides = {name: _sides(each) for name, each in self.note_types.items()}
        return tuple(
            _asked(each, self.note_types[each.note.note_type], sides[each.note.note_type])
            for each in self.notes
        )

    def prepare(self) -> None:
        """Make what several checks share, so that none of them pays for it."""
        _ = self.written, self.prose, self.asked


def _sides(note_type: NoteType) -> tuple[int, int, int]:
    """The indexes of the fields that ask, answer, and give the context (-1: none), of the first
    template of a note type: the first field that its front shows, and the first that only its back
    shows."""
    names = note_type.fields
    context = names.index("Context") if "Context" in names else -1
    if built_in().get(note_type.name) is note_type:
        return 0, 1, context
    try:
        front = fields_used(fronts(note_type)[0])
        back = fields_used(parse(note_type.templates[0].back))
    except (TemplateError, IndexError):
        return 0, 1, context
    asks = next((n for n in front if n in names and n != "Context"), names[0])
    answers = next((n for n in back if n in names and n not in front), "")
    return names.index(asks), names.index(answers) if answers else -1, context


def _asked(rendered: RenderedNote, note_type: NoteType, sides: tuple[int, int, int]) -> Asked:
    asks, answers, context = sides
    front, back = rendered.html[asks], rendered.html[answers] if answers >= 0 else ""
    note, whole = rendered.note, note_type.name == "Concept"
    if note_type.kind == "cloze":
        front, back = plain(_DELETION.sub("[…]", front)), plain(" ".join(deleted(front)))
    else:
        front, back = plain(front), plain(back)
    return Asked(
        rendered,
        front,
        back,
        note.get(note_type.fields[asks]),
        note.get(note_type.fields[answers]) if answers >= 0 else None,
        plain(rendered.html[context]) if context >= 0 else "",
        whole,
    )


_DELETION = re.compile(r"\{\{c[\d,]+::(?:(?!\{\{c[\d,]+::|\}\}).)*\}\}", re.DOTALL)


def deleted(text: str) -> list[str]:
    """What the deletions of a text hide, without their hints; of nested ones the innermost."""
    inner = (match[0].partition("::")[2].removesuffix("}}") for match in _DELETION.finditer(text))
    return [each.partition("::")[0] for each in inner]


_TAG = re.compile(r"<[^<>]*>")
_INLINE = re.compile(r"</?(?:b|i|u|s|em|strong|code|span|sub|sup|a|mark|bdi|kbd|small)\b[^<>]*>")


_LONGEST: Final = 200_000  # characters of a field: what is longer is no text of a card


def plain(text: str) -> str:
    """The HTML of a field as plain text on one line. Media leave nothing. Of a field that is longer
    than any text of a card it is the beginning."""
    text = text[:_LONGEST]
    if "<" in text:
        text = _TAG.sub(" ", _INLINE.sub("", text))
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())
