"""What changed between two packages, as a maintainer reads it, and release notes, as learners do.

The packages here are small and given as values; those that were really written stand at the end,
and so does Anki itself, which says whether a search selects what it should.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from anki.collection import (
    Collection,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.lang import set_lang
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from deckwright import apkg, notetypes
from deckwright import package as packaging
from deckwright.apkg import Card, Deck, Note, NoteType, Package, Template
from deckwright.compare import (
    Difference,
    NoteChange,
    NoteName,
    Release,
    Run,
    TypeChange,
    as_data,
    markdown,
    packages,
    plain_text,
    release_notes,
    search,
    text,
)
from deckwright.lock import Changes, Lock, LockedNote
from deckwright.note import Guid, IdentifiedNote, Key, RenderedNote
from deckwright.note import Note as SourceNote
from helpers import BEES, CARDS, DAY, NOW, build, page, write

TERM = NoteType(
    1,
    "Bees Term",
    "normal",
    (("Question", 11), ("Answer", 12), ("Source", 13), ("Key", 14)),
    (Template("Question", 21, "{{Question}}", "{{Answer}}"),),
    ".card { }",
    NOW,
)
CONCEPT = replace(TERM, id=2, name="Bees Concept")
CLOZE = NoteType(
    3, "Cloze", "cloze", (("Text", None),), (Template("Cloze", None, "{{cloze:Text}}", ""),), "", 1
)
NOTHING: Mapping[str, str] = {}
QUEEN = "The only fertile female, who lays up to 2,000 eggs a day."


def term(
    key: str,
    answer: str = QUEEN,
    *,
    question: str = "",
    guid: str = "",
    source: str = "",
    mod: int = NOW,
    type: int = 1,
    tags: Sequence[str] = (),
    decks: Sequence[str] = ("Bees",),
) -> Note:
    """A note; its GUID and its question are made of its key."""
    fields = (question or f"What is a {key}?", answer, source, key)
    cards = tuple(Card(ordinal, deck, ordinal) for ordinal, deck in enumerate(decks))
    return Note(guid or f"guid-{key}", 1, type, mod, tuple(tags), fields, cards)


def package(
    *notes: Note,
    path: str = "bees.apkg",
    types: Sequence[NoteType] = (TERM, CONCEPT),
    decks: Sequence[Deck] = (Deck("Bees", ""),),
    media: Mapping[str, str] = NOTHING,
) -> Package:
    return Package(path, notes, {each.id: each for each in types}, tuple(decks), media, {})


def told(old: Package, new: Package) -> list[str]:
    """What is said of a difference, without the paths and the empty lines."""
    first, *lines = text(packages(old, new))
    assert first == f"{old.path} → {new.path}"
    return [line for line in lines if line]


def later(note: Note, *, by: int = DAY, **changes: object) -> Note:
    """The note, changed and newer."""
    return replace(note, mod=note.mod + by, **changes)  # type: ignore[arg-type]


def answered(old: str, new: str) -> list[str]:
    """What is said of the answer of a note that changed."""
    lines = told(package(term("queen", old)), package(later(term("queen", new))))
    assert lines[:3] == ["1 changed, 0 notes the same", "Changed (1)", "  What is a queen? (queen)"]
    return [line.removeprefix("    ") for line in lines[3:]]


# Fields as words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("The <b>queen</b>", "The queen"),
        ("Honey &lt; 18&nbsp;% &amp; more &#x263A;", "Honey < 18 % & more ☺"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>one</p>\n<p>two</p>", "one\ntwo"),
        ("<ul>\n<li>queen\n<ol><li>a</li></ol></li><li>drone</li></ul>", "- queen\n- a\n- drone"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre><code>x = 1\ny = 2</code></pre>", "x = 1\ny = 2"),
        ("a line\nis wrapped", "a line is wrapped"),
        ('See <img alt="x" src="queen%20bee.png">.', "See [image: queen bee.png] ."),
        ('<img src="data:image/png;base64,AAAA">', "[image: data:image/png bb9cd3a1]"),
        ("[sound:hum.mp3]", "[sound:hum.mp3]"),
        (r"\(x^2 &lt; 3\) and \[\frac{1}{2}\]", r"\(x^2 < 3\) and \[\frac{1}{2}\]"),
        ("{{c1::<i>Apis</i>::genus}} mellifera", "{{c1::Apis::genus}} mellifera"),
        ("<script>alert(1)</script><style>b {}</style>text", "text"),
        ("<!-- note --> seen <!-- <b> --> too <!-- open", "seen too"),
        ("1 < 2 and <3, a<b", "1 < 2 and <3, a<b"),
        ("<b>open <i>tags", "open tags"),
        ("bell\x07 and \x1b[31mred", "bell and [31mred"),
        ("<![<![CDATA[x]]>", "<![<![CDATA[x]]>"),
        ("", ""),
    ],
)
def test_a_field_is_read_as_a_learner_sees_it(html: str, words: str) -> None:
    if "data:" in html:
        assert re.fullmatch(r"\[image: data:image/png [0-9a-f]+\]", plain_text(html))
    else:
        assert plain_text(html) == words


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            QUEEN,
            QUEEN.replace("2,000", "1,500"),
            "Answer: The only fertile female, who lays up to [-2,000-] {+1,500+} eggs a day.",
        ),
        ("A bee.", "A bee that stings.", "Answer: A bee {+that stings+}."),
        ("A bee that stings.", "A bee.", "Answer: A bee [-that stings-]."),
        ("", "A bee.", "Answer: {+A bee.+}"),
        ("A bee.", "", "Answer: [-A bee.-]"),
        ("A small black bee", "A large red bee", "Answer: A [-small black-] {+large red+} bee"),
        ("A bee, a wasp", "A bee; a wasp", "Answer: A bee[-,-]{+;+} a wasp"),
        (
            "Nothing alike",
            "Quite different words",
            "Answer: [-Nothing alike-] {+Quite different words+}",
        ),
        ("蜜蜂采花", "蜜蜂采蜜", "Answer: 蜜蜂采[-花-]{+蜜+}"),
        ("in {{c1::June}}", "in {{c1::July}}", "Answer: in {{c1::[-June-]{+July+}}}"),
        (
            r"some \(x + y\) bees fly",
            r"some \(x + z\) bees fly",
            r"Answer: some [-\(x + y\)-] {+\(x + z\)+} bees fly",
        ),
        (
            'the picture <img src="a.png">',
            'the picture <img src="b.png">',
            "Answer: the picture [-[image: a.png]-] {+[image: b.png]+}",
        ),
        ("<p>A bee</p>", "<div><b>A</b> bee</div>", "Answer: markup only, no word changed"),
        ("<p>one</p><p>two</p>", "one two", "Answer: markup only, no word changed"),
        ("<ul><li>one</ul>", "- one", "Answer: markup only, no word changed"),
    ],
)
def test_a_changed_field_is_told_in_words(old: str, new: str, said: str) -> None:
    assert answered(old, new) == [said]


def test_items_of_a_list_stand_on_lines_of_their_own() -> None:
    old = "<p>Three castes:</p><ul><li>queen</li><li>worker</li></ul>"
    new = "<p>Three castes:</p><ul><li>queen</li><li>worker</li><li>drone</li></ul>"
    assert answered(old, new) == [
        "Answer: Three castes:",
        "    - queen",
        "    - worker",
        "    - {+drone+}",
    ]


def test_what_stayed_the_same_is_shortened() -> None:
    words = [f"w{number}" for number in range(40)]
    assert answered(" ".join(words), " ".join([*words[:20], "new", *words[21:]])) == [
        "Answer: … w12 w13 w14 w15 w16 w17 w18 w19 [-w20-] {+new+} w21 w22 w23 w24 w25 w26 w27 "
        "w28 …"
    ]
    twice = [*words[:2], "new", *words[3:38], "newer", "w39"]
    assert answered(" ".join(words), " ".join(twice)) == [
        "Answer: w0 w1 [-w2-] {+new+} w3 w4 w5 w6 w7 w8 w9 w10 … w30 w31 w32 w33 w34 w35 "
        "w36 w37 [-w38-] {+newer+} w39"
    ]


def test_a_long_change_is_shortened_and_says_so() -> None:
    words = " ".join(f"w{number}" for number in range(100))
    (line,) = answered("An ant", words)
    assert line.startswith("Answer: [-An ant-] {+w0 w1 ")
    assert line.endswith("w39 … (40 more words) … w80 " + " ".join(words.split()[81:]) + "+}")


_WORDS = st.lists(st.sampled_from("a bee bees, stings. honey Apis 2,000 蜂".split()), max_size=5)


@given(_WORDS, _WORDS)
@settings(max_examples=300, deadline=None)
def test_the_pieces_of_a_change_are_the_old_text_and_the_new_one(
    old: list[str], new: list[str]
) -> None:
    before, after = " ".join(old), " ".join(new)
    difference = packages(package(term("x", before)), package(later(term("x", after))))
    if before == after:
        assert not difference.changed
        return
    (field,) = difference.changed[0].fields
    for op, words in (("removed", before), ("added", after)):
        assert "".join(r.text for r in field.runs if r.op in ("same", op)).strip() == words


# What changed in a note --------------------------------------------------------------------------


def test_nothing_changed() -> None:
    notes = term("queen"), term("drone")
    difference = packages(package(*notes), package(*notes))
    assert not difference
    assert told(package(*notes), package(*notes)) == ["nothing changed, 2 notes the same"]


def test_new_and_removed_notes_stand_under_their_concepts() -> None:
    old = package(term("drone"), term("mites"), term("mites/acid"))
    new = package(term("drone"), term("drone/eyes"), term("queen"), term("queen/eggs"))
    assert told(old, new) == [
        "3 new, 2 removed, 1 note the same",
        "Removed (2)",
        "  an import deletes nothing: learners who have these notes keep them",
        "  What is a mites? (mites)",
        "    What is a mites/acid? (mites/acid)",
        "New (3)",
        "  What is a drone/eyes? (drone/eyes)",
        "  What is a queen? (queen)",
        "    What is a queen/eggs? (queen/eggs)",
    ]


def test_tags_decks_and_cards() -> None:
    drone = term("drone", tags=("bee", "male"))
    types = (replace(TERM, templates=(*TERM.templates, Template("Reverse", 22, "", ""))),)
    new = later(drone, tags=("bee", "june"), cards=(Card(0, "Males", 1), Card(1, "Bees", 2)))
    assert told(package(drone, types=types), package(new, types=types)) == [
        "1 changed, 0 notes the same",
        "Changed (1)",
        "  What is a drone? (drone)",
        "    tags: +june, −male",
        "    deck: Bees → Males (cards that learners have stay where they are)",
        "    new cards: Reverse",
    ]


def test_cards_that_are_gone_are_named_by_their_cloze() -> None:
    fields = "{{c1::Apis}} {{c2::mellifera}}", "{{c1::Apis}} mellifera"
    old = Note("g", 1, 3, 1, (), fields[:1], (Card(0, "Bees", 1), Card(1, "Bees", 2)))
    new = replace(old, fields=fields[1:], cards=old.cards[:1], mod=2)
    assert told(package(old, types=[CLOZE]), package(new, types=[CLOZE])) == [
        "1 changed, 1 renamed, 0 notes the same",
        "Renamed, reviews kept (1)",
        "  {{c1::Apis}} {{c2::mellifera}} → {{c1::Apis}} mellifera",
        "Changed (1)",
        "  {{c1::Apis}} mellifera",
        "    Text: {{c1::Apis}} [-{{c2::-] mellifera[-}}-]",
        "    cards gone: cloze 2 (learners keep them, empty, until they remove them)",
    ]


def test_a_note_is_the_same_note_under_another_key() -> None:
    old = term("lambda-layer", guid="g")
    new = later(term("lambda-layers", guid="g", question="What is a lambda-layer?"))
    assert told(package(old), package(new)) == [
        "1 renamed, 0 notes the same",
        "Renamed, reviews kept (1)",
        "  What is a lambda-layer? (lambda-layer) → What is a lambda-layer? (lambda-layers)",
    ]


def test_without_keys_a_note_is_renamed_when_its_first_field_is() -> None:
    plain = replace(TERM, fields=(("Front", None), ("Back", None)))
    old = Note("g", 1, 1, 1, (), ("Layer", "x"), ())
    new = replace(old, fields=("Layers", "x"), mod=2)
    difference = packages(package(old, types=[plain]), package(new, types=[plain]))
    (pair,) = difference.renamed
    assert (pair.was.title, pair.note.title) == ("Layer", "Layers")
    assert [change.note.title for change in difference.changed] == ["Layers"]
    markup_only = replace(old, fields=("<b>Layer</b>", "x"), mod=2)
    assert not packages(package(old, types=[plain]), package(markup_only, types=[plain])).renamed


def test_a_change_whose_time_did_not_grow_stands_first() -> None:
    """Anki would say nothing, and learners would keep the old answer."""
    for mod in (NOW, NOW - 1):
        old, new = term("queen"), term("queen", "Another bee", mod=mod)
        assert told(package(old), package(new))[:4] == [
            "1 changed, 0 notes the same",
            "Changed, but learners keep the old one (1)",
            "  the time (mod) of these notes did not grow, and Anki updates only what is newer:",
            "    What is a queen? (queen)",
        ]
    assert not packages(package(old), package(term("queen", "Another", mod=NOW + 1))).not_arriving


def test_a_card_that_moved_needs_no_newer_time() -> None:
    old, new = term("queen"), term("queen", decks=["Castes"])
    assert not packages(package(old), package(new)).not_arriving


def test_a_note_of_another_note_type_never_arrives() -> None:
    old, new = term("queen"), later(term("queen", type=2))
    assert told(package(old), package(new)) == [
        "1 changed, 0 notes the same",
        "Changed, but learners keep the old one (1)",
        "  Anki never updates a note that comes with another note type:",
        "    What is a queen? (queen)",
        "Changed (1)",
        "  What is a queen? (queen)",
        "    note type: Bees Term → Bees Concept (no learner who has the note gets this)",
    ]


def test_a_note_that_was_stamped_without_a_change_overwrites_what_learners_edited() -> None:
    assert told(
        package(term("queen"), term("drone")), package(later(term("queen")), term("drone"))
    ) == [
        "1 sent again unchanged, 1 note the same",
        "Sent again, though nothing changed (1)",
        "  an import overwrites what learners edited and tagged in these notes",
        "  What is a queen? (queen)",
    ]


# Note types, decks, media ------------------------------------------------------------------------

CONFLICT = "learners who have the note type get no update of any of its notes, and are not told"
ARRIVES = "it arrives with the import"
FRONT = TERM.templates[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fields": (*TERM.fields, ("More", 15))}, f"the field “More” was added: {CONFLICT}"),
        ({"fields": TERM.fields[:3]}, f"the field “Key” was removed: {CONFLICT}"),
        (
            {"fields": (*TERM.fields[1::-1], *TERM.fields[2:])},
            f"the fields were reordered: Answer, Question, Source, Key: {CONFLICT}",
        ),
        (
            {"fields": (("Question", 99), *TERM.fields[1:])},
            f"the id of the field “Question” changed: {CONFLICT}",
        ),
        (
            {"fields": (("Asked", 11), *TERM.fields[1:])},
            "the field “Question” is called “Asked” now: arrives with Anki 23.10 and later; older "
            "ones update none of its notes",
        ),
        (
            {"fields": (("Asked", None), *TERM.fields[1:])},
            f"the field “Asked” was added; the field “Question” was removed: {CONFLICT}",
        ),
        (
            {"templates": (FRONT, replace(FRONT, name="Reverse", id=22))},
            f"the template “Reverse” was added: {CONFLICT}",
        ),
        ({"kind": "cloze"}, f"it was a normal note type and is a cloze one: {CONFLICT}"),
        (
            {"templates": (replace(FRONT, front="<b>{{Question}}</b>", back="x"),)},
            f"the front and the back of the template “Question” changed: {ARRIVES}",
        ),
        ({"style": "new"}, f"the style changed: {ARRIVES}"),
        ({"name": "Hives"}, f"renamed from “Bees Term” to “Hives”: {ARRIVES}"),
        (
            {"style": "new", "mod": NOW},
            "the style changed: its time (mod) did not grow, so learners who have it keep the old "
            "one",
        ),
    ],
)
def test_a_change_of_a_note_type_says_what_it_means_to_a_learner(
    change: dict[str, object], said: str
) -> None:
    new = replace(TERM, **{"mod": NOW + 1, **change})  # type: ignore[arg-type]
    assert told(package(types=[TERM]), package(types=[new])) == [
        "no note changed, 0 notes the same; changes of 1 note type",
        "Note types (1)",
        f"  {new.name}",
        f"    {said}",
    ]


def test_ids_that_are_pinned_later_change_nothing() -> None:
    unpinned = replace(TERM, fields=tuple((name, None) for name, _ in TERM.fields))
    assert not packages(package(types=[unpinned]), package(types=[TERM]))


def test_note_types_come_go_and_change_their_ids() -> None:
    old = package(types=[TERM, CONCEPT])
    new = package(types=[replace(TERM, id=9), CLOZE])
    assert told(old, new) == [
        "no note changed, 0 notes the same; changes of 3 note types",
        "Note types (3)",
        "  Bees Concept",
        "    removed: learners who have it keep it, with its notes",
        "  Bees Term",
        f"    its id changed from 1 to 9: {CONFLICT}",
        "  Cloze",
        "    added: it arrives with its notes",
    ]


def test_what_a_refused_note_type_keeps_back_is_said_of_its_notes() -> None:
    new_type = replace(TERM, fields=(*TERM.fields, ("More", 15)), mod=NOW + 1)
    new = later(term("queen", "Another"), fields=("What is a queen?", "Another", "", "queen", ""))
    assert told(package(term("queen")), package(new, types=[new_type, CONCEPT]))[1:4] == [
        "Changed, but learners keep the old one (1)",
        "  Anki updates no note of a note type whose fields or templates changed so:",
        "    What is a queen? (queen)",
    ]


def test_a_field_that_was_renamed_is_compared_with_itself() -> None:
    new_type = replace(
        TERM, fields=(*TERM.fields[:2], ("Seen in", 13), TERM.fields[3]), mod=NOW + 1
    )
    old, new = term("queen", source="a book"), later(term("queen", source="a new book"))
    difference = packages(package(old), package(new, types=[new_type, CONCEPT]))
    (field,) = difference.changed[0].fields
    assert field.field == "Seen in"
    assert field.runs == (Run("same", "a"), Run("added", " new"), Run("same", " book"))


def test_decks_and_media() -> None:
    old = package(decks=[Deck("Bees", "x"), Deck("Wasps", "")], media={"a.png": "1", "b.png": "2"})
    new = package(decks=[Deck("Bees", "y"), Deck("Hives", "")], media={"a.png": "9", "c.png": "3"})
    assert told(old, new) == [
        "no note changed, 0 notes the same; changes of 3 decks, 3 media files",
        "Decks",
        "  new: Hives (new cards of these arrive there)",
        "  removed: Wasps (cards that learners have stay there)",
        "  another description: Bees (it arrives with the import)",
        "Media",
        "  new: c.png (arrives with the notes that show it)",
        "  removed: b.png (stays with learners who have it)",
        "  other bytes under the old name: a.png (arrives only with notes that show it and are "
        "newer)",
    ]


def test_a_note_that_shows_another_picture_changed() -> None:
    """Under the old name: its text is the same, and learners get another card."""
    queen = term("queen", '<img src="queen &amp; court.png">')
    old = package(queen, term("drone"), media={"queen & court.png": "1"})
    new = package(later(queen), later(term("drone")), media={"queen & court.png": "2"})
    assert told(old, new)[0] == (
        "1 changed, 1 sent again unchanged, 0 notes the same; changes of 1 media file"
    )
    difference = packages(old, new)
    assert [change.note.key for change in difference.changed] == ["queen"]
    assert [note.key for note in difference.resent] == ["drone"]


def test_of_a_change_that_only_a_lock_remembers_the_name_is_told() -> None:
    """`deckwright diff` without an old package has names and times, and no words."""
    name = NoteName("g", "queen", "The\nqueen", "Bees Term", "Bees")
    difference = Difference(
        *("deck.lock", "the sources"),
        changed=(NoteChange(name),),
        note_types=(TypeChange(1, "Bees Term", ()),),
    )
    assert list(text(difference)) == [
        "deck.lock → the sources",
        "1 changed, 0 notes the same; changes of 1 note type",
        "",
        "Note types (1)",
        "  Bees Term",
        "",
        "Changed (1)",
        "  The queen (queen)",
    ]


# Many notes --------------------------------------------------------------------------------------


def test_the_same_change_in_many_notes_is_told_once() -> None:
    old = [term(f"k{number}", source="Notes of 2025") for number in range(300)]
    new = [later(term(f"k{number}", source="Notes of 2026")) for number in range(300)]
    new[7] = later(term("k7", "Quite another answer", source="Notes of 2026"))
    assert told(package(*old), package(*new)) == [
        "300 changed, 0 notes the same",
        "Changed (300)",
        "  in 300 notes: [-2025-] {+2026+} (Source)",
        "    What is a k0?, What is a k1?, What is a k10? and 297 more",
        "  What is a k7? (k7)",
        f"    Answer: [-{QUEEN}-] {{+Quite another answer+}}",
    ]


def test_a_word_replaced_in_many_notes_is_told_once_whatever_stands_around_it() -> None:
    old = [term(f"k{n}", f"Sentence {n} says that SSO is number {n}.") for n in range(4)]
    new = [later(term(f"k{n}", f"Sentence {n} says that IAM is number {n}.")) for n in range(4)]
    old.append(term("k4", "SSO and a bee", source="of SSO"))
    new.append(later(term("k4", "IAM and a wasp", source="of IAM")))
    assert told(package(*old), package(*new))[2:] == [
        "  in 5 notes: [-SSO-] {+IAM+} (Answer, Source)",
        "    What is a k0?, What is a k1?, What is a k2? and 2 more",
        "  What is a k4? (k4)",
        "    Answer: [-SSO-] {+IAM+} and a [-bee-] {+wasp+}",
    ]
    assert len(told(package(*old[:3]), package(*new[:3]))) == 2 + 3 * 2


def test_a_sign_is_told_with_what_stands_around_it() -> None:
    old = [term(f"k{n}", f"Sentence {n}, here") for n in range(9)]
    new = [later(term(f"k{n}", f"Sentence {n}; here")) for n in range(9)]
    assert told(package(*old), package(*new))[2:4] == [
        "  What is a k0? (k0)",
        "    Answer: Sentence 0[-,-]{+;+} here",
    ]


def test_markup_tags_and_decks_that_change_in_many_notes_are_told_once() -> None:
    old = [term(f"k{n}") for n in range(5)]
    new = [later(term(f"k{n}", f"<b>{QUEEN}</b>", tags=("bee",), decks=("B",))) for n in range(5)]
    those = "    What is a k0?, What is a k1?, What is a k2? and 2 more"
    assert told(package(*old), package(*new))[2:] == [
        "  in 5 notes: markup only, no word changed (Answer)",
        those,
        "  in 5 notes: tags: +bee",
        those,
        "  in 5 notes: deck: Bees → B (cards that learners have stay where they are)",
        those,
    ]


def test_many_derived_notes_are_counted() -> None:
    new = [term("bees"), *(term(f"bees/k{number}") for number in range(150))]
    assert told(package(), package(*new)) == [
        "151 new, 0 notes the same",
        "New (151)",
        "  What is a bees? (bees), and 150 notes derived from it",
    ]


def test_many_names_of_media_are_counted() -> None:
    media = {f"{number:02}.png": "1" for number in range(25)}
    names = ", ".join(f"{number:02}.png" for number in range(20))
    assert told(package(), package(media=media))[-1] == (
        f"  new: {names} and 5 more (arrives with the notes that show it)"
    )


# Markdown and JSON -------------------------------------------------------------------------------


def an_example() -> Difference:
    gone = term("mites")
    old = package(term("queen"), term("drone", guid="d"), gone, path="bees-1.apkg")
    queen = term("queen", QUEEN.replace("2,000", "1,500"), tags=("june",))
    drone = term("drones", guid="d", question="What is a drone?")
    new = package(later(queen), later(drone), term("smoker_*x*"), path="bees-2.apkg")
    return packages(old, new)


def test_a_difference_in_markdown() -> None:
    assert (
        markdown(an_example())
        == """\
