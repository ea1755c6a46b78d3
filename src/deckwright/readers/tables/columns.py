"""Which columns make which fields of a note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from deckwright.naming import did_you_mean, quoted
from deckwright.note import Field
from deckwright.notetypes import NoteType
from deckwright.readers.known import Known
from deckwright.readers.tables.heads import Table, fold
from deckwright.readers.tables.options import SPECIAL, Join, Ref, TableOptions, template
from deckwright.readers.tables.records import Cell
from deckwright.readers.tables.rules import NO_COLUMN, NO_FIELD
from deckwright.readers.tables.telling import Findings
from deckwright.source import Span

Place: TypeAlias = tuple[int, int]
"""A column: the number of its file (the main one is 0), and its own in that file."""
Joined: TypeAlias = Sequence[Sequence[Cell]]
"""The cells of a row and of its partners, by the numbers of files; none where there is none."""
Made: TypeAlias = tuple[str | Place, ...]
"""What a value is made of: columns, and the text between them."""
Said: TypeAlias = tuple[str, str, int, int]
"""What a row says: the value, the path of its file, and where it stands in it."""

_SUGGESTED = 200  # names among which a near one is sought: 0.1 ms each
_NO_CELL: Cell = ("", 0, 0)


class Columns:
    """The columns of all files by their names, and values made of them."""

    def __init__(self, main: Table, options: TableOptions, found: Findings) -> None:
        self.tables: list[Table] = [main]
        self.found = found
        self.used: set[Place] = set()
        self.labels: dict[Place, str] = {}
        self._places: dict[str, list[Place]] = {}
        self._folded: dict[str, list[Place]] = {}
        self._unknown: set[str] = set()
        self._paths = [main.source.path]
        self._texts = {main.source.path: main.source.text}
        self._exactly = main.head is not None  # a learner has the cells with their outer blanks
        if main.header is not None:
            self._name(0, ((cell[0].strip(), at) for at, cell in enumerate(main.header)))

    def _name(self, number: int, names: Iterable[tuple[str, int]]) -> None:
        for name, at in names:
            place = number, at
            self.labels[place] = name
            if name:
                if name in self._places and self._places[name][-1][0] == number:
                    self.used.add(place)  # the second of its name, which is told
                self._places.setdefault(name, []).append(place)
                self._folded.setdefault(fold(name), []).append(place)

    def join(self, table: Table, join: Join) -> tuple[Place, int] | None:
        """Make the columns of a joined table known, but for the one that it is joined on. Gives
        where that stands in the tables so far, and its number in the new one; None if one of them
        has no such column."""
        header = table.header or []
        own: dict[str, int] = {}
        for at, cell in enumerate(header):
            own.setdefault(cell[0].strip(), at)
        folded = {fold(name): at for name, at in own.items()}

        def number(name: str) -> int | None:
            at = own.get(name.strip(), folded.get(fold(name)))
            if at is None:
                self._tell_unknown(name, table, list(islice(own, _SUGGESTED)))
            return at

        on, place = number(join.column), self.find(join.column)
        self.tables.append(table)
        self._paths.append(table.source.path)
        self._texts[table.source.path] = table.source.text
        file = len(self.tables) - 1
        if join.columns:
            given = (
                (new.strip(), at) for new, name in join.columns.items() for at in [number(name)]
            )
            self._name(file, [(new, at) for new, at in given if at is not None])
        else:
            self._name(file, ((name, at) for name, at in own.items() if at != on))
        if on is None or place is None:
            return None
        self.used |= {place, (file, on)}
        return place, on

    def find(self, name: str) -> Place | None:
        """The column of a name, in any case if there is none just so; it is told if there is none,
        or one in several files."""
        main = self.tables[0]
        if main.header is None and name.isdecimal() and main.rows:
            at = int(name[:9]) - 1
            if 0 <= at < len(main.rows[0].cells):
                return 0, at
        places = self._places.get(name) or self._folded.get(fold(name), [])
        files = {file for file, _ in places}
        if len(files) == 1:
            return places[0]
        if name not in self._unknown:
            self._unknown.add(name)
            if files:
                first, second = (self.tables[file] for file in sorted(files)[:2])
                message = f"the column {quoted(name)} is in {first.source.path} and in "
                hint = "give one of them another name, with the key columns of its join"
                span = Span(second.source.path, 0, 0)
                self.found.tell(NO_COLUMN, f"{message}{second.source.path}", span, hint)
            else:
                self._tell_unknown(name, main, list(islice(self._places, _SUGGESTED)))
        return None

    def _tell_unknown(self, name: str, table: Table, names: list[str]) -> None:
        span = Span(table.source.path, 0, 0)
        if table.header:
            span = Span(table.source.path, table.header[0][1], table.header[-1][2])
        shown = ", ".join(each for each in names[:8] if each)
        more = ", …" if len(names) > 8 else ""
        hint = did_you_mean(name, names) or (f"the columns are {shown}{more}" if shown else "")
        if table.header is None:
            hint = "without a header the columns are called 1, 2 and so on"
        self.found.tell(NO_COLUMN, f"there is no column {quoted(name)}", span, hint)

    def made(self, text: str) -> Made | None:
        """What a column's name or a template stands for; None where a column is not there."""
        parts: list[str | Place] = []
        missing = False
        for each in template(text):
            part = self.find(each.name) if isinstance(each, Ref) else each
            if part is None:
                missing = True
            else:
                parts.append(part)
                self.used.update([part] if isinstance(part, tuple) else [])
        return None if missing else tuple(parts)

    def value(self, row: Joined, made: Made) -> Said | None:
        """What a row says there, without outer blanks (but for those in quotes and in exports), and
        where; None where all cells that it is made of are empty."""
        if len(made) > 1 or isinstance(made[0], str):
            return self._composed(row, made)
        file, at = made[0]
        cells = row[file]
        if at >= len(cells):
            return None
        value, start, end = cells[at]
        path = self._paths[file]
        stripped = value.strip()
        if self._exactly or stripped == value:
            return (value, path, start, end) if value else None
        if not stripped:
            return None
        if end - start != len(value) or (start and self._texts[path][start - 1] == '"'):
            return value, path, start, end
        start += len(value) - len(value.lstrip())
        return stripped, path, start, start + len(stripped)

    def word(self, row: Joined, made: Made | None) -> Said | None:
        """A value that is no field, without outer blanks whatever they stand in."""
        said = self.value(row, made) if made else None
        if said is None or (stripped := said[0].strip()) == said[0]:
            return said
        value, path, start, end = said
        if end - start == len(value):
            start += len(value) - len(value.lstrip())
            end = start + len(stripped)
        return (stripped, path, start, end) if stripped else None

    def _composed(self, row: Joined, made: Made) -> Said | None:
        parts: list[str] = []
        found: list[Said] = []
        for part in made:
            if isinstance(part, str):
                parts.append(part)
            elif said := self.word(row, (part,)):
                parts.append(said[0])
                found.append(said)
        if not found:
            return None
        value = _WITHOUT.sub("", "".join(parts)).strip()  # a picture that a row has not
        if not value:
            return None
        _, path, start, end = found[0]
        same = [said[2:] for said in found if said[1] == path]
        whole = min(place[0] for place in same), max(place[1] for place in same)
        for first, last in (whole, (start, end)):
            # One as long as the value would claim to be just that text.
            if last - first != len(value) or self._texts[path][first:last] == value:
                return value, path, first, last
        return value, path, start, start

    def fields(self, row: Joined, layout: Layout, form: str) -> tuple[Field, ...]:
        """The fields that a row fills in."""
        return tuple(
            [
                Field(name, said[0], Span(*said[1:]), form)
                for name, made in layout.fields
                if (said := self.value(row, made))
            ]
        )

    def cell(self, row: Joined, place: Place) -> Cell:
        file, at = place
        return row[file][at] if at < len(row[file]) else _NO_CELL


