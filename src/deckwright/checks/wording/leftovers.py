"""Markup of another format, which a learner would read as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from deckwright.checks.subject import Subject
from deckwright.checks.wording.prose import (
    Told,
    prose,
    segments,
    without_code,
    without_elements,
)
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted
from deckwright.note import Field, Note, RenderedNote

LEFTOVER_MARKUP = Rule(
    "E014",
    "leftover-markup",
    Severity.WARNING,
    "Marks that are not read as marks are shown as they stand: a learner reads asterisks, brackets "
    "and tags between the words.",
    "Write it as the format of this source has it, or take the marks out. What is to be read as it "
    "stands belongs in backticks.",
    {"stars.md": "# Stars\n\nQ: Which star stands still?\nA: The **Pole Star, nearly.\n"},
    {"stars.md": "# Stars\n\nQ: Which star stands still?\nA: The **Pole Star**, nearly.\n"},
)


def _pair(mark: str) -> str:
    """The regular expression of marks around words."""
    escaped, char = re.escape(mark), re.escape(mark[0])
    inner = rf"(?=[^\s{char}])[^\n{char}\x00]{{1,200}}(?<=[^\s{char}])"
    return rf"(?<![\w{char}/]){escaped}{inner}{escaped}(?![\w{char}/])"


_ADDRESS = r"(?:\x00+|https?:|www\.|mailto:|[#/.]|[^\s()]{1,200}[./#])"
_LINK = rf"\[[^\[\]\n]{{1,300}}\]\({_ADDRESS}[^\s()]{{0,300}}\)"
_BROKEN_LINK = (
    r"\[[^\[\]\n]{1,300}\]\s?\("
    r"(?:\x00+|https?:|www\.|[\w%./-]{1,200}\.(?:md|html?|png|jpe?g|svg|gif)\b)"
)
_CHARACTER = (
    r"(?:nbsp|amp|lt|gt|quot|apos|[lr][sd]quo|[mn]dash|hellip|deg|times|middot|bull|euro|copy|reg|"
    r"[AOUaou]uml|szlig|[aeiou](?:acute|grave|circ)|ccedil|#\d{2,6}|#x[0-9A-Fa-f]{2,6});"
)
_ENTITY = f"&{_CHARACTER}"
_PAIRED_TAG = (
    r"<(?P<name>b|i|u|s|em|strong|sub|sup|span|div|p|a|mark|small|font|ul|ol|li|h[1-6]|code|pre|kbd|"
    r"table|tr|td|th|center|blockquote)(?:\s[^<>\n]{0,300})?>[^<\n]{1,300}</(?P=name)>"
)
_BREAK = r"<(?:br|hr)\s?/?>|<img\s[^<>\n]{1,500}>"
_WIKI = r"(?<![\w\[])!?\[\[(?=[^\W\d_])[^\[\]\n\"']{1,100}\]\](?!\])"
_HEADING = r"(?m:^#{2,6}[ \t]+\S.*$)|(?:(?<=\n\n)|\A)#[ \t]+[A-Z][^\n]{0,100}[^\s.:;,](?=\n\n|\Z)"
_DELIMITERS = r"(?m:^[ \t]*\|-{3,}(?:[ \t]*:?-*:?[ \t]*\|)+[ \t]*$)"
_SOUND = r"\[sound:[^\[\]\n]{1,200}\]"
_STAR = r"(?<![\w*\\/])\*(?=[^\W\d_])[^*\n\x00]{1,200}(?<=[\w.!?])\*(?![\w*/])"
_TWICE = f"&amp;{_CHARACTER}"
_SHOWN_TAG = (
    r"&lt;(?P<shown>b|i|u|em|strong|sub|sup|span|div|p|a|mark|li)(?:\s[^&<>]{0,200})?&gt;"
    r"[^&<>]{1,300}&lt;/(?P=shown)&gt;|&lt;br\s?/?&gt;"
)

_Sign = tuple[str, str, re.Pattern[str]]  # what it has at least, what it is, and how it is written


def _signs(*signs: tuple[str, str, str]) -> tuple[_Sign, ...]:
    return tuple((sign, what, re.compile(pattern)) for sign, what, pattern in signs)


_LINKS = ("](", "a link of Markdown", _LINK)
_STRUCK = ("~~", "struck-out text of Markdown", _pair("~~"))
_MARKED = ("==", "a highlight of Markdown", _pair("=="))
_BOLD = ("**", "bold text of Markdown", _pair("**"))
_UNDER = (
    "__",
    "bold text of Markdown",
    r"(?<!\w)__(?=[^\W_])[^\n_\x00]{1,100}\s[^\n_\x00]{0,100}(?<=\S)__(?!\w)",
)
_WIKIS = ("[[", "a link of a wiki", _WIKI)
_ENTITIES = ("&", "an entity of HTML", _ENTITY)
_TAGS = ("<", "a tag of HTML", f"{_PAIRED_TAG}|{_BREAK}")
_TABLES = ("|-", "a table of Markdown", _DELIMITERS)
_SOUNDS = ("[sound:", "a sound of Anki", _SOUND)

_OF_FORM: dict[str, tuple[_Sign, ...]] = {
    "page": _signs(
        _LINKS, _STRUCK, _MARKED, _UNDER, _WIKIS, _ENTITIES, _TAGS, _TABLES, _SOUNDS,
        ("# ", "a heading of Markdown", _HEADING),
        ("*", "emphasis of Markdown", _STAR),
    ),
    "markdown": _signs(
        ("](", "a link", r"\[[^\[\]\n]{1,300}\]\([^()\n]{1,300}\)?"),
        ("] (", "a link", _BROKEN_LINK),
        ("&amp;", "an entity of HTML", _TWICE),
    ),
    "html": _signs(
        _LINKS, _STRUCK, _BOLD, _UNDER, _WIKIS,
        ("&amp;", "an entity of HTML", _TWICE),
        ("&lt;", "a tag of HTML", _SHOWN_TAG),
    ),
    "text": _signs(_LINKS, _STRUCK, _MARKED, _BOLD, _UNDER, _WIKIS, _ENTITIES, _TAGS),
}  # fmt: skip

_SEEN = {"](": "](", "] (": "] (", "&amp;": "&"}
"""By the sign of what is told in Markdown: what of it is seen in the rendered field."""

_MARKS = ("**", "~~", "__")
_HALF = re.compile(r"\*{2,}|(?<!~)~~(?!~)|(?<!\w)__(?=[^\W_])|(?<=[^\W_])__(?!\w)")
_LANGUAGE = re.compile(r"\b(?:X?HTML5?|XML|SGML)\b")
_UNPACKED = re.compile(r"(?:kw(?:args|ds)?|options|opts|params|attrs)\b")  # Python's **kwargs
_QUOTED = re.compile(r"[\w=-]{0,40}[\"”]")
_ABOUT = re.compile(
    r"\b(?:tags?|elements?|entit(?:y|ies)|attributes?|markup|syntax)\b", re.IGNORECASE
)


_MANY = 100  # findings in one field


def leftover_markup(subject: Subject) -> Iterator[Diagnostic]:
    """What looks like markup in the field that a learner sees.

    In page text: links, strike-outs, highlights, wiki links, headings and tables of Markdown,
    entities and tags of HTML, `*emphasis*`, and `**` without its other half. In Markdown: `**`,
    `__` and `~~` without their other half, links broken by a blank, entities that were escaped
    twice. In HTML: Markdown, and tags and entities that were escaped twice. In plain text: tags,
    entities and Markdown.

    Of `**`, `~~`, links and the like only what the rendered field shows is told. Code, formulas,
    powers (2**3), paths (`**/*.md`), and tags of which the text speaks (“the <b> tag”) are let
    pass.
    """
    told = Told(subject, LEFTOVER_MARKUP)
    at = {
        name: {field: number for number, field in enumerate(each.fields)}
        for name, each in subject.note_types.items()
    }
    for rendered, field in subject.prose:
        value, form = field.value, field.form.rstrip("=[]#")
        index = at[rendered.note.note_type].get(field.name, -1)
        if index < 0:
            continue
        html = rendered.html[index]
        # One character is looked for ten times as fast as two.
        signs = [each for each in _OF_FORM[form] if each[0][0] in value and each[0] in value]
        if signs and signs[-1][0] == "*" and value.count("*") == 2 * value.count("**"):
            del signs[-1]  # only bold
        halves = (
            ("*" in html and "**" in html)
            or (form == "markdown" and "~" in html and "~~" in html)
            or (form == "markdown" and "_" in html and "__" in html)
        )
        if signs or (halves and form in ("page", "markdown")):
            yield from _told(told, rendered, field, form, signs, html)


def _told(
    told: Told,
    rendered: RenderedNote,
    field: Field,
    form: str,
    signs: list[_Sign],
    html: str,
) -> Iterator[Diagnostic]:
    text = without_code(field)
    shown = unescape(without_elements(html))
    places: list[tuple[int, int, str]] = []
    for sign, what, pattern in signs:
        if sign in text and (form != "markdown" or _SEEN[sign] in shown):
            places += (
                (found.start(), found.end(), what)
                for found in pattern.finditer(text)
                if not _is_mentioned(text, found, rendered.note)
            )
    if form in ("page", "markdown") and any(mark in shown for mark in _MARKS):
        for segment in segments(prose(field)):
            start, end = segment.span()
            places += (
                (at, at + len(mark), "")
                for at, mark in _halves(text[start:end], start)
                if mark in shown
            )
    last = -1
    for start, end, what in sorted(places)[:_MANY]:
        if start < last:
            continue
        last = end
        words = field.value[start:end]
        message = f"a learner would read {what} as it stands: {quoted(words)}"
        if not what:
            message = f"a learner would read {words}, for its other half is missing"
        hint = "write it as this format has it, take it out, or put it in backticks"
        yield from told.tell(rendered.note, field, start, end, message, hint)


def _is_mentioned(text: str, found: re.Match[str], note: Note) -> bool:
    """Whether the text speaks of the markup."""
    start, end = found.span()
    before, after = text[max(0, start - 50) : start].rstrip(), text[end : end + 50].lstrip()
    if before[-1:] in tuple("\"“„'‘«") and after[:1] in tuple("\"”“'’»"):
        return True
    return found[0][0] in "<&" and bool(
        _ABOUT.search(before[-20:])
        or _ABOUT.search(after[:20])
        or _LANGUAGE.search(note.fields[0].value[:500])
    )


def _halves(text: str, offset: int) -> Iterator[tuple[int, str]]:
    """The marks in a paragraph that have no other half."""
    opened: dict[str, int] = {}
    for found in _HALF.finditer(text):
        if len(found[0]) > 3:
            continue
        mark, at = found[0][:2], found.start()
        before, after = text[at - 1 : at] or " ", text[found.end() : found.end() + 1] or " "
        if (before.isspace() and after.isspace()) or after == "/":
            continue  # a power; `**/*.md`
        if mark not in opened and _UNPACKED.match(text, found.end()):
            continue
        if before in '"“' and _QUOTED.match(text, found.end()):
            continue
        if mark in opened and not before.isspace():
            del opened[mark]
        elif not after.isspace():
            if mark not in opened and before.isalnum() and after.isalnum():
                continue  # 2**3
            if mark in opened:
                yield opened[mark] + offset, mark
            opened[mark] = at
        else:
            yield at + offset, mark
    for mark, at in opened.items():
        yield at + offset, mark
