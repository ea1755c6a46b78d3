"""Checks of the elements of HTML in a field: what a browser makes of them, and what was meant.

What a browser makes of HTML is the parsing of its standard (html.spec.whatwg.org, "Parsing HTML
documents"); Anki's editor keeps what the browser made of a field as soon as anyone types in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from deckwright.checks.markup.written import HIDDEN, is_too_much, read
from deckwright.checks.subject import Subject
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.markup import sanitising
from deckwright.markup.elements import Elements
from deckwright.naming import quoted
from deckwright.note import Field, RenderedNote

UNSTABLE = Rule(
    "H011",
    "unstable-html",
    Severity.WARNING,
    "Browsers put HTML right without a word: text between angle brackets vanishes, a block ends "
    "the paragraph that it stands in. Anki's editor keeps that when anyone touches the field.",
    "Write what is meant: &lt; for a sign that is text, each element inside of the one that it "
    "begins in.",
    {"code.html": "<h2>What is a queue?</h2>\n<p>A List<Job> that is read from its front.</p>\n"},
    {
        "code.html": "<h2>What is a queue?</h2>\n"
        "<p>A List&lt;Job&gt; that is read from its front.</p>\n"
    },
)
UNCLOSED = Rule(
    "H012",
    "unclosed-tag",
    Severity.WARNING,
    "An element that is never closed goes on to the end of the field, and in Markdown its tag is "
    "shown as text.",
    "Close it where it ends, take the tag away, or put it in `…` where it is meant as code.",
    {"tea.md": "# Tea\n\nQ: How hot is the water for green tea?\nA: <b>70 °C, never boiling\n"},
    {"tea.md": "# Tea\n\nQ: How hot is the water for green tea?\nA: <b>70 °C</b>, never boiling\n"},
)

_MOST: Final = 10  # findings of a rule in one field
_DEEPEST: Final = 2 * sanitising.MAX_DEPTH


def unstable_html(subject: Subject) -> Iterator[Diagnostic]:
    """In HTML, and in the elements of HTML that stand in Markdown:

    - what looks like a tag and is none (`List<String>`), which a browser swallows;
    - `<div/>`, which opens an element and closes none;
    - a block in a paragraph that is closed behind it (`<p><ul>…</ul></p>`), a link in a link;
    - elements that overlap (`<b><i>…</b></i>`);
    - text or elements in a table but in none of its cells, and several cells without a table.

    What only looks careless (capitals, attributes without quotes, `<font>`, a bare `&`, `<p>` and
    `<li>` without their ends) passes: it means the same to all."""
    yield from _of_structure(subject, UNSTABLE)


def unclosed_tag(subject: Subject) -> Iterator[Diagnostic]:
    """An element that is opened and never closed, or closed and never opened, where its end may not
    be left out.

    In Markdown such a tag is shown as text, which may be meant (“the <em> element”): it is told
    where it is written against a word, as people write markup, or has attributes."""
    yield from _of_structure(subject, UNCLOSED)


def _of_structure(subject: Subject, rule: Rule) -> Iterator[Diagnostic]:
    for rendered in subject.written:
        for field in rendered.note.fields:
            if field.form in ("page", "text") or "<" not in field.value:
                continue
            if is_too_much(field.value, "<"):
                continue
            if field.form == "html" and _is_strict(rendered, field):
                continue
            left = _MOST
            for told in _Structure(field.value, field.form).findings:
                if told.rule is rule and left:
                    left -= 1
                    span = field.locate(told.start, told.end) or rendered.note.span
                    yield Diagnostic(rule, told.message, span, told.hint, rendered.note.key)


_MAY_BE_MOVED = re.compile(r"<(?:p|table|t[rdh]|a)[ >]", re.IGNORECASE)


def _is_strict(rendered: RenderedNote, field: Field) -> bool:
    """Whether a field is written as it is packaged, in elements that nothing can go wrong with."""
    return field.value in rendered.html and not _MAY_BE_MOVED.search(field.value)


class _Told(NamedTuple):
    rule: Rule
    message: str
    hint: str
    start: int
    end: int


class _Open(NamedTuple):
    """An element that is open, and where its start tag is."""

    name: str
    start: int
    end: int


_TABLE: Final = frozenset("table tbody thead tfoot tr".split())
_PARTS: Final = frozenset("caption colgroup col tbody td tfoot th thead tr".split())
_SECTIONS: Final = frozenset("tbody thead tfoot caption colgroup".split())
_HEADINGS: Final = frozenset("h1 h2 h3 h4 h5 h6".split())
_SCOPES: Final = frozenset("table td th caption".split())  # what an end tag inside does not end
_WITHOUT_END: Final = frozenset((*sanitising.WITHOUT_END, "html", "body", "option", "optgroup"))
_CLOSES: Final = {
    "li": ({"li"}, {"ul", "ol", "menu"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "rt": ({"rt", "rp"}, {"ruby"}),
    "rp": ({"rt", "rp"}, {"ruby"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "tr": ({"tr"}, {"table"}),
    **{name: (set(_SECTIONS), {"table"}) for name in _SECTIONS},
}
"""What a start tag closes that stands beside its element, and the elements in which it looks."""
_ENDS_PARAGRAPH: Final = frozenset(
    "address article aside blockquote center details div dl fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr main nav ol p pre search section table ul".split()
)
_MATTERS: Final = (sanitising.ALLOWED | _ENDS_PARAGRAPH) - sanitising.VOID - sanitising.EMPTY
_AGAINST = re.compile(r"(?!(?:s|st|nd|rd|th)\b)[\w({\[\"'“‘„«*_$\\&]")
_BEHIND: Final = frozenset(".,;:!?)]}\"'”’“»*_%…")
_SELF_CLOSED = re.compile(r"(?:^|[\s\"'])/\s*\Z")


class _Structure:
    """The elements of a field, read as a browser does. `findings` are in the order of places."""

    def __init__(self, value: str, form: str) -> None:
        self.text = read(value, form)
        self.told: list[_Told] = []
        self.open: list[_Open] = []
        self.lost: list[_Open] = []  # closed by something else, and not by their own end yet
        self.moved: list[_Open] = []  # blocks that ended a paragraph
        self.links = 0  # that a link ended, and whose own end is still to come
        self.homeless: list[_Open] = []  # cells without a table
        self.form = form
        self._run()

    @property
    def findings(self) -> list[_Told]:
        return sorted(self.told, key=lambda told: told.start)

    def tell(self, rule: Rule, message: str, hint: str, at: _Open) -> None:
        self.told.append(_Told(rule, message, hint, at.start, at.end))

    def _run(self) -> None:
        meant = Elements(self.text) if self.form != "html" else None
        position = 0
        for tag in sanitising.TAG.finditer(self.text):
            self._between(position, tag.start())
            position = tag.end()
            name = tag["name"].lower()
            here = _Open(name, tag.start(), tag.end())
            if meant is not None and not meant.has(tag):
                self._literal(tag, here)
            elif not sanitising.is_element(tag):
                self._unknown(tag, here)
            elif tag["end"]:
                self._end(here)
            else:
                self._start(here, tag["attributes"])
            if len(self.open) > _DEEPEST:
                return  # told by H003, and nobody's text
        self._between(position, len(self.text))
        if len(self.homeless) > 1:  # one alone reads the same without its tag
            first = self.homeless[0]
            message = f"<{first.name}> stands outside of a table: browsers leave the tag out"
            self.tell(UNSTABLE, message, "put <table> and </table> around it", first)
        for each in (*self.open, *self.lost):
            if each.name in _MATTERS and each.name not in _WITHOUT_END:
                self._unclosed(each)

    def _unclosed(self, each: _Open) -> None:
        message = f"<{each.name}> is never closed"
        self.tell(UNCLOSED, message, f"put </{each.name}> where it ends", each)

    def _between(self, start: int, end: int) -> None:
        """Text, which may stand anywhere but in a table outside of its cells."""
        if self.open and self.open[-1].name in _TABLE:
            text = self.text[start:end].replace(HIDDEN, " ")
            if words := text.strip():
                start += len(text) - len(text.lstrip())
                message = f"{quoted(words)} stands in a table but in none of its cells"
                hint = "put it into a cell, or in front of the table, where browsers move it"
                self.tell(UNSTABLE, message, hint, _Open("", start, start + len(words)))

    def _literal(self, tag: re.Match[str], here: _Open) -> None:
        """A tag in Markdown that has no partner, and is shown as text."""
        name = here.name
        if not sanitising.is_element(tag) or name not in _MATTERS or name in _WITHOUT_END:
            return
        before = self.text[here.start - 1 : here.start]
        if tag["end"]:
            if before.isalnum() or (before and before in _BEHIND):
                hint = f"put <{name}> where it begins, or take it away"
                self.tell(UNCLOSED, f"</{name}> closes nothing: it is shown as text", hint, here)
        elif _SELF_CLOSED.search(tag["attributes"]):
            message = f"<{name}/> closes no element: it is shown as text"
            self.tell(UNSTABLE, message, f"write <{name}></{name}>, or leave it out", here)
        elif "=" in tag["attributes"] or (
            _AGAINST.match(self.text, here.end) and not (tag["name"].isupper() and before.isalnum())
        ):
            message = f"<{name}> is never closed: it is shown as text"
            hint = f"put </{name}> where it ends, or `…` around what is code"
            self.tell(UNCLOSED, message, hint, here)

    def _unknown(self, tag: re.Match[str], here: _Open) -> None:
        if tag["end"] or re.search("[-:@]", here.name):
            return
        written = tag[0]
        message = f"{quoted(written)} is no element of HTML: browsers leave it out"
        self.tell(UNSTABLE, message, f"write &lt; for the sign: &lt;{written[1:40]}", here)

    def _names(self) -> list[str]:
        return [each.name for each in self.open]

    def _close_to(self, index: int) -> None:
        """Close an element and what is open in it, whose own ends may still come."""
        for each in self.open[index + 1 :]:
            if each.name == "p" or (each.name in _MATTERS and each.name not in _WITHOUT_END):
                self.lost.append(each)
        del self.open[index:]

    def _start(self, here: _Open, attributes: str) -> None:
        name = here.name
        if self.open and self.open[-1].name in _TABLE and name not in (*_PARTS, *sanitising.UNSAFE):
            message = f"<{name}> stands in a table but in none of its cells"
            hint = "put it into a cell, or in front of the table, where browsers move it"
            self.tell(UNSTABLE, message, hint, here)
        names = self._names()
        if name in _PARTS and "table" not in names:
            if name in ("td", "th"):
                self.homeless.append(here)
            return
        if name in _CLOSES:
            closed, within = _CLOSES[name]
            for index in range(len(names) - 1, -1, -1):
                if names[index] in closed:
                    self._close_to(index)
                    break
                if names[index] in within:
                    break
        elif name in _ENDS_PARAGRAPH and "p" in names:
            for index in range(len(names) - 1, -1, -1):
                if names[index] == "p":
                    self.moved.append(here)
                    self._close_to(index)
                    break
                if names[index] in _SCOPES:
                    break
        elif name == "a" and "a" in names and "table" not in names[names.index("a") :]:
            message = "a link stands in another link: browsers end the first one here"
            self.tell(UNSTABLE, message, "close the first with </a> before it", here)
            self._close_to(names.index("a"))
            self.links += 1
        elif name in _HEADINGS and names and names[-1] in _HEADINGS:
            self.lost.append(self.open.pop())
        if name in sanitising.VOID or name in sanitising.EMPTY:
            return
        if _SELF_CLOSED.search(attributes) and name in _MATTERS - _WITHOUT_END:
            message = f"<{name}/> opens an element, and closes none"
            self.tell(UNSTABLE, message, f"write <{name}></{name}>, or leave it out", here)
            return
        self.open.append(here)

    def _end(self, here: _Open) -> None:
        name = here.name
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index].name == name:
                self._close_to(index)
                return
            if name not in _PARTS and name != "table" and self.open[index].name in _SCOPES:
                break
        if name == "p" and self.moved:
            block = self.moved.pop()
            message = f"<{block.name}> ends the paragraph that it stands in"
            hint = f"put </p> before it, or take <p> away: no paragraph holds <{block.name}>"
            self.tell(UNSTABLE, message, hint, block)
            return
        if name == "a" and self.links:
            self.links -= 1
            return
        for index in range(len(self.lost) - 1, max(-1, len(self.lost) - _DEEPEST), -1):
            if self.lost[index].name == name:
                begun = self.lost.pop(index)
                if not self.moved or self.moved[-1].start < begun.start:
                    message = f"<{name}> begins inside of an element and ends outside of it"
                    hint = "close first what was opened last"
                    self.tell(UNSTABLE, message, hint, here)
                return
        if name in _MATTERS and (name not in _PARTS or "table" in self._names()):
            hint = f"put <{name}> where it begins, or take it away"
            self.tell(UNCLOSED, f"</{name}> closes nothing", hint, here)
