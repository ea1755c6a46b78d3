"""`deck.lock`: the committed memory of a project's identities.

Inside, one direction, each module knowing only those named before it: `format` (values and text),
`changes` (what two locks, or a lock and its last release, differ in), `sides` (a text that git
could not merge, read as the two locks in it) and `merging` (one lock out of those two).
"""

from deckwright.lock.changes import Changes, between, since_release
from deckwright.lock.format import (
    CONFLICT,
    DAMAGED,
    DOUBLED,
    NEWER,
    REVISION,
    VERSION,
    Lock,
    LockedNote,
    LockedNoteType,
    Pending,
    parse,
    serialise,
)
from deckwright.lock.format import RULES as _FORMAT_RULES
from deckwright.lock.merging import RULES as _MERGING_RULES
from deckwright.lock.merging import Resolved, resolve

RULES = (*_FORMAT_RULES, *_MERGING_RULES)

__all__ = [
    "CONFLICT",
    "DAMAGED",
    "DOUBLED",
    "NEWER",
    "REVISION",
    "RULES",
    "VERSION",
    "Changes",
    "Lock",
    "LockedNote",
    "LockedNoteType",
    "Pending",
    "Resolved",
    "between",
    "parse",
    "resolve",
    "serialise",
    "since_release",
]
