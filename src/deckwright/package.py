"""Packages: what a build hands over, written as an Anki package (`.apkg`). Alone knows genanki.

genanki knows the rows and the JSON of a package; what it decides wrongly is decided here: which
cards a note has, every id, every time, and the bytes of the archive. No clock, no chance and no
order of a dict has a say, so the same contents are the same bytes (with the same genanki, Python,
SQLite and zlib).

The format is the legacy one (`collection.anki2`, schema 11, beside `media`, a JSON object), which
every Anki, AnkiDroid and AnkiMobile reads. Facts about Anki are from its source
(rslib/src/import_export/package/apkg/import) and measured on 26.9.3; tests/test_package.py holds
them against the engine.
"""

from __future__ import annotations

import html
import json
import shutil
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from deckwright.cards import cards_of, fronts
from deckwright.cardtemplate import Template, card_ordinals
from deckwright.note import IdentifiedNote, digest
from deckwright.notetypes import IdentifiedNoteType, NoteType

__all__ = ["Contents", "Count", "Deck", "MediaFile", "Written", "digest_of", "write"]

# Of the 10,000 notes of `make bench` (a collection of 15.0 MB), level 1 of zlib makes 3.5 MB in
# 0.11 s, level 2 3.4 MB in 0.12 s, level 4 3.1 MB in 0.17 s, level 6 2.8 MB in 0.52 s.
_LEVEL: Final = 2
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # zip's own: the date of every member

# Kinds of media that are worth deflating. Most media are compressed already, and are stored.
_PLAIN: Final = frozenset(
    {".bmp", ".css", ".csv", ".html", ".js", ".json", ".otf", ".svg", ".tif", ".ttf", ".txt"}
    | {".wav", ".xml"}
)

# The columns of Anki's schema 11 that differ from note to note and from card to card; the others
# are what they are for a new card that was never synchronised.
_INSERT_NOTE: Final = "INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '')"
_INSERT_CARD: Final = (
    "INSERT INTO cards VALUES (?, ?, ?, ?, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')"
)

_DEFAULT_DECK: Final = 1  # the id of the deck `Default`, which every collection has


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck: its whole name (`AWS::Lambda`), the id that it has inside the package (Anki matches
    decks by name), and a description in plain text, which Anki shows above the study button.

    An import sets the description of a deck of that name, even to nothing, so list a deck without
    notes only to describe it: Anki makes missing parents by itself, and leaves the others alone.
    """

    name: str
    id: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A media file: its name in the learner's collection, and where its bytes are now."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a package. The order of the notes is the order in which they are learnt; the
    order of decks, note types and media does not matter. Every deck that a note names is in
    `decks`, every note type in `note_types`. `made_by` is kept in the package's own configuration
    (plain JSON), which no import reads: what the lock can be rebuilt of."""

    decks: tuple[Deck, ...]
    note_types: tuple[IdentifiedNoteType, ...]
    notes: tuple[IdentifiedNote, ...]
    media: tuple[MediaFile, ...] = ()
    made_by: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Count:
    """How many notes and cards one deck, or one note type, has in a package."""

    name: str
    notes: int
    cards: int


@dataclass(frozen=True, slots=True)
class Written:
    """What was written. `decks` and `note_types` are counted by name, in the order in which the
    notes first name them; a note type's name is that inside the project."""

    notes: int
    cards: int
    media: int
    decks: tuple[Count, ...]
    note_types: tuple[Count, ...]


def digest_of(contents: Contents) -> str:
    """What tells two packages apart to those who import them: their notes, in the order in which
    they are learnt, note types, decks and the names of media; not what `made_by` says."""
    parts = [f"{deck.name}\x1e{deck.description}" for deck in contents.decks]
    for each in contents.note_types:
        note_type = each.note_type
        ids = map(str, (each.id, each.mod, *each.field_ids, *each.template_ids))
        sides = (side for t in note_type.templates for side in (t.name, t.front, t.back))
        parts += (each.name, note_type.style, *note_type.fields, *sides, *ids)
    for note in contents.notes:
        source = note.rendered.note
        parts += (note.guid, str(note.id), str(note.mod), source.note_type, source.deck)
        parts += (" ".join(source.tags), *note.rendered.html)
        parts += (file.digest for file in note.rendered.media)
    return digest([*parts, *sorted(file.name for file in contents.media)])


