"""What texts have in common.

Similarities are Dice's over shingles of three words (over three letters where a text has fewer than
eight words), without those that are all over OLD, so that a line of credit on every note likens no
two notes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

__all__ = ["Texts", "long_words", "words_of"]

_WORD: Final = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of a text, case-folded, in their order."""
    return _WORD.findall(text.casefold())


def _shingles(text: str, short: bool | None = None) -> frozenset[str]:
    words = words_of(text)
    if short or (short is None and len(words) < 8):
        letters = f" {' '.join(words)} "
        return frozenset(letters[at : at + 3] for at in range(len(letters) - 2))
    return frozenset(" ".join(words[at : at + 3]) for at in range(len(words) - 2))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


class Texts:
    """Texts by their GUIDs, to find which of them another text is most like. `equal` are the GUIDs
    of those of one case-folded text."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.equal: dict[str, list[str]] = {}
        holders: dict[str, list[str]] = {}
        for guid, text in texts.items():
            self.equal.setdefault(text.casefold(), []).append(guid)
            for shingle in _shingles(text):
                holders.setdefault(shingle, []).append(guid)
        many = max(3, len(texts) // 50)
        self._common = frozenset(each for each, found in holders.items() if len(found) > many)
        self._holders = {each: found for each, found in holders.items() if len(found) <= many}
        self._sizes = Counter(guid for found in self._holders.values() for guid in found)

    def __getitem__(self, guid: str) -> str:
        return self._texts[guid]

    def alike(self, one: str, other: str) -> float:
        """How alike two texts are, 0 to 1."""
        short = min(len(words_of(one)), len(words_of(other))) < 8
        first, second = _shingles(one, short), _shingles(other, short)
        rare = _dice(first - self._common, second - self._common)
        return rare if first - self._common and second - self._common else _dice(first, second)

    def likest(self, text: str, but: str = "") -> tuple[float, str]:
        """The most similar text of another GUID: how similar it is, and its GUID."""
        shingles = [each for each in _shingles(text) if each not in self._common]
        shared = Counter(guid for each in shingles for guid in self._holders.get(each, ()))
        del shared[but]
        size = len(shingles)
        scores = ((2 * n / (size + self._sizes[guid]), guid) for guid, n in shared.items())
        return max(scores, default=(0.0, ""))


def long_words(one: set[str], other: set[str]) -> float:
    """How alike two sets of words are, without the short ones, which say little."""
    first, second = (frozenset(word for word in words if len(word) > 3) for words in (one, other))
    return _dice(first, second)
