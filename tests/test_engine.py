"""What a learner gets: packages imported by the real engine, studied, and imported again.

The promises are made to people who use Anki, so Anki itself says here whether they are kept.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import genanki
import pytest
from anki.collection import (
    Collection,
    ImportAnkiPackageOptions,
)
from anki.import_export_pb2 import ImportAnkiPackageUpdateCondition, ImportResponse
from anki.lang import set_lang
from anki.notes import Note, NoteId

from deckwright import build as library
from deckwright import notetypes, package
from deckwright.cards import cards_of
from helpers import BEES, CARDS, DAY, DECK, build, import_package, locked, page, without, write

# The engine asks the clock: a learner's own edits carry the time of this run. Packages are built
# before it, so that they can be imported, and after it, so that they are newer than the edits.
NOW = int(time.time())
FIRST, LATER = NOW - 2 * DAY, NOW + DAY // 2

ROOT = Path(__file__).parents[1]
DANCE = "the-dance-language"


class Learner:
    """Someone with a collection, who knows notes by the keys that the author knows them by."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = (folder / "collection.anki2").resolve()
        set_lang("en")  # else Anki's search for duplicates fails
        self.col = Collection(str(self.path))
        self.keys: dict[str, str] = {}  # of each GUID

    def gets(self, made: library.Build, result: library.Result) -> ImportResponse.Log:
        assert made.contents is not None
        self.keys |= {note.guid: note.rendered.note.key for note in made.contents.notes}
        return import_package(self.col, Path(result.output))

    def note(self, key: str) -> Note:
        (guid,) = (guid for guid, known in self.keys.items() if known == key)
        ((id,),) = self.rows("select id from notes where guid = ?", guid)
        return self.col.get_note(id)

    def named(self, notes: Any) -> set[str]:
        """The keys of notes that an import tells of."""
        return {self.keys[self.col.get_note(NoteId(note.id.nid)).guid] for note in notes}

    def rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        assert self.col.db is not None
        return [tuple(row) for row in self.col.db.execute(query, *values)]

    def notes(self) -> dict[str, tuple[Any, ...]]:
        """All that the collection knows of every note, by its key."""
        return {self.keys[row[1]]: row for row in self.rows("select * from notes")}

    def schedule(self) -> list[tuple[Any, ...]]:
        """All that the collection knows of every card: its deck, its state, its next day."""
        return self.rows("select * from cards order by id")

    def reviews(self) -> list[tuple[Any, ...]]:
        return self.rows("select * from revlog order by id")

    def studies(self, deck: str) -> None:
        """Answer every card at least once, some well and some badly, and treat some as one does:
        suspend, move, flag, bring forward."""
        for config in self.col.decks.all_config():
            config["new"]["perDay"] = config["rev"]["perDay"] = 9999
            self.col.decks.update_config(config)
        id = self.col.decks.id(deck)
        assert id is not None
        self.col.decks.select(id)
        for turn in range(10_000):
            if not self.rows("select id from cards where reps = 0"):
                break
            card = self.col.sched.getCard()
            assert card is not None, "cards that are never asked"
            card.start_timer()
            self.col.sched.answerCard(card, (3, 4, 1, 4, 2)[turn % 5])
        cards = [row[0] for row in self.schedule()]
        self.col.sched.set_due_date(cards[1::5], "20-40")
        self.col.sched.suspend_cards(cards[2::7])
        self.col.set_user_flag_for_cards(3, cards[3::7])
        own = self.col.decks.id("My own")
        assert own is not None
        self.col.set_deck(cards[4::7], own)

    def reopens(self) -> None:
        """Start Anki anew: what it knows of note types is stale after an import."""
        self.col.close()
        self.col = Collection(str(self.path))


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    someone = Learner(tmp_path / "learner")
    yield someone
    someone.col.close()


@pytest.fixture
def bees(tmp_path: Path) -> Path:
    return write(tmp_path / "bees", BEES)


def seen(made: library.Build) -> dict[str, tuple[object, ...]]:
    """What a learner sees of each note, by its key."""
    assert made.contents is not None
    return {
        note.rendered.note.key: (note.rendered.html, note.rendered.note.tags)
        for note in made.contents.notes
    }


