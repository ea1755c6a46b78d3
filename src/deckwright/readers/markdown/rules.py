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
)
OTHER_KEY = Rule(
    "F002",
    "other-front-matter",
    Severity.INFO,
    "Front matter is shared by many programs: what is not meant for Anki is left alone.",
)
NO_CARD = Rule("F003", "no-card-in-file", Severity.WARNING, "A file without a card adds nothing.")
NO_BODY = Rule(
    "F004",
    "heading-without-text",
    Severity.ERROR,
    "A heading with nothing below it would be a card without an answer.",
)
STUB = Rule(
    "F005",
    "stub",
    Severity.WARNING,
    "In a vault, where pages serve other ends too, a heading with nothing below it is common.",
)
UNFINISHED = Rule(
    "F006",
    "unfinished-card",
    Severity.ERROR,
    "A question without an answer is no card, and a cloze without a text is none.",
)
SKIPPED = Rule(
    "F007",
    "skipped-markdown",
    Severity.INFO,
    "What is no study text (comments, lines between cards, text above the first heading) is left "
    "out; all of it is told.",
)
STRAY = Rule(
    "F008",
    "stray-text",
    Severity.WARNING,
    "Text behind a line that ended a card belongs to no note, so no learner would ever see it.",
)
OPEN_FENCE = Rule(
    "F009",
    "open-code",
    Severity.WARNING,
    "A block of code that is never closed runs to the end of the file, and swallows every card "
    "after it.",
)
OPEN_COMMENT = Rule(
    "F010",
    "open-comment",
    Severity.WARNING,
    "A comment that is never closed hides the rest of its card.",
)
NOT_TAKEN = Rule(
    "F011",
    "file-not-taken",
    Severity.INFO,
    "Of a vault only some files are meant to become cards; each other one is told.",
)
NO_NOTE_TO_NAME = Rule(
    "F012",
    "setting-without-note",
    Severity.WARNING,
    "An id or a GUID that names no note, or several, keeps no identity.",
)
SECOND_ANSWER = Rule(
    "F013",
    "second-answer",
    Severity.WARNING,
    "A second answer often is the answer to a question that was forgotten.",
)
NO_TITLE = Rule(
    "F014",
    "heading-without-title",
    Severity.ERROR,
    "Text below a heading without words would be an answer without a question.",
)
RULES = (
    *(OPEN_FRONT_MATTER, OTHER_KEY, NO_CARD, NO_BODY, STUB, UNFINISHED, SKIPPED, STRAY),
    *(OPEN_FENCE, OPEN_COMMENT, NOT_TAKEN, NO_NOTE_TO_NAME, SECOND_ANSWER, NO_TITLE),
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
