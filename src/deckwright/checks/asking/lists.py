"""Answers that are lists: too long ones, and lists of what is a choice out of many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deckwright.checks.asking.fields import (
    LONGEST,
    before_stops,
    cloze_types,
    html_of,
    place_of,
    way_out,
    words,
)
from deckwright.checks.subject import Subject, plain
from deckwright.derive.sections import Sections, number_of
from deckwright.derive.sentences import count_words
from deckwright.derive.wording import KINDS
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted
from deckwright.note import Field
from deckwright.source import Span

LONG_LIST = Rule(
    "E008",
    "long-list",
    Severity.WARNING,
    "A list of more than seven items is not recalled as a whole: one forgotten item fails the card "
    "again and again.",
    "Split it into groups that have names, ask for single items, or make deletions of them. "
    "`list_items` in `deck.yaml` says how many are fine (0: any number).",
    {
        "stars.md": "# Which planets circle the Sun?\n\n- Mercury\n- Venus\n- Earth\n- Mars\n"
        "- Jupiter\n- Saturn\n- Uranus\n- Neptune\n"
    },
    {
        "stars.md": "# Which four planets are made of rock?\n\n"
        "- Mercury\n- Venus\n- Earth\n- Mars\n\n"
        "# Which four planets are giants?\n\n"
        "- Jupiter\n- Saturn\n- Uranus\n- Neptune\n"
    },
)
OPEN_LIST = Rule(
    "E009",
    "open-list",
    Severity.WARNING,
    "Benefits, practices and the like are a choice out of many: a learner who names another one is "
    "right, too, and nobody knows when the list is complete.",
    "Ask for each of them by itself (“How does mulch keep soil moist?”), or, where there are just "
    "these, say how many.",
    {
        "soil.md": "# What are the benefits of mulch?\n\n"
        "- The soil stays moist\n- Weeds get no light\n- Worms find food\n"
    },
    {
        "soil.md": "# Why do few weeds grow under mulch?\n\nThey get no light.\n\n"
        "# How does mulch keep soil moist?\n\nIt shades it from sun and wind.\n"
    },
)

# How many items -----------------------------------------------------------------------------------

_LONG: Final = 20_000  # characters of HTML: no lines that anybody would learn
_TAGS = re.compile(r"<(/?)(?:([ou]l|dl)|(li|dt))\b", re.IGNORECASE)
_BREAKS = re.compile(r"<br\b[^<>]*>|</(?:div|p)>", re.IGNORECASE)
_MARKER = re.compile(r"^([ \t]*)(?:[-+*•–]|\d{1,3}[.)])[ \t]+\S[^\n]*", re.MULTILINE)


def _longest_list(html: str) -> int:
    """How many items the longest list of an answer has; a list inside an item counts by itself."""
    most = 0
    around: list[int] = []
    for match in _TAGS.finditer(html):
        if match[3]:
            if around and not match[1]:
                around[-1] += 1
        elif not match[1]:
            around.append(0)
        elif around:
            most = max(most, around.pop())
    return max(most, *around, 0)


def _lines(html: str) -> int:
    """How many lines an answer has that are items: with marks before them, or short and without a
    stop at the end. Verse and running text have none."""
    if len(html) > _LONG:
        return 0
    lines = [text for each in _BREAKS.split(html) if (text := plain(each))]
    if len(lines) < 2:
        return 0
    marked = sum(bool(_MARKER.match(line)) for line in lines)
    if marked >= len(lines) - 1:  # a lead-in may stand above them
        return marked
    short = sum(line.count(" ") < 5 and line[-1] not in ".,;:!?" for line in lines)
    return len(lines) if short * 10 >= len(lines) * 9 else 0


def long_list(subject: Subject) -> Iterator[Diagnostic]:
    """More than seven items in one list of an answer, or as many short lines. A list inside an item
    counts by itself, and so does each of several lists. Concept notes, which are told as a whole,
    and cloze notes, which ask for items one by one, are passed over; so are verse, code and tables.
    """
    most, skipped = subject.options.list_items, cloze_types(subject)
    if most <= 0:
        return
    for asked in subject.asked:
        note, field = asked.rendered.note, asked.back_field
        if asked.whole or field is None or note.note_type in skipped:
            continue
        html = html_of(subject, asked, field)
        if html.count("<li") + html.count("<dt") > most:
            items = _longest_list(html)
        elif html.count("<br") + html.count("</div") + html.count("</p") >= most:
            items = 0 if "<pre" in html or "<table" in html else _lines(html)
        else:
            continue
        if items > most:
            message = f"the answer is a list of {items} items: more than {most} are hard to recall"
            hint = "split it into groups that have names, or ask for single items"
            span = _list_span(field, items) or asked.back_span
            yield Diagnostic(LONG_LIST, message, span, hint, note.key)


def _list_span(field: Field, items: int) -> Span | None:
    """Where a list of so many items stands in a field, if it is the only one."""
    markers = list(_MARKER.finditer(field.value)) if field.exact else []
    indent = min((len(match[1]) for match in markers), default=0)
    own = [match for match in markers if len(match[1]) == indent]
    if len(own) != items:
        return None
    return field.locate(own[0].start() + indent, own[-1].end())


# Open sets ----------------------------------------------------------------------------------------

_SECTIONS: Final = Sections(KINDS)
_LEAD = re.compile(
    r"(?:.*[:—–] )?(?:(?:(?:what|which)(?: are| were)?|name|list|give|state|mention|enumerate|"
    r"describe|explain|discuss|outline|identify|recall)(?: me)? )?"
    r"(?:the |some |any |all |several )*",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r" (?:of|for|in|to|on|when|with|from|that|which|about|at|by|does|do|did|has|have|had|can|could|"
    r"should|are|is|were|was|will|would|may|might|behind|exist|using|there)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w'’-]+")
_CLOSED = words(
    """
    properties attributes qualities dimensions aspects functions requirements criteria points notes
    limits quotas defaults thresholds causes signs symptoms
    """
)
"""Sets of open kinds that are as often closed by their science: the properties of a group, the
diagnostic criteria of a disease, the aspects of a verb."""
_OPEN = before_stops(
    {n.split()[-1] for kind in KINDS if kind.open or kind.name == "reason" for n in kind.nouns}
    - _CLOSED
)
_FACTORS = re.compile(r"factors of (?:\d|\w\b)", re.IGNORECASE)


def open_list(subject: Subject) -> Iterator[Diagnostic]:
    """A list of two items or more (three, where they stand in one sentence) as the answer to a
    question for benefits, advantages, drawbacks, best practices, use cases, considerations,
    characteristics, features, examples, factors, reasons and their like: the open kinds of the
    derivation. With a number, before the word or at the end (“which 3?”), who wrote the note has
    closed the set. Passed over are words for sets that a science defines: properties, criteria,
    functions, symptoms."""
    skipped = cloze_types(subject)
    for asked in subject.asked:
        note, front = asked.rendered.note, asked.front
        if asked.whole or len(front) > LONGEST or note.note_type in skipped:
            continue
        if _OPEN.isdisjoint(front.casefold().split()) or not (noun := _open_noun(front)):
            continue
        items = _items(html_of(subject, asked, asked.back_field), asked.back)
        if items > 1:
            message = f"{quoted(noun)} are a choice out of many, asked as one list of {items}"
            hint = way_out(note, "ask for each by itself, or say how many there are")
            span = place_of(asked.front_field, noun) or asked.front_span
            yield Diagnostic(OPEN_LIST, message, span, hint, note.key)


def _open_noun(front: str) -> str:
    """The word of a question for an open set, "" where it asks for none."""
    said = front.rstrip(" .?!:")
    lead = _LEAD.match(said)
    asks = said[lead.end() :] if lead else said
    head: list[str] = _WORD.findall(_AFTER.split(asks, maxsplit=1)[0])
    if lead and lead[0].casefold().endswith(("what ", "which ")):  # `Which factors influence …`
        named = next((at for at, word in enumerate(head[:4]) if word.casefold() in _OPEN), -1)
        head = head[: named + 1]
    if not 0 < len(head) < 8 or not head[-1].endswith("s") or head[-1].casefold() in _CLOSED:
        return ""
    kind = _SECTIONS.kind_of(" ".join(head))
    if kind is None or not (kind.open or kind.name == "reason") or _FACTORS.search(said):
        return ""
    before = said[: lead.end()].rpartition(": ")[2].split() if lead else []
    if any(map(number_of, (*before, *head, said.split()[-1]))):
        return ""
    phrase = " ".join(head)
    nouns = (noun for noun in kind.nouns if phrase.casefold().endswith(noun))
    return phrase[-len(max(nouns, key=len, default=head[-1])) :]


def _items(html: str, text: str) -> int:
    """How many things an answer lists."""
    if "<li" in html or "<dt" in html:
        return _longest_list(html)
    if "<br" in html or "</div" in html:
        return _lines(html)
    if count_words(text) > 60 or re.search(r"[.!?] [A-Z]", text):
        return 0
    listed = re.split(r"[,;] (?:and |or )?| and ", text)
    return len(listed) if len(listed) > 2 and all(map(str.strip, listed)) else 0
