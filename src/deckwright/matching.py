"""Matching of renames: which note that left the sources is which note that is new in them.

A wrong match puts a learner's reviews on another question, so little is taken without asking; what
is likely is proposed. Pure. The thresholds were measured on generated histories of edits
(tests/histories.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from deckwright.note import Key
from deckwright.sketches import Sketch, Text, compare, dice, read


@dataclass(frozen=True, slots=True)
class Before:
    """A note that the lock knows. `present`: its key is in the sources; then it is a possible
    rival, and may have changed its place with another."""

    key: Key
    note_type: str
    sketch: str
    present: bool


@dataclass(frozen=True, slots=True)
class After:
    """A note of the sources. `text` is its `body`; `known`: its key is in the lock, and live there;
    `changed`: it may say something else than it did (where that is not known, it may: all that it
    costs is time)."""

    key: Key
    note_type: str
    parent: Key | None
    text: str
    known: bool
    changed: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """An old key and a new one that are one note, and how similar their texts are (0 to 1; a
    derived note that follows its parent has 1)."""

    old: Key
    new: Key
    similarity: float


@dataclass(frozen=True, slots=True)
class Matches:
    """`sure`: taken without asking, each old and each new key at most once; a key that is on both
    sides of the edit may be among them, where its text went elsewhere. `unsure`: to be proposed,
    best first, at most three for each key. `left`: old keys that are in the sources still or again,
    but for another note, while their own is gone."""

    sure: tuple[Match, ...]
    unsure: tuple[Match, ...]
    left: tuple[Key, ...] = ()


def match(
    before: Sequence[Before], after: Sequence[After], settled: Mapping[Key, Key] = {}
) -> Matches:
    """Find the notes that have another key now. Every old note and every new one must be given:
    those that did not change are rivals. Only notes of one note type are matched. `settled` are old
    keys with the keys that their notes have now for another reason than their text (a GUID that was
    given): they are among the sure ones, and what was derived of them follows."""
    return _Matching(before, after, settled).run()


_COMMON = 100
"""A shingle that stands in more notes tells nothing (a phrase that the whole deck repeats)."""


@dataclass(slots=True)
class _Old:
    note: Before
    sketch: Sketch | None
    parent: Key | None


@dataclass(slots=True)
class _New:
    note: After
    text: Text


@dataclass(frozen=True, slots=True)
class _Pair:
    similarity: float
    hits: int  # shingles of the sample that were found
    sampled: int
    ratio: float  # of the longer to the shorter


class _Best:
    """The two best partners of a note."""

    def __init__(self) -> None:
        self.first, self.second, self.name = 0.0, 0.0, ""

    def add(self, score: float, name: str) -> None:
        if score > self.first:
            self.first, self.second, self.name = score, self.first, name
        elif score > self.second:
            self.second = score

    def other(self, name: str) -> float:
        return self.second if name == self.name else self.first


class _Similar:
    """How similar old notes are to new ones, where they are at all. Notes of the same sketch, and
    those of the same text, are looked at once."""

    def __init__(self, olds: Iterable[_Old], news: Iterable[_New]) -> None:
        self.olds: dict[str, list[_Old]] = defaultdict(list)
        self.news: dict[str, list[_New]] = defaultdict(list)
        for old in olds:
            if old.sketch:
                self.olds[old.note.sketch].append(old)
        for new in news:
            self.news[new.note.text].append(new)
        self.sketches = {s: group[0].sketch for s, group in self.olds.items() if group[0].sketch}
        number = Counter(chain.from_iterable(set(s.sample) for s in self.sketches.values()))
        self.common = {each for each, times in number.items() if times > _COMMON}
        self.pairs: dict[tuple[str, str], _Pair] = {}
        self.of_old: dict[str, list[str]] = defaultdict(list)
        self.best_of_old: dict[str, _Best] = defaultdict(_Best)
        self.best_of_new: dict[str, _Best] = defaultdict(_Best)

    def look(self, sketches: Iterable[str], texts: Iterable[str]) -> None:
        """Compare some with some."""
        texts = list(texts)
        wanted = [(s, self.sketches[s]) for s in sketches if s in self.sketches]
        schemes = sorted({old.scheme for _, old in wanted})
        few = len(texts) < len(wanted) / 4
        asked = {
            each
            for text in (texts if few else ())
            for scheme in schemes
            for each in self.news[text][0].text.shingles(scheme)[0]
        }
        holders: dict[int, list[str]] = defaultdict(list)
        read: dict[str, tuple[float, int]] = {}
        for name, old in wanted:
            if few and asked.isdisjoint(old.sample):
                continue
            telling = [each for each in old.sample if each not in self.common]
            if telling:
                read[name] = old.count * len(telling) / len(old.sample), len(telling)
                for each in telling:
                    holders[each].append(name)
        for text in texts:
            new = self.news[text][0].text
            for scheme in schemes:
                found, count = new.shingles(scheme)
                shared = found & holders.keys()
                if not shared:
                    continue
                count -= len(found & self.common) if self.common else 0
                hits = Counter(chain.from_iterable(map(holders.__getitem__, shared)))
                for name, number in hits.items():
                    old_count, sampled = read[name]
                    score = dice(old_count, sampled, number, count)
                    if score >= _NOISE and (name, text) not in self.pairs:
                        ratio = max(old_count, count) / min(old_count, count)
                        self.pairs[name, text] = _Pair(score, number, sampled, ratio)
                        self.of_old[name].append(text)
                        self.best_of_old[name].add(score, text)
                        self.best_of_new[text].add(score, name)

    def has_twins(self, name: str, text: str) -> bool:
        """Whether other notes are the same, as far as can be told."""
        return len(self.olds[name]) > 1 or len(self.news[text]) > 1

    def candidates(
        self, olds: Iterable[_Old], news: Iterable[_New]
    ) -> Iterator[tuple[_Old, _New, _Pair, float]]:
        """The pairs of some notes that are similar at all, each with its best rival's similarity.
        Of many notes that are the same only some are given."""
        some: dict[str, list[_New]] = defaultdict(list)
        for new in news:
            if len(group := some[new.note.text]) < _MOST_TWINS:
                group.append(new)
        given: Counter[str] = Counter()
        for old in olds:
            name = old.note.sketch
            given[name] += 1
            if given[name] > _MOST_TWINS:
                continue
            for text in self.of_old[name]:
                if text in some:
                    pair = self.pairs[name, text]
                    twins = self.has_twins(name, text)
                    rival = pair.similarity if twins else self.rival(name, text)
                    for new in some[text]:
                        if new.note.key != old.note.key:
                            yield old, new, pair, rival

    def is_elsewhere(self, old: _Old, new: _New) -> bool:
        """Whether either of two has little of the other, but much of a third."""
        name, text = old.note.sketch, new.note.text
        pair = self.pairs.get((name, text))
        own = pair.similarity if pair else 0.0
        return own < _ELSEWHERE / 2 and self.rival(name, text) >= _ELSEWHERE

    def rival(self, name: str, text: str) -> float:
        """The similarity of the best other partner that either of the two has."""
        return max(self.best_of_old[name].other(text), self.best_of_new[text].other(name))


class _Matching:
    def __init__(
        self, before: Sequence[Before], after: Sequence[After], settled: Mapping[Key, Key]
    ) -> None:
        before = sorted(before, key=lambda note: note.key)
        after = sorted(after, key=lambda note: note.key)
        keys = {note.key for note in before}
        self.olds = {
            note.key: _Old(note, read(note.sketch), _parent(note.key, keys)) for note in before
        }
        self.news = {note.key: _New(note, Text(note.text)) for note in after}
        self.sure: dict[Key, tuple[Key, float]] = {}
        self.taken: set[Key] = set()  # new keys
        self.left: set[Key] = set()
        self.proposed: dict[tuple[Key, Key], float] = {}
        self.seen: dict[str, tuple[_Similar, list[_Old], list[_New]]] = {}
        for old, new in settled.items():
            self.take(old, new, 1.0)

    def run(self) -> Matches:
        """Everything in order: what comes later depends on where parents are."""
        self.match_roots()
        self.follow()
        self.match_in_parents()
        self.match_across_parents()
        order = sorted(self.proposed.items(), key=lambda each: (-each[1], each[0]))
        unsure = []
        times: Counter[tuple[str, Key]] = Counter()
        for (old, new), score in order:
            if times["old", old] < _MOST_PROPOSED and times["new", new] < _MOST_PROPOSED:
                times["old", old] += 1
                times["new", new] += 1
                unsure.append(Match(old, new, round(score, 3)))
        sure = (Match(old, new, round(score, 3)) for old, (new, score) in self.sure.items())
        left = self.left - self.sure.keys()
        return Matches(
            tuple(sorted(sure, key=lambda each: each.old)), tuple(unsure), tuple(sorted(left))
        )

    # What is free -----------------------------------------------------------------------------

    def take(self, old: Key, new: Key, score: float) -> None:
        self.sure[old] = new, score
        self.taken.add(new)
        if new in self.olds and self.olds[new].note.present:
            self.left.add(new)  # unless it is matched itself

    def is_free_old(self, old: _Old) -> bool:
        key = old.note.key
        return key not in self.sure and (not old.note.present or key in self.left)

    def is_free_new(self, new: _New) -> bool:
        key = new.note.key
        if key in self.taken:
            return False
        return not new.note.known or key in self.sure or key in self.left

    # Notes that were not derived ----------------------------------------------------------------

    def match_roots(self) -> None:
        olds: dict[str, list[_Old]] = defaultdict(list)
        news: dict[str, list[_New]] = defaultdict(list)
        for old in self.olds.values():
            if old.parent is None:
                olds[old.note.note_type].append(old)
        for new in self.news.values():
            if new.note.parent is None:
                news[new.note.note_type].append(new)
        for note_type, those in olds.items():
            self.match_roots_of_type(those, news[note_type])

    def match_roots_of_type(self, olds: list[_Old], news: list[_New]) -> None:
        displaced = {old.note.key: kept for old in olds if (kept := self.kept(old)) < _DISPLACED}
        free = [old for old in olds if not old.note.present or old.note.key in displaced]
        open = [new for new in news if not new.note.known or new.note.key in displaced]
        if not (free and open):
            return
        similar = _Similar(olds, news)
        _look(similar, free, open)
        self.take_each(
            [
                (-pair.similarity, old.note.key, new.note.key)
                for old, new, pair, rival in similar.candidates(free, open)
                if _is_sure_root(pair, rival, old.note, new.note, displaced)
            ]
        )
        for old, new, pair, _ in similar.candidates(
            filter(self.is_free_old, free), filter(self.is_free_new, open)
        ):
            if pair.similarity >= _PROPOSE and pair.hits >= 3:
                self.proposed[old.note.key, new.note.key] = pair.similarity
        # Where a title has another text now, and its own is elsewhere in part, that is asked, too.
        for old, new, pair, _ in similar.candidates(
            (old for old in free if old.note.present and old.note.key not in self.sure),
            (new for new in open if not new.note.known and self.is_free_new(new)),
        ):
            if pair.similarity >= max(_PROPOSE, 2 * displaced[old.note.key]) and pair.hits >= 3:
                self.proposed[old.note.key, new.note.key] = pair.similarity
        self.propose_by_key(
            list(filter(self.is_free_old, free)), list(filter(self.is_free_new, open))
        )

    def propose_by_key(self, olds: list[_Old], news: list[_New]) -> None:
        """Propose what has nearly the same title, whatever became of the text."""
        holders: dict[str, list[Key]] = defaultdict(list)
        for old in olds:
            for gram in _grams(old.note.key):
                holders[gram].append(old.note.key)
        for gram in [gram for gram, those in holders.items() if len(those) > _COMMON]:
            del holders[gram]
        for new in news:
            near = Counter(
                chain.from_iterable(holders[g] for g in _grams(new.note.key) & holders.keys())
            )
            for key, number in near.items():
                if number >= 3 and key != new.note.key and _alike(key, new.note.key) >= _ALIKE:
                    self.proposed.setdefault((key, new.note.key), 0.0)

    def kept(self, old: _Old) -> float:
        """How much of an old text still stands under its key; 1 where that cannot be told."""
        new = self.news.get(old.note.key)
        if (
            new is None
            or not new.note.changed
            or not old.note.present
            or new.note.note_type != old.note.note_type
            or old.sketch is None
            or len(old.sketch.sample) < _ENOUGH
        ):
            return 1.0
        # Of a short text that took in a long one little is the same, but all is there.
        return max(compare(old.sketch, new.text))

    def take_each(self, found: list[tuple[float, Key, Key]]) -> None:
        """Take the best first, each note once."""
        for score, old, new in sorted(found):
            if old not in self.sure and new not in self.taken:
                self.take(old, new, -score)

    # Derived notes ------------------------------------------------------------------------------

    def follow(self) -> None:
        """Derived notes follow their parent: below it, their keys are what they were. But where
        its text plainly stands under another key below it, a note goes with its text."""
        if not self.sure:
            return
        families: dict[tuple[Key, str], list[_Old]] = defaultdict(list)
        for old in self.olds.values():
            if old.parent in self.sure:
                families[old.parent, old.note.note_type].append(old)
        children: dict[tuple[Key | None, str], list[_New]] = defaultdict(list)
        for new in self.news.values():
            children[new.note.parent, new.note.note_type].append(new)
        for (parent, note_type), family in families.items():
            now, _ = self.sure[parent]
            there = children[now, note_type]
            similar = _Similar(family, there)
            similar.look(similar.olds, similar.news)
            keys = {new.note.key: new for new in there}
            for old in family:
                if old.note.present:
                    self.left.add(old.note.key)
                follower = keys.get(Key(now + old.note.key[len(parent) :]))
                if follower and not similar.is_elsewhere(old, follower):
                    self.take(old.note.key, follower.note.key, 1.0)
        for key, old in self.olds.items():  # their parent's key has another note now
            if old.parent in self.left and old.note.present:
                self.left.add(key)

    def everywhere(self, note_type: str) -> tuple[_Similar, list[_Old], list[_New]]:
        """All derived notes of a type: how similar those are that are free, and these."""
        if note_type not in self.seen:
            olds, news = self.derived()
            those = [old for old in olds if old.note.note_type == note_type]
            these = [new for new in news if new.note.note_type == note_type]
            similar = _Similar(those, these)
            free = list(filter(self.is_free_old, those))
            open = list(filter(self.is_free_new, these))
            if free and open:
                _look(similar, free, open)
            self.seen[note_type] = similar, free, open
        return self.seen[note_type]

    def derived(self) -> tuple[list[_Old], list[_New]]:
        # Of a note that left, the parent may have another key since.
        olds = [old for old in self.olds.values() if old.parent is not None or "/" in old.note.key]
        news = [new for new in self.news.values() if new.note.parent is not None]
        return olds, news

    def match_in_parents(self) -> None:
        olds, news = self.derived()
        old_groups: dict[tuple[Key, str], list[_Old]] = defaultdict(list)
        new_groups: dict[tuple[Key, str], list[_New]] = defaultdict(list)
        for new in news:
            assert new.note.parent is not None
            new_groups[new.note.parent, new.note.note_type].append(new)
        for old in olds:
            parent = self.parent_now(old.parent) if old.parent is not None else None
            if parent is not None:
                old_groups[parent, old.note.note_type].append(old)
        for place, group in old_groups.items():
            self.match_in_parent(group, new_groups.get(place, []))

    def parent_now(self, parent: Key) -> Key | None:
        if parent in self.sure:
            return self.sure[parent][0]
        old = self.olds[parent].note
        return parent if old.present and parent not in self.left else None

    def match_in_parent(self, olds: list[_Old], news: list[_New]) -> None:
        free = [old for old in olds if self.is_free_old(old)]
        open = [new for new in news if self.is_free_new(new)]
        if not (free and open):
            return
        similar = _Similar(olds, news)
        _look(similar, free, open)
        everywhere, _, _ = self.everywhere(olds[0].note.note_type)
        self.take_each(
            [
                (-pair.similarity, old.note.key, new.note.key)
                for old, new, pair, rival in similar.candidates(free, open)
                if _is_sure_in_parent(pair, rival, old.note, new.note)
                and everywhere.rival(old.note.sketch, new.note.text) <= pair.similarity
            ]
        )
        for old, new, pair, _ in similar.candidates(
            filter(self.is_free_old, free), filter(self.is_free_new, open)
        ):
            if pair.similarity >= _PROPOSE:
                self.proposed[old.note.key, new.note.key] = pair.similarity

    def match_across_parents(self) -> None:
        olds, _ = self.derived()
        for note_type in sorted({old.note.note_type for old in olds if self.is_free_old(old)}):
            similar, free, open = self.everywhere(note_type)
            self.take_each(
                [
                    (-pair.similarity, old.note.key, new.note.key)
                    for old, new, pair, rival in similar.candidates(
                        filter(self.is_free_old, free), filter(self.is_free_new, open)
                    )
                    if _is_sure_across(pair, rival, old.note, new.note)
                ]
            )
            for old, new, pair, _ in similar.candidates(
                filter(self.is_free_old, free), filter(self.is_free_new, open)
            ):
                if pair.similarity >= _PROPOSE_ACROSS and pair.hits >= 3:
                    self.proposed.setdefault((old.note.key, new.note.key), pair.similarity)
        self.proposed = {
            (old, new): score
            for (old, new), score in self.proposed.items()
            if old not in self.sure and new not in self.taken
        }


def _look(similar: _Similar, free: list[_Old], open: list[_New]) -> None:
    sketches = dict.fromkeys(old.note.sketch for old in free)
    texts = dict.fromkeys(new.note.text for new in open)
    similar.look(sketches, similar.news)
    similar.look([each for each in similar.olds if each not in sketches], texts)


def _parent(key: Key, keys: set[Key]) -> Key | None:
    """The note that a derived one was made of: that of the shortest key above its own."""
    at = key.find("/")
    while at >= 0:
        if (above := Key(key[:at])) in keys:
            return above
        at = key.find("/", at + 1)
    return None


# The rules ----------------------------------------------------------------------------------------

# A person is asked only where none of these is met, and there rather than that a learner's reviews
# go to another question. Similarities are those of bodies, 0 to 1; a rival is another note, old or
# new, changed or not, that could be the same instead.

_NOISE = 0.08  # unrelated texts reach 0.11, seldom
_ENOUGH = 5  # shingles that must be found again before anything is believed
_LONGER = 1.4  # how many times longer either text may be: more is a part of it, or more than it
_DISPLACED = 0.2  # no more of a text than this is left where its title is now another's
_ELSEWHERE = 0.6  # what a derived note must have of another text to go there and not with its key
_ALIKE = 0.6  # of titles that are proposed for themselves
_PROPOSE = 0.2
_PROPOSE_ACROSS = 0.4  # to another parent
_MOST_PROPOSED = 3  # to each key
_MOST_TWINS = 20  # notes of one text that are looked at


def _is_sure_root(
    pair: _Pair, rival: float, old: Before, new: After, displaced: Mapping[Key, float]
) -> bool:
    """Whether a note that was not derived is another now. `displaced` has the keys whose text went
    elsewhere, as it seems, and how much of it stayed."""
    score, alike = pair.similarity, _alike(old.key, new.key)
    enough = 2 if alike >= 0.6 and score >= 0.8 else _ENOUGH
    if pair.hits < enough or rival > _allowed(score):
        return False
    if old.present:
        return score >= max(0.4, 4 * displaced[old.key])
    if pair.ratio > _LONGER or displaced.get(new.key, 0.0) >= _DISPLACED / 2:
        return False
    if alike >= 0.5:
        return score >= 0.35
    return score >= (0.5 if pair.ratio <= 1.25 else 0.6)


def _allowed(score: float) -> float:
    """How similar a rival may be. Where next to nothing was changed, also one that is rather
    similar is none."""
    return max(score / 2, min(0.9, 1 - 3 * (1 - score)))


def _is_sure_in_parent(pair: _Pair, rival: float, old: Before, new: After) -> bool:
    """Whether a derived note has another key below the same parent: its heading was renamed (then
    the end of the key is the same), or its term."""
    least, enough = (0.25, 1) if _tail(old.key) == _tail(new.key) else (0.4, 3)
    return pair.hits >= enough and pair.similarity >= least and rival <= 0.6 * pair.similarity


def _is_sure_across(pair: _Pair, rival: float, old: Before, new: After) -> bool:
    """Whether a derived note went to another parent: it was moved, or the parent was split."""
    enough = _ENOUGH - 1 if _tail(old.key) == _tail(new.key) else _ENOUGH
    return (
        pair.hits >= enough
        and pair.similarity >= 0.6
        and rival <= 0.5 * pair.similarity
        and pair.ratio <= _LONGER
    )


def _tail(key: Key) -> str:
    """What a derived key says of the note alone: its term, or the name of its list."""
    parts = key.split("/")
    return "/".join(parts[-2:]) if parts[-1] == "list" else parts[-1]


@lru_cache(maxsize=2**14)
def _grams(key: Key) -> frozenset[str]:
    """The runs of three letters of a key, a few for what has no spaces between words."""
    padded = f"-{key}-"
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _alike(one: Key, other: Key) -> float:
    """How similar two keys are, from 0 to 1."""
    grams, others = _grams(one), _grams(other)
    return 2 * len(grams & others) / (len(grams) + len(others))
