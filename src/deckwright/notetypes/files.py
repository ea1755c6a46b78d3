"""The files that a `notetype.yaml` names, and those that lie beside it."""

from __future__ import annotations

import os
import posixpath
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from deckwright.diagnostics import Diagnostic, Rule
from deckwright.naming import quoted
from deckwright.notetypes.rules import NO_FILE, NOT_TEXT, OUTSIDE, STRAY
from deckwright.notetypes.values import CONTROL, Values
from deckwright.source import Source, Span, Undecodable, decode
from deckwright.yamltext import Node

FILE: Final = "notetype.yaml"

_SHOWABLE: Final = frozenset(  # what of a folder somebody meant to be shown
    ".html .htm .css .js .mjs .woff .woff2 .ttf .otf .eot .svg .png .jpg .jpeg .gif .webp".split()
)


class Files:
    """Reads the files of one folder. `texts` are those that were read, by their paths, `found` is
    what was told of them."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.texts: dict[str, Source] = {}
        self.found: list[Diagnostic] = []
        self._named: set[str] = set()  # the paths that `notetype.yaml` names
        self._listed: list[str] | None = None
        self._root = os.path.realpath(os.path.dirname(os.path.abspath(folder)))

    def place(self, node: Node, what: str, values: Values) -> str:
        """The path of a file that is named, "" where it cannot be used."""
        value = values.text(node, what)
        if not value:
            return ""

        def refused(rule: Rule, message: str, hint: str) -> str:
            values.tell(rule, message, node.place, hint)
            return ""

        if "\\" in value or CONTROL.search(value):
            hint = 'write "/" between folders, and no unprintable characters'
            return refused(NO_FILE, f"{quoted(value)} is no path", hint)
        path = os.path.normpath(os.path.join(self.folder, value))
        real = os.path.realpath(path)
        if os.path.isabs(value) or not real.startswith(os.path.join(self._root, "")):
            hint = "copy the file into the folder of the note type"
            return refused(OUTSIDE, f"{quoted(value)} lies outside of the note types", hint)
        if not os.path.isfile(path):
            hint = values.near(value, self._inside()) or "paths begin at the note type's folder"
            return refused(NO_FILE, f"there is no file {quoted(value)}", hint)
        written = unicodedata.normalize("NFC", _as_on_disk(path))
        if written != (name := posixpath.basename(posixpath.normpath(value))):
            hint = "write it as it is: other systems tell capital letters apart"
            return refused(NO_FILE, f"the file {quoted(name)} is called {quoted(written)}", hint)
        self._named.add(path)
        return path

    def text(self, path: str, span: Span | None) -> Source | None:
        """The text of a file."""
        if path in self.texts:
            return self.texts[path]
        try:
            if not os.path.isfile(path):  # a pipe would never end
                raise FileNotFoundError
            data = Path(path).read_bytes()
        except OSError as error:
            self.unreadable(path, error, span)
            return None
        source = decode(path, data)
        if isinstance(source, Undecodable):
            self.texts[path] = source.shown
            place = Span(path, source.offset, source.offset)
            self.found.append(Diagnostic(NOT_TEXT, source.message, place, source.hint))
            return None
        self.texts[path] = source
        return source

    def unreadable(self, path: str, error: OSError, span: Span | None) -> None:
        message, hint = f"cannot read {path}: {error.strerror or error}", "check its rights"
        if isinstance(error, FileNotFoundError):
            message = f"there is no {path}"
            hint = "each folder has one: deckwright notetype copy makes it"
        self.found.append(Diagnostic(NO_FILE, message, span, hint))

    def _inside(self) -> list[str]:
        """The files of the folder, as one would name them; of very many, some."""
        if self._listed is not None:
            return self._listed
        paths: list[str] = []
        for place, folders, names in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if name[0] != ".")
            here = os.path.relpath(place, self.folder)
            paths += [Path(os.path.normpath(os.path.join(here, n))).as_posix() for n in names]
            if len(paths) > 1000:
                break
        self._listed = sorted(path for path in paths if posixpath.basename(path)[0] != ".")
        return self._listed

    def stray(self, at: tuple[int, int], values: Values) -> None:
        """Tell of files of the folder that nothing names."""
        for path in self._inside():
            whole = os.path.normpath(os.path.join(self.folder, path))
            if posixpath.splitext(path)[1].lower() in _SHOWABLE and whole not in self._named:
                message = f"{FILE} does not name {quoted(path)}, which lies beside it"
                hint = 'list under "files:" what templates show, or remove it'
                values.tell(STRAY, message, at, hint)


def _as_on_disk(path: str) -> str:
    """The name of a file as its folder lists it."""
    name = os.path.basename(path)
    listed: Iterable[str] = os.listdir(os.path.dirname(path) or ".")
    alike = [each for each in listed if each.casefold() == name.casefold()]
    return name if name in alike or not alike else alike[0]
