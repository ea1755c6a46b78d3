"""What changed between two packages, as data. A note is known by its GUID, as Anki knows it."""

from __future__ import annotations

import html
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from deckwright.apkg import Note, NoteType, Package
from deckwright.compare.plaintext import READABLE, as_title, plain_text
from deckwright.compare.words import FieldChange, field_change, words_of

__all__ = [
    *("Difference", "NoteChange", "NoteName", "Renamed", "TypeChange", "TypePart", "packages"),
]


@dataclass(frozen=True, slots=True)
class NoteName:
    """What a note is called: `key` is empty in packages that have none, `title` is its first field
    as plain text on one line, `note_type` and `deck` are names in the collection (the deck is that
    of its first card, empty where it has none)."""

    guid: str
    key: str
    title: str
    note_type: str
    deck: str


@dataclass(frozen=True, slots=True)
class NoteChange:
    """What changed in a note that both packages have. `moved` are pairs of decks, `note_type` is a
    pair of names, `cards_added` and `cards_removed` are names of templates, or `cloze 2`.

    All are empty where only that it changed is known.

    `kept_back` says why learners who have the note keep the old one, if they do: `time`, as Anki
    updates a note only if its time (`mod`) grew; `note type`, as it never updates one whose note
    type is another one; `schema`, as it updates none of a note type whose fields or templates came,
    went, or changed their order or ids.
    """

    note: NoteName
    fields: tuple[FieldChange, ...] = ()
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    note_type: tuple[str, str] | None = None
    cards_added: tuple[str, ...] = ()
    cards_removed: tuple[str, ...] = ()
    kept_back: Literal["", "time", "note type", "schema"] = ""


@dataclass(frozen=True, slots=True)
class Renamed:
    """A note with another key than before, or, in packages without keys, another first field."""

    was: NoteName
    note: NoteName


@dataclass(frozen=True, slots=True)
class TypePart:
    """One thing that changed in a note type. `kind` is a name for programs, `what` and `meaning`
    are sentences: what changed, and what that means to a learner; `harm` says that updates do not
    arrive because of it."""

    kind: str
    what: str
    meaning: str
    harm: bool = False


