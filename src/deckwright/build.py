"""The pipeline: read, derive, render, check, identify, package.

Files are touched only at the two ends: `read_inputs` and `write`. What lies between is pure, and
takes the time as a value.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import glob
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from deckwright import checks, derive, identity, lock, markup, notetypes, package, project
from deckwright.diagnostics import Diagnostic, Rule, Severity, has_errors
from deckwright.lock import Lock
from deckwright.note import Field, Note, digest
from deckwright.notetypes import NoteType
from deckwright.project import Project, SourceSpec, TagRule
from deckwright.readers import READERS, Reader, by_suffix, page
from deckwright.source import Source, Span, Undecodable, decode

NO_FILE = Rule(
    "S001", "no-such-file", Severity.ERROR, "A source that is not there cannot become cards."
)
UNREADABLE = Rule(
    "S002", "unreadable", Severity.ERROR, "A file that cannot be read would be left out silently."
)
NOT_TEXT = Rule("S003", "not-utf-8", Severity.ERROR, "Sources are UTF-8 text.")
NO_READER = Rule(
    "S004", "no-reader", Severity.ERROR, "A file of an unknown format cannot be guessed at."
)
TAG_UNUSED = Rule(
    "S005",
    "tag-unused",
    Severity.WARNING,
    "A tag rule that fits no note mostly is a slip of the pen.",
)
LOCK_MISSING = Rule(
    "S006",
    "lock-missing",
    Severity.ERROR,
    "Without its lock a package that learners may have would be built with times of today, and "
    "the memory of its identities would begin anew, silently.",
)
LOCK_IS_PACKAGE = Rule(
    "S007",
    "lock-is-package",
    Severity.ERROR,
    "A package in the place of the lock would overwrite the memory of all identities.",
)
NO_NOTE_TYPE = Rule(
    "S008",
    "no-note-type",
    Severity.ERROR,
    "A subdeck for notes of a note type that is not there stays empty, without a word.",
)
_NOT_READ = (NO_FILE, UNREADABLE, NOT_TEXT, NO_READER)
RULES = (
    *(
        NO_FILE,
        UNREADABLE,
        NOT_TEXT,
        NO_READER,
        TAG_UNUSED,
        LOCK_MISSING,
        LOCK_IS_PACKAGE,
        NO_NOTE_TYPE,
    ),
    *project.RULES,
    *page.RULES,
    *derive.RULES,
    *checks.RULES,
    *lock.RULES,
    *identity.RULES,
)

Stage = Callable[[str], None]
"""Told the name of each stage as it begins: read, derive, render, check, identify, write, done."""


def silent(_: str) -> None:
    """Tell no one."""


@dataclass(frozen=True, slots=True)
class Input:
    """One source file: what `deck.yaml` says of it, and its text."""

    spec: SourceSpec
    source: Source


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a build reads. `project` is None where `deck.yaml` is wrong, `lock` where there is
    none yet; `output` and `lock_path` are the files to write; `texts` are the files that
    diagnostics may point into, by path."""

    project: Project | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, Source]
    files: tuple[Input, ...] = ()
    output: str = ""
    lock_path: str = ""
    lock: Lock | None = None


@dataclass(frozen=True, slots=True)
class Build:
    """What a build makes, before anything is written. `notes` are all that could be read;
    `contents` and `lock` are None where an error stops the build."""

    notes: tuple[Note, ...]
    contents: package.Contents | None
    lock: Lock | None
    diagnostics: tuple[Diagnostic, ...]


# The first end: reading files --------------------------------------------------------------------


