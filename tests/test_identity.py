"""Identity: what a note keeps for ever, when its time moves, and what stops a build.

Anki knows a note by its GUID, and overwrites it where the incoming time is newer. So a GUID that
changed is a second copy of a note, and a time that moved without need is a learner's edit lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright import identity, lock
from deckwright.clozes import AUTOMATIC, provisional
from deckwright.diagnostics import Diagnostic, Severity
from deckwright.identity import (
    Identified,
    deck_id,
    identify,
    packaged_digest,
    release_time,
    released,
)
from deckwright.lock import Changes, Lock, parse, serialise, since_release
from deckwright.note import Field, Guid, Key, Media, Note, RenderedNote, digest
from deckwright.notetypes import CardTemplate, NoteType, TypeIdentity
from deckwright.origins import Policy
from deckwright.source import Source, Span

DAY = 86_400
NOW = 1_750_000_000
BASIC = NoteType(
    "Basic", "normal", ("Front", "Back"), (CardTemplate("Front", "{{Front}}", "{{Back}}"),), ""
)
TERM = replace(BASIC, name="Term")
CLOZE = NoteType(
    *("Cloze", "cloze", ("Text", "Extra")),
    *((CardTemplate("Cloze", "{{cloze:Text}}", "{{cloze:Text}}"),), ""),
)


def note(
    key: str,
    written: str = "An answer",
    *,
    html: str | None = None,
    tags: tuple[str, ...] = (),
    note_type: str = "Basic",
    front: str | None = None,
    parent: str | None = None,
    guid: str | None = None,
    deck: str = "Deck",
    media: tuple[Media, ...] = (),
    known: bool = False,
) -> RenderedNote:
    """A note as it comes from rendering: what was written, and the HTML that was made of it."""
    title = front if front is not None else key
    source = Note(
        Key(key),
        note_type,
        (Field("Front", title), Field("Back", written)),
        deck,
        tags,
        Key(parent) if parent else None,
        Span("rivers.txt", 0, 1),
        Guid(guid) if guid else None,
        known,
    )
    packaged = html if html is not None else f"<p>{written}</p>"
    told = digest((note_type, title, written, *tags))
    return RenderedNote(source, (title, packaged), told, media)


def build(
    *notes: RenderedNote,
    after: Lock | Identified | None = None,
    now: int = NOW,
    project: str = "rivers",
    types: tuple[NoteType, ...] = (BASIC,),
    title: str = "Rivers",
    policy: Policy = Policy(),
) -> tuple[Identified, tuple[Diagnostic, ...]]:
    known = after.lock if isinstance(after, Identified) else after
    used = {each.name: each for each in types}
    titles = {name: f"{title} {name}" for name in used}
    return identify(notes, used, titles, known, project, now, policy)


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


def release(
    *notes: RenderedNote, after: Lock | Identified | None = None, now: int = NOW
) -> Identified:
    """A release that has nothing to tell but what became of notes."""
    known = after.lock if isinstance(after, Identified) else after
    time = release_time(known, now)
    identified, told = build(*notes, after=known, now=time, policy=Policy(settled=True))
    assert {d.code for d in told} <= {"I003", "I005", "I006"}
    return released(identified, f"{len(identified.lock.releases) + 1}", time)[0]


def said(diagnostics: Sequence[Diagnostic]) -> list[str]:
    return [f"{d.code} {d.message}" for d in diagnostics]


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
    original = identity.hashed
    few = {"guid", "note"}  # of notes all hashes clash
    monkeypatch.setattr(
        identity, "hashed", lambda *parts: len(parts) if parts[0] in few else original(*parts)
    )
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
    first = quietly(nile)
    later, _ = build(moved, after=first, now=NOW + DAY)
    assert later.notes[0].mod == first.notes[0].mod
    assert later.lock == replace(first.lock, decks=("Deck::Africa",))


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
    assert told.message == ("nile is rendered differently now; learners keep what they have")
    assert told.hint == "to send it all the same: --ship-rendering"


def test_what_only_the_renderer_changed_can_be_sent_all_the_same() -> None:
    first = quietly(note("nile", html="<p>An answer</p>"), note("elbe"))
    later, told = build(
        *(note("nile", html="An answer"), note("elbe")),
        after=first,
        now=NOW + DAY,
        policy=Policy(ship_rendering=True),
    )
    assert told == ()
    assert times(later) == {"nile": DAY, "elbe": 0}


def test_other_bytes_of_a_picture_are_a_change() -> None:
    """Although the words that show it are the same."""

    def shown(content: str) -> RenderedNote:
        return note("nile", html='<img src="nile.png">', media=(Media("nile.png", content),))

    first = quietly(shown("0001"), note("elbe"))
    later = quietly(shown("0002"), note("elbe"), after=first, now=NOW + DAY)
    assert times(later) == {"nile": DAY, "elbe": 0}
    assert quietly(shown("0002"), note("elbe"), after=later, now=NOW + 2 * DAY).lock == later.lock


def test_the_key_of_a_note_is_no_part_of_what_learners_see() -> None:
    """It stands in a field of its own, so that a lost lock can be rebuilt, and is never shown."""
    one, other = (("Nile", "A river", key) for key in ("nile", "the-nile"))
    assert packaged_digest(one, 2, (), "Basic") == packaged_digest(other, 2, (), "Basic")
    assert packaged_digest(one, 2, (), "Basic") == packaged_digest(one[:2], -1, (), "Basic")
    assert packaged_digest(one, -1, (), "Basic") != packaged_digest(other, -1, (), "Basic")


def test_words_that_change_after_the_renderer_did_arrive() -> None:
    first = quietly(note("nile", html="<p>An answer</p>"))
    between, _ = build(note("nile", html="An answer"), after=first, now=NOW + DAY)
    later = quietly(note("nile", "Other", html="Other"), after=between, now=NOW + 2 * DAY)
    assert times(later) == {"nile": 2 * DAY}


# Cloze numbers -----------------------------------------------------------------------------------


def cloze(text: str, key: str = "nile", extra: str = "") -> RenderedNote:
    """A cloze note as it comes from rendering, with `[…]` around what is deleted."""
    source = Note(Key(key), "Cloze", (Field("Text", text), Field("Extra", extra)), "Deck")
    parts = (each.replace("[", AUTOMATIC).replace("]", "}}") for each in (text, extra))
    html, clozes = provisional(tuple(parts))
    return RenderedNote(source, html, digest(("Cloze", text, extra)), (), clozes)


def clozes(
    *notes: RenderedNote, after: Identified | None = None, now: int = NOW
) -> tuple[Identified, list[str]]:
    """A build of cloze notes, and what is said of it."""
    identified, told = build(*notes, after=after, now=now, types=(CLOZE,))
    assert parse(Source("deck.lock", serialise(identified.lock))) == (identified.lock, ())
    return identified, said(told)


def texts(identified: Identified) -> list[str]:
    return [note.rendered.html[0] for note in identified.notes]


def test_a_deletion_that_is_put_before_another_takes_no_reviews_from_it() -> None:
    first, _ = clozes(cloze("The Nile ends at [Alexandria]"), cloze("The [Elbe]", "elbe"))
    assert texts(first) == ["The Nile ends at {{c1::Alexandria}}", "The {{c1::Elbe}}"]
    longer = cloze("The [Nile] ends at [Alexandria]")
    later, told = clozes(longer, cloze("The [Elbe]", "elbe"), after=first, now=NOW + DAY)
    assert told == []
    assert texts(later) == ["The {{c2::Nile}} ends at {{c1::Alexandria}}", "The {{c1::Elbe}}"]
    assert later.notes[0].rendered.clozes == (("Nile", 2), ("Alexandria", 1))
    assert times(later) == {"nile": DAY, "elbe": 0}
    known = later.lock.notes[Key("nile")]
    assert (known.clozes, known.past_clozes) == ((("Nile", 2), ("Alexandria", 1)), ())
    again, _ = clozes(longer, cloze("The [Elbe]", "elbe"), after=later, now=NOW + 2 * DAY)
    assert again == later


def test_the_numbers_of_a_note_go_along_under_another_key() -> None:
    words = "leaves Lake Victoria at Jinja, is dammed at Aswan, and ends in a wide delta at"
    first, _ = clozes(cloze(f"[Nile] {words} [Alexandria]"))
    second, _ = clozes(cloze(f"[The river] [Nile] {words} [Alexandria]"), after=first)
    moved = cloze(f"[Nile], [the river], {words} [Alexandria]", "the-nile")
    moved = replace(moved, note=replace(moved.note, guid=first.notes[0].guid))
    later, _ = clozes(moved, after=second, now=NOW + DAY)
    assert later.notes[0].guid == first.notes[0].guid
    assert later.notes[0].rendered.clozes == (("Nile", 1), ("the river", 3), ("Alexandria", 2))


def test_the_numbers_of_a_note_that_left_are_there_when_it_comes_back() -> None:
    first, _ = clozes(cloze("[a], [b]"), cloze("[c]", "elbe"))
    second, _ = clozes(cloze("[b]"), cloze("[c]", "elbe"), after=first)
    gone, _ = clozes(cloze("[c]", "elbe"), after=second, now=NOW + DAY)
    back, _ = clozes(cloze("[x], [b], [a]"), cloze("[c]", "elbe"), after=gone, now=NOW + 2 * DAY)
    assert texts(back)[0] == "{{c3::x}}, {{c2::b}}, {{c1::a}}"


def test_numbers_are_remembered_where_only_the_renderer_changed() -> None:
    """What is packaged for those who import the note now is reserved for all."""
    first, _ = clozes(cloze("[a] and b"))
    words = first.notes[0].rendered.source_digest
    rendered = replace(cloze("[b] and [a]"), source_digest=words)
    later, told = clozes(rendered, after=first, now=NOW + DAY)
    assert told == ["I005 nile is rendered differently now; learners keep what they have"]
    assert times(later) == {"nile": 0}
    assert later.lock.notes[Key("nile")].clozes == (("b", 2), ("a", 1))


def test_numbers_that_a_person_wrote_are_remembered_too() -> None:
    """So a note can go over to deletions without numbers, and keep its reviews."""
    first, _ = clozes(cloze("The {{c2::Nile}} ends at {{c1::Alexandria}}"))
    assert first.lock.notes[Key("nile")].clozes == (("Nile", 2), ("Alexandria", 1))
    later, told = clozes(cloze("The [Nile] ends at [Alexandria]"), after=first, now=NOW + DAY)
    assert told == []
    assert texts(later) == texts(first)
    assert times(later) == {"nile": 0}


def test_a_corrected_deletion_is_told_once_learners_may_have_it() -> None:
    first, _ = clozes(cloze("The [Nil] ends at [Alexandria]"))
    _, told = clozes(cloze("The [Nile] ends at [Alexandria]"), after=first)
    assert told == ['I018 nile: "Nil" is "Nile" now, reviews kept']
    shipped = release(note("elbe"))
    fresh, _ = build(note("elbe"), cloze("The [Nil]"), after=shipped, types=(BASIC, CLOZE))
    _, unseen = build(note("elbe"), cloze("The [Nile]"), after=fresh, types=(BASIC, CLOZE))
    assert unseen == ()


def test_numbers_beyond_ankis_stop_the_build() -> None:
    many = " ".join(f"[{number}]" for number in range(500))
    _, (told,) = build(cloze(many), types=(CLOZE,))
    assert (told.code, told.severity, told.key) == ("I017", Severity.ERROR, "nile")


def test_braces_in_a_note_that_has_no_deletions_are_left_alone() -> None:
    (found,) = quietly(note("nile", html="{{c1::x}}")).lock.notes.values()
    assert found.clozes == ()


# Notes that learners have already ----------------------------------------------------------------


def from_anki(written: str = "An answer") -> RenderedNote:
    """A row of Anki's own export."""
    return note("nile", written, guid="x;|kz_eOq9", known=True)


