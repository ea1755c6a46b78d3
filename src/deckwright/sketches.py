"""Sketches: what the lock keeps of a note's text, so that it is recognised under another key.

The lock is all that is known of a note as it was, so each of its lines has a sketch: a short text
from which one can tell how much of the old note stands in a new text. Pure, and the same on every
machine and in every version: sketches are kept in locks for ever.
"""

from __future__ import annotations

import binascii
import re
import sys
from array import array
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

from deckwright.note import Note

# What a note says ---------------------------------------------------------------------------------

_NOT_BODY = frozenset(("Source", "Context", "Term", "Reverse", "Opening"))


def body(note: Note) -> str:
    """The text that tells a note apart from its name: all that it says but its first field (the
    question or the title), and but the fields that repeat or place it. Where there is nothing else,
    its `Opening` (a concept of one sentence has no more), else its first field."""
    text = "\n".join([f.value for f in note.fields[1:] if f.name not in _NOT_BODY])
    if text and not text.isspace():
        return text
    return note.value("Opening") or (note.fields[0].value if note.fields else "")


# Sketches -----------------------------------------------------------------------------------------
#
# A text is a set of shingles, short runs of its words or letters, and a sketch has their number
# and the hashes of the few that are smallest: a random sample, as hashes are. Which shingles, its
# first letter says. White space, case, punctuation and markup are no part of any.

_SAMPLE = 32
"""Hashes in a sketch, so that it has at most 89 characters. The share of an old text that is found
again is thus known to about ± 0.08."""

_PAIRS, _TRIPLES, _ANCHORED = "pta"
_SCHEMES = (_PAIRS, _TRIPLES, _ANCHORED)

_UPPER, _LOWER = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz"
_ALNUM = _UPPER + _LOWER + b"0123456789"
_NO_ALNUM = bytes(set(range(256)) - set(_ALNUM))
_ANCHOR = b"p"
_TO_ANCHORS = bytes.maketrans(_UPPER + b"m", _LOWER.replace(b"m", _ANCHOR) + _ANCHOR)
_TO_WORDS = bytes.maketrans(
    _UPPER + bytes(set(range(128)) - set(_ALNUM)), _LOWER + b" " * (128 - len(_ALNUM))
)
_MARKUP = b"*_`"
_ANCHORED_RUN = re.compile(_ANCHOR + b"[^" + _ANCHOR + b"]{4,11}")
_SHORT = 300  # bytes
_FEWEST_ANCHORS = 12
_MOST_PAIRS = 45  # words; of longer texts, triples tell more
# Scripts without spaces between words: each letter counts as a word.
_WORD = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]|"
    "[^\\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)


