"""What the YAML reader tells."""

from __future__ import annotations

from deckwright.diagnostics import Rule, Severity

NO_NOTES = Rule(
    "Y001",
    "no-notes",
    Severity.ERROR,
    "A source without any note makes an empty deck.",
    "Write each note below `notes`, behind a dash.",
    {"stars.yaml": "notes: []\n"},
    {"stars.yaml": "notes:\n  - Front: Which star is the nearest?\n    Back: The sun\n"},
    soft=True,
)
NO_FIELDS = Rule(
    "Y002",
    "no-fields",
    Severity.ERROR,
    "A note without a text in any field makes no card.",
    "Write its fields by their names, or remove it.",
    {
        "wheat.yaml": "notes:\n  - Front: What is spelt?\n    Back: A kind of wheat\n"
        "  - id: emmer\n    tags: [grain]\n"
    },
    {
        "wheat.yaml": "notes:\n  - Front: What is spelt?\n    Back: A kind of wheat\n"
        "  - id: emmer\n    tags: [grain]\n    Front: Who grew emmer?\n    Back: The Egyptians\n"
    },
)
TOO_MANY = Rule(
    "Y003",
    "too-many-fields",
    Severity.ERROR,
    "A text beyond the last field of its note type would be on no card.",
    "Leave it out, or name the fields. A text with a comma in it goes in quotes.",
    {"lakes.yaml": "type: Cloze\nnotes:\n  - ['{{c1::Baikal}} is deep', a, b, c, d, e, f, g]\n"},
    {"lakes.yaml": "type: Cloze\nnotes:\n  - ['{{c1::Baikal}} is the deepest lake']\n"},
)
NO_TYPE = Rule(
    "Y004",
    "no-such-note-type",
    Severity.ERROR,
    "Fields without names are in the order of the note type, which must be known for that.",
    "Write the name of a built-in note type or of one of the project.",
    {"horses.yaml": "type: Basik\nnotes:\n  - [What is a foal?, A young horse]\n"},
    {"horses.yaml": "type: Basic\nnotes:\n  - [What is a foal?, A young horse]\n"},
)
NO_KEY = Rule(
    "Y005",
    "no-name",
    Severity.ERROR,
    "A note is recognised by its key, which is made of the words of its first field.",
    "Give the note an `id`.",
    {"signs.yaml": "notes:\n  - Front: '∑'\n    Back: sum\n"},
    {"signs.yaml": "notes:\n  - Front: '∑'\n    Back: sum\n    id: sum\n"},
)
NULL = Rule(
    "Y006",
    "null-field",
    Severity.WARNING,
    "YAML reads `null` and `~` as nothing at all: the field is empty.",
    "Put the word in quotes if it is meant, or remove the line.",
    {"dice.yaml": "notes:\n  - Front: What is German for zero?\n    Back: 'Null'\n    More: ~\n"},
    {"dice.yaml": "notes:\n  - Front: What is German for zero?\n    Back: 'Null'\n"},
)
COMMENT = Rule(
    "Y007",
    "comment-behind-text",
    Severity.INFO,
    "YAML takes what stands behind a blank and a # as a comment, in the middle of a text, too.",
    "If it belongs to the text, put all of the text in quotes.",
    {"music.yaml": "notes:\n  - Front: What is F sharp?\n    Back: The note F #\n"},
    {"music.yaml": "notes:\n  - Front: What is F sharp?\n    Back: 'The note F #'\n"},
)
RULES = (NO_NOTES, NO_FIELDS, TOO_MANY, NO_TYPE, NO_KEY, NULL, COMMENT)
