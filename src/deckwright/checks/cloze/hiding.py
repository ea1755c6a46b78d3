"""Checks of what deletions hide: nothing, all of a text, the same twice; and missing numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from deckwright.checks.cloze.braces import near_misses
from deckwright.checks.cloze.cards import (
    MANY,
    MOST,
    Card,
    Deletion,
    card_of,
    clozes,
    deletions_of,
    field_of,
    numbers_of,
    opening_of,
    place,
)
from deckwright.checks.subject import Subject, plain
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted
from deckwright.note import Field, Note
from deckwright.source import Span

CLOZE_GAP = Rule(
    "Z001",
    "cloze-gap",
    Severity.INFO,
    "A number that is missing between others may be a deletion that got lost.",
    "Close the gap only before anyone has learnt the note: reviews hang on the numbers. If a "
    "deletion was taken out of a note that learners have, leave the gap.",
    {"bees.md": "# Castes\n\nC: A {{c1::queen}} lays eggs, and a {{c3::drone}} mates with one.\n"},
    {"bees.md": "# Castes\n\nC: A {{c1::queen}} lays eggs, and a {{c2::drone}} mates with one.\n"},
)
WHOLE_TEXT = Rule(
    "Z002",
    "whole-text-deleted",
    Severity.WARNING,
    "A card that hides all of its text shows […] alone: nobody can know what is asked.",
    "Delete only the words that are to be recalled, or give a hint: `{{c1::text::hint}}`.",
    {"tea.md": "C: {{c1::Oolong is half oxidised.}}\n"},
    {"tea.md": "C: {{c1::Oolong}} is half oxidised.\n"},
)
NESTED_ALIKE = Rule(
    "Z003",
    "nested-alike",
    Severity.WARNING,
    "A deletion inside another one of its number is never asked by itself, and two numbers that "
    "hide the same make two cards that look alike.",
    "Give the inner one a number of its own, or take one of the two away.",
    {"rivers.md": "C: The Rhine rises in {{c1::the canton of {{c1::Graubünden}}}}.\n"},
    {"rivers.md": "C: The Rhine rises in {{c1::the canton of {{c2::Graubünden}}}}.\n"},
)
EMPTY_DELETION = Rule(
    "Z007",
    "empty-deletion",
    Severity.WARNING,
    "A deletion of nothing asks, and has no answer.",
    "Put the text into it, or take it out.",
    {"soil.md": "C: Loam is a mix of sand, silt and {{c1::clay}}, and of humus {{c2::}}.\n"},
    {"soil.md": "C: Loam is a mix of sand, silt and {{c1::clay}}, and of {{c2::humus}}.\n"},
)


def cloze_gap(subject: Subject) -> Iterator[Diagnostic]:
    """A number that no deletion of a note has, though a higher one is there: 1 and 3. Passed over
    are a note that has numbers which nobody wrote, and one that has the number in what is only
    nearly a deletion."""
    for rendered, _, fields in clozes(subject):
        if rendered.clozes:
            continue
        note, note_type = rendered.note, subject.note_types[rendered.note.note_type]
        numbers = {
            int(number)
            for at in fields
            for written in _NUMBERS.findall(rendered.html[at])
            for number in written.split(",")
            if number and len(number) <= 5 and 0 < int(number) <= MOST
        }
        if not numbers or len(numbers) == max(numbers):
            continue
        if any(True for field in note.fields for _ in near_misses(field.value)):
            continue
        missing = next(n for n in range(1, max(numbers)) if n not in numbers)
        after = min(n for n in numbers if n > missing)
        message = f"{note.key} has a deletion {after}, and none {missing}"
        hint = (
            f"write {after} as {missing}, if the note is new; if it had a deletion {missing}, "
            "leave it so: learners' reviews hang on the numbers"
        )
        span = note.span
        for at in fields:
            field = field_of(rendered, note_type, at)
            if field and f"{{{{c{after}::" in field.value:
                span = place(note, field, f"{{{{c{after}::")
                break
        yield Diagnostic(CLOZE_GAP, message, span, hint, note.key)


_NUMBERS = re.compile(r"\{\{c([0-9,]+)::")


def whole_text_deleted(subject: Subject) -> Iterator[Diagnostic]:
    """A card whose text is hidden as a whole: no letter and no digit, no picture, sound or formula
    is left of it, it has no hint, and nothing else stands on its front. A heading above it is
    enough to ask for a few words, but not for five or more."""
    for rendered, asked, fields in clozes(subject):
        html = rendered.html
        if any(_left_outside(html[at]) for at in fields):
            continue
        note, note_type = rendered.note, subject.note_types[rendered.note.note_type]
        beside = {at: html[at] for at in (*asked.beside, *asked.deleted) if at not in fields}
        context = note_type.fields.index("Context") if "Context" in note_type.fields else -1
        headed = _left(beside.pop(context, ""))
        if any(map(_left, beside.values())):
            continue
        found = {at: deletions_of(html[at]) for at in fields}
        for number in numbers_of(found):
            cards = {at: card_of(html[at], found[at], number) for at in fields}
            if any(_left(each.shown) or any(each.hints) for each in cards.values()):
                continue
            words = [
                word for each in cards.values() for word in plain(" ".join(each.hidden)).split()
            ]
            if headed and len(words) < _TOO_MANY:
                continue
            at, first = next(
                (at, each) for at in fields for each in found[at] if number in each.numbers
            )
            message = f"the card of {quoted(opening_of(html[at], first))} hides all of its text"
            hint = "delete only what is to be recalled, or give a hint: {{c1::text::hint}}"
            span = place(note, field_of(rendered, note_type, at), opening_of(html[at], first))
            yield Diagnostic(WHOLE_TEXT, message, span, hint, note.key)
            break


_TOO_MANY: Final = 5  # words that a heading alone does not ask for


def _left(html: str) -> bool:
    """Whether something is left to ask by."""
    return any(map(str.isalnum, plain(html))) or ("<" in html and bool(_MEDIA.search(html)))


_MEDIA = re.compile(r"<(?:img|svg|audio|video|object|picture)\b")


def _left_outside(html: str) -> bool:
    """Whether something surely stands outside of all deletions: before the first, behind the
    last."""
    first, last = html.find("{{c"), html.rfind("}}")
    return _left(html[:first]) or _left(html[last + 2 :])


def nested_alike(subject: Subject) -> Iterator[Diagnostic]:
    """A deletion inside another one that hides it on all of its cards, and two numbers of a note
    whose cards show the same. `{{c1::a {{c2::b}}}}` is fine, and so is `{{c1,2::a}} {{c2::b}}`."""
    for rendered, asked, fields in clozes(subject):
        html = rendered.html
        if not any(_NESTED.search(html[at]) for at in fields):
            continue
        note, note_type = rendered.note, subject.note_types[rendered.note.note_type]
        found = {at: deletions_of(html[at]) for at in fields}
        told = 0
        for at in fields:
            field = field_of(rendered, note_type, at)
            for outer, inner in _inside(found[at]):
                if told < MANY:
                    told += 1
                    opening = opening_of(html[at], inner)
                    message = (
                        f"{quoted(opening)} stands inside another deletion of its number: it is "
                        "never asked by itself"
                    )
                    hint = "give it a number of its own, or take it out"
                    span = _inner_place(note, field, opening_of(html[at], outer), opening)
                    yield Diagnostic(NESTED_ALIKE, message, span, hint, note.key)
        numbers = numbers_of(found)
        if told or not asked.alike or len(numbers) > MANY:
            continue
        seen: dict[tuple[str, ...], int] = {}
        for number in numbers:
            looks = tuple(_looks(card_of(html[at], found[at], number)) for at in fields)
            other = seen.setdefault(looks, number)
            if other != number:
                opening = f"{{{{c{number}::"
                at = next((at for at in fields if opening in html[at]), fields[0])
                message = f"the cards of the numbers {other} and {number} hide the same"
                hint = f"take number {number} away, or let it hide something else"
                span = place(note, field_of(rendered, note_type, at), opening)
                yield Diagnostic(NESTED_ALIKE, message, span, hint, note.key)


# An opening behind an opening, or one of several numbers.
_NESTED = re.compile(r"\{\{c[0-9]*,|\{\{c[0-9]+::(?:[^{}]|\{(?!\{c)|\}(?!\}))*\{\{c")


def _inside(found: Sequence[Deletion]) -> Iterator[tuple[Deletion, Deletion]]:
    """The deletions all of whose numbers hide them already, each with the one around it."""
    around: list[Deletion] = []
    for each in found:
        while around and around[-1].close < each.start:
            around.pop()
        hiding = {number for one in around for number in one.numbers}
        if around and hiding.issuperset(each.numbers):
            yield around[-1], each
        around.append(each)


def _inner_place(note: Note, field: Field | None, outer: str, inner: str) -> Span | None:
    """Where the inner one of two deletions begins."""
    if field is not None and field.span is not None:
        at = field.value.find(outer)
        for match in re.finditer(re.escape(outer), field.value):
            begun = field.value.find(inner, match.end())
            if begun >= 0 and "}}" not in field.value[match.end() : begun]:
                return field.locate(begun, begun + len(inner))
        if at >= 0:
            return field.locate(at, at + len(outer))
    return place(note, field, inner)


def _looks(card: Card) -> str:
    return card.shown + "\0".join(card.hints)


_EMPTY = re.compile(r"\{\{c[0-9,]*::(?:\s|<br>|&nbsp;)*(?:::[^{}]*)?\}\}")


def empty_deletion(subject: Subject) -> Iterator[Diagnostic]:
    """A deletion without any text, with a hint or without."""
    for rendered, _, fields in clozes(subject):
        for at in fields:
            if "::}}" not in rendered.html[at] and not _EMPTY.search(rendered.html[at]):
                continue
            note, note_type = rendered.note, subject.note_types[rendered.note.note_type]
            field = field_of(rendered, note_type, at)
            for match in _EMPTY.finditer(rendered.html[at]):
                message = f"{quoted(match[0])} deletes nothing"
                hint = "put the text into it, or take it out"
                opening = match[0].partition("::")[0] + "::"
                span = place(note, field, match[0])
                if field and match[0] not in field.value:
                    span = place(note, field, opening)
                yield Diagnostic(EMPTY_DELETION, message, span, hint, note.key)
