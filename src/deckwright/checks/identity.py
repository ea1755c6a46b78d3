"""Checks of identity: every note has a key, and no two have the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.note import RenderedNote
from deckwright.source import Span

SAME_KEY = Rule(
    "K001",
    "same-key",
    Severity.ERROR,
    "Two notes of one key would be one note in the learner's collection, and the second would "
    "overwrite the first.",
)
NO_KEY = Rule(
    "K002",
    "no-key",
    Severity.ERROR,
    "A title without a letter or a digit leaves nothing to make an identity of.",
)
RULES = (SAME_KEY, NO_KEY)


def same_key(notes: Sequence[RenderedNote]) -> Iterator[Diagnostic]:
    first: dict[str, Span | None] = {}
    for rendered in notes:
        note = rendered.note
        if note.key in first:
            message = f"two notes have the key {note.key}"
            hint = "make one of the titles say more, or remove one of the two"
            yield Diagnostic(SAME_KEY, message, note.span, hint, note.key, first[note.key])
        else:
            first[note.key] = note.span


def no_key(notes: Sequence[RenderedNote]) -> Iterator[Diagnostic]:
    for rendered in notes:
        if not rendered.note.key:
            hint = "give it a title with a letter or a digit in it"
            yield Diagnostic(NO_KEY, "the note has no key", rendered.note.span, hint)
