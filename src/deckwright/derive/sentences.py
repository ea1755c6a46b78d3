"""Sentences and words of running text: where a sentence ends, how many words there are.

Plain functions over offsets, so that whoever asks can cut exact slices. All of them take time
that grows linearly with the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from deckwright.derive.wording import POINTING, PRONOUNS_FOR_THINGS

# Ends that are no end: what stands before the dot.
_ABBREVIATIONS = frozenset(
    re.findall(
        r"\S+",
        """
        e.g i.e cf vs approx ca no nos fig eq vol pp dr mr mrs ms st prof inc ltd dept est resp
        bzw z.b d.h u.a ggf usw al т.е т.к т.д
        """,
    )
)
_END = re.compile(r"[.!?…]+[\"'”’»)\]*_]*(?=\s|\Z)|[。！？][”’」』）]*")
_CODE = re.compile(r"`[^`\n]+`")
_LAST_WORD = re.compile(r"[^\s(\[“\"'*]+\Z")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SHORT = 4000  # characters; a paragraph is asked for its sentences several times
_LOOK_BACK = 24  # characters; no abbreviation is longer


def sentences(text: str) -> Sequence[tuple[int, int]]:
    """The offsets of the sentences of `text`, without the white space between them.

    A dot inside a word (`Node.js`, `2.7`, `os.environ['X']`), after an abbreviation (`e.g.`,
    `vs.`) or an initial, and anything inside code ends no sentence; neither does a dot before a
    small letter.
    """
    return _remembered(text) if len(text) < _SHORT else tuple(iter_sentences(text))


@lru_cache(maxsize=512)
def _remembered(text: str) -> Sequence[tuple[int, int]]:
    return tuple(iter_sentences(text))


def iter_sentences(text: str) -> Iterator[tuple[int, int]]:
    """As `sentences`, one by one, for who needs but the first."""
    code = [match.span() for match in _CODE.finditer(text)] if "`" in text else []
    start, at_code = _skip_space(text, 0), 0
    for match in _END.finditer(text):
        end = match.end()
        while at_code < len(code) and code[at_code][1] <= match.start():
            at_code += 1
        if at_code < len(code) and code[at_code][0] < match.start():
            continue
        if match.start() < start or not _ends(text, match, start):
            continue
        yield start, end
        start = _skip_space(text, end)
    end = len(text.rstrip())
    if start < end:
        yield start, end


def _ends(text: str, match: re.Match[str], start: int) -> bool:
    following = _skip_space(text, match.end())
    if following < len(text) and text[following].islower():
        return False
    if match[0][0] != ".":
        return True
    before = _LAST_WORD.search(text, max(0, match.start() - _LOOK_BACK), match.start())
    if not before:
        return True
    word = before[0].casefold()
    if word in _ABBREVIATIONS:
        return following >= len(text)
    # `J. Smith wrote`: an initial at the start of a sentence. Elsewhere a single letter is more
    # often a unit, a variable or a vitamin.
    return not (len(word) == 1 and before[0].isupper() and before.start() == start)


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def count_words(text: str) -> int:
    """How many words a text has. Scripts that put no spaces count two characters as a word."""
    if text.isascii():
        return len(text.split())
    wide = len(_WIDE.findall(text))
    return len(text.split()) + wide // 2 if wide else len(text.split())


def has_at_most(text: str, words: int) -> bool:
    """Whether a text has no more words than that, found out without counting all of them."""
    if text.isascii():
        return len(text.split(None, words)) <= words
    return count_words(text) <= words


def is_wide(text: str) -> bool:
    """Whether a text is in a script that puts no spaces between words."""
    return bool(_WIDE.search(text))


QUESTION_MARKS = ("?", "？")
_ALONE_WORDS = 5


def stands_alone(question: str) -> bool:
    """Whether a question makes sense without its title: it is long enough to name what it asks
    about, and has no pronoun in its stead. Further on, `it` and `this` mostly mean something that
    the question has named itself."""
    if is_wide(question):
        return True  # no spaces, so no words to look at
    words = [w if w.isupper() else w.casefold() for w in question.rstrip("?？").split()]
    first = re.split(r"[.;:] ", question, maxsplit=1)[0].casefold().rstrip("?？").split()
    needy = PRONOUNS_FOR_THINGS & {*words[:4]} or POINTING & {*first}
    return len(words) >= _ALONE_WORDS and not needy


def first_sentences(text: str, limit: int) -> int:
    """Where the first sentences of `text` end that have at most `limit` words together; at least
    one sentence, however long it is."""
    end = words = 0
    for start, stop in sentences(text):
        words += count_words(text[start:stop])
        if end and words > limit:
            break
        end = stop
        if words >= limit:
            break
    return end
