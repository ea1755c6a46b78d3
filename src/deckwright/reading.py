"""The first end of a build: files to texts, the project, its note types and its lock, and texts to
notes.

Only here are files read for a build, and only the readers know what their texts mean. Media are
looked for where notes name them, through `media.Library`.
"""

from __future__ import annotations

import glob
import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deckwright import apkg, lock, notetypes, project
from deckwright.diagnostics import Diagnostic, Rule, Severity, has_errors
from deckwright.lock import Lock
from deckwright.media import Library
from deckwright.note import Field, Guid, Note, slug
from deckwright.notetypes import NoteType, TypeIdentity
from deckwright.project import Project, SourceSpec
from deckwright.readers import READERS, Known, Reader, by_suffix, of_text
from deckwright.source import Source, Span, Undecodable, decode

_PLAIN = "id: birds\nname: Birds\nsources: [owls.md]\n"
_OWLS = "Q: What does an owl hunt by?\nA: By its ears\n"
_JOINED = """\
id: birds
name: Birds
sources:
  - path: owls.csv
    join: [{{path: {}, column: bird}}]
    columns: {{Front: question, Back: call}}
"""
_ASKED = "question,bird\nHow does the tawny owl call?,tawny owl\n"
_CALLS = "bird,call\ntawny owl,It hoots\n"
_LOCK = """\
{
"version": 1,
"revision": 0,
"project": "birds",
"created": 1735689600,
"decks": [],
"releases": [],
"note_types": {},
"notes": {}
}
"""
_VARIANTS = "id: birds\nname: Birds\nsources: [owls.md]\nvariants:\n"

NO_FILE = Rule(
    "S001",
    "no-such-file",
    Severity.ERROR,
    "A source that is not there cannot become cards.",
    "Mend its name in deck.yaml, or put the file there.",
    {"deck.yaml": "id: birds\nname: Birds\nsources: [owl.md]\n", "owls.md": _OWLS},
    {"deck.yaml": _PLAIN, "owls.md": _OWLS},
)
UNREADABLE = Rule(
    "S002",
    "unreadable",
    Severity.ERROR,
    "A file that cannot be read would be left out silently.",
    "Mend its name, or give yourself the right to read it.",
    {"deck.yaml": _JOINED.format("call.csv"), "owls.csv": _ASKED, "calls.csv": _CALLS},
    {"deck.yaml": _JOINED.format("calls.csv"), "owls.csv": _ASKED, "calls.csv": _CALLS},
)
NOT_TEXT = Rule(
    "S003",
    "not-utf-8",
    Severity.ERROR,
    "Sources are UTF-8 text.",
    "Save it as UTF-8 in your editor.",
)
NO_READER = Rule(
    "S004",
    "no-reader",
    Severity.ERROR,
    "A file of an unknown format cannot be guessed at.",
    "Give it the suffix of its format, or name its `reader` in deck.yaml; leave out what is no "
    "source with `exclude`.",
    {"deck.yaml": "id: birds\nname: Birds\nsources: [owls.text]\n", "owls.text": _OWLS},
    {
        "deck.yaml": "id: birds\nname: Birds\nsources:\n  - {path: owls.text, reader: markdown}\n",
        "owls.text": _OWLS,
    },
)
LOCK_MISSING = Rule(
    "S006",
    "lock-missing",
    Severity.ERROR,
    "Without its lock a package that learners may have would be built with times of today, and "
    "the memory of its identities would begin anew, silently.",
    "Take the lock back from your version control, or rebuild it: `deckwright lock restore "
    "PACKAGE`. If no one has the package yet: `deckwright build --new-lock`.",
    {"deck.yaml": _PLAIN, "owls.md": _OWLS},
    {"deck.yaml": _PLAIN, "owls.md": _OWLS, "deck.lock": _LOCK},
    {"deck.yaml": _PLAIN, "owls.md": _OWLS, "deck.lock": _LOCK},
)
FILE_RENAMED = Rule(
    "S009",
    "file-renamed",
    Severity.INFO,
    "A file under another name that has the notes of one that is gone goes on with its lock.",
    "Nothing, if that is meant. If it is another deck, put the lock elsewhere.",
    {"night.md": f"# Birds of the night\n\n{_OWLS}"},
    {"owls.md": f"# Birds of the night\n\n{_OWLS}"},
    {"owls.md": f"# Birds of the night\n\n{_OWLS}"},
)
LEFT_LOCK = Rule(
    "S013",
    "lock-before-variants",
    Severity.ERROR,
    "The lock of a project that had no variants holds the identities that learners have: if no "
    "variant goes on with it, they get every note twice.",
    "Give the variant that learners have the `id` of before, and the lock its name: "
    "`git mv deck.lock deck.en.lock`. If no one has the deck, remove the lock.",
    {"deck.yaml": f"{_VARIANTS}  en: {{}}\n", "owls.md": _OWLS, "deck.lock": _LOCK},
    {"deck.yaml": f"{_VARIANTS}  en: {{id: birds}}\n", "owls.md": _OWLS, "deck.en.lock": _LOCK},
)
NOT_READ = (NO_FILE, UNREADABLE, NOT_TEXT, NO_READER)
"""What is told of sources whose notes are missing in a build."""
RULES = (*NOT_READ, LOCK_MISSING, FILE_RENAMED, LEFT_LOCK)


