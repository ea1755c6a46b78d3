"""What is in a package: ours, and what Anki itself exports, in every format that there is.

The engine is the witness: it exports the packages, and imports them beside us.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import sqlite3
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields as fields_of
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import zstandard
from anki.collection import AddNoteRequest, Collection, ExportAnkiPackageOptions
from anki.decks import DeckId
from anki.import_export_pb2 import MediaEntries, PackageMetadata
from anki.lang import set_lang
from anki.notetypes_pb2 import Notetype as NotetypeMessage
from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright import apkg, notetypes
from deckwright.apkg import Card, Package, PackageError, digest, read, read_bytes
from deckwright.apkg.protobuf import Message
from deckwright.cards import cards_of
from helpers import BEES, build, import_package, write

PICTURE = bytes(range(256)) * 20
MEDIA = {"drone.png": PICTURE, "königin.mp3": b"", "_style.css": b"b { color: red }" * 9}

LEGACY, NEW = True, False
FORMATS = pytest.mark.parametrize("legacy", [LEGACY, NEW], ids=["legacy", "new"])


class Author:
    """Someone who keeps cards in Anki and shares them."""

    def __init__(self, folder: Path) -> None:
        set_lang("en")
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self.col = Collection(str(self.folder / "collection.anki2"))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        assert self.col.db is not None
        return [tuple(row) for row in self.col.db.execute(query)]

    def deck(self, name: str) -> DeckId:
        id = self.col.decks.id(name)
        assert id is not None
        return id

    def add(self, note_type: str, deck: str, *fields: str, tags: tuple[str, ...] = ()) -> None:
        kind = self.col.models.by_name(note_type)
        assert kind is not None
        note = self.col.new_note(kind)
        note.fields, note.tags = list(fields), list(tags)
        self.col.add_note(note, self.deck(deck))

    def exports(
        self, legacy: bool, scheduling: bool = False, media: bool = True, configs: bool = False
    ) -> Path:
        path = self.folder / f"{legacy:d}{scheduling:d}{media:d}{configs:d}.apkg"
        options = ExportAnkiPackageOptions(
            with_scheduling=scheduling, with_deck_configs=configs, with_media=media, legacy=legacy
        )
        self.col.export_anki_package(out_path=str(path), options=options, limit=None)
        return path


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Author]:
    """Someone with two note types, nested decks, tags, media, and words from everywhere."""
    someone = Author(tmp_path_factory.mktemp("author"))
    col = someone.col
    for name, data in MEDIA.items():
        col.media.write_data(name, data)
    # Names of its own: `Basic` is in every collection, and would arrive there as `Basic+`.
    names = {"Basic": "Bee", "Basic (and reversed card)": "Bee, both ways", "Cloze": "Bee gaps"}
    for stock, name in names.items():
        kind = col.models.by_name(stock)
        assert kind is not None
        col.models.update_dict({**kind, "name": name})
    reverse = "Bee, both ways"
    someone.add(reverse, "Bees::Körper::Flügel", "How many wings?", "Four &amp; no more")
    picture = 'A drone: <img src="drone.png"> 蜂 🐝'
    someone.add(reverse, "Bees", picture, "", tags=("zoology", "bees::drone", "Ä"))
    sound = "{{c3::Quacking}} and {{c1::tooting}} [sound:königin.mp3]"
    someone.add("Bee gaps", "Bees::Queen", sound, "Both are heard before\na swarm")
    someone.add("Bee", "Default", "2 + 2", "4")
    deck = col.decks.get(someone.deck("Bees"))
    assert deck is not None
    deck["desc"] = "Cards of an <b>apiary</b>"
    col.decks.save(deck)
    basic = col.models.by_name("Bee")
    assert basic is not None
    basic["flds"][0]["id"], basic["flds"][1]["id"] = -7, None
    basic["css"] = ".card { color: green }"
    col.models.update_dict(basic)
    col.set_config("deckwright", {"project": "bees", "keys": {"ä": 1}})
    yield someone
    col.close()


def said(package: Package) -> tuple[object, ...]:
    """All that a package says but its name."""
    return tuple(getattr(package, f.name) for f in fields_of(package) if f.name != "path")


# What Anki exports -------------------------------------------------------------------------------


@pytest.mark.parametrize("configs", [False, True])
@pytest.mark.parametrize("scheduling", [False, True])
@pytest.mark.parametrize("media", [False, True])
def test_every_format_says_the_same(
    author: Author, scheduling: bool, media: bool, configs: bool
) -> None:
    """An export without media has none; what is asked of schedules is not our concern."""
    legacy = read(str(author.exports(LEGACY, scheduling, media, configs)))
    new = read(str(author.exports(NEW, scheduling, media, configs)))
    assert said(legacy) == said(new)
    assert digest(legacy) == digest(new)
    assert bool(new.media) == media
    plain = read(str(author.exports(NEW, scheduling=False, media=media)))
    assert said(new) == said(plain)


@FORMATS
@pytest.mark.parametrize("scheduling", [False, True])
def test_the_engine_says_the_same_of_its_own_collection(
    author: Author, legacy: bool, scheduling: bool
) -> None:
    held_against(author, read(str(author.exports(legacy, scheduling))))


@FORMATS
def test_what_is_read_is_what_a_learner_gets(author: Author, legacy: bool, tmp_path: Path) -> None:
    learner = Author(tmp_path)
    exported = author.exports(legacy, scheduling=True)
    import_package(learner.col, exported)
    learner.col.close()
    learner.col = Collection(str(learner.folder / "collection.anki2"))
    held_against(learner, read(str(exported)))
    learner.col.close()


def held_against(someone: Author, package: Package) -> None:
    """Every value of a package beside what the engine says of it."""
    col = someone.col
    assert [
        (n.id, n.guid, n.note_type, n.mod, list(n.tags), list(n.fields)) for n in package.notes
    ] == [
        (id, guid, type_id, mod, col.tags.split(tags), flds.split("\x1f"))
        for id, guid, type_id, mod, tags, flds in someone.rows(
            "select id, guid, mid, mod, tags, flds from notes order by id"
        )
    ]
    assert [
        (n.id, card.ordinal, card.deck, card.id) for n in package.notes for card in n.cards
    ] == [
        (note, ordinal, col.decks.name(deck), id)
        for note, ordinal, deck, id in someone.rows(
            "select nid, ord, did, id from cards order by nid, ord"
        )
    ]
    for own in package.note_types.values():
        theirs = col.models.get(own.id)  # type: ignore[arg-type]
        assert theirs is not None
        assert (own.name, own.style, own.mod) == (theirs["name"], theirs["css"], theirs["mod"])
        assert own.kind == ("cloze" if theirs["type"] else "normal")
        assert own.fields == tuple((f["name"], f["id"]) for f in theirs["flds"])
        assert [(t.name, t.id, t.front, t.back) for t in own.templates] == [
            (t["name"], t["id"], t["qfmt"], t["afmt"]) for t in theirs["tmpls"]
        ]
    assert set(package.note_types) == {note.note_type for note in package.notes}
    for deck in package.decks:
        found = col.decks.by_name(deck.name)
        assert found is not None
        assert deck.description == found["desc"]
    named = {deck.name for deck in col.decks.all_names_and_ids()}
    assert {deck.name for deck in package.decks} == named
    assert package.media == {
        name: hashlib.sha256((Path(col.media.dir()) / name).read_bytes()).hexdigest()[:16]
        for name in MEDIA
        if name != "_style.css" or name in package.media
    }


def test_what_was_exported_is_what_was_written(author: Author) -> None:
    """In plain sight, so that no two readers are wrong in the same way."""
    package = read(str(author.exports(NEW)))
    assert [deck.name for deck in package.decks] == [
        *("Bees", "Bees::Körper", "Bees::Körper::Flügel", "Bees::Queen", "Default")
    ]
    assert package.decks[0].description == "Cards of an <b>apiary</b>"
    wings, drone, queen, sums = package.notes
    assert wings.fields == ("How many wings?", "Four &amp; no more")
    assert [(card.ordinal, card.deck) for card in wings.cards] == [
        (0, "Bees::Körper::Flügel"),
        (1, "Bees::Körper::Flügel"),
    ]
    assert drone.tags == ("bees::drone", "zoology", "Ä")
    assert [card.ordinal for card in drone.cards] == [0]
    assert [card.ordinal for card in queen.cards] == [0, 2]
    assert package.note_type_of(queen).kind == "cloze"
    assert package.field(queen, "Back Extra") == "Both are heard before\na swarm"
    assert package.field(queen, "Front") is None
    assert package.note_type_of(sums).fields == (("Front", -7), ("Back", None))
    assert package.note_type_of(sums).style == ".card { color: green }"
    assert package.key_of(sums) == ""
    assert package.media["drone.png"] == hashlib.sha256(PICTURE).hexdigest()[:16]
    assert package.media["königin.mp3"] == hashlib.sha256().hexdigest()[:16]


@FORMATS
def test_a_whole_collection_is_read_too(author: Author, tmp_path: Path, legacy: bool) -> None:
    """`.colpkg`, which keeps the config: there a package can say who made it."""
    someone = Author(tmp_path)
    import_package(someone.col, author.exports(NEW, scheduling=True))
    someone.col.set_config("deckwright", {"project": "bees", "keys": {"ä": 1}})
    path = someone.folder / "all.colpkg"
    someone.col.export_collection_package(str(path), include_media=True, legacy=legacy)
    someone.col.reopen(after_full_sync=False)
    whole, shared = read(str(path)), read(str(author.exports(legacy, scheduling=True)))
    assert whole.made_by == {"project": "bees", "keys": {"ä": 1}}
    assert shared.made_by == {}  # Anki shares no config
    assert whole.notes == shared.notes
    assert whole.decks == shared.decks
    assert whole.media == shared.media
    assert whole.note_types.items() >= shared.note_types.items()
    someone.col.close()


@FORMATS
def test_a_card_in_a_filtered_deck_belongs_to_its_own(tmp_path: Path, legacy: bool) -> None:
    someone = Author(tmp_path)
    someone.add("Basic", "Bees", "Who stings?", "The worker")
    filtered = someone.col.decks.new_filtered("Tonight")
    someone.col.sched.rebuild_filtered_deck(filtered)
    assert someone.rows("select distinct did = odid, odid != 0 from cards") == [(0, 1)]
    package = read(str(someone.exports(legacy, scheduling=True)))
    assert {card.deck for note in package.notes for card in note.cards} == {"Bees"}
    assert [deck.name for deck in package.decks] == ["Bees", "Default", "Tonight"]
    someone.col.close()


@FORMATS
def test_what_anki_changes_where_schedules_stay_at_home(tmp_path: Path, legacy: bool) -> None:
    """Two tags that belong to them are left out; and of a filtered deck it makes a plain one, in
    which its cards stay."""
    someone = Author(tmp_path)
    someone.add(
        "Basic", "Bees", "Who does not sting?", "The drone", tags=("leech", "marked", "own")
    )
    with_schedules = read(str(someone.exports(legacy, scheduling=True)))
    without = read(str(someone.exports(legacy)))
    assert with_schedules.notes[0].tags == ("leech", "marked", "own")
    assert without.notes == (replace(with_schedules.notes[0], tags=("own",)),)
    assert said(without)[1:] == said(with_schedules)[1:]
    someone.col.sched.rebuild_filtered_deck(someone.col.decks.new_filtered("Tonight"))
    filtered = read(str(someone.exports(legacy)))
    assert [card.deck for note in filtered.notes for card in note.cards] == ["Tonight"]
    assert [deck.name for deck in filtered.decks] == ["Default", "Tonight"]
    someone.col.close()


# What we build -----------------------------------------------------------------------------------


def test_our_own_packages_are_what_was_built(tmp_path: Path) -> None:
    made, result = build(write(tmp_path / "bees", BEES))
    contents = made.contents
    assert contents is not None
    found = read(str(result.output))
    types = {each.note_type.name: each for each in contents.note_types}
    expected = sorted(contents.notes, key=lambda note: note.id)
    assert len(found.notes) == len(expected) > 20
    for own, note in zip(found.notes, expected, strict=True):
        source = note.rendered.note
        identified = types[source.note_type]
        assert (own.guid, own.id, own.mod) == (note.guid, note.id, note.mod)
        assert own.note_type == identified.id
        assert own.fields == note.rendered.html
        assert own.tags == source.tags
        assert found.key_of(own) == source.key
        ordinals = cards_of(note.rendered, identified.note_type)
        assert [(card.ordinal, card.deck) for card in own.cards] == [
            (ordinal, source.deck) for ordinal in ordinals
        ]
    for identified in types.values():
        note_type, own_type = identified.note_type, found.note_types[identified.id]
        assert (own_type.name, own_type.mod) == (identified.name, identified.mod)
        assert (own_type.kind, own_type.style) == (note_type.kind, note_type.style)
        names_and_ids = zip(note_type.fields, identified.field_ids, strict=True)
        assert own_type.fields == tuple(names_and_ids)
        assert [
            (notetypes.CardTemplate(t.name, t.front, t.back), t.id) for t in own_type.templates
        ] == list(zip(note_type.templates, identified.template_ids, strict=True))
    (bees,) = (deck for deck in found.decks if deck.name == "Bees")
    assert bees.description.startswith("Keeping bees, from the castes to the winter cluster.")
    assert found.path == str(result.output)


def test_a_package_in_memory_is_read_as_on_disk(author: Author) -> None:
    path = author.exports(NEW)
    assert said(read_bytes(path.read_bytes(), "bees")) == said(read(str(path)))
    assert read_bytes(path.read_bytes(), "bees").path == "bees"


@FORMATS
def test_a_large_collection_is_read_from_a_file(
    author: Author, legacy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(author.exports(legacy))
    in_memory = read(path)
    monkeypatch.setattr("deckwright.apkg.database._IN_MEMORY", 1024)
    monkeypatch.setattr("deckwright.apkg.archive._PIECE", 1000)
    assert read(path) == in_memory


def test_the_key_is_read_as_it_was_written() -> None:
    fields = (("Front", None), ("Key", None))
    note_type = apkg.NoteType(1, "Own", "normal", fields, (), "", 0)
    note = apkg.Note("g", 1, 1, 0, (), ("f", "q&amp;a/&lt;b&gt;"), ())
    assert Package("p", (note,), {1: note_type}, (), {}, {}).key_of(note) == "q&a/<b>"


# The digest --------------------------------------------------------------------------------------


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Mapping[str, bytes | None], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            if data is not None:
                archive.writestr(name, data)
    return file.getvalue()


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(1).compress(data)


def unzstd(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(data)


def collection_of(data: bytes) -> bytes:
    """The newest collection of a package, as SQLite can open it in memory."""
    members = members_of(data)
    if "collection.anki21b" in members:
        collection = bytearray(unzstd(members["collection.anki21b"]))
        collection[18:20] = b"\1\1"  # instead of write-ahead logging
        return bytes(collection)
    return members.get("collection.anki21") or members["collection.anki2"]


def with_collection(data: bytes, collection: bytes) -> bytes:
    members = members_of(data)
    if "collection.anki21b" in members:
        return packed({**members, "collection.anki21b": zstd(collection)})
    name = "collection.anki21" if "collection.anki21" in members else "collection.anki2"
    return packed({**members, name: collection})


def edited(data: bytes, *queries: str) -> bytes:
    """A package whose collection somebody changed by hand."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(collection_of(data))
    connection.create_collation("unicase", lambda a, b: (a > b) - (a < b))
    connection.execute("PRAGMA writable_schema = ON")
    for query in queries:
        connection.executescript(query)
    connection.commit()
    collection = connection.serialize()
    connection.close()
    return with_collection(data, collection)


