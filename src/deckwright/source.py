"""Sources: bytes to text, spans, and the way from an offset back to a line and a column.

Everything above speaks of places as offsets into `Source.text`; lines and columns exist only
where something is shown.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

_NEWLINE = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a source: `path` as the user knows it, and two offsets into the text as it was
    read (`Source.text`), in characters, the end excluded."""

    path: str
    start: int
    end: int


@dataclass(frozen=True)
class Source:
    """One text that a user wrote.

    `text` has no byte order mark, and every line ends in `\\n`, whatever the file had: the same
    words saved on Windows are the same source. It is in NFC, as Anki stores every text (measured on
    26.9.3), so that what arrives is what was written. Lines end at `\\n` alone, never at U+2028 and
    its like, which are ordinary characters of a text.
    """

    path: str
    text: str

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    def location(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset, both counted from 1, the column in characters."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (counted from 1), without its end."""
        starts = self._starts
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end]

    def span(self, start: int, end: int) -> Span:
        return Span(self.path, start, end)


@dataclass(frozen=True, slots=True)
class Undecodable:
    """Bytes that are no UTF-8 text: what could be read up to the first bad byte, the offset of
    that, what is wrong, and what the user can do."""

    shown: Source
    offset: int
    message: str
    hint: str


def decode(path: str, data: bytes) -> Source | Undecodable:
    """Read bytes as UTF-8 text, with or without a byte order mark, with any line ends."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        shown = Source(path, "")
        return Undecodable(shown, 0, "this is UTF-16, not UTF-8", "save it as UTF-8 in your editor")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _unify(data[: error.start].decode("utf-8"))
        message = f"this is not UTF-8: the byte 0x{data[error.start]:02x} begins no character"
        hint = "save it as UTF-8 in your editor (it may be Windows-1252 or Latin-1 now)"
        return Undecodable(Source(path, before), len(before), message, hint)
    return Source(path, _unify(text))


def _unify(text: str) -> str:
    # Also where files were put one behind the other; nowhere does it show.
    text = text.replace("\ufeff", "")
    text = _NEWLINE.sub("\n", text) if "\r" in text else text
    return unicodedata.normalize("NFC", text)
