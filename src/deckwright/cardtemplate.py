"""Anki's template language: which cards a note has.

A note type has templates, and a note has one card for each template whose *front* is not empty, or,
if it is a cloze note type, one card for each cloze number in its fields. An import makes no card
that the package lacks and removes none that it has, so whoever writes a package must decide exactly
as Anki would. This module decides, out of text alone:

    front = parse("{{#Example}}{{Term}}{{/Example}}")
    card_ordinals([front], {"Term": "ohm", "Example": ""})      # ()
    cloze_ordinals({"Text": "{{c1::ohm {{c3::unit}}}}"})        # (0, 2)

Where the facts come from: Anki's source (rslib/src/template.rs, cloze.rs, notetype/cardgen.rs), and
every one of them measured on 26.9.3, with which the tests compare. Where releases since 23.10
differ we follow the newest; the differences are told where they bite.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

__all__ = [
    "SPECIAL_FIELDS",
    "Comment",
    "Node",
    "Replacement",
    "Section",
    "Template",
    "TemplateError",
    "Text",
    "card_ordinals",
    "cloze_ordinals",
    "fields_used",
    "filters_used",
    "is_empty",
    "parse",
]

#: Names that Anki fills in by itself (rslib/src/notetype/mod.rs, SPECIAL_FIELDS). A field of the
#: note type with the same name hides the special one.
SPECIAL_FIELDS: Final = frozenset(
    {"Card", "CardFlag", "CardID", "Deck", "FrontSide", "Subdeck", "Tags", "Type"}
)

# What Rust's `str::trim` removes: Unicode White_Space. Python's own `strip` also takes \x1c-\x1f,
# which Anki leaves in a field's name.
_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

_ALTERNATE: Final = "{{=<% %>=}}"  # at the start of a template: tags are <%...%> from here on

# Anki drops ASCII control characters, but for \t and \n, from a note's fields (normalize_field in
# rslib/src/notes) and judges what is left: `<b\x01r>` is a line break.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class TemplateError(ValueError):
    """A template that Anki cannot read. The message says what is wrong and what to write.

    `offset` is the place of the tag at fault in the text of the template.
    """

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Text:
    """Static text. As in every node, `start` and `end` are offsets into the template's text and do
    not count when two nodes are compared."""

    text: str
    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comment:
    """`<!-- text -->`. Tags in it are no tags; Anki 24.11 and older read them all the same."""

    text: str
    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Replacement:
    """`{{cloze:text:Name}}`: a field shown through filters.

    `filters` are in the order in which they are applied: the one next to the name comes first. The
    name may be empty (`{{filter:}}`, for add-ons) or unknown to the note type.
    """

    name: str
    filters: tuple[str, ...] = ()
    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Section:
    """`{{#Name}}...{{/Name}}`, or, `inverted`, `{{^Name}}...{{/Name}}`.

    `start` and `end` are those of the opening tag. The name takes no filters: `{{#text:A}}` asks
    for a field of the name "text:A". The name `c1`, `c2`, ... is true on the card of that cloze.
    """

    name: str
    children: tuple[Node, ...]
    inverted: bool = False
    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)


Node: TypeAlias = Text | Comment | Replacement | Section

# One way in which a front is not empty: all of the first names are non-empty fields, none of the
# second is. Each replacement is one way, with the sections around it as its conditions.
_Way: TypeAlias = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Template:
    """One side of a card template, read by `parse`. Equal if it has the same nodes."""

    nodes: tuple[Node, ...]
    _ways: tuple[_Way, ...] = field(compare=False, repr=False)
    _special: frozenset[str] = field(compare=False, repr=False)  # special names among the ways


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # "text", "comment", or of a tag "#", "^", "/" or "" (a replacement)
    content: str  # of a tag: what follows the kind, without white space around it
    start: int
    end: int


def _delimiters(template: str) -> tuple[str, str, int]:
    """How a tag begins and ends, and where the template does, after any `{{=<% %>=}}`."""
    start = len(template) - len(template.lstrip(_SPACE))
    if not template.startswith(_ALTERNATE, start):
        return "{{", "}}", 0
    while template.startswith(_ALTERNATE, start):
        start += len(_ALTERNATE)
    return "<%", "%>", start


def _tokens(template: str) -> Iterator[_Token]:
    opener, closer, text_start = _delimiters(template)
    tag_or_comment, tag = re.compile(f"{opener}|<!--"), re.compile(opener)
    search_from = text_start
    while found := tag_or_comment.search(template, search_from):
        start, is_tag = found.start(), found[0] == opener
        stop = template.find(closer if is_tag else "-->", found.end())
        if stop < 0:
            if is_tag:
                message = f"{opener} begins a tag that never ends: add {closer}, or remove it"
                raise TemplateError(message, start)
            tag_or_comment = tag  # no comment ends from here on: they are text
            search_from = found.end()
            continue
        if text_start < start:
            yield _Token("text", template[text_start:start], text_start, start)
        text_start = search_from = stop + len(closer if is_tag else "-->")
        content = template[found.end() : stop]
        if not is_tag:
            yield _Token("comment", content, start, search_from)
            continue
        content = content.lstrip("{").strip(_SPACE)
        if len(content) > 1 and content[0] in "#^/":  # a lone "#" is the name of a field
            yield _Token(content[0], content[1:].lstrip(_SPACE), start, search_from)
        else:
            yield _Token("", content, start, search_from)
    if text_start < len(template):
        yield _Token("text", template[text_start:], text_start, len(template))


def parse(template: str) -> Template:
    """Read one side of a card template, front or back.

    Raises TemplateError where a section is closed that is not open, where one is left open, and
    where a tag has no end. An import lets such a template in; Anki then makes no card of it, or, in
    a cloze note type, cards that show an error. (A tag without an end is plain text since 25.9; but
    24.11 and older refuse it or, after `{{=<% %>=}}`, hang, so it is an error here.)

    As Anki reads it: white space around a tag's content and surplus opening braces are dropped, so
    `{{{ Name }}}` is the field Name with a "}" after it; white space after a colon belongs to the
    name. There is no `{{! comment}}`: it asks for a field of that name.
    """
    opener, closer, _ = _delimiters(template)
    nodes: list[Node] = []
    open_sections: list[tuple[_Token, list[Node]]] = []  # with the nodes around the section
    ways: dict[_Way, None] = {}  # a set that keeps its order
    for token in _tokens(template):
        start, end, name = token.start, token.end, token.content
        if token.kind == "text":
            nodes.append(Text(token.content, start, end))
        elif token.kind == "comment":
            nodes.append(Comment(token.content, start, end))
        elif token.kind == "":
            name, *filters = reversed(name.split(":"))
            nodes.append(Replacement(name, tuple(filters), start, end))
            needs = frozenset([name, *(o.content for o, _ in open_sections if o.kind == "#")])
            forbids = frozenset(o.content for o, _ in open_sections if o.kind == "^")
            ways[needs, forbids] = None
        elif token.kind == "/":
            closing = template[start:end]
            if not open_sections:
                message = f"{closing} closes a section that was never opened: "
                raise TemplateError(f"{message}add {opener}#{name}{closer} before it", start)
            opening, around = open_sections.pop()
            if opening.content != name:
                message = (
                    f"{closing} comes before the end of {template[opening.start : opening.end]}"
                )
                wanted = f"{opener}/{opening.content}{closer}"
                raise TemplateError(f"{message}: write {wanted} first", start)
            inverted = opening.kind == "^"
            around.append(Section(name, tuple(nodes), inverted, opening.start, opening.end))
            nodes = around
        else:
            open_sections.append((token, nodes))
            nodes = []
    if open_sections:
        opening, _ = open_sections[-1]
        message = f"{template[opening.start : opening.end]} is never closed"
        wanted = f"{opener}/{opening.content}{closer}"
        raise TemplateError(f"{message}: add {wanted}", opening.start)
    fewest_first = sorted(ways, key=lambda way: len(way[0]) + len(way[1]))
    names = frozenset(name for needs, forbids in ways for name in needs | forbids)
    return Template(tuple(nodes), tuple(fewest_first), names & SPECIAL_FIELDS)


def _tags(template: Template) -> Iterator[Replacement | Section]:
    """The tags of a template in the order of its text. No recursion: nesting has no limit."""
    rest = list(reversed(template.nodes))
    while rest:
        node = rest.pop()
        if isinstance(node, Section):
            rest.extend(reversed(node.children))
        if isinstance(node, Replacement | Section):
            yield node


def fields_used(template: Template, *, through: str | None = None) -> tuple[str, ...]:
    """The names of the fields that a template shows or asks for, in order, each once.

    Left out is what Anki has by itself: SPECIAL_FIELDS, the empty name, and sections on cloze
    numbers (`{{#c1}}`). All others must be fields of the note type. If one is not, Anki refuses to
    save the note type; an import lets it in, the unknown field then counts as empty, and every card
    of the template shows an error instead of its text. Names are compared exactly, and those of
    fields are stored in NFC: a template that writes one in NFD asks for an unknown field.

    With `through`, only fields that are shown through that filter: `through="cloze"` gives the
    fields whose deletions a cloze card can show.
    """
    names: dict[str, None] = {}
    for tag in _tags(template):
        if isinstance(tag, Section):
            if through is None and not _CLOZE_CONDITION(tag.name):
                names[tag.name] = None
        elif through is None or through in tag.filters:
            names[tag.name] = None
    return tuple(name for name in names if name and name not in SPECIAL_FIELDS)


_CLOZE_CONDITION: Final = re.compile(r"c\+?[0-9]+").fullmatch


def filters_used(template: Template) -> tuple[str, ...]:
    """The filters of a template in the order in which they are written, each once, as written:
    `{{tts en_US:cloze-only:A}}` has "tts en_US" and "cloze-only".

    Anki saves a cloze note type only if front and back both have "cloze" among them; "cloze-only"
    does not do.
    """
    written = (tag.filters[::-1] for tag in _tags(template) if isinstance(tag, Replacement))
    return tuple(dict.fromkeys(name for filters in written for name in filters))


_EMPTY: Final = re.compile(r"(?:[ \t\n]|</?(?:br|div) ?/?>)*\Z", re.ASCII | re.IGNORECASE)


def is_empty(field_value: str) -> bool:
    """Whether Anki judges a field empty: nothing but ASCII white space and `<br>` and `<div>` tags,
    opening or closing and without attributes.

    So these are *not* empty: `&nbsp;` and U+00A0, `<p></p>`, `<div class="x"></div>`, a comment.
    """
    if not field_value:
        return True
    if (first := field_value[0]) > " " and first not in "<\x7f":
        return False
    if first == "<" and (second := field_value[1:2]).isalpha() and second not in "bBdD":
        return False  # as most fields begin: `<p>`, `<ul>`
    return _EMPTY.match(_CONTROL.sub("", field_value)) is not None


def card_ordinals(
    fronts: Sequence[Template], fields: Mapping[str, str], *, has_tags: bool = False
) -> tuple[int, ...]:
    """The ordinals of the templates that make a card, of a note type that is not a cloze type.

    `fronts` are the parsed fronts of all templates in their order, `fields` all fields of the note,
    name -> HTML, the empty ones too. A front makes a card if at least one field that is not empty
    is shown on it, under the conditions around it. Static text does not count, filters change
    nothing (`{{type:A}}` counts like `{{A}}`).

    May be empty. Anki then makes the first card, with an error on it, so that a note has a card:
    when the note is added or edited, or by its Check Database. An import does neither that nor
    add single cards that a package lacks.

    Special fields count as not empty, but for FrontSide, which is empty on a front, and Tags, which
    follow `has_tags`. That is new in 26.9: before (25.9.5), a front with nothing but special fields
    made no card, and `{{^Deck}}` was true.
    """
    non_empty = {name for name, value in fields.items() if not is_empty(value)}
    ordinals = []
    for ordinal, front in enumerate(fronts):
        shown = non_empty
        if front._special:
            hidden = {"FrontSide"} if has_tags else {"FrontSide", "Tags"}
            shown = non_empty | (front._special - hidden - fields.keys())
        for needs, forbids in front._ways:
            if needs <= shown and forbids.isdisjoint(shown):
                ordinals.append(ordinal)
                break
    return tuple(ordinals)


_DELETION: Final = re.compile(r"\{\{c([0-9,]+)::|\}\}")
_MAX_DEPTH: Final = 10  # deletions inside each other; 3 in 24.11, without limit in 23.10
_MAX_NUMBER: Final = 0xFFFF
_MAX_ORDINAL: Final = 499


def cloze_ordinals(fields: Mapping[str, str]) -> tuple[int, ...]:
    """The ordinals of the cards of a note of a cloze note type, ascending: cloze number less one.

    `fields` are all fields of the note, name -> HTML. The front is not asked: Anki makes a card for
    a number in *any* field, and where the front does not show that field through the `cloze`
    filter, the card is blank, which Empty Cards does not find. To find blank cards, compare with

        shown = fields_used(front, through="cloze")
        cloze_ordinals({name: value for name, value in fields.items() if name in shown})

    What counts: a deletion that is closed, `{{c1::`...`}}`, in text, in a hint or in another
    deletion (but in none that is left open), empty or not, up to ten inside each other; an opening
    beyond that is ignored, so its `}}` closes the tenth. `c` is small, with no space around the
    number. `{{c1,2::...}}` is on both cards since 26.9; before, it was plain text. 0 makes no card,
    a number above 65535 is none. All from 500 on have the ordinal 499: Anki makes a card for each,
    here the ordinal is given once, since a card *is* its note and ordinal to an import. HTML and
    LaTeX do not matter.

    May be empty. Anki then makes the first card, as told at `card_ordinals`.
    """
    numbers: set[int] = set()
    for value in fields.values():
        if "}" in value and "{" in value:
            _add_cloze_numbers(value, numbers)
    return tuple(sorted({min(number - 1, _MAX_ORDINAL) for number in numbers if number}))


def _add_cloze_numbers(text: str, numbers: set[int]) -> None:
    # Each open deletion holds its own numbers and those of the closed ones in it: they count only
    # once it is closed itself.
    open_deletions: list[list[int]] = []
    for token in _DELETION.finditer(_CONTROL.sub("", text)):
        if token[1] is not None:
            if len(open_deletions) < _MAX_DEPTH and (found := _cloze_numbers(token[1])):
                open_deletions.append(found)
        elif open_deletions:
            closed = open_deletions.pop()
            if open_deletions:
                open_deletions[-1] += closed
            else:
                numbers.update(closed)


def _cloze_numbers(text: str) -> list[int]:
    """The numbers in "1,2" that fit in 16 bits, 0 among them. With none, it is no deletion."""
    if len(text) < 5 and text.isdigit():
        return [int(text)]
    numbers = []
    for part in text.split(","):
        digits = part.lstrip("0") or part[:1]
        if 0 < len(digits) <= 5 and int(digits) <= _MAX_NUMBER:  # int() refuses very many digits
            numbers.append(int(digits))
    return numbers
