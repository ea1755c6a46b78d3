"""The parts of a field's HTML between reading and writing: what was shielded from Markdown and the
sanitiser stands among elements and text again, and is made to fit in with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum, auto
from itertools import pairwise
from typing import Final

from deckwright.markup.characters import encode, encode_code, escape


class Kind(IntEnum):
    """What a token is: text, text in code, the start or the end of an element, what stands for
    itself (an image, a formula), the parts of a cloze deletion, the ends of a highlight."""

    TEXT = auto()
    CODE = auto()
    START = auto()
    END = auto()
    LIVE = auto()
    OPEN = auto()
    HINT = auto()
    CLOSE = auto()
    MARK = auto()
    UNMARK = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`html` is what is written; text is escaped already. `source` is what stood in the source, for
    where the token turns out to be no such thing."""

    kind: Kind
    html: str
    source: str = ""

    def as_text(self) -> Token:
        return Token(Kind.TEXT, escape(self.source))


# Noncharacters, which no text holds (characters.clean). Outside they are like letters to Markdown,
# inside like punctuation, so that emphasis may begin and end on both sides.
_BEGINS: Final = frozenset({Kind.OPEN, Kind.MARK})
_ENDS: Final = frozenset({Kind.CLOSE, Kind.UNMARK})
PLACEHOLDER = re.compile(
    "\ufdd0([0-9]+)(?:\ufdd1|\ufdd3‖)|‖\ufdd4([0-9]+)\ufdd1|‖\ufdd5([0-9]+)\ufdd6‖"
)