@FORMATS
def test_the_digest_knows_nothing_of_zip_and_sqlite(author: Author, legacy: bool) -> None:
    data = author.exports(legacy).read_bytes()
    other = edited(data, "DROP INDEX ix_notes_usn; PRAGMA page_size = 1024; VACUUM")
    again = packed(dict(reversed(members_of(other).items())), zipfile.ZIP_DEFLATED)
    assert len(again) != len(data)
    assert digest(read_bytes(again, "other")) == digest(read_bytes(data, "one"))
    assert re.fullmatch("[0-9a-f]{64}", digest(read_bytes(data, "one")))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE notes SET guid = 'other' WHERE rowid = (SELECT min(id) FROM notes)",
        "UPDATE notes SET mod = mod + 1 WHERE rowid = (SELECT min(id) FROM notes)",
        "UPDATE notes SET tags = ' other '",
        "UPDATE notes SET flds = replace(flds, 'wings', 'legs')",
        "UPDATE cards SET ord = 6 WHERE ord = 2",
        "UPDATE cards SET did = 1",
        "DELETE FROM cards WHERE ord = 2",
        "UPDATE notes SET id = id + 1, guid = 'x' WHERE id = (SELECT max(id) FROM notes); "
        "UPDATE cards SET nid = nid + 1 WHERE nid = (SELECT max(nid) FROM cards)",
        "UPDATE notetypes SET mtime_secs = mtime_secs + 1",
        "UPDATE notetypes SET name = name || '+'",
        "UPDATE templates SET name = 'Other' WHERE ord = 1",
        "UPDATE fields SET name = 'Other' WHERE ord = 1",
        "UPDATE fields SET config = x'' WHERE ord = 1",
        "UPDATE templates SET config = x'' WHERE ord = 1",
        "UPDATE notetypes SET config = x'0801'",
        "UPDATE decks SET name = 'Other' WHERE id = 1",
        "UPDATE decks SET kind = x'0a00'",
    ],
)
def test_the_digest_changes_with_everything_that_a_learner_gets(
    author: Author, change: str
) -> None:
    data = author.exports(NEW).read_bytes()
    changed = edited(data, change)
    assert digest(read_bytes(changed, "p")) != digest(read_bytes(data, "p"))


