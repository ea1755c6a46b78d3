"""Checks of what a note says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deckwright.cards import cards_of
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.note import RenderedNote
from deckwright.notetypes import NoteType, built_in
from deckwright.source import Span

EMPTY_NOTE = Rule(
    "E001",
    "empty-note",
    Severity.ERROR,
    "A note whose question or answer is empty makes no card, or one that asks nothing.",
)
SAME_FIRST_FIELD = Rule(
    "E002",
    "same-first-field",
    Severity.WARNING,
    "Two notes of one note type that begin alike: Anki marks them as duplicates, and a learner "
    "cannot tell which answer is meant.",
)
NO_CARD = Rule(
    "E003",
    "note-without-card",
    Severity.ERROR,
    "A note without a card is imported all the same, and no learner ever sees it.",
)
RULES = (EMPTY_NOTE, SAME_FIRST_FIELD, NO_CARD)


def empty_note(
    notes: Sequence[RenderedNote], note_types: Mapping[str, NoteType]
) -> Iterator[Diagnostic]:
    """Of the built-in note types: what an own one asks, only its templates know."""
    asking = {name for name, each in note_types.items() if built_in().get(name) is each}
    asking -= {name for name in asking if note_types[name].kind == "cloze"}
    for rendered in notes:
        if rendered.note.note_type not in asking:
            continue
        # The first two fields are what is asked and what is answered.
        for html, what in zip(rendered.html[:2], ("question", "answer"), strict=False):
            if not html.strip():
                note = rendered.note
                message = f"the {what} of {note.key or 'this note'} is empty"
                hint = "write it, or remove the note"
                yield Diagnostic(EMPTY_NOTE, message, note.span, hint, note.key)
                break


def no_card(
    notes: Sequence[RenderedNote], note_types: Mapping[str, NoteType]
) -> Iterator[Diagnostic]:
    """A cloze note without a deletion, and a note whose fronts are all empty. Of a built-in note
    type that is no cloze, each note with a question has a card."""
    sure = {
        name
        for name, each in note_types.items()
        if built_in().get(name) is each and each.kind != "cloze"
    }
    for rendered in notes:
        note = rendered.note
        if note.note_type in sure or cards_of(rendered, note_types[note.note_type]):
            continue
        message = f"{note.key or 'this note'} has no card: every front of it is empty"
        hint = f"fill a field that a front of {note.note_type} shows"
        if note_types[note.note_type].kind == "cloze":
            message = f"{note.key or 'this note'} has no deletion, so Anki would make no card of it"
            hint = "write {{c1::what is asked}} into it, or give it another note type"
        yield Diagnostic(NO_CARD, message, note.span, hint, note.key)


def same_first_field(
    notes: Sequence[RenderedNote], note_types: Mapping[str, NoteType]
) -> Iterator[Diagnostic]:
    """Another context makes another question."""
    first: dict[tuple[str, str, str], tuple[str, Span | None]] = {}
    context_at = {
        name: each.fields.index("Context") if "Context" in each.fields else 0
        for name, each in note_types.items()
    }
    for rendered in notes:
        note = rendered.note
        context = rendered.html[context_at[note.note_type]]
        key = (note.note_type, rendered.html[0], context)
        if key not in first:
            first[key] = (note.key, note.span)
        elif first[key][0] != note.key:  # two of one key are told already
            other, place = first[key]
            message = f"{note.key} asks the same as {other}"
            hint = "make the question say more"
            yield Diagnostic(SAME_FIRST_FIELD, message, note.span, hint, note.key, place)
