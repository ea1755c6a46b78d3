"""Made-up histories of edits over real decks, and how well renames are recognised in them.

Run by hand, `python tests/histories.py` prints a table by kind of edit; test_matching.py asserts
the same figures on a smaller number. A history is one release after another, each made of the deck
as it was before by a few random edits. All is seeded.

What is right is known because every line of a concept carries the name of the line that it came
of, however it was edited, moved or put under another title:

- A concept is the same if it was edited. Of a split the part with most of the words is the same, of
  a merger the concept that gave most of the words; the others are gone. A text that was swapped, or
  moved to another title while its own was given away, is where its lines are. A concept whose text
  was replaced under its title is the same: nothing else is it.
- A derived note is the same as the one of the same note type that was made of the same lines: of
  two lists or terms that share lines, those that share most, and at least half. Where that does not
  say which (two terms made of one line), it is not counted.
"""

from __future__ import annotations

import random
import re
import sys
import time
import timeit
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from deckwright import sketches
from deckwright.derive import DeriveOptions, derive
from deckwright.matching import After, Before, Matches, match
from deckwright.note import Field, Key, Note, slug
from deckwright.readers import page
from deckwright.sketches import body, sketch
from deckwright.source import Source, Span, decode

ROOT = Path(__file__).parent.parent
SHIPPED = sorted((ROOT / "sources").rglob("*.txt"))
PAGES = sorted((ROOT / "tests" / "data" / "pages").glob("*.txt"))
SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))


# Decks --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a concept, and the line of the first release that it came of (None: new)."""

    text: str
    origin: int | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """A title, and the text under it line by line."""

    title: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines).strip("\n")

    @property
    def key(self) -> Key:
        return Key(slug(self.title))


@dataclass(frozen=True, slots=True)
class Deck:
    """Concepts, others of the same kind that may be added, and the words to edit with."""

    name: str
    concepts: tuple[Concept, ...]
    others: tuple[Concept, ...]
    words: tuple[str, ...]


def read(paths: Iterable[Path]) -> list[Concept]:
    notes: list[Note] = []
    for path in paths:
        source = decode(path.name, path.read_bytes())
        assert isinstance(source, Source)
        notes += page.read(source)[0]
    concepts = {}
    for note in notes:
        lines = tuple(map(Line, note.value("More").split("\n")))
        concepts[note.key] = Concept(note.value("Concept"), lines)
    return list(concepts.values())


def decks() -> list[Deck]:
    """The decks to edit: a quarter of the concepts of each are kept back, to be added later as
    plausible neighbours."""
    made = []
    for name, paths in (("shipped", SHIPPED), ("pages", PAGES), ("seed", SEEDS)):
        concepts = read(paths)
        if not concepts:
            continue
        words = tuple(w for c in concepts for w in re.findall(r"[^\W\d_]{2,}", c.text))
        kept = tuple(concepts[::4])
        rest = tuple(c for c in concepts if c not in kept)
        made.append(Deck(name, rest, kept, words))
    return made


@lru_cache(maxsize=20_000)
def notes_of(title: str, text: str) -> tuple[Note, ...]:
    """A concept and what is derived of it; spans are offsets into the text of the concept."""
    concept = Note(
        Key(slug(title)),
        "Concept",
        (Field("Concept", title), Field("More", text, Span("", 0, len(text)))),
        span=Span("", 0, len(text)),
    )
    return derive([concept], DeriveOptions())[0]


sketch_of = lru_cache(maxsize=50_000)(sketch)


# Edits of texts -----------------------------------------------------------------------------------

_FRONT = re.compile(r"\s*(?:[-+*•]\s+|\d+[.)]\s+)?(?:\*\*[^*]+\*\*\s*[:：]?\s*)?")
_NAME = re.compile(r"(\s*(?:[-+*•]\s+|\d+[.)]\s+)?\*\*)([^*]+?)(:?\*\*.*)", re.DOTALL)


def plain_words(rng: random.Random, deck: Deck, count: int) -> list[str]:
    at = rng.randrange(max(1, len(deck.words) - count))
    return [w.lower() for w in deck.words[at : at + count]]


