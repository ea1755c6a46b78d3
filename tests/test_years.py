"""Years of a deck: random edits, builds, releases, lost locks, and learners on the real engine.

Each history is made of a seed. What is right is known because every opening and every definition
carries a number, however it is edited, moved, renamed or restored: the number says which note it
is. `python tests/test_years.py FIRST COUNT` lives through more of them.

Learners do things to their notes once, now; releases before that are older than what they did, and
those after it (within a day, which is as far as Anki goes) newer.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deckwright import apkg
from deckwright.engine import Learner
from helpers import CARDS, DAY, deckwright, locked, write

MINUTE = 60
PAST, FUTURE = 5, 5  # releases before and after learners do things
DEFINE = {"is", "are", "from", "that", "which", "who", "when"}  # more would be derived of these
WORDS = sorted({w.lower() for text in CARDS.values() for w in re.findall(r"[^\W\d_]{3,}", text)})
WORDS = [word for word in WORDS if word not in DEFINE]


@dataclass
class Term:
    name: str
    text: str


@dataclass
class Concept:
    title: str
    text: str
    terms: list[Term]
    file: str
    given: dict[str, str] = field(default_factory=dict)


Content = tuple[tuple[str, ...], tuple[str, ...]]  # fields but the key, tags


@dataclass(frozen=True)
class Release:
    """A package, and its notes by their numbers: GUID and content. `changed` are those that said
    something else in a build since the release before, even if it was taken back."""

    path: Path
    time: int
    notes: Mapping[str, tuple[str, Content]]
    changed: frozenset[str]


class Author:
    """Somebody who edits a deck, and answers truly what the program asks."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.rng = folder, random.Random(seed)
        self.number, self.tag, self.time = 0, "", 0
        self.concepts = [self.concept() for _ in range(4)]
        self.gone: list[Concept] = []
        self.releases: list[Release] = []
        self.built: dict[str, set[Content]] = {}
        self.told: list[str] = []

    # What is written

    def words(self, count: int) -> str:
        return " ".join(self.rng.choice(WORDS) for _ in range(count)).capitalize()

    def numbered(self, count: int) -> str:
        self.number += 1
        half = count // 2
        return f"{self.words(half)} no{self.number}no {self.words(count - half).lower()}."

    def term(self) -> Term:
        return Term(self.words(2), self.numbered(18))

    def concept(self) -> Concept:
        terms = [self.term() for _ in range(self.rng.randint(1, 3))]
        return Concept(self.words(3), self.numbered(34), terms, self.rng.choice(("a", "b")))

    def edited(self, text: str) -> str:
        words = text.rstrip(".").split()
        at = self.rng.choice([at for at, word in enumerate(words) if not word.startswith("no")])
        words[at] = self.rng.choice(WORDS)
        return f"{' '.join(words)}."

    def edit(self) -> None:
        """One edit, such as people make."""
        rng, some = self.rng, self.rng.choice(self.concepts)
        other = rng.choice(self.concepts)
        term = rng.choice(some.terms) if some.terms else None

        def swap() -> None:
            some.title, other.title = other.title, some.title
            for each in (some, other):  # else both would have to be given
                each.given.pop("guid", None)

        def reuse() -> None:
            fresh = self.concept()
            fresh.title, some.title = some.title, self.words(3)
            some.given.clear()
            self.concepts.append(fresh)

        def remove() -> None:
            if len(self.concepts) > 3:
                self.concepts.remove(some)
                self.gone.append(some)

        def restore() -> None:
            if self.gone:
                back = self.gone.pop(rng.randrange(len(self.gone)))
                back.title = rng.choice((back.title, self.words(3)))
                self.concepts.append(back)

        def split() -> None:
            if some.terms:
                part = Concept(self.words(3), self.numbered(34), [some.terms.pop()], some.file)
                self.concepts.append(part)

        def give() -> None:
            guid = self.releases[-1].notes if self.releases else {}
            if (number := _number(some.text)) in guid:
                some.given["guid"] = guid[number][0]

        edits: list[Callable[[], object]] = [
            *(swap, reuse, remove, restore, restore, split, give),
            lambda: setattr(some, "text", self.edited(some.text)),
            lambda: setattr(some, "title", f"{some.title[:4]}e{some.title[4:]}"),
            lambda: setattr(some, "title", self.words(3)),
            lambda: setattr(some, "file", rng.choice(("a", "b", "c"))),
            lambda: some.terms.append(self.term()),
            lambda: some.given.setdefault("id", f"own-{_number(some.text)}"),
            lambda: setattr(self, "tag", rng.choice(("", *WORDS[:3]))),
            lambda: rng.shuffle(self.concepts),
        ]
        if term:
            edits += [
                lambda: setattr(term, "name", self.words(2)),
                lambda: setattr(term, "text", self.edited(term.text)),
                lambda: some.terms.remove(term),
            ]
        rng.choice(edits)()

    def writes(self) -> None:
        files = sorted({each.file for each in self.concepts})
        sources = "".join(f"  - sources/{name}.txt\n" for name in files)
        identities = "".join(
            f"  - title: {each.title}\n"
            + "".join(f'    {name}: "{value}"\n' for name, value in sorted(each.given.items()))
            for each in self.concepts
            if each.given
        )
        tags = f"tags:\n  - {{tag: {self.tag}, text: {self.tag}}}\n" if self.tag else ""
        shutil.rmtree(self.folder / "sources", ignore_errors=True)
        pages = {
            f"sources/{name}.txt": "Learn Bees with Interactive Flashcards\n\n"
            + "\n\n".join(
                f"{each.title}\n\n{each.text}\n\n"
                + "\n\n".join(f"**{term.name}**: {term.text}" for term in each.terms)
                for each in self.concepts
                if each.file == name
            )
            for name in files
        }
        text = f"id: bees\nname: Bees\nsources:\n{sources}{tags}derive:\n  reverse: all\n"
        write(self.folder, {"deck.yaml": text + f"identities:\n{identities}" * bool(identities)})
        write(self.folder, pages)

    # What is run

    def runs(self, *arguments: str) -> list[tuple[str, str]]:
        """Run a command, and give what it asks: a new key, and an old one it may be."""
        done = deckwright(self.folder, *arguments, now=self.time)
        said = done.stdout + done.stderr
        self.told.append(f"$ {' '.join(arguments)}\n{said}")
        asked = re.findall(r"I00[78]: (\S+) may be (.+), renamed", said)
        assert done.exit_code == 0, "\n".join(self.told[-4:])
        return asked

    def build(self) -> None:
        """Build, and settle what is asked."""
        self.writes()
        while asked := self.runs("build"):
            (key, old), *_ = asked
            known = {note.guid: number for number, note in self.truth().items()}
            number = {note.key: number for number, note in self.truth().items()}[key]
            guid = locked(self.folder).notes[old].guid  # type: ignore[index]
            was = self.numbers.get(guid, known.get(guid))
            self.runs("rename", *((old, key) if was == number else ("--new", key)))
        for number, note in self.truth().items():
            self.built.setdefault(number, set()).add(note.content)

    @dataclass(frozen=True)
    class Note:
        guid: str
        key: str
        content: Content

    def truth(self, package: str = "dist/bees.apkg") -> dict[str, Author.Note]:
        return _notes(self.folder / package)

    @property
    def numbers(self) -> dict[str, str]:
        """Which note each GUID was in the releases."""
        return {guid: number for each in self.releases for number, (guid, _) in each.notes.items()}

    def release(self, now: int) -> None:
        self.time = now
        for _ in range(self.rng.randint(1, 4)):
            self.edit()
            if self.rng.random() < 0.4:
                self.build()
        self.build()
        if self.rng.random() < 0.15:
            (self.folder / "deck.lock").unlink()
            self.runs("lock", "restore", "dist/bees.apkg")
            self.gone.clear()  # a package does not tell what those said that left
            self.build()
        version = str(len(self.releases) + 1)
        if "Nothing changed" in deckwright(self.folder, "release", now=now).stdout:
            return
        package = next(self.folder.glob(f"dist/bees-{version}.apkg"), None)
        if package is None:
            return
        notes = {n: (note.guid, note.content) for n, note in _notes(package).items()}
        known = self.numbers
        latest = {n: guid for each in self.releases for n, (guid, _) in each.notes.items()}
        for number, (guid, _) in notes.items():
            said = "\n".join(self.told[-8:])
            assert known.get(guid, number) == number, f"{guid}: reviews on another note\n{said}"
            assert latest.get(number, guid) == guid, f"{number}: a second time\n{said}"
        changed = frozenset(number for number, said in self.built.items() if len(said) > 1)
        self.built |= {number: {content} for number, (_, content) in notes.items()}
        self.releases.append(Release(package, now, notes, changed))