def test_the_digest_changes_with_the_media(author: Author) -> None:
    data = author.exports(LEGACY).read_bytes()
    members = members_of(data)
    (number,) = (n for n, name in json.loads(members["media"]).items() if name == "drone.png")
    other = packed({**members, number: PICTURE[:-1] + b"!"})
    assert digest(read_bytes(other, "p")) != digest(read_bytes(data, "p"))


# What is no package, or a damaged one ------------------------------------------------------------


def without_member(name: str) -> Callable[[bytes], bytes]:
    return lambda data: packed({**members_of(data), name: None})


def with_member(name: str, content: bytes) -> Callable[[bytes], bytes]:
    return lambda data: packed({**members_of(data), name: content})


def by(*queries: str) -> Callable[[bytes], bytes]:
    return lambda data: edited(data, *queries)


def json_of(column: str, change: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    """Change the JSON in a column of the table `col`."""

    def changed(data: bytes) -> bytes:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(collection_of(data))
        ((text,),) = connection.execute(f"SELECT {column} FROM col")
        value = json.dumps(change(json.loads(text)))
        connection.execute(f"UPDATE col SET {column} = ?", (value,))
        connection.commit()
        return with_collection(data, connection.serialize())

    return changed


def first_with(name: str, value: object) -> Callable[[Any], Any]:
    def change(objects: dict[str, Any]) -> dict[str, Any]:
        next(iter(objects.values()))[name] = value
        return objects

    return change


def refusal(data: bytes) -> str:
    with pytest.raises(PackageError) as caught:
        read_bytes(data, "cards.apkg")
    return str(caught.value)


NOTE = "(SELECT min(id) FROM notes)"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda _: b"", "is no Anki package: it is no zip archive"),
        (lambda _: b"Front\tBack\n" * 99, "is no Anki package: it is no zip archive"),
        (lambda data: data[:-30], "is damaged: its archive is cut off or broken"),
        (lambda data: data[: len(data) // 2], "is damaged: its archive is cut off or broken"),
        (lambda _: packed({"a.txt": b"a"}), "is no Anki package: it has no collection"),
        (by("DROP TABLE cards"), "is damaged: its collection cannot be read"),
        (by("DROP TABLE col"), "is damaged: its collection cannot be read"),
        (
            by(
                "UPDATE sqlite_master SET sql = 'CREATE ' || CAST(x'ff' AS TEXT) "
                "WHERE name = 'cards'"
            ),
            "is damaged: its collection cannot be read",
        ),
        (by("DELETE FROM col"), "is damaged: its collection has no version"),
        (by("UPDATE col SET ver = 'x'"), "is damaged: its collection has no version"),
        (
            by("UPDATE col SET ver = 19"),
            "is of a newer format than this version of deckwright can read",
        ),
        (
            by("UPDATE col SET ver = 15"),
            "is damaged: its collection is of the schema 15, which no package has",
        ),
        (
            with_member("meta", PackageMetadata(version=4).SerializeToString()),  # type: ignore[arg-type]
            "is of a newer format than this version of deckwright can read",
        ),
        (
            with_member("meta", b""),
            "is of a newer format than this version of deckwright can read",
        ),
        (with_member("meta", b"\x08"), "is damaged: its “meta” cannot be read"),
        (
            by(f"DELETE FROM notes WHERE id = {NOTE}"),
            r"is damaged: it has cards of a note \d{13}, and no such note",
        ),
        (
            by(f"UPDATE notes SET mid = 7 WHERE id = {NOTE}"),
            r"is damaged: the note \d{13} has a note type that is not in it",
        ),
        (
            by(f"UPDATE notes SET flds = 'a' WHERE id = {NOTE}"),
            r"is damaged: the note \d{13} has 1 fields, and its note type 2",
        ),
        (
            by("UPDATE cards SET did = 7"),
            r"is damaged: the card \d{13} is in a deck that is not in it",
        ),
        (
            by(f"UPDATE cards SET ord = 2 WHERE nid = {NOTE}"),
            r"is damaged: the note \d{13} has a card of a template that its note type has not",
        ),
        (by("UPDATE cards SET ord = -1"), "is damaged: its cards cannot be read"),
        (by("UPDATE cards SET nid = 'x'"), "is damaged: its cards cannot be read"),
        (by("UPDATE notes SET mod = 1.5"), "is damaged: its notes cannot be read"),
        (by("UPDATE notes SET tags = x'00'"), "is damaged: its notes cannot be read"),
        (
            by("UPDATE notes SET flds = CAST(x'ff1f' AS TEXT)"),
            "is damaged: its collection cannot be read",
        ),
        (
            by("DROP TABLE cards", "CREATE VIEW cards AS SELECT 1 id, 1 nid, 1 did, 0 odid, 0 ord"),
            "is damaged: its collection cannot be read",
        ),
    ],
)
@FORMATS
def test_what_is_wrong_is_said(
    author: Author, legacy: bool, damage: Callable[[bytes], bytes], message: str
) -> None:
    said = refusal(damage(author.exports(legacy).read_bytes()))
    assert re.fullmatch(f"cards.apkg {message}", said), said


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (json_of("models", lambda _: [1]), "its note types cannot be read"),
        (json_of("models", first_with("flds", 7)), "its note types cannot be read"),
        (json_of("models", first_with("flds", [{}])), "its note types cannot be read"),
        (json_of("models", first_with("type", 2)), "its note types cannot be read"),
        (json_of("models", first_with("type", True)), "its note types cannot be read"),
        (json_of("models", first_with("mod", 1.5)), "its note types cannot be read"),
        (json_of("models", first_with("id", 10**19)), "its note types cannot be read"),
        (json_of("models", first_with("name", "\ud83d")), "its note types cannot be read"),
        (json_of("decks", first_with("name", None)), "its decks cannot be read"),
        (json_of("decks", lambda _: None), "its decks cannot be read"),
        (json_of("conf", lambda _: {"deckwright": 1}), "its config cannot be read"),
        (by("UPDATE col SET conf = ''"), "its config cannot be read"),
        (by("UPDATE col SET models = '{'"), "its note types cannot be read"),
        (by("UPDATE col SET models = x'7b7d'"), r"the note \d+ has a note type that is not in it"),
        (by(f"UPDATE col SET models = '{'[' * 99_999}'"), "its note types cannot be read"),
        (by(f"UPDATE col SET models = '{'9' * 9_999}'"), "its note types cannot be read"),
        (with_member("media", b"[]"), "its list of media cannot be read"),
        (with_member("media", b'{"x": "a.png"}'), "its list of media cannot be read"),
        (with_member("media", b'{"0": 1}'), "its list of media cannot be read"),
        (with_member("media", b"\xff"), "its list of media cannot be read"),
        (with_member("media", b'{"77": "a.png"}'), "the media file “a.png” is not in it"),
        (with_member("media", b'{"0": "../a.png"}'), "“../a.png” is no name of a media file"),
        (with_member("media", b'{"0": ""}'), "“” is no name of a media file"),
        (
            with_member("media", b'{"0": "a.png", "1": "a.png"}'),
            "two media files are called “a.png”",
        ),
        (
            with_member("meta", b"\x08\x03"),
            "its “meta” is not that of a “collection.anki21”",
        ),
        (with_member("collection.anki21", b"x" * 999), "its collection is no SQLite database"),
        (with_member("collection.anki21", b""), "its collection is no SQLite database"),
    ],
)
def test_what_is_wrong_in_a_legacy_package_is_said(
    author: Author, damage: Callable[[bytes], bytes], message: str
) -> None:
    said = refusal(damage(author.exports(LEGACY).read_bytes()))
    assert re.fullmatch(f"cards.apkg is damaged: {message}", said), said


