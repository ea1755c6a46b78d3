"""The pipeline: read, derive, render, check, identify, package.

Files are touched only at the two ends: `reading.read_inputs` and `write`. What lies between is
pure, and takes the time as a value.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from deckwright import (
    adopt,
    checks,
    choosing,
    derive,
    files,
    identity,
    lock,
    markup,
    media,
    notetypes,
    package,
    project,
    readers,
    reading,
    stops,
)
from deckwright.choosing import HASHED, Chooser, Comments
from deckwright.diagnostics import Diagnostic, Rule, Severity, has_errors
from deckwright.lock import Lock
from deckwright.markup import findings
from deckwright.naming import did_you_mean, quoted
from deckwright.note import IdentifiedNote, Note, digest
from deckwright.notetypes import NoteType, TypeIdentity
from deckwright.origins import Policy
from deckwright.project import Project, TagRule
from deckwright.reading import NOT_READ, Inputs, tag_order
from deckwright.source import Span

RULES = (
    *reading.RULES,
    *stops.RULES,
    markup.UNKNOWN_FIELD,
    *project.RULES,
    *readers.RULES,
    *findings.RULES,
    *media.RULES,
    *notetypes.RULES,
    *adopt.RULES,
    *derive.RULES,
    *checks.RULES,
    *choosing.RULES,
    *lock.RULES,
    *identity.RULES,
)

Stage = Callable[[str], None]
"""Told the name of each stage as it begins: read, derive, render, check, identify, write, done."""


PREVIEW = "Preview: built from the sources between two releases."
"""What the description of a deck says where only releases write the lock."""


def silent(_: str) -> None:
    """Tell no one."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which findings a build is asked for. `select` and `ignore` name rules, beside what the
    project says; `slow`: also those of slow rules; `ignores`: also the ignores that find nothing
    to do, for which rules run that are ignored. `clock` gives seconds."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    slow: bool = False
    ignores: bool = False
    clock: Callable[[], float] = lambda: 0.0


@dataclass(frozen=True, slots=True)
class Build:
    """What a build makes, before anything is written. `notes` are all that could be read;
    `contents` and `lock` are None where an error stops the build; `titles` are the names that all
    note types have in the learner's collection, `times` the seconds of each check, by its code."""

    notes: tuple[Note, ...]
    contents: package.Contents | None
    lock: Lock | None
    diagnostics: tuple[Diagnostic, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, float] = field(default_factory=dict)

    @property
    def identified(self) -> identity.Identified:
        """The notes and note types of a build that no error stopped."""
        assert self.contents is not None
        assert self.lock is not None
        return identity.Identified(self.contents.notes, self.contents.note_types, self.lock)


# What lies between: values in, values out --------------------------------------------------------