def sketch(text: str) -> str:
    """The sketch of a text: at most 89 characters of ASCII, the first of which names the scheme.
    Empty for a text without any word. Never changes for the same text: it is kept in locks."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > _SHORT:
        letters = data.translate(_TO_ANCHORS, _NO_ALNUM)
        if 2 * len(letters) > len(data) and len(found := _anchored(letters)) >= _FEWEST_ANCHORS:
            return _written(_ANCHORED, found)
    words = _words(text, data)
    if not words:
        return ""
    if len(words) <= _MOST_PAIRS:
        return _written(_PAIRS, _pairs(words))
    return _written(_TRIPLES, _triples(words))


def _written(scheme: str, found: set[int]) -> str:
    smallest = array("I", sorted(found)[:_SAMPLE])
    if sys.byteorder == "big":
        smallest.byteswap()
    hashes = smallest.tobytes()  # of four bytes each; the low two are kept
    data = min(len(found), 0xFFFF).to_bytes(2, "little") + hashes[::4] + hashes[1::4]
    return scheme + binascii.b2a_base64(data, newline=False).decode().rstrip("=")


def _anchored(letters: bytes) -> set[int]:
    """Runs of up to 12 letters that begin with one of two letters: found by C alone, so that a
    build can afford it for every note."""
    return set(map(crc32, _ANCHORED_RUN.findall(letters)))


def _words(text: str, data: bytes) -> list[bytes]:
    if text.isascii():
        return data.translate(_TO_WORDS, _MARKUP).split()
    plain = text.translate(_NO_MARKUP).casefold()
    return [word.encode("utf-8", "surrogatepass") for word in _WORD.findall(plain)]


_NO_MARKUP = dict.fromkeys(_MARKUP)


def _pairs(words: list[bytes]) -> set[int]:
    """Two words in a row, and the first alone."""
    singles = list(map(crc32, words))
    return {singles[0], *map(crc32, words[1:], singles)}


def _triples(words: list[bytes]) -> set[int]:
    pairs = map(crc32, words[1:], map(crc32, words))
    return set(map(crc32, words[2:], pairs)) or {crc32(b" ".join(words))}


@dataclass(frozen=True, slots=True)
class Sketch:
    """A sketch as it is read: how many shingles its text has, and the sample of them. A shingle is
    a number made of its scheme and 16 bits of its hash."""

    scheme: str
    count: int
    sample: tuple[int, ...]


def read(text: str) -> Sketch | None:
    """What a sketch says; None where it is empty, damaged or of a scheme of later times."""
    scheme, coded = text[:1], text[1:]
    if not scheme or scheme not in _SCHEMES:
        return None
    try:
        data = binascii.a2b_base64(coded + "=" * (-len(coded) % 4), strict_mode=True)
    except ValueError:
        return None
    count, number = int.from_bytes(data[:2], "little"), len(data) // 2 - 1
    if len(data) % 2 or number < 1 or number != min(count, _SAMPLE):
        return None
    low, high = data[2 : 2 + number], data[2 + number :]
    base = _SCHEMES.index(scheme) << 16
    sample = tuple(base | b << 8 | a for a, b in zip(low, high, strict=True))
    return Sketch(scheme, count, sample)


class Text:
    """A new text: its shingles by each scheme, made when asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.made: dict[str, tuple[frozenset[int], int]] = {}

    def shingles(self, scheme: str) -> tuple[frozenset[int], int]:
        """The shingles as numbers, and how many they are (numbers may clash)."""
        if scheme not in self.made:
            found = self._found(scheme)
            base = _SCHEMES.index(scheme) << 16
            count = len(found)
            if scheme == _ANCHORED and not self.text.isascii():
                # Of a text that is mostly of another script anchors see only the rest.
                data = self.text.encode("utf-8", "surrogatepass")
                letters = len(data.translate(None, _NO_ALNUM))
                if 2 * letters <= len(data) and letters:
                    count = count * len(data) // (2 * letters)
            self.made[scheme] = frozenset([base | each & 0xFFFF for each in found]), count
        return self.made[scheme]

    def _found(self, scheme: str) -> set[int]:
        data = self.text.encode("utf-8", "surrogatepass")
        if scheme == _ANCHORED:
            return _anchored(data.translate(_TO_ANCHORS, _NO_ALNUM))
        words = self._words
        if not words:
            return set()
        return _pairs(words) if scheme == _PAIRS else _triples(words)

    @cached_property
    def _words(self) -> list[bytes]:
        return _words(self.text, self.text.encode("utf-8", "surrogatepass"))


def similarity(sketched: str, text: str) -> float:
    """How similar the text behind a sketch is to another, from 0 to 1: Dice's coefficient of their
    shingles, estimated. 0 where the sketch tells nothing."""
    old = read(sketched)
    return compare(old, Text(text))[1] if old else 0.0


def compare(old: Sketch, text: Text) -> tuple[float, float]:
    """The share of an old text that is found in another, and how similar the two are."""
    found, count = text.shingles(old.scheme)
    sampled, hits = len(old.sample), sum(each in found for each in old.sample)
    return hits / sampled, dice(old.count, sampled, hits, count)


def dice(old_count: float, sampled: int, hits: int, new_count: int) -> float:
    if not hits:
        return 0.0
    return min(1.0, 2 * old_count * hits / sampled / (old_count + new_count))