# What changed from `bees-1.apkg` to `bees-2.apkg`

1 new, 1 changed, 1 renamed, 1 removed, 0 notes the same

## Removed (1)

- an import deletes nothing: learners who have these notes keep them
- **What is a mites?** (`mites`)

## Renamed, reviews kept (1)

- **What is a drone?** (`drone`) → **What is a drone?** (`drones`)

## New (1)

- **What is a smoker\\_\\*x\\*?** (`smoker_*x*`)

## Changed (1)

- **What is a queen?** (`queen`)
  - Answer: The only fertile female, who lays up to <del>2,000</del> <ins>1,500</ins> eggs a day.
  - tags: +june
"""
    )


def test_a_difference_for_programs() -> None:
    note = {"note_type": "Bees Term", "deck": "Bees"}
    queen = {"guid": "guid-queen", "key": "queen", "title": "What is a queen?", **note}
    drone = {"guid": "d", "title": "What is a drone?", **note}
    mites = {"guid": "guid-mites", "key": "mites", "title": "What is a mites?", **note}
    smoker = {"key": "smoker_*x*", "title": "What is a smoker_*x*?", **note}
    assert json.loads(json.dumps(as_data(an_example()))) == {
        "old": "bees-1.apkg",
        "new": "bees-2.apkg",
        "summary": {
            "added": 1,
            "changed": 1,
            "renamed": 1,
            "removed": 1,
            "resent": 0,
            "not_arriving": 0,
            "same": 0,
        },
        "added": [{"guid": "guid-smoker_*x*", **smoker}],
        "removed": [mites],
        "resent": [],
        "renamed": [{"was": {**drone, "key": "drone"}, "note": {**drone, "key": "drones"}}],
        "changed": [
            {
                "note": queen,
                "fields": [
                    {
                        "field": "Answer",
                        "how": "words",
                        "runs": [
                            {"op": "same", "text": "The only fertile female, who lays up to"},
                            {"op": "removed", "text": " 2,000"},
                            {"op": "added", "text": " 1,500"},
                            {"op": "same", "text": " eggs a day."},
                        ],
                    }
                ],
                "tags_added": ["june"],
                "tags_removed": [],
                "moved": [],
                "note_type": None,
                "cards_added": [],
                "cards_removed": [],
                "kept_back": "",
            }
        ],
        "note_types": [],
        "media": {"added": [], "removed": [], "changed": []},
        "decks": {"added": [], "removed": [], "described": []},
    }


def test_note_types_media_and_decks_for_programs() -> None:
    old = package(types=[TERM], media={"a": "1"})
    new_type = replace(TERM, style="new", mod=NOW + 1)
    data = as_data(packages(old, package(types=[new_type], decks=[Deck("Bees", "x")])))
    part = {"kind": "style-changed", "what": "the style changed", "meaning": ARRIVES, "harm": False}
    assert json.loads(json.dumps(data["note_types"])) == [
        {"id": 1, "name": "Bees Term", "parts": [part]}
    ]
    assert data["media"] == {"added": [], "removed": ["a"], "changed": []}
    assert data["decks"] == {"added": [], "removed": [], "described": ["Bees"]}


# Hostile content ---------------------------------------------------------------------------------

_NASTY = (
    *("*bold*", "_it_", "`code`", "``", "<script>alert(1)</script>", "[a](http://x)", "![i](x)"),
    *("# heading", "1. one", "12) two", "- item", "+ item", "> quote", "---", "a|b", "~~s~~"),
    *("&amp;", "&copy;", "\\", "\\*", "$x$", "<!-- c -->", "| a |", "===", "* * *", "a\\", "<b"),
)


def shown(source: str) -> str:
    """The words that a reader of Markdown sees."""
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(source)
    assert not re.search(r"<(script|h[3-6]|ol|blockquote|a|img|em|s|table|hr)\b", html), html
    return plain_text(html)


@pytest.mark.parametrize("nasty", _NASTY)
def test_titles_are_not_read_as_markdown(nasty: str) -> None:
    """In both kinds of Markdown: as titles, as keys, and as words that changed."""
    escaped = nasty.replace("&", "&amp;").replace("<", "&lt;")
    old = term(escaped, "zero", question=escaped)
    new = later(term(escaped, f"two {escaped}", question=escaped))
    page = shown(markdown(packages(package(old), package(new))))
    assert f"- {nasty} ({nasty})" in page
    assert f"Answer: zero two {nasty}" in page
    locked = {Key(nasty): locked_note(1)}
    notes = released(changes=Changes(changed=(Key(nasty),)), notes=locked, titles={nasty: nasty})
    assert f"\n- {nasty}\n" in shown(notes)
    notes = released(changes=Changes(removed=(Key(nasty),)), notes=locked)
    assert f"\n- {nasty}\n" in shown(notes)


def test_no_control_character_reaches_a_terminal() -> None:
    nasty = "\x1b[2J\x07\x9b1m\r\n"
    old = package(term("k", "x", tags=[nasty]), path=nasty)
    new_type = replace(TERM, name=nasty, style="x")
    new = package(
        later(term("k", f"{nasty} y", question=nasty), tags=[f"{nasty}2"]),
        term(nasty),
        types=[new_type, CONCEPT],
        decks=[Deck(nasty, "")],
        media={nasty: "1"},
    )
    difference = packages(old, new)
    for line in (*text(difference), *markdown(difference).split("\n")):
        assert line.isprintable(), line


_MUCH = 199_000


@pytest.mark.parametrize(
    ("old", "new", "how"),
    [
        ("a " * 500_000, "b " * 500_000, "too long"),
        ("a b " * (_MUCH // 4), "a b b " * (_MUCH // 6), "whole"),
        ("漢字" * (_MUCH // 2), "字漢" * (_MUCH // 2), "whole"),
        ("<div>" * (_MUCH // 5), "<div>" * (_MUCH // 5) + "x", "words"),
        ("<a " * (_MUCH // 3), "<b " * (_MUCH // 3), "whole"),
        ('<a x="' * (_MUCH // 6), "<a x='" * (_MUCH // 6), "whole"),
        ("<!--" * (_MUCH // 4), "<!-- -->" * (_MUCH // 8), "markup"),
        ("<![<" * (_MUCH // 4), "<![x<" * (_MUCH // 5), "whole"),
        ("\\(" * (_MUCH // 2), "\\(" * (_MUCH // 2) + "x", "words"),
        ("x" * _MUCH, "y" * _MUCH, "words"),
        (
            " ".join(f"t{n} a." for n in range(20_000)),
            " ".join(f"t{n} b." for n in range(20_000)),
            "whole",
        ),
    ],
    ids="1MB few-words cjk elements tags quotes comments marked formulas word sentences".split(),
)
def test_a_bomb_is_told_in_time_and_in_few_words(old: str, new: str, how: str) -> None:
    started = time.perf_counter()
    difference = packages(package(term("bomb", old)), package(later(term("bomb", new))))
    (field,) = difference.changed[0].fields
    lines = list(text(difference))
    assert time.perf_counter() - started < 5  # 0.3 s at most, without other work
    assert field.how == how
    assert len("\n".join(lines)) < 1_500


def test_too_much_to_compare_is_said() -> None:
    assert answered("a " * 200_000, "b") == ["Answer: longer than 200,000 characters, not compared"]
    (line,) = answered("a b " * 40_000, "a b b " * 30_000)
    assert line.startswith("Answer: compared as a whole, there is too much of it: [-a b a ")
    assert "… (79,940 more words) …" in line


def test_a_long_text_with_a_few_edits_is_compared_word_by_word() -> None:
    """Too long for all words at once: the sentences say where to look."""
    rng = random.Random(7)
    words = [
        rng.choice("the a of in and bee hive".split()) + str(rng.randrange(9)) for _ in range(6000)
    ]
    old = [f"{word}." if n % 12 == 0 else word for n, word in enumerate(words)]
    new = list(old)
    new[100] = new[3000] = new[5900] = "edited"
    difference = packages(
        package(term("k", " ".join(old))), package(later(term("k", " ".join(new))))
    )
    (field,) = difference.changed[0].fields
    assert field.how == "words"
    assert [run.text for run in field.runs if run.op == "added"] == [" edited"] * 3


# Searches ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ids", "searches"),
    [
        ({}, ()),
        ({"Bees Term": []}, ()),
        ({"Bees Term": [3, 1, 2, 1]}, ('"note:Bees Term" nid:1,2,3',)),
        (
            {"Bees Term": [1], "Bees Concept": [2, 3]},
            ('("note:Bees Concept" nid:2,3) OR ("note:Bees Term" nid:1)',),
        ),
        ({'a"b': [1]}, ('"note:ab" nid:1',)),
        ({"a*b_c\\d": [1]}, (r'"note:a\*b\_c\\d" nid:1',)),
        ({"C++: (a-b)\t1": [1]}, ('"note:C++: (a-b)_1" nid:1',)),
    ],
)
def test_a_search_names_notes_and_their_type(
    ids: dict[str, list[int]], searches: tuple[str, ...]
) -> None:
    assert search(ids) == searches


@pytest.fixture(scope="module")
def col(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    set_lang("en")
    collection = Collection(str(tmp_path_factory.mktemp("search") / "collection.anki2"))
    yield collection
    collection.close()


def notes_of(col: Collection, name: str, count: int) -> list[int]:
    """Notes of a new note type of this name."""
    new = col.models.new(name)
    col.models.add_field(new, col.models.new_field("Front"))
    template = col.models.new_template("Card")
    template["qfmt"], template["afmt"] = "{{Front}}", "x"
    col.models.add_template(new, template)
    note_type = col.models.get(col.models.add_dict(new).id)
    assert note_type is not None
    ids = []
    for number in range(count):
        note = col.new_note(note_type)
        note.fields[0] = f"{name} {number}"
        col.add_note(note, col.decks.id_for_name("Default"))
        ids.append(int(note.id))
    return ids


_NAMES = (
    *("Bees Term", 'The "best" bees', "Bees: Term", "Bees * Term", "Bees_Term", "BeesxTerm"),
    *("back\\slash", "\\*", "end\\", "(paren)", "-minus", "re:x", "AND", "a  b", " lead ", "<b>"),
    *("Bienen & Wespen", "İß", "e\u0301", "tab\tx", "ideographic\u3000x", "nbsp\xa0x", "x\u2028y"),
    *("“q”", "it's", "100 %", "a::b", "deck:x", "#1", "`tick`", "bell\x07"),
)


def test_anki_finds_just_the_notes_of_a_search_whatever_their_type_is_called(
    col: Collection,
) -> None:
    """Two of three notes of each name, one note type alone, and all together. The browser writes a
    search anew before it runs it: that must select the same."""
    ids = {name: notes_of(col, name, 3) for name in _NAMES}
    for name, (first, second, _) in ids.items():
        (one,) = search({name: [first, second]})
        assert sorted(col.find_notes(one)) == [first, second], name
        assert sorted(col.find_notes(col.build_search_string(one))) == [first, second], name
    (every,) = search({name: those[:2] for name, those in ids.items()})
    wanted = sorted(id for those in ids.values() for id in those[:2])
    assert sorted(col.find_notes(every)) == wanted


def test_strangers_notes_are_not_selected(col: Collection) -> None:
    """The ids that our notes have with others may be those of a stranger's notes here."""
    ours, strangers = notes_of(col, "Ours", 2), notes_of(col, "Strangers", 2)
    others = notes_of(col, "Our others", 2)
    assert sorted(col.find_notes(f"nid:{ours[0]},{strangers[0]}")) == [ours[0], strangers[0]]
    (found,) = search({"Ours": [ours[0], strangers[0]], "Our others": [others[0], strangers[1]]})
    assert sorted(col.find_notes(found)) == sorted([ours[0], others[0]])


