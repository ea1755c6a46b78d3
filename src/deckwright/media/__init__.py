"""Media: which file a source means, its name in the learner's collection, its digest.

A collection keeps its media in one flat folder, on every kind of machine. So a name here is made of
the file's path in the project, is one that no Anki changes, and is the same in every build.

Facts about Anki are from its source (rslib/src/media, sync/media, import_export/package) and were
measured with imports on 23.10.1, 24.11, 25.9.5 and 26.9.3; tests/test_media.py holds the names
against the engine.
"""

from deckwright.media.library import Library
from deckwright.media.rules import (
    EMPTY,
    MISSING,
    OTHER_CASE,
    OUTSIDE,
    REMOTE,
    RULES,
    TOO_LARGE,
    UNKNOWN_KIND,
    UNREADABLE,
    UNUSED,
    Kind,
    Problem,
    Shown,
    kind_of,
)

__all__ = [
    "EMPTY",
    "MISSING",
    "OTHER_CASE",
    "OUTSIDE",
    "REMOTE",
    "RULES",
    "TOO_LARGE",
    "UNKNOWN_KIND",
    "UNREADABLE",
    "UNUSED",
    "Kind",
    "Library",
    "Problem",
    "Shown",
    "kind_of",
]
