"""Cloze deletions whose numbers nobody wrote: which number each has, for ever.

Anki matches the cards of a note by the numbers of its deletions, so a number is identity: one that
moves to another deletion takes its reviews along. Here an automatic number stays with the text that
is deleted, whatever is put before it. What a note's deletions were, in which order, and which
numbers were ever used is remembered in the lock; numbers that a person wrote are remembered beside
the others, so that a deletion that loses its written number keeps it. Pure.

Inside, one direction, each module knowing only those named before it: `deletions` (what stands in
the fields of a note), `memory` (what is remembered of it) and `settling` (which number each keeps).
"""

from deckwright.clozes.deletions import AUTOMATIC, MOST, Numbered, provisional, renumbered
from deckwright.clozes.memory import Memory, memory, united
from deckwright.clozes.settling import RULES, settle

__all__ = [
    "AUTOMATIC",
    "MOST",
    "RULES",
    "Memory",
    "Numbered",
    "memory",
    "provisional",
    "renumbered",
    "settle",
    "united",
]
