"""What the derivation tells: why something was not asked, and overrides that find nothing."""

from __future__ import annotations

from deckwright.diagnostics import Rule, Severity

_OVEN = """\
Bread ovens

A bread oven is a room of stone or brick that stores the heat of a fire and bakes with it.

**Parts of a bread oven**:
"""
_DOME = "- **Dome**: A vault of bricks that throws the heat back upon the loaves\n"
_FLOOR = "- **Floor**: A bed of stones upon which the loaves lie until they are brown\n"
_DOOR = "- **Door**: A board that keeps the steam of the loaves within\n"
_RYE = "Rye bread\n\nRye bread is a bread that is baked of at least nine parts of rye in ten.\n\n"
_HEAD = "**Steps of rye bread**:\n"
_STEPS = "1. Feed the sour\n2. Mix the dough\n3. Bake it hot\n"
_SOURDOUGH = """\
Sourdough

Sourdough is a dough that wild yeasts and bacteria of the air raise within a day or two.

**Benefits**:
- The bread keeps fresh for a week
- The crumb tastes of more than flour
- Rye becomes fit for baking
"""
_CASTES = """\
Castes of bees

A colony of bees is a household of three castes, and none of them can live alone for long.

**The three castes**:
"""
_LAKES = """\
Lakes vs ponds

Lakes and ponds are both waters that stand, and no stream of any size runs through them.

**Key differences**:
- **Plants**: Ponds are overgrown up to the middle, lakes along the shore alone
"""
_SIGNS = """\
Signs of comparison

A sign of comparison stands between two values and says which of them must be the larger one.

"""
_LESS = "Whether the left value is smaller than the right one."
_QUESTION = "**What does `>` test in a line of Python?** Whether the left one is larger.\n"
_PROJECT = "id: bread\nname: Bread\nsources: [bread.txt]\n"


def _baking(also: str) -> dict[str, str]:
    """A project with a text that is asked, and what its `deck.yaml` says beside."""
    return {"deck.yaml": _PROJECT + also, "bread.txt": _OVEN + _DOME + _FLOOR + _DOOR}