def test_a_note_exported_from_anki_is_older_than_what_learners_made_of_it() -> None:
    first = quietly(from_anki(), note("elbe"))
    assert times(first) == {"nile": 1 - NOW, "elbe": 0}
    assert quietly(from_anki(), note("elbe"), after=first, now=NOW + DAY).lock == first.lock
    assert since_release(first.lock) == Changes(added=(Key("elbe"),))


def test_no_release_stamps_it_while_it_is_as_it_was() -> None:
    first = release(from_anki(), note("elbe"))
    second = release(from_anki(), note("elbe", "Other"), after=first, now=NOW + DAY)
    assert times(second) == {"nile": 1 - NOW, "elbe": DAY}
    resent, _ = released(second, "3", NOW + 2 * DAY, resend=NOW)
    assert times(resent)["nile"] == 1 - NOW


@pytest.mark.parametrize("shipped", [False, True])
def test_what_is_changed_in_it_later_arrives(shipped: bool) -> None:
    first = quietly(from_anki())
    if shipped:
        first = release(from_anki(), after=first)
    later = quietly(from_anki("Other"), after=first, now=NOW + DAY)
    assert times(later) == {"nile": DAY}
    assert since_release(later.lock) == Changes(changed=(Key("nile"),))
    sent = release(from_anki("Other"), after=later, now=NOW + 2 * DAY)
    assert times(sent) == {"nile": 2 * DAY if shipped else DAY}
    assert quietly(from_anki("Other"), after=sent, now=NOW + 3 * DAY).lock == sent.lock