@dataclass(frozen=True, slots=True)
class Input:
    """One source file: what `deck.yaml` says of it, its text, and the other files that are read
    with it, by their paths as the options have them."""

    spec: SourceSpec
    source: Source
    also: Mapping[str, Source] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a build reads. `project` is None where `deck.yaml` is wrong, `lock` where there is
    none yet; `output` and `lock_path` are the files to write, `left_lock` is the lock of the name
    that a bare file had before; `texts` are the files that diagnostics may point into, by path.
    `note_types` are the built-in ones and the project's own, `type_identities` what the own ones
    say of what learners have; `library` finds media. `elsewhere` are the GUIDs of the other
    variants, each with the name of one that has it."""

    project: Project | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, Source]
    files: tuple[Input, ...] = ()
    output: str = ""
    lock_path: str = ""
    lock: Lock | None = None
    left_lock: str = ""
    note_types: Mapping[str, NoteType] = field(default_factory=notetypes.built_in)
    type_identities: Mapping[str, TypeIdentity] = field(default_factory=dict)
    library: Library | None = None
    elsewhere: Mapping[Guid, str] = field(default_factory=dict)


def read_inputs(
    path: str, output: str | None = None, *, new_lock: bool = False, variant: str = ""
) -> Inputs:
    """Read a project (`path` is its `deck.yaml`, or the folder that has one), which is a `variant`
    where it has any, or a bare file.

    `output` is where the package goes, if not where the project says. Whatever is wrong is among
    the diagnostics; nothing is raised for it.
    """
    found, texts, diagnostics = read_project(path, variant)
    if found is None:
        return Inputs(None, tuple(diagnostics), texts)
    own, identities = _own_note_types(found, texts, diagnostics)
    files: dict[str, Input] = {}
    for spec in found.sources:
        also = {
            told: source
            for told, place in spec.also
            if (source := read_text(place, texts, diagnostics, spec.span))
        }
        for name in _matching(spec, diagnostics, output or found.output):
            # The first source that names a file says how it is read.
            place = os.path.normpath(name)
            reader = reader_of(spec, name)
            if place not in files and (
                source := read_text(name, texts, diagnostics, spec.span, reader)
            ):
                files[place] = Input(spec, source, also)
    output, lock_path, left_lock = output or found.output, found.lock, ""
    if found.variant:
        diagnostics += _left_lock(found)
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
        {**notetypes.built_in(), **own},
        identities,
        Library(found.folder, whole=found.id is not None),
        _guids_elsewhere(found) if found.variant else {},
    )


_OF_NOTES = re.compile(r"^\s*\{?\s*\"?notes\"?\s*:", re.MULTILINE)  # also JSON, which is YAML
_OF_PROJECT = re.compile(r"^\s{0,2}\"?(sources|id)\"?\s*:", re.MULTILINE)


def read_project(
    path: str, variant: str | None = ""
) -> tuple[Project | None, dict[str, Source], list[Diagnostic]]:
    """What a project says (`path` is its `deck.yaml`, the folder that has one, or a bare file), the
    texts read so far, and what is wrong with them. A `.yaml` with notes is a bare file. `variant`
    is as that of `project.load`."""
    texts: dict[str, Source] = {}
    diagnostics: list[Diagnostic] = []
    if os.path.isdir(path):
        path = os.path.join(path, "deck.yaml")
    if not path.endswith((".yaml", ".yml")):
        return project.for_file(path), texts, diagnostics
    source = read_text(path, texts, diagnostics)
    if source and _OF_NOTES.search(source.text) and not _OF_PROJECT.search(source.text):
        return project.for_file(path), texts, diagnostics
    found, told = project.load(source, variant) if source else (None, ())
    diagnostics += told
    return found, texts, diagnostics


def variants(path: str) -> tuple[str, ...]:
    """The variants of a project, in its order; none of a bare file, and of what cannot be read."""
    found, _, _ = read_project(path, None)
    return found.variants if found else ()


def variants_of(path: str, variant: str) -> tuple[str, ...]:
    """The variants that are meant: the one that is named, or else all; "" for a project without."""
    return (variant,) if variant else variants(path) or ("",)


def _own_note_types(
    found: Project, texts: dict[str, Source], diagnostics: list[Diagnostic]
) -> tuple[Mapping[str, NoteType], Mapping[str, TypeIdentity]]:
    """The note types in the folder `notetypes` of a project, by their names, and what they say of
    what learners have."""
    folder = os.path.join(found.folder, "notetypes")
    if found.id is None or not os.path.isdir(folder):
        return {}, {}
    own = notetypes.read_all(folder, found.strings)
    texts |= own.texts
    diagnostics += own.diagnostics
    return own.note_types, own.identities


def read_lock(path: str, texts: dict[str, Source], diagnostics: list[Diagnostic]) -> Lock | None:
    """The lock in a file, None where it cannot be read."""
    source = read_text(path, texts, diagnostics)
    known, told = lock.parse(source) if source else (None, ())
    diagnostics += told
    return known


def _guids_elsewhere(found: Project) -> Mapping[Guid, str]:
    stem = os.path.splitext(found.path)[0]
    guids: dict[Guid, str] = {}
    for variant in found.variants:
        place = f"{stem}.{variant}.lock"
        if variant != found.variant and os.path.exists(place):
            known = read_lock(place, {}, [])
            guids |= {note.guid: variant for note in known.notes.values()} if known else {}
    return guids


def _left_lock(found: Project) -> Iterator[Diagnostic]:
    """The lock from before a project had variants."""
    left = f"{os.path.splitext(found.path)[0]}.lock"
    if not os.path.exists(left):
        return
    lock, told = found.lock, f"{left} is from before this project had variants"
    id = (found.id or "").removesuffix(f".{found.variant}")
    hint = (
        f"for the variant that learners have, say `id: {id}` below it in deck.yaml, and move "
        f"the lock: git mv {shlex.quote(left)} {shlex.quote(lock)}; if no one has the deck, remove "
        f"{left}"
    )
    yield Diagnostic(LEFT_LOCK, told, hint=hint)


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
    keys: set[str] = {note.key for note in read(tuple(files.values()))[0]}
    is_now = slug(os.path.splitext(os.path.basename(path))[0])  # keys may begin with it
    fitting: list[tuple[float, str, Lock]] = []
    for left in sorted(glob.glob(os.path.join(glob.escape(os.path.dirname(path)), "*.lock"))):
        if os.path.exists(left.removesuffix(".lock")) or not by_suffix(left.removesuffix(".lock")):
            continue
        known = read_lock(left, texts, [])
        live = [key for key, note in known.notes.items() if note.retired is None] if known else []
        was = slug(os.path.splitext(os.path.basename(left.removesuffix(".lock")))[0])
        titles: list[str] = [key for key in live if "/" not in key]
        titles = titles or [
            f"{is_now}{key.removeprefix(was)}" if key.startswith(f"{was}/") else key for key in live
        ]
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


def _matching(spec: SourceSpec, diagnostics: list[Diagnostic], output: str) -> list[str]:
    """The files of a glob, sorted, so that every machine reads them in one order; without release
    notes, which lie beside their packages."""
    path = spec.path
    names = [path] if os.path.isfile(path) else glob.glob(path, recursive=True)
    made = os.path.normpath(os.path.splitext(output)[0])
    names = [
        name
        for name in names
        if os.path.isfile(name)
        and not (
            name.endswith(".md")
            and os.path.normpath(name).startswith(f"{made}-")
            and os.path.exists(f"{name[:-3]}.apkg")
        )
    ]
    if spec.exclude:
        left = {
            os.path.normpath(each)
            for pattern in spec.exclude
            for each in glob.glob(pattern, recursive=True, include_hidden=True)
        }
        names = [name for name in names if left.isdisjoint(_with_folders(name))]
    if not names:
        hint = "paths are relative to the folder of deck.yaml" if spec.span else "check its name"
        diagnostics.append(Diagnostic(NO_FILE, f"no file matches {spec.path}", spec.span, hint))
    return sorted(names, key=lambda name: Path(name).as_posix())


def _with_folders(name: str) -> list[str]:
    """A path and those of the folders that it lies in."""
    path = Path(os.path.normpath(name))
    return [str(path), *map(str, path.parents)]


def read_text(
    path: str,
    texts: dict[str, Source],
    diagnostics: list[Diagnostic],
    named_at: Span | None = None,
    reader: Reader | None = None,
) -> Source | None:
    """The text of a file, None where it cannot be read; `named_at` is where it is named, and
    `reader` knows its encoding, if it is no UTF-8."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        message = f"cannot read {path}: {error.strerror or error}"
        diagnostics.append(
            Diagnostic(UNREADABLE, message, named_at, "check its name and its rights")
        )
        return None
    source = reader.decode(path, data) if reader else decode(path, data)
    if isinstance(source, Undecodable):
        texts[path] = source.shown
        span = Span(path, source.offset, source.offset)
        diagnostics.append(Diagnostic(NOT_TEXT, source.message, span, source.hint))
        return None
    texts[path] = source
    return source