@dataclass(frozen=True, slots=True)
class TypeChange:
    """What changed in a note type; `name` is its name in the new package if it is there."""

    id: int
    name: str
    parts: tuple[TypePart, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two packages, whose paths are `old` and `new`.

    A note that was renamed is in `changed` too if its content changed, besides its key. `resent`
    are notes whose time grew though nothing in them changed: an import overwrites what learners
    edited in them. `same` counts the others. Notes are sorted by key, then title.
    """

    old: str
    new: str
    added: tuple[NoteName, ...] = ()
    changed: tuple[NoteChange, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    removed: tuple[NoteName, ...] = ()
    resent: tuple[NoteName, ...] = ()
    same: int = 0
    note_types: tuple[TypeChange, ...] = ()
    media_added: tuple[str, ...] = ()
    media_removed: tuple[str, ...] = ()
    media_changed: tuple[str, ...] = ()
    decks_added: tuple[str, ...] = ()
    decks_removed: tuple[str, ...] = ()
    decks_described: tuple[str, ...] = ()

    @property
    def not_arriving(self) -> tuple[NoteChange, ...]:
        """The changes that learners who have the note do not get."""
        return tuple(change for change in self.changed if change.kept_back)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__ if name not in _NO_CHANGES)


_NO_CHANGES: Final = ("old", "new", "same")


# Comparing packages -----------------------------------------------------------------------------


def packages(old: Package, new: Package) -> Difference:
    """What changed from one package to another. Notes are matched by GUID, as Anki does; where a
    package has two notes of one GUID, the last one counts."""
    before, after = ({note.guid: note for note in package.notes} for package in (old, new))
    types = _note_types(old.note_types, new.note_types)
    refused = {each.id for each in types if any(p.meaning == _CONFLICT for p in each.parts)}
    media = _by_name(old.media, new.media)
    shown = "|".join(re.escape(each) for name in media[2] for each in {name, html.escape(name)})
    changed, renamed, resent, same = [], [], [], 0
    for guid, note in after.items():
        earlier = before.get(guid)
        if earlier is None:
            continue
        change = _compare(old, new, earlier, note, refused)
        name_changed = _is_renamed(old, new, earlier, note)
        if name_changed:
            renamed.append(Renamed(_name(old, earlier), _name(new, note)))
        if change is not None:
            changed.append(change)
        elif shown and note.mod > earlier.mod and re.search(shown, "\x1f".join(note.fields)):
            changed.append(NoteChange(_name(new, note)))  # it shows another picture
        elif note.mod > earlier.mod and not name_changed:
            resent.append(_name(new, note))
        elif not name_changed:
            same += 1
    decks_before, decks_after = (
        {deck.name: deck.description for deck in package.decks} for package in (old, new)
    )
    decks = _by_name(decks_before, decks_after)
    return Difference(
        old.path,
        new.path,
        tuple(sorted((_name(new, after[g]) for g in after.keys() - before.keys()), key=_order)),
        tuple(sorted(changed, key=lambda change: _order(change.note))),
        tuple(sorted(renamed, key=lambda pair: _order(pair.note))),
        tuple(sorted((_name(old, before[g]) for g in before.keys() - after.keys()), key=_order)),
        tuple(sorted(resent, key=_order)),
        same,
        types,
        *media,
        *decks,
    )


_Names: TypeAlias = tuple[str, ...]


def _by_name(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[_Names, _Names, _Names]:
    """The names that are new, gone, and in both with another value."""
    return (
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(old.keys() - new.keys())),
        tuple(sorted(name for name in new.keys() & old.keys() if new[name] != old[name])),
    )


def _order(note: NoteName) -> tuple[str, str, str]:
    return note.key, note.title, note.guid


def _name(package: Package, note: Note) -> NoteName:
    first = note.fields[0] if note.fields else ""
    title = as_title(plain_text(first[:READABLE]))
    key = package.key_of(note)
    deck = note.cards[0].deck if note.cards else ""
    return NoteName(note.guid, key, title or key or note.guid, _type_name(package, note), deck)


def _type_name(package: Package, note: Note) -> str:
    return package.note_types[note.note_type].name


def _is_renamed(old: Package, new: Package, before: Note, after: Note) -> bool:
    if before.fields == after.fields and before.note_type == after.note_type:
        return False
    was, key = old.key_of(before), new.key_of(after)
    if was or key:
        return bool(was and key and was != key)
    firsts = (note.fields[0][:READABLE] for note in (before, after) if note.fields)
    return len({words_of(plain_text(first)) for first in firsts}) > 1


def _compare(
    old: Package, new: Package, before: Note, after: Note, refused: Container[int]
) -> NoteChange | None:
    """What changed in a note; None where nothing did, or only its key. `refused` are the ids of the
    note types whose notes Anki does not update."""
    type_changed = before.note_type != after.note_type
    unlike = before.fields != after.fields or type_changed
    if not unlike and (before.tags, before.cards) == (after.tags, after.cards):
        return None  # nearly always
    fields = tuple(_fields(old, new, before, after)) if unlike else ()
    added, removed = set(after.tags) - set(before.tags), set(before.tags) - set(after.tags)
    decks = {card.ordinal: card.deck for card in before.cards}
    decks_now = {card.ordinal: card.deck for card in after.cards}
    moved = {
        (deck, decks_now[ordinal]): None
        for ordinal, deck in decks.items()
        if ordinal in decks_now and decks_now[ordinal] != deck
    }
    cards_added, cards_removed = _cards(old, new, before, after)
    names = (_type_name(old, before), _type_name(new, after)) if type_changed else None
    if not (fields or added or removed or moved or names or cards_added or cards_removed):
        return None
    kept_back: Literal["", "time", "note type", "schema"] = ""
    if type_changed:
        kept_back = "note type"
    elif fields or added or removed:
        late = after.mod <= before.mod
        kept_back = "schema" if after.note_type in refused else "time" if late else ""
    return NoteChange(
        _name(new, after),
        fields,
        tuple(sorted(added)),
        tuple(sorted(removed)),
        tuple(moved),
        names,
        cards_added,
        cards_removed,
        kept_back,
    )


def _cards(old: Package, new: Package, before: Note, after: Note) -> tuple[_Names, _Names]:
    """The names of the cards that came and went. Another note type has other cards anyway."""
    if before.note_type != after.note_type:
        return (), ()
    had, has = ({card.ordinal for card in note.cards} for note in (before, after))

    def names(package: Package, ordinals: set[int]) -> _Names:
        note_type = package.note_types[after.note_type]
        if note_type.kind == "cloze":
            return tuple(f"cloze {ordinal + 1}" for ordinal in sorted(ordinals))
        known = dict(enumerate(template.name for template in note_type.templates))
        return tuple(known.get(ordinal, f"card {ordinal + 1}") for ordinal in sorted(ordinals))

    return names(new, has - had), names(old, had - has)


def _fields(old: Package, new: Package, before: Note, after: Note) -> Iterator[FieldChange]:
    """The changes of fields, in the new order; those of fields that are gone at the end."""
    old_type, new_type = old.note_types[before.note_type], new.note_types[after.note_type]
    values = dict(enumerate(before.fields))
    pairs = _matches(old_type.fields, new_type.fields)
    for index, (name, _) in enumerate(new_type.fields):
        was = pairs.get(index)
        value = values.pop(was, "") if was is not None else ""
        if name != "Key" and value != after.fields[index]:
            yield field_change(name, value, after.fields[index])
    for index, value in values.items():
        name = old_type.fields[index][0]
        if value and name != "Key":
            yield field_change(name, value, "")


_Part: TypeAlias = tuple[str, int | None]  # a field or a template: its name, and its pinned id


def _matches(old: Sequence[_Part], new: Sequence[_Part]) -> dict[int, int]:
    """Of each new field or template its old one, by their places. As Anki finds them: by their ids
    where both have one, else by their names."""
    ids = {id: place for place, (_, id) in enumerate(old) if id is not None}
    names = {name: place for place, (name, _) in enumerate(old)}
    found: dict[int, int] = {}
    for place, (name, id) in enumerate(new):
        was = ids.get(id) if id is not None else None
        if was is None and name in names:
            same_name = names[name]
            was = same_name if id is None or old[same_name][1] is None else None
        if was is not None and was not in found.values():
            found[place] = was
    return found


_CONFLICT: Final = (
    "learners who have the note type get no update of any of its notes, and are not told"
)
_REFUSED_BEFORE: Final = "arrives with Anki 23.10 and later; older ones update none of its notes"


def _note_types(old: Mapping[int, NoteType], new: Mapping[int, NoteType]) -> tuple[TypeChange, ...]:
    ids = {each.name: each.id for each in old.values() if each.id not in new}
    changes = []
    for id, each in new.items():
        before = old.get(id)
        if before is not None:
            parts = tuple(_type_parts(before, each))
        elif each.name in ids:
            what = f"its id changed from {ids.pop(each.name)} to {id}"
            parts = (TypePart("id-changed", what, _CONFLICT, harm=True),)
        else:
            parts = (TypePart("added", "added", "it arrives with its notes"),)
        if parts:
            changes.append(TypeChange(id, each.name, parts))
    gone = (TypePart("removed", "removed", "learners who have it keep it, with its notes"),)
    changes += (TypeChange(id, name, gone) for name, id in ids.items())
    return tuple(sorted(changes, key=lambda change: (change.name, change.id)))


def _type_parts(old: NoteType, new: NoteType) -> Iterator[TypePart]:
    if old.kind != new.kind:
        what = f"it was a {old.kind} note type and is a {new.kind} one"
        yield TypePart("kind-changed", what, _CONFLICT, harm=True)
    old_templates = tuple((each.name, each.id) for each in old.templates)
    new_templates = tuple((each.name, each.id) for each in new.templates)
    yield from _schema_parts("field", old.fields, new.fields)
    yield from _schema_parts("template", old_templates, new_templates)
    late = new.mod <= old.mod
    meaning = "it arrives with the import"
    if late:
        meaning = "its time (mod) did not grow, so learners who have it keep the old one"
    if old.name != new.name:
        what = f"renamed from “{old.name}” to “{new.name}”"
        yield TypePart("renamed", what, meaning, late)
    for place, was in _matches(old_templates, new_templates).items():
        one, other = old.templates[was], new.templates[place]
        sides = [side for side in ("front", "back") if getattr(one, side) != getattr(other, side)]
        if sides:
            what = f"the {' and the '.join(sides)} of the template “{other.name}” changed"
            yield TypePart("template-text-changed", what, meaning, late)
    if old.style != new.style:
        yield TypePart("style-changed", "the style changed", meaning, late)


def _schema_parts(kind: str, old: Sequence[_Part], new: Sequence[_Part]) -> Iterator[TypePart]:
    pairs = _matches(old, new)
    added = [new[place][0] for place in range(len(new)) if place not in pairs]
    removed = [old[place][0] for place in range(len(old)) if place not in pairs.values()]
    for name in (name for name in added if name in removed):
        what = f"the id of the {kind} “{name}” changed"
        yield TypePart(f"{kind}-id-changed", what, _CONFLICT, harm=True)
    for name in (name for name in added if name not in removed):
        yield TypePart(f"{kind}-added", f"the {kind} “{name}” was added", _CONFLICT, harm=True)
    for name in (name for name in removed if name not in added):
        yield TypePart(f"{kind}-removed", f"the {kind} “{name}” was removed", _CONFLICT, harm=True)
    order = list(pairs.values())
    if order != sorted(order):
        names = ", ".join(name for name, _ in new)
        what = f"the {kind}s were reordered: {names}"
        yield TypePart(f"{kind}s-reordered", what, _CONFLICT, harm=True)
    for place, was in pairs.items():
        if old[was][0] != new[place][0]:
            what = f"the {kind} “{old[was][0]}” is called “{new[place][0]}” now"
            yield TypePart(f"{kind}-renamed", what, _REFUSED_BEFORE)
