"""What the Markdown reader tells, and how: a rule that fits very often is told in one go."""

from __future__ import annotations

from collections.abc import Iterator

from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.naming import quoted
from deckwright.source import Source

OPEN_FRONT_MATTER = Rule(
    "F001",
    "open-front-matter",
    Severity.ERROR,
    "Front matter that is never closed is all of the file, and no card is left.",
    "Put a line `---` below the last key.",
    {"wool.md": "---\ntags: [spinning]\n\n# What is roving?\n\nCombed wool, ready to be spun.\n"},
    {
        "wool.md": "---\ntags: [spinning]\n---\n\n# What is roving?\n\n"
        "Combed wool, ready to be spun.\n"
    },
)
OTHER_KEY = Rule(
    "F002",
    "other-front-matter",
    Severity.INFO,
    "Front matter is shared by many programs: what is not meant for Anki is left alone.",
    "Nothing is to be done, unless the key was meant for deckwright, which reads `deck`, `tags`, "
    "`type`, `id`, `guid` and `title`.",
    {"cheese.md": "---\nrating: 4\n---\n\n# What is rennet?\n\nIt curdles milk.\n"},
    {"cheese.md": "---\ntags: [dairy]\n---\n\n# What is rennet?\n\nIt curdles milk.\n"},
)
NO_CARD = Rule(
    "F003",
    "no-card-in-file",
    Severity.WARNING,
    "A file without a card adds nothing.",
    "Write a heading with text below it, `Q:` and `A:` lines, or a `C:` line; or leave the file "
    "out with `exclude`.",
    {"oak.md": "An oak lives for centuries.\n"},
    {"oak.md": "# How old does an oak become?\n\nIt lives for centuries.\n"},
)
NO_BODY = Rule(
    "F004",
    "heading-without-text",
    Severity.ERROR,
    "A heading with nothing below it would be a card without an answer.",
    "Write the answer below the heading, or remove it.",
    {
        "ships.md": "# What is a keel?\n\n# What is a bulkhead?\n\nA wall that divides the hull of "
        "a ship.\n"
    },
    {
        "ships.md": "# What is a keel?\n\nThe beam along the bottom of a hull.\n\n"
        "# What is a bulkhead?\n\nA wall that divides the hull of a ship.\n"
    },
    soft=True,
)
STUB = Rule(
    "F005",
    "stub",
    Severity.WARNING,
    "In a vault, where pages serve other ends too, a heading with nothing below it is common.",
    "Write the answer below the heading, or remove it.",
    {
        "deck.yaml": "id: ships\nname: Ships\nsources:\n  - {path: ships.md, only: decked}\n",
        "ships.md": "---\ndeck: Ships\n---\n\n# What is a keel?\n\n# What is a bulkhead?\n\n"
        "A wall that divides the hull of a ship.\n",
    },
    {
        "deck.yaml": "id: ships\nname: Ships\nsources:\n  - {path: ships.md, only: decked}\n",
        "ships.md": "---\ndeck: Ships\n---\n\n# What is a bulkhead?\n\n"
        "A wall that divides the hull of a ship.\n",
    },
)
UNFINISHED = Rule(
    "F006",
    "unfinished-card",
    Severity.ERROR,
    "A question without an answer is no card, and a cloze without a text is none.",
    "Write the answer behind `A:`, or remove the question.",
    {"glass.md": "Q: What is glass made of?\n\nQ: What colours glass blue?\nA: Cobalt\n"},
    {
        "glass.md": "Q: What is glass made of?\nA: Sand, soda and lime\n\n"
        "Q: What colours glass blue?\nA: Cobalt\n"
    },
    soft=True,
)
SKIPPED = Rule(
    "F007",
    "skipped-markdown",
    Severity.INFO,
    "What is no study text (comments, lines between cards, text above the first heading) is left "
    "out; all of it is told.",
    "Nothing is to be done. Text that is to be learned goes below a heading or into an answer.",
    {"salt.md": "From my notes.\n\n# What is brine?\n\nWater full of salt.\n"},
    {"salt.md": "# What is brine?\n\nWater full of salt.\n"},
)
STRAY = Rule(
    "F008",
    "stray-text",
    Severity.WARNING,
    "Text behind a line that ended a card belongs to no note, so no learner would ever see it.",
    "Remove the line `---`, or put a heading above the text.",
    {"paper.md": "Q: What is paper made of?\nA: Fibres of wood\n\n---\n\nRags were used before.\n"},
    {"paper.md": "Q: What is paper made of?\nA: Fibres of wood\n\nRags were used before.\n"},
)
OPEN_FENCE = Rule(
    "F009",
    "open-code",
    Severity.WARNING,
    "A block of code that is never closed runs to the end of the file, and swallows every card "
    "after it.",
    "Put the same back-ticks or tildes on a line of their own where the code ends.",
    {"shell.md": "# How are files listed?\n\n```sh\nls -l\n\n# What is a pipe?\n"},
    {
        "shell.md": "# How are files listed?\n\n```sh\nls -l\n```\n\n# What is a pipe?\n\n"
        "It leads the output of a program into another one.\n"
    },
)
OPEN_COMMENT = Rule(
    "F010",
    "open-comment",
    Severity.WARNING,
    "A comment that is never closed hides the rest of its card.",
    "Put `-->` (or `%%`) where the comment ends.",
    {"snow.md": "# What is firn?\n\nOld snow.\n\n<!-- how old?\n\nIt becomes ice.\n"},
    {"snow.md": "# What is firn?\n\nOld snow.\n\n<!-- how old? -->\n\nIt becomes ice.\n"},
)
NOT_TAKEN = Rule(
    "F011",
    "file-not-taken",
    Severity.INFO,
    "Of a vault only some files are meant to become cards; each other one is told.",
    "Nothing is to be done. To take the file give it the tag, the deck or the cards that `only` "
    "asks for.",
    {
        "deck.yaml": "id: herbs\nname: Herbs\nsources:\n  - {path: '*.md', only: decked}\n",
        "sage.md": "---\ndeck: Herbs\n---\n\n# When does sage flower?\n\nIn June.\n",
        "diary.md": "# Monday\n\nRain all day.\n",
    },
    {
        "deck.yaml": "id: herbs\nname: Herbs\nsources:\n  - {path: '*.md', only: decked}\n",
        "sage.md": "---\ndeck: Herbs\n---\n\n# When does sage flower?\n\nIn June.\n",
    },
)
NO_NOTE_TO_NAME = Rule(
    "F012",
    "setting-without-note",
    Severity.WARNING,
    "An id or a GUID that names no note, or several, keeps no identity.",
    "Put `{#id}` behind the heading or the question of each note.",
    {
        "moon.md": "---\nid: moon-phases\n---\n\nQ: When is the moon new?\nA: Between earth and "
        "sun\n\nQ: When is the moon full?\nA: Opposite to the sun\n"
    },
    {
        "moon.md": "Q: When is the moon new? {#new-moon}\nA: Between earth and sun\n\n"
        "Q: When is the moon full? {#full-moon}\nA: Opposite to the sun\n"
    },
)
SECOND_ANSWER = Rule(
    "F013",
    "second-answer",
    Severity.WARNING,
    "A second answer often is the answer to a question that was forgotten.",
    "Put a `Q:` above it, or leave the `A:` out where the answer goes on.",
    {"felt.md": "Q: What is felt?\nA: Matted wool\nA: By heat and rubbing\n"},
    {
        "felt.md": "Q: What is felt?\nA: Matted wool\n\nQ: How are fibres made to cling?\n"
        "A: By heat and rubbing\n"
    },
)
NO_TITLE = Rule(
    "F014",
    "heading-without-title",
    Severity.ERROR,
    "Text below a heading without words would be an answer without a question.",
    "Write what is asked into the heading.",
    {"ink.md": "#\n\nIron salts and the galls of oaks.\n"},
    {"ink.md": "# What is black ink made of?\n\nIron salts and the galls of oaks.\n"},
)
NEAR_KEY = Rule(
    "F015",
    "unknown-front-matter-key",
    Severity.WARNING,
    "A misspelt key in front matter would be left out without a word, as those of other programs "
    "are.",
    "Write the key as it is meant: `deck`, `tags`, `type`, `id`, `guid` or `title`.",
    {"dogs.md": "---\ndekc: Dogs\n---\n\n# What is a pack?\n\nA group of dogs.\n"},
    {"dogs.md": "---\ndeck: Dogs\n---\n\n# What is a pack?\n\nA group of dogs.\n"},
)
MISSPELT = Rule(
    "F016",
    "misspelt-card-line",
    Severity.WARNING,
    "Only `Q:`, `A:` and `C:` begin cards: other lines become part of the card above them, or are "
    "left out.",
    "Write `Q:` and `A:`, in capitals, with a colon, at the beginning of their lines.",
    {
        "looms.md": "# Looms\n\nQ: What does a heddle hold?\nA: A thread of the warp\n\n"
        "q: What carries the weft?\na: The shuttle\n"
    },
    {
        "looms.md": "# Looms\n\nQ: What does a heddle hold?\nA: A thread of the warp\n\n"
        "Q: What carries the weft?\nA: The shuttle\n"
    },
)
RULES = (
    *(OPEN_FRONT_MATTER, OTHER_KEY, NO_CARD, NO_BODY, STUB, UNFINISHED, SKIPPED, STRAY),
    *(OPEN_FENCE, OPEN_COMMENT, NOT_TAKEN, NO_NOTE_TO_NAME, SECOND_ANSWER, NO_TITLE, NEAR_KEY),
    MISSPELT,
)