def test_one_that_comes_after_a_release_is_told_as_new_and_is_as_old() -> None:
    first = release(note("elbe"))
    later, told = build(note("elbe"), from_anki(), after=first, now=NOW + DAY)
    assert told == ()
    (key,) = since_release(later.lock).added
    shipped = release(note("elbe"), from_anki(), after=later, now=NOW + 2 * DAY)
    assert shipped.lock.notes[key].mod == 1
    assert not since_release(shipped.lock)
    again, told = build(note("elbe"), from_anki("Other"), after=shipped, now=NOW + 3 * DAY)
    assert (told, again.lock.notes[key].mod) == ((), NOW + 3 * DAY)


def test_it_is_told_when_it_leaves() -> None:
    """Learners have it, though no release brought it."""
    first = quietly(from_anki(), note("elbe"))
    gone, _ = build(note("elbe"), after=first, now=NOW + DAY)
    assert since_release(gone.lock).removed == (Key("nile"),)


def test_a_row_without_a_guid_is_a_new_note() -> None:
    assert times(quietly(note("nile", known=True))) == {"nile": 0}


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


_NO_UPDATE = (
    ". For everyone who has its notes no update of them would ever arrive again, without a word, "
    "and an import would add an empty note type"
)


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        (replace(BASIC, fields=("Front", "Back", "Hint")), "the field “Hint” is new"),
        (replace(BASIC, fields=("Front",)), "the field “Back” is gone"),
        (replace(BASIC, fields=("Back", "Front")), "the fields are in another order"),
        (
            replace(BASIC, templates=(*BASIC.templates, CardTemplate("Back", "{{Back}}", ""))),
            "the template “Back” is new",
        ),
        (
            replace(BASIC, templates=(replace(BASIC.templates[0], name="Card 1"),)),
            "the template “Front” is gone; the template “Card 1” is new",
        ),
        (replace(BASIC, kind="cloze"), "its kind is cloze, and was normal"),
    ],
    ids=["field added", "removed", "reordered", "template added", "renamed", "kind"],
)
def test_a_changed_schema_stops_the_build(changed: NoteType, what: str) -> None:
    first = quietly(note("nile"))
    _, (told,) = build(note("nile"), after=first, types=(changed,))
    assert told.code == "I001"
    assert told.message == f"the note type “Basic” changed: {what}{_NO_UPDATE}"
    assert told.hint.startswith("set it back to the fields Front, Back and the templates Front; or")
    assert told.hint.endswith(", if no learner has it or all are told, --accept-schema-change")


def test_a_changed_schema_can_be_accepted_and_keeps_the_ids_of_what_stays() -> None:
    first = release(note("nile"))
    more = replace(BASIC, fields=("Front", "Hint", "Back"))
    later, told = build(
        *(note("nile"),),
        after=first,
        now=NOW + DAY,
        types=(more,),
        policy=Policy(accept_schema_change=True),
    )
    assert told == ()
    (before,), (after,) = first.note_types, later.note_types
    assert (after.id, after.template_ids, after.mod) == (before.id, before.template_ids, NOW + DAY)
    assert (after.field_ids[0], after.field_ids[2]) == before.field_ids
    assert after.field_ids[1] not in before.field_ids
    assert later.lock.note_types["Basic"].accepted
    again, told = build(note("nile"), after=later, now=NOW + 2 * DAY, types=(more,))
    assert (told, again.lock) == ((), later.lock)


def test_ids_that_learners_have_do_not_change_with_an_accepted_schema() -> None:
    """What is accepted are other fields and templates; an id that would be left out is told."""
    first = release(note("nile"))
    _, (told,) = identify(
        *((note("nile"),), {"Basic": BASIC}, {"Basic": "Rivers Basic"}, first.lock, "rivers"),
        NOW + DAY,
        Policy(accept_schema_change=True),
        {"Basic": TypeIdentity(id=1398130078204)},
    )
    assert told.code == "I013"
    assert told.message == (
        f"the note type Basic was released with the id {first.note_types[0].id}"
    )


def test_a_note_that_changes_its_note_type_stops_the_build() -> None:
    first = quietly(note("nile"))
    _, (told,) = build(note("nile", note_type="Term"), after=first, types=(TERM,))
    assert (told.code, told.key) == ("I002", "nile")
    assert told.message == (
        "nile was a Basic note and is a Term note now: Anki would never update it"
    )
    assert told.hint == (
        "keep its note type; or, as a new note that is learnt anew (the old one stays with those "
        "who have it): deckwright rename --new nile"
    )


def test_a_note_whose_note_type_changed_can_be_a_new_note() -> None:
    first = release(note("nile"))
    later, (told,) = build(
        note("nile", note_type="Term"),
        after=first,
        now=NOW + DAY,
        types=(TERM,),
        policy=Policy(new=frozenset({Key("nile")})),
    )
    assert said([told]) == ["I003 nile is no longer in the sources; learners who have it keep it"]
    assert set(identities(later)["nile"]).isdisjoint(identities(first)["nile"])
    old = later.lock.notes[Key("nile@Basic")]
    assert old == replace(first.lock.notes[Key("nile")], retired=NOW + DAY, leaving=True)
    again, told_again = build(
        note("nile", note_type="Term"), after=later, now=NOW + 2 * DAY, types=(TERM,)
    )
    assert (again.lock, told_again) == (later.lock, ())


