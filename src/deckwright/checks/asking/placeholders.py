"""Questions, answers and deletions that were never written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import Final

from deckwright.checks.asking.fields import cloze_types, html_of
from deckwright.checks.subject import Asked, Subject, deleted, plain
from deckwright.checks.wording.prose import Told, prose, segments
from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted
from deckwright.note import Field, Note

PLACEHOLDER = Rule(
    "E019",
    "placeholder",
    Severity.WARNING,
    "What was to be written later is learnt as it stands, by everyone who has the deck.",
    "Write what belongs there; or leave the note, or the words, out until you know.",
    {"herbs.md": "# Herbs\n\nQ: When does sage flower?\nA: TODO\n"},
    {"herbs.md": "# Herbs\n\nQ: When does sage flower?\nA: In June\n"},
)

_HINT: Final = "write what belongs there, or leave it out until you know"
_LONGEST: Final = 60  # characters of a text that is nothing but a placeholder
_MANY: Final = 100  # places at which one deletion is told

# A text that is nothing else ----------------------------------------------------------------------

_AROUND: Final = "[](){}<>*_.:!?… \t\n"
_MARKS: Final = frozenset(("todo", "to do", "fixme", "tbd", "t.b.d"))
"""Words of people who write code; in small letters `todo` and `to do` are words of a language."""
_PHRASES: Final = frozenset(
    (
        *("todo", "to do", "as above", "as below", "same as above", "same as below"),
        *("fill in", "fill me in", "fill this in", "please fill in", "fill in later"),
        *("coming soon", "siehe oben", "siehe unten", "zie boven", "vedi sopra"),
        *("voir ci-dessus", "voir plus haut", "véase arriba", "noch ausfüllen", "à compléter"),
        *map(" ".join, product(("see",), ("above", "below"))),
        *map(
            "see {0[0]} {0[1]}".format,
            product(("last", "previous", "next"), ("card", "note", "question", "answer")),
        ),
        *map(
            "to be {}".format,
            "added completed determined decided defined done announced confirmed written".split(),
        ),
        *map(
            "{0[0]}{0[1]}{0[2]} here".format,
            product(
                ("", "insert ", "add ", "write ", "enter ", "type ", "put "),
                ("", "the ", "your "),
                ("answer", "question", "text", "definition"),
            ),
        ),
    )
)
_DOTS = re.compile(r"(?:\.{3,}|…)[.… ]*\??")
_QUERIES = re.compile(r"[\[(]?\?(?: ?\?)*[\])]?")
_LOREM: Final = "lorem ipsum"

# What the other side is about, where these texts are right. For text in small letters.
_OF_MARKS = re.compile(
    r"\bto-?dos?\b|\bto do list|fixme|\bt\.?b\.?d\b|\bcomments?\b|placeholder|\bstands? for\b|"
    r"abbreviat|acronym|abkürz|abréviat|abrevia|\bkeywords?\b|\bannotations?\b|"
    r"\b(?:comment|task|code)[ -]tags?\b"
)
_OF_PHRASES = re.compile(
    r"[\"“”„«»‘`]|\bmeans?\b|\bmeaning\b|translat|übersetz|tradui|traduc|\bphrase|\bwords?\b|"
    r"\bsays?\b|\bstands? for\b|abbreviat|acronym|infinitive|passive|gerund|\btense\b|\bverb|"
    r"\bform of\b|\b(?:in|auf|en) (?:english|german|french|spanish|italian|dutch|portuguese|"
    r"englisch|inglés|anglais)\b|heißt"
)
_OF_SIGNS = re.compile(
    r"\bsigns?\b|symbol|punctuat|operator|ellips|\bdots?\b|notation|\bmorse\b|spread|variadic|scala\b|"
    r"zeichen|auslassung|punkte|signo|segno|\bsignes?\b|ponctu|puntu|puntos|記号|符|\w\s*=|python"
)
_OF_QUESTION_MARKS = re.compile(
    r"\bmarks?\b|character|\bkeys?\b|quantifier|wildcard|regex|regular expr|pattern|\bmatch|glyph|"
    r"\bends?\b|syntax|\btyped?\b|\bwritten\b|prompt|taste|interrog|\btouche\b|\btecla\b|chess"
)
_OF_LOREM = re.compile(r"lorem|filler|dummy|typeset|typograph|latin|cicero|\btext\b|blind|layout")
_OF_XXX = re.compile(r"\broman\b|rating|kiss|\bsizes?\b|römisch|\bbeer\b|\broute")
_ASKS = re.compile(r"\b(?:what|which|who|whose|when|where|why|how|name|define|describe|list)\b")

_ELSE = re.compile(r"<(?:img|audio|video|svg|code|pre|object|picture)\b|\[sound:|\\[(\[]")
"""What makes more of a field than its text, or something else."""


def placeholder(subject: Subject) -> Iterator[Diagnostic]:
    """A question, an answer or a deletion that is only a placeholder: TODO, TBD, t.b.d., FIXME,
    xxx, ???, “…”, “see above”, “fill in”, “to be added”, “answer here”, lorem ipsum and the like;
    and `TODO`, `TBD` or `FIXME` within a text: in brackets (`[TODO]`, `(TODO: how old?)`), with a
    colon where a sentence begins (`TODO: look it up`), or as the last word behind a colon or a
    sentence. Within a text only capitals count.

    Let pass are notes about such words and signs, code, what stands beside a picture or a sound,
    vocabulary (“hacer” is “to do”, and “todo” is everything), the Roman number XXX, `N/A`, and a
    dash, which may say that there is none."""
    told = Told(subject, PLACEHOLDER)
    skipped = cloze_types(subject)
    whole: set[tuple[str, str]] = set()
    for asked in subject.asked:
        note = asked.rendered.note
        if note.parent is not None:
            continue
        if note.note_type in skipped:
            for field, start, end in _hidden(subject, asked):
                whole.add((note.key, field.name))
                message = f"a deletion is only a placeholder: {quoted(field.value[start:end])}"
                yield from told.tell(note, field, start, end, message, _HINT)
            continue
        front, back = asked.front, asked.back
        for text, other, side, what in (
            (front, back, asked.front_field, "question"),
            (back, front, asked.back_field, "answer"),
        ):
            if side is None or not _is_only(text, other):
                continue
            if not _ELSE.search(html_of(subject, asked, side)):
                whole.add((note.key, side.name))
                message = f"the {what} is only a placeholder: {quoted(text)}"
                at = max(0, side.value.find(text))
                end = at + len(text) if side.value.startswith(text, at) else len(side.value)
                yield from told.tell(note, side, at, end, message, _HINT)
    yield from _within(subject, told, whole)


def _is_only(text: str, other: str, *, hidden: bool = False) -> bool:
    """Whether a text is nothing but a placeholder, below or above the `other` side of its note;
    `hidden`: it is a deletion, and the other side all around it."""
    if len(text) > _LONGEST:
        if text[0] not in "Ll" or text[: len(_LOREM)].casefold() != _LOREM:
            return False
        return not _OF_LOREM.search(other.casefold())
    bare = text.strip(_AROUND).casefold()
    if not bare:
        return bool(text) and _are_signs(text, other, hidden=hidden)
    if bare in _MARKS and (bare not in _PHRASES or "TO" in text or text[:3] == "ToD"):
        return not _OF_MARKS.search(other.casefold()) and not other.isupper()
    if bare in _PHRASES:
        asks = other.casefold()
        if bare == "todo" and not _ASKS.search(asks):  # Spanish
            return False
        sentence = hidden or asks.count(" ") > 2 or asks.endswith(("?", "？"))
        return sentence and not _OF_PHRASES.search(asks)
    if bare[0] == "x" and len(bare) > 2 and not bare.strip("x"):
        return (len(bare) > 3 or "X" not in text) and not _OF_XXX.search(other.casefold())
    return bare.startswith(_LOREM) and not _OF_LOREM.search(other.casefold())


def _are_signs(text: str, other: str, *, hidden: bool) -> bool:
    text, about = text.strip(), other.casefold()
    if len(about) < 3 or _OF_SIGNS.search(about):
        return False
    if _DOTS.fullmatch(text):
        return True
    if not _QUERIES.fullmatch(text):
        return False
    if text.count("?") > 2:
        return True
    return not hidden and about.count(" ") > 1 and not _OF_QUESTION_MARKS.search(about)


# Deletions ----------------------------------------------------------------------------------------

_MAY_HIDE = re.compile(
    r"TODO|ToDo|TBD|FIXME|\?\?|\.\.\.|…|[xX]{3}|(?i:\bt\.?b\.?d\b|todo|to do|above|below|fill |"
    r"to be |here|soon|siehe|zie |vedi |voir |véase |noch |compl|lorem|\bsee )"
)


def _hidden(subject: Subject, asked: Asked) -> Iterator[tuple[Field, int, int]]:
    """The deletions of a cloze note that hide a placeholder."""
    field = asked.front_field
    if field is None or not _MAY_HIDE.search(asked.back):
        return
    html = html_of(subject, asked, field)
    for inner in dict.fromkeys(deleted(html)):
        text = plain(inner)
        if _ELSE.search(inner) or not _is_only(text, asked.front, hidden=True):
            continue
        pattern = rf"(?:::|\[|==)[\s*_]*({re.escape(text)})(?=[\s*_]*(?:\}}\}}|::|\]|==))"
        for found in islice(re.finditer(pattern, field.value), _MANY):
            yield field, found.start(1), found.end(1)


# Within texts -------------------------------------------------------------------------------------

_CAPITALS: Final = ("TODO", "TBD", "FIXME")
_BRACKETED = re.compile(
    r"(?<![\w\x00])[\[(][\s\x01]*(?:TODO|TBD|FIXME)"
    r"(?=[\s\x01]*(?:[\])]|[:：?!.]|[–—-]\s)|\s+(?!(?:lists?|items?|comments?|apps?|tags?|and|or)\b)"
    r"[^\W\d_])"
)
_TO_BRACKET = re.compile(r"[^\[\](){}\x02]{0,300}[\])]")
_BEFORE = r"(?:\A[\s\x01\x02]*|[.!?:;…)\]][\s\x01]+)"
_BEGINS = re.compile(_BEFORE + r"(?P<word>TODO|TBD|FIXME)[\s\x01]*(?:[:：](?!:)|[–—-]\s)")
_ENDS = re.compile(_BEFORE + r"(?P<word>TODO|TBD|FIXME)[\s\x01.!?…]*\Z")
_COMMENT = re.compile(
    r"(?:^[ \t]*#|//|--|;;|%|/\*|<!--|\b(?:determined|decided|defined))[ \t]*[(\[]?\Z"
)
_KINDS = re.compile(r"\b(?:TODO|TBD|FIXME|HACK|XXX|BUG)\b")
_OF_CODE = re.compile(r"\bto-dos?\b|\btodo\b|placeholder|\bcode comments?\b|source code")


def _within(subject: Subject, told: Told, whole: set[tuple[str, str]]) -> Iterator[Diagnostic]:
    """The placeholders in texts that say something else, too; `whole` are the fields, by key and
    name, of which it has been told."""
    # A whole source is searched in a tenth of the time that its fields take.
    paths = {each.note.span.path for each in subject.written if each.note.span}
    texts = (source.text for path, source in subject.texts.items() if path in paths)
    if not any(word in text for text in texts for word in _CAPITALS):
        return
    for rendered, field in subject.prose:
        value, note = field.value, rendered.note
        if not any(word in value for word in _CAPITALS) or (note.key, field.name) in whole:
            continue
        if len(set(_KINDS.findall(value))) > 1 or _is_about(note, field):
            continue
        text = prose(field)
        for segment in segments(text):
            for start, end in _places(segment[0]):
                start, end = start + segment.start(), end + segment.start()
                line = value.rfind("\n", 0, start) + 1
                if not _COMMENT.search(value[max(line, start - 20) : start]):
                    message = f"{quoted(value[start:end])} is a placeholder"
                    yield from told.tell(note, field, start, end, message, _HINT)


def _places(text: str) -> Iterator[tuple[int, int]]:
    for found in _BRACKETED.finditer(text):
        end = _TO_BRACKET.match(text, found.end())
        yield found.start(), end.end() if end else found.end()
    for pattern in (_BEGINS, _ENDS):
        for found in pattern.finditer(text):
            yield found.span("word")


def _is_about(note: Note, field: Field) -> bool:
    """Whether a note is about the words that mark what is left to do."""
    asks = next((each for each in note.fields if each.name != "Context"), field)
    title = asks.value[:400]
    if asks is field:
        title = _KINDS.sub("", title)
    said = field.value.replace("TODO", "")
    return bool(_OF_MARKS.search(title.casefold()) or _OF_CODE.search(said))
