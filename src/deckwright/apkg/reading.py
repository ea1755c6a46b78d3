"""A package as values: what its archive and its collection hold, put together."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import BinaryIO, Final

from deckwright.apkg.archive import Room, format_of, media_of, open_archive
from deckwright.apkg.content import Card, Deck, Note, NoteType, Package
from deckwright.apkg.database import Database, open_collection
from deckwright.apkg.refusal import PackageError, Wrong, damaged
from deckwright.apkg.schemas import meta

__all__ = ["read", "read_bytes"]

_LARGEST: Final = 4 << 30  # bytes of a collection


def read(path: str) -> Package:
    """Read a package. Raises PackageError where it is none, or damaged, or of a newer format, and
    OSError where the file cannot be read."""
    with open(path, "rb") as file:
        return _read(file, path)


def read_bytes(data: bytes, name: str) -> Package:
    """Read a package that is in memory; `name` is what errors call it. Raises PackageError."""
    return _read(io.BytesIO(data), name)


def _read(file: BinaryIO, name: str) -> Package:
    try:
        with open_archive(file) as archive:
            format = format_of(archive)
            room = Room("its collection", _LARGEST)
            pieces = archive.pieces(format.member, room, format.zstd)
            with open_collection(pieces) as connection:
                database = Database(connection, room.taken)
                note_types, decks, made_by = meta(database)
                notes = _notes(database, note_types, decks)
            media = media_of(archive, format)
    except Wrong as wrong:
        raise PackageError(f"{name} {wrong}") from None
    by_name = sorted(decks.values(), key=lambda deck: (deck.name, deck.description))
    return Package(name, notes, note_types, tuple(by_name), media, made_by)


def _notes(
    database: Database, note_types: Mapping[int, NoteType], decks: Mapping[int, Deck]
) -> tuple[Note, ...]:
    """The notes with their cards, in the order of their ids."""
    cards = _cards(database, decks)
    notes: list[Note] = []
    last = float("-inf")
    shape: dict[int, tuple[int, int]] = {}  # how many fields, and cards, notes can have
    for id, each in note_types.items():
        count = len(each.templates) if each.kind == "normal" else 1 << 16
        shape[id] = len(each.fields), count
    for id, guid, type_id, mod, tags, text in database.rows(
        "SELECT id, guid, mid, mod, tags, flds FROM notes ORDER BY id"
    ):
        if not (type(id) is type(type_id) is type(mod) is int and id > last) or not (
            type(guid) is type(tags) is type(text) is str
        ):
            damaged("its notes cannot be read")
        last = id
        database.spend(len(guid) + len(tags) + len(text))
        if type_id not in shape:
            damaged(f"the note {id} has a note type that is not in it")
        fields, own = text.split("\x1f"), cards.pop(id, [])
        count, templates = shape[type_id]
        if len(fields) != count:
            has = f"the note {id} has {len(fields)} fields"
            damaged(f"{has}, and its note type {count}")
        if len(own) > 1:
            own.sort(key=lambda card: (card.ordinal, card.id))
        if own and own[-1].ordinal >= templates:
            damaged(f"the note {id} has a card of a template that its note type has not")
        split = _tags(tags) if tags else ()
        notes.append(Note(guid, id, type_id, mod, split, tuple(fields), tuple(own)))
    if cards:
        damaged(f"it has cards of a note {min(cards)}, and no such note")
    return tuple(notes)


def _cards(database: Database, decks: Mapping[int, Deck]) -> dict[int, list[Card]]:
    """The cards by the ids of their notes."""
    cards: dict[int, list[Card]] = {}
    last = float("-inf")
    for id, note, deck_id, home, ordinal in database.rows(
        "SELECT id, nid, did, odid, ord FROM cards ORDER BY id"
    ):
        if not (type(id) is type(note) is type(deck_id) is type(ordinal) is int) or not (
            id > last and ordinal >= 0
        ):
            damaged("its cards cannot be read")
        last = id
        deck = (decks.get(home) if home else None) or decks.get(deck_id)
        if deck is None:
            damaged(f"the card {id} is in a deck that is not in it")
        cards.setdefault(note, []).append(Card(ordinal, deck.name, id))
    return cards


def _tags(text: str) -> tuple[str, ...]:
    """Tags are parted by spaces, also wide ones (rslib/src/tags/mod.rs, `is_tag_separator`)."""
    return tuple(tag for tag in text.replace("\u3000", " ").split(" ") if tag)
