"""Markup to the HTML of Anki's fields, in the form that each field has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deckwright import clozes
from deckwright.diagnostics import Diagnostic, Edit, Rule, Severity
from deckwright.markup import page
from deckwright.media import Library, Problem, Shown
from deckwright.note import Field, Media, Note, RenderedNote, digest

UNKNOWN_FIELD = Rule(
    "S011",
    "unknown-field",
    Severity.ERROR,
    "What is written into a field that its note type has not would be seen by no one.",
    "Name a field that the note type has, or give the note another type.",
    {"stars.yaml": "notes:\n  - type: Basic\n    Front: Which star stands?\n    Answer: Polaris\n"},
    {"stars.yaml": "notes:\n  - type: Basic\n    Front: Which star stands?\n    Back: Polaris\n"},
    soft=True,
)


class Setting:
    """What rendering must know beside a note, and what it finds: `told` are the diagnostics,
    `shown` the media that notes show, by their names in the learner's collection. `library` has
    the files, `cloze_types` are the names of the note types that have deletions."""

    def __init__(self, library: Library | None = None, cloze_types: Iterable[str] = ()) -> None:
        self.library, self.cloze_types = library, frozenset(cloze_types)
        self.told: list[Diagnostic] = []
        self.shown: dict[str, Shown] = {}

    def to_html(self, note: Note, field: Field, shown: dict[str, Shown]) -> str:
        """The HTML of a field that may show media or is not page text."""

        def show(reference: str) -> str | None:
            if self.library is None:
                return None
            found = self.library.find(reference, field.span.path if field.span else "")
            if isinstance(found, Shown):
                shown[found.name] = self.shown[found.name] = found
                return found.name
            self._tell_media(note, field, reference, found)
            if found.shown:  # all the same
                shown[found.shown.name] = self.shown[found.shown.name] = found.shown
            return found.keep

        if field.form == "page":
            return page.to_html_with_images(field.value, show)
        from deckwright.markup import rich

        cloze = note.note_type in self.cloze_types
        html, told = rich.to_html(field.value, field.form, cloze=cloze, show=show)
        for each in told:
            span = field.locate(each.start, each.end) or note.span
            self.told.append(Diagnostic(each.rule, each.message, span, each.hint, note.key))
        return html

    def _tell_media(self, note: Note, field: Field, reference: str, found: Problem) -> None:
        places = _places(field.value, reference)
        sure, size = next(places, -1), len(reference)
        at = sure if sure >= 0 else field.value.find(reference)
        span = field.locate(at, at + size) if at >= 0 else field.span
        edits: tuple[Edit, ...] = ()
        has_code = any(code in field.value for code in _CODE)
        if found.instead and sure >= 0 and field.exact and not has_code:
            spans = (field.locate(each, each + size) for each in (sure, *places))
            edits = tuple(Edit(each, found.instead) for each in spans if each)
        told = Diagnostic(
            *(found.rule, found.message, span or note.span, found.hint, note.key), edits=edits
        )
        if told not in self.told[-8:]:  # one file in two fields that were made of one text
            self.told.append(told)

    def tell_unknown(self, note: Note, names: Sequence[str]) -> None:
        for field in note.fields:
            if field.name not in names:
                message = f"a {note.note_type} note has no field {field.name}"
                hint = f"its fields are {', '.join(names)}"
                span = field.span or note.span
                self.told.append(Diagnostic(UNKNOWN_FIELD, message, span, hint, note.key))


_CODE = ("`", "<code", "<pre", "~~~")  # in which a name is no reference


def _places(value: str, reference: str) -> Iterator[int]:
    """Where a reference stands as one: between the signs that stand around references."""
    at = value.find(reference) if reference else -1
    while at >= 0:
        behind = value[at + len(reference) : at + len(reference) + 1]
        if value[at - 1 : at] in tuple("([<\"'=:") and behind in tuple(")]>\"'|#?\\ \t"):
            yield at
        at = value.find(reference, at + 1)


_OTHER_WORDS = frozenset(("html", "text"))
"""Forms in which a text says something else than it does as page text or Markdown. A page converted
to Markdown has the same words, so it is no other note."""


def render(note: Note, field_names: Sequence[str], setting: Setting | None = None) -> RenderedNote:
    """A note as it will be packaged: one HTML value per field of its note type, in its order. The
    field `Key`, where the note type has it, holds the note's key. A field that the note type has
    not is told, and left out. Deletions without a number have one by their order."""
    values = {field.name: field for field in note.fields}
    html = []
    shown: dict[str, Shown] = {}
    known = 0
    for name in field_names:
        field = values.get(name)
        if field is not None and name != "Key":
            known += 1
            value = field.value
            if field.form != "page" or "![" in value:
                value = (setting or Setting()).to_html(note, field, shown) if value else ""
            elif value:
                value = page.to_html(value)
            html.append(value)
        else:
            html.append(page.text_to_html(note.key) if name == "Key" else "")
    if known < len(values):
        (setting or Setting()).tell_unknown(note, field_names)
    written = [note.note_type, " ".join(note.tags)]  # not the key: a renamed note is the same note
    for field in note.fields:
        name = field.name
        if field.form in _OTHER_WORDS:
            name = f"{name}\x1e{field.form}"
        written += (name, field.value)
    source = digest(written)
    if not shown and (setting is None or note.note_type not in setting.cloze_types):
        return RenderedNote(note, tuple(html), source)
    numbered, deletions = clozes.provisional(html)
    media = tuple(Media(name, shown[name].digest) for name in sorted(shown))
    return RenderedNote(note, numbered, source, media, deletions)
