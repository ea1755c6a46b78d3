"""Checks of braces that learners read: deletions where none is asked, and what is nearly one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deckwright.checks.cloze.cards import MANY, MOST, asked_fields, deletions_of, opening_of, place
from deckwright.checks.subject import Subject
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.markup import deletions
from deckwright.naming import quoted
from deckwright.note import Field, Note, RenderedNote
from deckwright.notetypes import NoteType

NOT_ASKED = Rule(
    "Z005",
    "deletion-not-asked",
    Severity.WARNING,
    "Where a note type does not ask deletions, learners read their braces; in a cloze note type "
    "Anki makes a blank card_of for them.",
    "Make it a cloze note, put the deletion into the field that is asked, or take its braces out.",
    {"bread.md": "# Bread\n\nQ: What makes a dough rise?\nA: It is the {{c1::yeast}}.\n"},
    {"bread.md": "# Bread\n\nC: What makes a dough rise is the {{c1::yeast}}.\n"},
)
BAD_NUMBER = Rule(
    "Z006",
    "bad-cloze-number",
    Severity.WARNING,
    "What is only nearly a deletion is text to Anki: learners read it, and nothing is asked.",
    "Write `{{c1::text}}`: two braces, a small c, a number from 1 to 500, two colons.",
    {"trees.md": "C: An {{c1::oak}} bears acorns, and a {{c2:beech}} bears mast.\n"},
    {"trees.md": "C: An {{c1::oak}} bears acorns, and a {{c2::beech}} bears mast.\n"},
)


_LONGEST: Final = 200_000  # characters of a field: what is longer is no text of a card


def deletion_not_asked(subject: Subject) -> Iterator[Diagnostic]:
    """`{{c1::…}}` in a note whose note type has no deletions, but for what stands in code; and in a
    field of a cloze note that its front does not show through the filter `cloze`."""
    if not any("{" in each.text and "{{c" in each.text for each in subject.texts.values()):
        return
    for rendered in subject.written:
        note = rendered.note
        note_type = subject.note_types[note.note_type]
        if note_type.kind == "cloze":
            if any("{{c" in html for html in rendered.html):
                yield from _not_shown(rendered, note_type)
            continue
        for field in note.fields:
            if "{{c" not in field.value or len(field.value) > _LONGEST:
                continue
            if field.name in note_type.fields:
                yield from _in_no_cloze(note, field)


def _in_no_cloze(note: Note, field: Field) -> Iterator[Diagnostic]:
    braces = field.form.startswith("markdown")
    code = code_in(field)
    for number, each in enumerate(deletions.find(field.value, braces=braces).deletions):
        if not any(a <= each.start < b for a, b in code) and number < MANY:
            text = field.value[each.start : each.close + 2]
            message = (
                f"{quoted(text)} is no deletion in {field.name}: {note.note_type} notes have none, "
                "and learners see the braces"
            )
            hint = "give the note the type Cloze, or take the braces out"
            span = field.locate(each.start, each.close + 2) or note.span
            yield Diagnostic(NOT_ASKED, message, span, hint, note.key)


_TICKS = re.compile(r"`+|~{3,}")
_ELEMENTS = re.compile(r"<(/?)(?:code|pre|kbd|samp)\b[^<>]*>", re.IGNORECASE)


def code_in(field: Field) -> list[tuple[int, int]]:
    """Where code stands in a field: between equal runs of backticks, and in elements for it."""
    value, found = field.value, []
    if field.form != "text" and "<" in value:
        begun = -1
        for match in _ELEMENTS.finditer(value):
            if match[1] and begun >= 0:
                found.append((begun, match.end()))
            begun = -1 if match[1] else begun if begun >= 0 else match.start()
    if field.form in ("text", "html") or not ("`" in value or "~~~" in value):
        return found
    runs = list(_TICKS.finditer(value))
    later: dict[str, list[int]] = {}
    for at in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[at][0], []).append(at)
    at = 0
    while at < len(runs):
        same = later[runs[at][0]]
        while same and same[-1] <= at:
            same.pop()
        if same:
            found.append((runs[at].start(), runs[same[-1]].end()))
            at = same[-1]
        at += 1
    return found


def _not_shown(rendered: RenderedNote, note_type: NoteType) -> Iterator[Diagnostic]:
    note, html, asked = rendered.note, rendered.html, asked_fields(note_type)
    if not asked.deleted:
        return
    elsewhere = [
        at
        for at, each in enumerate(html)
        if "{{c" in each and len(each) <= _LONGEST and at not in asked.deleted
    ]
    if not elsewhere:
        return
    shown = {n for at in asked.deleted for each in deletions_of(html[at]) for n in each.numbers}
    into = note_type.fields[asked.deleted[0]]
    for at in elsewhere:
        name = note_type.fields[at]
        for each in deletions_of(html[at])[:MANY]:
            opening = opening_of(html[at], each)
            blank = sorted({n for n in each.numbers if 0 < n <= MOST} - shown)
            what = "learners see its braces"
            if blank:
                what = f"Anki makes a blank card, number {blank[0]}"
            message = f"{quoted(opening)} stands in {name}, where it is not asked: {what}"
            hint = f"put it into {into}, or take the braces out"
            span = place(note, note.get(name), opening)
            yield Diagnostic(NOT_ASKED, message, span, hint, note.key)


_NEAR_MISS = re.compile(
    r"\{\{[cC]0*(?P<number>0|50[1-9]|5[1-9][0-9]|[6-9][0-9]{2}|[1-9][0-9]{3,})::"
    r"|(?P<case>\{\{C[0-9]{1,3}::)"
    r"|(?P<colon>\{\{[cC][0-9]{1,3}(?::(?!:)|\N{FULLWIDTH COLON}{1,2}))"
    r"|(?P<blank>\{\{(?:[ \t]+[cC][ \t]*[0-9]{1,3}|[cC][ \t]+[0-9]{1,3}|[cC][0-9]{1,3}[ \t]+)"
    r"[ \t]*::?)"
    r"|(?P<braces>(?<![{$])\{[cC][0-9]{1,3}::)"
)
_MAY_MISS = re.compile(r"\{[ \t]*[cC][ \t]*[0-9]")
_WIDE: Final = "\N{FULLWIDTH LEFT CURLY BRACKET}"
_WIDE_MISS = re.compile(_WIDE + "(?P<braces>" + _WIDE + "?[cC][0-9]{1,3}[:\N{FULLWIDTH COLON}])")
_WRONG: Final = {
    "case": "its c is a capital",
    "colon": "it needs two colons",
    "blank": "it has a blank in it",
    "braces": "it needs two braces",
}


def bad_cloze_number(subject: Subject) -> Iterator[Diagnostic]:
    """What is nearly a deletion, in a note of any type: the number 0 or one above 500, one colon,
    one brace or wide ones, a capital C, a blank in it. In code it is let pass."""
    if not any(_may_miss(each.text) for each in subject.texts.values()):
        return
    for rendered in subject.written:
        note = rendered.note
        for field in note.fields:
            if _may_miss(field.value):
                missed = list(near_misses(field.value))
                code = code_in(field) if missed else []
                for match in missed[:MANY]:
                    if not any(a <= match.start() < b for a, b in code):
                        yield _missed(note, field, match)


def near_misses(text: str) -> Iterator[re.Match[str]]:
    for hit in _MAY_MISS.finditer(text):
        start = hit.start()
        if match := _NEAR_MISS.match(text, start - (text[start - 1 : start] == "{")):
            yield match
    if _WIDE in text:
        yield from _WIDE_MISS.finditer(text)


def _may_miss(text: str) -> bool:
    return ("{" in text and bool(_MAY_MISS.search(text))) or _WIDE in text


def _missed(note: Note, field: Field, match: re.Match[str]) -> Diagnostic:
    kind = match.lastgroup or ""
    if kind == "number":
        number = match["number"]
        message = f"{quoted(match[0])} has the number {number}: Anki makes no card of it"
        if number != "0":
            message = f"{quoted(match[0])} is above 500: Anki makes one card of all such numbers"
        hint = "number deletions from 1 on"
    else:
        message = f"{quoted(match[0])} is no deletion and stays text: {_WRONG[kind]}"
        digits = re.search("[0-9]+", match[0])
        hint = f"write {{{{c{digits[0] if digits else 1}::…}}}}"
    span = field.locate(*match.span()) or note.span
    return Diagnostic(BAD_NUMBER, message, span, hint, note.key)
