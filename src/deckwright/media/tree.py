"""The files of a project as they are on the disk. Read when asked for, and kept."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

Parts: TypeAlias = tuple[str, ...]
"""A path below the project's folder, as the file system spells it."""

_NOT_ENTERED: Final = {"node_modules", "dist", "venv", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Folder:
    """What is in a folder: the names as the file system spells them, by their NFC spelling and by
    that without case; which of them are folders, and which are links to folders."""

    exact: dict[str, str]
    folded: dict[str, list[str]]
    folders: frozenset[str]
    links: frozenset[str]


class Tree:
    """The files below a folder ("" is here)."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.absolute = os.path.abspath(root)
        self._real = os.path.realpath(root)
        self.folder = cache(self._folder)
        self.digest = cache(self._digest)
        self._known = cache(self._real_folder)

    def at(self, parts: Parts) -> str:
        """The path of a file that one can open."""
        return os.path.join(self.root, *parts) if parts else self.root or os.curdir

    def holds(self, path: str) -> bool:
        """Whether a path is inside, also after all links."""
        try:
            return os.path.commonpath((self._real, os.path.realpath(path))) == self._real
        except ValueError:  # two drives of Windows
            return False

    def walk(self, folder: Parts, parts: Parts, *, fold: bool = False) -> Iterator[Parts]:
        """The files of a path below a folder: at most one, but for `fold` (any case) more. The
        names in the folders decide, so that case counts on every system, and two spellings of an
        accent are one name."""
        names = self.folder(folder)
        if fold:
            found = names.folded.get(folded(parts[0]), [])
        else:
            found = [names.exact[parts[0]]] if parts[0] in names.exact else []
        for name in found:
            here = (*folder, name)
            if (len(parts) > 1) != (name in names.folders):
                continue
            if len(parts) > 1:
                yield from self.walk(here, parts[1:], fold=fold)
            else:
                yield here

    def files(self) -> Iterator[Parts]:
        """All files, but for hidden ones and what tools leave behind. Links to folders are not
        followed."""
        folders: list[Parts] = [()]
        while folders:
            here = folders.pop()
            names = self.folder(here)
            left_out = names.links | _NOT_ENTERED
            for name in names.exact.values():
                if name.startswith("."):
                    continue
                if name not in names.folders:
                    yield (*here, name)
                elif name not in left_out:
                    folders.append((*here, name))

    def spelled(self, folder: str) -> Parts | None:
        """A folder, given by any path, as it is spelled on the disk; None where it is outside."""
        if not self.holds(folder):
            return None
        try:
            path = os.path.relpath(os.path.abspath(folder), self.absolute)
        except ValueError:
            path = os.pardir
        parts = _split(path)
        if os.pardir in parts:  # inside all the same: by a link
            parts = self._below(folder)
        found: Parts = ()
        for part in parts:
            names = self.folder(found)
            alike = names.folded.get(folded(part), [])
            same = (
                name for name in alike if _same(self.at((*found, name)), self.at((*found, part)))
            )
            found = (*found, part if part in alike else next(same, part))
        return found

    def identity(self, file: Parts) -> Parts | None:
        """The path of a file, the same by whichever links to folders one comes; None where a link
        leads out."""
        folder, place = self._known(file[:-1]), self.at(file)
        if folder is None or (os.path.islink(place) and not self.holds(place)):
            return None
        return (*folder, file[-1])

    def _real_folder(self, folder: Parts) -> Parts | None:
        path = self.at(folder)
        return self._below(path) if self.holds(path) else None

    def _below(self, path: str) -> Parts:
        return _split(os.path.relpath(os.path.realpath(path), self._real))

    def _folder(self, folder: Parts) -> Folder:
        """What is in a folder: nothing where there is none, or where it cannot be read."""
        exact: dict[str, str] = {}
        by_case: dict[str, list[str]] = defaultdict(list)
        try:
            with os.scandir(self.at(folder)) as entries:
                names = {each.name: each for each in entries if _is_text(each.name)}
        except OSError:
            names = {}
        for name in sorted(names):
            nfc = unicodedata.normalize("NFC", name)
            if name == nfc or nfc not in exact:  # of two spellings a source can mean one
                exact[nfc] = name
        for nfc, name in exact.items():
            by_case[folded(nfc)].append(name)
        folders = frozenset(name for name, entry in names.items() if _is_folder(entry))
        links = frozenset(name for name in folders if names[name].is_symlink())
        return Folder(exact, dict(by_case), folders, links)

    def _digest(self, file: Parts) -> str:
        """The digest of a file's bytes, which are read in pieces. Raises OSError."""
        with open(self.at(file), "rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()[:16]


def folded(name: str) -> str:
    """A name without case, as file systems compare names."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def path_of(parts: Iterable[str]) -> str:
    """A path as it is the same on all systems."""
    return unicodedata.normalize("NFC", "/".join(parts))


def _split(path: str) -> Parts:
    return () if path == os.curdir else tuple(path.split(os.sep))


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _is_text(name: str) -> bool:
    """Whether a name is text: Linux allows any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
