"""Checks over the notes of a build."""

from __future__ import annotations

from pathlib import Path

from helpers import DECK, deckwright, page, write

TWO_DECKS = DECK.replace(
    "  - path: sources/*.txt\n",
    "  - path: sources/bees.txt\n    deck: Animals::Bees\n"
    "  - path: sources/wasps.txt\n    deck: animals::Wasps\n",
)
WASPS = {
    "Paper nests": "Wasps build their nests of paper: wood that they scrape from posts and chew "
    "with saliva, in combs that hang upside down and are used for one summer only."
}


def test_decks_that_differ_in_capitals_alone_are_a_mistake(tmp_path: Path) -> None:
    """Anki takes them for one, and which spelling learners get is chance."""
    files = {"deck.yaml": TWO_DECKS, "sources/bees.txt": page(), "sources/wasps.txt": page(WASPS)}
    result = deckwright(write(tmp_path, files), "build")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[:4] == [
        "sources/wasps.txt:3:1: error K003: the decks Animals and animals differ in capitals alone",
        "   3 | Paper nests",
        "     | ^^^^^^^^^^^",
        "  help: write Animals in both places",
    ]
    write(tmp_path, {"deck.yaml": TWO_DECKS.replace("animals", "Animals")})
    assert deckwright(tmp_path, "build").exit_code == 0