@pytest.mark.parametrize("seen", [False, True])
def test_a_note_that_has_its_old_note_type_again_is_the_old_note(seen: bool) -> None:
    """Learners have it still, with their reviews: they would have it twice."""
    types = (BASIC, TERM)
    first = release(note("nile"))
    other, _ = build(
        note("nile", note_type="Term"),
        after=first,
        now=NOW + DAY,
        types=types,
        policy=Policy(new=frozenset({Key("nile")})),
    )
    if seen:
        other, _ = identity.released(other, "2", NOW + DAY)
    back, told = build(note("nile"), after=other, now=NOW + 2 * DAY, types=types)
    assert identities(back) == identities(first)
    assert {d.code for d in told} == {"I003"}
    assert back.lock.notes[Key("nile")].was is None
    term = back.lock.notes[Key("nile@Term")]
    assert (term.guid, term.leaving) == (other.lock.notes[Key("nile")].guid, seen)
    assert quietly(note("nile"), after=back, now=NOW + 3 * DAY).lock == back.lock
    # And it can change once more.
    again, _ = build(note("nile", note_type="Term"), after=back, now=NOW + 3 * DAY, types=types)
    assert identities(again) == identities(other)


def test_the_lock_of_another_project_stops_the_build() -> None:
    _, (told,) = build(note("nile"), after=quietly(note("nile")), project="lakes")
    assert told.code == "I004"
    assert told.message == "the lock belongs to the project “rivers”, and this is “lakes”"
    assert told.hint == ("set the id back to rivers; an id never changes, not even with the name")


# Renames -----------------------------------------------------------------------------------------

NILE = (
    "It rises in the highlands of Ethiopia and in the great lakes of East Africa, runs north "
    "through eleven countries and reaches the Mediterranean in a broad green delta"
)
ELBE = (
    "A cold stream of the Giant Mountains that passes Dresden, Magdeburg and Hamburg on more than "
    "a thousand kilometres before tides lift it up twice each day near its mouth"
)
VOLGA = (
    "Nothing but plains lie along Europe's longest stream, whose nine huge reservoirs feed power "
    "stations, locks and canals until sturgeons meet it in salty Caspian shallows"
)
HALF = NILE.replace(
    "runs north through eleven countries and reaches the Mediterranean in a broad green delta",
    "was measured by steps that priests cut into walls, because taxes were due by its flood",
)
"""Half of the Nile's words: nobody can say whether the note is the same."""


def test_a_note_under_another_key_is_recognised_and_told_with_its_place() -> None:
    first = quietly(note("nile", NILE), note("elbe", ELBE))
    later, (told,) = build(note("the-nile", NILE), note("elbe", ELBE), after=first, now=NOW + DAY)
    assert identities(later)["the-nile"] == identities(first)["nile"]
    assert (told.code, told.key) == ("I006", "the-nile")
    assert told.message == "renamed: nile → the-nile, reviews kept"
    assert told.hint == "if these are two notes: deckwright rename --new the-nile"
    assert told.span == Span("rivers.txt", 0, 1)
    # Its title is its question: that changed, so it is sent.
    assert times(later) == {"the-nile": DAY, "elbe": 0}
    assert later.lock.notes.keys() == {"the-nile", "elbe"}


def test_a_rename_is_told_once() -> None:
    first = quietly(note("nile", NILE))
    later, _ = build(note("the-nile", NILE), after=first, now=NOW + DAY)
    assert quietly(note("the-nile", NILE), after=later, now=NOW + 2 * DAY).lock == later.lock


def test_a_rename_that_no_learner_sees_stamps_nothing() -> None:
    first = quietly(note("nile", NILE, front="Where does the Nile rise?"))
    later, (told,) = build(
        note("the-nile", NILE, front="Where does the Nile rise?"), after=first, now=NOW + DAY
    )
    assert said([told]) == ["I006 renamed: nile → the-nile, reviews kept"]
    assert times(later) == {"the-nile": 0}


def concept(key: str, text: str) -> list[RenderedNote]:
    """A note and two that are derived of it, whose questions name no title."""
    return [
        note(key, text),
        note(f"{key}/where", f"Rises: {text}", front=f"Where? {text[:9]}", parent=key),
        note(f"{key}/what", f"Is: {text}", front=f"What? {text[:9]}", parent=key),
    ]


def test_derived_notes_follow_their_parent_and_are_told_as_a_number() -> None:
    first = quietly(*concept("nile", NILE), *concept("elbe", ELBE))
    later, (told,) = build(
        *concept("the-nile", NILE), *concept("elbe", ELBE), after=first, now=NOW + DAY
    )
    assert told.message == "renamed: nile → the-nile, reviews kept, with 2 of its notes"
    for below in ("", "/where", "/what"):
        assert identities(later)[f"the-nile{below}"] == identities(first)[f"nile{below}"]
    # The questions below say the same as before.
    assert {key for key, time in times(later).items() if time} == {"the-nile"}


def test_a_note_that_may_be_another_one_is_new_and_told_at_every_build() -> None:
    first = quietly(note("nile", NILE), note("elbe", ELBE))
    known: Identified = first
    for number in range(1, 4):
        known, told = build(
            note("flood", HALF), note("elbe", ELBE), after=known, now=NOW + number * DAY
        )
        unsure = [d for d in told if d.code == "I007"]
        assert [(d.message, d.key) for d in unsure] == [("flood may be nile, renamed", "flood")]
        assert unsure[0].hint == (
            "if it is: deckwright rename nile flood; if not: deckwright rename --new flood"
        )
        assert said([d for d in told if d.code != "I007"]) == (
            ["I003 nile is no longer in the sources; learners who have it keep it"]
            if number == 1
            else []
        )
        assert known.lock.notes[Key("flood")].maybe == "nile"
        assert identities(known)["flood"] != identities(first)["nile"]
        assert known.lock.notes[Key("nile")].retired == NOW + DAY


def test_a_note_that_may_be_another_one_stops_what_must_be_settled() -> None:
    first = quietly(note("nile", NILE))
    settled = Policy(settled=True)
    _, told = build(note("flood", HALF), after=first, now=NOW + DAY, policy=settled)
    assert [d.code for d in told if d.severity is Severity.ERROR] == ["I008"]
    between, _ = build(note("flood", HALF), after=first, now=NOW + DAY)
    _, told = build(note("flood", HALF), after=between, now=NOW + DAY, policy=settled)
    assert said(told) == ["I008 flood may be nile, renamed"]