_WITHOUT = re.compile(r"[ \t]*(?:\[sound:\]|<img src=\"\">|!\[[^\]\n]*\]\(\))")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the notes of a note type are made of a row: their fields in order, `key` from a field of
    that name (in an export of our own notes), and the columns behind the last field."""

    note_type: NoteType
    fields: tuple[tuple[str, Made], ...]
    key: Made | None
    beyond: tuple[Place, ...]


class Plan:
    """Which columns are fields, for any note type, and which are tags, id, guid, deck and type."""

    def __init__(self, columns: Columns, options: TableOptions, known: Known) -> None:
        self.columns, self.known = columns, known
        self.special: dict[str, Made] = {}
        self.given: dict[str, Made] = {}
        for name, text in options.columns.items():
            if made := columns.made(text):
                (self.special if fold(name) in SPECIAL else self.given)[
                    SPECIAL.get(fold(name), name)
                ] = made
        main = columns.tables[0]
        for name, at in (main.head.columns if main.head else {}).items():
            self.special.setdefault(name, ((0, at),))
            columns.used.add((0, at))
        for place, label in columns.labels.items():
            name = SPECIAL.get(fold(label), "")
            if name and place not in columns.used and name not in self.special:
                self.special[name] = (place,)
                columns.used.add(place)
        self.free = [place for place in columns.labels if place not in columns.used]
        if main.header is None:
            width = len(main.rows[0].cells) if main.rows else 0
            self.free = [(0, at) for at in range(width) if (0, at) not in columns.used]
        self.canonical = {
            fold(name): name for each in known.note_types.values() for name in each.fields
        }
        self.named = any(label in self.canonical for label in self._labels())
        self.positional = not self.given and len(columns.tables) == 1

    def _labels(self) -> list[str]:
        return [fold(self.columns.labels.get(place, "")) for place in self.free]

    def names(self) -> list[str]:
        """The names by which a note type can be guessed."""
        if self.given:
            return list(self.given)
        return [label for place in self.free if (label := self.columns.labels.get(place, ""))]

    def _tell_no_field(self, name: str, note_type: NoteType) -> None:
        message = f"columns: a {note_type.name} note has no field {quoted(name)}"
        names = note_type.fields
        hint = did_you_mean(name, names) or f"its fields are {', '.join(names)}"
        span = Span(self.columns.tables[0].source.path, 0, 0)
        self.columns.found.tell(NO_FIELD, message, span, hint)

    def layout(self, note_type: NoteType) -> Layout:
        columns, own = self.columns, {fold(name): name for name in note_type.fields}
        fields = {own.get(fold(name), name): made for name, made in self.given.items()}
        if "type" not in self.special:  # else the notes of another note type may have it
            for name in sorted(set(fields) - set(note_type.fields)):
                self._tell_no_field(name, note_type)
                columns.used.update(part for part in fields.pop(name) if isinstance(part, tuple))
        beyond: tuple[Place, ...] = ()
        others = self.named and "type" in self.special  # names of some note type's fields
        if self.positional and not others and own.keys().isdisjoint(self._labels()):
            pairs = zip(note_type.fields, self.free, strict=False)
            fields = {name: (place,) for name, place in pairs}
            beyond = tuple(self.free[len(note_type.fields) :])
        else:
            for place in self.free:
                label = fold(columns.labels.get(place, ""))
                name = own.get(label, "")
                if not name and "type" in self.special:  # of another note type: told if filled in
                    name = self.canonical.get(label, "")
                if name and name not in fields:
                    fields[name] = (place,)
        for made in fields.values():
            columns.used.update(part for part in made if isinstance(part, tuple))
        key = fields.pop("Key", None)
        return Layout(note_type, tuple(fields.items()), key, beyond)


class NoteTypes:
    """The note types of a project by what rows call them: their names there or in the learner's
    collection, in any case."""

    def __init__(self, known: Known) -> None:
        self._known = known.note_types
        self._names: dict[str, str] = {}
        titles: Mapping[str, str] = known.titles
        for name in known.note_types:
            self._names.setdefault(fold(name), name)
        for name, title in titles.items():
            if name in known.note_types:
                self._names.setdefault(fold(title), name)
        self._titles = {title: name for name, title in titles.items()}

    def get(self, name: str) -> NoteType | None:
        exact = self._titles.get(name, name if name in self._known else "")
        return self._known.get(exact) or self._known.get(self._names.get(fold(name), ""))

    def is_strange(self, name: str) -> bool:
        """Whether learners have a note type of this name from elsewhere, as far as is known."""
        return bool(self._titles) and name not in self._titles

    def guess(self, names: Sequence[str]) -> NoteType | None:
        """The one that has all fields of these names, else the most; Basic before others."""
        wanted = {fold(name) for name in names}
        order = sorted(self._known.values(), key=lambda each: each.name != "Basic")

        def fitness(note_type: NoteType) -> int:
            return len(wanted & {fold(name) for name in note_type.fields})

        return max(order, key=fitness, default=None)

    def cloze(self) -> NoteType | None:
        kinds = (each for each in self._known.values() if each.kind == "cloze")
        return min(kinds, key=lambda each: each.name != "Cloze", default=None)

    def hint(self, name: str) -> str:
        return did_you_mean(name, self._known) or f"the note types are {', '.join(self._known)}"
