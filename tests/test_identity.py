"""Identity: what a note keeps for ever, when its time moves, and what stops a build.

Anki knows a note by its GUID, and overwrites it where the incoming time is newer. So a GUID that
changed is a second copy of a note, and a time that moved without need is a learner's edit lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright import identity, lock
from deckwright.diagnostics import Diagnostic
from deckwright.identity import Identified, deck_id, identify
from deckwright.lock import Lock
from deckwright.note import Field, Key, Note, RenderedNote, digest
from deckwright.notetypes import CardTemplate, NoteType
from deckwright.source import Source

DAY = 86_400
NOW = 1_750_000_000
BASIC = NoteType(
    "Basic", "normal", ("Front", "Back"), (CardTemplate("Front", "{{Front}}", "{{Back}}"),), ""
)
TERM = replace(BASIC, name="Term")


def note(
    key: str,
    written: str = "An answer",
    *,
    html: str | None = None,
    tags: tuple[str, ...] = (),
    note_type: str = "Basic",
) -> RenderedNote:
    """A note as it comes from rendering: what was written, and the HTML that was made of it."""
    source = Note(Key(key), note_type, (Field("Front", key), Field("Back", written)), "Deck", tags)
    packaged = html if html is not None else f"<p>{written}</p>"
    return RenderedNote(source, (key, packaged), digest((note_type, key, written, *tags)))


def build(
    *notes: RenderedNote,
    after: Lock | Identified | None = None,
    now: int = NOW,
    project: str = "rivers",
    types: tuple[NoteType, ...] = (BASIC,),
    title: str = "Rivers",
) -> tuple[Identified, tuple[Diagnostic, ...]]:
    known = after.lock if isinstance(after, Identified) else after
    used = {each.name: each for each in types}
    titles = {name: f"{title} {name}" for name in used}
    return identify(notes, used, titles, known, project, now)


def quietly(
    *notes: RenderedNote,
    after: Lock | Identified | None = None,
    now: int = NOW,
    project: str = "rivers",
) -> Identified:
    """A build that has nothing to tell."""
    identified, diagnostics = build(*notes, after=after, now=now, project=project)
    assert diagnostics == ()
    return identified


def identities(identified: Identified) -> dict[str, tuple[str, int]]:
    return {n.rendered.note.key: (n.guid, n.id) for n in identified.notes}


def times(identified: Identified) -> dict[str, int]:
    """When each note last changed, in seconds after the first build."""
    return {n.rendered.note.key: n.mod - NOW for n in identified.notes}


# GUIDs and ids -----------------------------------------------------------------------------------


def test_a_guid_is_made_of_the_project_and_the_key_alone() -> None:
    one = identities(quietly(note("nile"), note("elbe")))
    other = identities(quietly(note("elbe", "Other words", tags=("t",)), note("nile", html="-")))
    later = identities(quietly(note("nile"), note("danube"), now=NOW + 1000 * DAY))
    assert one == other
    assert one["nile"][0] == later["nile"][0]
    elsewhere = identities(quietly(note("nile"), note("elbe"), project="lakes"))
    assert not {guid for guid, _ in one.values()} & {guid for guid, _ in elsewhere.values()}


def test_identities_of_this_version_are_those_of_every_other() -> None:
    """A change of these values would give every learner every note a second time."""
    identified = quietly(note("nile"))
    (nile,), (note_type,) = identified.notes, identified.note_types
    assert (nile.guid, nile.id) == ("Do8cNsS01F8", 1749974539226)
    assert note_type.id == 1092643224694
    assert note_type.field_ids == (685602320780284, 6145692512387101)
    assert note_type.template_ids == (7319924318164482,)
    assert deck_id("rivers", "Rivers::Africa") == 1348968810548


def test_a_guid_needs_no_quotes_anywhere() -> None:
    for rendered in quietly(*(note(f"river-{number}") for number in range(500))).notes:
        assert len(rendered.guid) == 11
        assert rendered.guid.isascii()
        assert rendered.guid.isalnum()


@pytest.mark.parametrize("now", [NOW, NOW + 1, 1_300_000_000, 4_000_000_000])
def test_a_note_id_is_a_time_of_the_day_before_its_first_build(now: int) -> None:
    """Anki shows it as the day a note was added, and refuses what lies in the future."""
    for identified in quietly(*(note(f"river-{n}") for n in range(500)), now=now).notes:
        assert (now - DAY) * 1000 <= identified.id < now * 1000
        assert len(str(identified.id)) == 13


@pytest.mark.parametrize("now", [0, 1, 946_684_800])
def test_a_clock_that_was_never_set_makes_no_id_of_fewer_digits(now: int) -> None:
    assert len(str(quietly(note("nile"), now=now).notes[0].id)) == 13


def test_notes_whose_hashes_clash_get_different_identities(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few = identity.hashed
    monkeypatch.setattr(identity, "hashed", lambda *parts: few(*parts) % 40)
    first = quietly(*(note(f"river-{number}") for number in range(20)))
    assert len({guid for guid, _ in identities(first).values()}) == 20
    assert len({id for _, id in identities(first).values()}) == 20
    # Notes that come later give way to those that are there, not the other way round.
    more = quietly(*(note(f"river-{number}") for number in reversed(range(30))), after=first)
    assert identities(first).items() <= identities(more).items()
    assert len({guid for guid, _ in identities(more).values()}) == 30
    assert len({id for _, id in identities(more).values()}) == 30


def test_the_identity_of_a_note_that_left_stays_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "hashed", lambda *parts: len(parts))  # all hashes clash
    nile = quietly(note("nile"))
    elbe, _ = build(note("elbe"), after=nile)
    assert not set(identities(elbe)["elbe"]) & set(identities(nile)["nile"])


# Times -------------------------------------------------------------------------------------------


def test_only_the_note_that_changed_gets_a_new_time() -> None:
    first = quietly(note("nile"), note("elbe"))
    later = quietly(note("nile", "Other words"), note("elbe"), after=first, now=NOW + DAY)
    assert times(later) == {"nile": DAY, "elbe": 0}
    assert identities(later) == identities(first)


def test_a_note_that_moves_in_its_file_is_not_changed() -> None:
    first = quietly(note("nile"), note("elbe"))
    later = quietly(note("elbe"), note("nile"), after=first, now=NOW + DAY)
    assert later.lock == first.lock


def test_a_note_that_moves_to_another_deck_is_not_changed() -> None:
    """Anki leaves a card where it is: to stamp the note would gain nothing and cost the edits."""
    nile = note("nile")
    moved = replace(nile, note=replace(nile.note, deck="Deck::Africa"))
    assert quietly(moved, after=quietly(nile), now=NOW + DAY).lock == quietly(nile).lock


def test_a_build_without_a_change_leaves_the_lock_as_it_is() -> None:
    first = quietly(note("nile"), note("elbe"))
    again = quietly(note("nile"), note("elbe"), after=first, now=NOW + 400 * DAY)
    assert again.lock == first.lock
    assert again.notes == first.notes
    assert again.note_types == first.note_types


@pytest.mark.parametrize("passed", [0, -1, -400 * DAY])
def test_a_time_grows_even_where_the_clock_does_not(passed: int) -> None:
    """A fix in the same second, or built where the clock is wrong, still arrives."""
    first = quietly(note("nile"))
    again = quietly(note("nile", "Other words"), after=first, now=NOW + passed)
    assert times(again) == {"nile": 1}


def test_a_changed_tag_is_a_change() -> None:
    later = quietly(note("nile", tags=("africa",)), after=quietly(note("nile")), now=NOW + DAY)
    assert times(later) == {"nile": DAY}


def test_a_change_of_the_source_that_no_learner_sees_is_none() -> None:
    """White space, or another way to write the same list."""
    first = quietly(note("nile", "An  answer", html="An answer"))
    later = quietly(note("nile", "An answer", html="An answer"), after=first, now=NOW + DAY)
    assert times(later) == {"nile": 0}
    assert later.lock.notes[Key("nile")].source != first.lock.notes[Key("nile")].source


def test_what_only_the_renderer_changed_is_told_and_not_stamped() -> None:
    first = quietly(note("nile", html="<p>An answer</p>"))
    later, (told,) = build(note("nile", html="An answer"), after=first, now=NOW + DAY)
    assert times(later) == {"nile": 0}
    assert later.lock == first.lock
    assert (told.code, told.key) == ("I005", "nile")
    assert told.message == (
        "nile is rendered differently now; learners who have it keep what they have"
    )


def test_words_that_change_after_the_renderer_did_arrive() -> None:
    first = quietly(note("nile", html="<p>An answer</p>"))
    between, _ = build(note("nile", html="An answer"), after=first, now=NOW + DAY)
    later = quietly(note("nile", "Other", html="Other"), after=between, now=NOW + 2 * DAY)
    assert times(later) == {"nile": 2 * DAY}


# Leaving and coming back -------------------------------------------------------------------------


def test_a_note_that_leaves_is_told_once_and_remembered() -> None:
    first = quietly(note("nile"), note("elbe"))
    gone, (told,) = build(note("elbe"), after=first, now=NOW + DAY)
    assert (told.code, told.key) == ("I003", "nile")
    assert told.message == "nile is no longer in the sources; learners who have it keep it"
    assert gone.lock.notes[Key("nile")] == replace(first.lock.notes[Key("nile")], retired=NOW + DAY)
    assert quietly(note("elbe"), after=gone, now=NOW + 2 * DAY).lock == gone.lock


def test_a_note_that_comes_back_is_the_same_note() -> None:
    first = quietly(note("nile"), note("elbe"))
    gone, _ = build(note("elbe"), after=first, now=NOW + DAY)
    back = quietly(note("nile"), note("elbe"), after=gone, now=NOW + 2 * DAY)
    assert back.notes == first.notes
    assert back.lock == first.lock


def test_a_note_that_comes_back_with_other_words_arrives() -> None:
    first = quietly(note("nile"), note("elbe"))
    gone, _ = build(note("elbe"), after=first, now=NOW + DAY)
    back = quietly(note("nile", "Other"), note("elbe"), after=gone, now=NOW + 2 * DAY)
    assert identities(back) == identities(first)
    assert times(back) == {"nile": 2 * DAY, "elbe": 0}
    assert back.lock.notes[Key("nile")].retired is None


# Note types --------------------------------------------------------------------------------------


def test_a_note_type_keeps_its_ids_whatever_its_templates_say() -> None:
    first = quietly(note("nile"))
    front = replace(BASIC.templates[0], front="<b>{{Front}}</b>")
    later, told = build(
        note("nile"),
        after=first,
        now=NOW + DAY,
        types=(replace(BASIC, templates=(front,), style=".card { color: red }"),),
    )
    assert told == ()
    (before,), (after,) = first.note_types, later.note_types
    assert (after.id, after.field_ids, after.template_ids) == (
        before.id,
        before.field_ids,
        before.template_ids,
    )
    assert after.mod == NOW + DAY
    assert times(later) == {"nile": 0}


def test_a_note_type_whose_deck_got_another_name_is_sent_again() -> None:
    later, _ = build(note("nile"), after=quietly(note("nile")), now=NOW + DAY, title="Waters")
    assert [(t.name, t.mod) for t in later.note_types] == [("Waters Basic", NOW + DAY)]


def test_ids_of_fields_and_templates_differ_and_fit_a_float() -> None:
    (note_type,) = quietly(note("nile")).note_types
    ids = (*note_type.field_ids, *note_type.template_ids)
    assert len(set(ids)) == len(ids)
    assert all(0 < id < 2**53 for id in ids)
    assert len(str(note_type.id)) == 13


def test_a_note_type_that_is_not_used_for_a_while_is_remembered() -> None:
    both = (BASIC, TERM)
    first, _ = build(note("nile"), note("elbe", note_type="Term"), types=both)
    without, _ = build(note("nile"), after=first, now=NOW + DAY)
    assert without.lock.note_types == first.lock.note_types
    back, _ = build(
        note("nile"),
        note("elbe", note_type="Term"),
        after=without,
        now=NOW + 2 * DAY,
        types=both,
    )
    assert back.note_types == first.note_types


@pytest.mark.parametrize(
    "changed",
    [
        replace(BASIC, fields=("Front", "Back", "Hint")),
        replace(BASIC, fields=("Front",)),
        replace(BASIC, fields=("Back", "Front")),
        replace(BASIC, templates=(*BASIC.templates, CardTemplate("Back", "{{Back}}", ""))),
        replace(BASIC, templates=(replace(BASIC.templates[0], name="Card 1"),)),
        replace(BASIC, kind="cloze"),
    ],
    ids=["field added", "removed", "reordered", "template added", "renamed", "kind"],
)
def test_a_changed_schema_stops_the_build(changed: NoteType) -> None:
    first = quietly(note("nile"))
    _, (told,) = build(note("nile"), after=first, types=(changed,))
    assert told.code == "I001"
    assert told.message == (
        "the fields or templates of the note type “Basic” changed: every learner would stop "
        "getting updates of its notes, without a word"
    )
    assert told.hint == (
        "set them back to the fields Front, Back and the templates Front; use a spare field"
    )


def test_a_note_that_changes_its_note_type_stops_the_build() -> None:
    first = quietly(note("nile"))
    _, (told,) = build(note("nile", note_type="Term"), after=first, types=(TERM,))
    assert (told.code, told.key) == ("I002", "nile")
    assert told.message == "nile was a Basic note and is a Term note now"


def test_the_lock_of_another_project_stops_the_build() -> None:
    _, (told,) = build(note("nile"), after=quietly(note("nile")), project="lakes")
    assert told.code == "I004"
    assert told.message == "the lock belongs to the project “rivers”, and this is “lakes”"
    assert told.hint == ("set the id back to rivers; an id never changes, not even with the name")


# Any history of a project ------------------------------------------------------------------------

Text = tuple[int, int]  # which words were written, and which renderer made HTML of them
steps = st.lists(
    st.tuples(
        st.integers(-2 * DAY, 5 * DAY),
        st.dictionaries(
            st.sampled_from("abcdef"), st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1
        ),
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None)
@given(steps)
def test_through_any_history_a_key_keeps_its_identity(
    history: list[tuple[int, Mapping[str, Text]]],
) -> None:
    """Notes come, change, go and come back, and the clock jumps: what a learner has is always
    found again, and is overwritten only by words that changed."""
    known: Lock | None = None
    ever: dict[str, tuple[str, int]] = {}
    has: dict[str, tuple[int, Text]] = {}  # what a learner has: the time and what was sent with it
    now = NOW
    for passed, notes in history:
        now += passed
        rendered = [note(key, f"{w}", html=f"{w}/{r}") for key, (w, r) in notes.items()]
        identified, told = build(*rendered, after=known, now=now)
        assert {d.code for d in told} <= {"I003", "I005"}
        for key, own in identities(identified).items():
            assert ever.setdefault(key, own) == own
        assert len({guid for guid, _ in ever.values()}) == len(ever)
        assert len({id for _, id in ever.values()}) == len(ever)
        for each in identified.notes:
            key = each.rendered.note.key
            mod, (words, _) = has.get(key, (-1, (-1, -1)))
            if notes[key][0] != words:
                assert each.mod > mod  # what changed arrives
                has[key] = (each.mod, notes[key])
            else:
                assert each.mod == mod  # and nothing else is touched
        left = {key for key, n in identified.lock.notes.items() if n.retired is not None}
        assert left == ever.keys() - notes.keys()
        known, diagnostics = lock.parse(Source("deck.lock", lock.serialise(identified.lock)))
        assert known == identified.lock
        assert diagnostics == ()
