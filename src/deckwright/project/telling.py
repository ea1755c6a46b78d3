"""What is told of a `deck.yaml` beside what any YAML and any name can have wrong."""

from __future__ import annotations

from deckwright import naming, yamltext
from deckwright.diagnostics import Rule, Severity


def _rule(code: str, name: str, reason: str) -> Rule:
    return Rule(code, name, Severity.ERROR, reason)


BAD_PATTERN = _rule("C013", "bad-pattern", "What is no regular expression finds nothing.")
UNKNOWN_READER = _rule("C014", "unknown-reader", "Without a reader a source cannot be read.")
BAD_PATH = _rule("C015", "bad-path", "A path must mean the same on every system.")
SAME_SOURCE = _rule("C016", "same-source", "A source that is read twice gives its notes twice.")
NO_VARIANT = _rule(
    "C019", "no-variant", "A project with variants is several decks: which of them is not guessed."
)
SAME_VARIANT = _rule(
    "C020",
    "same-variant",
    "Variants are decks of their own: of one package, or of one identity, only the last is left.",
)
RULES = (
    *yamltext.RULES,
    *naming.RULES,
    BAD_PATTERN,
    UNKNOWN_READER,
    BAD_PATH,
    SAME_SOURCE,
    NO_VARIANT,
    SAME_VARIANT,
)
