"""Overrides: what a person changes about single derived notes, and adds to any note in the spare
fields that its note type has for later."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from deckwright.derive.rules import UNKNOWN_FIELD, UNKNOWN_KEY
from deckwright.diagnostics import Diagnostic
from deckwright.note import Field, Key, Note
from deckwright.source import Span

SPARE = ("Spare 1", "Spare 2")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "Term": ("Question", "Answer", "Term", "More", "Reverse", "Context", *SPARE),
    "List": ("Question", "Items", "More", "Context", *SPARE),
}


@dataclass(frozen=True, slots=True)
class Override:
    """What a person says about one derived note: to leave it out, or what its fields shall be. Of a
    note that stands in its source only spare fields can be set."""

    key: str
    drop: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    span: Span | None = field(default=None, compare=False)


def override(
    notes: Sequence[Note], overrides: Sequence[Override]
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The notes with the overrides applied. Every override must find its note and its fields, else
    it is an error."""
    if not overrides:
        return tuple(notes), ()
    places = {note.key: at for at, note in enumerate(notes)}
    derived = [note.key for note in notes if note.parent is not None]
    result: list[Note | None] = list(notes)
    told: list[Diagnostic] = []
    for change in overrides:
        at = places.get(Key(change.key))
        note = result[at] if at is not None else None
        if at is None or (note and note.parent is None and change.drop):
            told.append(_unknown_key(change, derived))
            continue
        if note is None:
            continue
        if change.drop:
            result[at] = None
            continue
        known = SPARE if note.parent is None else FIELDS[note.note_type]
        for name, value in change.fields:
            if name in known:
                note = _with_field(note, Field(name, value, change.span))
            else:
                told.append(_unknown_field(change, note, name, known))
        result[at] = note
    return tuple(note for note in result if note is not None), tuple(told)


def _unknown_key(change: Override, keys: list[Key]) -> Diagnostic:
    near = difflib.get_close_matches(change.key, keys, n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`?" if near else "`deckwright notes` shows the keys"
    message = f"no derived note has the key `{change.key}`"
    return Diagnostic(UNKNOWN_KEY, message, change.span, hint, change.key)


def _unknown_field(change: Override, note: Note, name: str, known: tuple[str, ...]) -> Diagnostic:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`?" if near else f"its fields are {', '.join(known)}"
    if note.parent is None:
        message = f"`{change.key}` stands in its source: its `{name}` cannot be set here"
        hint = f"mend it there; what can be set here are {' and '.join(known)}"
        return Diagnostic(UNKNOWN_FIELD, message, change.span, hint, change.key)
    message = f"`{change.key}` is a {note.note_type} note and has no field `{name}`"
    return Diagnostic(UNKNOWN_FIELD, message, change.span, hint, change.key)


def _with_field(note: Note, changed: Field) -> Note:
    if note.get(changed.name) is None:
        return replace(note, fields=(*note.fields, changed))
    fields = tuple(changed if f.name == changed.name else f for f in note.fields)
    return replace(note, fields=fields)
