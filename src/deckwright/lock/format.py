"""A lock as values and as text.

The text is one JSON object, written canonically: sorted, one release, note type or note a line, so
that a diff of it reads like a changelog. Nothing in it depends on the version of the program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from json.encoder import encode_basestring
from typing import Any, Literal, TypeAlias

from deckwright.clozes import MOST, Numbered
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.note import Guid, Key
from deckwright.source import Source

VERSION = 1
"""A lock of a newer version cannot be read: what it says would be lost."""
REVISION = 0
"""A lock of a newer revision can be read: it only says more."""

_HEAD = """\
{
"version": 1,
"revision": 0,
"project": "moon",
"created": 1735689600,
"decks": [],
"releases": [],
"note_types": {},
"notes": {
"""
_EBB = """\
"moon/ebb": {"guid": "m4Xq", "id": 1735689600000, "mod": 1735689600, "type": "Basic", \
"source": "", "packaged": "", "sketch": "", "retired": 1735776000}\
"""
_FLOOD = _EBB.replace("ebb", "flood").replace("m4Xq", "t8Rz").replace("600000,", "600001,")
_END = "\n}\n}\n"


def _locked(text: str) -> dict[str, str]:
    """A project with a lock."""
    return {
        "deck.yaml": "id: moon\nname: The moon\nsources: [moon.md]\n",
        "moon.md": "Q: What raises the tides?\nA: The moon\n",
        "deck.lock": text,
    }


DAMAGED = Rule(
    "L001",
    "lock-damaged",
    Severity.ERROR,
    "The lock is the memory of every identity: it is never guessed at, nor begun anew silently.",
    "Take its last good version back from your version control, or rebuild it of a package: "
    "`deckwright lock restore PACKAGE`.",
    _locked(_HEAD + _EBB),
    _locked(f"{_HEAD}{_EBB}{_END}"),
)
CONFLICT = Rule(
    "L002",
    "lock-conflict",
    Severity.ERROR,
    "A lock that git could not merge holds two memories, and both have identities that count.",
    "Unite both sides: `deckwright lock resolve`.",
    _locked(f"{_HEAD}<<<<<<< HEAD\n{_EBB}\n=======\n{_FLOOD}\n>>>>>>> tides{_END}"),
    _locked(f"{_HEAD}{_EBB},\n{_FLOOD}{_END}"),
)
NEWER = Rule(
    "L003",
    "lock-newer",
    Severity.ERROR,
    "A lock that a newer version wrote may hold what this version would lose.",
    "Upgrade deckwright.",
    _locked(f"{_HEAD}{_EBB}{_END}".replace('"version": 1', '"version": 2')),
    _locked(f"{_HEAD}{_EBB}{_END}"),
)
DOUBLED = Rule(
    "L004",
    "lock-doubled",
    Severity.ERROR,
    "Two notes of one GUID or one id would overwrite each other in the learner's collection.",
    "Unite what was merged: `deckwright lock resolve`; or keep the line of the note that learners "
    "have, and remove the other.",
    _locked(f"{_HEAD}{_EBB},\n{_EBB.replace('ebb', 'low-water')}{_END}"),
    _locked(f"{_HEAD}{_EBB}{_END}"),
)
RULES = (DAMAGED, CONFLICT, NEWER, DOUBLED)


Pending: TypeAlias = Literal["", "new", "changed", "back"]
"""What the next release brings of a note or a note type."""
_PENDING = ("", "new", "changed", "back")


@dataclass(frozen=True, slots=True)
class LockedNote:
    """What the lock knows of a note.

    `id` is the note id (milliseconds), `mod` when its content last changed (seconds). `source` and
    `packaged` are digests of what the user wrote and of what was packaged when `mod` was set; a
    `source` of nothing is not known (the lock was restored). `sketch` is what its text is known by
    under another key (`deckwright.sketches`). `retired` is when it left the sources (seconds).
    `maybe` is the key of a note that left of which this one may be a renaming, which no one has
    settled yet. `clozes` are the deletions that it has, in the order in which they first appear,
    and `past_clozes` those that it had, the latest first: the text of each and its number
    (`deckwright.clozes`).

    What the next release has to tell is said line by line, so that git merges it. `pending` is
    `new` for a note that no release had, `changed` for one whose content changed since the last,
    `back` for one that had left, and learners were told so, and is there again unchanged;
    `leaving` is a note that left since, and `was` the key that it had then, if it was another.
    """

    guid: Guid
    id: int
    mod: int
    note_type: str
    source: str
    packaged: str
    sketch: str = ""
    retired: int | None = None
    was: Key | None = None
    maybe: Key | None = None
    pending: Pending = ""
    leaving: bool = False
    clozes: tuple[Numbered, ...] = ()
    past_clozes: tuple[Numbered, ...] = ()


@dataclass(frozen=True, slots=True)
class LockedNoteType:
    """What the lock knows of a note type: its id, its schema (kind, and fields and templates in
    their order, each with its pinned id), its modification time (seconds) and the digest of what
    may change without harm (name, templates' text, style). `pending` is as that of a note, and
    `accepted` says that a change of its schema was accepted since the last release."""

    id: int
    kind: str
    fields: tuple[tuple[str, int], ...]
    templates: tuple[tuple[str, int], ...]
    mod: int
    packaged: str
    pending: Pending = ""
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock. `project` is the project's id, `created` when the project was first built (seconds),
    `releases` are the releases so far, each with its version and its time (seconds), the last one
    last. `decks` are the names of the decks with notes that learners have: those of the last
    release, or of the last build where nothing was released. `shipped` is the digest of the last
    release's package, empty where it is not known. `revision` is that of the text."""

    project: str
    created: int
    note_types: Mapping[str, LockedNoteType]
    notes: Mapping[Key, LockedNote]
    decks: tuple[str, ...] = ()
    releases: tuple[tuple[str, int], ...] = ()
    revision: int = REVISION
    shipped: str = ""

    @property
    def released(self) -> int | None:
        """The time of the last release, in seconds."""
        return self.releases[-1][1] if self.releases else None


def serialise(lock: Lock) -> str:
    """The canonical text of a lock."""
    note_types = (
        (name, _note_type_values(note_type)) for name, note_type in sorted(lock.note_types.items())
    )
    releases = (f"[{_string(version)}, {time}]" for version, time in lock.releases)
    lines = [
        "{",
        f'"version": {VERSION},',
        f'"revision": {REVISION},',
        f'"project": {json.dumps(lock.project)},',
        f'"created": {lock.created},',
        f'"decks": [{", ".join(map(_string, lock.decks))}],',
        '"releases": [',
        ",\n".join(releases),
        "],",
        f'"shipped": {_string(lock.shipped)},' if lock.shipped else "",
        '"note_types": {',
        ",\n".join(
            f"{_string(name)}: {json.dumps(values, ensure_ascii=False)}"
            for name, values in note_types
        ),
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
        **({"pending": note_type.pending} if note_type.pending else {}),
        **({"accepted": True} if note_type.accepted else {}),
    }


def _note_line(key: Key, note: LockedNote) -> str:
    rare = ""
    if note.retired is not None:
        rare = f', "retired": {note.retired}'
    if note.was is not None:
        rare += f', "was": {_string(note.was)}'
    if note.maybe is not None:
        rare += f', "maybe": {_string(note.maybe)}'
    if note.pending:
        rare += f', "pending": "{note.pending}"'
    if note.leaving:
        rare += ', "leaving": true'
    if note.clozes:
        rare += f', "clozes": {_pairs(note.clozes)}'
    if note.past_clozes:
        rare += f', "past_clozes": {_pairs(note.past_clozes)}'
    return (
        f'{_string(key)}: {{"guid": {_string(note.guid)}, "id": {note.id}, "mod": {note.mod}, '
        f'"type": {_string(note.note_type)}, "source": {_string(note.source)}, '
        f'"packaged": {_string(note.packaged)}, "sketch": {_string(note.sketch)}{rare}}}'
    )


def _pairs(clozes: Iterable[Numbered]) -> str:
    return f"[{', '.join(f'[{_string(text)}, {number}]' for text, number in clozes)}]"


_CONFLICT_MARK = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)", re.MULTILINE)


class _Damage(Exception):
    """Something wrong in a lock, at an offset: never leaves this module."""

    def __init__(self, rule: Rule, message: str, offset: int, other: int | None = None) -> None:
        super().__init__(message)
        self.rule, self.message, self.offset, self.other = rule, message, offset, other


_HINTS = {
    DAMAGED: "take its last good version back from your version control, or rebuild it from a "
    "package: deckwright lock restore PACKAGE",
    CONFLICT: "unite both sides: deckwright lock resolve",
    NEWER: "upgrade deckwright",
    DOUBLED: "unite what was merged: deckwright lock resolve; or keep the line of the note that "
    "learners have, and remove the other",
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
        rule = DOUBLED if "\n" in text[first:second] else DAMAGED
        raise _Damage(rule, f"{_string(twice.name)} stands twice", second, first) from None
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
    _expect(isinstance(data.get("project"), str), "no project", _head(text, "project"))
    _expect(_is_int(data.get("created")), "no time of creation", _head(text, "created"))
    _expect(_is_int(data.get("revision")), "no revision", _head(text, "revision"))
    decks, releases = data.get("decks"), data.get("releases")
    good = isinstance(decks, list) and all(isinstance(deck, str) for deck in decks)
    _expect(good, "no decks", _head(text, "decks"))
    good = isinstance(releases, list) and all(map(_is_release, releases))
    _expect(good, "no releases", _head(text, "releases"))
    times = [time for _, time in releases]
    message = "the releases are not in the order of their times"
    _expect(times == sorted(set(times)), message, _head(text, "releases"))
    shipped = data.get("shipped", "")
    _expect(isinstance(shipped, str), "no digest of a release", _head(text, "shipped"))
    for name in ("note_types", "notes"):
        _expect(isinstance(data.get(name), dict), f"no {name}", _head(text, name))
    if data["revision"] <= REVISION:  # a newer one may say more, and is never written again
        _refuse_unknown(text, data)
    note_types = {
        name: _note_type(text, name, values) for name, values in data["note_types"].items()
    }
    notes = {Key(key): _note(text, key, values) for key, values in data["notes"].items()}
    _refuse_doubles(text, "guid", {key: note.guid for key, note in notes.items()})
    _refuse_doubles(text, "id", {key: note.id for key, note in notes.items()})
    told = tuple((version, time) for version, time in releases)
    return Lock(
        *(data["project"], data["created"], note_types, notes, tuple(decks), told),
        data["revision"],
        shipped,
    )


_HEADS = frozenset(
    "version revision project created decks releases shipped note_types notes".split()
)
_OF_TYPE = frozenset("id kind fields templates mod packaged pending accepted".split())
_OF_NOTE = frozenset(
    "guid id mod type source packaged sketch retired was maybe pending leaving clozes "
    "past_clozes".split()
)


def _refuse_unknown(text: str, data: Mapping[str, Any]) -> None:
    """What is not known would be lost when the lock is written again."""
    for name in data.keys() - _HEADS:
        raise _Damage(DAMAGED, f"the lock is damaged: what is {_string(name)}?", _head(text, name))
    for known, part in ((_OF_TYPE, "note_types"), (_OF_NOTE, "notes")):
        for name, values in data[part].items():
            if isinstance(values, dict) and not values.keys() <= known:
                unknown = _string(min(values.keys() - known))
                message = f"the lock is damaged: what is {unknown} of {_string(name)}?"
                raise _Damage(DAMAGED, message, _at(text, name, part))


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


def _is_part_id(value: object) -> bool:
    """Whether this is an id of a field or a template: Anki's own are any 64 bits, with a sign."""
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _is_release(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    return isinstance(value[0], str) and _is_int(value[1])


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
            values["sketch"],
            values.get("retired"),
            values.get("was"),
            values.get("maybe"),
            values.get("pending", ""),
            values.get("leaving", False),
            _clozes(values["clozes"]) if "clozes" in values else (),
            _clozes(values["past_clozes"]) if "past_clozes" in values else (),
        )
        strings = (note.guid, note.note_type, note.source, note.packaged, note.sketch)
        good = all(isinstance(s, str) for s in strings) and note.guid != ""
        good = good and _is_int(note.id) and _is_int(note.mod)
        good = good and (note.retired is None or _is_int(note.retired))
        good = good and (note.was is None or isinstance(note.was, str))
        good = good and (note.maybe is None or isinstance(note.maybe, str))
        good = good and note.pending in _PENDING and isinstance(note.leaving, bool)
    except (TypeError, KeyError, ValueError, AttributeError):
        good = False
    if not good:  # its place is looked for only then: that takes a look through the whole text
        raise _Damage(DAMAGED, _NOT_READ.format(_string(key), "note"), _at(text, key))
    return note


def _clozes(values: Any) -> tuple[Numbered, ...]:
    """Raises TypeError or ValueError where these are no deletions with their numbers."""
    pairs = tuple((text, number) for text, number in values)
    if not isinstance(values, list) or not all(
        isinstance(text, str) and _is_int(number) and 0 < number <= MOST for text, number in pairs
    ):
        raise ValueError
    return pairs


def _note_type(text: str, name: str, values: Any) -> LockedNoteType:
    try:
        note_type = LockedNoteType(
            values["id"],
            values["kind"],
            tuple((field, number) for field, number in values["fields"]),
            tuple((template, number) for template, number in values["templates"]),
            values["mod"],
            values["packaged"],
            values.get("pending", ""),
            values.get("accepted", False),
        )
        pairs = (*note_type.fields, *note_type.templates)
        numbers = (note_type.id, note_type.mod)
        strings = (note_type.kind, note_type.packaged, *(string for string, _ in pairs))
        good = all(map(_is_int, numbers)) and all(isinstance(s, str) for s in strings)
        good = good and all(_is_part_id(number) for _, number in pairs)
        good = good and note_type.pending in _PENDING and isinstance(note_type.accepted, bool)
    except (TypeError, KeyError, ValueError, AttributeError):
        good = False
    if not good:
        raise _Damage(
            DAMAGED, _NOT_READ.format(_string(name), "note type"), _at(text, name, "note_types")
        )
    return note_type


def _at(text: str, name: str, part: str = "notes") -> int:
    """Where the line of a note or a note type begins; notes stand last in a lock."""
    if part == "note_types":
        return max(text.find(f"\n{_string(name)}:", _head(text, part)) + 1, _head(text, part))
    place = text.rfind(f"\n{_string(name)}:") + 1
    return place or max(text.rfind(f"{_string(name)}:"), 0)


def _head(text: str, name: str) -> int:
    """Where something above the notes stands; the beginning, if it does not."""
    return max(text.find(f"\n{_string(name)}:") + 1, 0)
