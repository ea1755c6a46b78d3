"""CommonMark with tables, strikethrough and footnotes, by pyromark."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyromark import Markdown

_BULLET = re.compile(r"(?m)^ {2,}(?:[-*+]|\d{1,9}[.)]) ")
_NUMBER = re.compile(r"(?m)^ *\d{1,9}[.)] ")
_ITEM = re.compile(r"( *)([-*+]|\d{1,9}[.)])( +)(?=\S)")
_TICKS = re.compile(r"`{3,}")


def _indented(text: str) -> str:
    """Lists inside numbered lists, indented as far as CommonMark wants: people (and other
    Markdown) take two blanks where it takes three."""
    if not (_BULLET.search(text) and _NUMBER.search(text)):
        return text
    lines = []
    levels: list[tuple[int, int, int]] = []  # of each list: indentation, where its text is, shift
    fence, shift = "", 0
    for line in text.split("\n"):
        width = len(line) - len(line.lstrip(" "))
        if width == len(line):
            lines.append(line)
            continue
        if fence:
            fence = "" if line.strip().startswith(fence) else fence
            lines.append(" " * shift + line)
            continue
        while levels and width < levels[-1][0] + 2:
            levels.pop()
        shift = levels[-1][2] if levels else 0
        if item := _ITEM.match(line):
            if levels:
                shift += max(0, levels[-1][1] - width - shift)
            blanks = len(item[3]) if len(item[3]) < 5 else 1
            levels.append((width, width + shift + len(item[2]) + blanks, shift))
        elif found := _TICKS.match(line, width):
            fence = found[0]
        lines.append(" " * shift + line)
    return "\n".join(lines)


@cache
def _markdown() -> Markdown:
    from pyromark import Markdown, Options

    options = Options.ENABLE_TABLES | Options.ENABLE_STRIKETHROUGH | Options.ENABLE_FOOTNOTES
    return Markdown(options=options)


# As Anki's own editor writes them, and page text: a page converted to Markdown stays what it is.
_NAMES = {"strong": "b", "em": "i"}
_NAMED = re.compile(r"(?<=<)(/?)(strong|em)(?=>)")
_BOLD_LINE = re.compile(
    r"(?<!<blockquote>\n)<p><b>([^<\n]*[^<\n.!。！:：\s])[:：]?</b>\s*[:：]?</p>(?=\n.)"
)


def to_html(text: str) -> str:
    """The HTML of a text. Its elements may be unsafe, and not closed. A line that is wholly bold is
    the heading of what follows it, unless it is a sentence."""
    html = _NAMED.sub(lambda tag: tag[1] + _NAMES[tag[2]], _markdown().html(_indented(text)))
    return _BOLD_LINE.sub(r"<h3>\1</h3>", html)
