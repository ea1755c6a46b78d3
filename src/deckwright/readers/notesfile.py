"""The YAML reader: a file of notes, each written out by the names of its fields.

    type: Basic             # for all notes below: `type`, `deck`, `tags`, `markup`
    tags: [bees]
    notes:
      - Front: Who lays the eggs?
        Back: The queen
        tags: castes
      - fields: [How many drones?, A few hundred]
        id: drones

A note has `fields` (a mapping by their names, or a list in the note type's order) beside `tags`,
`id`, `guid`, `deck`, `type` and `markup`. In the short form the names of its fields stand right
beside these keys, which are always in small letters; or it is a list of its fields alone.
"""

from __future__ import annotations

import html
import os.path
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, get_args

from deckwright import naming
from deckwright.choosing import is_directive
from deckwright.diagnostics import Diagnostic
from deckwright.naming import EMPTY, Mistake, did_you_mean, near_to, quoted, several
from deckwright.note import Field, Guid, Key, Note, key_part
from deckwright.readers.known import Known
from deckwright.readers.notesrules import (
    COMMENT,
    NO_FIELDS,
    NO_KEY,
    NO_NOTES,
    NO_TYPE,
    NULL,
    RULES,
    TOO_MANY,
)
from deckwright.source import Source, Span
from deckwright.yamltext import (
    FOUND,
    LIMIT,
    MISSING,
    SYNTAX,
    UNKNOWN_KEY,
    WRONG_TYPE,
    WRONG_VALUE,
    Node,
    Tree,
)

__all__ = ["LARGEST", "RULES", "YamlOptions", "read"]

Markup = Literal["markdown", "html", "text"]


@dataclass(frozen=True, slots=True)
class YamlOptions:
    """What `deck.yaml` may say to this reader, for files and notes that say nothing themselves.
    `type` is the note type; if left out, the one that has all fields of the note, Basic before all
    others. `markup` is how the fields are written. `highlights` says whether ==text== is marked, or
    a deletion in cloze notes."""

    type: str = ""
    markup: Markup = "markdown"
    highlights: Literal["mark", "cloze"] = "mark"


LARGEST = 2_000_000
"""Characters of a file of notes: some 20,000 notes."""
_KEYS = ("fields", "tags", "id", "guid", "deck", "type", "markup")
_TOP = ("notes", "type", "deck", "tags", "markup")
_FIRST_CHOICE = ("Basic", "Cloze")  # of the note types that have all fields of a note
_SUGGESTED = 50  # unknown keys for which a near one is sought: 0.1 ms each
_EXPECTED = 'begin with the key "notes" and a list of notes below it'
_Check: TypeAlias = Callable[[str], str]
"""A check of `naming`: the text as it is meant; raises `Mistake`."""

# What is told where YAML takes the beginning of a text for all of it.
_SHORTER = re.compile("indentation fits nothing|where no list|as a key, found a (?:mapping|list)")
_OPENING = re.compile(r"""(?:^|[:\-,\[])[^\S\n]+["'{\[]""")
_IN_QUOTES = 'put all of a text that begins with "{", "[" or a quote in quotes'


@dataclass(frozen=True, slots=True)
class _Defaults:
    """What holds for a note that does not say it itself."""

    type: str
    markup: str
    deck: str = ""
    tags: tuple[str, ...] = ()


