"""Rows to notes."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html.entities import html5

from deckwright import naming
from deckwright.diagnostics import Diagnostic, has_errors
from deckwright.naming import Mistake, quoted, several
from deckwright.note import Field, Guid, Key, Note, key_part
from deckwright.notetypes import NoteType
from deckwright.readers.known import Known
from deckwright.readers.tables import keys
from deckwright.readers.tables.columns import (
    Columns,
    Joined,
    Layout,
    Made,
    NoteTypes,
    Place,
    Plan,
    Said,
)
from deckwright.readers.tables.heads import Table, fold, load
from deckwright.readers.tables.joins import joined
from deckwright.readers.tables.options import TableOptions
from deckwright.readers.tables.records import Cell, Row
from deckwright.readers.tables.rules import (
    BEYOND,
    LEFT_OUT,
    NO_COLUMN,
    NO_ID,
    NO_NOTE_TYPE,
    NO_ROW,
    OTHER_COLUMN,
    READ_AS_HTML,
    SAME_GUID,
    UNUSED_COLUMN,
)
from deckwright.readers.tables.telling import Findings
from deckwright.source import Source, Span

_LONGEST_TITLE = 2_000  # characters of a first field that a key is made of
_TAGS = (
    "a abbr article aside audio b big blockquote br caption center cite code col colgroup dd del "
    "details div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd "
    "li main mark ol p picture pre q rp rt ruby s samp script section small source span strike "
    "strong style sub summary sup svg table tbody td tfoot th thead tr tt u ul var video wbr"
)
_TAG = re.compile(rf"</?(?:{'|'.join(_TAGS.split())})(?=[\s/>])[^<>]*>|<!--", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:([A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});)")


def read(
    source: Source, options: TableOptions = TableOptions(), known: Known = Known()
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The rows of a table as notes, in order, and what was left out or looks wrong. Every row is a
    note, or part of one that is joined to it, or told."""
    found = Findings()
    notes = tuple(_Reading(source, options, known, found).notes())
    return notes, found.all()


@dataclass(frozen=True, slots=True)
class _Missing:
    """Rows whose note type is not there: where the first is, and how many."""

    span: Span
    count: int = 0


