"""Checks of what a card asks: whether its question says what is sought, and whether its answer can
be recalled.

They look at derived notes, too. A note with a context is asked below it: what the context names
needs no naming in the question. The words that are known are English: of a question in another
language only E004 and E008, which count, E005, which compares, and E019, for what programmers
write, have findings.
"""

from deckwright.checks.asking.answers import ANSWER_IN_FRONT, answer_in_front
from deckwright.checks.asking.generic import NO_CONTEXT, no_context
from deckwright.checks.asking.lists import LONG_LIST, OPEN_LIST, long_list, open_list
from deckwright.checks.asking.placeholders import PLACEHOLDER, placeholder
from deckwright.checks.asking.pronouns import PRONOUN_FRONT, pronoun_front
from deckwright.checks.asking.size import LONG_ANSWER, long_answer

CHECKS = (
    (LONG_ANSWER, long_answer),
    (ANSWER_IN_FRONT, answer_in_front),
    (PRONOUN_FRONT, pronoun_front),
    (NO_CONTEXT, no_context),
    (LONG_LIST, long_list),
    (OPEN_LIST, open_list),
    (PLACEHOLDER, placeholder),
)
