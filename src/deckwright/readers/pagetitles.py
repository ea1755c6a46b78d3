"""Titles of the page reader: which lines are one, and which would be but for a blank line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from deckwright import blocks

_CLOSING = tuple(".:;,!…。：；，、！")
_AROUND_CLOSING = "*_\"'”’»"
_LONGEST_TITLE = 200  # characters; a longer line without a full stop is text that lacks one
# A sentence between parentheses behind another one: `Pour it off. (The fat may be frozen.)`
_ASIDE = re.compile(r"\w{3}[.…]\s+\((?=[^\Wa-z_\d])[^()]*\s[^()]*\s[^()]*[.!…]\)$")
_URL = re.compile(r"(?:\w+://|www\.)\S+")
_NO_TITLE_START = ("**", "|", ">", "![", "<!--")


def is_title(line: str) -> bool:
    """Whether a line, standing alone between blank lines, is a title."""
    if len(line) > _LONGEST_TITLE or line.rstrip(_AROUND_CLOSING).endswith(_CLOSING):
        return False
    if line[-1] == ")" and _ASIDE.search(line):
        return False
    first = line[0]
    if ("://" in line or first == "w") and _URL.fullmatch(line):
        return False
    if first.isalpha():  # as most lines begin
        return True
    if line.startswith(_NO_TITLE_START) or blocks.is_marked(line):
        return False
    if first == "(" and line.rstrip(")").endswith(_CLOSING):
        return False
    if first == "`" and line.find("`", 1) == len(line) - 1:
        return False
    return any(map(str.isalnum, line))


class Swallowed(NamedTuple):
    """A line inside a card that looks like a title, where it stands, why it is none, and how it
    would become one."""

    start: int
    end: int
    why: str
    way: str


_LONGEST = 100  # characters of a line that surely is meant as a title
_WORDS = 12  # of it, at most
_PROSE = 8  # words, at least, of a line that needs no full stop to be prose
_LONGER = 1.5  # how much longer than a title prose is; the lines of a verse are alike
_WRAPPED = range(50, 111)  # characters of a line that may go on in the next one
_ENDS = tuple(".!?…。！？")
_GOES_ON = tuple(":;,：；，、")
# What formulas, code and lists of names are made of, and titles hardly ever.
_SIGNS = re.compile(
    r"[=<>{}\[\]\\|;$^~@→⇌≈≤≥·•_\t]|\s[-–—+*/]\s.*\s[-–—+*/]\s|\w\(\S*\)|, ?\d|: |://|  "
)
_UNFINISHED = re.compile(r"\S+,\s|.*\s(?:a|and|are|by|for|in|is|of|or|the|to|with)$")
_PLAIN = re.compile(r"(?![A-Z]{2})[\w\s()'’,&/-]+")
_TERM = re.compile(r"\*\*[^*\n]+(?:[:：]\*\*|\*\*\s*[:：])")
_MARK = re.compile(r"\S+\s+")
_BETWEEN = re.compile(r"\n(?<=[.!?。]\n)((?!\d{1,3}[.)])[^\W_][^\n]{0,99})\n(?=\S)")
_CODE = 4  # columns that code is indented by
_OPENING = "*\"“„«‘'(¿¡「『"
_NO_END = frozenset(".:;,!…。：；，、！?？*`")  # of a title that is meant here
_FENCES = ("```", "~~~")
# A line that nothing closes; in most cards there is none. The line end comes first, for speed.
_UNCLOSED = re.compile(rf"\n(?<=[^{re.escape(''.join(sorted(_NO_END)))}\n]\n)")


def swallowed(text: str, body: Sequence[tuple[int, int]], base: int) -> tuple[Swallowed, ...]:
    """The lines of a card that were meant as the title of another one, as far as can be told.

    `body` are its parts between blank lines, `base` is how far the page is indented. Found is a
    short line with a capital or a digit at its start and nothing that closes it, if

    - prose follows right below it (its blank line is missing),
    - it stands right under the end of a sentence or of a list, with prose below it,
    - or it is indented, but belongs to no list.

    What a colon leads in to passes, and so do questions with their answers below them, verse,
    lines of one length, items, formulas, and what stands there twice, as the speakers of a dialogue
    do.
    """
    if not body:
        return ()
    begin, stop = body[0][0], body[-1][1]
    if text[stop - 1] in _NO_END and not _UNCLOSED.search(text, begin, stop):
        return ()
    found: list[Swallowed] = []
    indented: list[Swallowed] = []
    last = len(body) - 1
    for index, (start, end) in enumerate(body):
        first_end = text.find("\n", start, end)
        if first_end < 0:
            if text[start - 1] != "\n" and _is_indented_title(text, body, index, base):
                way = "move it to the left, where the other titles begin"
                indented.append(Swallowed(start, end, "is indented", way))
            continue
        each = None
        if index and text[start].isalnum() and text[first_end - 1] not in _NO_END:
            each = _above_text(text, body, index, base)
        if not each and index < last and text[end - 1] not in _NO_END:
            each = _under_text(text, body, index, base)
        if not each and not base and text.find(".\n", first_end - 1, end) >= 0:
            each = _between(text, start, end)
        if each and not text.startswith(_FENCES, start):
            found.append(each)
    if indented:  # more of them are a way to write something else
        alike = Counter(
            _indent(text, a)
            for a, b in body
            if text[a - 1] != "\n" and b - a <= _LONGEST and _like_title(text[a:b])
        )
        found += (each for each in indented if alike[_indent(text, each.start)] == 1)
    if found:
        lines = Counter(map(str.strip, text[body[0][0] : body[-1][1]].split("\n")))
        found = [each for each in found if lines[text[each.start : each.end]] == 1]
    return tuple(sorted(found))


def _like_title(line: str) -> bool:
    first = line[:1]
    return (
        first.isalnum()
        and not first.islower()
        and len(line) <= _LONGEST
        and line.count(" ") < _WORDS
        and not line.endswith(("?", "？"))
        and is_title(line)
        and not _SIGNS.search(line)
        and not _UNFINISHED.match(line)
        and any(map(str.isalpha, line))
    )


def _is_prose(line: str, title: str) -> bool:
    """Whether a line is text as it stands under a title."""
    first = line[:1]
    words = line.count(" ") + 1
    return (
        len(line) >= _LONGER * len(title)
        and not first.islower()
        and (first.isalnum() or first in _OPENING)
        and (words >= _PROSE or line.rstrip(_AROUND_CLOSING).endswith(_ENDS))
        and not line.startswith(_NO_TITLE_START[1:])
        and not blocks.is_marked(line)
        and not _TERM.match(line)
    )


def _above_text(
    text: str, body: Sequence[tuple[int, int]], index: int, base: int
) -> Swallowed | None:
    """The first line of a part, where what is below it is its text."""
    start, end = body[index]
    line = _line_at(text, start, end)
    if not _like_title(line) or _indent(text, start) != base:
        return None
    below = text.find("\n", start, end) + 1 + base
    above = _last_line(text, body[index - 1])
    if (
        above.endswith(_GOES_ON)
        or text[below].isspace()
        or not _is_prose(_line_at(text, below, end), line)
    ):
        return None
    why, way = "has text right below it", "put a blank line below it"
    return Swallowed(start, start + len(line), why, way)


def _under_text(
    text: str, body: Sequence[tuple[int, int]], index: int, base: int
) -> Swallowed | None:
    """The last line of a part, where it stands under what is no part of it."""
    start, end = body[index]
    at = text.rfind("\n", start, end) + 1
    line = text[at:end].strip()
    if not _like_title(line) or text[at + base : at + base + len(line)] != line:
        return None
    below = body[index + 1]
    if text.startswith(_FENCES, below[0]) or _indent(text, below[0]) != base:
        return None
    if not _is_prose(_line_at(text, *below), line):
        return None
    lines = text[start : at - 1].split("\n")
    if blocks.is_marked(lines[-1].strip()):
        if not _ends_list(lines, line):
            return None
    elif not _ends_sentence(lines[-1].strip(), line):
        return None
    at += base
    why, way = "stands right under other text", "put a blank line above it"
    return Swallowed(at, at + len(line), why, way)


def _ends_sentence(above: str, line: str) -> bool:
    return (
        above.rstrip(_AROUND_CLOSING).endswith(_ENDS)
        and len(above) >= _LONGER * len(line)
        and (above.count(" ") + 1 >= _PROSE or not above.isascii())
    )


def _ends_list(lines: Sequence[str], line: str) -> bool:
    """Whether a list is over before a line: its items have no lines of their own below them, and
    the last one does not go on in it."""
    marked = [blocks.is_marked(each.strip()) for each in lines]
    if not all(marked[marked.index(True) :]):
        return False
    last = lines[-1].rstrip()
    if last.endswith(_GOES_ON):
        return False
    if last.endswith(_ENDS) or len(last) not in _WRAPPED:
        return True
    word = len(line.partition(" ")[0])
    return len(last) + 1 + word <= max(map(len, lines[:-1]), default=0)


def _between(text: str, start: int, end: int) -> Swallowed | None:
    """A line inside a part with text right above and right below it."""
    for match in _BETWEEN.finditer(text, start, end):
        line = match[1].rstrip()
        above = text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
        if (
            _like_title(line)
            and _is_prose(_line_at(text, match.end(), end), line)
            and (blocks.is_marked(above) or _ends_sentence(above, line))
        ):
            why, way = "has text right above and below it", "put blank lines around it"
            return Swallowed(match.start(1), match.start(1) + len(line), why, way)
    return None


def _is_indented_title(text: str, body: Sequence[tuple[int, int]], index: int, base: int) -> bool:
    start, end = body[index]
    indent = _indent(text, start)
    line = text[start:end]
    if indent <= base or not 0 < index < len(body) - 1 or not _like_title(line):
        return False
    if (indent - base >= _CODE or "\t" in text[start - indent : start]) and not _PLAIN.fullmatch(
        line
    ):
        return False  # code is indented, too
    below, above = body[index + 1], _last_line(text, body[index - 1])
    if _indent(text, below[0]) != base or not _is_prose(_line_at(text, *below), line):
        return False
    if above.endswith(_GOES_ON) or _indent(text, body[index - 1][0]) > base:
        return False
    mark = _MARK.match(above) if blocks.is_marked(above) else None
    # What is indented as far as the words of an item belongs to it.
    return not mark or indent - base < len(mark[0]) or above.endswith(_ENDS)


def _line_at(text: str, start: int, end: int) -> str:
    stop = text.find("\n", start, end)
    return text[start : end if stop < 0 else stop].strip()


def _last_line(text: str, part: tuple[int, int]) -> str:
    start, end = part
    return text[max(start, text.rfind("\n", start, end) + 1) : end].strip()


def _indent(text: str, start: int) -> int:
    return start - text.rfind("\n", 0, start) - 1
