"""Deletions as they stand in the fields of a note: which there are, and what each is known by."""

from __future__ import annotations

import html as entities
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, TypeAlias

from deckwright.note import digest

AUTOMATIC: Final = "{{c\x00::"
"""How the renderer begins a deletion without a number. No source can hold it: control characters
are removed when it is read as markup."""

MOST: Final = 499
"""The highest number that is given. Anki makes one card of all numbers from 500 on
(rslib/src/cloze.rs)."""

Numbered: TypeAlias = tuple[str, int]
"""The text of a deletion, and a number that it has."""

# What a text is known by --------------------------------------------------------------------------

# Only what begins a deletion or ends one, as Anki reads it (rslib/src/cloze.rs).
_TOKEN = re.compile(r"\{\{c([0-9,]+|\x00)::|\}\}")
_MAX_DEPTH = 10  # deletions inside each other
_MAX_NUMBER = 0xFFFF
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
_FILE = re.compile(r"""\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LETTERS = frozenset(  # tags that may stand inside a word
    "a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q ruby s samp small span strike "
    "strong tt u var wbr".split()
)
_RAISED = {"sup": "^", "sub": "_"}
_LONGEST = 100  # characters; of a longer text the beginning and a digest are kept
_BEGINNING = 80


def _known_by(html: str) -> str:
    """A deletion's HTML as the text that it is known by, whatever becomes of the markup: without
    tags, in one line, at most 100 characters. Pictures are known by their files."""
    text = _TAG.sub(_plain, html) if "<" in html else html
    text = unicodedata.normalize("NFC", " ".join(entities.unescape(text).split()))
    if len(text) > _LONGEST:
        return f"{text[:_BEGINNING].rstrip()}… {digest([text])}"
    return text


def _plain(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    if name in _RAISED:
        return "" if tag[1] else _RAISED[name]
    file = _FILE.search(tag[3])
    if file and not tag[1]:
        return f" [{file[1] or file[2] or file[3] or ''}] "
    return "" if name in _LETTERS else " "


# Deletions ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Deletion:
    """A deletion in a field: where it begins (`start` to `end`), the numbers that it has there, and
    the text that it is known by. `inside` is the deletion that Anki reads it as a part of, where it
    is too deep inside others to be one."""

    start: int
    end: int
    numbers: tuple[int, ...]
    automatic: bool
    inside: Deletion | None = None
    parts: list[str] = field(default_factory=list)
    text: str = ""


def deletions(html: str) -> list[Deletion]:
    """The deletions of a field, in the order in which they begin, those in others too."""
    found: list[Deletion] = []
    opened: list[Deletion] = []
    at = 0
    if "{{c" not in html:
        return found
    for token in _TOKEN.finditer(html):
        numbers = _numbers(token[1]) if token[1] else ()
        automatic = token[1] == "\0"
        if token[1] and not automatic and not numbers:
            continue  # text
        if opened:
            # Anki takes what stands behind `::` for the hint, in each piece of text.
            opened[-1].parts.append(html[at : token.start()].partition("::")[0])
        at = token.end()
        if token[1]:
            deletion = Deletion(token.start(), token.end(), numbers, automatic)
            found.append(deletion)
            if len(opened) < _MAX_DEPTH:
                opened.append(deletion)
            else:
                deletion.inside = opened[-1]
        elif opened:
            _close(opened)
    if opened:
        opened[-1].parts.append(html[at:].partition("::")[0])
    while opened:
        _close(opened)
    return found


def of(html: Sequence[str]) -> list[Deletion]:
    """The deletions of all fields of a note that Anki takes for such."""
    return [each for one in html for each in deletions(one) if each.inside is None]


def _close(opened: list[Deletion]) -> None:
    closed = opened.pop()
    text = "".join(closed.parts)
    closed.parts.clear()
    closed.text = _known_by(text)
    if opened:
        opened[-1].parts.append(text)


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers in "1,2" that Anki knows."""
    if len(text) < 5 and text.isdigit():
        return (int(text),)
    digits = (part.lstrip("0") or part[:1] for part in text.split(","))
    some = (int(each) for each in digits if each.isdigit() and len(each) <= 5)
    return tuple(number for number in some if number <= _MAX_NUMBER)


def provisional(html: Sequence[str]) -> tuple[tuple[str, ...], tuple[Numbered, ...]]:
    """The fields of a note as they are rendered, with numbers for the deletions that begin with
    `AUTOMATIC`, and the texts of those with their numbers, in the order in which they appear.

    Equal texts have one number. The numbers are the lowest that nobody wrote in the note, in the
    order of appearance: what a note has that no one knows yet. `settle` says which it keeps.
    """
    if not any(AUTOMATIC in each for each in html):
        return tuple(html), ()
    fields = [deletions(each) for each in html]
    written = {number for each in chain(*fields) for number in each.numbers}
    numbers: dict[str, int] = {}
    last = 0
    for each in chain(*fields):
        if each.automatic and not each.inside and each.text not in numbers:
            last += 1
            while last in written:
                last += 1
            numbers[each.text] = last
    numbered = []
    for text, own in zip(html, fields, strict=True):
        parts: list[str] = []
        at = 0
        for each in own:
            if each.automatic:
                shown = each.inside or each
                number = numbers[shown.text] if shown.automatic else shown.numbers[0]
                parts += (text[at : each.start], f"{{{{c{number}::")
                at = each.end
        numbered.append("".join((*parts, text[at:])))
    return tuple(numbered), tuple(numbers.items())


_NUMBERED = re.compile(r"\{\{c([0-9]+)::")


def renumbered(
    html: Sequence[str], clozes: Sequence[Numbered], numbers: Mapping[str, int]
) -> tuple[str, ...]:
    """The fields that `provisional` gave, with other numbers for its deletions."""
    new = {str(was): str(numbers[text]) for text, was in clozes if numbers[text] != was}
    if not new:
        return tuple(html)

    def number(found: re.Match[str]) -> str:
        return f"{{{{c{new.get(found[1], found[1])}::"

    return tuple(_NUMBERED.sub(number, each) for each in html)
