"""Identity: key to GUID, ids and modification time, with the lock as memory. Pure.

Without a lock GUIDs and ids are hashes of the project's id and the note's key. What the lock
holds is kept for ever: a note's GUID and id never change, and a time moves only when the content
does, because Anki overwrites a learner's note wherever the incoming time is newer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.lock import Lock, LockedNote, LockedNoteType
from deckwright.note import Guid, IdentifiedNote, Key, RenderedNote, digest
from deckwright.notetypes import IdentifiedNoteType, NoteType

SCHEMA_CHANGED = Rule(
    "I001",
    "schema-changed",
    Severity.ERROR,
    "Anki refuses every update of the notes of a note type whose fields or templates were added, "
    "removed or reordered, and tells no one.",
)
TYPE_CHANGED = Rule(
    "I002",
    "note-type-changed",
    Severity.ERROR,
    "Anki never updates a note that comes back with another note type.",
)
LEFT = Rule(
    "I003",
    "note-left",
    Severity.WARNING,
    "An import never deletes: a note that left the sources stays with everyone who has it.",
)
OTHER_PROJECT = Rule(
    "I004",
    "other-project",
    Severity.ERROR,
    "Identities are made of the project's id: with another one learners get every note twice.",
)
RENDERED_ANEW = Rule(
    "I005",
    "rendered-anew",
    Severity.INFO,
    "What only the renderer changed is not sent to learners who have the note: their own edits are "
    "worth more than our white space.",
)
RULES = (SCHEMA_CHANGED, TYPE_CHANGED, LEFT, OTHER_PROJECT, RENDERED_ANEW)

_DAY = 86_400_000  # milliseconds
_EARLIEST = 1_262_304_000  # 2010: note ids are times in milliseconds and must have 13 digits
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def hashed(*parts: str) -> int:
    """64 bits of the parts, the same on every machine."""
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(data).digest()[:8], "big")


def _guid(number: int) -> Guid:
    """A GUID of letters and digits alone: it can stand unquoted in any search or file."""
    digits = ""
    for _ in range(11):
        digits = _ALPHABET[number % 62] + digits
        number //= 62
    return Guid(digits)


@dataclass(frozen=True, slots=True)
class Identified:
    """Notes and note types with their identities, and the lock that remembers them."""

    notes: tuple[IdentifiedNote, ...]
    note_types: tuple[IdentifiedNoteType, ...]
    lock: Lock


def identify(
    notes: Sequence[RenderedNote],
    note_types: Mapping[str, NoteType],
    titles: Mapping[str, str],
    lock: Lock | None,
    project: str,
    now: int,
) -> tuple[Identified, tuple[Diagnostic, ...]]:
    """Give every note and note type its identity.

    `note_types` are those that the notes use, `titles` their names in the learner's collection,
    `now` the time of this build in seconds. The new lock equals the old one if nothing changed.
    """
    diagnostics: list[Diagnostic] = []
    if lock is not None and lock.project != project:
        message = f"the lock belongs to the project “{lock.project}”, and this is “{project}”"
        hint = f"set the id back to {lock.project}; an id never changes, not even with the name"
        diagnostics.append(Diagnostic(OTHER_PROJECT, message, hint=hint))
    old = lock or Lock(project, now, {}, {})
    taken = _Taken(project, old, now)
    identified = []
    locked = dict(old.notes)
    for rendered in notes:
        key = rendered.note.key
        before = old.notes.get(key)
        if before is not None and before.note_type != rendered.note.note_type:
            diagnostics.append(_type_changed(rendered, before))
        packaged = _packaged(rendered)
        after = _lock_note(rendered, packaged, before, taken, now)
        if after.packaged != packaged:
            message = f"{key} is rendered differently now; learners who have it keep what they have"
            diagnostics.append(Diagnostic(RENDERED_ANEW, message, rendered.note.span, key=key))
        locked[key] = after
        identified.append(IdentifiedNote(rendered, after.guid, after.id, after.mod))
    present = {rendered.note.key for rendered in notes}
    for key, locked_note in old.notes.items():
        if key not in present and locked_note.retired is None:
            locked[key] = replace(locked_note, retired=now)
            message = f"{key} is no longer in the sources; learners who have it keep it"
            hint = "if it was only re-worded, restore its title: a new title is a new note"
            diagnostics.append(Diagnostic(LEFT, message, hint=hint, key=key))
    types, locked_types = _identify_types(note_types, titles, old, project, now, diagnostics)
    new = replace(old, note_types=locked_types, notes=locked)
    return Identified(tuple(identified), types, new), tuple(diagnostics)


def _packaged(rendered: RenderedNote) -> str:
    return digest((*rendered.html, " ".join(rendered.note.tags), rendered.note.note_type))


def _lock_note(
    rendered: RenderedNote, packaged: str, before: LockedNote | None, taken: _Taken, now: int
) -> LockedNote:
    key, note_type = rendered.note.key, rendered.note.note_type
    if before is None:
        guid, id = taken.guid(key), taken.id(key)
        return LockedNote(guid, id, now, note_type, rendered.source_digest, packaged)
    if before.source == rendered.source_digest:
        # The same words: whatever is packaged differently now, the renderer changed.
        return replace(before, retired=None) if before.retired is not None else before
    if before.packaged == packaged:
        return replace(before, source=rendered.source_digest, retired=None)
    return replace(
        before,
        mod=max(now, before.mod + 1),
        source=rendered.source_digest,
        packaged=packaged,
        retired=None,
    )


class _Taken:
    """The GUIDs and note ids that are taken, and new ones beside them."""

    def __init__(self, project: str, lock: Lock, now: int) -> None:
        self.project = project
        self.guids: set[str] = {note.guid for note in lock.notes.values()}
        self.ids = {note.id for note in lock.notes.values()}
        # Ids are times: Anki shows them as the day a note was added, and refuses far-off ones.
        self.first = max(now, _EARLIEST) * 1000 - _DAY

    def guid(self, key: Key) -> Guid:
        guid, salt = _guid(hashed("guid", self.project, key)), 0
        while guid in self.guids:
            salt += 1
            guid = _guid(hashed("guid", self.project, key, str(salt)))
        self.guids.add(guid)
        return guid

    def id(self, key: Key) -> int:
        number = hashed("note", self.project, key) % _DAY
        while self.first + number in self.ids:
            number = (number + 1) % _DAY
        self.ids.add(self.first + number)
        return self.first + number


def _type_changed(rendered: RenderedNote, before: LockedNote) -> Diagnostic:
    note = rendered.note
    message = f"{note.key} was a {before.note_type} note and is a {note.note_type} note now"
    hint = (
        "keep its note type; or, for a new note that is learnt anew, remove its line from the lock"
    )
    return Diagnostic(TYPE_CHANGED, message, note.span, hint, note.key)


def _identify_types(
    note_types: Mapping[str, NoteType],
    titles: Mapping[str, str],
    old: Lock,
    project: str,
    now: int,
    diagnostics: list[Diagnostic],
) -> tuple[tuple[IdentifiedNoteType, ...], dict[str, LockedNoteType]]:
    types, locked = [], dict(old.note_types)
    for name, note_type in sorted(note_types.items()):
        before = old.note_types.get(name)
        if before is None:
            after = _new_type(note_type, titles[name], project, now)
        else:
            if _schema(note_type) != (
                before.kind,
                tuple(field for field, _ in before.fields),
                tuple(template for template, _ in before.templates),
            ):
                diagnostics.append(_schema_changed(note_type, before))
                continue
            packaged = _type_digest(note_type, titles[name])
            after = before
            if packaged != before.packaged:
                after = replace(before, mod=max(now, before.mod + 1), packaged=packaged)
        locked[name] = after
        field_ids = tuple(number for _, number in after.fields)
        template_ids = tuple(number for _, number in after.templates)
        types.append(
            IdentifiedNoteType(
                note_type, titles[name], after.id, field_ids, template_ids, after.mod
            )
        )
    return tuple(types), locked


def _schema(note_type: NoteType) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return note_type.kind, note_type.fields, tuple(t.name for t in note_type.templates)


def _type_digest(note_type: NoteType, title: str) -> str:
    sides = (side for t in note_type.templates for side in (t.name, t.front, t.back))
    return digest((title, *sides, note_type.style))


def _new_type(note_type: NoteType, title: str, project: str, now: int) -> LockedNoteType:
    def pinned(what: str, part: str) -> int:
        # 53 bits: such an id survives every program that reads JSON numbers as floats.
        return hashed(what, project, note_type.name, part) % 2**53 or 1

    return LockedNoteType(
        # A time in the past, as Anki's own ids of note types are.
        1_000_000_000_000 + hashed("note type", project, note_type.name) % 500_000_000_000,
        note_type.kind,
        tuple((field, pinned("field", field)) for field in note_type.fields),
        tuple((t.name, pinned("template", t.name)) for t in note_type.templates),
        now,
        _type_digest(note_type, title),
    )


def _schema_changed(note_type: NoteType, before: LockedNoteType) -> Diagnostic:
    message = (
        f"the fields or templates of the note type “{note_type.name}” changed: every learner would "
        "stop getting updates of its notes, without a word"
    )
    fields = ", ".join(field for field, _ in before.fields)
    templates = ", ".join(template for template, _ in before.templates)
    hint = f"set them back to the fields {fields} and the templates {templates}; use a spare field"
    return Diagnostic(SCHEMA_CHANGED, message, hint=hint)


def deck_id(project: str, name: str) -> int:
    """The id of a deck. Anki matches decks by name; the id only has to be valid and steady."""
    return 1_000_000_000_000 + hashed("deck", project, name) % 500_000_000_000