def compile(
    inputs: Inputs,
    now: int,
    stage: Stage = silent,
    policy: Policy = Policy(),
    *,
    locked: bool = False,
    release: bool = False,
    scope: Scope = Scope(),
) -> Build:
    """Make a package's contents and its lock of what was read. `now` is the time of the build in
    seconds; `locked` makes it an error if the lock would change, or a rename is unsettled, and
    `release` says that what is built is no preview. Every problem is collected; an error anywhere
    leaves `contents` and `lock` None. `scope` is what is to be told."""
    diagnostics = list(inputs.diagnostics)
    if inputs.project is None:
        return Build((), None, None, tuple(diagnostics))
    found = inputs.project
    chooser = Chooser(
        *(RULES, found.choice, inputs.texts, _comments(inputs, found), found.folder),
        *(scope.select, scope.ignore),
    )
    diagnostics += chooser.mistakes()
    note_types = inputs.note_types
    given = _given_types(inputs.type_identities, found.note_types)
    id = _project_id(inputs, found)
    titles = _titles(found, note_types, given, id)
    stage("read")
    notes, told = reading.read(inputs.files, note_types, titles)
    diagnostics += told
    if not notes and not has_errors(chooser.apply(diagnostics)):
        warned = any(each.severity is Severity.WARNING for each in diagnostics)
        hint = "" if warned else "`-v` tells what was skipped, and why"
        diagnostics.append(Diagnostic(stops.NO_NOTES, "no source has a note", hint=hint))
    unread = any(d.rule in NOT_READ for d in diagnostics)
    notes, told = adopt.by_title(notes, found.identities)
    diagnostics += () if unread else told
    stage("derive")
    if found.derive is not None:
        notes, told = derive.derive(notes, found.derive)
        diagnostics += told
    else:  # asked as wholes, concepts open with their first sentences all the same
        notes = tuple(map(derive.with_opening, notes))
    # Rules and overrides for notes that could not be read fit none, which is no news.
    notes, told = derive.override(notes, found.overrides)
    diagnostics += () if unread else told
    notes, told = adopt.by_key(notes, found.identities)
    diagnostics += () if unread else told
    notes, told = tag(notes, found.tags)
    diagnostics += () if unread else told
    notes = arrange(notes, found)
    stage("render")
    # Of a note type with a mistake its notes know nothing: that is told, and they are not.
    amiss = has_errors(d for d in inputs.diagnostics if d.rule in notetypes.RULES)
    diagnostics += () if amiss else _unknown_note_types(found, note_types)
    notes, told = _of_known_types(notes, note_types)
    diagnostics += () if amiss else told
    cloze_types = (name for name, each in note_types.items() if each.kind == "cloze")
    setting = markup.Setting(inputs.library, cloze_types)
    rendered = tuple(
        markup.render(note, note_types[note.note_type].fields, setting) for note in notes
    )
    diagnostics += setting.told
    stage("check")
    subject = checks.Subject(
        *(rendered, note_types, found.check_options, inputs.texts, inputs.library, setting.shown),
        frozenset(told.key for told in setting.told if told.severity is Severity.ERROR),
    )

    def wanted(rule: Rule) -> bool:
        runs = (scope.slow or not rule.slow) and chooser.selected(rule)
        return runs and (scope.ignores or not chooser.ignored(rule))

    times: dict[str, float] = {}
    for each, told, seconds in checks.check(subject, wanted, scope.clock):
        diagnostics += told
        times[each.rule.code] = seconds
    if inputs.library is not None and not (unread or amiss):
        diagnostics += _unused_media(inputs.library)
    written = [note for note in notes if note.parent is None]
    chooser.about(
        (note.span for note in notes if note.span),
        (f.span for n in written for f in n.fields if f.span and f.span != n.span),
    )
    diagnostics = chooser.apply(diagnostics)
    if has_errors(diagnostics):
        return Build(notes, None, None, tuple(diagnostics), titles, times)
    stage("identify")
    used = {note.note_type: note_types[note.note_type] for note in notes}
    if locked:
        policy = replace(policy, settled=True)
    identified, told = identity.identify(
        rendered, used, titles, inputs.lock, id, now, policy, given
    )
    diagnostics += chooser.apply(told)
    diagnostics += _shared_guids(inputs, identified.notes)
    diagnostics += _refused(inputs, identified.lock, locked and not found.on_release, policy)
    if scope.ignores:
        diagnostics += chooser.apply(chooser.unused(slow=scope.slow))
    if has_errors(diagnostics):
        return Build(notes, None, None, tuple(diagnostics), titles, times)
    preview = found.on_release and not release
    shown = {name: path for each in used.values() for name, path in each.files}
    shown |= {file.name: file.path for file in setting.shown.values()}
    contents = package.Contents(
        _decks(notes, found, identified.lock.project, preview=preview),
        identified.note_types,
        identified.notes,
        tuple(package.MediaFile(name, path) for name, path in sorted(shown.items())),
        made_by(identified.lock, preview=preview),
    )
    return Build(notes, contents, identified.lock, tuple(diagnostics), titles, times)


def _comments(inputs: Inputs, found: Project) -> dict[str, Comments | None]:
    """How each file writes comments, by its path; None where it has none."""
    known: dict[str, Comments | None] = {found.path: HASHED} if found.id is not None else {}
    for file in inputs.files:
        reader = reading.reader_of(file.spec, file.source.path)
        known[file.source.path] = reader.comments if reader else None
    return known


