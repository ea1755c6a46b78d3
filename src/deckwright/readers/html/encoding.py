"""Bytes of a saved page to text, with the encoding that a browser would guess.

The order and the labels are those of the WHATWG standards "HTML" (13.2.3) and "Encoding": a byte
order mark, what a `<meta>` in the first 1,024 bytes says, else UTF-8 where it is that, else
Windows-1252. As in a browser, bytes that an encoding does not have become U+FFFD, which the
reader tells.
"""

from __future__ import annotations

import codecs
import re

from deckwright.source import Source, Undecodable
from deckwright.source import decode as from_utf8

_HEAD = 1024  # bytes in which a browser looks for a `<meta>`
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_DECLARED = re.compile(
    rb"""<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:+-]+)|<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:+-]+)""",
    re.IGNORECASE,
)
# What browsers read otherwise than the name says, by the name that Python gives it.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    # A page whose `<meta>` could be read byte by byte is none of these.
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
_NAMES = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "x-gbk": "gb18030",
    "chinese": "gb18030",
    "dos-874": "cp874",
    "windows-874": "cp874",
    "x-user-defined": "cp1252",
    "unicode": "utf-8",
    "koi": "koi8-r",
    "koi8": "koi8-r",
    "koi8-ru": "koi8-u",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
}
# Nothing else that Python knows under a name (rot13, zlib, UTF-7) is an encoding of a page.
_KNOWN = {
    *("utf-8", "gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "cp932", "cp949", "cp866", "cp874"),
    *("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"),
    *(f"cp125{number}" for number in range(9)),
    *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
}
# Windows-1252 as browsers have it: each byte is a character, those that it leaves free too.
_WINDOWS = {
    byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)
}


def decode(path: str, data: bytes) -> Source | Undecodable:
    """The text of a page. Any bytes give a text; what stands for bytes that the page's encoding
    does not have is U+FFFD."""
    return from_utf8(path, _text(data).encode("utf-8", "replace"))


def _text(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    declared = _declared(data[:_HEAD])
    if not declared:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            declared = "cp1252"
    if declared == "cp1252":
        return data.decode("latin-1").translate(_WINDOWS)
    return data.decode(declared, "replace")


def _declared(head: bytes) -> str:
    """The encoding that a page declares, by its name in Python; empty where it does not, or
    declares one that no browser knows."""
    for found in _DECLARED.finditer(_COMMENT.sub(b"", head)):
        label = (found[1] or found[2]).decode("ascii", "replace").lower()
        label = label.removeprefix("x-") if re.fullmatch(r"x-cp125\d", label) else label
        if label in _NAMES:
            return _NAMES[label]
        try:
            name = codecs.lookup(label).name
        except (LookupError, ValueError):
            continue
        name = _MEANT.get(name, name)
        if name in _KNOWN:
            return name
    return ""
