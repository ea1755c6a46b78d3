"""Answers that are too long to be recalled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deckwright.checks.asking.fields import html_of, told
from deckwright.checks.subject import Subject
from deckwright.derive.sentences import count_words
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.markup import deletions
from deckwright.notetypes import NoteType, built_in

LONG_ANSWER = Rule(
    "E004",
    "long-answer",
    Severity.WARNING,
    "Nobody recalls a paragraph: the learner grades a long answer by its first words, and never "
    "knows which part of it is wanted.",
    "Keep what the question asks for, and put the rest into `More`, or make several notes of it. "
    "`answer_words` in `deck.yaml` says how many words are fine, by note type (0: any number).",
    {
        "tea.md": """\
# Tea

Q: Why is green tea green?
A: The leaves are heated soon after they are picked, in a pan in China and by steam in Japan, which
destroys the enzymes that would turn them brown. After that they are rolled and dried, some of them
several times, until they have lost nearly all of their water and can be kept for a year in a tin,
away from light.
"""
    },
    {
        "tea.md": """\
# Tea

Q: Why is green tea green?
A: The leaves are heated soon after they are picked, which destroys the enzymes that would turn
them brown.

Q: How are the leaves of green tea heated?
A: In a pan in China, by steam in Japan.
"""
    },
)

_MOST: Final = {"Basic": 50, "Term": 50, "List": 70, "Cloze": 20, "Type-in": 15, "Concept": 0}
"""How many words an answer may have. A derived answer is its first sentences up to 45 words, or one
sentence; a list has seven items of ten words; of a cloze note that is what one card hides; what is
typed is compared letter by letter."""


def _limit(subject: Subject, note_type: NoteType) -> int:
    """How many words the answers of a note type may have; 0: any number."""
    given, name = subject.options.answer_words, note_type.name
    if name in given:
        return given[name]
    if name in _MOST and built_in().get(name) is note_type:
        return _MOST[name]
    like = "Cloze" if note_type.kind == "cloze" else "Basic"
    return given.get(like, _MOST[like])


def long_answer(subject: Subject) -> Iterator[Diagnostic]:
    """An answer of more words than can be recalled: 50 in a Basic or Term note, 70 in a List, 15
    where it is typed, 20 that one card of a cloze note hides. Note types of your own are as Basic
    (or Cloze). Concept notes are to be told as a whole, so theirs may have any length.

    Code blocks, tables, images and formulas on lines of their own are no words, a formula in a line
    is one. Of scripts without blanks two characters are a word."""
    limits = {name: _limit(subject, each) for name, each in subject.note_types.items()}
    for asked in subject.asked:
        back, note = asked.back, asked.rendered.note
        limit = limits[note.note_type]
        if not limit or (back.count(" ") < limit and (back.isascii() or len(back) <= 2 * limit)):
            continue
        cloze = subject.note_types[note.note_type].kind == "cloze"
        if cloze:
            words = _most_hidden(html_of(subject, asked, asked.front_field), limit)
        else:
            words = count_words(told(html_of(subject, asked, asked.back_field)))
        if words <= limit:
            continue
        what = "one card hides" if cloze else "the answer has"
        message = f"{what} {words} words, more than the {limit} that can be recalled"
        hint = "keep what is asked, and put the rest into More or another note"
        if note.parent:
            hint = "begin its text with a shorter sentence: the answer is made of the first ones"
        elif cloze:
            hint = "delete only the words that are to be recalled"
        span = asked.front_span if cloze else asked.back_span
        yield Diagnostic(LONG_ANSWER, message, span, hint, note.key)


_LONGEST: Final = 200_000  # characters of a field: what is longer is no text of a card
_OPENING = re.compile(r"\{\{c[0-9,]*::")


def _most_hidden(html: str, limit: int) -> int:
    """How many words the card of a cloze note hides that hides most of them."""
    words: dict[str, int] = {}
    if len(html) > _LONGEST:
        return 0
    for each in deletions.find(html, braces=False).deletions:
        if each.close - each.inner > limit:
            text = _OPENING.sub("", html[each.inner : each.close]).partition("::")[0]
            for number in each.numbers.split(","):
                words[number] = words.get(number, 0) + count_words(told(text))
    return max(words.values(), default=0)