def changed(before: library.Build, after: library.Build) -> set[str]:
    """The keys of the notes of which a learner sees something new."""
    old, new = seen(before), seen(after)
    return {key for key in old.keys() & new.keys() if old[key] != new[key]}


# One import --------------------------------------------------------------------------------------


@dataclass
class Imported:
    """A package, what was said of it, and the collection that has it."""

    made: library.Build
    contents: package.Contents
    result: library.Result
    learner: Learner
    log: ImportResponse.Log


def seed() -> Path | None:
    """A page that was copied from the web, which is beside the repository of some developers."""
    return next(iter(sorted((ROOT.parent / "shared/seeds").glob("*.txt"))), None)


@pytest.fixture(scope="module", params=["bees", "the shipped deck", "the seed page"])
def imported(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Imported]:
    folder = tmp_path_factory.mktemp("imported")
    if request.param == "bees":
        path = write(folder, BEES)
    elif request.param == "the shipped deck":
        if not (ROOT / "deck.yaml").exists():
            pytest.skip("there is no deck.yaml at the root of the repository")
        path = folder
        for name in ("deck.yaml", "deck.lock"):
            if (ROOT / name).exists():
                shutil.copy(ROOT / name, path)
        for name in ("sources", "media"):
            shutil.copytree(ROOT / name, path / name)
    else:
        found = seed()
        if found is None:
            pytest.skip("there is no seed page at ../shared/seeds/*.txt")
        path = write(folder, {"page.txt": found.read_bytes()}) / "page.txt"
    made, result = build(path, FIRST)
    assert made.contents is not None
    learner = Learner(folder / "learner")
    log = learner.gets(made, result)
    yield Imported(made, made.contents, result, learner, log)
    learner.col.close()


def test_an_import_gives_as_many_notes_and_cards_as_the_build_said(imported: Imported) -> None:
    col, written = imported.learner.col, imported.result.written
    assert len(imported.log.new) == imported.log.found_notes == written.notes
    assert col.note_count() == written.notes
    assert col.card_count() == written.cards
    for count in written.decks:
        assert len(col.find_cards(f'"deck:{count.name}" -"deck:{count.name}::*"')) == count.cards
    for count in written.note_types:
        (name,) = (
            each.name for each in imported.contents.note_types if each.note_type.name == count.name
        )
        assert len(col.find_notes(f'"note:{name}"')) == count.notes
        assert len(col.find_cards(f'"note:{name}"')) == count.cards


def test_an_import_refuses_nothing(imported: Imported) -> None:
    log = imported.log
    refused = (
        *(log.updated, log.duplicate, log.conflicting, log.first_field_match),
        *(log.missing_notetype, log.missing_deck, log.empty_first_field),
    )
    assert [list(each) for each in refused] == [[]] * 7


def test_every_field_and_tag_arrives_as_it_was_rendered(imported: Imported) -> None:
    for note in imported.contents.notes:
        arrived = imported.learner.col.get_note(NoteId(note.id))
        assert arrived.guid == note.guid
        assert arrived.mod == note.mod
        assert tuple(arrived.fields) == note.rendered.html
        assert tuple(arrived.tags) == note.rendered.note.tags


def test_every_card_lies_in_the_deck_of_its_note(imported: Imported) -> None:
    col = imported.learner.col
    types = {each.note_type.name: each.note_type for each in imported.contents.note_types}
    for note in imported.contents.notes:
        cards = col.get_note(NoteId(note.id)).cards()
        source = note.rendered.note
        assert {col.decks.name(card.did) for card in cards} == {source.deck}
        ordinals = cards_of(note.rendered, types[source.note_type])
        assert tuple(card.ord for card in cards) == ordinals


def test_new_cards_come_in_the_order_of_the_page(imported: Imported) -> None:
    order = imported.learner.rows("select nid from cards where ord = 0 order by due")
    assert order == [(note.id,) for note in imported.contents.notes]


def test_note_types_arrive_with_their_ids_and_names(imported: Imported) -> None:
    col = imported.learner.col
    for each in imported.contents.note_types:
        arrived = col.models.get(each.id)  # type: ignore[arg-type]
        assert arrived is not None
        assert arrived["name"] == each.name
        assert [field["name"] for field in arrived["flds"]] == list(each.note_type.fields)
        assert [field["id"] for field in arrived["flds"]] == list(each.field_ids)
        assert [template["id"] for template in arrived["tmpls"]] == list(each.template_ids)