_MOST = 500
"""How often a rule is told of one file by itself; a report of more is not read by anyone."""


class Told:
    """Collects what is told of one source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._found: list[Diagnostic] = []
        self._counts: dict[str, int] = {}  # of each code
        self._more: dict[str, tuple[Rule, int, int]] = {}  # from where to where the rest stands

    def tell(
        self,
        rule: Rule,
        message: str,
        start: int,
        end: int,
        hint: str = "",
        quote: str | None = None,
    ) -> None:
        """Tell something; `quote` is the text whose beginning stands for `{}` in the message."""
        code = rule.code
        count = self._counts[code] = self._counts.get(code, 0) + 1
        if count <= _MOST:
            if quote is not None:
                message = message.format(quoted(quote))
            self._found.append(Diagnostic(rule, message, self.source.span(start, end), hint))
            return
        _, first, last = self._more.get(code, (rule, start, end))
        self._more[code] = rule, min(first, start), max(last, end)

    def add(self, diagnostic: Diagnostic) -> None:
        self._found.append(diagnostic)

    def all(self) -> tuple[Diagnostic, ...]:
        """All that was told, in the order of the file."""
        return tuple(sorted((*self._found, *self._rest()), key=_place))

    def _rest(self) -> Iterator[Diagnostic]:
        for code, (rule, start, end) in self._more.items():
            message = f"and {self._counts[code] - _MOST:,} more of the same from here on"
            yield Diagnostic(rule, message, self.source.span(start, end), "mend those above first")


def _place(diagnostic: Diagnostic) -> tuple[int, int]:
    span = diagnostic.span
    return (span.start, span.end) if span else (0, 0)
