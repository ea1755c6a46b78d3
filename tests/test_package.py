"""What a learner gets out of a package: written by us, imported by the Anki engine itself."""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import sqlite3
import subprocess
import sys
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import anki.lang
import genanki
import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.notes import NoteFieldsCheckResult

from deckwright.cards import cards_of
from deckwright.note import Guid, IdentifiedNote, Key, Note, RenderedNote
from deckwright.notetypes import CardTemplate, IdentifiedNoteType, NoteType, built_in
from deckwright.package import Contents, Count, Deck, MediaFile, Written, write

RELEASE = 1_700_000_000  # seconds: when notes and note types last changed

TERM, BASIC = built_in()["Term"], built_in()["Basic"]
CLOZE_TEMPLATE = CardTemplate("Cloze", "{{cloze:Text}}", "{{cloze:Text}}<br>{{Extra}}")
CLOZE = NoteType("Cloze", "cloze", ("Text", "Extra"), (CLOZE_TEMPLATE,), ".cloze { color: blue }")
# A front with an inverted section: the question in words, unless there is a picture.
WORDS = CardTemplate("Words", "{{^Picture}}{{Question}}{{/Picture}}", "{{Answer}}")
SHOWN = CardTemplate("Shown", "{{#Picture}}{{Picture}}{{Question}}{{/Picture}}", "{{Answer}}")
PICTURE = NoteType("Picture", "normal", ("Question", "Picture", "Answer"), (WORDS, SHOWN), "")
TYPES = {**built_in(), "Cloze": CLOZE, "Picture": PICTURE}


def identified(note_type: NoteType) -> IdentifiedNoteType:
    """A note type with the identity that the lock would remember."""
    first = 1_500_000_000_000 + list(TYPES).index(note_type.name) * 1000
    field_ids = tuple(range(first + 100, first + 100 + len(note_type.fields)))
    template_ids = tuple(range(first + 500, first + 500 + len(note_type.templates)))
    name = f"Cloud course: {note_type.name}"
    return IdentifiedNoteType(note_type, name, first, field_ids, template_ids, RELEASE)


def note(
    key: str, note_type: NoteType = TERM, deck: str = "AWS", tags: Sequence[str] = (), **fields: str
) -> IdentifiedNote:
    """A note as identity hands it over. Fields are given by name, `_` for a space."""
    given = {name.replace("_", " "): html for name, html in fields.items()}
    assert given.keys() <= set(note_type.fields)
    html = tuple(given.get(name, "") for name in note_type.fields)
    source = Note(Key(key), note_type.name, (), deck, tuple(tags))
    number = RELEASE * 1000 + zlib.crc32(key.encode()) % 86_400_000
    return IdentifiedNote(RenderedNote(source, html, ""), Guid(f"guid-{key}"), number, RELEASE)


def contents(*notes: IdentifiedNote, media: Sequence[MediaFile] = ()) -> Contents:
    """The notes, and what they need: their decks and their note types."""
    decks = sorted({each.rendered.note.deck for each in notes})
    types = sorted({each.rendered.note.note_type for each in notes})
    return Contents(
        tuple(Deck(name, number) for number, name in enumerate(decks, 1_400_000_000_000)),
        tuple(identified(TYPES[name]) for name in types),
        notes,
        tuple(media),
    )


def package(what: Contents) -> bytes:
    file = io.BytesIO()
    write(what, file)
    return file.getvalue()


