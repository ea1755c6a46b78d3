"""HTML as a person reads it: lines of plain text, and titles of one line."""

from __future__ import annotations

import re
import zlib
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote

__all__ = ["CONTROL", "READABLE", "as_title", "on_one_line", "plain_text"]

# Beyond this a field is not read: Python's own parser of HTML takes 0.3 s for the worst of so many.
READABLE: Final = 200_000  # characters

CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_LINES: Final = frozenset(
    "address article aside blockquote br dd details div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tr ul".split()
)
_SPACES: Final = frozenset(("td", "th"))
_SHOWN: Final = {"img": "image", "audio": "audio", "video": "video", "source": "media"}
# What is no whole tag is text. The parser reads it so too, but in time with the square of its
# length, or it raises AssertionError (`<![<`, Python 3.11).
_LOOSE: Final = re.compile(r"<(?![/a-zA-Z][^<>]*>)")


def plain_text(html: str) -> str:
    """The HTML of a field as a person reads it, without control characters.

    Paragraphs, breaks and items of lists stand on lines of their own, items after `- `. An image is
    `[image: bee.png]`; sounds (`[sound:a.mp3]`), MathJax (`\\(…\\)`) and cloze (`{{c1::…}}`) stand
    as they are written. The content of scripts and styles, comments, and what stands behind an open
    comment is left out, as browsers do. Any text can be given.
    """
    if "<" in html or "&" in html:
        reader = _Reader()
        reader.feed(_LOOSE.sub("&lt;", _without_comments(html)))
        reader.close()
        html = "".join(reader.parts)
    else:
        html = html.replace("\n", " ")
    lines = (" ".join(line.split()) for line in CONTROL.sub("", html).split("\n"))
    return "\n".join(line for line in lines if line not in ("", "-"))


def _without_comments(html: str) -> str:
    parts, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        parts.append(html[at:start])
        end = html.find("-->", start + 4)
        if end < 0:
            return "".join(parts)
        at = end + 3
    return "".join((*parts, html[at:]))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.preformatted = self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LINES:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag in _SPACES:
            self.parts.append(" ")
        elif tag in _SHOWN:
            source = dict(attrs).get("src")
            if source:
                self.parts.append(f" [{_SHOWN[tag]}: {_file_name(source)}] ")
        self.preformatted += tag == "pre"
        self.hidden = self.hidden or tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        if tag in _LINES:
            self.parts.append("\n")
        self.preformatted -= tag == "pre" and self.preformatted > 0
        if tag in ("script", "style"):
            self.hidden = False

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data if self.preformatted else data.replace("\n", " "))


def _file_name(source: str) -> str:
    if source.startswith("data:"):  # the picture itself: a name for it that changes with it
        return f"{source[:30].partition(';')[0]} {zlib.crc32(source.encode('utf-8', 'replace')):x}"
    return on_one_line(unquote(source)).replace("[", "(").replace("]", ")")


def on_one_line(text: str) -> str:
    """Any text on one line, without control characters."""
    return " ".join(CONTROL.sub("", text).split())


_TITLE: Final = 200  # characters


def as_title(text: str) -> str:
    """Plain text on one line that is not too long for a list."""
    line = on_one_line(text)
    return line if len(line) <= _TITLE else f"{line[: _TITLE - 1]}…"