def read(
    files: Sequence[Input],
    note_types: Mapping[str, NoteType] | None = None,
    titles: Mapping[str, str] = {},
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The notes of all files, each with its deck, its tags and its source's credit. `note_types`
    are those that the project has, `titles` their names in the learner's collection."""
    note_types = note_types or notetypes.built_in()
    notes: list[Note] = []
    diagnostics: list[Diagnostic] = []
    for file in files:
        spec = file.spec
        reader = reader_of(spec, file.source.path)
        if reader is None:
            known = ", ".join(suffix for reader in READERS for suffix in reader.suffixes)
            message = f"no reader knows the suffix of {file.source.path}"
            hint = f"deckwright reads {known}; or name its reader in deck.yaml"
            diagnostics.append(Diagnostic(NO_READER, message, spec.span, hint))
            continue
        options = spec.options or reader.options()
        if options == reader.options() and (own := of_text(reader, file.source.text)) is not reader:
            reader, options = own, own.options()
        found, told = reader.read(file.source, options, Known(note_types, titles, file.also))
        diagnostics += told
        tags = tuple(sorted(set(spec.tags), key=tag_order))
        credit = (Field("Source", spec.credit),) if spec.credit else ()
        credited = {name for name, each in note_types.items() if "Source" in each.fields}
        notes += [  # `replace` would take twice the time of this stage
            Note(
                n.key,
                n.note_type,
                (*n.fields, *credit)
                if credit and n.note_type in credited and not n.get("Source")
                else n.fields,
                _deck(n.deck, spec.deck) if n.deck else spec.deck,
                tuple(sorted({*tags, *n.tags}, key=tag_order)) if n.tags else tags,
                n.parent,
                n.span,
                n.guid,
                n.known,
            )
            for n in found
        ]
    return tuple(notes), tuple(diagnostics)


def _deck(own: str, of_source: str) -> str:
    """The deck of a note: one that begins with `::` lies below that of its source."""
    return f"{of_source}{own}" if own.startswith("::") else own


def reader_of(spec: SourceSpec, path: str) -> Reader | None:
    """The reader of a file, None where no one knows its suffix."""
    if spec.reader:
        return next(reader for reader in READERS if reader.name == spec.reader)
    return by_suffix(path)


def tag_order(tag: str) -> tuple[str, str]:
    """Tags are sorted as Anki sorts them."""
    return tag.casefold(), tag
