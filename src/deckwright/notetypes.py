"""Note types: what they are, and the folders that hold them.

A folder has a `notetype.yaml` (name, kind, fields, templates, style, and the files that templates
and style show, such as fonts) and the files it names. The built-in ones lie in `templates/`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from deckwright.source import Span

Kind = Literal["normal", "cloze"]


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """A template of a note type: its name and the HTML of its two sides, in Anki's template
    language."""

    name: str
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type as a project knows it: `name` is its name inside the project (`Concept`),
    `fields` its field names in order, the first being what Anki checks for duplicates; `files` are
    what templates and style show: names in the learner's collection, and where the bytes are."""

    name: str
    kind: Kind
    fields: tuple[str, ...]
    templates: tuple[CardTemplate, ...]
    style: str
    files: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True, slots=True)
class IdentifiedNoteType:
    """A note type as it is packaged: `name` is its name in the learner's collection, the ids are
    pinned (one per field, one per template, in order), `mod` (seconds) is when its templates,
    style or name last changed."""

    note_type: NoteType
    name: str
    id: int
    field_ids: tuple[int, ...]
    template_ids: tuple[int, ...]
    mod: int


@dataclass(frozen=True, slots=True)
class TypeIdentity:
    """What a project says of a note type that learners have already: its name in their collections
    and its id (`name` is "" and `id` 0 where nothing is said), and the ids of fields and templates
    by their names."""

    name: str = ""
    id: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)
    templates: Mapping[str, int] = field(default_factory=dict)
    span: Span | None = field(default=None, compare=False)


def load(folder: Path) -> NoteType:
    """Read a note type's folder. Raises OSError or ValueError where it is damaged: the built-in
    ones are part of the program."""
    import yaml

    data = yaml.safe_load((folder / "notetype.yaml").read_text(encoding="utf-8"))
    files = tuple((_named(folder / name), folder / name) for name in data.get("files", ()))
    shown: set[str] = set()

    def text(name: str) -> str:
        found = (folder / name).read_text(encoding="utf-8").strip()
        for packaged, path in files:
            if path.name in found:
                shown.add(packaged)
                found = found.replace(path.name, packaged)
        return found

    templates = tuple(
        CardTemplate(template["name"], text(template["front"]), text(template["back"]))
        for template in data["templates"]
    )
    style = text(data["style"])
    fields = tuple(data["fields"])
    where = folder / "notetype.yaml"
    if data["kind"] not in ("normal", "cloze") or len(set(fields)) != len(fields):
        raise ValueError(f"{where}: unknown kind or a field named twice")
    if len(shown) != len(files):
        raise ValueError(f"{where}: neither a template nor the style shows one of the files")
    return NoteType(data["name"], data["kind"], fields, templates, style, files)


def _named(path: Path) -> str:
    """The name of a template's file in the collection: `_`, so that Anki imports it and does not
    take it for unused, and a digest, because Anki never replaces such a file under its name."""
    content = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return f"_{path.stem}-{content}{path.suffix}"


@cache
def built_in() -> Mapping[str, NoteType]:
    """The note types that come with deckwright, by name, in the order of their names."""
    folders = sorted(
        path.parent for path in (Path(__file__).parent / "templates").glob("*/notetype.yaml")
    )
    return {note_type.name: note_type for note_type in map(load, folders)}
