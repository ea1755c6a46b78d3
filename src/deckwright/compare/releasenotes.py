"""What learners are told of a release, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from deckwright.compare.lists import by_concept, code, escaped, fenced
from deckwright.compare.plaintext import as_title, on_one_line
from deckwright.compare.searches import search, term
from deckwright.lock import Changes, Lock
from deckwright.note import Key

__all__ = ["Release", "release_notes"]


@dataclass(frozen=True, slots=True)
class Release:
    """What there is to tell of a release.

    `deck` is the deck's whole name, `time` that of the release (seconds), `lock` the new one with
    the ids of all notes, those that left too. `titles` are the first fields of notes as plain text
    (`plain_text`), by key; a note without one is told by its key. `note_types` are the names of the
    note types in the collection, by those inside the project.

    `resent` are the keys of notes that did not change since the last release, and are sent once
    more; they may be among the changed ones of `changes`, too, and are told apart. `deck_was` is
    the deck's whole name in the last release, if it was another one. `decks_left` are the names of
    decks that learners have and no note of this release lies in. `schemas` are the note types
    (names inside the project) whose fields or templates changed, which was accepted.
    """

    deck: str
    version: str
    time: int
    changes: Changes
    lock: Lock
    titles: Mapping[Key, str]
    note_types: Mapping[str, str]
    resent: tuple[Key, ...] = ()
    deck_was: str = ""
    decks_left: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()


def release_notes(release: Release) -> str:
    """What learners are told of a release, in Markdown."""
    changes, date = release.changes, _date(release.time)
    dated = f" ({date})" if date else ""
    lines = [f"# {escaped(on_one_line(f'{release.deck} {release.version}'))}{dated}", ""]
    resent = set(release.resent)
    changed = tuple(key for key in changes.changed if key not in resent)
    present = sum(note.retired is None for note in release.lock.notes.values())
    old = (changed, changes.renamed, changes.removed, changes.returned, resent)
    first = not any(old) and len(changes.added) == present
    lines += _what_to_do(release, first, bool(changed or resent), date)
    lines += _decks_of_learners(release)
    lines += _types(release)
    if first:
        lines += _section(release, "Content", "", changes.added, searched=False)
    else:
        lines += _section(release, "New", "", changes.added)
        lines += _section(release, "Changed", "", changed)
        lines += _section(release, "Sent once more", _AGAIN, release.resent)
        lines += _renamings(release)
        lines += _section(release, "Back again", _BACK, changes.returned)
        lines += _section(release, "Removed", _GONE, changes.removed)
    return "\n".join(lines).rstrip() + "\n"


_AGAIN: Final = (
    "These changed in an earlier release. They are sent once more for everyone whom that did not "
    "reach, and replace your own edits and tags in them."
)
_BACK: Final = "These had been removed. If you kept them, they go on with the reviews they have."
_GONE: Final = (
    "These are no longer part of the deck. An import never deletes, so they stay with you: suspend "
    "or delete them yourself if you do not want them."
)


def _date(time: int) -> str:
    """The day of a time (seconds), in UTC; empty for a time that no calendar has."""
    try:
        return datetime.fromtimestamp(time, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _what_to_do(release: Release, first: bool, updates: bool, date: str) -> list[str]:
    lines = [
        "Import the package: in Anki, choose File → Import, and leave the options as they are."
    ]
    if first:
        return [f"{lines[0]} All cards arrive as new ones.", ""]
    lines += ["", "- Your reviews and the schedule of every card stay."]
    if updates:
        listed = "“Changed”" if not release.resent else "“Changed” or “Sent once more”"
        lines.append(
            f"- Notes listed under {listed} get the text and the tags of this release in place of "
            f"yours. One that you edited or tagged after {date or 'this release'} keeps yours."
        )
        lines.append("- All other notes stay as you have them, with your own edits and tags.")
    else:
        lines.append("- Your notes stay as you have them, with your own edits and tags.")
    if not release.changes and not release.resent:
        lines.append("- Nothing in this release is new.")
    return [*lines, ""]


def _decks_of_learners(release: Release) -> list[str]:
    lines = []
    was = release.deck_was if release.deck_was != release.deck else ""
    if was:
        old, new = (f"“{escaped(on_one_line(name))}”" for name in (was, release.deck))
        lines += [
            f"The deck {old} is called {new} now. Anki knows decks by their names: cards that you "
            f"have stay in {old}, and only new ones arrive in {new}. To keep them together, rename "
            f"your deck {old} to {new} in Anki before you import. If you imported already, find "
            "the old cards in Anki’s browser, and move them with Cards → Change Deck:",
            *("", *fenced([term("deck", was)]), ""),
        ]
    others = {name for name in release.decks_left if name != was}
    top = sorted(
        name for name in others if not any(name.startswith(f"{o}::") for o in {*others, was} if o)
    )
    if top:
        lines += [
            "No note of this release lies in these decks any more. Cards that you have stay there. "
            "To move them, find them in Anki’s browser, and choose Cards → Change Deck:",
            *("", *fenced(term("deck", name) for name in top), ""),
        ]
    return ["## Decks", "", *lines] if lines else []


def _types(release: Release) -> list[str]:
    added = set(release.changes.added)
    known = {note.note_type for key, note in release.lock.notes.items() if key not in added}
    looks = [name for name in release.changes.note_types if name in known]
    looks = [name for name in looks if name not in release.schemas]
    lines = []
    if looks:
        names = _collection_names(release, looks)
        lines += ["## How cards look", ""]
        words = f"The templates, the style or the name of {names} changed"
        lines += [f"{words}, so cards may look different. There is nothing to do for it.", ""]
    if release.schemas:
        names = _collection_names(release, release.schemas)
        lines += [
            "## Notes that Anki no longer updates",
            "",
            f"The fields or the cards of {names} changed. Everyone who has notes of it keeps them "
            "as they are, with all reviews; but Anki refuses this release’s changes to them, and "
            "those of every later one, without a word, and an import adds an empty note type.",
            "",
            "You can leave it at that. To get later changes again: make a backup (File → Export, "
            "the whole collection), import this package once with “Merge note types” switched on, "
            "switch that off again, and upload the collection when Anki asks at the next "
            "sync. This release’s own changes do not arrive that way, and what stood in a removed "
            "field is lost.",
            "",
        ]
    return lines


def _collection_names(release: Release, names: Iterable[str]) -> str:
    own = sorted(release.note_types.get(name, name) for name in names)
    return ", ".join(f"“{escaped(on_one_line(name))}”" for name in own)


def _title(release: Release, key: Key) -> str:
    title = as_title(release.titles.get(key, ""))
    return escaped(title) if title else code(on_one_line(key))


_LISTED: Final = 5  # derived notes that are listed under their concept
_SHORT: Final = 60  # notes of a section up to which derived ones are listed


def _section(
    release: Release, title: str, words: str, keys: Sequence[Key], *, searched: bool = True
) -> list[str]:
    """A list of notes by their concepts, and the search that selects them."""
    if not keys:
        return []
    lines = [f"## {title} ({len(keys):,})", ""]
    if words:
        lines += [words, ""]
    for concept, itself, derived in by_concept(keys, release.lock.notes):
        name = _title(release, Key(concept))
        questions = f"{len(derived)} short note{'' if len(derived) == 1 else 's'}"
        if not itself:
            name = f"{questions} of {name}"
        elif derived:
            name = f"{name}, and {questions} of it"
        lines.append(f"- {name}")
        if len(keys) <= _SHORT:
            lines += (f"  - {_title(release, Key(key))}" for key in derived[:_LISTED])
            if len(derived) > _LISTED:
                lines.append(f"  - and {len(derived) - _LISTED:,} more")
    lines.append("")
    return [*lines, *_searches(release, keys)] if searched else lines


def _renamings(release: Release) -> list[str]:
    pairs = release.changes.renamed
    if not pairs:
        return []
    lines = [f"## Renamed, reviews kept ({len(pairs):,})", ""]
    names = {new: old for old, new in pairs}
    for concept, itself, derived in by_concept(names, release.lock.notes):
        key = Key(concept)
        count = f"{len(derived)} short note{'' if len(derived) == 1 else 's'}"
        if itself:
            more = f", with {count} of it" if derived else ""
            lines.append(f"- {_title(release, key)} (was {code(on_one_line(names[key]))}){more}")
        else:
            lines.append(f"- {count} of {_title(release, key)}")
    return [*lines, "", *_searches(release, [new for _, new in pairs])]


def _searches(release: Release, keys: Iterable[Key]) -> list[str]:
    ids: dict[str, list[int]] = {}
    for key in keys:
        note = release.lock.notes.get(key)
        if note is not None:
            name = release.note_types.get(note.note_type, note.note_type)
            ids.setdefault(name, []).append(note.id)
    found = search(ids)
    if not found:
        return []
    words = "Find them in Anki’s browser:"
    if len(found) > 1:
        words = f"Find them in Anki’s browser, with {len(found)} searches, one after the other:"
    return [words, "", *fenced(found), ""]