def edit_words(rng: random.Random, deck: Deck, text: str, share: float) -> str:
    """Replace, leave out and add words, one by one or in runs; what names an item stays."""
    match = _FRONT.match(text)
    front = match[0] if match else ""
    words = text[len(front) :].split(" ")
    left = round(share * len(words) + rng.random() - 0.5)
    while left > 0 and words:
        run = min(left, rng.choice((1, 1, 1, 2, 3, 6)))
        at = rng.randrange(len(words))
        put = rng.choice((0, run, run, run, run + 1))
        words[at : at + run] = plain_words(rng, deck, put)
        left -= run
    return front + " ".join(words)


def typos(rng: random.Random, text: str, count: int) -> str:
    for _ in range(count):
        places = [m.start() for m in re.finditer(r"(?<=\w)\w(?=\w)", text)]
        if not places:
            break
        at = rng.choice(places)
        new = rng.choice(("", text[at] * 2, text[at + 1] + text[at]))
        text = text[:at] + new + text[at + (2 if len(new) == 2 and new[0] != new[1] else 1) :]
    return text


def edit_body(
    rng: random.Random, deck: Deck, lines: Sequence[Line], share: float
) -> tuple[Line, ...]:
    """Edit a share of the words of all lines, more in some than in others."""
    told = [i for i, line in enumerate(lines) if len(line.text.split()) > 3]
    made = list(lines)
    for i in told:
        own = min(1.0, share * rng.choice((0, 0.5, 1, 1.5, 2)))
        made[i] = Line(edit_words(rng, deck, lines[i].text, own), lines[i].origin)
    return tuple(made)


def retitle(rng: random.Random, deck: Deck, title: str, slightly: bool) -> str:
    words = title.split()
    if not slightly:
        return " ".join(plain_words(rng, deck, rng.randint(2, 5))).capitalize()
    way = rng.randrange(5)
    if way == 0:
        return title + " " + " ".join(plain_words(rng, deck, 1))
    if way == 1 and len(words) > 2:
        words.pop(rng.randrange(len(words)))
    elif way == 2:
        words[rng.randrange(len(words))] = plain_words(rng, deck, 1)[0]
    elif way == 3 and len(title) > 6:
        return typos(rng, title, 1)
    else:
        words.insert(0, plain_words(rng, deck, 1)[0].capitalize())
    return " ".join(words)


# Edits of decks -----------------------------------------------------------------------------------


@dataclass
class Release:
    """A deck being edited: the concepts there were, what became of each, and the new ones."""

    rng: random.Random
    deck: Deck
    old: list[Concept]
    new: list[Concept] = field(default_factory=list)
    truth: dict[Key, Key] = field(default_factory=dict)  # of concepts: where they are now
    kinds: dict[Key, str] = field(default_factory=dict)
    unsaid: set[Key] = field(default_factory=set)  # concepts of which that is not defined
    used: set[str] = field(default_factory=set)  # texts that were added once

    def titles(self) -> set[Key]:
        return {c.key for c in (*self.old, *self.new)}

    def free_title(self, title: str) -> str:
        """A title that no other concept has or had."""
        title = title.strip().rstrip(".:;,!…") or "Untitled"
        while not slug(title) or Key(slug(title)) in self.titles():
            title = f"{title} {plain_words(self.rng, self.deck, 1)[0]}"
        return title

    def put(self, concept: Concept, origin: Concept | None) -> None:
        self.new.append(concept)
        if origin is not None:
            self.truth[origin.key] = concept.key


Edit = Callable[[Release, list[Concept]], None]
"""Puts into a release what becomes of some of its old concepts."""


