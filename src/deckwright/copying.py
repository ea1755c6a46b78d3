"""Note types copied into a project, to be made its own: built-in ones, and those of a package."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from deckwright import apkg, files, notetypes
from deckwright.apkg.archive import Room, format_of, open_archive
from deckwright.naming import did_you_mean, quoted, several
from deckwright.note import slug
from deckwright.source import Source
from deckwright.yamltext import Node, Tree

_LARGEST_FILES = 256 << 20  # bytes of what the templates of one note type show


class CopyError(ValueError):
    """Why a note type cannot be copied, in words for a user, with the way out."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A note type as the files of a folder, by their paths in it; `name` is its name in the
    project. `missing` are files that its templates show and the package has not."""

    name: str
    files: Mapping[str, bytes]
    missing: tuple[str, ...] = ()


def of_built_in(name: str, to: str = "") -> Copy:
    """A built-in note type under another name, which is “My …” if none is given. What it shares
    with others is in its own folder. Raises CopyError."""
    found = notetypes.built_in()
    if name not in found:
        names = several(map(quoted, found))
        way = did_you_mean(name, found) or f"those that come with deckwright are {names}"
        raise CopyError(f"There is no note type {quoted(name)}: {way}")
    to = _free(to) if to else _free(f"My {name}")
    folder = _folder_of(found[name].name)
    path = os.path.join(folder, notetypes.FILE)
    source = Source(path, Path(path).read_text("utf-8"))
    root = Tree(source).read()
    assert root is not None, path
    text, copied = source.text, {}
    for node in reversed(list(_paths(root))):
        base = posixpath.basename(node.value)
        copied[base] = Path(folder, node.value).read_bytes()
        text = f"{text[: node.start]}{base}{text[node.end :]}"
    own = root.items["name"]
    text = f"{text[: own.start]}{_scalar(to)}{text[own.end :]}"
    return Copy(to, {notetypes.FILE: text.encode(), **dict(sorted(copied.items()))})


def of_package(path: str, name: str = "", to: str = "") -> Copy:
    """A note type of a package, with its ids and its title, so that learners keep what they have;
    `name` may be left out where there is one, `to` where its title can be a name in the project.
    Raises CopyError, `apkg.PackageError` and OSError."""
    package = apkg.read(path)
    note_type = _chosen(package, name)
    if not to:
        taken = {each.casefold() for each in notetypes.built_in()}
        plain = " ".join(re.sub(r'["\x00-\x1f\x7f-\x9f\u2028\u2029]', " ", note_type.name).split())
        to = f"My {plain}" if plain.casefold() in taken else plain or "My note type"
    to = _free(to)
    texts = [side for each in note_type.templates for side in (each.front, each.back)]
    shown, missing = _shown([*texts, note_type.style], package.media)
    copied = _media(path, {each: package.media[each] for each in shown})
    written: dict[str, bytes] = {}
    templates = []
    for number, each in enumerate(note_type.templates, 1):
        stem = slug(each.name)[:60] or "template"
        stem = f"{stem}-{number}" if f"{stem}.front.html" in written else stem
        front, back = f"{stem}.front.html", f"{stem}.back.html"
        written |= {front: _text(each.front), back: _text(each.back)}
        id = f", id: {_number(each.id)}" if each.id else ""
        templates.append(f"  - {{name: {json.dumps(each.name, ensure_ascii=False)}{id}, ")
        templates[-1] += f"front: {front}, back: {back}}}"
    quoted_fields = ((json.dumps(own, ensure_ascii=False), id) for own, id in note_type.fields)
    lines = [
        f"# From {_comment(os.path.basename(path))}. Learners have it by these ids: they never",
        "# change, nor do fields and templates, but for the texts of templates and style.",
        f"name: {_scalar(to)}",
        f"title: {json.dumps(note_type.name, ensure_ascii=False)}",
        f"id: {_number(note_type.id)}",
        f"kind: {note_type.kind}",
        "style: style.css",
        "fields:",
        *(f"  - {{name: {own}, id: {_number(id)}}}" if id else f"  - {own}"
          for own, id in quoted_fields),
        "templates:",
        *templates,
    ]  # fmt: skip
    if copied:
        lines += ["files:", *(f"  - {json.dumps(each, ensure_ascii=False)}" for each in copied)]
    yaml = "".join(f"{line}\n" for line in lines)
    own = {"style.css": _text(note_type.style), **written, **copied}
    return Copy(to, {notetypes.FILE: yaml.encode(), **own}, tuple(missing))


def write(copy: Copy, folder: str) -> str:
    """Write a copy below a project's folder of note types, and return the folder that it has
    there. Raises CopyError where something is there already, and OSError."""
    name = re.sub(r'[\\/:*?"<>|]+', "-", copy.name).strip(". -_") or "note-type"
    place = os.path.join(folder, name)
    if os.path.lexists(place):
        raise CopyError(f"{place} is there already: give the copy another name, or remove that")
    with suppress(FileNotFoundError):
        known = notetypes.read_all(folder, None)
        if copy.name.casefold() in map(str.casefold, known.note_types):
            raise CopyError(f"The project has a note type {quoted(copy.name)} already")
    # `notetype.yaml` last: without it a folder is told to be unfinished.
    writes = [(os.path.join(place, each), _bytes(data)) for each, data in copy.files.items()]
    files.replace_all(writes[::-1])
    return place


def _bytes(data: bytes) -> Callable[..., object]:
    return lambda file: file.write(data)


def _free(to: str) -> str:
    """A name that the project's own note types can have."""
    if to != to.strip() or not to or '"' in to or not to.isprintable():
        raise CopyError(f"{quoted(to)} is no name of a note type: use no quotes and outer blanks")
    if to.casefold() in map(str.casefold, notetypes.built_in()):
        raise CopyError(f"{quoted(to)} is a built-in note type: give the copy a name of its own")
    return to