def rows(what: Contents, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in the collection inside a package."""
    connection = sqlite3.connect(":memory:")
    with zipfile.ZipFile(io.BytesIO(package(what))) as archive:
        connection.deserialize(archive.read("collection.anki2"))
    found = connection.execute(query).fetchall()
    connection.close()
    return found


class Learner:
    """A learner's Anki: the engine, with a collection of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.col: Any = Collection(str(folder / "collection.anki2"))

    def imports(self, what: Contents) -> dict[str, int]:
        """Import a package and tell what became of its notes: how many new, updated, ..."""
        path = self.folder / "package.apkg"
        path.write_bytes(package(what))
        options = ImportAnkiPackageOptions()
        request = ImportAnkiPackageRequest(package_path=str(path), options=options)
        log = self.col.import_anki_package(request).log
        kinds = ("new", "updated", "duplicate", "conflicting", "missing_notetype", "missing_deck")
        return {kind: count for kind in kinds if (count := len(getattr(log, kind)))}

    def note(self, key: str) -> Any:
        return self.col.get_note(
            self.col.db.scalar("SELECT id FROM notes WHERE guid = ?", f"guid-{key}")
        )

    def cards(self, key: str) -> tuple[int, ...]:
        """The ordinals of the note's cards."""
        return tuple(card.ord for card in self.note(key).cards())

    def note_type(self, note_type: NoteType) -> Any:
        return self.col.models.get(identified(note_type).id)

    def typed(self, note_type: NoteType, html: Sequence[str]) -> Any:
        """A note that is typed into Anki's own window, not yet added."""
        typed = self.col.new_note(self.note_type(note_type))
        typed.fields = list(html)
        return typed

    def decks(self) -> set[str]:
        """The names of all decks but the one that every collection has."""
        return {deck.name for deck in self.col.decks.all_names_and_ids()} - {"Default"}

    def deck(self, name: str) -> Any:
        return self.col.decks.get(self.col.decks.id(name))


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    anki.lang.set_lang("en")
    learner = Learner(tmp_path)
    yield learner
    learner.col.close()


# What arrives


def test_notes_arrive_as_they_were_given(learner: Learner) -> None:
    asked = "What runs code<br>without a server?"
    serverless = note("a", Question=asked, Term="<b>Lambda</b> &amp; co", tags=["aws::run", "exam"])
    ec2 = note("b", BASIC, Front="What is EC2?", Back="x < y>, a <tag that=is none", deck="Old")
    odd = "مرحبا – “quotes” – \U0001f468\u200d\U0001f469 – x\u2028y – ß"
    soup = note("суп", Question=odd, Answer="日本語 𝄞", tags=["İ", "суп"], deck="Кухня 🍜::煮る")
    assert learner.imports(contents(serverless, ec2, soup)) == {"new": 3}

    for given in (serverless, ec2, soup):
        source, got = given.rendered.note, learner.note(given.rendered.note.key)
        assert tuple(got.fields) == given.rendered.html
        assert (got.guid, got.id, got.mod) == (given.guid, given.id, given.mod)
        assert tuple(got.tags) == source.tags
        assert [learner.col.decks.name(card.did) for card in got.cards()] == [source.deck]
    assert (learner.col.note_count(), learner.col.card_count()) == (3, 3)


def test_note_types_arrive_with_their_pinned_ids(learner: Learner) -> None:
    learner.imports(contents(note("a", Question="?"), note("b", CLOZE, Text="{{c1::b}}")))

    for given in (identified(TERM), identified(CLOZE)):
        note_type, got = given.note_type, learner.note_type(given.note_type)
        assert (got["name"], got["mod"], got["css"]) == (given.name, RELEASE, note_type.style)
        assert got["type"] == (note_type.kind == "cloze")
        assert tuple(each["name"] for each in got["flds"]) == note_type.fields
        assert tuple(each["id"] for each in got["flds"]) == given.field_ids
        assert tuple(each["id"] for each in got["tmpls"]) == given.template_ids
        templates = [CardTemplate(t["name"], t["qfmt"], t["afmt"]) for t in got["tmpls"]]
        assert tuple(templates) == note_type.templates


def test_media_arrive_byte_for_byte(learner: Learner, tmp_path: Path) -> None:
    sizes = {"diagram 1.png": 300_000, "схема.svg": 70_000, "_style.css": 500, "empty.mp3": 0}
    files = []
    for number, (name, size) in enumerate(sizes.items()):
        path = tmp_path / f"source-{number}"
        path.write_bytes(random.Random(number).randbytes(size))
        files.append(MediaFile(name, path))
    html = '<img src="diagram 1.png"><img src="схема.svg">[sound:empty.mp3]'
    learner.imports(contents(note("a", Question=html), media=files))

    folder = Path(learner.col.media.dir())
    assert {path.name for path in folder.iterdir()} == sizes.keys()
    assert all((folder / each.name).read_bytes() == each.path.read_bytes() for each in files)


def test_media_are_never_held_in_memory(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.touch()
    os.truncate(film, 40_000_000)
    what = contents(note("a", Question="[sound:film.mp4]"), media=[MediaFile("film.mp4", film)])

    tracemalloc.start()
    with (tmp_path / "package.apkg").open("wb") as file:
        write(what, file)
    assert tracemalloc.get_traced_memory()[1] < 4_000_000  # the peak
    tracemalloc.stop()


# Decks


def test_two_decks_share_a_note_type(learner: Learner) -> None:
    learner.imports(
        contents(note("a", Question="?", deck="One"), note("b", Question="!", deck="Two"))
    )
    assert learner.decks() == {"One", "Two"}
    assert [learner.note(key).mid for key in "ab"] == [identified(TERM).id] * 2
    names = [each.name for each in learner.col.models.all_names_and_ids()]
    assert [name for name in names if "course" in name] == ["Cloud course: Term"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("One.\n\nTwo,\r\nstill two.\n", "One.<br><br>Two,<br>still two."),
        ('x < y & "z" <b>', 'x &lt; y &amp; "z" &lt;b&gt;'),
        ("", ""),
    ],
)
def test_a_description_is_plain_text(learner: Learner, written: str, shown: str) -> None:
    what = contents(note("a", Question="?"))
    learner.imports(replace(what, decks=(Deck("AWS", 7, written),)))
    assert learner.deck("AWS")["desc"] == shown  # as HTML, which Anki's deck page shows as it is
    assert not learner.deck("AWS").get("md")


def test_anki_makes_the_parents_of_a_deck(learner: Learner) -> None:
    what = contents(note("a", Question="?", deck="AWS::Compute::Lambda"))
    learner.imports(replace(what, decks=(*what.decks, Deck("AWS", 7, "All of it."))))
    assert learner.decks() == {"AWS", "AWS::Compute", "AWS::Compute::Lambda"}
    assert learner.deck("AWS")["desc"] == "All of it."  # where a parent is listed, to describe it
    assert learner.deck("AWS::Compute")["desc"] == ""


def test_what_the_learner_set_stays(learner: Learner) -> None:
    parent, deck = learner.deck("AWS"), learner.deck("AWS::Lambda")
    parent["desc"] = "my exams"  # no note is in it, so the package does not list it
    deck["conf"] = learner.col.decks.add_config_returning_id("slowly")
    for each in (parent, deck):
        learner.col.decks.save(each)
    learner.imports(contents(note("a", Question="?", deck="AWS::Lambda")))

    assert learner.deck("AWS")["desc"] == "my exams"
    assert learner.deck("AWS::Lambda")["conf"] == deck["conf"]


@pytest.mark.parametrize("name", ["Default", "default"])
def test_the_default_deck_is_the_learners_own(learner: Learner, name: str) -> None:
    what = contents(note("a", Question="?", deck=name))
    learner.imports(what)
    assert [card.did for card in learner.note("a").cards()] == [1]
    assert json.loads(rows(what, "SELECT decks FROM col")[0][0]).keys() == {"1"}  # one, not two


def test_new_cards_come_in_the_order_of_the_sources(learner: Learner) -> None:
    order = ["zebra", "ant", "lion", "bee"]
    assert order != sorted(order, key=lambda key: note(key).id)
    learner.imports(contents(*(note(key, Question=f"{key}?", Reverse="r") for key in order)))

    learner.col.decks.set_current(learner.col.decks.id("AWS"))
    queue = learner.col.sched.get_queued_cards(fetch_limit=20).cards
    seen = [learner.col.get_note(entry.card.note_id).guid for entry in queue]
    assert list(dict.fromkeys(seen)) == [f"guid-{key}" for key in order]
    assert [card.due for card in learner.note("lion").cards()] == [3, 3]  # of the third note


# Which cards a note has


@pytest.mark.parametrize(
    ("note_type", "fields", "cards"),
    [
        (TERM, {"Question": "What is S3?"}, (0,)),
        (TERM, {"Question": "What is S3?", "Reverse": "Objects in buckets"}, (0, 1)),
        (TERM, {"Question": "What is S3?", "Reverse": "<br>"}, (0,)),
        (TERM, {"Question": "What is S3?", "Spare_1": "Later"}, (0, 2)),
        (TERM, {"Reverse": "Objects in buckets"}, (1,)),
        (CLOZE, {"Text": "{{c1::S3}} holds {{c2::objects}}"}, (0, 1)),
        (CLOZE, {"Text": "{{c1::S3 holds {{c2::objects}} in buckets}}"}, (0, 1)),
        (CLOZE, {"Text": "{{c3::S3}}"}, (2,)),
        (CLOZE, {"Text": "{{c1::S3}} and {{c1::EBS}}"}, (0,)),
        (PICTURE, {"Question": "What is this?"}, (0,)),
        (PICTURE, {"Question": "What is this?", "Picture": "<img src=a.png>"}, (1,)),
    ],
)
def test_a_note_has_the_cards_that_anki_itself_would_make(
    learner: Learner, note_type: NoteType, fields: dict[str, str], cards: tuple[int, ...]
) -> None:
    given = note("s3", note_type, **fields)
    learner.imports(contents(given))
    typed = learner.typed(note_type, given.rendered.html)
    learner.col.add_note(typed, 1)
    assert cards_of(given.rendered, note_type) == cards
    assert learner.cards("s3") == tuple(card.ord for card in typed.cards()) == cards


@pytest.mark.parametrize("given", [note("a", CLOZE, Text="no deletion"), note("a", Answer="4")])
def test_a_note_with_nothing_to_ask_has_no_card(learner: Learner, given: IdentifiedNote) -> None:
    learner.imports(contents(given))
    assert cards_of(given.rendered, TYPES[given.rendered.note.note_type]) == ()
    assert learner.cards("a") == ()


def test_genanki_alone_would_decide_wrongly() -> None:
    """Why the cards are not left to genanki: it finds out which fields a front needs by emptying
    one field at a time, and cloze deletions by a pattern that does not nest."""

    def by_genanki(note_type: NoteType, given: IdentifiedNote) -> list[int]:
        fields = [{"name": name} for name in note_type.fields]
        sides = [{"name": t.name, "qfmt": t.front, "afmt": t.back} for t in note_type.templates]
        kind = int(note_type.kind == "cloze")
        model = genanki.Model(1, note_type.name, fields, sides, model_type=kind)
        return [card.ord for card in genanki.Note(model, list(given.rendered.html)).cards]

    # `{{^Picture}}{{Question}}{{/Picture}}` needs a question and no picture. genanki believes that
    # it needs the question and the answer.
    unanswered = note("a", PICTURE, Question="What is this?")
    assert by_genanki(PICTURE, unanswered) == []
    assert cards_of(unanswered.rendered, PICTURE) == (0,)
    pictured = note("b", PICTURE, Question="What is this?", Picture="<img src=a.png>", Answer="S3")
    assert by_genanki(PICTURE, pictured) == [0, 1]
    assert cards_of(pictured.rendered, PICTURE) == (1,)

    nested = note("c", CLOZE, Text="{{c1::S3 {{c2::holds}} objects}}")
    assert by_genanki(CLOZE, nested) == [0]
    assert cards_of(nested.rendered, CLOZE) == (0, 1)


@pytest.mark.parametrize("note_type", TYPES.values(), ids=TYPES)
def test_requirements_are_those_that_anki_computes(learner: Learner, note_type: NoteType) -> None:
    what = contents(note("a", note_type))
    learner.imports(what)
    (ours,) = json.loads(rows(what, "SELECT models FROM col")[0][0]).values()
    theirs = learner.note_type(note_type)["req"]
    assert ours["req"] == [[ordinal, kind, sorted(which)] for ordinal, kind, which in theirs]


# Updates


def test_the_same_package_again_changes_nothing(learner: Learner) -> None:
    def collection() -> list[Any]:
        return [learner.col.db.all(f"SELECT * FROM {table}") for table in ("notes", "cards")]

    what = contents(note("a", Question="a?"), note("b", CLOZE, Text="{{c1::b}}", deck="Two"))
    learner.imports(what)
    before = collection()
    assert learner.imports(what) == {"duplicate": 2}
    assert collection() == before


def test_only_what_changed_is_touched(learner: Learner) -> None:
    kept, wrong = note("kept", Question="kept?"), note("fixed", Question="fxied?")
    learner.imports(contents(kept, wrong))
    mine = learner.note("kept")
    mine["Answer"] = "my own words"
    mine.add_tag("hard")
    learner.col.update_note(mine)

    fixed = replace(note("fixed", Question="fixed?"), mod=RELEASE + 1)
    assert learner.imports(contents(kept, fixed)) == {"updated": 1, "duplicate": 1}
    assert learner.note("fixed")["Question"] == "fixed?"
    assert (learner.note("kept")["Answer"], learner.note("kept").tags) == ("my own words", ["hard"])


# Duplicates and ids


def test_anki_finds_the_duplicates_that_there_are(learner: Learner) -> None:
    """It looks for them by a checksum of the first field's text. A package may leave it out, as
    genanki does: the import computes it."""
    a, b = note("a", Question="<b>What</b> is S3?"), note("b", Question="What is S3?")
    learner.imports(contents(a, b, note("c", Question="What is EBS?")))

    ((text, ids),) = learner.col.find_dupes("Question")
    assert (text, set(ids)) == ("What is S3?", {a.id, b.id})
    known, new = (learner.typed(TERM, [f"What is {name}?", *[""] * 9]) for name in ("EBS", "EFS"))
    assert known.fields_check() == NoteFieldsCheckResult.DUPLICATE
    assert new.fields_check() == NoteFieldsCheckResult.NORMAL


def test_ids_that_are_taken_cost_nothing(learner: Learner) -> None:
    theirs = note("theirs", Question="theirs?", Reverse="r", deck="Other")
    learner.imports(contents(theirs))
    crowd = [
        replace(note(f"n{number}", Question=f"{number}?", Reverse="r"), id=theirs.id + number)
        for number in range(-25, 25)
    ]
    assert learner.imports(contents(*crowd)) == {"new": 50}
    assert learner.col.card_count() == 102

    ids = rows(contents(*crowd), "SELECT id, nid, ord FROM cards")
    assert all(card == its_note for card, its_note, ordinal in ids if ordinal == 0)
    assert all(card - its_note < 100 for card, its_note, _ in ids)  # ms: not far in the future
    assert rows(contents(*reversed(crowd)), "SELECT id, nid, ord FROM cards") == ids


# Bytes


@pytest.fixture
def everything(tmp_path: Path) -> Contents:
    svg, png = tmp_path / "a.svg", tmp_path / "b.png"
    svg.write_bytes(b"<svg></svg>" * 1000)
    png.write_bytes(random.Random(1).randbytes(10_000))
    notes = []
    for n in range(100):
        notes.append(note(f"term {n}", Question=f"Frage {n}: ça va?", Reverse="İ" * (n % 2)))
        notes.append(note(f"cloze {n}", CLOZE, Text=f"{{{{c{n + 1}::x}}}}", deck="AWS::Ω"))
        notes.append(note(f"basic {n}", BASIC, Front=f"{n} <{n}>", tags=["b", "a"], deck="Basics"))
    return contents(*notes, media=[MediaFile("b.png", png), MediaFile("a.svg", svg)])


@pytest.mark.parametrize(
    "place",
    [
        {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1", "LC_ALL": "C", "PYTHONUTF8": "0"},
        # The C library fills fresh memory with 85: none of it may get into a page unwritten.
        {"TZ": "America/Lima", "PYTHONHASHSEED": "2", "LC_ALL": "tr_TR", "MALLOC_PERTURB_": "85"},
    ],
)
def test_the_same_contents_are_the_same_bytes_everywhere(
    everything: Contents, tmp_path: Path, place: dict[str, str]
) -> None:
    program = (
        "import io, pickle, sys; from deckwright.package import write; file = io.BytesIO();"
        "write(pickle.load(sys.stdin.buffer), file); sys.stdout.buffer.write(file.getvalue())"
    )
    paths = os.pathsep.join(os.path.abspath(path) for path in sys.path)
    run, given = [sys.executable, "-c", program], pickle.dumps(everything)
    env = os.environ | {"PYTHONPATH": paths} | place
    there = subprocess.run(run, input=given, capture_output=True, cwd=tmp_path, env=env, check=True)
    assert there.stdout == package(everything)


def test_no_clock_no_chance_and_no_order_but_that_of_the_notes_has_a_say(
    everything: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = package(everything)

    def asked(*_: object) -> NoReturn:
        raise AssertionError("a package must depend on its contents alone")

    for name in ("time", "time_ns", "localtime", "gmtime"):
        monkeypatch.setattr(time, name, asked)
    monkeypatch.setattr(os, "urandom", asked)
    assert package(everything) == expected
    decks, types, media = everything.decks, everything.note_types, everything.media
    turned = Contents(decks[::-1], types[::-1], everything.notes, media[::-1])
    assert package(turned) == expected


def test_the_archive_is_the_legacy_format(everything: Contents) -> None:
    with zipfile.ZipFile(io.BytesIO(package(everything))) as archive:
        members = {each.filename: each.compress_type for each in archive.infolist()}
        assert json.loads(archive.read("media")) == {"0": "a.svg", "1": "b.png"}
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert list(members) == ["collection.anki2", "media", "0", "1"]
    assert [kind == zipfile.ZIP_STORED for kind in members.values()] == [False, False, False, True]


# What is told, and what is refused

A, B = note("a", Question="a?"), note("b", Question="b?")


def test_what_was_written_is_counted() -> None:
    a, c = note("a", Question="a?", Reverse="r", deck="Two"), note("c", Question="c?", deck="Two")
    b = note("b", CLOZE, Text="{{c1::b}} {{c2::c}} {{c3::d}}", deck="One")
    by_deck = Count("Two", notes=2, cards=3), Count("One", notes=1, cards=3)
    by_type = Count("Term", notes=2, cards=3), Count("Cloze", notes=1, cards=3)
    told = write(contents(a, b, c), io.BytesIO())
    assert told == Written(notes=3, cards=6, media=0, decks=by_deck, note_types=by_type)


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (contents(note("a", Term="a\x1fb")), "note 'a': U+0000 or U+001F in a field"),
        (contents(note("a", Term="a\x00b")), "note 'a': U+0000 or U+001F in a field"),
        (contents(A, replace(B, guid=A.guid)), "the GUID 'guid-a' is in the package twice"),
        (contents(A, replace(B, id=A.id)), f"the note id {A.id} is in the package twice"),
        (replace(contents(A), decks=()), "note 'a': the deck 'AWS' is not in the package"),
        (
            replace(contents(A), note_types=()),
            "note 'a': the note type 'Term' is not in the package",
        ),
    ],
)
def test_what_would_damage_a_collection_is_refused(what: Contents, message: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        package(what)
    assert str(refused.value) == message
