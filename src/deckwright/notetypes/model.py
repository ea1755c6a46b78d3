"""What a note type is: inside a project, and as it is packaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    by their names. Anki's own ids of fields and templates are any 64 bits, with a sign."""

    name: str = ""
    id: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)
    templates: Mapping[str, int] = field(default_factory=dict)
    span: Span | None = field(default=None, compare=False)