def test_what_is_said_to_be_new_is_new_and_asked_no_more() -> None:
    first = quietly(note("nile", NILE))
    new = Policy(new=frozenset({Key("flood")}))
    later, told = build(note("flood", HALF), after=first, now=NOW + DAY, policy=new)
    assert said(told) == ["I003 nile is no longer in the sources; learners who have it keep it"]
    assert later.lock.notes[Key("flood")].maybe is None
    assert quietly(note("flood", HALF), after=later, now=NOW + 2 * DAY).lock == later.lock
    # Also where the text is the very same one.
    twin, told = build(
        note("the-nile", NILE),
        after=first,
        now=NOW + DAY,
        policy=Policy(new=frozenset({Key("the-nile")})),
    )
    assert [d.code for d in told] == ["I003"]
    assert set(identities(twin)["the-nile"]).isdisjoint(identities(first)["nile"])


def test_the_doubt_ends_when_the_old_note_is_back() -> None:
    first = quietly(note("nile", NILE))
    unsure, _ = build(note("flood", HALF), after=first, now=NOW + DAY)
    both = quietly(note("nile", NILE), note("flood", HALF), after=unsure, now=NOW + 2 * DAY)
    assert both.lock.notes[Key("flood")].maybe is None
    assert identities(both)["nile"] == identities(first)["nile"]


def test_what_is_unsettled_stays_so_where_the_new_note_is_renamed_itself() -> None:
    """Else the next release would take it for new, and ask no more."""
    first = release(note("nile", NILE))
    unsure, _ = build(note("flood", HALF), after=first, now=NOW + DAY)
    _, told = build(note("the-flood", HALF), after=unsure, now=NOW + 2 * DAY)
    assert said(told) == [
        "I006 renamed: flood → the-flood, reviews kept",
        "I007 the-flood may be nile, renamed",
    ]


def test_what_may_have_gone_to_another_key_is_asked_where_its_own_has_another_text() -> None:
    """Until somebody says which it is: the reviews would stand on another question, unseen."""
    first = release(note("nile", NILE), note("elbe", ELBE))
    part = " ".join(NILE.split()[:9])
    third = f"{part} where nobody had looked for springs before a doctor came and drew a map of all"
    notes = [note("nile", VOLGA), note("flood", third), note("elbe", ELBE)]
    known = first
    for number in range(1, 4):
        known, told = build(*notes, after=known, now=NOW + number * DAY)
        assert said(told) == ["I007 flood may be nile, renamed"]


def test_two_notes_that_swap_their_titles_swap_their_keys() -> None:
    first = quietly(note("nile", NILE), note("elbe", ELBE))
    later, told = build(note("nile", ELBE), note("elbe", NILE), after=first, now=NOW + DAY)
    assert said(told) == [
        "I006 renamed: elbe → nile, reviews kept",
        "I006 renamed: nile → elbe, reviews kept",
    ]
    before, after = identities(first), identities(later)
    assert (after["nile"], after["elbe"]) == (before["elbe"], before["nile"])


def test_a_new_note_under_the_key_of_a_renamed_one_is_another_note() -> None:
    first = quietly(note("nile", NILE))
    later, told = build(note("the-nile", NILE), note("nile", VOLGA), after=first, now=NOW + DAY)
    assert said(told) == ["I006 renamed: nile → the-nile, reviews kept"]
    before, after = identities(first), identities(later)
    assert after["the-nile"] == before["nile"]
    # The hash of its key is reserved, so it is salted: the same on every machine.
    assert not set(after["nile"]) & set(before["nile"])
    again, _ = build(note("nile", VOLGA), note("the-nile", NILE), after=first, now=NOW + DAY)
    assert identities(again) == after
    assert (
        quietly(note("the-nile", NILE), note("nile", VOLGA), after=later, now=NOW + 2 * DAY).lock
        == later.lock
    )


def test_a_derived_note_of_a_new_note_under_an_old_key_is_another_one_too() -> None:
    """The renamed concept lost one of its questions, and the new concept of its name has one of
    the same key: a learner's reviews of the old question must not stand on it."""
    first = release(*concept("nile", NILE), *concept("elbe", ELBE))
    renamed = [each for each in concept("the-nile", NILE) if each.note.key != "the-nile/where"]
    later, _ = build(
        *renamed, *concept("nile", VOLGA), *concept("elbe", ELBE), after=first, now=NOW + DAY
    )
    before, after = identities(first), identities(later)
    assert after["the-nile"] == before["nile"]
    assert after["the-nile/what"] == before["nile/what"]
    old = {before[key] for key in before if key.startswith("nile")}
    assert not old & {after[key] for key in after if key.startswith("nile")}


def test_a_note_that_left_comes_back_under_another_title() -> None:
    first = quietly(note("nile", NILE), note("elbe", ELBE))
    gone, _ = build(note("elbe", ELBE), after=first, now=NOW + DAY)
    back, (told,) = build(note("elbe", ELBE), note("the-nile", NILE), after=gone, now=NOW + 2 * DAY)
    assert told.message == "renamed: nile → the-nile, reviews kept"
    assert identities(back)["the-nile"] == identities(first)["nile"]
    assert back.lock.notes.keys() == {"elbe", "the-nile"}
    assert back.lock.notes[Key("the-nile")].retired is None


def test_a_note_that_changes_a_little_under_its_own_key_is_no_rename() -> None:
    first = quietly(note("nile", NILE), note("elbe", ELBE))
    edited = NILE.replace("eleven", "twelve")
    later = quietly(note("nile", edited), note("elbe", ELBE), after=first, now=NOW + DAY)
    assert identities(later) == identities(first)
    assert times(later) == {"nile": DAY, "elbe": 0}


def test_a_lock_remembers_the_key_of_the_last_release() -> None:
    """Learners know a note by what it was then, whatever it was called between."""
    first = release(note("nile", NILE))
    one, _ = build(note("the-nile", NILE), after=first, now=NOW + DAY)
    two, _ = build(note("river-nile", NILE), after=one, now=NOW + 2 * DAY)
    assert two.lock.notes[Key("river-nile")].was == "nile"
    assert since_release(two.lock) == Changes(
        changed=(Key("river-nile"),), renamed=((Key("nile"), Key("river-nile")),)
    )
    back, _ = build(note("nile", NILE), after=two, now=NOW + 3 * DAY)
    assert back.lock.notes[Key("nile")].was is None
    out = release(note("river-nile", NILE), after=two, now=NOW + 3 * DAY)
    assert out.lock.notes[Key("river-nile")].was is None


