"""Note types: what they are, the folders that hold them, and those that come with deckwright.

Inside, one direction: `model` (what a note type is), `rules` (what is told), `texts` (templates as
they are packaged), `checking` (what is wrong with templates), `values` and `files` (what a
`notetype.yaml` holds and names), `folders` (from a folder to a note type).
"""

from deckwright.notetypes.files import FILE
from deckwright.notetypes.folders import (
    BUILT_IN,
    Loaded,
    LoadedAll,
    built_in,
    read,
    read_all,
)
from deckwright.notetypes.model import (
    CardTemplate,
    IdentifiedNoteType,
    Kind,
    NoteType,
    TypeIdentity,
)
from deckwright.notetypes.rules import RULES
from deckwright.notetypes.texts import escaped

__all__ = [
    "BUILT_IN",
    "FILE",
    "RULES",
    "CardTemplate",
    "IdentifiedNoteType",
    "Kind",
    "Loaded",
    "LoadedAll",
    "NoteType",
    "TypeIdentity",
    "built_in",
    "escaped",
    "read",
    "read_all",
]