def test_anki_finds_no_duplicate(imported: Imported) -> None:
    for each in imported.contents.note_types:
        first = each.note_type.fields[0]
        assert imported.learner.col.find_dupes(first, f'"note:{each.name}"') == []


def test_anki_finds_nothing_to_mend(imported: Imported) -> None:
    col = imported.learner.col
    assert col.get_empty_cards().notes == []
    checked = col.media.check()
    assert list(checked.missing) == []
    assert list(checked.unused) == []
    message, fine = col.fix_integrity()
    assert fine, message


def test_importing_the_same_package_again_touches_nothing(imported: Imported) -> None:
    learner = imported.learner
    before = learner.notes(), learner.schedule()
    log = learner.gets(imported.made, imported.result)
    assert (len(log.new), len(log.updated)) == (0, 0)
    assert len(log.duplicate) == imported.result.written.notes
    assert (learner.notes(), learner.schedule()) == before


def test_a_term_with_a_way_back_has_two_cards_and_no_spare_one(
    bees: Path, learner: Learner
) -> None:
    made, result = build(bees, FIRST)
    learner.gets(made, result)
    asked: dict[str, list[str]] = {}
    for note in made.notes:
        cards = learner.note(note.key).cards()
        names = asked.setdefault(f"{note.note_type}, {bool(note.value('Reverse'))}", [])
        names.append(" + ".join(str(card.template()["name"]) for card in cards))
    assert {kind: set(names) for kind, names in asked.items()} == {
        "Concept, False": {"Explain"},
        "List, False": {"Question"},
        "Term, False": {"Question"},
        "Term, True": {"Question + Reverse"},
    }


# Studying, and a later package -------------------------------------------------------------------


def test_a_later_package_touches_only_what_changed(bees: Path, learner: Learner) -> None:
    first = build(bees, FIRST)
    learner.gets(*first)
    learner.studies("Bees")
    edited = learner.note("varroa-mites")
    edited["Opening"] = "In my own words: mites."
    learner.col.update_note(edited)
    tagged = learner.note(f"{DANCE}/waggle-dance")
    tagged.add_tag("exam")
    learner.col.update_note(tagged)
    schedule, reviews = learner.schedule(), learner.reviews()
    assert len(reviews) >= len(schedule) > 20
    notes = learner.notes()

    write(bees, {"sources/bees.txt": page().replace("some 80 metres", "some 70 metres")})
    later = build(bees, LATER)
    log = learner.gets(*later)

    # The concept in whose text the number stands, and the one question that is answered by it.
    expected = {DANCE, f"{DANCE}/round-dance"}
    assert changed(first[0], later[0]) == expected
    assert learner.named(log.updated) == expected
    assert len(log.new) == 0
    assert "some 70 metres" in learner.note(f"{DANCE}/round-dance")["Answer"]
    # Every card is where it was in the learner's studies, and every review is there.
    assert learner.schedule() == schedule
    assert learner.reviews() == reviews
    # What the learner wrote on the other notes is still there, and so is the rest of them.
    assert learner.note("varroa-mites")["Opening"] == "In my own words: mites."
    assert learner.note(f"{DANCE}/waggle-dance").tags == ["apiary", "exam"]
    after = learner.notes()
    assert {key for key in notes if notes[key] != after[key]} == expected
    assert learner.col.fix_integrity()[1]


def test_a_fix_arrives_although_the_learner_tagged_the_note_before(
    bees: Path, learner: Learner
) -> None:
    learner.gets(*build(bees, FIRST))
    tagged = learner.note("swarming")
    tagged.add_tag("leech")
    learner.col.update_note(tagged)
    write(bees, {"sources/bees.txt": page().replace("half of the workers", "most workers")})
    log = learner.gets(*build(bees, LATER))
    assert "swarming" in learner.named(log.updated)
    assert "most workers" in "".join(learner.note("swarming").fields)