def test_before_a_release_nobody_has_to_know_what_a_note_was() -> None:
    first = quietly(note("nile", NILE))
    later, _ = build(note("the-nile", NILE), after=first, now=NOW + DAY)
    assert later.lock.notes[Key("the-nile")].was is None
    known = release(note("elbe", ELBE), now=NOW)
    more, _ = build(note("elbe", ELBE), note("nile", NILE), after=known, now=NOW + DAY)
    renamed, _ = build(note("elbe", ELBE), note("the-nile", NILE), after=more, now=NOW + 2 * DAY)
    assert renamed.lock.notes[Key("the-nile")].was is None


# GUIDs that are given ----------------------------------------------------------------------------


def test_a_note_of_a_deck_that_learners_have_keeps_its_guid() -> None:
    first = quietly(note("nile", guid="Hx#4~]"), note("elbe"))
    assert identities(first)["nile"][0] == "Hx#4~]"
    assert identities(first)["elbe"] == identities(quietly(note("nile"), note("elbe")))["elbe"]
    # The lock has it from now on: it need not be given any more.
    later = quietly(note("nile"), note("elbe"), after=first, now=NOW + DAY)
    assert later.lock == first.lock


def test_a_given_guid_finds_the_note_under_any_key() -> None:
    first = release(note("nile", guid="Hx#4"))
    later, told = build(note("volga", VOLGA, guid="Hx#4"), after=first, now=NOW + DAY)
    assert told == ()
    assert identities(later)["volga"] == identities(first)["nile"]
    assert later.lock.notes[Key("volga")].was == "nile"


def test_what_is_derived_of_a_note_with_a_given_guid_follows_it() -> None:
    """Whatever became of its own text."""
    first = release(*concept("nile", NILE), *concept("elbe", ELBE))
    guid = identities(first)["nile"][0]
    _, where, what = concept("the-flood", NILE)
    later, told = build(
        *(note("the-flood", VOLGA, guid=guid), where, what, *concept("elbe", ELBE)),
        after=first,
        now=NOW + DAY,
    )
    assert said(told) == ["I006 renamed: nile → the-flood, reviews kept, with 2 of its notes"]
    for below in ("", "/where", "/what"):
        assert identities(later)[f"the-flood{below}"] == identities(first)[f"nile{below}"]


def test_what_is_derived_of_a_note_with_a_given_guid_is_recognised_below_it() -> None:
    first = release(note("nile", NILE), note("nile/end", VOLGA, parent="nile"), note("elbe", ELBE))
    guid = identities(first)["nile"][0]
    parent = note("nile", NILE, guid=guid)
    last = note("nile/last", VOLGA, parent="nile")
    later, told = build(parent, last, note("elbe", ELBE), after=first, now=NOW + DAY)
    assert said(told) == ["I006 renamed: nile/end → nile/last, reviews kept"]
    assert identities(later)["nile/last"] == identities(first)["nile/end"]


def test_a_given_guid_is_stronger_than_a_likeness() -> None:
    """The note has the text of one that left, but a person says that it is another."""
    first = release(note("nile", NILE))
    later, told = build(note("the-nile", NILE, guid="Hx#4"), after=first, now=NOW + DAY)
    assert [d.code for d in told] == ["I003"]
    assert identities(later)["the-nile"][0] == "Hx#4"
    assert later.lock.notes[Key("nile")].retired is not None


def test_two_notes_of_one_guid_are_told_with_both_places() -> None:
    _, (told,) = build(note("nile", guid="Hx#4"), note("elbe", guid="Hx#4"))
    assert said([told]) == ["I011 elbe has the GUID Hx#4 of nile"]
    assert told.hint == "give each note a GUID of its own"
    assert told.span is not None
    assert told.other is not None


def test_the_guid_of_another_note_that_is_there_is_told() -> None:
    first = quietly(note("nile"), note("elbe"))
    own = identities(first)["nile"][0]
    _, told = build(note("nile"), note("elbe", guid=own), after=first, now=NOW + DAY)
    (found,) = (d for d in told if d.severity is Severity.ERROR)
    assert said([found]) == [f"I011 elbe has the GUID {own} of nile"]
    assert found.other is not None


def test_two_notes_can_exchange_their_guids() -> None:
    first = quietly(note("nile"), note("elbe"))
    nile, elbe = (identities(first)[key][0] for key in ("nile", "elbe"))
    later, told = build(note("nile", guid=elbe), note("elbe", guid=nile), after=first, now=NOW)
    assert told == ()
    assert {key: guid for key, (guid, _) in identities(later).items()} == {
        "nile": elbe,
        "elbe": nile,
    }


def test_a_guid_of_a_note_of_another_note_type_is_refused() -> None:
    """Anki would never update it."""
    first, _ = build(note("nile"), note("elbe", note_type="Term"), types=(BASIC, TERM))
    guid = identities(first)["elbe"][0]
    _, told = build(note("danube", guid=guid), note("nile"), after=first, now=NOW + DAY)
    assert said([d for d in told if d.severity is Severity.ERROR]) == [
        "I002 danube was a Term note and is a Basic note now: Anki would never update it"
    ]


def test_a_guid_that_was_released_does_not_change() -> None:
    first = release(note("nile"))
    own = identities(first)["nile"][0]
    _, told = build(note("nile", guid="Hx#4"), after=first, now=NOW + DAY)
    assert said(told) == [f"I012 nile was released with the GUID {own}, and is given Hx#4"]
    assert told[0].hint == f"leave the GUID out, or give it {own}"


def test_a_guid_that_no_release_has_seen_can_be_given_still() -> None:
    first = quietly(note("nile"))
    later, told = build(note("nile", guid="Hx#4"), after=first, now=NOW + DAY)
    assert not [d for d in told if d.severity is Severity.ERROR]
    assert identities(later)["nile"][0] == "Hx#4"
    assert quietly(note("nile"), after=later, now=NOW + 2 * DAY).lock == later.lock


def test_no_note_gets_a_guid_that_another_one_is_given() -> None:
    own = identities(quietly(note("nile")))["nile"][0]
    both = quietly(note("nile"), note("elbe", guid=own))
    assert identities(both)["elbe"][0] == own
    assert identities(both)["nile"][0] != own


# Decks -------------------------------------------------------------------------------------------