def test_a_long_list_is_split_into_searches_that_the_browser_takes(col: Collection) -> None:
    many = {name: notes_of(col, name, 1) for name in ("Many of us", "Many more", "Last")}
    real = sorted(id for ids in many.values() for id in ids)
    for number, name in enumerate(many):
        many[name] += range(1_600_000_000_000 + number, 1_600_000_005_000 + number)
    searches = search(many)
    assert len(searches) == 15
    assert max(map(len, searches)) <= 15_000
    found = [id for one in searches for id in col.find_notes(one)]
    assert sorted(found) == real  # each of them once
    told = [int(id) for one in searches for id in re.findall(r"\d{13}", one)]
    assert sorted(told) == sorted(id for ids in many.values() for id in ids)


# Release notes -----------------------------------------------------------------------------------

DAY_OF_RELEASE = 1_750_000_000  # 2025-06-15


def locked_note(id: int, note_type: str = "Term", *, retired: int | None = None) -> LockedNote:
    return LockedNote(Guid(f"g{id}"), id, NOW, note_type, "", "", retired=retired)


NOTES = {
    "varroa": locked_note(1, "Concept"),
    "varroa/formic": locked_note(2),
    "varroa/oxalic": locked_note(3),
    "swarming": locked_note(4, "Concept"),
    "swarming/cells": locked_note(5),
    "castes": locked_note(6, "Concept"),
    "smoker": locked_note(7, "Concept", retired=NOW),
    "smoker/fuel": locked_note(8, retired=NOW),
}
TITLES = {
    "varroa": "Varroa mites",
    "varroa/formic": "What is formic acid?",
    "varroa/oxalic": "What is oxalic acid?",
    "swarming": "Swarming",
    "swarming/cells": "What are queen cells?",
    "castes": "The castes",
}


