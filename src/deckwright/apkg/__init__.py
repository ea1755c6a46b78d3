"""Reads any Anki package (`.apkg`, and the whole collections of `.colpkg`), without Anki.

There are three formats, told by the member of the archive that holds the collection, a SQLite
database. Newer ones have a `meta`, a message of protobuf whose `version` names the format.

1. `collection.anki2` (version 1): schema 11, note types and decks as JSON in the table `col`, and
   `media`, a JSON object of the members' names (numbers) and the files' names.
2. `collection.anki21` (version 2): the same beside a `collection.anki2` that only asks the learner
   to upgrade. What Anki exports with “Support older Anki versions”.
3. `collection.anki21b` (version 3): schema 18, note types and decks in tables with messages of
   protobuf. Collection, media and `media` (a message `MediaEntries`) are compressed with zstd.

The formats are those of Anki's source: rslib/src/import_export/package (`meta.rs`, `media.rs`,
`colpkg/export.rs`), rslib/src/storage/upgrades, notetype/schema11.rs and decks/schema11.rs; the
numbers of the messages' fields are those of proto/anki/{import_export,notetypes,decks}.proto.
tests/test_apkg.py holds all of it against the engine.

A package may come from anybody. Nothing of it is run and nothing is unpacked to a path that it
names; what contradicts itself, or would inflate without end, is refused with a sentence.

Inside, one direction: `content` (the values, and their digest), `refusal` (what is wrong, in
words), `jsonvalues` and `protobuf` (how values are written), `archive` (the format, the pieces, the
media), `database` (the collection, opened with care), `schemas` (note types and decks), `reading`.
"""

from deckwright.apkg.content import Card, Deck, Note, NoteType, Package, Template, digest
from deckwright.apkg.reading import read, read_bytes
from deckwright.apkg.refusal import PackageError

__all__ = [
    "Card",
    "Deck",
    "Note",
    "NoteType",
    "Package",
    "PackageError",
    "Template",
    "digest",
    "read",
    "read_bytes",
]