def test_a_deck_that_was_renamed_is_told_as_cards_stay_where_they_are() -> None:
    first = release(note("nile", deck="Rivers"), note("elbe", deck="Rivers::Europe"))
    assert first.lock.decks == ("Rivers", "Rivers::Europe")
    for _ in range(2):  # at every build until the release
        later, (told,) = build(
            note("nile", deck="Waters"),
            note("elbe", deck="Waters::Europe"),
            after=first,
            now=NOW + DAY,
        )
        assert told.code == "I010"
        assert told.message == (
            "no note lies in “Rivers” and “Rivers::Europe” any more: cards that are there stay; "
            "new ones arrive in “Waters” and “Waters::Europe”"
        )
        assert told.hint == (
            "tell learners to rename their deck in Anki before they import; or keep the name"
        )
        assert later.lock == first.lock
        first = later
    time = release_time(later.lock, NOW + DAY)
    out, _ = released(later, "2", time)
    assert out.lock.decks == ("Waters", "Waters::Europe")
    _, told = build(
        *(note("nile", deck="Waters"), note("elbe", deck="Waters::Europe")), after=out, now=NOW
    )
    assert told == ()


def test_a_deck_that_is_empty_now_is_told_without_a_way_to_another() -> None:
    first = quietly(note("nile", deck="Rivers"), note("elbe", deck="Rivers::Europe"))
    _, told = build(note("nile", deck="Rivers"), after=first, now=NOW + DAY)
    (left,) = (d for d in told if d.code == "I010")
    assert left.message == "no note lies in “Rivers::Europe” any more: cards that are there stay"
    assert left.hint == ""


# Releases ----------------------------------------------------------------------------------------


def test_the_first_release_stamps_nothing() -> None:
    """Who has an earlier build has nothing older: own edits on it stay."""
    first = quietly(note("nile"), note("elbe"))
    later = quietly(note("nile", "Other"), note("elbe"), after=first, now=NOW + DAY)
    out = release(note("nile", "Other"), note("elbe"), after=later, now=NOW + 2 * DAY)
    assert times(out) == {"nile": DAY, "elbe": 0}
    assert out.note_types == first.note_types
    assert out.lock.releases == (("1", NOW + 2 * DAY),)


def test_all_that_changed_since_the_last_release_has_its_time() -> None:
    """Whoever imported the last one late, after the words were changed here, gets the change."""
    known = release(note("nile"), note("elbe"), note("volga"))
    known = quietly(
        note("nile", "Other"), note("elbe"), note("volga"), after=known, now=NOW + 2 * DAY
    )
    known = quietly(
        *(note("nile", "Other"), note("elbe"), note("volga"), note("danube")),
        after=known,
        now=NOW + 4 * DAY,
    )
    out = release(
        *(note("nile", "Other"), note("elbe"), note("volga", "New"), note("danube")),
        after=known,
        now=NOW + 9 * DAY,
    )
    nine = 9 * DAY
    assert times(out) == {"nile": nine, "elbe": 0, "volga": nine, "danube": nine}
    assert out.lock.releases == (("1", NOW), ("2", NOW + nine))
    assert since_release(out.lock) == Changes()


def test_a_note_type_that_changed_has_the_time_of_the_release_too() -> None:
    first = release(note("nile"))
    changed = replace(BASIC, style=".card { color: red }")
    later, _ = build(note("nile"), after=first, now=NOW + DAY, types=(changed,))
    assert since_release(later.lock).note_types == ("Basic",)
    out, _ = released(later, "2", release_time(later.lock, NOW + 5 * DAY))
    assert [each.mod for each in out.note_types] == [NOW + 5 * DAY]
    assert out.lock.note_types["Basic"].mod == NOW + 5 * DAY
    assert times(out) == {"nile": 0}


def test_a_change_can_be_sent_once_more() -> None:
    """For learners whose own tag, edit or leech was newer than the change, and hid it."""
    first = release(note("nile"), note("elbe"), note("volga"))
    second = release(
        note("nile", "Other"), note("elbe"), note("volga"), after=first, now=NOW + 2 * DAY
    )
    third = release(
        note("nile", "Other"), note("elbe", "Other"), note("volga"), after=second, now=NOW + 4 * DAY
    )
    now = NOW + 6 * DAY
    same, _ = build(
        note("nile", "Other"), note("elbe", "Other"), note("volga"), after=third, now=now
    )
    out, resent = released(same, "4", now, resend=NOW + 3 * DAY)
    assert resent == ("elbe",)
    assert times(out) == {"nile": 2 * DAY, "elbe": 6 * DAY, "volga": 0}
    out, resent = released(same, "4", now, resend=NOW + 1)
    assert resent == ("nile", "elbe")
    assert times(out) == {"nile": 6 * DAY, "elbe": 6 * DAY, "volga": 0}
    # What changed anyway is sent anyway, and not told as sent once more.
    more, _ = build(note("nile", "New"), note("elbe", "Other"), note("volga"), after=third, now=now)
    _, resent = released(more, "4", now, resend=NOW + 1)
    assert resent == ("elbe",)


@pytest.mark.parametrize("passed", [0, -1, -400 * DAY])
def test_times_after_a_release_are_later_than_it_whatever_the_clock_says(passed: int) -> None:
    first = quietly(note("nile"), note("elbe"))
    out = release(note("nile"), note("elbe"), after=first, now=NOW + 10 * DAY)
    now = NOW + 10 * DAY + passed
    later = quietly(note("nile", "Other"), note("elbe"), note("volga"), after=out, now=now)
    last = NOW + 10 * DAY
    assert later.lock.notes[Key("nile")].mod > last
    assert later.lock.notes[Key("volga")].mod > last
    gone, _ = build(note("nile"), after=out, now=now)
    assert since_release(gone.lock).removed == ("elbe",)
    assert (gone.lock.notes[Key("elbe")].retired or 0) > last
    changed, _ = build(
        *(note("nile"), note("elbe")), after=out, now=now, types=(replace(BASIC, style="b {}"),)
    )
    assert since_release(changed.lock).note_types == ("Basic",)


def test_a_release_is_later_than_all_that_the_lock_knows() -> None:
    assert release_time(None, NOW) == NOW
    first = quietly(note("nile"), now=NOW + 5 * DAY)
    assert release_time(first.lock, NOW) == NOW + 5 * DAY + 1
    assert release_time(first.lock, NOW + 9 * DAY) == NOW + 9 * DAY
    out = release(note("nile"), after=first, now=NOW)
    assert out.lock.released == NOW + 5 * DAY + 1
    assert release_time(out.lock, NOW) == NOW + 5 * DAY + 2


def test_a_note_that_came_and_left_between_two_releases_is_no_news() -> None:
    first = release(note("nile"))
    more = quietly(note("nile"), note("elbe"), after=first, now=NOW + DAY)
    gone, _ = build(note("nile"), after=more, now=NOW + 2 * DAY)
    assert since_release(gone.lock) == Changes()


