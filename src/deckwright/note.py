"""The data model: what a note is at each stage. Frozen values, compared by meaning, no I/O."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NewType

from deckwright.source import Span

_APOSTROPHES = re.compile(r"['’ʼ]")
_ASCII_WORDS = re.compile(r"[a-z0-9+#]+")

Key = NewType("Key", str)
"""A note's readable identity inside its project: `lambda-layers/benefits/code-reusability`."""

Guid = NewType("Guid", str)
"""What Anki matches notes by on import."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it was written: `value` is markup, not yet HTML; `form` says which.

    The forms are `page` (the text of a flashcard page), `markdown`, `html` and `text` (plain text);
    behind `markdown` may stand what else is a deletion in a cloze note (`==` for `==text==`, `[]`
    for `[text]`), and `#` for a heading, in which no block begins.

    The span is where the value stands in its source; where `span.end - span.start` is `len(value)`
    the value is exactly that text, else the span covers what it was made of.
    """

    name: str
    value: str
    span: Span | None = field(default=None, compare=False)
    form: str = "page"

    @property
    def exact(self) -> bool:
        """Whether offsets into `value` are offsets into the source, shifted by the span's start."""
        return self.span is not None and self.span.end - self.span.start == len(self.value)

    def locate(self, start: int, end: int) -> Span | None:
        """The span of `value[start:end]`: precise where possible, else the field's own."""
        if self.span is None or not self.exact:
            return self.span
        return Span(self.span.path, self.span.start + start, self.span.start + end)


@dataclass(frozen=True, slots=True)
class Note:
    """A note as a reader or the derivation gives it.

    `note_type` is the name of the note type inside the project (`Concept`), `deck` the whole
    deck name, `fields` hold only the fields that were given, in any order, `parent` is the key of
    the note that this one was derived from, `guid` the one that a person gave it. `known` says
    that learners have it just as it is here, for it was exported from Anki.
    """

    key: Key
    note_type: str
    fields: tuple[Field, ...]
    deck: str = ""
    tags: tuple[str, ...] = ()
    parent: Key | None = None
    span: Span | None = field(default=None, compare=False)
    guid: Guid | None = None
    known: bool = False

    def get(self, name: str) -> Field | None:
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        return None

    def value(self, name: str) -> str:
        """The markup of a field, empty where the note does not have it."""
        found = self.get(name)
        return found.value if found else ""


@dataclass(frozen=True, slots=True)
class Media:
    """A media file that a note shows: its name in the learner's collection, and a digest of its
    bytes."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class RenderedNote:
    """A note as it will be packaged: `html` has one value per field of the note type, in its
    order, `media` are the files that it shows; `source_digest` tells what the user wrote apart
    from how it was rendered, and from the note's key. `clozes` are the deletions whose numbers
    nobody wrote: the text of each, and the number that it has in `html`."""

    note: Note
    html: tuple[str, ...]
    source_digest: str
    media: tuple[Media, ...] = ()
    clozes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class IdentifiedNote:
    """A rendered note with its identity: the GUID, the note id (13 digits, milliseconds) and the
    modification time (seconds), which is when its content last changed."""

    rendered: RenderedNote
    guid: Guid
    id: int
    mod: int


def slug(text: str) -> str:
    """The readable identity of a title or a term: lower case, words joined by `-`.

    Letters, marks and digits of any script stay (after NFKC, so that look-alike widths are one),
    and so do `+` and `#`, because C, C++ and C# are three titles. Apostrophes vanish, everything
    else separates words. Empty where nothing is left.
    """
    if text.isascii():
        return "-".join(_ASCII_WORDS.findall(text.lower().replace("'", "")))
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(
        char if char.isalnum() or char in "+#" or unicodedata.category(char)[0] == "M" else " "
        for char in _APOSTROPHES.sub("", folded)
    )
    # In NFC, as all that is read: folding takes some letters (ΐ, ǰ) apart.
    return unicodedata.normalize("NFC", "-".join(words.split()))


_LONGEST_PART = 80  # characters of a key between two "/"


def key_part(text: str) -> str:
    """The part of a key that a heading or a question makes: its `slug`, cut at a `-` where it is
    longer than 80 characters."""
    part = slug(text)
    if len(part) <= _LONGEST_PART:
        return part
    return part[: _LONGEST_PART + 1].rpartition("-")[0] or part[:_LONGEST_PART]


def is_key(text: str) -> bool:
    """Whether a person may give this as a key: words joined by `/`, without white space or `@`."""
    return all(text.split("/")) and text.isprintable() and not re.search(r"[\s@]", text)


def digest(parts: Sequence[str]) -> str:
    """What tells two contents apart: 64 bits as 16 hexadecimal digits. The parts are kept apart
    by Anki's own field separator, which no field contains."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def hashed(*parts: str) -> int:
    """64 bits of the parts, the same on every machine."""
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(data).digest()[:8], "big")


def guid_of(number: int) -> Guid:
    """A GUID of letters and digits alone: it can stand unquoted in any search or file."""
    digits = ""
    for _ in range(11):
        digits = _ALPHABET[number % 62] + digits
        number //= 62
    return Guid(digits)