def released(
    changes: Changes,
    notes: dict[Key, LockedNote] | dict[str, LockedNote] = NOTES,
    titles: Mapping[str, str] = NOTHING,
    time: int = DAY_OF_RELEASE,
    resent: Sequence[str] = (),
    deck_was: str = "",
    decks_left: Sequence[str] = (),
    schemas: Sequence[str] = (),
) -> str:
    lock = Lock("bees", NOW, {}, {Key(key): note for key, note in notes.items()})
    names = {"Term": "Bees Term", "Concept": "Bees Concept"}
    return release_notes(
        Release(
            "Bees",
            "1.2.0",
            time,
            changes,
            lock,
            {Key(key): title for key, title in titles.items()},
            names,
            tuple(map(Key, resent)),
            deck_was,
            tuple(decks_left),
            tuple(schemas),
        )
    )


def keys(*names: str) -> tuple[Key, ...]:
    return tuple(map(Key, names))


def test_release_notes_tell_learners_what_to_do_and_what_is_new() -> None:
    changes = Changes(
        added=keys("varroa", "varroa/formic", "varroa/oxalic"),
        changed=keys("castes", "swarming/cells"),
        renamed=((Key("the-castes"), Key("castes")),),
        removed=keys("smoker", "smoker/fuel"),
    )
    assert (
        released(changes, titles=TITLES)
        == """\
# Bees 1.2.0 (2025-06-15)

Import the package: in Anki, choose File → Import, and leave the options as they are.

- Your reviews and the schedule of every card stay.
- Notes listed under “Changed” get the text and the tags of this release in place of yours. One \
that you edited or tagged after 2025-06-15 keeps yours.
- All other notes stay as you have them, with your own edits and tags.

## New (3)

- Varroa mites, and 2 short notes of it
  - What is formic acid?
  - What is oxalic acid?

Find them in Anki’s browser:

```
("note:Bees Concept" nid:1) OR ("note:Bees Term" nid:2,3)
```

## Changed (2)

- The castes
- 1 short note of Swarming
  - What are queen cells?

Find them in Anki’s browser:

```
("note:Bees Concept" nid:6) OR ("note:Bees Term" nid:5)
```

## Renamed, reviews kept (1)

- The castes (was `the-castes`)

Find them in Anki’s browser:

```
"note:Bees Concept" nid:6
```

## Removed (2)

These are no longer part of the deck. An import never deletes, so they stay with you: suspend or \
delete them yourself if you do not want them.

- `smoker`, and 1 short note of it
  - `smoker/fuel`

Find them in Anki’s browser:

```
("note:Bees Concept" nid:7) OR ("note:Bees Term" nid:8)
```
"""
    )


