"""The first end of a build: files to texts, the project and its lock, and texts to notes.

Only here are files read for a build, and only the readers know what their texts mean.
"""

from __future__ import annotations

import glob
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deckwright import apkg, lock, project
from deckwright.diagnostics import Diagnostic, Rule, Severity, has_errors
from deckwright.lock import Lock
from deckwright.note import Field, Note
from deckwright.project import Project, SourceSpec
from deckwright.readers import READERS, Reader, by_suffix
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
LOCK_MISSING = Rule(
    "S006",
    "lock-missing",
    Severity.ERROR,
    "Without its lock a package that learners may have would be built with times of today, and "
    "the memory of its identities would begin anew, silently.",
)
FILE_RENAMED = Rule(
    "S009",
    "file-renamed",
    Severity.INFO,
    "A file under another name that has the notes of one that is gone goes on with its lock.",
)
NOT_READ = (NO_FILE, UNREADABLE, NOT_TEXT, NO_READER)
"""What is told of sources whose notes are missing in a build."""
RULES = (*NOT_READ, LOCK_MISSING, FILE_RENAMED)


@dataclass(frozen=True, slots=True)
class Input:
    """One source file: what `deck.yaml` says of it, and its text."""

    spec: SourceSpec
    source: Source


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a build reads. `project` is None where `deck.yaml` is wrong, `lock` where there is
    none yet; `output` and `lock_path` are the files to write, `left_lock` is the lock of the name
    that a bare file had before; `texts` are the files that diagnostics may point into, by path."""

    project: Project | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, Source]
    files: tuple[Input, ...] = ()
    output: str = ""
    lock_path: str = ""
    lock: Lock | None = None
    left_lock: str = ""


def read_inputs(path: str, output: str | None = None, *, new_lock: bool = False) -> Inputs:
    """Read a project (`path` is its `deck.yaml`, or the folder that has one) or a bare file.

    `output` is where the package goes, if not where the project says. Whatever is wrong is among
    the diagnostics; nothing is raised for it.
    """
    found, texts, diagnostics = read_project(path)
    if found is None:
        return Inputs(None, tuple(diagnostics), texts)
    files: dict[str, Input] = {}
    for spec in found.sources:
        for name in _matching(spec, diagnostics):
            # The first source that names a file says how it is read.
            place = os.path.normpath(name)
            if place not in files and (source := read_text(name, texts, diagnostics, spec.span)):
                files[place] = Input(spec, source)
    output, lock_path, left_lock = output or found.output, found.lock, ""
    known = None
    if os.path.exists(lock_path):
        known = read_lock(lock_path, texts, diagnostics)
    elif found.id is None and files:
        known, left_lock = _lock_of_another_name(path, files, texts, diagnostics)
    there = ""
    if not known and not new_lock and not has_errors(diagnostics):
        there = _built_before(output, found)
    if there:
        message = f"{there} was built before, but its lock {lock_path} is gone"
        hint = (
            f"take {lock_path} back from your version control; or rebuild it: deckwright lock "
            f"restore {shlex.quote(there)}; or, if no one has the package yet, begin anew: "
            "deckwright build --new-lock"
        )
        diagnostics.append(Diagnostic(LOCK_MISSING, message, hint=hint))
    return Inputs(
        *(found, tuple(diagnostics), texts, tuple(files.values()), output, lock_path),
        *(known, left_lock),
    )


def read_project(path: str) -> tuple[Project | None, dict[str, Source], list[Diagnostic]]:
    """What a project says (`path` is its `deck.yaml`, the folder that has one, or a bare file), the
    texts read so far, and what is wrong with them."""
    texts: dict[str, Source] = {}
    diagnostics: list[Diagnostic] = []
    if os.path.isdir(path):
        path = os.path.join(path, "deck.yaml")
    if not path.endswith((".yaml", ".yml")):
        return project.for_file(path), texts, diagnostics
    source = read_text(path, texts, diagnostics)
    found, told = project.load(source) if source else (None, ())
    diagnostics += told
    return found, texts, diagnostics


def read_lock(path: str, texts: dict[str, Source], diagnostics: list[Diagnostic]) -> Lock | None:
    """The lock in a file, None where it cannot be read."""
    source = read_text(path, texts, diagnostics)
    known, told = lock.parse(source) if source else (None, ())
    diagnostics += told
    return known


def _built_before(output: str, found: Project) -> str:
    """A package that learners may have: the output, or a release that is newer than it; "" where
    there is none. Where only releases write the lock, what a build wrote is a preview, which only
    tells whether there was a release."""
    built = output if os.path.exists(output) else ""
    if built and found.on_release and not _releases(built, found.id):
        built = ""
    if found.id is None:  # `cards-2.apkg` is the package of `cards-2.txt`
        return built
    releases = glob.glob(f"{glob.escape(os.path.splitext(output)[0])}-*.apkg")
    times = {name: times[-1] for name in sorted(releases) if (times := _releases(name, found.id))}
    newest = max(times, key=times.__getitem__, default="")
    if built and (not newest or _releases(built, found.id)[-1:] >= [times[newest]]):
        return built
    return newest


def _releases(name: str, id: str | None) -> list[int]:
    """The times of the releases that a package of this project knows of."""
    try:
        said = apkg.read(name).made_by
        return [time for _, time in said["releases"]] if said["project"] == id else []
    except (OSError, apkg.PackageError, KeyError, TypeError, ValueError):
        return []


def _lock_of_another_name(
    path: str,
    files: Mapping[str, Input],
    texts: dict[str, Source],
    diagnostics: list[Diagnostic],
) -> tuple[Lock | None, str]:
    """The lock that a bare file has from before it was renamed: one beside it whose own file is
    gone, and of whose notes it has at least half."""
    keys = {note.key for note in read(tuple(files.values()))[0]}
    fitting: list[tuple[float, str, Lock]] = []
    for left in sorted(glob.glob(os.path.join(glob.escape(os.path.dirname(path)), "*.lock"))):
        if os.path.exists(left.removesuffix(".lock")) or not by_suffix(left.removesuffix(".lock")):
            continue
        known = read_lock(left, texts, [])
        live = [key for key, note in known.notes.items() if note.retired is None] if known else []
        titles = [key for key in live if "/" not in key]
        shared = sum(key in keys for key in titles)
        if known and titles and shared * 2 >= len(titles):
            fitting.append((shared / len(titles), left, known))
    if not fitting:
        return None, ""
    _, left, found = max(fitting, key=lambda each: each[0])
    message = f"{path} has the notes of {left.removesuffix('.lock')}: it goes on with {left}"
    hint = f"if it is another deck, put {left} elsewhere"
    diagnostics.append(Diagnostic(FILE_RENAMED, message, hint=hint))
    return found, left


def _matching(spec: SourceSpec, diagnostics: list[Diagnostic]) -> list[str]:
    """The files of a glob, sorted, so that every machine reads them in one order."""
    path = spec.path
    names = [path] if os.path.isfile(path) else glob.glob(path, recursive=True)
    names = [name for name in names if os.path.isfile(name)]
    if not names:
        hint = "paths are relative to the folder of deck.yaml" if spec.span else "check its name"
        diagnostics.append(Diagnostic(NO_FILE, f"no file matches {spec.path}", spec.span, hint))
    return sorted(names, key=lambda name: Path(name).as_posix())


def read_text(
    path: str, texts: dict[str, Source], diagnostics: list[Diagnostic], named_at: Span | None = None
) -> Source | None:
    """The text of a file, None where it cannot be read; `named_at` is where it is named."""
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
        tags = tuple(sorted(set(spec.tags), key=tag_order))
        credit = (Field("Source", spec.credit),) if spec.credit else ()
        notes += [  # `replace` would take twice the time of this stage
            Note(
                n.key, n.note_type, (*n.fields, *credit), spec.deck, tags, n.parent, n.span, n.guid
            )
            for n in found
        ]
    return tuple(notes), tuple(diagnostics)


def _reader_of(file: Input) -> Reader | None:
    if file.spec.reader:
        return next(reader for reader in READERS if reader.name == file.spec.reader)
    return by_suffix(file.source.path)


def tag_order(tag: str) -> tuple[str, str]:
    """Tags are sorted as Anki sorts them."""
    return tag.casefold(), tag
