"""What stops a build or spoils it, beside what its stages tell themselves."""

from __future__ import annotations

from deckwright.diagnostics import Rule, Severity

_STARS = {"stars.md": "Q: Which star stands in the north?\nA: The Pole Star\n"}
_SKY = "id: sky\nname: Sky\nsources: [stars.md]\n"
_TAGGED = 'id: sky\nname: Sky\nsources:\n  - {path: "*.md", only: tagged, tag: cards}\n'
_TABLE = "Front,Back,en,de\nWhich star stands in the north?,The Pole Star,m4Xq,t8Rz\n"
_TWO = "id: sky\nname: Sky\nsources: [stars.csv]\nvariants:\n"
_ENGLISH = """\
{
"version": 1,
"revision": 0,
"project": "sky.en",
"created": 1735689600,
"decks": [],
"releases": [],
"note_types": {},
"notes": {
"stars/north": {"guid": "m4Xq", "id": 1735689600000, "mod": 1735689600, "type": "Basic", \
"source": "", "packaged": "", "sketch": ""}
}
}
"""

TAG_UNUSED = Rule(
    "S005",
    "tag-unused",
    Severity.WARNING,
    "A tag rule that fits no note mostly is a slip of the pen.",
    "Mend its pattern, or remove it.",
    {"deck.yaml": f"{_SKY}tags:\n  - {{tag: north, title: noth}}\n", **_STARS},
    {"deck.yaml": f"{_SKY}tags:\n  - {{tag: north, title: north}}\n", **_STARS},
)
LOCK_BEHIND = Rule(
    "S007",
    "lock-behind",
    Severity.ERROR,
    "A lock that is not written where the sources change forgets what learners were given.",
    "Build without `--locked`, look at what changed, and commit the lock with the sources.",
    {"stars.md": "Q: Where does Vega stand?\nA: In the Lyre\n"},
    {"stars.md": "Q: Where does Vega stand?\nA: In the north\n"},
    {"stars.md": "Q: Where does Vega stand?\nA: In the north\n"},
)
NO_NOTE_TYPE = Rule(
    "S008",
    "no-note-type",
    Severity.ERROR,
    "A subdeck for notes of a note type that is not there stays empty, without a word.",
    "Write the name of a note type that is there, or remove the line.",
    {"deck.yaml": f"{_SKY}subdecks:\n  Bsic: Questions\n", **_STARS},
    {"deck.yaml": f"{_SKY}subdecks:\n  Basic: Questions\n", **_STARS},
)
UNKNOWN_NOTE_TYPE = Rule(
    "S010",
    "unknown-note-type",
    Severity.ERROR,
    "A note type that is not there has no fields to write into, and no cards.",
    "Write the name of a note type that is there (`deckwright notetype list` shows them), or make "
    "one: `deckwright notetype copy`.",
    {"stars.yaml": "type: Basik\nnotes:\n  - {Front: Where is Vega?, Back: In the Lyre}\n"},
    {"stars.yaml": "type: Basic\nnotes:\n  - {Front: Where is Vega?, Back: In the Lyre}\n"},
)
SHARED_GUIDS = Rule(
    "S014",
    "shared-guids",
    Severity.ERROR,
    "Two notes of one GUID are one note to Anki: who learns two variants would get one of them.",
    "Give each variant GUIDs of its own, from a column of its own, or none.",
    {
        "deck.yaml": f"{_TWO}  en: {{columns: {{guid: en}}}}\n  de: {{columns: {{guid: en}}}}\n",
        "stars.csv": _TABLE,
        "deck.en.lock": _ENGLISH,
    },
    {
        "deck.yaml": f"{_TWO}  en: {{columns: {{guid: en}}}}\n  de: {{columns: {{guid: de}}}}\n",
        "stars.csv": _TABLE,
        "deck.en.lock": _ENGLISH,
    },
)
NO_NOTES = Rule(
    "S012",
    "empty-deck",
    Severity.ERROR,
    "A package without a note is of no use.",
    "Write a note; or look at what was skipped, and why: `deckwright build -v`.",
    {"deck.yaml": _TAGGED, "vega.md": "# Where does Vega stand?\n\nIn the Lyre.\n"},
    {"deck.yaml": _TAGGED, "vega.md": "# Where does Vega stand? #cards\n\nIn the Lyre.\n"},
)
RULES = (TAG_UNUSED, LOCK_BEHIND, NO_NOTE_TYPE, UNKNOWN_NOTE_TYPE, SHARED_GUIDS, NO_NOTES)
