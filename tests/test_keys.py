"""Keys: a title of any script is one key, in the sources, in the lock and in every build."""

from __future__ import annotations

from pathlib import Path
from unicodedata import is_normalized

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckwright.lock import Lock, LockedNote, parse, serialise
from deckwright.note import Guid, Key, slug
from deckwright.source import Source, decode
from helpers import BEES, CARDS, NOW, build, page, write

# Folding takes these letters apart: “ΐ” becomes “ι” and two marks.
TITLES = ("Πρωτεΐνες", "Μαΐου", "Ταΰγετος", "ǰ", "İstanbul", "Straße", "Ｃ＋＋", "क्षेत्र", "é\u0301")


def through_the_file(lock: Lock) -> Lock:
    """A lock, written and read as a build reads it."""
    source = decode("deck.lock", serialise(lock).encode())
    assert isinstance(source, Source)
    again, told = parse(source)
    assert again is not None, told
    return again


def lock_of(*keys: str) -> Lock:
    notes = {
        Key(key): LockedNote(Guid(f"guid-{n}"), n, NOW, "Concept", "source", "packaged")
        for n, key in enumerate(keys)
    }
    return Lock("peptides", NOW, {}, notes)


@pytest.mark.parametrize("title", TITLES)
def test_the_key_of_a_title_is_the_same_when_the_lock_is_read_back(title: str) -> None:
    lock = lock_of(slug(title))
    assert through_the_file(lock) == lock


@given(st.text(st.characters(codec="utf-8")))
@example("ΐ")
@example("a'\u0301")
@example("ﬀ\u0323")
@settings(deadline=None, database=None, max_examples=200)
def test_every_key_is_as_all_text_that_is_read(title: str) -> None:
    key = slug(title)
    assert is_normalized("NFC", key)
    if key:
        assert list(through_the_file(lock_of(key)).notes) == [key]


def test_a_note_with_a_title_of_any_script_is_the_same_note_in_the_next_build(
    tmp_path: Path,
) -> None:
    """A key that the lock gave back otherwise would be a new note, and its own would have left."""
    text = CARDS["Varroa mites"]
    files = {**BEES, "sources/bees.txt": page({f"{title} bees": text for title in TITLES})}
    first, _ = build(write(tmp_path, files))
    before = (tmp_path / "deck.lock").read_bytes()
    second, _ = build(tmp_path, NOW + 3600)
    assert first.contents is not None
    assert second.contents is not None
    known, again = (
        {each.rendered.note.key: each.guid for each in made.contents.notes}
        for made in (first, second)
        if made.contents
    )
    assert again == known
    assert {slug(f"{title} bees") for title in TITLES} <= known.keys()
    assert (tmp_path / "deck.lock").read_bytes() == before
