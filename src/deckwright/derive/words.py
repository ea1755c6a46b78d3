"""Words as the derivation sees them: stems, plurals, verbs, and what is a name in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from deckwright.derive.wording import ARTICLE_NOUNS, DO_VERBS, QUESTION_WORDS, SELECTED, STOP

WORD = re.compile(r"[^\W_][\w'’+#-]*")
_MIDDLE = re.compile(r"(?<=[\w,;)\]] )[^\W\d_][\w'’+#-]*")  # not at a sentence's start
_DIGIT = re.compile(r"\d")
_MARKS = re.compile(r"\*\*|`")
_TERMS = re.compile(
    r"\*\*(?:[^*\n]|\*(?!\*)){1,120}\*\*"
    r"|^[ \t]*(?:[-+*•]|\d{1,3}[.)])[ \t]+(?:[^:\n]{1,60}:(?=\s)|\S+)",
    re.MULTILINE,
)
_SIDES = re.compile(r"(.{2,80}?) (?:vs\.?|versus) (.{2,80})", re.IGNORECASE)


def plain(markup: str) -> str:
    """Markup as one reads it: without the marks of bold and code, on one line."""
    if "*" in markup or "`" in markup:
        markup = _MARKS.sub("", markup)
    return " ".join(markup.split())


def third_person(base: str) -> str:
    """`carry` to `carries`, `push` to `pushes`, `read` to `reads`."""
    if base.endswith("y") and base[-2:-1] not in "aeiou":
        return base[:-1] + "ies"
    if base.endswith(("s", "sh", "ch", "x", "z", "o")):
        return base + "es"
    return base + "s"


BASE_OF = {third_person(verb): verb for verb in DO_VERBS} | {"has": "have"}


_ENDINGS = (
    *(("ies", "y"), ("ations", "at"), ("ation", "at"), ("ising", "is"), ("izing", "iz")),
    *((ending, "") for ending in ("ings", "ing", "ers", "ors", "ed", "es", "er", "or", "ly")),
    *(("s", ""), ("e", "")),
)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word without its ending: enough to see that `retries` and `retry` are one word."""
    word = word.casefold()
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: len(word) - len(ending)] + instead
    return word


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """The content words of a text, without their endings."""
    words: set[str] = set()
    for word in WORD.findall(text.casefold()):
        words.update(word.split("-")) if "-" in word else words.add(word)
    return frozenset(map(stem, words - STOP - {""}))


def is_plural(noun: str) -> bool:
    word = noun.casefold()
    if len(noun) > 2 and noun[-1] == "s" and noun[-2].isupper():
        return True  # `GSIs`
    return len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ics"))


@dataclass(frozen=True, slots=True)
class About:
    """A concept as its questions need it. `lower` and `upper` are the words that its text writes
    small, and those it writes large in the middle of a sentence: they tell a name from a title's
    capitals. `inline` is the title inside a sentence, empty where it is no noun phrase."""

    title: str
    lower: frozenset[str]
    upper: frozenset[str]
    stems: frozenset[str]
    inline: str = ""
    sides: str = ""

    def small(self, phrase: str) -> str:
        """A phrase as it stands inside a sentence: its capitals gone where they are only a
        title's."""
        if phrase.startswith(("The ", "A ", "An ")):
            article, _, rest = phrase.partition(" ")
            return f"{article.lower()} {rest}"
        if self.is_name(phrase):
            return phrase
        first, space, rest = phrase.partition(" ")
        return self._small_word(first, sure=not rest[:1].islower()) + space + rest

    def all_small(self, phrase: str) -> str:
        """As `small`, for headings, which may have a title's capitals on every word."""
        first, *rest = words = phrase.split(" ")
        if not any(word[:1].islower() and word.casefold() not in STOP for word in rest):
            return " ".join(self._small_word(word) for word in words)
        # Written as in a sentence: only the first word has a capital that may not be its own.
        free = rest[0][:1].islower() or first.casefold() in SELECTED
        return " ".join((self._small_word(first) if free else first, *rest))

    def _small_word(self, word: str, sure: bool = False) -> str:
        low = word.lower()
        if word[1:] != low[1:] or word == low:  # `API`, `DynamoDB`
            return word
        bare = word.strip(".,;:()“”\"'")
        if "-" in bare and bare.partition("-")[2].islower():
            return low  # `Fault-tolerant`
        known = bare.lower() in self.lower or bare.lower() in SELECTED or bare.lower() in STOP
        return low if known or (not sure and bare not in self.upper) else word

    def is_name(self, term: str) -> bool:
        """Whether a term is a proper name: all of its words are written large, and one of them is
        never written small in the text."""
        words = [word for word in WORD.findall(term) if word.casefold() not in STOP]
        if not words or any(word[0].islower() for word in words):
            return False
        return any(
            is_brand(word) or (word in self.upper and word.lower() not in self.lower)
            for word in words
        )

    def quoted(self, term: str) -> str:
        """A term in a question: a name or code as it stands, anything else between quotes."""
        text = term.replace("**", "")
        if "`" in text:
            return text
        whole = not any(word.islower() for word in text.split())
        if whole and self.is_name(plain(text)):
            one = plain(text).casefold().split()[-1] in ARTICLE_NOUNS
            return f"the {text}" if one else text
        return f"“{text.strip('“”')}”" if "“" in text or '"' not in text else text


def is_brand(word: str) -> bool:
    """Whether a word is written as no common word is: `DynamoDB`, `S3`."""
    return not word[1:].islower() and (word[1:].lower() != word[1:] or bool(_DIGIT.search(word)))


def about(title: str, body: str) -> About:
    """What the questions of a concept need to know of its title and its body."""
    lower: set[str] = set()
    upper: set[str] = set()
    # What is a term, and so may have a title's capitals, is no evidence.
    text = _TERMS.sub(" . ", body)
    lower.update(word for word in WORD.findall(text) if word[0].islower())
    upper.update(word for word in _MIDDLE.findall(text) if word[0].isupper())
    found = About(title, frozenset(lower), frozenset(upper), stems(title))
    sides = _SIDES.fullmatch(title)
    pair = f"{found.small(sides[1])} and {found.small(sides[2])}" if sides else ""
    return replace(found, inline=_inline(found, title), sides=pair)


def _inline(about: About, title: str) -> str:
    """The title inside a sentence, empty where it is a question, a comparison, an activity."""
    words = title.split()
    first = words[0].casefold() if words else ""
    if (
        not words
        or title.endswith(("?", "!"))
        or len(words) > 7
        or _SIDES.fullmatch(title)
        or first in QUESTION_WORDS
        or first.endswith("ing")
        or any(mark in title for mark in ("/", "&", ":"))
    ):
        return ""
    inline = about.small(title)
    return (
        f"the {inline}"
        if words[-1].casefold() in ARTICLE_NOUNS and first not in ("the", "a", "an")
        else inline
    )
