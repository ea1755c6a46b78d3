"""A field as it is written, without what is code, or is left out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from deckwright.markup import sanitising
from deckwright.markup.elements import Next

HIDDEN: Final = "\ufffc"
"""What stands for each character that is hidden, so that offsets stay what they are."""

_LONG: Final = 50_000  # characters of a value; a shorter one cannot have too much
BLANK_LINE = re.compile(r"\n(?=[ \t>]{0,200}(?:\n|\Z))")
_FENCE = re.compile(
    r"^[ \t>]{0,200}(?:(?:[-*+]|\d{1,9}[.)])[ \t]{1,20})?(?P<fence>`{3,}(?=[^`\n]*$)|~{3,}).*$",
    re.MULTILINE,
)
_MARKDOWN = re.compile(r"\\[\s\S]|`+|<!--|%%|^[ \t>]{0,200}~~~", re.MULTILINE)
_HTML = re.compile(r"<!--|<(?P<name>[A-Za-z][^\s<>/\"']*)(?=[\s>/\"'])")


def is_too_much(value: str, signs: str) -> bool:
    """Whether a field has so much markup that it is shown as it stands, which H009 tells."""
    if len(value) < _LONG:
        return False
    from deckwright.markup.rich import MAX_MARKUP

    return sum(map(value.count, signs)) > MAX_MARKUP


def read(value: str, form: str, *, code: bool = False) -> str:
    """A field's value with all hidden that is no text of it: in Markdown code, comments and what
    stands in `%%`; in HTML comments and the elements that are left out, and with `code` also those
    of code."""
    if form == "html":
        return _hidden(value, _of_html(value, code)) if "<" in value else value
    if form == "text" or not any(each in value for each in ("`", "~~~", "<!--", "%%")):
        return value
    return _hidden(value, _of_markdown(value))


def _hidden(value: str, spans: Iterator[tuple[int, int]]) -> str:
    parts: list[str] = []
    position = 0
    for start, end in spans:
        parts += (value[position:start], HIDDEN * (end - start))
        position = end
    return "".join((*parts, value[position:]))


def _of_html(value: str, code: bool) -> Iterator[tuple[int, int]]:
    position = 0
    ends: dict[str, int] = {}

    def end_of(pattern: str, at: int) -> int:
        if ends.get(pattern, 0) < at:
            found = re.compile(pattern, re.IGNORECASE).search(value, at)
            ends[pattern] = found.end() if found else len(value) + 1
        return ends[pattern]

    while found := _HTML.search(value, position):
        start, position = found.start(), found.end()
        if found["name"] is None:
            end = end_of("-->", position)
        else:
            name = found["name"].lower()
            out = name in sanitising.LEFT_OUT or name in sanitising.UNSAFE
            if name in sanitising.EMPTY or not (out or (code and name in ("code", "pre"))):
                continue
            end = end_of(rf"</{re.escape(name)}\s*>", position)
        if end <= len(value):
            yield start, end
            position = end


def _of_markdown(value: str) -> Iterator[tuple[int, int]]:
    runs: dict[int, list[int]] = {}
    for run in re.finditer("`+", value):
        runs.setdefault(len(run[0]), []).append(run.start())
    paragraph = Next(BLANK_LINE, value)
    position, comments = 0, {"<!--": "-->", "%%": "%%"}
    while found := _MARKDOWN.search(value, position):
        start, position = found.span()
        mark = found[0]
        if mark[0] == "\\":
            continue
        line = value.rfind("\n", max(0, start - 250), start) + 1
        if (mark[:3] == "```" or mark[-1] == "~") and (fence := _FENCE.match(value, line)):
            ticks = fence["fence"]
            close = re.compile(
                rf"^[ \t>]{{0,200}}{re.escape(ticks[0])}{{{len(ticks)},}}[ \t]*$", re.MULTILINE
            ).search(value, min(fence.end() + 1, len(value)))
            position = close.end() if close else len(value)
            yield max(start, fence.start("fence")), position
        elif mark[0] == "`":
            same = runs[len(mark)]
            index = bisect_left(same, position)
            if index < len(same) and same[index] < paragraph.start(start):
                position = same[index] + len(mark)
                yield start, position
        elif mark in comments:
            end = value.find(comments[mark], position)
            if end < 0:
                del comments[mark]
            else:
                position = end + len(comments[mark])
                yield start, position
