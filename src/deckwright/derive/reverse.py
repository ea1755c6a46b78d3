"""The way back: a description from which a term can be told.

For an exam that gives a scenario and wants its name, description to term is the card that
matters. It is only worth making where the description does not give the term away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from deckwright.derive.sentences import count_words
from deckwright.derive.wording import ADVICE_VERBS, COMMON_NAME_WORDS, DO_VERBS
from deckwright.derive.words import BASE_OF, plain, stem, stems

MIN_WORDS = 8
MAX_WORDS = 45
COMMON_STEMS = frozenset(stem(word) for word in COMMON_NAME_WORDS)
_WORD = re.compile(r"[^\W_][\w'’-]*")
_CAMEL = re.compile(r"[A-Z][a-z]+(?=[A-Z])|(?<=[a-z])[A-Z][a-z]+")


def describe(name: str, texts: Sequence[str], context: str, shared: frozenset[str]) -> str:
    """The first sentences of a term's text up to where they name it, empty where they are fewer
    than 8 words, are no description, or give the term away.

    `context` is what stands on the card anyway, so its words are no secret; neither are the
    stems that several terms of the section have in common (`shared`)."""
    bare, aside = _aside(name)
    pattern = bare.casefold().endswith("pattern")
    secret = stems(bare) - COMMON_STEMS
    shown_anyway = stems(context)
    secret -= shown_anyway
    secret -= shared
    if not secret:
        return ""
    tell_tale = secret | {stem(word) for word in re.findall(r"\w+", aside)} - COMMON_STEMS
    tell_tale |= {stem(part) for part in _CAMEL.findall(bare) if len(part) > 3} - shown_anyway
    if " and " in bare or "/" in bare:
        return ""  # two things have no one description
    initials = "".join(word[0] for word in re.findall(r"[^\W_]+", bare)).casefold()
    first = _first_word(texts)
    if first in ADVICE_VERBS or first in ("it", "they") or not (pattern or _describes(first)):
        return ""
    kept: list[str] = []
    words = 0
    for text in texts:
        shown = plain(text)
        size = count_words(shown)
        if not shown:
            continue
        if (
            _gives_away(shown, tell_tale, initials)
            or _spells(shown, bare)
            or (kept and words + size > MAX_WORDS)
        ):
            break
        kept.append(shown)
        words += size
    if words < MIN_WORDS:
        return ""
    text = " ".join(kept).strip()
    if text.casefold().startswith("the default"):
        return ""  # of what, only its section tells
    return text if text.endswith((".", "!", "?", "。")) else text + "."


def _first_word(texts: Sequence[str]) -> str:
    return next((shown.split()[0].casefold() for shown in map(plain, texts) if shown), "")


def _describes(first: str) -> bool:
    """Whether a description that begins with this word is about the term itself."""
    return (
        first in BASE_OF
        or first in DO_VERBS
        or first.endswith("ing")
        or first in ("a", "an", "the", "this", "these", "one")
    )


def _aside(name: str) -> tuple[str, str]:
    """`DAX (DynamoDB Accelerator)` as its name and its aside."""
    match = re.fullmatch(r"(.+?) \(([^()]+)\)(.*)", name)
    return (match[1] + match[3], match[2]) if match else (name, "")


def _gives_away(text: str, secret: frozenset[str], initials: str) -> bool:
    low = text.casefold()
    words: set[str] = set()
    for word in _WORD.findall(low):
        words.update(word.split("-")) if "-" in word else words.add(word)
    if len(initials) > 1 and not words.isdisjoint((initials, initials + "s")):
        return True
    found = {*map(stem, words), *(word.replace("-", "") for word in low.split())}
    if not found.isdisjoint(secret):
        return True
    long = tuple(word for word in found if len(word) >= 4)
    return any(
        len(hidden) >= 4
        and (hidden.startswith(long) or any(word.startswith(hidden) for word in long))
        for hidden in secret
    )


def _spells(text: str, name: str) -> bool:
    """Whether a text spells out an abbreviation in a name: `Virtual Private Cloud` for `VPC ID`."""
    letters = "".join(word[0] for word in re.findall(r"[^\W_]+", text)).casefold()
    return any(word.casefold() in letters for word in re.findall(r"\b[A-Z]{3,}\b", name))
