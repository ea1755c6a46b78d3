"""Identities that people give in `deck.yaml`: by title and occurrence, or by key."""

from __future__ import annotations

from deckwright import adopt
from deckwright.adopt import Given
from deckwright.diagnostics import Diagnostic, Severity
from deckwright.note import Field, Guid, Key, Note
from deckwright.source import Span


def note(title: str, key: str = "") -> Note:
    name = key or title.lower().replace(" ", "-")
    return Note(Key(name), "Concept", (Field("Concept", title), Field("Body", "Some text.")))


def at(number: int) -> Span:
    """The place of the so-manieth identity."""
    return Span("deck.yaml", number * 10, number * 10 + 5)


RIVERS = (note("The Nile"), note("Benefits", "benefits"), note("Elbe"), note("Benefits", "more"))


def names(notes: tuple[Note, ...]) -> list[tuple[str, str | None]]:
    return [(each.key, each.guid) for each in notes]


def one(told: tuple[Diagnostic, ...]) -> tuple[str, str, str]:
    (found,) = told
    assert found.severity is Severity.ERROR
    return found.code, found.message, found.hint


def test_without_a_word_of_them_notes_are_as_they_were() -> None:
    assert adopt.by_title(RIVERS, ()) == (RIVERS, ())
    assert adopt.by_key(RIVERS, ()) == (RIVERS, ())


def test_a_note_gets_a_readable_id_in_place_of_its_title() -> None:
    notes, told = adopt.by_title(RIVERS, (Given(title="The Nile", id="rivers/nile"),))
    assert told == ()
    assert names(notes)[0] == ("rivers/nile", None)
    assert notes[1:] == RIVERS[1:]
    assert notes[0].fields == RIVERS[0].fields


def test_a_note_gets_the_guid_that_learners_have_it_by() -> None:
    notes, told = adopt.by_title(RIVERS, (Given(title="Elbe", guid="Hx#4~]"),))
    assert told == ()
    assert names(notes)[2] == ("elbe", "Hx#4~]")


def test_a_title_is_found_in_any_case_and_with_any_white_space() -> None:
    notes, told = adopt.by_title(RIVERS, (Given(title=" the\n  NILE ", id="nile"),))
    assert told == ()
    assert names(notes)[0] == ("nile", None)


def test_of_one_title_occurrences_are_counted_from_1() -> None:
    given = (
        Given(title="Benefits", id="first"),
        Given(title="Benefits", occurrence=2, id="second", guid="g2"),
    )
    notes, told = adopt.by_title(RIVERS, given)
    assert told == ()
    assert names(notes) == [
        *(("the-nile", None), ("first", None), ("elbe", None), ("second", "g2")),
    ]


def test_a_guid_that_the_source_gave_stays_where_only_an_id_is_given() -> None:
    carried = Note(Key("elbe"), "Concept", (Field("Concept", "Elbe"),), guid=Guid("own"))
    (found,), told = adopt.by_title((carried,), (Given(title="Elbe", id="e"),))
    assert told == ()
    assert (found.key, found.guid) == ("e", "own")
    (found,), _ = adopt.by_title((carried,), (Given(title="Elbe", guid="other"),))
    assert found.guid == "other"


def test_a_derived_note_is_named_by_its_key() -> None:
    derived = (*RIVERS, note("What lies at the Nile?", "the-nile/cities"))
    notes, told = adopt.by_key(derived, (Given(key="the-nile/cities", guid="g"),))
    assert told == ()
    assert names(notes)[-1] == ("the-nile/cities", "g")
    assert notes[:-1] == RIVERS


def test_each_way_leaves_what_the_other_one_does() -> None:
    given = (Given(title="Elbe", id="e"), Given(key="more", guid="g"))
    assert adopt.by_title(RIVERS, given)[1] == ()
    assert adopt.by_key(RIVERS, given)[1] == ()


def test_a_title_that_no_note_has_is_told_with_the_nearest() -> None:
    notes, told = adopt.by_title(RIVERS, (Given(title="Nil", id="x", span=at(1)),))
    assert notes == RIVERS
    assert one(told) == ("A001", "no note has the title “Nil”", "did you mean “the nile”?")
    assert told[0].span == at(1)


def test_a_title_that_is_like_no_other_is_told_with_where_to_look() -> None:
    _, told = adopt.by_title(RIVERS, (Given(title="Photosynthesis", id="x"),))
    assert one(told) == (
        *("A001", "no note has the title “Photosynthesis”"),
        "`deckwright notes` shows titles and keys",
    )


def test_an_occurrence_that_is_not_there_is_told_with_how_many_are() -> None:
    hint = "mend its occurrence, or leave it out"
    _, told = adopt.by_title(RIVERS, (Given(title="Benefits", occurrence=3, id="x"),))
    assert one(told) == ("A001", "the title “Benefits” is there 2 times, not 3 times", hint)
    _, told = adopt.by_title(RIVERS, (Given(title="Elbe", occurrence=2, id="x"),))
    assert one(told) == ("A001", "the title “Elbe” is there once, not 2 times", hint)


def test_a_key_that_no_note_has_is_told_with_the_nearest() -> None:
    notes, told = adopt.by_key(RIVERS, (Given(key="benefit", guid="g", span=at(1)),))
    assert notes == RIVERS
    assert one(told) == ("A001", "no note has the key benefit", "did you mean “benefits”?")
    assert (told[0].span, told[0].key) == (at(1), "benefit")


def test_two_identities_of_one_note_are_told_with_both_places() -> None:
    given = (
        Given(title="Elbe", id="e", span=at(1)),
        Given(title="ELBE", guid="g", span=at(2)),
    )
    notes, told = adopt.by_title(RIVERS, given)
    assert one(told) == (
        *("A002", "the note with the title “ELBE” is given an identity twice"),
        "leave one of them out",
    )
    assert (told[0].span, told[0].other) == (at(2), at(1))
    assert names(notes)[2] == ("e", None)  # the first one counts

    given = (Given(key="elbe", guid="g", span=at(1)), Given(key="elbe", guid="h", span=at(2)))
    notes, told = adopt.by_key(RIVERS, given)
    assert one(told) == (
        *("A002", "the note with the key elbe is given an identity twice"),
        "leave one of them out",
    )
    assert (told[0].span, told[0].other) == (at(2), at(1))
    assert names(notes)[2] == ("elbe", "g")


def test_all_mistakes_are_told_at_once() -> None:
    given = (Given(title="Rhine", id="a"), Given(title="Danube", id="b"))
    assert [d.code for d in adopt.by_title(RIVERS, given)[1]] == ["A001", "A001"]
