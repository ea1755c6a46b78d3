"""What a note says: its fields as plain text, what its clozes delete, and its content with the
bytes of its media, as far as a learner sees it."""

from __future__ import annotations

import html
import re
import unicodedata
import urllib.parse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

__all__ = ["Content", "content_of", "deletions", "plain", "undeleted"]

_MEDIA: Final = re.compile(
    r"(<(?:img|audio|video|source|object)\b[^<>]*?\b(?:src|data)\s*=\s*)"
    r"(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>]+))|\[sound:([^\]\[]*)\]",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"</?[a-z!?][^<>]*(?:>|$)", re.IGNORECASE)
_HIDDEN: Final = re.compile(r"<!--|<script\b|<style\b", re.IGNORECASE)
_CLOSED_BY: Final = {"<!--": "-->", "<script": "</script>", "<style": "</style>"}
# Dropped by Anki from every field that it stores (rslib/src/notes, normalize_field).
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# Tags that say how somebody learns: an import without schedule drops them.
_OWN_TAGS: Final = frozenset({"leech", "marked"})


@lru_cache(maxsize=100_000)
def plain(markup: str) -> str:
    """HTML as plain text on one line, with the names of media where they are shown."""
    if "<" in markup or "[" in markup:
        markup = _MEDIA.sub(_named, _shown(markup))
        markup = _TAG.sub(" ", markup)
    return " ".join(unicodedata.normalize("NFC", html.unescape(markup)).split())


def _named(found: re.Match[str]) -> str:
    return f" {urllib.parse.unquote(_media_name(found))} {found[1] or ''}"


def _shown(markup: str) -> str:
    """HTML without comments, scripts and styles. Takes time in proportion to its length."""
    parts, at = [], 0
    lower = markup.lower()
    while found := _HIDDEN.search(markup, at):
        closing = _CLOSED_BY[found[0].lower()]
        end = lower.find(closing, found.end())
        parts.append(markup[at : found.start()])
        at = end + len(closing) if end >= 0 else len(markup)
    return "".join((*parts, markup[at:]))


def _media_name(found: re.Match[str]) -> str:
    # Entities are decoded and percents are not: as Anki does where it looks what to import.
    name = found[2] or found[3] or found[4] or found[5] or ""
    return unicodedata.normalize("NFC", html.unescape(name))


@dataclass(frozen=True, slots=True)
class Content:
    """What a note says: its fields with gaps for the media, its tags, and the media in the gaps,
    each as its name and the digest of its bytes, if there are any."""

    fields: tuple[str, ...]
    tags: frozenset[str]
    media: tuple[tuple[str, str | None], ...]

    def same(self, other: Content) -> bool:
        """Whether a learner sees the same; media may have other names if their bytes are equal."""
        return (
            (self.fields, self.tags, len(self.media))
            == (other.fields, other.tags, len(other.media))
        ) and all(
            mine == yours if mine and yours else name == other_name
            for (name, mine), (other_name, yours) in zip(self.media, other.media, strict=True)
        )


def content_of(
    fields: Sequence[str], tags: Iterable[str], digest: Callable[[str], str | None]
) -> Content:
    """The content of a note, as Anki stores it. `digest` gives that of a media file by its name,
    and None where there is no such file."""
    media: list[tuple[str, str | None]] = []

    def gap(found: re.Match[str]) -> str:
        name = _media_name(found)
        if "://" in name or name.startswith("data:"):
            return found[0]
        media.append((name, digest(name)))
        return f"{found[1] or '[sound:'}\x00"

    stored = (unicodedata.normalize("NFC", _CONTROL.sub("", field)) for field in fields)
    filled = [_MEDIA.sub(gap, field) for field in stored]
    while filled and not filled[-1]:  # a field that was added and is empty says nothing
        filled.pop()
    folded = frozenset(unicodedata.normalize("NFC", tag).casefold() for tag in tags)
    return Content(tuple(filled), folded - _OWN_TAGS, tuple(media))


_DEEPEST: Final = 10  # deletions inside each other; Anki passes over an opening beyond that
_DELETION: Final = re.compile(r"\{\{c(\d{1,5}(?:,\d{1,5})*)::|\}\}")


def undeleted(field: str) -> str:
    """A field as plain text in which nothing is deleted."""
    if "{{c" not in field:
        return plain(field)
    return plain(_DELETION.sub("", field))


def deletions(fields: Iterable[str]) -> dict[int, list[str]]:
    """What is deleted under each cloze number, as plain text without hints."""
    found: dict[int, list[str]] = {}
    for field in fields:
        opened: list[tuple[list[int], int]] = []
        for token in _DELETION.finditer(field):
            if token[1] and len(opened) < _DEEPEST:
                opened.append(([int(number) for number in token[1].split(",")], token.end()))
            elif not token[1] and opened:
                numbers, start = opened.pop()
                # A deletion inside this one is text here; what follows `::` after it is a hint.
                inner = _DELETION.sub("", field[start : token.start()])
                deleted = plain(inner.partition("::")[0]).casefold()
                for number in numbers:
                    found.setdefault(number, []).append(deleted)
    return found