def _shared_guids(inputs: Inputs, notes: Sequence[IdentifiedNote]) -> Iterator[Diagnostic]:
    shared = [note for note in notes if note.guid in inputs.elsewhere] if inputs.elsewhere else []
    if shared:
        note = shared[0].rendered.note
        many = f" and {len(shared) - 1:,} more" if len(shared) > 1 else ""
        other = inputs.elsewhere[shared[0].guid]
        message = f"the GUID of {note.key}{many} is one of the variant {other}, too"
        hint = "give each variant GUIDs of its own, from a column of its own, or none"
        yield Diagnostic(stops.SHARED_GUIDS, message, note.span, hint, note.key)


def _refused(inputs: Inputs, new: Lock, locked: bool, policy: Policy) -> Iterator[Diagnostic]:
    """Why the lock may not be written as it would be."""
    old = inputs.lock
    if old == new:
        return
    told = summary(lock.between(old, new))
    if old is not None and old.revision > lock.REVISION:
        message = f"a newer deckwright wrote {inputs.lock_path}, and it would change: {told}"
        yield Diagnostic(lock.NEWER, message, hint="upgrade deckwright")
    elif locked:
        message = f"{inputs.lock_path} is behind the sources: {told}"
        if old is None:
            message = f"there is no {inputs.lock_path} yet: all {len(new.notes):,} notes are new"
        options = (
            *((" --ship-rendering",) if policy.ship_rendering else ()),
            *((" --accept-schema-change",) if policy.accept_schema_change else ()),
        )
        command = f"deckwright build{''.join(options)}"
        hint = f"run {command}, look at what changed, and commit {inputs.lock_path}"
        yield Diagnostic(stops.LOCK_BEHIND, message, hint=hint)


def summary(changes: lock.Changes) -> str:
    """What changed, in a line: “2 new, 1 changed”. What was renamed may have changed, too."""
    types = len(changes.note_types)
    counts = (
        (len(changes.added), "new"),
        (len(changes.changed), "changed"),
        (len(changes.renamed), "renamed"),
        (len(changes.removed), "removed"),
        (len(changes.returned), "back again"),
        (types, f"note type{'' if types == 1 else 's'} changed"),
    )
    return ", ".join(f"{count:,} {what}" for count, what in counts if count) or _REMEMBERED


_REMEMBERED = "only what it remembers of notes that did not change"


def ids_of_left(inputs: Inputs, build: Build) -> dict[str, list[int]]:
    """The note ids of the notes that left the sources since the last build, by the names of their
    note types in the learner's collection."""
    found: dict[str, list[int]] = {}
    if build.lock is not None and inputs.lock is not None:
        for key in lock.between(inputs.lock, build.lock).removed:
            note = build.lock.notes[key]
            found.setdefault(build.titles.get(note.note_type, note.note_type), []).append(note.id)
    return found


def made_by(known: Lock, *, preview: bool) -> dict[str, object]:
    """What a package tells of its lock, so that a lost lock can be rebuilt of it: all that its
    notes and note types do not say themselves. Notes that no learner ever had are left out."""
    unseen = "" if known.releases else "new"  # what goes without saying
    notes = [
        (key, note)
        for key, note in sorted(known.notes.items())
        if note.retired is None or note.pending != "new" or not known.releases
    ]
    with_key = {name for name, e in known.note_types.items() if "Key" in dict(e.fields)}
    return {
        "preview": preview,
        "project": known.project,
        "created": known.created,
        "decks": list(known.decks),
        "releases": [list(release) for release in known.releases],
        "shipped": known.shipped,
        "note_types": {name: each.id for name, each in sorted(known.note_types.items())},
        "keys": {
            note.guid: key
            for key, note in notes
            if note.retired is None and note.note_type not in with_key
        },
        "pending": {key: note.pending for key, note in notes if note.pending != unseen},
        "was": {k: n.was for k, n in sorted(known.notes.items()) if n.was and n.retired is None},
        "maybe": {k: n.maybe for k, n in sorted(known.notes.items()) if n.maybe},
        "pending_types": {
            name: each.pending
            for name, each in sorted(known.note_types.items())
            if known.releases and each.pending
        },
        "accepted": sorted(name for name, each in known.note_types.items() if each.accepted),
        "left": {
            key: [
                *(note.guid, note.id, note.mod, note.note_type, note.packaged, note.sketch),
                *(note.retired, note.leaving),
            ]
            for key, note in notes
            if note.retired is not None
        },
        "clozes": {k: n.clozes for k, n in notes if n.clozes and n.retired is not None},
        "past_clozes": {key: note.past_clozes for key, note in notes if note.past_clozes},
    }


