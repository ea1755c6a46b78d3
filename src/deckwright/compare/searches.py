"""Searches for Anki's browser. tests/test_compare.py holds them against Anki 26.9.3."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

__all__ = ["search", "term"]

# Anki itself takes a search of a million ids (14 MB, 1.0 s), though not 1,000 parts joined by OR.
# But the box above its browser, Qt's QLineEdit, holds 32,767 characters, and cuts off the rest of
# what is pasted without a word (measured with Qt 6).
_LONGEST_SEARCH: Final = 15_000  # characters: about a thousand notes

_SPECIAL: Final = re.compile(r'[\\*_"]')
_NO_SPACE: Final = re.compile(r"[^\S ]")


def search(nids_by_type: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    """Searches for Anki's browser that together select just these notes, given by the names of
    their note types in the collection.

    Narrowed by the note type, because a note id that is taken is renumbered on import, so that an
    id alone may be a stranger's note. None is longer than the box of the browser takes. Nothing is
    selected of a note type with a line break in its name: no search of Anki finds one.
    """
    searches: list[str] = []
    groups: list[str] = []
    room = _LONGEST_SEARCH
    for name, given in sorted(nids_by_type.items()):
        ids = sorted(set(given))
        kind = term("note", name)
        while ids:
            width = len(str(ids[-1])) + len(",")
            fits = (room - len(kind) - len("() nid:")) // width
            if fits < min(len(ids), 10) and groups:
                searches.append(_joined(groups))
                groups, room = [], _LONGEST_SEARCH
                continue
            some, ids = ids[: max(fits, 10)], ids[max(fits, 10) :]
            groups.append(f"{kind} nid:{','.join(map(str, some))}")
            room -= len(groups[-1]) + len("() OR ")
    return (*searches, _joined(groups)) if groups else tuple(searches)


def _joined(groups: Sequence[str]) -> str:
    return groups[0] if len(groups) == 1 else " OR ".join(f"({group})" for group in groups)


def term(what: str, name: str) -> str:
    """A name in a search, in quotes.

    `*` and `_` stand for other characters there. Anki drops quotes from names. White space but a
    space parts a search, even in quotes, so a `_` stands for it. (rslib/src/search/parser.rs)
    """
    exact = _SPECIAL.sub(lambda mark: "" if mark[0] == '"' else f"\\{mark[0]}", name)
    return f'"{what}:{_NO_SPACE.sub("_", exact)}"'
