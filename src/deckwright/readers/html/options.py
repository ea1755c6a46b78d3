"""What a project may say to the HTML reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["headings", "definitions", "details", "tables", "boxes"]
KINDS: tuple[Kind, ...] = ("headings", "definitions", "details", "tables", "boxes")


@dataclass(frozen=True, slots=True)
class HtmlOptions:
    """What `deck.yaml` may say to this reader.

    `type` is the note type of the notes (Basic, if nothing is said). Without `card` and `front`
    the cards are found by what the page is made of: `find` says by which of it (`headings`,
    `definitions` for definition lists, `details`, `tables` of two columns, `boxes` whose class is
    called question and answer; all of them, if nothing is said), `level` the level of the headings
    that make cards (0: every heading with text of its own).

    With selectors (CSS) the cards are those that are chosen: `card` is what holds one, `front` and
    `back` its sides, `tag` and `id` what says its tags and its id, `fields` other fields of the
    note type by their names. A selector may end in `@name` for an attribute (`@data-id`,
    `a.more@href`). Without `back` it is the rest of the card. `remove` are selectors of what is no
    study text, with or without the others.

    `markup` says what a field is made of: `html`, as it stands in the page, or `page`, the text
    that one gets by copying the page, of which further notes can be derived; `auto` is `page` for
    the note type Concept. `keys` says what a note's key is made of: `path`, the file's name, the
    headings above and the question, or `title`, the question alone, as for the text of a page;
    `auto` is `title` for the note type Concept.
    """

    type: str = ""
    card: str = ""
    front: str = ""
    back: str = ""
    tag: str = ""
    id: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    find: tuple[Kind, ...] = ()
    level: int = 0
    markup: Literal["auto", "html", "page"] = "auto"
    keys: Literal["auto", "path", "title"] = "auto"
