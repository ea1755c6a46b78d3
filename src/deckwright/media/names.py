"""Names of media in the learner's collection: flat, safe, and made of nothing but paths."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from itertools import count
from typing import Final

from deckwright.media.tree import Parts, Tree, folded, path_of
from deckwright.note import digest

MEDIA: Final = "media"
"""The folder of a project for its media."""

_LONGEST: Final = 120  # bytes in UTF-8: MAX_MEDIA_FILENAME_LENGTH

# What Anki takes out of a name, and what means something in a field (`{{`, `%20`).
_UNSAFE: Final = frozenset('[]<>:"/?*^\\|{}%')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[1-9]|lpt[1-9])(?=\.)", re.I)
# Hidden files, and those that Anki takes for part of a template (`is_static`): it counts them as
# used for ever, and never replaces their bytes.
_SPECIAL = re.compile(r"[ ._]|latex-", re.I)


def rank(file: Parts) -> tuple[bool, int, str]:
    """Who comes first of several files: those in `media/`, then those in fewer folders."""
    return not _in_media(file), len(file), path_of(file)


def name_of(file: Parts, tree: Tree) -> str:
    """The name of a file in the collection: its path below `media/`, or below the project's
    folder, with `-` between the parts. Where Anki would not keep that name, or another file comes
    first by it, a hash of the path stands before the suffix."""
    flat = _flat(file)
    if _is_safe(flat) and min(_named(flat, tree), key=rank, default=file) == file:
        return flat
    stem, suffix = os.path.splitext(flat)
    stem = _DEVICE.sub(r"\1_", f"{_cleaned(stem)}.")[:-1]
    for salt in count():  # until no file has this very name: at once, but for a bad joke
        end = f"-{digest((path_of(file), *((str(salt),) if salt else ())))[:12]}{suffix}"
        name = f"{_cut(stem, _LONGEST - len(end))}{end}"
        if not any(_named(name, tree)):
            break
    return name


def _in_media(file: Parts) -> bool:
    return len(file) > 1 and file[0] == MEDIA


def _flat(file: Parts) -> str:
    return unicodedata.normalize("NFC", "-".join(file[1:] if _in_media(file) else file))


def _is_safe(name: str) -> bool:
    """Whether every Anki keeps a name as it is, and may find the file unused and replace it."""
    fits = len(name.encode()) <= _LONGEST and all(map(_keeps, name))
    return fits and not _SPECIAL.match(name) and not _DEVICE.match(name)


def _keeps(char: str) -> bool:
    """Whether Anki keeps a character in a name.

    It takes out what its own tables of Unicode do not have, which on 26.9.3 are older than Python's
    (U+1F970, of 2018, goes). What Unicode 3.2 had stays on all, and is alike with every Python.
    """
    if char.isascii():
        return char.isprintable() and char not in _UNSAFE
    return unicodedata.ucd_3_2_0.category(char)[0] not in "CZ"


def _cleaned(stem: str) -> str:
    kept = "".join(char if _keeps(char) else "\0" for char in stem)
    stem = re.sub(r"[- \0]*\0[- \0]*", "-", kept).strip("-._ ")
    while stem.lower().startswith("latex-"):
        stem = stem[len("latex-") :].lstrip("-._ ")
    return stem or "media"


def _cut(text: str, size: int) -> str:
    """The beginning of a text, at most so many bytes in UTF-8."""
    return text.encode()[:size].decode(errors="ignore")


def _named(name: str, tree: Tree) -> Iterator[Parts]:
    """All files whose paths make a name, without case."""

    def search(folder: Parts, rest: str) -> Iterator[Parts]:
        names = tree.folder(folder)
        within = names.folders - names.links  # as no file is known by a link to its folder
        for each in names.folded.get(rest, ()):
            if each not in names.folders:
                yield (*folder, each)
        for dash in re.finditer("-", rest):
            for each in names.folded.get(rest[: dash.start()], ()):
                if each in within and (*folder, each) != (MEDIA,):
                    yield from search((*folder, each), rest[dash.end() :])

    yield from search((), folded(name))
    if MEDIA in tree.folder(()).folders - tree.folder(()).links:
        yield from search((MEDIA,), folded(name))
