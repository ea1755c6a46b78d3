"""What of a field is prose: its text with all else blotted out, so that offsets stay.

Code, formulas, addresses and the like become `OBJECT`s, as many as they had characters; marks that
a learner does not see (emphasis, tags, the braces of deletions) become `NOTHING`; `BREAK` stands
where a block or the cell of a table ends, followed by `NOTHING` where the marker of a list was.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from html import unescape
from typing import Final

from deckwright.checks.subject import Subject
from deckwright.diagnostics import Diagnostic, Edit, Rule
from deckwright.note import Field, Note
from deckwright.source import Span

OBJECT: Final = "\x00"
NOTHING: Final = "\x01"
BREAK: Final = "\x02"


class Told:
    """The findings of one rule, each place once: one heading stands above many notes, and a
    template makes a field of each row."""

    def __init__(self, subject: Subject, rule: Rule) -> None:
        self._subject, self._rule = subject, rule
        self._places: set[tuple[str, str | int, str | int]] = set()

    def tell(
        self,
        note: Note,
        field: Field,
        start: int,
        end: int,
        message: str,
        hint: str,
        mended: str | None = None,
    ) -> Iterator[Diagnostic]:
        """What is wrong with `value[start:end]`; `mended` is what should stand there, where that
        changes no meaning."""
        span, raw = self._find(field, start, end)
        place: tuple[str, str | int, str | int]
        if span is None:
            place = (note.key, field.name, message)
        elif raw is None:  # a template made it
            place = (span.path, field.name, message)
        else:
            place = (span.path, span.start, span.end)
        if place in self._places:
            return
        self._places.add(place)
        edits: tuple[Edit, ...] = ()
        if span and mended is not None and raw == field.value[start:end]:
            edits = (Edit(span, mended),)
        yield Diagnostic(self._rule, message, span or note.span, hint, note.key, edits=edits)

    def _find(self, field: Field, start: int, end: int) -> tuple[Span | None, str | None]:
        """Where a part of a field stands and the text there: what was unquoted or unfolded is
        looked for in what it was made of. The field's own place where it stands there several
        times, and without a text where it does not."""
        span, value = field.span, field.value
        if span is None:
            return None, None
        if field.exact:
            return field.locate(start, end), value[start:end]
        source = self._subject.texts.get(span.path)
        raw = source.text[span.start : span.end] if source else ""
        line = value.rfind("\n", 0, start) + 1, value.find("\n", end) % (len(value) + 1)
        near = [
            (max(line[0], start - before), min(line[1], end + after))
            for before, after in ((20, 20), (6, 6), (3, 3), (20, 0), (0, 20), (0, 0))
        ]
        blank = value[start:end].isspace()
        for first, last in (line, *near):
            if blank and not (
                value[first:start].strip() and (end == line[1] or value[end:last].strip())
            ):
                continue  # those that a template put in would be taken for others
            at = raw.find(value[first:last])
            if at >= 0 and raw.find(value[first:last], at + 1) < 0:
                at += span.start + start - first
                return Span(span.path, at, at + end - start), value[start:end]
        words = value[start:end].split()
        if 0 < len(words) < 9:
            found = list(re.finditer(r"\s+".join(map(re.escape, words)), raw))
            if len(found) == 1:
                at = span.start + found[0].start()
                return Span(span.path, at, span.start + found[0].end()), found[0][0]
            return span, "" if found else None
        return span, "" if value[start:end] in raw else None


def segments(text: str) -> Iterator[re.Match[str]]:
    """The paragraphs, items and cells of blotted text."""
    return _SEGMENT.finditer(text)


_SEGMENT = re.compile("[^\x02\n]+(?:\n(?![ \t\x01]*(?:\n|\\Z))[^\x02\n]*)*")


def prose(field: Field) -> str:
    """The text of a field in which all that is no prose is blotted out, of the same length."""
    return _blot(field.value, field.form.rstrip("=[]#"), marks=True)


def without_code(field: Field) -> str:
    """The text of a field in which only code, formulas, addresses and media are blotted out."""
    return _blot(field.value, field.form.rstrip("=[]#"), marks=False)


def _all(fill: str) -> Callable[[re.Match[str]], str]:
    return lambda found: fill * len(found[0])


def _blot(text: str, form: str, *, marks: bool) -> str:
    if form in ("page", "markdown"):
        text = _without_fences(text)
        text = _without_ticks(text, across=form == "markdown")
    if form == "markdown":
        text = _without_indented(text)
    if form == "html":
        text = without_elements(text)
    for opens, closes in _PAIRS[form]:
        if opens in text:
            text = _without_pairs(text, opens, closes)
    for sign, pattern in _OBJECTS[form]:
        if sign in text:
            text = pattern.sub(_all(OBJECT), text)
    if form == "markdown" and "[" in text:
        text = _LINK.sub(lambda found: "]" + NOTHING * (len(found[0]) - 1), text)
    if not marks:
        return text
    if "[[" in text:
        text = _WIKI.sub(_shown_name, text)
    if "<" in text:
        text = _TAG.sub(_tag, text)
    if "{{" in text:
        text = _DELETION.sub(_deletion, text)
    if form == "html":
        text = _ENTITY.sub(_character, text)
        return text.replace("*", NOTHING)
    if "&" in text:
        text = _ENTITY.sub(_character if form == "markdown" else _all(OBJECT), text)
    if "|" in text and (form == "markdown" or "--" in text):
        text = _without_cells(text)
    text = _MARKER.sub(_marker, text)
    if form == "markdown":
        for sign, pattern in _MARKS:
            if sign in text:
                text = pattern.sub(_all(NOTHING), text)
    return text.replace("*", NOTHING)


# Code --------------------------------------------------------------------------------------------

_FENCE = re.compile(r"^[ \t>]{0,40}(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})", re.MULTILINE)
_TICKS = re.compile("`+")
_BLANK_LINE = re.compile(r"\n[ \t>]*(?:\n|\Z|(?:[-*+]|1[.)])[ \t])")  # or an item


def _without_fences(text: str) -> str:
    if "```" not in text and "~~~" not in text:
        return text
    parts: list[str] = []
    fence = ""
    for number, line in enumerate(text.split("\n")):
        coded = fence
        if fence:
            if line.strip(" \t>").startswith(fence):
                fence = ""
        elif (found := _FENCE.match(line)) and "`" not in line[found.end() :]:
            fence = found[1]
        if number:  # a whole block is one object, also where it has blank lines
            parts.append(OBJECT if coded else "\n")
        parts.append(OBJECT * len(line) if coded or fence else line)
    return "".join(parts)


def _without_ticks(text: str, *, across: bool) -> str:
    if "`" not in text:
        return text
    runs = [(found.start(), found.end()) for found in _TICKS.finditer(text)]
    ends = [found.start() for found in (_BLANK_LINE if across else _NEWLINE).finditer(text)]
    of_length: dict[int, list[int]] = {}
    for start, end in runs:
        of_length.setdefault(end - start, []).append(start)
    parts: list[str] = []
    position = 0
    for start, end in runs:
        if start < position or (start and text[start - 1] == "\\" and across):
            continue
        same = of_length[end - start]
        index = bisect_left(same, end)
        limit = bisect_left(ends, start)
        if index < len(same) and (limit == len(ends) or same[index] < ends[limit]):
            close = same[index] + end - start
            parts += (text[position:start], OBJECT * (close - start))
            position = close
    return "".join((*parts, text[position:]))


_NEWLINE = re.compile("\n")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]")


def _without_indented(text: str) -> str:
    """Markdown without the code that is indented: below a blank line, in no list."""
    if "\n    " not in text and "\n\t" not in text and text[:1] not in " \t":
        return text
    lines, blank, coded, listed = text.split("\n"), True, False, False
    for number, line in enumerate(lines):
        if not line.strip():
            blank = True
            continue
        if line.startswith(("    ", "\t")):
            if (blank or coded) and not listed:
                lines[number], coded = OBJECT * len(line), True
        else:
            coded = False
            listed = bool(_ITEM.match(line)) or (listed and (not blank or line[0] in " \t"))
        blank = False
    return "\n".join(lines)


_VERBATIM = re.compile(
    r"<(pre|code|kbd|samp|var|tt|script|style|textarea|math|svg)\b[^<>]{0,500}>", re.IGNORECASE
)


def without_elements(text: str) -> str:
    """HTML without elements whose text is no prose."""
    if not _VERBATIM.search(text):
        return text
    lower = text.lower()  # of another length where a letter has two capitals
    if len(lower) != len(text):
        lower = text
    parts: list[str] = []
    position = 0
    missing: set[str] = set()
    for found in _VERBATIM.finditer(text):
        name = found[1].lower()
        if found.start() < position or name in missing:
            continue
        end = lower.find(f"</{name}", found.end())
        if end < 0:
            missing.add(name)
            continue
        end = lower.find(">", end) + 1 or len(text)
        parts += (text[position : found.start()], OBJECT * (end - found.start()))
        position = end
    return "".join((*parts, text[position:]))


# What stands for itself --------------------------------------------------------------------------

_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
_LINK = re.compile(
    r"\](?:\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,500})?(?:\s+\"[^\"\n]{0,200}\")?\)|\[[^\[\]\n]{0,200}\])"
)
_ADDRESS = re.compile(
    r"\b[A-Za-z][A-Za-z0-9+.-]{1,19}://(?:[^\s<>\"“”«»`()]|\([^\s()]{0,200}\)){1,2000}"
    r"(?<![.,;:!?'\]*_])"
)
_BARE_ADDRESS = re.compile(
    r"\bwww\.[^\s<>\"“”«»`()]{1,500}(?<![.,;:!?'\]*_])|\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{2,63})+"
)
_DOLLAR = re.compile(r"\$(?![\s$])[^$\n]{0,300}(?<![\s\\])\$(?![\d$])")
_SOUND = re.compile(r"\[sound:[^\]\n]{1,300}\]")
_IMAGE = re.compile(
    r"!\[[^\[\]\n]{0,500}\](?:\([^()\n]{0,500}(?:\([^()\n]{0,200}\)[^()\n]{0,200})?\)|\[[^\[\]\n]{0,200}\])"
)
_EMBED = re.compile(r"!\[\[[^\[\]\n]{1,500}\]\]")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,60}\]:?")
_DEFINED = re.compile(r"^[ \t>]{0,20}\[[^\[\]\n]{1,200}\]:[ \t]*\S+.*$", re.MULTILINE)
_BLOCK_ID = re.compile(r"(?<![^\s])\^[A-Za-z0-9-]{2,60}(?=[ \t]*(?:\n|\Z))")
_ATTRIBUTES = re.compile(r"\{[#.:][^{}\n]{0,200}\}")

_EVERYWHERE = (("://", _ADDRESS), ("www.", _BARE_ADDRESS), ("@", _BARE_ADDRESS))
_OBJECTS: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "page": (*_EVERYWHERE, ("![", _IMAGE)),
    "markdown": (
        ("\\", _ESCAPED),
        ("$", _DOLLAR),
        ("![[", _EMBED),
        ("![", _IMAGE),
        ("[sound:", _SOUND),
        ("[^", _FOOTNOTE),
        ("]:", _DEFINED),
        ("^", _BLOCK_ID),
        ("{", _ATTRIBUTES),
        *_EVERYWHERE,
    ),
    "html": (
        ("[sound:", _SOUND),
        *_EVERYWHERE,
    ),
    "text": (("[sound:", _SOUND), *_EVERYWHERE),
}

_MATH = (("\\(", "\\)"), ("\\[", "\\]"))
_LATEX = (("[latex]", "[/latex]"), ("[$]", "[/$]"), ("[$$]", "[/$$]"))
_PAIRS: dict[str, tuple[tuple[str, str], ...]] = {
    "page": _MATH,
    "markdown": (("<!--", "-->"), ("%%", "%%"), *_MATH, ("$$", "$$")),
    "html": (("<!--", "-->"), *_MATH, *_LATEX),
    "text": _MATH,
}
_LONGEST_PAIR = 2000  # characters of a formula or a comment


def _without_pairs(text: str, opens: str, closes: str) -> str:
    parts: list[str] = []
    done, position, close = 0, 0, -1
    while (start := text.find(opens, position)) >= 0:
        position = start + len(opens)
        if close < position:
            close = text.find(closes, position)
            if close < 0:
                break
        if close - start <= _LONGEST_PAIR:
            position = close + len(closes)
            parts += (text[done:start], OBJECT * (position - start))
            done = position
    return "".join((*parts, text[done:]))


# Marks -------------------------------------------------------------------------------------------

_WIKI = re.compile(r"\[\[([^\[\]|\n]{1,500})(\|?)([^\[\]|\n]{0,500})\]\]")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]{0,30})(?:\s[^<>]{0,2000}|/)?>")
_INLINE = frozenset(
    "a abbr b bdi big cite del dfn em font i ins label mark q s small span strike strong sub sup "
    "time u wbr".split()
)
_DELETION = re.compile(r"\{\{c[\d,]*::|\{\{|\}\}|::")
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_MARKER = re.compile(
    r"^[ \t>]*(?:(?:[-+*•‣◦▪●○–]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{2,5})[.)]|#{1,6})[ \t]+"
    r"(?:\[[ xX]\][ \t]+)?)?(?:\[![\w -]{1,40}\][+-]?)?",
    re.MULTILINE,
)
_MARKS = (
    ("==", re.compile("==")),
    ("__", re.compile(r"(?<!\w)__|__(?!\w)")),
    ("~~", re.compile("~~")),
)
_DELIMITERS = re.compile(r"^[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_PADDED = re.compile(r"[ \t]*\|[ \t]*|[ \t]{2,}")


def _shown_name(found: re.Match[str]) -> str:
    shown = found[3] if found[2] else found[1]
    return (NOTHING * (len(found[0]) - 2 - len(shown))) + shown + NOTHING * 2


def _tag(found: re.Match[str]) -> str:
    name, rest = found[1].lower(), len(found[0]) - 1
    if name in _INLINE:
        return NOTHING * (rest + 1)
    if name in ("img", "audio", "video", "object", "iframe"):
        return OBJECT * (rest + 1)
    return BREAK + NOTHING * rest


def _marker(found: re.Match[str]) -> str:
    marker = found[0]
    if not marker.strip(" \t>"):  # what goes on with a paragraph
        return marker.replace(">", NOTHING)
    return BREAK + NOTHING * (len(marker) - 1)


def _deletion(found: re.Match[str]) -> str:
    return (OBJECT if found[0] == "::" else NOTHING) * len(found[0])


def _character(found: re.Match[str]) -> str:
    shown = unescape(found[0])
    if len(shown) != 1 or shown.isspace() or shown in "<>&":
        return OBJECT * len(found[0])
    return shown + NOTHING * (len(found[0]) - 1)


def _without_cells(text: str) -> str:
    lines = text.split("\n")
    rows: set[int] = set()
    for number, line in enumerate(lines):
        if number not in rows and "-" in line and "|" in line and _DELIMITERS.match(line):
            first = number - 1 if number and "|" in lines[number - 1] else number
            last = number
            while last + 1 < len(lines) and "|" in lines[last + 1]:
                last += 1
            rows.update(range(first, last + 1))
    for number in rows:
        lines[number] = _PADDED.sub(lambda f: BREAK + NOTHING * (len(f[0]) - 1), lines[number])
    return "\n".join(lines)
