"""What is wrong with the templates of a note type, each mistake at its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from deckwright.cardtemplate import (
    SPECIAL_FIELDS,
    Node,
    Replacement,
    Section,
    Template,
    TemplateError,
    parse,
)
from deckwright.diagnostics import Diagnostic
from deckwright.naming import did_you_mean, quoted, several
from deckwright.notetypes.model import Kind
from deckwright.notetypes.rules import (
    BAD_TEMPLATE,
    CLOZE,
    EMPTY_FRONT,
    FRONT_SIDE,
    SAME_FRONT,
    UNKNOWN_FIELD,
    UNKNOWN_STRING,
)
from deckwright.notetypes.texts import TemplateText
from deckwright.source import Span
from deckwright.yamltext import LIMIT

_TAGS: Final = 5_000  # a template's tags: those of a real one are a hundred at most
_SUGGESTED: Final = 20  # unknown fields for which a near one is sought: 0.1 ms each
_CLOZE_NUMBER: Final = re.compile(r"c\+?[0-9]+").fullmatch  # `{{#c1}}`, as cardtemplate reads it
_CLOZE_FILTERS: Final = frozenset({"cloze", "cloze-only"})
_CLOZE_WAY: Final = "show the field with the deletions as {{cloze:Text}} on both sides"


@dataclass(frozen=True, slots=True)
class Sides:
    """A template as it was read; the span is that of its name in `notetype.yaml`."""

    name: str
    front: TemplateText
    back: TemplateText
    span: Span


def strings_missing(text: TemplateText, strings: Iterable[str]) -> Iterator[Diagnostic]:
    """The strings that are not there."""
    known = list(strings)
    escape = 'a "${" of a script is written "$${"'
    names = f"the strings are {_named(known)}" if known else "the project gives none"
    for number, (name, span) in enumerate(text.strings):
        near = did_you_mean(name, known) if number < _SUGGESTED else ""
        message = f"there is no string {quoted(name)}"
        yield Diagnostic(UNKNOWN_STRING, message, span, f"{near or names}; {escape}")


def _named(names: Sequence[str]) -> str:
    return several([*map(quoted, names[:_SUGGESTED]), *(["…"] if names[_SUGGESTED:] else [])])


def check(kind: Kind, fields: Sequence[str], templates: Sequence[Sides]) -> Iterator[Diagnostic]:
    """What is wrong with the templates of a note type of these fields."""
    fronts: dict[str, Sides] = {}
    for number, each in enumerate(templates):
        yield from _side(each, kind, fields, front=True)
        yield from _side(each, kind, fields, front=False)
        first = fronts.setdefault(each.front.text, each)
        if first is not each and kind == "normal":
            message = f"the front of {quoted(each.name)} is that of {quoted(first.name)}"
            hint = "ask something else on one of them: Anki saves no note type with two equal ones"
            yield Diagnostic(SAME_FRONT, message, each.span, hint, other=first.span)
        if number == 1 and kind == "cloze":
            message = "a cloze note type has one template: Anki makes cards by deletions alone"
            hint = "put the other field into the first template, as {{cloze:…}}, too"
            yield Diagnostic(CLOZE, message, each.span, hint)


def _side(sides: Sides, kind: Kind, fields: Sequence[str], *, front: bool) -> Iterator[Diagnostic]:
    text = sides.front if front else sides.back
    tags = text.text.count("{{") + text.text.count("<%")
    if tags > _TAGS:
        message = f"the template has {tags:,} tags, and {_TAGS:,} are read"
        yield Diagnostic(LIMIT, message, text.span(0, 0), "make it smaller")
        return
    try:
        template = parse(text.text)
    except TemplateError as error:
        message, _, hint = str(error).rpartition(": ")
        end = text.text.find("}}", error.offset) + 2
        if end < 2 or "\n" in text.text[error.offset : end]:
            end = error.offset + 2
        yield Diagnostic(BAD_TEMPLATE, message, text.span(error.offset, end), hint)
        return
    unknown = 0
    for node in _tags(template):
        span = text.span(node.start, node.end)
        told = _tag(node, span, kind, fields, front, unknown < _SUGGESTED)
        if told:
            unknown += told.rule is UNKNOWN_FIELD
            yield told
    if kind == "cloze":
        through = (n for n in _shown(template) if "cloze" in n.filters and n.name in fields)
        if next(through, None) is None:
            message = (
                f"the {'front' if front else 'back'} of {quoted(sides.name)} shows no deletions"
            )
            yield Diagnostic(CLOZE, message, text.span(0, 0), _CLOZE_WAY)
    elif front:
        yield from _empty(sides, template, fields)


def _empty(sides: Sides, template: Template, fields: Sequence[str]) -> Iterator[Diagnostic]:
    """Whether a front shows a field of any note at all."""
    special = False
    for node in _shown(template):
        if node.name in fields:
            return
        # What is unknown has been told, and is shown as soon as it is put right.
        if node.name not in SPECIAL_FIELDS and node.name:
            return
        special = special or node.name not in ("", "FrontSide")
    message = f"the front of {quoted(sides.name)} shows no field: it would make no card"
    if special:
        message = f"the front of {quoted(sides.name)} shows no field: it would ask all notes alike"
    hint = f"show what is asked, such as {{{{{fields[0]}}}}}" if fields else "show what is asked"
    yield Diagnostic(EMPTY_FRONT, message, sides.front.span(0, 0), hint)


def _tag(
    node: Replacement | Section,
    span: Span,
    kind: Kind,
    fields: Sequence[str],
    front: bool,
    suggest: bool,
) -> Diagnostic | None:
    """What is wrong with a tag by itself."""
    section, name = isinstance(node, Section), node.name
    filters = node.filters if isinstance(node, Replacement) else ()
    if name not in fields and kind == "normal" and section and _CLOZE_NUMBER(name):
        message = f"{quoted(name)} is the number of a deletion, and this is no cloze note type"
        return Diagnostic(CLOZE, message, span, 'say "kind: cloze", or ask for a field')
    if name not in fields and name not in SPECIAL_FIELDS and name:
        if section and _CLOZE_NUMBER(name):
            return None
        hint = did_you_mean(name, (*fields, *SPECIAL_FIELDS)) if suggest else ""
        if section and ":" in name:
            hint = f"a section takes no filters: write {name.rpartition(':')[2]} alone"
        elif name.startswith("!"):
            hint = "write a comment as <!-- … -->"
        hint = hint or f"the fields are {_named(fields)}"
        return Diagnostic(UNKNOWN_FIELD, f"there is no field {quoted(name)}", span, hint)
    if kind == "normal" and _CLOZE_FILTERS & set(filters):
        message = f"deletions are shown, and this is no cloze note type: {quoted(name)}"
        return Diagnostic(CLOZE, message, span, 'say "kind: cloze", or leave the filter out')
    if front and name == "FrontSide" and name not in fields:
        message = "the front shows {{FrontSide}}, which is empty there"
        return Diagnostic(FRONT_SIDE, message, span, "leave it out, or show the fields themselves")
    return None


def _tags(template: Template) -> Iterator[Replacement | Section]:
    """The tags in the order of the text."""
    rest: list[Node] = list(reversed(template.nodes))
    while rest:
        node = rest.pop()
        if isinstance(node, Section):
            rest.extend(reversed(node.children))
        if isinstance(node, Replacement | Section):
            yield node


def _shown(template: Template) -> Iterator[Replacement]:
    """What a template shows of some note: not what stands under conditions that contradict each
    other."""
    nothing: frozenset[str] = frozenset()
    rest = [(node, nothing, nothing) for node in reversed(template.nodes)]
    while rest:
        node, needs, forbids = rest.pop()
        if isinstance(node, Replacement) and node.name not in forbids:
            yield node
        elif isinstance(node, Section):
            if node.inverted:
                forbids |= {node.name}
            else:
                needs |= {node.name}
            if needs.isdisjoint(forbids):
                rest += ((child, needs, forbids) for child in reversed(node.children))
