"""The folders that hold note types: `notetype.yaml` and the files that it names.

```yaml
name: Sketch              # inside the project; the folder's name if left out
title: Bees Sketch        # in learners' collections; made of the deck's name if left out
kind: normal              # or cloze; normal if left out
id: 1398130078204         # for one that learners have already
fields:
  - Front
  - {name: Back, id: "4855618125217982437"}
templates:
  - {name: Card, front: front.html, back: back.html}
style: style.css
files: [fonts/hand.woff2] # what templates and style show
```

Paths are relative to the folder, and may lead to what lies beside it (`../style.css`). Ids are for
a note type that learners have already; a long one stands in quotes, as YAML would take it for a
number that it cannot hold. What is put into templates and style is told in `texts`.
"""

from __future__ import annotations

import os
import posixpath
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, cast

from deckwright.cardtemplate import SPECIAL_FIELDS
from deckwright.diagnostics import Diagnostic, has_errors
from deckwright.naming import did_you_mean, quoted
from deckwright.notetypes.checking import Sides, check, strings_missing
from deckwright.notetypes.files import FILE, Files
from deckwright.notetypes.model import CardTemplate, Kind, NoteType, TypeIdentity
from deckwright.notetypes.rules import (
    BAD_ID,
    BAD_NAME,
    NO_FILE,
    NOT_SHOWN,
    SAME_NAME,
    SPECIAL_NAME,
)
from deckwright.notetypes.texts import FileNames, TemplateText, packaged_name
from deckwright.notetypes.values import CONTROL, Values
from deckwright.source import Source, Span
from deckwright.yamltext import MISSING, WRONG_VALUE, Node, Tree

BUILT_IN: Final = Path(__file__).parents[1] / "templates"
"""The folder with the folders of the built-in note types."""

_KEYS: Final = ("name", "title", "kind", "id", "fields", "templates", "style", "files")
_NEEDED: Final = {"fields": "[Front, Back]", "templates": "…", "style": "style.css"}
_TEMPLATE: Final = ("name", "front", "back", "id")
_EXPECTED: Final = 'begin with the keys "fields", "templates" and "style"'


@dataclass(frozen=True, slots=True)
class Loaded:
    """A note type out of its folder, None where it has a mistake; what the folder says of its
    identity, with the place; the texts that were read, by their paths."""

    note_type: NoteType | None
    identity: TypeIdentity
    texts: Mapping[str, Source]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class LoadedAll:
    """The note types of a project's own, and their identities, by name; the texts that were read,
    by their paths."""

    note_types: Mapping[str, NoteType] = field(default_factory=dict)
    identities: Mapping[str, TypeIdentity] = field(default_factory=dict)
    texts: Mapping[str, Source] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def read(folder: str, strings: Mapping[str, str] | None = {}) -> Loaded:
    """Read the note type of a folder, and check it. `strings` are put in for `${name}`; None, where
    they are not known, so that none is told to be missing."""
    return _Folder(folder, strings).read()


def read_all(folder: str, strings: Mapping[str, str] | None = {}) -> LoadedAll:
    """Read the note types of a project: each has a folder in this one. Folders whose names begin
    with "." or "_" are passed over. No name may be that of a built-in note type or of another one,
    in any case: learners' collections know note types by name, in any case."""
    note_types: dict[str, NoteType] = {}
    identities: dict[str, TypeIdentity] = {}
    texts: dict[str, Source] = {}
    diagnostics: list[Diagnostic] = []
    taken: dict[str, tuple[str, Span | None]] = {
        name.casefold(): (f"the built-in note type {quoted(name)}", None) for name in built_in()
    }
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name[0] in "._" or not entry.is_dir():
            continue
        reader = _Folder(entry.path, strings)
        loaded = reader.read()
        texts |= loaded.texts
        diagnostics += loaded.diagnostics
        if not reader.name:
            continue
        owner, other = taken.setdefault(reader.name.casefold(), ("", reader.name_span))
        if owner:
            message = f"the name {quoted(reader.name)} is taken by {owner}"
            hint = f'give it a name of its own, such as "name: My {reader.name}"'
            diagnostics.append(Diagnostic(SAME_NAME, message, reader.name_span, hint, other=other))
            continue
        owner = f"the note type in {quoted(os.path.relpath(entry.path, folder))}"
        taken[reader.name.casefold()] = owner, reader.name_span
        if loaded.note_type:
            note_types[reader.name] = loaded.note_type
            identities[reader.name] = loaded.identity
    return LoadedAll(note_types, identities, texts, tuple(diagnostics))


@cache
def built_in() -> Mapping[str, NoteType]:
    """The note types that come with deckwright, by name, in the order of their folders. Raises
    ValueError where one is damaged: they are part of the program."""
    found: dict[str, NoteType] = {}
    for path in sorted(BUILT_IN.glob(f"*/{FILE}")):
        loaded = read(str(path.parent))
        if loaded.note_type is None or loaded.diagnostics:
            raise ValueError(f"{path}: {[d.message for d in loaded.diagnostics]}")
        found[loaded.note_type.name] = loaded.note_type
    return found