GENERIC = Rule(
    "D001",
    "generic-term",
    Severity.INFO,
    "A heading such as “Best practices” or “Overview” is no thing that one can be asked about.",
    "Where it should be asked, call it by a name of its own.",
    {"ovens.txt": f"{_OVEN}- **Overview**: The stones stay hot for the whole night\n{_DOME}"},
    {"ovens.txt": _OVEN + _FLOOR + _DOME},
)
THIN = Rule(
    "D002",
    "thin-answer",
    Severity.INFO,
    "A fragment, a mere example or a few words of praise explain nothing, so they answer nothing.",
    "Where it should be asked, say in a sentence what it is or does.",
    {"ovens.txt": f"{_OVEN}- **Floor**: Of stone\n{_DOME}{_DOOR}"},
    {"ovens.txt": _OVEN + _FLOOR + _DOME + _DOOR},
)
TAUTOLOGY = Rule(
    "D003",
    "self-evident",
    Severity.INFO,
    "An answer that only repeats the words of its question teaches nothing.",
    "Where it should be asked, say what its name does not tell.",
    {"ovens.txt": f"{_OVEN}- **Oven door**: The door of the bread oven\n{_DOME}{_FLOOR}"},
    {"ovens.txt": _OVEN + _DOOR + _DOME + _FLOOR},
)
OPEN_SET = Rule(
    "D004",
    "open-set",
    Severity.INFO,
    "Benefits, practices and the like are a choice out of many: no one can recite just these.",
    "Where they should be asked, write `open_sets: true` below `derive` in deck.yaml.",
    {"deck.yaml": _PROJECT, "bread.txt": _SOURDOUGH},
    {"deck.yaml": f"{_PROJECT}derive:\n  open_sets: true\n", "bread.txt": _SOURDOUGH},
)
SIZE = Rule(
    "D005",
    "list-size",
    Severity.INFO,
    "A list of one is no list, and one of more than seven is not remembered as a whole.",
    "Where it should be asked, divide it into several lists, each with a heading of its own.",
    {"rye.txt": f"{_RYE}{_HEAD}{_STEPS}4. Cool\n5. Wrap\n6. Wait\n7. Cut\n8. Eat\n"},
    {"rye.txt": _RYE + _HEAD + _STEPS},
)
NO_LEAD = Rule(
    "D006",
    "no-question",
    Severity.INFO,
    "Nothing in the text says what is listed, so there are no words to ask for it.",
    "Where it should be asked, write above it what it lists.",
    {"rye.txt": f"{_RYE}It keeps for a week:\n\n- wrapped in linen\n- in a wooden box\n"},
    {
        "rye.txt": _RYE
        + "**The two ways to keep rye bread**:\n\n- wrapped in linen\n- in a wooden box\n"
    },
)
AS_LIST = Rule(
    "D007",
    "asked-as-list",
    Severity.INFO,
    "Short definitions are asked together, as one list, rather than one by one.",
    "Where each should be asked, explain it in eight words or more.",
    {
        "bees.txt": _CASTES
        + "1. **Queen**: Lays all of the eggs\n"
        + "2. **Worker**: Builds, nurses, guards and gathers\n"
        + "3. **Drone**: Mates with a young queen\n"
    },
    {
        "bees.txt": _CASTES
        + "1. **Queen**: The only fertile female, whose scent holds all of the colony together\n"
        + "2. **Worker**: A sterile female that builds, nurses, guards and gathers for six weeks\n"
        + "3. **Drone**: A male without a sting whose task is to mate with a queen of elsewhere\n"
    },
)
ONE_SIDED = Rule(
    "D008",
    "one-sided-difference",
    Severity.INFO,
    "A difference that tells of one side only does not answer how the two differ.",
    "Where it should be asked, say it of both.",
    {"lakes.txt": f"{_LAKES}- **Depth**: Lakes are so deep that no light reaches the ground\n"},
    {"lakes.txt": f"{_LAKES}- **Depth**: Lakes are dark at the ground, while ponds are lit\n"},
)
SAME_KEY = Rule(
    "D009",
    "derived-twice",
    Severity.INFO,
    "Two notes of one concept with one key could not be told apart; the second is left out.",
    "Give one of the two terms another name.",
    {"ovens.txt": f"{_OVEN}{_DOME}- **Dome**: What stays hot for hours after the fire is out\n"},
    {"ovens.txt": f"{_OVEN}{_DOME}- **Hearth**: What stays hot for hours after the fire is out\n"},
)
SAME_QUESTION = Rule(
    "D010",
    "same-question",
    Severity.INFO,
    "Two notes with one question would have two right answers; the second is left out.",
    "Re-word one of the two, or the wording of deck.yaml that makes them alike.",
    _baking("derive:\n  wordings: {component: What is this part of an oven good for?}\n"),
    _baking("derive:\n  wordings: {component: 'What is the {term} of an oven good for?'}\n"),
)
SWITCHED_OFF = Rule(
    "D011",
    "switched-off",
    Severity.INFO,
    "The project asked for no notes of this kind.",
    "Nothing, if that is meant; else change what deck.yaml says below `derive`.",
    _baking("derive:\n  terms: false\n"),
    _baking("derive:\n  terms: true\n"),
)
LEFT_OUT = Rule(
    "D012",
    "question-left-out",
    Severity.WARNING,
    "A question in bold shall be asked; but two of them that differ in signs alone have one key, "
    "and would change places with each other's reviews.",
    "Re-word one of the two, so that they differ in a word.",
    {"signs.txt": f"{_SIGNS}**What does `<` test in a line of Python?** {_LESS}\n\n{_QUESTION}"},
    {"signs.txt": f"{_SIGNS}**What does `<` test in a line of Python?** {_LESS}\n"},
)
UNKNOWN_KEY = Rule(
    "D020",
    "override-without-note",
    Severity.ERROR,
    "An override that matches no derived note changes nothing, most often after a re-wording.",
    "Write the key that the note has now, as `deckwright notes` shows it, or remove the override.",
    _baking("overrides:\n  bread-ovens/parts/doom: {drop: true}\n"),
    _baking("overrides:\n  bread-ovens/parts/dome: {drop: true}\n"),
    soft=True,
)
UNKNOWN_FIELD = Rule(
    "D021",
    "override-of-unknown-field",
    Severity.ERROR,
    "An override of a field that the note does not have would be lost without a word.",
    "Write the name of a field that the note has. What stands in a source is mended there.",
    _baking("overrides:\n  bread-ovens/parts/dome:\n    fields: {Anser: It keeps the heat}\n"),
    _baking("overrides:\n  bread-ovens/parts/dome:\n    fields: {Answer: It keeps the heat}\n"),
    soft=True,
)
RULES = (
    *(GENERIC, THIN, TAUTOLOGY, OPEN_SET, SIZE, NO_LEAD, AS_LIST, ONE_SIDED, SAME_KEY),
    *(SAME_QUESTION, SWITCHED_OFF, LEFT_OUT, UNKNOWN_KEY, UNKNOWN_FIELD),
)
