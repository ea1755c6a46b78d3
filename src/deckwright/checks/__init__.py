"""Checks: rules over the notes of a build, by theme, in one list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from deckwright.checks import content, identity
from deckwright.diagnostics import Diagnostic, Rule
from deckwright.note import RenderedNote
from deckwright.notetypes import NoteType

Check: TypeAlias = Callable[[Sequence[RenderedNote], Mapping[str, NoteType]], Iterable[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    identity.no_key,
    identity.same_key,
    identity.same_deck,
    content.empty_note,
    content.no_card,
    content.same_first_field,
)

EMPTY_NOTE = content.EMPTY_NOTE
RULES: tuple[Rule, ...] = (*identity.RULES, *content.RULES)


def check(
    notes: Sequence[RenderedNote], note_types: Mapping[str, NoteType]
) -> tuple[Diagnostic, ...]:
    """What all checks find in the notes of a build, check after check; `note_types` are all that
    the notes may have, by name."""
    return tuple(diagnostic for each in CHECKS for diagnostic in each(notes, note_types))