def listing(*entries: tuple[str, int, bytes]) -> Callable[[bytes], bytes]:
    messages = [MediaEntries.MediaEntry(name=n, size=size, sha1=sha1) for n, size, sha1 in entries]
    return with_member("media", zstd(MediaEntries(entries=messages).SerializeToString()))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            without_member("meta"),
            "it has a “collection.anki21b” and no “meta”, so Anki would not read it",
        ),
        (with_member("collection.anki21b", b"x" * 999), "“collection.anki21b” cannot be unpacked"),
        (with_member("collection.anki21b", zstd(b"")), "its collection is no SQLite database"),
        (with_member("media", b"{}"), "“media” cannot be unpacked"),
        (with_member("media", zstd(b"\x0b")), "its list of media cannot be read"),
        (with_member("media", zstd(b"\x0a\x7f")), "its list of media cannot be read"),
        (with_member("media", zstd(b"\x08\x01")), "its list of media cannot be read"),
        (with_member("media", zstd(b"\xff" * 11)), "its list of media cannot be read"),
        (with_member("media", zstd(b"\x0a\x03\x0a\x01\xff")), "its list of media cannot be read"),
        (listing(("a.png", 7, b"")), "the media file “a.png” is not what its list says"),
        (
            listing(*((f"{number}.png", 0, b"") for number in range(9))),
            r"the media file “\d.png” is not (in it|what its list says)",
        ),
        (with_member("0", zstd(b"other")), "the media file “.*” is not what its list says"),
        (by("UPDATE fields SET config = x'48'"), "its note types and decks cannot be read"),
        (by("UPDATE fields SET config = x'4a00'"), "its note types and decks cannot be read"),
        (by("UPDATE templates SET config = 7"), "its note types and decks cannot be read"),
        (by("UPDATE notetypes SET config = x'0802'"), "its note types cannot be read"),
        (by("UPDATE notetypes SET mtime_secs = 'x'"), "its note types and decks cannot be read"),
        (by("UPDATE decks SET kind = x'0a0122'"), "its note types and decks cannot be read"),
        (by("DROP TABLE templates"), "its collection cannot be read"),
        (by("INSERT INTO config VALUES ('deckwright', 0, 0, '[]')"), "its config cannot be read"),
    ],
)
def test_what_is_wrong_in_a_new_package_is_said(
    author: Author, damage: Callable[[bytes], bytes], message: str
) -> None:
    said = refusal(damage(author.exports(NEW).read_bytes()))
    assert re.fullmatch(f"cards.apkg is damaged: {message}", said), said


