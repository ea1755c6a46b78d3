"""Of the outline of a Markdown text its notes, and what becomes of the rest."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from deckwright.choosing import is_directive
from deckwright.note import Field, Key, Note, key_part
from deckwright.readers.known import Known
from deckwright.readers.markdown import rules
from deckwright.readers.markdown.frontmatter import FrontMatter
from deckwright.readers.markdown.lines import CONTENT, Line
from deckwright.readers.markdown.outline import Card, Pieces, Section, pieces, without_settings
from deckwright.readers.markdown.outline import value as value_of
from deckwright.readers.markdown.rules import Told
from deckwright.readers.markdown.settings import TYPES, Said
from deckwright.source import Source

if TYPE_CHECKING:
    from deckwright.readers.markdown import MarkdownOptions

_BASIC, _CLOZE = "Basic", "Cloze"
_HEADING = "markdown#"  # the form of what stands in headings: `# 1. Wax` is no list
_BUILT_IN = {_CLOZE: ("Text", "Extra"), "Concept": ("Concept", "More")}
_HEADERS = ("Context", "Header", "Heading", "Title")  # fields for the heading of a cloze note
_DELETION = re.compile(r"\{\{c(?:\d[\d,]*)?::")
_MARKED = re.compile(r"==[^\s=](?:[^=\n]*[^\s=])?==")
_SAYS = (*CONTENT, "settings", "tags", "Q", "C", "A")  # lines that are a part of their note
_BETWEEN = " › "
_MARKS = re.compile(r"[*_`=\[\]{}<]")
_MARKUP = (
    (_DELETION, ""),
    (re.compile(r"(?:::[^{}:]*)?\}\}"), ""),  # the end of a deletion, with its hint
    (re.compile(r"\]\([^()\s]*\)"), ""),  # where a link leads to
    (re.compile(r"\[\[[^\[\]|]*\|"), ""),
    (re.compile(r"<[^<>]*>"), " "),
    (re.compile(r"[*_`=]{2,}|[*`\[\]!]"), ""),
)


@dataclass(slots=True)
class Found:
    """The notes of a file, and the parts of it that are left out, each with the reason."""

    notes: list[Note] = field(default_factory=list)
    skipped: list[tuple[int, int, str]] = field(default_factory=list)


def make(
    source: Source,
    front: FrontMatter,
    sections: list[Section],
    between: list[Line],
    options: MarkdownOptions,
    known: Known,
    told: Told,
) -> Found:
    """The notes of a file, and what of it is left out."""
    maker = _Maker(source, front, options, known, told, sections)
    maker.found.skipped += ((line.start, line.end, "a line between cards") for line in between)
    maker.all(sections)
    return maker.found


def tell_skipped(source: Source, lines: Sequence[Line], found: Found, told: Told) -> None:
    """Tell what is left out, neighbours in one go."""
    text = source.text
    comments = (
        (line.start, line.end, "a comment")
        for line in lines
        if line.kind == "comment" and not is_directive(text[line.start : line.start + 100])
    )
    runs: list[tuple[int, int, dict[str, None]]] = []
    for start, end, why in sorted((*comments, *found.skipped)):
        if runs and (start <= runs[-1][1] or not text[runs[-1][1] : start].strip()):
            first, last, reasons = runs[-1]
            runs[-1] = first, max(last, end), {**reasons, why: None}
        else:
            runs.append((start, end, {why: None}))
    for start, end, reasons in runs:
        message = f"skipped, {' and '.join(reasons)}: {{}}"
        told.tell(rules.SKIPPED, message, start, end, quote=text[start : start + 100].lstrip())


def plain(text: str) -> str:
    """The words of a title or a question without most of their markup."""
    text = text[:1000]  # no part of a key or a deck is near as long
    if _MARKS.search(text):
        for pattern, instead in _MARKUP:
            text = pattern.sub(instead, text)
    return " ".join(text.split())


def _part(text: str) -> str:
    """The part of a key that a title or a question makes."""
    return key_part(plain(text)) if text else ""


class _Maker:
    def __init__(
        self,
        source: Source,
        front: FrontMatter,
        options: MarkdownOptions,
        known: Known,
        told: Told,
        sections: list[Section],
    ) -> None:
        root, is_whole = sections[0], len(sections) == 1 and not sections[0].cards
        self.source, self.text, self.told = source, source.text, told
        self.front, self.options, self.known = front, options, known
        self.found = Found()
        self.root, self.is_whole = root, is_whole
        self.meant: dict[str, str] = {}
        self.named_fields: dict[str, tuple[str, str, tuple[str, ...]]] = {}
        self.of_file = Said()  # the id or the GUID of the only note
        self.seen = self.named = (
            False  # whether anything looks like a card, or has its own identity
        )
        self.stem = posixpath.splitext(source.path.replace("\\", "/").rpartition("/")[2])[0]
        self.part = _part(self.stem)

    def all(self, sections: list[Section]) -> None:
        # What is said above the first heading is said of the file, as in front matter.
        said, file = self.root.said, self.front.said
        said.deck, said.type = said.deck or file.deck, said.type or file.type
        said.tags = [*file.tags, *said.tags]
        for section in sections:
            self.section(section)
        if self.of_file.id or self.of_file.guid:
            self.name_only_note(self.of_file)
        if not self.found.notes and not self.seen:
            rest = self.text[self.front.end :]
            start = len(self.text) - len(rest.lstrip())
            message = "no card found" if rest.strip() else "the file is empty"
            hint = 'a card is a heading with text below it, "Q:" and "A:" lines, or a "C:" line'
            self.told.tell(rules.NO_CARD, message, start, len(self.text), hint)

    def name_only_note(self, said: Said) -> None:
        """Give the one note of a file the id or the GUID that is said of the file."""
        notes = self.found.notes
        if len(notes) == 1 and not self.named:
            notes[0] = replace(notes[0], key=Key(said.id or notes[0].key), guid=said.guid)
        elif notes:
            what = "the id of the file" if said.id else "the GUID of the file"
            message = f"{what} names no note: there are {len(notes):,}"
            if len(notes) == 1:
                message = f"{what} names no note: the only one has its own"
            hint = 'name each note: put "{#id}" behind its heading or its question'
            self.told.tell(rules.NO_NOTE_TO_NAME, message, *said.identity, hint)

    def section(self, section: Section) -> None:
        """Make the notes of a section: that of its heading, and those of its cards."""
        text, options = self.text, self.options
        own = pieces(text, section.own, dropped=self.dropped)
        own = without_settings(text, own, section.said, self.told)
        identity = section.said.give_identity()
        if section.level:
            self.inherit(section)
        else:
            section.below = section.said.deck
            self.of_file = identity if identity.id or identity.guid else self.front.said
        wanted = options.only != "cards" and options.level in (0, section.level)
        if not section.level:
            self.file(section, own)
        elif own and wanted:
            self.heading(section, own, identity)
        elif own:
            why = "text outside of cards" if options.only == "cards" else "text of a higher heading"
            self.skip(own, why)
        elif wanted and not section.cards and not section.parent:
            self.seen = True
            rule, named = (rules.STUB if options.only else rules.NO_BODY), self.title(section)
            message = "{} has no text" if named else "the heading is empty"
            hint = "write the answer below it, or remove it"
            self.told.tell(rule, message, section.start, section.end, hint, named)
        if section.level and not own and identity.identity != (0, 0):
            message, hint = "this names no note: the heading has no text", "write it below a note"
            self.told.tell(rules.NO_NOTE_TO_NAME, message, *identity.identity, hint)
        for card in section.cards:
            self.card(section, card)
        for lines in section.stray:
            if stray := pieces(text, lines, dropped=self.dropped):
                self.stray(stray)

    def title(self, section: Section) -> str:
        return self.text[slice(*section.title)]

    def dropped(self, line: Line) -> None:
        self.found.skipped.append((line.start, line.end, "a line between cards"))

    def skip(self, left: Pieces, why: str) -> None:
        self.found.skipped.append((left[0][0], left[-1][1], why))

    def stray(self, left: Pieces) -> None:
        start, end = left[0][0], left[-1][1]
        if self.options.only == "cards":
            self.skip(left, "text outside of cards")
            return
        message = "text behind the line that ends a card is left out: {}"
        hint = "remove that line, or put a heading above this text"
        self.told.tell(rules.STRAY, message, start, end, hint, self.text[start : start + 100])

    def inherit(self, section: Section) -> None:
        """Let hold for a section what holds for all below the heading above it."""
        above, said = section.above[-1] if section.above else self.root, section.said
        section.slug = _part(self.title(section))
        section.deck = section.below = said.deck or above.below
        if not said.deck and self.options.headings == "deck":
            name = plain(self.title(section)).replace("::", ":").strip(": ")
            name = "".join(char if char.isprintable() else " " for char in name).strip()
            section.below += f"::{name}" if name else ""
        said.type = said.type or above.said.type
        said.tags = [*above.said.tags, *said.tags]

    # One note each ------------------------------------------------------------------------------

    def file(self, root: Section, own: Pieces) -> None:
        """The text above the first heading: a note where it is all of the file, and meant so."""
        said, title = root.said, self.front.title
        file = self.front.said
        meant = file.deck or file.type or file.id or file.guid or self.options.only == "tagged"
        if not own:
            return
        if not self.is_whole or not meant or self.options.only == "cards":
            if not self.is_whole or self.options.only:
                outside = self.options.only == "cards"
                why = "text outside of cards" if outside else "text above the first heading"
                self.skip(own, why)
            return
        words = title.words.strip() if title else ""
        name = Field("", words or self.stem, None, "text")
        if title and words:
            name = self.named_field("", words, title.start, title.end, "text")
        note_type = self.type_of(said, own)
        fields = self.asked(note_type, name, own, (), name.value)
        self.add(note_type, fields, Said(), root, (own[0][0], own[-1][1]), "")

    def heading(self, section: Section, own: Pieces, identity: Said) -> None:
        self.seen = True
        note_type, named = self.type_of(section.said, own), self.title(section)
        end = max(own[-1][1], section.end)
        if not named and not self.is_cloze(note_type):
            message, hint = "the heading has no words", "write what is asked"
            self.told.tell(rules.NO_TITLE, message, section.start, end, hint)
            return
        section.asks = named.endswith(("?", "？")) and not self.is_cloze(note_type)
        name = self.named_field("", named, *section.title, _HEADING)
        fields = self.asked(note_type, name, own, section.above, named)
        last = max((line.end for line in section.own if line.kind in _SAYS), default=end)
        place = section.title[0], max(last, end)
        self.add(note_type, fields, identity, section, place, section.slug, heading=True)

    def asked(
        self, note_type: str, name: Field, own: Pieces, above: Sequence[Section], title: str
    ) -> list[Field]:
        """The fields of a note that a title asks and a text answers; in a cloze note the text asks,
        and the title stands above it."""
        first, second, others = self.fields(note_type)
        if not self.is_cloze(note_type):
            body = self.field(second, own, "markdown")
            return [
                Field(first, name.value, name.span, name.form),
                body,
                *self.context(others, above),
            ]
        form = self.cloze_form("")
        fields = [self.field(first, own, form)]
        header = next((each for each in _HEADERS if each in others), "")
        if not title:
            return [*fields, *self.context(others, above)]
        if not header:
            if name.span:
                why = f"a heading, for which {note_type} has no field"
                self.found.skipped.append((name.span.start, name.span.end, why))
            return fields
        if header != "Context" or not above or self.options.headings != "context":
            return [*fields, Field(header, name.value, name.span, name.form)]
        titles = [*(self.title(each) for each in above), title]
        value = _BETWEEN.join(filter(None, titles))
        start, end = above[0].title[0], name.span.end if name.span else above[-1].title[1]
        return [*fields, self.named_field(header, value, start, end, _HEADING)]

    def card(self, section: Section, card: Card) -> None:
        self.seen = True
        text, said = self.text, card.said
        for line in (*card.question, *card.answer):
            said.take(line.said, self.told)
        asked = pieces(text, card.question, card.line, self.dropped)
        asked = without_settings(text, asked, said, self.told, attributes=True)
        answer: Pieces = ()
        if card.answer_line:
            answer = pieces(text, card.answer, card.answer_line, self.dropped)
            answer = without_settings(text, answer, said, self.told)
        lines = (card.line, *card.question, *filter(None, (card.answer_line,)), *card.answer)
        place = card.line.start, max(line.end for line in lines if line.kind in _SAYS)
        is_cloze = card.line.kind == "C"
        if not asked or not (answer or is_cloze):
            self.unfinished(card, asked, place)
            return
        of_file = section.said.type or self.options.type
        if is_cloze:
            note_type = said.type or (of_file if self.is_cloze(of_file) else _CLOZE)
        else:
            note_type = said.type or (of_file if self.asks(of_file) else _BASIC)
        note_type = self.resolved(note_type)
        first, second, others = self.fields(note_type)
        value = value_of(text, asked)
        brackets = "[]" if is_cloze and self.options.brackets and "{{c" not in value else ""
        form = self.cloze_form(brackets) if self.is_cloze(note_type) else "markdown"
        fields = [self.field(first, asked, form)]
        if answer:
            fields.append(self.field(second, answer, "markdown"))
        above = section.above
        if section.level and not section.asks:  # another question says nothing about this one
            above = (*above, section)
        fields += self.context(others, above)
        self.add(note_type, fields, said, section, place, _part(value))

    def unfinished(self, card: Card, asked: Pieces, place: tuple[int, int]) -> None:
        if card.line.kind == "C":
            message, hint = 'there is no text behind "C:"', "write one, or remove the line"
        elif not asked:
            message, hint = 'there is no question behind "Q:"', "write one, or remove the line"
        else:
            message = "{} has no answer"
            hint = 'write it below, behind "A:"'
            if card.answer_line:
                hint = 'write it behind "A:"'
        self.told.tell(rules.UNFINISHED, message, *place, hint, value_of(self.text, asked))

    def add(
        self,
        note_type: str,
        fields: Sequence[Field],
        said: Said,
        section: Section,
        place: tuple[int, int],
        leaf: str,
        *,
        heading: bool = False,
    ) -> None:
        parts = [self.part, *(each.slug for each in section.above), section.slug]
        if not heading:
            parts.append(leaf)
        key = said.id or "/".join(filter(None, parts))
        if said.block and not said.id:
            key = "/".join(filter(None, (self.part, said.block)))
        self.named = self.named or bool(said.id or said.guid)
        deck = said.deck or (section.deck if heading else section.below)
        tags = tuple(dict.fromkeys((*section.said.tags, *said.tags)))
        span = self.source.span(*place)
        note = Note(Key(key), note_type, tuple(fields), deck, tags, None, span, said.guid)
        self.found.notes.append(note)

    # Note types and fields ----------------------------------------------------------------------

    def resolved(self, name: str) -> str:
        """The name of a note type as the project has it, of one that a person wrote."""
        known = self.known.note_types
        if name in known:
            return name
        if name not in self.meant:
            folded = name.casefold()
            near = (each for each in known if each.casefold() == folded)
            self.meant[name] = next(near, TYPES.get(folded, name))
        return self.meant[name]

    def type_of(self, said: Said, own: Pieces) -> str:
        """The note type of a title and its text."""
        if given := said.type or self.options.type:
            return self.resolved(given)
        text = value_of(self.text, own)
        marked = self.options.highlights == "cloze" and _MARKED.search(text)
        return _CLOZE if marked or _DELETION.search(text) else _BASIC

    def is_cloze(self, name: str) -> bool:
        known = self.known.note_types.get(self.resolved(name))
        return known.kind == "cloze" if known else name == _CLOZE

    def asks(self, name: str) -> bool:
        """Whether a note type has a question and an answer, as far as one can tell."""
        known = self.known.note_types.get(self.resolved(name))
        if known is None:
            return bool(name)
        return known.kind == "normal" and len(known.fields) > 1 and name != "Concept"

    def fields(self, name: str) -> tuple[str, str, tuple[str, ...]]:
        """The field that asks, the one that answers, and the other ones."""
        if name not in self.named_fields:
            known = self.known.note_types.get(name)
            given = known.fields if known else ()
            pair = given if len(given) > 1 else (*given, *("Front", "Back")[len(given) :])
            first, second = _BUILT_IN.get(name, pair[:2])
            others = tuple(each for each in given if each not in (first, second))
            self.named_fields[name] = first, second, others
        return self.named_fields[name]

    def cloze_form(self, brackets: str) -> str:
        marks = "==" if self.options.highlights == "cloze" else ""
        return f"markdown{marks}{brackets}"

    def field(self, name: str, made_of: Pieces, form: str) -> Field:
        span = self.source.span(made_of[0][0], made_of[-1][1])
        return Field(name, value_of(self.text, made_of), span, form)

    def named_field(self, name: str, value: str, start: int, end: int, form: str) -> Field:
        """A field whose value need not be the text between two offsets."""
        if end - start == len(value) and self.text[start:end] != value:
            end += 1  # so that no one takes it for exact
        return Field(name, value, self.source.span(start, end), form)

    def context(self, others: Sequence[str], above: Sequence[Section]) -> Iterator[Field]:
        """The field that says where a note belongs, if its note type has one."""
        titles = [each for each in above if self.title(each)]
        if titles and "Context" in others and self.options.headings == "context":
            value = _BETWEEN.join(map(self.title, titles))
            start, end = titles[0].title[0], titles[-1].title[1]
            yield self.named_field("Context", value, start, end, _HEADING)