def write(contents: Contents, file: BinaryIO) -> Written:
    """Write a package to a file that is open for writing and can seek.

    The collection is made in memory (it takes about twice its size), media are copied from disk in
    pieces. Raises ValueError where the contents contradict themselves or a field holds a character
    that would damage the collection: a bug by now, as rendering and checks come before. Raises
    OSError where a media file cannot be read. The file is then unfinished: write beside the place
    of the package, and move it there.
    """
    _check(contents)
    types = {each.note_type.name: each for each in contents.note_types}
    models = {name: _Model(each) for name, each in types.items()}
    decks = {deck.name: _deck(deck) for deck in (*contents.decks, *_between(contents))}
    cards = [
        cards_of(note.rendered, types[note.rendered.note.note_type].note_type)
        for note in contents.notes
    ]
    package = _Package(decks.values(), models.values(), contents.media, contents.made_by)
    for due, (note, ordinals, card_ids) in enumerate(
        zip(contents.notes, cards, _card_ids(contents.notes, cards), strict=True), 1
    ):
        source = note.rendered.note
        package.add(note, models[source.note_type], decks[source.deck], due, ordinals, card_ids)
    package.write_to_file(file)
    return Written(
        len(contents.notes),
        sum(map(len, cards)),
        len(contents.media),
        _count((note.rendered.note.deck for note in contents.notes), cards),
        _count((note.rendered.note.note_type for note in contents.notes), cards),
    )


def _check(contents: Contents) -> None:
    """Raise ValueError where an identity is given twice, or something named is not there."""
    unique: tuple[tuple[str, Sequence[object]], ...] = (
        ("deck name", [deck.name for deck in contents.decks]),
        ("deck id", [_DEFAULT_DECK, *(deck.id for deck in contents.decks)]),
        ("note type", [each.note_type.name for each in contents.note_types]),
        ("note type id", [each.id for each in contents.note_types]),
        ("note id", [note.id for note in contents.notes]),
        ("GUID", [note.guid for note in contents.notes]),
        ("media name", [file.name for file in contents.media]),
    )
    for what, values in unique:
        if len(set(values)) < len(values):
            value, _ = Counter(values).most_common(1)[0]
            raise ValueError(f"the {what} {value!r} is in the package twice")
    decks = {deck.name for deck in contents.decks}
    types = {each.note_type.name for each in contents.note_types}
    for note in contents.notes:
        source = note.rendered.note
        if source.deck not in decks:
            raise ValueError(f"note {source.key!r}: the deck {source.deck!r} is not in the package")
        if source.note_type not in types:
            what = f"the note type {source.note_type!r}"
            raise ValueError(f"note {source.key!r}: {what} is not in the package")


def _between(contents: Contents) -> list[Deck]:
    """The decks between one that is listed for its description alone and those with notes below.

    The importer goes from a deck with cards to its parents, and stops at the first that is not in
    the package (rslib/src/import_export/gather.rs, `add_parent_decks`): without `AWS::Compute` the
    notes of `AWS::Compute::Lambda` would not bring the description of `AWS`.
    """
    listed = {deck.name for deck in contents.decks}
    with_notes = {note.rendered.note.deck for note in contents.notes}
    described = {deck.name for deck in contents.decks if deck.description} - with_notes
    missing = set()
    for name in with_notes:
        above: list[str] = []
        while name := name.rpartition("::")[0]:
            if name in described:
                missing.update(above)
            above.append(name)
    first = max((deck.id for deck in contents.decks), default=_DEFAULT_DECK) + 1
    return [Deck(name, number) for number, name in enumerate(sorted(missing - listed), first)]


