"""Note types: what they are, and the folders that hold them.

A folder has a `notetype.yaml` (name, kind, fields, templates, style) and the files it names. The
built-in ones lie in `templates/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

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
    `fields` its field names in order, the first being what Anki checks for duplicates."""

    name: str
    kind: Kind
    fields: tuple[str, ...]
    templates: tuple[CardTemplate, ...]
    style: str


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


def load(folder: Path) -> NoteType:
    """Read a note type's folder. Raises OSError or ValueError where it is damaged: the built-in
    ones are part of the program."""
    import yaml

    def text(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8").strip()

    data = yaml.safe_load((folder / "notetype.yaml").read_text(encoding="utf-8"))
    templates = tuple(
        CardTemplate(template["name"], text(template["front"]), text(template["back"]))
        for template in data["templates"]
    )
    fields = tuple(data["fields"])
    if data["kind"] not in ("normal", "cloze") or len(set(fields)) != len(fields):
        raise ValueError(f"{folder / 'notetype.yaml'}: unknown kind or a field named twice")
    return NoteType(data["name"], data["kind"], fields, templates, text(data["style"]))


@cache
def built_in() -> Mapping[str, NoteType]:
    """The note types that come with deckwright, by name, in the order of their names."""
    folders = sorted(
        path.parent for path in (Path(__file__).parent / "templates").glob("*/notetype.yaml")
    )
    return {note_type.name: note_type for note_type in map(load, folders)}
