"""What is told of a `deck.yaml` beside what any YAML and any name can have wrong."""

from __future__ import annotations

from deckwright import naming, yamltext
from deckwright.diagnostics import errors_in_deck_yaml

_rule = errors_in_deck_yaml(
    {"rivers/rhine.md": "Q: Where does the Rhine leave the Alps?\nA: At Chur\n"},
    "id: rivers\nname: Rivers\n",
)


BAD_PATTERN = _rule(
    "C013",
    "bad-pattern",
    "What is no regular expression finds nothing.",
    'Put "\\" before a character that stands for itself, such as "(", "[" or "*".',
    "sources: [rivers/*.md]\ntags:\n  - {tag: alps, text: alps (the}\n",
    "sources: [rivers/*.md]\ntags:\n  - {tag: alps, text: (the )?alps}\n",
)
UNKNOWN_READER = _rule(
    "C014",
    "unknown-reader",
    "Without a reader a source cannot be read.",
    "Write the name of a reader, or leave it out: then the suffix chooses.",
    "sources:\n  - {path: rivers/*.md, reader: markdwon}\n",
    "sources:\n  - {path: rivers/*.md, reader: markdown}\n",
)
BAD_PATH = _rule(
    "C015",
    "bad-path",
    "A path must mean the same on every system.",
    'Write "/" between the folders of a path, and ".apkg" at the end of a package\'s name.',
    "sources: ['rivers\\*.md']\n",
    "sources: ['rivers/*.md']\n",
)
SAME_SOURCE = _rule(
    "C016",
    "same-source",
    "A source that is read twice gives its notes twice.",
    "Leave one of the two out.",
    "sources: [rivers/*.md, ./rivers/*.md]\n",
    "sources: [rivers/*.md]\n",
)
NO_VARIANT = _rule(
    "C019",
    "no-variant",
    "A project with variants is several decks: which of them is not guessed.",
    "Say which one is meant: `--variant NAME`.",
)
SAME_VARIANT = _rule(
    "C020",
    "same-variant",
    "Variants are decks of their own: of one package, or of one identity, only the last is left.",
    "Give each variant an `id` and an `output` of its own, or leave them out.",
    "sources: [rivers/*.md]\nvariants:\n  en: {output: rivers.apkg}\n  de: {output: rivers.apkg}\n",
    "sources: [rivers/*.md]\nvariants:\n  en: {output: rivers.en.apkg}\n"
    "  de: {output: rivers.de.apkg}\n",
)
RULES = (
    *yamltext.RULES,
    *naming.RULES,
    *(BAD_PATTERN, UNKNOWN_READER, BAD_PATH, SAME_SOURCE, NO_VARIANT, SAME_VARIANT),
)
