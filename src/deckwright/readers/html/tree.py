"""The tree of a page: BeautifulSoup's, with the offsets of every element and text.

BeautifulSoup builds the tree and answers selectors; what it is told comes from the tokeniser
here, not from `html.parser`. That one is quadratic in what is never closed (Python 3.11: 50,000
`<!--` take 15 s), reads the same page otherwise from one patch release of Python to the next, does
not say where an element ends, and does not know that a `<li>` ends the one before. The rules are
those of the WHATWG standard "HTML" (13.2), as far as they decide what text belongs together.

Time grows linearly with the page.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.builder import HTMLTreeBuilder
from bs4.element import NavigableString

MAX_DEPTH = 120
"""Elements nested deeper than this are left out as elements; their text stays. Pages have some 30;
browsers stop at 512."""
MAX_ELEMENTS = 60_000
"""No page of cards has more: a saved page of 2 MB has some 40,000."""

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img input link meta param source track wbr"
    "".split()
)
BLOCKS = frozenset(
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl"
    " dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr"
    " html legend li main menu nav ol optgroup option p pre section summary table tbody td template"
    " tfoot th thead title tr ul".split()
)
"""Elements that begin a line of their own, and that the end of an inline element does not end."""

_RAW = frozenset("script style xmp iframe noembed noframes".split())
_ESCAPABLE = frozenset(("title", "textarea"))
_IN_HEAD = frozenset("title meta link script style base basefont noscript template".split())
_CLOSES_P = BLOCKS - frozenset(
    "body html head title caption col colgroup dd dt li legend optgroup option summary tbody td"
    " template tfoot th thead tr".split()
)
_SCOPE = frozenset("table td th caption html template object".split())
_LISTS = frozenset("ul ol menu dl table td th section article details blockquote".split())
_ROWS = frozenset(("thead", "tbody", "tfoot", "caption", "colgroup"))
# Which open element ends where another begins: the names, and what it must not stand outside of.
_TABLE = frozenset(("table",))
_ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset(("li",)), _LISTS),
    "dt": (frozenset(("dt", "dd")), _LISTS),
    "dd": (frozenset(("dt", "dd")), _LISTS),
    "td": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "th": (frozenset(("td", "th")), frozenset(("tr", "table"))),
    "tr": (frozenset(("tr", "caption", "colgroup")), _TABLE),
    **dict.fromkeys(sorted(_ROWS), (_ROWS, _TABLE)),
    "option": (frozenset(("option",)), frozenset(("select",))),
    "optgroup": (frozenset(("option", "optgroup")), frozenset(("select",))),
    "a": (frozenset(("a",)), BLOCKS),
    "button": (frozenset(("button",)), _SCOPE),
    "rt": (frozenset(("rt", "rp")), frozenset(("ruby",))),
    "rp": (frozenset(("rt", "rp")), frozenset(("ruby",))),
}
_OF_TABLES = frozenset("table tr td th thead tbody tfoot caption colgroup".split())

_MARKUP = re.compile(r"<(?:(?P<end>/?)(?P<name>[A-Za-z][^\t\n\f\r />]*)|(?P<mark>!--|[!?]|/))")
_ATTRIBUTE = re.compile(
    r"[\s/]*(?:(?P<close>>)|(?P<name>[^\s/>][^\s/>=]*)"
    r"(?P<is>\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>\"'][^\s>]*)?))?)"
)
_COMMENT_END = re.compile(r"--!?>")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")
_LONG_NUMBER = re.compile(r"&#(?:0*[1-9][0-9]{7,}|[xX]0*[1-9a-fA-F][0-9a-fA-F]{7,});?")
_ZEROS = re.compile(r"(?<=&#)0{8,}")


class Element(Tag):
    """An element. The offsets of its start tag, of what is inside, and of its end."""

    start: int
    inner: int
    inner_end: int
    end: int


class Text(NavigableString):
    """A text, its entities resolved. The offsets say where it stands in the page."""

    start: int
    end: int


@dataclass(slots=True)
class Document:
    """A page. `texts` and `elements` are in its order, `comments` is where comments stand;
    `unclosed` is the offset of a tag or a comment that never ends (-1: there is none), `deep` that
    of the first element that lies too deep, `overflow` that of the first one too many."""

    soup: BeautifulSoup
    texts: list[Text] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)
    unclosed: int = -1
    deep: int = -1
    overflow: int = -1

    def named(self, names: Collection[str]) -> list[Element]:
        """The elements of some names, in the order of the page."""
        return [tag for tag in self.elements if tag.name in names]


def parse(text: str, *, xml: bool = False) -> Document:
    """The tree of a page; `xml` where it is XHTML, in which `<div/>` has an end."""
    builder = _Builder(text, xml)
    soup = BeautifulSoup("", builder=builder, element_classes={Tag: Element})
    document = builder.document
    document.soup = soup
    return document


class _Builder(HTMLTreeBuilder):
    def __init__(self, text: str, xml: bool) -> None:
        super().__init__(preserve_whitespace_tags=set(), string_containers={})
        self.page, self.xml = text, xml
        self.document: Document

    def feed(self, markup: Any) -> None:
        assert self.soup is not None
        self.document = Document(self.soup)
        _Parser(self.soup, self.document, self.page, self.xml).run()


def text_of(tag: Tag) -> str:
    """All the text in an element (BeautifulSoup's own way sees no text of another class)."""
    return "".join(text for text in tag.descendants if isinstance(text, Text))


def resolve(text: str) -> str:
    """A text with its entities resolved."""
    if "&" not in text:
        return text
    if "&#" in text:  # Python refuses numbers of more than 4,300 digits
        text = _ZEROS.sub("0", _LONG_NUMBER.sub("\ufffd", text))
    return html.unescape(text)


def _resolve_value(value: str) -> str:
    # In the value of an attribute `&copy=2` is no ©: it is the rest of an address.
    return _REFERENCE.sub(lambda m: html.unescape(m[0]), value) if "&" in value else value


class _Parser:
    def __init__(self, soup: BeautifulSoup, document: Document, text: str, xml: bool) -> None:
        self.soup, self.document, self.text, self.xml = soup, document, text, xml
        self.stack: list[Element] = []
        self.open: Counter[str] = Counter()
        self.flat: Counter[str] = Counter()  # start tags left out because they lie too deep
        self.stray: set[str] = set()  # end tags that end nothing as the stack is now

    def run(self) -> None:
        text, position, size = self.text, 0, len(self.text)
        search = _MARKUP.search
        while position < size:
            match = search(text, position)
            if not match:
                self.add_text(position, size)
                break
            start = match.start()
            if start > position:
                self.add_text(position, start)
            if match["mark"]:
                position = self.skip_mark(start, match["mark"])
                continue
            attributes, end, closed = self.attributes(match.end(), bool(match["end"]))
            if end < 0:
                self.document.unclosed = start
                break
            name = match["name"].lower()
            if match["end"]:
                self.end_tag(name, start, end)
                position = end
            else:
                position = self.start_tag(name, attributes, start, end, closed)
            if self.document.overflow >= 0:
                break
        self.pop(0, size, size)

    def skip_mark(self, start: int, mark: str) -> int:
        text = self.text
        if mark == "!--":
            found = _COMMENT_END.search(text, start + 2)
            end = found.end() if found else -1
        elif self.xml and text.startswith("<![CDATA[", start):
            close = text.find("]]>", start)
            end = close + 3
            if close >= 0:
                self.add_text(start + 9, close, plain=True)
                return end
            end = -1
        else:
            end = text.find(">", start + 2) + 1 or -1
        if end < 0:
            self.document.unclosed = start
            return len(text)
        self.document.comments.append((start, end))
        return end

    def attributes(self, position: int, skip: bool) -> tuple[dict[str, str], int, bool]:
        """The attributes from an offset on, where the tag ends (-1: nowhere), and whether it
        closes itself."""
        found: dict[str, str] = {}
        text, match_at = self.text, _ATTRIBUTE.match
        while match := match_at(text, position):
            if match["close"]:
                return found, match.end(), text[match.end() - 2] == "/"
            position = match.end()
            if match["is"] is None:
                value = ""
            else:
                quoted = match["single"] if match["double"] is None else match["double"]
                if quoted is None and text.startswith(('"', "'"), position):
                    break  # a quotation mark that nothing closes
                value = quoted or match["bare"] or ""
            if not skip:
                found.setdefault(match["name"].lower(), _resolve_value(value))
        return found, -1, False

    def add_text(self, start: int, end: int, *, plain: bool = False) -> None:
        said = self.text[start:end]
        if self.open["head"] and not said.isspace() and self.stack[-1].name == "head":
            self.close(frozenset(("head",)), frozenset(), start)
        node = Text(said if plain else resolve(said))
        node.start, node.end = start, end
        self.soup.object_was_parsed(node)
        self.document.texts.append(node)

    def start_tag(
        self, name: str, attributes: dict[str, str], start: int, end: int, closed: bool
    ) -> int:
        """Open an element; say where to go on."""
        if self.open["head"] and name not in _IN_HEAD and self.stack[-1].name == "head":
            self.close(frozenset(("head",)), frozenset(), start)
        if name in ("html", "body", "head") and self.open[name] + (self.open["body"] > 0):
            return end
        if name in _CLOSES_P and self.open["p"]:
            self.close(frozenset(("p",)), _SCOPE, start)
        if ending := _ENDS.get(name):
            self.close(*ending, start)
        if name in HEADINGS and self.stack and self.stack[-1].name in HEADINGS:
            self.pop(len(self.stack) - 1, start, start)
        raw = name in _RAW or name in _ESCAPABLE
        deep = len(self.stack) >= MAX_DEPTH
        if len(self.document.elements) >= MAX_ELEMENTS:
            self.document.overflow = start
            return end
        empty = name in VOID or (
            closed and (self.xml or bool(self.open["svg"] + self.open["math"]))
        )
        if deep and not empty and not raw:
            self.flat[name] += 1
            if self.document.deep < 0:
                self.document.deep = start
            return end
        tag = self.soup.handle_starttag(name, None, None, attributes)
        assert isinstance(tag, Element)
        tag.start, tag.inner, tag.inner_end, tag.end = start, end, end, end
        self.document.elements.append(tag)
        if empty:
            self.soup.popTag()
            return end
        self.stack.append(tag)
        self.open[name] += 1
        self.stray.clear()
        return self.raw_text(tag, end) if raw else end

    def raw_text(self, tag: Element, position: int) -> int:
        """Take what an element holds in which `<` begins no tag, and close it."""
        found = re.compile(rf"</{tag.name}(?=[\s/>])", re.IGNORECASE).search(self.text, position)
        stop = found.start() if found else len(self.text)
        if stop > position:
            self.add_text(position, stop, plain=tag.name not in _ESCAPABLE)
        end = stop
        if found:
            end = self.attributes(found.end(), True)[1]
            end = len(self.text) if end < 0 else end
        self.pop(len(self.stack) - 1, stop, end)
        return end

    def end_tag(self, name: str, start: int, end: int) -> None:
        if name in ("html", "body"):  # what follows belongs to the body all the same
            return
        if self.flat[name]:
            self.flat[name] -= 1
            return
        names = HEADINGS if name in HEADINGS else (name,)
        if name in self.stray or not any(each in self.open for each in names):
            return
        scope = _TABLE if name in _OF_TABLES else _SCOPE
        inline = name not in BLOCKS
        for index in range(len(self.stack) - 1, -1, -1):
            here = self.stack[index].name
            if here in names:
                self.pop(index, start, end)
                return
            if here in scope or (inline and here in BLOCKS) or (name == "li" and here in _LISTS):
                break
        self.stray.add(name)

    def close(self, names: frozenset[str], outside: frozenset[str], at: int) -> None:
        """End the innermost open element of some names, unless another stands between."""
        if names.isdisjoint(self.open):
            return
        for index in range(len(self.stack) - 1, -1, -1):
            here = self.stack[index].name
            if here in names:
                self.pop(index, at, at)
                return
            if here in outside:
                return

    def pop(self, index: int, inner_end: int, end: int) -> None:
        """End the elements of the stack from `index` on; `end` is that of the outermost."""
        for tag in reversed(self.stack[index:]):
            tag.inner_end = tag.end = inner_end
            if self.open[tag.name] > 1:
                self.open[tag.name] -= 1
            else:
                del self.open[tag.name]
            self.soup.popTag()
        self.stray.clear()
        if index < len(self.stack):
            self.stack[index].end = end
        del self.stack[index:]
