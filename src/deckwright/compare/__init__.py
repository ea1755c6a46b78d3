"""What changed between two packages, and what learners are told of a release. Pure.

What changed in a note is told in words, not in HTML: a field is read as a learner sees it, and
compared word by word. `packages` gives the difference as data; `text`, `markdown` and `as_data`
show it to a maintainer. `release_notes` is for learners.

Inside, one direction: `plaintext` (HTML as a person reads it), `words` (two fields, word by word),
`difference` (the data, and `packages`), `lists` (keys by their concepts, and Markdown), and on
these `telling` (text, Markdown, JSON); `searches` (for Anki's browser) and `releasenotes`, which
know nothing of a difference.

Facts about Anki are measured on 26.9.3.
"""

from deckwright.compare.difference import (
    Difference,
    NoteChange,
    NoteName,
    Renamed,
    TypeChange,
    TypePart,
    packages,
)
from deckwright.compare.plaintext import plain_text
from deckwright.compare.releasenotes import Release, release_notes
from deckwright.compare.searches import search
from deckwright.compare.telling import as_data, markdown, text
from deckwright.compare.words import FieldChange, Run

__all__ = [
    "Difference",
    "FieldChange",
    "NoteChange",
    "NoteName",
    "Release",
    "Renamed",
    "Run",
    "TypeChange",
    "TypePart",
    "as_data",
    "markdown",
    "packages",
    "plain_text",
    "release_notes",
    "search",
    "text",
]