def read(
    source: Source, options: YamlOptions = YamlOptions(), known: Known = Known()
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The notes of a file, in order, and what is wrong with it, in the order of the places.

    All that stands in a field is text as it was written: `1945`, `yes`, `1:30` and `2026-11-01`
    are no numbers, truths or dates. Only `null` and `~` leave it empty, as nothing at all does. The
    deck of a note that begins with `::` lies below the one at the top; its tags are added to those
    at the top. A value has an exact span where it stands in the file as it is, in one line, with or
    without quotes."""
    if len(source.text) > LARGEST:
        message, hint = f"longer than {LARGEST:,} characters", "make several files of it"
        return (), (Diagnostic(LIMIT, message, source.span(0, 0), hint),)
    tree = Tree(source, expected=_EXPECTED, largest=LARGEST, texts=True)
    root = tree.read()
    tree.found[:] = (_in_quotes(source, each) for each in tree.found)
    notes = tuple(_File(tree, options, known).notes(root)) if root else ()
    return notes, tuple(sorted(tree.found, key=lambda d: d.span.start if d.span else 0))


def _in_quotes(source: Source, told: Diagnostic) -> Diagnostic:
    """A mistake that comes from a deletion, a bracket or a quote at the beginning of a text, with
    the way out of just that."""
    if told.rule not in (SYNTAX, WRONG_TYPE) or told.span is None:
        return told
    before = source.text[source.text.rfind("\n", 0, told.span.start) + 1 : told.span.start + 1]
    hit = _SHORTER.search(told.message) and _OPENING.search(before[-1000:])
    return replace(told, hint=_IN_QUOTES) if hit else told


@dataclass(slots=True)
class _File:
    """What is the same for all notes of a file."""

    tree: Tree
    options: YamlOptions
    known: Known
    guessed: dict[frozenset[str], str] = field(default_factory=dict)
    suggested: int = 0

    def notes(self, root: Node) -> Iterator[Note]:
        for name, node in root.items.items():
            if name not in _TOP:
                self.unknown(name, node, _TOP)
        top = _Defaults(self.options.type, self.options.markup)
        top = self.defaults(root, top)
        listed = root.get("notes")
        if listed is None:
            start = next((item.key for item in root.items.values() if item.key), root.place)
            self.tree.tell(MISSING, 'the key "notes" is missing', start, _EXPECTED)
        elif listed.kind == "nothing" or (listed.kind == "list" and not listed.items):
            hint = 'write the first below it: "- Front: …" and, aligned with it, "Back: …"'
            self.tree.tell(NO_NOTES, "there is no note", listed.place, hint)
        elif listed.kind != "list":
            self.expected("a list", listed, 'begin each note with "- "')
        else:
            for node in listed.items.values():
                if note := self.note(node, top):
                    yield note

    def note(self, node: Node, top: _Defaults) -> Note | None:
        if node.kind not in ("mapping", "list"):
            hint = 'write its fields by name: "Front: …" and, aligned with it, "Back: …"'
            self.expected("a note", node, hint)
            return None
        own = self.defaults(node, top) if node.kind == "mapping" else top
        id, guid = (self.named(node, "id", naming.note_id), self.named(node, "guid", naming.guid))
        texts = self.texts(node, own.type)
        if texts is None:
            return None
        type = own.type or self.guess(texts)
        span, form = self.tree.source.span(node.start, node.end), own.markup
        if form == "markdown" and self.options.highlights == "cloze":
            form = "markdown=="
        fields = []
        for name, value in texts.items():
            text = self.text(value)
            if name == "Key":  # of a note that was exported: its identity, not a field
                id = id or (self.checked(value, naming.note_id) if text.strip() else "")
            elif text.strip():
                fields.append(Field(name, text, self.span(value, text, span), form))
        if not fields:
            if all(item.kind in ("text", "nothing") for item in texts.values()):
                hint = 'write a text for a field: "Front: …"'
                self.tree.tell(NO_FIELDS, "the note has no text", _first(node), hint)
            return None
        key = id or self.key(type, fields, guid)
        if not key:
            message, hint = "no key can be made of the first field", 'give the note an "id"'
            self.tree.tell(NO_KEY, message, _first(node), hint)
            return None
        return Note(
            *(Key(key), type, tuple(fields), own.deck, own.tags),
            span=span,
            guid=Guid(guid) if guid else None,
        )

    def texts(self, node: Node, type: str) -> Mapping[str, Node] | None:
        """The values of a note's fields by their names, None for what has been told."""
        given = node if node.kind == "list" else node.items.get("fields")
        if given is None:
            return self.short(node, type)
        if given is not node:
            for name, item in node.items.items():
                if name not in _KEYS:
                    self.unknown(name, item, _KEYS)
        if given.kind == "mapping":
            return given.items
        if given.kind != "list":
            hint = "write the fields below it, by name, or as a list in the note type's order"
            self.expected("a mapping or a list", given, hint)
            return None
        name, values = type or _FIRST_CHOICE[0], list(given.items.values())
        found = self.known.note_types.get(name)
        if found is None:
            names = self.known.note_types
            hint = did_you_mean(name, names) or f"the note types are {several(names)}"
            message = f"there is no note type {quoted(name)}"
            self.tree.tell(NO_TYPE, message, (node.items.get("type") or given).place, hint)
            return None
        # `Key` is for the note's identity, which `id` gives.
        order = [each for each in found.fields if each != "Key"]
        if len(values) > len(order):
            message = f"{len(values)} values, but {name} has the fields {several(order)}"
            hint = 'leave some out, or put a text with "," in it in quotes'
            self.tree.tell(TOO_MANY, message, values[len(order)].place, hint)
        return dict(zip(order, values, strict=False))

    def short(self, node: Node, type: str) -> Mapping[str, Node]:
        """The fields that stand right beside the keys of a note. What is none of its note type's
        and nearly one of the keys is that one misspelt; other wrong names are told later."""
        texts = {name: item for name, item in node.items.items() if name not in _KEYS}
        found = self.known.note_types.get(type or self.guess(texts))
        for name in [name for name in texts if found and name not in found.fields]:
            if self.suggested < _SUGGESTED and near_to(name, _KEYS):
                self.unknown(name, texts.pop(name), _KEYS)
        return texts

    def guess(self, names: Mapping[str, Node]) -> str:
        """The note type that has all these fields: Basic or Cloze if one of them has, else the only
        one that does, else Basic, so that the wrong name is told."""
        if (asked := frozenset(names)) not in self.guessed:
            known = self.known.note_types
            fit = [name for name, each in known.items() if asked <= {*each.fields, "Key"}]
            first = [name for name in _FIRST_CHOICE if name in fit]
            only = fit if len(fit) == 1 else _FIRST_CHOICE
            self.guessed[asked] = (*first, *only)[0]
        return self.guessed[asked]

    def defaults(self, node: Node, above: _Defaults) -> _Defaults:
        """What a note, or the top of the file, says for itself."""
        items = node.items
        if items.keys().isdisjoint(("type", "markup", "deck", "tags")):
            return above
        type = self.named(node, "type", naming.text) or above.type
        deck = self.named(node, "deck", _deck)
        if deck.startswith("::"):
            deck = above.deck + deck
        tags = dict.fromkeys((*above.tags, *self.tags(items["tags"]))) if "tags" in items else ()
        return _Defaults(
            type,
            self.named(node, "markup", _markup) or above.markup,
            deck or above.deck,
            tuple(tags) or above.tags,
        )

    def tags(self, node: Node) -> Iterator[str]:
        """The tags of a list, or of a text of words."""
        if node.kind == "list":
            yield from filter(
                None, (self.checked(item, naming.tag) for item in node.items.values())
            )
        elif node.kind in ("text", "number", "truth"):
            exact = self.tree.source.text[node.start : node.end] == node.raw
            for match in re.finditer(r"[^\s,]+", node.raw):
                start, end = node.start + match.start(), node.start + match.end()
                place = (start, end) if exact else (node.start, node.end)
                word = Node("text", *place, match[0], match[0])
                if tag := self.checked(word, naming.tag):
                    yield tag
        elif node.kind != "nothing":  # `tags:` without any is no mistake
            self.expected("a list or words", node, 'write them below it, each after "- "')

    def named(self, node: Node, name: str, check: _Check) -> str:
        """The value of a key, "" where it is not there or wrong."""
        item = node.items.get(name) if node.kind == "mapping" else None
        return self.checked(item, check) if item else ""

    def checked(self, node: Node, check: _Check) -> str:
        """What a check makes of a word, "" where it is wrong, which is told."""
        if node.kind == "nothing":
            hint = "write a value, or remove the line"
            self.tree.tell(EMPTY, "there is no value", node.place, hint)
            return ""
        if node.kind not in ("text", "number", "truth"):
            self.expected("text", node, "write one word here")
            return ""
        try:
            return check(node.raw)
        except Mistake as mistake:
            self.tree.tell(mistake.rule, str(mistake), node.place, mistake.hint)
            return ""

    def text(self, node: Node) -> str:
        """The text of a field as it was written, "" where there is none."""
        text = self.tree.source.text
        if node.kind == "nothing" and node.raw in ("Null", "NULL"):
            return node.raw  # no program writes nothing so; people write of zero and of SQL
        if node.kind == "nothing" and node.raw:
            hint = f'remove it, or put the word in quotes: "{node.raw}"'
            self.tree.tell(NULL, f"YAML reads {node.raw} as nothing", node.place, hint)
            return ""
        if node.kind in ("mapping", "list"):
            if not text.startswith("{{", node.start):  # of which the tree has told
                flow = text[node.start] in "[{"
                self.expected("text", node, _IN_QUOTES if flow else 'begin the text with "|"')
            return ""
        if node.kind not in ("text", "number", "truth"):
            return ""
        if text[node.start : node.start + 1] in "|>":
            return node.raw.rstrip("\n")
        end = text.find("\n", node.end)
        behind = text[node.end : end if end >= 0 else len(text)]
        comment = behind.lstrip()
        if behind[:1].isspace() and comment.startswith("#") and not is_directive(comment):
            start, behind = node.end + behind.index("#"), behind.strip()
            message = f"left out, a comment: {quoted(behind)}"
            hint = "if it belongs to the text, put all of it in quotes"
            self.tree.tell(COMMENT, message, (start, start + len(behind)), hint)
        return node.raw

    def span(self, node: Node, text: str, note: Span) -> Span:
        """The span of a field: the value's where it stands there as it is; one of another length
        where it does not, so that no one takes it for exact."""
        start, end = node.start, node.end
        if end - start == len(text) and self.tree.source.text[start:end] != text:
            start = node.key[0] if node.key else note.start
            return note if end - start == len(text) else self.tree.source.span(start, end)
        return self.tree.source.span(start, end)

    def key(self, type: str, fields: Sequence[Field], guid: str) -> str:
        """The key of a note without an id, "" where nothing tells it from others."""
        found = self.known.note_types.get(type)
        first = next((f for f in fields if found and f.name == found.fields[0]), fields[0])
        own = key_part(_plain(first)) or key_part(guid)
        stem = os.path.splitext(os.path.basename(self.tree.source.path))[0]
        return own and "/".join(filter(None, (key_part(stem), own)))

    def expected(self, what: str, node: Node, hint: str) -> None:
        if node.kind != "refused":  # which has been told
            message = f"expected {what}, found {FOUND[node.kind]}"
            self.tree.tell(WRONG_TYPE, message, node.place, hint)

    def unknown(self, name: str, node: Node, keys: Sequence[str]) -> None:
        self.suggested += 1
        near = did_you_mean(name, keys) if self.suggested <= _SUGGESTED else ""
        hint = near or f"the keys here are {several(keys)}"
        self.tree.tell(UNKNOWN_KEY, f"unknown key {quoted(name)}", node.key or node.place, hint)


def _first(node: Node) -> tuple[int, int]:
    """Where to point for a note as a whole: at its first key."""
    item = next(iter(node.items.values()), node)
    return item.key or item.place


def _deck(value: str) -> str:
    below = value.strip().startswith("::")
    return "::" * below + naming.deck(value.strip()[2 * below :])


def _markup(value: str) -> str:
    values = get_args(Markup)
    if value not in values:
        message = f"expected {several(map(quoted, values), 'or')}, found {quoted(value)}"
        raise Mistake(WRONG_VALUE, message, did_you_mean(value, values) or "write one of these")
    return value


_READ = 2000  # characters of a field that its key is made of
_DELETION = re.compile(r"\{\{c[\d,]*::|(?:::[^:{}]*)?\}\}")
_HTML_TAG = re.compile(r"<[^<>]*>")
_LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\([^()\s]*\)")


def _plain(given: Field) -> str:
    """The words of a field, without what marks its deletions, its links, or HTML's elements."""
    text = _DELETION.sub("", given.value[:_READ])
    if given.form == "html":
        return html.unescape(_HTML_TAG.sub(" ", text))
    return _LINK.sub(r"\1", text) if given.form.startswith("markdown") else text
