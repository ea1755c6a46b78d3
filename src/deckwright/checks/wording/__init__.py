"""Checks of the written words: what is left from copying, pasting and re-writing.

They look at the fields of the notes that stand in the sources, as they were written.
"""

from __future__ import annotations

from deckwright.checks.wording.balance import UNBALANCED, unbalanced
from deckwright.checks.wording.leftovers import LEFTOVER_MARKUP, leftover_markup
from deckwright.checks.wording.letters import (
    LOOK_ALIKE_LETTERS,
    MOJIBAKE,
    look_alike_letters,
    mojibake,
)
from deckwright.checks.wording.repeats import DOUBLED_WORD, doubled_word
from deckwright.checks.wording.spacing import OPEN_LEAD_IN, SPACING, open_lead_in, spacing

CHECKS = (
    (UNBALANCED, unbalanced),
    (DOUBLED_WORD, doubled_word),
    (LEFTOVER_MARKUP, leftover_markup),
    (MOJIBAKE, mojibake),
    (LOOK_ALIKE_LETTERS, look_alike_letters),
    (OPEN_LEAD_IN, open_lead_in),
    (SPACING, spacing),
)
