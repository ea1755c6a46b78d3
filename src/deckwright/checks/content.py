"""Checks of what a note says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.note import RenderedNote
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
RULES = (EMPTY_NOTE, SAME_FIRST_FIELD)


def empty_note(notes: Sequence[RenderedNote]) -> Iterator[Diagnostic]:
    for rendered in notes:
        # The first two fields are what is asked and what is answered, in every note type.
        for html, what in zip(rendered.html[:2], ("question", "answer"), strict=False):
            if not html.strip():
                note = rendered.note
                message = f"the {what} of {note.key or 'this note'} is empty"
                hint = "write it, or remove the note"
                yield Diagnostic(EMPTY_NOTE, message, note.span, hint, note.key)
                break


def same_first_field(notes: Sequence[RenderedNote]) -> Iterator[Diagnostic]:
    first: dict[tuple[str, str], tuple[str, Span | None]] = {}
    for rendered in notes:
        note = rendered.note
        key = (note.note_type, rendered.html[0])
        if key not in first:
            first[key] = (note.key, note.span)
        elif first[key][0] != note.key:  # two of one key are told already
            other, place = first[key]
            message = f"{note.key} asks the same as {other}"
            hint = "make the question say more"
            yield Diagnostic(SAME_FIRST_FIELD, message, note.span, hint, note.key, place)
