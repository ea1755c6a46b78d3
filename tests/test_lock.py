"""`deck.lock`: what it looks like, that it survives being read and written, and what is said of a
damaged one."""

from __future__ import annotations

import json
import string
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckwright.diagnostics import Diagnostic
from deckwright.lock import (
    CONFLICT,
    DAMAGED,
    NEWER,
    REVISION,
    RULES,
    Lock,
    LockedNote,
    LockedNoteType,
    parse,
    serialise,
)
from deckwright.note import Guid, Key
from deckwright.report import brief as report
from deckwright.source import Source

BASIC = LockedNoteType(
    1234567890123,
    "normal",
    (("Front", 11), ("Back", 12)),
    (("Front", 21),),
    1_750_000_000,
    "00000000000000aa",
)


def note(number: int, *, retired: int | None = None) -> LockedNote:
    return LockedNote(
        Guid(f"guid{number}"),
        1_750_000_000_000 + number,
        1_750_000_000,
        "Basic",
        f"{number:016x}",
        f"{number + 100:016x}",
        f"w{number}",
        retired,
    )


LOCK = Lock(
    "rivers",
    1_750_000_000,
    {"Basic": BASIC},
    {
        Key("the-nile"): replace(
            note(1), clozes=(("delta", 1), ("Cairo", 4)), past_clozes=(("the “delta”", 1),)
        ),
        Key("donau"): replace(note(2, retired=1_760_000_000), leaving=True),
        Key("湄公河"): replace(note(3), was=Key("mekong"), maybe=Key("donau"), pending="changed"),
    },
    ("Rivers", "Rivers::Asia"),
    (("1", 1_745_000_000), ("1.1", 1_751_000_000)),
)
TEXT = """\
{
"version": 1,
"revision": 0,
"project": "rivers",
"created": 1750000000,
"decks": ["Rivers", "Rivers::Asia"],
"releases": [
["1", 1745000000],
["1.1", 1751000000]
],
"note_types": {
"Basic": {"id": 1234567890123, "kind": "normal", "fields": [["Front", 11], ["Back", 12]], \
"templates": [["Front", 21]], "mod": 1750000000, "packaged": "00000000000000aa"}
},
"notes": {
"donau": {"guid": "guid2", "id": 1750000000002, "mod": 1750000000, "type": "Basic", \
"source": "0000000000000002", "packaged": "0000000000000066", "sketch": "w2", \
"retired": 1760000000, "leaving": true},
"the-nile": {"guid": "guid1", "id": 1750000000001, "mod": 1750000000, "type": "Basic", \
"source": "0000000000000001", "packaged": "0000000000000065", "sketch": "w1", \
"clozes": [["delta", 1], ["Cairo", 4]], "past_clozes": [["the “delta”", 1]]},
"湄公河": {"guid": "guid3", "id": 1750000000003, "mod": 1750000000, "type": "Basic", \
"source": "0000000000000003", "packaged": "0000000000000067", \
"sketch": "w3", "was": "mekong", "maybe": "donau", "pending": "changed"}
}
}
"""
DONAU, NILE = 15, 16  # their lines
MEND = (
    "help: take its last good version back from your version control, or rebuild it from a "
    "package: deckwright lock restore PACKAGE"
)
UNITE = (
    "help: unite what was merged: deckwright lock resolve; or keep the line of the note that "
    "learners have, and remove the other"
)


def read(text: str) -> Lock:
    """The lock of a text that is a lock."""
    lock, diagnostics = parse(Source("deck.lock", text))
    assert lock is not None
    assert diagnostics == ()
    return lock


def finding(text: str) -> Diagnostic:
    """What is wrong with a text that is none: one thing, of this module, with a way out."""
    lock, (found,) = parse(Source("deck.lock", text))
    assert lock is None
    assert found.rule in RULES
    assert found.hint
    for span in filter(None, (found.span, found.other)):
        assert 0 <= span.start <= span.end <= len(text)
    return found


def told(text: str) -> list[str]:
    """The same as a person sees it, without the severity."""
    source = Source("deck.lock", text)
    lines = report([finding(text)], {"deck.lock": source})
    return [line.replace(": error ", ": ").strip() for line in lines]


# What a lock looks like --------------------------------------------------------------------------


def test_a_lock_is_written_sorted_and_one_note_a_line() -> None:
    assert serialise(LOCK) == TEXT


def test_a_lock_that_is_read_is_the_lock_that_was_written() -> None:
    assert read(TEXT) == LOCK


def test_the_order_of_the_notes_in_memory_does_not_matter() -> None:
    turned = replace(LOCK, notes=dict(reversed(list(LOCK.notes.items()))))
    assert serialise(turned) == TEXT


