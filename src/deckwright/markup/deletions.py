"""Where the cloze deletions of a text begin and end: `{{c1::text::hint}}`, `{{c::text}}`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_DEPTH: Final = 10  # deletions inside each other, as Anki reads them (see cardtemplate)
_MAX_NUMBER: Final = 0xFFFF
_REACH: Final = 20_000  # characters that one deletion with braces in it may have
_ATTEMPTS: Final = 50  # deletions whose braces do not pair, before Anki's own way is taken for all

_ANKIS = re.compile(r"\{\{c[0-9,]*::|\}\}")
_ESCAPED_OR_ANKIS = re.compile(r"\\[\\{}]|\{\{c[0-9,]*::|\}\}")
_BRACES = re.compile(r"\\[\\{}]|\{\{c[0-9,]*::|[{}]")


@dataclass(frozen=True, slots=True)
class Deletion:
    """A deletion: `start` of its opening, where its text begins (`inner`), where its `}}` begins
    (`close`), and its numbers as they are written, "" where it has none."""

    start: int
    inner: int
    close: int
    numbers: str

    @property
    def opening(self) -> str:
        return f"{{{{c{self.numbers}::"


@dataclass(frozen=True, slots=True)
class Found:
    """The deletions of a text in the order of their beginnings, and the openings, as offsets, of
    those that are never closed and of those that are too deep inside others."""

    deletions: tuple[Deletion, ...] = ()
    unclosed: tuple[tuple[int, int], ...] = ()
    too_deep: tuple[tuple[int, int], ...] = ()


def find(text: str, *, braces: bool) -> Found:
    """The deletions of a text. Without `braces` each ends at the first `}}`, as Anki reads it;
    with them it may hold pairs of braces (`{{c1::\\frac{a}{b}}}`), and a backslash before a brace
    makes it text."""
    if "{{c" not in text:
        return Found()
    ankis, too_deep = _as_anki(text, _ESCAPED_OR_ANKIS if braces else _ANKIS)
    found: dict[int, Deletion] = {}
    unclosed: list[tuple[int, int]] = []
    position, attempts = 0, _ATTEMPTS if braces else 0
    for token in _openings(text, braces):
        if token.start() < position:
            continue
        if attempts:
            balanced = _balanced(text, token)
            if balanced:
                found.update((each.start, each) for each in balanced)
                position = max(each.close for each in balanced) + 2
                continue
            attempts -= 1
        if token.start() in ankis:
            found[token.start()] = ankis[token.start()]
        elif token.span() not in too_deep:
            unclosed.append(token.span())
    deletions = tuple(found[start] for start in sorted(found))
    return Found(deletions, tuple(unclosed), tuple(sorted(too_deep)))


def _openings(text: str, braces: bool) -> Iterator[re.Match[str]]:
    for token in (_ESCAPED_OR_ANKIS if braces else _ANKIS).finditer(text):
        if token[0].endswith("::") and _is_opening(token[0]):
            yield token


def _is_opening(token: str) -> bool:
    written = token[3:-2]
    return not written or any(
        part and len(part) <= 5 and int(part) <= _MAX_NUMBER for part in written.split(",")
    )


def _deletion(token: re.Match[str], close: int) -> Deletion:
    return Deletion(token.start(), token.end(), close, token[0][3:-2])


def _as_anki(
    text: str, pattern: re.Pattern[str]
) -> tuple[dict[int, Deletion], set[tuple[int, int]]]:
    opened: list[re.Match[str]] = []
    found, too_deep = {}, set()
    for token in pattern.finditer(text):
        if token[0] == "}}":
            if opened:
                opening = opened.pop()
                found[opening.start()] = _deletion(opening, token.start())
        elif token[0][0] == "{" and _is_opening(token[0]):
            if len(opened) < MAX_DEPTH:
                opened.append(token)
            else:
                too_deep.add(token.span())
    return found, too_deep


def _balanced(text: str, opening: re.Match[str]) -> list[Deletion]:
    """The deletion that begins here and those in it, if all braces in it are in pairs."""
    opened: list[re.Match[str] | None] = [opening]  # None for a brace
    depth = 1
    found: list[Deletion] = []
    position, end = opening.end(), opening.end() + _REACH
    while token := _BRACES.search(text, position, end):
        position = token.end()
        if token[0] == "{":
            opened.append(None)
        elif token[0] == "}":
            if opened[-1] is None:
                opened.pop()
            elif text.startswith("}", position):
                position += 1
                closed = opened.pop()
                assert closed is not None
                found.append(_deletion(closed, token.start()))
                depth -= 1
                if not depth:
                    return found
        elif token[0][0] == "{":
            if depth < MAX_DEPTH and _is_opening(token[0]):
                opened.append(token)
                depth += 1
            else:
                opened += [None, None]
    return []


def moved(deletion: Deletion, back: int) -> Deletion:
    """A deletion of a part of the text that begins at `back`."""
    start, inner, close = deletion.start - back, deletion.inner - back, deletion.close - back
    return Deletion(start, inner, close, deletion.numbers)


def between(offsets: list[int], start: int, end: int) -> list[int]:
    """Those of ascending offsets that are from `start` on and before `end`."""
    return offsets[bisect_left(offsets, start) : bisect_left(offsets, end)]
