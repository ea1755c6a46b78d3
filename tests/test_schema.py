"""The schema guard: what of a note type may change, and what is told where Anki would refuse it.

Where the fields or templates of a note type that a learner has are added, removed or reordered, or
their ids change, no update of its notes arrives any more, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from deckwright import schema
from deckwright.diagnostics import Diagnostic, Severity
from deckwright.lock import LockedNoteType
from deckwright.notetypes import CardTemplate, NoteType, TypeIdentity
from deckwright.source import Span

ASK, TURN = CardTemplate("Ask", "{{Term}}", "{{Meaning}}"), CardTemplate("Turn", "", "")
TERM = NoteType("Term", "normal", ("Term", "Meaning", "Spare"), (ASK, TURN), "")
SPAN = Span("deck.yaml", 40, 44)
LOCKED = LockedNoteType(
    1_398_130_078_204,
    "normal",
    (("Term", 11), ("Meaning", 12), ("Spare", 13)),
    (("Ask", 21), ("Turn", 22)),
    1_750_000_000,
    "00000000000000aa",
)


def said(**ids: Any) -> TypeIdentity:
    """What `deck.yaml` says of the note type, and where."""
    return TypeIdentity(span=SPAN, **ids)


def fresh(note_type: NoteType = TERM, given: TypeIdentity = TypeIdentity()) -> LockedNoteType:
    """What the lock would say of the note type if it were new: other ids, but those given."""
    return LockedNoteType(
        given.id or 1_000_000_000_099,
        note_type.kind,
        tuple((f, given.fields.get(f, 91 + at)) for at, f in enumerate(note_type.fields)),
        tuple(
            (t.name, given.templates.get(t.name, 81 + at))
            for at, t in enumerate(note_type.templates)
        ),
        1_760_000_000,
        "00000000000000bb",
        pending="new",
    )


def keep(
    note_type: NoteType = TERM, given: TypeIdentity = TypeIdentity(), *, released: bool = True
) -> tuple[LockedNoteType | None, tuple[Diagnostic, ...]]:
    return schema.keep(note_type, LOCKED, fresh(note_type, given), given, released)


def kept(
    note_type: NoteType = TERM, given: TypeIdentity = TypeIdentity(), *, released: bool = True
) -> LockedNoteType:
    """What is kept of a note type of which there is nothing to tell."""
    found, told = keep(note_type, given, released=released)
    assert told == ()
    assert found is not None
    return found


def refused(
    note_type: NoteType = TERM, given: TypeIdentity = TypeIdentity(), *, released: bool = True
) -> Diagnostic:
    """What is told of a note type whose learners would be cut off."""
    found, (told,) = keep(note_type, given, released=released)
    assert found is None
    assert told.severity is Severity.ERROR
    return told


def with_templates(*templates: CardTemplate) -> NoteType:
    return replace(TERM, templates=templates)


# What may change ---------------------------------------------------------------------------------


@pytest.mark.parametrize("released", [False, True])
def test_a_note_type_keeps_its_ids_and_takes_other_text_and_style(released: bool) -> None:
    other = replace(TERM, style=".card {}", templates=(replace(ASK, front="<b>{{Term}}</b>"), TURN))
    assert kept(other, released=released) == replace(LOCKED, packaged="00000000000000bb")


def test_a_spare_field_and_a_spare_template_can_be_put_to_use() -> None:
    """The template is there already, and shows nothing: with a front it makes cards."""
    used = with_templates(ASK, replace(TURN, front="{{#Spare}}{{Meaning}}{{/Spare}}"))
    assert kept(used) == replace(LOCKED, packaged="00000000000000bb")


def test_ids_may_be_given_before_the_first_release() -> None:
    given = said(id=17, fields={"Meaning": 5}, templates={"Turn": 6})
    assert kept(given=given, released=False) == replace(
        LOCKED,
        id=17,
        fields=(("Term", 11), ("Meaning", 5), ("Spare", 13)),
        templates=(("Ask", 21), ("Turn", 6)),
        packaged="00000000000000bb",
    )


def test_ids_may_be_given_that_are_what_they_were() -> None:
    given = said(
        id=LOCKED.id, fields={"Term": 11, "Meaning": 12, "Spare": 13}, templates={"Ask": 21}
    )
    assert kept(given=given) == replace(LOCKED, packaged="00000000000000bb")


def test_a_field_and_a_template_are_renamed_where_their_ids_say_so() -> None:
    """Anki 23.10 and later rename them then, and updates go on."""
    renamed = replace(
        TERM, fields=("Term", "Sense", "Spare"), templates=(replace(ASK, name="Question"), TURN)
    )
    given = said(fields={"Sense": 12}, templates={"Question": 21})
    assert kept(renamed, given) == replace(
        LOCKED,
        fields=(("Term", 11), ("Sense", 12), ("Spare", 13)),
        templates=(("Question", 21), ("Turn", 22)),
        packaged="00000000000000bb",
    )


# What Anki would refuse --------------------------------------------------------------------------

_CUT_OFF = (
    ". For everyone who has its notes no update of them would ever arrive again, without a word, "
    "and an import would add an empty note type"
)
CHANGED: Mapping[str, tuple[NoteType, str]] = {
    "a field added": (
        replace(TERM, fields=(*TERM.fields, "Hint")),
        "the field “Hint” is new",
    ),
    "a field added before others": (
        replace(TERM, fields=("Hint", *TERM.fields)),
        "the field “Hint” is new",
    ),
    "a field removed": (
        replace(TERM, fields=("Term", "Meaning")),
        "the field “Spare” is gone",
    ),
    "fields exchanged": (
        replace(TERM, fields=("Meaning", "Term", "Spare")),
        "the fields are in another order",
    ),
    "a field renamed": (
        replace(TERM, fields=("Term", "Sense", "Spare")),
        "the field “Meaning” is gone; the field “Sense” is new",
    ),
    "a template added": (
        with_templates(ASK, TURN, CardTemplate("Type", "", "")),
        "the template “Type” is new",
    ),
    "a template removed": (with_templates(ASK), "the template “Turn” is gone"),
    "templates exchanged": (with_templates(TURN, ASK), "the templates are in another order"),
    "a template renamed": (
        with_templates(replace(ASK, name="Question"), TURN),
        "the template “Ask” is gone; the template “Question” is new",
    ),
    "another kind": (replace(TERM, kind="cloze"), "its kind is cloze, and was normal"),
    "all at once": (
        replace(TERM, kind="cloze", fields=("Meaning", "Term"), templates=(TURN,)),
        "the field “Spare” is gone; the template “Ask” is gone; its kind is cloze, and was normal",
    ),
}


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("change", CHANGED)
def test_a_changed_schema_is_told_with_what_learners_would_see(change: str, released: bool) -> None:
    """Also before a release: whoever imported a build has the note type."""
    note_type, what = CHANGED[change]
    told = refused(note_type, released=released)
    assert told.code == "I001"
    assert told.message == f"the note type “Term” changed: {what}{_CUT_OFF}"
    renamed = {
        "a field renamed": "or, if “Sense” is “Meaning” renamed, give it its id, 12; ",
        "a template renamed": "or, if “Question” is “Ask” renamed, give it its id, 21; ",
    }
    assert told.hint == (
        "set it back to the fields Term, Meaning, Spare and the templates Ask, Turn, and use a "
        f"spare field or the spare template; {renamed.get(change, '')}or make a new note type for "
        "new notes; or, if no learner has it or all are told, --accept-schema-change"
    )


def test_who_has_nothing_to_spare_is_not_told_to_use_it() -> None:
    before = replace(LOCKED, fields=(("Term", 11), ("Meaning", 12)))
    _, (told,) = schema.keep(TERM, before, fresh(), said(), True)
    assert told.hint == (
        "set it back to the fields Term, Meaning and the templates Ask, Turn; or make a new note "
        "type for new notes; or, if no learner has it or all are told, --accept-schema-change"
    )


def test_another_id_of_a_released_note_type_is_told_with_its_place() -> None:
    told = refused(given=said(id=17))
    assert (told.code, told.span) == ("I013", SPAN)
    assert told.message == "the note type Term was released with the id 1398130078204"
    assert told.hint == "set its id back to 1398130078204, or leave it out"


@pytest.mark.parametrize(
    ("ids", "names"),
    [
        ({"fields": {"Meaning": 5}}, "“Meaning”"),
        ({"templates": {"Turn": 6}}, "“Turn”"),
        (
            {"fields": {"Term": 5, "Spare": 7}, "templates": {"Ask": 6}},
            "“Term”, “Spare”, “Ask”",
        ),
    ],
)
def test_other_ids_of_released_fields_and_templates_are_told(
    ids: dict[str, dict[str, int]], names: str
) -> None:
    told = refused(given=said(**ids))
    assert (told.code, told.span) == ("I013", SPAN)
    assert told.message == f"other ids are given to {names} of the note type Term"
    assert told.hint == "leave these ids out: a released one never changes"


def test_a_field_of_another_name_is_another_one_without_its_id() -> None:
    renamed = replace(TERM, fields=("Term", "Sense", "Spare"))
    assert refused(renamed, said(fields={"Sense": 5})).code == "I001"
    # Nor may a name that is there already stand for another field.
    exchanged = replace(TERM, fields=("Meaning", "Term", "Spare"))
    assert refused(exchanged, said(fields={"Meaning": 11, "Term": 12})).code == "I001"


# A change that is accepted -----------------------------------------------------------------------


def test_what_keeps_its_name_keeps_its_id_when_a_change_is_accepted() -> None:
    changed = NoteType("Term", "cloze", ("Hint", "Meaning", "Term"), (TURN, ASK), "")
    accepted = schema.accept(LOCKED, fresh(changed))
    assert accepted == LockedNoteType(
        LOCKED.id,
        "cloze",
        (("Hint", 91), ("Meaning", 12), ("Term", 11)),
        (("Turn", 22), ("Ask", 21)),
        LOCKED.mod,
        "00000000000000bb",
        accepted=True,
    )


def test_a_new_field_never_gets_the_id_of_one_that_was_there() -> None:
    """Nor that of one that is gone, or of another new one: its learners have texts in it."""
    gone = replace(LOCKED, fields=(("Term", 91), ("Meaning", 92), ("Spare", 13)))
    changed = replace(TERM, fields=("Hint", "Note", "Term"))
    accepted = schema.accept(gone, fresh(changed))
    assert accepted.fields == (("Hint", 93), ("Note", 94), ("Term", 91))


def test_a_note_type_that_was_accepted_is_kept_from_then_on() -> None:
    changed = replace(TERM, fields=("Hint", "Term", "Meaning"))
    accepted = schema.accept(LOCKED, fresh(changed))
    found, told = schema.keep(changed, accepted, fresh(changed), TypeIdentity(), released=True)
    assert (found, told) == (accepted, ())


# Ids that clash ----------------------------------------------------------------------------------


def clashes(
    locked: Mapping[str, LockedNoteType], given: Mapping[str, TypeIdentity] = {}
) -> list[Diagnostic]:
    return list(schema.clashes(locked, given))


OTHER = replace(LOCKED, id=7, fields=(("Front", 11),), templates=(("Front", 21),))


def test_fields_of_two_note_types_may_have_one_id() -> None:
    assert clashes({"Term": LOCKED, "Basic": OTHER}) == []


def test_two_note_types_of_one_id_are_told_with_both_places() -> None:
    first, second = Span("deck.yaml", 10, 15), Span("deck.yaml", 40, 44)
    given = {"Basic": TypeIdentity(id=7, span=first), "Term": TypeIdentity(id=7, span=second)}
    (told,) = clashes({"Term": replace(LOCKED, id=7), "Basic": OTHER}, given)
    assert told.code == "I014"
    assert told.message == "the note types Basic and Term have the id 7"
    assert told.hint == "give each an id of its own"
    assert (told.span, told.other) == (second, first)


def test_an_id_that_another_note_type_has_already_is_told_where_it_is_given() -> None:
    (told,) = clashes({"Term": replace(LOCKED, id=7), "Basic": OTHER}, {"Basic": said(id=7)})
    assert told.message == "the note types Basic and Term have the id 7"
    assert told.span == SPAN


def test_two_fields_or_templates_of_one_id_are_told() -> None:
    twice = replace(
        LOCKED, fields=(("Term", 11), ("Meaning", 11)), templates=(("Ask", 21), ("Turn", 21))
    )
    fields, templates = clashes({"Term": twice}, {"Term": said(fields={"Meaning": 11})})
    assert (fields.code, fields.span) == ("I014", SPAN)
    assert fields.message == "of the fields of Term, “Term” and “Meaning” have the id 11"
    assert templates.message == "of the templates of Term, “Ask” and “Turn” have the id 21"
    assert templates.hint == "give each an id of its own"


def test_an_id_of_what_is_not_there_is_told() -> None:
    field, template = clashes(
        {"Term": LOCKED}, {"Term": said(fields={"Meanign": 12}, templates={"Trun": 22})}
    )
    assert (field.code, field.span) == ("I015", SPAN)
    assert field.message == "the note type Term has no field “Meanign” to give an id to"
    assert field.hint == "its fields are Term, Meaning, Spare"
    assert template.message == "the note type Term has no template “Trun” to give an id to"
    assert template.hint == "its templates are Ask, Turn"
