"""The difference of two fields in words, as a person would mark it in a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from deckwright.compare.plaintext import READABLE, plain_text

__all__ = ["FieldChange", "Run", "field_change", "words_of"]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a field, in words. It begins with the white space that stands before it; the runs
    that are `same` or `added` are the new text, one behind the other, those that are `same` or
    `removed` the old one, where nothing was left out (`…`)."""

    op: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What changed in a field. `how` says how that was found: `words`, word by word; `markup`, no
    word changed, only HTML or the lines (no runs); `whole`, there was too much to compare, so the
    old text and the new one stand in one piece; `too long`, it was not even read (no runs)."""

    field: str
    how: Literal["words", "markup", "whole", "too long"]
    runs: tuple[Run, ...] = ()


# The first ways are one word each: a formula, what stands in brackets, the marks of a cloze, and a
# character of a script that has no spaces. The bounds keep the time in line with the length.
_CJK: Final = r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_SIGN: Final = r"!-/:-@\[-\^`{-~¡¿«»‐-‧‹›。、「」『』！？"
_WORD: Final = re.compile(
    r"\\\(.{1,200}?\\\)|\\\[.{1,200}?\\\]|\[(?:sound|image|audio|video|media):[^\]]{1,300}\]"
    rf"|\{{\{{c[\d,]{{1,20}}::|\}}\}}|::|{_CJK}"
    rf"|(?:(?!{_CJK})[^\s{_SIGN}])+(?:[.,:'’‐/-](?:(?!{_CJK})[^\s{_SIGN}])+)*"
    r"|\S"
)
_END: Final = frozenset(".!?。！？")  # of a sentence


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as its words, and what stands before each: nothing, a space, or a new line."""

    words: tuple[str, ...]
    gaps: tuple[str, ...]

    def slice(self, start: int, end: int) -> str:
        pairs = zip(self.gaps[start:end], self.words[start:end], strict=True)
        return "".join(gap + word for gap, word in pairs)


def _split(text: str) -> _Text:
    words, gaps = [], []
    for line in text.split("\n"):
        gap = "\n"
        if line.startswith("- "):
            gap, line = "\n- ", line[2:]
        end = 0
        for match in _WORD.finditer(line):
            words.append(match[0])
            gaps.append(gap if not end else " " if match.start() > end else "")
            end = match.end()
    return _Text(tuple(words), tuple(gaps))


def words_of(text: str) -> tuple[str, ...]:
    """The words and signs of a plain text, without what stands between them."""
    return _split(text).words


# Finding what two texts share takes difflib time with the product of their lengths, and with the
# number of pairs of equal words. Within these bounds the worst that was found takes 0.3 s.
_MOST_PRODUCT: Final = 4_000_000
_MOST_PAIRS: Final = 20_000

_Piece: TypeAlias = tuple[bool, int, int, int, int]  # whether equal, and the two ranges


def field_change(name: str, old: str, new: str) -> FieldChange:
    """What changed in the field `name`, whose HTML was `old` and is `new`, which are not equal."""
    if max(len(old), len(new)) > READABLE:
        return FieldChange(name, "too long")
    before, after = _split(plain_text(old)), _split(plain_text(new))
    if before.words == after.words:
        return FieldChange(name, "markup")
    pieces, complete = _aligned(before, after)
    runs = tuple(_runs(_readable(pieces, before, after), before, after))
    return FieldChange(name, "words" if complete else "whole", runs)


def _aligned(old: _Text, new: _Text) -> tuple[list[_Piece], bool]:
    """What two texts share and do not, and whether that was found word by word: if that takes too
    long, sentences are compared, and then the words of those that differ."""
    a, b = old.words, new.words
    pieces = _opcodes(a, b)
    if pieces is not None:
        return pieces, True
    ends, new_ends = _sentences(old), _sentences(new)
    rough = _opcodes(
        [a[i:j] for i, j in pairwise(ends)],
        [b[i:j] for i, j in pairwise(new_ends)],
    )
    if rough is None:
        return [(False, 0, len(a), 0, len(b))], False
    pieces, complete = [], True
    for equal, i, j, k, m in rough:
        i, j, k, m = ends[i], ends[j], new_ends[k], new_ends[m]
        inner = None if equal else _opcodes(a[i:j], b[k:m])
        if inner is None:
            pieces.append((equal, i, j, k, m))
            complete = complete and equal
        else:
            pieces += ((e, i + p, i + q, k + r, k + s) for e, p, q, r, s in inner)
    return pieces, complete