def _folder_of(name: str) -> str:
    for path in sorted(notetypes.BUILT_IN.glob(f"*/{notetypes.FILE}")):
        note_type = notetypes.read(str(path.parent)).note_type
        if note_type and note_type.name == name:
            return str(path.parent)
    raise AssertionError(name)


def _paths(root: Node) -> Iterator[Node]:
    """The paths in a `notetype.yaml`, in the order of their places."""
    nodes = [
        root.get("style"),
        *(root.items["files"].items.values() if "files" in root.items else ()),
    ]
    for template in root.items["templates"].items.values():
        nodes += [template.get("front"), template.get("back")]
    yield from sorted((node for node in nodes if node), key=lambda node: node.start)


def _chosen(package: apkg.Package, name: str) -> apkg.NoteType:
    known = {each.name: each for each in package.note_types.values()}
    used = {package.note_type_of(note).name for note in package.notes}
    if name in known:
        return known[name]
    # An export from Anki can bring note types along that none of its notes has.
    if not name and len(used or known) == 1:
        return known[next(iter(used or known))]
    names = several(map(quoted, known)) or "none"
    if name:
        way = did_you_mean(name, known) or f"it has {names}"
        raise CopyError(f"{package.path} has no note type {quoted(name)}: {way}")
    raise CopyError(f"Name one of the note types of {package.path}: {names}")


# How HTML and CSS show a file; Anki takes those along whose names begin with `_`.
_SHOW = re.compile(r"""(?:src|href)\s*=\s*["']?(_[^"'\s>{}]+)|url\(\s*["']?(_[^"'\s)]+)""", re.I)


def _shown(texts: Sequence[str], known: Iterable[str]) -> tuple[list[str], list[str]]:
    """The files of a package that templates name, and what they show and it has not."""
    whole = unicodedata.normalize("NFC", "\n".join(texts))
    own = [each for each in known if each[0] == "_" and (each in whole or quote(each) in whole)]
    shown = {unquote(name or other) for name, other in _SHOW.findall(whole)}
    return sorted(own), sorted(shown - set(own))


def _media(path: str, wanted: Mapping[str, str]) -> dict[str, bytes]:
    """The bytes of media files of a package, by their names, found by their digests. The package
    has been read, so it is in order."""
    found: dict[str, bytes] = {}
    if not wanted:
        return found
    with open(path, "rb") as file, open_archive(file) as archive:
        format = format_of(archive)
        for number in itertools.count():
            if str(number) not in archive or len(found) == len(wanted):
                break
            room = Room("what its templates show", _LARGEST_FILES)
            data = archive.content(str(number), room, format.zstd)
            digest = hashlib.sha256(data).hexdigest()[:16]
            found |= {name: data for name, own in wanted.items() if own == digest}
    return dict(sorted(found.items()))


def _text(text: str) -> bytes:
    return f"{notetypes.escaped(text)}\n".encode()


def _number(number: int) -> str:
    """An id: in quotes where a reader of YAML might not hold it as a whole number."""
    return str(number) if abs(number) < 2**53 else f'"{number}"'


def _scalar(text: str) -> str:
    """A text in YAML, in quotes where it needs them."""
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9]*(?: [A-Za-z0-9()]+)*", text)
    words = {"null", "true", "false", "yes", "no", "on", "off"}
    return text if plain and text.lower() not in words else json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