class Shield:
    """What is hidden from Markdown and the sanitiser, each behind a placeholder."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []

    def hide(self, token: Token) -> str:
        """Take a token and give the text that stands for it."""
        number = len(self.tokens)
        self.tokens.append(token)
        if token.kind in _BEGINS:
            return f"\ufdd0{number}\ufdd3‖"
        if token.kind in _ENDS:
            return f"‖\ufdd4{number}\ufdd1"
        if token.kind is Kind.HINT:
            return f"‖\ufdd5{number}\ufdd6‖"
        return f"\ufdd0{number}\ufdd1"

    def shown(self, placeholder: re.Match[str]) -> Token:
        """What a placeholder stands for."""
        return self.tokens[int(placeholder[1] or placeholder[2] or placeholder[3])]

    def source(self, text: str) -> str:
        """A text with what stood in the source in place of placeholders, not escaped."""
        if "\ufdd1" not in text and "\ufdd3" not in text and "\ufdd6" not in text:
            return text
        return PLACEHOLDER.sub(lambda found: self.shown(found).source, text)


def to_html(tokens: list[Token], *, math: bool, repair: bool = True) -> str:
    """The HTML of tokens. `math` says that `\\(` in text is meant. Deletions and highlights that
    begin and end in different elements are taken apart (`repair`), for Anki puts an element of its
    own around each."""
    kinds = {token.kind for token in tokens}
    if not kinds.isdisjoint((Kind.OPEN, Kind.HINT, Kind.CLOSE, Kind.MARK, Kind.UNMARK)):
        tokens = _without_halves(tokens, Kind.MARK, Kind.UNMARK)
        tokens = _without_halves(tokens, Kind.OPEN, Kind.CLOSE)
        if repair:
            if Kind.MARK in kinds:
                tokens = _fitted(tokens, Kind.MARK, Kind.UNMARK)
            if Kind.OPEN in kinds:
                tokens = _fitted(tokens, Kind.OPEN, Kind.CLOSE)
    return _written(tokens, math)


def _without_halves(tokens: list[Token], begins: Kind, ends: Kind) -> list[Token]:
    """Tokens in which each beginning has an end; the others are text."""
    result, opened = list(tokens), []
    for index, token in enumerate(tokens):
        if token.kind is begins:
            opened.append(index)
        elif token.kind is ends:
            if opened:
                opened.pop()
            else:
                result[index] = token.as_text()
        elif token.kind is Kind.HINT and begins is Kind.OPEN and not opened:
            result[index] = token.as_text()
    for index in opened:
        result[index] = tokens[index].as_text()
    return result


def _opens(token: Token) -> bool:
    return token.kind in (Kind.START, Kind.OPEN, Kind.MARK)


def _closes(token: Token) -> bool:
    return token.kind in (Kind.END, Kind.CLOSE, Kind.UNMARK)


def _fitted(tokens: list[Token], begins: Kind, ends: Kind) -> list[Token]:
    """Tokens in which the same elements are open at the end of each deletion as at its beginning.

    A deletion that begins and ends at the edges of elements goes around them; any other becomes
    several, one in each element, which Anki asks on one card."""
    before: dict[int, list[Token]] = {}
    after: dict[int, list[Token]] = {}
    gone: set[int] = set()
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind is begins:
            opened.append(index)
        elif token.kind is ends:
            start = opened.pop()
            edges = _unpaired(tokens, start, index)
            if not edges:
                continue
            gone.update((start, index))
            around = _around(tokens, start, index, edges)
            runs = [around] if around else _runs(tokens, [start, *edges, index])
            for first, last in runs:
                if around:
                    before.setdefault(first, []).insert(0, tokens[start])
                    after.setdefault(last, []).append(token)
                else:
                    after.setdefault(first, []).insert(0, tokens[start])
                    before.setdefault(last, []).append(token)
    if not gone:
        return tokens
    result: list[Token] = []
    for index, token in enumerate(tokens):
        result += before.get(index, ())
        if index not in gone:
            result.append(token)
        result += after.get(index, ())
    return result


def _unpaired(tokens: list[Token], start: int, end: int) -> list[int]:
    """The tokens between two that begin what does not end there, or end what began before."""
    opened: list[int] = []
    unpaired = []
    for index in range(start + 1, end):
        if _opens(tokens[index]):
            opened.append(index)
        elif _closes(tokens[index]):
            if opened:
                opened.pop()
            else:
                unpaired.append(index)
    return unpaired + opened


def _around(tokens: list[Token], start: int, end: int, edges: list[int]) -> tuple[int, int] | None:
    """The outermost tokens of a deletion that may go around the elements that it cuts, because
    nothing stands between it and their edges."""
    first, last = start, end
    missing = sum(_closes(tokens[index]) for index in edges)
    index = start - 1
    while missing and index >= 0:
        if tokens[index].kind is Kind.START:
            first, missing = index, missing - 1
        elif not _is_blank(tokens[index]):
            return None
        index -= 1
    if missing:
        return None
    missing = sum(_opens(tokens[index]) for index in edges)
    index = end + 1
    while missing and index < len(tokens):
        if tokens[index].kind is Kind.END:
            last, missing = index, missing - 1
        elif not _is_blank(tokens[index]):
            return None
        index += 1
    return None if missing else (first, last)


def _is_blank(token: Token) -> bool:
    return token.kind is Kind.TEXT and not token.html.strip()


def _runs(tokens: list[Token], edges: list[int]) -> list[tuple[int, int]]:
    """The parts between edges that hold anything; the first where none does."""
    found = [
        (first, last)
        for first, last in pairwise(edges)
        if any(
            token.kind in (Kind.TEXT, Kind.CODE, Kind.LIVE) and token.html.strip()
            for token in tokens[first + 1 : last]
        )
    ]
    return found or [(edges[0], edges[1])]


def _written(tokens: list[Token], math: bool) -> str:
    parts: list[str] = []
    run: list[str] = []  # neighbours: `{` and `{` may come of two tokens
    depth, in_code = 0, False

    def flush(closing: bool = False) -> None:
        text = "".join(run)
        run.clear()
        if not text:
            return
        text = encode_code(text) if in_code else encode(text, math=math)
        if depth and "::" in text:
            text = text.replace("::", ":&#58;")
        if closing and text[-1] == "}":
            text = text[:-1] + "&#125;"
        parts.append(text)

    for token in tokens:
        kind = token.kind
        if kind is Kind.TEXT or kind is Kind.CODE:
            if token.html:
                if run and in_code != (kind is Kind.CODE):
                    flush()
                in_code = kind is Kind.CODE
                run.append(token.html)
            continue
        if not token.html:
            continue
        flush(closing=kind in (Kind.CLOSE, Kind.HINT))
        if kind is Kind.OPEN:
            depth += 1
        elif kind is Kind.CLOSE:
            depth -= 1
        elif kind is Kind.START or kind is Kind.END:
            html = encode_code(token.html)
            parts.append(html.replace("::", ":&#58;") if depth and "::" in html else html)
            continue
        parts.append(token.html)
    flush()
    return "".join(parts)
