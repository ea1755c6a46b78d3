"""Checks: rules over the notes of a build, by theme, in one list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from deckwright.checks import content, identity
from deckwright.diagnostics import Diagnostic, Rule
from deckwright.note import RenderedNote

Check: TypeAlias = Callable[[Sequence[RenderedNote]], Iterable[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    identity.no_key,
    identity.same_key,
    identity.same_deck,
    content.empty_note,
    content.same_first_field,
)

RULES: tuple[Rule, ...] = (*identity.RULES, *content.RULES)


def check(notes: Sequence[RenderedNote]) -> tuple[Diagnostic, ...]:
    """What all checks find in the notes of a build, check after check."""
    return tuple(diagnostic for each in CHECKS for diagnostic in each(notes))
