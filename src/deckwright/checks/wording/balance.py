"""Brackets and quotation marks that have no other half."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deckwright.checks.subject import Subject
from deckwright.checks.wording.letters import without_misread
from deckwright.checks.wording.prose import NOTHING, OBJECT, Told, prose, segments
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted

UNBALANCED = Rule(
    "E012",
    "unbalanced",
    Severity.WARNING,
    "A bracket or a quotation mark without its other half leaves a learner to guess where the "
    "aside or the quotation ends; often words were lost with it.",
    "Write the other half, or take this one out. What is no text but code belongs in backticks.",
    {"bees.md": "# Bees\n\nQ: What is propolis?\nA: Resin (of poplars that bees mix.\n"},
    {"bees.md": "# Bees\n\nQ: What is propolis?\nA: Resin (of poplars) that bees mix.\n"},
)

_CLOSING = {
    "(": ")", "[": "]", "{": "}", "（": "）", "「": "」", "『": "』", "【": "】", "《": "》",
}  # fmt: skip
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}
_WIDE = {"（": "(", "）": ")"}  # a wide one often has a narrow other half
_TOKEN = re.compile(r"[()\[\]{}（）「」『』【】《》“”„«»\"`]")
_QUOTES = '"“”„«»'

_NEAR = 40
"""Brackets inside each other, or without another half, among which that of one is looked for."""
_BLANK = f" \t\n{NOTHING}"
_AT_END = re.compile(rf"[{_BLANK}]*\Z")
_MANY = 1000  # halves without another one in a paragraph: more are no text
_NUMBER = r"[-+−]?(?:∞|\w[\w.+−*/^-]{0,12})"
_INTERVAL = re.compile(rf"[\[(\]]\s?{_NUMBER}\s?[,;…]\s?{_NUMBER}\s?[)\]\[]")
_EYES = re.compile(r"[:;=8]['’]?[-o^]?[()\[\]]?$")
_LABEL = re.compile(r"(?:^|[\s(\[/,;:–-])(?:[^\W\d_]\.?|(\d{1,3}[a-z]?|[ivxIVX]{2,5}|[a-z]{2}))$")
_LABEL_LENGTH = 8
_SHORT = re.compile(r"(?:^|\s)\(?\w{1,3}\)(?=\s)")
_RUN = re.compile(
    r"^[ \t>]*\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{2,5})\)[ \t][^\n]*[ \t*_]"
    r"(?:\d{1,3}|[A-Za-z]|[ivxIVX]{2,5})\)(?=\s)",
    re.MULTILINE,
)
"""An enumeration in one line: `1) first 2) second`. The first label is the marker of an item."""


@dataclass(frozen=True, slots=True)
class _Half:
    """A bracket or a quotation mark without its other half: where, which, whether it opens."""

    at: int
    mark: str
    opens: bool


def unbalanced(subject: Subject) -> Iterator[Diagnostic]:
    """Brackets `( ) [ ] { }` (and those of Chinese and Japanese), quotation marks “…”, „…“, «…»,
    »…«, ”…” and "…", and backticks in page text and Markdown whose other half is missing in their
    paragraph, item or cell; of one paragraph the first.

    Single quotation marks are apostrophes too, and are let pass. So are labels (`a)`, `1)`),
    smileys, intervals (`[0, 1)`), inches (5"), what is quoted or stands alone (the key “(”), what
    ends in a later paragraph, quotations of which each paragraph begins with a mark, and all that
    stands in code, formulas, addresses and tags.
    """
    told = Told(subject, UNBALANCED)
    for rendered, field in subject.prose:
        value = field.value
        if not _may_be_unbalanced(value):
            continue
        text = prose(field) if value.isascii() else without_misread(prose(field))
        labels = sum(1 for _ in _SHORT.finditer(text)) > 1 or _RUN.search(value) is not None
        ticks = field.form == "page" or field.form.startswith("markdown")
        parts = [(each.start(), each[0]) for each in segments(text)]
        begins = [each.lstrip(_BLANK)[:1] for _, each in parts]
        missing = [
            (number, half)
            for number, (start, part) in enumerate(parts)
            for half in _halves(part, start, labels, ticks)
            # A quotation of several paragraphs begins each of them anew.
            if not (
                half.mark in _QUOTES
                and begins[number : number + 2] == [half.mark] * 2
                and half.at == start + len(part) - len(part.lstrip(_BLANK))
            )
        ]
        for half in _first_of_each(_without_far(missing)):
            message, hint = _words(half)
            yield from told.tell(rendered.note, field, half.at, half.at + 1, message, hint)


def _words(half: _Half) -> tuple[str, str]:
    """The message and the hint."""
    mark = half.mark
    if mark in '"`':
        name = "backtick" if mark == "`" else "quotation mark"
        return f"the {name} {mark} has no other half", f"write the second {mark}, or take it out"
    pairs = {"“": "”", "”": "“", "„": "“", "«": "»", "»": "«"}
    other = quoted(pairs.get(mark) or (_CLOSING if half.opens else _OPENING)[mark])
    if half.opens:
        return f"{quoted(mark)} is never closed", f"write {other} where it ends, or take it out"
    return f"{quoted(mark)} closes nothing", f"write {other} where it begins, or take it out"


def _may_be_unbalanced(value: str) -> bool:
    """Whether what opens and what closes are not equally many, or stand in the wrong order. To ask
    first whether a character is there at all is ten times as fast as to count it."""
    count = value.count
    for opening, closing in (("(", ")"), ("[", "]"), ("{", "}")):
        if (opening in value or closing in value) and (
            count(opening) != count(closing)
            or value.find(closing) < value.find(opening)
            or value.rfind(opening) > value.rfind(closing)
        ):
            return True
    if ('"' in value and count('"') % 2) or ("`" in value and count("`") % 2):
        return True
    if value.isascii():
        return False
    if count("«") != count("»") or (count("“") + count("”") + count("„")) % 2:
        return True
    if count("“") != count("”") and not count("„") and count("“"):
        return True
    return any(
        count(opening) != count(closing) for opening, closing in _CLOSING.items() if opening > "~"
    )


def _halves(text: str, offset: int, labels: bool, ticks: bool) -> Iterator[_Half]:
    """The halves in one paragraph."""
    bare = text.strip(f" \n{NOTHING}")
    if len(bare) < 3 and not any(map(str.isalnum, bare)):
        return  # a bracket that is itself asked for; a ditto mark
    if "," in text or ";" in text or "…" in text:
        text = _INTERVAL.sub(lambda found: OBJECT * len(found[0]), text)
    opened: list[_Half] = []
    alone: list[_Half] = []
    straight: list[int] = []
    inches: list[int] = []
    for found in _TOKEN.finditer(text):
        mark, at = found[0], found.start()
        if len(opened) + len(alone) > _MANY:
            return
        if _is_mentioned(text, at):
            continue
        if mark == "`":
            if ticks and not text[at - 1 : at + 2].replace("`", " ").isspace():
                alone.append(_Half(at, mark, True))
            continue
        before, after = _near(text, at)
        if mark == '"':
            if before.isalpha() and after.isalpha():
                continue  # Hebrew abbreviates so
            (inches if before.isdigit() else straight).append(at)
            continue
        if mark in _QUOTES:
            kind = _quote(mark, before, after, opened)
        else:
            mark = _WIDE.get(mark, mark)
            kind = mark in _CLOSING
        if kind:
            opened.append(_Half(at, mark, True))
            continue
        index = _opener(mark, opened)
        if index >= 0:
            alone += opened[index + 1 :]
            del opened[index:]
        else:
            alone.append(_Half(at, mark, False))
    alone += opened
    marks = sorted(straight + inches)
    if len(marks) % 2 and not (inches and len(straight) % 2 == 0):
        alone.append(_Half(_odd(text, marks), '"', True))
    twice = {half.mark for half in alone if half.mark == "`"}
    if twice and sum(half.mark == "`" for half in alone) % 2 == 0:
        alone = [half for half in alone if half.mark != "`"]  # ``so`` and `so'
    for half in sorted(alone, key=lambda half: half.at):
        if not _is_something_else(text, half, labels):
            yield _Half(half.at + offset, text[half.at], half.opens)


def _near(text: str, at: int) -> tuple[str, str]:
    """The characters that a reader sees on both sides; blanks at the ends."""
    before, after = at - 1, at + 1
    while before >= 0 and text[before] == NOTHING:
        before -= 1
    while after < len(text) and text[after] == NOTHING:
        after += 1
    return (text[before] if before >= 0 else " "), (text[after] if after < len(text) else " ")


def _is_mentioned(text: str, at: int) -> bool:
    """Whether a mark stands between two quotation marks: it is what is talked about."""
    before, after = _near(text, at)
    return before in "\"'“‘„‚«»’" and after in "\"'”’“‘«»"


def _quote(mark: str, before: str, after: str, opened: list[_Half]) -> bool:
    """Whether a quotation mark opens: which ones do is different in each language."""
    if mark == "„":
        return True
    inner = next((half.mark for half in opened[: -_NEAR - 1 : -1] if half.mark in _QUOTES), "")
    begins = (before.isspace() or before in "([{—–-/\"'“„«»‘‚") and not after.isspace()
    if mark == "“":
        return not (inner == "„" and not begins) and not (inner == "“" and not begins)
    if mark == "”":
        return begins and inner not in ("“", "„", "”")  # ”så”
    reverse = "»" if mark == "«" else "«"
    if inner == reverse:
        return False
    return mark == "«" or begins


def _opener(mark: str, opened: list[_Half]) -> int:
    """The index of what a mark closes; -1 where there is nothing."""
    if mark in _QUOTES:
        wanted = "“„”" if mark in "“”" else "»" if mark == "«" else "«"
    else:
        wanted = _OPENING[mark]
    for index in range(len(opened) - 1, max(-1, len(opened) - 1 - _NEAR), -1):
        if opened[index].mark in wanted:
            return index
    return -1


def _odd(text: str, marks: list[int]) -> int:
    """Of an odd number of straight marks the one that most likely has no other half: the first that
    does not open and close in turn."""
    opens = True
    for at in marks:
        before, after = _near(text, at)
        looks_open = before.isspace() or before in "([{—–-/“„«*"
        looks_closed = after.isspace() or after in ")]}.,;:!?—–-/”»*"
        if opens and looks_closed and not looks_open:
            return at
        if not opens and looks_open and not looks_closed:
            return marks[marks.index(at) - 1]
        opens = not opens
    return marks[-1]


def _is_something_else(text: str, half: _Half, labels: bool) -> bool:
    """Whether a half is a smiley, the label of an item, or what a link left."""
    sides = _near(text, half.at)
    if (
        half.mark in "()[]{}"
        and sides[0].isspace()
        and (sides[1] in ".,;:?!" or _AT_END.match(text, half.at + 1))
    ):
        return True  # `Which key writes {?`
    before = text[max(0, half.at - _LABEL_LENGTH) : half.at].replace(NOTHING, "")
    if half.mark in "()[]" and _EYES.search(before):
        return True
    if half.mark == ")" and not half.opens and (label := _LABEL.search(before)):
        return labels or label[1] is None
    return half.mark in "([" and before.endswith("]")  # of a link: leftover markup


def _without_far(missing: list[tuple[int, _Half]]) -> list[tuple[int, _Half]]:
    """The halves without those whose other half stands in another paragraph, and without the
    beginnings of the paragraphs of one quotation."""
    kept: list[tuple[int, _Half]] = []
    for number, half in missing:
        for index in range(len(kept) - 1, max(-1, len(kept) - 1 - _NEAR), -1):
            other = kept[index][1]
            if kept[index][0] != number and _belong(other, half):
                # A quotation of several paragraphs begins each of them anew.
                del kept[index : None if half.mark in _QUOTES else index + 1]
                break
        else:
            kept.append((number, half))
    return kept


def _belong(first: _Half, second: _Half) -> bool:
    if first.mark == second.mark == '"':
        return True
    if not first.opens or second.opens:
        return False
    if first.mark in _QUOTES:
        return second.mark in _QUOTES
    return _CLOSING.get(_WIDE.get(first.mark, first.mark)) == _WIDE.get(second.mark, second.mark)


def _first_of_each(missing: list[tuple[int, _Half]]) -> Iterator[_Half]:
    """One half of each paragraph: where one is missing, others often seem to be."""
    told: set[int] = set()
    for number, half in missing:
        if number not in told:
            told.add(number)
            yield half
