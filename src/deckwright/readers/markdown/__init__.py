"""The Markdown reader.

- A heading with text of its own below it is a note: the heading is asked, the text answers.
- `Q:` and `A:`, also in bold, and `C:` for a text with deletions, begin a note wherever they stand
  at the start of a line, also below a heading. Such a note goes on to the next of them, to a
  heading or to a line `---`; blank lines do not end it. `A:` or `Extra:` below a `C:` begins what
  is shown with the answer.
- Front matter says `deck`, `tags`, `type`, and for a file that is one note `id`, `guid`, `title`.
- `<!-- id: … -->` (also `guid`, `deck`, `type`, `tags`) stands at the end of a heading, of a
  question or of a note, or on a line of its own inside a note or right above a `Q:` or `C:`;
  `{#id .tag}` at the end of a heading or a question; `#tags` at either end of a heading, or on a
  line of their own; `^name`, an id inside this file, at the end of a heading or a note. Deck, type
  and tags that a heading is given hold for all below it. `#reversed` and `#type-in` say the note
  type.
- A heading's text with `{{c1::…}}` in it is a cloze note, if nothing says its type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from deckwright.diagnostics import Diagnostic
from deckwright.naming import Mistake
from deckwright.note import Note
from deckwright.readers.known import Known
from deckwright.readers.markdown import frontmatter, misspelt, notes, settings
from deckwright.readers.markdown.frontmatter import FrontMatter
from deckwright.readers.markdown.lines import Line, scan
from deckwright.readers.markdown.outline import outline
from deckwright.readers.markdown.rules import NEAR_KEY, NOT_TAKEN, RULES, Told
from deckwright.source import Source
from deckwright.yamltext import WRONG_VALUE

__all__ = ["NOT_TAKEN", "RULES", "MarkdownOptions", "read"]


@dataclass(frozen=True, slots=True)
class MarkdownOptions:
    """What `deck.yaml` may say to this reader. `type` is the note type of headings (Basic where it
    is not given). `level` is the level of the headings that are notes: deeper ones are part of
    their text; 0 makes a note of every heading with text of its own. `headings` says what the
    higher headings become: the `context` above the question, a `deck` below the source's, or
    `none`. `highlights` says what `==text==` is: a `mark`, or a `cloze` deletion. `brackets` makes
    `[text]` in `C:` lines a deletion. For a vault, `only` takes just the files that are `tagged`
    with `tag`, `decked` (their front matter names a deck), or have `cards` (`Q:` or `C:` lines; no
    heading is a note then)."""

    type: str = ""
    level: Literal[0, 1, 2, 3, 4, 5, 6] = 0
    headings: Literal["context", "deck", "none"] = "context"
    highlights: Literal["mark", "cloze"] = "mark"
    brackets: bool = True
    only: Literal["", "tagged", "decked", "cards"] = ""
    tag: str = ""

    def __post_init__(self) -> None:
        if self.only == "tagged" and not self.tag.strip("# "):
            hint = 'say which with "tag:"'
            raise Mistake(WRONG_VALUE, "files are to be taken by a tag, but by none", hint)
        if self.tag:
            settings.tag(self.tag.strip())


_HIDDEN = frozenset((".obsidian", ".trash", ".git", "templates", "_templates"))
"""The folders of a vault that hold no pages, in any case."""
_CODE = re.compile(r"`[^`]*`")


def read(
    source: Source, options: MarkdownOptions = MarkdownOptions(), known: Known = Known()
) -> tuple[tuple[Note, ...], tuple[Diagnostic, ...]]:
    """The notes of a Markdown file in order, with Markdown in their fields, and what was skipped or
    looks wrong. Every non-blank line is in exactly one note, says something about notes (front
    matter, headings, settings, tags), or is in a diagnostic."""
    told = Told(source)
    text = source.text
    front = FrontMatter()
    lines: list[Line] = []
    why = _hidden(source.path) if options.only else ""
    if not why:
        front = frontmatter.read(source, told)
        why = _undecked(source, front) if options.only == "decked" else ""
    if not why:
        lines = scan(text, front.end, options.level or 6, told)
        if options.only == "cards" and not any(line.kind in ("Q", "C") for line in lines):
            why = 'no line begins with "Q:" or "C:"'
        elif options.only == "tagged" and not _tagged(source, options.tag, front, lines):
            why = f"it has no tag #{options.tag.lstrip('#')}"
    if why:
        diagnostic = Diagnostic(NOT_TAKEN, f"not taken: {why}", source.span(0, len(text)))
        wanted = {"decked": "deck", "tagged": "tags"}.get(options.only)
        near = told.all() if wanted in front.meant else ()
        return (), (diagnostic, *(each for each in near if each.rule is NEAR_KEY))
    for diagnostic in front.unread:
        told.add(diagnostic)
    misspelt.tell(text, lines, told)
    found = notes.make(source, front, *outline(text, lines, told), options, known, told)
    notes.tell_skipped(source, lines, found, told)
    return tuple(found.notes), told.all()


def _hidden(path: str) -> str:
    folders = re.split(r"[/\\]", path)[:-1]
    hidden = next((each for each in folders if each.casefold() in _HIDDEN), "")
    return f"it lies in {hidden}" if hidden else ""


def _undecked(source: Source, front: FrontMatter) -> str:
    if front.said.deck or (front.unread and front.wants(source, "deck")):
        return ""
    return 'its front matter has no "deck"'


def _tagged(source: Source, tag: str, front: FrontMatter, lines: list[Line]) -> bool:
    """Whether a file has a tag, or one below it, in its front matter or in its text, in any case.
    Front matter that cannot be read counts, so that the mistake is told."""
    if front.unread and front.wants(source, "tags?"):
        return True
    wanted = settings.tag(tag.strip()).casefold()
    if any(f"{each}::".casefold().startswith(f"{wanted}::") for each in front.said.tags):
        return True
    slashed = wanted.replace("::", "/")
    if f"#{slashed}" not in source.text.casefold():
        return False
    pattern = re.compile(rf"(?<!\S)#{re.escape(slashed)}(?![\w-])", re.IGNORECASE)
    inside = (line for line in lines if line.kind in ("text", "tags", "heading", "Q", "C", "A"))
    return any(pattern.search(_CODE.sub("", source.text[line.start : line.end])) for line in inside)
