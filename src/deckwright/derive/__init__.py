"""Atomic notes out of long concepts.

`derive` adds to each concept the questions that its text answers well; `override` applies what a
person changed about single ones. Inside, one direction: `wording` and `sentences` (data and
text), `words`, `outline` (what a body offers), `sections` (what a heading says), `questions`
(how a term is asked), `prose` (what sentences state), `reverse`, `opening`, and `deriving`, which
decides.
"""

from deckwright.derive.deriving import DeriveOptions, derive
from deckwright.derive.opening import with_opening
from deckwright.derive.overrides import Override, override
from deckwright.derive.rules import RULES

__all__ = ["RULES", "DeriveOptions", "Override", "derive", "override", "with_opening"]
