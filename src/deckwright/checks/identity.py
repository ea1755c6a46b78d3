"""Checks of identity: every note has a key, and no two have the same; nor have two decks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from deckwright.checks.subject import Subject
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted
from deckwright.note import Note, slug
from deckwright.source import Span

SAME_KEY = Rule(
    "K001",
    "same-key",
    Severity.ERROR,
    "Two notes of one key would be one note in the learner's collection, and the second would "
    "overwrite the first.",
    "Let one of the titles say more, give one an id, or remove one of the two.",
    {"oaks.md": "Q: When does an oak bloom?\nA: In May.\n\nQ: When does an oak bloom?\nA: Late.\n"},
    {"oaks.md": "Q: When does an oak bloom?\nA: In May.\n\nQ: When does an elm bloom?\nA: May.\n"},
)
NO_KEY = Rule(
    "K002",
    "no-key",
    Severity.ERROR,
    "A title without a letter or a digit leaves nothing to make an identity of.",
    "Give the note an id, or a title with a letter or a digit in it.",
)
SAME_DECK = Rule(
    "K003",
    "same-deck",
    Severity.ERROR,
    "Anki takes deck names that differ in capitals alone for one name, and renames one of them.",
    "Write the name in one way everywhere.",
    {
        "bees.md": "# Bees\n<!-- deck: Animals -->\n\nQ: Who lays the eggs?\nA: The queen.\n\n"
        "# Wasps\n<!-- deck: animals -->\n\nQ: What are nests made of?\nA: Paper.\n"
    },
    {
        "bees.md": "# Bees\n<!-- deck: Animals -->\n\nQ: Who lays the eggs?\nA: The queen.\n\n"
        "# Wasps\n<!-- deck: Animals -->\n\nQ: What are nests made of?\nA: Paper.\n"
    },
)

NUMBERED_KEY = Rule(
    "K005",
    "numbered-key",
    Severity.WARNING,
    "A key is made of the title: with another step put before it, the title has another number, "
    "and the note, or all that follow it, are taken for new ones.",
    "Leave the number out of the title: notes keep the order of the file. Or give the note an id.",
    {
        "tea.md": "# Step 1: Warm the pot\n\nWith hot water, which is poured away.\n\n"
        "# Step 2: Pour\n\nOnto two grams of leaves a cup.\n"
    },
    {
        "tea.md": "# Warm the pot\n\nWith hot water, which is poured away.\n\n"
        "# Pour\n\nOnto two grams of leaves a cup.\n"
    },
)


def same_key(subject: Subject) -> Iterator[Diagnostic]:
    first: dict[str, Span | None] = {}
    for rendered in subject.notes:
        note = rendered.note
        if note.key in first:
            message = f"two notes have the key {note.key}"
            hint = "make one of the titles say more, give one an id, or remove one of the two"
            yield Diagnostic(SAME_KEY, message, note.span, hint, note.key, first[note.key])
        else:
            first[note.key] = note.span


def no_key(subject: Subject) -> Iterator[Diagnostic]:
    for rendered in subject.notes:
        if not rendered.note.key:
            hint = "give it a title with a letter or a digit in it"
            yield Diagnostic(NO_KEY, "the note has no key", rendered.note.span, hint)


def same_deck(subject: Subject) -> Iterator[Diagnostic]:
    """Also where only a deck above is spelt in two ways."""
    first: dict[str, str] = {}
    told: set[str] = set()
    for name in dict.fromkeys(rendered.note.deck for rendered in subject.notes):
        parts = name.split("::")
        for depth in range(1, len(parts) + 1):
            above = "::".join(parts[:depth])
            known = first.setdefault(above.casefold(), above)
            if known != above and above not in told:
                told.add(above)
                message = f"the decks {known} and {above} differ in capitals alone"
                span = next(n.note.span for n in subject.notes if n.note.deck == name)
                yield Diagnostic(SAME_DECK, message, span, f"write {known} in both places")


# Numbers in keys ----------------------------------------------------------------------------------

_NUMBERED = re.compile(
    r"[/\n](?:\d{1,3}[-/\n]|[a-hivx]{1,4}-|(?:step|question|q|card|item|schritt|frage|étape|etape|paso|"
    r"pregunta)-?\d)"
)
"""What a part of a key begins with that may be a number of its place."""
_PLACE = re.compile(
    r"[*_#]{0,3}(?:"
    r"\(?(?P<bracket>\d{1,3}|[a-h]|[ivx]{1,4})\)"
    r"|(?P<section>\d{1,2}(?:\.\d{1,2})+)\.?(?=\s)"
    r"|(?P<dot>\d{1,3})\.(?=\s|$)"
    r"|(?P<word>[Ss]tep|STEP|[Qq]uestion|Q|[Cc]ard|[Ii]tem|Schritt|Frage|[ÉéEe]tape|[Pp]aso|[Pp]regunta)"
    r"\s?\#?(?P<number>\d{1,3})(?P<end>\s?[:.)–—]|\s-\s|$)"
    r")[*_]{0,3}\s*"
)
_SENTENCE = re.compile(
    r"^(?:What|Which|Who|When|Where|Why|How|Wer|Was|Wann|Wo|Wie|Warum|Welche\w*|Qui|Quand|Où|Comment|"
    r"Pourquoi|Quel\w*|¿)\b|\b(?:the|of|is|are|to|and|with|for|your|an?)\b"
)
_DATE = re.compile(
    r"(?i:jan|feb|mär|mar|apr|mai|may|maj|jun|jul|aug|sep|okt|oct|nov|dez|dec|jahrhundert|century|"
    r"weltkrieg)"
)


_ID = re.compile(r"""\bid["']?:[ \t]*["']?([^\s,}"'#]+)""")


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A title that begins with a number: of what kind it is, what stands behind it, and where."""

    note: Note
    title: str
    kind: str
    number: str
    rest: str
    span: Span | None
    group: tuple[str, str, str]
    heading: bool


def numbered_key(subject: Subject) -> Iterator[Diagnostic]:
    """A title, a question or a heading that begins with the number of its place (`3. Pour`, `2)`,
    `(a)`, `2.1 Leaves`, `Step 2: …`, `Question 3: …`), which is in the key of the note.

    A number with a full stop is one of a place where the next title has the next number, or where
    an English sentence follows: `1. FC Köln` and `2. Weltkrieg` are names. It lets pass numbers
    inside a title, years, quantities (`7 deadly sins`), chapters and articles; notes with a GUID or
    an id of their own; and derived notes, whose keys follow their concept."""
    keys = [each.note.key for each in subject.written]
    if not _NUMBERED.search("\n".join(("", *keys, ""))):
        return
    given = _given_ids(subject)
    found = [
        each
        for rendered in subject.written
        if rendered.note.guid is None and _NUMBERED.search(f"/{rendered.note.key}/")
        for each in _numbered(rendered.note, subject)
        if rendered.note.key not in given and not _has_own_id(rendered.note, subject)
    ]
    groups: dict[tuple[str, str, str], set[tuple[str, str]]] = defaultdict(set)
    for each in found:
        groups[each.group].add((each.number, each.rest))
    rows = {group: _in_a_row(titles) for group, titles in groups.items()}
    told: set[tuple[object, ...]] = set()
    for each in found:
        place = (each.note.span.path if each.note.span else "", each.title)
        if (each.heading and place in told) or not _is_place(each, rows[each.group]):
            continue
        told.add(place)
        message = f"the key {each.note.key} depends on the number in {quoted(each.title)}"
        hint = "leave the number out of the title, or give the note an id"
        if each.heading:
            hint = "leave the number out of the heading, or give the notes below it ids"
        yield Diagnostic(NUMBERED_KEY, message, each.span, hint, each.note.key)


def _numbered(note: Note, subject: Subject) -> Iterator[_Numbered]:
    """What of a note's title, and of the headings above it, begins with a number that is in its
    key."""
    parts = note.key.split("/")
    field = note.fields[0]
    titles = [(field.value, field.span and field.locate(0, len(field.value)), False)]
    above = note.get("Context")
    if above:
        headings = above.value.split(" › ")
        titles += [(each, _place(each, above.span, subject), True) for each in headings]
    for value, span, is_heading in titles:
        title = value.split("\n", 1)[0].strip()
        match = _PLACE.match(title)
        if match is None:
            continue
        rest = title[match.end() :].strip(" *_")
        begun = slug(f"{match[0]} {rest[:20].partition(' ')[0]}")
        held = next((at for at, part in enumerate(parts) if begun and part.startswith(begun)), -1)
        if held < 0:
            continue
        kind = next(name for name, said in match.groupdict().items() if said)
        number = match["number"] or match[kind]
        path = note.span.path if note.span else ""
        if not is_heading and field.exact:
            lead = len(value) - len(value.lstrip())
            span = field.locate(lead, lead + len(match[0].rstrip()))
        group = (path, "/".join(parts[:held]), f"{kind} {match['word'] or ''}".lower())
        yield _Numbered(note, title, kind, number, slug(rest), span, group, is_heading)


def _place(heading: str, span: Span | None, subject: Subject) -> Span | None:
    source = subject.texts.get(span.path) if span else None
    at = source.text.find(heading, span.start, span.end) if source and span else -1
    return source.span(at, at + len(heading)) if source and at >= 0 else span


def _in_a_row(titles: set[tuple[str, str]]) -> frozenset[str]:
    """The numbers of titles, given with what stands behind them, that have another next to them,
    as in a list: there each number is there once, and before another text."""
    numbers = {number for number, _ in titles}
    rests = [rest for _, rest in titles if rest]
    if len(numbers) < len(titles) or len({*rests}) < len(rests):
        return frozenset()
    return frozenset(number for number in numbers if _next_to(number, numbers))


def _is_place(each: _Numbered, row: frozenset[str]) -> bool:
    """Whether a number says where a title stands: that of a list, and no part of a name."""
    if each.kind == "bracket" and each.number.isdigit():
        return True
    if each.kind == "word":
        return bool(each.rest) or each.number in row
    if each.kind == "dot":
        rest = _PLACE.sub("", each.title, count=1)
        if not rest or _DATE.match(rest):
            return not rest
        return each.number in row or _SENTENCE.search(rest) is not None
    return each.number in row


def _next_to(number: str, numbers: set[str]) -> bool:
    """Whether the number before or after one is there, too."""
    *above, last = number.split(".")
    if last.isdigit():
        near = (str(int(last) - 1), str(int(last) + 1))
        return any(".".join((*above, each)) in numbers for each in near)
    order = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
    letters = [*"abcdefgh"]
    for row in (order, letters):
        if last in row:
            at = row.index(last)
            if {*row[max(0, at - 1) : at], *row[at + 1 : at + 2]} & numbers:
                return True
    return False


def _given_ids(subject: Subject) -> frozenset[str]:
    """The ids that `deck.yaml` gives."""
    texts = (each.text for path, each in subject.texts.items() if path.endswith("deck.yaml"))
    return frozenset(word for text in texts for word in _ID.findall(text))


def _has_own_id(note: Note, subject: Subject) -> bool:
    """Whether a person wrote the key of a note, or its last part, where the note stands."""
    source = subject.texts.get(note.span.path) if note.span else None
    if source is None or note.span is None:
        return False
    said = source.text[max(0, note.span.start - 200) : note.span.end]
    last = note.key.rpartition("/")[2]
    return note.key in said or any(f"{mark}{last}" in said for mark in ("#", "^", "id: ", 'id="'))


CHECKS = (
    (NO_KEY, no_key),
    (SAME_KEY, same_key),
    (SAME_DECK, same_deck),
    (NUMBERED_KEY, numbered_key),
)
