"""Blocks of code, highlighted by Pygments.

The classes that a style sheet colours are those of `CLASSES`; all other tokens are plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from deckwright.markup.characters import encode_code, escape

if TYPE_CHECKING:
    from pygments.lexer import Lexer

CLASSES: Final = {
    "k": "Keyword Operator.Word",
    "s": "Literal.String",
    "m": "Literal.Number",
    "c": "Comment",
    "nf": "Name.Function",
    "nc": "Name.Class Name.Exception Name.Namespace",
    "nb": "Name.Builtin",
    "nd": "Name.Decorator",
    "na": "Name.Attribute",
    "nt": "Name.Tag",
    "o": "Operator",
    "gd": "Generic.Deleted",
    "gi": "Generic.Inserted",
}
"""The CSS class of each kind of token, by Pygments' names; what is below a kind belongs to it."""

_WORD = re.compile(r"[\w+#.-]+")
MAX_LENGTH: Final = 6_000  # characters
# Many of Pygments' lexers take time that grows with the square of a line or of a run of blanks.
_MAY_BE_SLOW = re.compile(r"[^\n]{500}|(.)\1{200}|\s{100}", re.DOTALL)

_SLOW: Final = frozenset({"X++"})  # 6 s for a word on each of 2,000 lines; of all others 2 s


def language_of(info: str) -> str:
    """The language that the info string of a fence names: `py`, `python title="x"`, `{.python}`."""
    found = _WORD.search(info.lstrip("{. "))
    return found[0].lower() if found else ""


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer: Lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return None if lexer.name in _SLOW else lexer


@lru_cache(maxsize=1)
def _kinds() -> dict[Any, str]:
    from pygments.token import string_to_tokentype

    return {
        string_to_tokentype(name): css for css, names in CLASSES.items() for name in names.split()
    }


@lru_cache(maxsize=512)
def _class(kind: Any) -> str:
    """The class of a kind of token: that of the nearest kind above it that has one."""
    kinds = _kinds()
    while kind is not None:
        if kind in kinds:
            return kinds[kind]
        kind = kind.parent
    return ""


def _tokens(code: str, lexer: Lexer) -> Iterator[tuple[str, str]]:
    """The parts of a text, each with its class, neighbours of one class as one part."""
    css = ""
    parts: list[str] = []
    for kind, text in lexer.get_tokens(code):
        new = css if text.isspace() else _class(kind)
        if new != css and parts:
            yield css, "".join(parts)
            parts = []
        css = new
        parts.append(text)
    if parts:
        yield css, "".join(parts)


def to_html(code: str, language: str = "", marks: Iterable[tuple[int, str]] = ()) -> str:
    """A block of code as HTML. `marks` are what stands in it that is no code (the tokens of cloze
    deletions), by offset and in order: each stands between elements, never inside one. A language
    that nobody knows, and code that is long or would take long, is shown without colours."""
    lexer = None
    if language and len(code) <= MAX_LENGTH and not _MAY_BE_SLOW.search(code):
        lexer = _lexer(language)
    tokens = list(_tokens(code + "\n", lexer)) if lexer else []  # some know whole lines alone
    if "".join(text for _, text in tokens) != code + "\n":  # a lexer that keeps not all
        tokens = [("", code + "\n")]
    tokens[-1] = (tokens[-1][0], tokens[-1][1][:-1])
    rest = [*marks, (len(code) + 1, "")]
    parts: list[str] = []
    position = next_mark = 0
    for css, text in tokens:
        start, end = position, position + len(text)
        while rest[next_mark][0] < end or (rest[next_mark][0] == end == len(code)):
            offset, mark = rest[next_mark]
            parts += (_span(css, text[start - position : offset - position]), mark)
            start, next_mark = offset, next_mark + 1
        parts.append(_span(css, text[start - position :]))
        position = end
    parts += [mark for _, mark in rest[next_mark:]]  # in a block without code
    return f'<pre class="highlight"><code>{"".join(parts)}</code></pre>'


def _span(css: str, text: str) -> str:
    html = encode_code(escape(text))
    return f'<span class="{css}">{html}</span>' if css and html else html
