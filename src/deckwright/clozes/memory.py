"""What is remembered of a note's deletions, in the lock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from deckwright.clozes.deletions import MOST, Deletion, Numbered, of


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a note's deletions: those that it has (`now`), in the order in which
    they first appear, and those that it had (`past`), the latest first, whose numbers stay theirs.

    A text with several numbers stands there several times; the number that nobody wrote comes
    first. Several texts have one number where a person wrote it, or one is the other corrected.
    """

    now: tuple[Numbered, ...] = ()
    past: tuple[Numbered, ...] = ()


def memory(html: Sequence[str]) -> Memory:
    """What is remembered of a note with these fields, of which nothing else is known."""
    return remembered(of(html), {}, Memory())


def remembered(
    found: Iterable[Deletion],
    numbers: Mapping[str, int],
    before: Memory,
    provisional: Collection[int] = (),
) -> Memory:
    """The same where `numbers` are those of the automatic deletions from now on, `provisional`
    those by which they are known in the fields, and `before` is what was remembered."""
    said: dict[str, dict[int, None]] = {}
    for each in found:
        first = {numbers[each.text]: None} if each.text in numbers else {}
        own = said.setdefault(each.text, first)
        own |= dict.fromkeys(n for n in each.numbers if 0 < n <= MOST and n not in provisional)
    now = tuple((text, number) for text, own in said.items() for number in own)
    known = dict.fromkeys((*before.now, *before.past))
    for pair in now:
        known.pop(pair, None)
    return Memory(now, tuple(known))


def united(sides: Sequence[Memory], latest: Memory) -> tuple[Memory, tuple[str, ...]]:
    """What several people remember of one note's deletions as one memory: what they began with, and
    all that each of them added. `sides` come with the one first whose numbers stay in any case, and
    `latest` is that of the note as it is now. The texts whose number on another side is not theirs
    any more come along: the next build gives them one."""
    if all(side == sides[0] for side in sides):
        return latest, ()
    said = [dict.fromkeys((*side.now, *side.past)) for side in sides]
    first = said[0]
    texts = {text for text, _ in first}
    begun = {number for _, number in set(first).intersection(*said[1:])}
    kept: dict[Numbered, None] = {}
    for pairs in said:
        taken = {number for _, number in kept}
        # What both corrected in two ways has one number on both sides, and is one deletion.
        kept |= {pair: None for pair in pairs if pair[1] not in taken or pair[1] in begun}
    number_of: dict[str, int] = {}
    for text, number in kept:
        number_of.setdefault(text, number)
    now = dict.fromkeys(
        pair if pair in first or pair[0] not in texts else (pair[0], number_of[pair[0]])
        for pair in latest.now
        if pair in kept or pair[0] in texts
    )
    moved = dict.fromkeys(
        text
        for side in sides[1:]
        for text, number in side.now
        if number_of.get(text) != number and (text, number) not in first
    )
    return Memory(tuple(now), tuple(pair for pair in kept if pair not in now)), tuple(moved)
