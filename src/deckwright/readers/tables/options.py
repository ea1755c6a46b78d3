"""What `deck.yaml` may say to the table reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from deckwright.naming import Mistake, quoted
from deckwright.readers.tables.rules import BAD_DELIMITER, BAD_TEMPLATE

SPECIAL = {
    **{name: name for name in ("tags", "id", "guid", "deck", "type")},
    "note type": "type",
    "notetype": "type",
}
"""The columns that are no fields, by their names in small letters."""
DELIMITER_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " "}
DELIMITER_NAMES |= {"colon": ":", "\\t": "\t"}
_PART = re.compile(r"(\{\{)|(\}\})|\{([^{}\n]*)\}|([^{}]+)|(.)", re.DOTALL)


class Ref(NamedTuple):
    """A column in a template, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Join:
    """A table whose rows are joined to the rows of the main one. `path` is its file, relative to
    deck.yaml. `column` is one that both have: rows are partners where it says the same. `columns`
    gives its columns other names, where two tables have the same (`{"new name": "name in the
    file"}`); only these are read then. `optional` says that a row without a partner is fine."""

    path: str
    column: str
    columns: dict[str, str] = field(default_factory=dict)
    optional: bool = False


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What `deck.yaml` may say to this reader. `type` is the note type of rows that do not name
    theirs; guessed from the header if left out. `delimiter` is what stands between cells, or its
    name (`tab`); guessed if left out. `header` says whether the first row names the columns
    (without one they are called 1, 2 and so on); guessed if left out. `markup` says what is in the
    cells; guessed to be HTML where any has an HTML tag, else plain text. `columns` gives, for a
    field or for tags, id, guid, deck or type, the column that it comes from, or a template such as
    `{Capital} ({Country})`. `join` lists other tables that are joined on a column. `required` are
    columns or fields: a row where one is empty is left out, and counted. `key` is the column that
    makes the keys of notes; their first field if left out."""

    type: str = ""
    delimiter: str = ""
    header: Literal["auto", "first-row", "none"] = "auto"
    markup: Literal["auto", "text", "markdown", "html"] = "auto"
    columns: dict[str, str] = field(default_factory=dict)
    join: tuple[Join, ...] = ()
    required: tuple[str, ...] = ()
    key: str = ""

    def __post_init__(self) -> None:
        """Raises `Mistake` for what is wrong whatever the table is."""
        if self.delimiter and not delimiter_of(self.delimiter):
            hint = f"write one character, or one of {', '.join(list(DELIMITER_NAMES)[:6])}"
            raise Mistake(BAD_DELIMITER, f"{quoted(self.delimiter)} is no delimiter", hint)
        for text in (*self.columns.values(), self.key):
            template(text)


def also(options: TableOptions) -> tuple[str, ...]:
    """The files that are joined, as the options name them."""
    return tuple(dict.fromkeys(join.path for join in options.join))


def delimiter_of(said: str) -> str:
    """The character that a delimiter's name means (in any case), or that stands for itself; "" if
    it can be none."""
    named = DELIMITER_NAMES.get(said.strip().lower(), said)
    return named if len(named) == 1 and named not in '"\n\r' else ""


def template(text: str) -> tuple[str | Ref, ...]:
    """The parts of a template. A text without braces is the name of a column. Raises `Mistake`."""
    if "{" not in text and "}" not in text:
        return (Ref(text.strip()),)
    return tuple(_parts(text))


def _parts(text: str) -> Iterator[str | Ref]:
    for match in _PART.finditer(text):
        opening, closing, name, plain, lone = match.groups()
        if lone or (name is not None and not name.strip()):
            hint = 'write "{{" and "}}" for braces, and the name of a column in single ones'
            message = f"the template {quoted(text)} has a brace without a column's name"
            raise Mistake(BAD_TEMPLATE, message, hint, match.start())
        yield Ref(name.strip()) if name is not None else plain or (opening or closing)[0]
