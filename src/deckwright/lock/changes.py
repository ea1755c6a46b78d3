"""What changed in a lock: between two of them, or since its last release."""

from __future__ import annotations

from dataclasses import dataclass

from deckwright.lock.format import Lock, LockedNote
from deckwright.note import Guid, Key


@dataclass(frozen=True, slots=True)
class Changes:
    """What learners get and lose, by the keys of the notes, each tuple sorted.

    `renamed` are pairs of the old key and the new one; such a note is in `changed` too if its
    content changed. `returned` are notes that had left. `note_types` are the names of those that
    are new or whose text, style or schema changed.
    """

    added: tuple[Key, ...] = ()
    changed: tuple[Key, ...] = ()
    renamed: tuple[tuple[Key, Key], ...] = ()
    removed: tuple[Key, ...] = ()
    returned: tuple[Key, ...] = ()
    note_types: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        parts = (self.added, self.changed, self.renamed, self.removed, self.returned)
        return any((*parts, self.note_types))


def between(old: Lock | None, new: Lock) -> Changes:
    """What the new lock says otherwise than the old one. A note is known by its GUID."""
    if old is None:
        old = Lock(new.project, new.created, {}, {})
    before: dict[Guid, tuple[Key, LockedNote]] = {n.guid: (k, n) for k, n in old.notes.items()}
    added, changed, renamed, removed, returned = [], [], [], [], []
    for key, note in sorted(new.notes.items()):
        known = before.get(note.guid)
        if known is None:
            added.append(key)
            continue
        was, earlier = known
        if was != key:
            renamed.append((was, key))
        if note.mod != earlier.mod:
            changed.append(key)
        if note.retired is not None and earlier.retired is None:
            removed.append(key)
        elif note.retired is None and earlier.retired is not None:
            returned.append(key)
    types = (name for name, each in new.note_types.items() if old.note_types.get(name) != each)
    return Changes(
        *(tuple(added), tuple(changed), tuple(renamed), tuple(removed), tuple(returned)),
        tuple(sorted(types)),
    )


def since_release(lock: Lock) -> Changes:
    """What changed since the lock's last release; all notes are new where there is none.

    A note that came and left in between is none of it: no learner saw it.
    """
    added, changed, renamed, removed, returned = [], [], [], [], []
    for key, note in sorted(lock.notes.items()):
        if note.pending == "new":
            if note.retired is None:
                added.append(key)
            continue
        if note.retired is not None:
            if note.leaving:
                removed.append(key)
            continue
        if note.pending == "back":
            returned.append(key)
        elif note.pending:
            changed.append(key)
        if note.was is not None:
            renamed.append((note.was, key))
    # In a first release the note types are as new as the notes.
    types = (name for name, each in lock.note_types.items() if each.pending and lock.releases)
    return Changes(
        *(tuple(added), tuple(changed), tuple(renamed), tuple(removed), tuple(returned)),
        tuple(sorted(types)),
    )