def read_inputs(path: str, output: str | None = None, *, new_lock: bool = False) -> Inputs:
    """Read a project (`path` is its `deck.yaml`, or the folder that has one) or a bare file.

    `output` is where the package goes, if not where the project says. Whatever is wrong is among
    the diagnostics; nothing is raised for it.
    """
    diagnostics: list[Diagnostic] = []
    texts: dict[str, Source] = {}
    if os.path.isdir(path):
        path = os.path.join(path, "deck.yaml")
    if path.endswith((".yaml", ".yml")):
        source = _read(path, texts, diagnostics)
        found, told = project.load(source) if source else (None, ())
        diagnostics += told
    else:
        found = project.for_file(path)
    if found is None:
        return Inputs(None, tuple(diagnostics), texts)
    files: dict[str, Input] = {}
    for spec in found.sources:
        for name in _matching(spec, diagnostics):
            # The first source that names a file says how it is read.
            place = os.path.normpath(name)
            if place not in files and (source := _read(name, texts, diagnostics, spec.span)):
                files[place] = Input(spec, source)
    output, lock_path = output or found.output, found.lock
    known = None
    if os.path.realpath(lock_path) == os.path.realpath(output):
        message = f"the lock and the package are both {output}"
        hint = "give the lock another name; without one it is deck.lock"
        diagnostics.append(Diagnostic(LOCK_IS_PACKAGE, message, hint=hint))
    elif os.path.exists(lock_path):
        lock_source = _read(lock_path, texts, diagnostics)
        if lock_source:
            known, told = lock.parse(lock_source)
            diagnostics += told
    elif os.path.exists(output) and not new_lock:
        message = f"{output} was built before, but its lock {lock_path} is gone"
        hint = (
            f"take {lock_path} back from your version control; or, if no one has the package yet, "
            "begin anew with --new-lock"
        )
        diagnostics.append(Diagnostic(LOCK_MISSING, message, hint=hint))
    return Inputs(found, tuple(diagnostics), texts, tuple(files.values()), output, lock_path, known)


def _matching(spec: SourceSpec, diagnostics: list[Diagnostic]) -> list[str]:
    """The files of a glob, sorted, so that every machine reads them in one order."""
    path = spec.path
    names = [path] if os.path.isfile(path) else glob.glob(path, recursive=True)
    names = [name for name in names if os.path.isfile(name)]
    if not names:
        hint = "paths are relative to the folder of deck.yaml" if spec.span else "check its name"
        diagnostics.append(Diagnostic(NO_FILE, f"no file matches {spec.path}", spec.span, hint))
    return sorted(names, key=lambda name: Path(name).as_posix())


def _read(
    path: str, texts: dict[str, Source], diagnostics: list[Diagnostic], named_at: Span | None = None
) -> Source | None:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        message = f"cannot read {path}: {error.strerror or error}"
        diagnostics.append(
            Diagnostic(UNREADABLE, message, named_at, "check its name and its rights")
        )
        return None
    source = decode(path, data)
    if isinstance(source, Undecodable):
        texts[path] = source.shown
        span = Span(path, source.offset, source.offset)
        diagnostics.append(Diagnostic(NOT_TEXT, source.message, span, source.hint))
        return None
    texts[path] = source
    return source


# What lies between: values in, values out --------------------------------------------------------


def compile(inputs: Inputs, now: int, stage: Stage = silent) -> Build:
    """Make a package's contents and its lock of what was read. `now` is the time of the build in
    seconds. Every problem is collected; an error anywhere leaves `contents` and `lock` None."""
    diagnostics = list(inputs.diagnostics)
    if inputs.project is None:
        return Build((), None, None, tuple(diagnostics))
    found = inputs.project
    stage("read")
    notes, told = read(inputs.files)
    diagnostics += told
    unread = any(d.rule in _NOT_READ for d in diagnostics)
    stage("derive")
    if found.derive is not None:
        notes, told = derive.derive(notes, found.derive)
        diagnostics += told
    else:  # asked as wholes, concepts open with their first sentences all the same
        notes = tuple(map(derive.with_opening, notes))
    # Rules and overrides for notes that could not be read fit none, which is no news.
    notes, told = derive.override(notes, found.overrides)
    diagnostics += () if unread else told
    notes, told = tag(notes, found.tags)
    diagnostics += () if unread else told
    notes = arrange(notes, found)
    stage("render")
    note_types = notetypes.built_in()
    diagnostics += _unknown_note_types(found, note_types)
    rendered = tuple(markup.render(note, note_types[note.note_type].fields) for note in notes)
    stage("check")
    diagnostics += checks.check(rendered)
    if has_errors(diagnostics):
        return Build(notes, None, None, tuple(diagnostics))
    stage("identify")
    used = {note.note_type: note_types[note.note_type] for note in notes}
    id = _project_id(inputs, found)
    owner = found.name.replace("::", " ")
    if (
        found.id is None
    ):  # two people's cards.txt: note types of one name would get in each other's way
        owner = f"{owner} {id[-4:]}"
    titles = {name: f"{owner} {name}" for name in used}
    identified, told = identity.identify(rendered, used, titles, inputs.lock, id, now)
    diagnostics += told
    if has_errors(diagnostics):
        return Build(notes, None, None, tuple(diagnostics))
    contents = package.Contents(
        _decks(notes, found, identified.lock.project), identified.note_types, identified.notes
    )
    return Build(notes, contents, identified.lock, tuple(diagnostics))


