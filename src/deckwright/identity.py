"""Identity: key to GUID, ids and modification time, with the lock as memory. Pure.

Without a lock GUIDs and ids are hashes of the project's id and the note's key. What the lock
holds is kept for ever: a note's GUID and id never change, not even with its key, and a time moves
only when the content does, because Anki overwrites a learner's note wherever the incoming time is
newer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from deckwright import clozes, origins, schema, sketches
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.lock import Lock, LockedNote, LockedNoteType, Pending
from deckwright.note import Guid, IdentifiedNote, Key, Media, RenderedNote, digest, guid_of, hashed
from deckwright.notetypes import IdentifiedNoteType, NoteType, TypeIdentity
from deckwright.origins import Origins, Policy, written_digest

_RIVERS = "id: rivers\nname: Rivers\nsources: [rivers.md]\n"
_RHINE = "Q: Where does the Rhine end?\nA: In the North Sea\n"
_NILE = "Q: Where does the Nile end?\nA: In the Mediterranean\n"
_BUILT = {"deck.yaml": _RIVERS, "rivers.md": _RHINE}

LEFT = Rule(
    "I003",
    "note-left",
    Severity.WARNING,
    "An import never deletes: a note that left the sources stays with everyone who has it.",
    "Nothing, if that is meant: the release notes tell learners how to find it. If it goes on "
    "under another key: `deckwright rename OLD-KEY NEW-KEY`.",
    {"rivers.md": _NILE},
    {"rivers.md": _RHINE + _NILE},
    {"rivers.md": _RHINE + _NILE},
)
OTHER_PROJECT = Rule(
    "I004",
    "other-project",
    Severity.ERROR,
    "Identities are made of the project's id: with another one learners get every note twice.",
    "Set the id back. It never changes, not even with the name.",
    {"deck.yaml": _RIVERS.replace("id: rivers", "id: waters"), "rivers.md": _RHINE},
    _BUILT,
    _BUILT,
)
RENDERED_ANEW = Rule(
    "I005",
    "rendered-anew",
    Severity.INFO,
    "What only the renderer changed is not sent to learners who have the note: their own edits are "
    "worth more than our white space.",
    "Nothing. To send it all the same: `--ship-rendering`.",
)
DECK_LEFT = Rule(
    "I010",
    "deck-left",
    Severity.WARNING,
    "Anki matches decks by name and never moves a card that is there: in a renamed deck only new "
    "cards arrive.",
    "Keep the name; or tell learners to rename their deck in Anki before they import.",
    {"deck.yaml": _RIVERS.replace("name: Rivers", "name: Streams"), "rivers.md": _RHINE},
    _BUILT,
    _BUILT,
)
RULES = (
    *schema.RULES,
    *origins.RULES,
    *clozes.RULES,
    LEFT,
    OTHER_PROJECT,
    RENDERED_ANEW,
    DECK_LEFT,
)

_DAY = 86_400_000  # milliseconds
_EXPORTED = 1  # when a note last changed that came from a collection: before all else
_EARLIEST = 1_262_304_000  # 2010: note ids are times in milliseconds and must have 13 digits


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
    policy: Policy = Policy(),
    given: Mapping[str, TypeIdentity] = {},
) -> tuple[Identified, tuple[Diagnostic, ...]]:
    """Give every note and note type its identity.

    `note_types` are those that the notes use, `titles` their names in the learner's collection,
    `given` what the project says of some of them, `now` the time of this build in seconds. The new
    lock equals the old one if nothing changed.
    """
    diagnostics: list[Diagnostic] = []
    if lock is not None and lock.project != project:
        message = f"the lock belongs to the project “{lock.project}”, and this is “{project}”"
        hint = f"set the id back to {lock.project}; an id never changes, not even with the name"
        diagnostics.append(Diagnostic(OTHER_PROJECT, message, hint=hint))
    old = lock or Lock(project, now, {}, {})
    called = schema.renamed(note_types, old.note_types, titles)
    known = Origins(notes, old, policy, diagnostics, called)
    soonest = now if old.released is None else max(now, old.released + 1)
    taken = _Taken(project, old, notes, now)
    key_at = {
        name: each.fields.index("Key") if "Key" in each.fields else -1
        for name, each in note_types.items()
    }
    with_clozes = {name for name, each in note_types.items() if each.kind == "cloze"}
    identified = []
    locked: dict[Key, LockedNote] = {}
    for rendered in notes:
        note, key = rendered.note, rendered.note.key
        origin, maybe = known.origins.get(key), known.maybe.get(key)
        kind = note.note_type
        memory = None
        if kind in with_clozes:
            rendered, memory, told = _settled(rendered, old, origin)
            diagnostics += told
        packaged = packaged_digest(rendered.html, key_at[kind], note.tags, kind, rendered.media)
        if origin is None:
            after = _new_note(rendered, packaged, taken, soonest, maybe)
            if after.mod == _EXPORTED and old.releases:  # not all learners have it
                after = replace(after, pending="new")
        else:
            before = old.notes[origin]
            moment = max(soonest, before.mod + 1)
            after = _same_note(rendered, packaged, before, moment, policy)
            if after.packaged != packaged:
                message = f"{key} is rendered differently now; learners keep what they have"
                hint = "to send it all the same: --ship-rendering"
                diagnostics.append(Diagnostic(RENDERED_ANEW, message, note.span, hint, key))
            was = (before.was or origin) if before.pending != "new" else None
            known_so = was in (key, f"{key}@{kind}")  # the latter while another had its key
            after = _with(after, None if known_so else was, maybe)
        if memory is not None and memory != clozes.Memory(after.clozes, after.past_clozes):
            after = replace(after, clozes=memory.now, past_clozes=memory.past)
        locked[key] = after
        identified.append(IdentifiedNote(rendered, after.guid, after.id, after.mod))
    _leave(old, locked, set(known.origins.values()), soonest, diagnostics)
    types, locked_types = _identify_types(
        note_types, titles, called, old, project, soonest, policy, given, diagnostics
    )
    decks = tuple(sorted({rendered.note.deck for rendered in notes}))
    diagnostics += _decks_left(old.decks, decks)
    if old.released is not None:
        decks = old.decks
    new = replace(old, note_types=locked_types, notes=locked, decks=decks)
    return Identified(tuple(identified), types, new), tuple(diagnostics)


def packaged_digest(
    html: Sequence[str],
    key_at: int,
    tags: Sequence[str],
    note_type: str,
    media: Sequence[Media] = (),
) -> str:
    """The digest of what a learner gets of a note. Its key, the field with the index `key_at` (-1:
    none), is not part of it: it is never shown, and a learner's edit is worth more than its newest
    spelling."""
    parts = list(html)
    if key_at >= 0:
        del parts[key_at]
    parts += (" ".join(tags), note_type)
    for file in media:
        parts += (file.name, file.digest)
    return digest(parts)


def type_digest(title: str, templates: Iterable[tuple[str, str, str]], style: str) -> str:
    """The digest of what of a note type may change without harm: its name in the collection, the
    names and two sides of its templates, its style."""
    return digest((title, *(side for template in templates for side in template), style))


def _settled(
    rendered: RenderedNote, old: Lock, origin: Key | None
) -> tuple[RenderedNote, clozes.Memory, tuple[Diagnostic, ...]]:
    """A note with the numbers that its deletions keep."""
    if origin is None:
        return clozes.settle(rendered, clozes.Memory(), seen=False)
    before = old.notes[origin]
    memory = clozes.Memory(before.clozes, before.past_clozes)
    return clozes.settle(rendered, memory, seen=before.pending != "new" or not old.releases)


def _new_note(
    rendered: RenderedNote, packaged: str, taken: _Taken, moment: int, maybe: Key | None
) -> LockedNote:
    note = rendered.note
    guid = note.guid or taken.guid(note.key)
    sketch = sketches.sketch(sketches.body(note))
    id, made = taken.id(note.key), written_digest(rendered)
    pending: Pending = "new"
    if note.known and note.guid is not None:
        # Learners have it just so: it is older than whatever they made of it.
        moment, pending = _EXPORTED, ""
    return LockedNote(
        guid, id, moment, note.note_type, made, packaged, sketch, maybe=maybe, pending=pending
    )


def _same_note(
    rendered: RenderedNote, packaged: str, before: LockedNote, moment: int, policy: Policy
) -> LockedNote:
    if before.retired is not None:
        told = not before.leaving and before.pending != "new"
        pending: Pending = "back" if told else before.pending
        before = replace(before, retired=None, leaving=False, pending=pending)
    made = written_digest(rendered)
    if before.packaged == packaged and before.source == made:
        return before
    # The same words and files: whatever is packaged differently now, the renderer changed.
    if before.source == made and not policy.ship_rendering:
        return before
    if before.packaged != packaged:
        pending = "new" if before.pending == "new" else "changed"
        before = replace(before, mod=moment, packaged=packaged, pending=pending)
    sketch = sketches.sketch(sketches.body(rendered.note))
    return replace(before, source=made, sketch=sketch)


def _with(note: LockedNote, was: Key | None, maybe: Key | None) -> LockedNote:
    if (note.was, note.maybe) == (was, maybe):
        return note
    return replace(note, was=was, maybe=maybe)


def _leave(
    old: Lock,
    locked: dict[Key, LockedNote],
    claimed: set[Key],
    now: int,
    diagnostics: list[Diagnostic],
) -> None:
    """Keep the identities of the notes that are no longer there."""
    for key, note in old.notes.items():
        if key in claimed:
            continue
        place, number = key, 1
        if key in locked and note.was and note.was not in locked and note.was not in old.notes:
            place, note = note.was, replace(note, was=None)  # as learners know it
        while place in locked:  # another note has its key now
            place = Key(f"{key}@{note.note_type}{'' if number == 1 else f'@{number}'}")
            number += 1
        leaving = replace(note, retired=now, leaving=note.pending != "new", maybe=None)
        locked[place] = note if note.retired is not None else leaving
        if note.retired is None:
            message = f"{key} is no longer in the sources; learners who have it keep it"
            hint = f"if it goes on under another key: deckwright rename {place} NEW-KEY"
            diagnostics.append(Diagnostic(LEFT, message, hint=hint, key=key))


def _decks_left(old: tuple[str, ...], new: tuple[str, ...]) -> Iterable[Diagnostic]:
    left = [name for name in old if name not in new]
    come = [name for name in new if name not in old]
    if left:
        into = f"; new ones arrive in {_several(come)}" if come else ""
        message = f"no note lies in {_several(left)} any more: cards that are there stay{into}"
        hint = "tell learners to rename their deck in Anki before they import; or keep the name"
        yield Diagnostic(DECK_LEFT, message, hint=hint if come else "")


def _several(names: Sequence[str]) -> str:
    *most, last = (f"“{name}”" for name in names)
    return f"{', '.join(most)} and {last}" if most else last


class _Taken:
    """The GUIDs and note ids that are taken, and new ones beside them."""

    def __init__(self, project: str, lock: Lock, notes: Sequence[RenderedNote], now: int) -> None:
        self.project = project
        self.guids: set[str] = {note.guid for note in lock.notes.values()}
        self.guids.update(each.note.guid for each in notes if each.note.guid is not None)
        self.ids = {note.id for note in lock.notes.values()}
        # Ids are times: Anki shows them as the day a note was added, and refuses far-off ones.
        self.first = max(now, _EARLIEST) * 1000 - _DAY

    def guid(self, key: Key) -> Guid:
        guid, salt = guid_of(hashed("guid", self.project, key)), 0
        while guid in self.guids:
            salt += 1
            guid = guid_of(hashed("guid", self.project, key, str(salt)))
        self.guids.add(guid)
        return guid

    def id(self, key: Key) -> int:
        number = hashed("note", self.project, key) % _DAY
        while self.first + number in self.ids:
            number = (number + 1) % _DAY
        self.ids.add(self.first + number)
        return self.first + number


def _identify_types(
    note_types: Mapping[str, NoteType],
    titles: Mapping[str, str],
    called: Mapping[str, str],
    old: Lock,
    project: str,
    soonest: int,
    policy: Policy,
    given: Mapping[str, TypeIdentity],
    diagnostics: list[Diagnostic],
) -> tuple[tuple[IdentifiedNoteType, ...], dict[str, LockedNoteType]]:
    types, locked = [], dict(old.note_types)
    for name, note_type in sorted(note_types.items()):
        own, title = given.get(name, TypeIdentity()), titles[name]
        fresh = _new_type(note_type, own, title, project, soonest)
        before = old.note_types.get(name)
        after = fresh
        if before is not None:
            released, was = old.released is not None, called.get(name, "")
            kept, told = schema.keep(note_type, before, fresh, own, released, was)
            moment = max(soonest, before.mod + 1)
            changed = any(each.rule is schema.SCHEMA_CHANGED for each in told)
            if changed and policy.accept_schema_change:
                kept, told = schema.accept(before, fresh), ()
            diagnostics += told
            if kept is None:
                continue
            after = before
            if kept != before:
                after = replace(kept, mod=moment, pending=before.pending or "changed")
        locked[name] = after
        field_ids = tuple(number for _, number in after.fields)
        template_ids = tuple(number for _, number in after.templates)
        types.append(
            IdentifiedNoteType(note_type, title, after.id, field_ids, template_ids, after.mod)
        )
    diagnostics += schema.clashes(locked, given)
    return tuple(types), locked


def _new_type(
    note_type: NoteType, own: TypeIdentity, title: str, project: str, now: int
) -> LockedNoteType:
    def pinned(what: str, part: str) -> int:
        # 53 bits: such an id survives every program that reads JSON numbers as floats.
        return hashed(what, project, note_type.name, part) % 2**53 or 1

    return LockedNoteType(
        # A time in the past, as Anki's own ids of note types are.
        own.id
        or 1_000_000_000_000 + hashed("note type", project, note_type.name) % 500_000_000_000,
        note_type.kind,
        tuple((name, own.fields.get(name) or pinned("field", name)) for name in note_type.fields),
        tuple(
            (t.name, own.templates.get(t.name) or pinned("template", t.name))
            for t in note_type.templates
        ),
        now,
        type_digest(
            title, ((t.name, t.front, t.back) for t in note_type.templates), note_type.style
        ),
        pending="new",
    )


def deck_id(project: str, name: str) -> int:
    """The id of a deck. Anki matches decks by name; the id only has to be valid and steady."""
    return 1_000_000_000_000 + hashed("deck", project, name) % 500_000_000_000


# A release ---------------------------------------------------------------------------------------


def release_time(lock: Lock | None, now: int) -> int:
    """The time of a release that is made now: later than every time in the lock, in seconds."""
    if lock is None:
        return now
    times = [note.mod for note in lock.notes.values()]
    times += [note_type.mod for note_type in lock.note_types.values()]
    return max(now, max(times, default=0) + 1, (lock.released or 0) + 1)


def released(
    identified: Identified, version: str, time: int, resend: int | None = None
) -> tuple[Identified, tuple[Key, ...]]:
    """What was identified, as a release: everything that changed since the last one has its time,
    so that whoever imported that one late misses nothing. `resend` (seconds) stamps what changed
    since then once more; the keys of the notes stamped only for that come along.

    The first release stamps nothing: what learners of earlier builds have is not older.
    """
    lock = identified.lock
    resent: list[Key] = []
    notes = []
    locked = {
        # A note that came and left in between is as new as before: no learner saw it.
        key: replace(note, **(_TOLD if note.retired is None or note.pending != "new" else {}))
        for key, note in lock.notes.items()
    }
    for each in identified.notes:
        key = each.rendered.note.key
        pending = lock.notes[key].pending in ("new", "changed") and bool(lock.releases)
        pending &= each.mod != _EXPORTED
        if not pending and resend is not None and each.mod >= resend:
            resent.append(key)
        if pending or (resent and resent[-1] == key):
            each = replace(each, mod=time)
            locked[key] = replace(locked[key], mod=time)
        notes.append(each)
    types = []
    locked_types = {
        name: replace(each, pending="", accepted=False) for name, each in lock.note_types.items()
    }
    for note_type in identified.note_types:
        name = note_type.note_type.name
        pending = lock.note_types[name].pending != "" and bool(lock.releases)
        if pending or (resend is not None and note_type.mod >= resend):
            note_type = replace(note_type, mod=time)
            locked_types[name] = replace(locked_types[name], mod=time)
        types.append(note_type)
    new = replace(
        lock,
        note_types=locked_types,
        notes=locked,
        decks=tuple(sorted({each.rendered.note.deck for each in notes})),
        releases=(*lock.releases, (version, time)),
    )
    return Identified(tuple(notes), tuple(types), new), tuple(resent)


_TOLD: Mapping[str, Any] = {"was": None, "maybe": None, "pending": "", "leaving": False}
