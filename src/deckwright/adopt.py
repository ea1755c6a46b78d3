"""Identities that people give: a readable `id` in place of a title, and GUIDs that learners have.

For sources that cannot carry them (the text of a page) `deck.yaml` gives them, by title and
occurrence, or by key for derived notes.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.note import Guid, Key, Note
from deckwright.source import Span

NO_NOTE = Rule(
    "A001",
    "identity-without-note",
    Severity.ERROR,
    "An identity that finds no note would be forgotten, and its note be another one for learners.",
    "Write the title or the key as `deckwright notes` shows it, or leave the entry out.",
    {
        "deck.yaml": "id: tea\nname: Tea\nsources: [tea.md]\nidentities:\n"
        "  - {title: When is tea brewd?, id: brewing}\n",
        "tea.md": "Q: When is tea brewed?\nA: At five.\n",
    },
    {
        "deck.yaml": "id: tea\nname: Tea\nsources: [tea.md]\nidentities:\n"
        "  - {title: When is tea brewed?, id: brewing}\n",
        "tea.md": "Q: When is tea brewed?\nA: At five.\n",
    },
)
TWICE = Rule(
    "A002",
    "identity-twice",
    Severity.ERROR,
    "Two identities for one note contradict each other.",
    "Leave one of them out; say the `id` and the `guid` of a note in one entry.",
    {
        "deck.yaml": "id: tea\nname: Tea\nsources: [tea.md]\nidentities:\n"
        "  - {title: When is tea brewed?, id: brewing}\n"
        "  - {title: When is tea brewed?, guid: tEa5oClock}\n",
        "tea.md": "Q: When is tea brewed?\nA: At five.\n",
    },
    {
        "deck.yaml": "id: tea\nname: Tea\nsources: [tea.md]\nidentities:\n"
        "  - {title: When is tea brewed?, id: brewing, guid: tEa5oClock}\n",
        "tea.md": "Q: When is tea brewed?\nA: At five.\n",
    },
)
RULES = (NO_NOTE, TWICE)


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says of one note's identity: the note is the one with this title (the
    `occurrence`-th of it, counted from 1, over all sources in their order), or the one with this
    key. `id` becomes its key, `guid` its GUID."""

    title: str = ""
    occurrence: int = 1
    key: str = ""
    id: str = ""
    guid: str = ""
    span: Span | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        return f"key {self.key}" if self.key else f"title “{self.title}”"


def by_title(
    notes: Sequence[Note], given: Sequence[Given]
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The notes of the sources with the identities that are given by title. Before deriving: the
    keys of derived notes follow that of their parent."""
    if not given:
        return tuple(notes), ()
    places: dict[str, list[int]] = {}
    for at, note in enumerate(notes):
        places.setdefault(_plain(note.fields[0].value), []).append(at)
    result = list(notes)
    told: list[Diagnostic] = []
    first: dict[int, Given] = {}
    for each in given:
        if each.key:
            continue
        found = places.get(_plain(each.title), ())
        if len(found) < each.occurrence:
            told.append(_no_title(each, len(found), list(places)))
            continue
        at = found[each.occurrence - 1]
        if at in first:
            told.append(_twice(each, first[at]))
            continue
        first[at] = each
        note = result[at]
        guid = Guid(each.guid) if each.guid else note.guid
        result[at] = replace(note, key=Key(each.id) if each.id else note.key, guid=guid)
    return tuple(result), tuple(told)


def by_key(
    notes: Sequence[Note], given: Sequence[Given]
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """All notes, derived ones too, with the GUIDs that are given by key."""
    if not given:
        return tuple(notes), ()
    places = {note.key: at for at, note in enumerate(notes)}
    result = list(notes)
    told: list[Diagnostic] = []
    first: dict[int, Given] = {}
    for each in given:
        if not each.key:
            continue
        at = places.get(Key(each.key))
        if at is None:
            told.append(_no_note(each, list(places)))
        elif at in first:
            told.append(_twice(each, first[at]))
        else:
            first[at] = each
            result[at] = replace(result[at], guid=Guid(each.guid))
    return tuple(result), tuple(told)


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()


def _no_title(each: Given, found: int, titles: Sequence[str]) -> Diagnostic:
    if found:
        times = "once" if found == 1 else f"{found} times"
        message = f"the title “{each.title}” is there {times}, not {each.occurrence} times"
        return Diagnostic(NO_NOTE, message, each.span, "mend its occurrence, or leave it out")
    return _no_note(each, titles)


def _no_note(each: Given, names: Sequence[str]) -> Diagnostic:
    sought = each.key or _plain(each.title)
    near = difflib.get_close_matches(sought, names, n=1, cutoff=0.5)
    hint = f"did you mean “{near[0]}”?" if near else "`deckwright notes` shows titles and keys"
    return Diagnostic(NO_NOTE, f"no note has the {each.name}", each.span, hint, each.key)


def _twice(each: Given, first: Given) -> Diagnostic:
    message = f"the note with the {each.name} is given an identity twice"
    return Diagnostic(TWICE, message, each.span, "leave one of them out", other=first.span)
