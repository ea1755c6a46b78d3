"""A lock's text as the two sides that it holds, each line by itself with the sides it stands on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from deckwright.diagnostics import Diagnostic, Rule
from deckwright.lock.format import DAMAGED, NEWER, REVISION, VERSION, Lock, parse
from deckwright.note import Guid, Key
from deckwright.source import Source

# The sides that a line stands on, as bits. What git took over from one side stands on both.
BASE: Final = 0  # what both began with, where the style of the conflict shows it
OURS: Final = 1
THEIRS: Final = 2
BOTH: Final = OURS | THEIRS

_MARK = re.compile(r"([<|=>])\1{6}(?: |$)")
_AFTER: Mapping[tuple[str, int], int] = {  # a mark, in the lines of which side; those that follow
    ("<", BOTH): OURS,
    ("|", OURS): BASE,
    ("=", OURS): THEIRS,
    ("=", BASE): THEIRS,
    (">", THEIRS): BOTH,
}

_HEADS: Mapping[str, str] = {  # each with the line that it has in a lock of nothing
    "version": f'"version": {VERSION}',
    "revision": f'"revision": {REVISION}',
    "project": '"project": ""',
    "created": '"created": 0',
    "decks": '"decks": []',
    "shipped": '"shipped": ""',
}
_RARE = ("shipped",)  # not in every lock
_SECTIONS: Mapping[str, tuple[str, str]] = {  # how each begins and ends
    "releases": ('"releases": [', "]"),
    "note_types": ('"note_types": {', "}"),
    "notes": ('"notes": {', "}"),
}
_OPENED = {opening: name for name, (opening, _) in _SECTIONS.items()}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line without its comma: where it begins, and the sides that it stands on."""

    at: int
    text: str
    sides: int


@dataclass(slots=True)
class Entry:
    """What a line says: a head, a release, a note type or a note, with its name. `value` is what
    the lock has of it (a release with its version and its time), `at` its offset in the text."""

    name: str
    value: Any
    sides: int
    at: int


@dataclass(slots=True)
class Side:
    """What one side says, by the parts of a lock."""

    parts: dict[str, list[Entry]] = field(default_factory=dict)

    @property
    def last_release(self) -> int:
        """The time of the last release that the side knows, in seconds; -1 without one."""
        return max((entry.value[1] for entry in self.parts.get("releases", ())), default=-1)


class _Damage(Exception):
    def __init__(self, message: str, at: int, rule: Rule = DAMAGED) -> None:
        super().__init__(message)
        self.message, self.at, self.rule = message, at, rule