class _Reading:
    def __init__(
        self, source: Source, options: TableOptions, known: Known, found: Findings
    ) -> None:
        self.source, self.options, self.found = source, options, found
        self.main = load(source, options, known, found)
        self.columns = Columns(self.main, options, found)
        self.rows = joined(self.columns, options, known, found)
        self.plan = Plan(self.columns, options, known)
        self.key = self.columns.made(options.key) if options.key else None
        self.types = NoteTypes(known)
        self.export = self.main.head is not None
        self.form = self._form()
        self.names = _Names(found, exact=self.export)
        self.missing: dict[str, _Missing] = {}
        self.left_out: dict[str, list[Row]] = {}
        self.layouts: dict[str, Layout | None] = {}
        self.required: dict[str, list[tuple[str, Made]]] = {}

    def start(self) -> Span:
        return self.source.span(0, 0)

    # Notes ----------------------------------------------------------------------------------------

    def notes(self) -> list[Note]:
        head = self.main.head
        default = self._default()
        deck = ""
        tags: tuple[str, ...] = ()
        if head and head.deck:
            deck = self.names.deck(self._said(head.deck))
        if head and head.tags:
            tags = self.names.tags(self._said(head.tags))
        notes: list[Note] = []
        loose: list[int] = []  # the notes whose keys were made of their fields
        guids: dict[str, Said] = {}
        prefix = key_part(self.main.stem)
        get, special = self.columns.word, self.plan.special
        type_, id, guid_ = special.get("type"), special.get("id"), special.get("guid")
        deck_, tags_ = special.get("deck"), special.get("tags")
        for row, cells in self.rows:
            layout = self._layout(get(cells, type_), default) if type_ else default
            if layout is None:
                continue
            if self.options.required and self._is_left_out(row, cells, layout):
                continue
            if layout.beyond and (type_ or self.export):
                self._tell_beyond(cells, layout)
            fields = self.columns.fields(cells, layout, self.form)
            given = self.names.guid(get(cells, guid_)) if guid_ else None
            guid = Guid(given[0]) if given else None
            key = self.names.id(get(cells, id)) if id else ""
            if not key and layout.key and (said := get(cells, layout.key)):
                text = html.unescape(said[0]) if self.form == "html" else said[0]
                key = self.names.id((text, *said[1:]))
            if not key:
                word = self._word(cells, layout, fields, guid)
                if not word:
                    if self.found.counts(NO_ID, self.source.path, row.start, row.end):
                        continue
                    message = "the row has no id, and no word in its first field to make one of"
                    hint = "write one into a column called id"
                    self.found.tell(NO_ID, message, self.source.span(row.start, row.end), hint)
                    continue
                loose.append(len(notes))
                key = f"{prefix}/{word}" if prefix else word
            if (
                given
                and guids.setdefault(given[0], given) is not given
                and not self.found.counts(SAME_GUID, *given[1:])
            ):
                message = f"two rows have the GUID {quoted(given[0])}"
                hint = "give each note its own; one without gets a new one"
                other = Span(*guids[given[0]][1:])
                self.found.tell(SAME_GUID, message, Span(*given[1:]), hint, other)
            own = self.names.tags(get(cells, tags_)) if tags_ else ()
            notes.append(
                Note(
                    Key(key),
                    layout.note_type.name,
                    fields,
                    (self.names.deck(get(cells, deck_)) if deck_ else "") or deck,
                    tuple(dict.fromkeys((*tags, *own))) if tags else own,
                    span=self.source.span(row.start, row.end),
                    guid=guid,
                    known=self.export and guid is not None,
                )
            )
        self._tell_missing()
        if not notes and not has_errors(self.found.all()):
            message = "there is no row in it" if self.source.text.strip() else "the file is empty"
            message = "every row is left out" if self.left_out else message
            hint = "write a row for each note, its fields side by side"
            self.found.tell(NO_ROW, message, self.start(), hint)
        self._tell_left_out()
        if default or type_:
            self._tell_unused()
        return keys.apart(notes, loose)

    def _said(self, cell: Cell) -> Said:
        value, start, end = cell
        return value.strip(), self.source.path, start, end

    def _word(
        self, cells: Joined, layout: Layout, fields: Sequence[Field], guid: Guid | None
    ) -> str:
        """The part of a key that is made of a row."""
        first = layout.note_type.fields[0]
        text = ""
        if self.key:
            said = self.columns.word(cells, self.key)
            text = said[0] if said else ""
        else:
            text = next((field.value for field in fields if field.name == first), "")
        return key_part(keys.plain(text[:_LONGEST_TITLE], self.form)) or (
            keys.short(guid, 10) if guid else ""
        )

    # Note types -----------------------------------------------------------------------------------

    def _default(self) -> Layout | None:
        """How rows are read that do not name their note type; None where it is not there."""
        head, name, span = self.main.head, self.options.type, self.start()
        if not name and head and head.type:
            name, span = head.type[0].strip(), self.main.span(head.type)
        if name:
            note_type = self.types.get(name)
            if note_type is None:
                message = f"there is no note type {quoted(name)}"
                self.found.tell(NO_NOTE_TYPE, message, span, self.types.hint(name))
                return None
        else:
            note_type = self._cloze() or self.types.guess(self.plan.names())
        return self.plan.layout(note_type) if note_type else None

    def _cloze(self) -> NoteType | None:
        """The cloze note type, if every row begins with a text that has a deletion."""
        note_type, plan = self.types.cloze(), self.plan
        if not note_type or plan.named or not plan.positional or not plan.free or not self.rows:
            return None
        place = plan.free[0]
        deletions = ("{{c" in self.columns.cell(cells, place)[0] for _, cells in self.rows)
        return note_type if all(deletions) else None

    def _layout(self, said: Said | None, default: Layout | None) -> Layout | None:
        """How a row is read that names its note type."""
        if said is None:
            return default
        name = said[0]
        if name not in self.layouts:
            note_type = self.types.get(name)
            if self.export and "guid" in self.plan.special and self.types.is_strange(name):
                note_type = None  # theirs only has the name of ours
            self.layouts[name] = self.plan.layout(note_type) if note_type else None
        layout = self.layouts[name]
        if layout is None:
            before = self.missing.get(name, _Missing(Span(*said[1:])))
            self.missing[name] = replace(before, count=before.count + 1)
        return layout

    def _tell_missing(self) -> None:
        for name, missing in self.missing.items():
            span = missing.span
            if self.found.counts(NO_NOTE_TYPE, span.path, span.start, span.end):
                continue
            rows = f"{missing.count:,} rows" if missing.count > 1 else "a row"
            message = f"there is no note type {quoted(name)}, which {rows} should have"
            hint = self.types.hint(name)
            if self.export:
                message = f"this project has no note type {quoted(name)} that learners have"
                hint = (
                    "export the deck as a package, too, and adopt it: "
                    f'deckwright notetype copy --from PACKAGE.apkg "{name}"'
                )
            self.found.tell(NO_NOTE_TYPE, message, span, hint)

    # What cells hold ------------------------------------------------------------------------------

    def _form(self) -> str:
        if self.options.markup != "auto":
            return self.options.markup
        if self.main.head and self.main.head.html is not None:
            return "html" if self.main.head.html else "text"
        for table in self.columns.tables:
            if place := _first_html(table.source.text):
                shown = table.source.text[slice(*place)]
                message = f"the cells are read as HTML, because of {quoted(shown)}"
                hint = 'say "markup: text" if they are plain text'
                span = table.source.span(*place)
                self.found.tell(READ_AS_HTML, message, span, hint)
                return "html"
        return "text"

    # What is left out -----------------------------------------------------------------------------

    def _is_left_out(self, row: Row, cells: Joined, layout: Layout) -> bool:
        name = layout.note_type.name
        if name not in self.required:
            made = ((each, self._required(each, layout)) for each in self.options.required)
            self.required[name] = [(each, how) for each, how in made if how]
        for each, how in self.required[name]:
            if self.columns.word(cells, how) is None:
                self.left_out.setdefault(each, []).append(row)
                return True
        return False

    def _required(self, name: str, layout: Layout) -> Made | None:
        for field, made in layout.fields:
            if fold(field) == fold(name):
                return made
        if layout.key and fold(name) == "key":
            return layout.key
        if any(fold(field) == fold(name) for field in layout.note_type.fields):
            message = f"no column is the field {quoted(name)}, which is required"
            self.found.tell(NO_COLUMN, message, self.start(), "say which one under columns")
            return None
        return self.plan.special.get(fold(name)) or self.columns.made(name)

    def _tell_left_out(self) -> None:
        for name, rows in self.left_out.items():
            numbers = [str(self.source.location(row.start)[0]) for row in rows[:5]]
            more = len(rows) - len(numbers)
            lines = f"lines {', '.join(numbers)} and {more:,} more"
            if not more:
                lines = f"line{'s' if len(numbers) > 1 else ''} {several(numbers)}"
            count = f"{len(rows):,} rows are" if len(rows) > 1 else "1 row is"
            message = f"{count} left out, because {quoted(name)} is empty: {lines}"
            span = self.source.span(rows[0].start, rows[0].end)
            self.found.tell(LEFT_OUT, message, span, f"fill {name} in")

    def _tell_beyond(self, cells: Joined, layout: Layout) -> None:
        for place in layout.beyond:
            if place[1] >= len(cells[0]):
                break
            cell = self.columns.cell(cells, place)
            if cell[0]:
                note_type = layout.note_type
                message = f"{note_type.name} has only {len(note_type.fields)} fields"
                hint = "does the note type in Anki have more fields than the one here?"
                self.found.tell(BEYOND, message, self.main.span(cell), hint)

    def _tell_unused(self) -> None:
        """Tell of columns in which something stands that no note has."""
        for file, table in enumerate(self.columns.tables):
            if file == 0 and table.header is None:
                beyond = [] if self.export or "type" in self.plan.special else self.plan.free
                unused = [place for place in beyond if place not in self.columns.used]
            else:
                width = len(table.header or ())
                unused = [(file, at) for at in range(width) if (file, at) not in self.columns.used]
            if filled := _filled(table, unused):
                self._tell_columns(table, filled)

    def _tell_columns(self, table: Table, filled: list[tuple[Place, Span]]) -> None:
        names = []
        for (_, at), _span in filled[:5]:
            label = table.header[at][0].strip() if table.header else ""
            names.append(quoted(label) if label else f"number {at + 1:,}")
        more = f" and {len(filled) - 5:,} more" if len(filled) > 5 else ""
        (_, at), span = filled[0]
        if table.header and table.header[at][0].strip():
            span = table.span(table.header[at])
        shown = ", ".join(names) + more if more else several(names)
        what = f"the columns {shown} are" if len(filled) > 1 else f"the column {shown} is"
        if self.options.columns or self.options.join:
            self.found.tell(OTHER_COLUMN, f"{what} not read", span)
            return
        hint = 'say under "columns" which field it is, or take it out of the table'
        if not table.header:
            hint = (
                'is it a field of another note type? say "type: …"; or name the columns in a header'
            )
        self.found.tell(UNUSED_COLUMN, f"{what} no field, and not read", span, hint)


