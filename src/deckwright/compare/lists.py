"""What lists of notes are made of: keys under their concepts, and any text as Markdown."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Final

from deckwright.compare.plaintext import CONTROL

__all__ = ["by_concept", "code", "escaped", "fenced"]


def by_concept(
    keys: Iterable[str], known: Container[str]
) -> list[tuple[str, bool, tuple[str, ...]]]:
    """Keys by the concepts that they belong to: the concept, whether it is one of the keys, and the
    keys of what is derived from it, all sorted. A concept is the shortest part of a key, up to a
    `/`, that is known; what has none stands for itself."""
    concepts: dict[str, list[str]] = {}
    own = set()
    for key in sorted(keys):
        parts = key.split("/")
        above = ("/".join(parts[:length]) for length in range(1, len(parts)))
        concept = next((name for name in above if name in known), key)
        derived = concepts.setdefault(concept, [])
        if concept == key:
            own.add(key)
        else:
            derived.append(key)
    return [(concept, concept in own, tuple(derived)) for concept, derived in concepts.items()]


# What Markdown (CommonMark, and GitHub's tables, formulas and strikethrough) reads as its own.
_MARKS: Final = re.compile(r"[\\`*_\[\]<>&#|~$!]|^[-+=]|^(\d{1,9})([.)])")


def escaped(text: str) -> str:
    """Text as Markdown that shows it as it stands, anywhere in a line."""
    return _MARKS.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[0]}", text)


def code(text: str) -> str:
    """Text as a piece of code in a line of Markdown."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def fenced(searches: Iterable[str]) -> list[str]:
    """Lines of code, each to be copied alone."""
    lines: list[str] = []
    for each in searches:
        longest = max((len(run) for run in re.findall("`+", each)), default=0)
        fence = "`" * max(3, longest + 1)
        lines += [fence, CONTROL.sub("", each), fence]
    return lines