def test_a_file_that_is_not_there_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(str(tmp_path / "none.apkg"))


def test_older_packages_have_no_meta_and_may_have_no_media(author: Author) -> None:
    """Anki takes those too."""
    data = author.exports(LEGACY).read_bytes()
    assert said(read_bytes(without_member("meta")(data), "p")) == said(read_bytes(data, "p"))
    assert read_bytes(without_member("media")(data), "p").media == {}


def test_numbers_may_be_written_as_text(author: Author) -> None:
    data = author.exports(LEGACY).read_bytes()

    def as_text(models: dict[str, Any]) -> dict[str, Any]:
        return {id: {**each, "id": id, "css": None} for id, each in models.items()}

    found = read_bytes(json_of("models", as_text)(data), "p")
    assert set(found.note_types) == set(read_bytes(data, "p").note_types)
    assert {each.style for each in found.note_types.values()} == {""}


@FORMATS
def test_tags_are_parted_by_wide_spaces_too(author: Author, legacy: bool) -> None:
    data = edited(author.exports(legacy).read_bytes(), "UPDATE notes SET tags = ' 蜂　a  b::c '")
    assert {note.tags for note in read_bytes(data, "p").notes} == {("蜂", "a", "b::c")}
    assert author.col.tags.split(" 蜂　a  b::c ") == ["蜂", "a", "b::c"]


