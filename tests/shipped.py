"""What the shipped deck has, and some of its cards as a learner meets them: out of order.

Run as `python tests/shipped.py [CARDS] [SEED]`: it prints the counts, so many random cards, and the
search that shows just their notes in Anki's browser. Cards that are read in the order of the page
seem clearer than they are; whoever changes the sources reads some of these.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from deckwright import build, reading
from deckwright.cards import cards_of
from deckwright.checks.subject import plain
from deckwright.derive.sentences import count_words
from deckwright.note import IdentifiedNote
from deckwright.notetypes import NoteType

ROOT = Path(__file__).parents[1]
NOW = 1_800_000_000


@dataclass(frozen=True, slots=True)
class Card:
    """One card of a note: of the template, or the cloze number less one, `ordinal`."""

    note: IdentifiedNote
    note_type: NoteType
    ordinal: int

    @property
    def template(self) -> str:
        if self.note_type.kind == "cloze":
            return f"Cloze {self.ordinal + 1}"
        return self.note_type.templates[self.ordinal].name


@cache
def compiled() -> tuple[reading.Inputs, build.Build]:
    inputs = reading.read_inputs(str(ROOT / "deck.yaml"))
    return inputs, build.compile(inputs, NOW)


def cards() -> list[Card]:
    _, made = compiled()
    assert made.contents is not None
    known = {each.note_type.name: each.note_type for each in made.contents.note_types}
    return [
        Card(note, known[note.rendered.note.note_type], ordinal)
        for note in made.contents.notes
        for ordinal in cards_of(note.rendered, known[note.rendered.note.note_type])
    ]


def words(text: str) -> int:
    """How many words one reads: not those that stand for an image."""
    return count_words(re.sub(r"!\[[^]]*\]\([^)]*\)", "", text))


def concepts() -> dict[str, str]:
    """The text of each concept of the page, by its title."""
    _, made = compiled()
    return {
        note.value("Concept"): note.value("More") or note.value("Opening")
        for note in made.notes
        if note.note_type == "Concept"
    }


def counts() -> dict[str, int]:
    """How many there are of what. Atomic cards are those of the questions derived of concepts."""
    _, made = compiled()
    assert made.contents is not None
    every = cards()
    types = Counter(note.note_type for note in made.notes)
    return {
        "concepts": types["Concept"],
        "terms": types["Term"],
        "lists": types["List"],
        "cloze notes": types["Cloze"],
        "questions and answers": types["Basic"],
        "atomic cards of the concepts": sum(
            card.note.rendered.note.parent is not None for card in every
        ),
        "of these from description to name": sum(card.template == "Reverse" for card in every),
        "cards": len(every),
        "media": len(made.contents.media),
        "words of the concepts": sum(map(words, concepts().values())),
    }


def show(card: Card) -> str:
    note = card.note.rendered
    lines = [f"{note.note.key} · {card.template}"]
    for field, html in zip(card.note_type.fields, note.html, strict=True):
        if html and field not in ("Key", "Source"):
            lines.append(f"  {field}: {plain(html)}")
    return "\n".join(lines)


def main(number: int = 20, seed: int = 7) -> None:
    for what, count in counts().items():
        print(f"{count:7,}  {what}")
    chosen = random.Random(seed).sample(cards(), number)
    for at, card in enumerate(chosen, 1):
        print(f"\n{at}. {show(card)}")
    print("\nnid:" + ",".join(str(card.note.id) for card in chosen))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