def test_the_first_release_lists_its_content() -> None:
    present = {key: note for key, note in NOTES.items() if note.retired is None}
    changes = Changes(added=keys(*present), note_types=("Concept", "Term"))
    assert (
        released(changes, notes=present, titles=TITLES)
        == """\
# Bees 1.2.0 (2025-06-15)

Import the package: in Anki, choose File → Import, and leave the options as they are. All cards \
arrive as new ones.

## Content (6)

- The castes
- Swarming, and 1 short note of it
  - What are queen cells?
- Varroa mites, and 2 short notes of it
  - What is formic acid?
  - What is oxalic acid?
"""
    )


def test_a_release_of_nothing_says_so() -> None:
    assert (
        released(Changes(), titles=TITLES)
        == """\
# Bees 1.2.0 (2025-06-15)

Import the package: in Anki, choose File → Import, and leave the options as they are.

- Your reviews and the schedule of every card stay.
- Your notes stay as you have them, with your own edits and tags.
- Nothing in this release is new.
"""
    )


def section(notes: str, title: str) -> str:
    """What stands under a heading of release notes."""
    (found,) = (part for part in notes.split("\n## ") if part.startswith(title))
    return found.partition("\n\n")[2].strip()


def test_a_renamed_deck_says_what_to_do_before_and_after_the_import() -> None:
    notes = released(
        Changes(), deck_was="Hives", decks_left=["Hives", "Hives::Concepts", "Wasps", "Wasps::a_b"]
    )
    assert (
        section(notes, "Decks")
        == """\
The deck “Hives” is called “Bees” now. Anki knows decks by their names: cards that you have stay \
in “Hives”, and only new ones arrive in “Bees”. To keep them together, rename your deck “Hives” to \
“Bees” in Anki before you import. If you imported already, find the old cards in Anki’s browser, \
and move them with Cards → Change Deck:

```
"deck:Hives"
```

No note of this release lies in these decks any more. Cards that you have stay there. To move \
them, find them in Anki’s browser, and choose Cards → Change Deck:

```
"deck:Wasps"
```"""
    )


