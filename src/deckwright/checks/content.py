"""Checks of what a note says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deckwright.cards import cards_of
from deckwright.checks.subject import Subject
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.notetypes import built_in
from deckwright.source import Span

EMPTY_NOTE = Rule(
    "E001",
    "empty-note",
    Severity.ERROR,
    "A note whose question or answer is empty makes no card, or one that asks nothing.",
    "Write what is missing, or take the note out.",
    {"birds.csv": "Front;Back\nWhich owl is white?;\n"},
    {"birds.csv": "Front;Back\nWhich owl is white?;the snowy owl\n"},
    soft=True,
)
SAME_FIRST_FIELD = Rule(
    "E002",
    "same-first-field",
    Severity.WARNING,
    "Two notes of one note type that begin alike: Anki marks them as duplicates, and a learner "
    "cannot tell which answer is meant.",
    "Let each question say what it is about, or make one note of the two.",
    {"herbs.csv": "id;Front;Back\nsage;When is it cut?;in June\nmint;When is it cut?;in July\n"},
    {"herbs.csv": "id;Front;Back\nsage;When is sage cut?;June\nmint;When is mint cut?;July\n"},
)
NO_CARD = Rule(
    "E003",
    "note-without-card",
    Severity.ERROR,
    "A note without a card is imported all the same, and no learner ever sees it.",
    "Fill a field that a front shows; in a cloze note delete something: `{{c1::text}}`.",
    {"soil.yaml": "notes:\n  - {type: Cloze, Text: Loam is a mix of sand and clay.}\n"},
    {"soil.yaml": "notes:\n  - {type: Cloze, Text: 'Loam is a mix of sand and {{c1::clay}}.'}\n"},
    soft=True,
)


_LONGEST: Final = 20_000  # characters of a field in which nothing is seen
_SEEN_NOTHING = re.compile(
    r"(?:\s|&nbsp;|&#160;|<!--(?:[^-]|-(?!->))*-->"
    r"|<(?!(?:img|audio|video|svg|math|object|picture|iframe|embed|canvas|input)\b)/?[a-z][^<>]*>)*\Z",
    re.IGNORECASE,
)


def _is_empty(html: str) -> bool:
    """Whether a learner sees nothing in a field: no text, and nothing that shows or plays."""
    # All but a few fields are told from it by their first character.
    if not html or not (html[0] in "<&" or html[0].isspace()):
        return not html
    return html.isspace() or (len(html) <= _LONGEST and _SEEN_NOTHING.match(html) is not None)


def empty_note(subject: Subject) -> Iterator[Diagnostic]:
    """A question or an answer in which nothing is seen: no text, but white space, comments, and
    elements without a text at most. An image, a sound or a formula is an answer.

    Of the built-in note types: what an own one asks, only its templates know."""
    asking = {name for name, each in subject.note_types.items() if built_in().get(name) is each}
    asking -= {name for name in asking if subject.note_types[name].kind == "cloze"}
    for rendered in subject.notes:
        if rendered.note.note_type not in asking or rendered.note.key in subject.wrong:
            continue
        # The first two fields are what is asked and what is answered.
        for html, what in zip(rendered.html[:2], ("question", "answer"), strict=False):
            if _is_empty(html):
                note = rendered.note
                message = f"the {what} of {note.key or 'this note'} is empty"
                hint = "write it, or remove the note"
                yield Diagnostic(EMPTY_NOTE, message, note.span, hint, note.key)
                break


def no_card(subject: Subject) -> Iterator[Diagnostic]:
    """A cloze note without a deletion, and a note whose fronts are all empty. Of a built-in note
    type that is no cloze, each note with a question has a card."""
    sure = {
        name
        for name, each in subject.note_types.items()
        if built_in().get(name) is each and each.kind != "cloze"
    }
    for rendered in subject.notes:
        note = rendered.note
        if note.note_type in sure or cards_of(rendered, subject.note_types[note.note_type]):
            continue
        message = f"{note.key or 'this note'} has no card: every front of it is empty"
        hint = f"fill a field that a front of {note.note_type} shows"
        if subject.note_types[note.note_type].kind == "cloze":
            message = f"{note.key or 'this note'} has no deletion, so Anki would make no card of it"
            hint = "write {{c1::what is asked}} into it, or give it another note type"
        yield Diagnostic(NO_CARD, message, note.span, hint, note.key)


def same_first_field(subject: Subject) -> Iterator[Diagnostic]:
    """Another context makes another question."""
    first: dict[tuple[str, str, str], tuple[str, Span | None]] = {}
    context_at = {
        name: each.fields.index("Context") if "Context" in each.fields else 0
        for name, each in subject.note_types.items()
    }
    for rendered in subject.notes:
        note = rendered.note
        context = rendered.html[context_at[note.note_type]]
        key = (note.note_type, rendered.html[0], context)
        if key not in first:
            first[key] = (note.key, note.span)
        elif first[key][0] != note.key:  # two of one key are told already
            other, place = first[key]
            message = f"{note.key} asks the same as {other}"
            hint = "make the question say more"
            yield Diagnostic(SAME_FIRST_FIELD, message, note.span, hint, note.key, place)


CHECKS = (
    (EMPTY_NOTE, empty_note),
    (NO_CARD, no_card),
    (SAME_FIRST_FIELD, same_first_field),
)