def test_a_new_note_is_one_new_line() -> None:
    """So that the diff of a lock can be read, and two branches that add notes mostly merge."""
    more = replace(LOCK, notes={**LOCK.notes, Key("elbe"): note(4)})
    before, after = TEXT.split("\n"), serialise(more).split("\n")
    assert [line for line in after if line not in before] == [
        '"elbe": {"guid": "guid4", "id": 1750000000004, '
        '"mod": 1750000000, "type": "Basic", "source": "0000000000000004", '
        '"packaged": "0000000000000068", "sketch": "w4"},'
    ]
    assert [line for line in before if line not in after] == []


def test_an_empty_lock_is_valid_json_too() -> None:
    empty = Lock("rivers", 1_750_000_000, {}, {})
    assert json.loads(serialise(empty))["notes"] == {}
    assert read(serialise(empty)) == empty


def test_a_lock_that_an_editor_re_indented_is_read() -> None:
    assert read(json.dumps(json.loads(TEXT), indent=2)) == LOCK


# Any text but half characters, which no file can hold.
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.integers(0, 2**53 - 1)
pending = st.sampled_from(["", "new", "changed"])
pairs = st.lists(st.tuples(names, numbers), max_size=3).map(tuple)
note_types = st.builds(
    LockedNoteType, numbers, names, pairs, pairs, numbers, names, pending, st.booleans()
)


@st.composite
def locks(draw: st.DrawFn) -> Lock:
    keys = draw(st.lists(names, unique=True, max_size=6))
    guids = draw(
        st.lists(names.filter(bool).map(Guid), unique=True, min_size=len(keys), max_size=len(keys))
    )
    ids = draw(st.lists(numbers, unique=True, min_size=len(keys), max_size=len(keys)))
    clozes = st.lists(st.tuples(names, st.integers(1, 499)), max_size=3).map(tuple)
    times, other_keys = st.none() | numbers, st.none() | names.map(Key)
    notes = {
        Key(key): LockedNote(
            *(guid, id, draw(numbers), draw(names), draw(names), draw(names), draw(names)),
            *(draw(times), draw(other_keys), draw(other_keys), draw(pending), draw(st.booleans())),
            *(draw(clozes), draw(clozes)),
        )
        for key, guid, id in zip(keys, guids, ids, strict=True)
    }
    types = draw(st.dictionaries(names, note_types, max_size=3))
    decks = tuple(draw(st.lists(names, max_size=3)))
    moments = sorted(draw(st.sets(numbers, max_size=3)))
    releases = tuple((draw(names), moment) for moment in moments)
    return Lock(draw(names), draw(numbers), types, notes, decks, releases)


@settings(deadline=None)
@given(locks())
def test_any_lock_survives_being_written_and_read(lock: Lock) -> None:
    text = serialise(lock)
    assert read(text) == lock
    assert serialise(read(text)) == text
    assert text.endswith("}\n")
    # Two braces, five values, the beginnings and ends of the three tables, and a line for each.
    lines = text.count("\n")
    assert lines == 13 + len(lock.releases) + len(lock.note_types) + len(lock.notes)
    keys = [line.partition('": {"guid"')[0] for line in text.split("\n") if '": {"guid"' in line]
    assert keys == [json.dumps(key, ensure_ascii=False)[:-1] for key in sorted(lock.notes)]


# A lock of another version -----------------------------------------------------------------------


def test_a_newer_version_is_refused() -> None:
    assert told(TEXT.replace('"version": 1', '"version": 2')) == [
        "deck.lock:2:1: L003: the lock has version 2, and this deckwright reads 1",
        "help: upgrade deckwright",
    ]


def test_a_newer_version_is_refused_whatever_else_it_holds() -> None:
    assert finding('{"version": 7, "cards": []}').rule is NEWER


def test_a_newer_revision_is_read() -> None:
    newer = TEXT.replace('"revision": 0', '"revision": 9,\n"review": {"asked": true}')
    assert read(newer.replace('"retired"', '"why": "re-worded", "retired"')) == replace(
        LOCK, revision=9
    )


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ('"decks"', '"review": {},\n"decks"', '"review"', 6),
        ('"mod": 1750000000, "packaged"', '"mod": 1, "of": 1, "packaged"', '"of" of "Basic"', 12),
        ('"sketch": "w1"', '"sketch": "w1", "since": 7', '"since" of "the-nile"', NILE),
    ],
)
def test_what_this_revision_does_not_know_would_be_lost(
    old: str, new: str, message: str, line: int
) -> None:
    text = TEXT.replace(old, new)
    found = finding(text)
    assert found.rule is DAMAGED
    assert found.message == f"the lock is damaged: what is {message}?"
    assert found.span
    assert Source("deck.lock", text).location(found.span.start) == (line, 1)


# A damaged lock ----------------------------------------------------------------------------------


