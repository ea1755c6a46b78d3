"""Checks of what several notes state about one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deckwright.checks import alike
from deckwright.checks.alike import Words
from deckwright.checks.subject import Asked, Subject
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted
from deckwright.note import Field, Note
from deckwright.source import Span

OTHER_NUMBER = Rule(
    "Q001",
    "other-number",
    Severity.WARNING,
    "Of two numbers for one thing at least one is wrong or out of date, and a learner learns both.",
    "Look up which is right and mend the other; if both are, say in each what it holds for.",
    {
        "bees.md": "# Bees\n\nQ: How many eggs does a queen lay in a day?\nA: Up to 2,000 eggs\n\n"
        "# The queen\n\nThe queen lays up to 1,500 eggs in a day.\n"
    },
    {
        "bees.md": "# Bees\n\nQ: How many eggs does a queen lay in a day?\nA: Up to 2,000 eggs\n\n"
        "# The queen\n\nThe queen lays up to 2,000 eggs in a day.\n"
    },
    slow=True,
    off=True,
)

_NUMBER = re.compile(
    r"(?<![\w.,/$€£^_{\\-])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s(?P<times>thousand|million|billion))?"
    r"[ \u00a0\u202f-]?(?P<unit>%|°\s?[CF]?|[^\W\d_]+(?:/[^\W\d_]+)?)(?![\w^])"
)
_BOUND = re.compile(r"[.!?;|](?=\s|$)|\n")
_ENGLISH = re.compile(r"\b(?:the|of|is|are|what|which|how|with|for)\b", re.IGNORECASE)
_TIMES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
_LONGEST = 50_000  # characters of a field: what is longer is no text of a card
_LONG = 240
"""Characters of a sentence that may state one thing."""

_LIMIT_WORDS = frozenset(
    "max min least most limit exceed default average mean typical initial first last".split()
)
_NO_UNIT = frozenset(
    "and or to in of is are at by from with for the a an on as that than bc ad ce bce january "
    "february march april may june july august september october november december times st nd rd "
    "th x".split()
)
_VAGUE = frozenset(
    "other same time way thing number amount count length use make have get need can".split()
)


@dataclass(frozen=True, slots=True)
class _Fact:
    """A number of a unit that a sentence states: the words of the sentence without it, those of
    them that say what it is of and which limit it is, and where it stands."""

    note: Note
    words: Words
    subject: frozenset[str]
    limits: frozenset[str]
    value: float
    unit: str
    shown: str
    span: Span | None


def other_number(subject: Subject) -> Iterator[Diagnostic]:
    """Two notes that state different numbers of one unit for the same thing: sentences, or
    questions with their answers, that have their names and most other words in common. English.

    It lets pass sentences with several numbers of a unit, other limits (at least, at most, by
    default), and what differs in a name, a negation or an opposite. A sentence that leaves out what
    its number holds for (a year, a model) is told all the same; so the rule is off unless it is
    selected."""
    facts = [fact for asked in subject.asked for fact in _facts(asked)]
    told: set[tuple[str, str]] = set()
    for first, second in alike.candidates([fact.words for fact in facts]):
        one, two = facts[first], facts[second]
        place = (two.note.key, two.shown)
        if one.note.key == two.note.key or place in told or not _disagree(one, two):
            continue
        told.add(place)
        message = f"{quoted(two.shown)} here, but {quoted(one.shown)} in {one.note.key}"
        hint = "look up which is right, or say in each what it holds for"
        yield Diagnostic(OTHER_NUMBER, message, two.span, hint, two.note.key, one.span)


def _facts(asked: Asked) -> Iterator[_Fact]:
    """What a note of the sources states: a question with a short answer, or its sentences."""
    note = asked.note
    if note.parent is not None:
        return
    field = asked.back_field
    if field is not None and not asked.whole and len(asked.back) <= 60:
        if _ENGLISH.search(asked.front):
            text = f"{asked.front} "
            yield from _stated(note, text + field.value, len(text), field)
        return
    for each in note.fields[1:]:
        if len(each.value) <= _LONGEST and _ENGLISH.search(each.value):
            start = 0
            ends = [match.start() for match in _BOUND.finditer(each.value)]
            for end in (*ends, len(each.value)):
                if 8 <= end - start <= _LONG:
                    yield from _stated(note, each.value[start:end], -start, each)
                start = end + 1


def _stated(note: Note, text: str, lead: int, field: Field) -> Iterator[_Fact]:
    """The one number of each unit in a text, which begins `lead` characters before the field."""
    numbers = [match for match in _NUMBER.finditer(text) if match["unit"].lower() not in _NO_UNIT]
    units = [_unit(match["unit"]) for match in numbers]
    for match, unit in zip(numbers, units, strict=True):
        if units.count(unit) > 1 or match.start() < lead:
            continue
        rest = f"{text[: match.start()]} {text[match.end() :]}"
        words = alike.read(rest, english=True)
        if lead <= 0 and len(words.set - _LIMIT_WORDS - _VAGUE) < 3:  # “It has 16 teeth.”
            words = alike.read(f"{note.fields[0].value}: {rest}", english=True)
        if len(words.set) < 2:
            continue
        value = float(match["number"].replace(",", "")) * _TIMES.get(match["times"] or "", 1)
        span = field.locate(match.start() - lead, match.end() - lead)
        subject = words.set - _LIMIT_WORDS - _VAGUE - {unit}
        subject = frozenset(word for word in subject if word[0] != "@")
        limits = words.set & _LIMIT_WORDS
        yield _Fact(note, words, subject, limits, value, unit, match[0], span)


def _unit(text: str) -> str:
    return alike.stems(alike.read(text, english=True))[0] if text[0].isalpha() else text[:2]


def _disagree(one: _Fact, two: _Fact) -> bool:
    if one.unit != two.unit or one.value == two.value:
        return False
    a, b = one.words, two.words
    if a.telling != b.telling or one.limits != two.limits:
        return False
    shared = len(one.subject & two.subject)
    if shared < 2 or alike.dice(one.subject, two.subject) < (0.6 if a.telling else 0.7):
        return False
    return not alike.differ_tellingly(a, b) and (a.set == b.set or not alike.from_one_mould(a, b))


CHECKS = ((OTHER_NUMBER, other_number),)
