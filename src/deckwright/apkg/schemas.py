"""Note types and decks, as both schemas of a collection hold them: 11 as JSON, 18 as protobuf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deckwright.apkg.content import Deck, NoteType, Template
from deckwright.apkg.database import Database
from deckwright.apkg.jsonvalues import Values, as_object, parsed
from deckwright.apkg.protobuf import Message
from deckwright.apkg.refusal import NEWER, Wrong, damaged
from deckwright.notetypes import Kind

__all__ = ["meta"]

_Meta = tuple[dict[int, NoteType], dict[int, Deck], Mapping[str, Any]]


def meta(database: Database) -> _Meta:
    """The note types and decks by their ids, and what is said of who made the package."""
    row = next(database.rows("SELECT ver, models, decks, conf FROM col"), None)
    if row is None or type(row[0]) is not int:
        damaged("its collection has no version")
    schema, models, decks, conf = row
    if schema > 18:
        raise Wrong(NEWER)
    if schema not in (11, 18):
        damaged(f"its collection is of the schema {schema}, which no package has")
    if schema == 11:
        return _legacy_note_types(models), _legacy_decks(decks), _legacy_made_by(conf)
    return _note_types(database), _decks(database), _made_by(database)


def _note_types(database: Database) -> dict[int, NoteType]:
    fields: dict[int, list[tuple[int, tuple[str, int | None]]]] = {}
    for owner, ordinal, name, config in database.rows("SELECT ntid, ord, name, config FROM fields"):
        message = _config(database, owner, ordinal, name, config)
        fields.setdefault(owner, []).append((ordinal, (name, message.number(9))))
    templates: dict[int, list[tuple[int, Template]]] = {}
    for owner, ordinal, name, config in database.rows(
        "SELECT ntid, ord, name, config FROM templates"
    ):
        message = _config(database, owner, ordinal, name, config)
        template = Template(name, message.number(8), message.text(1), message.text(2))
        templates.setdefault(owner, []).append((ordinal, template))
    note_types = {}
    for id, mod, name, config in database.rows(
        "SELECT id, mtime_secs, name, config FROM notetypes"
    ):
        message = _config(database, id, mod, name, config)
        note_types[id] = NoteType(
            id,
            name,
            _kind(message.number(1) or 0),
            tuple(field for _, field in sorted(fields.get(id, ()), key=lambda f: f[0])),
            tuple(each for _, each in sorted(templates.get(id, ()), key=lambda t: t[0])),
            message.text(3),
            mod,
        )
    return note_types


def _decks(database: Database) -> dict[int, Deck]:
    decks = {}
    for id, name, kind in database.rows("SELECT id, name, kind FROM decks"):
        normal = _config(database, id, 0, name, kind).message(1)  # 2 is a filtered deck
        decks[id] = Deck(name.replace("\x1f", "::"), normal.text(4) if normal else "")
    return decks


def _config(
    database: Database, number: object, other: object, name: object, blob: object
) -> Message:
    numbers = type(number) is type(other) is int
    if not numbers or not isinstance(name, str) or not isinstance(blob, bytes):
        damaged("its note types and decks cannot be read")
    database.spend(len(name) + len(blob))
    return Message(blob, "its note types and decks")


def _made_by(database: Database) -> Mapping[str, Any]:
    query = "SELECT val FROM config WHERE key = 'deckwright'"
    (value,) = next(database.rows(query), (None,))
    return {} if value is None else as_object(parsed(value, "its config"), "its config")


def _kind(number: int) -> Kind:
    if number not in (0, 1):
        damaged("its note types cannot be read")
    return "cloze" if number else "normal"


def _legacy_note_types(text: object) -> dict[int, NoteType]:
    what = "its note types"
    note_types = {}
    for value in as_object(parsed(text, what), what).values():
        values = Values(value, what)
        style, id = values.get("css"), values.number("id")
        note_types[id] = NoteType(
            id,
            values.text("name"),
            _kind(values.number("type")),
            tuple((field.text("name"), field.pinned()) for field in values.list("flds")),
            tuple(
                Template(each.text("name"), each.pinned(), each.text("qfmt"), each.text("afmt", ""))
                for each in values.list("tmpls")
            ),
            style if isinstance(style, str) else "",
            values.number("mod"),
        )
    return note_types


def _legacy_decks(text: object) -> dict[int, Deck]:
    what = "its decks"
    decks = {}
    for value in as_object(parsed(text, what), what).values():
        values = Values(value, what)
        description = "" if values.get("dyn") else values.text("desc", "")
        decks[values.number("id")] = Deck(values.text("name"), description)
    return decks


def _legacy_made_by(text: object) -> Mapping[str, Any]:
    what = "its config"
    return as_object(as_object(parsed(text, what), what).get("deckwright", {}), what)
