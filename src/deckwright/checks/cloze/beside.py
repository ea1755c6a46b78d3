"""The check for answers that can be read beside their deletions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deckwright.checks.cloze.cards import card_of, clozes, deletions_of, field_of, numbers_of, place
from deckwright.checks.subject import Subject, plain
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.markup import deletions
from deckwright.naming import quoted
from deckwright.note import RenderedNote
from deckwright.notetypes import NoteType
from deckwright.source import Span

ANSWER_BESIDE = Rule(
    "Z004",
    "answer-beside-deletion",
    Severity.WARNING,
    "Who can read the answer in the same text recalls nothing.",
    "Delete it in both places, under one number, or say it once.",
    {"stars.md": "C: {{c1::Sirius}} is the brightest star. Sirius stands in Canis Major.\n"},
    {"stars.md": "C: {{c1::Sirius}} is the brightest star. It stands in Canis Major.\n"},
)


def answer_beside(subject: Subject) -> Iterator[Diagnostic]:
    """What a card hides, and shows elsewhere: in the same text, in a deletion of another number, in
    its hint, or in what stands above the text. Whole words in any case, of at least three letters,
    or numbers of at least four digits; a number from three to twelve in words where nothing counted
    follows it (“ten countries …: so much for ten”).

    Passed over are small words and words of a choice of few (left, higher, first, positive), which
    a text may have again for another reason, and what is a formula. The small words are those of
    English, German, French and Spanish. Of a script without blanks between words nothing is told.
    """
    for rendered, asked, fields in clozes(subject):
        html = rendered.html
        context = " \n ".join(plain(html[at]) for at in asked.beside if html[at]).casefold()
        if not any(_may_repeat(html[at].replace("\n", " ").casefold(), context) for at in fields):
            continue
        note_type = subject.note_types[rendered.note.note_type]
        yield from _repeated(rendered, note_type, fields, context)


_PLAINLY = re.compile(r"\{\{c[0-9,]+::([^{}<&:]*)(?:::([^{}<&:]*))?\}\}")


def _may_repeat(text: str, context: str) -> bool:
    """Whether an answer may stand elsewhere, quickly told. All in small letters."""
    simple = _PLAINLY.findall(text)
    if len(simple) < text.count("{{c"):
        return True
    for answer, hint in simple:
        words = _essence(answer)
        if words and (words in hint or words in context or text.count(words) > 1):
            return True
    return False


def _repeated(
    rendered: RenderedNote, note_type: NoteType, fields: Sequence[int], context: str
) -> Iterator[Diagnostic]:
    note, html = rendered.note, rendered.html
    found = {at: deletions_of(html[at]) for at in fields}
    told: set[str] = set()
    for number in numbers_of(found):
        cards = {at: card_of(html[at], found[at], number) for at in fields}
        shown = " \n ".join(plain(each.shown) for each in cards.values()).casefold()
        for at, card in cards.items():
            field = field_of(rendered, note_type, at)
            for text, hint in zip(card.hidden, card.hints, strict=True):
                answer = _essence(text)
                if not answer or answer in told:
                    continue
                span, beside = place(note, field, text), None
                if _says(plain(hint).casefold(), answer):
                    message = f"the hint of {quoted(plain(text))} is its answer"
                    way = "let the hint say what is sought, not the answer"
                elif _repeats(shown, answer):
                    message = f"{quoted(plain(text))} is deleted, and stands there again"
                    way = f"delete it there, too, as {{{{c{number}::…}}}}, or re-word the text"
                    beside, span = span, _again(rendered, note_type, fields, answer, number)
                elif _repeats(context, answer):
                    message = f"{quoted(plain(text))} is deleted, and stands above the text"
                    way = "delete another word, or put the note below another heading"
                else:
                    continue
                told.add(answer)
                other = None if beside == span else beside
                yield Diagnostic(ANSWER_BESIDE, message, span, way, note.key, other)


_WORD = re.compile(r"[^\W_]+")
_FORMULA = re.compile(r"[\\{}=^<>|$+*/]|\(\)")
_SMALL = frozenset(
    "the and for with from into onto over under not but nor are was were has have had his her its "
    "their our your they them she him you who whom whose which what when where why how this that "
    "these those than then there here all any both each few more most much many other another some "
    "such own same too very can could may might must shall should will would does did done being "
    "been only also just about above after again against before below between down during off out "
    "once per through until while upon within without yes let get use used using one two three "
    "four five six seven eight nine ten zero half twice "
    # a choice of few
    "left right upper lower higher high low less least fewer greater larger smaller bigger longer "
    "shorter faster slower stronger weaker warmer colder hotter older younger first second third "
    "last next former latter increase increases increased increasing decrease decreases decreased "
    "decreasing rise rises fall falls up north south east west northern southern eastern western "
    "positive negative true false open closed inside outside inner outer front back anterior "
    "posterior superior inferior medial lateral proximal distal dorsal ventral male female man "
    "woman men women black white red green blue yellow hot cold warm cool wet dry strong weak good "
    "bad new old big small long short early late even odd same different equal never always often "
    "day days week weeks month months year years hour hours minute minutes seconds "
    # German
    "der die das den dem des ein eine einen einem einer eines und oder aber nicht mit von vom zum "
    "zur aus bei bis durch für gegen ohne nach vor über unter zwischen ist sind war waren wird "
    "werden wurde wurden hat haben hatte hatten kann können muss müssen soll sollen darf als wie "
    "wenn weil dass auch nur noch schon sehr mehr viel alle alles ihr ihre ihren sein seine seinen "
    "sich sie wir man links rechts oben unten größer kleiner höher niedriger erste zweite dritte "
    "zwei drei vier fünf steigt sinkt Jahr Jahre "
    # French
    "les des une est sont était aux avec dans par pour sans sur sous que qui dont mais pas plus "
    "moins très leur leurs ses son mes nos vos elle ils elles nous vous cette ces été être avoir "
    "fait gauche droite haut bas premier première deux trois quatre "
    # Spanish
    "los las una unos unas del con por para sin sobre que quien cual como pero más menos muy sus "
    "son era eran está están fue fueron ser estar hay este esta estos estas ese esa izquierda "
    "derecha arriba abajo primero primera dos tres cuatro".casefold().split()
)


_ARTICLES = frozenset(
    "the a an der die das den dem des ein eine einen einem einer eines le la les l un une des el "
    "los las unos unas".split()
)


def _essence(html: str) -> str:
    """What of a hidden text gives it away where it stands again: its words without an article, in
    small letters; "" where nothing would."""
    text = plain(html).casefold()
    if not text or len(text) > 200 or _FORMULA.search(text):
        return ""
    words = list(_WORD.finditer(text))
    while words and words[0][0] in _ARTICLES:
        del words[0]
    if len(words) == 1 and words[0][0] in _COUNTS:
        return words[0][0]
    if not any(_is_distinctive(word[0]) for word in words):
        return ""
    return text[words[0].start() : words[-1].end()]


def _is_distinctive(word: str) -> bool:
    if word in _SMALL:
        return False
    return len(word) >= 4 if word.isdigit() else sum(map(str.isalpha, word)) >= 3


_COUNTS = frozenset("three four five six seven eight nine ten eleven twelve".split())


def _repeats(text: str, answer: str) -> bool:
    """Whether a text says an answer, and not a number of other things; both in small letters."""
    if answer in _COUNTS:
        return re.search(rf"(?<![\w-]){answer}\s*(?:[.;:!?)]|$)", text) is not None
    return _says(text, answer)


def _says(text: str, words: str) -> bool:
    """Whether a text has the words as whole ones; both in small letters."""
    at = text.find(words)
    while at >= 0:
        if _is_whole(text, at, at + len(words)):
            return True
        at = text.find(words, at + 1)
    return False


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a word begins and ends at these places. One with a hyphen is one word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isalnum() or after.isalnum() or before in ("-", "_") or after == "_":
        return False
    return not (after == "-" and text[end + 1 : end + 2].isalnum())


def _again(
    rendered: RenderedNote,
    note_type: NoteType,
    fields: Sequence[int],
    answer: str,
    number: int,
) -> Span | None:
    """Where the words of a deletion stand again, outside of all deletions of its number."""
    for at in fields:
        field = field_of(rendered, note_type, at)
        if field is None:
            continue
        value = field.value
        found = deletions.find(value, braces=field.form.startswith("markdown")).deletions
        own = [
            (each.start, each.close)
            for each in found
            if not each.numbers or str(number) in each.numbers.split(",")
        ]
        pattern = r"\s+".join(map(re.escape, answer.split()))
        for match in re.finditer(pattern, value, re.IGNORECASE):
            start, end = match.span()
            if not _is_whole(value, start, end) or any(a < start < b for a, b in own):
                continue
            if rendered.clozes and value[:start].endswith(("==", "[")):
                continue  # a deletion without braces
            return field.locate(start, end)
    field = field_of(rendered, note_type, fields[0])
    return (field.span if field else None) or rendered.note.span
