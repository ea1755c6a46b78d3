"""Which file a source means."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from deckwright.media.names import MEDIA, name_of, rank
from deckwright.media.rules import (
    EMPTY,
    KINDS,
    LARGEST,
    MISSING,
    OTHER_CASE,
    OUTSIDE,
    REMOTE,
    TOO_LARGE,
    UNKNOWN_KIND,
    UNREADABLE,
    Problem,
    Shown,
    kind_of,
    suffix_of,
)
from deckwright.media.tree import Parts, Tree, folded, path_of
from deckwright.naming import near_to, quoted, several

_LONGEST: Final = 1000  # characters of a reference: about what systems allow a path
_GUESSES: Final = 100  # how many slips of the pen are looked into: each takes milliseconds

_BESIDE: Final = (MEDIA, "attachments", "assets", "images")  # where tools put a bare file's media

_REMOTE = re.compile(r"(?:https?:)?//", re.I)
_ABSOLUTE = re.compile(r"[/\\]|~[^/\\]*[/\\]|[a-z]:[/\\]|file:", re.I)
_FILE_URL = re.compile(r"file:(?://)?(?:localhost(?=/))?", re.I)


@dataclass(frozen=True, slots=True)
class _Index:
    """The files of a project: by base name, by that without case, and the media among them by
    suffix and size."""

    exact: dict[str, list[Parts]] = field(default_factory=lambda: defaultdict(list))
    folded: dict[str, list[Parts]] = field(default_factory=lambda: defaultdict(list))
    alike: dict[tuple[str, int], list[Parts]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One way to read a reference: `parts` below the folder `start`. `anywhere` says that it need
    not be there, as it has no `..` in it that leads up."""

    start: Parts | None
    parts: Parts
    anywhere: bool


