"""What the page reader tells."""

from __future__ import annotations

from deckwright.diagnostics import Rule, Severity

SKIPPED = Rule(
    "R001",
    "skipped-text",
    Severity.INFO,
    "A line that is the page's own and no study text is left out; every such line is told.",
    "Nothing is to be done. If such a line is study text, write it in other words; `furniture` in "
    "`deck.yaml` names further lines that are to be left out.",
    {
        "tea.txt": "Learn Tea with Interactive Flashcards\n\nOolong\n\nOolong is a tea whose "
        "leaves are bruised at their edges, and dried when half of each leaf has turned brown.\n"
    },
    {
        "tea.txt": "Oolong\n\nOolong is a tea whose leaves are bruised at their edges, and dried "
        "when half of each leaf has turned brown.\n"
    },
)
BEFORE_FIRST = Rule(
    "R002",
    "text-before-first-title",
    Severity.WARNING,
    "Text above the first title belongs to no card, so no learner would ever see it.",
    "Give it a title, move it into a card, or remove it.",
    {
        "rivers.txt": "All rivers wear down the land.\n\nMeander\n\nA meander is a bend of a slow "
        "river: its outer bank is worn away, while sand settles at the inner one.\n"
    },
    {
        "rivers.txt": "Meander\n\nAll rivers wear down the land. A meander is a bend of a slow "
        "river: its outer bank is worn away, while sand settles at the inner one.\n"
    },
)
NO_CARD = Rule(
    "R003",
    "no-card",
    Severity.ERROR,
    "A source without any card makes an empty deck.",
    "Put each title on a line of its own between blank lines, without a full stop. If the file is "
    "of another format, end its name otherwise or name its `reader` in `deck.yaml`.",
    {
        "moss.txt": "Peat moss:\nIt holds up to twenty times its weight of water, and turns what "
        "is around it sour, so that hardly anything rots there.\n"
    },
    {
        "moss.txt": "Peat moss\n\nIt holds up to twenty times its weight of water, and turns what "
        "is around it sour, so that hardly anything rots there.\n"
    },
    soft=True,
)
NO_BODY = Rule(
    "R004",
    "title-without-text",
    Severity.ERROR,
    "Two titles in a row: the first would be a card without an answer.",
    "Write the text of the first. If it is no title, put a full stop after it, or make it bold.",
    {
        "clouds.txt": "High clouds\n\nCirrus\n\nCirrus clouds are thin threads of ice crystals "
        "above 6,000 metres, and often are the first sign of a warm front.\n"
    },
    {
        "clouds.txt": "Cirrus\n\nCirrus clouds are thin threads of ice crystals above 6,000 "
        "metres, and often are the first sign of a warm front.\n"
    },
    soft=True,
)
SHORT_BODY = Rule(
    "R005",
    "short-text",
    Severity.WARNING,
    "A card with hardly any text often is a line of the card before it that looks like a title.",
    "Write more, or put a full stop after the line if it is no title. `short` in `deck.yaml` says "
    "how many words are enough.",
    {"knots.txt": "Bowline\n\nA loop that holds under load.\n"},
    {
        "knots.txt": "Bowline\n\nThe bowline is a loop at the end of a rope that holds under load "
        "and is opened by hand afterwards.\n"
    },
)
AFTER_LEAD_IN = Rule(
    "R006",
    "title-after-lead-in",
    Severity.WARNING,
    "A line that a colon leads in to (a formula, a name) looks like a title and begins a card.",
    "Put a full stop after the line, back-ticks around it, or make it an item of a list. If it is "
    "a title, end the text above it with a full stop.",
    {
        "squares.txt": "Pythagoras\n\nIn a triangle with a right angle the squares of the two "
        "shorter sides together are as large as that of the longest:\n\na² + b² = c²\n\nA rope "
        "with knots at three, seven and twelve feet is enough to lay out such an angle in a "
        "field.\n"
    },
    {
        "squares.txt": "Pythagoras\n\nIn a triangle with a right angle the squares of the two "
        "shorter sides together are as large as that of the longest:\n\n`a² + b² = c²`\n\nA rope "
        "with knots at three, seven and twelve feet is enough to lay out such an angle in a "
        "field.\n"
    },
)
OPEN_FENCE = Rule(
    "R007",
    "open-fence",
    Severity.WARNING,
    "A block of code that is never closed runs to the end of the file, and swallows every card "
    "after it.",
    "Put the same back-ticks or tildes on a line of their own where the code ends.",
    {
        "git.txt": "Taking back a commit\n\nThe last commit is undone, and what it changed stays "
        "in the folder, ready to be committed again in another way:\n\n"
        "```\ngit reset --soft HEAD~1\n"
    },
    {
        "git.txt": "Taking back a commit\n\nThe last commit is undone, and what it changed stays "
        "in the folder, ready to be committed again in another way:\n\n"
        "```\ngit reset --soft HEAD~1\n```\n"
    },
)
TITLE_IN_TEXT = Rule(
    "R008",
    "title-in-text",
    Severity.WARNING,
    "A title without blank lines around it begins no card: the card before it swallows all of its "
    "text.",
    "Put a blank line above the title and one below it. If the line is no title, put a full stop "
    "after it or make it bold.",
    {
        "bees.txt": "Drones\n\nDrones are the males of a colony; they have no sting, and mate with "
        "young queens of other colonies.\n\nSwarming\nA colony multiplies by swarming: the old "
        "queen leaves with half of the workers, and a daughter inherits the hive.\n"
    },
    {
        "bees.txt": "Drones\n\nDrones are the males of a colony; they have no sting, and mate with "
        "young queens of other colonies.\n\nSwarming\n\nA colony multiplies by swarming: the old "
        "queen leaves with half of the workers, and a daughter inherits the hive.\n"
    },
)
RULES = (
    *(SKIPPED, BEFORE_FIRST, NO_CARD, NO_BODY, SHORT_BODY, AFTER_LEAD_IN, OPEN_FENCE),
    TITLE_IN_TEXT,
)
