"""Checks of cloze deletions: what a card hides, what it leaves to ask by, and what stays text.

Inside, one direction: `cards` (what the card of a number shows), `braces`, `hiding` and `beside`.
"""

from __future__ import annotations

from deckwright.checks.cloze.beside import ANSWER_BESIDE, answer_beside
from deckwright.checks.cloze.braces import (
    BAD_NUMBER,
    NOT_ASKED,
    bad_cloze_number,
    deletion_not_asked,
)
from deckwright.checks.cloze.hiding import (
    CLOZE_GAP,
    EMPTY_DELETION,
    NESTED_ALIKE,
    WHOLE_TEXT,
    cloze_gap,
    empty_deletion,
    nested_alike,
    whole_text_deleted,
)

CHECKS = (
    (CLOZE_GAP, cloze_gap),
    (WHOLE_TEXT, whole_text_deleted),
    (NESTED_ALIKE, nested_alike),
    (ANSWER_BESIDE, answer_beside),
    (NOT_ASKED, deletion_not_asked),
    (BAD_NUMBER, bad_cloze_number),
    (EMPTY_DELETION, empty_deletion),
)
