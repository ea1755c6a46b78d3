"""Checks of identity: every note has a key, and no two have the same; nor have two decks."""

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
SAME_DECK = Rule(
    "K003",
    "same-deck",
    Severity.ERROR,
    "Anki takes deck names that differ in capitals alone for one name, and renames one of them.",
)
RULES = (SAME_KEY, NO_KEY, SAME_DECK)


def same_key(notes: Sequence[RenderedNote], _: object = None) -> Iterator[Diagnostic]:
    first: dict[str, Span | None] = {}
    for rendered in notes:
        note = rendered.note
        if note.key in first:
            message = f"two notes have the key {note.key}"
            hint = "make one of the titles say more, give one an id, or remove one of the two"
            yield Diagnostic(SAME_KEY, message, note.span, hint, note.key, first[note.key])
        else:
            first[note.key] = note.span


def no_key(notes: Sequence[RenderedNote], _: object = None) -> Iterator[Diagnostic]:
    for rendered in notes:
        if not rendered.note.key:
            hint = "give it a title with a letter or a digit in it"
            yield Diagnostic(NO_KEY, "the note has no key", rendered.note.span, hint)


def same_deck(notes: Sequence[RenderedNote], _: object = None) -> Iterator[Diagnostic]:
    """Also where only a deck above is spelt in two ways."""
    first: dict[str, str] = {}
    told: set[str] = set()
    for name in dict.fromkeys(rendered.note.deck for rendered in notes):
        parts = name.split("::")
        for depth in range(1, len(parts) + 1):
            above = "::".join(parts[:depth])
            known = first.setdefault(above.casefold(), above)
            if known != above and above not in told:
                told.add(above)
                message = f"the decks {known} and {above} differ in capitals alone"
                span = next(n.note.span for n in notes if n.note.deck == name)
                yield Diagnostic(SAME_DECK, message, span, f"write {known} in both places")
