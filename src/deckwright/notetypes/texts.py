"""The texts of templates and styles as they are packaged, and where each part of them stands in
its file.

Two things are put in their place: the names of the files that they show, and strings. `${name}`
stands for the string of that name, as it is, without any escaping. `${` before anything but a name
and a `}` is left alone, and of two or more dollar signs before `{` one is taken away: `$${name}`
gives `${name}`, as a script needs it.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from deckwright.source import Source, Span

_STRING = r"(?<!\$)\$(?P<escaped>\$+\{)|\$\{(?P<string>[^\W\d][\w-]*)\}"
_DOLLARS = re.compile(r"(?<!\$)\$+\{")


@dataclass(frozen=True, slots=True)
class TemplateText:
    """The text of a template's side, or of a style. `strings` are the names of the strings that
    are not there, each with its place; `shown` are the files that it shows, by their names in the
    learner's collection."""

    source: Source
    text: str
    strings: tuple[tuple[str, Span], ...]
    shown: frozenset[str]
    _replaced: tuple[tuple[int, int, int, int], ...]  # start and end here, start and end there

    def span(self, start: int, end: int) -> Span:
        """The place of `text[start:end]` in the file: all of what stands for it."""
        first = self._place(start, 0)
        return self.source.span(first, self._place(end - 1, 1) if end > start else first)

    def _place(self, offset: int, side: int) -> int:
        """Where a character stands: its first place (side 0), or the one behind it (side 1)."""
        number = bisect_right(self._replaced, offset, key=lambda piece: piece[0])
        if not number:
            return offset + side
        _, end, *there = self._replaced[number - 1]
        return there[side] if offset < end else there[1] + offset - end + side


class FileNames:
    """The files that templates show: how they may be written there, and their names in the
    learner's collection."""

    def __init__(self, files: Iterable[tuple[str, str]]) -> None:
        listed = list(files)
        bases = Counter(posixpath.basename(path) for path, _ in listed)
        self._names: dict[str, str] = {}
        for path, packaged in listed:
            base = posixpath.basename(path)
            for written in (path, *((base,) if bases[base] == 1 else ())):
                self._names |= dict.fromkeys((written, quote(written)), packaged)
        names = "|".join(map(re.escape, sorted(self._names, key=len, reverse=True)))
        # Not in the middle of another name, or behind a folder that is not the file's.
        name = rf"|(?<![\w./%-])(?:\./)?(?P<file>{names})(?![\w%-]|\.\w)" if names else ""
        self._pattern = re.compile(_STRING + name)

    def put_in(self, source: Source, strings: Mapping[str, str] | None) -> TemplateText:
        """The text of a file, with names and strings in their places. The line feed at its end is
        the file's, and not the template's. Where the strings are not known (None), nothing is told
        of those that are missing."""
        told: list[tuple[str, Span]] = []
        shown: set[str] = set()
        replaced: list[tuple[int, int, int, int]] = []
        parts: list[str] = []
        length = last = 0
        text = source.text.removesuffix("\n")
        for found in self._pattern.finditer(text):
            groups = found.groupdict()
            if groups["escaped"]:
                new = groups["escaped"]
            elif name := groups["string"]:
                new = strings.get(name, "") if strings else ""
                if strings is not None and name not in strings:
                    told.append((name, source.span(*found.span())))
            else:
                new = self._names[groups["file"]]
                shown.add(new)
            before = text[last : found.start()]
            length += len(before)
            replaced.append((length, length + len(new), *found.span()))
            parts += (before, new)
            length, last = length + len(new), found.end()
        whole = "".join((*parts, text[last:]))
        return TemplateText(source, whole, tuple(told), frozenset(shown), tuple(replaced))


def escaped(text: str) -> str:
    """A text that stands for itself where strings are put in."""
    return _DOLLARS.sub(r"$\g<0>", text)


def packaged_name(path: Path) -> str:
    """The name of a template's file in the collection: `_`, so that Anki imports it and does not
    take it for unused, and a digest, because Anki never replaces such a file under its name. Raises
    OSError."""
    content = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    stem = re.sub(r"[^\w.-]+", "-", path.stem).strip("_") or "file"
    return f"_{stem.removesuffix(f'-{content}')}-{content}{path.suffix}"