def _sentences(text: _Text) -> list[int]:
    """Where sentences begin, and the end of the last one."""
    places = range(1, len(text.words))
    inner = (at for at in places if text.words[at - 1] in _END or "\n" in text.gaps[at])
    return [0, *inner, len(text.words)] if text.words else [0]


def _opcodes(a: Sequence[object], b: Sequence[object]) -> list[_Piece] | None:
    """What two sequences share and do not; None where finding it would take too long."""
    shorter = min(len(a), len(b))
    start = next((i for i in range(shorter) if a[i] != b[i]), shorter)
    rest = shorter - start
    tail = next((i for i in range(rest) if a[-1 - i] != b[-1 - i]), rest)
    a_end, b_end = len(a) - tail, len(b) - tail
    one, other = a[start:a_end], b[start:b_end]
    pieces = [(True, 0, start, 0, start)] if start else []
    if one and other:
        if len(one) * len(other) > _MOST_PRODUCT:
            return None
        counts = Counter(other)
        if sum(count * counts[word] for word, count in Counter(one).items()) > _MOST_PAIRS:
            return None
        for tag, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            pieces.append((tag == "equal", start + i, start + j, start + k, start + m))
    elif one or other:
        pieces.append((False, start, a_end, start, b_end))
    if tail:
        pieces.append((True, a_end, len(a), b_end, len(b)))
    return pieces


def _readable(pieces: Sequence[_Piece], old: _Text, new: _Text) -> list[_Piece]:
    """Pieces that a person can read: one change instead of two that only a short word or a sign
    parts, and one for all of a text of which hardly anything stayed."""
    shared = sum(len(word) for equal, i, j, _, _ in pieces if equal for word in old.words[i:j])
    longer = max(sum(map(len, old.words)), sum(map(len, new.words)))
    if shared * 5 < longer:
        return [(False, 0, len(old.words), 0, len(new.words))]
    merged: list[_Piece] = []
    for place, (equal, i, j, k, m) in enumerate(pieces):
        inside = 0 < place < len(pieces) - 1
        if equal and inside and sum(map(len, old.words[i:j])) <= 3:
            equal = False
        if merged and not equal and not merged[-1][0]:
            _, first, _, first_new, _ = merged.pop()
            i, k = first, first_new
        merged.append((equal, i, j, k, m))
    return merged


_AROUND: Final = 8  # words and signs that are shown before and after a change
_LONGEST: Final = 60  # words of a change that are shown
_LONGEST_WORD: Final = 120  # characters


def _runs(pieces: Sequence[_Piece], old: _Text, new: _Text) -> Iterator[Run]:
    for place, (equal, i, j, k, m) in enumerate(pieces):
        if equal:
            before = _AROUND if place > 0 else 0
            after = _AROUND if place < len(pieces) - 1 else 0
            shown = _shortened(new, k, m, before, after, "…", place == 0)
            if k == 0 and i > 0:  # the new text begins here, the old one before
                shown = old.gaps[i] + shown.removeprefix(new.gaps[0])
            yield Run("same", shown)
            continue
        for op, side, start, end in (("removed", old, i, j), ("added", new, k, m)):
            if start < end:
                ends = (_LONGEST * 2 // 3, _LONGEST // 3)
                left_out = f"… ({end - start - sum(ends):,} more words) …"
                shown = _shortened(side, start, end, *ends, left_out, place == 0)
                yield Run("removed" if op == "removed" else "added", shown)


def _shortened(
    text: _Text, start: int, end: int, first: int, last: int, left_out: str, opens: bool
) -> str:
    """The text of some words: if there are many, the first and the last ones."""
    if end - start > first + last + 2:
        head = text.slice(start, start + first)
        tail = text.slice(end - last, end) if last else ""
        space = " " if head else "" if opens else " "
        shown = f"{head}{space}{left_out}{tail if tail[:1].isspace() or not tail else ' ' + tail}"
    else:
        shown = text.slice(start, end)
    if len(shown) > _LONGEST_WORD:
        shown = re.sub(
            rf"\S{{{_LONGEST_WORD},}}", lambda long: f"{long[0][: _LONGEST_WORD - 20]}…", shown
        )
    return shown.removeprefix("\n").removeprefix("- ") if opens else shown
