"""The table in docs/updates.md: written by `make updates`, held by the tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from updates.edits import EDITS
from updates.engines import OLDER
from updates.judging import Row

PAGE = Path(__file__).parents[2] / "docs/updates.md"
LATE = "Body edited, imported when the third release was out"
RENAMED = "Spare field put to use, and renamed"
SCHEMA = "Field appended"
"""The one edit that Anki makes learners pay for."""

ADDING = ("Spare template put to use", "Cloze deletion inserted before others")
"""Edits that add a card to a note."""

BEGIN, END = "<!-- updates: begin -->", "<!-- updates: end -->"


def _marked(kinds: Sequence[str], mark: str) -> str:
    return f"{len(kinds)}[^{mark}]" if kinds else "0"


def _schema(row: Row, figure: int) -> str:
    return f"{figure}[^schema]" if figure and row.edit == SCHEMA else str(figure)


def _hidden(row: Row) -> str:
    return _marked(row.newer_missing, {SCHEMA: "schema", LATE: "late"}.get(row.edit, "hidden"))


def _blank(row: Row) -> str:
    mark = "unfilled" if row.edit in ADDING else "blank"
    return f"{row.blank}[^{mark}]" if row.blank else "0"


COLUMNS: Mapping[str, Callable[[Row], str]] = {
    "Edit": lambda row: f"{row.edit}[^again]" if row.again else row.edit,
    "Asked": lambda row: _marked(row.asked, "asked"),
    "Reviews lost": lambda row: str(row.lost),
    "Reviews misplaced": lambda row: str(row.misplaced),
    "Blank cards": _blank,
    "Duplicates": lambda row: str(row.duplicates),
    "Updates missing": lambda row: _schema(row, row.missing),
    "Conflicts": lambda row: _schema(row, row.conflicts),
    "Own changes lost elsewhere": lambda row: str(row.elsewhere),
    "On that note, older: lost": lambda row: _marked(row.older_lost, "replaced"),
    "On that note, newer: lost": lambda row: _marked(row.newer_lost, "replaced"),
    "On that note, newer: update missing": _hidden,
    "Note types": lambda row: " → ".join(map(str, row.note_types)),
}

LEGEND = """\
Every edit was released and imported as the second of three releases in a row; the third one changes
a note that the second one touched once more, or restores what it took away. Before the second one
learners had reviewed all cards, and had edited one note, tagged one, got a leech on one, suspended
one and moved the cards of one. Each edit was lived through by twelve of them: one who did no more
than that, and five who did one of these things to the very note that changes, *before* the time of
the release (“older”) and *after* it (“newer”).

- **Asked**: renames of which the tool was not sure, so that a person had to settle them first.
- **Reviews lost**: cards whose reviews, schedule or deck are not what they were. **Misplaced**:
  cards that ask what another note asks.
- **Blank cards**: those that have nothing on their front.
- **Duplicates**: notes that a learner has twice, and cards that no release has.
- **Updates missing**: notes, cards and note types that are not as the release has them; those who
  edited, tagged or got a leech on that very note after its time have a column of their own.
- **Conflicts**: notes whose update Anki refuses in one import.
- **Own changes lost elsewhere**: of the five, on notes that did not change. **On that note**: the
  same on the note that changes, after the second release.
- **Note types**: those of the deck in the learner's collection, before and after."""

NOTES: Mapping[str, str] = {
    "asked": "Settled with `deckwright rename`, as the message says. Reviews stay.",
    "again": (
        "Nothing in it is new to learners, so there is no second release: the tool says so, and "
        "writes the package of the first one again, which learners imported a second time here."
    ),
    "blank": (
        "The description names the term now, so it cannot be asked the other way round any more. "
        "The card stays, with its reviews, until the learner deletes it (Tools → Empty Cards), and "
        "asks again as soon as the description lets it."
    ),
    "unfilled": (
        "With those who changed that very note after the time of the release: Anki adds the new "
        "card, and keeps the note without its text, until the note is changed again."
    ),
    "replaced": (
        "What the learner wrote into the note, a tag, and Anki's own tag `leech`. Anki replaces "
        "all fields and tags of a note whenever the package's time is newer than the note's; "
        "nothing in a package can ask it to keep some. Suspended and moved cards stay."
    ),
    "hidden": (
        "Those who edited or tagged that very note, or got a leech on it, after the time of the "
        "release. Anki keeps a note that is newer than the package's, so this change does not "
        "reach them. The third release, which changes the note again, brought both, to everyone; "
        "`deckwright release --resend` brings it without another change (tested, too)."
    ),
    "late": (
        "Both releases are older than what these learners did, so neither reached them. The next "
        "change of the note does."
    ),
    "schema": (
        "Accepted with `--accept-schema-change`, to show what the guard is for: Anki refuses every "
        "update of the notes of this note type from then on, and adds an empty note type. A spare "
        "field does the same without any harm: see the rows above."
    ),
}