def test_a_truncated_lock_is_damaged_where_it_ends() -> None:
    cut = TEXT[: TEXT.index('"the-nile"')]
    assert told(cut) == [
        f"deck.lock:{NILE}:1: L001: the lock is damaged: "
        "Expecting property name enclosed in double quotes",
        MEND,
    ]


@pytest.mark.parametrize("part", range(10))
def test_a_lock_cut_off_anywhere_is_damaged(part: int) -> None:
    assert finding(TEXT.rstrip()[: part * len(TEXT) // 10]).rule is DAMAGED


def test_a_merge_conflict_is_told_at_its_first_mark() -> None:
    lines = TEXT.split("\n")
    lines[DONAU - 1 : DONAU] = ["<<<<<<< ours", lines[DONAU - 1], "=======", ">>>>>>> theirs"]
    assert told("\n".join(lines)) == [
        f"deck.lock:{DONAU}:1: L002: the lock holds a conflict of a merge",
        "help: unite both sides: deckwright lock resolve",
    ]


def test_the_marks_of_a_three_way_conflict_are_known_too() -> None:
    assert finding(TEXT.replace('"donau"', '||||||| base\n"donau"')).rule is CONFLICT


def test_two_lines_of_one_key_are_told_with_both_places() -> None:
    """What git leaves where both sides of a merge added the same note."""
    line = TEXT.split("\n")[NILE - 1]
    assert told(TEXT.replace(line, f"{line}\n{line}")) == [
        f"deck.lock:{NILE + 1}:1: L004: “the-nile” stands twice "
        f"(the other is at deck.lock:{NILE}:1)".replace("“the-nile”", '"the-nile"'),
        UNITE,
    ]


def test_a_note_called_like_a_part_of_the_lock_is_found_in_its_own_line() -> None:
    """A card may well be titled “Version”, “Id” or “Notes”."""
    for name in ("version", "id", "notes", "guid"):
        text = TEXT.replace('"the-nile"', f'"{name}"')
        assert Key(name) in read(text).notes
        line = text.split("\n")[NILE - 1]
        found = finding(text.replace(line, f"{line}\n{line}"))
        assert found.span
        assert found.other
        source = Source("deck.lock", text)
        assert [source.location(s.start) for s in (found.other, found.span)] == [
            (NILE, 1),
            (NILE + 1, 1),
        ]


def test_a_value_that_stands_twice_in_one_line_is_found_there() -> None:
    text = TEXT.replace('"guid": "guid1"', '"guid": "guid1", "guid": "guid9"')
    found = finding(text)
    assert found.rule is DAMAGED  # no two memories: one line is no note
    assert found.message == '"guid" stands twice'
    assert found.span
    assert Source("deck.lock", text).location(found.span.start) == (NILE, 31)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"guid1"', '"guid2"', 'two notes have the guid "guid2"'),
        ("1750000000001", "1750000000002", "two notes have the id 1750000000002"),
    ],
)
def test_two_notes_of_one_identity_are_told_with_both_lines(
    old: str, new: str, message: str
) -> None:
    assert told(TEXT.replace(old, new)) == [
        f"deck.lock:{NILE}:1: L004: {message} (the other is at deck.lock:{DONAU}:1)",
        UNITE,
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"guid": "guid1"', '"guid": 7'),
        ('"guid": "guid1"', '"guid": ""'),
        ('"guid": "guid1", ', ""),
        ('"id": 1750000000001', '"id": "1750000000001"'),
        ('"id": 1750000000001', '"id": -1'),
        ('"id": 1750000000001', '"id": 1750000000001.0'),
        ('"id": 1750000000001', '"id": 99999999999999999999'),
        ('001, "mod": 1750000000', '001, "mod": null'),
        ('001, "mod": 1750000000', '001, "mod": true'),
        ('001, "mod": 1750000000', '001, "mod": "1750000000"'),
        ('"source": "0000000000000001"', '"source": []'),
        (', "sketch": "w1"', ""),
        ('"sketch": "w1"', '"sketch": 1'),
        ('"sketch": "w1"', '"sketch": "w1", "retired": "today"'),
        ('"sketch": "w1"', '"sketch": "w1", "was": 7'),
        ('"sketch": "w1"', '"sketch": "w1", "pending": "old"'),
        ('"sketch": "w1"', '"sketch": "w1", "pending": true'),
        ('"sketch": "w1"', '"sketch": "w1", "leaving": 1760000000'),
        ('"sketch": "w1"', '"sketch": "w1", "maybe": ["donau"]'),
        ('["delta", 1]', '["delta", 0]'),
        ('["delta", 1]', '["delta", 500]'),
        ('["delta", 1]', '["delta", "1"]'),
        ('["delta", 1]', '["delta", true]'),
        ('["delta", 1]', '["delta"]'),
        ('["delta", 1]', "[1, 1]"),
        ('["delta", 1]', "7"),
        ('"clozes": [["delta", 1], ["Cairo", 4]]', '"clozes": {"ab": 1}'),
        ('"clozes": [["delta", 1], ["Cairo", 4]]', '"clozes": null'),
        ('"past_clozes": [["the “delta”", 1]]', '"past_clozes": "a1"'),
    ],
)
def test_garbage_in_a_note_is_told_at_its_line(old: str, new: str) -> None:
    text = TEXT.replace(old, new)
    assert text != TEXT
    assert told(text) == [
        f'deck.lock:{NILE}:1: L001: the lock is damaged: the line of "the-nile" is not a note',
        MEND,
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"id": 1234567890123', '"id": null'),
        ('"kind": "normal"', '"kind": 0'),
        ('["Back", 12]', '["Back"]'),
        ('["Back", 12]', '["Back", "12"]'),
        ('["Back", 12]', "7"),
        ('"templates": [["Front", 21]], ', ""),
        ('"packaged": "00000000000000aa"', '"packaged": "00000000000000aa", "accepted": "yes"'),
        ('"packaged": "00000000000000aa"', '"packaged": "00000000000000aa", "pending": "old"'),
    ],
)
def test_garbage_in_a_note_type_is_told_at_its_line(old: str, new: str) -> None:
    message = 'the lock is damaged: the line of "Basic" is not a note type'
    assert told(TEXT.replace(old, new))[0] == f"deck.lock:12:1: L001: {message}"


