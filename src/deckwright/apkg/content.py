"""What is in a package, as values."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deckwright.notetypes import Kind

__all__ = ["Card", "Deck", "Note", "NoteType", "Package", "Template", "digest"]


@dataclass(frozen=True, slots=True)
class Card:
    """A card: `ordinal` is that of its template, or its cloze number less one; `deck` is where it
    lives: of a card that is in a filtered deck, the deck it goes home to."""

    ordinal: int
    deck: str
    id: int


@dataclass(frozen=True, slots=True)
class Note:
    """A note: `note_type` is the id of its note type, `mod` is in seconds, `tags` are in the order
    in which they are stored (Anki sorts them), `fields` are HTML, one per field of the note type,
    `cards` are by ordinal. A note can have no card, and (though Anki makes no such package by
    itself) two notes one GUID, or two cards one ordinal: Anki imports those too."""

    guid: str
    id: int
    note_type: int
    mod: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A template: its pinned id, where it has one, and the HTML of its sides."""

    name: str
    id: int | None
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type: `fields` are names with their pinned ids, where they have one; `mod` is in
    seconds."""

    id: int
    name: str
    kind: Kind
    fields: tuple[tuple[str, int | None], ...]
    templates: tuple[Template, ...]
    style: str
    mod: int


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck: its whole name (`AWS::Lambda`), and its description as it is stored: HTML, or
    Markdown where a person chose that; empty for a filtered deck."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Package:
    """What is in a package. `notes` are in the order of their ids, `decks` in that of their names
    (Anki adds `Default` to each package), `note_types` have their ids as keys, `media` are names
    and digests (the first 16 hexadecimal digits of SHA-256) of the files' bytes. `made_by` is the
    JSON object under the key `deckwright` in the collection's config, empty where there is none.
    """

    path: str
    notes: tuple[Note, ...]
    note_types: Mapping[int, NoteType]
    decks: tuple[Deck, ...]
    media: Mapping[str, str]
    made_by: Mapping[str, Any]

    def note_type_of(self, note: Note) -> NoteType:
        return self.note_types[note.note_type]

    def field(self, note: Note, name: str) -> str | None:
        """The HTML of a field, None where the note's type has no field of that name."""
        for (own, _), value in zip(self.note_type_of(note).fields, note.fields, strict=True):
            if own == name:
                return value
        return None

    def key_of(self, note: Note) -> str:
        """The text of the field `Key`, in which our own packages have each note's key; empty where
        there is no such field."""
        return html.unescape(self.field(note, "Key") or "")


def digest(package: Package) -> str:
    """What a package says, whatever it was made with: SHA-256 of its rows and media, 64 hexadecimal
    digits.

    Two packages of one digest bring a learner the same: the same notes (GUID, id, time, note type,
    tags, fields, cards with their ordinals and decks), note types, decks and media. The bytes may
    differ, with the versions of zlib and SQLite and the format, and so may ids of cards and what
    stands in the collection's config.
    """
    lines: list[tuple[object, ...]] = []
    for note in package.notes:
        cards = sorted((card.ordinal, card.deck) for card in note.cards)
        own = (note.id, note.guid, note.note_type, note.mod, note.tags, note.fields, cards)
        lines.append(("note", *own))
    for each in package.note_types.values():
        templates = [(one.name, one.id, one.front, one.back) for one in each.templates]
        schema = (each.id, each.name, each.kind, each.fields, templates, each.style, each.mod)
        lines.append(("note type", *schema))
    lines += (("deck", deck.name, deck.description) for deck in package.decks)
    lines += (("media", *file) for file in package.media.items())
    whole = hashlib.sha256()
    for line in sorted(json.dumps(line) for line in lines):
        whole.update(f"{line}\n".encode())
    return whole.hexdigest()