class Library:
    """The media of a project. `root` is its folder ("" is here).

    With `whole=False` it is the folder of a bare file, which may hold anything: a name alone is
    then only looked for in that folder and in those that tools put media in, beside the file.

    Which file a reference means, and its name in the collection, depend on the files that are
    there, never on what was asked before. What was read of the disk is kept: each build takes a new
    library.
    """

    def __init__(self, root: str, *, whole: bool = True) -> None:
        self._tree = Tree(root)
        self._whole = whole
        self._used: set[str] = set()
        self._met: set[Parts] = set()
        self._guesses = _GUESSES
        self._found: dict[tuple[str, str], Shown | Problem] = {}
        self._folder_of = cache(self._tree.spelled)
        self._alike = cache(self._first_alike)
        self._name = cache(lambda file: name_of(file, self._tree))

    def find(self, reference: str, source: str) -> Shown | Problem:
        """The file that a source means.

        `reference` is what the source says, without the quoting of its markup; `source` is the
        source's path. Looked for from the source's folder, in the project's `media/`, from the
        project's folder, and by its name alone anywhere in the project: the nearest to the source.
        An address on the web is a problem that keeps the address.
        """
        asked = (reference, os.path.dirname(source) if self._whole else source)
        if asked not in self._found:
            self._found[asked] = self._find(reference, source)
        return self._found[asked]

    def unused(self) -> tuple[str, ...]:
        """The paths of the media files in the project's `media/` that no `find` has come upon,
        sorted. Hidden files and those that begin with `_`, for templates, are left out. Empty for a
        bare file: `media/` beside it may be another file's, too."""
        if not self._whole:
            return ()
        left = (
            file
            for files in self._index.exact.values()
            for file in files
            if len(file) > 1 and file[0] == MEDIA and kind_of(file[-1]) and file[-1][0] != "_"
            if path_of(file) not in self._used
        )
        return tuple(self._tree.at(file) for file in sorted(left, key=path_of))

    def copies(self) -> tuple[tuple[str, ...], ...]:
        """The paths of media files that have the same bytes and suffix, the one first whose name
        all have in the collection; only where a `find` has come upon one of them. Of a bare file
        only those that were found: what else lies beside it may be another file's."""
        found: list[tuple[str, ...]] = []
        for (suffix, size), files in self._index.alike.items() if self._met else ():
            if len(files) == 1 or self._met.isdisjoint(files):
                continue
            of: dict[str, dict[str, Parts]] = defaultdict(dict)
            firsts = self._alike(suffix, size)
            for file in sorted(files, key=rank):
                if self._whole or file in self._met:
                    with contextlib.suppress(OSError):
                        # Two links to one file are no copies.
                        place = os.path.realpath(self._tree.at(file))
                        of[self._tree.digest(file)].setdefault(place, file)
            for content, alike in of.items():
                if len(alike) > 1 and not self._met.isdisjoint((firsts[content], *alike.values())):
                    found.append(tuple(map(self._tree.at, alike.values())))
        return tuple(sorted(found))

    def _find(self, reference: str, source: str) -> Shown | Problem:
        told = quoted(reference)
        if _REMOTE.match(reference):
            # Anki takes an address without a scheme for the name of a file.
            address = f"https:{reference}" if reference.startswith("//") else reference
            hint = f"save it in {MEDIA}/ and write its name here"
            return Problem(REMOTE, f"{told} is loaded from the web", hint, address)
        if _ABSOLUTE.match(reference):
            return Problem(OUTSIDE, f"{told} is a path on one machine", self._inside(reference))
        folder = self._folder_of(os.path.dirname(source))
        wanted = []
        for spelling in _spellings(reference):
            found = _below(folder, spelling)
            if found is None:
                hint = f"copy it into {MEDIA}/ and write its name here"
                if not self._whole:
                    hint = "copy it beside the file, or put a deck.yaml into a folder above both"
                return Problem(OUTSIDE, f"{told} is outside of the project", hint)
            wanted.append(found)
        for fold in (False, True):
            for place in self._places(wanted, source, fold=fold):
                judged = self._judge(told, place, fold=fold)
                if isinstance(judged, Problem) and judged.rule is OTHER_CASE:
                    return replace(judged, instead=_respelled(reference, place))
                return judged
        return Problem(MISSING, f"there is no file {told}", self._instead(wanted))

    def _places(self, wanted: Iterable[_Wanted], source: str, *, fold: bool) -> Iterator[Parts]:
        """The files that may be meant, the likeliest first."""
        walk = self._tree.walk
        for each in wanted:
            if each.start is not None:
                yield from walk(each.start, each.parts, fold=fold)
            if each.anywhere:
                yield from walk((), (MEDIA, *each.parts), fold=fold)
                yield from walk((), each.parts, fold=fold)
        for each in wanted:
            if each.anywhere and len(each.parts) == 1:
                yield from self._by_name(each.start or (), each.parts[0], source, fold=fold)

    def _by_name(self, folder: Parts, name: str, source: str, *, fold: bool) -> Iterator[Parts]:
        """The files of a name, the nearest to the source first."""
        if not self._whole:
            stem = os.path.splitext(os.path.basename(source))[0]
            for each in (*_BESIDE, f"{stem}_files"):
                yield from self._tree.walk(folder, (each, name), fold=fold)
            return
        found = self._index.folded.get(folded(name)) if fold else self._index.exact.get(name)
        yield from sorted(found or (), key=lambda file: (_steps(folder, file[:-1]), path_of(file)))

    def _judge(self, told: str, file: Parts, *, fold: bool) -> Shown | Problem:
        """What is to be said of a file that was found."""
        place, there = self._tree.at(file), path_of(file)
        known = self._tree.identity(file)
        self._used.add(there if known is None else path_of(known))
        self._met.add(known or file)
        if known is None:
            hint = f"put the file itself into {MEDIA}/"
            return Problem(OUTSIDE, f"{there} is a link that leads out of the project", hint)
        if fold:
            message = f"there is no file {told}, but {quoted(there)} in other capitals"
            return Problem(OTHER_CASE, message, "write its name just as the file has it")
        if kind_of(known[-1]) is None:
            suffix = suffix_of(known[-1])
            what = f"a {suffix} file" if suffix else "a file without a suffix"
            suffixes = several((", ".join(them.split()) for them in KINDS.values()), "or")
            message = f"Anki neither shows nor plays {what}: {there}"
            return Problem(UNKNOWN_KIND, message, f"convert it to one of {suffixes}")
        try:
            state = os.stat(place)
            if not stat.S_ISREG(state.st_mode):  # a pipe would let us wait for ever
                return Problem(
                    UNREADABLE, f"{there} is no ordinary file", "put a file in its place"
                )
            if not state.st_size:
                return Problem(EMPTY, f"{there} is empty", "save or download it again")
            content = self._tree.digest(known)
        except OSError as error:
            message = f"cannot read {there}: {error.strerror or error}"
            return Problem(UNREADABLE, message, "check the file and its rights")
        # All files of the same bytes and suffix have the name of one.
        alike = self._alike(suffix_of(known[-1]), state.st_size)
        first = min(known, alike.get(content, known), key=rank)
        self._used.add(path_of(first))
        shown = Shown(self._name(first), Path(self._tree.at(first)), content, state.st_size)
        if state.st_size > LARGEST:
            size = f"{state.st_size / 1024**2:,.0f} MB"
            message = f"{there} has {size}, and AnkiWeb takes 100 MB at most"
            hint = "make it smaller, or tell learners that it does not reach their other devices"
            return Problem(TOO_LARGE, message, hint, shown.name, shown)
        return shown

    def _first_alike(self, suffix: str, size: int) -> dict[str, Parts]:
        """Of all files of a suffix and a size the first of each content, by its digest."""
        firsts: dict[str, Parts] = {}
        for file in sorted(self._index.alike.get((suffix, size), ()), key=rank):
            with contextlib.suppress(OSError):  # told where a note shows it
                firsts.setdefault(self._tree.digest(file), file)
        return firsts

    def _inside(self, reference: str) -> str:
        """A hint at how to write an absolute path."""
        parts = _nfc(re.split(r"[/\\]", _FILE_URL.sub("", unquote(reference[:_LONGEST]))))
        above = _nfc(re.split(r"[/\\]", self._tree.absolute))
        below = parts[len(above) :] if parts[: len(above)] == above else ()
        for path in filter(None, (parts, below)):
            for found in self._tree.walk((), path):
                return f"write {path_of(found)}"
        return f"copy the file into {MEDIA}/ and write its name here"

    def _instead(self, wanted: list[_Wanted]) -> str:
        """A hint at the file that may be meant."""
        looked = f"it is looked for beside its source and in {MEDIA}/"
        if not self._whole:
            looked = f"it is looked for beside the file, and there in {several(_BESIDE)}"
        if not wanted or not wanted[0].parts or not self._guesses:
            return looked
        self._guesses -= 1
        start, parts = wanted[0].start, wanted[0].parts
        folders = ((MEDIA,), *(() if start is None else ((*start, *parts[:-1]),)))
        there = [self._tree.folder(each) for each in folders]
        if any(parts[-1] in each.folders for each in there):
            return "what has this name is a folder: name a file in it"
        names = (name for each in there for name in each.exact if name not in each.folders)
        near = near_to(parts[-1], [name for name in names if kind_of(name)][:1000])
        return f"did you mean {quoted(near)}?" if near else looked

    @cached_property
    def _index(self) -> _Index:
        index = _Index()
        for file in self._tree.files() if self._whole else self._beside():
            name = unicodedata.normalize("NFC", file[-1])
            index.exact[name].append(file)
            index.folded[folded(name)].append(file)
            if kind_of(name) is None:
                continue
            place = self._tree.at(file)
            try:
                state = os.stat(place)
            except OSError:
                continue
            if stat.S_ISREG(state.st_mode) and self._tree.identity(file) is not None:
                index.alike[suffix_of(name), state.st_size].append(file)
        return index

    def _beside(self) -> Iterator[Parts]:
        """The files beside a bare file, and in the folders that tools put media in."""
        top = self._tree.folder(())
        for folder in ((), *((each,) for each in _BESIDE if each in top.folders - top.links)):
            names = self._tree.folder(folder)
            for name in names.exact.values():
                if name not in names.folders and not name.startswith("."):
                    yield (*folder, name)