def test_a_member_may_be_packed_in_several_frames(author: Author) -> None:
    """As programs that pack with several threads do."""
    data = author.exports(NEW).read_bytes()
    collection = unzstd(members_of(data)["collection.anki21b"])
    frames = zstd(collection[:20_000]) + zstd(collection[20_000:])
    assert said(read_bytes(with_member("collection.anki21b", frames)(data), "p")) == said(
        read_bytes(data, "p")
    )


def test_media_are_called_as_anki_will_call_them(author: Author) -> None:
    decomposed = "ko\u0308nigin.mp3"
    data = with_member("media", json.dumps({"00": decomposed}).encode())(
        author.exports(LEGACY).read_bytes()
    )
    assert list(read_bytes(data, "p").media) == ["königin.mp3"]


# What was made to do harm ------------------------------------------------------------------------


def quickly(data: bytes) -> str:
    """What is said of a package, in less than a moment and in little memory."""
    tracemalloc.start()
    begin = time.process_time()
    try:
        said = refusal(data)
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()
    assert time.process_time() - begin < 5
    return said


def zeros(size: int, head: bytes = b"") -> bytes:
    """Many zeros, as zstd packs them."""
    compressor = zstandard.ZstdCompressor(1).compressobj()
    piece = bytes(1 << 20)
    pieces = [compressor.compress(head)]
    pieces += [compressor.compress(piece) for _ in range(size >> 20)]
    return b"".join((*pieces, compressor.flush()))