def _number(text: str) -> str:
    return found.group() if (found := re.search(r"no\d+no", text.lower())) else ""


def _notes(package: Path) -> dict[str, Author.Note]:
    """The notes of a package by their numbers."""
    found = apkg.read(str(package))
    notes = {}
    for note in found.notes:
        names = [name for name, _ in found.note_types[note.note_type].fields]
        fields = dict(zip(names, note.fields, strict=True))
        number = _number(fields.get("Opening") or fields.get("Answer") or "")
        assert number, fields
        assert number not in notes, "two notes of one text"
        content = _content(names, note.fields, note.tags)
        notes[number] = Author.Note(note.guid, fields["Key"], content)
    return notes


def _content(names: list[str], fields: tuple[str, ...], tags: tuple[str, ...]) -> Content:
    kept = (text for name, text in zip(names, fields, strict=True) if name != "Key")
    return tuple(kept), tuple(sorted(tags))


def _has(learner: Learner) -> dict[str, Content]:
    types = learner.note_types()
    return {
        guid: _content(list(types[note.note_type].fields), note.fields, note.tags)
        for guid, note in learner.notes().items()
    }


def live(author: Author, folder: Path, now: int, seed: int) -> None:
    """A learner who misses some releases, changes some notes, and imports others late or twice."""
    rng = random.Random(seed)
    own: set[str] = set()
    last: Release | None = None
    with Learner(folder) as learner:
        acted = False
        for release in author.releases:
            if release.time > now and last and not acted:
                guids = sorted(guid for guid, _ in last.notes.values())
                own = set(rng.sample(guids, 4))
                for guid in own:
                    if rng.random() < 0.5:
                        learner.tags(guid, "mine")
                    else:
                        learner.edits(guid, 1, f"{learner.notes()[guid].fields[1]} mine")
                acted = True
            if rng.random() < 0.35 and release is not author.releases[-1]:
                continue
            before, cards, reviews = _has(learner), learner.cards(), learner.reviews()
            for _ in range(rng.choice((1, 1, 2))):
                told = learner.imports(release.path)
                assert (told.conflicting, told.refused) == ((), ())
            after, cards_now, reviews_now = _has(learner), learner.cards(), learner.reviews()
            assert {key: cards_now.get(key) for key in cards} == cards
            assert {card: reviews_now.get(card) for card in reviews} == reviews
            since = author.releases[author.releases.index(last) + 1 :] if last else ()
            since = [each for each in since if each.time <= release.time]
            for number, (guid, content) in release.notes.items():
                if guid not in own:
                    assert after[guid] == content, f"{number} was not updated"
                    continue
                if last and number in last.notes and not any(number in r.changed for r in since):
                    assert after[guid] == before[guid], f"own edit of {number} is lost"
                else:
                    assert after[guid] in (before[guid], content)
                if after[guid] == content:
                    own.discard(guid)
            learner.reviews_all()
            last = release
        assert learner.checks() == ()


def years(seed: int, folder: Path) -> Author:
    now = int(time.time())
    author = Author(folder / "deck", seed)
    for at in range(PAST, 0, -1):
        author.release(now - at * 30 * DAY)
    for at in range(1, FUTURE + 1):
        author.release(now + at * 60 * MINUTE)
    for learner in range(2):
        live(author, folder / f"learner-{learner}", now, 100 * seed + learner)
    return author


@pytest.mark.parametrize("seed", range(8))
def test_through_years_of_edits_learners_keep_what_is_theirs_and_get_what_is_new(
    seed: int, tmp_path: Path
) -> None:
    assert len(years(seed, tmp_path).releases) > 4


if __name__ == "__main__":
    first, count = map(int, sys.argv[1:])
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory() as place:
            try:
                years(seed, Path(place))
            except AssertionError as error:
                print(seed, error)