def test_a_note_that_no_learner_saw_is_new_still_when_it_comes_back() -> None:
    """It came and left between two releases, and comes back after the second."""
    first = release(note("nile"))
    more = quietly(note("nile"), note("elbe"), after=first, now=NOW + DAY)
    gone, _ = build(note("nile", "Other"), after=more, now=NOW + 2 * DAY)
    second = release(note("nile", "Other"), after=gone, now=NOW + 3 * DAY)
    back = quietly(note("nile", "Other"), note("elbe"), after=second, now=NOW + 4 * DAY)
    assert identities(back)["elbe"] == identities(more)["elbe"]
    assert since_release(back.lock) == Changes(added=(Key("elbe"),))
    third = release(note("nile", "Other"), note("elbe"), after=back, now=NOW + 5 * DAY)
    assert times(third) == {"nile": 3 * DAY, "elbe": 5 * DAY}


def test_what_a_project_without_a_release_has_is_all_new() -> None:
    first = quietly(note("nile"), note("elbe"))
    assert since_release(first.lock) == Changes(added=(Key("elbe"), Key("nile")))


def test_what_a_release_tells_is_what_changed_since_the_last_one() -> None:
    first = release(note("nile", NILE), note("elbe", ELBE), note("danube"))
    later, _ = build(
        *(note("the-nile", NILE), note("danube", "Other"), note("volga", VOLGA)),
        after=first,
        now=NOW + DAY,
    )
    assert since_release(later.lock) == Changes(
        added=(Key("volga"),),
        changed=(Key("danube"), Key("the-nile")),
        renamed=((Key("nile"), Key("the-nile")),),
        removed=(Key("elbe"),),
    )


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


# Any history with renames and releases -----------------------------------------------------------

_WORDS = "mere brook weir ford eddy oxbow delta shoal gorge rapid sluice cairn".split()


def _text(slot: str, variant: int) -> str:
    """Thirty-six words that no other slot has, of which each variant changes one."""
    words = [f"{word}{slot}{number}" for number in range(3) for word in _WORDS]
    words[5 * variant] = f"variant{slot}{variant}"
    return " ".join(words)


Step = tuple[int, bool, Mapping[str, tuple[str, int]]]


def _histories(titles: Mapping[str, str]) -> st.SearchStrategy[list[Step]]:
    """Steps: the time that passed, whether there is a release, and the notes: what each slot (a
    text that is always known again) is titled, and which variant of its words it has."""

    def distinct(notes: Mapping[str, tuple[str, int]]) -> bool:
        return len({title for title, _ in notes.values()}) == len(notes)

    notes = st.fixed_dictionaries(
        {},
        optional={
            slot: st.tuples(st.sampled_from(sorted(own.split())), st.integers(0, 3))
            for slot, own in titles.items()
        },
    )
    step = st.tuples(
        st.integers(-2 * DAY, 5 * DAY), st.booleans(), notes.filter(bool).filter(distinct)
    )
    return st.lists(step, min_size=1, max_size=7)


def _learners(history: Sequence[Step], *, settled: bool) -> Iterator[tuple[Step, Identified]]:
    """Build and release a history, with a learner after each step who imported the last release
    of before, and one for each build of before: all have what the release has, and of the notes
    that were not changed nothing is overwritten."""
    known: Lock | None = None
    now = NOW
    collections: list[tuple[dict[str, tuple[int, object]], set[str], bool]] = []
    for step in history:
        passed, is_release, notes = step
        now += passed
        rendered = [note(title, _text(slot, v)) for slot, (title, v) in notes.items()]
        time = release_time(known, now) if is_release else now
        policy = Policy(settled=settled and is_release)
        made, told = build(*rendered, after=known, now=time, policy=policy)
        assert {d.code for d in told if d.severity is Severity.ERROR} == set()
        before = {n.guid: n for n in known.notes.values()} if known else {}
        changed = {
            each.guid
            for each in made.notes
            if each.guid not in before or before[each.guid].mod != each.mod
        }
        for _, since, _ in collections:
            since |= changed
        if is_release:
            made, _ = released(made, f"{len(made.lock.releases) + 1}", time)
            for has, since, of_release in collections:
                for each in made.notes:
                    mod, html = has.get(each.guid, (-1, None))
                    if each.mod > mod:  # Anki takes it
                        fresh = each.guid in since or html is None or not of_release
                        assert fresh, "a learner's own edit was overwritten"
                    else:
                        assert html == each.rendered.html, "a change did not arrive"
        shown = {each.guid: (each.mod, each.rendered.html) for each in made.notes}
        if is_release or not made.lock.releases:
            collections.append((shown, set(), is_release))
        guids = [each.guid for each in made.lock.notes.values()]
        ids = [each.id for each in made.lock.notes.values()]
        assert len(set(guids)) == len(guids)
        assert len(set(ids)) == len(ids)
        assert {each.guid for each in made.notes} <= set(guids)
        assert set(before) <= set(guids), "an identity was forgotten"
        known, damage = lock.parse(Source("deck.lock", lock.serialise(made.lock)))
        assert damage == ()
        assert known == made.lock
        yield step, made


@settings(deadline=None)
@given(
    _histories({"a": "amur amazon", "b": "bug brahmaputra", "c": "colorado", "d": "don dnieper"})
)
def test_through_any_history_of_renames_a_note_keeps_its_identity(history: list[Step]) -> None:
    """Titles that no two notes ever have: what a note is, is never in doubt."""
    own: dict[str, tuple[str, int]] = {}
    for (_, _, notes), made in _learners(history, settled=True):
        for slot, (title, _) in notes.items():
            assert own.setdefault(slot, identities(made)[title]) == identities(made)[title]
    assert len(set(own.values())) == len(own)


@settings(deadline=None)
@given(_histories(dict.fromkeys("abcd", "amur bug colorado don elbe")))
def test_through_any_history_of_exchanged_titles_no_guid_is_shared(history: list[Step]) -> None:
    """Notes take each other's titles, so one that is gone for long may be another when it is back;
    but those that are there before and after an edit stay what they are."""
    before: dict[str, tuple[str, int]] = {}
    for (_, _, notes), made in _learners(history, settled=False):
        now = {slot: identities(made)[title] for slot, (title, _) in notes.items()}
        for slot in before.keys() & now.keys():
            assert now[slot] == before[slot]
        before = now