def _filled(table: Table, unused: Iterable[Place]) -> list[tuple[Place, Span]]:
    """Those columns of a table in which any cell has a text, with the first one's place."""
    left = sorted(unused)
    found: list[tuple[Place, Span]] = []
    for row in table.rows:
        if not left:
            break
        cells, width, met = row.cells, len(row.cells), set[Place]()
        for place in left:
            if place[1] >= width:
                break
            if cells[place[1]][0].strip():
                met.add(place)
                found.append((place, table.span(cells[place[1]])))
        if met:
            left = [place for place in left if place not in met]
    return sorted(found, key=lambda each: each[0])


class _Names:
    """Checks the names that cells give, each once."""

    def __init__(self, found: Findings, *, exact: bool) -> None:
        self.found, self.exact = found, exact
        self._wrong: dict[tuple[Callable[[str], str], str], Mistake] = {}
        self._decks: dict[str, str] = {}
        self._tags: dict[str, tuple[str, ...]] = {}
        self._tag = re.compile(r"\S+" if exact else r"[^\s,]+")

    def _check(self, check: Callable[[str], str], said: Said) -> str:
        value, path, start, end = said
        mistake = self._wrong.get((check, value)) if self._wrong else None
        if mistake is None:
            try:
                return check(value)
            except Mistake as found:
                mistake = self._wrong[check, value] = found
        start += mistake.at if end - start == len(value) else 0
        self.found.tell(mistake.rule, mistake.message, Span(path, start, end), mistake.hint)
        return ""

    def deck(self, said: Said | None) -> str:
        """The name of a deck, "" where there is none; one that begins with `::` lies below."""
        if said is None:
            return ""
        value = said[0]
        if value not in self._decks:
            below = "::" if value.startswith("::") and not self.exact else ""
            name = self._check(naming.deck, (value[len(below) :], *said[1:]))
            if not name:
                return ""  # and told again at the next cell
            self._decks[value] = below + name
        return self._decks[value]

    def tags(self, said: Said | None) -> tuple[str, ...]:
        if said is None:
            return ()
        value, path, start, end = said
        if value in self._tags:
            return self._tags[value]
        found: dict[str, None] = {}
        wrong = False
        for match in self._tag.finditer(value):
            place = start, end
            if end - start == len(value):
                place = start + match.start(), start + match.end()
            if self._check(naming.tag, (match[0], path, *place)):
                found[match[0]] = None
            else:
                wrong = True
        tags = tuple(found)
        if not wrong:  # else told again at the next cell
            self._tags[value] = tags
        return tags

    def guid(self, said: Said | None) -> Said | None:
        return said if said and self._check(naming.guid, said) else None

    def id(self, said: Said | None) -> str:
        return self._check(naming.note_id, said) if said else ""


def _first_html(text: str) -> tuple[int, int] | None:
    """Where the first tag or character reference of HTML stands."""
    tag = _TAG.search(text) if "<" in text else None
    if tag:
        return tag.span()
    for match in _REFERENCE.finditer(text):
        if match[1][0] == "#" or f"{match[1]};" in html5:
            return match.span()
    return None
