"""A difference for a maintainer: as text, as Markdown, and as plain data for programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any, Final, NamedTuple, TypeAlias

from deckwright.compare.difference import Difference, NoteChange, NoteName
from deckwright.compare.lists import by_concept, code, escaped
from deckwright.compare.plaintext import READABLE, as_title, on_one_line
from deckwright.compare.words import Run

__all__ = ["as_data", "markdown", "text"]

_Pieces: TypeAlias = tuple[tuple[str, str], ...]  # a style ("", title, code, removed, added), text
_Told: TypeAlias = tuple[int, _Pieces]  # the level: 0 a paragraph, 1 a heading, 2 and more items

_COMMON: Final = 4  # notes that share a change, which is then told once
_SOME: Final = 20  # names that are listed before the rest is counted
_NESTED: Final = 100  # notes of a section up to which derived ones are listed

_WHY: Final = (
    ("time", "the time (mod) of these notes did not grow, and Anki updates only what is newer"),
    ("note type", "Anki never updates a note that comes with another note type"),
    ("schema", "Anki updates no note of a note type whose fields or templates changed so"),
)


def text(difference: Difference) -> Iterator[str]:
    """A difference for a terminal, line by line. What is gone stands in `[-…-]`, what is new in
    `{+…+}`; `…` is what stayed the same and is left out."""
    marks = {"removed": ("[-", "-]"), "added": ("{+", "+}")}
    yield f"{on_one_line(difference.old)} → {on_one_line(difference.new)}"
    for level, pieces in _told(difference):
        parts = []
        for style, words in pieces:
            start, end = marks.get(style, ("", ""))
            gap, shown = _parted(words)
            parts.append(f"{gap}{start}{shown}{end}")
        if level == 1:
            yield ""
        for number, line in enumerate("".join(parts).split("\n")):
            yield f"{'  ' * (level - 1)}{'    ' if number else ''}{line}"


def markdown(difference: Difference) -> str:
    """A difference in Markdown, for a pull request or a forum. What is gone stands in `<del>`, what
    is new in `<ins>`."""
    marks = {"removed": ("<del>", "</del>"), "added": ("<ins>", "</ins>"), "title": ("**", "**")}
    old, new = code(on_one_line(difference.old)), code(on_one_line(difference.new))
    lines = [f"# What changed from {old} to {new}"]
    before = 0
    for level, pieces in _told(difference):
        parts = []
        for style, words in pieces:
            start, end = marks.get(style, ("", ""))
            gap, shown = _parted(words)
            shown = code(shown) if style == "code" else escaped(shown)
            parts.append(f"{gap}{start}{shown}{end}".replace("\n", "<br>"))
        if level < 2 or before < 2:
            lines.append("")
        lines.append(f"{('', '## ')[level] if level < 2 else '  ' * (level - 2) + '- '}")
        lines[-1] += "".join(parts)
        before = level
    return "\n".join(lines) + "\n"


_GAP: Final = re.compile(r"(?:\n- |\s*)")


def _parted(words: str) -> tuple[str, str]:
    """A piece of a line as the gap before it and the rest."""
    gap = _GAP.match(words)
    end = gap.end() if gap else 0
    return words[:end], words[end:]


def _told(difference: Difference) -> Iterator[_Told]:
    yield _say(0, _summary(difference))
    late = difference.not_arriving
    if late:
        yield _say(1, f"Changed, but learners keep the old one ({len(late):,})")
        for kind, why in _WHY:
            those = [change.note for change in late if change.kept_back == kind]
            if those:
                yield _say(2, f"{why}:")
                yield from ((level + 1, pieces) for level, pieces in _listed(those))
    if difference.resent:
        yield _say(1, f"Sent again, though nothing changed ({len(difference.resent):,})")
        yield _say(2, "an import overwrites what learners edited and tagged in these notes")
        yield from _listed(difference.resent)
    if difference.note_types:
        yield _say(1, f"Note types ({len(difference.note_types):,})")
        for each in difference.note_types:
            yield 2, (("title", on_one_line(each.name)),)
            for meaning, parts in groupby(each.parts, key=lambda part: part.meaning):
                yield _say(3, f"{on_one_line('; '.join(part.what for part in parts))}: {meaning}")
    yield from _decks(difference)
    yield from _media(difference)
    if difference.removed:
        yield _say(1, f"Removed ({len(difference.removed):,})")
        yield _say(2, "an import deletes nothing: learners who have these notes keep them")
        yield from _listed(difference.removed)
    if difference.renamed:
        yield _say(1, f"Renamed, reviews kept ({len(difference.renamed):,})")
        for pair in difference.renamed:
            arrow = (*_called(pair.was), ("", " → "), *_called(pair.note))
            yield 2, arrow
    if difference.added:
        yield _say(1, f"New ({len(difference.added):,})")
        yield from _listed(difference.added)
    if difference.changed:
        yield _say(1, f"Changed ({len(difference.changed):,})")
        yield from _changed(difference.changed)


def _say(level: int, sentence: str) -> _Told:
    return level, (("", sentence),)


def _summary(difference: Difference) -> str:
    counts = (
        (len(difference.added), "new"),
        (len(difference.changed), "changed"),
        (len(difference.renamed), "renamed"),
        (len(difference.removed), "removed"),
        (len(difference.resent), "sent again unchanged"),
    )
    notes = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    same = f"{_counted(difference.same, 'note')} the same"
    media = [*difference.media_added, *difference.media_removed, *difference.media_changed]
    decks = [*difference.decks_added, *difference.decks_removed, *difference.decks_described]
    others = (
        (len(difference.note_types), "note type"),
        (len(decks), "deck"),
        (len(media), "media file"),
    )
    beside = ", ".join(_counted(count, what) for count, what in others if count)
    if not notes and not beside:
        return f"nothing changed, {same}"
    changed = f"; changes of {beside}" if beside else ""
    return f"{notes or 'no note changed'}, {same}{changed}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _called(note: NoteName) -> _Pieces:
    title = ("title", as_title(note.title))
    return (title, ("", " ("), ("code", on_one_line(note.key)), ("", ")")) if note.key else (title,)


def _listed(notes: Sequence[NoteName]) -> Iterator[_Told]:
    """Notes, derived ones under their concept; where there are many, those are only counted."""
    by_key = {note.key: note for note in notes if note.key}
    for parent, _, derived in by_concept(by_key, by_key):
        if len(notes) <= _NESTED or not derived:
            yield 2, _called(by_key[parent])
            yield from ((3, _called(by_key[key])) for key in derived)
        else:
            more = f", and {_counted(len(derived), 'note')} derived from it"
            yield 2, (*_called(by_key[parent]), ("", more))
    yield from ((2, _called(note)) for note in notes if by_key.get(note.key) is not note)


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(map(on_one_line, names[:_SOME]))
    return f"{shown} and {len(names) - _SOME:,} more" if len(names) > _SOME else shown


def _decks(difference: Difference) -> Iterator[_Told]:
    parts = (
        (difference.decks_added, "new", "new cards of these arrive there"),
        (difference.decks_removed, "removed", "cards that learners have stay there"),
        (difference.decks_described, "another description", "it arrives with the import"),
    )
    yield from _named("Decks", parts)


def _media(difference: Difference) -> Iterator[_Told]:
    changed = "arrives only with notes that show it and are newer"
    parts = (
        (difference.media_added, "new", "arrives with the notes that show it"),
        (difference.media_removed, "removed", "stays with learners who have it"),
        (difference.media_changed, "other bytes under the old name", changed),
    )
    yield from _named("Media", parts)


def _named(title: str, parts: Iterable[tuple[Sequence[str], str, str]]) -> Iterator[_Told]:
    told = [_say(2, f"{what}: {_names(names)} ({why})") for names, what, why in parts if names]
    if told:
        yield _say(1, title)
        yield from told


class _PartOfNote(NamedTuple):
    """One thing that changed in a note: the field, where it is one; what other notes can share of
    it; and how it is told of this note alone."""

    field: str
    shared: tuple[_Pieces, ...]
    whole: _Pieces


def _changed(changes: Sequence[NoteChange]) -> Iterator[_Told]:
    """What changed in each note. What changed alike in many notes is told once, with their names,
    and no more of a field of which all is told so."""
    parts = [list(_parts_of(change)) for change in changes]
    notes: dict[_Pieces, dict[str, NoteChange]] = {}
    fields: dict[_Pieces, dict[str, None]] = {}
    for change, each in zip(changes, parts, strict=True):
        for part in each:
            for shared in part.shared:
                notes.setdefault(shared, {})[change.note.guid] = change
                fields.setdefault(shared, {})[part.field] = None
    common = {shared: list(those.values()) for shared, those in notes.items()}
    common = {shared: those for shared, those in common.items() if len(those) >= _COMMON}
    for shared, those in sorted(common.items(), key=lambda pair: -len(pair[1])):
        names = ", ".join(name for name in fields[shared] if name)
        where = f" ({names})" if names else ""
        yield 2, (("", f"in {len(those):,} notes: "), *shared, ("", where))
        first = [_called(change.note)[0] for change in those[:3]]
        separated = [piece for title in first for piece in (title, ("", ", "))][:-1]
        rest = f" and {len(those) - 3:,} more" if len(those) > 3 else ""
        yield 3, (*separated, ("", rest))
    for change, each in zip(changes, parts, strict=True):
        single = [part.whole for part in each if not all(one in common for one in part.shared)]
        if single or not each:  # nothing is known of one that was found by its time alone
            yield 2, _called(change.note)
            yield from ((3, whole) for whole in single)


def _parts_of(change: NoteChange) -> Iterator[_PartOfNote]:
    for field in change.fields:
        name = on_one_line(field.field)
        named = ("", f"{name}: ")
        if field.how == "markup":
            pieces: _Pieces = (("", "markup only, no word changed"),)
            yield _PartOfNote(name, (pieces,), (named, *pieces))
        elif field.how == "too long":
            pieces = (("", f"longer than {READABLE:,} characters, not compared"),)
            yield _PartOfNote(name, (pieces,), (named, *pieces))
        else:
            told = [named]
            if field.how == "whole":
                told.append(("", "compared as a whole, there is too much of it: "))
            told += (("" if run.op == "same" else run.op, run.text) for run in field.runs)
            if [run.op for run in field.runs[:2]] == ["removed", "added"]:
                told.insert(-len(field.runs) + 1, ("", " "))  # no text begins with white space
            whole = tuple(told)
            edits = tuple(_edits(field.runs))
            # A sign or a letter says nothing without what stands around it.
            plain = all(sum(len(text.strip()) for _, text in edit) >= 4 for edit in edits)
            yield _PartOfNote(name, edits if plain else (whole,), whole)
    tags = [f"+{tag}" for tag in change.tags_added] + [f"−{tag}" for tag in change.tags_removed]
    sentences = [f"tags: {', '.join(tags)}"] if tags else []
    stay = "cards that learners have stay where they are"
    sentences += (f"deck: {old} → {new} ({stay})" for old, new in change.moved)
    if change.note_type:
        old, new = change.note_type
        sentences.append(f"note type: {old} → {new} (no learner who has the note gets this)")
    if change.cards_added:
        sentences.append(f"new cards: {', '.join(change.cards_added)}")
    if change.cards_removed:
        left = "learners keep them, empty, until they remove them"
        sentences.append(f"cards gone: {', '.join(change.cards_removed)} ({left})")
    for sentence in sentences:
        pieces = (("", on_one_line(sentence)),)
        yield _PartOfNote("", (pieces,), pieces)


def _edits(runs: Sequence[Run]) -> Iterator[_Pieces]:
    """What was put in the place of what, without what stands around it."""
    for changed, group in groupby(runs, key=lambda run: run.op != "same"):
        if changed:
            edit = [(run.op, _parted(run.text)[1]) for run in group]
            yield (edit[0], ("", " "), edit[1]) if len(edit) == 2 else tuple(edit)


# The difference for programs --------------------------------------------------------------------


def as_data(difference: Difference) -> dict[str, Any]:
    """A difference as plain data, for JSON. All lists may be empty, all names are always there:

    - `old`, `new`: the paths. `summary`: the numbers of notes that are `added`, `changed`,
      `renamed`, `removed`, `resent`, `not_arriving` and `same`.
    - `added`, `removed`, `resent`: notes: `guid`, `key`, `title`, `note_type`, `deck`.
    - `renamed`: `was` and `note`, both notes.
    - `changed`: `note`, `fields` (`field`, `how`, and `runs`: `op`, `text`), `tags_added`,
      `tags_removed`, `moved` (pairs of decks), `note_type` (a pair of names, or null),
      `cards_added`, `cards_removed`, `kept_back`.
    - `note_types`: `id`, `name`, and `parts`: `kind`, `what`, `meaning`, `harm`.
    - `media`: names that are `added`, `removed`, `changed`; `decks`: names that are `added`,
      `removed`, `described` (with another description).

    What the values mean is told with the classes of the same names.
    """
    data = asdict(difference)
    counted = ("added", "changed", "renamed", "removed", "resent", "not_arriving")
    notes = ("added", "changed", "renamed", "removed", "resent")
    return {
        "old": difference.old,
        "new": difference.new,
        "summary": {
            **{name: len(getattr(difference, name)) for name in counted},
            "same": difference.same,
        },
        **{name: list(data[name]) for name in notes},
        "note_types": list(data["note_types"]),
        "media": {what: list(data[f"media_{what}"]) for what in ("added", "removed", "changed")},
        "decks": {what: list(data[f"decks_{what}"]) for what in ("added", "removed", "described")},
    }