def tag(
    notes: Sequence[Note], rules: Sequence[TagRule]
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The notes with the tags of every rule that fits. A title is that of the concept, also for
    what was derived of it, a text is what the note itself asks and says: not what it folds away,
    where a long concept names all its neighbours."""
    if not rules:
        return tuple(notes), ()
    titles = {note.key: note.fields[0].value for note in notes if note.parent is None}
    used: set[TagRule] = set()
    tagged = []
    for note in notes:
        title = titles.get(note.parent or note.key, "")
        text = "\n".join(field.value for field in note.fields if field.name != "More")
        fitting = [rule for rule in rules if _fits(rule, title, text)]
        used.update(fitting)
        tags = {*note.tags, *(rule.tag for rule in fitting)}
        ordered = tuple(sorted(tags, key=tag_order))
        tagged.append(note if ordered == note.tags else replace(note, tags=ordered))
    return tuple(tagged), tuple(
        Diagnostic(
            stops.TAG_UNUSED, f"the rule for the tag {rule.tag} fits no note", rule.span, "mend it"
        )
        for rule in rules
        if rule not in used
    )


def _fits(rule: TagRule, title: str, text: str) -> bool:
    asked = ((rule.title, title), (rule.text, text))
    return all(re.search(p, where, re.IGNORECASE) for p, where in asked if p is not None)


def arrange(notes: Sequence[Note], found: Project) -> tuple[Note, ...]:
    """The notes in their decks: those of some note types lie in a subdeck. A derived note has its
    parent's credit."""
    parents = {note.parent for note in notes if note.parent is not None}
    credit_of = {note.key: note.get("Source") for note in notes if note.key in parents}
    arranged = []
    for note in notes:
        credit = credit_of.get(note.parent) if note.parent is not None else None
        fields = (*note.fields, credit) if credit else note.fields
        subdeck, n = found.subdecks.get(note.note_type), note
        deck = note.deck
        if subdeck and not deck.endswith(f"::{subdeck}"):  # a source may name it already
            deck = f"{deck}::{subdeck}"
        arranged.append(
            Note(n.key, n.note_type, fields, deck, n.tags, n.parent, n.span, n.guid, n.known)
        )
    return tuple(arranged)


def _given_types(
    own: Mapping[str, TypeIdentity], said: Mapping[str, TypeIdentity]
) -> Mapping[str, TypeIdentity]:
    """What is known of note types that learners have: what `deck.yaml` says, and where it is
    silent, what the note types say themselves."""
    united = dict(own)
    for name, each in said.items():
        before = own.get(name, each)
        united[name] = TypeIdentity(
            each.name or before.name,
            each.id or before.id,
            {**before.fields, **each.fields},
            {**before.templates, **each.templates},
            each.span,
        )
    return united


def _titles(
    found: Project, note_types: Iterable[str], given: Mapping[str, TypeIdentity], id: str
) -> Mapping[str, str]:
    """The names of note types in the learner's collection: their own where it is given, else with
    the deck's before them."""
    owner = found.name.replace("::", " ")
    if found.id is None:  # two people's cards.txt: note types of one name get in each other's way
        owner = f"{owner} {id[-4:]}"
    own = {name: each.name for name, each in given.items() if each.name}
    return {name: own.get(name, f"{owner} {name}") for name in note_types}


def _of_known_types(
    notes: Sequence[Note], note_types: Mapping[str, NoteType]
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The notes whose note type is there."""
    if all(note.note_type in note_types for note in notes):
        return tuple(notes), ()
    known, told = [], []
    missing: set[tuple[str, str]] = set()
    for note in notes:
        if note.note_type in note_types:
            known.append(note)
            continue
        where = (note.note_type, note.span.path if note.span else "")
        if where in missing:  # once a file: there may be hundreds
            continue
        missing.add(where)
        message = f"there is no note type {quoted(note.note_type)}"
        hint = did_you_mean(note.note_type, note_types)
        hint = hint or f"the note types are {', '.join(note_types)}"
        told.append(Diagnostic(stops.UNKNOWN_NOTE_TYPE, message, note.span, hint, note.key))
    return tuple(known), tuple(told)


def _unused_media(library: media.Library) -> Iterator[Diagnostic]:
    for path in library.unused():
        hint = "show it in a note, or remove it"
        yield Diagnostic(media.UNUSED, f"no note shows {path}", Span(path, 0, 0), hint)


def _unknown_note_types(found: Project, known: Mapping[str, NoteType]) -> Iterator[Diagnostic]:
    hint = f"the note types are {', '.join(known)}"
    for name, span in found.subdeck_spans.items():
        if name not in known:
            message = f"there is no note type {name} to have a subdeck"
            yield Diagnostic(stops.NO_NOTE_TYPE, message, span, hint)
    for name, given in found.note_types.items():
        if name not in known:
            message = f"there is no note type {name} to have an id"
            yield Diagnostic(stops.NO_NOTE_TYPE, message, given.span, hint)
    for name, span in found.limit_spans.items():
        if name not in known:
            message = f"there is no note type {name} whose answers could be counted"
            yield Diagnostic(stops.NO_NOTE_TYPE, message, span, hint)


def _project_id(inputs: Inputs, found: Project) -> str:
    """The id that identities are made of. A bare file's is made of its text at its first build,
    so that the `cards.txt` of two people are two projects, and kept in its lock."""
    if found.id is not None:
        return found.id
    if inputs.lock is not None:
        return inputs.lock.project
    return f"text-{digest([file.source.text for file in inputs.files])}"


def _decks(
    notes: Sequence[Note], found: Project, id: str, *, preview: bool
) -> tuple[package.Deck, ...]:
    description = found.description
    if preview:
        description = f"{PREVIEW}\n\n{description}".strip()
    return tuple(
        package.Deck(name, identity.deck_id(id, name), description if name == found.name else "")
        for name in dict.fromkeys(note.deck for note in notes)
    )


# The other end: writing files --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """What was written: the package's path and size (bytes), what is in it, and whether the lock
    had to be written."""

    output: str
    size: int
    written: package.Written
    lock_changed: bool


def write(
    inputs: Inputs,
    build: Build,
    *,
    with_lock: bool = True,
    output: str = "",
    first: files.Writes = (),
) -> Result:
    """Write what comes `first`, the lock, if it changed, and the package (to `output`, if not where
    the project says), in this order: so a build that is killed leaves each file old or new, and the
    next one goes on from there. Raises OSError."""
    assert build.contents is not None
    assert build.lock is not None
    contents, output = build.contents, output or inputs.output
    old, text = inputs.texts.get(inputs.lock_path), lock.serialise(build.lock)
    newer = inputs.lock is not None and inputs.lock.revision > lock.REVISION
    lock_changed = with_lock and not newer and (old is None or old.text != text)
    found: list[tuple[package.Written, int]] = []

    def write_package(file: BinaryIO) -> None:
        found.append((package.write(contents, file), file.tell()))

    files.clear(inputs.lock_path)
    writes = [*first, (output, write_package)]
    if lock_changed:
        writes.insert(-1, (inputs.lock_path, files.text(text)))
    left = [inputs.left_lock] if inputs.left_lock and with_lock else []
    files.replace_all(writes, left)
    ((written, size),) = found
    return Result(output, size, written, lock_changed)


def run(
    path: str,
    *,
    now: int,
    output: str | None = None,
    new_lock: bool = False,
    stage: Stage = silent,
    policy: Policy = Policy(),
    locked: bool = False,
    variant: str = "",
) -> tuple[Inputs, Build, Result | None]:
    """Read, compile and write: the whole build of a bare file, a project or one `variant` of it.
    The result is None where an error stopped it, and then nothing was written. Raises OSError where
    the machine fails (a full disk, say)."""
    with _without_collector():
        stage("read")
        inputs = reading.read_inputs(path, output, new_lock=new_lock, variant=variant)
        build = compile(inputs, now, stage, policy, locked=locked)
        result = None
        if build.contents is not None:
            stage("write")
            on_release = inputs.project is not None and inputs.project.on_release
            result = write(inputs, build, with_lock=not on_release)
        stage("done")
    return inputs, build, result


@contextmanager
def _without_collector() -> Iterator[None]:
    """A build makes very many values and no cycles, so the search for cycles finds nothing: it
    would take a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