def _changed(slightly: bool | None, low: float, high: float, typo: int = 0) -> Edit:
    """An edit of title and body: the title slightly, wholly or (None) not at all, and a share of
    the body's words."""

    def edit(r: Release, those: list[Concept]) -> None:
        (old,) = those
        title = old.title
        if slightly is not None:
            title = r.free_title(retitle(r.rng, r.deck, title, slightly))
        lines = edit_body(r.rng, r.deck, old.lines, r.rng.uniform(low, high)) if high else old.lines
        if typo:
            picked = r.rng.sample(range(len(lines)), min(len(lines), typo))
            lines = tuple(
                Line(typos(r.rng, line.text, 1), line.origin) if i in picked else line
                for i, line in enumerate(lines)
            )
        r.put(Concept(title, lines), old)

    return edit


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines between blank ones, a blank one behind each."""
    blocks: list[list[Line]] = [[]]
    for line in lines:
        blocks[-1].append(line)
        if not line.text.strip():
            blocks.append([])
    joined: list[list[Line]] = []
    for block in blocks:
        if not any(line.text.strip() for line in block):
            continue
        last = [line.text.strip() for line in joined[-1] if line.text.strip()] if joined else []
        if last and last[-1].endswith((":", ":**", "**", "：")) and len(last) == 1:
            joined[-1] += block  # what leads in stays with what it leads in to
        else:
            joined.append(block)
    return joined


def _count(lines: Iterable[Line]) -> int:
    return sum(len(line.text.split()) for line in lines)


def _split(keep_title: bool) -> Edit:
    def edit(r: Release, those: list[Concept]) -> None:
        (old,) = those
        blocks = _blocks(old.lines)
        if len(blocks) < 2:
            blocks = [[line] for line in old.lines]
        at = r.rng.randrange(1, len(blocks)) if len(blocks) > 1 else 1
        parts = [
            tuple(line for b in part for line in b) for part in (blocks[:at], blocks[at:]) if part
        ]
        parts.sort(key=_count)
        first = old.title if keep_title else r.free_title(retitle(r.rng, r.deck, old.title, True))
        titles = [first]
        if r.rng.random() < 0.3:  # the smaller part keeps the name
            parts.reverse()
        largest = max(parts, key=_count)
        if keep_title and parts[0] is not largest:
            r.unsaid.add(old.key)  # the name goes one way, most of the text another
        for part in parts:
            title = (
                titles.pop() if titles else r.free_title(retitle(r.rng, r.deck, old.title, True))
            )
            r.put(Concept(title, part), old if part is largest else None)

    return edit


def _merge(r: Release, those: list[Concept]) -> None:
    one, other = those
    larger = max(those, key=lambda c: _count(c.lines))
    title = r.free_title(f"{one.title} and {other.title}")
    r.put(Concept(title, (*one.lines, Line(""), *other.lines)), larger)


def _absorb(r: Release, those: list[Concept]) -> None:
    one, other = those
    r.put(Concept(one.title, (*one.lines, Line(""), *other.lines)), one)


def _swap(r: Release, those: list[Concept]) -> None:
    one, other = those
    share = r.rng.choice((0, 0, 0.05, 0.15))
    r.put(Concept(other.title, edit_body(r.rng, r.deck, one.lines, share)), one)
    r.put(Concept(one.title, edit_body(r.rng, r.deck, other.lines, share)), other)


def _fresh(r: Release) -> Concept | None:
    """A concept that never was in the deck."""
    there = r.titles()
    pool = [c for c in r.deck.others[::2] if c.key not in there and c.text not in r.used]
    if not pool:
        return None
    picked = r.rng.choice(pool)
    r.used.add(picked.text)
    return picked


def _rename_and_reuse(r: Release, those: list[Concept]) -> None:
    (old,) = those
    fresh = _fresh(r)
    share = r.rng.choice((0, 0, 0.05, 0.15))
    title = r.free_title(retitle(r.rng, r.deck, old.title, True))
    r.put(Concept(title, edit_body(r.rng, r.deck, old.lines, share)), old)
    if fresh:
        r.put(Concept(old.title, fresh.lines), None)


def _replace(r: Release, those: list[Concept]) -> None:
    (old,) = those
    fresh = _fresh(r)
    r.put(Concept(old.title, fresh.lines if fresh else old.lines), old)


def _remove(r: Release, those: list[Concept]) -> None:
    pass


def _add(r: Release, those: list[Concept]) -> None:
    for old in those:
        r.put(old, old)
    if fresh := _fresh(r):
        r.put(fresh, None)


def _remove_and_add(r: Release, those: list[Concept]) -> None:
    if fresh := _fresh(r):
        r.put(fresh, None)


def _copy(renamed: bool) -> Edit:
    """A concept is copied, and the copy adapted to be another; the original may get a new title."""

    def edit(r: Release, those: list[Concept]) -> None:
        (old,) = those
        share = r.rng.uniform(0.3, 0.6)
        adapted = [edit_words(r.rng, r.deck, line.text, share) for line in old.lines]
        title = r.free_title(retitle(r.rng, r.deck, old.title, True)) if renamed else old.title
        share = r.rng.choice((0, 0.05)) if renamed else 0
        r.put(Concept(title, edit_body(r.rng, r.deck, old.lines, share)), old)
        title = r.free_title(retitle(r.rng, r.deck, old.title, True))
        r.put(Concept(title, tuple(map(Line, adapted))), None)

    return edit


def _vary(r: Release, those: list[Concept]) -> None:
    """One of two goes, and the other is copied and adapted."""
    _copy(False)(r, those[1:])


def _move(r: Release, those: list[Concept]) -> None:
    (old,) = those
    blocks = _blocks(old.lines)
    r.rng.shuffle(blocks)
    lines = tuple(line for block in blocks for line in (*block, Line("")))
    title = r.free_title(retitle(r.rng, r.deck, old.title, True))
    r.put(Concept(title, lines), old)


def _in_lines(change: Callable[[Release, list[Line]], None], retitled: bool = False) -> Edit:
    def edit(r: Release, those: list[Concept]) -> None:
        (old,) = those
        lines = list(old.lines)
        change(r, lines)
        title = r.free_title(retitle(r.rng, r.deck, old.title, True)) if retitled else old.title
        r.put(Concept(title, tuple(lines)), old)

    return edit


def _named(lines: Sequence[Line]) -> list[int]:
    return [i for i, line in enumerate(lines) if _NAME.fullmatch(line.text)]


def _rename_term(r: Release, lines: list[Line], share: float = 0.0) -> None:
    for i in r.rng.sample(places := _named(lines), min(len(places), r.rng.choice((1, 1, 2)))):
        found = _NAME.fullmatch(lines[i].text)
        assert found
        name = retitle(r.rng, r.deck, found[2], r.rng.random() < 0.6).rstrip(".:")
        text = f"{found[1]}{name}{found[3]}"
        lines[i] = Line(edit_words(r.rng, r.deck, text, share), lines[i].origin)


def _rename_and_edit_term(r: Release, lines: list[Line]) -> None:
    _rename_term(r, lines, r.rng.uniform(0.05, 0.4))


def _rename_section(r: Release, lines: list[Line]) -> None:
    places = [
        i
        for i, line in enumerate(lines)
        if re.fullmatch(r"\s*\*\*[^*]+\*\*:?\s*|[^*]{5,80}:\s*", line.text)
    ]
    for i in r.rng.sample(places, min(1, len(places))):
        text = lines[i].text.strip("*: ")
        bold = lines[i].text.startswith("**")
        new = retitle(r.rng, r.deck, text, r.rng.random() < 0.5).rstrip(".:")
        lines[i] = Line(f"**{new}**:" if bold else f"{new}:", lines[i].origin)


def _edit_definition(r: Release, lines: list[Line]) -> None:
    for i in r.rng.sample(places := _named(lines), min(len(places), 2)):
        text = edit_words(r.rng, r.deck, lines[i].text, r.rng.uniform(0.1, 0.9))
        lines[i] = Line(text, lines[i].origin)


def _add_item(r: Release, lines: list[Line]) -> None:
    items = [i for i, line in enumerate(lines) if re.match(r"\s*(?:[-•]|\d+[.)]) ", line.text)]
    pool = [
        line.text
        for c in r.deck.others[1::2]
        for line in c.lines
        if _NAME.fullmatch(line.text) and line.text not in r.used
    ]
    if items and pool:
        i = r.rng.choice(items)
        mark = re.match(r"\s*(?:[-•]|\d+[.)]) ", lines[i].text)
        assert mark
        picked = r.rng.choice(pool)
        r.used.add(picked)
        new = re.sub(r"^\s*(?:[-+*•]\s+|\d+[.)]\s+)?", "", picked)
        lines.insert(i + 1, Line(mark[0] + new))


def _replace_term(r: Release, lines: list[Line]) -> None:
    """One term goes, another comes in its place."""
    if places := _named(lines):
        gone = lines[r.rng.choice(places)]
        _add_item(r, lines)
        lines.remove(gone)


def _swap_terms(r: Release, lines: list[Line]) -> None:
    """Items change their places, with their text: nothing is renamed."""
    places = _named(lines)
    if len(places) > 1:
        i, k = r.rng.sample(places, 2)
        lines[i], lines[k] = lines[k], lines[i]


def _move_term(r: Release, those: list[Concept]) -> None:
    """A term goes from one concept to another."""
    one, other = those
    lines, others = list(one.lines), list(other.lines)
    places, theirs = _named(lines), _named(others)
    if places and theirs:
        others.insert(r.rng.choice(theirs) + 1, lines.pop(r.rng.choice(places)))
    r.put(Concept(one.title, tuple(lines)), one)
    r.put(Concept(other.title, tuple(others)), other)


EDITS: dict[str, tuple[int, int, Edit]] = {
    # kind of edit: (how often, how many concepts it takes, the edit)
    "title slightly": (4, 1, _changed(True, 0, 0)),
    "title wholly": (4, 1, _changed(False, 0, 0)),
    "title slightly, typos": (3, 1, _changed(True, 0, 0, typo=4)),
    "title slightly, body 5-30 %": (5, 1, _changed(True, 0.05, 0.3)),
    "title wholly, body 5-30 %": (4, 1, _changed(False, 0.05, 0.3)),
    "title slightly, body 50-80 %": (3, 1, _changed(True, 0.5, 0.8)),
    "body 5-30 %": (3, 1, _changed(None, 0.05, 0.3)),
    "body 50-80 %": (3, 1, _changed(None, 0.5, 0.8)),
    "text replaced, title kept": (2, 1, _replace),
    "title slightly, blocks moved": (3, 1, _move),
    "split, one keeps the title": (3, 1, _split(True)),
    "split, both titles new": (3, 1, _split(False)),
    "two merged": (3, 2, _merge),
    "one merged into another": (2, 2, _absorb),
    "two swapped": (3, 2, _swap),
    "renamed, title used again": (3, 1, _rename_and_reuse),
    "removed": (2, 1, _remove),
    "added": (1, 0, _add),
    "removed, another added": (3, 1, _remove_and_add),
    "copied": (2, 1, _copy(False)),
    "copied, original renamed": (3, 1, _copy(True)),
    "one removed, another copied": (2, 2, _vary),
    "term renamed": (6, 1, _in_lines(_rename_term)),
    "term renamed and edited": (6, 1, _in_lines(_rename_and_edit_term)),
    "term and title renamed": (4, 1, _in_lines(_rename_and_edit_term, True)),
    "term replaced": (4, 1, _in_lines(_replace_term)),
    "term moved": (4, 2, _move_term),
    "terms reordered": (1, 1, _in_lines(_swap_terms)),
    "section renamed": (4, 1, _in_lines(_rename_section)),
    "definition edited": (3, 1, _in_lines(_edit_definition)),
    "list item added": (3, 1, _in_lines(_add_item)),
}


def release(
    rng: random.Random, deck: Deck, concepts: Sequence[Concept], edits: int, used: set[str]
) -> Release:
    """Edit a deck some times, each time other concepts of it."""
    number = 0
    named = []
    for concept in concepts:
        lines = []
        for line in concept.lines:
            lines.append(Line(line.text, number))
            number += 1
        named.append(Concept(concept.title, tuple(lines)))
    made = Release(rng, deck, named, used=used)
    rest = list(named)
    rng.shuffle(rest)
    kinds = rng.choices(list(EDITS), [often for often, _, _ in EDITS.values()], k=edits)
    for kind in kinds:
        _, takes, edit = EDITS[kind]
        if len(rest) < takes:
            break
        those = [rest.pop() for _ in range(takes)]
        made.kinds.update((old.key, kind) for old in those)
        edit(made, those)
    for old in rest:
        made.put(old, old)
    return made


# What is right ------------------------------------------------------------------------------------


def origins(concept: Concept, note: Note) -> frozenset[int]:
    """The lines that a derived note was made of."""
    assert note.span is not None
    found = set()
    lead = "\n".join(line.text for line in concept.lines)
    at = -(len(lead) - len(lead.lstrip("\n")))
    for number, line in enumerate(concept.lines):
        end = at + len(line.text)
        if line.text.strip() and at < note.span.end and end > note.span.start:
            # A line that was added is none of the old ones.
            found.add(line.origin if line.origin is not None else -1 - number)
        at = end + 1
    return frozenset(found)


def truths(made: Release) -> tuple[dict[Key, Key | None], set[Key]]:
    """Where each old note is now (None: gone), and the notes of which that is not defined."""
    truth: dict[Key, Key | None] = {c.key: made.truth.get(c.key) for c in made.old}
    changed_old = [c for c in made.old if c not in made.new]
    changed_new = [c for c in made.new if c not in made.old]
    for c in made.old:
        if c in made.new:
            truth.update((n.key, n.key) for n in notes_of(c.title, c.text)[1:])
    olds = [(n, origins(c, n)) for c in changed_old for n in notes_of(c.title, c.text)[1:]]
    news = [(n, origins(c, n)) for c in changed_new for n in notes_of(c.title, c.text)[1:]]
    unsaid = set(made.unsaid)
    holders: dict[int, list[int]] = defaultdict(list)
    for at, (_, lines) in enumerate(news):
        for each in lines:
            holders[each].append(at)

    def share(a: frozenset[int], b: frozenset[int]) -> float:
        return len(a & b) / len(a | b)

    best: dict[int, list[tuple[float, Key]]] = defaultdict(list)
    found: dict[Key, list[tuple[float, int]]] = {}
    for note, lines in olds:
        near = {at for each in lines for at in holders[each]}
        scores = [
            (share(lines, news[at][1]), at)
            for at in near
            if news[at][0].note_type == note.note_type
        ]
        found[note.key] = sorted(scores, reverse=True)
        for score, at in scores:
            best[at].append((score, note.key))
    for key, scores in found.items():
        if not scores:
            truth[key] = None
            continue
        score, at = scores[0]
        clear = len(scores) == 1 or scores[1][0] < score
        back = sorted(best[at], reverse=True)
        mutual = back[0][1] == key and (len(back) == 1 or back[1][0] < back[0][0])
        if clear and mutual and score >= 0.5:
            truth[key] = news[at][0].key
        else:
            unsaid.add(key)
    return truth, unsaid


def sides(made: Release) -> tuple[list[Before], list[After]]:
    old = {n.key: n for c in made.old for n in notes_of(c.title, c.text)}
    new = {n.key: n for c in made.new for n in notes_of(c.title, c.text)}
    before = [Before(n.key, n.note_type, sketch_of(body(n)), n.key in new) for n in old.values()]
    after = [
        After(n.key, n.note_type, n.parent, body(n), n.key in old, old.get(n.key) != n)
        for n in new.values()
    ]
    return before, after


# Figures ------------------------------------------------------------------------------------------


@dataclass
class Figures:
    """How many notes were to be recognised, taken, taken rightly, proposed (one of the proposals
    for the note is right), and how many proposals there were, and how many of them right."""

    moved: int = 0
    taken: int = 0
    right: int = 0
    proposed: int = 0
    proposals: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.moved + other.moved,
            self.taken + other.taken,
            self.right + other.right,
            self.proposed + other.proposed,
            self.proposals + other.proposals,
        )

    @property
    def precision(self) -> float:
        return self.right / self.taken if self.taken else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.moved if self.moved else 1.0

    @property
    def proposal(self) -> float:
        """The share of what is not taken that is rightly proposed."""
        rest = self.moved - self.right
        return self.proposed / rest if rest else 1.0


Table = dict[tuple[str, str], Figures]
"""Figures by what was matched (`concept`, `derived`) and kind of edit."""

Wrong = tuple[str, str, Key, Key, float, Key | None]
"""What was matched, the kind of edit, the old key, the new one, the similarity, the right one."""


def judge(made: Release, matches: Matches, table: Table) -> list[Wrong]:
    """Add a release to a table; give the wrong matches."""
    truth, unsaid = truths(made)
    kind_of = {}
    what_of = {}
    for c in made.old:
        for n in notes_of(c.title, c.text):
            kind_of[n.key] = made.kinds.get(c.key, "(untouched)")
            what_of[n.key] = "concept" if n.parent is None else "derived"
    sure = {m.old: m.new for m in matches.sure}
    wrong = []
    for old, now in truth.items():
        if old in unsaid:
            continue
        row = table[what_of[old], kind_of[old]]
        if now is not None and now != old:
            row.moved += 1
        if old in sure:
            row.taken += 1
            if sure[old] == now:
                row.right += 1
            else:
                score = next(m.similarity for m in matches.sure if m.old == old)
                wrong.append((what_of[old], kind_of[old], old, sure[old], score, now))
    parents = {(m.old, m.new) for m in matches.unsure}
    for old, now in truth.items():
        if old in unsaid or old in sure or now is None or now == old:
            continue
        row = table[what_of[old], kind_of[old]]
        above = (Key(old.partition("/")[0]), Key(now.partition("/")[0]))
        through = above in parents and old.partition("/")[2] == now.partition("/")[2]
        row.proposed += (old, now) in parents or through
    for m in matches.unsure:
        table[what_of[m.old], kind_of[m.old]].proposals += m.old not in unsaid
    return wrong


def run(releases: int, seed: int, those: Sequence[Deck]) -> tuple[Table, list[Wrong], int]:
    """Play histories: so many releases, in turn of each deck. After eight releases a history
    begins anew, so that texts stay texts. Gives the table, the wrong matches and the edits."""
    table: Table = defaultdict(Figures)
    wrong = []
    edits = 0
    states: dict[str, tuple[tuple[Concept, ...], set[str]]] = {}
    rng = random.Random(seed)
    for number in range(releases):
        deck = those[number % len(those)]
        if number // len(those) % 8 == 0:
            states[deck.name] = deck.concepts, set()
        concepts, used = states[deck.name]
        made = release(rng, deck, concepts, rng.choice((1, 2, 3, 4, 6)), used)
        edits += len(made.kinds)
        wrong += judge(made, match(*sides(made)), table)
        states[deck.name] = tuple(made.new), used
    return table, wrong, edits


def total(table: Table, what: str = "") -> Figures:
    rows = (row for (of, _), row in table.items() if not what or of == what)
    return sum(rows, Figures())


def print_table(table: Table, brief: bool = False) -> None:
    heads = ("moved", "taken", "wrong", "precision", "recall", "proposed", "proposals")
    print(f"{'':42}" + "".join(f"{head:>10}" for head in heads))

    def row(name: str, f: Figures) -> None:
        print(
            f"{name:42}{f.moved:10}{f.taken:10}{f.taken - f.right:10}{f.precision:10.4f}"
            f"{f.recall:10.3f}{f.proposal:10.3f}{f.proposals:10}"
        )

    for what in ("concept", "derived"):
        for kind in (*EDITS, "(untouched)"):
            counted = table.get((what, kind), Figures())
            if not brief and (counted.moved or counted.taken or counted.proposals):
                row(f"{what}: {kind}", table[what, kind])
        row(f"{what}: all", total(table, what))
    row("all", total(table))


def exact() -> Any:
    """Sketches that leave nothing out: all triples of words of long texts, all pairs of short."""
    return patch.multiple(sketches, _SAMPLE=2**16, _FEWEST_ANCHORS=2**30)


def crowd(count: int, text: Callable[[int, bool], str]) -> tuple[list[Before], list[After]]:
    """So many notes that left, and as many that came."""
    before = [
        Before(Key(f"old-{at}"), "Concept", sketch(text(at, False)), False) for at in range(count)
    ]
    after = [After(Key(f"new-{at}"), "Concept", None, text(at, True), False) for at in range(count)]
    return before, after


def page_text(rng: random.Random, count: int = 160) -> str:
    """Words of about 1 KB, some of them frequent, as in any language."""
    return " ".join(
        f"{FREQUENT[min(19, int(rng.expovariate(0.2)))]} {word(rng)}" for _ in range(count // 2)
    )


FREQUENT = "the of and to a in is that for it as was with be by on not this are but".split()


def word(rng: random.Random) -> str:
    return "".join(
        rng.choice("bcdfglmnprst") + rng.choice("aeiou") for _ in range(rng.randint(2, 4))
    )


def crowds(count: int = 2000) -> dict[str, tuple[list[Before], list[After]]]:
    """Crowds to match: edited notes, and hostile ones."""
    rng = random.Random(count)
    texts = [page_text(rng) for _ in range(count)]

    def edited(at: int, new: bool) -> str:
        words = texts[at].split()
        if new:
            for place in range(at % 10, len(words), 12):
                words[place] = "changed"
        return " ".join(words)

    before, after = crowd(count, lambda at, new: page_text(random.Random(at)) if new else texts[at])
    return {
        "edited": crowd(count, edited),
        "all others": (before, after),
        "half of the text the same": crowd(count, lambda at, _: texts[0][:500] + texts[at][500:]),
        "all but one word the same": crowd(count, lambda at, _: f"{texts[0]} map{at}xyzabcdef"),
        "all the same": crowd(count, lambda at, _: texts[0]),
        "empty": crowd(count, lambda at, _: ""),
    }


def unchanged(count: int) -> tuple[list[Before], list[After]]:
    """So many notes of which one has another title."""
    before, after = crowd(count, lambda at, _: page_text(random.Random(at)))
    for at in range(1, count):
        before[at] = replace(before[at], present=True)
        after[at] = replace(after[at], key=before[at].key, known=True, changed=False)
    return before, after


def main() -> None:
    releases = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    those = decks()
    begun = time.perf_counter()
    table, wrong, edits = run(releases, seed, those)
    spent = time.perf_counter() - begun
    names = ", ".join(deck.name for deck in those)
    print(f"{releases:,} releases of {names}: {edits:,} edits, {spent:.0f} s\n")
    print_table(table)
    print("\nTaken, but wrong:")
    for each in wrong:
        print(" ", *each)
    print("\nThe same with whole texts in the place of sketches:")
    sketch_of.cache_clear()
    with exact():
        table, wrong, _ = run(releases, seed, those)
    sketch_of.cache_clear()
    print_table(table, brief=True)
    print()
    for name, (before, after) in crowds().items():
        begun = time.perf_counter()
        found = match(before, after)
        spent = time.perf_counter() - begun
        right = sum(m.old[4:] == m.new[4:] for m in found.sure)
        print(
            f"2,000 x 2,000, {name}: {spent:.2f} s, {len(found.sure):,} taken ({right:,} rightly), "
            f"{len(found.unsure):,} proposed"
        )
    before, after = unchanged(10_000)
    begun = time.perf_counter()
    assert len(match(before, after).sure) == 1
    print(f"one of 10,000: {time.perf_counter() - begun:.2f} s")
    texts = [page_text(random.Random(at)) for at in range(1000)]
    size = sum(map(len, texts)) / len(texts)
    spent = min(timeit.repeat(lambda: list(map(sketch, texts)), number=1, repeat=9))
    print(f"a sketch of {size:,.0f} characters: {spent / len(texts) * 1e6:.1f} microseconds")


if __name__ == "__main__":
    main()