def test_a_collection_that_inflates_without_end_is_refused(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = author.exports(NEW).read_bytes()
    bomb = with_member("collection.anki21b", zeros(1 << 30))(data)
    assert len(bomb) < 1 << 20
    assert quickly(bomb) == "cards.apkg is damaged: its collection is no SQLite database"
    # As it is, a test would take 4 GB of disk.
    monkeypatch.setattr("deckwright.apkg.reading._LARGEST", 32 << 20)
    bomb = with_member("collection.anki21b", zeros(1 << 30, b"SQLite format 3\0"))(data)
    large = "cards.apkg is refused: its collection would take more than 32 MB"
    assert refusal(bomb) == large
    zip_bomb = {"collection.anki2": b"SQLite format 3\0" + bytes(33 << 20)}
    assert refusal(packed(zip_bomb, zipfile.ZIP_DEFLATED)) == large


def test_media_that_inflate_without_end_are_refused(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = author.exports(NEW).read_bytes()
    monkeypatch.setattr("deckwright.apkg.archive._MEDIA", 1 << 20)
    bomb = with_member("0", zeros(256 << 20))(original)
    assert len(bomb) < 1 << 18
    assert re.fullmatch(
        r"cards.apkg is refused: its media would take more than \d+ MB", quickly(bomb)
    )
    listed = with_member("media", zeros(256 << 20))(original)
    assert refusal(listed) == (
        "cards.apkg is refused: its list of media would take more than 64 MB"
    )


def test_members_that_lie_over_each_other_are_refused(author: Author) -> None:
    """Many entries of the directory for the same bytes."""
    data = bytearray(author.exports(LEGACY).read_bytes())
    end = data.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack("<HLL", data[end + 10 : end + 20])
    directory = bytes(data[start : start + size])
    times = 9
    tail = bytearray(data[end:])
    struct.pack_into("<HHLL", tail, 8, count * times, count * times, size * times, start)
    said = quickly(bytes(data[:start]) + directory * times + bytes(tail))
    assert said == "cards.apkg is damaged: its archive is larger inside than outside"


@pytest.mark.parametrize(
    "tables",
    [
        "DROP TABLE notes; CREATE VIEW notes AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
        "SELECT i + 1 FROM n) SELECT i id, 'g' guid, 1 mid, 1 mod, '' tags, '' flds FROM n",
        "DROP TABLE notes; CREATE TABLE notes (id integer primary key, mid, mod, tags, flds, "
        "guid AS (hex(zeroblob(400000000)))); INSERT INTO notes (id) VALUES (1)",
        "DROP TABLE notes; CREATE VIRTUAL TABLE notes USING fts5(id, guid, mid, mod, tags, flds)",
    ],
    ids=["an endless view", "a computed column", "a virtual table"],
)
def test_a_collection_cannot_make_us_compute(author: Author, tables: str) -> None:
    data = edited(author.exports(LEGACY).read_bytes(), tables)
    assert quickly(data) == "cards.apkg is damaged: its collection cannot be read"


@FORMATS
def test_a_table_that_is_a_ring_is_refused(author: Author, legacy: bool) -> None:
    """A page that names itself among the pages below it."""
    data = author.exports(legacy).read_bytes()
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
    card = "SELECT i, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '' FROM n"
    data = edited(data, f"INSERT INTO cards {many} {card}")
    connection = sqlite3.connect(":memory:")
    collection = bytearray(collection_of(data))
    connection.deserialize(bytes(collection))
    (page_size,) = connection.execute("PRAGMA page_size").fetchone()
    (root,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'cards'"
    ).fetchone()
    start = (root - 1) * page_size
    assert collection[start] == 5  # an inner page
    (cells,) = struct.unpack_from(">H", collection, start + 3)
    (cell,) = struct.unpack_from(">H", collection, start + 12)
    (leaf,) = struct.unpack_from(">L", collection, start + cell)
    for child in (leaf, root):  # the same leaf again and again, or the page itself
        ring = bytearray(collection)
        for cell in range(cells):
            (place,) = struct.unpack_from(">H", ring, start + 12 + 2 * cell)
            struct.pack_into(">L", ring, start + place, child)
        said = quickly(with_collection(data, bytes(ring)))
        assert said in (
            "cards.apkg is damaged: its collection cannot be read",
            "cards.apkg is damaged: its cards cannot be read",
        )


def test_a_table_with_countless_ways_to_one_row_is_refused(author: Author) -> None:
    """Inner pages that all name one page below them, six times over: a billion rows in 200 KB."""
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) "
    loose = f"DROP TABLE cards; CREATE TABLE cards AS {many} SELECT i id, 1 nid, 1 did, 0 odid, "
    data = edited(author.exports(LEGACY).read_bytes(), loose + "0 ord FROM n; VACUUM")
    collection = bytearray(collection_of(data))
    connection = sqlite3.connect(":memory:")
    connection.deserialize(bytes(collection))
    ((size,),) = connection.execute("PRAGMA page_size")
    ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'cards'")
    connection.close()
    start = (root - 1) * size
    inner = collection[start : start + size]
    assert inner[0] == 5
    (count,) = struct.unpack_from(">H", inner, 3)
    cells = [struct.unpack_from(">H", inner, 12 + 2 * cell)[0] for cell in range(count)]
    children = [struct.unpack_from(">L", inner, cell)[0] for cell in cells]
    assert len(children) > 12
    for above, below in zip([root, *children[:5]], children[:6], strict=True):
        for cell in cells:
            struct.pack_into(">L", inner, cell, below)
        struct.pack_into(">L", inner, 8, below)
        collection[(above - 1) * size : above * size] = inner
    assert quickly(with_collection(data, bytes(collection))) == (
        "cards.apkg is damaged: its collection cannot be read"
    )


def test_notes_that_share_their_text_are_refused(author: Author) -> None:
    """Rows that go on in the pages of another row would make megabytes into terabytes.

    Twenty notes of 20 KB, and one of 400 KB, in whose pages they all go on. What remains in the row
    itself is as long in all of them: their lengths differ by whole pages
    (https://www.sqlite.org/fileformat.html#b_tree_pages).
    """
    page, short = 4096, 20_000
    long = short + 93 * (page - 4)
    data = author.exports(LEGACY).read_bytes()
    ((note_type,),) = author.rows("select id from notetypes where name = 'Bee'")

    def note(id: int, length: int) -> str:
        text = f"printf('%.*c', {length - 2}, 'x')"
        values = f"{note_type}, 1, 0, '', 'a' || char(31) || {text}, '', 0, 0, ''"
        return f"INSERT INTO notes VALUES ({id}, 'g{id:02}', {values})"

    data = edited(data, *(note(id, short) for id in range(1, 21)), note(21, long))
    assert len(read_bytes(data, "p").notes) == len(author.rows("select id from notes")) + 21
    collection = bytearray(collection_of(data))

    def head(length: int) -> bytes:
        """The beginning of a row's header: the kinds of its columns, with the length of `flds`."""
        return bytes([14, 0, 19, 5, 9, 8, 13]) + sqlite_number(13 + 2 * length)

    def goes_on(at: int, length: int) -> int:
        """Where the number of the next page is, of a row with its header here."""
        least, size = (page - 12) * 32 // 255 - 23, 14 + 3 + 6 + length
        assert collection[at - 4 : at - 1] == sqlite_number(size)
        local = least + (size - least) % (page - 4)
        return at + (local if local <= page - 35 else least)

    at = goes_on(collection.index(head(long)), long)
    target = collection[at : at + 4]
    for _ in range(20):
        row = collection.index(head(short))
        at = goes_on(row, short)
        collection[at : at + 4] = target
        collection[row - 4 : row - 1] = sqlite_number(14 + 3 + 6 + long)
        collection[row : row + 10] = head(long)
    assert quickly(with_collection(data, bytes(collection))) == (
        "cards.apkg is damaged: its collection holds more than it has room for"
    )


def sqlite_number(value: int) -> bytes:
    """A number of three bytes, as SQLite writes it."""
    assert 1 << 14 <= value < 1 << 21
    return bytes([value >> 14 | 0x80, value >> 7 & 0x7F | 0x80, value & 0x7F])


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_anki_packs_is_unpacked(author: Author, method: int) -> None:
    data = packed(members_of(author.exports(LEGACY).read_bytes()), method)
    assert refusal(data) == (
        "cards.apkg is damaged: “meta” is packed in a way that Anki does not know"
    )


def test_an_encrypted_package_is_refused(author: Author) -> None:
    data = bytearray(author.exports(LEGACY).read_bytes())
    place = 0
    while (place := data.find(b"PK\x01\x02", place) + 1) > 0:
        data[place + 7] |= 1  # the flag in each entry of the directory
    assert refusal(bytes(data)) == "cards.apkg is damaged: “meta” cannot be unpacked"


def test_a_name_cannot_draw_on_the_terminal(author: Author) -> None:
    name = json.dumps({"0": "\x1b[2J\n" + "a" * 1000 + "/"}).encode()
    said = refusal(with_member("media", name)(author.exports(LEGACY).read_bytes()))
    assert said == f"cards.apkg is damaged: “�[2J�{'a' * 54}…” is no name of a media file"


# Any damage --------------------------------------------------------------------------------------

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=9),
    st.just([]),
    st.just({}),
    st.just([{}]),
)
damages = st.lists(
    st.tuples(st.sampled_from(["set", "cut", "copy", "insert"]), *[st.floats(0, 1)] * 2),
    min_size=1,
    max_size=12,
)