class Text:
    """A lock's text, read line by line. `problems` say what is no line of a lock (the rest holds
    only without any), `sides` are ours and theirs, and `marked` is whether git's marks tell them
    apart: without them every line stands on both."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Diagnostic] = []
        self.sides: tuple[Side, Side] = (Side(), Side())
        self._read: dict[tuple[int, str], Entry] = {}
        self.marked = False
        try:
            self.lines = self._split()
            for side, made in zip((OURS, THEIRS), self.sides, strict=True):
                self._read_side(side, made)
        except _Damage as damage:
            self._tell(damage)

    def entries(self, part: str) -> list[Entry]:
        """What both sides say, in the order of the text; what is the same line is one entry."""
        return sorted(
            (entry for (_, where), entry in self._read.items() if where == part),
            key=lambda entry: entry.at,
        )

    def before(self) -> dict[Guid, set[Key]]:
        """The keys that notes had before both sides, where the conflicts tell."""
        keys: dict[Guid, set[Key]] = {}
        for line in self.lines:
            if line.sides == BASE and (lock := _as_lock("notes", line.text)):
                for key, note in lock.notes.items():
                    keys.setdefault(note.guid, set()).add(key)
        return keys

    def _tell(self, damage: _Damage) -> None:
        if damage.rule is NEWER:
            hint = "upgrade deckwright"
        elif self.marked:
            hint = "let git write the conflict anew: git checkout --merge -- " + self.source.path
        else:
            hint = "take the last good version back from your version control"
        span = self.source.span(damage.at, damage.at)
        found = Diagnostic(damage.rule, damage.message, span, hint)
        if found not in self.problems:  # a line that both sides have is told once
            self.problems.append(found)

    def _split(self) -> list[_Line]:
        lines, at, sides, last = [], 0, BOTH, 0
        for text in self.source.text.split("\n"):
            mark = _MARK.match(text)
            if mark:
                self.marked, last = True, at
                known = _AFTER.get((mark[1], sides))
                if known is None:
                    raise _Damage("the lock is damaged: a conflict mark out of its place", at)
                sides = known
            elif text.strip():
                lines.append(_Line(at, text.strip().removesuffix(","), sides))
            at += len(text) + 1
        if sides != BOTH:
            raise _Damage("the lock is damaged: a conflict without an end", last)
        return lines

    def _read_side(self, side: int, made: Side) -> None:
        """Read the lines of one side. A line that cannot be read does not hide those behind it; a
        part that does not begin or end where it should hides all."""
        part, begun, ended = "", False, False
        for line in self.lines:
            if not line.sides & side:
                continue
            if ended or begun is (line.text == "{"):
                raise _Damage(_NOT_OF_A_LOCK, line.at)
            if not begun:
                begun = True
            elif part and line.text == _SECTIONS[part][1]:
                part = ""
            elif not part and line.text == "}":
                ended = True
            elif not part and line.text in _OPENED:
                part = _OPENED[line.text]
                made.parts.setdefault(part, [])
            else:
                try:
                    entry = self._entry(line, part)
                except _Damage as damage:
                    self._tell(damage)
                else:
                    made.parts.setdefault(part or entry.name, []).append(entry)
        if not ended:
            raise _Damage("the lock is damaged: its end is missing", len(self.source.text))
        needed = [name for name in (*_HEADS, *_SECTIONS) if name not in _RARE]
        missing = [name for name in needed if name not in made.parts]
        if missing and not self.problems:
            raise _Damage(f"the lock is damaged: no {missing[0]}", 0)

    def _entry(self, line: _Line, part: str) -> Entry:
        known = self._read.get((line.at, part)) if part else None
        if known is None:
            known = _entry(line, part)
            # A head is its own part, so that each can be asked for by its name.
            known = self._read.setdefault((line.at, part or known.name), known)
        return known


_NOT_OF_A_LOCK = "the lock is damaged: this is not a line of a lock"


def _entry(line: _Line, part: str) -> Entry:
    try:
        pairs = json.loads(
            f"[{line.text}]" if part == "releases" else f"{{{line.text}}}", object_pairs_hook=list
        )
    except (ValueError, RecursionError):
        pairs = ()
    if len(pairs) != 1 or not isinstance(pairs[0], list | tuple):
        raise _Damage(_NOT_OF_A_LOCK, line.at)
    name = pairs[0][0] if pairs[0] else None
    if not isinstance(name, str) or not (part or name in _HEADS):
        raise _Damage(_NOT_OF_A_LOCK, line.at)
    if name == "version" and not part and isinstance(pairs[0][1], int) and pairs[0][1] > VERSION:
        raise _Damage(f"a side of the lock has version {pairs[0][1]}", line.at, NEWER)
    lock = _as_lock(part or name, line.text)
    if lock is None:
        raise _Damage(_NOT_OF_A_LOCK, line.at)
    if lock.revision > REVISION:  # it can be read, but what it says more would not be written
        raise _Damage(f"a side of the lock has revision {lock.revision}", line.at, NEWER)
    values: Mapping[str, Any] = {
        "version": VERSION,
        "revision": lock.revision,
        "project": lock.project,
        "created": lock.created,
        "decks": lock.decks,
        "shipped": lock.shipped,
        "releases": lock.releases[0] if lock.releases else None,
        "note_types": lock.note_types.get(name),
        "notes": lock.notes.get(Key(name)),
    }
    return Entry(name, values[part or name], line.sides, line.at)


def _as_lock(part: str, line: str) -> Lock | None:
    """A line of a lock as the only one of a lock of its own, so that it means what it means there;
    None where it is not one."""
    heads = [line if name == part else empty for name, empty in _HEADS.items()]
    sections = [
        f"{opening}{line if name == part else ''}{closing}"
        for name, (opening, closing) in _SECTIONS.items()
    ]
    return parse(Source("", "{" + ", ".join([*heads, *sections]) + "}"))[0]