_NO_ORDER = "the releases are not in the order of their times"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expecting value"),
        ("\n\n", "Expecting value"),
        ("no lock at all", "Expecting value"),
        ("[]", "no version"),
        ("null", "no version"),
        ('{"version": "1"}', "no version"),
        ('{"version": true}', "no version"),
        ('{"version": 1}', "no project"),
        (TEXT.replace('"rivers"', "7"), "no project"),
        (TEXT.replace('"created": 1750000000', '"created": -1'), "no time of creation"),
        (TEXT.replace('"revision": 0', '"revision": "0"'), "no revision"),
        (TEXT.replace('"decks": [', '"decks": [1, '), "no decks"),
        (TEXT.replace('["1", 1745000000]', '["1", "today"]'), "no releases"),
        (TEXT.replace('["1", 1745000000]', '["1"]'), "no releases"),
        (TEXT.replace('["1", 1745000000]', '["1", 1760000000]'), _NO_ORDER),
        (TEXT.replace('"notes": {', '"others": {'), "no notes"),
        ("[" * 100_000, "nested too deeply"),
        ('{"version": ' * 100_000, "nested too deeply"),
        (TEXT.replace("1750000000001", "1" * 5000), "a number is too large"),
        (TEXT.replace("rivers", r"\ud800"), "half a character"),
        (TEXT.replace("the-nile", r"\udc00"), "half a character"),
    ],
)
def test_what_is_no_lock_is_told(text: str, message: str) -> None:
    found = finding(text)
    assert found.rule is DAMAGED
    assert found.message == f"the lock is damaged: {message}"


def test_half_a_character_is_told_where_it_stands() -> None:
    text = TEXT.replace("donau", r"\ud83d\ude00").replace("the-nile", r"nile\ud800")
    span = finding(text).span
    assert span
    assert Source("deck.lock", text).location(span.start) == (NILE, 6)


jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=10,
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A lock with something of it cut out, put in, or replaced by another value."""
    text = TEXT
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(start + 40, len(text))))
        put = draw(st.text(string.printable, max_size=5) | jsons.map(json.dumps))
        text = text[:start] + put + text[end:]
    return text


@settings(deadline=None)
@given(st.text() | jsons.map(json.dumps) | damaged())
@example('{"version": 1e999}')
@example('{"version": NaN}')
@example("\ufeff{}")
def test_no_text_whatever_breaks_the_reading_of_a_lock(text: str) -> None:
    lock, diagnostics = parse(Source("deck.lock", text))
    if lock is None:
        assert finding(text) == diagnostics[0]
    else:
        assert diagnostics == ()
        assert read(serialise(lock)) == replace(lock, revision=REVISION)


def test_a_good_lock_is_read_without_looking_for_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look goes through the whole text: once a note, and a large lock takes minutes."""

    def looked(text: str, name: str, part: str = "") -> int:
        raise AssertionError(name)

    note = LockedNote(Guid("a"), 1, 1, "Basic", "0", "0")
    other = LockedNote(Guid("b"), 2, 1, "Basic", "0", "0")
    good = Lock("bees", 1, {}, {Key("queen"): note, Key("worker"): other})
    monkeypatch.setattr("deckwright.lock.format._at", looked)
    assert parse(Source(LOCK, serialise(good))) == (good, ())