def damaged(data: bytes, changes: list[tuple[str, float, float]]) -> bytes:
    changed = bytearray(data)
    for what, where, how in changes:
        if not changed:
            break
        place, value = int(where * (len(changed) - 1)), int(how * 255)
        if what == "set":
            changed[place] = value
        elif what == "cut":
            del changed[place : place + value // 16]
        elif what == "insert":
            changed[place:place] = bytes([value]) * (value // 16)
        else:
            other = int(how * (len(changed) - 1))
            changed[place : place + 64] = changed[other : other + 64]
    return bytes(changed)


def is_read_or_refused(data: bytes) -> None:
    try:
        package = read_bytes(data, "cards.apkg")
    except PackageError as error:
        assert str(error).startswith("cards.apkg is ")  # noqa: PT017
        assert "\n" not in str(error)  # noqa: PT017
        return
    assert len(digest(package)) == 64
    for note in package.notes:
        assert len(note.fields) == len(package.note_type_of(note).fields)
        assert all(isinstance(card, Card) for card in note.cards)
        package.key_of(note).encode()


@pytest.fixture(scope="module")
def originals(author: Author) -> list[bytes]:
    return [author.exports(LEGACY).read_bytes(), author.exports(NEW).read_bytes()]


@settings(deadline=None, max_examples=60)
@given(data=st.data(), new=st.booleans(), changes=damages)
def test_any_damage_of_an_archive_is_refused(
    originals: list[bytes], data: st.DataObject, new: bool, changes: list[tuple[str, float, float]]
) -> None:
    """Damaged as a whole, and inside of a member whose checksum is right again."""
    original = originals[new]
    is_read_or_refused(damaged(original, changes))
    members = members_of(original)
    name = data.draw(st.sampled_from(sorted(members)))
    is_read_or_refused(packed({**members, name: damaged(members[name], changes)}))
    if new and name != "meta" and name != "collection.anki2":
        inside = zstd(damaged(unzstd(members[name]), changes))
        is_read_or_refused(packed({**members, name: inside}))


@settings(deadline=None, max_examples=60)
@given(new=st.booleans(), changes=damages)
def test_any_damage_of_a_collection_is_refused(
    originals: list[bytes], new: bool, changes: list[tuple[str, float, float]]
) -> None:
    original = originals[new]
    is_read_or_refused(with_collection(original, damaged(collection_of(original), changes)))


@settings(deadline=None, max_examples=60)
@given(data=st.data(), value=ODD)
def test_any_odd_value_in_the_json_is_refused(
    originals: list[bytes], data: st.DataObject, value: object
) -> None:
    def change(root: Any) -> Any:
        holder: Any = None
        place: Any = None
        node = root
        while isinstance(node, dict | list) and node:
            if holder is not None and data.draw(st.booleans()):
                break
            places = sorted(node) if isinstance(node, dict) else range(len(node))
            holder, place = node, data.draw(st.sampled_from(places))
            node = node[place]
        if holder is None:
            return value
        holder[place] = value
        return root

    column = data.draw(st.sampled_from(["models", "decks", "conf"]))
    is_read_or_refused(json_of(column, change)(originals[0]))


COLUMNS = {
    "col": ("ver", "models", "decks", "conf"),
    "notes": ("id", "guid", "mid", "mod", "tags", "flds"),
    "cards": ("id", "nid", "did", "odid", "ord"),
    "notetypes": ("id", "name", "mtime_secs", "config"),
    "fields": ("ntid", "ord", "name", "config"),
    "templates": ("ntid", "ord", "name", "config"),
    "decks": ("id", "name", "kind"),
}


@settings(deadline=None, max_examples=60)
@given(
    place=st.sampled_from([(table, name) for table, names in COLUMNS.items() for name in names]),
    value=st.one_of(
        *(st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(), st.binary())
    ),
    row=st.integers(0, 3),
)
def test_any_odd_value_in_a_column_is_refused(
    originals: list[bytes], place: tuple[str, str], value: object, row: int
) -> None:
    """In tables that, unlike Anki's own, take every value everywhere."""
    table, column = place
    for original in originals:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(collection_of(original))
        connection.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if table in names:
            loose = f"CREATE TABLE loose AS SELECT * FROM {table}"
            connection.executescript(f"{loose}; DROP TABLE {table}")
            connection.executescript(f"ALTER TABLE loose RENAME TO {table}")
            query = f"UPDATE {table} SET {column} = ? WHERE rowid = {row} + 1"
            connection.execute(query, (value,))
            connection.commit()
            is_read_or_refused(with_collection(original, connection.serialize()))
        connection.close()


@given(
    st.lists(
        st.builds(
            NotetypeMessage.Field.Config,
            font_name=st.text(),
            font_size=st.integers(0, 2**32 - 1),
            id=st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
            description=st.text(),
            other=st.binary(),
        ),
        max_size=3,
    )
)
def test_messages_are_read_as_protobuf_reads_them(
    messages: list[NotetypeMessage.Field.Config],
) -> None:
    """One after another they are one message, in which what stands later counts."""
    data = b"".join(message.SerializeToString() for message in messages)
    theirs = NotetypeMessage.Field.Config.FromString(data)
    ours = Message(data, "it")
    assert ours.number(9) == (theirs.id if theirs.HasField("id") else None)
    assert ours.text(3) == theirs.font_name
    assert (ours.number(4) or 0) == theirs.font_size
    assert ours.bytes(255) == theirs.other


# Speed and memory --------------------------------------------------------------------------------


@cache
def random_words(seed: int) -> str:
    chance = random.Random(seed)
    return " ".join(f"{chance.random():.8f}" for _ in range(40))


@FORMATS
def test_ten_thousand_notes_are_read_in_a_moment(tmp_path: Path, legacy: bool) -> None:
    someone = Author(tmp_path)
    kind = someone.col.models.by_name("Basic (and reversed card)")
    assert kind is not None
    requests = []
    for number in range(10_000):
        note = someone.col.new_note(kind)
        note.fields, note.tags = [f"{number}?", random_words(number % 97)], ["bees", "more"]
        requests.append(AddNoteRequest(note, someone.deck("Bees")))
    someone.col.add_notes(requests)
    path = str(someone.exports(legacy))
    someone.col.close()
    begin = time.process_time()
    found = read(path)
    assert time.process_time() - begin < 1.5  # 0.2 s where it was measured
    assert len(found.notes) == 10_000
    assert sum(len(note.cards) for note in found.notes) == 20_000


def test_media_are_never_held_in_memory(author: Author, tmp_path: Path) -> None:
    large = tmp_path / "large.apkg"
    with zipfile.ZipFile(large, "w") as archive:
        for name, data in members_of(author.exports(LEGACY).read_bytes()).items():
            archive.writestr(name, b'{"9": "large.wav"}' if name == "media" else data)
        with archive.open("9", "w") as member:
            for _ in range(64):
                member.write(bytes(1 << 20))
    read(str(large))  # what is imported on the way is no concern
    tracemalloc.start()
    try:
        found = read(str(large))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 << 20
    assert found.media == {"large.wav": hashlib.sha256(bytes(64 << 20)).hexdigest()[:16]}