def _card_ids(
    notes: Sequence[IdentifiedNote], cards: Sequence[Sequence[int]]
) -> list[tuple[int, ...]]:
    """The ids of each note's cards, in the order of its ordinals: 13 digits, milliseconds.

    Card 0 has the id of its note (they are ids of two tables), card n the first free one from n
    above that; all note ids are kept free for cards 0. Handed out in the order of the note ids, so
    that a note that moves changes no id. An id matters little: the importer knows cards by note
    and ordinal, and renumbers an id that the learner's collection has (+999 until free). But it
    must not lie in the future (a day ahead, and the whole import is refused), and Anki shows it as
    the day the card was added: so it stays beside the id of the note.
    """
    taken = {note.id for note in notes}
    given: list[tuple[int, ...]] = [()] * len(notes)
    for index in sorted(range(len(notes)), key=lambda index: notes[index].id):
        first = notes[index].id
        ids = []
        for ordinal in cards[index]:
            card_id = first + ordinal
            while ordinal and card_id in taken:
                card_id += 1
            taken.add(card_id)
            ids.append(card_id)
        given[index] = tuple(ids)
    return given


def _count(names: Iterable[str], cards: Iterable[Sequence[int]]) -> tuple[Count, ...]:
    note_counts, card_counts = Counter[str](), Counter[str]()
    for name, ordinals in zip(names, cards, strict=True):
        note_counts[name] += 1
        card_counts[name] += len(ordinals)
    return tuple(Count(name, count, card_counts[name]) for name, count in note_counts.items())


# From here on it is genanki's classes, and what is different about ours.


class _Model(genanki.Model):  # type: ignore[misc]
    """A note type with ids, name and time of its own, whichever deck it is written for."""

    def __init__(self, identified: IdentifiedNoteType) -> None:
        note_type = identified.note_type
        super().__init__(
            identified.id,
            identified.name,
            # Arial is Anki's own default, for its editor only; genanki's is a font of Linux.
            [
                {"name": name, "id": field_id, "font": "Arial"}
                for name, field_id in zip(note_type.fields, identified.field_ids, strict=True)
            ],
            [
                {"name": each.name, "id": template_id, "qfmt": each.front, "afmt": each.back}
                for each, template_id in zip(
                    note_type.templates, identified.template_ids, strict=True
                )
            ],
            note_type.style,
            self.CLOZE if note_type.kind == "cloze" else self.FRONT_BACK,
        )
        self.mod = identified.mod
        self._req = _requirements(note_type)  # in place of genanki's, which chevron computes

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:
        # The deck is the one that Anki offers for new notes: the ids of our decks mean nothing
        # in the learner's collection.
        json_object: dict[str, Any] = super().to_json(self.mod, _DEFAULT_DECK)
        return json_object


def _requirements(note_type: NoteType) -> list[tuple[int, str, list[int]]]:
    """Anki's `req`: for each template, which fields must not be empty for it to make a card.

    It cannot say all that a front can. Old clients make and remove cards by it; today's compute it
    anew on import, and only hand it on. Made as Anki does (rslib/src/template.rs, `requirements`):
    any of the fields that suffice alone; else all of those without which nothing is left; else
    none.
    """
    requirements = []
    for ordinal, front in enumerate(fronts(note_type)):

        def makes_card(filled: set[str], front: Template = front) -> bool:
            fields = {name: "x" if name in filled else "" for name in note_type.fields}
            return bool(card_ordinals([front], fields))

        every = set(note_type.fields)
        any_of = [i for i, name in enumerate(note_type.fields) if makes_card({name})]
        all_of = [i for i, name in enumerate(note_type.fields) if not makes_card(every - {name})]
        if any_of:
            requirements.append((ordinal, "any", any_of))
        elif all_of and makes_card(every):
            requirements.append((ordinal, "all", all_of))
        else:
            requirements.append((ordinal, "none", []))
    return requirements


def _deck(deck: Deck) -> genanki.Deck:
    # Two decks `Default`, and Anki would rename one of them in the package, by chance.
    deck_id = _DEFAULT_DECK if deck.name.casefold() == "default" else deck.id
    return genanki.Deck(deck_id, deck.name, _description(deck.description))


def _description(text: str) -> str:
    """Plain text as the HTML of a deck's description.

    HTML and not Markdown (`md`), which would need more escaping and appears as it is written on
    releases before 2.1.41. Lines are parted by `<br>` alone: Anki shows a line feed as a break too
    (`white-space: pre-wrap` in overview.css), and both would be two.
    """
    lines = text.replace("\r\n", "\n").strip().split("\n")
    return "<br>".join(html.escape(line.rstrip(), quote=False) for line in lines)