def test_another_look_needs_nothing_to_be_done() -> None:
    notes = released(Changes(note_types=("Term",)))
    assert section(notes, "How cards look") == (
        "The templates, the style or the name of “Bees Term” changed, so cards may look different. "
        "There is nothing to do for it."
    )
    new_type = Changes(
        added=keys("varroa/formic", "varroa/oxalic", "swarming/cells", "smoker/fuel")
    )
    assert "How cards look" not in released(replace(new_type, note_types=("Term",)))


def test_an_accepted_change_of_a_schema_says_what_everyone_will_see() -> None:
    notes = released(Changes(note_types=("Concept",)), schemas=["Concept"])
    assert "How cards look" not in notes
    assert (
        section(notes, "Notes that Anki no longer updates")
        == """\
The fields or the cards of “Bees Concept” changed. Everyone who has notes of it keeps them as they \
are, with all reviews; but Anki refuses this release’s changes to them, and those of every later \
one, without a word, and an import adds an empty note type.

You can leave it at that. To get later changes again: make a backup (File → Export, the whole \
collection), import this package once with “Merge note types” switched on, switch that off again, \
and upload the collection when Anki asks at the next sync. This release’s own changes do not \
arrive that way, and what stood in a removed field is lost."""
    )


def imported(col: Collection, path: Path, *, merge: bool = False) -> dict[str, int]:
    """Import a package: how many notes were updated, were not newer, and were refused."""
    options = ImportAnkiPackageOptions(merge_notetypes=merge)
    request = ImportAnkiPackageRequest(package_path=str(path.resolve()), options=options)
    log = col.import_anki_package(request).log
    return {
        "updated": len(log.updated),
        "not newer": len(log.duplicate),
        "refused": len(log.conflicting),
    }


