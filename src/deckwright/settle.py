"""What a person says about identities: renames settled, a lock rebuilt or merged, a bare file made
a project. Each writes the lock, and nothing else that learners see.
"""

from __future__ import annotations

import difflib
import html
import json
import os
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from deckwright import apkg, clozes, compare, files, identity, lock, reading, sketches
from deckwright import build as builds
from deckwright.diagnostics import Diagnostic, Rule, Severity, has_errors
from deckwright.lock import Lock, LockedNote, LockedNoteType
from deckwright.note import Field, Guid, Key, Media, Note, is_key, slug
from deckwright.origins import Policy
from deckwright.project import Project
from deckwright.source import Source

NO_LOCK = Rule(
    "N001",
    "no-lock",
    Severity.ERROR,
    "Without a lock there is nothing to settle.",
    "Build first: a build writes the lock.",
)
UNKNOWN_NOTE = Rule(
    "N002",
    "unknown-note",
    Severity.ERROR,
    "What names no note would settle nothing, unseen.",
    "Write the key as the lock has it; `deckwright notes` shows those of today.",
)
BOTH_RELEASED = Rule(
    "N003",
    "both-released",
    Severity.ERROR,
    "Where learners have both notes, one cannot become the other without losing its reviews.",
    "Let both stay, or remove one of them from the sources.",
)
LOCK_THERE = Rule(
    "N004",
    "lock-there",
    Severity.ERROR,
    "A lock that can be read is never overwritten.",
    "Put it elsewhere first, if it is really to be replaced.",
)
NOT_OURS = Rule(
    "N005",
    "no-lock-in-package",
    Severity.ERROR,
    "Only a package that deckwright built of this project tells the identities of its notes.",
    "Name a package of this project, best one that `deckwright release` wrote.",
)
PROJECT_THERE = Rule(
    "N006",
    "project-there",
    Severity.ERROR,
    "A project that is there is never overwritten.",
    "Add the file to the sources of that project, or put deck.yaml elsewhere first.",
)
RULES = (NO_LOCK, UNKNOWN_NOTE, BOTH_RELEASED, LOCK_THERE, NOT_OURS, PROJECT_THERE)


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done: sentences for a person, and the files that were written; or the diagnostics
    that stopped it, and then nothing was written. `texts` are what they point into."""

    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, Source]
    told: tuple[str, ...] = ()
    written: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        return not has_errors(self.diagnostics)


def _refused(texts: Mapping[str, Source], *told: Diagnostic) -> Settled:
    return Settled(told, texts)


def _lock_of(
    path: str, variant: str
) -> tuple[Project | None, Lock | None, dict[str, Source], list[Diagnostic]]:
    """The project and its lock; no lock is an error."""
    found, texts, told = reading.read_project(path, variant)
    if found is None:
        return None, None, texts, told
    if not os.path.exists(found.lock):
        message = f"there is no {found.lock}"
        told.append(Diagnostic(NO_LOCK, message, hint="a build writes it: deckwright build"))
        return found, None, texts, told
    known = reading.read_lock(found.lock, texts, told)
    if known is not None and known.revision > lock.REVISION:
        message = f"a newer deckwright wrote {found.lock}, and it would change"
        told.append(Diagnostic(lock.NEWER, message, hint="upgrade deckwright"))
        known = None
    return found, known, texts, told


# Renames -----------------------------------------------------------------------------------------


def rename(path: str, old: str, new: str, variant: str = "") -> Settled:
    """Settle that the note with the key `old` goes on as `new`, with all that was derived of it.
    Raises OSError where the lock cannot be written."""
    found, known, texts, told = _lock_of(path, variant)
    if found is None or known is None:
        return _refused(texts, *told)
    renamed, also = renamed_in(known, Key(old), Key(new))
    if renamed is None:
        return _refused(texts, *also)
    moved = [pair for pair in lock.between(known, renamed).renamed if pair[0] != old]
    files.replace_all([(found.lock, files.text(lock.serialise(renamed)))])
    followed = f", with {len(moved)} of its notes" if moved else ""
    return Settled((), texts, (f"renamed: {old} → {new}, reviews kept{followed}",), (found.lock,))


def renamed_in(known: Lock, old: Key, new: Key) -> tuple[Lock | None, tuple[Diagnostic, ...]]:
    """A lock in which the note `old` and its derived ones have the key `new`. What a build had
    taken for new notes there, and no release has seen, gives way."""
    if old not in known.notes or old == new:
        near = difflib.get_close_matches(old, list(known.notes), n=1, cutoff=0.5)
        message = f"the lock has no note {old}" if old != new else f"{old} is its name already"
        hint = f"did you mean {near[0]}?" if near and old != new else "the lock lists all keys"
        return None, (Diagnostic(UNKNOWN_NOTE, message, hint=hint, key=old),)
    if new not in known.notes and not is_key(new):
        key = "/".join(filter(None, map(slug, new.split("/"))))
        hint = f"did you mean {key}?" if key else "`deckwright notes` shows the keys"
        return None, (Diagnostic(UNKNOWN_NOTE, f"“{new}” is no key", hint=hint),)
    asked = [key for key, note in known.notes.items() if note.maybe == old]
    if asked and new not in known.notes:
        message = f"no note has the key {new}, and {asked[0]} may be {old}, renamed"
        hint = (
            f"if it is: deckwright rename {old} {asked[0]}; if not, say that first: "
            f"deckwright rename --new {asked[0]}"
        )
        return None, (Diagnostic(UNKNOWN_NOTE, message, hint=hint, key=new),)
    moving = [key for key in known.notes if key == old or key.startswith(f"{old}/")]
    moved: dict[Key, LockedNote] = {}
    places: dict[Key, Key] = {}
    for key in moving:
        place = Key(f"{new}{key[len(old) :]}")
        note, there = known.notes[key], known.notes.get(place)
        if place in moving:
            there = None  # it goes on itself
        if there is not None and (_seen(known, there) or there.note_type != note.note_type):
            if key == old:
                return None, (_both(known, key, place, there, note),)
            place = key  # of the derived ones, such a note stays what it is
        places[key] = place
        was = (note.was or key) if _seen(known, note) else None
        moved[place] = (
            note if place == key else replace(note, was=was if was != place else None, maybe=None)
        )
    # What else a build took for new there may be one of those that go along: the next build sees.
    notes = {
        key: note
        for key, note in known.notes.items()
        if key not in moving and (_seen(known, note) or not key.startswith(f"{new}/"))
    } | moved
    # What resembled the note is no longer in doubt; what resembles one derived of it is as before.
    for key, note in notes.items():
        if note.maybe in places:
            notes[key] = replace(note, maybe=None if note.maybe == old else places[note.maybe])
    return replace(known, notes=notes), ()


def _seen(known: Lock, note: LockedNote) -> bool:
    return note.pending != "new"


def _both(known: Lock, old: Key, new: Key, there: LockedNote, note: LockedNote) -> Diagnostic:
    if there.note_type != note.note_type:
        message = f"{old} is a {note.note_type} note, and {new} is a {there.note_type} note"
        return Diagnostic(BOTH_RELEASED, message, hint="only notes of one note type can be one")
    message = f"{new} was released, too: learners have both notes"
    hint = "let both stay, or remove one of them from the sources: it is listed as removed"
    return Diagnostic(BOTH_RELEASED, message, hint=hint, key=new)


def accept_new(path: str, keys: Sequence[str], now: int, variant: str = "") -> Settled:
    """Settle that notes are new, whatever they resemble; that of a concept, of all that is derived
    of it, too. Raises OSError where the lock cannot be written."""
    inputs = reading.read_inputs(path, variant=variant)
    first = builds.compile(inputs, now)
    present = [note.key for note in first.notes]
    told: list[Diagnostic] = [] if inputs.project else list(inputs.diagnostics)
    chosen: set[Key] = set()
    for key in keys:
        fitting = [each for each in present if each == key or each.startswith(f"{key}/")]
        chosen.update(
            each for each in fitting if not _came_alone(each, Key(key), inputs.lock, first)
        )
        if not fitting and inputs.project:
            near = difflib.get_close_matches(key, present, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else "`deckwright notes` shows the keys"
            told.append(Diagnostic(UNKNOWN_NOTE, f"no note has the key {key}", hint=hint, key=key))
    if told:
        return _refused(inputs.texts, *told)
    made = builds.compile(inputs, now, policy=Policy(new=frozenset(chosen)))
    if made.lock is None:
        return Settled(made.diagnostics, inputs.texts)
    old = inputs.lock or replace(made.lock, notes={})
    settled = with_new(old, made.lock, chosen)
    if settled == inputs.lock:
        return Settled((), inputs.texts, ("nothing was left to settle",))
    files.replace_all([(inputs.lock_path, files.text(lock.serialise(settled)))])
    said = tuple(_new(old, settled, key) for key in sorted(chosen))
    return Settled((), inputs.texts, tuple(filter(None, said)), (inputs.lock_path,))


def _new(old: Lock, settled: Lock, key: Key) -> str:
    """What is said of a note that is new now; "" where it was new already."""
    was, now = old.notes.get(key), settled.notes[key]
    if was == now:
        return ""
    known = was is not None and was.guid != now.guid and _seen(old, was)
    return f"new: {key}{'; learners keep the old one, which leaves the deck' if known else ''}"


def _came_alone(key: Key, concept: Key, known: Lock | None, build: builds.Build) -> bool:
    """Whether a derived note came to a concept from elsewhere, so that it is not as new as that."""
    made = build.lock.notes if build.lock else {}
    if known is None or key == concept or not {key, concept} <= made.keys():
        return False

    def before(each: Key) -> Key | None:
        note = made[each]
        keys = (was for was, locked in known.notes.items() if locked.guid == note.guid)
        return note.was or next(keys, None)

    was, whose = before(key), before(concept)
    return was not in (None, key, f"{whose}{key[len(concept) :]}")


def with_new(old: Lock, made: Lock, keys: set[Key]) -> Lock:
    """The old lock with these notes as another one has them. Notes whose keys they take go where
    that one has put them."""
    places = {note.guid: key for key, note in made.notes.items()}
    notes = {}
    for key, note in old.notes.items():
        place = places.get(note.guid, key)
        if key in keys and place != key:
            notes[place] = made.notes[place]
        elif key not in keys:
            notes[key] = note
    notes |= {key: made.notes[key] for key in keys}
    return replace(old, notes=notes)


# A lock that git could not merge, or that is lost -----------------------------------------------


def resolve(path: str, take: Literal["", "ours", "theirs"] = "", variant: str = "") -> Settled:
    """Unite the two memories of a lock that git could not merge. Raises OSError where the lock
    cannot be written."""
    found, texts, told = reading.read_project(path, variant)
    if found is None:
        return _refused(texts, *told)
    source = reading.read_text(found.lock, texts, told) if os.path.exists(found.lock) else None
    if source is None:
        missing = Diagnostic(NO_LOCK, f"there is no {found.lock}", hint="build first")
        return _refused(texts, *(told or [missing]))
    resolved, also = lock.resolve(source, take)
    if resolved is None:
        return _refused(texts, *also)
    text = lock.serialise(resolved.lock)
    if text == source.text:
        return Settled((), texts, (f"{found.lock} has nothing to resolve",))
    files.replace_all([(found.lock, files.text(text))])
    count = len(resolved.lock.notes)
    said = (*resolved.told, f"{found.lock} is whole again, with {count:,} notes: build, and commit")
    return Settled((), texts, said, (found.lock,))


def restore(path: str, package: str, variant: str = "") -> Settled:
    """Rebuild a lost lock, times included, from a package of this project. A damaged lock is kept
    beside it. Raises OSError where a file cannot be read or written."""
    found, texts, told = reading.read_project(path, variant)
    if found is None:
        return _refused(texts, *told)
    damaged: bytes | None = None
    if os.path.exists(found.lock):
        known = reading.read_lock(found.lock, texts, told)
        if any(each.rule is lock.NEWER for each in told):
            return _refused(texts, *told)  # it is whole, though not for this deckwright
        if known is not None:
            message = f"{found.lock} is there and can be read"
            hint = "if it is really to be replaced, put it elsewhere first"
            return _refused(texts, Diagnostic(LOCK_THERE, message, hint=hint))
        damaged = Path(found.lock).read_bytes()
    try:
        made = apkg.read(package)
    except apkg.PackageError as error:
        return _refused(texts, Diagnostic(NOT_OURS, str(error), hint="name an .apkg"))
    rebuilt, why = restored(made, found.id)
    if rebuilt is None:
        return _refused(texts, why)
    if found.id is None:  # a bare file has no id to know its packages by
        notes, _ = reading.read(reading.read_inputs(path, new_lock=True).files)
        if not rebuilt.notes.keys() & {note.key for note in notes}:
            message = f"{os.path.basename(package)} has no note of {path}"
            return _refused(texts, Diagnostic(NOT_OURS, message, hint="name its own package"))
    writes = [(found.lock, files.text(lock.serialise(rebuilt)))]
    said: tuple[str, ...] = ()
    if damaged is not None:
        kept, content = f"{found.lock}.damaged", damaged
        writes.insert(0, (kept, lambda file: file.write(content)))
        said = (f"the damaged lock is kept as {kept}",)
    files.replace_all(writes)
    of = "a build"
    if rebuilt.releases:
        version = rebuilt.releases[-1][0]
        of = f"{'a build since ' if lock.since_release(rebuilt) else ''}the release {version}"
    live = sum(note.retired is None for note in rebuilt.notes.values())
    said = (*said, f"restored {live:,} notes from {package}, {of}")
    return Settled((), texts, said, tuple(place for place, _ in writes))


def restored(package: apkg.Package, project: str | None) -> tuple[Lock | None, Diagnostic]:
    """The lock that a package was built with. What a package cannot say is left empty: the digests
    of what the user wrote, which the next build takes where the packaged words are the same."""
    said, name = package.made_by, os.path.basename(package.path)

    def refused(message: str, hint: str) -> tuple[None, Diagnostic]:
        return None, Diagnostic(NOT_OURS, message, hint=hint)

    if not said:
        return refused(f"{name} was not built by deckwright", "name a package of this project")
    if said.get("preview") and not said.get("releases"):
        # Its identities were made without a lock, and may not be those that learners have.
        hint = "name a package that `deckwright release` wrote"
        return refused(f"{name} is a preview that knew of no release", hint)
    if project is not None and said.get("project") != project:
        hint = f"this is the project “{project}”"
        return refused(f"{name} is of the project “{said.get('project')}”", hint)
    try:
        return _restored(package, said), Diagnostic(NOT_OURS, "")
    except (AssertionError, AttributeError, KeyError, TypeError, ValueError) as error:
        hint = "name another package of this project"
        return refused(f"what {name} says of its lock is damaged: {error}", hint)


def _restored(package: apkg.Package, said: Mapping[str, Any]) -> Lock:
    types = said["note_types"]
    left, pending, pending_types = said["left"], said["pending"], said["pending_types"]
    was, maybe, accepted = said["was"], said["maybe"], said["accepted"]
    keys, left_clozes, past_clozes = said["keys"], said["clozes"], said["past_clozes"]
    unseen: Literal["", "new"] = "" if said["releases"] else "new"
    names = {number: name for name, number in types.items()}
    note_types = {}
    for number, name in names.items():
        if number not in package.note_types:
            continue  # no note of it is in the package: the next build makes it anew, alike
        each = package.note_types[number]
        sides = [(t.name, t.front, t.back) for t in each.templates]
        note_types[name] = LockedNoteType(
            *(each.id, each.kind),
            tuple((field, int(id or 0)) for field, id in each.fields),
            tuple((t.name, int(t.id or 0)) for t in each.templates),
            each.mod,
            identity.type_digest(each.name, sides, each.style),
            pending=pending_types.get(name, unseen),
            accepted=name in accepted,
        )
    notes = {
        Key(key): LockedNote(
            *(Guid(guid), id, mod, kind, "", packaged, sketch, gone),
            pending=pending.get(key, unseen),
            leaving=leaving,
            clozes=_pairs(left_clozes.get(key, ())),
            past_clozes=_pairs(past_clozes.get(key, ())),
        )
        for key, (guid, id, mod, kind, packaged, sketch, gone, leaving) in left.items()
    }
    for note in package.notes:
        kind, fields = names[note.note_type], package.note_types[note.note_type].fields
        key_at = next((at for at, (name, _) in enumerate(fields) if name == "Key"), -1)
        if key_at < 0 and note.guid not in keys:
            raise ValueError(f"the note {note.guid} has no key")
        key = Key(html.unescape(note.fields[key_at]) if key_at >= 0 else keys[note.guid])
        media = _shown(note.fields, package.media)
        packaged = identity.packaged_digest(note.fields, key_at, note.tags, kind, media)
        has_clozes = package.note_types[note.note_type].kind == "cloze"
        plain = [
            Field(n, compare.plain_text(f))
            for (n, _), f in zip(fields, note.fields, strict=True)
            if n != "Key"
        ]
        sketch = sketches.sketch(sketches.body(Note(key, kind, tuple(plain))))
        notes[key] = LockedNote(
            *(Guid(note.guid), note.id, note.mod, kind, "", packaged, sketch),
            was=was.get(key),
            maybe=maybe.get(key),
            pending=pending.get(key, unseen),
            clozes=clozes.memory(note.fields).now if has_clozes else (),
            past_clozes=_pairs(past_clozes.get(key, ())),
        )
    text = lock.serialise(
        Lock(
            *(said["project"], said["created"], note_types, notes, tuple(said["decks"])),
            tuple((version, time) for version, time in said["releases"]),
            shipped=said["shipped"],
        )
    )
    # What a stranger's package says is checked like any lock.
    found, told = lock.parse(Source(package.path, text))
    if found is None:
        raise ValueError(told[0].message)
    return found


def _pairs(said: Sequence[Sequence[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((text, number) for text, number in said)


_FILE = re.compile(
    r"""\s(?:src|poster)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))|\[sound:([^\]]*)\]""",
    re.IGNORECASE,
)


def _shown(fields: Sequence[str], media: Mapping[str, str]) -> tuple[Media, ...]:
    """The media of a package that a note shows, as rendering gave them: by their names."""
    names = set()
    for found in (match for field in fields for match in _FILE.finditer(field)):
        name = html.unescape(next(filter(None, found.groups()), ""))
        names |= {name, unquote(name)} & media.keys()
    return tuple(Media(name, media[name]) for name in sorted(names))


# A bare file made a project ----------------------------------------------------------------------


def init(path: str) -> Settled:
    """Make a project of a bare file, with the same identities: `deck.yaml` and `deck.lock` beside
    it. Raises OSError where they cannot be written."""
    folder = os.path.dirname(path)
    place = os.path.join(folder, "deck.yaml")
    for there in (place, os.path.join(folder, "deck.lock")):
        if os.path.exists(there):
            message = f"{there} is there already"
            hint = f"add {os.path.basename(path)} to its sources, or put it elsewhere first"
            return _refused({}, Diagnostic(PROJECT_THERE, message, hint=hint))
    inputs = reading.read_inputs(path)
    bare, known = inputs.project, inputs.lock
    if bare is None or has_errors(inputs.diagnostics):
        return _refused(inputs.texts, *inputs.diagnostics)
    project = known.project if known else slug(bare.name).replace("+", "p").replace("#", "s")
    if not project.isascii() or not project:
        project = "deck"
    writes = [(place, files.text(_project_text(project, bare.name, path)))]
    command = f"deckwright build {shlex.quote(folder)}" if folder else "deckwright build"
    said = [f"wrote {place}: build it with `{command}`"]
    removed = []
    if known:
        target = os.path.join(folder, "deck.lock")
        writes.insert(0, (target, files.text(lock.serialise(known))))
        before = inputs.left_lock or inputs.lock_path
        removed.append(before)
        said.append(f"{before} is {target} now: every note keeps its identity")
    files.replace_all(writes, removed)
    return Settled(
        inputs.diagnostics, inputs.texts, tuple(said), tuple(written for written, _ in writes)
    )


def _project_text(project: str, name: str, path: str) -> str:
    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    source = os.path.basename(path)
    output = f"{os.path.splitext(source)[0]}.apkg"
    return (
        "# Never changes once learners have the deck: they are found again by it.\n"
        f"id: {quoted(project)}\n\n"
        "# The deck as Anki shows it; `::` makes decks inside decks.\n"
        f"name: {quoted(name)}\n\n"
        f"sources:\n  - {quoted(source)}\n\n"
        f"output: {quoted(output)}\n"
    )