def read(files: Sequence[Input]) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The notes of all files, each with its source's deck, tags and credit."""
    notes: list[Note] = []
    diagnostics: list[Diagnostic] = []
    for file in files:
        reader = _reader_of(file)
        if reader is None:
            known = ", ".join(suffix for reader in READERS for suffix in reader.suffixes)
            message = f"no reader knows the suffix of {file.source.path}"
            hint = f"deckwright reads {known}; or name its reader in deck.yaml"
            diagnostics.append(Diagnostic(NO_READER, message, file.spec.span, hint))
            continue
        found, told = reader.read(file.source, file.spec.options or reader.options())
        diagnostics += told
        spec = file.spec
        tags = tuple(sorted(set(spec.tags), key=_tag_order))
        credit = (Field("Source", spec.credit),) if spec.credit else ()
        notes += [
            Note(n.key, n.note_type, (*n.fields, *credit), spec.deck, tags, n.parent, n.span)
            for n in found
        ]
    return tuple(notes), tuple(diagnostics)


def _reader_of(file: Input) -> Reader | None:
    if file.spec.reader:
        return next(reader for reader in READERS if reader.name == file.spec.reader)
    return by_suffix(file.source.path)


def tag(
    notes: Sequence[Note], rules: Sequence[TagRule]
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The notes with the tags of every rule that fits. A title is that of the concept, also for
    what was derived of it, a text is all that the note itself says."""
    if not rules:
        return tuple(notes), ()
    titles = {note.key: note.fields[0].value for note in notes if note.parent is None}
    used: set[TagRule] = set()
    tagged = []
    for note in notes:
        title = titles.get(note.parent or note.key, "")
        text = "\n".join(field.value for field in note.fields)
        fitting = [rule for rule in rules if _fits(rule, title, text)]
        used.update(fitting)
        tags = {*note.tags, *(rule.tag for rule in fitting)}
        ordered = tuple(sorted(tags, key=_tag_order))
        tagged.append(note if ordered == note.tags else replace(note, tags=ordered))
    return tuple(tagged), tuple(
        Diagnostic(
            TAG_UNUSED, f"the rule for the tag {rule.tag} fits no note", rule.span, "mend it"
        )
        for rule in rules
        if rule not in used
    )


def _tag_order(tag: str) -> tuple[str, str]:
    """Tags are sorted as Anki sorts them."""
    return tag.casefold(), tag


def _fits(rule: TagRule, title: str, text: str) -> bool:
    asked = ((rule.title, title), (rule.text, text))
    return all(re.search(p, where, re.IGNORECASE) for p, where in asked if p is not None)


def arrange(notes: Sequence[Note], found: Project) -> tuple[Note, ...]:
    """The notes in their decks: those of some note types lie in a subdeck. A derived note has its
    parent's credit."""
    credit_of = {note.key: note.get("Source") for note in notes if note.parent is None}
    arranged = []
    for note in notes:
        credit = credit_of.get(note.parent) if note.parent is not None else None
        fields = (*note.fields, credit) if credit else note.fields
        subdeck = found.subdecks.get(note.note_type)
        deck = f"{note.deck}::{subdeck}" if subdeck else note.deck
        arranged.append(
            Note(note.key, note.note_type, fields, deck, note.tags, note.parent, note.span)
        )
    return tuple(arranged)


def _unknown_note_types(found: Project, known: Mapping[str, NoteType]) -> Iterator[Diagnostic]:
    for name, span in found.subdeck_spans.items():
        if name not in known:
            message = f"there is no note type {name} to have a subdeck"
            yield Diagnostic(NO_NOTE_TYPE, message, span, f"the note types are {', '.join(known)}")


def _project_id(inputs: Inputs, found: Project) -> str:
    """The id that identities are made of. A bare file's is made of its text at its first build,
    so that the `cards.txt` of two people are two projects, and kept in its lock."""
    if found.id is not None:
        return found.id
    if inputs.lock is not None:
        return inputs.lock.project
    return f"text-{digest([file.source.text for file in inputs.files])}"


def _decks(notes: Sequence[Note], found: Project, id: str) -> tuple[package.Deck, ...]:
    return tuple(
        package.Deck(
            name, identity.deck_id(id, name), found.description if name == found.name else ""
        )
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


def write(inputs: Inputs, build: Build) -> Result:
    """Write the lock, if it changed, and the package: each beside its place first, and moved there
    when both are whole, the lock before the package. So a build that is killed leaves each file
    old or new, and the next one goes on from there. Raises OSError."""
    assert build.contents is not None
    assert build.lock is not None
    output, lock_path = inputs.output, inputs.lock_path
    text = lock.serialise(build.lock)
    old = inputs.texts.get(lock_path)
    moves: list[_Beside] = []
    try:
        _clear(lock_path)
        if old is None or old.text != text:
            moves.append(_Beside(lock_path))
            moves[-1].file.write(text.encode())
        moves.append(_Beside(output))
        written = package.write(build.contents, moves[-1].file)
        size = moves[-1].file.tell()
        for move in moves:
            move.finish()
        for move in moves:
            move.take_place()
    finally:
        for move in moves:
            move.discard()
    return Result(output, size, written, len(moves) > 1)


def _place(path: str) -> Path:
    """Where a file is, so that a link to it stays a link."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else Path(path)


def _clear(path: str) -> None:
    """Remove what a killed build left beside a file."""
    place = _place(path)
    for left in place.parent.glob(f".{glob.escape(place.name)}.*.tmp"):
        left.unlink(missing_ok=True)


class _Beside:
    """A file that is written beside its place. What a killed build left there is cleared away."""

    def __init__(self, path: str) -> None:
        self.place = _place(path)
        if self.place.is_dir():  # found now, and not after the lock has taken its place
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        self.place.parent.mkdir(parents=True, exist_ok=True)
        _clear(path)
        self.path = self.place.with_name(f".{self.place.name}.{os.getpid()}.tmp")
        self.file: BinaryIO = open(self.path, "xb")  # noqa: SIM115 - closed in finish or discard

    def finish(self) -> None:
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()

    def take_place(self) -> None:
        os.replace(self.path, self.place)

    def discard(self) -> None:
        with contextlib.suppress(OSError):  # on a full disk closing fails as writing did
            self.file.close()
        self.path.unlink(missing_ok=True)


def run(
    path: str,
    *,
    now: int,
    output: str | None = None,
    new_lock: bool = False,
    stage: Stage = silent,
) -> tuple[Inputs, Build, Result | None]:
    """Read, compile and write: the whole build. The result is None where an error stopped it, and
    then nothing was written. Raises OSError where the machine fails (a full disk, say)."""
    with _without_collector():
        stage("read")
        inputs = read_inputs(path, output, new_lock=new_lock)
        build = compile(inputs, now, stage)
        result = None
        if build.contents is not None:
            stage("write")
            result = write(inputs, build)
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
