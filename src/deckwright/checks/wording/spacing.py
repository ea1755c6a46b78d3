"""Blanks where none are wanted, and sentences that announce what does not follow."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckwright import blocks
from deckwright.checks.subject import Subject
from deckwright.checks.wording.prose import BREAK, NOTHING, OBJECT, Told, prose
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted
from deckwright.note import Field, Note
from deckwright.notetypes import NoteType

OPEN_LEAD_IN = Rule(
    "E017",
    "open-lead-in",
    Severity.WARNING,
    "What ends in a colon announces something. Where nothing follows it was lost, in copying or in "
    "cutting the text up.",
    "Write what was announced, or end the sentence with a full stop.",
    {"bees.md": "# Bees\n\nQ: What does a queen need?\nA: Workers, who do three things for her:\n"},
    {"bees.md": "# Bees\n\nQ: What does a queen need?\nA: Workers, who feed and clean her.\n"},
)
SPACING = Rule(
    "E018",
    "spacing",
    Severity.WARNING,
    "Blanks that nobody sees come and go with each editor, and make changes of nothing.",
    "Take the blanks out; `deckwright check --fix` does.",
    {"tea.md": "# Tea\n\nQ: What colour is oolong?\nA: Amber ,  or a light green.\n"},
    {"tea.md": "# Tea\n\nQ: What colour is oolong?\nA: Amber, or a light green.\n"},
    fixable=True,
)

# Lead-ins ----------------------------------------------------------------------------------------

_LEAD_IN = re.compile(rf"(?<=[\w)\]”\"’»])([_{NOTHING}]*)[:：][{NOTHING}_ \t]*(?=\n|\Z|{BREAK})")
_HEADING = re.compile(r"(#{1,6})[ \t]+\S")
_HTML_HEADING = re.compile(r"(?:\s|</[^<>]*>)*<h[1-6]\b", re.IGNORECASE)
_NO_LEAD_IN = re.compile(
    r"(?:^|[\s(])(?::[\w+-]+|[A-Za-z]|https?|def .*|class \w+.*)$"
    r"|^(?:else|try|except(?: .*)?|finally|(?:if|for|while|elif|with) .*[\])\w])$"
)
_SHOWN = re.compile(rf"[^\s{NOTHING}{BREAK}*_]")
_HTML_HEADINGS = re.compile(r"<h[1-6]\b", re.IGNORECASE)


def open_lead_in(subject: Subject) -> Iterator[Diagnostic]:
    """A field that ends in a colon, and a paragraph that ends in one with a heading right below it.

    Not of what asks: a question may well end so (“The capital of Peru is:”), and so may the context
    and a field below which another one is shown. What follows may be a list, a table, code, a
    formula, a picture; and two or more headings of one level below a lead-in are what it announced.
    Let pass: `::`, times and other numbers, :smileys:, drives (`C:`), lines of code.
    """
    told = Told(subject, OPEN_LEAD_IN)
    for rendered, field in subject.prose:
        value = field.value
        if not (":" in value and _MAY_BE_OPEN.search(value)) and not (
            "：" in value and _MAY_BE_OPEN_WIDE.search(value)
        ):
            continue
        note = rendered.note
        last = not _is_shown_above(note, field, subject.note_types[note.note_type])
        text = prose(field)
        for found in _LEAD_IN.finditer(text):
            begin = _line_start(text, found.start())
            words = text[begin : found.start()].replace(NOTHING, "").strip()
            if not words or words[-1].isdigit() or _NO_LEAD_IN.search(words):
                continue
            words = f"{value[begin : found.start()].strip(' *_')[-50:]}:"
            below = _SHOWN.search(text, found.end())
            if not below:
                if not last:
                    continue
                message = f"nothing follows {quoted(words)}"
            elif _is_before_heading(field, value[begin : found.end()], found.end(), below.start()):
                message = f"a heading follows {quoted(words)}, and not what it announces"
            else:
                continue
            colon = found.end(1)
            hint = "write what it announces, or end it with a full stop"
            yield from told.tell(note, field, colon, colon + 1, message, hint)


def _line_start(text: str, at: int) -> int:
    """Where the words of a line or an item begin that stand before an offset, at most 500
    characters."""
    near = max(0, at - 500)
    return max(near, text.rfind("\n", near, at) + 1, text.rfind(BREAK, near, at) + 1)


# Nothing but marks, or what may be a heading.
_MAY_BE_OPEN = re.compile(
    r":(?:</[^<>]*>|[*_\s])*(?:\Z|\*\*[^*\n]*\*\*:?[ \t]*\n|#{1,6}[ \t]|<h[1-6])"
)
_MAY_BE_OPEN_WIDE = re.compile(_MAY_BE_OPEN.pattern.replace(":", "：", 1))


def _is_shown_above(note: Note, field: Field, note_type: NoteType) -> bool:
    """Whether something stands below a field on its card: the answer, or another field."""
    names = note_type.fields
    if field.name not in names or field.name == "Context" or field.name == names[0]:
        return True
    later = names[names.index(field.name) + 1 :]
    return any(note.value(name).strip() for name in later if name not in _SMALL)


_NEAR = 20_000  # characters below a lead-in in which headings are counted
_SMALL = ("Source", "Key", "Context")


def _is_before_heading(field: Field, line: str, end: int, shown: int) -> bool:
    """Whether a heading follows a line at once, and not several, which may be what it announced.
    `end` is where the line ends, `shown` where the next thing is that is seen."""
    value = field.value
    if field.form == "html":
        found = _HTML_HEADING.match(value, end)
        return bool(found) and len(_HTML_HEADINGS.findall(value, end, end + _NEAR)) == 1
    start = max(value.rfind("\n", end, shown) + 1, end)
    next_line = value[start : value.find("\n", shown) % (len(value) + 1)]
    markdown = field.form.startswith("markdown")
    level = _HEADING.match(next_line) if markdown else None
    if field.form == "text" or not (level or blocks.is_heading(next_line)):
        return False
    lines = value[start : start + _NEAR].split("\n")
    if level:
        return [each[1] for each in map(_HEADING.match, lines) if each].count(level[1]) == 1
    if blocks.is_heading(line):
        return False
    return sum(map(blocks.is_heading, lines)) == 1


# Spacing -----------------------------------------------------------------------------------------

_SEVERAL = re.compile(
    rf"(?<=[^\s{NOTHING}{BREAK}])[{NOTHING}]* {{2,}}(?=[{NOTHING}]*[^\s{NOTHING}{BREAK}])"
)
_BEFORE_STOP = re.compile(rf"(?<=[^\s{NOTHING}{BREAK}])[{NOTHING}]* +(?=[,.][{NOTHING}]*(?:\s|\Z))")
_AT_END = re.compile(rf"(?<=[^\s{NOTHING}{BREAK}])[{NOTHING}]*[ \t]+(?=\n)")
# Ways to look for two characters that are three times as fast as `in`.
_COMMA = re.compile(r",(?<= ,)")
_STOP = re.compile(r"\.(?<= \.)")
_END = re.compile(r"\n(?<=[ \t]\n)")
_SENTENCES = re.compile(r"[.!?][”\"’)]?( {1,2})(?=[A-ZÄÖÜ])")
_COMMAND = re.compile(r"\b(?:cd|build|ls|add|code|find|cp|mv|open|install|-e|docker|\.)$")


def spacing(subject: Subject) -> Iterator[Diagnostic]:
    """Two or more blanks between words, a blank before a full stop or a comma, and blanks at the
    end of a line where they mean nothing.

    Left alone: code, tables, what indents a line or stands behind the marker of an item, the two
    blanks that break a line in Markdown, no-break spaces, the blank before `; : ! ?` of French,
    ` ...`, `.NET`, `cd .`, HTML between tags, and two blanks behind the full stops of who writes so
    throughout.
    """
    told = Told(subject, SPACING)
    for rendered, field in subject.prose:
        value = field.value
        several, stops = "  " in value, bool(_COMMA.search(value) or _STOP.search(value))
        ends = field.form != "html" and bool(_END.search(value))
        if not (several or stops or ends):
            continue
        text = prose(field)
        wide = several and _writes_wide(value)
        if several:
            for found in _SEVERAL.finditer(text):
                start, end = found.end() - len(found[0].lstrip(NOTHING)), found.end()
                if (
                    wide
                    and end - start == 2
                    and value[max(0, start - 3) : start].rstrip('”"’)')[-1:] in tuple(".!?")
                ):
                    continue
                if value[end : end + 1] in (".", ",") or _is_column(text, start, end):
                    continue
                hint = "leave one"
                message = f"{end - start} blanks stand in a row"
                yield from told.tell(rendered.note, field, start, end, message, hint, " ")
        if stops:
            for found in _BEFORE_STOP.finditer(text):
                start, end = found.end() - len(found[0].lstrip(NOTHING)), found.end()
                if not _is_loose(text, start, end):
                    continue
                message = f"a blank stands before {quoted(value[end])}"
                edit = None if text[start - 1] in f"{OBJECT}\\" else ""
                yield from told.tell(rendered.note, field, start, end, message, "take it out", edit)
        if ends:
            for found in _AT_END.finditer(text):
                start, end = found.end() - len(found[0].lstrip(NOTHING)), found.end()
                if field.form.startswith("markdown") and not _is_idle(value, start, end):
                    continue
                message = "blanks stand at the end of the line, where they mean nothing"
                yield from told.tell(rendered.note, field, start, end, message, "take them out", "")


def _writes_wide(value: str) -> bool:
    """Whether two blanks behind a full stop are the habit of who wrote a text."""
    blanks = _SENTENCES.findall(value)
    wide = blanks.count("  ")
    return wide > 2 and 2 * wide > len(blanks)


def _is_column(text: str, start: int, end: int) -> bool:
    """Whether blanks put words below those of the line above or below, as in a table."""
    if end - start < 3:  # two may stand below two by chance
        return False
    near = text[max(0, start - 500) : end + 500]
    at = min(start, 500)
    line = near.rfind("\n", 0, at) + 1
    column = at + end - start - line
    above = near[: max(line - 1, 0)].rpartition("\n")[2]
    below = near[at:].partition("\n")[2].partition("\n")[0]
    return any(
        other[column - 2 : column] == "  " and other[column : column + 1].strip()
        for other in (above, below)
    )


def _is_loose(text: str, start: int, end: int) -> bool:
    """Whether a stop behind a blank belongs to the word before it."""
    words = text[_line_start(text, start) : start].replace(NOTHING, "").strip()
    if not any(map(str.isalpha, words)) and OBJECT not in words:
        return False  # `. . .`, or what would become the number of an item
    if text[start - 1] == "." or text[end + 1 : end + 2] == "." or text[end + 1 : end + 3] == " .":
        return False
    return not (words.endswith(" .") or _COMMAND.search(words))


def _is_idle(value: str, start: int, end: int) -> bool:
    """Whether blanks at the end of a line of Markdown break no line: one does not, and none does at
    the end of a paragraph."""
    if value[start - 1] == "\\":
        return False
    if value[start:end] == " ":
        return True
    return not value[end + 1 : value.find("\n", end + 1) % (len(value) + 1)].strip()
