"""The schema guard: fields, templates, kind and ids of a note type never change unnoticed. Pure.

Measured on the engine (docs/updates.md has the table): where the fields or templates of a note
type that a learner has are added, removed or reordered, or their ids change, Anki refuses every
update of its notes, and adds an empty note type (2.1.66: at each import).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace

from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.lock import LockedNoteType
from deckwright.notetypes import NoteType, TypeIdentity, built_in
from deckwright.source import Span

_SKETCH = {
    "deck.yaml": "id: trees\nname: Trees\nsources: [trees.yaml]\n",
    "trees.yaml": "notes:\n  - {type: Sketch, Name: Aspen, Leaf: round}\n",
    "notetypes/Sketch/front.html": "Which tree has leaves that are {{Leaf}}?\n",
    "notetypes/Sketch/back.html": "{{FrontSide}}<hr id=answer>{{Name}}\n",
    "notetypes/Sketch/style.css": ".card { text-align: center; }\n",
    "notetypes/Sketch/notetype.yaml": "fields: [Name, Leaf]\n"
    "templates:\n  - {name: Tree, front: front.html, back: back.html}\nstyle: style.css\n",
}
_BIRCH = "Q: Which tree has a white bark?\nA: The birch\n\nC: The [larch] loses its needles.\n"
_TREES = "id: trees\nname: Trees\nsources: [trees.md]\nnote_types:\n"

SCHEMA_CHANGED = Rule(
    "I001",
    "schema-changed",
    Severity.ERROR,
    "Anki refuses every update of the notes of a note type whose fields or templates were added, "
    "removed or reordered, and tells no one.",
    "Set the fields and templates back, and use a spare field; or make a new note type for new "
    "notes. If no learner has it, or all are told: `--accept-schema-change`.",
    {
        **_SKETCH,
        "notetypes/Sketch/back.html": "{{FrontSide}}<hr id=answer>{{Name}} {{Bark}}\n",
        "notetypes/Sketch/notetype.yaml": "fields: [Name, Leaf, Bark]\n"
        "templates:\n  - {name: Tree, front: front.html, back: back.html}\nstyle: style.css\n",
    },
    _SKETCH,
    _SKETCH,
)
TYPE_ID_CHANGED = Rule(
    "I013",
    "note-type-id-changed",
    Severity.ERROR,
    "Anki knows note types, fields and templates by their ids: with other ones no note of the note "
    "type is updated any more.",
    "Set the id back, or leave it out: the lock has it.",
    {"deck.yaml": f"{_TREES}  Basic: {{id: 1735776000000}}\n", "trees.md": _BIRCH},
    {"deck.yaml": f"{_TREES}  Basic: {{id: 1735689600000}}\n", "trees.md": _BIRCH},
    {"deck.yaml": f"{_TREES}  Basic: {{id: 1735689600000}}\n", "trees.md": _BIRCH},
)
SAME_TYPE_ID = Rule(
    "I014",
    "same-note-type-id",
    Severity.ERROR,
    "Two note types of one id, or two fields or templates, are one to Anki.",
    "Give each an id of its own.",
    {
        "deck.yaml": f"{_TREES}  Basic: {{id: 1735689600000}}\n  Cloze: {{id: 1735689600000}}\n",
        "trees.md": _BIRCH,
    },
    {
        "deck.yaml": f"{_TREES}  Basic: {{id: 1735689600000}}\n  Cloze: {{id: 1735776000000}}\n",
        "trees.md": _BIRCH,
    },
)
UNKNOWN_PART = Rule(
    "I015",
    "unknown-part",
    Severity.ERROR,
    "An id for a note type, a field or a template that is not there is a slip of the pen.",
    "Write the name as the note type has it.",
    {"deck.yaml": f"{_TREES}  Basic: {{fields: {{Frnt: 4711}}}}\n", "trees.md": _BIRCH},
    {"deck.yaml": f"{_TREES}  Basic: {{fields: {{Front: 4711}}}}\n", "trees.md": _BIRCH},
)
RULES = (SCHEMA_CHANGED, TYPE_ID_CHANGED, SAME_TYPE_ID, UNKNOWN_PART)

_Parts = tuple[tuple[str, int], ...]


def keep(
    note_type: NoteType,
    before: LockedNoteType,
    fresh: LockedNoteType,
    given: TypeIdentity,
    released: bool,
    was: str = "",
) -> tuple[LockedNoteType | None, tuple[Diagnostic, ...]]:
    """What the lock says of a note type after this build, with the time of the last one; None
    where learners would be cut off.

    `fresh` is what it would say of the note type if it were new, `given` what the project says of
    its ids. A field or a template of another name is the same one if its id is given, and was its
    id in the lock: Anki 23.12 and later rename it then. Ids that no release has seen may change.
    `was` is the name of one that this may be renamed.
    """
    if not released and _schema(fresh) == _schema(before):
        return replace(_own(before, given), packaged=fresh.packaged), ()
    if given.id and given.id != before.id:
        message = f"the note type {note_type.name} was released with the id {before.id}"
        hint = f"set its id back to {before.id}, or leave it out"
        return None, (Diagnostic(TYPE_ID_CHANGED, message, given.span, hint),)
    fields, moved = _kept(before.fields, note_type.fields, given.fields)
    templates, also = _kept(
        before.templates, [each.name for each in note_type.templates], given.templates
    )
    if fields is None or templates is None or fresh.kind != before.kind:
        return None, (_changed(note_type, before, fresh, was),)
    if moved or also:
        names = ", ".join((*moved, *also))
        message = f"other ids are given to {names} of the note type {note_type.name}"
        hint = "leave these ids out: a released one never changes"
        return None, (Diagnostic(TYPE_ID_CHANGED, message, given.span, hint),)
    return replace(before, fields=fields, templates=templates, packaged=fresh.packaged), ()


def _own(before: LockedNoteType, given: TypeIdentity) -> LockedNoteType:
    """A note type with the ids that are given."""

    def with_given(parts: _Parts, ids: Mapping[str, int]) -> _Parts:
        return tuple((name, ids.get(name) or number) for name, number in parts)

    return replace(
        before,
        id=given.id or before.id,
        fields=with_given(before.fields, given.fields),
        templates=with_given(before.templates, given.templates),
    )


def _kept(
    before: _Parts, names: Iterable[str], given: Mapping[str, int]
) -> tuple[_Parts | None, list[str]]:
    """The fields (or templates) with their names of today, None where they are not those of
    before; and the names of those that are given another id than they have."""
    names = list(names)
    if len(names) != len(before):
        return None, []
    kept, moved = [], []
    for name, (was, number) in zip(names, before, strict=True):
        own = given.get(name)
        if name != was and (own != number or name in dict(before)):
            return None, []
        if own and own != number:
            moved.append(f"“{name}”")
        kept.append((name, number))
    return tuple(kept), moved


def accept(before: LockedNoteType, fresh: LockedNoteType) -> LockedNoteType:
    """A changed schema, accepted: what keeps its name keeps its id."""

    def united(old: _Parts, new: _Parts) -> _Parts:
        known, taken = dict(old), {number for _, number in old}
        parts = []
        for name, number in new:
            if name not in known:
                while number in taken:
                    number += 1
                taken.add(number)
            parts.append((name, known.get(name, number)))
        return tuple(parts)

    return replace(
        fresh,
        id=before.id,
        fields=united(before.fields, fresh.fields),
        templates=united(before.templates, fresh.templates),
        mod=before.mod,
        pending=before.pending,
        accepted=True,
    )


def renamed(
    note_types: Mapping[str, NoteType],
    known: Mapping[str, LockedNoteType],
    there: Container[str],
) -> Mapping[str, str]:
    """Own note types that may be one of the lock (`known`) under another name: that name, by the
    one that they have now. It is of none that is still `there`, and has the same kind, fields and
    templates: so it is where a folder was renamed."""
    gone = {_schema(each): name for name, each in sorted(known.items()) if name not in there}
    if not gone:
        return {}
    own = {name: each for name, each in note_types.items() if name not in built_in()}
    return {
        name: was
        for name, each in own.items()
        if (was := gone.get((each.kind, each.fields, tuple(t.name for t in each.templates))))
    }


def _schema(known: LockedNoteType) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    fields, templates = (tuple(n for n, _ in part) for part in (known.fields, known.templates))
    return known.kind, fields, templates


def _changed(
    note_type: NoteType, before: LockedNoteType, fresh: LockedNoteType, was: str
) -> Diagnostic:
    parts = [
        *_differences("field", before.fields, fresh.fields),
        *_differences("template", before.templates, fresh.templates),
    ]
    if fresh.kind != before.kind:
        parts.append(f"its kind is {fresh.kind}, and was {before.kind}")
    message = (
        f"the note type “{note_type.name}” changed: {'; '.join(parts)}. For everyone who has its "
        "notes no update of them would ever arrive again, without a word, and an import "
        "would add an empty note type"
    )
    fields = ", ".join(field for field, _ in before.fields)
    templates = ", ".join(template for template, _ in before.templates)
    folder = f"if it is “{was}” renamed: `name: {was}` in its notetype.yaml; or " if was else ""
    hint = (
        f"{folder}set it back to the fields {fields} and the templates {templates}"
        f"{_SPARE if 'Spare' in fields else ''}; {_renaming(before, fresh)}"
        "or make a new note type for new notes; or, if no learner has it or "
        "all are told, --accept-schema-change"
    )
    return Diagnostic(SCHEMA_CHANGED, message, hint=hint)


_SPARE = ", and use a spare field or the spare template"


def _renaming(before: LockedNoteType, fresh: LockedNoteType) -> str:
    """How to say that what has another name in the same place is the same, if anything may be."""
    if fresh.kind != before.kind or any(
        len(old) != len(new)
        for old, new in ((before.fields, fresh.fields), (before.templates, fresh.templates))
    ):
        return ""
    for old, new in ((before.fields, fresh.fields), (before.templates, fresh.templates)):
        known = {name for name, _ in old}
        left = known - {name for name, _ in new}
        for (was, number), (name, _) in zip(old, new, strict=True):
            if was in left and name not in known:
                return f"or, if “{name}” is “{was}” renamed, give it its id, {number}; "
    return ""


def _differences(what: str, before: _Parts, after: _Parts) -> Iterator[str]:
    old, new = [name for name, _ in before], [name for name, _ in after]
    added = [name for name in new if name not in old]
    removed = [name for name in old if name not in new]
    for name in removed:
        yield f"the {what} “{name}” is gone"
    for name in added:
        yield f"the {what} “{name}” is new"
    if not added and not removed and old != new:
        yield f"the {what}s are in another order"


def clashes(
    locked: Mapping[str, LockedNoteType], given: Mapping[str, TypeIdentity]
) -> Iterator[Diagnostic]:
    """Ids that are given twice, or to what is not there."""
    owners: dict[int, str] = {}
    for name, note_type in sorted(locked.items()):
        own = given.get(name, TypeIdentity())
        if note_type.id in owners:
            other = given.get(owners[note_type.id], TypeIdentity()).span
            message = f"the note types {owners[note_type.id]} and {name} have the id {note_type.id}"
            yield Diagnostic(SAME_TYPE_ID, message, own.span or other, _OWN_ID, other=other)
        owners[note_type.id] = name
        yield from _within(f"fields of {name}", note_type.fields, own.span)
        yield from _within(f"templates of {name}", note_type.templates, own.span)
        for what, ids, parts in (
            ("field", own.fields, note_type.fields),
            ("template", own.templates, note_type.templates),
        ):
            for unknown in sorted(ids.keys() - dict(parts)):
                message = f"the note type {name} has no {what} “{unknown}” to give an id to"
                names = ", ".join(part for part, _ in parts)
                yield Diagnostic(UNKNOWN_PART, message, own.span, f"its {what}s are {names}")


_OWN_ID = "give each an id of its own"


def _within(whose: str, parts: _Parts, span: Span | None) -> Iterator[Diagnostic]:
    seen: dict[int, str] = {}
    for name, number in parts:
        if number in seen:
            message = f"of the {whose}, “{seen[number]}” and “{name}” have the id {number}"
            yield Diagnostic(SAME_TYPE_ID, message, span, _OWN_ID)
        seen[number] = name
