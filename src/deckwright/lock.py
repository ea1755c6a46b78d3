"""`deck.lock`: the committed memory of a project's identities, as text and as values.

The text is one JSON object, written canonically: sorted, one note or note type a line, so that a
diff of it reads like a changelog. Nothing in it depends on the version of the program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from json.encoder import encode_basestring
from typing import Any

from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.note import Guid, Key
from deckwright.source import Source

VERSION = 1
"""A lock of a newer version cannot be read: what it says would be lost."""
REVISION = 0
"""A lock of a newer revision can be read: it only says more."""

DAMAGED = Rule(
    "L001",
    "lock-damaged",
    Severity.ERROR,
    "The lock is the memory of every identity: it is never guessed at, nor begun anew silently.",
)
CONFLICT = Rule(
    "L002",
    "lock-conflict",
    Severity.ERROR,
    "A lock that git could not merge holds two memories, and both have identities that count.",
)
NEWER = Rule(
    "L003",
    "lock-newer",
    Severity.ERROR,
    "A lock that a newer version wrote may hold what this version would lose.",
)
DOUBLED = Rule(
    "L004",
    "lock-doubled",
    Severity.ERROR,
    "Two notes of one GUID or one id would overwrite each other in the learner's collection.",
)
RULES = (DAMAGED, CONFLICT, NEWER, DOUBLED)


@dataclass(frozen=True, slots=True)
class LockedNote:
    """What the lock knows of a note. `id` is the note id (milliseconds), `mod` when its content
    last changed (seconds), `source` and `packaged` are digests of what the user wrote and of what
    was packaged when `mod` was set; `retired` is when it left the sources (seconds)."""

    guid: Guid
    id: int
    mod: int
    note_type: str
    source: str
    packaged: str
    retired: int | None = None


@dataclass(frozen=True, slots=True)
class LockedNoteType:
    """What the lock knows of a note type: its id, its schema (kind, and fields and templates in
    their order, each with its pinned id), its modification time (seconds) and the digest of what
    may change without harm (name, templates' text, style)."""

    id: int
    kind: str
    fields: tuple[tuple[str, int], ...]
    templates: tuple[tuple[str, int], ...]
    mod: int
    packaged: str


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock. `project` is the project's id, `created` when the project was first built and
    `released` when it was last released (seconds)."""

    project: str
    created: int
    note_types: Mapping[str, LockedNoteType]
    notes: Mapping[Key, LockedNote]
    released: int | None = None


def serialise(lock: Lock) -> str:
    """The canonical text of a lock."""
    note_types = (
        (name, _note_type_values(note_type)) for name, note_type in sorted(lock.note_types.items())
    )
    lines = [
        "{",
        f'"version": {VERSION},',
        f'"revision": {REVISION},',
        f'"project": {json.dumps(lock.project)},',
        f'"created": {lock.created},',
        f'"released": {json.dumps(lock.released)},',
        '"note_types": {',
        ",\n".join(f"{_string(name)}: {json.dumps(values)}" for name, values in note_types),
        "},",
        '"notes": {',
        ",\n".join([_note_line(key, lock.notes[key]) for key in sorted(lock.notes)]),
        "}",
        "}",
    ]
    return "\n".join(line for line in lines if line) + "\n"


_string = encode_basestring  # what `json.dumps(text, ensure_ascii=False)` gives, without its way


def _note_type_values(note_type: LockedNoteType) -> dict[str, object]:
    return {
        "id": note_type.id,
        "kind": note_type.kind,
        "fields": [list(pair) for pair in note_type.fields],
        "templates": [list(pair) for pair in note_type.templates],
        "mod": note_type.mod,
        "packaged": note_type.packaged,
    }


def _note_line(key: Key, note: LockedNote) -> str:
    retired = f', "retired": {note.retired}' if note.retired is not None else ""
    return (
        f'{_string(key)}: {{"guid": {_string(note.guid)}, "id": {note.id}, "mod": {note.mod}, '
        f'"type": {_string(note.note_type)}, "source": {_string(note.source)}, '
        f'"packaged": {_string(note.packaged)}{retired}}}'
    )


_CONFLICT_MARK = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)", re.MULTILINE)


class _Damage(Exception):
    """Something wrong in a lock, at an offset: never leaves this module."""

    def __init__(self, rule: Rule, message: str, offset: int, other: int | None = None) -> None:
        super().__init__(message)
        self.rule, self.message, self.offset, self.other = rule, message, offset, other


_HINTS = {
    DAMAGED: "take the file's last good version back from your version control",
    CONFLICT: "settle the conflict in favour of the lines of both sides, without the marks",
    NEWER: "upgrade deckwright",
    DOUBLED: "keep the line of the note that learners have, and remove the other",
}


def parse(source: Source) -> tuple[Lock | None, tuple[Diagnostic, ...]]:
    """Read a lock's text: the lock, or what is wrong with it and where."""
    try:
        return _parse(source.text), ()
    except _Damage as damage:
        span = source.span(damage.offset, damage.offset)
        other = source.span(damage.other, damage.other) if damage.other is not None else None
        hint = _HINTS[damage.rule]
        return None, (Diagnostic(damage.rule, damage.message, span, hint, other=other),)


def _parse(text: str) -> Lock:
    mark = _CONFLICT_MARK.search(text)
    if mark:
        raise _Damage(CONFLICT, "the lock holds a conflict of a merge", mark.start())
    try:
        data = json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise _Damage(DAMAGED, f"the lock is damaged: {error.msg}", error.pos) from None
    except _Twice as twice:
        first, second = _two(text, twice.name)
        raise _Damage(DOUBLED, f"{_string(twice.name)} stands twice", second, first) from None
    except RecursionError:
        raise _Damage(DAMAGED, "the lock is damaged: nested too deeply", 0) from None
    except ValueError:  # from an integer of thousands of digits
        raise _Damage(DAMAGED, "the lock is damaged: a number is too large", 0) from None
    half = _HALF.search(text)
    _expect(not half or _is_unicode(data), "half a character", half.start() if half else 0)
    _expect(isinstance(data, dict) and _is_int(data.get("version")), "no version", 0)
    if data["version"] > VERSION:
        message = f"the lock has version {data['version']}, and this deckwright reads {VERSION}"
        raise _Damage(NEWER, message, max(text.find('"version"'), 0))
    _expect(isinstance(data.get("project"), str), "no project", 0)
    _expect(_is_int(data.get("created")), "no time of creation", 0)
    _expect(data.get("released") is None or _is_int(data["released"]), "released is no time", 0)
    for name in ("note_types", "notes"):
        _expect(isinstance(data.get(name), dict), f"no {name}", 0)
    note_types = {
        name: _note_type(text, name, values) for name, values in data["note_types"].items()
    }
    notes = {Key(key): _note(text, key, values) for key, values in data["notes"].items()}
    _refuse_doubles(text, "guid", {key: note.guid for key, note in notes.items()})
    _refuse_doubles(text, "id", {key: note.id for key, note in notes.items()})
    return Lock(data["project"], data["created"], note_types, notes, data.get("released"))


class _Twice(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _Twice(name)
            seen.add(name)
    return values


_HALF = re.compile(  # an escape for half a character, without the other half beside it
    r"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]"
)


def _is_unicode(data: object) -> bool:
    """Whether no text holds half a character (a lone surrogate), which no file can hold."""
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _two(text: str, name: str) -> tuple[int, int]:
    """The offsets of a name that stands twice in one object: at the beginning of two lines (the
    last two: a note may be called like what stands above the notes), or else in one line."""
    places = [match.start() for match in re.finditer(re.escape(f"{_string(name)}:"), text)]
    lines = [place for place in places if place == 0 or text[place - 1] == "\n"]
    if len(lines) > 1:
        return lines[-2], lines[-1]
    beside = (pair for pair in pairwise(places) if "\n" not in text[pair[0] : pair[1]])
    return next(beside, (0, 0))


def _refuse_doubles(text: str, what: str, values: Mapping[Key, object]) -> None:
    seen: dict[object, Key] = {}
    for key, value in values.items():
        if value in seen:
            written = _string(value) if isinstance(value, str) else str(value)
            message = f"two notes have the {what} {written}"
            raise _Damage(DOUBLED, message, _at(text, key), _at(text, seen[value]))
        seen[value] = key


def _is_int(value: object) -> bool:
    """Whether this is a number as times and ids are: one that every program reads alike."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _expect(holds: bool, message: str, offset: int) -> None:
    if not holds:
        raise _Damage(DAMAGED, f"the lock is damaged: {message}", offset)


_NOT_READ = "the lock is damaged: the line of {} is not a {}"


def _note(text: str, key: str, values: Any) -> LockedNote:
    try:
        note = LockedNote(
            values["guid"],
            values["id"],
            values["mod"],
            values["type"],
            values["source"],
            values["packaged"],
            values.get("retired"),
        )
        strings = (note.guid, note.note_type, note.source, note.packaged)
        good = all(isinstance(s, str) for s in strings) and note.guid != ""
        good = good and _is_int(note.id) and _is_int(note.mod)
        good = good and (note.retired is None or _is_int(note.retired))
    except (TypeError, KeyError, AttributeError):
        good = False
    if not good:  # its place is looked for only then: that takes a look through the whole text
        raise _Damage(DAMAGED, _NOT_READ.format(_string(key), "note"), _at(text, key))
    return note


def _note_type(text: str, name: str, values: Any) -> LockedNoteType:
    try:
        note_type = LockedNoteType(
            values["id"],
            values["kind"],
            tuple((field, number) for field, number in values["fields"]),
            tuple((template, number) for template, number in values["templates"]),
            values["mod"],
            values["packaged"],
        )
        pairs = (*note_type.fields, *note_type.templates)
        numbers = (note_type.id, note_type.mod, *(number for _, number in pairs))
        strings = (note_type.kind, note_type.packaged, *(string for string, _ in pairs))
        good = all(map(_is_int, numbers)) and all(isinstance(s, str) for s in strings)
    except (TypeError, KeyError, ValueError, AttributeError):
        good = False
    if not good:
        raise _Damage(DAMAGED, _NOT_READ.format(_string(name), "note type"), _at(text, name))
    return note_type


def _at(text: str, name: str) -> int:
    """Where the line of a note or a note type begins; notes stand last in a lock."""
    place = text.rfind(f"\n{_string(name)}:") + 1
    return place or max(text.rfind(f"{_string(name)}:"), 0)
