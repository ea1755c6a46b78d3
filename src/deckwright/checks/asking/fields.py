"""What the checks of a question ask of its note: its HTML, its places, and whether its front says
all that a learner sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from deckwright.cards import fronts
from deckwright.cardtemplate import TemplateError, fields_used
from deckwright.checks.subject import Asked, Subject, plain
from deckwright.derive.wording import GENERIC_HEADINGS
from deckwright.note import Field, Note
from deckwright.notetypes import NoteType, built_in
from deckwright.source import Span

LONGEST: Final = 200  # characters of a question; in a longer one something names its subject


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def before_stops(said: Iterable[str]) -> frozenset[str]:
    """Words as `split` finds them in a question: also with what may stand behind them."""
    return frozenset(word + stop for word in said for stop in ("", *"?.,:;!…"))


def html_of(subject: Subject, asked: Asked, field: Field | None) -> str:
    """The HTML of a field as it is shown; "" where the note does not have it."""
    if field is None:
        return ""
    names = subject.note_types[asked.note.note_type].fields
    return asked.rendered.html[names.index(field.name)] if field.name in names else ""


def cloze_types(subject: Subject) -> frozenset[str]:
    return frozenset(name for name, each in subject.note_types.items() if each.kind == "cloze")


def place_of(field: Field | None, word: str) -> Span | None:
    """Where a word first stands in a field."""
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", field.value) if field and word else None
    return field.locate(found.start(), found.end()) if field and found else None


def way_out(note: Note, hint: str) -> str:
    """A hint that says where a question can be re-worded that nobody wrote."""
    return f"{hint} (in deck.yaml, as an override of {note.key})" if note.parent else hint


# Words alone -------------------------------------------------------------------------------------

_UNTOLD = re.compile(r"<(/?)(pre|table)\b[^<>]*>|\\([\[\]()])")


def told(html: str) -> str:
    """The text of some HTML without its code blocks and tables; a formula is one word, or none if
    it stands on lines of its own. In time that grows linearly."""
    if "<" not in html and "\\" not in html:
        return plain(html)
    kept: list[str] = []
    at, until = 0, ""
    for match in _UNTOLD.finditer(html):
        closes = "/" + match[2] if match[1] else match[3] if match[3] in ("]", ")") else ""
        if until and closes == until:
            kept.append(" x " if until == ")" else " ")
            at, until = match.end(), ""
        elif not until and not closes:
            kept.append(html[at : match.start()])
            at = match.start()
            until = {"[": "]", "(": ")"}.get(match[3] or "") or f"/{match[2]}"
    kept.append(html[at:])
    return plain("".join(kept))


# Questions that stand for themselves --------------------------------------------------------------

_SHOWN = re.compile(
    r"<(?:img|pre|code|svg|audio|video|table|blockquote|ul|ol|br|object|picture)\b|\[sound:|\\[(\[]"
)


def alone(subject: Subject) -> Iterator[Asked]:
    """The notes whose question is all that tells what they ask: below no context, or below one that
    names nothing. An answer that is a question makes a translation of the note, and is left out."""
    sure = {name for name, each in subject.note_types.items() if _shows_one_field(each)}
    for asked in subject.asked:
        front = asked.front
        if not front or len(front) > LONGEST or asked.rendered.note.note_type not in sure:
            continue
        if asked.context and not _names_nothing(asked.context):
            continue
        if not asked.back.endswith(("?", "？", "か", "か。", "吗")):
            yield asked


def shows_more(subject: Subject, asked: Asked) -> bool:
    """Whether a question has something to look at: a picture, code, a formula, several lines."""
    html = html_of(subject, asked, asked.front_field)
    return ("<" in html or "\\" in html or "[" in html) and bool(_SHOWN.search(html))


def _shows_one_field(note_type: NoteType) -> bool:
    """An own note type may show a picture or a heading in another field."""
    if built_in().get(note_type.name) is note_type:
        return True
    try:
        return len(set(fields_used(fronts(note_type)[0])) - {"Context", "Tags", "Deck"}) <= 1
    except (TemplateError, IndexError):
        return False


_NUMBERED = re.compile(
    r"^(?:(?:chapter|lesson|unit|week|part|section|lecture|module|day|page|topic|no|nr|level|step|"
    r"[ivxlc]+)\b|[\W\d_])*",
    re.IGNORECASE,
)
_MERE_HEADINGS = GENERIC_HEADINGS | words(
    "questions quiz cards flashcards facts misc exercises basics vocabulary glossary q&a"
)


@lru_cache(maxsize=4096)
def _names_nothing(context: str) -> bool:
    """Whether a context names no subject: `Overview`, `Chapter 3 › Questions`."""
    return all(
        len(part) < 40 and (not (name := _NUMBERED.sub("", part, count=1)) or _is_mere(name))
        for part in context.split(" › ")
    )


def _is_mere(heading: str) -> bool:
    return heading.casefold() in _MERE_HEADINGS
