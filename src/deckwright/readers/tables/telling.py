"""What can be wrong with tables, and how it is collected."""

from __future__ import annotations

from collections import Counter

from deckwright.diagnostics import Diagnostic, Rule, Severity
from deckwright.source import Span

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

NO_ROW = Rule("T001", "no-row", _ERROR, "A table without any row makes an empty deck.")
OPEN_QUOTE = Rule(
    "T002",
    "open-quote",
    _ERROR,
    "A cell whose quotes are never closed runs to the end of the file, and swallows every row "
    "after it.",
)
AFTER_QUOTE = Rule(
    "T003",
    "text-after-quotes",
    _WARNING,
    "Quotes in a cell that stands in quotes have to be doubled, or the cell ends at the first.",
)
MORE_CELLS = Rule(
    "T004",
    "more-cells",
    _ERROR,
    "A row with more cells than there are columns most often has a delimiter in a cell without "
    "quotes, and what follows it is in the wrong field.",
)
FEWER_CELLS = Rule(
    "T005",
    "fewer-cells",
    _WARNING,
    "A row that ends early leaves fields empty, or is the second half of another row.",
)
NO_COLUMN = Rule("T006", "no-such-column", _ERROR, "What a missing column holds cannot be guessed.")
SAME_COLUMN = Rule(
    "T007", "same-column", _ERROR, "Of two columns of one name only one would be read."
)
UNUSED_COLUMN = Rule(
    "T008",
    "unused-column",
    _WARNING,
    "What stands in a column that is no field would never reach a learner.",
)
OTHER_COLUMN = Rule(
    "T009",
    "other-column",
    _INFO,
    "Where `columns` says what is read, the columns that it does not name are left out.",
)
BAD_TEMPLATE = Rule(
    "T010",
    "bad-column-template",
    _ERROR,
    "A template for a field names columns in braces: `{Capital} ({Country})`.",
)
BAD_DELIMITER = Rule(
    "T011", "bad-delimiter", _ERROR, "A delimiter is one character that stands between the cells."
)
NO_TABLE = Rule(
    "T012", "no-table-to-join", _ERROR, "Without a table its columns would be empty in every note."
)
NO_PARTNER = Rule(
    "T013",
    "no-partner",
    _ERROR,
    "A row without a partner in a joined table would be a note with empty fields.",
)
SAME_PARTNER = Rule(
    "T014", "same-partner", _ERROR, "Of two rows that fit, only one could be joined to a row."
)
UNUSED_PARTNER = Rule(
    "T015",
    "unused-partner",
    _WARNING,
    "A row of a joined table that fits no row is most often misspelt in one of the two.",
)
LEFT_OUT = Rule(
    "T016",
    "left-out",
    _INFO,
    "A row in which a required column is empty is left out, as a translation that is not there "
    "yet; the rows are counted.",
)
SKIPPED = Rule("T017", "skipped-row", _INFO, "Rows of empty cells and comments are no notes.")
NO_NOTE_TYPE = Rule(
    "T018",
    "no-note-type-of-row",
    _ERROR,
    "Without its note type nobody knows which fields the cells of a row are.",
)
NO_ID = Rule(
    "T019", "row-without-id", _ERROR, "A note whose first field has no word needs an id of its own."
)
BAD_HEAD = Rule(
    "T020", "bad-export-line", _ERROR, "The first lines of an export say how to read the rows."
)
PARTIAL_EXPORT = Rule(
    "T021",
    "partial-export",
    _WARNING,
    "What an export from Anki leaves out is lost for learners with the first update.",
)
READ_AS_HTML = Rule(
    "T022",
    "read-as-html",
    _INFO,
    "Where a cell has an HTML tag or a character reference, all cells are read as HTML.",
)
BEYOND = Rule(
    "T023", "beyond-fields", _ERROR, "A cell behind the last field would never reach a learner."
)
SAME_GUID = Rule(
    "T024", "guid-twice", _ERROR, "Two notes of one GUID would be one note for the learner."
)
TOO_MANY = Rule("T025", "too-many-rows", _ERROR, "What is far larger than a real deck is a mishap.")
NO_FIELD = Rule(
    "T026",
    "no-such-field",
    _ERROR,
    "A column that becomes a field which no note has would reach no learner.",
)
RULES = (
    *(NO_ROW, OPEN_QUOTE, AFTER_QUOTE, MORE_CELLS, FEWER_CELLS, NO_COLUMN, SAME_COLUMN),
    *(UNUSED_COLUMN, OTHER_COLUMN, BAD_TEMPLATE, BAD_DELIMITER, NO_TABLE, NO_PARTNER),
    *(SAME_PARTNER, UNUSED_PARTNER, LEFT_OUT, SKIPPED, NO_NOTE_TYPE, NO_ID, BAD_HEAD),
    *(PARTIAL_EXPORT, READ_AS_HTML, BEYOND, SAME_GUID, TOO_MANY, NO_FIELD),
)

_MOST = 50  # findings of one rule that are told one by one: a wrong table has one in each row


class Findings:
    """Collects findings; of one rule in a file only the first are told, the others counted."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []
        self._counts: Counter[tuple[Rule, str]] = Counter()
        self._rest: dict[tuple[Rule, str], Span] = {}

    def counts(self, rule: Rule, path: str, start: int, end: int) -> bool:
        """Whether one more need not be told, but only be counted, which it is then."""
        place = rule, path
        if self._counts[place] < _MOST:
            return False
        self._counts[place] += 1
        self._rest.setdefault(place, Span(path, start, end))
        return True

    def tell(
        self, rule: Rule, message: str, span: Span, hint: str = "", other: Span | None = None
    ) -> None:
        if not self.counts(rule, span.path, span.start, span.end):
            self._counts[rule, span.path] += 1
            self._found.append(Diagnostic(rule, message, span, hint, other=other))

    def all(self) -> tuple[Diagnostic, ...]:
        rest = (
            Diagnostic(rule, f"from here on the same is wrong {count:,} times more", span)
            for (rule, path), span in self._rest.items()
            if (count := self._counts[rule, path] - _MOST)
        )
        return (*self._found, *rest)
