"""Media in a field: how an image, a sound or a video is written for Anki."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import TypeAlias
from urllib.parse import unquote

from deckwright.markup import characters
from deckwright.markup.tokens import Kind, Token
from deckwright.media import kind_of

Show: TypeAlias = Callable[[str], str | None]
"""The name to write for a reference to a media file, or None where it cannot be shown."""

SIZE = re.compile(r"(?:(?P<alt>[^|]*)\|)?\s*(?P<width>[0-9]{1,5})(?:x(?P<height>[0-9]{1,5}))?\s*")
SOUND = re.compile(r"\[sound:([^\]\n<>]{1,1000})\]")
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_ATTRIBUTE = re.compile(r" ([a-z-]+)=\"([^\"]*)\"")


def _in_address(name: str) -> str:
    """A name as the address of an element: Anki decodes it."""
    if not _REMOTE.match(name):
        name = name.replace("%", "%25").replace("#", "%23").replace("?", "%3F")
    return _safe(name)


def _safe(name: str) -> str:
    return characters.encode_code(characters.escape(name).replace('"', "&quot;"))


def played(name: str) -> Token:
    """What makes Anki play a file."""
    return Token(Kind.LIVE, f"[sound:{_safe(name)}]")


def sound(written: str, show: Show, form: str) -> Token:
    """`[sound:x.mp3]` as it may be written. Only in HTML is the name as it stands HTML already."""
    reference = written if form == "text" else unescape(written)
    name = show(reference)
    if name is None:
        return Token(Kind.TEXT, "", f"[sound:{written}]")
    if form == "html" and name == reference:
        return Token(Kind.LIVE, f"[sound:{written}]", f"[sound:{written}]")
    return Token(Kind.LIVE, played(name).html, f"[sound:{written}]")


def embedded(reference: str, option: str, source: str, show: Show) -> Token:
    """`![[x.png|300x200]]`: `option` is the size, or a text in place of the image."""
    size = SIZE.fullmatch(option)
    alt = (size["alt"] or "") if size else option
    name = show(reference)
    if name is None:
        return Token(Kind.TEXT, characters.escape(alt), source)
    if _is_played(name):
        return Token(Kind.LIVE, played(name).html, source)
    html = f'<img src="{_in_address(name)}"'
    if alt:
        html += f' alt="{_safe(alt)}"'
    return Token(Kind.LIVE, html + _sizes(size) + ">", source)


def _sizes(size: re.Match[str] | None) -> str:
    if not size:
        return ""
    height = f' height="{size["height"]}"' if size["height"] else ""
    return f' width="{size["width"]}"{height}'


def _is_played(name: str) -> bool:
    return kind_of(name.partition("?")[0] if _REMOTE.match(name) else name) in ("sound", "video")


def source_of(tag: str) -> str:
    """The address in a tag as it is written, "" where there is none."""
    return next((value for name, value in _ATTRIBUTE.findall(tag) if name == "src"), "")


def _named(address: str, show: Show) -> tuple[str, str | None]:
    """What an address as written refers to, and the name to write for it."""
    address = unescape(address).strip()
    reference = address if _REMOTE.match(address) else unquote(address)
    return reference, show(reference)


def media(address: str, show: Show) -> Token:
    """An audio or video element as Anki plays it."""
    name = _named(address, show)[1]
    return Token(Kind.TEXT, "") if name is None else played(name)


def image(tag: str, show: Show, *, sized: bool) -> Token:
    """An `<img>` with double-quoted attributes, as it may be written. `sized` says that the size
    may stand in its alternative text (`alt|300`)."""
    attributes = dict(_ATTRIBUTE.findall(tag))
    address = attributes.get("src", "")
    alt = attributes.get("alt", "")
    size = SIZE.fullmatch(alt) if sized and "|" in alt else None
    if size:
        attributes["alt"] = alt = size["alt"].strip()
    if unescape(address)[:5].lower() == "data:":
        return Token(Kind.LIVE, characters.encode_code(tag))
    reference, name = _named(address, show) if address else ("", None)
    if name is None:
        return Token(Kind.TEXT, characters.escape(unescape(alt)))
    if _is_played(name):
        return played(name)
    if name == reference and not size and not sized:
        return Token(Kind.LIVE, characters.encode_code(tag))
    attributes["src"] = _in_address(name)
    written = "".join(
        f' {key}="{value if key == "src" else characters.encode_code(value)}"'
        for key, value in attributes.items()
    )
    return Token(Kind.LIVE, f"<img{written}{_sizes(size)}>")