def _spellings(reference: str) -> Iterator[str]:
    """The paths that a reference may be: as it is written, decoded, without what follows `#` or
    `?`; and on Windows people write `\\`."""
    if len(reference) > _LONGEST:
        return
    bare = re.split("[?#]", reference, maxsplit=1)[0]
    for written in dict.fromkeys((reference, bare)):
        for decoded in dict.fromkeys((written, unquote(written))):
            yield from dict.fromkeys((decoded, decoded.replace("\\", "/")))


def _below(folder: Parts | None, spelling: str) -> _Wanted | None:
    """A path from the folder of a source (None where that is outside of the project); None where
    the path leads out of the project."""
    parts: list[str] = []
    start = folder
    for part in spelling.split("/"):
        if part != "..":
            parts += _nfc((part,))
        elif parts:
            parts.pop()
        elif start:
            start = start[:-1]
        else:
            return None
    return _Wanted(start, tuple(parts), start == folder) if parts else _Wanted(None, (), False)


def _respelled(reference: str, file: Parts) -> str:
    """A reference with the capitals that the file has; "" where it says more than a path."""
    parts = reference.split("/")
    names = parts[:]
    for at, name in zip(range(len(parts) - 1, -1, -1), reversed(_nfc(file)), strict=False):
        if parts[at] in ("", ".", ".."):
            break
        if folded(parts[at]) != folded(name):
            return ""
        names[at] = name
    return "/".join(names)


def _nfc(parts: Iterable[str]) -> Parts:
    return tuple(unicodedata.normalize("NFC", part) for part in parts if part not in ("", "."))


def _steps(folder: Parts, other: Parts) -> int:
    """How many steps it is from one folder to another."""
    shared = next(
        (at for at, (one, two) in enumerate(zip(folder, other, strict=False)) if one != two),
        min(len(folder), len(other)),
    )
    return len(folder) + len(other) - 2 * shared
