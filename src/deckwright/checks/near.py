"""Checks that compare notes: questions that are one, and fronts that give each other away."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from deckwright import sketches
from deckwright.checks import alike
from deckwright.checks.alike import TYPE_WORDS, Words
from deckwright.checks.subject import Asked, Subject, plain
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted, several

NEAR_DUPLICATE = Rule(
    "K004",
    "near-duplicate",
    Severity.WARNING,
    "A question that stands in the deck a second time in other words costs twice the reviews and "
    "teaches nothing more.",
    "Leave one of the two out, or let the questions say what tells them apart.",
    {
        "bees.md": "# Bees\n\nQ: What is the maximum number of eggs of a queen in a day?\n"
        "A: 2,000\n\nQ: How many eggs can a queen lay at most in a day?\nA: 2,000\n"
    },
    {
        "bees.md": "# Bees\n\nQ: What is the maximum number of eggs of a queen in a day?\n"
        "A: 2,000\n\nQ: How many drones live in a hive in June?\nA: A few hundred\n"
    },
    slow=True,
)
INTERCHANGEABLE = Rule(
    "E010",
    "interchangeable-answers",
    Severity.WARNING,
    "Where two questions say the same, each answer is right for both, and a learner is told that "
    "it is wrong.",
    "Say in each question which answer is meant, or make one note of the two.",
    {
        "tea.md": "# Tea\n\nQ: Name a benefit of shading the plants.\nA: A sweeter taste\n\n"
        "Q: What is one benefit of shading the plants?\nA: Leaves of a deeper green\n"
    },
    {
        "tea.md": "# Tea\n\nQ: How does shading the plants change their taste?\nA: It is sweeter"
        "\n\nQ: How does shading the plants change their leaves?\nA: They are of a deeper green\n"
    },
    slow=True,
)
GIVES_AWAY = Rule(
    "E011",
    "neighbour-gives-away",
    Severity.WARNING,
    "A card that is answered by the front of the card before it is known for the wrong reason, and "
    "forgotten when the two part.",
    "Name the thing in one of the two questions only, or describe it in other words.",
    {
        "stars.md": "# Stars\n\nQ: Which star is the brightest of the Lyre?\nA: Vega\n\n"
        "Q: How far is Vega, the brightest star of the Lyre?\nA: 25 light years\n"
    },
    {
        "stars.md": "# Stars\n\nQ: Which star is the brightest of the Lyre?\nA: Vega\n\n"
        "Q: How far is Vega?\nA: 25 light years\n"
    },
    slow=True,
)

_OVERRIDES = "re-word the source, or leave one of the two out by its key in `overrides`"
_PICTURE = re.compile(r"<(?:img|audio|video|source|object|svg)\b[^>]*>")


@dataclass(frozen=True)
class _Question:
    """A note that asks, its place in the order of all notes, and its front as words."""

    at: int
    asked: Asked
    front: Words

    @property
    def key(self) -> str:
        return self.asked.note.key

    @cached_property
    def back(self) -> Words:
        return alike.read(self.asked.back, asks=False, english=self.front.english)

    @cached_property
    def context(self) -> frozenset[str]:
        return alike.read(self.asked.context, english=self.front.english).set

    @cached_property
    def term(self) -> frozenset[str]:
        """The term that a derived note asks for."""
        note = self.asked.note
        if note.parent is None or note.note_type != "Term":
            return frozenset()
        return alike.read(plain(note.value("Term")), english=True).set

    @cached_property
    def pictures(self) -> tuple[str, ...]:
        html = self.asked.rendered.html
        return tuple(tag for each in html if "<" in each for tag in _PICTURE.findall(each))


def _questions(subject: Subject) -> list[_Question]:
    return [
        _Question(at, each, alike.read(each.front))
        for at, each in enumerate(subject.asked)
        if not each.whole and each.front
    ]


def _are_told(one: _Question, two: _Question) -> bool:
    """Whether two notes are too near to be compared: a concept and what was derived of it, two of
    one key, and two that begin alike (E001, E002 and K001 tell that)."""
    a, b = one.asked, two.asked
    if a.note.key == b.note.key or a.note.key == b.note.parent or b.note.key == a.note.parent:
        return True
    return (
        a.note.note_type == b.note.note_type
        and a.context == b.context
        and a.rendered.html[0] == b.rendered.html[0]
    )


def _in_one_place(one: _Question, two: _Question) -> bool:
    """Whether what stands above two questions is no part of what they ask."""
    if not one.context or not two.context or one.context == two.context:
        return True
    return one.context ^ two.context <= one.front.set | two.front.set


# Near-duplicates ----------------------------------------------------------------------------------


def near_duplicate(subject: Subject) -> Iterator[Diagnostic]:
    """Two notes that ask the same in other words, with answers that say the same; and two concepts
    of nearly the same text. English words are known by their stems and some that mean the same; in
    other languages the words themselves are compared.

    It lets pass what differs in a name, a number, a negation or an opposite, questions of one mould
    with one word for another (“the capital of …”), a concept and what was derived of it, the two
    directions of a fact, pictures, and equal first fields (E002)."""
    told = set()
    for before, after in _concepts(subject):
        told.add((before.note.key, after.note.key))
        message = f"{after.note.key} says nearly the same as {before.note.key}: "
        message += f"{quoted(before.front)} and {quoted(after.front)}"
        hint, span = "make one concept of the two", after.front_span
        yield Diagnostic(*(NEAR_DUPLICATE, message, span, hint, after.note.key, before.front_span))
    questions = _questions(subject)
    answers = Counter(each.asked.back.casefold() for each in questions)
    rare = {each.at for each in questions if answers[each.asked.back.casefold()] <= 2}
    done: set[int] = set()  # a note is told once, with the first that it repeats
    for one, two in _pairs(questions):
        if two.at not in done and _ask_the_same(one, two, rare_answer=one.at in rare):
            parents = one.asked.note.parent, two.asked.note.parent
            if parents in told:
                continue
            done.add(two.at)
            message = f"{two.key} asks nearly the same as {one.key}: "
            message += f"{quoted(one.asked.front)} and {quoted(two.asked.front)}"
            hint = "leave one of the two out, or let them say what tells them apart"
            hint = _OVERRIDES if any(parents) else hint
            span, other = two.asked.front_span, one.asked.front_span
            yield Diagnostic(NEAR_DUPLICATE, message, span, hint, two.key, other)


def _pairs(questions: Sequence[_Question]) -> Iterator[tuple[_Question, _Question]]:
    keys = [(("term", each.term),) if each.term else () for each in questions]
    for first, second in alike.candidates([each.front for each in questions], keys):
        yield questions[first], questions[second]


def _ask_the_same(one: _Question, two: _Question, *, rare_answer: bool) -> bool:
    a, b = one.front, two.front
    equal = a.set == b.set
    if one.term and one.term == two.term and not equal:
        return _define_the_same(one, two)
    if one.back.set.isdisjoint(two.back.set) and one.back.surface != two.back.surface:
        return False
    mine, yours = a.set - b.set, b.set - a.set
    kin = [(x, y) for x in mine for y in yours if _are_kin(x, y)] if mine and yours else []
    mine -= {x for x, _ in kin}
    yours -= {y for _, y in kin}
    shared, extra = len(a.set & b.set) + len(kin), len(mine) + len(yours)
    if not equal and (shared < 2 or 2 * shared < shared + extra / 2):
        return False
    if _are_told(one, two) or one.pictures != two.pictures or alike.differ_tellingly(a, b):
        return False
    if not alike.same_signs(one.asked.front, two.asked.front):
        return False
    answer = alike.answers(one.back, two.back, same_question=equal)
    if not answer.same:
        return False
    # What both name is the same below any heading.
    named = (answer.long or a.telling & b.telling) and len(a.set) > 2
    if not (named or _in_one_place(one, two)):
        return False
    if equal:
        # A word to be learned, and a question for it: `das`, `Was ist das?`
        return a.english or len(a.set) > 1 or a.surface == b.surface
    likeness = 2 * shared / (2 * shared + extra)
    light = all(word in TYPE_WORDS or word[0] == "@" for word in (*mine, *yours))
    if not mine or not yours:
        if answer.long:
            return likeness >= 0.5
        few = extra == 1 and (shared >= 3 or rare_answer)
        return light or few or (shared >= 4 and extra == 2)
    if alike.from_one_mould(a, b):
        return False
    if answer.long or light:
        return likeness >= (0.5 if a.english else 0.66)
    return rare_answer and shared >= 3 and likeness >= 0.6


def _are_kin(one: str, two: str) -> bool:
    """Whether two stems are of one word: `compos` and `composer`."""
    short, long = sorted((one, two), key=len)
    return len(short) >= 5 and long.startswith(short) and short[0] != "@"


def _define_the_same(one: _Question, two: _Question) -> bool:
    """Whether two concepts define a term alike."""
    if one.asked.note.parent == two.asked.note.parent or one.pictures != two.pictures:
        return False
    return alike.answers(one.back, two.back).long


# Concepts -----------------------------------------------------------------------------------------

_SAMPLED = 8
"""Shingles of a text by which its copies are found."""
_SHORTEST = 12
"""Shingles of a text that may be compared."""
_LONGEST = 200_000
"""Characters of a text that are read."""
_KINDRED, _COPIED = 0.5, 0.85
"""How much two texts have in common that are nearly the same, below titles of one thing and of any
two."""


def _concepts(subject: Subject) -> Iterator[tuple[Asked, Asked]]:
    """The pairs of concepts whose texts say nearly the same: of alike titles with much in common,
    of any titles if one was copied of the other."""
    wholes = [each for each in subject.asked if each.whole]
    texts = [_text(each) for each in wholes]
    made = [sketches.read(sketches.sketch(text)) for text in texts]
    titles = [alike.read(each.front, english=True) for each in wholes]
    holders: dict[Hashable, list[int]] = defaultdict(list)
    kin: dict[int, list[int]] = defaultdict(list)
    for before, after in alike.candidates(titles):
        kin[after].append(before)
    for number, (each, sketch) in enumerate(zip(wholes, made, strict=True)):
        if sketch is None or sketch.count < _SHORTEST:
            continue
        title = titles[number]
        copied: Counter[int] = Counter()
        for shingle in sketch.sample[:_SAMPLED]:
            copied.update(alike.joined(holders, shingle, number))
        near = kin.get(number, ())
        kindred = {other for other in near if _are_kindred(titles[other], title)}
        text = sketches.Text(texts[number])
        for other in sorted(kindred.union(at for at, hits in copied.items() if hits > 1)):
            known, first = made[other], wholes[other]
            if known is None or first.note.key == each.note.key or first.front == each.front:
                continue  # K001 and E002 tell those
            _, likeness = sketches.compare(known, text)
            if likeness >= (_KINDRED if other in kindred else _COPIED):
                yield first, each
                break


def _text(asked: Asked) -> str:
    return (asked.note.value("More") or asked.back)[:_LONGEST]


def _are_kindred(one: Words, two: Words) -> bool:
    """Whether two titles may be those of one thing."""
    if 2 * alike.dice(one.set, two.set) < 1 or alike.differ_tellingly(one, two):
        return False
    return not alike.from_one_mould(one, two)


# Answers that fit each other's questions ----------------------------------------------------------


def interchangeable(subject: Subject) -> Iterator[Diagnostic]:
    """Two questions of which a learner cannot tell which answer is meant: they have the same words
    in the same order, but for those that only put them into a sentence (“Name a …”, “What is one
    …?”), under the same headings, and their answers differ.

    It lets pass equal first fields (E002), and answers of which one says what the other does
    (K004)."""
    groups: dict[object, list[_Question]] = defaultdict(list)
    for each in _questions(subject):
        if each.front.set:
            groups[each.front.set, each.front.links].append(each)
    for group in groups.values():
        for number, two in enumerate(group[1:], 1):
            for one in group[max(0, number - alike.MOST) : number]:
                if _cannot_be_told_apart(one, two):
                    message = f"{two.key} asks the same as {one.key}, but the answers differ: "
                    message += f"{quoted(one.asked.back)} and {quoted(two.asked.back)}"
                    hint = "say in the questions which answer is meant, or make one note of the two"
                    hint = _OVERRIDES if two.asked.note.parent else hint
                    span, other = two.asked.front_span, one.asked.front_span
                    yield Diagnostic(INTERCHANGEABLE, message, span, hint, two.key, other)
                    break


_OF_WORDS = re.compile(
    r"\b(?:say|translat\w*|plural|singular|tense|spell\w*|conjugat\w*|declin\w*|pronounc\w*|"
    r"word for|form of|in (?:Spanish|French|German|Italian|Latin|English|Japanese|Russian))\b",
    re.IGNORECASE,
)


def _cannot_be_told_apart(one: _Question, two: _Question) -> bool:
    a, b = one.asked, two.asked
    if _are_told(one, two) or one.pictures != two.pictures or one.context != two.context:
        return False
    if not a.back or not b.back or alike.answers(one.back, two.back, same_question=True).same:
        return False
    if one.front.english != two.front.english or not alike.same_signs(a.front, b.front):
        return False
    if len(one.front.order) == 1 and not one.front.english:
        return False  # words to be learned: `Polish` is not `polish`
    exact = one.front.surface == two.front.surface
    if not exact and (_OF_WORDS.search(a.front) or not one.front.english):
        return False
    return alike.in_one_order(one.front, two.front)


# Neighbours ---------------------------------------------------------------------------------------

_NEIGHBOURS = 10
"""Notes before and after one that a learner meets on the same day."""
_WHICH = ("which", "what", "name")
_NO_NEWS = frozenset(
    "yes no true false none both all neither never always nothing something left right up down "
    "more less first second last".split()
)


@dataclass(frozen=True, slots=True)
class _Sought:
    """What a card asks for: the words of its question that the heading above it has not, `light`
    those of them that say what kind of thing is asked for; its answer as stems and as written."""

    note: _Question
    words: frozenset[str]
    light: frozenset[str]
    answer: tuple[str, ...]
    shown: str


def gives_away(subject: Subject) -> Iterator[Diagnostic]:
    """A front that names the answer of a near card together with what that card asks: “How far is
    Vega, the brightest star of the Lyre?” beside “Which star is the brightest of the Lyre?”. Near
    are the ten notes before and after in the same deck, and those of the same concept. It is told
    once for each front.

    Answers are looked at that are a name or up to three words; not numbers below 100, yes and no,
    what stands in a fifth of all fronts, or in the heading above. All that the question tells must
    stand in the front, but for one word of four."""
    questions = _questions(subject)
    fronts = [alike.stems(each.front) for each in questions]
    sets = list(map(frozenset, fronts))
    number = Counter(word for words in sets for word in words)
    often = max(4, len(questions) // 5)
    near = _neighbours(questions)
    told: set[int] = set()
    for at, each in enumerate(questions):
        for sought in _sought(each):
            first = sought.answer[0]
            if all(number[word] > often for word in sought.answer) or first not in number:
                continue
            for other in near(at):
                if first not in sets[other] or other in told:
                    continue
                giver = questions[other]
                shared = _shared(sought, giver, fronts[other], number)
                if shared and not _are_told(each, giver) and each.pictures == giver.pictures:
                    told.add(other)
                    message = f"the front of {giver.key} gives the answer of {each.key} away: "
                    message += f"it says {several(map(quoted, (sought.shown, *shared)))}"
                    hint = f"leave {quoted(sought.shown)} out of one of the two questions"
                    hint = _OVERRIDES if giver.asked.note.parent else hint
                    span, place = giver.asked.front_span, each.asked.front_span
                    yield Diagnostic(GIVES_AWAY, message, span, hint, giver.key, place)


def _sought(each: _Question) -> Iterator[_Sought]:
    """What the cards of a note ask for, where their answers are short and distinctive."""
    note = each.asked.note
    cards = [(each.front, each.asked.back)]
    if note.note_type == "Term" and note.get("Reverse"):
        text = plain(note.value("Reverse"))
        cards.append((alike.read(text, english=True), plain(note.value("Term"))))
    for front, text in cards:
        if len(text) > 60 or not front.set:
            continue
        answer = alike.read(text, asks=False, english=front.english)
        stems = tuple(w for w in alike.stems(answer) if w not in alike.ARTICLES)
        if not 1 <= len(stems) <= 4 or not _is_distinctive(answer, stems):
            continue
        own = {*alike.stems(front), *each.context}
        if own.issuperset(stems):
            continue
        words = frozenset(w for w in front.set - each.context if w[0] != "@") - {*stems}
        if words:
            kind = alike.stems(front)[1:2] if front.surface[0] in _WHICH else ()
            yield _Sought(each, words, TYPE_WORDS | {*kind}, stems, text.strip(" .,;:!?"))


def _is_distinctive(answer: Words, stems: tuple[str, ...]) -> bool:
    if any(word in _NO_NEWS for word in stems) or not 1 <= len(answer.order) <= 3:
        return False
    if all(word[0].isdigit() for word in stems):
        return any(len(word) >= 3 and word.isdigit() for word in stems)
    if any(word.isdigit() for word in stems):
        return False  # an amount
    return any(len(word) >= 3 for word in stems) or bool(answer.telling)


def _shared(
    sought: _Sought, giver: _Question, front: tuple[str, ...], number: Counter[str]
) -> tuple[str, ...]:
    """The words of a question that a front has beside its answer, if they are enough."""
    size = len(sought.answer)
    if not any(front[at : at + size] == sought.answer for at in range(len(front) - size + 1)):
        return ()
    if {"no", "not", "never", "without", "except"} & {*front}:
        return ()
    words = sought.words
    others = giver.front.set
    missing = words - others - {*front}
    missing = frozenset(w for w in missing if not any(_are_kin(w, each) for each in others))
    news = words - missing - sought.light
    if not news or len(missing - sought.light) > (1 if len(words) >= 4 else 0):
        return ()
    if len(words - missing) < 2 and number[next(iter(news))] > 3:
        return ()
    return tuple(
        word for word, stem in zip(giver.front.surface, front, strict=True) if stem in news
    )


def _neighbours(questions: Sequence[_Question]) -> Callable[[int], Iterable[int]]:
    """A function from a question to those near it."""
    decks: dict[str, list[int]] = defaultdict(list)
    families: dict[str, list[int]] = defaultdict(list)
    places: list[tuple[int, int]] = []
    for at, each in enumerate(questions):
        note = each.asked.note
        deck, family = decks[note.deck], families[note.parent or ""]
        places.append((len(deck), len(family)))
        deck.append(at)
        family.append(at)

    def near(at: int) -> Iterable[int]:
        note, (in_deck, in_family) = questions[at].asked.note, places[at]
        found = decks[note.deck][max(0, in_deck - _NEIGHBOURS) : in_deck + _NEIGHBOURS + 1]
        if note.parent:
            some = max(0, in_family - alike.MOST)
            found = [*found, *families[note.parent][some : in_family + alike.MOST + 1]]
        return sorted({*found} - {at})

    return near


CHECKS = (
    (NEAR_DUPLICATE, near_duplicate),
    (INTERCHANGEABLE, interchangeable),
    (GIVES_AWAY, gives_away),
)