class _Folder:
    """Reads one folder, and collects what is wrong with it."""

    def __init__(self, folder: str, strings: Mapping[str, str] | None) -> None:
        self.folder, self.strings = folder, strings
        self.files = Files(folder)
        self.name = ""
        self.name_span: Span | None = None

    def read(self) -> Loaded:
        texts, found = self.files.texts, self.files.found
        source = self.files.text(os.path.join(self.folder, FILE), None)
        if source is None:
            return Loaded(None, TypeIdentity(), texts, tuple(found))
        tree = Tree(source, expected=_EXPECTED)
        self.source, self.tree, self.values = source, tree, Values(tree)
        note_type, identity, root = None, TypeIdentity(), tree.read()
        if root:
            note_type, identity = self.note_type(root)
        found = [*tree.found, *found]
        paths = list(texts)
        found.sort(key=lambda d: (paths.index(d.span.path), d.span.start) if d.span else (0, 0))
        return Loaded(None if has_errors(found) else note_type, identity, texts, tuple(found))

    def note_type(self, root: Node) -> tuple[NoteType | None, TypeIdentity]:
        values, told = self.values, self.files.found
        values.keys(root, _KEYS)
        first = next((node.key for node in root.items.values() if node.key), root.place)
        for key, example in _NEEDED.items():
            if key not in root.items:
                message = f'the key "{key}" is missing'
                self.tree.tell(MISSING, message, first, f'add "{key}: {example}"')
        self.name, place = self._name(root.get("name"), first)
        self.name_span = self.source.span(*place)
        kind, title = self._kind(root.get("kind")), self._title(root.get("title"))
        fields, field_ids = self.fields(root.get("fields"))
        listed = self.shown_files(root.get("files"))
        names = FileNames((path, packaged) for path, packaged, _, _ in listed)
        sides, template_ids = self.templates(root.get("templates"), names)
        style = self.text(root.get("style"), names, "style")
        texts = [*(side for each in sides for side in (each.front, each.back))]
        texts += [style] if style else []
        for text in {text.source.path: text for text in texts}.values():  # one may be shared
            told += strings_missing(text, self.strings or {})
        if kind and fields and all(fields):  # else one mistake would be told as many
            told += check(kind, fields, sides)
        shown = {packaged for text in texts for packaged in text.shown}
        for path, packaged, _, node in listed:
            if packaged not in shown and style:
                message = f"neither a template nor the style shows {quoted(path)}"
                hint = f"show it by its name, {quoted(posixpath.basename(path))}, or leave it out"
                self.tree.tell(NOT_SHOWN, message, node.place, hint)
        id = values.id(root.get("id"), 2**53)
        if not has_errors(self.tree.found):
            at = root.get("files") or root.items["templates"]
            self.files.stray(at.key or at.place, values)
        at = root.get("id") or root.get("title") or root.get("fields") or root
        span = self.source.span(*at.place)
        identity = TypeIdentity(title, id, field_ids, template_ids, span)
        if not (kind and style and self.name):
            return None, identity
        templates = tuple(CardTemplate(s.name, s.front.text, s.back.text) for s in sides)
        own = {packaged: path for _, packaged, path, _ in listed}  # two that are equal are one
        files = tuple(own.items())
        return NoteType(self.name, kind, tuple(fields), templates, style.text, files), identity

    def _name(self, node: Node | None, first: tuple[int, int]) -> tuple[str, tuple[int, int]]:
        """The name inside the project, "" where it is none, and where it is said."""
        place, name = first, os.path.basename(os.path.abspath(self.folder))
        if node is not None:
            place, name = node.place, self.values.text(node, "name")
        if name and (name != name.strip() or '"' in name or CONTROL.search(name)):
            hint = "use no quotes, no blanks at its ends, and no unprintable characters"
            self.tree.tell(BAD_NAME, f"{quoted(name)} is no name of a note type", place, hint)
            return "", place
        return unicodedata.normalize("NFC", name), place

    def _title(self, node: Node | None) -> str:
        title = self.values.text(node, "title")
        if node and ('"' in title or CONTROL.search(title)):
            message = f"Anki would change the title {quoted(title)}"
            hint = "use no quotes and no unprintable characters"
            self.tree.tell(BAD_NAME, message, node.place, hint)
        return title

    def _kind(self, node: Node | None) -> Kind | None:
        if node is None:
            return "normal"
        if node.value in ("normal", "cloze"):
            return cast(Kind, node.value)
        if node.kind == "text":
            hint = did_you_mean(node.value, ("normal", "cloze")) or "write one of these"
            message = f'expected "normal" or "cloze", found {quoted(node.value)}'
            self.tree.tell(WRONG_VALUE, message, node.place, hint)
        else:
            self.values.wrong(node, '"normal" or "cloze"', "write one of these")
        return None

    def fields(self, node: Node | None) -> tuple[list[str], dict[str, int]]:
        parts = []
        for item in self.values.items(node, "fields"):
            if item.kind == "mapping":
                self.values.keys(item, ("name", "id"))
                parts.append((self._part(item, "field"), item))
            else:
                parts.append((self.values.text(item, "name of the field"), item))
        names = self.distinct("field", parts, _field_name)
        for name, item in parts:
            if name in SPECIAL_FIELDS:
                own = item.get("name") or item
                message = f"the field {quoted(name)} hides what Anki calls {{{{{name}}}}}"
                self.tree.tell(SPECIAL_NAME, message, own.place, "give it another name if you can")
        return names, self.ids(parts)

    def templates(self, node: Node | None, names: FileNames) -> tuple[list[Sides], dict[str, int]]:
        sides: list[Sides] = []
        parts = []
        for item in self.values.items(node, "templates"):
            if item.kind != "mapping":
                self.values.wrong(item, "a mapping", 'write "name:", "front:" and "back:" below it')
                continue
            self.values.keys(item, _TEMPLATE)
            for key in ("front", "back"):
                if key not in item.items:
                    hint = f'add "{key}: {key}.html"'
                    self.tree.tell(MISSING, f'the key "{key}" is missing', item.place, hint)
            name = self._part(item, "template")
            parts.append((name, item))
            front, back = (self.text(item.get(key), names, key) for key in ("front", "back"))
            if front and back:
                place = (item.get("name") or item).place
                sides.append(Sides(name, front, back, self.source.span(*place)))
        self.distinct("template", parts, _template_name)
        return sides, self.ids(parts)

    def _part(self, item: Node, what: str) -> str:
        if "name" not in item.items:
            self.tree.tell(
                MISSING, 'the key "name" is missing', item.place, f"name the {what}: “name: …”"
            )
        return self.values.text(item.get("name"), f"name of the {what}")

    def distinct(
        self, what: str, parts: Sequence[tuple[str, Node]], wrong: Callable[[str], str]
    ) -> list[str]:
        """The names of parts, each told that Anki would change."""
        seen: dict[str, Node] = {}
        for name, item in parts:
            own = item.get("name") or item
            if not name:
                continue  # told already
            if why := wrong(name):
                message = f"Anki would change the {what} name {quoted(name)}: {why}"
                self.tree.tell(BAD_NAME, message, own.place, "leave that out")
            first = seen.setdefault(name.casefold(), own)
            if first is not own:
                message = f"the {what} {quoted(name)} is there twice, for Anki in any case"
                other = self.source.span(*first.place)
                hint = f'Anki would call it "{name}+": give it another name'
                self.tree.tell(SAME_NAME, message, own.place, hint, other)
        return [name for name, _ in parts]

    def ids(self, parts: Sequence[tuple[str, Node]]) -> dict[str, int]:
        ids: dict[str, int] = {}
        seen: set[int] = set()
        for name, item in parts:
            if "id" not in item.items:
                continue
            node = item.items["id"]
            number = self.values.id(node, 2**63)
            if number and number in seen:
                message = f"the id {number} is there twice"
                self.tree.tell(BAD_ID, message, node.place, "give each an id of its own")
            elif number:
                seen.add(number)
                ids[name] = number
        return ids

    def shown_files(self, node: Node | None) -> list[tuple[str, str, Path, Node]]:
        """What templates show: as it is listed, its name in the collection, and where it is."""
        files = []
        for item in self.values.items(node, "files"):
            path = self.files.place(item, "file", self.values)
            try:
                if path and not os.path.getsize(path):
                    message = f"the file {quoted(item.value)} is empty"
                    self.tree.tell(NO_FILE, message, item.place, "save or download it again")
                elif path:
                    files.append((item.value, packaged_name(Path(path)), Path(path), item))
            except OSError as error:
                self.files.unreadable(path, error, self.source.span(*item.place))
        return files

    def text(self, node: Node | None, names: FileNames, what: str) -> TemplateText | None:
        """The text of a file that is named."""
        path = self.files.place(node, what, self.values) if node else ""
        source = self.files.text(path, self.source.span(*node.place)) if path and node else None
        return names.put_in(source, self.strings) if source else None


def _field_name(name: str) -> str:
    """What of a field's name Anki would not keep (rslib/src/notetype/fields.rs; measured on
    26.9.3)."""
    if CONTROL.search(name):
        return "it has an unprintable character"
    if name != name.strip():
        return "it has a blank at an end"
    if found := re.search(r'[:"{}]', name):
        return f"it has a {found[0]} in it"
    return f"it begins with {name[0]}" if name[0] in "#^/" else ""


def _template_name(name: str) -> str:
    if CONTROL.search(name):
        return "it has an unprintable character"
    if name != name.strip():
        return "it has a blank at an end"
    return 'it has a " in it' if '"' in name else ""