WHY: Mapping[tuple[tuple[str, ...], str], str] = {
    (("24.11", "23.10.1", "2.1.66"), LATE): (
        "These stamp a note that they update with the time of the import, so what was released "
        "before that moment is not newer. The next change of the note arrives."
    ),
    (("23.10.1",), RENAMED): (
        "Where a field is renamed, Anki 23.10 writes the first field once more at the end of each "
        "front that stands wholly within a condition: cards show that question, too, and templates "
        "that should make no card make one. Anki 23.12 and later do not."
    ),
    (("2.1.66",), RENAMED): (
        "Anki before 23.10 knows fields by their names alone: a renamed one is another schema, "
        "with all that an appended field brings."
    ),
    (("2.1.66",), SCHEMA): (
        "Only notes that are newer in the package are conflicts there, and each import adds an "
        "empty note type, not only the first one."
    ),
}
"""Why engines before the newest do something else, by engine and edit."""


def line(row: Row) -> str:
    return _line(column(row) for column in COLUMNS.values())


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def differences(engine: str, row: Row, newest: Sequence[str]) -> list[str]:
    """The line, if there is one, that tells what an engine does otherwise than the newest one, of
    which the line of the table is given."""
    found = [
        f"{name}: {figure} ({_bare(now)})"
        for (name, column), now in zip(COLUMNS.items(), newest, strict=True)
        if (figure := _bare(column(row))) != _bare(now)
    ]
    return [_line((engine, row.edit, "; ".join(found), _why(engine, row.edit)))] if found else []


def _why(engine: str, edit: str) -> str:
    """Why an engine does something else, or a question mark where nobody knows."""
    before = [reason for (first, each), reason in WHY.items() if each == edit and engine in first]
    return " ".join(before) or "?"


def _bare(cell: str) -> str:
    return re.sub(r"\[\^\w+\]", "", cell)


def text(lines: Sequence[str], others: Sequence[str], newest: str) -> str:
    """The generated part of the page."""
    used = dict.fromkeys(re.findall(r"\[\^(\w+)\]", "\n".join(lines)))
    parts = [
        f"Measured on Anki {newest}.",
        LEGEND,
        "\n".join([_line(COLUMNS), _line(["---"] + ["--:"] * (len(COLUMNS) - 1)), *lines]),
        "\n\n".join(f"[^{mark}]: {NOTES[mark]}" for mark in used),
        f"The same was done on {', '.join(OLDER[:-1])} and {OLDER[-1]}. All figures are the same "
        f"there, but for these:"
        if others
        else f"On {', '.join(OLDER)} all figures are the same.",
    ]
    if others:
        head = ("Anki", "Edit", f"Figures there (on {newest})", "Why")
        parts.append("\n".join([_line(head), _line(["---"] * len(head)), *others]))
    return "\n\n".join(parts)


# The page ----------------------------------------------------------------------------------------


def written() -> str:
    """The generated part as it stands on the page."""
    return PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0].strip("\n")


def write(generated: str) -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{generated}\n{END}{after}", encoding="utf-8")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def lines_of(page: str) -> tuple[dict[str, str], list[str]]:
    """The lines of the table, by edit, and those about older engines."""
    found = [each for each in page.splitlines() if each.startswith("| ")]
    names = {edit.name for edit in EDITS}
    return (
        {_bare(cells(each)[0]): each for each in found if _bare(cells(each)[0]) in names},
        [each for each in found if cells(each)[0] in OLDER],
    )
