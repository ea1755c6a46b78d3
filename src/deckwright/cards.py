"""Which cards a note has: of the templates of its note type, or of its deletions."""

from __future__ import annotations

from functools import lru_cache

from deckwright.cardtemplate import Template, card_ordinals, cloze_ordinals, parse
from deckwright.note import RenderedNote
from deckwright.notetypes import NoteType


def cards_of(note: RenderedNote, note_type: NoteType) -> tuple[int, ...]:
    """The ordinals of the cards that a note has, ascending: of its templates, or its cloze numbers
    less one.

    Empty for a note that has nothing to ask. Such a note is imported without a card, where no
    learner sees it, until Anki's Check Database gives it one that is blank.
    Raises TemplateError (a ValueError) where Anki cannot read a front of the note type.
    """
    fields = dict(zip(note_type.fields, note.html, strict=True))
    if note_type.kind == "cloze":
        return cloze_ordinals(fields)
    return card_ordinals(fronts(note_type), fields, has_tags=bool(note.note.tags))


@lru_cache(maxsize=64)
def fronts(note_type: NoteType) -> tuple[Template, ...]:
    """The fronts of a note type's templates, in order. Raises TemplateError."""
    return tuple(parse(template.front) for template in note_type.templates)
