"""The keys of rows that nobody gave one."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import replace

from deckwright.note import Key, Note, hashed

_ANY_TAG = re.compile(r"<[^<>]*>")
_SHOWN = re.compile(r"""\ssrc=(?:"([^"<>]*)"|'([^'<>]*)'|([^"'<>\s]+))""", re.IGNORECASE)
_DELETION = re.compile(r"\{\{c[0-9,]*::")
_DELETION_END = re.compile(r"(?:::[^{}:]*)?\}\}")


def plain(text: str, form: str) -> str:
    """The words of a field, without tags, references and the signs of cloze deletions; the names
    of its images where it has no words."""
    if form == "html":
        if "<" in text:
            words = _ANY_TAG.sub(" ", text)
            text = words if words.strip() else " ".join(map("".join, _SHOWN.findall(text)))
        if "&" in text:
            text = html.unescape(text)
    if "{{c" in text:
        text = _DELETION_END.sub("", _DELETION.sub("", text))
    return text


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def short(guid: str, length: int) -> str:
    """Letters and digits made of a GUID: others for nearly every other GUID."""
    number, digits = hashed("row", guid), ""
    for _ in range(length):
        number, digit = divmod(number, 36)
        digits += _DIGITS[digit]
    return digits


def apart(notes: list[Note], loose: Iterable[int]) -> list[Note]:
    """Notes of one key get other ones where they have GUIDs and nobody gave the key: all of them,
    so that their order does not matter."""
    count: dict[str, int] = {}
    for note in notes:
        count[note.key] = count.get(note.key, 0) + 1
    for at in loose:
        note = notes[at]
        if count[note.key] > 1 and note.guid:
            notes[at] = replace(note, key=Key(f"{note.key}/{short(note.guid, 6)}"))
    return notes