def written(path: Path, back: str, mod: int, fields: tuple[str, ...]) -> Path:
    """A package of one note, whose note type has these fields."""
    template = notetypes.CardTemplate("Card", "{{Front}}", "{{Back}}")
    note_type = notetypes.NoteType("Basic", "normal", fields, (template,), "")
    ids = tuple(range(1, len(fields) + 1))
    kind = notetypes.IdentifiedNoteType(
        note_type, "Bees Basic", 1_000_000_000_001, ids, (9,), mod=mod
    )
    html = ("Queen", back, *("" for _ in fields[2:]))
    rendered = RenderedNote(SourceNote(Key("queen"), "Basic", (), "Bees"), html, "")
    note = IdentifiedNote(rendered, Guid("queen"), 1_600_000_000_000, mod)
    with path.open("wb") as file:
        deck = packaging.Deck("Bees", 1_000_000_000_002)
        packaging.write(packaging.Contents((deck,), (kind,), (note,)), file)
    return path


def test_what_is_said_of_a_changed_schema_is_what_anki_does(tmp_path: Path) -> None:
    """Refused with an empty note type left each time; merged without this release's changes; and
    updated by a later release."""
    set_lang("en")
    now = int(time.time())
    two, three = ("Front", "Back"), ("Front", "Back", "More")
    first = written(tmp_path / "1.apkg", "first", now - 2 * DAY, two)
    second = written(tmp_path / "2.apkg", "second", now - DAY, three)
    third = written(tmp_path / "3.apkg", "third", now + DAY // 2, three)
    path = str((tmp_path / "collection.anki2").resolve())
    col = Collection(path)

    def back() -> str:
        ((id,),) = col.db.execute("select id from notes")  # type: ignore[union-attr]
        return col.get_note(id).fields[1]

    imported(col, first)
    types = len(col.models.all_names_and_ids())
    cards = list(col.find_cards(""))
    assert imported(col, second) == {"updated": 0, "not newer": 0, "refused": 1}
    assert back() == "first"
    assert len(col.models.all_names_and_ids()) == types + 1
    assert imported(col, second, merge=True) == {"updated": 0, "not newer": 1, "refused": 0}
    assert back() == "first"
    assert col.schema_changed()  # the next sync is one-way
    col.close()
    col = Collection(path)
    assert imported(col, third) == {"updated": 1, "not newer": 0, "refused": 0}
    assert back() == "third"
    assert list(col.find_cards("")) == cards
    col.close()


def test_what_is_sent_once_more_is_told_apart_from_what_changed() -> None:
    changes = Changes(changed=keys("castes", "swarming"))
    notes = released(changes, titles=TITLES, resent=["castes"])
    assert "Notes listed under “Changed” or “Sent once more” get the text" in notes
    assert section(notes, "Changed (1)").startswith("- Swarming\n\n")
    assert (
        section(notes, "Sent once more (1)")
        == """\
These changed in an earlier release. They are sent once more for everyone whom that did not reach, \
and replace your own edits and tags in them.

- The castes

Find them in Anki’s browser:

```
"note:Bees Concept" nid:6
```"""
    )


def test_notes_that_returned_go_on_with_their_reviews() -> None:
    notes = released(Changes(returned=keys("varroa/oxalic")), titles=TITLES)
    assert section(notes, "Back again (1)").startswith(
        "These had been removed. If you kept them, they go on with the reviews they have.\n\n"
        "- 1 short note of Varroa mites\n"
        "  - What is oxalic acid?\n"
    )


def test_many_notes_stay_readable() -> None:
    """The longest list has a line a concept; a concept with many notes lists some."""
    many = {f"c{n // 6}" + (f"/k{n}" if n % 6 else ""): locked_note(n + 10) for n in range(300)}
    changes = Changes(changed=keys(*many), removed=keys("smoker"))
    lines = section(released(changes, notes={**many, **NOTES}), "Changed (300)").split("\n")
    assert lines[0] == "- `c0`, and 5 short notes of it"
    assert len([line for line in lines if line.startswith("- ")]) == 50
    assert len(lines) < 60
    few = {"c": locked_note(1), **{f"c/{n}": locked_note(n) for n in range(2, 20)}}
    changes = Changes(changed=keys(*few), removed=keys("smoker"))
    listed = section(released(changes, notes={**few, **NOTES}), "Changed (19)").split("\n")
    assert listed[:2] == ["- `c`, and 18 short notes of it", "  - `c/10`"]
    assert listed[5:7] == ["  - `c/14`", "  - and 13 more"]


def test_more_notes_than_a_search_takes_come_in_several() -> None:
    many = {f"k{n}": locked_note(1_700_000_000_000 + n) for n in range(2_500)}
    notes = released(Changes(removed=keys(*many)), notes=many)
    assert "Find them in Anki’s browser, with 3 searches, one after the other:" in notes
    assert len(re.findall(r'^"note:Bees Term" nid:', notes, re.MULTILINE)) == 3


def test_a_time_that_no_calendar_has_is_left_out() -> None:
    assert released(Changes(), time=2**52).startswith("# Bees 1.2.0\n")


# Packages that were really written ---------------------------------------------------------------


def test_two_builds_of_a_project_differ_in_what_its_author_changed(tmp_path: Path) -> None:
    folder = write(tmp_path / "bees", BEES)
    _, first = build(folder, NOW)
    old = Path(first.output).read_bytes()
    cards = {
        title: body.replace("some 80 metres", "some 50 metres") for title, body in CARDS.items()
    }
    del cards["Swarming"]
    write(folder, {"sources/bees.txt": page(cards)})
    _, second = build(folder, NOW + DAY)
    before = apkg.read_bytes(old, "bees-1.apkg")
    after = replace(apkg.read(second.output), path="bees-2.apkg")
    difference = packages(before, after)
    changed = {c.note.key: [f.field for f in c.fields] for c in difference.changed}
    assert changed == {
        "the-dance-language": ["Opening", "More"],
        "the-dance-language/round-dance": ["Answer", "Reverse"],
    }
    assert {note.key.split("/")[0] for note in difference.removed} == {"swarming"}
    assert not difference.added
    assert not difference.renamed
    assert not difference.resent
    assert not difference.not_arriving
    assert any("[-80-] {+50+} metres" in line for line in text(difference))
    assert not packages(before, before)


# Speed -------------------------------------------------------------------------------------------


def test_two_packages_of_10_000_notes_compare_in_about_a_second(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rng = random.Random(4)
    words = [f"word{number}" for number in range(3_000)]
    old = [
        term(f"c{n // 6}/k{n}" if n % 6 else f"c{n // 6}", " ".join(rng.choices(words, k=150)))
        for n in range(10_000)
    ]
    new = [replace(note, fields=tuple(f"<p>{f}</p>"[3:-4] for f in note.fields)) for note in old]
    for n in rng.sample(range(10_000), 300):
        key, answer = new[n].fields[3], new[n].fields[1].split()
        answer[rng.randrange(150)], answer[rng.randrange(150)] = "once", "twice"
        new[n] = later(term(key, f"<p>{' '.join(answer)}</p>"))
    one, other = package(*old), package(*new)
    started = time.perf_counter()
    difference = packages(one, other)
    lines = list(text(difference))
    taken = time.perf_counter() - started
    with capsys.disabled():
        print(f"\n10,000 notes, 300 changed: compared and told in {taken:.2f} s")
    assert len(difference.changed) == 300
    assert len(lines) == 3 + 1 + 2 * 300
    assert taken < 5  # 0.2 s, without other work