class _Package(genanki.Package):  # type: ignore[misc]
    def __init__(
        self,
        decks: Iterable[genanki.Deck],
        models: Iterable[_Model],
        media: Iterable[MediaFile],
        made_by: Mapping[str, object],
    ) -> None:
        super().__init__(sorted(decks, key=lambda deck: deck.deck_id))
        self.models = sorted(models, key=lambda model: model.model_id)
        self.media = sorted(media, key=lambda file: file.name)
        self.made_by = made_by
        self.notes: list[tuple[Any, ...]] = []  # rows of the two tables, as genanki fills them
        self.cards: list[tuple[Any, ...]] = []

    def add(
        self,
        note: IdentifiedNote,
        model: _Model,
        deck: genanki.Deck,
        due: int,
        ordinals: Sequence[int],
        card_ids: Sequence[int],
    ) -> None:
        """Add a note and its cards: what genanki's own notes do, but for the ids and the time,
        which are given, and without a look for broken HTML in every field."""
        source, html_fields = note.rendered.note, note.rendered.html
        fields = "\x1f".join(html_fields)
        if "\x00" in fields or fields.count("\x1f") != len(model.fields) - 1:
            raise ValueError(f"note {source.key!r}: U+0000 or U+001F in a field")
        tags = f" {' '.join(source.tags)} "
        self.notes.append(
            (note.id, note.guid, model.model_id, note.mod, -1, tags, fields, html_fields[0])
        )
        for ordinal, card_id in zip(ordinals, card_ids, strict=True):
            self.cards.append((card_id, note.id, deck.deck_id, ordinal, note.mod, due))

    def write_to_file(self, file: BinaryIO, timestamp: float | None = None) -> None:
        connection = sqlite3.connect(":memory:")
        try:
            self.write_to_db(connection.cursor())
            connection.commit()
            collection = connection.serialize()
        finally:
            connection.close()
        names = {str(number): file.name for number, file in enumerate(self.media)}
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(_member("collection.anki2"), collection, compresslevel=_LEVEL)
            archive.writestr(_member("media"), json.dumps(names), compresslevel=_LEVEL)
            for number, media_file in enumerate(self.media):
                _copy(media_file, archive, str(number))

    def write_to_db(
        self, cursor: sqlite3.Cursor, timestamp: float | None = None, id_gen: object = None
    ) -> None:
        tables, create_index, indexes = APKG_SCHEMA.partition("CREATE INDEX")
        cursor.executescript(tables)
        cursor.executescript(APKG_COL)
        defaults, conf = cursor.execute("SELECT decks, conf FROM col").fetchone()
        if self.made_by:
            told = json.loads(conf) | {"deckwright": dict(self.made_by)}
            cursor.execute("UPDATE col SET conf = ?", (json.dumps(told),))
        decks = json.loads(defaults) | {str(deck.deck_id): deck.to_json() for deck in self.decks}
        models = {str(model.model_id): model.to_json(0, 0) for model in self.models}
        cursor.execute(
            "UPDATE col SET decks = ?, models = ?", (json.dumps(decks), json.dumps(models))
        )
        # In the order of the ids: the fastest way into a table, and the most compact.
        cursor.executemany(_INSERT_NOTE, sorted(self.notes))
        cursor.executemany(_INSERT_CARD, sorted(self.cards))
        cursor.executescript(create_index + indexes)  # last: an index is built faster than kept up


def _member(name: str) -> zipfile.ZipInfo:
    """A member of the archive that says nothing of the machine and the time."""
    member = zipfile.ZipInfo(name, _EPOCH)
    member.create_system = 3  # Unix, wherever this runs
    member.external_attr = 0o644 << 16
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _copy(media_file: MediaFile, archive: zipfile.ZipFile, name: str) -> None:
    member = _member(name)
    member.file_size = media_file.path.stat().st_size  # tells zipfile whether it needs zip64
    if Path(media_file.name).suffix.lower() not in _PLAIN:
        member.compress_type = zipfile.ZIP_STORED
    with media_file.path.open("rb") as source, archive.open(member, "w") as target:
        shutil.copyfileobj(source, target, 1 << 18)
