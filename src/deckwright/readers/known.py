"""What readers share: what they are told beside their source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from deckwright.notetypes import NoteType, built_in
from deckwright.source import Source


class _BuiltIn(Mapping[str, NoteType]):
    """The built-in note types, read when they are asked for: defaults are made on import."""

    def __getitem__(self, name: str) -> NoteType:
        return built_in()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(built_in())

    def __len__(self) -> int:
        return len(built_in())


@dataclass(frozen=True, slots=True)
class Known:
    """What a reader may know beside its source and its options.

    `note_types` are those of the project by name, built-in ones among them, `titles` the name of
    each in the learner's collection; `files` are the other files that the options name (tables to
    join), by the path that the options have.
    """

    note_types: Mapping[str, NoteType] = field(default_factory=_BuiltIn)
    titles: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Source] = field(default_factory=dict)