def test_what_was_wrong_for_a_day_and_mended_arrives_mended(bees: Path, learner: Learner) -> None:
    """A note that is changed and changed back is sent twice: the learner may have the change."""
    learner.gets(*build(bees, FIRST))
    write(bees, {"sources/bees.txt": page().replace("half of the workers", "no workers")})
    learner.gets(*build(bees, FIRST + DAY))
    assert "no workers" in "".join(learner.note("swarming").fields)
    write(bees, {"sources/bees.txt": page()})
    # The clock of this build stands still: its time is still later than that of the last.
    log = learner.gets(*build(bees, FIRST + DAY))
    assert "swarming" in learner.named(log.updated)
    assert "half of the workers" in "".join(learner.note("swarming").fields)


def test_another_rule_for_a_tag_updates_only_the_notes_that_it_fits(
    bees: Path, learner: Learner
) -> None:
    first = build(bees, FIRST)
    learner.gets(*first)
    learner.studies("Bees")
    schedule = learner.schedule()
    write(bees, {"deck.yaml": DECK.replace("tag: health", "tag: disease")})
    later = build(bees, LATER)
    log = learner.gets(*later)
    fitting = {note.key for note in later[0].notes if "disease" in note.tags}
    assert "varroa-mites" in fitting
    assert {key.partition("/")[0] for key in fitting} == {"varroa-mites"}
    assert learner.named(log.updated) == fitting
    for key in fitting:
        assert learner.note(key).tags == ["apiary", "disease"]
    assert learner.schedule() == schedule


def test_a_concept_that_leaves_and_comes_back_loses_nothing(bees: Path, learner: Learner) -> None:
    first = build(bees, FIRST)
    learner.gets(*first)
    learner.studies("Bees")
    assert first[0].contents is not None
    own = {n.rendered.note.key: (n.guid, n.id) for n in first[0].contents.notes}
    schedule, reviews = learner.schedule(), learner.reviews()

    write(bees, {"sources/bees.txt": without("Swarming")})
    gone = build(bees, FIRST + DAY)
    left = own.keys() - {note.key for note in gone[0].notes}
    assert {key.partition("/")[0] for key in left} == {"swarming"}
    assert {d.key for d in gone[0].diagnostics if d.code == "I003"} == left
    log = learner.gets(*gone)
    assert (len(log.new), len(log.updated)) == (0, 0)
    assert (learner.schedule(), learner.reviews()) == (schedule, reviews)
    for key, (guid, id) in own.items():
        assert (learner.note(key).guid, learner.note(key).id) == (guid, id)

    write(bees, {"sources/bees.txt": page()})
    back = build(bees, LATER)
    assert back[0].contents is not None
    assert {n.rendered.note.key: (n.guid, n.id) for n in back[0].contents.notes} == own
    log = learner.gets(*back)
    assert (len(log.new), len(log.updated)) == (0, 0)
    assert (learner.schedule(), learner.reviews()) == (schedule, reviews)


def test_a_new_concept_arrives_and_the_others_stay(bees: Path, learner: Learner) -> None:
    learner.gets(*build(bees, FIRST))
    learner.studies("Bees")
    schedule = learner.schedule()
    cards = {"Mead": "Mead is honey and water that yeast has fermented for some weeks.", **CARDS}
    write(bees, {"sources/bees.txt": page(cards)})
    log = learner.gets(*build(bees, LATER))
    assert "mead" in learner.named(log.new)
    assert {key.partition("/")[0] for key in learner.named(log.new)} == {"mead"}
    assert len(log.updated) == 0
    known = {row[0] for row in schedule}
    assert [row for row in learner.schedule() if row[0] in known] == schedule


def test_cards_that_move_in_their_file_or_with_it_are_not_touched(
    bees: Path, learner: Learner
) -> None:
    learner.gets(*build(bees, FIRST))
    (bees / "sources/bees.txt").unlink()
    cards = list(CARDS.items())
    write(bees, {"sources/a.txt": page(dict(cards[3:])), "sources/b.txt": page(dict(cards[:3]))})
    made, result = build(bees, LATER)
    assert not [d for d in made.diagnostics if d.code == "I003"]
    log = learner.gets(made, result)
    assert (len(log.new), len(log.updated)) == (0, 0)
    assert len(log.duplicate) == result.written.notes


