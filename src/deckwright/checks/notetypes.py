"""Checks of a project's own note types, beside what is told where they are read: what its cards
never show, and what they do not answer."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from deckwright.cardtemplate import (
    SPECIAL_FIELDS,
    Node,
    Replacement,
    Section,
    Template,
    TemplateError,
    Text,
    fields_used,
    filters_used,
    parse,
)
from deckwright.checks.subject import Subject
from deckwright.diagnostics import Diagnostic, Files, Rule, Severity
from deckwright.naming import quoted
from deckwright.notetypes import FILE, CardTemplate, NoteType, built_in
from deckwright.source import Source, Span


def _example(fields: str, back: str) -> Files:
    return {
        "deck.yaml": "id: trees\nname: Trees\nsources: [trees.yaml]\n",
        "trees.yaml": "type: Tree\nnotes:\n  - {Name: Aspen, Leaf: round}\n",
        "notetypes/Tree/notetype.yaml": f"fields: {fields}\n"
        "templates: [{name: Card, front: front.html, back: back.html}]\nstyle: style.css\n",
        "notetypes/Tree/front.html": "Which leaves has the {{Name}}?\n",
        "notetypes/Tree/back.html": f"{back}\n",
        "notetypes/Tree/style.css": ".card { font-size: 20px; }\n",
    }


UNUSED_FIELD = Rule(
    "B017",
    "unused-field",
    Severity.WARNING,
    "What is written into a field that no template shows is seen by no learner.",
    "Show it on a card, or take the field out while no one has the deck: later Anki would refuse "
    "the notes' updates. A field that is there for other programs may be ignored in deck.yaml.",
    _example("[Name, Leaf, Bark]", "{{FrontSide}} {{Leaf}}"),
    _example("[Name, Leaf]", "{{FrontSide}} {{Leaf}}"),
)
NO_ANSWER = Rule(
    "B018",
    "template-without-answer",
    Severity.WARNING,
    "Whoever turns such a card sees the question again.",
    "Show on the back what the front asks for.",
    _example("[Name, Leaf]", "{{FrontSide}} {{#Leaf}}{{Name}}{{/Leaf}}"),
    _example("[Name, Leaf]", "{{FrontSide}} {{Leaf}}"),
)

_FOR_PROGRAMS: Final = re.compile(
    r"(?:spare|reserved?|unused|sort|order|index|key|u?u?id|guid|number|no|nr|tags?)\b.*",
    re.IGNORECASE,
)


def unused_field(subject: Subject) -> Iterator[Diagnostic]:
    """A field of an own note type that none of its templates shows or asks for. Passed over are
    fields whose names begin with a word for what is no text of a card (Key, ID, Sort, Number,
    Spare 1, …), and note types with a template that cannot be read."""
    for note_type in _own(subject):
        used: set[str] = set()
        try:
            for template in note_type.templates:
                used.update(fields_used(parse(template.front)), fields_used(parse(template.back)))
        except TemplateError:
            continue
        for at, name in enumerate(note_type.fields):
            if name in used or _FOR_PROGRAMS.fullmatch(name):
                continue
            filled = sum(
                bool(rendered.html[at].strip())
                for rendered in subject.notes
                if rendered.note.note_type == note_type.name
            )
            message = f"no template of {note_type.name} shows the field {quoted(name)}"
            if filled:
                notes = "1 note fills" if filled == 1 else f"{filled:,} notes fill"
                message = f"{message}, which {notes}"
            hint = f"show it as {{{{{name}}}}}, or ignore it in deck.yaml, if it is for others"
            yield Diagnostic(UNUSED_FIELD, message, _field_place(subject, note_type, name), hint)


def no_answer(subject: Subject) -> Iterator[Diagnostic]:
    """A back of an own note type that shows nothing but what its front shows, filter by filter.
    Passed over are answers that are typed, cloze note types, sides with a script, and backs with a
    text of their own."""
    for note_type in _own(subject):
        if note_type.kind == "cloze":
            continue
        for template in note_type.templates:
            if "<script" in template.front + template.back:
                continue
            try:
                front, back = parse(template.front), parse(template.back)
            except TemplateError:
                continue
            asked, told = _shown(front), _shown(back)
            if "type" in filters_used(front) or told - asked or _own_words(front, back):
                continue
            message = f"the back of {quoted(template.name)} shows nothing that its front does not"
            left = [name for name in note_type.fields if name not in fields_used(front)]
            hint = f"show the answer, such as {{{{{left[0]}}}}}" if left else "show the answer"
            yield Diagnostic(NO_ANSWER, message, _back_place(subject, note_type, template), hint)


def _own(subject: Subject) -> Iterator[NoteType]:
    for name, note_type in subject.note_types.items():
        if built_in().get(name) is not note_type:
            yield note_type


def _shown(template: Template) -> set[tuple[str, tuple[str, ...]]]:
    """The fields that a side shows, each with its filters."""
    found: set[tuple[str, tuple[str, ...]]] = set()
    rest: list[Node] = list(template.nodes)
    while rest:
        node = rest.pop()
        if isinstance(node, Section):
            rest.extend(node.children)
        elif isinstance(node, Replacement) and node.name not in SPECIAL_FIELDS and node.name:
            found.add((node.name, node.filters))
    return found


def _texts(template: Template) -> set[str]:
    """The words of a side that stand in the template itself, and the pictures that it shows."""
    found: set[str] = set()
    rest: list[Node] = list(template.nodes)
    while rest:
        node = rest.pop()
        if isinstance(node, Section):
            rest.extend(node.children)
        elif isinstance(node, Text):
            words = re.sub(r"(?s)<style.*?</style>|<[^<>]*>", " ", node.text)
            found.update(re.findall(r"[^\W_]+", words))
            found.update(re.findall(r"<(?:img|svg|audio|video)\b[^<>]*>", node.text))
    return found


def _own_words(front: Template, back: Template) -> bool:
    return bool(_texts(back) - _texts(front))


# Places -------------------------------------------------------------------------------------------


def _file(subject: Subject, note_type: NoteType) -> Source | None:
    """The `notetype.yaml` of a note type."""
    for path, source in subject.texts.items():
        where = path.replace("\\", "/")
        if posixpath.basename(where) == FILE:
            said = re.search(r"^name:[ \t]*[\"']?(.*?)[\"']?[ \t]*(?:#.*)?$", source.text, re.M)
            name = said[1] if said else posixpath.basename(posixpath.dirname(where))
            if name == note_type.name:
                return source
    return None


def _field_place(subject: Subject, note_type: NoteType, name: str) -> Span | None:
    source = _file(subject, note_type)
    if source is None:
        return None
    begun = re.search(r"^[\"']?fields[\"']?:", source.text, re.MULTILINE)
    ended = re.compile(r"^[\"']?(?!fields)\w+[\"']?:", re.MULTILINE)
    start = begun.end() if begun else 0
    end = match.start() if (match := ended.search(source.text, start)) else len(source.text)
    before, behind = r"(?:[-\[,{][ \t]*|\bname[\"']?:[ \t]*)[\"']?", r"[\"']?[ \t]*(?=[,\]}#\n]|$)"
    word = re.compile(f"{before}({re.escape(name)}){behind}")
    found = word.search(source.text, start, end)
    return source.span(*found.span(1)) if found else source.span(start, start)


def _back_place(subject: Subject, note_type: NoteType, template: CardTemplate) -> Span | None:
    """The first line of the file of a back that says something; else its name."""
    source = _file(subject, note_type)
    if source is None:
        return None
    named = re.search(
        rf"name[\"']?:[ \t]*[\"']?({re.escape(template.name)})[\"']?[ \t]*", source.text
    )
    if not named:
        return source.span(0, 0)
    said = re.compile(r"\bback[\"']?:[ \t]*[\"']?([^\s\"',}]+)").search(source.text, named.end())
    folder = posixpath.dirname(source.path.replace("\\", "/"))
    path = posixpath.normpath(posixpath.join(folder, said[1])) if said else ""
    for each, back in subject.texts.items():
        if posixpath.normpath(each.replace("\\", "/")) == path and back.text.strip():
            start = len(back.text) - len(back.text.lstrip())
            return back.span(start, start + len(back.text[start:].split("\n", 1)[0].rstrip()))
    return source.span(*named.span(1))


CHECKS = ((UNUSED_FIELD, unused_field), (NO_ANSWER, no_answer))
