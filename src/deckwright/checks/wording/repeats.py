"""Words that stand twice in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import TypeAlias

from deckwright.checks.subject import Subject
from deckwright.checks.wording.prose import Told, prose, segments
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted

DOUBLED_WORD = Rule(
    "E013",
    "doubled-word",
    Severity.WARNING,
    "A word that stands twice is most often left from re-writing, and one of the two was to go, or "
    "to become another word.",
    "Take one of the two out. Where both are meant, put the second one in other words, or ignore "
    "the rule there.",
    {"tea.md": "# Tea\n\nQ: What is matcha?\nA: A powder of the the youngest leaves.\n"},
    {"tea.md": "# Tea\n\nQ: What is matcha?\nA: A powder of the youngest leaves.\n"},
)

# In C, and fast: what precedes a pair is most often a blank.
_MAY_BE_DOUBLED = re.compile(r" (?=([a-z]+))\1 \1(?![a-z])")
_MAY_BE_DOUBLED_ANYWHERE = re.compile(r" (?=([^\W\d_]+))\1 \1\b")
_WORD = r"[^\W\d_]+(?:['’][^\W\d_]+)*"
_DOUBLED = re.compile(
    rf"(?<![\w'’\-‐.@#$/\\&])({_WORD})(?:[ \t]|[ \t]?\n[ \t]*)(?i:\1)(?![\w@/\\(]|['’\-‐.]\w)"
)

_ENGLISH = frozenset(
    "a about after all also although an and any are as at be because been before being between "
    "both but by can could did do does each either every for from had has have he her his how i if "
    "in into is it its may might more most must no nor not of off often on one only or other our "
    "out over own same shall she should since so some such than that the their them then there "
    "these they this those through to under until up upon was we were what when where whether "
    "which while who whose why will with within without would you your".split()
)
_SURE = _ENGLISH - frozenset(
    "a all also am an any as at be been by can do does had has her i in is it its may more most no "
    "nor off on one or our out over own she so some such that there up was we were who will".split()
)
"""Words of English that are words of no other language that decks are written in, so that they need
no neighbours to be known."""

_OTHERS = {
    language: frozenset(words.split())
    for language, words in {
        "de": (
            "der die das und ist ein eine einen einem einer eines nicht mit von zu zum zur im den "
            "dem des sich auf für auch wird werden sind war wie oder als aus bei nach durch über "
            "was wer man es er sie ich wir kann noch nur vom"
        ),
        "fr": (
            "le la les un une des du de et est dans que qui pour pas sur par avec ce cette il elle "
            "ils elles nous vous je au aux ne se sont plus en son ses leur à où"
        ),
        "es": (
            "el la los las un una unos unas de del y es en que por para con no se su sus al como "
            "más pero son está fue ser qué"
        ),
        "it": (
            "il lo la gli le un una di del della dei delle e è in che per con non si sono da al "
            "alla nel come più"
        ),
        "pt": (
            "o a os as um uma de do da dos das e é em que por para com não se são no na nos nas ao "
            "como mais"
        ),
        "nl": (
            "de het een en van in is dat die op te zijn met voor niet aan er om door ook maar bij"
        ),
        "sv": ("och att det som en ett på är av för med den till inte om har de var kan"),
    }.items()
}
_FOREIGN = frozenset().union(*_OTHERS.values()) - _ENGLISH
_FAULTS = {
    "de": frozenset(
        "und ist eine einen einem einer eines nicht mit von zum zur im des auf für auch wird "
        "oder als aus bei nach durch über vom".split()
    ),
    "fr": frozenset(
        "le la les un une des du de et est dans pour sur par avec cette au aux ne".split()
    ),
    "es": frozenset("el la los las un una de del y es en por para con al como".split()),
}
"""Words of which two in a row are a fault in these languages. `die die`, `nous nous` are not."""

_MEANT = frozenset(
    "that had very really many much long far so no now well there hear ha he hee ho hi blah bla "
    "bye night knock tut tsk chop tick tock ding dong beep boo choo la da do re mi fa sol ti na "
    "fort nom yum wee yo pom tom cha can dik tse aye hush pip chug clap quack woof moo baa oink "
    "cluck tweet row rah hip please again log ln sin cos exp double long short twin same "
    "fifty".split()
)
"""What stands twice on purpose: `that that`, `had had`, emphasis, sounds, logarithms."""

_MEANT_APART = frozenset(("no", "so", "can"))  # not right before another word
_NO_NAME = re.compile(r"^[A-Z][a-z]{2,}(?:[^s]s|ing|ion|ment|ed|ly|ness|ity)$")


def doubled_word(subject: Subject) -> Iterator[Diagnostic]:
    """A word that stands twice with nothing but a blank or the end of a line between.

    It knows English, and the articles, prepositions and the like of German, French and Spanish:
    what is written in another language is let pass, for many make words by doubling them. So is
    what may be meant: `that that`, `had had`, emphasis (`very very`), sounds, three or
    more in a row, names (Wagga Wagga, *Vulpes vulpes*) unless the same deck has the name alone,
    and what is quoted or stands by itself.
    """
    told = Told(subject, DOUBLED_WORD)
    deck = _Deck(subject)
    for rendered, field in subject.prose:
        value = field.value
        lower = value.lower().replace("\n", " ").replace("*", " ").replace("(", " ")
        quick = _MAY_BE_DOUBLED if value.isascii() else _MAY_BE_DOUBLED_ANYWHERE
        if not quick.search(f" {lower}"):
            continue
        for segment in segments(prose(field)):
            text, offset = segment[0], segment.start()
            for found in _DOUBLED.finditer(text):
                if field.form == "text" and "\n" in found[0]:
                    continue  # of plain text each line stands by itself
                column = (field.span.path if field.span else "", field.name)
                if not _is_apart(text, found) and _is_fault(text, found, deck, column):
                    message = f"{quoted(found[1])} stands twice in a row"
                    hint = "take one out, or say the second one in another way"
                    start, end = offset + found.start(), offset + found.end()
                    yield from told.tell(rendered.note, field, start, end, message, hint)


def _is_apart(text: str, found: re.Match[str]) -> bool:
    """Whether a pair stands by itself, in quotation marks, or is part of a longer row."""
    before = text[max(0, found.start() - _NEAR) : found.start()].rstrip()
    after = text[found.end() : found.end() + _NEAR].lstrip()
    word = found[1].lower()
    near = text[max(0, found.start() - 1) : found.start()], text[found.end() : found.end() + 1]
    if near[0] in tuple("“„«\"‘'»") and near[1] in tuple("”“»\"’'«"):
        return True
    if after[: len(word)].lower() == word and not after[len(word) : len(word) + 1].isalnum():
        return True
    if before.lower().endswith(word) and not before[-len(word) - 1 : -len(word)].isalnum():
        return True
    return not any(map(str.isalnum, before)) and not any(map(str.isalnum, after))


_NEAR = 300  # characters of a paragraph that are looked at on both sides


def _around(text: str, found: re.Match[str]) -> str:
    """What stands around a pair, without it."""
    before, after = (
        text[max(0, found.start() - _NEAR) : found.start()],
        text[found.end() : found.end() + _NEAR],
    )
    return f"{before} {after}"


def _is_fault(text: str, found: re.Match[str], deck: _Deck, column: _Column) -> bool:
    word, second = found[1], found[0][-len(found[1]) :]
    lower = word.lower()
    if word[0].isupper() and second[0].isupper():
        if lower in _SURE and not word.isupper():
            return True
        begins = not text[max(0, found.start() - 9) : found.start()].strip(' \n“"')
        if begins and text[found.end() : found.end() + 1] in (",", "!"):
            return False  # who is called twice: Tyger Tyger, burning bright
        known = deck.has(word) or deck.has(lower) or bool(_NO_NAME.search(word))
        return len(word) > 1 and known and deck.is_english(_around(text, found), column)
    goes_on = re.match(r"\s[a-z]", text[found.end() : found.end() + 2])
    if lower in _MEANT and not (goes_on and lower in _MEANT_APART):
        return False
    if not second.islower() or (len(lower) == 1 and lower != "a"):
        return False
    if lower in ("is", "was") and _WHAT.search(text, max(0, found.start() - _NEAR), found.start()):
        return False  # `What it is is a risk.`
    if lower in _SURE:
        return True
    languages = _languages(_around(text, found))
    if languages and languages != ("en",):
        return all(lower in _FAULTS.get(each, ()) for each in languages)
    if not lower.isascii():
        return False
    if not languages:
        return deck.is_english("", column) and (
            lower in _ENGLISH or (lower not in _FOREIGN and deck.has(lower))
        )
    if word[0].isupper() and lower not in _ENGLISH:
        # The names of animals: Vulpes vulpes.
        begins = not text[max(0, found.start() - 9) : found.start()].rstrip()[-1:].isalnum()
        return begins and not lower.endswith(("a", "us", "um", "is", "es", "o", "x", "os", "on"))
    if lower == "a":
        return bool(re.match(r"\s[a-z]{2}", text[found.end() : found.end() + 3]))
    # A short word that ends in such a vowel, and never stands alone: doki doki, pole pole.
    foreign = len(lower) < 7 and lower[-1] in "aiou" and lower not in _ENGLISH
    return not foreign or deck.has(lower)


_WHAT = re.compile(r"\b(?:[Ww]hat|[Ww]ho|[Ww]here|[Hh]ow)\b[^.!?]*\Z")
_WORDS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=64)
def _languages(text: str) -> tuple[str, ...]:
    """The language of which a text has most small words; several that have as many, none where
    there are no such words."""
    words = set(_WORDS.findall(text.lower()))
    counts = {name: len(words & known) for name, known in _OTHERS.items()}
    counts["en"] = len(words & _ENGLISH)
    most = max(counts.values())
    return tuple(name for name, count in counts.items() if count == most) if most else ()


_Column: TypeAlias = tuple[str, str]
"""The path of a source and the name of a field."""


class _Deck:
    """What all texts of a deck say of one: which words they have alone, and their language."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._known: dict[str, bool] = {}

    @cached_property
    def _texts(self) -> list[str]:
        return [field.value for _, field in self._subject.prose]

    @cached_property
    def _mainly(self) -> dict[_Column, tuple[str, ...]]:
        """The languages of the fields of one name in one source: vocabulary has two."""
        texts: dict[_Column, list[str]] = {}
        for _, field in self._subject.prose:
            some = texts.setdefault((field.span.path if field.span else "", field.name), [])
            if len(some) < 100:
                some.append(field.value[:200])
        return {column: _languages(" ".join(some)) for column, some in texts.items()}

    def is_english(self, text: str, column: _Column) -> bool:
        """Whether a text is English; whether the fields like it are, where it does not show."""
        return (_languages(text) or self._mainly[column]) == ("en",)

    def has(self, word: str) -> bool:
        """Whether a word stands somewhere without standing twice."""
        if word not in self._known:
            one = re.compile(rf"(?<!\b(?i:{word})\s)\b{word}\b(?!\s+(?i:{word})\b)")
            self._known[word] = any(word in text and one.search(text) for text in self._texts)
        return self._known[word]