def test_another_style_arrives_and_is_no_conflict(
    bees: Path, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later version of the program has other templates: they reach everyone, no note does."""
    first = build(bees, FIRST)
    learner.gets(*first)
    restyled: Mapping[str, notetypes.NoteType] = {
        name: replace(each, style=f"{each.style}\n.card {{ color: teal }}")
        for name, each in notetypes.built_in().items()
    }
    monkeypatch.setattr(notetypes, "built_in", lambda: restyled)
    later = build(bees, LATER)
    log = learner.gets(*later)
    learner.reopens()
    assert (len(log.new), len(log.updated), len(log.conflicting)) == (0, 0, 0)
    assert later[0].contents is not None
    names = {each.name for each in learner.col.models.all_names_and_ids()}
    assert not {name for name in names if name.endswith("+")}
    for each in later[0].contents.note_types:
        arrived = learner.col.models.get(each.id)  # type: ignore[arg-type]
        assert arrived is not None
        assert arrived["css"].endswith(".card { color: teal }")


def test_a_renamed_deck_costs_no_review_and_no_update(bees: Path, learner: Learner) -> None:
    learner.gets(*build(bees, FIRST))
    learner.studies("Bees")
    schedule, reviews = learner.schedule(), learner.reviews()
    write(
        bees,
        {
            "deck.yaml": DECK.replace("name: Bees", "name: Honey bees"),
            "sources/bees.txt": page().replace("some 80 metres", "some 70 metres"),
        },
    )
    log = learner.gets(*build(bees, LATER))
    assert learner.named(log.updated) == {DANCE, f"{DANCE}/round-dance"}
    assert (len(log.new), len(log.conflicting)) == (0, 0)
    assert (learner.schedule(), learner.reviews()) == (schedule, reviews)


def test_the_cards_of_two_people_of_one_file_name_live_side_by_side(
    tmp_path: Path, learner: Learner
) -> None:
    mine = write(tmp_path / "mine", {"cards.txt": page()}) / "cards.txt"
    yours = write(tmp_path / "yours", {"cards.txt": without("Varroa mites")}) / "cards.txt"
    for path in (mine, yours):
        made, result = build(path, FIRST)
        log = learner.gets(made, result)
        assert len(log.new) == result.written.notes
    assert learner.col.fix_integrity()[1]


# What docs/updates.md says beside its table ------------------------------------------------------


def test_the_options_that_learners_leave_as_they_are_are_ours(learner: Learner) -> None:
    """Update what is newer, merge no note types, take no schedule."""
    options = learner.col._backend.get_import_anki_package_presets()
    assert options == ImportAnkiPackageOptions(
        merge_notetypes=False,
        with_scheduling=False,
        update_notes=ImportAnkiPackageUpdateCondition.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_IF_NEWER,
    )


def test_a_learners_own_notes_and_other_decks_are_not_touched(bees: Path, learner: Learner) -> None:
    learner.gets(*build(bees, FIRST))
    learner.studies("Bees")
    col = learner.col
    for name, deck in (("Bees Term", "Bees"), ("Basic", "Wasps")):
        note_type, place = col.models.by_name(name), col.decks.id(deck)
        assert note_type is not None
        assert place is not None
        own = col.new_note(note_type)
        own.fields[:2] = ["Who guards the door?", "I do not know yet"]
        col.add_note(own, place)
    of_own = "select * from {} where {} in (select id from notes where flds like 'Who guards%')"
    queries = (of_own.format("notes", "id"), of_own.format("cards", "nid"))
    before = [learner.rows(query) for query in queries]
    assert [len(rows) for rows in before] == [2, 2]
    write(bees, {"sources/bees.txt": page().replace("some 80 metres", "some 70 metres")})
    log = learner.gets(*build(bees, LATER))
    assert len(log.updated) == 2
    assert [learner.rows(query) for query in queries] == before


def test_a_note_that_a_learner_deleted_comes_back_with_the_next_package(
    bees: Path, learner: Learner
) -> None:
    learner.gets(*build(bees, FIRST))
    learner.col.remove_notes([learner.note("swarming").id])
    log = learner.gets(*build(bees, LATER))
    assert learner.named(log.new) == {"swarming"}


MEAD = """\
Mead is honey and water that yeast has fermented for some weeks.

**Must**: The mixture of honey and water before it ferments, of which a third is honey."""


@pytest.mark.parametrize("first_renamed", [False, True], ids=["as it is", "renamed by the learner"])
def test_in_a_renamed_deck_only_new_cards_arrive_unless_the_learner_renamed_it_first(
    bees: Path, learner: Learner, first_renamed: bool
) -> None:
    learner.gets(*build(bees, FIRST))
    old = learner.col.decks.id("Bees")
    assert old is not None
    if first_renamed:
        learner.col.decks.rename(old, "Honey bees")
    deck = DECK.replace("name: Bees", "name: Honey bees")
    write(bees, {"deck.yaml": deck, "sources/bees.txt": page({"Mead": MEAD, **CARDS})})
    log = learner.gets(*build(bees, LATER))
    new = {note.id.nid for note in log.new}
    assert new
    decks: dict[str, set[str]] = {"old": set(), "new": set()}
    for id, note, deck_id, queue in learner.rows("select id, nid, did, queue from cards"):
        decks["new" if note in new else "old"].add(learner.col.decks.name(deck_id))
        assert queue == 0, f"{id} is no new card"
    arrived = {"Honey bees", "Honey bees::Concepts"}
    assert decks["new"] == arrived
    assert decks["old"] == (arrived if first_renamed else {"Bees", "Bees::Concepts"})


def test_a_deck_that_learners_have_is_adopted_without_losing_a_review(
    tmp_path: Path, learner: Learner
) -> None:
    """A project of another id, without any lock, that gives each note the GUID that learners know
    it by, and each note type its ids."""
    old = write(tmp_path / "old", {**BEES, "deck.yaml": DECK.replace("id: bees", "id: apiary")})
    learner.gets(*build(old, FIRST))
    learner.studies("Bees")
    schedule, reviews = learner.schedule(), learner.reviews()
    known = locked(old)
    said = ["identities:"]
    said += (f"  - {{key: {key}, guid: '{note.guid}'}}" for key, note in known.notes.items())
    said.append("note_types:")
    for name, each in known.note_types.items():
        fields, templates = json.dumps(dict(each.fields)), json.dumps(dict(each.templates))
        said.append(f"  {name}: {{id: {each.id}, fields: {fields}, templates: {templates}}}")
    edited = page().replace("some 80 metres", "some 70 metres")
    adopted = {"deck.yaml": DECK + "\n".join(said), "sources/bees.txt": edited}
    log = learner.gets(*build(write(tmp_path / "new", adopted), LATER))
    assert (len(log.new), len(log.conflicting), len(log.duplicate)) == (0, 0, 0)
    assert len(log.updated) == len(known.notes)
    assert "some 70 metres" in learner.note(f"{DANCE}/round-dance")["Answer"]
    assert (learner.schedule(), learner.reviews()) == (schedule, reviews)
    assert len(learner.notes()) == len(known.notes)


def test_a_note_type_of_other_fields_is_adopted_without_a_loss_and_without_an_update(
    bees: Path, learner: Learner
) -> None:
    """Its id alone does not make it ours."""
    model = genanki.Model(
        *(1607392319112, "Insects"),
        fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[{"name": "Card 1", "qfmt": "{{Front}}", "afmt": "{{Back}}"}],
    )
    deck = genanki.Deck(1607392319113, "Insects")
    deck.add_note(genanki.Note(model, ["Swarming", "They leave."], guid="Hx#4"))
    package = bees / "insects.apkg"
    genanki.Package(deck).write_to_file(package, timestamp=FIRST)
    import_package(learner.col, package)
    learner.studies("Insects")
    before = learner.rows("select * from notes"), learner.schedule(), learner.reviews()
    given = "identities:\n  - {title: Swarming, guid: 'Hx#4'}\n"
    given += "note_types:\n  Concept: {id: 1607392319112}\n"
    write(bees, {"deck.yaml": DECK + given})
    log = learner.gets(*build(bees, LATER))
    assert len(log.conflicting) == 1
    id = before[0][0][0]
    rows = learner.rows(f"select * from notes where id = {id}")
    cards = learner.rows(f"select * from cards where nid = {id}")
    assert (rows, cards, learner.reviews()) == before
